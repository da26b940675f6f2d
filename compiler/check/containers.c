/*
 * containers.c: rules over places that are not hosts: one a service and one a node, all on one machine.
 *
 * Each asks the platform for the fact that it is about, and has nothing to say elsewhere. The host: containers_hosts.c;
 * the network and addresses: containers_network.c, containers_addresses.c; images: containers_images.c; what
 * is mounted and put there: containers_storage.c.
 */
#include "compiler/check/containers.h"

#include <stdlib.h>
#include <string.h>

const enum role container_services[] = { ROLE_SLURMCTLD, ROLE_SLURMDBD, ROLE_DATABASE, ROLE_LOGIN };

const struct place *container_of(const struct model *m, enum role role)
{
	for (size_t i = 0; i < m->places.n; i++)
		if (!m->places.v[i].node && m->places.v[i].roles == role)
			return &m->places.v[i];
	return NULL;
}

const struct service *container_service(const struct model *m, enum role role)
{
	const struct place *p = container_of(m, role);
	return p && p->service && !p->service->origin.broken ? p->service : NULL;
}

static uint64_t count_nodes(const struct model *m)
{
	uint64_t n = 0;
	for (size_t i = 0; i < m->places.n; i++)
		n += m->places.v[i].node ? m->places.v[i].names.count : 0;
	return n;
}

/* ---- service-name-taken */

static void service_name_taken(struct check *c)
{
	if (c->model->platform->place_per_host || !c->spec->node_index)
		return;
	uint32_t loop;
	if (hostindex_find(c->spec->node_index, "localhost", &loop, NULL))
		diag_help(c->diags,
			  finding(c, where_body(c->spec->nodes.v[loop]),
				  "node 'localhost' cannot be found: to each container that name is itself"),
			  "call it otherwise");
	for (size_t i = 0; i < CONTAINER_SERVICES; i++) {
		const char *name = role_name(container_services[i]);
		const struct place *p = container_of(c->model, container_services[i]);
		uint32_t owner;
		if (!p || !hostindex_find(c->spec->node_index, name, &owner, NULL))
			continue;
		struct diag *d = finding(c, where_body(c->spec->nodes.v[owner]),
					 "node '%s' has the name of the container of service '%s'", name, name);
		if (p->service && p->service->origin.node)
			diag_note(c->diags, d, where_body(p->service), "the service");
		else
			diag_note(c->diags, d, (struct span){ 0 }, "the service is there without being written");
		diag_help(c->diags, d, "call the node otherwise: containers find each other by their names");
	}
}

/* ---- publish-twice */

struct published {
	const char *name; /* of the service */
	const struct service *service;
	size_t item;
};

/* One port of the host: who takes it on all addresses, and who on any. */
struct host_port {
	const struct published *all, *any;
};

struct publishing {
	struct check *c;
	struct map ports, addresses;
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

static void publish_clash(struct check *c, const struct published *first, const struct published *second, long port)
{
	bool same = first->service == second->service;
	struct diag *d = finding(c, published_at(c, second), "port %ld of the host is published twice%s by %s%s%s",
				 port, same ? "" : ":", first->name, same ? "" : " and ", same ? "" : second->name);
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
		publish_clash(x->c, first, new, number);
	port->any = port->any ? port->any : new;
	if (!address && !port->all)
		port->all = new;
}

/* What stands under services.default is each service's that says nothing itself; of that one word is enough. */
static bool published_by_all(struct publishing *x, uint64_t nodes)
{
	const struct model *m = x->c->model;
	const struct services *all = x->c->spec->services;
	uint64_t places = all->slurmd && !WRITTEN(all->slurmd, publish) ? nodes : 0;
	if (!all->base || all->base->origin.broken || !all->base->publish.n)
		return false;
	for (size_t i = 0; i < CONTAINER_SERVICES; i++) {
		const struct service *s = container_service(m, container_services[i]);
		places += s && !WRITTEN(s, publish);
	}
	if (places < 2)
		return false;
	struct diag *d =
		finding(x->c, WHERE(all->base, publish), "all %llu containers would publish the same ports of the host",
			(unsigned long long)places);
	diag_help(x->c->diags, d, "write 'publish' in the one service that it is for, such as login");
	return true;
}

static void publish_service(struct publishing *x, const struct service *s, const char *name, bool by_all)
{
	if (!s || s->origin.broken || (by_all && !WRITTEN(s, publish)))
		return;
	for (size_t i = 0; i < s->publish.n; i++)
		publish(x, s, name, i);
}

static void publish_twice(struct check *c)
{
	struct publishing x = { .c = c };
	const struct service *slurmd = c->spec->services->slurmd;
	uint64_t nodes = count_nodes(c->model);
	if (!(c->model->platform->can & CAN_PUBLISH) || !c->spec->slurm)
		return;
	map_init(&x.ports, c->arena);
	map_init(&x.addresses, c->arena);
	bool by_all = published_by_all(&x, nodes);
	for (size_t i = 0; i < CONTAINER_SERVICES; i++)
		publish_service(&x, container_service(c->model, container_services[i]),
				role_name(container_services[i]), by_all);
	if (nodes < 2 || !slurmd || slurmd->origin.broken || !WRITTEN(slurmd, publish) || !slurmd->publish.n) {
		publish_service(&x, nodes ? slurmd : NULL, "slurmd", by_all);
		return;
	}
	struct diag *d = finding(c, WHERE(slurmd, publish), "all %llu nodes would publish the same ports of the host",
				 (unsigned long long)nodes);
	diag_help(c->diags, d, "publish a port of login instead, and go on to the nodes from there");
}

/* ---- container-ports */

enum { SSH_PORT = 22 }; /* templates/container-sshd.conf */

static bool holds_port(const struct hostlist *ports, uint64_t port)
{
	for (size_t i = 0; i < ports->runs.n; i++)
		if (ports->runs.v[i].lo <= port && port <= ports->runs.v[i].hi)
			return true;
	return false;
}

static void container_ports(struct check *c)
{
	struct map seen;
	map_init(&seen, c->arena);
	if (!c->model->platform->brings_sshd || !c->spec->slurm)
		return;
	for (size_t i = 0; i < c->model->places.n; i++) {
		const struct node_group *g = c->model->places.v[i].node;
		const struct slurm_ports *ports = c->spec->slurm->ports;
		if (!g || (g->port.list ? !holds_port(g->port.list, SSH_PORT) : ports->slurmd != SSH_PORT))
			continue;
		struct span at = g->port.list ? WHERE(g, port) : WHERE(ports, slurmd);
		if (!first_at(c, &seen, at))
			continue;
		struct diag *d =
			finding(c, at, "slurmd listens on port %d, which is sshd's in every container", SSH_PORT);
		diag_help(c->diags, d,
			  "leave the port out: 6818 is free in every container, which has an address of its own");
	}
}

/* ---- autodetect-in-container */

static void autodetect(struct check *c)
{
	struct map seen;
	const struct node_group *g;
	map_init(&seen, c->arena);
	if (c->model->platform->place_per_host)
		return;
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));) {
		struct gres *r;
		for (size_t j = 0; (r = entries_next(&g->gres, &j));) {
			/* Of both together autodetect-with-file speaks. */
			if (!r->autodetect || text_equal(r->autodetect, "off") || r->file ||
			    !first_at(c, &seen, WHERE(r, autodetect)))
				continue;
			struct diag *d =
				finding(c, WHERE(r, autodetect),
					"a container has only the devices that are named for it, and 'autodetect' "
					"names none");
			diag_help(c->diags, d,
				  "name them by 'file: /dev/nvidia[0-%lld]', or as they are called on the host, and "
				  "leave 'autodetect' out",
				  (long long)(r->count > 1 ? r->count - 1 : 0));
		}
	}
}

const struct rule rules_containers[] = {
	{ "memory-over-machine", SEVERITY_ERROR, RULE_MODEL, rule_memory_over_machine },
	{ "memory-below-node", SEVERITY_ERROR, RULE_MODEL, rule_memory_below_node },
	{ "subnet-unfit", SEVERITY_ERROR, RULE_MODEL, rule_subnet_unfit },
	{ "container-address", SEVERITY_ERROR, RULE_MODEL, rule_container_address },
	{ "bridge-full", SEVERITY_WARNING, RULE_MODEL, rule_bridge_full },
	{ "image-not-buildable", SEVERITY_ERROR, RULE_MODEL, rule_image_not_buildable },
	{ "image-key-ignored", SEVERITY_ERROR, RULE_SPEC, rule_image_key_ignored },
	{ "unused-image", SEVERITY_WARNING, RULE_MODEL, rule_unused_image },
	{ "pmix-not-packaged", SEVERITY_INFO, RULE_MODEL, rule_pmix_not_packaged },
	{ "image-id-taken", SEVERITY_ERROR, RULE_MODEL, rule_image_id_taken },
	{ "service-name-taken", SEVERITY_ERROR, RULE_MODEL, service_name_taken },
	{ "volume-name-taken", SEVERITY_ERROR, RULE_MODEL, rule_volume_name_taken },
	{ "secret-name-taken", SEVERITY_ERROR, RULE_MODEL, rule_secret_name_taken },
	{ "publish-twice", SEVERITY_ERROR, RULE_MODEL, publish_twice },
	{ "container-ports", SEVERITY_ERROR, RULE_MODEL, container_ports },
	{ "bind-options", SEVERITY_ERROR, RULE_MODEL, rule_bind_options },
	{ "unknown-owner", SEVERITY_ERROR, RULE_MODEL, rule_unknown_owner },
	{ "volume-on-two-hosts", SEVERITY_ERROR, RULE_MODEL, rule_volume_on_two_hosts },
	{ "nothing-shared", SEVERITY_ERROR, RULE_MODEL, rule_nothing_shared },
	{ "home-not-shared", SEVERITY_WARNING, RULE_MODEL, rule_home_not_shared },
	{ "container-path-taken", SEVERITY_ERROR, RULE_MODEL, rule_container_path_taken },
	{ "autodetect-in-container", SEVERITY_ERROR, RULE_MODEL, autodetect },
	{ .name = NULL },
};
