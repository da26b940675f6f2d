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

static const struct field targets_fields[] = {
	{ .key = "slurm", AS_STRUCT(struct targets, slurm, struct target_slurm, slurm_target_shape),
	  .doc = "Slurm's own files with an install script." },
	{ .key = "ansible", AS_STRUCT(struct targets, ansible, struct target_ansible, ansible_target_shape),
	  .doc = "A static Ansible inventory." },
};
/* clang-format on */

const struct shape targets_shape = {
	.name = "targets",
	.doc = "The targets that `hpcc build` writes.",
	.size = sizeof(struct targets),
	SHAPE_FIELDS(targets_fields),
};
