/* topology_nodes.c: the nodes of a topology against those of slurm.conf. */
#include "compiler/check/topology.h"

#include <string.h>

/* ---- topology-unknown-node */

struct unknown_pass {
	struct hostlist unknown;
};

static void sort_piece(void *ctx, const struct hostpiece *piece)
{
	struct unknown_pass *p = ctx;
	if (!piece->known)
		hostlist_add_run(&p->unknown, &piece->run);
}

static void help_unknown(struct check *c, struct diag *d, const struct hostlist *unknown)
{
	char *first = hostlist_name_dup(unknown, 0, c->arena);
	const struct record *rec;
	bool set = false;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODESET, &i));)
		set = set || text_equal(rec->entries.v[0].value, first);
	if (set || strcmp(first, "ALL") == 0)
		diag_help(c->diags, d, "neither ALL nor node sets are known here: name the nodes");
	else
		diag_help(c->diags, d, "correct the names, or add NodeName lines for them");
}

void rule_topology_unknown_node(struct check *c)
{
	struct topologies *all = topologies_of(c);
	for (size_t i = 0; all->nodes && i < all->list.n; i++)
		for (size_t j = 0; j < all->list.v[i].parts.n; j++) {
			const struct topology_part *p = &all->list.v[i].parts.v[j];
			struct unknown_pass pass;
			hostlist_init(&pass.unknown, c->arena);
			hostindex_cover(all->nodes, &p->nodes.names, sort_piece, &pass);
			if (!pass.unknown.count)
				continue;
			struct diag *d = finding(c, p->nodes.at.span,
						 "%s %s not in slurm.conf: slurmctld logs an error and "
						 "leaves %s out",
						 nodes_said(c, &pass.unknown), pass.unknown.count == 1 ? "is" : "are",
						 pass.unknown.count == 1 ? "it" : "them");
			help_unknown(c, d, &pass.unknown);
		}
}

/* ---- topology-node-missing */

static void missing_in(struct check *c, const struct topologies *all, const struct topology *t)
{
	struct hostindex *in = hostindex_new(c->arena);
	const struct record *rec, *first = NULL;
	struct unknown_pass pass;
	for (size_t i = 0; i < t->parts.n; i++) {
		const struct written_names *n = &t->parts.v[i].nodes;
		if (n->at.text && !n->valid)
			return;
		hostindex_add(in, &n->names, (uint32_t)i);
	}
	hostindex_build(in, NULL, NULL);
	hostlist_init(&pass.unknown, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		struct hostlist *names = ARENA_NEW(c->arena, struct hostlist);
		struct hostlist_error e;
		uint64_t before = pass.unknown.count;
		if (hostlist_parse(c->arena, rec->entries.v[0].value, names, &e))
			hostindex_cover(in, names, sort_piece, &pass);
		if (!first && pass.unknown.count > before)
			first = rec;
	}
	if (!first)
		return;
	const char *part = part_said(t->kind), *plural = pass.unknown.count == 1 ? "is" : "are";
	const char *what = nodes_said(c, &pass.unknown);
	/* One of several topologies is meant for some nodes; slurmctld warns of the others all the same. */
	enum severity severity = all->list.n == 1 || t->cluster_default ? SEVERITY_WARNING : SEVERITY_INFO;
	struct diag *d = diag_add(c->diags, severity, c->rule->name, first->entries.v[0].span,
				  "%s %s in no %s of %s: jobs that span %s pass %s over", what, plural, part,
				  t->name.span.source ? arena_printf(c->arena, "topology '%s'", t->name.text)
						      : topology_file(all),
				  parts_said(t->kind), pass.unknown.count == 1 ? "it" : "them");
	if (span_known(t->span))
		diag_note(c->diags, d, t->span, "the topology is chosen here");
	diag_help(c->diags, d, "add %s to the nodes of a %s", names_said(c, &pass.unknown), part);
}

void rule_topology_node_missing(struct check *c)
{
	struct topologies *all = topologies_of(c);
	for (size_t i = 0; all->nodes && i < all->list.n; i++)
		if (all->list.v[i].kind != TOPOLOGY_FLAT && all->list.v[i].parts.n)
			missing_in(c, all, &all->list.v[i]);
}

/* ---- topology-node-twice */

struct twice_pass {
	struct check *c;
	const struct topology *topology;
	struct map seen;
};

static void clash(void *ctx, const char *name, uint32_t first, uint32_t second)
{
	struct twice_pass *p = ctx;
	struct check *c = p->c;
	bool fresh;
	if (first == second)
		return;
	map_add(&p->seen, arena_printf(c->arena, "%u:%u", first, second), &fresh);
	if (!fresh)
		return;
	const struct topology_part *a = &p->topology->parts.v[first], *b = &p->topology->parts.v[second];
	struct diag *d =
		finding(c, b->nodes.at.span, "node '%s' is in two %s: '%s' and '%s'", arena_strdup(c->arena, name),
			p->topology->kind == TOPOLOGY_TREE ? "leaf switches" : parts_said(p->topology->kind),
			a->name.text ? a->name.text : "", b->name.text ? b->name.text : "");
	diag_note(c->diags, d, a->nodes.at.span, "the first is here");
	diag_help(c->diags, d, "leave it in one of the two");
}

void rule_topology_node_twice(struct check *c)
{
	struct topologies *all = topologies_of(c);
	for (size_t i = 0; i < all->list.n; i++) {
		struct twice_pass p = { .c = c, .topology = &all->list.v[i] };
		struct hostindex *x = hostindex_new(c->arena);
		map_init(&p.seen, c->arena);
		for (size_t j = 0; j < p.topology->parts.n; j++)
			hostindex_add(x, &p.topology->parts.v[j].nodes.names, (uint32_t)j);
		hostindex_build(x, clash, &p);
	}
}
