/* lower_hosts.c: places where a place is a host: machines. */
#include <string.h>

#include "compiler/base/map.h"
#include "compiler/model/lower.h"

/* The addresses of a place's names, of which the first is the host group's name number `first`. */
static void place_addresses(struct model *m, struct place *p, const struct host *h, uint64_t first)
{
	hostlist_init(&p->addresses, m->arena);
	p->host = h;
	if (!h || !h->address.list || h->address.list->count != h->origin.hosts->count)
		return;
	/* Whole stretches where the names stand in the group's order, which is nearly always. */
	struct hostlist span;
	hostlist_slice(m->arena, h->origin.hosts, first, p->names.count, &span);
	if (hostlist_equal(&span, &p->names)) {
		hostlist_slice(m->arena, h->address.list, first, p->names.count, &p->addresses);
		return;
	}
	struct hostwalk names;
	uint64_t at = 0;
	hostwalk_start(&names, &p->names);
	for (const char *name; (name = hostwalk_next(&names));)
		if (spec_host(m->spec, name, &at) == h)
			hostlist_add_name(&p->addresses, hostlist_name_dup(h->address.list, at, m->arena));
	if (p->addresses.count != p->names.count)
		hostlist_init(&p->addresses, m->arena);
}

static struct place *add_place(struct model *m, const struct hostlist *names, unsigned roles)
{
	struct place *p = list_push(m->arena, &m->places);
	uint64_t at = 0;
	p->names = *names;
	p->roles = roles;
	const struct host *h = spec_host(m->spec, hostlist_name_dup(names, 0, m->arena), &at);
	place_addresses(m, p, h, at);
	return p;
}

/* Hosts that carry services, by name, with the roles of each. In order: the primary controller comes first. */
static void service_hosts(struct model *m, struct map *hosts)
{
	static const enum role services[] = { ROLE_SLURMCTLD, ROLE_SLURMDBD, ROLE_DATABASE, ROLE_LOGIN };
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		const struct service *s = service_of(m, services[i]);
		if (!s || !service_has_use(m, services[i]))
			continue;
		const char *head = m->platform->head;
		const char *const *names = s->host.n ? s->host.v : &head;
		for (size_t j = 0; j < (s->host.n ? s->host.n : 1); j++) {
			struct map_entry *e = map_add(hosts, names[j], NULL);
			e->value = (void *)((uintptr_t)e->value | services[i]);
		}
		m->roles |= services[i];
	}
}

/* What of a list no service sits on. */
static void keep_unknown(void *ctx, const struct hostpiece *piece)
{
	if (!piece->known)
		hostlist_add_run(ctx, &piece->run);
}

/* Every node's host that no service sits on, in stretches of one host group. */
static void add_node_places(struct model *m, const struct hostlist *special)
{
	struct map seen; /* hosts of several nodes */
	struct hostindex *services = hostindex_new(m->arena);
	map_init(&seen, m->arena);
	hostindex_add(services, special, 0);
	hostindex_build(services, NULL, NULL);
	for (size_t i = 0; i < m->nodes.n; i++) {
		const struct node_group *g = m->nodes.v[i].group;
		struct hostlist rest, own;
		const struct hostlist *hosts = g->origin.hosts;
		hostlist_init(&rest, m->arena);
		if (g->host.list != g->origin.hosts) {
			hostlist_init(&own, m->arena);
			for (uint64_t j = 0; j < g->origin.hosts->count; j++) {
				const char *name = node_host(g, j, m->arena);
				bool fresh = false;
				if (name)
					map_add(&seen, name, &fresh);
				if (fresh)
					hostlist_add_name(&own, name);
			}
			hosts = &own;
		}
		hostindex_cover(services, hosts, keep_unknown, &rest);
		if (rest.count)
			add_place(m, &rest, m->spec->slurm ? ROLE_SLURMD : 0);
	}
}

/* Hosts that carry neither a service nor a node of Slurm's are still the cluster's: plays and install scripts see them.
 */
static void add_other_places(struct model *m, const struct hostlist *special, struct hostindex *carriers)
{
	struct hostindex *services = hostindex_new(m->arena);
	struct host *h;
	hostindex_add(services, special, 0);
	hostindex_build(services, NULL, NULL);
	for (size_t i = 0; (h = entries_next(&m->spec->hosts, &i));) {
		struct hostlist free_of_services, rest;
		hostlist_init(&free_of_services, m->arena);
		hostlist_init(&rest, m->arena);
		hostindex_cover(services, h->origin.hosts, keep_unknown, &free_of_services);
		hostindex_cover(carriers, &free_of_services, keep_unknown, &rest);
		if (rest.count)
			add_place(m, &rest, 0);
	}
}

/* ---- whose nodes are where */

struct joining {
	struct model *m;
	const struct node_group *group;
};

static void join(void *ctx, const struct hostpiece *piece)
{
	struct joining *j = ctx;
	if (!piece->known)
		return;
	struct place *p = &j->m->places.v[piece->owner];
	if (!p->groups.n || p->groups.v[p->groups.n - 1] != j->group)
		*list_push(j->m->arena, &p->groups) = j->group;
}

static void join_groups(struct model *m)
{
	struct hostindex *places = hostindex_new(m->arena);
	for (size_t i = 0; i < m->places.n; i++)
		hostindex_add(places, &m->places.v[i].names, (uint32_t)i);
	hostindex_build(places, NULL, NULL);
	for (size_t i = 0; i < m->nodes.n; i++) {
		struct joining j = { .m = m, .group = m->nodes.v[i].group };
		hostindex_cover(places, j.group->host.list, join, &j);
	}
}

void lower_hosts(struct model *m)
{
	struct map hosts;
	struct hostlist special;
	map_init(&hosts, m->arena);
	hostlist_init(&special, m->arena);
	service_hosts(m, &hosts);

	struct hostindex *carriers = hostindex_new(m->arena);
	for (size_t i = 0; i < m->nodes.n; i++) {
		hostindex_add(carriers, m->nodes.v[i].group->host.list, (uint32_t)i);
		m->roles |= m->spec->slurm ? ROLE_SLURMD : 0;
	}
	hostindex_build(carriers, NULL, NULL);

	for (size_t i = 0; i < hosts.n; i++) {
		struct hostlist one;
		unsigned roles = (unsigned)(uintptr_t)hosts.v[i].value;
		hostlist_init(&one, m->arena);
		hostlist_add_name(&one, hosts.v[i].key);
		hostlist_add(&special, &one);
		if (m->spec->slurm && hostindex_find(carriers, hosts.v[i].key, NULL, NULL))
			roles |= ROLE_SLURMD;
		add_place(m, &one, roles);
	}
	add_node_places(m, &special);
	add_other_places(m, &special, carriers);
	join_groups(m);
}
