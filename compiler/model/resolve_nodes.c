/* resolve_nodes.c: which host a node sits on, and what flows to it from there. */
#include "compiler/base/map.h"
#include "compiler/model/resolve.h"
#include "compiler/schema/schema.h"

#define SAME_NAME "the host of the same name"

void resolve_hosts(struct arena *a, struct spec *spec)
{
	struct map kinds;
	map_init(&kinds, a);
	for (size_t i = 0; i < spec->hardware.n; i++)
		map_set(&kinds, origin_of(spec->hardware.v[i])->name, spec->hardware.v[i]);
	struct host *h;
	for (size_t i = 0; (h = entries_next(&spec->hosts, &i));) {
		const struct hardware *kind = h->hardware ? map_get(&kinds, h->hardware) : NULL;
		if (!kind)
			continue;
		const char *why = arena_printf(a, "hardware %s", h->hardware);
		schema_flow(a, h, kind, why);
		/* From machine to machine memory is the same; to nodes it does not flow as it is. */
		if (!memory_given(h->memory) && memory_given(kind->memory)) {
			h->memory = kind->memory;
			GIVE(a, h, memory, why, WHERE(kind, memory));
		}
	}
}

/* Which host group each node of a group sits in, as stretches. */
struct splitting {
	struct arena *arena;
	LIST(struct hostpiece) pieces;
	uint64_t done;
	LIST(uint64_t) starts; /* place in the node group where each piece begins */
};

static uint64_t run_names(const struct hostrun *r)
{
	return r->numbered ? r->hi - r->lo + 1 : 1;
}

static void add_piece(void *ctx, const struct hostpiece *p)
{
	struct splitting *s = ctx;
	struct hostpiece *last = s->pieces.n ? &s->pieces.v[s->pieces.n - 1] : NULL;
	uint32_t owner = p->known ? p->owner : UINT32_MAX;
	if (!last || (last->known ? last->owner : UINT32_MAX) != owner) {
		*list_push(s->arena, &s->pieces) = *p;
		*list_push(s->arena, &s->starts) = s->done;
	}
	s->done += run_names(&p->run);
}

static struct hosts cut(struct arena *a, const struct hosts *h, uint64_t first, uint64_t n)
{
	struct hosts part = { 0 };
	if (!h->list || (h->list->count == 1 && !h->spread))
		return *h;
	part.list = ARENA_NEW(a, struct hostlist);
	if (!h->spread) {
		hostlist_slice(a, h->list, first, n, part.list);
		return part;
	}
	hostlist_init(part.list, a);
	for (uint64_t i = 0; i < n; i++)
		hostlist_add_name(part.list, hostlist_name_dup(h->list, (first + i) % h->list->count, a));
	return part;
}

/* The group's names first..first+n-1 as a group of their own. */
static struct node_group *cut_group(struct arena *a, const struct node_group *g, uint64_t first, uint64_t n)
{
	struct node_group *part = ARENA_NEW(a, struct node_group);
	struct text t;
	*part = *g;
	part->origin.hosts = ARENA_NEW(a, struct hostlist);
	hostlist_slice(a, g->origin.hosts, first, n, part->origin.hosts);
	text_init(&t, a);
	hostlist_print(part->origin.hosts, true, &t);
	part->origin.name = t.s;
	part->port = cut(a, &g->port, first, n);
	part->address = cut(a, &g->address, first, n);
	part->host = g->host.list == g->origin.hosts
			     ? (struct hosts){ .list = part->origin.hosts }
			     : cut(a, &g->host, first, n);
	return part;
}

/* Deals a spread out, so that hosts can be looked up as a list; a written spread stays written. */
static struct hostlist *dealt(struct arena *a, const struct node_group *g)
{
	if (!g->host.spread)
		return g->host.list;
	struct hosts all = cut(a, &g->host, 0, g->origin.hosts->count);
	return all.list;
}

static void split_group(struct arena *a, const struct hostindex *index, struct node_group *g, struct entries *out)
{
	struct splitting s = { .arena = a };
	uint64_t count = g->origin.hosts->count;
	struct hostlist *hosts = dealt(a, g);
	hostindex_cover(index, hosts, add_piece, &s);
	if (s.pieces.n <= 1 || hosts->count != count) {
		*list_push(a, out) = g;
		return;
	}
	for (size_t i = 0; i < s.pieces.n; i++) {
		uint64_t until = i + 1 < s.pieces.n ? s.starts.v[i + 1] : count;
		*list_push(a, out) = cut_group(a, g, s.starts.v[i], until - s.starts.v[i]);
	}
}

/* Hosts that carry more than one node. Only hosts that some node names need counting: the others carry
 * the one node of their name. */
static void count_nodes(struct arena *a, const struct spec *spec, struct map *counts)
{
	struct hostindex *own = hostindex_new(a);
	struct node_group *g;
	map_init(counts, a);
	for (size_t i = 0; (g = entries_next(&spec->nodes, &i));) {
		if (g->host.list == g->origin.hosts) {
			hostindex_add(own, g->origin.hosts, 0);
			continue;
		}
		for (uint64_t j = 0; j < g->origin.hosts->count; j++) {
			const char *name = node_host(g, j, a);
			if (!name)
				break;
			struct map_entry *e = map_add(counts, name, NULL);
			e->value = (void *)((uintptr_t)e->value + 1);
		}
	}
	hostindex_build(own, NULL, NULL);
	for (size_t i = 0; i < counts->n; i++)
		if (hostindex_find(own, counts->v[i].key, NULL, NULL))
			counts->v[i].value = (void *)((uintptr_t)counts->v[i].value + 1);
}

/* Whether each of a group's hosts carries no other node. */
static bool alone(const struct map *counts, const struct node_group *g)
{
	struct hostwalk w;
	if (!counts->n)
		return true;
	hostwalk_start(&w, g->host.list);
	for (const char *name; (name = hostwalk_next(&w));)
		if ((uintptr_t)map_get(counts, name) > 1)
			return false;
	return true;
}

/* Memory that Slurm may hand out: the kernel and the daemons need some, and a node whose real memory is below what
 * slurm.conf says is drained (node_mgr.c: validate_node_specs). */
static struct memory below(struct memory host)
{
	int64_t five = host.bytes / 100 * 95, fixed = host.bytes - (INT64_C(256) << 20);
	int64_t bytes = five < fixed ? five : fixed;
	if (bytes < INT64_C(1) << 20)
		bytes = host.bytes;
	return (struct memory){ .bytes = bytes >> 20 << 20 };
}

static struct memory share(struct memory host, int64_t percent)
{
	return (struct memory){ .bytes = host.bytes / 100 * percent >> 20 << 20 };
}

static void resolve_memory(struct arena *a, struct node_group *g, const void *from, struct memory all, const char *why)
{
	if (all.bytes == VALUE_ABSENT)
		return;
	const struct field *f = shape_field(origin_of(from)->shape, "memory");
	if (!memory_given(g->memory)) {
		g->memory = below(all);
		GIVE(a, g, memory, arena_printf(a, "below %s", why), where_offset(from, f->offset));
	} else if (g->memory.percent) {
		g->memory = share(all, g->memory.percent);
		GIVE(a, g, memory, arena_printf(a, "a share of %s", why), WHERE(g, memory));
	}
}

static void resolve_group(struct arena *a, struct spec *spec, struct node_group *g, const struct map *kinds,
			  const struct map *counts)
{
	const struct hardware *kind = g->hardware ? map_get(kinds, g->hardware) : NULL;
	const char *name = node_host(g, 0, a);
	const struct host *host = name ? spec_host(spec, name, NULL) : NULL;
	bool lone = alone(counts, g);

	if (kind)
		schema_flow(a, g, kind, arena_printf(a, "hardware %s", g->hardware));
	if (host && lone) {
		schema_flow(a, g, host, arena_printf(a, "host %s", host->origin.name));
		const struct hardware *under = host->hardware ? map_get(kinds, host->hardware) : NULL;
		if (under)
			schema_flow(a, g, under, arena_printf(a, "hardware %s", host->hardware));
	}
	if (spec->defaults && spec->defaults->node)
		schema_flow(a, g, spec->defaults->node, "defaults.node");
	/* A kind that only the defaults name. */
	if (!kind && g->hardware && (kind = map_get(kinds, g->hardware)))
		schema_flow(a, g, kind, arena_printf(a, "hardware %s", g->hardware));
	/* Memory does not flow as it is: what the machine has is more than what Slurm may hand out. */
	if (host && memory_given(host->memory) && (lone || g->memory.percent))
		resolve_memory(a, g, host, host->memory, "the host's");
	else if (kind)
		resolve_memory(a, g, kind, kind->memory, arena_printf(a, "hardware %s", g->hardware));
	if (g->cpus == VALUE_ABSENT) {
		g->cpus = hardware_cpus(g->cpus, g->sockets, g->cores, g->threads);
		if (g->cpus != VALUE_ABSENT)
			GIVE(a, g, cpus, "sockets x cores x threads",
			     g->sockets != VALUE_ABSENT ? WHERE(g, sockets) : WHERE(g, cores));
	}
	struct gres *r;
	for (size_t i = 0; (r = entries_next(&g->gres, &i));)
		if (r->count == VALUE_ABSENT) {
			uint64_t n = r->file ? device_count(a, r->file) : 0;
			r->count = n ? (int64_t)n : 1;
			GIVE(a, r, count, n ? "the number of files" : "default",
			     n ? WHERE(r, file) : (struct span){ 0 });
		}
}

void resolve_nodes(struct arena *a, struct spec *spec)
{
	struct hostindex *index = hostindex_new(a);
	for (size_t i = 0; i < spec->hosts.n; i++)
		if (origin_of(spec->hosts.v[i])->hosts)
			hostindex_add(index, origin_of(spec->hosts.v[i])->hosts, (uint32_t)i);
	hostindex_build(index, NULL, NULL);
	spec->host_index = index;

	struct entries groups = { .given = spec->nodes.given, .missed = spec->nodes.missed };
	for (size_t i = 0; i < spec->nodes.n; i++) {
		struct node_group *g = spec->nodes.v[i];
		if (g->origin.broken || !g->origin.hosts) {
			*list_push(a, &groups) = g;
			continue;
		}
		if (!g->host.list) {
			g->host.list = g->origin.hosts;
			GIVE(a, g, host, SAME_NAME, (struct span){ 0 });
		} else if (!g->host.spread && hostlist_equal(g->host.list, g->origin.hosts)) {
			g->host.list = g->origin.hosts; /* the same said in words */
		}
		if (spec->hosts.n)
			split_group(a, index, g, &groups);
		else
			*list_push(a, &groups) = g;
	}
	spec->nodes = groups;
	struct hostindex *nodes = hostindex_new(a);
	for (size_t i = 0; i < groups.n; i++)
		if (origin_of(groups.v[i])->hosts)
			hostindex_add(nodes, origin_of(groups.v[i])->hosts, (uint32_t)i);
	hostindex_build(nodes, NULL, NULL);
	spec->node_index = nodes;

	struct map kinds, counts;
	map_init(&kinds, a);
	for (size_t i = 0; i < spec->hardware.n; i++)
		map_set(&kinds, origin_of(spec->hardware.v[i])->name, spec->hardware.v[i]);
	count_nodes(a, spec, &counts);
	struct node_group *g;
	for (size_t i = 0; (g = entries_next(&spec->nodes, &i));)
		resolve_group(a, spec, g, &kinds, &counts);
}

/* A host's second, third, ... node listens 10, 20, ... above the first: System E's habit, which leaves room. */
void resolve_ports(struct arena *a, struct spec *spec)
{
	enum { STEP = 10 };
	struct map counts, next;
	/* On a network of their own nodes have addresses of their own. */
	if (!spec->slurm || !slurmd_on_host_network(spec))
		return;
	count_nodes(a, spec, &counts);
	if (!counts.n)
		return; /* no node names its host: none is shared */
	map_init(&next, a);
	struct node_group *g;
	for (size_t i = 0; (g = entries_next(&spec->nodes, &i));) {
		if (g->host.list == g->origin.hosts && alone(&counts, g))
			continue;
		bool shared = false;
		struct hostlist ports;
		hostlist_init(&ports, a);
		for (uint64_t j = 0; j < g->origin.hosts->count; j++) {
			const char *host = node_host(g, j, a);
			if (!host)
				break;
			struct map_entry *e = map_add(&next, host, NULL);
			uintptr_t nth = (uintptr_t)e->value;
			e->value = (void *)(nth + 1);
			shared = shared || (uintptr_t)map_get(&counts, host) > 1;
			struct text t;
			text_init(&t, a);
			text_addu(&t, (uint64_t)spec->slurm->ports->slurmd + nth * STEP, 0);
			hostlist_add_name(&ports, t.s);
		}
		if (g->port.list || !shared)
			continue;
		g->port.list = ARENA_NEW(a, struct hostlist);
		*g->port.list = ports;
		GIVE(a, g, port, "slurm.ports.slurmd, numbered by host", WHERE(spec->slurm->ports, slurmd));
	}
}
