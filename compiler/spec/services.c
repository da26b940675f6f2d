/* services.c: networks, and where each program runs and how it is dressed. */
#include <string.h>

#include "compiler/platform/platform.h"
#include "compiler/spec/check.h"
#include "compiler/spec/spec.h"

/* In the order of enum network_kind, from its second. */
static const char *const network_words[] = { "host", "bridge", "published", "overlay", "macvlan", NULL };
static const char *const seccomp_words[] = { "default", "unconfined", NULL };

/* clang-format off */
static const struct field network_fields[] = {
	{ .key = "type", AS_WORD(struct network, type, network_words),
	  .derived = "what the target makes by itself: `host` on machines, `bridge` for compose, `overlay` for swarm",
	  .doc = "`host`: the hosts' own network; `bridge`: a network of its own inside each host, of which others reach only what is "
		 "published; `published`: the same, with every port that others need published at the host's address; `overlay`: one "
		 "network over the hosts of a swarm; `macvlan`: addresses of their own on the hosts' network." },
	{ .key = "subnet", AS_TEXT(struct network, subnet), .check = check_cidr, .doc = "Its addresses." },
	{ .key = "range", AS_TEXT(struct network, range), .check = check_cidr, .needs = CAN_ADDRESS,
	  .derived = "the whole subnet; of a macvlan nothing",
	  .doc = "The part of the subnet whose addresses may be given away: on a macvlan the others belong to machines." },
	{ .key = "gateway", AS_TEXT(struct network, gateway), .check = check_ipv4, .needs = CAN_ADDRESS,
	  .doc = "macvlan: the router of the hosts' network." },
	{ .key = "interface", AS_TEXT(struct network, interface), .check = check_interface, .needs = CAN_BRIDGE,
	  .doc = "macvlan: the hosts' interface that it is made on, such as `eth0`." },
	{ .key = "mtu", AS_INT(struct network, mtu), .min = 576, .max = 65535, .needs = CAN_BRIDGE,
	  .doc = "The largest packet. An overlay's is 50 below that of the hosts' network." },
	{ .key = "encrypted", AS_BOOL(struct network, encrypted), .needs = CAN_BRIDGE,
	  .doc = "overlay: encrypt what goes from host to host (IPsec)." },
};
const struct shape network_shape = {
	.name = "network", .doc = "A network.", .size = sizeof(struct network), SHAPE_FIELDS(network_fields),
};

static const struct field limits_fields[] = {
	{ .key = "memlock", AS_TEXT(struct limits, memlock), .check = check_limit,
	  .doc = "Memory that may be locked: a number of bytes or `infinity`. MPI over InfiniBand wants `infinity`." },
	{ .key = "stack", AS_TEXT(struct limits, stack), .check = check_limit, .doc = "Stack size in bytes, or `infinity`." },
	{ .key = "nofile", AS_TEXT(struct limits, nofile), .check = check_limit, .doc = "Open files, or `infinity`." },
};
static const struct shape limits_shape = {
	.name = "limits", .doc = "Resource limits of a daemon and of what it starts.", .size = sizeof(struct limits),
	SHAPE_FIELDS(limits_fields),
};

static const struct field service_fields[] = {
	{ .key = "host", AS_TEXTS(struct service, host), .unfolds = true, .check = check_name, .refers = "hosts",
	  .derived = "services.default.host, else the platform's own choice",
	  .doc = "The host it runs on; a list or a hostlist where it may have several (controllers: the first is primary)." },
	{ .key = "network", AS_TEXT(struct service, network), .check = check_name, .refers = "networks",
	  .doc = "The network it is on." },
	{ .key = "address", AS_TEXT(struct service, address), .check = check_ipv4, .needs = CAN_ADDRESS,
	  .derived = "one of the network's, the same at every build",
	  .doc = "Its address on that network." },
	{ .key = "aliases", AS_TEXTS(struct service, aliases), .check = check_name, .needs = CAN_BRIDGE,
	  .doc = "Further names by which the cluster's other places find it." },
	{ .key = "labels", AS_OPTIONS(struct service, labels), .check = check_label_key, .check_value = check_label, .needs = CAN_LABELS,
	  .doc = "Labels that its host must have (`hosts.NAME.labels`): the swarm chooses among those hosts." },
	{ .key = "image", AS_TEXT(struct service, image), .check = check_name, .refers = "images", .needs = CAN_IMAGES,
	  .derived = "the image called `database` for the database and `slurm` for the others; one made of packages where there is none",
	  .doc = "The image it runs from." },
	{ .key = "environment", AS_OPTIONS(struct service, environment), .check = check_service_env, .joins = true,
	  .doc = "Environment variables of the daemon itself: jobs have those of their user. In `services.default`: of every service, beside its own." },
	{ .key = "publish", AS_TEXTS(struct service, publish), .check = check_publish, .needs = CAN_PUBLISH,
	  .help = "an item is [ADDRESS:]PORT:PORT, the host's first: IPv4, TCP and one port; no /udp, no ranges, no [::1]",
	  .doc = "Ports of the host that lead to it: `127.0.0.1:6222:22`." },
	{ .key = "capabilities", AS_TEXTS(struct service, capabilities), .check = check_capability, .needs = CAN_CAPABILITIES,
	  .doc = "Capabilities it needs, such as `SYS_NICE`." },
	{ .key = "privileged", AS_BOOL(struct service, privileged), .needs = CAN_PRIVILEGED,
	  .doc = "Run it with all rights over its host. Hardly ever needed: name the capabilities that are." },
	{ .key = "seccomp", AS_WORD(struct service, seccomp, seccomp_words), .needs = CAN_SECCOMP,
	  .doc = "`unconfined`: without the engine's filter of system calls, which some debuggers and profilers do not pass." },
	{ .key = "shm", AS_MEMORY(struct service, shm), .needs = CAN_SHM, .min = 1 << 20, .max = INT64_C(1) << 50,
	  .doc = "The size of its /dev/shm." },
	{ .key = "memory", AS_MEMORY(struct service, memory), .needs = CAN_SHM, .min = 64 << 20, .max = INT64_C(1) << 50,
	  .derived = "for slurmd the node's own and 256M more; none for the others",
	  .doc = "The most memory that it may use, with all that it starts." },
	{ .key = "limits", AS_STRUCT(struct service, limits, struct limits, limits_shape), .doc = "Its resource limits." },
};
const struct shape service_shape = {
	.name = "service", .doc = "Where a program runs, and its dress.", .size = sizeof(struct service),
	SHAPE_FIELDS(service_fields),
};

#define SERVICE(m) AS_STRUCT(struct services, m, struct service, service_shape)
static const struct field services_fields[] = {
	{ .key = "default", SERVICE(base), .doc = "What every service takes when it says nothing itself." },
	{ .key = "slurmctld", SERVICE(slurmctld), .doc = "Slurm's controller." },
	{ .key = "slurmdbd", SERVICE(slurmdbd), .doc = "Slurm's accounting daemon." },
	{ .key = "slurmd", SERVICE(slurmd), .doc = "Slurm's daemon on every node; the nodes say where." },
	{ .key = "database", SERVICE(database), .doc = "The database behind slurmdbd." },
	{ .key = "login", SERVICE(login), .doc = "Where users log in and submit." },
};
/* clang-format on */

const struct shape services_shape = {
	.name = "services",
	.doc = "The programs.",
	.size = sizeof(struct services),
	SHAPE_FIELDS(services_fields),
};

struct service *service_named(const struct spec *spec, const char *name)
{
	const struct field *f = shape_field(&services_shape, name);
	return f ? *(struct service **)field_at(f, spec->services) : NULL;
}
