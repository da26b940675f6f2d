/* containers_hosts.c: the one host on which all containers are, and what it has. */
#include "compiler/check/containers.h"

/* The hosts that something is said to sit on. */
struct hosts_named {
	struct check *c;
	struct hostlist names;	  /* in order, not each once */
	struct span first, other; /* where the first is said, and the first that is another */
};

/* Whether a list holds another name than this one. */
static bool holds_another(struct check *c, const struct hostlist *h, const char *name)
{
	for (size_t i = 0; i < h->runs.n; i++) {
		struct hostlist one;
		hostlist_init(&one, c->arena);
		hostlist_add_run(&one, &h->runs.v[i]);
		if (one.count > 1 || !text_equal(hostlist_name_dup(&one, 0, c->arena), name))
			return true;
	}
	return false;
}

static const char *first_host(const struct hosts_named *x)
{
	return hostlist_name_dup(&x->names, 0, x->c->arena);
}

static void sits_on(struct hosts_named *x, const struct hostlist *hosts, struct span at)
{
	if (!hosts->count)
		return;
	if (!x->names.count)
		x->first = at;
	hostlist_add(&x->names, hosts);
	if (!span_known(x->other) && holds_another(x->c, hosts, first_host(x)))
		x->other = at;
}

/* Nodes that say no host sit on the one of their name, where it is written. */
static void on_own_host(void *ctx, const struct hostpiece *piece)
{
	struct hosts_named *x = ctx;
	struct hostlist one;
	if (!piece->known)
		return;
	hostlist_init(&one, x->c->arena);
	hostlist_add_run(&one, &piece->run);
	sits_on(x, &one, origin_of(x->c->spec->hosts.v[piece->owner])->name_span);
}

static struct hosts_named hosts_of(struct check *c)
{
	struct hosts_named x = { .c = c };
	const struct node_group *g;
	hostlist_init(&x.names, c->arena);
	for (size_t i = 0; i < CONTAINER_SERVICES; i++) {
		const struct service *s = container_service(c->model, container_services[i]);
		struct hostlist hosts;
		hostlist_init(&hosts, c->arena);
		for (size_t j = 0; s && j < s->host.n; j++)
			hostlist_add_name(&hosts, s->host.v[j]);
		if (s)
			sits_on(&x, &hosts, WHERE(s, host));
	}
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));) {
		if (g->host.list != g->origin.hosts)
			sits_on(&x, g->host.list, WHERE(g, host));
		else
			hostindex_cover(c->spec->host_index, g->host.list, on_own_host, &x);
	}
	return x;
}

void rule_one_host(struct check *c)
{
	if (!c->model->platform->one_host)
		return;
	struct hosts_named x = hosts_of(c);
	if (!span_known(x.other))
		return;
	const char *first = first_host(&x);
	hostlist_normalise(&x.names);
	struct diag *d = finding(c, x.other, "target '%s' is for one host, and this cluster is on %llu: %s", c->target,
				 (unsigned long long)x.names.count, names_said(c, &x.names));
	if (x.first.source != x.other.source || x.first.start != x.other.start)
		diag_note(c->diags, d, x.first, "'%s' is the first of them", first);
	diag_help(c->diags, d,
		  "leave out 'hosts' and every 'host', or let all name one machine; to keep them for another target, "
		  "set them to null in an overlay and build with --with OVERLAY");
}

/* ---- memory-over-machine */

/* The places' limits together. */
struct promised {
	int64_t all, nodes; /* bytes; nodes: what Slurm hands out on this host, as memory-over-host counts it */
	uint64_t places;
	const struct place *largest; /* those alike that are promised the most */
	int64_t most;
};

/* n times bytes, as much as there is room for. */
static int64_t times(uint64_t n, int64_t bytes)
{
	return bytes && n > (uint64_t)(INT64_MAX / 4 / bytes) ? INT64_MAX / 4 : (int64_t)n * bytes;
}

static int64_t plus(int64_t a, int64_t b)
{
	return a > INT64_MAX / 2 - b ? INT64_MAX / 2 : a + b;
}

static struct promised promises(const struct model *m, const struct host *h)
{
	struct promised x = { 0 };
	for (size_t i = 0; i < m->places.n; i++) {
		const struct place *p = &m->places.v[i];
		if (p->memory == VALUE_ABSENT)
			continue;
		int64_t here = times(p->names.count, p->memory);
		x.all = plus(x.all, here);
		x.places += p->names.count;
		if (here > x.most) {
			x.most = here;
			x.largest = p;
		}
		if (p->node && p->host == h && p->node->memory.bytes != VALUE_ABSENT)
			x.nodes = plus(x.nodes, times(p->names.count, p->node->memory.bytes));
	}
	return x;
}

/* Limits may be promised more than once, but when they are all used the kernel ends something, and not what went too
 * far. */
void rule_memory_over_machine(struct check *c)
{
	if (!c->model->platform->one_host || c->model->platform->place_per_host)
		return;
	struct hosts_named named = hosts_of(c);
	const struct host *h = named.names.count ? spec_host(c->spec, first_host(&named), NULL) : NULL;
	if (!h || h->origin.broken || !memory_given(h->memory) || h->memory.percent || span_known(named.other))
		return;
	struct promised x = promises(c->model, h);
	/* Of the nodes alone memory-over-host speaks. */
	if (x.all <= h->memory.bytes || x.nodes > h->memory.bytes)
		return;
	const struct place *p = x.largest;
	bool by_service = p->service && memory_given(p->service->memory);
	struct span none = { 0 }, at = by_service ? WHERE(p->service, memory) : WHERE(p->node, memory);
	struct diag *d = finding(c, at, "the %llu containers of host '%s' may use %s together, more than its %s",
				 (unsigned long long)x.places, first_host(&named), memory_said(c, x.all, none),
				 memory_said(c, h->memory.bytes, WHERE(h, memory)));
	diag_note(c->diags, d, WHERE(h, memory), "the host's memory stands here");
	if (!by_service)
		diag_note(c->diags, d, none, "a node's container may use %s more than the node has, for its daemons",
			  memory_said(c, p->memory - p->node->memory.bytes, none));
	diag_help(c->diags, d,
		  "give them less, or leave out the host's 'memory' if they will hardly use theirs at once");
}

/* ---- memory-below-node: jobs get what Slurm hands out, and the kernel ends those that use it. */

void rule_memory_below_node(struct check *c)
{
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < c->model->places.n; i++) {
		const struct place *p = &c->model->places.v[i];
		if (!p->node || p->memory == VALUE_ABSENT || p->node->memory.bytes == VALUE_ABSENT ||
		    p->memory >= p->node->memory.bytes || !first_at(c, &seen, WHERE(p->service, memory)))
			continue;
		struct span at = WHERE(p->service, memory), there = WHERE(p->node, memory);
		struct diag *d =
			finding(c, at, "a container of %s may use %s, less than the %s that Slurm hands out there",
				nodes_said(c, &p->names), memory_said(c, p->memory, at),
				memory_said(c, p->node->memory.bytes, there));
		diag_note(c->diags, d, there, "the node's memory stands here");
		diag_help(c->diags, d, "leave it out, and it is the node's memory and 256M for the daemons");
	}
}
