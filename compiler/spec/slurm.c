/* slurm.c: Slurm itself: release, ports, timeouts, debug levels, what jobs are held to, options. */
#include "compiler/spec/check.h"
#include "compiler/spec/spec.h"

static const char *const auth_words[] = { "munge", "slurm", NULL };
static const char *const constrain_words[] = { "cores", "memory", "swap", "devices", "none", NULL };
static const char *const debug_words[] = { "quiet",  "fatal",  "error",	 "info",   "verbose",
					   "debug", "debug2", "debug3", "debug4", "debug5", NULL };

/* clang-format off */
#define PORT .min = 1, .max = 65535

static const struct field port_fields[] = {
	{ .key = "slurmctld", AS_INT(struct slurm_ports, slurmctld), PORT, .def = "6817", .slurm = "SlurmctldPort",
	  .doc = "slurmctld's port." },
	{ .key = "slurmd", AS_INT(struct slurm_ports, slurmd), PORT, .def = "6818", .slurm = "SlurmdPort",
	  .doc = "slurmd's port on hosts that carry one node. Further nodes of a host get this plus 10, plus 20, and so on." },
	{ .key = "slurmdbd", AS_INT(struct slurm_ports, slurmdbd), PORT, .def = "6819",
	  .doc = "slurmdbd's port." },
	{ .key = "srun", AS_TEXT(struct slurm_ports, srun), .check = check_port_range, .slurm = "SrunPortRange",
	  .doc = "The range of ports on which `srun` is called back by nodes. Without it any port may be used: "
		 "give one where a firewall stands between login and nodes." },
};
static const struct shape ports_shape = {
	.name = "ports", .doc = "Ports of Slurm's daemons.", .size = sizeof(struct slurm_ports), SHAPE_FIELDS(port_fields),
};

#define SECONDS(m, k, d) AS_DURATION(struct slurm_timeouts, m), .min = 0, .max = 65533, .form = FORM_SECONDS, .slurm = (k), .doc = (d)
static const struct field timeout_fields[] = {
	{ .key = "slurmctld", SECONDS(slurmctld, "SlurmctldTimeout", "How long a backup controller waits before it takes over.") },
	{ .key = "slurmd", SECONDS(slurmd, "SlurmdTimeout", "How long a node may be silent before it is down.") },
	{ .key = "message", SECONDS(message, "MessageTimeout", "How long a message may take, at most 100s.") },
	{ .key = "tcp", SECONDS(tcp, "TCPTimeout", "How long a connection may take to be made.") },
	{ .key = "inactive", SECONDS(inactive, "InactiveLimit", "How long `srun` or `salloc` may be silent; 0s for ever.") },
	{ .key = "kill_wait", SECONDS(kill_wait, "KillWait", "Between SIGTERM and SIGKILL at a job's time limit.") },
	{ .key = "wait", SECONDS(wait, "WaitTime", "How long `srun` waits for the other tasks once the first has ended.") },
	{ .key = "min_job_age", SECONDS(min_job_age, "MinJobAge", "How long slurmctld remembers a finished job, 2s at least.") },
	{ .key = "complete_wait", SECONDS(complete_wait, "CompleteWait", "How long scheduling waits for a job that is completing.") },
	{ .key = "batch_start", SECONDS(batch_start, "BatchStartTimeout", "How long a batch job may take to start.") },
	{ .key = "unkillable_step", SECONDS(unkillable_step, "UnkillableStepTimeout", "How long a step may resist SIGKILL before its node is drained.") },
	{ .key = "prolog_epilog", SECONDS(prolog_epilog, "PrologEpilogTimeout", "How long prolog and epilog may run.") },
};
static const struct shape timeouts_shape = {
	.name = "timeouts", .doc = "Timeouts; Slurm's own where absent.", .size = sizeof(struct slurm_timeouts),
	SHAPE_FIELDS(timeout_fields),
};

static const struct field debug_fields[] = {
	{ .key = "slurmctld", AS_WORD(struct slurm_debug, slurmctld, debug_words), .slurm = "SlurmctldDebug",
	  .doc = "How much slurmctld logs." },
	{ .key = "slurmd", AS_WORD(struct slurm_debug, slurmd, debug_words), .slurm = "SlurmdDebug",
	  .doc = "How much slurmd logs." },
	{ .key = "slurmdbd", AS_WORD(struct slurm_debug, slurmdbd, debug_words), .slurm = "DebugLevel",
	  .slurm_file = SLURMDBD_CONF,
	  .doc = "How much slurmdbd logs." },
};
static const struct shape debug_shape = {
	.name = "debug", .doc = "Log levels.", .size = sizeof(struct slurm_debug), SHAPE_FIELDS(debug_fields),
};

static const struct field spank_fields[] = {
	{ .key = "plugin", AS_TEXT(struct spank, plugin), .required = true, .check = check_spank_plugin,
	  .doc = "The plugin's path, such as `/shared/lib/renice.so`, or its name in Slurm's own folder of plugins." },
	{ .key = "arguments", AS_TEXTS(struct spank, arguments), .repeats = true, .check = check_spank_argument,
	  .doc = "What it is given: words, since nothing quotes in plugstack.conf." },
	{ .key = "optional", AS_BOOL(struct spank, optional), .def = "false",
	  .doc = "Go on without it where it is missing or fails. Otherwise slurmd does not start there, and neither does any job." },
};
static const struct shape spank_shape = {
	.name = "SPANK plugin", .doc = "A SPANK plugin: a line of plugstack.conf. A word alone is its path, or its name.",
	.size = sizeof(struct spank), SHAPE_FIELDS(spank_fields), .shorthand = "plugin",
};

static const struct field slurm_fields[] = {
	{ .key = "version", AS_TEXT(struct slurm, version), .required = true, .check = check_release,
	  .doc = "The release that runs: a series such as `24.11`, or exactly, `24.11.5`." },
	{ .key = "auth", AS_WORD(struct slurm, auth, auth_words), .def = "munge", .slurm = "AuthType", .prefix = "auth/",
	  .doc = "How daemons and users prove who they are. `slurm` needs 23.11." },
	{ .key = "ports", AS_STRUCT(struct slurm, ports, struct slurm_ports, ports_shape), .always = true,
	  .doc = "Ports of the daemons." },
	{ .key = "timeouts", AS_STRUCT(struct slurm, timeouts, struct slurm_timeouts, timeouts_shape),
	  .doc = "Timeouts of the daemons." },
	{ .key = "debug", AS_STRUCT(struct slurm, debug, struct slurm_debug, debug_shape),
	  .doc = "How much the daemons log." },
	{ .key = "constrain", AS_WORDS(struct slurm, constrain, constrain_words),
	  .derived = "cores, memory and devices where the platform has cgroups, else none",
	  .doc = "What cgroups hold a job to. `none` does without cgroups." },
	{ .key = "spank", AS_LIST(struct slurm, spank, spank_shape),
	  .doc = "SPANK plugins, in the order in which Slurm calls them. slurmd, and whatever submits jobs, reads them in plugstack.conf." },
	{ .key = "options", AS_OPTIONS(struct slurm, options), .check = check_slurm_key, .slurm_options = true,
	  .doc = "Any other global key of slurm.conf that the release knows. A list is joined by commas; `true` and `false` become "
		 "yes and no. Lists of words join with hpcc's own." },
	{ .key = "cgroup", AS_OPTIONS(struct slurm, cgroup), .check = check_slurm_key, .slurm_options = true,
	  .slurm_file = CGROUP_CONF,
	  .doc = "Any other key of cgroup.conf." },
};
/* clang-format on */

const struct shape slurm_shape = {
	.name = "slurm",
	.doc = "Slurm itself.",
	.size = sizeof(struct slurm),
	SHAPE_FIELDS(slurm_fields),
};
