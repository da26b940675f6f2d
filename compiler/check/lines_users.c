/* lines_users.c: partitions, node sets and DownNodes: the nodes that they name. */
#include "compiler/check/lines.h"

#include <ctype.h>
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

static bool names_node(struct check *c, const struct lines *l, const struct hostrun *r, uint64_t number)
{
	struct text t;
	text_init(&t, c->arena);
	text_add(&t, r->prefix);
	if (r->numbered)
		text_addu(&t, number, r->width);
	text_add(&t, r->suffix);
	return is_node(l, t.s);
}

static const char *in_case(struct arena *a, const char *text, bool upper)
{
	char *copy = arena_strdup(a, text);
	for (char *s = copy; *s; s++)
		*s = (char)(upper ? toupper((unsigned char)*s) : tolower((unsigned char)*s));
	return copy;
}

/* The same names with their numbers padded otherwise, or in other letters, if a node is called like the first of them.
 */
static bool same_but(struct check *c, const struct lines *l, const struct hostrun *r, struct hostrun *ret)
{
	enum { WIDEST = 6 };
	*ret = *r;
	for (ret->width = 0; r->numbered && ret->width <= WIDEST; ret->width++)
		if (names_node(c, l, ret, r->lo))
			return true;
	*ret = *r;
	for (int upper = 0; upper < 2; upper++) {
		ret->prefix = in_case(c->arena, r->prefix, upper);
		ret->suffix = in_case(c->arena, r->suffix, upper);
		if (names_node(c, l, ret, r->lo))
			return true;
	}
	return false;
}

/* The prefixes that nodes have, and the names of sets: few, however many nodes there are. */
struct near_words {
	struct map words;
	const char **all;
};

static const struct near_words *near_words(struct check *c, struct near_words *w)
{
	enum { MOST = 4096 };
	const struct lines *l = lines_of(c);
	if (w->all)
		return w;
	map_init(&w->words, c->arena);
	for (size_t i = 0; i < l->sets.n; i++)
		map_set(&w->words, line_name(&l->sets.v[i]), NULL);
	for (size_t i = 0; i < l->nodes.n && w->words.n < MOST; i++)
		for (size_t j = 0; j < l->nodes.v[i].names.runs.n && w->words.n < MOST; j++)
			map_set(&w->words, l->nodes.v[i].names.runs.v[j].prefix, NULL);
	w->all = ARENA_ARRAY(c->arena, w->words.n + 1, const char *);
	for (size_t i = 0; i < w->words.n; i++)
		w->all[i] = w->words.v[i].key;
	return w;
}

static bool near_names(struct check *c, const struct lines *l, const struct hostrun *r, struct near_words *w,
		       struct hostrun *ret)
{
	const char *near = *r->prefix ? suggest(r->prefix, near_words(c, w)->all, w->words.n) : NULL;
	if (!near || strcmp(near, r->prefix) == 0)
		return false;
	*ret = *r;
	ret->prefix = near;
	return !r->numbered || names_node(c, l, ret, r->lo);
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

static void help_unknown(struct check *c, struct diag *d, const struct lines *l, const struct hostlist *unknown,
			 struct near_words *w)
{
	if (d == c->diags->spare)
		return; /* not recorded: looking for what is near costs as much as there are names */
	const struct hostrun *r = &unknown->runs.v[0];
	struct hostrun meant;
	bool found = same_but(c, l, r, &meant) || near_names(c, l, r, w, &meant);
	const struct node_line *k = found ? NULL : kin(l, r);
	if (k)
		diag_note(c->diags, d, k->name->span, "nodes called like it stand here");
	if (text_equal_nocase(first_name(c, unknown), "ALL")) {
		diag_help(c->diags, d, "ALL stands alone, and in partitions alone");
	} else if (found) {
		struct hostlist names;
		hostlist_init(&names, c->arena);
		if (meant.numbered && !names_node(c, l, &meant, meant.hi))
			meant.hi = meant.lo;
		hostlist_add_run(&names, &meant);
		diag_help(c->diags, d, "did you mean '%s'?", names_said(c, &names));
	} else {
		diag_help(c->diags, d, "add '%s' to a NodeName line, or take %s out here", names_said(c, unknown),
			  unknown->count == 1 ? "it" : "them");
	}
}

static struct span name_place(const struct check *c, const struct entry *e, const char *name, uint64_t count)
{
	return count == 1 ? span_within(c, e->span, name) : e->span;
}

/* The node set that was probably meant; a set cannot be its own. */
static const char *near_set(struct check *c, const struct lines *l, const struct user_line *u, const char *name)
{
	enum { MOST = 256 };
	const char *sets[MOST];
	size_t n = 0;
	for (size_t i = 0; i < l->sets.n && n < MOST; i++)
		if (&l->sets.v[i] != u)
			sets[n++] = line_name(&l->sets.v[i]);
	return suggest(name, sets, n);
}

static void unknown_in(struct check *c, const struct lines *l, const struct user_line *u, struct map *seen,
		       struct near_words *w)
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
	const char *near = u->unknown.count == 1 ? near_set(c, l, u, name) : NULL;
	if (near)
		diag_help(c->diags, d, "did you mean node set '%s'?", near);
	else
		help_unknown(c, d, l, &u->unknown, w);
}

void rule_unknown_node(struct check *c)
{
	const struct lines *l = lines_of(c);
	struct near_words w = { .all = NULL };
	struct map seen;
	map_init(&seen, c->arena);
	if (!l->known)
		return;
	for (size_t i = 0; i < l->sets.n; i++)
		if (l->sets.v[i].unknown.count)
			unknown_in(c, l, &l->sets.v[i], &seen, &w);
	for (size_t i = 0; i < l->partitions.n; i++)
		if (l->partitions.v[i].unknown.count)
			unknown_in(c, l, &l->partitions.v[i], &seen, &w);
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
	struct near_words w = { .all = NULL };
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
		help_unknown(c, d, l, &unknown, &w);
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

/* ---- node-in-no-partition */

void rule_line_in_no_partition(struct check *c)
{
	const struct lines *l = lines_of(c);
	struct hostindex *x = hostindex_new(c->arena);
	bool *taken = ARENA_ARRAY(c->arena, l->lists_n + 1, bool);
	if (!l->partitions.n)
		return;
	for (size_t i = 0; i < l->partitions.n; i++) {
		/* Who knows which nodes a misspelt name means. */
		if (l->partitions.v[i].all || !l->partitions.v[i].known || l->partitions.v[i].unknown.count)
			return;
		if (!taken[l->partitions.v[i].list])
			hostindex_add(x, &l->partitions.v[i].names, 0);
		taken[l->partitions.v[i].list] = true;
	}
	hostindex_build(x, NULL, NULL);
	struct hostlist left;
	const struct node_line *first = NULL;
	hostlist_init(&left, c->arena);
	for (size_t i = 0; i < l->nodes.n; i++) {
		if (asleep(&l->nodes.v[i]))
			continue;
		hostindex_cover(x, &l->nodes.v[i].names, keep_unknown, &left);
		if (left.count && !first)
			first = &l->nodes.v[i];
	}
	if (!first)
		return;
	struct diag *d = finding(c, name_place(c, first->name, first_name(c, &left), left.count),
				 "%s %s in no partition: no job can run there", nodes_said(c, &left),
				 left.count == 1 ? "is" : "are");
	diag_help(c->diags, d, "add %s to Nodes of a partition", left.count == 1 ? "it" : "them");
}
