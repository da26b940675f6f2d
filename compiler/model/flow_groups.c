/* flow_groups.c: the places of one role on one network, by machine. */
#include "compiler/model/flow_groups.h"

static size_t machine_count(const struct model *m)
{
	return m->platform->place_per_host ? m->places.n : m->machines.n;
}

static struct flow_group *group_of(const struct model *m, struct flow_groups *all, unsigned role, const struct place *p)
{
	for (size_t i = 0; i < all->list.n; i++)
		if (all->list.v[i]->network == p->network)
			return all->list.v[i];
	struct flow_group *g = ARENA_NEW(m->arena, struct flow_group);
	g->role = role;
	g->network = p->network;
	g->first = p;
	g->n = machine_count(m);
	g->on = ARENA_ARRAY(m->arena, g->n, struct seat);
	*list_push(m->arena, &all->list) = g;
	return g;
}

static void seat(const struct model *m, struct flow_groups *all, unsigned role, const struct place *p, size_t machine)
{
	if (!(p->roles & role))
		return;
	struct flow_group *g = group_of(m, all, role, p);
	struct seat *s = &g->on[machine];
	if (!s->first)
		s->first = p;
	s->names += p->names.count;
}

void flow_groups_of(const struct model *m, unsigned role, struct flow_groups *ret)
{
	*ret = (struct flow_groups){ 0 };
	for (size_t i = 0; m->platform->place_per_host && i < m->places.n; i++)
		seat(m, ret, role, &m->places.v[i], i);
	for (size_t i = 0; i < m->machines.n; i++)
		for (size_t j = 0; j < m->machines.v[i]->places.n; j++)
			seat(m, ret, role, &m->places.v[m->machines.v[i]->places.v[j]], i);
	for (size_t i = 0; i < m->roaming.n; i++)
		seat(m, ret, role, &m->places.v[m->roaming.v[i]], ROAMING);
}

bool seats_meet_inside(const struct model *m, const struct seat *a, const struct seat *b, bool same_role)
{
	if (!a->first || !b->first)
		return false;
	if (m->platform->place_per_host)
		return !same_role;
	return a->first != b->first || a->names > 1;
}

bool seats_meet_outside(const struct model *m, const struct seat *a, const struct seat *b, bool same_machine)
{
	if (!a->first || !b->first)
		return false;
	return !same_machine || (m->platform->place_per_host && a->names > 1);
}

bool seat_is_known(const struct model *m, const struct seat *s)
{
	return m->platform->place_per_host || s->first->machine->address;
}
