/* containers_publish.c: ports of a host that the spec publishes. */
#include <string.h>

#include "compiler/check/containers.h"

const char *host_said(struct check *c, const struct model_machine *x)
{
	return c->model->machines.n > 1 ? arena_printf(c->arena, "host '%s'", x->name) : "the host";
}

struct published {
	const char *name; /* of the service */
	const struct model_port *port;
};

/* One port of the host: who takes it on all addresses, and who on any. */
struct host_port {
	const struct published *all, *any;
};

/* On one machine. */
struct publishing {
	struct check *c;
	const struct model_machine *on;
	struct map ports, addresses;
	bool by_default; /* of what services.default publishes there all has been said */
};

/* Where an item stands is looked for only for findings that are kept: there may be as many items as ports. */
static struct span published_at(const struct check *c, const struct published *p)
{
	return c->diags->list.n < DIAG_LIMIT ? WHERE_ITEM(p->port->by, publish, p->port->item) : (struct span){ 0 };
}

static void publish_clash(const struct publishing *x, const struct published *first, const struct published *second)
{
	struct check *c = x->c;
	bool same = first->port->by == second->port->by;
	struct diag *d = finding(c, published_at(c, second), "port %lld of %s is published twice%s by %s%s%s",
				 (long long)second->port->outside, host_said(c, x->on), same ? "" : ":", first->name,
				 same ? "" : " and ", same ? "" : second->name);
	diag_note(c->diags, d, published_at(c, first), "the first is here");
	diag_help(c->diags, d, "give one of the two another port of the host: the number before the last colon");
}

static void publish(struct publishing *x, const struct model_port *wish, const char *name)
{
	struct arena *a = x->c->arena;
	long long number = (long long)wish->outside;
	const char *address = port_is_everywhere(wish) ? NULL : wish->address;
	struct published *new = ARENA_NEW(a, struct published);
	*new = (struct published){ name, wish };
	struct map_entry *e = map_add(&x->ports, arena_printf(a, "%lld", number), NULL);
	struct host_port *port = e->value ? e->value : (e->value = ARENA_NEW(a, struct host_port));
	const struct published *first = address ? port->all : port->any;
	if (address) {
		bool fresh;
		e = map_add(&x->addresses, arena_printf(a, "%s:%lld", address, number), &fresh);
		if (fresh)
			e->value = new;
		else if (!first)
			first = e->value;
	}
	if (first)
		publish_clash(x, first, new);
	port->any = port->any ? port->any : new;
	if (!address && !port->all)
		port->all = new;
}

/* Where nothing can be published host-network-key says so. */
static const struct service *publisher_of(const struct place *p)
{
	const struct service *s = p->network && network_publishes(p->network->kind) ? p->service : NULL;
	return s && !s->origin.broken && s->publish.n ? s : NULL;
}

/* What stands under services.default is each service's that says nothing itself; of that one word is enough. */
static bool published_by_all(struct publishing *x)
{
	const struct service *base = x->c->spec->services->base;
	uint64_t places = 0;
	if (!base || base->origin.broken || !base->publish.n)
		return false;
	for (size_t i = 0; i < x->on->places.n; i++) {
		const struct place *p = &x->c->model->places.v[x->on->places.v[i]];
		const struct service *s = place_is_on(p, x->on) ? publisher_of(p) : NULL;
		places += s && (s == base || !WRITTEN(s, publish)) ? p->names.count : 0;
	}
	if (places < 2)
		return false;
	struct diag *d = finding(x->c, WHERE(base, publish), "all %llu containers would publish the same ports of %s",
				 (unsigned long long)places, host_said(x->c, x->on));
	diag_help(x->c->diags, d, "write 'publish' in the one service that it is for, such as login");
	return true;
}

/* Nodes have one dress: where two of them are on a machine, each of its ports is published twice. */
static bool published_by_nodes(struct publishing *x)
{
	const struct service *s = NULL;
	uint64_t nodes = 0;
	for (size_t i = 0; i < x->on->places.n; i++) {
		const struct place *p = &x->c->model->places.v[x->on->places.v[i]];
		bool is_node = p->node && place_is_on(p, x->on);
		s = is_node ? publisher_of(p) : s;
		nodes += is_node ? p->names.count : 0;
	}
	if (nodes < 2 || !s || !WRITTEN(s, publish))
		return false;
	struct diag *d = finding(x->c, WHERE(s, publish), "all %llu nodes would publish the same ports of %s",
				 (unsigned long long)nodes, host_said(x->c, x->on));
	diag_help(x->c->diags, d, "publish a port of login instead, and go on to the nodes from there");
	return true;
}

static void publish_place(struct publishing *x, const struct place *p, bool by_nodes)
{
	const struct service *s = publisher_of(p), *base = x->c->spec->services->base;
	bool own = s && s != base && WRITTEN(s, publish);
	if (!s || (p->node && own && by_nodes) || (!own && x->by_default))
		return;
	for (size_t i = 0; i < p->publish->list.n; i++)
		publish(x, &p->publish->list.v[i], role_name((enum role)p->roles));
}

/* Of nodes and of the default one finding is enough. */
static void publish_machine(struct publishing *x, bool *nodes_told)
{
	map_init(&x->ports, x->c->arena);
	map_init(&x->addresses, x->c->arena);
	x->by_default = x->by_default || published_by_all(x);
	*nodes_told = *nodes_told || published_by_nodes(x);
	for (size_t i = 0; i < x->on->places.n; i++) {
		const struct place *p = &x->c->model->places.v[x->on->places.v[i]];
		if (place_is_on(p, x->on))
			publish_place(x, p, *nodes_told);
	}
}

/* More nodes than hosts that they may be on, of which each has a port once: some would never start. */
static bool too_many_roam(struct publishing *x, const struct place *first)
{
	const struct model *m = x->c->model;
	const struct service *s = first->node ? publisher_of(first) : NULL;
	uint64_t nodes = 0, hosts = 0;
	if (!s || !WRITTEN(s, publish))
		return false;
	for (size_t i = 0; i < m->roaming.n; i++) {
		const struct place *p = &m->places.v[m->roaming.v[i]];
		nodes += p->node ? p->names.count : 0;
	}
	for (size_t i = 0; i < m->machines.n; i++)
		hosts += place_may_be_on(first, m->machines.v[i]);
	if (nodes <= hosts)
		return false;
	struct diag *d = finding(x->c, WHERE(s, publish), "all %llu nodes would publish the same ports of %llu hosts",
				 (unsigned long long)nodes, (unsigned long long)hosts);
	diag_help(x->c->diags, d, "publish a port of login instead, and go on to the nodes from there");
	return true;
}

/* What may be on several hosts the platform keeps apart from what has its ports; but not from itself. Places of one
 * service follow each other. */
static void publish_roaming(struct publishing *x)
{
	const struct model *m = x->c->model;
	const struct service *last = NULL;
	for (size_t i = 0; i < m->roaming.n; i++) {
		const struct place *p = &m->places.v[m->roaming.v[i]];
		if (p->service == last)
			continue;
		last = p->service;
		map_init(&x->ports, x->c->arena);
		map_init(&x->addresses, x->c->arena);
		for (size_t j = 0; j < m->machines.n; j++)
			x->on = place_may_be_on(p, m->machines.v[j]) ? m->machines.v[j] : x->on;
		if (!too_many_roam(x, p))
			publish_place(x, p, false);
	}
}

void rule_publish_twice(struct check *c)
{
	struct publishing x = { .c = c };
	bool nodes_told = false;
	if (!(c->model->platform->can & CAN_PUBLISH) || !c->spec->slurm)
		return;
	for (size_t i = 0; i < c->model->machines.n; i++) {
		x.on = c->model->machines.v[i];
		publish_machine(&x, &nodes_told);
	}
	publish_roaming(&x);
}

/* ---- publish-at-address */

void rule_publish_at_address(struct check *c)
{
	const struct model *m = c->model;
	const struct service *seen = NULL;
	if (!(m->platform->can & CAN_PUBLISH) || m->platform->can & CAN_PUBLISH_AT)
		return;
	/* Places of one service follow each other. */
	for (size_t i = 0; i < m->places.n; i++) {
		const struct service *s = m->places.v[i].service;
		const struct model_ports *all = s != seen ? m->places.v[i].publish : NULL;
		for (size_t j = 0; all && j < all->list.n; j++) {
			const struct model_port *x = &all->list.v[j];
			if (port_is_everywhere(x))
				continue;
			struct diag *d = finding(c, WHERE_ITEM(s, publish, x->item),
						 "target '%s' is for %s, which publish a port at all addresses of "
						 "their host, and not at %s alone",
						 c->target, m->platform->runs, x->address);
			diag_help(
				c->diags, d,
				"leave the address out, and the port to the host's firewall; or build target compose");
			note_target(c, d);
		}
		seen = s;
	}
}
