/*
 * containers_ports.c: two that listen on one port of a host: places on its own network, published ports, the host's own
 * sshd, swarm's engine, server of files.
 *
 * What may be on several hosts is held against what each of them has itself: two of the cluster's own the platform
 * keeps apart.
 *
 * What the spec publishes twice with its own words publish-twice says. An srun on the host's own network takes what is
 * free of its range, so that several may have one range; published, a range is taken as a whole.
 */
#include "compiler/check/containers_ports.h"

#include <stdlib.h>
#include <string.h>

static void claim_own(struct claims *x)
{
	struct check *c = x->c;
	struct machine_ports *ports = ARENA_NEW(c->arena, struct machine_ports);
	struct hostlist name;
	hostlist_init(&name, c->arena);
	hostlist_add_name(&name, x->on->name);
	machine_ports(c->model, &name, x->on->host, x->on, ports);
	for (size_t i = 0; i < ports->list.n; i++) {
		const struct machine_port *p = &ports->list.v[i];
		if (p->port && text_equal(p->protocol, "tcp"))
			*list_push(c->arena, &x->list) = (struct claim){ .first = p->port, .last = p->port, .own = p };
	}
}

static const char *address_of(const struct model_port *x)
{
	return port_is_everywhere(x) ? NULL : x->address;
}

/* Nodes alike have one port, or each its own: where they share one, two of them are enough to say so. */
static void claim_nodes(struct claims *x, const struct place *p, const struct model_port *port)
{
	const struct model *m = x->c->model;
	uint64_t n = p->names.count;
	if (!p->node->port.list && n > 2)
		n = 2;
	for (uint64_t i = 0; i < n; i++) {
		int64_t number = port->listener == LISTENER_SSHD ? place_ssh_port(m, p, i) : place_slurmd_port(m, p, i);
		*list_push(x->c->arena, &x->list) = (struct claim){ .first = number,
								    .last = number,
								    .address = address_of(port),
								    .listener = port->listener,
								    .place = p,
								    .at = i,
								    .port = port };
	}
}

static void claim_place(struct claims *x, const struct place *p)
{
	struct model_ports *ports = ARENA_NEW(x->c->arena, struct model_ports);
	place_ports(x->c->model, p, 0, ports);
	for (size_t i = 0; i < ports->list.n; i++) {
		const struct model_port *port = &ports->list.v[i];
		/* Where nothing can be published host-network-key says so. */
		if (!port->outside || (port->by && !network_publishes(p->network->kind)))
			continue;
		if (p->node && !port->by && port->first == port->last) {
			claim_nodes(x, p, port);
			continue;
		}
		/* A range of many nodes is published by each. */
		for (uint64_t n = 0; n < p->names.count && n < 2; n++)
			*list_push(x->c->arena, &x->list) =
				(struct claim){ .first = port->outside,
						.last = port->outside + port->last - port->first,
						.address = address_of(port),
						.listener = port->listener,
						.place = p,
						.at = n,
						.moves = port->listener == LISTENER_SRUN && !port->published,
						.port = port };
	}
}

/* ---- who meets whom */

static int by_first(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* A port that its place maps to itself, as hpcc would. */
static bool is_the_same(const struct claim *a, const struct claim *b)
{
	return a->place == b->place && a->at == b->at && a->port && b->port && (a->port->by || b->port->by) &&
	       a->port->first == b->port->first && a->first == b->first && a->last == b->last;
}

static bool holds(const struct claim *outer, const struct claim *inner)
{
	return outer->first <= inner->first && outer->last >= inner->last;
}

static bool is_clash(const struct claim *a, const struct claim *b)
{
	bool both_written = a->port && b->port && a->port->by && b->port->by;
	bool apart = a->address && b->address && strcmp(a->address, b->address) != 0;
	if (!a->own && !b->own && (a->place->roams || b->place->roams))
		return false;
	if (both_written || apart || is_the_same(a, b) || (a->moves && b->moves))
		return false;
	return !(a->moves && !holds(b, a)) && !(b->moves && !holds(a, b));
}

/* Where srun cannot be reached across hosts, flow-blocked has said that the network is the wrong one. */
static bool is_told(const struct check *c, const struct claim *x)
{
	return claim_numbered_alike(x) && !x->port->by && network_ends_at_machine(x->place->network->kind) &&
	       !c->spec->slurm->ports->srun;
}

/* What the claims before one are, in the order of their first ports. Those that move are all of one range. */
struct sweep {
	LIST(const struct claim *) fixed;
	size_t widest; /* of these: it ends last, and stands for those before it */
	const struct claim *moving;
	const struct claim
		*roaming; /* of what may be elsewhere, the one that ends last: it meets the host's own alone */
};

static const struct claim *met(const struct sweep *s, const struct claim *x)
{
	const struct claim *widest = s->fixed.n ? s->fixed.v[s->widest] : NULL;
	if (widest && widest->last >= (x->moves ? x->last : x->first)) {
		if (is_clash(widest, x))
			return widest;
		/* Those of one port follow each other. */
		for (size_t j = s->fixed.n; j-- > s->widest + 1;)
			if (s->fixed.v[j]->last >= x->first && is_clash(s->fixed.v[j], x))
				return s->fixed.v[j];
	}
	if (s->roaming && s->roaming->last >= x->first && is_clash(s->roaming, x))
		return s->roaming;
	return s->moving && s->moving->last >= x->first && is_clash(s->moving, x) ? s->moving : NULL;
}

static void pass(struct check *c, struct sweep *s, const struct claim *x)
{
	if (x->moves) {
		s->moving = x;
		return;
	}
	if (x->place && x->place->roams) {
		s->roaming = s->roaming && s->roaming->last > x->last ? s->roaming : x;
		return;
	}
	if (!s->fixed.n || x->last > s->fixed.v[s->widest]->last)
		s->widest = s->fixed.n;
	*list_push(c->arena, &s->fixed) = x;
}

static void judge(struct claims *x, struct map *seen)
{
	struct sweep sweep = { .widest = 0 };
	for (size_t i = 0; i < x->list.n; i++)
		x->list.v[i].order = i;
	if (x->list.n > 1)
		qsort(x->list.v, x->list.n, sizeof(x->list.v[0]), by_first);
	for (size_t i = 0; i < x->list.n; i++) {
		const struct claim *here = &x->list.v[i], *other = met(&sweep, here);
		if (other && !is_told(x->c, other) && !is_told(x->c, here))
			claims_clash(x, seen, other, here);
		pass(x->c, &sweep, here);
	}
}

/* What roams, each port of a service once: its places may be on the same hosts, and their own is all that it meets. */
static void claim_roaming(struct claims *x)
{
	const struct model *m = x->c->model;
	struct map ports;
	size_t kept = 0;
	map_init(&ports, x->c->arena);
	for (size_t i = 0; i < m->roaming.n; i++)
		claim_place(x, &m->places.v[m->roaming.v[i]]);
	for (size_t i = 0; i < x->list.n; i++) {
		const struct claim *claim = &x->list.v[i];
		bool fresh;
		map_add(&ports,
			arena_printf(x->c->arena, "%u:%lld-%lld", claim->place->roles, (long long)claim->first,
				     (long long)claim->last),
			&fresh);
		if (fresh)
			x->list.v[kept++] = *claim;
	}
	x->list.n = kept;
}

void rule_host_port_twice(struct check *c)
{
	const struct model *m = c->model;
	struct claims roaming = { .c = c };
	struct map seen;
	map_init(&seen, c->arena);
	if (!c->spec->slurm || !m->networks.n || networks_doubtful(c))
		return;
	claim_roaming(&roaming);
	for (size_t i = 0; i < m->machines.n; i++) {
		struct claims x = { .c = c, .on = m->machines.v[i] };
		claim_own(&x);
		for (size_t j = 0; j < x.on->places.n; j++)
			if (place_is_on(&m->places.v[x.on->places.v[j]], x.on))
				claim_place(&x, &m->places.v[x.on->places.v[j]]);
		for (size_t j = 0; j < roaming.list.n; j++)
			if (place_may_be_on(roaming.list.v[j].place, x.on))
				*list_push(c->arena, &x.list) = roaming.list.v[j];
		judge(&x, &seen);
	}
}
