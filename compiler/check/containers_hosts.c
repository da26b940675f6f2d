/* containers_hosts.c: the hosts on which containers are, and what they have. */
#include "compiler/check/containers.h"

/* ---- memory-over-machine */

/* The places' limits together. */
struct promised {
	int64_t all, nodes;	/* bytes; nodes: what Slurm hands out on this host, as memory-over-host counts it */
	uint64_t places, named; /* containers; nodes that say the host */
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

static struct promised promises(const struct model *m, const struct model_machine *on)
{
	struct promised x = { 0 };
	for (size_t i = 0; i < on->places.n; i++) {
		const struct place *p = &m->places.v[on->places.v[i]];
		if (p->memory == VALUE_ABSENT || !place_is_on(p, on))
			continue;
		int64_t here = times(p->names.count, p->memory);
		x.all = plus(x.all, here);
		x.places += p->names.count;
		if (here > x.most) {
			x.most = here;
			x.largest = p;
		}
		bool named = p->node && p->node->host.list != p->node->origin.hosts;
		x.named += named ? p->names.count : 0;
		if (named && p->node->memory.bytes != VALUE_ABSENT)
			x.nodes = plus(x.nodes, times(p->names.count, p->node->memory.bytes));
	}
	return x;
}

/* Limits may be promised more than once, but when they are all used the kernel ends something, and not what went too
 * far. */
static void memory_over_machine(struct check *c, const struct model_machine *on)
{
	const struct host *h = on->host;
	if (!h || h->origin.broken || !memory_given(h->memory) || h->memory.percent)
		return;
	struct promised x = promises(c->model, on);
	/* Of the nodes alone memory-over-host speaks, of one that has it all memory-all-of-host. */
	if (x.all <= h->memory.bytes || x.nodes > h->memory.bytes || (x.nodes == h->memory.bytes && x.named == 1))
		return;
	const struct place *p = x.largest;
	bool by_service = p->service && memory_given(p->service->memory);
	struct span none = { 0 }, at = by_service ? WHERE(p->service, memory) : WHERE(p->node, memory);
	bool one = x.places == 1;
	const char *who = one ? "container" : arena_printf(c->arena, "%llu containers", (unsigned long long)x.places);
	struct diag *d = finding(c, at, "the %s of host '%s' may use %s%s, more than its %s", who, on->name,
				 memory_said(c, x.all, none), one ? "" : " together",
				 memory_said(c, h->memory.bytes, WHERE(h, memory)));
	diag_note(c->diags, d, WHERE(h, memory), "the host's memory stands here");
	if (!by_service)
		diag_note(c->diags, d, none, "a node's container may use %s more than the node has, for its daemons",
			  memory_said(c, p->memory - p->node->memory.bytes, none));
	diag_help(c->diags, d,
		  "give them less, or leave out the host's 'memory' if they will hardly use theirs at once");
}

void rule_memory_over_machine(struct check *c)
{
	for (size_t i = 0; i < c->model->machines.n; i++)
		memory_over_machine(c, c->model->machines.v[i]);
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
