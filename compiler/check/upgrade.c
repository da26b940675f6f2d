/*
 * upgrade.c: what an upgrade from one release of Slurm to another will meet, beside what the rules say of each.
 *
 * Sources: Slurm's upgrade guide (upgrades.shtml), RELEASE_NOTES of each series, slurm_protocol_common.h.
 */
#include <string.h>

#include "compiler/check/lines.h"
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
	struct diag *d =
		finding(c, cluster(c), "%s takes over neither the state%s nor the jobs of %s, which is too old",
			release_name(to(c)), has_database(c) ? " nor the database" : "", release_name(from(c)));
	diag_help(c->diags, d, "go by these steps, each with all daemons and with no job left of the one before: %s",
		  way.s);
}

/* ---- upgrade-order */

static void note(struct check *c, struct diag *d, struct span at, const char *text)
{
	diag_note(c->diags, d, at, "%s", text);
}

/* What was an error in a log stops slurmctld later. Without a database unknown-qos says it. */
static void note_qos(struct check *c, struct diag *d, bool database)
{
	static const char *const keys[] = { "AllowQos", "DenyQos", "QOS" };
	const struct record *rec;
	if (!database || release_refuses_unknown_qos(from(c)) || !release_refuses_unknown_qos(to(c)))
		return;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_PARTITION, &i));)
		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
			const struct entry *e = record_find(rec, keys[k]);
			if (!e || !*e->value || text_equal_nocase(e->value, "ALL"))
				continue;
			note(c, d, e->span,
			     "from 25.11 on slurmctld stops at a QOS of a partition that `sacctmgr show qos` does not "
			     "list");
			return;
		}
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
	if (database && !release_wants_regexp_replace(from(c)) && release_wants_regexp_replace(to(c)))
		note(c, d, nowhere, "slurmdbd of 25.05 and later needs MariaDB 10.0.5 or MySQL 8.0.4 at least");
	note_qos(c, d, database);
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

/* One level of slurmd reaches all nodes by either number. */
static bool is_wider_than_cluster(struct check *c, const struct fact *f, const char *was, const char *is)
{
	const struct lines *l = strcmp(f->key, "TreeWidth") == 0 ? lines_of(c) : NULL;
	uint64_t a, b;
	return l && l->known && !l->dynamic && slurm_number(was, &a) && slurm_number(is, &b) && l->count <= a &&
	       l->count <= b;
}

static void other_default(struct check *c, const struct fact *f)
{
	const char *was = fact_default(f, from(c)), *is = fact_default(f, to(c));
	if (!was || !is || upgrade_same_value(was, is) || records_global(c->records, f->file, f->key))
		return;
	if (is_wider_than_cluster(c, f, was, is))
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
