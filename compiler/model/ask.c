/* ask.c: what resolve, lower and the rules all want to know of a spec. */
#include "compiler/model/model.h"

#include <string.h>

#include "compiler/base/map.h"
#include "compiler/spec/check.h"

static const char *const role_names[ROLE_COUNT] = { "slurmctld", "slurmdbd", "database", "login", "slurmd" };

const char *role_name(enum role r)
{
	for (int i = 0; i < ROLE_COUNT; i++)
		if (r == 1u << i)
			return role_names[i];
	return NULL;
}

unsigned role_named(const char *name)
{
	for (int i = 0; i < ROLE_COUNT; i++)
		if (strcmp(name, role_names[i]) == 0)
			return 1u << i;
	return 0;
}

const char *role_list(struct arena *a, unsigned roles)
{
	struct text t;
	text_init(&t, a);
	for (int i = 0; i < ROLE_COUNT; i++)
		if (roles & 1u << i)
			text_join(&t, 0, ",", role_name((enum role)(1u << i)));
	return t.s;
}

unsigned roles_of(const struct texts *on, unsigned absent)
{
	unsigned roles = 0;
	if (!on->given)
		return absent;
	for (size_t i = 0; i < on->n; i++)
		roles |= role_named(on->v[i]);
	return roles;
}

const char *node_host(const struct node_group *g, uint64_t i, struct arena *a)
{
	const struct hostlist *h = g->host.list;
	if (!h || !h->count)
		return NULL;
	if (g->host.spread)
		return hostlist_name_dup(h, i % h->count, a);
	if (h->count == 1)
		return hostlist_name_dup(h, 0, a);
	return h->count == g->origin.hosts->count ? hostlist_name_dup(h, i, a) : NULL;
}

int64_t node_port(const struct spec *spec, const struct node_group *g, uint64_t i)
{
	const struct hostlist *p = g->port.list;
	if (!p)
		return spec->slurm->ports->slurmd;
	uint64_t at = p->count == 1 ? 0 : i;
	if (p->runs.n == p->count && at < p->count) /* numbers apart: by tens, or by hosts */
		return (int64_t)p->runs.v[at].lo;
	for (size_t r = 0; r < p->runs.n; r++) {
		uint64_t n = p->runs.v[r].hi - p->runs.v[r].lo + 1;
		if (at < n)
			return (int64_t)(p->runs.v[r].lo + at);
		at -= n;
	}
	return spec->slurm->ports->slurmd;
}

int64_t hardware_cpus(int64_t cpus, int64_t sockets, int64_t cores, int64_t threads)
{
	if (cpus != VALUE_ABSENT)
		return cpus;
	if (sockets == VALUE_ABSENT && cores == VALUE_ABSENT && threads == VALUE_ABSENT)
		return VALUE_ABSENT;
	/* Sockets= counts those of all boards: slurm.conf(5). */
	return (sockets == VALUE_ABSENT ? 1 : sockets) * (cores == VALUE_ABSENT ? 1 : cores) *
	       (threads == VALUE_ABSENT ? 1 : threads);
}

int64_t secret_bytes(const char *name)
{
	/* Keys of munge and auth/slurm; the rest are passwords. */
	return strcmp(name, "munge") == 0 || strcmp(name, "slurm") == 0 ? 1024 : 32;
}

bool slurmd_on_host_network(const struct spec *spec)
{
	const struct service *s = spec->services->slurmd;
	const struct network *n = network_named(spec, s ? s->network : NULL);
	return !n || !network_gives_addresses(network_kind(&platform_machine, n));
}

bool node_has_feature(const struct node_group *g, const char *feature)
{
	for (size_t i = 0; i < g->features.n; i++)
		if (strcmp(g->features.v[i], feature) == 0)
			return true;
	return false;
}

bool node_has_gres(const struct node_group *g, const char *name)
{
	struct gres *r;
	for (size_t i = 0; (r = entries_next(&g->gres, &i));)
		if (strcmp(r->origin.name, name) == 0)
			return true;
	return false;
}

void partition_nodes(struct arena *a, const struct spec *spec, const struct partition *p, struct hostlist *ret)
{
	const struct nodeset *set = &p->nodes;
	struct node_group *g;
	hostlist_init(ret, a);
	if (set->list) {
		hostlist_add(ret, set->list);
		return;
	}
	for (size_t i = 0; (g = entries_next(&spec->nodes, &i));)
		if ((!set->feature || node_has_feature(g, set->feature)) && (!set->gres || node_has_gres(g, set->gres)))
			hostlist_add(ret, g->origin.hosts);
}

/* The hosts behind names of nodes. */
struct host_cover {
	const struct spec *spec;
	struct hostlist *ret;
	struct map *seen;
	struct arena *arena;
};

static void add_hosts_of(void *ctx, const struct hostpiece *piece)
{
	struct host_cover *c = ctx;
	if (!piece->known)
		return;
	const struct node_group *g = c->spec->nodes.v[piece->owner];
	if (g->host.list == g->origin.hosts) {
		hostlist_add_run(c->ret, &piece->run);
		return;
	}
	uint64_t n = piece->run.numbered ? piece->run.hi - piece->run.lo + 1 : 1;
	for (uint64_t i = 0; i < n; i++) {
		bool fresh = false;
		const char *name = node_host(g, piece->at + i, c->arena);
		if (name)
			map_add(c->seen, name, &fresh);
		if (fresh)
			hostlist_add_name(c->ret, name);
	}
}

void partition_hosts(struct arena *a, const struct spec *spec, const struct partition *p, struct hostlist *ret)
{
	struct hostlist names;
	struct map seen;
	struct host_cover c = { spec, ret, &seen, a };
	map_init(&seen, a);
	hostlist_init(ret, a);
	partition_nodes(a, spec, p, &names);
	hostindex_cover(spec->node_index, &names, add_hosts_of, &c);
}

const char *directory_of(const struct model *m, const char *key, const char *otherwise)
{
	const struct entry *e = records_global(&m->records, SLURM_CONF, key);
	if (!e || check_path(e->value))
		return otherwise;
	return strchr(e->value, '%') ? "-" : e->value;
}

bool storage_is_common(const struct storage *s)
{
	const unsigned both = ROLE_LOGIN | ROLE_SLURMD;
	return !text_equal(s->type, "tmpfs") && (roles_of(&s->on, ROLE_ALL) & both) == both;
}

bool path_lies_in(const char *path, const char *dir)
{
	size_t n = strlen(dir);
	return strncmp(path, dir, n) == 0 && (path[n] == '\0' || path[n] == '/' || (n && dir[n - 1] == '/'));
}

/* A hostlist of paths: /dev/nvidia[0-3],/dev/nvidia7. Hostlists have no slashes: a mark stands for them meanwhile. */
enum { SLASH = ':' };

static bool device_list(struct arena *a, const char *files, struct hostlist *ret)
{
	struct hostlist_error e;
	char *names = arena_strdup(a, files);
	for (char *p = names; *p; p++)
		if (*p == '/')
			*p = SLASH;
	return hostlist_parse(a, names, ret, &e);
}

uint64_t device_count(struct arena *a, const char *files)
{
	struct hostlist h;
	return device_list(a, files, &h) ? h.count : 0;
}

void device_files(struct arena *a, const char *files, struct texts *ret)
{
	struct hostlist h;
	if (strchr(files, SLASH) || !device_list(a, files, &h)) {
		*list_push(a, ret) = files;
		return;
	}
	struct hostwalk w;
	hostwalk_start(&w, &h);
	for (const char *name; (name = hostwalk_next(&w));) {
		char *path = arena_strdup(a, name);
		for (char *p = path; *p; p++)
			if (*p == SLASH)
				*p = '/';
		*list_push(a, ret) = path;
	}
}

const struct host *spec_host(const struct spec *spec, const char *name, uint64_t *ret_at)
{
	uint32_t owner;
	if (!spec->host_index || !hostindex_find(spec->host_index, name, &owner, ret_at))
		return NULL;
	return spec->hosts.v[owner];
}

/* Where SPANK plugins are loaded: by slurmd, and by whatever submits jobs (common/spank.c: spank_init()). That is done
 * on the controller only where there is nobody to log in elsewhere. */
unsigned spank_roles(const struct model *m)
{
	return ROLE_SLURMD | (m->roles & ROLE_LOGIN ? ROLE_LOGIN : ROLE_SLURMCTLD);
}
