/*
 * upgrade.c: what an upgrade from one release of Slurm to another will meet, beside what the rules say of each.
 *
 * Sources: Slurm's upgrade guide (upgrades.shtml), RELEASE_NOTES of each series, slurm_protocol_common.h.
 */
#include <string.h>

#include "compiler/check/said.h"
#include "compiler/check/upgrade.h"
#include "compiler/slurm/upgrade.h"
#include "compiler/slurm/value.h"

static enum release from(const struct check *c)
{
	return c->records->release;
}

static enum release to(const struct check *c)
{
	return c->files->target;
}

bool upgrade_goes_back(const struct check *c)
{
	return release_is_older(to(c), from(c));
}

/* Where the cluster is named: what is to be said of all of it stands there, and can be silenced there. */
static struct span cluster(const struct check *c)
{
	const struct entry *e = global(c, "ClusterName");
	return e ? e->span : (struct span){ 0 };
}

static bool has_database(const struct check *c)
{
	const struct entry *e = global(c, "AccountingStorageType");
	return c->files->sources[SLURMDBD_CONF] || (e && text_equal_nocase(e->value, "accounting_storage/slurmdbd"));
}

/* ---- upgrade-downgrade */

static void run_downgrade(struct check *c)
{
	if (!upgrade_goes_back(c))
		return;
	struct diag *d =
		finding(c, cluster(c), "%s is older than %s: no release reads state that a newer one has written",
			release_name(to(c)), release_name(from(c)));
	diag_help(c->diags, d,
		  "restore StateSaveLocation%s from before the upgrade, or begin with an empty one: all jobs are lost",
		  has_database(c) ? " and the database" : "");
}

/* ---- upgrade-window */

static void run_window(struct check *c)
{
	struct text way;
	enum release r = from(c);
	if (upgrade_goes_back(c) || upgrade_is_direct(r, to(c)))
		return;
	text_init(&way, c->arena);
	text_add(&way, release_name(r));
	while (r != to(c)) {
		r = upgrade_step(r, to(c));
		text_addf(&way, ", %s", release_name(r));
	}
	struct diag *d = finding(
		c, cluster(c), "%s takes over neither the state nor the database nor the jobs of %s, which is too old",
		release_name(to(c)), release_name(from(c)));
	diag_help(c->diags, d, "go by these steps, each with all daemons and with no job left of the one before: %s",
		  way.s);
}

/* ---- upgrade-order */

static void note(struct check *c, struct diag *d, struct span at, const char *text)
{
	diag_note(c->diags, d, at, "%s", text);
}

static void run_order(struct check *c)
{
	if (upgrade_goes_back(c))
		return;
	const struct span nowhere = { 0 };
	bool database = has_database(c);
	const struct entry *parameters = global(c, "SlurmctldParameters"), *user = global(c, "SlurmUser"),
			   *state = global(c, "StateSaveLocation");
	struct diag *d = finding(c, cluster(c),
				 "from %s to %s in this order: %sslurmctld on every controller, slurmd, then commands "
				 "and login hosts",
				 release_name(from(c)), release_name(to(c)), database ? "slurmdbd, " : "");
	diag_help(c->diags, d, "back up %s%s and these files first: what a daemon of %s has written, none of %s reads",
		  state ? state->value : "StateSaveLocation", database ? ", the database" : "", release_name(to(c)),
		  release_name(from(c)));
	if (database && release_asks_database(to(c)))
		note(c, d, nowhere,
		     "`slurmdbd -u` of the new release says beforehand whether it will convert the database");
	note(c, d, nowhere, "raise SlurmdTimeout while slurmd is replaced, so that no node is taken for dead");
	note(c, d, nowhere, "compile SPANK and other plugins of your own anew");
	if (user && !text_equal(user->value, "root") && !release_starts_as_slurm(from(c)) &&
	    release_starts_as_slurm(to(c)))
		note(c, d, user->span,
		     "from 23.11 on the packages' units start slurmctld and slurmdbd as this user: state, logs and pid "
		     "files must be its own");
	if (parameters && holds_word(parameters->value, "reconfig_on_restart"))
		note(c, d, parameters->span, "take reconfig_on_restart out until every daemon runs the new release");
}

/* ---- upgrade-default */

/* Keys of which another default means other jobs on other nodes, not another way of the same. */
static bool weighs(const struct fact *f)
{
	static const char *const keys[] = { "SelectType", "PriorityType", "SelectTypeParameters" };
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(f->key, keys[i]) == 0)
			return true;
	return false;
}

static void other_default(struct check *c, const struct fact *f)
{
	const char *was = fact_default(f, from(c)), *is = fact_default(f, to(c));
	if (!was || !is || upgrade_same_value(was, is) || records_global(c->records, f->file, f->key))
		return;
	const struct span top = { c->files->sources[f->file]->id, 0, 0 };
	struct diag *d =
		diag_add(c->diags, weighs(f) ? SEVERITY_WARNING : SEVERITY_INFO, c->rule->name,
			 f->file == SLURM_CONF ? cluster(c) : top, "%s does not set %s, which is %s in %s and %s in %s",
			 slurm_file_name(f->file), f->key, was, release_name(from(c)), is, release_name(to(c)));
	diag_help(c->diags, d, "write %s=%s to keep what you have", f->key, was);
}

/* read_config.c: 60 seconds, and since 24.05 five times MessageTimeout at least. */
static void step_timeout(struct check *c)
{
	const struct entry *e = global(c, "MessageTimeout");
	uint64_t seconds;
	if (!e || global(c, "UnkillableStepTimeout") || release_waits_by_messages(from(c)) ||
	    !release_waits_by_messages(to(c)) || !slurm_number(e->value, &seconds) || seconds > UINT16_MAX ||
	    seconds * 5 <= 60)
		return;
	struct diag *d =
		diag_add(c->diags, SEVERITY_INFO, c->rule->name, e->span,
			 "UnkillableStepTimeout is not set: 60 seconds in %s, %llu in %s, which are five times this",
			 release_name(from(c)), (unsigned long long)seconds * 5, release_name(to(c)));
	diag_help(c->diags, d, "write UnkillableStepTimeout=%llu, which both take", (unsigned long long)seconds * 5);
}

static void run_default(struct check *c)
{
	if (upgrade_goes_back(c))
		return;
	for (size_t i = 0; i < fact_count; i++)
		if (fact_table[i].section == SECTION_GLOBAL && c->files->sources[fact_table[i].file] &&
		    fact_known(&fact_table[i], from(c)) && fact_known(&fact_table[i], to(c)))
			other_default(c, &fact_table[i]);
	if (c->files->sources[SLURM_CONF])
		step_timeout(c);
}

const struct rule rules_upgrade[] = {
	{ "upgrade-downgrade", SEVERITY_ERROR, RULE_UPGRADE, run_downgrade },
	{ "upgrade-window", SEVERITY_ERROR, RULE_UPGRADE, run_window },
	{ "upgrade-order", SEVERITY_INFO, RULE_UPGRADE, run_order },
	{ "upgrade-default", SEVERITY_WARNING, RULE_UPGRADE, run_default },
	{ "upgrade-key", SEVERITY_ERROR, RULE_UPGRADE, run_upgrade_keys },
	{ .name = NULL },
};
