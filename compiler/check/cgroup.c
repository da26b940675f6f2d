/*
 * cgroup.c: rules over a cgroup.conf that was read, and what slurm.conf makes of it.
 *
 * The keys of cgroup.conf are read whatever plugins run; most of them do nothing without task/cgroup, and nobody says
 * so (cgroup.conf(5); interfaces/cgroup.c; plugins/task/cgroup).
 */
#include "compiler/check/said.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/slurm/value.h"

static const struct entry *cgroup_key(const struct check *c, const char *key)
{
	return records_global(c->records, CGROUP_CONF, key);
}

/* What a key of slurm.conf is when nobody writes it. */
static const char *slurm_setting(const struct check *c, const char *key)
{
	const struct entry *e = global(c, key);
	const struct fact *f = fact_find(SLURM_CONF, SECTION_GLOBAL, key);
	return e ? e->value : f ? fact_default(f, c->records->release) : NULL;
}

static bool task_cgroup(const struct check *c)
{
	const char *plugins = slurm_setting(c, "TaskPlugin");
	return holds_word(plugins, "task/cgroup") || holds_word(plugins, "cgroup");
}

/* ---- constrain-without-task-cgroup */

static void constrain_idle(struct check *c)
{
	static const char *const keys[] = { "ConstrainCores", "ConstrainDevices", "ConstrainRAMSpace",
					    "ConstrainSwapSpace" };
	const struct entry *plugins = global(c, "TaskPlugin"), *first = NULL;
	const char *others = "";
	if (!has_slurm_conf(c) || task_cgroup(c))
		return;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!says_yes(cgroup_key(c, keys[i])))
			continue;
		if (first)
			others = ", and the others like it";
		else
			first = cgroup_key(c, keys[i]);
	}
	if (!first)
		return;
	struct diag *d = finding(c, first->key_span,
				 "%s holds no job%s: that is done by task/cgroup, which is not in TaskPlugin",
				 first->fact->key, others);
	if (plugins)
		diag_note(c->diags, d, plugins->span, "TaskPlugin");
	diag_help(c->diags, d, "write TaskPlugin=task/cgroup,task/affinity in slurm.conf");
}

/* ---- cgroup-percent */

static double percent_of(const struct entry *e)
{
	return e && slurm_float_valid(e->value) ? strtod(e->value, NULL) : -1;
}

/* clang-format off */
static const struct percent {
	const char *key, *needs;
	double least, most; /* of what is sensible */
	const char *message, *help;
} percents[] = {
	{ "AllowedRAMSpace", "ConstrainRAMSpace", 100, 1e9,
	  "jobs are killed before they use the memory that they were given: less than 100 percent of it is allowed",
	  "leave it out: it is 100" },
	{ "MaxRAMPercent", "ConstrainRAMSpace", 0, 100, "a job may use more than all memory of a node", "leave it out: it is 100" },
	{ "MaxSwapPercent", "ConstrainSwapSpace", 0, 100, "a job may use more swap than a node has memory", "leave it out: it is 100" },
	{ "AllowedSwapSpace", "ConstrainSwapSpace", 0, 1e9, NULL, NULL },
	{ "MinRAMSpace", "ConstrainRAMSpace", 0, 1e18, NULL, NULL },
};
/* clang-format on */

static void percent(struct check *c)
{
	for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++) {
		const struct percent *p = &percents[i];
		const struct entry *e = cgroup_key(c, p->key);
		double n = percent_of(e);
		struct diag *d;
		if (n < 0)
			continue;
		if (!says_yes(cgroup_key(c, p->needs)) &&
		    !(strcmp(p->needs, "ConstrainRAMSpace") == 0 && says_yes(cgroup_key(c, "ConstrainSwapSpace")))) {
			d = diag_add(c->diags, SEVERITY_INFO, c->rule->name, e->key_span,
				     "%s does nothing without %s=yes", p->key, p->needs);
			diag_help(c->diags, d, "add %s=yes, or leave it out", p->needs);
		} else if (p->message && (n < p->least || n > p->most)) {
			d = finding(c, e->span, "%s", p->message);
			diag_help(c->diags, d, "%s", p->help);
		}
	}
}

/* ---- mem-spec-limit-unheld: "Resource spec: cgroup job confinement not configured" (slurmd/common/slurmd_cgroup.c) */

static void mem_spec(struct check *c)
{
	const struct record *rec;
	struct map seen;
	bool given = c->files->sources[CGROUP_CONF] != NULL;
	map_init(&seen, c->arena);
	if (task_cgroup(c) && (!given || says_yes(cgroup_key(c, "ConstrainRAMSpace"))))
		return;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		const struct entry *e = record_find(rec, "MemSpecLimit");
		if (!e || !number_of(rec, "MemSpecLimit", 0) || !first_at(c, &seen, entry_place(rec, e)))
			continue;
		struct diag *d =
			finding(c, entry_place(rec, e),
				"slurmd keeps no memory for itself: that wants task/cgroup and ConstrainRAMSpace");
		const struct entry *plugins = global(c, "TaskPlugin"), *ram = cgroup_key(c, "ConstrainRAMSpace");
		if (plugins && !task_cgroup(c))
			diag_note(c->diags, d, plugins->span, "TaskPlugin");
		if (ram && !says_yes(cgroup_key(c, "ConstrainRAMSpace")))
			diag_note(c->diags, d, ram->span, "ConstrainRAMSpace");
		diag_help(c->diags, d,
			  "write TaskPlugin=task/cgroup,task/affinity, and ConstrainRAMSpace=yes in cgroup.conf");
		return;
	}
}

/* ---- slurmd-user-not-root: "task/cgroup plugin will not work unless SlurmdUser is root" (slurmctld/controller.c) */

static void slurmd_user(struct check *c)
{
	static const char *const keys[] = { "ProctrackType", "TaskPlugin" };
	const struct entry *user = global(c, "SlurmdUser");
	if (!user || text_equal(user->value, "root") || text_equal(user->value, "0"))
		return;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *value = slurm_setting(c, keys[i]);
		const struct entry *e = global(c, keys[i]);
		if (!value || !strstr(value, "cgroup"))
			continue;
		struct diag *d = finding(c, user->span, "%s works for root alone, and slurmd runs as '%s'",
					 i ? "task/cgroup" : "proctrack/cgroup", user->value);
		if (e)
			diag_note(c->diags, d, e->span, "%s", keys[i]);
		diag_help(c->diags, d, "write SlurmdUser=root, or leave it out");
		return;
	}
}

/* ---- cgroup-v1-deprecated: "cgroup/v1 plugin is deprecated, please upgrade to cgroup/v2" */

static bool is_version(const struct check *c, const char *plugin)
{
	const struct entry *e = cgroup_key(c, "CgroupPlugin");
	return e && text_equal_nocase(e->value, plugin);
}

static void v1_deprecated(struct check *c)
{
	if (!is_version(c, "cgroup/v1") || !release_deprecates_cgroup_v1(c->records->release))
		return;
	struct diag *d =
		finding(c, cgroup_key(c, "CgroupPlugin")->span,
			"Slurm %s warns of cgroup/v1 at every start: it will go", release_name(c->records->release));
	diag_help(c->diags, d, "boot the nodes with cgroup v2 alone, and leave CgroupPlugin out: it is detected");
}

/* ---- cgroup-plugin-case: plugins are files, and files have cases: "cannot create cgroup context for Disabled" */

static void plugin_case(struct check *c)
{
	const struct entry *e = cgroup_key(c, "CgroupPlugin");
	const struct fact_word *word = e ? fact_word_find(e->fact, e->value) : NULL;
	if (!word || strcmp(word->word, e->value) == 0)
		return;
	struct diag *d =
		finding(c, e->span, "Slurm knows '%s' in small letters alone: slurmd does not start", word->word);
	diag_help(c->diags, d, "write %s", word->word);
	diag_edit(c->diags, d, e->span, word->word);
}

/* ---- cgroup-version-key: keys that one of the two plugins reads */

static void say_other_version(struct check *c, const char *key, const char *other)
{
	const struct entry *e = cgroup_key(c, key), *plugin = cgroup_key(c, "CgroupPlugin");
	if (!e)
		return;
	struct diag *d = finding(c, e->key_span, "%s does nothing with %s: only %s reads it", e->fact->key,
				 plugin->value, other);
	diag_note(c->diags, d, plugin->span, "CgroupPlugin");
	diag_help(c->diags, d, "leave it out");
}

static void version_key(struct check *c)
{
	static const char *const of_v2[] = { "IgnoreSystemd",	       "IgnoreSystemdOnFailure", "EnableControllers",
					     "EnableExtraControllers", "SystemdTimeout",	 "CgroupSlice" };
	if (is_version(c, "cgroup/v2"))
		say_other_version(c, "MemorySwappiness", "cgroup/v1");
	for (size_t i = 0; is_version(c, "cgroup/v1") && i < sizeof(of_v2) / sizeof(of_v2[0]); i++)
		say_other_version(c, of_v2[i], "cgroup/v2");
}

/* ---- devices-not-held: a job may open the GPUs of another */

static void devices_not_held(struct check *c)
{
	const struct entry *types = global(c, "GresTypes"), *e = cgroup_key(c, "ConstrainDevices");
	const struct entry *plugins = global(c, "TaskPlugin");
	if (!c->files->sources[CGROUP_CONF] || !types || !holds_word(types->value, "gpu") ||
	    !nodes_have_gres(c, "gpu") || says_yes(cgroup_key(c, "ConstrainDevices")))
		return;
	if (is_version(c, "disabled"))
		return;
	struct diag *d =
		finding(c, types->span, "nothing keeps a job from GPUs that it was not given: ConstrainDevices is %s",
			e ? e->value : "no");
	if (e)
		diag_note(c->diags, d, e->span, "ConstrainDevices");
	bool held = plugins && strstr(plugins->value, "cgroup");
	diag_help(c->diags, d, "write ConstrainDevices=yes in cgroup.conf%s",
		  held ? "" : ", and task/cgroup in TaskPlugin");
}

const struct rule rules_cgroup[] = {
	{ "constrain-without-task-cgroup", SEVERITY_WARNING, RULE_FILES, constrain_idle },
	{ "cgroup-percent", SEVERITY_WARNING, RULE_FILES, percent },
	{ "mem-spec-limit-unheld", SEVERITY_WARNING, RULE_FILES, mem_spec },
	{ "slurmd-user-not-root", SEVERITY_WARNING, RULE_FILES, slurmd_user },
	{ "cgroup-v1-deprecated", SEVERITY_WARNING, RULE_FILES, v1_deprecated },
	{ "cgroup-plugin-case", SEVERITY_ERROR, RULE_FILES, plugin_case },
	{ "cgroup-version-key", SEVERITY_INFO, RULE_FILES, version_key },
	{ "devices-not-held", SEVERITY_INFO, RULE_FILES, devices_not_held },
	{ .name = NULL },
};
