#include "compiler/platform/platform.h"

/* Debian's packages: slurmctld.service, slurmd.service and their tmpfiles make the directories below. */
const struct platform platform_machine = {
	.name = "machine",
	.runs = "machines with systemd",
	.place_per_host = true,
	.systemd = true,
	.cgroups = CGROUPS_SYSTEMD,
	.head = "head",
	.conf_dir = "/etc/slurm",
	.state_dir = "/var/lib/slurm/slurmctld",
	.spool_dir = "/var/lib/slurm/slurmd",
	.log_dir = "/var/log/slurm",
	.run_dir = "/run",
	.max_name = 63,
};

const struct platform platform_container = {
	.name = "container",
	.runs = "containers",
	.can = CAN_IMAGES | CAN_PUBLISH | CAN_CAPABILITIES | CAN_SHM | CAN_BRIDGE | CAN_VOLUMES | CAN_NODES_SHARE,
	.one_host = true,
	.own_hosts_file = true,
	.own_network = true,
	.builds_images = true,
	.always_login = true,
	.brings_sshd = true,
	.shares_cpus = true,
	.cgroups = CGROUPS_NONE,
	.head = "localhost",
	.conf_dir = "/etc/slurm",
	.state_dir = "/var/lib/slurm/slurmctld",
	.spool_dir = "/var/lib/slurm/slurmd",
	.shared = "/home",
	.run_dir = "/run/slurm",
	.max_name = 63,
};

const struct platform *const platforms[] = { &platform_machine, &platform_container, NULL };
