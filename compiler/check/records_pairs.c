/*
 * records_pairs.c: keys of Slurm's that quarrel with each other, that need each other, or that do nothing without
 * another.
 *
 * Each row is a rule of slurm.conf(5) or of the code that reads it. All its terms must hold; the first must be about
 * something that was written, which is where the finding stands. The others are shown beside it.
 */
#include "compiler/check/records.h"

#include <string.h>

#include "compiler/base/map.h"
#include "compiler/slurm/unread.h"
#include "compiler/slurm/value.h"

enum op {
	SET = 1, /* and not none */
	UNSET,	 /* or none */
	ABSENT,	 /* not written at all */
	HAS,	 /* one of the words (w1|w2): whole, without the part before '/', or without =value */
	LACKS,	 /* all of them */
	TWO,	 /* has two of them */
	SEVERAL, /* more than one word */
	YES,
	ZERO, /* or absent */
	NONZERO,
	SAYS, /* HAS, and it was written: not by default */
};

enum { TERMS = 3 };

struct term {
	const char *key;
	enum op op;
	const char *words;
};

struct relation {
	const char *rule;
	enum severity severity;
	enum release first; /* from which on it holds */
	struct term terms[TERMS];
	const char *message, *help;
	const char *in_files; /* the help for Slurm's own files, where the other speaks of a spec's keys */
	enum release before;  /* from which on it holds no more; 0: it still does */
};

#define CLASH	  "option-clash"
#define NEEDS	  "option-needs"
#define IDLE	  "option-without-effect"
#define CR_UNITS  "CR_CPU|CR_CPU_Memory|CR_Core|CR_Core_Memory|CR_Socket|CR_Socket_Memory"
#define CR_MEMORY "CR_Memory|CR_CPU_Memory|CR_Core_Memory|CR_Socket_Memory"
/* X11 and RunInJob bring Contain with them: slurm.conf(5), PrologFlags. */
#define CONTAIN "Contain|X11|RunInJob"
#define E	SEVERITY_ERROR
#define W	SEVERITY_WARNING

/* plugins/priority/basic weighs nothing: jobs run in the order in which they came. */
#define BASIC(weight)                                                                                                  \
	{ IDLE, W, 0, { { weight, NONZERO, NULL }, { "PriorityType", HAS, "basic" } }, weight " does nothing with priority/basic", \
	  "write PriorityType: priority/multifactor, or leave it out", "write PriorityType=priority/multifactor, or leave it out" }

/* Keys are those of slurm.conf and cgroup.conf; no two of these are called alike. */
/* clang-format off */
static const struct relation relations[] = {
	/* common/read_config.c: _validate_and_set_defaults() */
	{ CLASH, E, 0, { { "PrologFlags", HAS, "NoHold" }, { "PrologFlags", HAS, "Contain|X11" } },
	  "PrologFlags cannot hold NoHold together with Contain or X11", "leave NoHold out" },
	{ CLASH, E, 0, { { "PrologFlags", HAS, "X11" }, { "ProctrackType", HAS, "linuxproc" } },
	  "PrologFlags=X11 does not go with proctrack/linuxproc",
	  "leave X11 out, or let cgroups track processes: slurm.constrain other than none",
	  "leave X11 out, or write ProctrackType=proctrack/cgroup" },
	{ CLASH, W, RELEASE_24_05, { { "PrologFlags", HAS, "Serial" }, { "PrologFlags", HAS, "RunInJob" } },
	  "PrologFlags cannot hold Serial together with RunInJob", "keep one of the two" },
	{ CLASH, E, 0, { { "LaunchParameters", HAS, "enable_nss_slurm" }, { "LaunchParameters", HAS, "disable_send_gids" } },
	  "LaunchParameters cannot hold enable_nss_slurm together with disable_send_gids", "keep one of the two" },
	{ CLASH, E, 0, { { "JobAcctGatherParams", HAS, "UsePss" }, { "JobAcctGatherParams", HAS, "NoShared|NoShare" } },
	  "JobAcctGatherParams cannot hold UsePss together with NoShared", "keep one of the two" },
	{ CLASH, E, 0, { { "SelectTypeParameters", TWO, CR_UNITS "|CR_Memory" } },
	  "SelectTypeParameters takes one of CR_CPU, CR_Core, CR_Socket and CR_Memory",
	  "CR_Core_Memory is cores and memory together" },
	{ CLASH, E, 0,
	  { { "SelectTypeParameters", HAS, "CR_ONE_TASK_PER_CORE" }, { "SelectTypeParameters", HAS, "CR_CPU|CR_CPU_Memory" } },
	  "CR_ONE_TASK_PER_CORE does not go with CR_CPU", "hand out cores: CR_Core or CR_Core_Memory" },
	{ CLASH, E, RELEASE_24_05, { { "SelectType", HAS, "linear" }, { "TopologyPlugin", HAS, "tree" } },
	  "select/linear does not go with topology/tree", "leave SelectType out: select/cons_tres is what hpcc writes",
	  "write SelectType=select/cons_tres" },
	{ CLASH, E, 0, { { "MaxNodeCount", NONZERO, NULL }, { "SelectType", LACKS, "cons_tres" } },
	  "MaxNodeCount goes with select/cons_tres alone", "leave SelectType out: select/cons_tres is what hpcc writes",
	  "write SelectType=select/cons_tres, or leave MaxNodeCount out" },
	{ CLASH, E, 0, { { "PreemptMode", TWO, "OFF|CANCEL|REQUEUE|SUSPEND" } },
	  "PreemptMode takes one of OFF, CANCEL, REQUEUE and SUSPEND", "keep one; GANG may stand beside it" },
	{ CLASH, E, 0, { { "PropagateResourceLimits", HAS, "ALL|NONE" }, { "PropagateResourceLimits", SEVERAL, NULL } },
	  "ALL and NONE stand alone in PropagateResourceLimits", "leave the others out" },
	{ CLASH, E, 0,
	  { { "PropagateResourceLimitsExcept", HAS, "ALL|NONE" }, { "PropagateResourceLimitsExcept", SEVERAL, NULL } },
	  "ALL and NONE stand alone in PropagateResourceLimitsExcept", "leave the others out" },
	{ CLASH, E, 0, { { "TaskPluginParam", TWO, "None|Sockets|Cores|Threads" } },
	  "TaskPluginParam takes one of None, Sockets, Cores and Threads", "keep one of them" },
	{ CLASH, E, 0, { { "TaskPluginParam", TWO, "Autobind" } }, "TaskPluginParam takes Autobind once", "keep one of them" },
	/* plugins/select/linear: init() */
	{ CLASH, E, 0, { { "SelectType", HAS, "linear" }, { "SelectTypeParameters", SAYS, CR_UNITS } },
	  "select/linear hands out whole nodes and takes no CR_CPU, CR_Core or CR_Socket",
	  "set SelectTypeParameters: CR_Memory as well, or leave SelectType out",
	  "write SelectType=select/cons_tres to hand out cores; whole nodes go with CR_Memory alone" },
	/* slurmctld/read_config.c: OverMemoryKill; slurmd has the same */
	{ CLASH, E, 0,
	  { { "JobAcctGatherParams", HAS, "OverMemoryKill" }, { "TaskPlugin", HAS, "cgroup" }, { "ConstrainRAMSpace", YES, NULL } },
	  "OverMemoryKill does not go with memory that cgroups hold already",
	  "leave OverMemoryKill out, or take memory out of slurm.constrain",
	  "leave OverMemoryKill out, or write ConstrainRAMSpace=no in cgroup.conf" },
	{ CLASH, E, 0,
	  { { "JobAcctGatherParams", HAS, "OverMemoryKill" }, { "TaskPlugin", HAS, "cgroup" }, { "ConstrainSwapSpace", YES, NULL } },
	  "OverMemoryKill does not go with swap that cgroups hold already",
	  "leave OverMemoryKill out, or take swap out of slurm.constrain",
	  "leave OverMemoryKill out, or write ConstrainSwapSpace=no in cgroup.conf" },
	/* interfaces/cgroup.c; plugins/task/cgroup: init() */
	{ CLASH, E, 0, { { "CgroupPlugin", HAS, "disabled" }, { "ProctrackType", HAS, "cgroup" } },
	  "cgroups are off, and proctrack/cgroup needs them",
	  "slurm.constrain: none does without cgroups throughout; leave CgroupPlugin and ProctrackType to it",
	  "write ProctrackType=proctrack/linuxproc, or let CgroupPlugin be" },
	{ CLASH, E, 0, { { "CgroupPlugin", HAS, "disabled" }, { "TaskPlugin", HAS, "cgroup" } },
	  "cgroups are off, and task/cgroup needs them",
	  "slurm.constrain: none does without cgroups throughout; leave CgroupPlugin and TaskPlugin to it",
	  "write TaskPlugin=task/affinity, or let CgroupPlugin be" },
	{ CLASH, E, 0, { { "CgroupPlugin", HAS, "disabled" }, { "JobAcctGatherType", HAS, "cgroup" } },
	  "cgroups are off, and jobacct_gather/cgroup needs them",
	  "slurm.constrain: none does without cgroups throughout; leave CgroupPlugin and JobAcctGatherType to it",
	  "write JobAcctGatherType=jobacct_gather/linux, or let CgroupPlugin be" },
	{ CLASH, E, RELEASE_26_05,
	  { { "HealthCheckNodeState", HAS, "START_ONLY|REBOOT_ONLY" }, { "HealthCheckNodeState", SEVERAL, NULL } },
	  "START_ONLY and REBOOT_ONLY stand alone in HealthCheckNodeState", "leave the others out" },
	{ CLASH, W, 0, { { "SlurmdParameters", HAS, "l3cache_as_socket" }, { "SlurmdParameters", HAS, "numa_node_as_socket" } },
	  "SlurmdParameters cannot hold l3cache_as_socket together with numa_node_as_socket", "keep one of the two" },

	{ NEEDS, E, 0, { { "CommunicationParameters", HAS, "DisableIPv4" }, { "CommunicationParameters", LACKS, "EnableIPv6" } },
	  "DisableIPv4 without EnableIPv6 leaves no way to communicate", "add EnableIPv6 to CommunicationParameters" },
	{ NEEDS, E, RELEASE_24_05, { { "SlurmctldParameters", HAS, "enable_stepmgr" }, { "PrologFlags", LACKS, CONTAIN } },
	  "enable_stepmgr needs PrologFlags=Contain", "add PrologFlags: Contain",
	  "write PrologFlags=Contain" },
	{ NEEDS, E, 0, { { "JobContainerType", SET, NULL }, { "PrologFlags", LACKS, CONTAIN } },
	  "JobContainerType needs PrologFlags=Contain", "add PrologFlags: Contain",
	  "write PrologFlags=Contain" },
	{ NEEDS, E, 0, { { "NamespaceType", SET, NULL }, { "PrologFlags", LACKS, CONTAIN } },
	  "NamespaceType needs PrologFlags=Contain", "add PrologFlags: Contain",
	  "write PrologFlags=Contain" },
	{ NEEDS, W, 0, { { "PrologFlags", HAS, CONTAIN }, { "ProctrackType", LACKS, "cgroup|cray_aries" } },
	  "PrologFlags=Contain expects proctrack/cgroup",
	  "without cgroups pam_slurm_adopt cannot hold what logs in: leave Contain out" },
	{ NEEDS, E, 0, { { "MCSParameters", SET, NULL }, { "MCSPlugin", ABSENT, NULL } }, "MCSParameters needs MCSPlugin",
	  "add MCSPlugin, such as mcs/group", "add MCSPlugin=mcs/group" },
	{ NEEDS, E, 0, { { "MCSPlugin", HAS, "group" }, { "MCSParameters", UNSET, NULL } }, "mcs/group needs MCSParameters",
	  "name the groups in MCSParameters" },
	{ NEEDS, E, 0, { { "SlurmSchedLogLevel", NONZERO, NULL }, { "SlurmSchedLogFile", UNSET, NULL } },
	  "SlurmSchedLogLevel needs SlurmSchedLogFile", "add SlurmSchedLogFile: /var/log/slurm/sched.log",
	  "add SlurmSchedLogFile=/var/log/slurm/sched.log" },
	{ NEEDS, E, 0, { { "PriorityDecayHalfLife", ZERO, NULL }, { "PriorityUsageResetPeriod", ABSENT, NULL } },
	  "usage that never decays needs PriorityUsageResetPeriod", "add PriorityUsageResetPeriod: MONTHLY",
	  "add PriorityUsageResetPeriod=MONTHLY" },
	{ NEEDS, E, 0, { { "PreemptMode", HAS, "SUSPEND" }, { "PreemptMode", LACKS, "GANG" } },
	  "PreemptMode=SUSPEND needs GANG as well", "write PreemptMode: [SUSPEND, GANG]",
	  "write PreemptMode=SUSPEND,GANG" },
	{ NEEDS, E, 0, { { "PreemptMode", HAS, "CANCEL|REQUEUE|SUSPEND|WITHIN|PRIORITY" }, { "PreemptType", UNSET, NULL } },
	  "PreemptMode needs PreemptType", "add PreemptType: preempt/partition_prio or preempt/qos",
	  "add PreemptType=preempt/partition_prio, or preempt/qos" },
	{ NEEDS, E, 0,
	  { { "PreemptType", HAS, "qos|partition_prio" }, { "PreemptMode", LACKS, "CANCEL|REQUEUE|SUSPEND" } },
	  "PreemptType needs a PreemptMode", "add PreemptMode: REQUEUE, CANCEL, or [SUSPEND, GANG]",
	  "add PreemptMode=REQUEUE, CANCEL, or SUSPEND,GANG" },
	/* Seen with 24.11.5: a segmentation fault as priorities are first reckoned. */
	{ NEEDS, E, RELEASE_24_11, { { "PriorityFlags", HAS, "NO_FAIR_TREE|DEPTH_OBLIVIOUS" }, { "AccountingStorageType", UNSET, NULL } },
	  "this is about fair shares, which need accounting; without it slurmctld crashes",
	  "add `accounting`, or leave it out", "add AccountingStorageType=accounting_storage/slurmdbd, or leave it out", RELEASE_26_05 },
	{ NEEDS, E, RELEASE_24_11, { { "TaskPluginParam", HAS, "OOMKillStep" }, { "TaskPlugin", LACKS, "cgroup" } },
	  "OOMKillStep needs task/cgroup", "leave it out, or let slurm.constrain hold memory",
	  "leave it out, or add task/cgroup to TaskPlugin" },
	{ NEEDS, E, RELEASE_25_05, { { "TaskPluginParam", HAS, "SlurmdSpecOverride" }, { "TaskPlugin", LACKS, "cgroup" } },
	  "SlurmdSpecOverride needs task/cgroup", "leave it out, or let slurm.constrain hold cores",
	  "leave it out, or add task/cgroup to TaskPlugin" },
	/* plugins/select/cons_tres: init() */
	{ NEEDS, E, 0,
	  { { "SelectTypeParameters", SET, NULL }, { "SelectTypeParameters", LACKS, CR_UNITS }, { "SelectType", HAS, "cons_tres" } },
	  "select/cons_tres needs CPUs, cores or sockets in SelectTypeParameters", "write CR_Core_Memory",
	  "add one of them, such as CR_Core_Memory" },
	/* slurmctld/read_config.c, plugins/route/topology: init() */
	{ NEEDS, E, 0, { { "RoutePlugin", HAS, "topology" }, { "TopologyPlugin", LACKS, "tree" } },
	  "route/topology needs topology/tree", "leave RoutePlugin out, or choose topology/tree" },
	{ NEEDS, E, 0, { { "AccountingStorageType", HAS, "mysql" } }, "accounting_storage/mysql is slurmdbd's: slurmctld stops",
	  "leave it out", "write accounting_storage/slurmdbd here, and StorageType=accounting_storage/mysql in slurmdbd.conf" },

	/* slurm.conf(5), cgroup.conf(5) */
	{ IDLE, W, 0, { { "ConstrainRAMSpace", YES, NULL }, { "SelectTypeParameters", LACKS, CR_MEMORY } },
	  "memory is constrained, but never handed out: nothing holds jobs to it",
	  "give the nodes `memory`, or let SelectTypeParameters hand it out: CR_Core_Memory",
	  "hand memory out: SelectTypeParameters=CR_Core_Memory" },
	{ IDLE, W, 0, { { "MCSParameters", SET, NULL }, { "MCSPlugin", HAS, "none" } }, "MCSParameters does nothing with mcs/none",
	  "leave it out, or choose another MCSPlugin" },
	{ IDLE, W, 0, { { "MaxMemPerCPU", NONZERO, NULL }, { "MaxMemPerNode", NONZERO, NULL } },
	  "Slurm takes MaxMemPerNode and passes over MaxMemPerCPU", "keep one of the two" },
	{ IDLE, W, 0, { { "AccountingStorageEnforce", SET, NULL }, { "AccountingStorageType", LACKS, "slurmdbd|ctld_relay|mysql" } },
	  "AccountingStorageEnforce does nothing without slurmdbd, which knows users and limits",
	  "add `accounting`, or leave AccountingStorageEnforce out",
	  "add AccountingStorageType=accounting_storage/slurmdbd, or leave AccountingStorageEnforce out" },
	/* slurmctld/read_config.c: "Job accounting information gathered, but not stored" */
	{ IDLE, W, 0, { { "JobAcctGatherType", SET, NULL }, { "AccountingStorageType", UNSET, NULL } },
	  "what JobAcctGatherType gathers is stored nowhere: it serves sstat and OverMemoryKill alone",
	  "add `accounting`, or leave JobAcctGatherType out",
	  "add AccountingStorageType=accounting_storage/slurmdbd, or live with the error in slurmctld's log" },
	BASIC("PriorityWeightAge"), BASIC("PriorityWeightAssoc"), BASIC("PriorityWeightFairshare"),
	BASIC("PriorityWeightJobSize"), BASIC("PriorityWeightPartition"), BASIC("PriorityWeightQOS"),
	{ IDLE, W, 0, { { "PriorityWeightAge", NONZERO, NULL }, { "AccountingStorageType", UNSET, NULL } },
	  "Slurm counts a job's age with accounting alone, which this cluster has not", "add `accounting`, or leave PriorityWeightAge out",
	  "add AccountingStorageType=accounting_storage/slurmdbd, or leave PriorityWeightAge out" },
	{ IDLE, W, 0, { { "PriorityWeightFairshare", NONZERO, NULL }, { "AccountingStorageType", UNSET, NULL } },
	  "fair shares need accounting, which this cluster has not", "add `accounting`, or leave PriorityWeightFairshare out",
	  "add AccountingStorageType=accounting_storage/slurmdbd, or leave PriorityWeightFairshare out" },
	{ IDLE, W, 0, { { "HealthCheckProgram", SET, NULL }, { "HealthCheckInterval", ZERO, NULL } },
	  "HealthCheckProgram never runs without HealthCheckInterval", "add HealthCheckInterval: 300",
	  "add HealthCheckInterval=300" },
	{ IDLE, W, 0, { { "HealthCheckInterval", NONZERO, NULL }, { "HealthCheckProgram", UNSET, NULL } },
	  "HealthCheckInterval does nothing without HealthCheckProgram", "name the program in HealthCheckProgram" },
	/* slurmctld/power_save.c: _init_power_config() */
	{ IDLE, W, 0, { { "SuspendProgram", SET, NULL }, { "ResumeProgram", UNSET, NULL } },
	  "nodes are not powered down without ResumeProgram", "name the program in ResumeProgram" },
	{ IDLE, W, 0, { { "ResumeProgram", SET, NULL }, { "SuspendProgram", UNSET, NULL } },
	  "nodes are not powered up without SuspendProgram", "name the program in SuspendProgram" },
	{ IDLE, W, 0,
	  { { "SuspendTime", SET, NULL }, { "SuspendTime", LACKS, "INFINITE|UNLIMITED|NONE|-1" }, { "SuspendProgram", UNSET, NULL } },
	  "SuspendTime does nothing without SuspendProgram", "name the programs in SuspendProgram and ResumeProgram" },
	/* plugins/jobacct_gather: init() */
	{ IDLE, W, RELEASE_24_05, { { "JobAcctGatherParams", HAS, "UsePss|NoShared" }, { "JobAcctGatherType", LACKS, "linux" } },
	  "UsePss and NoShared belong to jobacct_gather/linux", "leave them out" },
};
/* clang-format on */

/* ---- */

static bool same_word(const char *word, const char *row, size_t n)
{
	const char *slash = strchr(word, '/');
	const char *tries[] = { word, slash ? slash + 1 : NULL };
	for (size_t i = 0; i < 2; i++) {
		if (!tries[i] || strlen(tries[i]) != n)
			continue;
		char copy[64];
		if (n >= sizeof(copy))
			return false;
		memcpy(copy, row, n);
		copy[n] = '\0';
		if (text_equal_nocase(tries[i], copy))
			return true;
	}
	return false;
}

static bool among(const char *word, const char *words)
{
	for (const char *s = words; *s;) {
		size_t n = strcspn(s, "|");
		if (same_word(word, s, n))
			return true;
		s += n + (s[n] == '|');
	}
	return false;
}

/* How many words of a value are among those; the first in *ret_word. */
static size_t count_words(struct arena *a, const char *value, const char *words, const char **ret_word)
{
	struct value_word w;
	size_t n = 0;
	for (const char *rest = value; value_next(a, &rest, &w);)
		if (!words || among(w.name, words)) {
			if (!n)
				*ret_word = w.text;
			n++;
		}
	return n;
}

static bool is_set(const char *value)
{
	size_t n = value ? strlen(value) : 0;
	return n && !text_equal_nocase(value, "none") && !(n > 5 && text_equal_nocase(value + n - 5, "/none"));
}

static bool is_zero(const char *value)
{
	uint64_t number;
	uint32_t minutes;
	if (!value)
		return true;
	return (slurm_number(value, &number) && number == 0) || (slurm_minutes(value, &minutes) && minutes == 0);
}

/* Whether a term holds of a value (NULL: absent); the word that it is about in *ret_word. */
static bool holds(struct arena *a, const struct term *t, const char *value, const char **ret_word)
{
	bool yes;
	*ret_word = NULL;
	switch (t->op) {
	case SET:
		return is_set(value);
	case UNSET:
		return !is_set(value);
	case ABSENT:
		return !value;
	case HAS:
	case SAYS:
		return value && count_words(a, value, t->words, ret_word) > 0;
	case LACKS:
		return !value || count_words(a, value, t->words, ret_word) == 0;
	case TWO:
		return value && count_words(a, value, t->words, ret_word) > 1;
	case SEVERAL:
		return value && count_words(a, value, NULL, ret_word) > 1;
	case YES:
		return value && slurm_bool(value, &yes) && yes;
	case ZERO:
		return is_zero(value);
	case NONZERO:
		return value && !is_zero(value);
	}
	return false;
}

/* Of a key that Slurm passes over, or stops at, others have said so (facts.c, global_keys.c). */
static bool is_read(const struct entry *e, enum release r)
{
	return fact_known(e->fact, r) && r < e->fact->defunct && r < e->fact->refused;
}

/* The global entries by key: looked up often, among records of all nodes. */
static void map_globals(const struct check *c, struct map *globals)
{
	static const enum slurm_file files[] = { SLURM_CONF, CGROUP_CONF };
	map_init(globals, c->arena);
	for (size_t f = 0; f < sizeof(files) / sizeof(files[0]); f++)
		for (size_t i = 0; i < c->records->files[files[f]].n; i++) {
			const struct record *rec = c->records->files[files[f]].v[i];
			for (size_t j = 0; rec->section == SECTION_GLOBAL && j < rec->entries.n; j++)
				if (is_read(&rec->entries.v[j], c->records->release))
					map_set(globals, rec->entries.v[j].fact->key, &rec->entries.v[j]);
		}
}

/* What a key is when nobody says it. A file's absent key has Slurm's default; a spec's has been written by hpcc, or is
 * not given. Nodes are handed out by cores and memory where cons_tres hands them out at all, in every release: by the plugin up to
 * 23.11, then by read_config.c. */
static const char *default_of(const struct check *c, const struct map *globals, const char *key)
{
	enum release r = c->records->release;
	const struct entry *select = map_get(globals, "SelectType");
	const struct fact *f = fact_find(SLURM_CONF, SECTION_GLOBAL, key);
	if (!c->files)
		return NULL;
	if (strcmp(key, "SelectTypeParameters") == 0)
		return strstr(select ? select->value : default_of(c, globals, "SelectType"), "cons_tres") ? "CR_Core_Memory" : NULL;
	f = f ? f : fact_find(CGROUP_CONF, SECTION_GLOBAL, key);
	return f ? fact_default(f, r) : NULL;
}

static const char *value_of(const struct check *c, const struct map *globals, const struct term *t)
{
	const struct entry *e = map_get(globals, t->key);
	return e ? e->value : t->op == ABSENT || t->op == SAYS ? NULL : default_of(c, globals, t->key);
}

static void note_others(struct check *c, struct diag *d, const struct relation *p, const struct map *globals, size_t at)
{
	const struct entry *first = map_get(globals, p->terms[at].key);
	for (size_t i = 0; i < TERMS && p->terms[i].key; i++) {
		const char *key = p->terms[i].key, *value = value_of(c, globals, &p->terms[i]);
		const struct entry *e = map_get(globals, key);
		if (i == at || strcmp(key, p->terms[at].key) == 0 || !value)
			continue;
		if (e && e->span.source == first->span.source && e->span.start == first->span.start)
			continue;
		if (!e)
			diag_note(c->diags, d, (struct span){ 0 }, "%s is %s, the default of Slurm %s", key, value,
				  release_name(c->records->release));
		else if (span_known(e->span))
			diag_note(c->diags, d, e->span, "%s is %s by this", key, value);
		else
			diag_note(c->diags, d, e->span, "%s is %s: hpcc writes that when nothing else is said", key, value);
	}
}

/* The term that the finding stands at: the first; in files, where that may be a default, the first that is written. TERMS: none. */
static size_t place_of(const struct check *c, const struct relation *p, const struct map *globals)
{
	for (size_t i = 0; i < (c->files ? (size_t)TERMS : 1) && p->terms[i].key; i++) {
		const struct entry *e = map_get(globals, p->terms[i].key);
		if (e && span_known(e->span))
			return i;
	}
	return TERMS;
}

/* Says whether it reported. */
static bool try_relation(struct check *c, const struct relation *p, const struct map *globals)
{
	const char *words[TERMS] = { 0 };
	for (size_t i = 0; i < TERMS && p->terms[i].key; i++)
		if (!holds(c->arena, &p->terms[i], value_of(c, globals, &p->terms[i]), &words[i]))
			return false;
	/* torn.c: what is not set may be set where nobody could read. */
	for (size_t i = 0; c->files && c->files->torn && i < TERMS && p->terms[i].key; i++)
		if (!map_get(globals, p->terms[i].key))
			return false;
	size_t at = place_of(c, p, globals);
	if (at == TERMS)
		return false;
	struct span span = ((const struct entry *)map_get(globals, p->terms[at].key))->span;
	struct diag *d = diag_add(c->diags, p->severity, p->rule, words[at] ? span_within(c, span, words[at]) : span, "%s",
				  p->message);
	note_others(c, d, p, globals, at);
	diag_help(c->diags, d, "%s", either(c, p->help, p->in_files ? p->in_files : p->help));
	return true;
}

/* Rows that begin with the same term say the same of it. */
static bool same_first(const struct relation *a, const struct relation *b)
{
	return a && strcmp(a->terms[0].key, b->terms[0].key) == 0 && text_equal(a->terms[0].words, b->terms[0].words) &&
	       a->terms[0].op == b->terms[0].op;
}

void run_pairs(struct check *c)
{
	struct map globals;
	map_globals(c, &globals);
	const struct relation *last = NULL;
	for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++) {
		const struct relation *r = &relations[i];
		bool holds_here = c->records->release >= r->first && (!r->before || c->records->release < r->before);
		if (strcmp(r->rule, c->rule->name) == 0 && holds_here && !same_first(last, r) &&
		    try_relation(c, r, &globals))
			last = r;
	}
}

/* ---- missing-companion-file */

static const struct companion {
	const char *key, *words, *files; /* beside slurm.conf, one of them */
	const char *who;		 /* misses it */
	enum severity in_files;		 /* where everything else is there; a spec's files may come by other ways */
} companions[] = {
	{ "TopologyPlugin", "tree|block|3d_torus|torus3d|ring|hypercube", "topology.conf|topology.yaml", "slurmctld stops", E },
	{ "JobSubmitPlugins", "lua", "job_submit.lua", "slurmctld stops", E },
	{ "CliFilterPlugins", "lua", "cli_filter.lua", "commands fail", E },
	{ "JobContainerType", "tmpfs", "job_container.conf", "slurmd stops", E },
	{ "NamespaceType", "tmpfs", "job_container.conf", "slurmd stops", E },
	{ "NamespaceType", "linux", "namespace.yaml", "slurmd stops", E },
	{ "SlurmctldPlugstack", "nonstop", "nonstop.conf", "slurmctld stops", E },
	{ "NodeFeaturesPlugins", "helpers", "helpers.conf", "slurmctld stops", E },
	{ "BurstBufferType", "lua", "burst_buffer.lua", "slurmctld stops", E },
	{ "AcctGatherProfileType", "hdf5|influxdb", "acct_gather.conf", "slurmd stops", E },
};

static bool is_beside(const struct slurm_files *files, const char *names)
{
	for (const char *s = names; *s;) {
		size_t n = strcspn(s, "|");
		char name[64];
		if (n < sizeof(name)) {
			memcpy(name, s, n);
			name[n] = '\0';
			enum slurm_file f = slurm_file_of(name);
			struct unread u;
			bool looked_for = f == SLURM_FILE_COUNT || !slurm_file_unread(files, f, &u) ||
					  u.why != UNREAD_RELEASE;
			if (looked_for && ((f != SLURM_FILE_COUNT && files->sources[f]) ||
					   (files->beside && files->beside(files->ctx, name))))
				return true;
		}
		s += n + (s[n] == '|');
	}
	return false;
}

static bool is_there(const struct check *c, const char *names)
{
	if (c->files)
		return is_beside(c->files, names);
	const char *dir = c->model->platform->conf_dir;
	size_t n = strlen(dir);
	struct file *f;
	for (size_t i = 0; (f = entries_next(&c->spec->files, &i));)
		if (strncmp(f->path, dir, n) == 0 && f->path[n] == '/' && among(f->path + n + 1, names))
			return true;
	return false;
}

/* What nobody can name here lies beside slurm.conf on the host that runs it, and not always beside a copy of it. */
static void say_none_beside(struct check *c, const struct companion *k, struct span at, const char *word,
			    const char *name)
{
	bool named = slurm_file_of(name) != SLURM_FILE_COUNT;
	bool sure = named || c->files->machine;
	struct diag *d = diag_add(c->diags, sure ? k->in_files : SEVERITY_WARNING, c->rule->name, at,
				  "%s reads %s, and there is none beside these files: %s%s", word, name, k->who,
				  sure ? "" : " if its host has none either");
	if (named)
		diag_help(c->diags, d, "put %s beside slurm.conf, or name it here if it lies elsewhere", name);
	else
		diag_help(c->diags, d, "put %s beside slurm.conf", name);
}

void run_companions(struct check *c)
{
	struct map globals;
	map_globals(c, &globals);
	for (size_t i = 0; i < sizeof(companions) / sizeof(companions[0]); i++) {
		const struct companion *k = &companions[i];
		const struct entry *e = map_get(&globals, k->key);
		const char *word = NULL;
		if (!e || !span_known(e->span) || !count_words(c->arena, e->value, k->words, &word) ||
		    is_there(c, k->files))
			continue;
		/* slurm-word-release says that the plugin is none. */
		const struct fact_word *row = fact_word_find(e->fact, word);
		if (c->files && row && !fact_word_known(row, c->records->release))
			continue;
		const char *name = arena_strndup(c->arena, k->files, strcspn(k->files, "|"));
		if (c->files) {
			say_none_beside(c, k, span_within(c, e->span, word), word, name);
			continue;
		}
		struct diag *d =
			finding(c, span_within(c, e->span, word), "%s reads %s/%s, and `files` puts none there: %s",
				word, c->model->platform->conf_dir, name, k->who);
		diag_help(c->diags, d, "add it to files: with path %s/%s and a source", c->model->platform->conf_dir,
			  name);
	}
}
