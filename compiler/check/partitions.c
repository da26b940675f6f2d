/* partitions.c: rules over partitions: their nodes, the default one, times, sizes, memory. */
#include "compiler/check/lines.h"
#include "compiler/check/partitions.h"

#include "compiler/slurm/value.h"

/* A selector that nothing fits is a misspelling. */
static const char *near_word(struct check *c, const struct nodeset *set)
{
	struct map words;
	const struct node_group *g;
	map_init(&words, c->arena);
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));) {
		const struct gres *r;
		for (size_t j = 0; set->feature && j < g->features.n; j++)
			map_set(&words, g->features.v[j], NULL);
		for (size_t j = 0; set->gres && (r = entries_next(&g->gres, &j));)
			map_set(&words, r->origin.name, NULL);
	}
	const char **all = ARENA_ARRAY(c->arena, words.n + 1, const char *);
	for (size_t i = 0; i < words.n; i++)
		all[i] = words.v[i].key;
	return suggest(set->feature ? set->feature : set->gres, all, words.n);
}

static void empty_selector(struct check *c)
{
	const struct partition *p;
	for (size_t i = 0; i < c->spec->nodes.n; i++)
		if (origin_of(c->spec->nodes.v[i])->broken)
			return;
	for (size_t i = 0; (p = entries_next(&c->spec->partitions, &i));) {
		const struct nodeset *set = &p->nodes;
		struct hostlist names;
		if (!set->feature && !set->gres)
			continue;
		partition_nodes(c->arena, c->spec, p, &names);
		if (names.count)
			continue;
		const char *what = set->feature && set->gres ? arena_printf(c->arena, "feature '%s' and gres '%s'",
									    set->feature, set->gres)
				   : set->feature	     ? arena_printf(c->arena, "feature '%s'", set->feature)
							     : arena_printf(c->arena, "gres '%s'", set->gres);
		struct diag *d =
			finding(c, WHERE(p, nodes), "no node has %s: partition '%s' is empty", what, p->origin.name);
		const char *meant = set->feature && set->gres ? NULL : near_word(c, set);
		if (meant)
			diag_help(c->diags, d, "did you mean '%s'?", meant);
		else
			diag_help(c->diags, d, "give it to a node, or write [] for a partition without nodes");
	}
}

/* slurmctld/read_config.c: "default partition not set", and no job that names none can be submitted. */
static const struct record *default_before(const struct check *c, size_t *i)
{
	const struct record *rec;
	while ((rec = records_next(c->records, SLURM_CONF, SECTION_PARTITION, i))) {
		const char *value = record_value(rec, "Default");
		bool yes;
		if (value && slurm_bool(value, &yes) && yes)
			return rec;
	}
	return NULL;
}

static void no_default(struct check *c)
{
	size_t i = 0, j = 0;
	const struct record *first = records_next(c->records, SLURM_CONF, SECTION_PARTITION, &i);
	if (!first || default_before(c, &j))
		return;
	for (size_t k = 0; c->spec && k < c->spec->partitions.n; k++)
		if (origin_of(c->spec->partitions.v[k])->broken)
			return;
	struct diag *d = finding(c, first->span, "no partition is the default: a job that names none is refused");
	diag_help(c->diags, d, "write '%s' in one of them", either(c, "default: true", "Default=YES"));
}

static void two_defaults(struct check *c)
{
	size_t i = 0;
	const struct record *last = default_before(c, &i), *rec;
	while (last && (rec = default_before(c, &i))) {
		struct diag *d = finding(c, entry_place(rec, record_find(rec, "Default")),
					 "partition '%s' is a second default, and Slurm takes the last",
					 record_value(rec, "PartitionName"));
		diag_note(c->diags, d, entry_place(last, record_find(last, "Default")), "'%s' is the default here",
			  record_value(last, "PartitionName"));
		diag_help(c->diags, d, "keep one of the two");
		last = rec;
	}
}

/* read_config.c: _parse_partitionname: "DefaultTime cannot exceed MaxTime", and DefaultTime is dropped. */
static void default_time(struct check *c)
{
	const struct record *rec;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_PARTITION, &i));) {
		const struct entry *def = record_find(rec, "DefaultTime"), *max = record_find(rec, "MaxTime");
		uint32_t a, b;
		if (!def || !max || !slurm_minutes(def->value, &a) || !slurm_minutes(max->value, &b) || a <= b)
			continue;
		struct diag *d =
			doubt(c, entry_place(rec, def), "%s is longer than %s, and Slurm drops it without a word",
				key_said(def), key_said(max));
		diag_note(c->diags, d, entry_place(rec, max), "%s stands here", key_said(max));
		diag_help(c->diags, d, "%s is at most %s", key_said(def),
			  max->option ? max->value : time_said(c, (int64_t)b * 60, max->span));
	}
}

static void min_over_max(struct check *c)
{
	const struct record *rec;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_PARTITION, &i));) {
		const struct entry *least = record_find(rec, "MinNodes"), *most = record_find(rec, "MaxNodes");
		uint64_t a = number_of(rec, "MinNodes", 0), b = number_of(rec, "MaxNodes", SLURM_INFINITE);
		if (!least || !most || a <= b)
			continue;
		struct diag *d = finding(c, entry_place(rec, least), "no job can have %s nodes at least and %s at most",
					 least->value, most->value);
		diag_note(c->diags, d, entry_place(rec, most), "%s stands here", key_said(most));
		diag_help(c->diags, d, "%s is at most %s", key_said(least), key_said(most));
	}
}

static uint64_t count_nodes(struct check *c, const struct partition *p)
{
	struct hostlist names;
	uint64_t n = 0;
	const struct node_group *g;
	if (!p->nodes.all) {
		partition_nodes(c->arena, c->spec, p, &names);
		return names.count;
	}
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));)
		n += g->origin.hosts->count;
	return n;
}

static void min_over_nodes(struct check *c)
{
	const struct partition *p;
	for (size_t i = 0; i < c->spec->nodes.n; i++)
		if (origin_of(c->spec->nodes.v[i])->broken)
			return;
	for (size_t i = 0; (p = entries_next(&c->spec->partitions, &i));) {
		if (p->min_nodes == VALUE_ABSENT)
			continue;
		uint64_t n = count_nodes(c, p);
		if (!n || (uint64_t)p->min_nodes <= n)
			continue;
		struct diag *d = finding(c, WHERE(p, min_nodes),
					 "jobs of partition '%s' need %lld nodes, and it has %llu: none ever runs",
					 p->origin.name, (long long)p->min_nodes, (unsigned long long)n);
		diag_note(c->diags, d, WHERE(p, nodes), "its nodes");
		diag_help(c->diags, d, "write at most %llu", (unsigned long long)n);
	}
}

/* read_config.c: an Alternate is not looked at until the partition is down. */
static void alternate_itself(struct check *c)
{
	const struct record *rec;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_PARTITION, &i));) {
		const struct entry *e = record_find(rec, "Alternate");
		if (e && text_equal(e->value, record_value(rec, "PartitionName")))
			diag_help(c->diags,
				  doubt(c, entry_place(rec, e), "partition '%s' is its own alternate", e->value),
				  "name another partition, or leave '%s' out", key_said(e));
	}
}

/* ---- memory of jobs that ask for none */

struct largest {
	const struct spec *spec;
	int64_t bytes;
	bool unknown;
};

static void add_memory(void *ctx, const struct hostpiece *piece)
{
	struct largest *m = ctx;
	const struct node_group *g = piece->known ? m->spec->nodes.v[piece->owner] : NULL;
	if (!g || g->origin.broken || g->memory.bytes == VALUE_ABSENT)
		m->unknown = true;
	else if (g->memory.bytes > m->bytes)
		m->bytes = g->memory.bytes;
}

static struct largest largest_memory(struct check *c, const struct partition *p)
{
	struct largest m = { .spec = c->spec };
	struct hostlist names;
	const struct node_group *g;
	if (!p->nodes.all) {
		partition_nodes(c->arena, c->spec, p, &names);
		hostindex_cover(c->spec->node_index, &names, add_memory, &m);
		return m;
	}
	for (size_t i = 0; i < c->spec->nodes.n; i++) {
		g = c->spec->nodes.v[i];
		if (g->origin.broken || g->memory.bytes == VALUE_ABSENT)
			m.unknown = true;
		else if (g->memory.bytes > m.bytes)
			m.bytes = g->memory.bytes;
	}
	return m;
}

/* A job that says nothing gets it, and no node has as much: it waits for ever. */
static void default_memory(struct check *c)
{
	static const char *const keys[] = { "def_mem_per_cpu", "def_mem_per_node" };
	const struct partition *p;
	for (size_t i = 0; (p = entries_next(&c->spec->partitions, &i));)
		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
			const struct field *f = shape_field(&partition_shape, keys[k]);
			const struct memory *m = field_at(f, p);
			if (m->bytes == VALUE_ABSENT)
				continue;
			struct largest most = largest_memory(c, p);
			if (most.unknown || !most.bytes || m->bytes <= most.bytes)
				continue;
			struct span at = where_offset(p, f->offset);
			struct diag *d = finding(c, at,
						 "a job of partition '%s' that asks for no memory gets %s, and no node "
						 "there has more than %s",
						 p->origin.name, memory_said(c, m->bytes, at),
						 memory_said(c, most.bytes, (struct span){ 0 }));
			diag_help(c->diags, d,
				  "write less, or leave '%s' out: the nodes' memory is then shared out by CPU", f->key);
		}
}

const struct rule rules_partitions[] = {
	{ "empty-selector", SEVERITY_ERROR, RULE_SPEC, empty_selector },
	{ "no-default-partition", SEVERITY_WARNING, RULE_RECORDS, no_default },
	{ "two-default-partitions", SEVERITY_WARNING, RULE_RECORDS, two_defaults },
	{ "default-time-over-max", SEVERITY_ERROR, RULE_RECORDS, default_time },
	{ "min-nodes-over-max", SEVERITY_ERROR, RULE_RECORDS, min_over_max },
	{ "min-nodes-over-partition", SEVERITY_WARNING, RULE_SPEC, min_over_nodes },
	{ "default-memory-over-nodes", SEVERITY_WARNING, RULE_SPEC, default_memory },
	{ "alternate-itself", SEVERITY_ERROR, RULE_RECORDS, alternate_itself },
	{ "exclusive-keys", SEVERITY_ERROR, RULE_RECORDS, rule_exclusive_keys },
	{ "sharing-contradiction", SEVERITY_ERROR, RULE_RECORDS, rule_sharing_contradiction },
	{ "preempt-mode-unused", SEVERITY_WARNING, RULE_RECORDS, rule_preempt_mode_unused },
	{ "unknown-qos", SEVERITY_ERROR, RULE_SPEC, rule_unknown_qos },
	{ "unknown-account", SEVERITY_WARNING, RULE_SPEC, rule_unknown_account },
	{ .name = NULL },
};
