#include "compiler/platform/platform.h"

/* Debian's packages: slurmctld.service, slurmd.service and their tmpfiles make the directories below. */
const struct platform platform_machine = {
	.name = "machine",
	.runs = "machines with systemd",
	.place_per_host = true,
	.systemd = true,
	.network = NETWORK_HOST,
	.networks = 1 << NETWORK_HOST,
	.cgroups = CGROUPS_SYSTEMD,
	.head = "head",
	.conf_dir = "/etc/slurm",
	.state_dir = "/var/lib/slurm/slurmctld",
	.spool_dir = "/var/lib/slurm/slurmd",
	.log_dir = "/var/log/slurm",
	.run_dir = "/run",
	.max_name = 63,
};

/* What containers have alike, whoever runs them. */
#define CONTAINERS_CAN                                                                                                 \
	(CAN_IMAGES | CAN_PUBLISH | CAN_CAPABILITIES | CAN_SHM | CAN_BRIDGE | CAN_VOLUMES | CAN_NODES_SHARE)
#define CONTAINER_FACTS                                                                                                \
	.own_network = true, .builds_images = true, .always_login = true, .brings_sshd = true, .shares_cpus = true,    \
	.cgroups = CGROUPS_NONE, .head = "localhost", .conf_dir = "/etc/slurm",                                        \
	.state_dir = "/var/lib/slurm/slurmctld", .spool_dir = "/var/lib/slurm/slurmd", .shared = "/home",              \
	.run_dir = "/run/slurm", .max_name = 63

const struct platform platform_container = {
	.name = "container",
	.runs = "containers",
	CONTAINER_FACTS,
	.can = CONTAINERS_CAN | CAN_ADDRESS | CAN_TMPFS_OPTIONS | CAN_DEVICES | CAN_PRIVILEGED | CAN_SECCOMP |
	       CAN_PUBLISH_AT,
	.own_hosts_file = true,
	.network = NETWORK_BRIDGE,
	.networks = 1 << NETWORK_HOST | 1 << NETWORK_BRIDGE | 1 << NETWORK_PUBLISHED | 1 << NETWORK_OVERLAY |
		    1 << NETWORK_MACVLAN,
};

/* What `docker stack deploy` ignores or refuses of a service is not among what it can (docker/cli: compose/types). */
const struct platform platform_swarm = {
	.name = "swarm",
	.runs = "containers of a swarm",
	CONTAINER_FACTS,
	.can = CONTAINERS_CAN | CAN_LABELS,
	.moving_addresses = true,
	.network = NETWORK_OVERLAY,
	.networks = 1 << NETWORK_OVERLAY,
	.max_file = 512000,	 /* swarmkit: a config or a secret is at most 500 KiB */
	.cluster_in_name = true, /* swarmkit: manager/controlapi/common.go: validateAnnotations */
};

const struct platform *const platforms[] = { &platform_machine, &platform_container, &platform_swarm, NULL };
