/* partition_sharing.c: keys of which Slurm takes one, who shares a node, who gives way to whom. */
#include "compiler/check/lines.h"
#include "compiler/check/partitions.h"

#include <strings.h>

#include "compiler/slurm/value.h"

/* Of each pair Slurm reports the first and ignores it, in a log (read_config.c: _parse_nodename, _parse_partitionname,
 * _validate_and_set_defaults). */
static const struct pair_of_keys {
	enum slurm_section section;
	const char *ignored, *taken;
} pairs[] = {
	{ SECTION_NODE, "CoreSpecCount", "CpuSpecList" },	{ SECTION_NODE, "Sockets", "SocketsPerBoard" },
	{ SECTION_PARTITION, "DenyAccounts", "AllowAccounts" }, { SECTION_PARTITION, "DenyQos", "AllowQos" },
	{ SECTION_PARTITION, "DefMemPerCPU", "DefMemPerNode" }, { SECTION_PARTITION, "MaxMemPerCPU", "MaxMemPerNode" },
	{ SECTION_GLOBAL, "DefMemPerCPU", "DefMemPerNode" },
};

static void both(struct check *c, struct map *seen, struct span around, const struct entry *ignored,
		 const struct entry *taken)
{
	/* _parse_partitionname(): AllowAccounts=ALL and AllowQos=ALL are as if they were not there. */
	if (taken && text_starts(taken->fact->key, "Allow") && text_equal_nocase(taken->value, "ALL"))
		return;
	/* What hpcc chose itself gives way. */
	if (!ignored || !taken || text_equal(ignored->value, "0") || (!span_known(ignored->span) && !ignored->option))
		return;
	struct span at = span_known(ignored->span) ? ignored->span : around;
	if (!first_at(c, seen, at))
		return;
	struct diag *d = doubt(c, at, "'%s' and '%s' exclude each other, and Slurm ignores '%s'", key_said(ignored),
			       key_said(taken), key_said(ignored));
	if (span_known(taken->span))
		diag_note(c->diags, d, taken->span, "'%s' stands here", key_said(taken));
	diag_help(c->diags, d, "keep one of the two");
}

void rule_exclusive_keys(struct check *c)
{
	struct map seen;
	const struct record *rec;
	map_init(&seen, c->arena);
	for (size_t k = 0; k < sizeof(pairs) / sizeof(pairs[0]); k++) {
		const struct pair_of_keys *p = &pairs[k];
		if (p->section == SECTION_GLOBAL) {
			both(c, &seen, (struct span){ 0 }, global(c, p->ignored), global(c, p->taken));
			continue;
		}
		const struct fact *ignored = fact_find(SLURM_CONF, p->section, p->ignored);
		const struct fact *taken = fact_find(SLURM_CONF, p->section, p->taken);
		for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, p->section, &i));)
			both(c, &seen, rec->span, record_entry(rec, ignored), record_entry(rec, taken));
	}
}

/* slurm.conf(5): OverSubscribe YES and FORCE put several jobs on one core, Exclusive gives whole nodes. */
void rule_sharing_contradiction(struct check *c)
{
	static const char *const flags[] = { "ExclusiveUser", "ExclusiveTopo" };
	const struct record *rec;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_PARTITION, &i));) {
		const struct entry *over = record_find(rec, "OverSubscribe"), *whole = record_find(rec, "Exclusive");
		const struct entry *user = record_find(rec, flags[0]), *topo = record_find(rec, flags[1]);
		struct diag *d = NULL;
		bool a, b;
		if (over && whole && !holds_word(whole->value, "NO") && !holds_word(whole->value, "NONE") &&
		    (strncasecmp(over->value, "YES", 3) == 0 || strncasecmp(over->value, "FORCE", 5) == 0)) {
			d = doubt(c, entry_place(rec, over),
				  "partition '%s' shares cores between jobs and gives out whole nodes",
				    record_value(rec, "PartitionName"));
			diag_note(c->diags, d, entry_place(rec, whole), "%s stands here", key_said(whole));
		} else if (user && topo && slurm_bool(user->value, &a) && slurm_bool(topo->value, &b) && a && b) {
			/* read_config.c: _parse_partitionname. */
			d = doubt(c, entry_place(rec, user),
				  "partition '%s' is exclusive by user and by topology, and Slurm takes one",
				  record_value(rec, "PartitionName"));
			diag_note(c->diags, d, entry_place(rec, topo), "%s stands here", key_said(topo));
		}
		if (d)
			diag_help(c->diags, d, "keep one of the two");
	}
}

/* ---- preemption */

static bool preempts(const struct check *c)
{
	const struct entry *type = global(c, "PreemptType");
	return type && !text_equal_nocase(type->value, "preempt/none");
}

static bool has_gang(const struct check *c)
{
	const struct entry *mode = global(c, "PreemptMode");
	return mode && holds_word(mode->value, "GANG");
}

/* slurm.conf(5), PreemptMode of a partition: it holds where PreemptType is partition_prio. */
void rule_preempt_mode_unused(struct check *c)
{
	const struct record *rec;
	const struct entry *type = global(c, "PreemptType");
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_PARTITION, &i));) {
		const struct entry *mode = record_find(rec, "PreemptMode");
		if (!mode || text_equal_nocase(mode->value, "OFF"))
			continue;
		struct diag *d;
		if (text_equal_nocase(mode->value, "GANG")) {
			d = finding(c, entry_place(rec, mode), "Slurm ignores GANG in a partition");
			diag_help(c->diags, d, "write %s for the whole cluster",
				  either(c, "slurm.options.PreemptMode: [GANG]",
					 "PreemptMode=GANG among the global keys"));
		} else if (!preempts(c)) {
			d = finding(c, entry_place(rec, mode), "'%s' has no effect: nothing here preempts jobs",
				    key_said(mode));
			diag_help(c->diags, d, "write %s, and PreemptMode",
				  either(c, "slurm.options.PreemptType: preempt/partition_prio",
					 "PreemptType=preempt/partition_prio among the global keys"));
		} else if (!text_equal_nocase(type->value, "preempt/partition_prio")) {
			d = finding(c, entry_place(rec, mode), "'%s' of a partition has no effect with %s",
				    key_said(mode), type->value);
			diag_note(c->diags, d, type->span, "it holds with preempt/partition_prio");
			diag_help(c->diags, d, "write it in the QOS, or leave it out");
		} else if (text_equal_nocase(mode->value, "SUSPEND") && !has_gang(c)) {
			/* slurm.conf(5), PreemptMode: the gang scheduler suspends and resumes. */
			d = finding(c, entry_place(rec, mode),
				    "no job is suspended without GANG in PreemptMode of the whole cluster");
			diag_help(c->diags, d, "write %s",
				  either(c, "slurm.options.PreemptMode: [SUSPEND, GANG]",
					 "PreemptMode=SUSPEND,GANG among the global keys"));
		}
	}
}
