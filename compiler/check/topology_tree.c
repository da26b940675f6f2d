/* topology_tree.c: switches and their children. (plugins/topology/tree: switch_record_validate()) */
#include "compiler/check/topology.h"

#include <string.h>

enum {
	DEEPEST = 21, /* how often slurmctld goes through the switches before it gives up */
};

/* ---- switch-children */

static void both(struct check *c, const struct topologies *all, const struct topology_part *p)
{
	/* topology.yaml: "Ignoring children switches" */
	enum severity severity = all->yaml ? SEVERITY_WARNING : SEVERITY_ERROR;
	struct diag *d = diag_add(c->diags, severity, c->rule->name, p->children.at.span,
				  "switch '%s' has nodes and switches below it: slurmctld %s",
				  p->name.text ? p->name.text : "", all->yaml ? "forgets the switches" : "stops");
	diag_note(c->diags, d, p->nodes.at.span, "its nodes");
	diag_help(c->diags, d, "give the nodes a switch of their own, below this one");
}

void rule_switch_children(struct check *c)
{
	struct topologies *all = topologies_of(c);
	for (size_t i = 0; i < all->list.n; i++)
		for (size_t j = 0; all->list.v[i].kind == TOPOLOGY_TREE && j < all->list.v[i].parts.n; j++) {
			const struct topology_part *p = &all->list.v[i].parts.v[j];
			if (p->nodes.at.text && p->children.at.text)
				both(c, all, p);
			if (p->nodes.at.text || p->children.at.text ||
			    release_takes_empty_leaf(c->records->release))
				continue;
			struct diag *d = finding(c, p->span,
						 "switch '%s' has neither nodes nor switches below it: slurmctld stops",
						 p->name.text ? p->name.text : "");
			diag_help(c->diags, d, "write Nodes= or Switches= behind it, or leave the line out");
		}
}

/* ---- the graph: which switch is below which */

struct graph {
	const struct topology *t;
	struct hostindex *names; /* of switches, by their place in t->parts */
	uint32_t *first;	 /* where the children of each begin in `below`; one more at the end */
	LIST(uint32_t) below;
	uint32_t *parents; /* how many each has */
	bool too_large;	   /* more edges than anybody means */
	/* while one switch is looked at */
	struct check *c;
	struct hostlist unknown;
};

static void take_child(void *ctx, const struct hostpiece *piece)
{
	struct graph *g = ctx;
	if (!piece->known) {
		hostlist_add_run(&g->unknown, &piece->run);
		return;
	}
	if (g->below.n > 64 * g->t->parts.n + 65536) {
		g->too_large = true;
		return;
	}
	g->parents[piece->owner]++;
	*list_push(g->c->arena, &g->below) = piece->owner;
}

/* Of children that no switch is `unknown` is told; they are no edges. */
static void graph_init(struct check *c, struct graph *g, const struct topology *t,
		       void (*unknown)(struct check *c, const struct topology_part *p, const struct hostlist *names,
				       const struct topology *t))
{
	*g = (struct graph){ .t = t, .names = hostindex_new(c->arena), .c = c };
	g->first = ARENA_ARRAY(c->arena, t->parts.n + 1, uint32_t);
	g->parents = ARENA_ARRAY(c->arena, t->parts.n + 1, uint32_t);
	for (size_t i = 0; i < t->parts.n; i++) {
		struct hostlist *name = ARENA_NEW(c->arena, struct hostlist);
		hostlist_init(name, c->arena);
		if (t->parts.v[i].name.text)
			hostlist_add_name(name, t->parts.v[i].name.text);
		hostindex_add(g->names, name, (uint32_t)i);
	}
	hostindex_build(g->names, NULL, NULL);
	for (size_t i = 0; i < t->parts.n; i++) {
		const struct topology_part *p = &t->parts.v[i];
		g->first[i] = (uint32_t)g->below.n;
		/* Of a switch with nodes the children are not looked at. */
		if (p->nodes.at.text || g->too_large)
			continue;
		hostlist_init(&g->unknown, c->arena);
		hostindex_cover(g->names, &p->children.names, take_child, g);
		if (unknown && g->unknown.count)
			unknown(c, p, &g->unknown, t);
	}
	g->first[t->parts.n] = (uint32_t)g->below.n;
}

/* ---- unknown-switch */

static void unknown_children(struct check *c, const struct topology_part *p, const struct hostlist *names,
			     const struct topology *t)
{
	enum { MOST = 512 };
	const char *candidates[MOST];
	size_t n = 0;
	struct diag *d = finding(c, p->children.at.span, "no switch is called %s%s%s: slurmctld stops",
				 names->count == 1 ? "'" : "any of '", names_said(c, names), "'");
	for (size_t i = 0; i < t->parts.n && n < MOST; i++)
		if (t->parts.v[i].name.text)
			candidates[n++] = t->parts.v[i].name.text;
	char *first = hostlist_name_dup(names, 0, c->arena);
	const char *meant = names->count == 1 ? suggest(first, candidates, n) : NULL;
	if (topologies_of(c)->nodes && hostindex_find(topologies_of(c)->nodes, first, NULL, NULL))
		diag_help(c->diags, d, "'%s' is a node: the nodes of a leaf switch stand in Nodes=", first);
	else if (meant)
		diag_help(c->diags, d, "did you mean '%s'?", meant);
	else
		diag_help(c->diags, d, "describe %s, or take it out here", names->count == 1 ? "it" : "them");
}

void rule_unknown_switch(struct check *c)
{
	struct topologies *all = topologies_of(c);
	struct graph g;
	for (size_t i = 0; i < all->list.n; i++)
		if (all->list.v[i].kind == TOPOLOGY_TREE)
			graph_init(c, &g, &all->list.v[i], unknown_children);
}

/* ---- topology-not-tree */

static void not_a_tree(struct check *c, const struct graph *g, uint32_t at, const uint32_t *into)
{
	const struct topology_part *p = &g->t->parts.v[at];
	uint32_t next = into[at];
	struct diag *d;
	if (next == at) {
		d = finding(c, p->children.at.span, "switch '%s' is below itself: slurmctld stops", p->name.text);
		diag_help(c->diags, d, "take it out of its own switches");
		return;
	}
	d = finding(c, p->children.at.span, "switch '%s' is below itself, by way of '%s': slurmctld stops",
		    p->name.text, g->t->parts.v[next].name.text);
	for (uint32_t i = next, steps = 0; i != at && steps < 8; i = into[i], steps++)
		diag_note(c->diags, d, g->t->parts.v[i].children.at.span, "'%s' is above '%s' here",
			  g->t->parts.v[i].name.text, g->t->parts.v[into[i]].name.text);
	diag_help(c->diags, d, "every switch but the topmost has one switch above it, and none is above itself");
}

/* Goes upwards from the leaves: what cannot be reached so lies on a cycle, or above one. `passes`: in which pass over
 * the file slurmctld knows each switch's level; those further down in the file it meets in the next. */
static size_t order_upwards(struct check *c, const struct graph *g, uint32_t *waits, uint32_t *passes)
{
	size_t n = g->t->parts.n, done = 0;
	uint32_t *ready = ARENA_ARRAY(c->arena, n + 1, uint32_t), *above_first = ARENA_ARRAY(c->arena, n + 2, uint32_t);
	uint32_t *above = ARENA_ARRAY(c->arena, g->below.n + 1, uint32_t);
	size_t n_ready = 0;
	for (size_t i = 0; i < n; i++)
		above_first[i + 1] = above_first[i] + g->parents[i];
	uint32_t *at = ARENA_ARRAY(c->arena, n + 1, uint32_t);
	for (size_t i = 0; i < n; i++) {
		waits[i] = g->first[i + 1] - g->first[i];
		for (uint32_t j = g->first[i]; j < g->first[i + 1]; j++) {
			uint32_t child = g->below.v[j];
			above[above_first[child] + at[child]++] = (uint32_t)i;
		}
		if (!waits[i])
			ready[n_ready++] = (uint32_t)i;
	}
	for (; done < n_ready; done++) {
		uint32_t child = ready[done];
		for (uint32_t j = above_first[child]; j < above_first[child + 1]; j++) {
			uint32_t up = above[j], pass = passes[child] + (passes[child] && child > up);
			pass = pass ? pass : 1;
			passes[up] = pass > passes[up] ? pass : passes[up];
			if (--waits[up] == 0)
				ready[n_ready++] = up;
		}
	}
	return done;
}

/* One finding a cycle: from each switch that waits, down to one that waits as well, until one is met again. */
static void find_cycles(struct check *c, const struct graph *g, const uint32_t *waits)
{
	size_t n = g->t->parts.n;
	uint32_t *seen = ARENA_ARRAY(c->arena, n + 1, uint32_t), *into = ARENA_ARRAY(c->arena, n + 1, uint32_t);
	for (size_t i = 0; i < n; i++) {
		uint32_t at = (uint32_t)i;
		if (!waits[i] || seen[i])
			continue;
		while (!seen[at]) {
			seen[at] = (uint32_t)i + 1;
			for (uint32_t j = g->first[at]; j < g->first[at + 1]; j++)
				if (waits[g->below.v[j]]) {
					into[at] = g->below.v[j];
					break;
				}
			at = into[at];
		}
		if (seen[at] == (uint32_t)i + 1)
			not_a_tree(c, g, at, into);
	}
}

static void too_deep(struct check *c, const struct graph *g, const uint32_t *passes)
{
	for (size_t i = 0; i < g->t->parts.n; i++)
		if (passes[i] > DEEPEST) {
			struct diag *d = finding(
				c, g->t->parts.v[i].span,
				"slurmctld goes through the switches %d times at most, and has not come to '%s' "
				"then: it stops",
				DEEPEST, g->t->parts.v[i].name.text);
			diag_help(c->diags, d, "describe switches below others first");
			return;
		}
}

void rule_topology_not_tree(struct check *c)
{
	struct topologies *all = topologies_of(c);
	for (size_t i = 0; i < all->list.n; i++) {
		struct graph g;
		if (all->list.v[i].kind != TOPOLOGY_TREE)
			continue;
		graph_init(c, &g, &all->list.v[i], NULL);
		if (g.too_large)
			continue;
		uint32_t *waits = ARENA_ARRAY(c->arena, g.t->parts.n + 1, uint32_t);
		uint32_t *passes = ARENA_ARRAY(c->arena, g.t->parts.n + 1, uint32_t);
		if (order_upwards(c, &g, waits, passes) < g.t->parts.n)
			find_cycles(c, &g, waits);
		else
			too_deep(c, &g, passes);
	}
}

/* ---- topology-no-root */

/* How many known nodes are below a switch. Each switch is counted once; `stamp` says who has been here. */
static uint64_t nodes_below(const struct graph *g, uint32_t top, uint32_t *stamp, uint32_t *stack, uint64_t *left)
{
	uint64_t nodes = 0;
	size_t n = 0;
	stack[n++] = top;
	stamp[top] = top + 1;
	while (n && *left) {
		uint32_t at = stack[--n];
		nodes += g->t->parts.v[at].known_nodes;
		for (uint32_t j = g->first[at]; j < g->first[at + 1] && *left; j++) {
			uint32_t child = g->below.v[j];
			(*left)--;
			if (stamp[child] == top + 1)
				continue;
			stamp[child] = top + 1;
			stack[n++] = child;
		}
	}
	return nodes;
}

static void no_root(struct check *c, const struct topologies *all, const struct topology *t)
{
	struct graph g;
	graph_init(c, &g, t, NULL);
	if (g.too_large)
		return;
	size_t n = t->parts.n, roots = 0;
	uint32_t *stamp = ARENA_ARRAY(c->arena, n + 1, uint32_t), *stack = ARENA_ARRAY(c->arena, n + 1, uint32_t);
	uint64_t most = 0, total = 0, left = 16 * (g.below.n + n) + 65536;
	const struct topology_part *first = NULL, *second = NULL;
	for (size_t i = 0; i < n; i++) {
		total += t->parts.v[i].known_nodes;
		if (g.parents[i])
			continue;
		uint64_t below = nodes_below(&g, (uint32_t)i, stamp, stack, &left);
		most = below > most ? below : most;
		roots++;
		second = first && !second ? &t->parts.v[i] : second;
		first = first ? first : &t->parts.v[i];
	}
	/* Nodes that no switch has are topology-node-missing's; a cycle has no root, and is worse. */
	if (roots < 2 || !left || most >= all->n_nodes || most >= total)
		return;
	struct diag *d = finding(c, second->span,
				 "no switch is above all others: a job never spans '%s' and '%s', and "
				 "slurmctld warns of it",
				 first->name.text, second->name.text);
	diag_note(c->diags, d, first->span, "'%s' has no switch above it either", first->name.text);
	if (all->yaml)
		diag_help(c->diags, d, "if that is not meant, add a switch with both as children");
	else
		diag_help(c->diags, d, "if that is not meant, add SwitchName=root Switches=%s,%s", first->name.text,
			  second->name.text);
}

void rule_topology_no_root(struct check *c)
{
	struct topologies *all = topologies_of(c);
	if (!release_says_no_root(c->records->release))
		return;
	for (size_t i = 0; all->nodes && i < all->list.n; i++)
		if (all->list.v[i].kind == TOPOLOGY_TREE)
			no_root(c, all, &all->list.v[i]);
}
