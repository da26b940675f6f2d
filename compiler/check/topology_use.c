/* topology_use.c: where slurm.conf names topologies and switches. (topology_g_add_rm_node(), topology_g_get()) */
#include "compiler/check/topology.h"

#include <string.h>

/* What the names are looked up in, by name. */
struct use_pass {
	struct check *c;
	const struct topologies *all;
	struct map topologies; /* of struct topology */
	struct map seen;       /* places: a DEFAULT line's value stands in many records */
	struct map parts;      /* by "TOPOLOGY:PART": struct topology_part */
};

static const char *const *names_of(struct use_pass *p, size_t *ret_n)
{
	const char **names = ARENA_ARRAY(p->c->arena, p->topologies.n + 1, const char *);
	for (size_t i = 0; i < p->topologies.n; i++)
		names[i] = p->topologies.v[i].key;
	*ret_n = p->topologies.n < 512 ? p->topologies.n : 512;
	return names;
}

static void unknown_name(struct use_pass *p, const char *name, struct span at)
{
	struct check *c = p->c;
	size_t n;
	const char *const *names = names_of(p, &n);
	struct diag *d = finding(c, at, "no topology is called '%s': slurmctld stops", name);
	const char *meant = suggest(name, names, n);
	if (!p->all->yaml)
		diag_help(c->diags, d, "without topology.yaml there is one, and it is called 'default'");
	else if (meant)
		diag_help(c->diags, d, "did you mean '%s'?", meant);
	else
		diag_help(c->diags, d, "correct the name, or describe it in topology.yaml");
}

static void check_partition(struct use_pass *p, const struct record *rec)
{
	const struct entry *e = record_find(rec, "Topology");
	if (!e || !*e->value || !first_at(p->c, &p->seen, e->span) || map_find(&p->topologies, e->value))
		return;
	unknown_name(p, e->value, e->span);
}

/* NAME:UNIT, and for a tree NAME:SWITCH:...:LEAF, of which the last may be new. */
static void check_unit(struct use_pass *p, const struct entry *e, const struct topology *t, const char *units)
{
	struct check *c = p->c;
	size_t n = strcspn(units, ":");
	const char *unit = arena_strndup(c->arena, units, n);
	const char *key = arena_printf(c->arena, "%s:%s", t->name.text, unit);
	if (!n || (t->kind != TOPOLOGY_TREE && t->kind != TOPOLOGY_BLOCK))
		return;
	const struct topology_part *part = map_get(&p->parts, key);
	if (!part) {
		diag_help(c->diags,
			  finding(c, e->span, "topology '%s' has no %s '%s': slurmctld stops", t->name.text,
				  part_said(t->kind), unit),
			  "name one that %s describes", topology_file(p->all));
		return;
	}
	if (t->kind == TOPOLOGY_TREE && !units[n] && part->children.at.text && !part->nodes.at.text) {
		struct diag *d = finding(
			c, e->span, "switch '%s' has switches below it, and takes no nodes: slurmctld stops", unit);
		diag_note(c->diags, d, part->children.at.span, "those below it");
		diag_help(c->diags, d, "name a leaf switch");
	}
}

static void check_node(struct use_pass *p, const struct record *rec)
{
	const struct entry *e = record_find(rec, "Topology");
	for (const char *s = e && first_at(p->c, &p->seen, e->span) ? e->value : ""; *s;) {
		size_t n = strcspn(s, ","), name = strcspn(s, ",:");
		const char *text = arena_strndup(p->c->arena, s, name);
		const struct topology *t = map_get(&p->topologies, text);
		if (name && !t)
			unknown_name(p, text, e->span);
		else if (t && s[name] == ':')
			check_unit(p, e, t, arena_strndup(p->c->arena, s + name + 1, n - name - 1));
		s += n + (s[n] == ',');
	}
}

void rule_unknown_topology(struct check *c)
{
	/* Without slurm.conf nobody asks for one; from a broken file nobody can tell. */
	struct topologies *all = topologies_of(c);
	struct use_pass p = { .c = c, .all = all };
	static const struct topology otherwise = { .kind = TOPOLOGY_FLAT, .name = { "default", { 0 } } };
	const struct fact *f = fact_find(SLURM_CONF, SECTION_PARTITION, "Topology");
	const struct record *rec;
	/* Beside files that were not given there may be a topology.yaml. */
	bool beside = !c->files->sources[TOPOLOGY_YAML] && c->files->beside &&
		      c->files->beside(c->files->ctx, slurm_file_name(TOPOLOGY_YAML));
	if (!f || !fact_known(f, c->records->release) || all->broken || beside)
		return;
	map_init(&p.topologies, c->arena);
	map_init(&p.parts, c->arena);
	map_init(&p.seen, c->arena);
	for (size_t i = 0; i < all->list.n; i++) {
		const struct topology *t = &all->list.v[i];
		if (!t->name.text)
			continue;
		map_set(&p.topologies, t->name.text, (void *)(uintptr_t)t);
		for (size_t j = 0; j < t->parts.n; j++)
			if (t->parts.v[j].name.text)
				map_set(&p.parts,
					arena_printf(c->arena, "%s:%s", t->name.text, t->parts.v[j].name.text),
					&t->parts.v[j]);
	}
	/* What is there when no file describes one. */
	if (!all->yaml && !all->list.n)
		map_set(&p.topologies, "default", (void *)(uintptr_t)&otherwise);
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_PARTITION, &i));)
		check_partition(&p, rec);
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));)
		check_node(&p, rec);
}
