/* expand_flows.c: hpcc expand --flows: who dials whom. */
#include "compiler/cli/expand.h"
#include "compiler/cli/table.h"

enum { LONGEST = 32, RUNS = 4 };

const char *names_column(struct arena *a, const struct hostlist *names, const char *many)
{
	struct text t;
	text_init(&t, a);
	hostlist_print(names, true, &t);
	return t.n <= LONGEST ? t.s : arena_printf(a, "%llu %s", (unsigned long long)names->count, many);
}

const char *ports_column(struct arena *a, const struct hostlist *ports)
{
	struct text t;
	const struct hostrun *v = ports->runs.v;
	size_t n = ports->runs.n;
	text_init(&t, a);
	if (!n)
		return "any";
	if (n > RUNS)
		return arena_printf(a, "%llu-%llu (%llu ports)", (unsigned long long)v[0].lo,
				    (unsigned long long)v[n - 1].hi, (unsigned long long)ports->count);
	for (size_t i = 0; i < n; i++) {
		text_addf(&t, "%s%llu", i ? "," : "", (unsigned long long)v[i].lo);
		if (v[i].hi > v[i].lo)
			text_addf(&t, "-%llu", (unsigned long long)v[i].hi);
	}
	return t.s;
}

/* Classes that differ only in whether it is one machine or two are one line. */
static bool is_alike(const struct flow_class *a, const struct flow_class *b)
{
	return a->flow == b->flow && a->a == b->a && a->b == b->b && a->way == b->way;
}

static void add_ends(const struct model *m, const struct flow_class *c, struct flow_ends *all)
{
	struct flow_ends here;
	flow_ends(m, c, &here);
	hostlist_add(&all->from, &here.from);
	hostlist_add(&all->to, &here.to);
	hostlist_add(&all->ports, &here.ports);
}

static void line(const struct model *m, struct table *t, const struct flow_class *c, struct flow_ends *ends)
{
	const char *many = m->platform->place_per_host ? "hosts" : "places";
	hostlist_normalise(&ends->from);
	hostlist_normalise(&ends->to);
	hostlist_normalise(&ends->ports);
	table_line(t, (const char *const[]){ c->flow->who, names_column(m->arena, &ends->from, many),
					     listener_name(c->flow->listener), names_column(m->arena, &ends->to, many),
					     ports_column(m->arena, &ends->ports), way_said(c->way), c->flow->why });
}

static void flow_lines(const struct model *m, struct table *t)
{
	struct flow_classes all;
	flows_of(m, &all);
	for (size_t i = 0; i < all.list.n; i++) {
		const struct flow_class *c = &all.list.v[i];
		struct flow_ends ends;
		bool told = false;
		for (size_t j = 0; j < i && !told; j++)
			told = is_alike(&all.list.v[j], c);
		if (told)
			continue;
		flow_ends(m, c, &ends);
		for (size_t j = i + 1; j < all.list.n; j++)
			if (is_alike(c, &all.list.v[j]))
				add_ends(m, &all.list.v[j], &ends);
		line(m, t, c, &ends);
	}
}

static void machine_lines(const struct model *m, struct table *t)
{
	struct machine_flows all;
	machine_flows(m, &all);
	for (size_t i = 0; i < all.list.n; i++) {
		const struct machine_flow *f = &all.list.v[i];
		const struct machine_port *p = &f->port;
		bool tcp = text_equal(p->protocol, "tcp");
		const char *port = p->port ? arena_printf(m->arena, "%lld%s%s", (long long)p->port, tcp ? "" : "/",
							  tcp ? "" : p->protocol)
					   : p->protocol;
		table_line(t, (const char *const[]){ p->dialer, names_column(m->arena, &f->from, "hosts"), p->who,
						     names_column(m->arena, &f->to, "hosts"), port,
						     way_said(WAY_MACHINE), p->why });
	}
}

void expand_flows(const struct model *m, const char *target, struct text *out)
{
	static const char *const headings[] = { "PROGRAM", "FROM", "LISTENER", "TO", "PORT", "WAY", "WHY", NULL };
	struct table t = table_new(m->arena, headings);
	flow_lines(m, &t);
	machine_lines(m, &t);
	text_addf(out, "%s# %s: who dials whom\n", out->n ? "\n" : "", target);
	table_print(&t, out);
}
