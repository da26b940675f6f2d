/* global_power.c: what power saving leaves alone, and PowerAction lines. (slurmctld/power_save.c: _init_power_config(),
 * _set_partition_options(); read_config.c: _parse_power_action()) */
#include "compiler/check/global.h"

#include <string.h>

#include "compiler/check/records.h"

/* ---- unknown-suspend-exception */

static bool has_line(const struct check *c, enum slurm_section section, const char *name)
{
	const struct record *rec;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, section, &i));)
		if (strcmp(rec->entries.v[0].value, name) == 0)
			return true;
	return false;
}

/* The names of all NodeName lines; NULL when one of them cannot be read, which is another rule's. */
static struct hostindex *all_nodes(const struct check *c)
{
	struct hostindex *x = hostindex_new(c->arena);
	const struct record *rec;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		struct hostlist *h = ARENA_NEW(c->arena, struct hostlist);
		struct hostlist_error error;
		if (!hostlist_parse(c->arena, rec->entries.v[0].value, h, &error))
			return NULL;
		hostindex_add(x, h, 0);
	}
	hostindex_build(x, NULL, NULL);
	return x;
}

/* "c[1-8]:2": two of them stay on. */
static char *without_counts(const struct check *c, const char *value)
{
	struct text t;
	text_init(&t, c->arena);
	for (const char *s = value; *s;) {
		if (*s == ':')
			s += 1 + strspn(s + 1, "0123456789");
		else
			text_addc(&t, *s++);
	}
	return t.s ? t.s : arena_strdup(c->arena, "");
}

struct exception {
	struct check *c;
	const struct entry *entry;
};

static void unknown_node(void *ctx, const struct hostpiece *piece)
{
	struct exception *x = ctx;
	struct hostlist one;
	if (piece->known)
		return;
	hostlist_init(&one, x->c->arena);
	hostlist_add_run(&one, &piece->run);
	if (one.count == 1 && has_line(x->c, SECTION_NODESET, hostlist_name_dup(&one, 0, x->c->arena)))
		return;
	struct diag *d = finding(x->c, x->entry->span,
				 "no NodeName line has %s: Slurm logs an error and passes over SuspendExcNodes",
				 nodes_said(x->c, &one));
	diag_help(x->c->diags, d, "name nodes that are there");
}

static void excepted_nodes(struct check *c, const struct entry *e)
{
	struct hostlist h;
	struct hostlist_error error;
	if (!hostlist_parse(c->arena, without_counts(c, e->value), &h, &error)) {
		struct diag *d = diag_add(c->diags, SEVERITY_ERROR, c->rule->name, e->span,
					  "SuspendExcNodes cannot be '%s': %s", e->value, error.message);
		diag_help(c->diags, d,
			  "write nodes such as c[1-4], with :2 behind them where two of them are to stay on");
		return;
	}
	struct exception x = { c, e };
	struct hostindex *nodes = all_nodes(c);
	if (nodes)
		hostindex_cover(nodes, &h, unknown_node, &x);
}

static void excepted_partitions(struct check *c, const struct entry *e)
{
	struct value_word w;
	for (const char *rest = e->value; value_next(c->arena, &rest, &w);) {
		if (has_line(c, SECTION_PARTITION, w.text))
			continue;
		struct diag *d = finding(c, word_within(c, e, &w, w.text),
					 "there is no partition '%s': its nodes are powered down", w.text);
		diag_help(c->diags, d, "name partitions that have a PartitionName line");
	}
}

void rule_suspend_exception(struct check *c)
{
	const struct entry *nodes = global(c, "SuspendExcNodes"), *parts = global(c, "SuspendExcParts");
	if (nodes && *nodes->value)
		excepted_nodes(c, nodes);
	if (parts)
		excepted_partitions(c, parts);
}

/* ---- bad-power-action */

void rule_power_action(struct check *c)
{
	const struct record *rec;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_POWERACTION, &i));) {
		const struct entry *first = &rec->entries.v[0], *program = record_find(rec, "Program");
		bool fresh;
		if (!fact_known(first->fact, c->records->release))
			continue;
		if (!record_find(rec, "Location"))
			diag_help(
				c->diags,
				finding(c, first->span, "PowerAction '%s' has no Location: Slurm stops", first->value),
				"add Location=slurmctld or Location=slurmd: where the program runs");
		if (!program || !*program->value)
			diag_help(c->diags,
				  finding(c, first->span, "PowerAction '%s' has no Program: Slurm stops", first->value),
				  "add Program=/path/of/the/program");
		else if (program->value[0] != '/')
			diag_help(c->diags,
				  finding(c, program->span, "'%s' begins nowhere: Slurm stops", program->value),
				  "write the whole path, from / on");
		struct map_entry *m = map_add(&seen, first->value, &fresh);
		if (fresh) {
			m->value = (void *)(uintptr_t)first;
			continue;
		}
		struct diag *d = diag_add(c->diags, SEVERITY_WARNING, c->rule->name, first->span,
					  "there is a PowerAction '%s' already", first->value);
		diag_note(c->diags, d, ((const struct entry *)m->value)->span, "it stands here");
		diag_help(c->diags, d, "give each its own name");
	}
}
