/* topology_conf.c: the lines of topology.conf as a topology. */
#include "compiler/check/topology.h"

#include <string.h>

static const struct section_row {
	enum slurm_section section;
	enum topology_kind kind;
	const char *plugin, *name;
} sections[] = {
	{ SECTION_SWITCH, TOPOLOGY_TREE, "topology/tree", "SwitchName" },
	{ SECTION_BLOCK, TOPOLOGY_BLOCK, "topology/block", "BlockName" },
	{ SECTION_RING, TOPOLOGY_RING, "topology/ring", "RingName" },
};
enum { N_SECTIONS = sizeof(sections) / sizeof(sections[0]) };

static struct written written_at(const struct record *rec, const char *key)
{
	const struct entry *e = record_find(rec, key);
	return e ? (struct written){ e->value, e->span } : (struct written){ 0 };
}

/* Which plugin reads the file; without a slurm.conf its first line tells. NULL: none whose lines are known here
 * (topology/hypercube has hosts one by one, and rules of its own). */
static const struct section_row *section_of(const struct check *c)
{
	const struct entry *e = global(c, "TopologyPlugin");
	const struct record *first = NULL;
	for (size_t i = 0; i < c->records->files[TOPOLOGY_CONF].n && !first; i++)
		if (c->records->files[TOPOLOGY_CONF].v[i]->section != SECTION_GLOBAL)
			first = c->records->files[TOPOLOGY_CONF].v[i];
	for (size_t i = 0; i < N_SECTIONS; i++) {
		const struct section_row *s = &sections[i];
		if (e ? text_equal_nocase(e->value, s->plugin) : first && first->section == s->section)
			return s;
	}
	return NULL;
}

/* The numbers of a list, each where it stands. */
static void add_sizes(struct check *c, struct topology *t, const struct entry *e)
{
	bool plain = e && strcmp(source_text(c->sources, e->span), e->value) == 0;
	for (const char *s = e ? e->value : ""; *s;) {
		size_t n = strcspn(s, ",");
		struct written w = { arena_strndup(c->arena, s, n), e->span };
		uint32_t at = e->span.start + (uint32_t)(s - e->value);
		if (plain && n)
			w.span = (struct span){ e->span.source, at, at + (uint32_t)n };
		if (n) /* strtok_r() passes over empty ones */
			*list_push(c->arena, &t->sizes) = w;
		s += n + (s[n] == ',');
	}
}

void topology_conf_read(struct check *c, struct topologies *all)
{
	const struct section_row *s = section_of(c);
	const struct record *rec;
	if (!s)
		return;
	struct topology *t = list_push(c->arena, &all->list);
	const struct entry *e = global(c, "TopologyPlugin");
	t->kind = s->kind;
	t->name.text = "default"; /* topology_g_init() */
	t->span = e ? e->span : (struct span){ 0 };
	t->cluster_default = true;
	for (size_t i = 0; (rec = records_next(c->records, TOPOLOGY_CONF, s->section, &i));) {
		struct topology_part *p = list_push(c->arena, &t->parts);
		p->span = rec->span;
		p->name = written_at(rec, s->name);
		p->nodes.at = written_at(rec, "Nodes");
		p->children.at = written_at(rec, "Switches");
		written_names_parse(c, &p->nodes);
		written_names_parse(c, &p->children);
	}
	if (s->kind == TOPOLOGY_BLOCK)
		add_sizes(c, t, records_global(c->records, TOPOLOGY_CONF, "BlockSizes"));
}
