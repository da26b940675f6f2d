/* lines_nodes.c: NodeName lines: what nodes are called, and lists that pair with their names. */
#include "compiler/check/lines.h"

#include <ctype.h>
#include <string.h>

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* ---- duplicate-node. node_conf.c: _push_to_hashtbls() */

void rule_duplicate_node(struct check *c)
{
	const struct lines *l = lines_of(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < l->clashes.n; i++) {
		const struct name_clash *k = &l->clashes.v[i];
		const struct node_line *first = &l->nodes.v[k->first], *second = &l->nodes.v[k->second];
		if (!first_at(c, &seen, second->name->span))
			continue;
		struct diag *d = finding(c, second->name->span, "node '%s' stands twice%s: slurmctld stops", k->name,
					 first == second ? " on this line" : "");
		if (first != second)
			diag_note(c->diags, d, first->name->span, "'%s' stands here first", k->name);
		if (first == second)
			diag_help(c->diags, d, "write it once");
		else
			diag_help(c->diags, d, "a node has one line: take '%s' out of one of the two", k->name);
	}
}

/* ---- node-names-alike: hosts' names know no case, nodes' do */

static bool has_upper(const char *s)
{
	while (*s && !isupper((unsigned char)*s))
		s++;
	return *s;
}

struct alike {
	struct check *c;
	const struct lines *l;
	struct map seen, clashes; /* lines of which duplicate-node has said that they meet */
};

static const char *pair_key(struct arena *a, uint32_t first, uint32_t second)
{
	return arena_printf(a, "%u %u", (unsigned)first, (unsigned)second);
}

static void say_alike(void *ctx, const char *name, uint32_t first, uint32_t second)
{
	struct alike *k = ctx;
	const struct node_line *a = &k->l->nodes.v[first], *b = &k->l->nodes.v[second];
	if (map_find(&k->clashes, pair_key(k->c->arena, first, second)) || !first_at(k->c, &k->seen, b->name->span))
		return;
	struct diag *d = finding(
		k->c, b->name->span,
		"two nodes are called '%s' but for upper and lower case: two nodes to Slurm, one host to DNS", name);
	if (a != b)
		diag_note(k->c->diags, d, a->name->span, "the other stands here");
	diag_help(k->c->diags, d,
		  "give them names that differ in more, or remove the line of the one that is not there");
}

static bool any_upper(const struct hostlist *h)
{
	for (size_t i = 0; i < h->runs.n; i++)
		if (has_upper(h->runs.v[i].prefix) || has_upper(h->runs.v[i].suffix))
			return true;
	return false;
}

void rule_names_alike(struct check *c)
{
	struct alike k = { .c = c, .l = lines_of(c) };
	bool upper = false;
	for (size_t i = 0; i < k.l->nodes.n && !upper; i++)
		upper = any_upper(&k.l->nodes.v[i].names);
	if (!upper)
		return;
	struct hostindex *x = hostindex_new(c->arena);
	map_init(&k.seen, c->arena);
	map_init(&k.clashes, c->arena);
	for (size_t i = 0; i < k.l->clashes.n; i++)
		map_set(&k.clashes, pair_key(c->arena, k.l->clashes.v[i].first, k.l->clashes.v[i].second), NULL);
	for (size_t i = 0; i < k.l->nodes.n; i++) {
		const struct hostlist *names = &k.l->nodes.v[i].names;
		struct hostlist small;
		hostlist_init(&small, c->arena);
		for (size_t j = 0; j < names->runs.n; j++) {
			struct hostrun r = names->runs.v[j];
			r.prefix = in_lower_case(c->arena, r.prefix);
			r.suffix = in_lower_case(c->arena, r.suffix);
			hostlist_add_run(&small, &r);
		}
		hostindex_add(x, &small, (uint32_t)i);
	}
	hostindex_build(x, say_alike, &k);
}

/* ---- unpaired-column. node_conf.c: expand_nodeline_info() */

static void unpaired(struct check *c, struct map *seen, const struct node_line *n, const struct entry *e,
		     uint64_t values)
{
	bool host = strcmp(e->fact->key, "NodeHostname") == 0;
	bool stops = !host || release_pairs_hostnames(c->records->release);
	struct span at = e->inherited ? n->name->span : e->span;
	if (!first_at(c, seen, at))
		return;
	struct diag *d = finding_as(c, stops ? SEVERITY_ERROR : SEVERITY_WARNING, at,
				    "%s has %llu value%s for %llu node%s: %s", e->fact->key, (unsigned long long)values,
				    plural(values), (unsigned long long)n->names.count, plural(n->names.count),
				    stops		      ? "slurmctld stops"
				    : values < n->names.count ? "the last nodes all get the last one"
							      : "Slurm passes over those that are too many");
	if (e->inherited)
		diag_note(c->diags, d, e->span, "%s comes from this DEFAULT line", e->fact->key);
	else
		diag_note(c->diags, d, n->name->span, "they pair with these names, in order");
	diag_help(c->diags, d,
		  n->names.count == 1 ? "write one, or name as many nodes" : "write one for all, or %llu of them",
		  (unsigned long long)n->names.count);
}

void rule_unpaired_list(struct check *c)
{
	const struct lines *l = lines_of(c);
	const struct fact *host = fact_find(SLURM_CONF, SECTION_NODE, "NodeHostname");
	const struct fact *address = fact_find(SLURM_CONF, SECTION_NODE, "NodeAddr");
	const struct fact *other = fact_find(SLURM_CONF, SECTION_NODE, "BcastAddr");
	const struct fact *port = fact_find(SLURM_CONF, SECTION_NODE, "Port");
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < l->nodes.n; i++) {
		const struct node_line *n = &l->nodes.v[i];
		struct hostlist also;
		const struct entry *e = record_entry(n->rec, other);
		hostlist_init(&also, c->arena);
		if (e && !list_read(c, e->value, &also, NULL))
			hostlist_init(&also, c->arena);
		const struct {
			const struct fact *fact;
			uint64_t n;
		} columns[] = { { host, n->hosts.count },
				{ address, n->addresses.count },
				{ other, also.count },
				{ port, n->ports.count } };
		for (size_t k = 0; n->known && k < sizeof(columns) / sizeof(columns[0]); k++)
			if (columns[k].n > 1 && columns[k].n != n->names.count)
				unpaired(c, &seen, n, record_entry(n->rec, columns[k].fact), columns[k].n);
	}
}

/* ---- bad-port */

/* The first that is no port, or NULL. node_conf.c: strtol() of each name of the list. */
static const char *no_port(struct check *c, const struct hostlist *ports)
{
	for (size_t i = 0; i < ports->runs.n; i++) {
		const struct hostrun *r = &ports->runs.v[i];
		struct hostlist one;
		if (r->numbered && !*r->prefix && !*r->suffix && r->lo >= 1 && r->hi <= 65535)
			continue;
		hostlist_init(&one, c->arena);
		hostlist_add_run(&one, r);
		return hostlist_name_dup(&one, r->numbered && r->lo >= 1 ? one.count - 1 : 0, c->arena);
	}
	return NULL;
}

void rule_bad_node_port(struct check *c)
{
	const struct fact *port = fact_find(SLURM_CONF, SECTION_NODE, "Port");
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < c->records->sections[SLURM_CONF][SECTION_NODE].n; i++) {
		const struct record *rec = c->records->sections[SLURM_CONF][SECTION_NODE].v[i];
		const struct entry *e = rec->section == SECTION_NODE ? record_entry(rec, port) : NULL;
		struct hostlist ports;
		struct list_fault f = { 0 };
		if (!e || e->inherited)
			continue;
		bool known = port_list_read(c, e->value, &ports, &f);
		const char *wrong = known ? no_port(c, &ports) : NULL;
		if ((known && !wrong) || !first_at(c, &seen, e->span))
			continue;
		bool brackets = strchr(e->value, '[');
		struct diag *d = known || !brackets
					 ? finding(c, e->span, "'%s' is no port, from 1 to 65535: slurmctld stops",
						   known ? wrong : e->value)
					 : finding(c, part_place(e, f.start, f.end), "'%s' is no list of ports: %s",
						   e->value, f.message);
		diag_help(c->diags, d, "ports are written 17001, or [17001-17004] with one for each node");
	}
}

/* ---- reserved-name, numeric-name */

void rule_reserved_line(struct check *c)
{
	const struct lines *l = lines_of(c);
	for (size_t i = 0; i < l->nodes.n; i++) {
		const struct node_line *n = &l->nodes.v[i];
		for (size_t j = 0; j < n->names.runs.n; j++) {
			const struct hostrun *r = &n->names.runs.v[j];
			if (r->numbered ||
			    (!text_equal_nocase(r->prefix, "ALL") && !text_equal_nocase(r->prefix, "DEFAULT")))
				continue;
			bool alone = text_equal_nocase(n->name->value, r->prefix);
			struct diag *d =
				finding_as(c, alone ? SEVERITY_ERROR : SEVERITY_WARNING, n->name->span,
					   alone ? "no node can be called '%s', a word of Slurm's own: slurmctld stops"
						 : "one of these nodes is called '%s', a word of Slurm's own: no "
						   "partition can name it",
					   r->prefix);
			diag_help(c->diags, d,
				  "ALL stands in partitions alone; a line NodeName=DEFAULT says what holds for those "
				  "after it");
		}
	}
}

void rule_numeric_line(struct check *c)
{
	const struct lines *l = lines_of(c);
	for (size_t i = 0; i < l->nodes.n; i++) {
		const struct node_line *n = &l->nodes.v[i];
		const struct hostrun *r = n->names.runs.n ? &n->names.runs.v[0] : NULL;
		if (!r || !r->numbered || *r->prefix || *r->suffix || n->addresses.count)
			continue;
		struct diag *d = finding(c, n->name->span,
					 "node '%llu' is called by a number, which resolvers take for an address",
					 (unsigned long long)r->lo);
		diag_help(c->diags, d, "put a letter before it, as in c%llu, or write its NodeAddr",
			  (unsigned long long)r->lo);
	}
}

/* ---- front-end. read_config.c: _parse_frontendname() */

void rule_front_end(struct check *c)
{
	const struct record *rec;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_FRONTEND, &i));) {
		if (!fact_known(rec->entries.v[0].fact, c->records->release))
			continue;
		struct diag *d = finding(c, rec->entries.v[0].key_span,
					 "front ends need a Slurm built with --enable-front-end: any other stops here");
		diag_help(c->diags, d,
			  "packages are not built so: write the nodes with NodeHostname and Port, and start one slurmd "
			  "-N for each");
	}
}
