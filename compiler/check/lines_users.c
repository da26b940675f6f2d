/* lines_users.c: partitions, node sets and DownNodes: the nodes that they name. */
#include "compiler/check/lines.h"

#include <string.h>

#include "compiler/check/records.h"

/* ---- unknown-node, unknown-down-node. slurmctld/partition_mgr.c: build_part_bitmap(); node_conf.c: node_name2bitmap()
 */

static const char *first_name(struct check *c, const struct hostlist *h)
{
	return hostlist_name_dup(h, 0, c->arena);
}

static bool is_node(const struct lines *l, const char *name)
{
	return line_of_node(l, name) != NULL;
}

/* The same name with its number padded otherwise, or in other letters, if a node is called so. */
static const char *same_but(struct check *c, const struct lines *l, const struct hostrun *r)
{
	enum { WIDEST = 6 };
	struct text t;
	text_init(&t, c->arena);
	for (int width = 0; r->numbered && width <= WIDEST; width++) {
		t.n = 0;
		text_add(&t, r->prefix);
		text_addu(&t, r->lo, width);
		text_add(&t, r->suffix);
		if (width != r->width && is_node(l, t.s))
			return t.s;
	}
	for (int upper = 0; upper < 2; upper++) {
		t.n = 0;
		text_add(&t, r->prefix);
		if (r->numbered)
			text_addu(&t, r->lo, r->width);
		text_add(&t, r->suffix);
		for (char *s = t.s; *s; s++)
			if (upper ? *s >= 'a' && *s <= 'z' : *s >= 'A' && *s <= 'Z')
				*s = (char)(*s ^ 0x20);
		if (is_node(l, t.s))
			return t.s;
	}
	return NULL;
}

/* The prefixes that nodes have, and the names of sets: few, however many nodes there are. */
static const char *near_name(struct check *c, const struct lines *l, const struct hostrun *r)
{
	enum { MOST = 4096 };
	struct map words;
	map_init(&words, c->arena);
	for (size_t i = 0; i < l->sets.n; i++)
		map_set(&words, line_name(&l->sets.v[i]), NULL);
	for (size_t i = 0; i < l->nodes.n && words.n < MOST; i++)
		for (size_t j = 0; j < l->nodes.v[i].names.runs.n && words.n < MOST; j++)
			map_set(&words, l->nodes.v[i].names.runs.v[j].prefix, NULL);
	const char **all = ARENA_ARRAY(c->arena, words.n + 1, const char *);
	for (size_t i = 0; i < words.n; i++)
		all[i] = words.v[i].key;
	const char *near = *r->prefix ? suggest(r->prefix, all, words.n) : NULL;
	if (!near || strcmp(near, r->prefix) == 0)
		return NULL;
	if (!r->numbered)
		return near;
	struct text t;
	text_init(&t, c->arena);
	text_add(&t, near);
	text_addu(&t, r->lo, r->width);
	text_add(&t, r->suffix);
	return is_node(l, t.s) ? t.s : NULL;
}

/* The line whose names begin alike: people forget to lengthen one of the two. */
static const struct node_line *kin(const struct lines *l, const struct hostrun *r)
{
	for (size_t i = 0; r->numbered && i < l->nodes.n; i++)
		for (size_t j = 0; j < l->nodes.v[i].names.runs.n; j++) {
			const struct hostrun *k = &l->nodes.v[i].names.runs.v[j];
			if (k->numbered && strcmp(k->prefix, r->prefix) == 0 && strcmp(k->suffix, r->suffix) == 0)
				return &l->nodes.v[i];
		}
	return NULL;
}

static void help_unknown(struct check *c, struct diag *d, const struct lines *l, const struct hostlist *unknown)
{
	if (d == c->diags->spare)
		return; /* not recorded: looking for what is near costs as much as there are names */
	const struct hostrun *r = &unknown->runs.v[0];
	const char *same = same_but(c, l, r), *near = same ? same : near_name(c, l, r);
	const struct node_line *k = near ? NULL : kin(l, r);
	const char *name = first_name(c, unknown);
	if (k)
		diag_note(c->diags, d, k->name->span, "nodes called like it stand here");
	if (text_equal_nocase(name, "ALL"))
		diag_help(c->diags, d, "ALL stands alone, and in partitions alone");
	else if (near)
		diag_help(c->diags, d, "did you mean '%s'?", near);
	else
		diag_help(c->diags, d, "add '%s' to a NodeName line, or take %s out here", names_said(c, unknown),
			  unknown->count == 1 ? "it" : "them");
}

static struct span name_place(const struct check *c, const struct entry *e, const char *name, uint64_t count)
{
	return count == 1 ? span_within(c, e->span, name) : e->span;
}

static void unknown_in(struct check *c, const struct lines *l, const struct user_line *u, struct map *seen)
{
	bool set = u->rec->section == SECTION_NODESET;
	bool stops = !set || u->used;
	const char *name = first_name(c, &u->unknown);
	if (!first_at(c, seen, u->nodes->span))
		return;
	struct diag *d = finding_as(c, stops ? SEVERITY_ERROR : SEVERITY_WARNING,
				    name_place(c, u->nodes, name, u->unknown.count),
				    "%s '%s' names %s, which no line has%s", set ? "node set" : "partition",
				    line_name(u), nodes_said(c, &u->unknown), stops ? ": slurmctld stops" : "");
	const struct user_line *before = set ? map_get(&l->set_names, name) : NULL;
	if (before) {
		diag_note(c->diags, d, before->name->span, "a node set '%s' stands here", name);
		diag_help(c->diags, d, "a set holds such sets alone as stand below it: put '%s' below", name);
		return;
	}
	help_unknown(c, d, l, &u->unknown);
}

void rule_unknown_node(struct check *c)
{
	const struct lines *l = lines_of(c);
	struct map seen;
	map_init(&seen, c->arena);
	if (!l->known)
		return;
	for (size_t i = 0; i < l->sets.n; i++)
		if (l->sets.v[i].unknown.count)
			unknown_in(c, l, &l->sets.v[i], &seen);
	for (size_t i = 0; i < l->partitions.n; i++)
		if (l->partitions.v[i].unknown.count)
			unknown_in(c, l, &l->partitions.v[i], &seen);
}

/* The stretches of a list that an index does not know. */
static void keep_unknown(void *ctx, const struct hostpiece *p)
{
	if (!p->known)
		hostlist_add_run(ctx, &p->run);
}

void rule_unknown_down_node(struct check *c)
{
	const struct lines *l = lines_of(c);
	const struct record *rec;
	for (size_t i = 0; l->known && (rec = records_next(c->records, SLURM_CONF, SECTION_DOWNNODES, &i));) {
		const struct entry *e = &rec->entries.v[0];
		struct hostlist names, unknown;
		hostlist_init(&unknown, c->arena);
		if (!list_read(c, e->value, &names, NULL))
			continue;
		hostindex_cover(l->index, &names, keep_unknown, &unknown);
		if (!unknown.count)
			continue;
		struct diag *d = finding(c, name_place(c, e, first_name(c, &unknown), unknown.count),
					 "no line has %s: Slurm logs an error and passes over %s",
					 nodes_said(c, &unknown), unknown.count == 1 ? "it" : "them");
		help_unknown(c, d, l, &unknown);
	}
}

/* ---- duplicate-partition. slurmctld/read_config.c: _build_single_partitionline_info() */

void rule_duplicate_partition(struct check *c)
{
	const struct lines *l = lines_of(c);
	for (size_t i = 0; i < l->partitions.n; i++) {
		const struct user_line *u = &l->partitions.v[i], *first = map_get(&l->partition_names, line_name(u));
		if (first == u)
			continue;
		struct diag *d =
			finding(c, u->name->span, "partition '%s' stands twice: slurmctld stops", line_name(u));
		diag_note(c->diags, d, first->name->span, "it stands here first");
		diag_help(c->diags, d, "make one line of the two, or call one of them otherwise");
	}
}

/* ---- partition-name: what sbatch -p can say */

void rule_partition_name(struct check *c)
{
	const struct lines *l = lines_of(c);
	for (size_t i = 0; i < l->partitions.n; i++) {
		const struct entry *e = l->partitions.v[i].name;
		size_t odd = strcspn(e->value, ", \t\"'`$&|;<>()[]*?\\!#");
		if (*e->value && !e->value[odd])
			continue;
		struct diag *d = !*e->value ? finding(c, e->span, "this partition has no name: no job can ask for it")
				 : e->value[odd] == ',' ? finding(c, e->span,
								  "this is one partition, called '%s': no job can ask "
								  "for it, as commas part names",
								  e->value)
							: finding(c, e->span,
								  "partition '%s' has '%c' in its name, which shells "
								  "and -p take for something else",
								  e->value, e->value[odd]);
		diag_help(
			c->diags, d,
			e->value[odd] == ','
				? "write a line for each partition; a line PartitionName=DEFAULT holds what they share"
				: "letters, digits, '-', '_' and '.' make a partition's name");
	}
}

/* ---- partition-without-nodes */

void rule_no_nodes_key(struct check *c)
{
	const struct lines *l = lines_of(c);
	for (size_t i = 0; i < l->partitions.n; i++) {
		const struct user_line *u = &l->partitions.v[i];
		if (u->nodes)
			continue;
		struct diag *d = finding(c, u->name->span, "partition '%s' has no Nodes: no job ever starts in it",
					 line_name(u));
		diag_help(c->diags, d, "write Nodes=ALL or which, or Nodes=\"\" if it shall be empty");
	}
}

/* ---- node-set-name, empty-node-set, unused-node-set */

static void set_of_node(struct check *c, const struct user_line *u, const struct node_line *n)
{
	bool stops = release_refuses_set_of_node(c->records->release);
	struct diag *d = finding_as(c, stops ? SEVERITY_ERROR : SEVERITY_WARNING, u->name->span,
				    "a node is called like node set '%s'%s", line_name(u),
				    stops ? ": every Slurm daemon and command stops" : ": who names it gets the set");
	diag_note(c->diags, d, n->name->span, "the node stands here");
	diag_help(c->diags, d, "call the set otherwise");
}

void rule_node_set_name(struct check *c)
{
	const struct lines *l = lines_of(c);
	for (size_t i = 0; i < l->sets.n; i++) {
		const struct user_line *u = &l->sets.v[i], *first = map_get(&l->set_names, line_name(u));
		const struct node_line *n = line_of_node(l, line_name(u));
		if (n) {
			set_of_node(c, u, n);
		} else if (first != u) {
			struct diag *d = finding(c, u->name->span,
						 "node set '%s' stands twice, and Slurm takes the first", line_name(u));
			diag_note(c->diags, d, first->name->span, "the first stands here");
			diag_help(c->diags, d,
				  "put Nodes and Feature of both on one line: a node that one of them fits is in");
		} else if (strpbrk(line_name(u), "[], \t") || text_equal_nocase(line_name(u), "ALL")) {
			struct diag *d = finding(c, u->name->span,
						 "no partition can name a node set '%s': lists are read otherwise",
						 line_name(u));
			diag_help(c->diags, d, "give it one plain name: a node set's own is no hostlist");
		}
	}
}

static bool has_feature(const struct lines *l, const char *feature)
{
	for (size_t i = 0; i < l->nodes.n; i++) {
		const char *features = record_value(l->nodes.v[i].rec, "Features");
		size_t n = strlen(feature);
		for (const char *s = features; s && *s;) {
			size_t item = strcspn(s, ",");
			if (item == n && strncmp(s, feature, n) == 0)
				return true;
			s += item + (s[item] == ',');
		}
	}
	return false;
}

static const char *near_feature(struct check *c, const struct lines *l, const char *feature)
{
	struct map words;
	map_init(&words, c->arena);
	for (size_t i = 0; i < l->nodes.n; i++) {
		const char *features = record_value(l->nodes.v[i].rec, "Features");
		for (const char *s = features; s && *s;) {
			size_t item = strcspn(s, ",");
			map_set(&words, arena_strndup(c->arena, s, item), NULL);
			s += item + (s[item] == ',');
		}
	}
	const char **all = ARENA_ARRAY(c->arena, words.n + 1, const char *);
	for (size_t i = 0; i < words.n; i++)
		all[i] = words.v[i].key;
	return suggest(feature, all, words.n);
}

void rule_empty_node_set(struct check *c)
{
	const struct lines *l = lines_of(c);
	/* Nodes that register themselves, and plugins, bring features that no line has. */
	bool brought = l->dynamic || global(c, "NodeFeaturesPlugins");
	for (size_t i = 0; i < l->sets.n; i++) {
		const struct user_line *u = &l->sets.v[i];
		const struct entry *feature = record_find(u->rec, "Feature");
		if (!u->nodes && !feature) {
			diag_help(c->diags,
				  finding(c, u->name->span, "node set '%s' has neither Nodes nor Feature: it is empty",
					  line_name(u)),
				  "say which nodes are in it");
		} else if (feature && !brought && !has_feature(l, feature->value)) {
			struct diag *d =
				finding(c, feature->span, "no node has feature '%s', which node set '%s' asks for",
					feature->value, line_name(u));
			const char *near = near_feature(c, l, feature->value);
			if (near)
				diag_help(c->diags, d, "did you mean '%s'?", near);
			else
				diag_help(c->diags, d, "add it to Features of the nodes that are meant");
		}
	}
}

void rule_unused_node_set(struct check *c)
{
	const struct lines *l = lines_of(c);
	for (size_t i = 0; i < l->sets.n; i++) {
		const struct user_line *u = &l->sets.v[i];
		if (u->used || map_get(&l->set_names, line_name(u)) != u)
			continue;
		struct diag *d = finding(c, u->name->span, "no partition names node set '%s'", line_name(u));
		diag_help(c->diags, d, "write it in Nodes of a partition, or leave the line out");
	}
}

/* ---- node-in-no-partition */

void rule_line_in_no_partition(struct check *c)
{
	const struct lines *l = lines_of(c);
	struct hostindex *x = hostindex_new(c->arena);
	if (!l->partitions.n)
		return;
	for (size_t i = 0; i < l->partitions.n; i++) {
		if (l->partitions.v[i].all || !l->partitions.v[i].known)
			return;
		hostindex_add(x, &l->partitions.v[i].names, 0);
	}
	hostindex_build(x, NULL, NULL);
	for (size_t i = 0; i < l->nodes.n; i++) {
		const struct node_line *n = &l->nodes.v[i];
		struct hostlist left;
		hostlist_init(&left, c->arena);
		hostindex_cover(x, &n->names, keep_unknown, &left);
		if (!left.count || state_is(n->rec, "FUTURE"))
			continue;
		struct diag *d = finding(c, name_place(c, n->name, first_name(c, &left), left.count),
					 "%s %s in no partition: no job can run there", nodes_said(c, &left),
					 left.count == 1 ? "is" : "are");
		diag_help(c->diags, d, "add %s to Nodes of a partition", left.count == 1 ? "it" : "them");
	}
}
