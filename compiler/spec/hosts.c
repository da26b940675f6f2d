/* hosts.c: machines, what they have, and the nodes on them. */
#include "compiler/platform/platform.h"
#include "compiler/spec/hardware.h"

const char *const arch_words[] = { "amd64", "arm64", "armv7", "ppc64le", "riscv64", NULL };
static const char *const os_words[] = { "linux", "macos", NULL };
static const char *const swarm_words[] = { "manager", "worker", NULL };
static const char *const autodetect_words[] = { "nvml", "nvidia", "rsmi", "oneapi", "nrt", "off", NULL };
static const char *const cpu_bind_words[] = { "none", "socket", "ldom", "core", "thread", "off", NULL };
static const char *const state_words[] = { "unknown", "idle", "cloud", "future", "down", "drain", "fail", NULL };

/* clang-format off */
static const struct field gres_fields[] = {
	{ .key = "count", AS_INT(struct gres, count), .min = 1, .max = INT64_C(1) << 40,
	  .derived = "the number of files, else 1",
	  .doc = "How many a node has." },
	{ .key = "type", AS_TEXT(struct gres, type), .check = check_word, .slurm = "Type", .slurm_file = GRES_CONF,
	  .doc = "The kind, such as `a100`. Either all entries of one name have a type, or none." },
	{ .key = "file", AS_TEXT(struct gres, file), .check = check_device, .slurm = "File", .slurm_file = GRES_CONF,
	  .doc = "The device files, such as `/dev/nvidia[0-3]`. Without any, Slurm only counts." },
	{ .key = "multiple_files", AS_TEXT(struct gres, multiple_files), .check = check_device, .slurm = "MultipleFiles",
	  .slurm_file = GRES_CONF,
	  .doc = "Instead of `file`: device files that are one resource together, such as those of a part of a GPU (MIG)." },
	{ .key = "cores", AS_TEXT(struct gres, cores), .check = check_cores, .slurm = "Cores", .slurm_file = GRES_CONF,
	  .doc = "The cores near to it." },
	{ .key = "links", AS_TEXT(struct gres, links), .check = check_plain, .slurm = "Links", .slurm_file = GRES_CONF,
	  .doc = "Links to the other devices of this name." },
	{ .key = "flags", AS_TEXTS(struct gres, flags), .check = check_word, .slurm = "Flags", .slurm_file = GRES_CONF,
	  .doc = "Flags of gres.conf, such as `nvidia_gpu_env`." },
	{ .key = "autodetect", AS_WORD(struct gres, autodetect, autodetect_words),
	  .doc = "Let slurmd find files, cores and links itself, through this library. The count must be what it finds." },
};
const struct shape gres_shape = {
	.name = "gres", .doc = "A generic resource of a node. A number alone is its count.",
	.size = sizeof(struct gres), SHAPE_FIELDS(gres_fields),
	.shorthand = "count", .slurm_section = SECTION_GRES,
};

static const struct field hardware_fields[] = {
	HARDWARE_ROWS(struct hardware),
	{ .key = "memory", AS_MEMORY(struct hardware, memory), .stays = true,
	  .doc = "The machine's memory. A node's own is derived below it." },
	{ .key = "arch", AS_WORD(struct hardware, arch, arch_words),
	  .doc = "The processor's architecture." },
	NODE_ROWS(struct hardware),
};
const struct shape hardware_shape = {
	.name = "hardware", .doc = "A kind of machine.", .size = sizeof(struct hardware),
	SHAPE_FIELDS(hardware_fields), .slurm_section = SECTION_NODE,
};

static const struct field ssh_fields[] = {
	{ .key = "user", AS_TEXT(struct ssh, user), .check = check_user, .doc = "The user to log in as." },
	{ .key = "port", AS_INT(struct ssh, port), .min = 1, .max = 65535, .doc = "sshd's port." },
	{ .key = "key", AS_TEXT(struct ssh, key), .check = check_key_file,
	  .doc = "The private key's path on the machine that deploys; `~/` is the home of who does." },
	{ .key = "directory", AS_TEXT(struct ssh, directory), .check = check_host_directory, .doc = "Where generated files go on the host." },
};
static const struct shape ssh_shape = {
	.name = "ssh", .doc = "How a host is reached.", .size = sizeof(struct ssh), SHAPE_FIELDS(ssh_fields),
};

static const struct field host_fields[] = {
	{ .key = "address", AS_HOSTS(struct host, address), .column = true, .stays = true, .check = check_address,
	  .doc = "The address, or as many as there are names: `\"10.1.0.[11-12]\"`. Without one the name must resolve." },
	{ .key = "arch", AS_WORD(struct host, arch, arch_words), .doc = "The processor's architecture." },
	{ .key = "hardware", AS_TEXT(struct host, hardware), .check = check_name, .refers = "hardware",
	  .doc = "The kind of machine it is." },
	HARDWARE_ROWS(struct host),
	{ .key = "memory", AS_MEMORY(struct host, memory), .stays = true,
	  .doc = "The machine's memory." },
	{ .key = "ssh", AS_STRUCT(struct host, ssh, struct ssh, ssh_shape), .doc = "How it is reached." },
	{ .key = "os", AS_WORD(struct host, os, os_words), .def = "linux",
	  .doc = "`macos`: containers run in a virtual machine there, and cannot have the host's own network." },
	{ .key = "swarm", AS_WORD(struct host, swarm, swarm_words),
	  .derived = "`manager` for the host of the controller, `worker` for the others",
	  .doc = "What it is in a swarm. `cluster up` runs on a manager." },
	{ .key = "labels", AS_OPTIONS(struct host, labels), .check = check_label_key, .check_value = check_label,
	  .doc = "Labels of a swarm's node, such as `type: head`, which services may ask for." },
};
const struct shape host_shape = {
	.name = "host", .doc = "A machine.", .size = sizeof(struct host), SHAPE_FIELDS(host_fields), .slurm_section = SECTION_NODE,
};

#define NODE_BODY                                                                                                      \
	{ .key = "hardware", AS_TEXT(struct node_group, hardware), .check = check_name, .refers = "hardware",          \
	  .doc = "The kind of machine it is." },                                                                       \
	HARDWARE_ROWS(struct node_group),                                                                              \
	{ .key = "memory", AS_MEMORY(struct node_group, memory), .slurm = "RealMemory", .form = FORM_MEBIBYTES,        \
	  .derived = "the host's less 5%, and less 256M at least",                                                     \
	  .doc = "Memory that Slurm may hand out, or a share of the host's such as `95%`." },                          \
	NODE_ROWS(struct node_group),                                                                                  \
	{ .key = "state", AS_WORD(struct node_group, state, state_words), .slurm = "State", .form = FORM_UPPER,        \
	  .doc = "The state a node begins in when Slurm knows no other." },                                            \
	{ .key = "reason", AS_TEXT(struct node_group, reason), .check = check_plain, .slurm = "Reason",                \
	  .doc = "Why it is down or drained." },                                                                       \
	{ .key = "cpu_bind", AS_WORD(struct node_group, cpu_bind, cpu_bind_words), .slurm = "CpuBind",                  \
	  .doc = "How tasks are bound unless they say otherwise." },                                                   \
	{ .key = "core_spec_count", AS_INT(struct node_group, core_spec_count), .min = 0, .max = 65535,                \
	  .slurm = "CoreSpecCount", .doc = "Cores kept for the system." },                                             \
	{ .key = "mem_spec_limit", AS_MEMORY(struct node_group, mem_spec_limit), .slurm = "MemSpecLimit",              \
	  .form = FORM_MEBIBYTES, .doc = "Memory kept for Slurm's own daemons on the node." }

#define NODE_OPTIONS                                                                                                   \
	{ .key = "options", AS_OPTIONS(struct node_group, options), .check = check_slurm_key, .slurm_options = true,   \
	  .slurm_section = SECTION_NODE, .doc = "Any other key of a NodeName line." }

static const struct field node_fields[] = {
	{ .key = "host", AS_HOSTS(struct node_group, host), .column = true, .refers = "hosts",
	  .derived = "the host of the same name",
	  .doc = "The host each node sits on: one for all, or as many as there are nodes, or `{ spread: \"pi[1-2]\" }`." },
	{ .key = "port", AS_HOSTS(struct node_group, port), .column = true, .numbers = true, .min = 1, .max = 65535,
	  .derived = "slurm.ports.slurmd, then plus 10 for each further node of a host",
	  .doc = "slurmd's port, or as many as there are nodes." },
	{ .key = "address", AS_HOSTS(struct node_group, address), .column = true, .stays = true, .check = check_ipv4, .needs = CAN_ADDRESS,
	  .derived = "one of slurmd's network, the same at every build",
	  .doc = "The nodes' own addresses, where a node is not its host: as many as there are nodes." },
	NODE_BODY,
	NODE_OPTIONS,
};
const struct shape node_shape = {
	.name = "node", .doc = "A group of like nodes; its key is their hostlist.", .size = sizeof(struct node_group),
	SHAPE_FIELDS(node_fields), .slurm_section = SECTION_NODE,
};

static const struct field node_defaults_fields[] = { NODE_BODY, NODE_OPTIONS };
const struct shape node_defaults_shape = {
	.name = "node default", .doc = "What nodes take when they say nothing themselves.",
	.size = sizeof(struct node_group), SHAPE_FIELDS(node_defaults_fields), .slurm_section = SECTION_NODE,
};

static const struct field defaults_fields[] = {
	{ .key = "node", AS_STRUCT(struct defaults, node, struct node_group, node_defaults_shape),
	  .doc = "For every node." },
	{ .key = "partition", AS_STRUCT(struct defaults, partition, struct partition, partition_defaults_shape),
	  .doc = "For every partition." },
};
const struct shape defaults_shape = {
	.name = "defaults", .doc = "What nodes and partitions take when they say nothing themselves.",
	.size = sizeof(struct defaults), SHAPE_FIELDS(defaults_fields),
};
/* clang-format on */
