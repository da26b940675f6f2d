/* lines_access.c: PartitionName lines: who may send jobs, and what a partition relies on. */
#include "compiler/check/lines.h"

#include <string.h>
#include <strings.h>

#include "compiler/slurm/value.h"

void each_partition_entry(struct check *c, const char *key,
			  void (*each)(struct check *c, const struct record *rec, const struct entry *e))
{
	const struct fact *f = fact_find(SLURM_CONF, SECTION_PARTITION, key);
	for (size_t i = 0; i < c->records->sections[SLURM_CONF][SECTION_PARTITION].n; i++) {
		const struct record *rec = c->records->sections[SLURM_CONF][SECTION_PARTITION].v[i];
		const struct entry *e = rec->section == SECTION_PARTITION ? record_entry(rec, f) : NULL;
		if (e && !e->inherited)
			each(c, rec, e);
	}
}

/* ---- closed-default-partition */

static const struct entry *closing(const struct record *rec)
{
	static const char *const flags[] = { "RootOnly", "ReqResv" };
	const struct entry *state = record_find(rec, "State");
	bool yes;
	if (state && strncasecmp(state->value, "UP", 2) != 0)
		return state;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		const struct entry *e = record_find(rec, flags[i]);
		if (e && slurm_bool(e->value, &yes) && yes)
			return e;
	}
	return NULL;
}

void rule_closed_default(struct check *c)
{
	const struct lines *l = lines_of(c);
	const struct user_line *last = NULL;
	for (size_t i = 0; i < l->partitions.n; i++) {
		const char *value = record_value(l->partitions.v[i].rec, "Default");
		bool yes;
		if (value && slurm_bool(value, &yes) && yes)
			last = &l->partitions.v[i];
	}
	const struct entry *e = last ? closing(last->rec) : NULL;
	if (!e)
		return;
	struct diag *d =
		finding(c, e->span, "jobs that name no partition go to '%s', and %s=%s keeps them out or waiting",
			line_name(last), key_said(e), e->value);
	diag_note(c->diags, d, record_find(last->rec, "Default")->span, "it is the default here");
	diag_help(c->diags, d, "make a partition the default that takes everybody's jobs");
}

/* ---- unknown-alternate */

void rule_unknown_alternate(struct check *c)
{
	const struct lines *l = lines_of(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < l->partitions.n; i++) {
		const struct entry *e = record_find(l->partitions.v[i].rec, "Alternate");
		if (!e || map_find(&l->partition_names, e->value) || !first_at(c, &seen, e->span))
			continue;
		struct diag *d = finding(c, e->span,
					 "no partition is called '%s': Slurm looks for it when this one is drained, "
					 "and refuses jobs then",
					 e->value);
		const char **all = ARENA_ARRAY(c->arena, l->partitions.n + 1, const char *);
		for (size_t j = 0; j < l->partitions.n; j++)
			all[j] = line_name(&l->partitions.v[j]);
		const char *near = suggest(e->value, all, l->partitions.n);
		if (near)
			diag_help(c->diags, d, "did you mean '%s'?", near);
		else
			diag_help(c->diags, d, "name a partition that there is, or leave Alternate out");
	}
}

/* ---- unknown-qos: without slurmdbd there is none */

static void look_at_qos(struct check *c, const struct record *rec, const struct entry *e)
{
	const struct entry *type = global(c, "AccountingStorageType");
	bool single = strcmp(e->fact->key, "QOS") == 0;
	bool stops = release_refuses_unknown_qos(c->records->release);
	if ((type && !text_ends(type->value, "none")) || !*e->value || text_equal_nocase(e->value, "ALL") ||
	    text_equal_nocase(e->value, "N/A"))
		return;
	struct diag *d = finding_as(c, stops ? SEVERITY_ERROR : SEVERITY_WARNING, e->span,
				    "without slurmdbd there is no QOS '%s': %s", e->value,
				    stops    ? "slurmctld stops"
				    : single ? "Slurm passes over it in silence"
					     : "Slurm logs an error and passes over it");
	if (type)
		diag_note(c->diags, d, type->span, "AccountingStorageType stands here");
	diag_help(c->diags, d,
		  "write AccountingStorageType=accounting_storage/slurmdbd and add the QOS with sacctmgr, or leave %s "
		  "out",
		  key_said(e));
}

void rule_qos_without_accounting(struct check *c)
{
	each_partition_entry(c, "AllowQos", look_at_qos);
	each_partition_entry(c, "DenyQos", look_at_qos);
	each_partition_entry(c, "QOS", look_at_qos);
}

/* ---- power-down-unused. power_save.c: _init_power_config() */

static void look_at_power(struct check *c, const struct record *rec, const struct entry *e)
{
	bool yes;
	if (!slurm_bool(e->value, &yes) || !yes)
		return;
	struct diag *d = finding(c, e->span,
				 "PowerDownOnIdle has no effect: there are no programs that power nodes down and up");
	diag_help(c->diags, d, "name them with SuspendProgram and ResumeProgram");
}

void rule_power_down_unused(struct check *c)
{
	if (!global(c, "SuspendProgram") || !global(c, "ResumeProgram"))
		each_partition_entry(c, "PowerDownOnIdle", look_at_power);
}
