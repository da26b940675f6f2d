/* containers_publish.c: ports of a host that the spec publishes. */
#include <stdlib.h>
#include <string.h>

#include "compiler/check/containers.h"

const char *host_said(struct check *c, const struct model_machine *x)
{
	return c->model->machines.n > 1 ? arena_printf(c->arena, "host '%s'", x->name) : "the host";
}

struct published {
	const char *name; /* of the service */
	const struct service *service;
	size_t item;
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

/* "127.0.0.1:8080:80": the address, or NULL for all, and the host's port. */
static const char *split_publish(struct arena *a, const char *s, long *ret_port)
{
	const char *colon = strchr(s, ':'), *second = colon ? strchr(colon + 1, ':') : NULL;
	*ret_port = strtol(second ? colon + 1 : s, NULL, 10);
	const char *address = second ? arena_strndup(a, s, (size_t)(colon - s)) : NULL;
	return text_equal(address, "0.0.0.0") ? NULL : address;
}

/* Where an item stands is looked for only for findings that are kept: there may be as many items as ports. */
static struct span published_at(const struct check *c, const struct published *p)
{
	return c->diags->list.n < DIAG_LIMIT ? WHERE_ITEM(p->service, publish, p->item) : (struct span){ 0 };
}

static void publish_clash(const struct publishing *x, const struct published *first, const struct published *second,
			  long port)
{
	struct check *c = x->c;
	bool same = first->service == second->service;
	struct diag *d = finding(c, published_at(c, second), "port %ld of %s is published twice%s by %s%s%s", port,
				 host_said(c, x->on), same ? "" : ":", first->name, same ? "" : " and ",
				 same ? "" : second->name);
	diag_note(c->diags, d, published_at(c, first), "the first is here");
	diag_help(c->diags, d, "give one of the two another port of the host: the number before the last colon");
}

static void publish(struct publishing *x, const struct service *s, const char *name, size_t item)
{
	struct arena *a = x->c->arena;
	long number;
	const char *address = split_publish(a, s->publish.v[item], &number);
	struct published *new = ARENA_NEW(a, struct published);
	*new = (struct published){ name, s, item };
	struct map_entry *e = map_add(&x->ports, arena_printf(a, "%ld", number), NULL);
	struct host_port *port = e->value ? e->value : (e->value = ARENA_NEW(a, struct host_port));
	const struct published *first = address ? port->all : port->any;
	if (address) {
		bool fresh;
		e = map_add(&x->addresses, arena_printf(a, "%s:%ld", address, number), &fresh);
		if (fresh)
			e->value = new;
		else if (!first)
			first = e->value;
	}
	if (first)
		publish_clash(x, first, new, number);
	port->any = port->any ? port->any : new;
	if (!address && !port->all)
		port->all = new;
}

/* Where nothing can be published host-network-key says so. */
static const struct service *dress_of(const struct place *p)
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
		const struct service *s = dress_of(p);
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
		s = p->node ? dress_of(p) : s;
		nodes += p->node ? p->names.count : 0;
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
	const struct service *s = dress_of(p), *base = x->c->spec->services->base;
	bool own = s && s != base && WRITTEN(s, publish);
	if (!s || (p->node && own && by_nodes) || (!own && x->by_default))
		return;
	for (size_t i = 0; i < s->publish.n; i++)
		publish(x, s, role_name((enum role)p->roles), i);
}

/* Of nodes and of the default one finding is enough. */
static void publish_machine(struct publishing *x, bool *nodes_told)
{
	map_init(&x->ports, x->c->arena);
	map_init(&x->addresses, x->c->arena);
	x->by_default = x->by_default || published_by_all(x);
	*nodes_told = *nodes_told || published_by_nodes(x);
	for (size_t i = 0; i < x->on->places.n; i++)
		publish_place(x, &x->c->model->places.v[x->on->places.v[i]], *nodes_told);
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
		for (size_t j = 0; s && s != seen && j < s->publish.n; j++) {
			long port;
			const char *address = split_publish(c->arena, s->publish.v[j], &port);
			if (!address)
				continue;
			struct diag *d = finding(c, WHERE_ITEM(s, publish, j),
						 "target '%s' is for %s, which publish a port at all addresses of "
						 "their host, and not at %s alone",
						 c->target, m->platform->runs, address);
			diag_help(
				c->diags, d,
				"leave the address out, and the port to the host's firewall; or build target compose");
			note_target(c, d);
		}
		seen = s;
	}
}
