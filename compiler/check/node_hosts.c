/* node_hosts.c: nodes against the hosts that they sit on, and what nobody uses. */
#include "compiler/check/nodes.h"

#include <string.h>

#include "compiler/platform/platform.h"

/* The nodes of one host, or of a group of hosts alike with one node each. */
struct load {
	const char *name;
	const void *machine; /* struct host or struct hardware */
	int64_t has_memory, has_cpus;
	int64_t memory, cpus;
	uint64_t nodes;
	const struct node_group *last;
};

typedef void judge(struct check *c, const struct load *l, struct map *seen);

static bool describe(struct load *l, const struct host *h, const struct hardware *kind)
{
	l->machine = h ? (const void *)h : kind;
	if (h) {
		l->has_memory = h->memory.bytes;
		l->has_cpus = hardware_cpus(h->cpus, h->sockets, h->cores, h->threads);
	} else if (kind) {
		l->has_memory = kind->memory.bytes;
		l->has_cpus = hardware_cpus(kind->cpus, kind->sockets, kind->cores, kind->threads);
	}
	return l->machine;
}

static void add_node(struct load *l, const struct node_group *g)
{
	l->memory += g->memory.bytes != VALUE_ABSENT ? g->memory.bytes : 0;
	l->cpus += g->cpus != VALUE_ABSENT ? g->cpus : 0;
	l->last = g;
	l->nodes++;
}

/* Hosts that some node names; each with the sum of its nodes. */
static void named_loads(struct check *c, struct map *loads)
{
	const struct node_group *g;
	map_init(loads, c->arena);
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));) {
		if (g->host.list == g->origin.hosts)
			continue;
		for (uint64_t j = 0; j < g->origin.hosts->count; j++) {
			const char *name = node_host(g, j, c->arena);
			if (!name)
				break;
			struct map_entry *e = map_add(loads, name, NULL);
			if (!e->value) {
				struct load *l = e->value = ARENA_NEW(c->arena, struct load);
				l->name = name;
				describe(l, spec_host(c->spec, name, NULL), NULL);
			}
			add_node(e->value, g);
		}
	}
	/* The node that bears the host's own name sits there too. */
	for (size_t i = 0; i < loads->n; i++) {
		uint32_t owner;
		uint64_t at;
		if (!hostindex_find(c->spec->node_index, loads->v[i].key, &owner, &at))
			continue;
		g = c->spec->nodes.v[owner];
		if (!g->origin.broken && g->host.list == g->origin.hosts)
			add_node(loads->v[i].value, g);
	}
}

static const struct hardware *hardware_named(const struct map *kinds, const char *name)
{
	return name ? map_get(kinds, name) : NULL;
}

static void each_load(struct check *c, judge *each)
{
	struct map loads, kinds, seen;
	const struct node_group *g;
	struct hardware *kind;
	named_loads(c, &loads);
	map_init(&kinds, c->arena);
	map_init(&seen, c->arena);
	for (size_t i = 0; (kind = entries_next(&c->spec->hardware, &i));)
		map_set(&kinds, kind->origin.name, kind);
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));) {
		const char *name = g->host.list == g->origin.hosts ? node_host(g, 0, c->arena) : NULL;
		struct load l = { .name = name };
		if (!name || map_find(&loads, name) ||
		    !describe(&l, spec_host(c->spec, name, NULL), hardware_named(&kinds, g->hardware)))
			continue;
		add_node(&l, g);
		each(c, &l, &seen);
	}
	for (size_t i = 0; i < loads.n; i++) {
		const struct load *l = loads.v[i].value;
		if (l->machine)
			each(c, l, &seen);
	}
}

static const char *machine_said(struct check *c, const struct load *l)
{
	const struct origin *o = l->machine;
	if (o->shape == &host_shape && l->nodes == 1 && l->last->origin.hosts->count > 1)
		return l->last->host.list->count > 1 ? "their hosts" : arena_printf(c->arena, "host '%s'", l->name);
	return o->shape == &host_shape ? arena_printf(c->arena, "host '%s'", l->name)
				       : arena_printf(c->arena, "hardware '%s'", o->name);
}

/* Where the host or the hardware says it. */
static struct span machine_place(const struct load *l, const char *key)
{
	const struct field *f = shape_field(origin_of(l->machine)->shape, key);
	return where_offset(l->machine, f->offset);
}

/* node_mgr.c: validate_node_specs: a node with less memory than slurm.conf says is drained. */
static void judge_memory(struct check *c, const struct load *l, struct map *seen)
{
	if (l->has_memory == VALUE_ABSENT || l->memory <= l->has_memory || !first_at(c, seen, WHERE(l->last, memory)))
		return;
	struct span at = WHERE(l->last, memory), there = machine_place(l, "memory");
	const char *has = memory_said(c, l->has_memory, there);
	struct diag *d;
	if (l->nodes == 1)
		d = finding(c, at, "%s ha%s %s, more than the %s of %s", nodes_said(c, l->last->origin.hosts),
			    l->last->origin.hosts->count == 1 ? "s" : "ve", memory_said(c, l->memory, at), has,
			    machine_said(c, l));
	else
		d = finding(c, at, "the %llu nodes of %s have %s together, more than its %s",
			    (unsigned long long)l->nodes, machine_said(c, l), memory_said(c, l->memory, at), has);
	diag_note(c->diags, d, there, "%s stands here", has);
	diag_help(c->diags, d, "%s",
		  l->nodes == 1 ? "leave 'memory' out of the node, and it is derived below its machine's"
				: "give them less, or shares of it that make 100% at most, such as 45%");
}

void rule_memory_over_host(struct check *c)
{
	each_load(c, judge_memory);
}

/* 64G on the label is never 64G to the kernel: firmware and kernel take theirs first. Numbers that are no whole GiB
 * were read from the machine. */
static void judge_all(struct check *c, const struct load *l, struct map *seen)
{
	struct span at = WHERE(l->last, memory);
	if (l->nodes != 1 || l->memory != l->has_memory || l->memory % (INT64_C(1) << 30) || !first_at(c, seen, at))
		return;
	struct diag *d =
		finding(c, at, "%s ha%s all of the %s of %s, and the kernel shows less: Slurm drains such a node",
			nodes_said(c, l->last->origin.hosts), l->last->origin.hosts->count == 1 ? "s" : "ve",
			memory_said(c, l->memory, at), machine_said(c, l));
	diag_note(c->diags, d, machine_place(l, "memory"), "the machine's memory stands here");
	diag_help(c->diags, d, "leave 'memory' out of the node, or write a share such as 95%%");
}

void rule_memory_all_of_host(struct check *c)
{
	each_load(c, judge_all);
}

/* A node with fewer CPUs than slurm.conf says is drained; several nodes that share a host's are merely slow. */
static void judge_cpus(struct check *c, const struct load *l, struct map *seen)
{
	struct span at = WHERE(l->last, cpus);
	if (l->has_cpus == VALUE_ABSENT || l->cpus <= l->has_cpus || !first_at(c, seen, at))
		return;
	const struct origin *o = l->machine;
	struct span there = machine_place(l, field_given(shape_field(o->shape, "cpus"), o)	? "cpus"
					     : field_given(shape_field(o->shape, "sockets"), o) ? "sockets"
												: "cores");
	struct diag *d;
	if (l->nodes == 1)
		d = diag_add(c->diags, SEVERITY_ERROR, c->rule->name, at, "%s ha%s %lld CPUs, more than the %lld of %s",
			     nodes_said(c, l->last->origin.hosts), l->last->origin.hosts->count == 1 ? "s" : "ve",
			     (long long)l->cpus, (long long)l->has_cpus, machine_said(c, l));
	else
		d = finding(c, at, "the %llu nodes of %s have %lld CPUs together, more than its %lld",
			    (unsigned long long)l->nodes, machine_said(c, l), (long long)l->cpus,
			    (long long)l->has_cpus);
	diag_note(c->diags, d, there, "the machine's CPUs stand here");
	diag_help(c->diags, d, "%s",
		  l->nodes == 1 ? "leave them out of the node, and it has its machine's"
				: "jobs of these nodes will take CPUs from each other: give them fewer");
}

void rule_cpus_over_host(struct check *c)
{
	each_load(c, judge_cpus);
}

void rule_unused_hardware(struct check *c)
{
	const struct spec *s = c->spec;
	const struct node_group *g;
	const struct host *h;
	struct hardware *kind;
	struct map used;
	map_init(&used, c->arena);
	if (s->origin.broken || any_broken(&s->nodes) || any_broken(&s->hosts))
		return;
	for (size_t i = 0; (g = entries_next(&s->nodes, &i));)
		if (g->hardware)
			map_set(&used, g->hardware, NULL);
	for (size_t i = 0; (h = entries_next(&s->hosts, &i));)
		if (h->hardware)
			map_set(&used, h->hardware, NULL);
	for (size_t i = 0; (kind = entries_next(&s->hardware, &i));)
		if (!map_find(&used, kind->origin.name))
			diag_help(c->diags,
				  finding(c, kind->origin.name_span, "no host and no node is of hardware '%s'",
					  kind->origin.name),
				  "name it by 'hardware: %s' in a node or host, or remove it", kind->origin.name);
}

/* ---- hosts that nobody uses */

/* Where a service may be that names no host, but labels. */
static void use_labelled(struct check *c, struct hostindex *x, const struct service *s)
{
	struct host *h;
	for (size_t i = 0; s->labels.n && !s->host.n && (h = entries_next(&c->spec->hosts, &i));)
		if (host_has_labels(h, &s->labels))
			hostindex_add(x, h->origin.hosts, 0);
}

static void use_text(struct check *c, struct hostindex *x, const char *name)
{
	struct hostlist *one = ARENA_NEW(c->arena, struct hostlist);
	hostlist_init(one, c->arena);
	hostlist_add_name(one, name);
	hostindex_add(x, one, 0);
}

static void use_services(struct check *c, struct hostindex *x)
{
	const struct services *s = c->spec->services;
	const struct service *all[] = { s->slurmctld, s->slurmdbd, s->slurmd, s->database, s->login, s->base };
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		for (size_t j = 0; all[i] && j < all[i]->host.n; j++)
			use_text(c, x, all[i]->host.v[j]);
		if (all[i])
			use_labelled(c, x, all[i]);
	}
	/* Where services go that name no host. */
	for (size_t i = 0; platforms[i]; i++)
		use_text(c, x, platforms[i]->head);
}

static struct hostindex *used_hosts(struct check *c)
{
	struct hostindex *x = hostindex_new(c->arena);
	const struct node_group *g;
	const struct partition *p;
	const struct storage *s;
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));)
		hostindex_add(x, g->host.list, 0);
	for (size_t i = 0; (p = entries_next(&c->spec->partitions, &i));)
		if (p->alloc_nodes.list)
			hostindex_add(x, p->alloc_nodes.list, 0);
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));)
		if (s->server && s->server->host)
			use_text(c, x, s->server->host);
	use_services(c, x);
	hostindex_build(x, NULL, NULL);
	return x;
}

static void note_unused(void *ctx, const struct hostpiece *p)
{
	if (!p->known)
		hostlist_add_run(ctx, &p->run);
}

void rule_unused_host(struct check *c)
{
	const struct spec *s = c->spec;
	const struct host *h;
	/* An inventory may well hold hosts that are for other things. */
	if (!s->slurm || s->targets->ansible || s->origin.broken || any_broken(&s->nodes) || any_broken(&s->storage) ||
	    any_broken(&s->partitions) || s->services->origin.broken)
		return;
	const struct hostindex *used = used_hosts(c);
	for (size_t i = 0; (h = entries_next(&s->hosts, &i));) {
		struct hostlist left;
		hostlist_init(&left, c->arena);
		hostindex_cover(used, h->origin.hosts, note_unused, &left);
		if (!left.count)
			continue;
		struct diag *d = finding(c, h->origin.name_span, "no node and no service sits on host%s '%s'",
					 left.count == 1 ? "" : "s", names_said(c, &left));
		diag_help(c->diags, d, "name it by 'host' of a node or service, or remove it");
	}
}
