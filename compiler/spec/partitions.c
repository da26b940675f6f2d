/* partitions.c: partitions: all that a PartitionName line can say. */
#include "compiler/spec/check.h"
#include "compiler/spec/spec.h"

static const char *const state_words[] = { "up", "down", "drain", "inactive", NULL };
static const char *const exclusive_words[] = { "no", "node", "user", "topo", NULL };
static const char *const preempt_words[] = { "off",	 "cancel", "gang",   "requeue",
					     "suspend", "within", "priority", NULL };

/* clang-format off */
#define P struct partition
#define FLAG(m, k, d)	    AS_BOOL(P, m), .slurm = (k), .doc = (d)
#define COUNT(m, k, d)	    AS_INT(P, m), .min = 0, .max = INT64_C(4294967293), .slurm = (k), .doc = (d)
#define MEBIBYTES(m, k, d)  AS_MEMORY(P, m), .form = FORM_MEBIBYTES, .slurm = (k), .doc = (d)
#define NAMES(m, k, d)	    AS_TEXTS(P, m), .check = check_name, .slurm = (k), .doc = (d)

#define PARTITION_BODY                                                                                                 \
	{ .key = "state", AS_WORD(P, state, state_words), .slurm = "State", .form = FORM_UPPER,                        \
	  .doc = "Whether jobs may be submitted and started." },                                                       \
	{ .key = "max_time", AS_DURATION(P, max_time), .slurm = "MaxTime", .form = FORM_TIME,                          \
	  .doc = "A job's longest time." },                                                                            \
	{ .key = "default_time", AS_DURATION(P, default_time), .slurm = "DefaultTime", .form = FORM_TIME,              \
	  .doc = "A job's time when it asks for none." },                                                              \
	{ .key = "max_nodes", COUNT(max_nodes, "MaxNodes", "Nodes that one job may have at most.") },                  \
	{ .key = "min_nodes", COUNT(min_nodes, "MinNodes", "Nodes that one job has at least.") },                      \
	{ .key = "max_cpus_per_node",                                                                                  \
	  COUNT(max_cpus_per_node, "MaxCPUsPerNode", "CPUs of one node that all jobs of this partition may use.") },   \
	{ .key = "max_cpus_per_socket",                                                                                \
	  COUNT(max_cpus_per_socket, "MaxCPUsPerSocket", "CPUs of one socket that all jobs of this partition may use.") }, \
	{ .key = "def_mem_per_cpu", MEBIBYTES(def_mem_per_cpu, "DefMemPerCPU", "Memory for each CPU when a job asks for none.") }, \
	{ .key = "def_mem_per_gpu", MEBIBYTES(def_mem_per_gpu, "DefMemPerGPU", "Memory for each GPU when a job asks for none.") }, \
	{ .key = "def_mem_per_node", MEBIBYTES(def_mem_per_node, "DefMemPerNode", "Memory for each node when a job asks for none.") }, \
	{ .key = "max_mem_per_cpu", MEBIBYTES(max_mem_per_cpu, "MaxMemPerCPU", "Memory for each CPU at most.") },      \
	{ .key = "max_mem_per_node", MEBIBYTES(max_mem_per_node, "MaxMemPerNode", "Memory of one node at most.") },    \
	{ .key = "def_cpu_per_gpu", COUNT(def_cpu_per_gpu, "DefCPUPerGPU", "CPUs for each GPU when a job asks for none.") }, \
	{ .key = "oversubscribe", AS_TEXT(P, oversubscribe), .check = check_oversubscribe, .slurm = "OverSubscribe",   \
	  .form = FORM_UPPER, .doc = "Whether jobs share resources: `no`, `exclusive`, `yes:4` or `force:4`." },       \
	{ .key = "exclusive", AS_WORD(P, exclusive, exclusive_words), .slurm = "Exclusive", .form = FORM_UPPER,        \
	  .doc = "Whole nodes for a job or a user. From 26.05; before, `oversubscribe: exclusive` and `exclusive_user`." }, \
	{ .key = "exclusive_user", FLAG(exclusive_user, "ExclusiveUser", "A node serves one user at a time.") },       \
	{ .key = "exclusive_topo", FLAG(exclusive_topo, "ExclusiveTopo", "A block of the topology serves one job at a time.") }, \
	{ .key = "priority_tier", AS_INT(P, priority_tier), .min = 0, .max = 65533, .slurm = "PriorityTier",           \
	  .doc = "Jobs of a higher tier are looked at first." },                                                       \
	{ .key = "priority_job_factor", AS_INT(P, priority_job_factor), .min = 0, .max = 65533,                        \
	  .slurm = "PriorityJobFactor", .doc = "The partition's part in a job's priority." },                          \
	{ .key = "preempt_mode", AS_WORDS(P, preempt_mode, preempt_words), .slurm = "PreemptMode", .form = FORM_UPPER, \
	  .doc = "How jobs here give way to others." },                                                                \
	{ .key = "grace_time", AS_DURATION(P, grace_time), .min = 0, .max = 31536000, .slurm = "GraceTime",            \
	  .form = FORM_SECONDS, .doc = "Time a job has before it gives way." },                                        \
	{ .key = "qos", AS_TEXT(P, qos), .check = check_name, .slurm = "QOS",                                          \
	  .doc = "The QOS whose limits hold for the partition." },                                                     \
	{ .key = "allow_qos", NAMES(allow_qos, "AllowQos", "QOS that may use it.") },                                  \
	{ .key = "deny_qos", NAMES(deny_qos, "DenyQos", "QOS that may not.") },                                        \
	{ .key = "allow_accounts", NAMES(allow_accounts, "AllowAccounts", "Accounts that may use it.") },              \
	{ .key = "deny_accounts", NAMES(deny_accounts, "DenyAccounts", "Accounts that may not.") },                    \
	{ .key = "allow_groups", AS_TEXTS(P, allow_groups), .check = check_word, .slurm = "AllowGroups",               \
	  .doc = "Unix groups that may use it." },                                                                     \
	{ .key = "alloc_nodes", AS_HOSTS(P, alloc_nodes), .slurm = "AllocNodes",                                       \
	  .doc = "Hosts from which jobs may be submitted." },                                                          \
	{ .key = "hidden", FLAG(hidden, "Hidden", "Not shown unless asked for.") },                                    \
	{ .key = "root_only", FLAG(root_only, "RootOnly", "Only root may submit.") },                                  \
	{ .key = "disable_root_jobs", FLAG(disable_root_jobs, "DisableRootJobs", "root may not run jobs.") },          \
	{ .key = "lln", FLAG(lln, "LLN", "The least loaded nodes first.") },                                           \
	{ .key = "req_resv", FLAG(req_resv, "ReqResv", "Only with a reservation.") },                                  \
	{ .key = "over_time_limit", AS_DURATION(P, over_time_limit), .slurm = "OverTimeLimit", .form = FORM_MINUTES,   \
	  .doc = "How long a job may pass its time limit." },                                                          \
	{ .key = "select_type_parameters", AS_TEXT(P, select_type_parameters), .check = check_word,                    \
	  .slurm = "SelectTypeParameters", .doc = "What is handed out here: `CR_Core_Memory` and the like." },         \
	{ .key = "tres_billing_weights", AS_OPTIONS(P, tres_billing_weights), .check = check_tres,                     \
	  .slurm = "TRESBillingWeights", .doc = "What resources cost: `{ CPU: 1.0, Mem: 0.25G }`." },                  \
	{ .key = "cpu_bind", AS_TEXT(P, cpu_bind), .check = check_word, .slurm = "CpuBind",                            \
	  .doc = "How tasks are bound unless they say otherwise." },                                                   \
	{ .key = "suspend_time", AS_DURATION(P, suspend_time), .slurm = "SuspendTime", .form = FORM_SECONDS,           \
	  .doc = "Idle nodes are powered down after this." },                                                          \
	{ .key = "suspend_timeout", AS_DURATION(P, suspend_timeout), .min = 0, .max = 65533, .slurm = "SuspendTimeout", \
	  .form = FORM_SECONDS, .doc = "How long powering down may take." },                                           \
	{ .key = "resume_timeout", AS_DURATION(P, resume_timeout), .min = 0, .max = 65533, .slurm = "ResumeTimeout",   \
	  .form = FORM_SECONDS, .doc = "How long powering up may take." },                                             \
	{ .key = "power_down_on_idle",                                                                                 \
	  FLAG(power_down_on_idle, "PowerDownOnIdle", "Nodes are powered down as soon as they are idle.") },           \
	{ .key = "topology", AS_TEXT(P, topology), .check = check_name, .slurm = "Topology",                           \
	  .doc = "The topology its jobs are placed by, of those in topology.yaml." }

#define PARTITION_OPTIONS                                                                                              \
	{ .key = "options", AS_OPTIONS(P, options), .check = check_slurm_key, .slurm_options = true,                   \
	  .slurm_section = SECTION_PARTITION, .doc = "Any other key of a PartitionName line." }

static const struct field partition_fields[] = {
	{ .key = "nodes", AS_NODESET(P, nodes), .required = true, .refers = "nodes",
	  .doc = "Its nodes: a hostlist, `ALL`, or a selector: `{ feature: ib }`, `{ gres: gpu }`." },
	{ .key = "default", FLAG(is_default, "Default", "Where jobs go that name no partition.") },
	{ .key = "alternate", AS_TEXT(P, alternate), .check = check_name, .refers = "partitions", .slurm = "Alternate",
	  .doc = "The partition that takes jobs when this one is down or full." },
	PARTITION_BODY,
	PARTITION_OPTIONS,
};
const struct shape partition_shape = {
	.name = "partition", .doc = "A partition.", .size = sizeof(P), SHAPE_FIELDS(partition_fields),
	.slurm_section = SECTION_PARTITION,
};

static const struct field partition_defaults_fields[] = { PARTITION_BODY, PARTITION_OPTIONS };
const struct shape partition_defaults_shape = {
	.name = "partition default", .doc = "What partitions take when they say nothing themselves.", .size = sizeof(P),
	SHAPE_FIELDS(partition_defaults_fields), .slurm_section = SECTION_PARTITION,
};
/* clang-format on */
