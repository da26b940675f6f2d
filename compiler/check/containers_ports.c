/*
 * containers_ports.c: two that listen on one port of a host: places on its own network, published ports, the host's own
 * sshd, swarm's engine, server of files.
 *
 * What the spec publishes twice with its own words publish-twice says. An srun on the host's own network takes what is
 * free of its range, so that several may have one range; published, a range is taken as a whole.
 */
#include "compiler/check/containers.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/model/flows.h"

/* Who has the ports first..last of a machine. */
struct claim {
	int64_t first, last;
	const char *address; /* NULL: at all of the machine's */
	enum listener listener;
	const struct place *place; /* NULL: the machine's own */
	uint64_t at;		   /* which of the place's names */
	const struct machine_port *own;
	const struct model_port *port;
	bool moves; /* takes what is free of its range */
	size_t order;
};

struct claims {
	struct check *c;
	const struct model_machine *on;
	LIST(struct claim) list;
};

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

/* Nodes alike have one port, or each its own: where they share one, two of them are enough to say so. */
static void claim_nodes(struct claims *x, const struct place *p, const struct model_port *port)
{
	const struct model *m = x->c->model;
	uint64_t n = p->names.count;
	if (!p->node->port.list && n > 2)
		n = 2;
	for (uint64_t i = 0; i < n; i++) {
		int64_t number = port->listener == LISTENER_SSHD ? place_ssh_port(m, p, i) : place_slurmd_port(m, p, i);
		*list_push(x->c->arena, &x->list) = (struct claim){
			.first = number, .last = number, .listener = port->listener, .place = p, .at = i, .port = port
		};
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
						.address = port->address,
						.listener = port->listener,
						.place = p,
						.at = n,
						.moves = port->listener == LISTENER_SRUN && !port->published,
						.port = port };
	}
}

/* ---- words */

static const char *claim_said(struct check *c, const struct claim *x)
{
	if (x->own)
		return arena_printf(c->arena, "%s of the host itself", x->own->who);
	const char *what = x->listener == LISTENER_OTHER ? "what is published" : listener_name(x->listener);
	const char *name = hostlist_name_dup(&x->place->names, x->at, c->arena);
	return strcmp(what, name) == 0 ? what : arena_printf(c->arena, "%s of '%s'", what, name);
}

static struct span written(const void *body, const char *key)
{
	const struct field *f = body ? shape_field(origin_of(body)->shape, key) : NULL;
	return f && written_offset(body, f->offset) ? where_offset(body, f->offset) : (struct span){ 0 };
}

/* Where the number was written, or nowhere. */
static struct span where_number(const struct check *c, const struct claim *x)
{
	const struct spec *s = c->spec;
	if (x->own)
		return x->own->by ? where_body(x->own->by) : (struct span){ 0 };
	if (x->port->by)
		return WHERE_ITEM(x->port->by, publish, x->port->item);
	switch (x->listener) {
	case LISTENER_SLURMCTLD:
		return written(s->slurm->ports, "slurmctld");
	case LISTENER_SLURMDBD:
		return written(s->slurm->ports, "slurmdbd");
	case LISTENER_DATABASE:
		return written(s->accounting->database, "port");
	case LISTENER_SRUN:
		return written(s->slurm->ports, "srun");
	case LISTENER_SSHD: /* above its slurmd's (model/ports.c) */
		return x->place->node && WRITTEN(x->place->node, port) ? WHERE(x->place->node, port)
								       : (struct span){ 0 };
	case LISTENER_SLURMD:
		return WRITTEN(x->place->node, port) ? WHERE(x->place->node, port) : written(s->slurm->ports, "slurmd");
	default:
		return (struct span){ 0 };
	}
}

/* Where the number was written, else who has it. */
static struct span where_claim(const struct check *c, const struct claim *x)
{
	struct span at = where_number(c, x);
	if (span_known(at) || x->own)
		return at;
	return x->place->node ? where_body(x->place->node) : where_joined(c, x->place);
}

static bool is_numbered_alike(const struct claim *x)
{
	return x->place && x->place->node && network_gives_addresses(x->place->network->kind);
}

static void help(struct check *c, struct diag *d, const struct claim *a, const struct claim *b)
{
	const struct claim *alike = is_numbered_alike(a) ? a : is_numbered_alike(b) ? b : NULL;
	const struct model_network *n = alike ? alike->place->network : NULL;
	bool nodes = a->place && a->place->node && b->place && b->place->node;
	bool macos = (a->place && is_macos(a->place->machine)) || (b->place && is_macos(b->place->machine));
	if (n && !network_ends_at_machine(n->kind)) {
		diag_help(c->diags, d,
			  "who is not on network '%s' (%s) reaches its nodes at published ports, and all have the "
			  "same: put "
			  "all services on it",
			  n->name, network_kind_name(n->kind));
	} else if (n) {
		diag_help(c->diags, d,
			  "on network '%s' (%s) every node has the same ports: take `type: published`, which numbers "
			  "them%s",
			  n->name, network_kind_name(n->kind), macos ? "" : ", `host`, or in a swarm `overlay`");
	} else if (a->moves || b->moves) {
		diag_help(c->diags, d, "published, the range is taken as a whole: put %s on another host",
			  claim_said(c, a->moves ? a : b));
	} else if (macos && (a->listener == LISTENER_SRUN || b->listener == LISTENER_SRUN)) {
		diag_help(c->diags, d, "published, the range is taken as a whole: put one of them on another host");
	} else if (a->place && a->place->node && a->listener == LISTENER_SRUN) {
		diag_help(c->diags, d,
			  "put the nodes on the hosts' own network (`type: host`): there each srun takes what is free");
	} else if (nodes && a->listener == LISTENER_SLURMD && b->listener == LISTENER_SLURMD) {
		diag_help(c->diags, d, "leave 'port' out, and each node of a host gets one of its own");
	} else if (a->own || b->own) {
		diag_help(c->diags, d, "give %s another port, or another host%s", claim_said(c, a->own ? b : a),
			  strcmp((a->own ? a : b)->own->who, "sshd") == 0
				  ? "; the host's own sshd may have another port by `ssh.port`"
				  : "");
	} else {
		diag_help(c->diags, d, "give one of them another port, or another host");
	}
}

static bool same_span(struct span a, struct span b)
{
	return a.source == b.source && a.start == b.start;
}

static void clash(struct claims *x, struct map *seen, const struct claim *a, const struct claim *b)
{
	struct check *c = x->c;
	int64_t port = a->first > b->first ? a->first : b->first;
	bool first = b->own || (!a->own && span_known(where_number(c, a)) && !span_known(where_number(c, b)));
	const struct claim *here = first ? a : b, *there = first ? b : a;
	struct span at = where_claim(c, here), other = where_claim(c, there);
	if (!first_at(c, seen, at))
		return;
	struct diag *d = finding(c, at, "port %lld of %s is wanted twice: by %s and by %s", (long long)port,
				 host_said(c, x->on), claim_said(c, there), claim_said(c, here));
	if (!span_known(other))
		diag_note(c->diags, d, other, "%lld is the port that %s has unless told otherwise", (long long)port,
			  claim_said(c, there));
	else if (!same_span(at, other))
		diag_note(c->diags, d, other, "%s has it from here", claim_said(c, there));
	help(c, d, here, there);
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
	       a->port->first == b->port->first && a->first == b->first;
}

static bool holds(const struct claim *outer, const struct claim *inner)
{
	return outer->first <= inner->first && outer->last >= inner->last;
}

static bool is_clash(const struct claim *a, const struct claim *b)
{
	bool both_written = a->port && b->port && a->port->by && b->port->by;
	bool apart = a->address && b->address && strcmp(a->address, b->address) != 0;
	if (both_written || apart || is_the_same(a, b) || (a->moves && b->moves))
		return false;
	return !(a->moves && !holds(b, a)) && !(b->moves && !holds(a, b));
}

/* Where srun cannot be reached across hosts, flow-blocked has said that the network is the wrong one. */
static bool is_told(const struct check *c, const struct claim *x)
{
	return is_numbered_alike(x) && !x->port->by && network_ends_at_machine(x->place->network->kind) &&
	       !c->spec->slurm->ports->srun;
}

/* What the claims before one are, in the order of their first ports. Those that move are all of one range. */
struct sweep {
	LIST(const struct claim *) fixed;
	size_t widest; /* of these: it ends last, and stands for those before it */
	const struct claim *moving;
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
	return s->moving && s->moving->last >= x->first && is_clash(s->moving, x) ? s->moving : NULL;
}

static void pass(struct check *c, struct sweep *s, const struct claim *x)
{
	if (x->moves) {
		s->moving = x;
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
			clash(x, seen, other, here);
		pass(x->c, &sweep, here);
	}
}

void rule_host_port_twice(struct check *c)
{
	const struct model *m = c->model;
	struct map seen;
	map_init(&seen, c->arena);
	if (!c->spec->slurm || !m->networks.n || networks_doubtful(c))
		return;
	for (size_t i = 0; i < m->machines.n; i++) {
		struct claims x = { .c = c, .on = m->machines.v[i] };
		claim_own(&x);
		for (size_t j = 0; j < x.on->places.n; j++)
			claim_place(&x, &m->places.v[x.on->places.v[j]]);
		judge(&x, &seen);
	}
}
