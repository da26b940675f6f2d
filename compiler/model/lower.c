/*
 * lower.c: a resolved spec on a platform: nodes, places, secrets, records.
 */
#include "compiler/model/records.h"

#include <string.h>

#include "compiler/base/map.h"

static const struct service *service_of(const struct model *m, unsigned role)
{
	return service_named(m->spec, role_name(role));
}

static void lower_nodes(struct model *m)
{
	struct node_group *g;
	for (size_t i = 0; (g = entries_next(&m->spec->nodes, &i));) {
		const char *name = node_host(g, 0, m->arena);
		struct model_nodes *n = list_push(m->arena, &m->nodes);
		n->group = g;
		n->host = name ? spec_host(m->spec, name, NULL) : NULL;
	}
}

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

/* A service that is written but has nothing to do has no place: a rule says so. */
static bool has_use(const struct model *m, enum role role)
{
	const struct accounting *acc = m->spec->accounting;
	bool own = acc && acc->database && !acc->external;
	if (role == ROLE_SLURMDBD)
		return own;
	return role != ROLE_DATABASE || (own && !acc->database->host);
}

/* Hosts that carry services, by name, with the roles of each. In order: the primary controller comes first. */
static void service_hosts(struct model *m, struct map *hosts)
{
	static const enum role services[] = { ROLE_SLURMCTLD, ROLE_SLURMDBD, ROLE_DATABASE, ROLE_LOGIN };
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		const struct service *s = service_of(m, services[i]);
		if (!s || !has_use(m, services[i]))
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

/* Hosts that carry neither a service nor a node of Slurm's are still the cluster's: plays and install scripts see them. */
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

static void lower_places(struct model *m)
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
}

static const struct place *place_of_role(const struct model *m, unsigned role)
{
	for (size_t i = 0; i < m->places.n; i++)
		if (m->places.v[i].roles & role)
			return &m->places.v[i];
	return NULL;
}

/* By which others find a role's place: its address, where one is known, needs no name to resolve first. */
static const char *way_to_role(const struct model *m, unsigned role)
{
	const struct place *p = place_of_role(m, role);
	return p ? hostlist_name_dup(p->addresses.count ? &p->addresses : &p->names, 0, m->arena) : NULL;
}

static const struct secret *secret_named(const struct spec *spec, const char *name)
{
	struct secret *s;
	for (size_t i = 0; (s = entries_next(&spec->secrets, &i));)
		if (strcmp(s->origin.name, name) == 0)
			return s;
	return NULL;
}

static void add_secret(struct model *m, const char *name, const char *path, const char *owner, unsigned roles)
{
	const struct secret *s = secret_named(m->spec, name);
	struct model_secret *x = list_push(m->arena, &m->secrets);
	*x = (struct model_secret){ .name = name,
				    .file = s ? s->file : NULL,
				    .bytes = s && s->bytes != VALUE_ABSENT ? s->bytes : secret_bytes(name),
				    .path = path,
				    .owner = owner,
				    .group = owner,
				    .mode = "0400",
				    .roles = roles };
}

static void lower_secrets(struct model *m)
{
	const struct slurm *s = m->spec->slurm;
	const char *conf = m->platform->conf_dir;
	if (s && text_equal(s->auth, "munge"))
		add_secret(m, "munge", "/etc/munge/munge.key", "munge", ROLE_ALL & ~(unsigned)ROLE_DATABASE);
	/* auth/slurm: owner SlurmUser or root, 0600 or 0400 (auth/slurm/internal.c). */
	if (s && text_equal(s->auth, "slurm"))
		add_secret(m, "slurm", arena_printf(m->arena, "%s/slurm.key", conf), "slurm",
			   ROLE_ALL & ~(unsigned)ROLE_DATABASE);
	if (m->roles & ROLE_SLURMDBD)
		add_secret(m, m->spec->accounting->database->password,
			   arena_printf(m->arena, "%s/slurmdbd-password.secret", conf), "slurm",
			   ROLE_SLURMDBD | ROLE_DATABASE);
}

static bool is_constrained(const struct spec *spec, const struct platform *p)
{
	const struct texts *c = &spec->slurm->constrain;
	if (!c->given)
		return p->cgroups != CGROUPS_NONE;
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->v[i], "none") != 0)
			return true;
	return false;
}

static void lower_records(struct model *m)
{
	const struct accounting *acc = m->spec->accounting;
	m->constrained = is_constrained(m->spec, m->platform);
	const struct place *dbd = place_of_role(m, ROLE_SLURMDBD);
	m->dbd_host = acc && acc->external ? acc->external->host : way_to_role(m, ROLE_SLURMDBD);
	m->dbd_name = dbd ? hostlist_name_dup(&dbd->names, 0, m->arena) : NULL;
	m->database_host = way_to_role(m, ROLE_DATABASE);
	/* On one host over TCP all the same: "localhost" would be MariaDB's socket, whose grants are others. */
	if (dbd && dbd == place_of_role(m, ROLE_DATABASE))
		m->database_host = "127.0.0.1";
	records_of_slurm_conf(m);
	records_of_nodes(m);
	records_of_partitions(m);
	records_of_gres_conf(m);
	records_of_cgroup_conf(m);
	records_of_slurmdbd_conf(m);
	records_of_mpi_conf(m);
}

struct model *lower(struct arena *a, const struct spec *spec, const struct platform *platform)
{
	struct model *m = ARENA_NEW(a, struct model);
	m->arena = a;
	m->spec = spec;
	m->platform = platform;
	m->release = spec->slurm && spec->slurm->version ? release_parse(spec->slurm->version) : RELEASE_NONE;
	records_init(&m->records, a, m->release);
	lower_nodes(m);
	lower_places(m);
	lower_secrets(m);
	if (m->release != RELEASE_NONE)
		lower_records(m);
	return m;
}
