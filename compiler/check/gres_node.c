/* gres_node.c: which lines of gres.conf are read on which nodes. */
#include "compiler/check/gres_node.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Lines of one node that are looked at: as many as one GRES may have devices (MAX_GRES_BITMAP), and some more. */
	LINES_MAX = 4096,
	/* Of all kinds of nodes together; kinds beyond are passed over. */
	ALL_LINES_MAX = 64 * LINES_MAX,
	/* What one node has in slurm.conf; the rest is passed over, and machines have a handful. */
	ITEMS_MAX = 128,
};

bool gres_is_shared(const char *name)
{
	return name && (text_equal_nocase(name, "shard") || text_equal_nocase(name, "mps"));
}

static char *lowered(struct arena *a, const char *s)
{
	char *l = arena_strdup(a, s ? s : "");
	for (char *p = l; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return l;
}

/* _parse_gres_config(): files are counted; MultipleFiles are one device, and a line that says nothing is one. */
static struct gres_line *make_line(struct check *c, const struct record *rec, size_t order)
{
	struct gres_line *l = ARENA_NEW(c->arena, struct gres_line);
	const struct entry *count = record_find(rec, "Count");
	uint64_t n;
	l->rec = rec;
	l->order = order;
	l->name = lowered(c->arena, record_value(rec, "Name"));
	l->type = record_find(rec, "Type");
	l->file = record_find(rec, "MultipleFiles");
	l->multiple = l->file != NULL;
	if (!l->file)
		l->file = record_find(rec, "File");
	l->count = l->file && !l->multiple ? device_count(c->arena, l->file->value) : 1;
	if (l->file && (!l->count || (l->multiple && record_find(rec, "File"))))
		l->broken = true;
	if (!count)
		return l;
	if (!slurm_gres_count(count->value, &n))
		l->broken = true;
	else if (!l->file || gres_is_shared(l->name))
		l->count = n;
	else if (n != l->count)
		l->broken = true;
	return l;
}

/* ---- of a spec: a group's lines have its names */

static void nodes_of_spec(struct check *c, struct gres_nodes *all)
{
	struct map groups;
	map_init(&groups, c->arena);
	for (size_t i = 0; i < all->lines.n; i++) {
		const char *names = record_value(all->lines.v[i]->rec, "NodeName");
		bool fresh;
		struct map_entry *e = map_add(&groups, names ? names : "", &fresh);
		if (fresh)
			*list_push(c->arena, &all->nodes) = e->value = ARENA_NEW(c->arena, struct gres_node);
		struct gres_node *n = e->value;
		*list_push(c->arena, &n->lines) = all->lines.v[i];
	}
}

/* ---- of files */

struct building {
	struct check *c;
	struct gres_nodes *all;
	LIST(const struct hostlist *) lists; /* of node lines, then of groups of gres lines */
	LIST(const struct record *) nodes;   /* whose lists come first */
	LIST(struct gres_node *) groups;     /* lines with one NodeName */
	struct gres_node everywhere;	     /* lines without */
	struct map alike;
	size_t taken; /* lines, of all kinds */
};

static const struct hostlist *list_of(struct check *c, const char *names)
{
	struct hostlist *h = ARENA_NEW(c->arena, struct hostlist);
	struct hostlist_error e;
	return names && hostlist_parse(c->arena, names, h, &e) ? h : NULL;
}

static void add_node_lines(struct building *b)
{
	const struct record *rec;
	for (size_t i = 0; (rec = records_next(b->c->records, SLURM_CONF, SECTION_NODE, &i));) {
		const struct hostlist *h = list_of(b->c, record_value(rec, "NodeName"));
		if (!h)
			continue;
		*list_push(b->c->arena, &b->lists) = h;
		*list_push(b->c->arena, &b->nodes) = rec;
	}
}

static void add_gres_lines(struct building *b)
{
	struct map groups;
	map_init(&groups, b->c->arena);
	for (size_t i = 0; i < b->all->lines.n; i++) {
		const struct gres_line *l = b->all->lines.v[i];
		const char *names = record_value(l->rec, "NodeName");
		bool fresh;
		struct gres_node *group = &b->everywhere;
		if (names) {
			struct map_entry *e = map_add(&groups, names, &fresh);
			const struct hostlist *h = fresh ? list_of(b->c, names) : NULL;
			if (fresh && h) {
				e->value = ARENA_NEW(b->c->arena, struct gres_node);
				*list_push(b->c->arena, &b->lists) = h;
				*list_push(b->c->arena, &b->groups) = e->value;
			}
			group = e->value;
		}
		if (group)
			*list_push(b->c->arena, &group->lines) = l;
	}
}

static int by_order(const void *left, const void *right)
{
	const struct gres_line *const *a = left, *const *b = right;
	return (*a)->order < (*b)->order ? -1 : (*a)->order > (*b)->order;
}

static void take_lines(struct building *b, struct gres_node *n, const struct gres_node *from)
{
	for (size_t i = 0; i < from->lines.n && n->lines.n < LINES_MAX; i++)
		*list_push(b->c->arena, &n->lines) = from->lines.v[i];
}

static const char *value_or_empty(const struct record *rec, const char *key)
{
	const char *s = rec ? record_value(rec, key) : NULL;
	return s ? s : "";
}

/* What tells kinds of nodes apart: their gres, their cores, what is read on them. */
static const char *kind_of(struct building *b, const struct record *node, const struct hostcut *cut, size_t first)
{
	static const char *const keys[] = { "Gres",	      "CPUs",		"Boards", "Sockets", "SocketsPerBoard",
					    "CoresPerSocket", "ThreadsPerCore", "State" };
	struct text t;
	text_init(&t, b->c->arena);
	text_add(&t, node ? "node" : "none");
	for (size_t i = 0; node && i < sizeof(keys) / sizeof(keys[0]); i++) {
		text_add(&t, " ");
		text_add(&t, value_or_empty(node, keys[i]));
	}
	for (size_t i = first; cut && i < cut->n; i++) {
		text_add(&t, "/");
		text_addu(&t, cut->lists[i], 0);
	}
	return t.s;
}

static struct gres_node *new_node(struct building *b, const struct record *node)
{
	struct gres_node *n = ARENA_NEW(b->c->arena, struct gres_node);
	const char *gres = node ? record_value(node, "Gres") : NULL, *error;
	n->node = node;
	hostlist_init(&n->hosts, b->c->arena);
	if (gres)
		slurm_gres_parse(b->c->arena, gres, &n->gres, &error);
	if (n->gres.list.n > ITEMS_MAX)
		n->gres.list.n = ITEMS_MAX;
	take_lines(b, n, &b->everywhere);
	*list_push(b->c->arena, &b->all->nodes) = n;
	return n;
}

static void add_cut(void *ctx, const struct hostcut *cut)
{
	struct building *b = ctx;
	const struct record *node = cut->lists[0] < b->nodes.n ? b->nodes.v[cut->lists[0]] : NULL;
	size_t first = 0;
	while (first < cut->n && cut->lists[first] < b->nodes.n)
		first++;
	bool fresh;
	struct map_entry *e = map_add(&b->alike, kind_of(b, node, cut, first), &fresh);
	if (fresh && b->taken > ALL_LINES_MAX)
		return;
	if (fresh) {
		struct gres_node *n = e->value = new_node(b, node);
		for (size_t i = first; i < cut->n; i++)
			take_lines(b, n, b->groups.v[cut->lists[i] - b->nodes.n]);
		if (n->lines.n)
			qsort(n->lines.v, n->lines.n, sizeof(*n->lines.v), by_order);
		b->taken += n->lines.n;
	}
	struct gres_node *n = e->value;
	if (n)
		hostlist_add_run(&n->hosts, &cut->run);
}

static void nodes_of_files(struct check *c, struct gres_nodes *all)
{
	struct building b = { .c = c, .all = all };
	map_init(&b.alike, c->arena);
	add_node_lines(&b);
	add_gres_lines(&b);
	hostlist_cut(c->arena, b.lists.v, b.lists.n, add_cut, &b);
	if (!b.nodes.n && b.everywhere.lines.n)
		new_node(&b, NULL);
}

const struct gres_nodes *gres_nodes(struct check *c)
{
	const struct record *rec;
	if (c->gres_nodes)
		return c->gres_nodes;
	struct gres_nodes *all = ARENA_NEW(c->arena, struct gres_nodes);
	for (size_t i = 0; (rec = records_next(c->records, GRES_CONF, SECTION_GRES, &i));) {
		struct gres_line *l = make_line(c, rec, all->lines.n);
		*list_push(c->arena, &all->lines) = l;
	}
	if (c->files)
		nodes_of_files(c, all);
	else
		nodes_of_spec(c, all);
	c->gres_nodes = all;
	return all;
}

/* ---- what rules ask */

static bool is_off(const struct entry *e)
{
	return text_equal_nocase(e->value, "off");
}

/* _handle_autodetect_flags(): the words are looked for within the value. */
static bool is_library(const struct check *c, const struct entry *e)
{
	for (size_t i = 0; i < e->fact->n_words; i++)
		if (fact_word_known(&e->fact->words[i], c->records->release) &&
		    strstr(lowered(c->arena, e->value), e->fact->words[i].word))
			return true;
	return false;
}

const struct entry *gres_library(const struct check *c, const struct gres_node *n)
{
	const struct entry *found = NULL;
	for (size_t i = 0; !found && i < n->lines.n; i++)
		if (!c->files || record_find(n->lines.v[i]->rec, "NodeName"))
			found = record_find(n->lines.v[i]->rec, "AutoDetect");
	if (!found && c->files)
		found = records_global(c->records, GRES_CONF, "AutoDetect");
	return found && !is_off(found) && (!c->files || is_library(c, found)) ? found : NULL;
}

bool gres_detects(const struct check *c, const struct gres_node *n, const struct gres_line *l)
{
	if (c->files)
		return gres_library(c, n) != NULL;
	const struct entry *own = record_find(l->rec, "AutoDetect");
	return own && !is_off(own);
}

uint64_t gres_configured(const struct gres_node *n, const char *name, const char *type)
{
	uint64_t sum = 0;
	for (size_t i = 0; i < n->gres.list.n; i++) {
		const struct gres_item *item = &n->gres.list.v[i];
		if (text_equal_nocase(item->name, name) &&
		    (!type || (item->type && text_equal_nocase(item->type, type))))
			sum += item->count;
	}
	return sum;
}

struct span gres_name_place(const struct gres_line *l)
{
	const struct entry *e = record_find(l->rec, "Name");
	return e ? entry_place(l->rec, e) : l->rec->span;
}

const char *gres_nodes_said(const struct check *c, const struct gres_node *n)
{
	return n->hosts.count ? nodes_said(c, &n->hosts) : "some node";
}
