/* records_nodes.c: NodeName lines, PartitionName lines, gres.conf. */
#include "compiler/model/records.h"

#include <string.h>

static const char *names(struct model *m, const struct hostlist *h)
{
	struct text t;
	text_init(&t, m->arena);
	hostlist_print(h, release_knows_suffixes(m->release), &t);
	return t.s;
}

static bool same_gres(const struct gres *a, const struct gres *b)
{
	return text_equal(a->origin.name, b->origin.name) && text_equal(a->type, b->type);
}

/* Gres=gpu:a100:4,qpu:1. One of several entries of a name and type (devices with links of their own) speaks for all of
 * them. The count is always written: a type that begins with a digit would be taken for one (gres.c: _get_gres_cnt). */
static const char *gres_value(struct model *m, const struct node_group *g)
{
	struct text t;
	struct gres *r, *x;
	text_init(&t, m->arena);
	for (size_t i = 0; (r = entries_next(&g->gres, &i));) {
		long long count = 0;
		bool first = true;
		for (size_t j = 0; (x = entries_next(&g->gres, &j));)
			if (same_gres(x, r)) {
				first = first && (count || x == r);
				count += x->count;
			}
		if (first)
			text_join(&t, 0, ",", r->type ? arena_printf(m->arena, "%s:%s:%lld", r->origin.name, r->type, count)
						      : arena_printf(m->arena, "%s:%lld", r->origin.name, count));
	}
	return t.s;
}

/* The addresses of a group's hosts, as many as there are nodes; false when none is written. */
static bool addresses(struct model *m, const struct node_group *g, const struct host *host, struct hostlist *ret)
{
	if (!host || !host->address.list)
		return false;
	const struct hostlist *all = host->address.list;
	uint64_t n = g->origin.hosts->count, at = 0;
	const char *first = node_host(g, 0, m->arena);
	if (!first || !spec_host(m->spec, first, &at))
		return false;
	hostlist_init(ret, m->arena);
	if (all->count == 1) {
		hostlist_add(ret, all);
		return true;
	}
	/* Whole stretches where the hosts stand in order, which is nearly always. */
	struct hostlist span;
	hostlist_slice(m->arena, host->origin.hosts, at, n, &span);
	if (g->host.list->count == n && !g->host.spread && hostlist_equal(&span, g->host.list)) {
		hostlist_slice(m->arena, all, at, n, ret);
		return ret->count == n;
	}
	if (g->host.list->count == 1 && !g->host.spread) {
		hostlist_slice(m->arena, all, at, 1, ret);
		return ret->count == 1;
	}
	for (uint64_t i = 0; i < n; i++) {
		const char *name = node_host(g, i, m->arena);
		if (!name || !spec_host(m->spec, name, &at) || at >= all->count)
			return false;
		hostlist_add_name(ret, hostlist_name_dup(all, at, m->arena));
	}
	return true;
}

/* Where a node is: slurm.conf(5): NodeHostname defaults to NodeName, NodeAddr to NodeHostname. */
static void add_place(struct model *m, struct record *rec, const struct node_group *g, const struct host *host)
{
	struct hostlist list;
	/* Where a node is a place of its own, it has its own name and address, and everybody knows them. */
	bool own = !m->platform->place_per_host;
	if (g->host.list != g->origin.hosts && !own) {
		/* 24.11 wants as many NodeHostname as NodeName, or one: one is legal in all. */
		struct hostlist all = *g->host.list;
		if (g->host.spread) {
			hostlist_init(&all, m->arena);
			for (uint64_t i = 0; i < g->origin.hosts->count; i++)
				hostlist_add_name(&all, node_host(g, i, m->arena));
		}
		record_set(&m->records, rec, "NodeHostname", names(m, &all))->span = WHERE(g, host);
	}
	if (!own && addresses(m, g, host, &list))
		record_set(&m->records, rec, "NodeAddr", names(m, &list))->span = WHERE(host, address);
	if (g->port.list)
		record_set(&m->records, rec, "Port", names(m, g->port.list))->span = WHERE(g, port);
}

void records_of_nodes(struct model *m)
{
	records_break(&m->records, SLURM_CONF, "Nodes");
	for (size_t i = 0; i < m->nodes.n; i++) {
		const struct node_group *g = m->nodes.v[i].group;
		struct record *rec = record_add(&m->records, SLURM_CONF, SECTION_NODE, g->origin.name_span);
		record_set(&m->records, rec, "NodeName", names(m, g->origin.hosts))->span = g->origin.name_span;
		add_place(m, rec, g, m->nodes.v[i].host);
		add_rows(m, rec, g);
		if (g->gres.n)
			record_set(&m->records, rec, "Gres", gres_value(m, g))->span = WHERE(g, gres);
		if (!record_find(rec, "State"))
			record_set(&m->records, rec, "State", "UNKNOWN");
		add_options(m, SLURM_CONF, rec, &g->options);
	}
}

void records_of_partitions(struct model *m)
{
	struct partition *p;
	records_break(&m->records, SLURM_CONF, "Partitions");
	for (size_t i = 0; (p = entries_next(&m->spec->partitions, &i));) {
		struct hostlist list;
		struct record *rec = record_add(&m->records, SLURM_CONF, SECTION_PARTITION, p->origin.name_span);
		record_set(&m->records, rec, "PartitionName", p->origin.name)->span = p->origin.name_span;
		if (p->nodes.all) {
			record_set(&m->records, rec, "Nodes", "ALL")->span = WHERE(p, nodes);
		} else {
			partition_nodes(m->arena, m->spec, p, &list);
			if (list.count)
				record_set(&m->records, rec, "Nodes", names(m, &list))->span = WHERE(p, nodes);
		}
		add_rows(m, rec, p);
		if (!record_find(rec, "State"))
			record_set(&m->records, rec, "State", "UP");
		add_options(m, SLURM_CONF, rec, &p->options);
	}
}

/* One line a group and GRES. Slurm wants a line for what has files, cores, a library to ask, or a type; a bare count is
 * in slurm.conf, and a line keeps slurmd from calling it unconfigured. */
void records_of_gres_conf(struct model *m)
{
	for (size_t i = 0; i < m->nodes.n; i++) {
		const struct node_group *g = m->nodes.v[i].group;
		struct gres *r;
		for (size_t j = 0; (r = entries_next(&g->gres, &j));) {
			struct record *rec = record_add(&m->records, GRES_CONF, SECTION_GRES, r->origin.name_span);
			record_set(&m->records, rec, "NodeName", names(m, g->origin.hosts));
			if (r->autodetect)
				record_set(&m->records, rec, "AutoDetect", r->autodetect)->span = WHERE(r, autodetect);
			record_set(&m->records, rec, "Name", r->origin.name)->span = r->origin.name_span;
			add_rows(m, rec, r);
			if (!r->autodetect || strcmp(r->autodetect, "off") == 0)
				record_set(&m->records, rec, "Count", arena_printf(m->arena, "%lld", (long long)r->count))
					->span = WHERE(r, count);
		}
	}
}
