/* targets.c: what only one target understands. A target's row here is what `targets:` accepts. */
#include "compiler/spec/check.h"
#include "compiler/spec/spec.h"

/* clang-format off */
static const struct field slurm_fields[] = {
	{ .key = "etc_hosts", AS_BOOL(struct target_slurm, etc_hosts), .def = "false",
	  .doc = "Let the install script write the hosts that have an address to /etc/hosts." },
};
static const struct shape slurm_target_shape = {
	.name = "slurm target", .doc = "Slurm's own files, for machines with systemd.", .size = sizeof(struct target_slurm),
	SHAPE_FIELDS(slurm_fields),
};

static const struct field ansible_fields[] = {
	{ .key = "user", AS_TEXT(struct target_ansible, user), .check = check_user,
	  .doc = "The user Ansible logs in as where a host says nothing itself." },
	{ .key = "group_prefix", AS_TEXT(struct target_ansible, group_prefix), .check = check_user,
	  .doc = "Put before the names of groups." },
	{ .key = "variables", AS_OPTIONS(struct target_ansible, variables), .check = check_env,
	  .doc = "Further variables of all hosts." },
};
static const struct shape ansible_target_shape = {
	.name = "ansible target", .doc = "A static Ansible inventory.", .size = sizeof(struct target_ansible),
	SHAPE_FIELDS(ansible_fields),
};

static const char *const init_words[] = { "docker", "supervisord", NULL };
static const struct field compose_fields[] = {
	{ .key = "ephemeral", AS_BOOL(struct target_compose, ephemeral), .def = "false",
	  .doc = "For tests: state in memory, nothing published, another name and subnet at each `cluster up`; `down` leaves nothing." },
	{ .key = "init", AS_WORD(struct target_compose, init, init_words), .def = "docker",
	  .doc = "What starts a container's programs and minds them: Docker's own init with hpcc's entrypoint, or supervisord." },
	{ .key = "log_size", AS_MEMORY(struct target_compose, log_size), .min = 1 << 16, .max = INT64_C(1) << 40, .def = "10M",
	  .doc = "How large a container's log grows before it is rotated." },
	{ .key = "log_files", AS_INT(struct target_compose, log_files), .min = 1, .max = 1000, .def = "3",
	  .doc = "How many such logs are kept." },
};
static const struct shape compose_target_shape = {
	.name = "compose target", .doc = "Containers on one machine or several, by docker compose.", .size = sizeof(struct target_compose),
	SHAPE_FIELDS(compose_fields),
};

static const struct field swarm_fields[] = {
	{ .key = "init", AS_WORD(struct target_swarm, init, init_words), .def = "docker",
	  .doc = "What starts a container's programs and minds them: Docker's own init with hpcc's entrypoint, or supervisord." },
	{ .key = "log_size", AS_MEMORY(struct target_swarm, log_size), .min = 1 << 16, .max = INT64_C(1) << 40, .def = "10M",
	  .doc = "How large a container's log grows before it is rotated." },
	{ .key = "log_files", AS_INT(struct target_swarm, log_files), .min = 1, .max = 1000, .def = "3",
	  .doc = "How many such logs are kept." },
};
static const struct shape swarm_target_shape = {
	.name = "swarm target", .doc = "Containers on the hosts of a Docker swarm.", .size = sizeof(struct target_swarm),
	SHAPE_FIELDS(swarm_fields),
};

static const struct field targets_fields[] = {
	{ .key = "slurm", AS_STRUCT(struct targets, slurm, struct target_slurm, slurm_target_shape),
	  .doc = "Slurm's own files with an install script." },
	{ .key = "ansible", AS_STRUCT(struct targets, ansible, struct target_ansible, ansible_target_shape),
	  .doc = "A static Ansible inventory." },
	{ .key = "compose", AS_STRUCT(struct targets, compose, struct target_compose, compose_target_shape),
	  .doc = "Containers on one machine or several, by docker compose." },
	{ .key = "swarm", AS_STRUCT(struct targets, swarm, struct target_swarm, swarm_target_shape),
	  .doc = "Containers on the hosts of a Docker swarm." },
};
/* clang-format on */

const struct shape targets_shape = {
	.name = "targets",
	.doc = "The targets that `hpcc build` writes.",
	.size = sizeof(struct targets),
	SHAPE_FIELDS(targets_fields),
};
