/* places.c: NodeHostname, NodeAddr and Port become hosts with addresses, and the nodes' host and port. */
#include "compiler/import/nodes.h"

#include <string.h>

#include "compiler/spec/check.h"

static struct hostlist *kept(struct import *im, const struct hostlist *h)
{
	struct hostlist *copy = ARENA_NEW(im->arena, struct hostlist);
	hostlist_init(copy, im->arena);
	hostlist_add(copy, h);
	return copy;
}

static struct host *add_host(struct import *im, const struct hostlist *names, const char *whose)
{
	struct host *h = body_new(im->arena, &host_shape);
	h->origin.hosts = kept(im, names);
	h->origin.name = whose; /* nobody prints it: the key is the hostlist */
	im->spec->hosts.given = true;
	*list_push(im->arena, &im->spec->hosts) = h;
	return h;
}

void import_host(struct import *im, const char *name, const char *address)
{
	struct hostlist one;
	hostlist_init(&one, im->arena);
	hostlist_add_name(&one, name);
	struct host *h = add_host(im, &one, "service");
	if (!address)
		return;
	hostlist_init(&one, im->arena);
	hostlist_add_name(&one, address);
	h->address.list = kept(im, &one);
}

void import_sort(struct import *im, struct hostlist *names, struct hostlist *const *columns, size_t n)
{
	struct hostlist sorted;
	struct map places;
	struct hostwalk w;
	const char *name;
	hostlist_init(&sorted, im->arena);
	hostlist_add(&sorted, names);
	hostlist_normalise(&sorted);
	if (sorted.count != names->count || hostlist_equal(&sorted, names))
		return;
	map_init(&places, im->arena);
	hostwalk_start(&w, names);
	for (uint64_t i = 0; (name = hostwalk_next(&w)); i++)
		map_set(&places, arena_strdup(im->arena, name), (void *)(uintptr_t)i);
	for (size_t j = 0; j < n; j++) {
		struct hostlist column;
		if (columns[j]->count != names->count)
			continue; /* one for all */
		hostlist_init(&column, im->arena);
		hostwalk_start(&w, &sorted);
		while ((name = hostwalk_next(&w)))
			hostlist_add_name(
				&column,
				hostlist_name_dup(columns[j], (uint64_t)(uintptr_t)map_get(&places, name), im->arena));
		*columns[j] = column;
	}
	*names = sorted;
}

/* ---- of nodes */

static void set_port(struct import *im, struct part *p)
{
	const struct entry *e = records_global(im->records, SLURM_CONF, "SlurmdPort");
	const char *usual = e ? e->value : "6818";
	if (!p->port.count || (p->port.count == 1 && strcmp(hostlist_name_dup(&p->port, 0, im->arena), usual) == 0))
		return;
	p->body->port.list = kept(im, &p->port);
}

static bool are_addresses(struct import *im, const struct part *p)
{
	struct hostwalk w;
	const char *name;
	hostwalk_start(&w, &p->address);
	while ((name = hostwalk_next(&w)))
		if (check_address(name)) {
			const struct entry *e = record_find(p->rec, "NodeAddr");
			import_dropped(im, e->span, arena_printf(im->arena, "NodeAddr=%s", e->value),
				       "'%s' is no address that a host of a spec can have", name);
			return false;
		}
	return true;
}

/* One address for each host; several nodes of one host have it in common. */
static bool pairs(struct import *im, struct part *p, const struct hostlist *hosts)
{
	if (p->address.count == hosts->count)
		return true;
	struct hostlist first = p->address;
	hostlist_normalise(&first);
	if (hosts->count == 1 && first.count == 1) {
		p->address = first;
		return true;
	}
	const struct entry *e = record_find(p->rec, "NodeAddr");
	import_dropped(im, e->span, arena_printf(im->arena, "NodeAddr=%s", e->value),
		       "a host has one address, and here are %llu for %llu hosts", (unsigned long long)p->address.count,
		       (unsigned long long)hosts->count);
	return false;
}

/* slurm.conf(5): NodeHostname defaults to NodeName, NodeAddr to NodeHostname. */
void import_places(struct import *im, struct part *p)
{
	bool elsewhere = p->hostname.count && !hostlist_equal(&p->hostname, &p->names);
	const struct hostlist *hosts = elsewhere ? &p->hostname : &p->names;
	set_port(im, p);
	if (elsewhere)
		p->body->host.list = kept(im, &p->hostname);
	bool said = p->address.count && !hostlist_equal(&p->address, hosts) &&
		    !hostlist_equal(&p->address, &p->names) && are_addresses(im, p) && pairs(im, p, hosts);
	if (!said && !elsewhere)
		return;
	struct host *h = add_host(im, hosts, "node");
	if (said)
		h->address.list = kept(im, &p->address);
}

/* Nodes of one host are containers' on that host, with the services: those whose container had another name move. */
static void move_service(struct import *im, struct service *s, const char *host, const char *key, enum slurm_file file)
{
	const struct entry *e = records_global(im->records, file, key);
	const char *was = s && s->host.n ? s->host.v[0] : NULL;
	if (!was || (s->host.n == 1 && strcmp(was, host) == 0))
		return;
	if (e)
		import_dropped(
			im, e->span, arena_printf(im->arena, "%s=%s", e->old ? e->old->key : e->fact->key, e->value),
			"%s goes to '%s': the nodes share that host, which target compose alone takes, and it is for "
			"one host",
			file == SLURMDBD_CONF ? "slurmdbd" : "slurmctld", host);
	s->host = (struct texts){ .given = true };
	*list_push(im->arena, &s->host) = host;
}

static void move_services(struct import *im, const char *host)
{
	struct services *all = im->spec->services;
	struct entries *hosts = &im->spec->hosts;
	size_t n = 0;
	if (!all)
		return;
	bool old = !records_global(im->records, SLURM_CONF, "SlurmctldHost");
	move_service(im, all->slurmctld, host, old ? "ControlMachine" : "SlurmctldHost", SLURM_CONF);
	move_service(im, all->slurmdbd, host, "DbdHost", SLURMDBD_CONF);
	move_service(im, all->database, host, "", SLURMDBD_CONF);
	for (size_t i = 0; i < hosts->n; i++)
		if (strcmp(hostlist_name_dup(origin_of(hosts->v[i])->hosts, 0, im->arena), host) == 0)
			hosts->v[n++] = hosts->v[i];
	hosts->n = n;
	hosts->given = n > 0;
}

/* Several nodes of one host are for containers: target slurm installs one slurmd a machine. */
void import_targets(struct import *im)
{
	const char *host = NULL;
	uint64_t n = 0;
	bool own = false; /* the host is a node as well */
	for (size_t i = 0; i < im->spec->nodes.n; i++) {
		const struct node_group *g = im->spec->nodes.v[i];
		const struct hostlist *hosts = g->host.list ? g->host.list : g->origin.hosts;
		const char *first = hostlist_name_dup(hosts, 0, im->arena);
		if (hosts->count != 1 || (host && strcmp(host, first) != 0))
			return;
		host = first;
		n += g->host.list ? g->origin.hosts->count : 0;
		own = own || !g->host.list;
	}
	if (n + own < 2)
		return;
	import_body(im, (const char *const[]){ "targets", "compose", NULL });
	move_services(im, host);
}

/* ---- fold */

/* "ctl" of ctl1; NULL for what ends in no number. */
static const char *kind_of(const struct host *h)
{
	const struct hostrun *r = &h->origin.hosts->runs.v[0];
	return r->numbered ? r->prefix : NULL;
}

/* The body that a host goes into with others of its kind, which have an address, or none, as it has. The first of a
 * kind is kept in `kinds`, and has no other to go into. */
static struct host *fellow(struct import *im, struct map *kinds, struct host *h)
{
	if (!kind_of(h))
		return NULL;
	bool fresh;
	struct map_entry *e =
		map_add(kinds, arena_printf(im->arena, "%s %s %d", h->origin.name, kind_of(h), h->address.list != NULL),
			&fresh);
	if (fresh)
		e->value = h;
	return fresh ? NULL : e->value;
}

/* Takes out names that a host before has already. */
static bool take_new(struct import *im, struct host *h, struct map *seen)
{
	struct hostlist names, addresses;
	struct hostwalk w;
	const char *name;
	hostlist_init(&names, im->arena);
	hostlist_init(&addresses, im->arena);
	hostwalk_start(&w, h->origin.hosts);
	for (uint64_t i = 0; (name = hostwalk_next(&w)); i++) {
		bool fresh;
		map_add(seen, arena_strdup(im->arena, name), &fresh);
		if (!fresh)
			continue;
		hostlist_add_name(&names, name);
		if (h->address.list)
			hostlist_add_name(&addresses, hostlist_name_dup(h->address.list, i, im->arena));
	}
	if (names.count != h->origin.hosts->count) {
		h->origin.hosts = kept(im, &names);
		h->address.list = h->address.list ? kept(im, &addresses) : NULL;
	}
	return names.count > 0;
}

void import_fold_hosts(struct import *im)
{
	struct entries *all = &im->spec->hosts;
	struct hostindex *nodes = hostindex_new(im->arena);
	struct map seen, kinds;
	size_t n = 0;
	for (size_t i = 0; i < im->spec->nodes.n; i++)
		hostindex_add(nodes, origin_of(im->spec->nodes.v[i])->hosts, 0);
	hostindex_build(nodes, NULL, NULL);
	map_init(&seen, im->arena);
	map_init(&kinds, im->arena);
	/* Those with an address first: what is said of a name twice is said best there. */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < all->n; i++) {
			struct host *h = all->v[i];
			if (!h->address.list == !pass)
				continue;
			if (!take_new(im, h, &seen))
				h->origin.broken = true;
		}
	for (size_t i = 0; i < all->n; i++) {
		struct host *h = all->v[i], *with;
		/* A node's own host need not be written when nothing is said of it. */
		if (h->origin.broken ||
		    (!h->address.list && h->origin.hosts->count == 1 &&
		     hostindex_find(nodes, hostlist_name_dup(h->origin.hosts, 0, im->arena), NULL, NULL)))
			continue;
		if ((with = fellow(im, &kinds, h))) {
			hostlist_add(with->origin.hosts, h->origin.hosts);
			if (h->address.list)
				hostlist_add(with->address.list, h->address.list);
		} else {
			all->v[n++] = h;
		}
	}
	for (size_t i = 0; i < n; i++) {
		struct host *h = all->v[i];
		struct hostlist *columns[] = { h->address.list };
		import_sort(im, h->origin.hosts, columns, h->address.list != NULL);
	}
	all->n = n;
	all->given = n > 0;
}
