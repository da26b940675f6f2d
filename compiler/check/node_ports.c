/* node_ports.c: daemons that want one port of one host, and nodes that share a host. */
#include "compiler/check/nodes.h"

#include <string.h>

#include "compiler/platform/platform.h"

/* One node: a place in a group. */
struct seat {
	const struct node_group *group;
	uint64_t at;
};

static struct span port_place(const struct check *c, const struct node_group *g)
{
	if (WRITTEN(g, port))
		return WHERE(g, port);
	return where_body(g);
}

static const char *seat_name(struct check *c, const struct seat *s)
{
	return hostlist_name_dup(s->group->origin.hosts, s->at, c->arena);
}

static void same_port(struct check *c, const struct seat *a, const struct seat *b, const char *host, int64_t port)
{
	bool written = WRITTEN(b->group, port) || !WRITTEN(a->group, port);
	const struct seat *here = written ? b : a, *there = written ? a : b;
	struct diag *d = finding(c, port_place(c, here->group),
				 "node '%s' has port %lld of host '%s', which node '%s' has already",
				 seat_name(c, here), (long long)port, host, seat_name(c, there));
	if (a->group->origin.name_span.start != b->group->origin.name_span.start)
		diag_note(c->diags, d, port_place(c, there->group), "the other node");
	diag_help(c->diags, d, "leave 'port' out, and each node of a host gets one of its own");
}

static void take_seat(struct check *c, struct map *taken, struct map *seen, const struct seat *s, const char *host)
{
	int64_t port = node_port(c->spec, s->group, s->at);
	bool fresh;
	struct map_entry *e = map_add(taken, arena_printf(c->arena, "%s %lld", host, (long long)port), &fresh);
	if (fresh) {
		struct seat *kept = e->value = ARENA_NEW(c->arena, struct seat);
		*kept = *s;
	} else if (first_at(c, seen, port_place(c, s->group))) {
		same_port(c, e->value, s, host, port);
	}
}

/* slurmctld does not look; the second slurmd dies: "Unable to bind listen port". */
void rule_node_ports(struct check *c)
{
	struct map taken, seen, hosts;
	const struct node_group *g;
	map_init(&taken, c->arena);
	map_init(&seen, c->arena);
	map_init(&hosts, c->arena);
	/* Nodes that are not their host have an address of their own. */
	if (!c->spec->slurm || !c->model->platform->place_per_host)
		return;
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));) {
		if (g->host.list == g->origin.hosts)
			continue;
		for (uint64_t j = 0; j < g->origin.hosts->count; j++) {
			const char *host = node_host(g, j, c->arena);
			struct seat s = { g, j };
			if (!host)
				break;
			map_set(&hosts, host, NULL);
			take_seat(c, &taken, &seen, &s, host);
		}
	}
	for (size_t i = 0; i < hosts.n; i++) {
		struct seat s;
		uint32_t owner;
		if (!hostindex_find(c->spec->node_index, hosts.v[i].key, &owner, &s.at))
			continue;
		s.group = c->spec->nodes.v[owner];
		if (!s.group->origin.broken && s.group->host.list == s.group->origin.hosts)
			take_seat(c, &taken, &seen, &s, hosts.v[i].key);
	}
}

/* ---- ports of slurmctld, slurmdbd, the database and slurmd on one machine */

struct daemon_port {
	const char *what;
	int64_t port;
	struct span place; /* where it was written, or unknown */
};

static struct span written_port(const void *body, const char *key)
{
	const struct field *f = shape_field(origin_of(body)->shape, key);
	return written_offset(body, f->offset) ? where_offset(body, f->offset) : (struct span){ 0 };
}

static size_t daemons_of(struct check *c, const struct place *p, struct daemon_port *ret)
{
	const struct slurm_ports *ports = c->spec->slurm->ports;
	const struct accounting *acc = c->spec->accounting;
	size_t n = 0;
	if (p->roles & ROLE_SLURMCTLD)
		ret[n++] = (struct daemon_port){ "slurmctld", ports->slurmctld, written_port(ports, "slurmctld") };
	if (p->roles & ROLE_SLURMDBD)
		ret[n++] = (struct daemon_port){ "slurmdbd", ports->slurmdbd, written_port(ports, "slurmdbd") };
	if (p->roles & ROLE_DATABASE && acc && acc->database)
		ret[n++] = (struct daemon_port){ "the database", acc->database->port,
						 written_port(acc->database, "port") };
	return n;
}

static void clash(struct check *c, struct map *seen, const struct daemon_port *a, const struct daemon_port *b,
		  const char *host)
{
	const struct daemon_port *here = span_known(b->place) ? b : a, *there = here == b ? a : b;
	if (a->port != b->port || !first_at(c, seen, here->place))
		return;
	struct diag *d = finding(c, here->place, "%s and %s both listen on port %lld of host '%s'", a->what, b->what,
				 (long long)a->port, host);
	if (span_known(there->place))
		diag_note(c->diags, d, there->place, "%s has it from here", there->what);
	else
		diag_note(c->diags, d, (struct span){ 0 }, "%lld is the port that %s has unless told otherwise",
			  (long long)there->port, there->what);
	diag_help(c->diags, d, "give one of them another port");
}

static void node_against(struct check *c, struct map *seen, const struct daemon_port *daemons, size_t n,
			 const struct seat *s, const char *host)
{
	struct daemon_port slurmd = { arena_printf(c->arena, "slurmd of node '%s'", seat_name(c, s)),
				      node_port(c->spec, s->group, s->at),
				      WRITTEN(s->group, port) ? WHERE(s->group, port)
							      : written_port(c->spec->slurm->ports, "slurmd") };
	for (size_t i = 0; i < n; i++)
		clash(c, seen, &daemons[i], &slurmd, host);
}

struct daemon_check {
	struct check *c;
	struct map *seen;
	struct hostindex *index; /* hosts of daemons to their place */
	const struct node_group *group;
};

static void node_on_place(struct daemon_check *k, uint32_t place, uint64_t node)
{
	struct daemon_port daemons[3];
	const struct place *p = &k->c->model->places.v[place];
	size_t n = daemons_of(k->c, p, daemons);
	struct seat s = { k->group, node };
	node_against(k->c, k->seen, daemons, n, &s, hostlist_name_dup(&p->names, 0, k->c->arena));
}

struct daemon_piece {
	struct daemon_check *k;
	uint64_t done;
};

/* Stretches of a group's own hosts that also run daemons: single names. */
static void piece_of_group(void *ctx, const struct hostpiece *piece)
{
	struct daemon_piece *x = ctx;
	if (piece->known)
		node_on_place(x->k, piece->owner, x->done);
	x->done += piece->run.numbered ? piece->run.hi - piece->run.lo + 1 : 1;
}

static void nodes_against_daemons(struct daemon_check *k)
{
	const struct node_group *g;
	for (size_t i = 0; (g = entries_next(&k->c->spec->nodes, &i));) {
		struct daemon_piece x = { k, 0 };
		k->group = g;
		if (g->host.list == g->origin.hosts) {
			hostindex_cover(k->index, g->host.list, piece_of_group, &x);
			continue;
		}
		for (uint64_t j = 0; j < g->origin.hosts->count; j++) {
			uint32_t place;
			const char *name = node_host(g, j, k->c->arena);
			if (!name)
				break;
			if (hostindex_find(k->index, name, &place, NULL))
				node_on_place(k, place, j);
		}
	}
}

/* slurmctld: "unable to listen" is fatal (controller.c). */
void rule_daemon_ports(struct check *c)
{
	struct map seen;
	struct daemon_check k = { .c = c, .seen = &seen, .index = hostindex_new(c->arena) };
	map_init(&seen, c->arena);
	if (!c->spec->slurm || !c->model->platform->place_per_host)
		return;
	for (size_t i = 0; i < c->model->places.n; i++) {
		const struct place *p = &c->model->places.v[i];
		struct daemon_port daemons[3];
		size_t n = daemons_of(c, p, daemons);
		if (n)
			hostindex_add(k.index, &p->names, (uint32_t)i);
		for (size_t x = 0; x < n; x++)
			for (size_t y = x + 1; y < n; y++)
				clash(c, &seen, &daemons[x], &daemons[y], hostlist_name_dup(&p->names, 0, c->arena));
	}
	hostindex_build(k.index, NULL, NULL);
	nodes_against_daemons(&k);
}

/* The node that sits on a host already: one that came before, or the one that bears the host's name. */
static bool sits_there(struct check *c, struct map *hosts, const char *host, const struct seat *s, struct seat *ret)
{
	uint32_t owner;
	bool fresh;
	struct map_entry *e = map_add(hosts, host, &fresh);
	if (!fresh) {
		*ret = *(const struct seat *)e->value;
		return true;
	}
	struct seat *first = e->value = ARENA_NEW(c->arena, struct seat);
	*first = *s;
	if (!hostindex_find(c->spec->node_index, host, &owner, &ret->at))
		return false;
	ret->group = c->spec->nodes.v[owner];
	return !ret->group->origin.broken && ret->group->host.list == ret->group->origin.hosts;
}

static void shared_host(struct check *c, const struct seat *first, const struct seat *second, const char *host,
			struct span at)
{
	struct diag *d =
		finding(c, at, "nodes '%s' and '%s' sit on one host, '%s', and target '%s' runs one slurmd a host",
			seat_name(c, first), seat_name(c, second), host, c->target);
	if (first->group->origin.name_span.start != second->group->origin.name_span.start)
		diag_note(c->diags, d, where_body(first->group), "the other node");
	diag_help(c->diags, d, "give each node a host of its own, or make them one node");
}

/* A package's slurmd.service is one slurmd: several want units of their own. */
void rule_nodes_share_host(struct check *c)
{
	struct map hosts, seen;
	const struct node_group *g;
	map_init(&hosts, c->arena);
	map_init(&seen, c->arena);
	if (c->model->platform->can & CAN_NODES_SHARE || !c->needs_slurm)
		return;
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));) {
		if (g->host.list == g->origin.hosts)
			continue;
		struct span at = WRITTEN(g, host) ? WHERE(g, host) : where_body(g);
		for (uint64_t j = 0; j < g->origin.hosts->count; j++) {
			const char *host = node_host(g, j, c->arena);
			struct seat s = { g, j }, other;
			if (!host)
				break;
			if (sits_there(c, &hosts, host, &s, &other) && first_at(c, &seen, at))
				shared_host(c, &other, &s, host, at);
		}
	}
}
