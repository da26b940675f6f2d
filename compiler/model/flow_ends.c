/* flow_ends.c: who exactly dials whom in a class of flows, and at which ports: for tables and findings. */
#include "compiler/model/flow_groups.h"

static void add_port(const struct model *m, int64_t port, struct hostlist *ret)
{
	hostlist_add_name(ret, arena_printf(m->arena, "%lld", (long long)port));
}

/* A node's ports are those of its neighbours unless its group says them one by one. */
static void add_each(const struct model *m, const struct place *p, enum listener l, struct hostlist *ret)
{
	uint64_t n = p->node->port.list ? p->names.count : 1;
	for (uint64_t i = 0; i < n && i < p->names.count; i++)
		add_port(m, l == LISTENER_SSHD ? place_ssh_port(m, p, i) : place_slurmd_port(m, p, i), ret);
}

void place_listener_ports(const struct model *m, const struct place *p, enum listener l, struct hostlist *ret)
{
	struct model_ports ports = { 0 };
	hostlist_init(ret, m->arena);
	if (p->node && (l == LISTENER_SLURMD || l == LISTENER_SSHD)) {
		add_each(m, p, l, ret);
		return;
	}
	place_ports_of(m, p, 0, l, &ports);
	for (size_t i = 0; i < ports.list.n; i++) {
		const struct model_port *x = &ports.list.v[i];
		if (!x->first)
			continue;
		struct hostrun run = { .prefix = "", .suffix = "", .lo = (uint64_t)x->first, .hi = (uint64_t)x->last };
		run.numbered = true;
		hostlist_add_run(ret, &run);
	}
}

static void add_place(const struct model *m, const struct place *p, enum listener l, struct hostlist *names,
		      struct hostlist *ports)
{
	struct hostlist here;
	hostlist_add(names, &p->names);
	if (!ports)
		return;
	place_listener_ports(m, p, l, &here);
	hostlist_add(ports, &here);
}

static void add_places(const struct model *m, const struct flow_group *g, size_t machine, enum listener l,
		       struct hostlist *names, struct hostlist *ports)
{
	if (m->platform->place_per_host) {
		add_place(m, &m->places.v[machine], l, names, ports);
		return;
	}
	const struct model_machine *x = m->machines.v[machine];
	size_t roaming = machine == ROAMING ? m->roaming.n : 0;
	for (size_t i = 0; i < x->places.n + roaming; i++) {
		size_t number = i < x->places.n ? x->places.v[i] : m->roaming.v[i - x->places.n];
		const struct place *p = &m->places.v[number];
		if (p->roles & g->role && p->network == g->network)
			add_place(m, p, l, names, ports);
	}
}

/* The machines of a group, those of a class's kind alone where `known` tells which: how many, and the last of them. */
struct span_of_seats {
	size_t count, last;
};

static struct span_of_seats count_seats(const struct model *m, const struct flow_group *g, const bool *known)
{
	struct span_of_seats s = { 0 };
	for (size_t i = 0; i < g->n; i++)
		if (g->on[i].first && (!known || seat_is_known(m, &g->on[i]) == *known)) {
			s.count++;
			s.last = i;
		}
	return s;
}

/* Whether there is somebody else to dial than on machine i itself. */
static bool has_others(const struct model *m, const struct span_of_seats *s, const struct seat *own, size_t i)
{
	return s->count > 1 || (s->count && i != s->last) ||
	       (s->count && m->platform->place_per_host && own->names > 1);
}

void flow_ends(const struct model *m, const struct flow_class *c, struct flow_ends *ret)
{
	const struct flow_group *from = c->a, *to = c->b;
	enum listener l = c->flow->listener;
	bool known = m->platform->place_per_host || c->to->machine->address;
	struct span_of_seats dialers = count_seats(m, from, NULL), dialed = count_seats(m, to, &known);
	hostlist_init(&ret->from, m->arena);
	hostlist_init(&ret->to, m->arena);
	hostlist_init(&ret->ports, m->arena);
	for (size_t i = 0; i < from->n; i++) {
		const struct seat *a = &from->on[i], *b = &to->on[i];
		bool meant = b->first && seat_is_known(m, b) == known;
		bool inside = meant && seats_meet_inside(m, a, b, from->role == to->role);
		if (c->same_machine ? inside : a->first && has_others(m, &dialed, a, i))
			add_places(m, from, i, l, &ret->from, NULL);
		if (c->same_machine ? inside : meant && has_others(m, &dialers, b, i))
			add_places(m, to, i, l, &ret->to, &ret->ports);
	}
	hostlist_normalise(&ret->from);
	hostlist_normalise(&ret->to);
	hostlist_normalise(&ret->ports);
}
