/* nodes.c: rules over nodes: their columns, what they have, and how many there are. */
#include "compiler/check/nodes.h"

#include <string.h>

/* A key of a group whose values pair with its names, as it was written: resolve may have made several groups of one. */
struct column {
	uint64_t names, values;
	bool spread;
};

static uint64_t count_values(struct check *c, const struct node *n)
{
	struct hostlist h;
	struct hostlist_error e;
	uint64_t sum = 0;
	if (n->kind == NODE_SCALAR)
		return hostlist_parse(c->arena, n->text, &h, &e) ? h.count : 0;
	for (uint32_t i = 0; n->kind == NODE_SEQUENCE && i < n->n_items; i++)
		sum += count_values(c, n->items[i]);
	return sum;
}

/* False when the key was not written, or fits. */
static bool misfits(struct check *c, const struct origin *o, const char *key, uint64_t names, bool one_for_all,
		    struct column *ret)
{
	const struct pair *p = o->node && o->node->kind == NODE_MAPPING ? node_pair(o->node, key) : NULL;
	if (!p)
		return false;
	*ret = (struct column){ .names = names,
				.values = count_values(c, p->value),
				.spread = p->value->kind == NODE_MAPPING };
	if (ret->spread)
		return strcmp(key, "host") != 0;
	return ret->values && ret->values != names && !(one_for_all && ret->values == 1);
}

static void check_column(struct check *c, const void *body, const char *key, uint64_t names, bool one_for_all)
{
	const struct origin *o = body;
	const char *noun = o->shape->name;
	struct column k;
	if (!misfits(c, o, key, names, one_for_all, &k))
		return;
	struct span at = node_pair(o->node, key)->value->span;
	if (k.spread) {
		diag_help(c->diags,
			  finding(c, at, "'%s' cannot be dealt out by 'spread': each %s has its own", key, noun),
			  "write as many as there are %ss", noun);
		return;
	}
	struct diag *d = finding(c, at, "'%s' has %llu value%s for %llu %s%s", key, (unsigned long long)k.values,
				 k.values == 1 ? "" : "s", (unsigned long long)names, noun, names == 1 ? "" : "s");
	diag_note(c->diags, d, o->name_span, "they pair with %s %s%s", names == 1 ? "this" : "these", noun,
		  names == 1 ? "" : "s, in order");
	if (strcmp(key, "host") == 0 && names == 1)
		diag_help(c->diags, d, "write one host, or name as many nodes as there are hosts");
	else if (strcmp(key, "host") == 0)
		diag_help(c->diags, d, "write one host, or %llu, or deal them out with { spread: \"%s\" }",
			  (unsigned long long)names, names_said(c, ((const struct node_group *)body)->host.list));
	else
		diag_help(c->diags, d, "write %llu of them", (unsigned long long)names);
}

/* Whether the next group is a part of the same written one: its body and its name stand in one place. */
static bool next_part(const struct entries *nodes, size_t *i, const struct node_group *g)
{
	const struct node_group *next = *i < nodes->n ? nodes->v[*i] : NULL;
	if (!next || next->origin.broken || !g->origin.node || next->origin.node != g->origin.node ||
	    next->origin.name_span.source != g->origin.name_span.source ||
	    next->origin.name_span.start != g->origin.name_span.start)
		return false;
	++*i;
	return true;
}

static void columns(struct check *c)
{
	const struct node_group *g;
	const struct host *h;
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));) {
		uint64_t names = g->origin.hosts->count;
		while (next_part(&c->spec->nodes, &i, g))
			names += origin_of(c->spec->nodes.v[i - 1])->hosts->count;
		check_column(c, g, "host", names, true);
		check_column(c, g, "port", names, true);
	}
	for (size_t i = 0; (h = entries_next(&c->spec->hosts, &i));)
		check_column(c, h, "address", h->origin.hosts->count, false);
}

/* Neither cpus nor sockets, cores, threads: Slurm would take one CPU (read_config.c: _init_conf_node). */
static void without_cpus(struct check *c)
{
	const struct node_group *g;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; c->spec->slurm && (g = entries_next(&c->spec->nodes, &i));) {
		if (g->cpus != VALUE_ABSENT || !first_at(c, &seen, where_body(g)))
			continue;
		struct diag *d =
			finding(c, where_body(g), "nothing says how many CPUs %s ha%s, and Slurm would take one",
				nodes_said(c, g->origin.hosts), g->origin.hosts->count == 1 ? "s" : "ve");
		diag_help(c->diags, d,
			  "write 'cpus', or 'sockets' and 'cores', here, in its 'hardware' or under 'hosts'");
	}
}

/* RealMemory is 1 MiB where absent; with memory handed out no job that asks for any fits. */
static void without_memory(struct check *c)
{
	const struct node_group *g;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; c->spec->slurm && (g = entries_next(&c->spec->nodes, &i));) {
		if (memory_given(g->memory) || !first_at(c, &seen, where_body(g)))
			continue;
		struct diag *d =
			finding(c, where_body(g), "nothing says how much memory %s ha%s, and Slurm takes 1 MiB",
				nodes_said(c, g->origin.hosts), g->origin.hosts->count == 1 ? "s" : "ve");
		/* Of a host that several nodes share none takes all. */
		const char *name = node_host(g, 0, c->arena);
		const struct host *h = name ? spec_host(c->spec, name, NULL) : NULL;
		if (h && memory_given(h->memory)) {
			diag_note(c->diags, d, WHERE(h, memory), "its host has this, and more nodes than one");
			diag_help(c->diags, d, "write here what part of it the node has, such as 2G or 45%%");
		} else {
			diag_help(c->diags, d, "write 'memory' here, in its 'hardware' or under 'hosts'");
		}
	}
}

/* A share can be worked out for a node's memory alone. */
struct shares {
	struct check *c;
	struct map seen;
};

static void share_in(void *ctx, void *body, const char *key)
{
	struct shares *s = ctx;
	const struct origin *o = body;
	for (size_t i = 0; !o->broken && i < o->shape->n; i++) {
		const struct field *f = &o->shape->fields[i];
		const struct memory *m = field_at(f, body);
		if (f->kind != VALUE_MEMORY || !m->percent)
			continue;
		struct span at = where_offset(body, f->offset);
		bool of_host =
			(o->shape == &node_shape || o->shape == &node_defaults_shape) && text_equal(f->key, "memory");
		/* The default is worked out in each node that takes it. */
		if ((of_host && o->shape == &node_defaults_shape) || !first_at(s->c, &s->seen, at))
			continue;
		struct diag *d;
		if (of_host) {
			d = finding(s->c, at,
				    "nothing says how much memory the host of %s has, of which this is a share",
				    nodes_said(s->c, ((struct node_group *)body)->origin.hosts));
			diag_help(s->c->diags, d,
				  "write 'memory' of that host under 'hosts' or in its 'hardware', or an amount such "
				  "as 4G here");
		} else {
			d = finding(s->c, at, "'%s' of a %s cannot be a share", f->key, o->shape->name);
			diag_help(s->c->diags, d, "write an amount such as 512M or 4G");
		}
	}
}

static void share_of_nothing(struct check *c)
{
	struct shares s = { .c = c };
	map_init(&s.seen, c->arena);
	schema_walk((void *)(uintptr_t)c->spec, share_in, &s);
}

static struct span slurm_place(const struct check *c)
{
	return where_key(c->spec, shape_field(&spec_shape, "slurm"));
}

static bool dynamic(const struct spec *spec)
{
	const struct options *o = &spec->slurm->options;
	for (size_t i = 0; i < o->n; i++)
		if (text_equal_nocase(o->v[i].key, "MaxNodeCount"))
			return true;
	return false;
}

/* slurmctld 22.05 dies without nodes and partitions; later ones run, for nodes that register themselves. */
static void without_nodes(struct check *c)
{
	if (!c->spec->slurm || c->spec->nodes.n || c->spec->origin.broken || dynamic(c->spec))
		return;
	struct diag *d = finding(c, slurm_place(c), "this cluster has Slurm, but no nodes");
	diag_help(c->diags, d, "add nodes under 'nodes', or leave 'slurm' out for a cluster without a scheduler");
}

static void without_partitions(struct check *c)
{
	if (!c->spec->slurm || c->spec->partitions.n || !c->spec->nodes.n || c->spec->origin.broken || dynamic(c->spec))
		return;
	struct diag *d =
		finding(c, slurm_place(c), "this cluster has nodes, but no partition: no job can be submitted");
	diag_help(c->diags, d, "add one under 'partitions', such as 'normal: { nodes: ALL, default: true }'");
}

/* slurm.h: MAX_SLURM_NODES. */
static void too_many_nodes(struct check *c)
{
	const struct node_group *g;
	uint64_t n = 0;
	const struct slurm *s = c->spec->slurm;
	if (!s || !s->version)
		return;
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));) {
		uint64_t before = n;
		n += g->origin.hosts->count;
		if (n <= RELEASE_MAX_NODES || before > RELEASE_MAX_NODES)
			continue;
		enum release r = release_parse(s->version);
		struct diag *d =
			diag_add(c->diags, release_refuses_more_nodes(r) ? SEVERITY_ERROR : SEVERITY_WARNING,
				 c->rule->name, where_body(g),
				 "with these there are more than %d nodes, which is Slurm's limit", RELEASE_MAX_NODES);
		diag_help(c->diags, d, "make two clusters of it");
	}
}

/* Nodes that no partition has: no job ever reaches them. */
struct outside {
	struct check *c;
	struct hostlist *left;
};

static void note_outside(void *ctx, const struct hostpiece *p)
{
	struct outside *o = ctx;
	if (!p->known)
		hostlist_add_run(o->left, &p->run);
}

static bool partition_index(struct check *c, struct hostindex *x)
{
	for (size_t i = 0; i < c->spec->partitions.n; i++) {
		const struct partition *p = c->spec->partitions.v[i];
		if (p->origin.broken || p->nodes.all)
			return false;
		struct hostlist *names = ARENA_NEW(c->arena, struct hostlist);
		partition_nodes(c->arena, c->spec, p, names);
		/* A selector that nothing fits has been said; who knows which nodes were meant. */
		if (!p->nodes.list && !names->count)
			return false;
		hostindex_add(x, names, 0);
	}
	hostindex_build(x, NULL, NULL);
	return c->spec->partitions.n > 0;
}

static void in_no_partition(struct check *c)
{
	struct hostindex *x = hostindex_new(c->arena);
	const struct node_group *g;
	if (!partition_index(c, x))
		return;
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));) {
		struct hostlist left;
		const struct node_group *part = g;
		hostlist_init(&left, c->arena);
		struct outside o = { c, &left };
		do {
			hostindex_cover(x, part->origin.hosts, note_outside, &o);
		} while (next_part(&c->spec->nodes, &i, g) && (part = c->spec->nodes.v[i - 1]));
		if (!left.count)
			continue;
		struct diag *d = finding(c, where_body(g), "%s %s in no partition: no job can run there",
					 nodes_said(c, &left), left.count == 1 ? "is" : "are");
		diag_help(c->diags, d, "add %s to the 'nodes' of a partition", left.count == 1 ? "it" : "them");
	}
}

const struct rule rules_nodes[] = {
	{ "reserved-name", SEVERITY_ERROR, RULE_SPEC, rule_reserved_name },
	{ "bad-hostname", SEVERITY_ERROR, RULE_SPEC, rule_bad_hostname },
	{ "upper-case-name", SEVERITY_WARNING, RULE_SPEC, rule_upper_case_name },
	{ "numeric-name", SEVERITY_WARNING, RULE_SPEC, rule_numeric_name },
	{ "unpaired-column", SEVERITY_ERROR, RULE_SPEC, columns },
	{ "no-nodes", SEVERITY_ERROR, RULE_SPEC, without_nodes },
	{ "no-partitions", SEVERITY_ERROR, RULE_SPEC, without_partitions },
	{ "too-many-nodes", SEVERITY_ERROR, RULE_SPEC, too_many_nodes },
	{ "node-without-cpus", SEVERITY_ERROR, RULE_SPEC, without_cpus },
	{ "node-without-memory", SEVERITY_WARNING, RULE_SPEC, without_memory },
	{ "share-of-nothing", SEVERITY_ERROR, RULE_SPEC, share_of_nothing },
	{ "node-in-no-partition", SEVERITY_WARNING, RULE_SPEC, in_no_partition },
	{ "memory-over-host", SEVERITY_ERROR, RULE_SPEC, rule_memory_over_host },
	{ "memory-all-of-host", SEVERITY_WARNING, RULE_SPEC, rule_memory_all_of_host },
	{ "cpus-over-host", SEVERITY_WARNING, RULE_SPEC, rule_cpus_over_host },
	{ "unused-hardware", SEVERITY_WARNING, RULE_SPEC, rule_unused_hardware },
	{ "unused-host", SEVERITY_WARNING, RULE_SPEC, rule_unused_host },
	{ "port-taken", SEVERITY_ERROR, RULE_MODEL, rule_node_ports },
	{ "port-of-daemon", SEVERITY_ERROR, RULE_MODEL, rule_daemon_ports },
	{ "nodes-share-host", SEVERITY_ERROR, RULE_MODEL, rule_nodes_share_host },
	{ "cpus-mismatch", SEVERITY_ERROR, RULE_RECORDS, rule_cpus_mismatch },
	{ "boards-over-sockets", SEVERITY_ERROR, RULE_RECORDS, rule_boards_over_sockets },
	{ "core-spec-count-too-high", SEVERITY_ERROR, RULE_RECORDS, rule_core_spec_count },
	{ "mem-spec-limit-too-high", SEVERITY_ERROR, RULE_RECORDS, rule_mem_spec_limit },
	{ .name = NULL },
};
