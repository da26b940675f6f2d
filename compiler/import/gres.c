/* gres.c: Gres= of a node, and the lines of gres.conf that belong to it, become its `gres`. */
#include "compiler/import/gres.h"

#include <string.h>
#include <strings.h>

#include "compiler/model/model.h"
#include "compiler/slurm/value.h"
#include "compiler/spec/check.h"

/* ---- which lines are whose */

/* Everything that a line says but whose it is: lines of several nodes that say the same are one. */
static const char *line_text(struct import *im, const struct record *rec)
{
	struct text t;
	text_init(&t, im->arena);
	for (size_t i = 0; i < rec->entries.n; i++)
		if (strcasecmp(rec->entries.v[i].fact->key, "NodeName") != 0)
			text_addf(&t, "%s=%s ", rec->entries.v[i].fact->key, rec->entries.v[i].value);
	return t.s;
}

static void add_line(struct import *im, struct gres_lines *all, const char *name, const struct record *rec,
		     unsigned kind)
{
	struct map_entry *e = map_find(&all->of_node, name);
	if (!e) {
		e = map_add(&all->of_node, arena_strdup(im->arena, name), NULL);
		e->value = ARENA_NEW(im->arena, struct node_lines);
	}
	struct node_lines *l = e->value;
	*list_push(im->arena, &l->list) = rec;
	l->key = arena_printf(im->arena, "%s,%u", l->key ? l->key : "", kind);
}

void import_gres_read(struct import *im, struct gres_lines *ret)
{
	map_init(&ret->of_node, im->arena);
	map_init(&ret->kinds, im->arena);
	for (size_t i = 0; i < im->records->files[GRES_CONF].n; i++) {
		const struct record *rec = im->records->files[GRES_CONF].v[i];
		const char *nodes = record_value(rec, "NodeName"), *name;
		struct hostlist h;
		struct hostlist_error error;
		struct hostwalk w;
		if (rec->section != SECTION_GRES)
			continue;
		if (!nodes) {
			*list_push(im->arena, &ret->everywhere) = rec;
			continue;
		}
		if (!hostlist_parse(im->arena, nodes, &h, &error))
			continue;
		struct map_entry *kind = map_add(&ret->kinds, line_text(im, rec), NULL);
		if (!kind->value)
			kind->value = (void *)(uintptr_t)ret->kinds.n;
		unsigned number = (unsigned)(uintptr_t)kind->value;
		hostwalk_start(&w, &h);
		while ((name = hostwalk_next(&w)))
			add_line(im, ret, name, rec, number);
	}
	const struct entry *e = records_global(im->records, GRES_CONF, "AutoDetect");
	ret->autodetect = e ? e->value : NULL;
}

/* ---- one node's */

/* One line of gres.conf, read. */
struct gres_line {
	const char *name, *type, *autodetect;
	const struct record *rec;
	uint64_t count;
	bool used;
};

typedef LIST(struct gres_line) line_list;

static uint64_t count_of(struct import *im, const struct record *rec)
{
	const char *count = record_value(rec, "Count"), *file = record_value(rec, "File");
	uint64_t n;
	if (count && slurm_gres_count(count, &n))
		return n;
	n = file ? device_count(im->arena, file) : 0;
	return n ? n : 1;
}

static void take_lines(struct import *im, const struct gres_lines *all, const struct node_lines *own, line_list *ret)
{
	size_t n_own = own ? own->list.n : 0;
	for (size_t i = 0; i < n_own + all->everywhere.n; i++) {
		const struct record *rec = i < n_own ? own->list.v[i] : all->everywhere.v[i - n_own];
		struct gres_line *l = list_push(im->arena, ret);
		l->name = record_value(rec, "Name");
		l->type = record_value(rec, "Type");
		l->autodetect = record_value(rec, "AutoDetect");
		l->rec = rec;
		l->count = count_of(im, rec);
	}
}

/* gpu is what libraries look for; shards and MPS follow from it. (interfaces/gpu.h) */
static const char *autodetect_of(const struct gres_lines *all, const line_list *lines, const char *name)
{
	static const char *const words[] = { "nvml", "nvidia", "rsmi", "oneapi", "nrt" };
	bool gpu = strcasecmp(name, "gpu") == 0;
	const char *said = gpu ? all->autodetect : NULL;
	for (size_t i = 0; i < lines->n; i++) {
		const struct gres_line *l = &lines->v[i];
		if (l->autodetect && (l->name ? strcasecmp(l->name, name) == 0 : gpu))
			said = l->autodetect;
	}
	for (size_t i = 0; said && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(words[i], said) == 0)
			return words[i];
	return NULL;
}

static struct gres *add_gres(struct import *im, struct node_group *g, const struct gres_item *item,
			     const char *autodetect)
{
	struct gres *r = body_new(im->arena, &gres_shape);
	r->origin.name = item->name;
	r->type = item->type;
	r->autodetect = autodetect;
	g->gres.given = true;
	*list_push(im->arena, &g->gres) = r;
	return r;
}

/* The rows of gres.conf that a line says. */
static void set_rows(struct import *im, struct gres *r, const struct gres_line *l)
{
	for (size_t i = 0; i < l->rec->entries.n; i++) {
		const struct entry *e = &l->rec->entries.v[i];
		const struct field *f = import_row(&gres_shape, GRES_CONF, e->fact->key);
		if (f && !import_value(im, f, e->fact, e->value, r))
			import_dropped(im, e->span, arena_printf(im->arena, "%s=%s", e->fact->key, e->value),
				       "'%s' of a gres cannot say it", f->key);
	}
}

static bool matches(const struct gres_line *l, const struct gres_item *item)
{
	return l->name && strcasecmp(l->name, item->name) == 0 &&
	       (!l->type || !item->type || strcasecmp(l->type, item->type) == 0);
}

/* What the row's derivation makes of it: the number of files, else 1. */
static uint64_t derived_count(struct import *im, const struct gres *r)
{
	uint64_t n = r->file ? device_count(im->arena, r->file) : 0;
	return n ? n : 1;
}

/* "/dev/nvidia" of "/dev/nvidia[0-1]", and the list behind the last slash; false where it is not so simple. */
static bool device_list(struct import *im, const char *file, const char **ret_folder, struct hostlist *ret)
{
	struct hostlist_error error;
	const char *slash = strrchr(file, '/');
	*ret_folder = slash ? arena_strndup(im->arena, file, (size_t)(slash - file) + 1) : "";
	return slash && strchr(file, ',') == NULL && hostlist_parse(im->arena, slash + 1, ret, &error);
}

/* Whether two entries differ in their files alone. */
static bool only_files_differ(struct import *im, const struct gres *a, const struct gres *b)
{
	struct gres x = *a, y = *b;
	if (!a->file || !b->file || a->links || b->links || a->count != VALUE_ABSENT || b->count != VALUE_ABSENT)
		return false;
	x.file = y.file = NULL;
	return strcmp(import_body_text(im, &x), import_body_text(im, &y)) == 0;
}

static bool one_term(const char *s)
{
	int depth = 0;
	for (; *s; s++) {
		depth += *s == '[' ? 1 : *s == ']' ? -1 : 0;
		if (*s == ',' && !depth)
			return false;
	}
	return true;
}

/* A line a device, as many write them, becomes an entry for those that are alike. */
static void join_devices(struct import *im, struct node_group *g, size_t first)
{
	size_t n = first + 1;
	for (size_t i = first + 1; i < g->gres.n; i++) {
		struct gres *a = g->gres.v[n - 1], *b = g->gres.v[i];
		struct hostlist x, y;
		const char *folder, *other;
		if (!only_files_differ(im, a, b) || !device_list(im, a->file, &folder, &x) ||
		    !device_list(im, b->file, &other, &y) || strcmp(folder, other) != 0) {
			g->gres.v[n++] = b;
			continue;
		}
		struct text t;
		text_init(&t, im->arena);
		text_add(&t, folder);
		hostlist_add(&x, &y);
		hostlist_print(&x, true, &t);
		/* "/dev/a[0-1],/dev/b" is no one folder's list: each run must have gone into the first. */
		if (!one_term(t.s))
			g->gres.v[n++] = b;
		else
			a->file = t.s;
	}
	if (n < g->gres.n)
		g->gres.n = n;
}

static void one_item(struct import *im, struct node_group *g, const struct gres_lines *all, line_list *lines,
		     const struct gres_item *item)
{
	const char *autodetect = autodetect_of(all, lines, item->name);
	size_t first = g->gres.n;
	uint64_t sum = 0;
	for (size_t i = 0; i < lines->n; i++) {
		struct gres_line *l = &lines->v[i];
		/* A line without a type speaks for the first that lacks one. */
		if (l->used || !matches(l, item) || (!l->type && sum >= item->count))
			continue;
		struct gres *r = add_gres(im, g, item, autodetect);
		set_rows(im, r, l);
		r->type = r->type ? r->type : item->type;
		r->count = derived_count(im, r) == l->count ? VALUE_ABSENT : (int64_t)l->count;
		sum += l->count;
		l->used = true;
	}
	join_devices(im, g, first);
	struct gres *only = g->gres.n == first + 1 ? g->gres.v[first] : NULL;
	if (g->gres.n == first)
		only = add_gres(im, g, item, autodetect);
	/* slurm.conf's count is what is handed out. */
	if (only)
		only->count =
			only->file && derived_count(im, only) == item->count ? VALUE_ABSENT : (int64_t)item->count;
	else if (sum != item->count)
		for (size_t i = first; i < g->gres.n; i++)
			((struct gres *)g->gres.v[i])->count = (int64_t)(item->count / (g->gres.n - first));
}

static bool says_cores(const line_list *lines, const struct gres_item *item)
{
	for (size_t i = 0; i < lines->n; i++)
		if (matches(&lines->v[i], item) && record_value(lines->v[i].rec, "Cores"))
			return true;
	return false;
}

/* Of captured nodes it is known how many devices they have, and not where. */
static void say_no_files(struct import *im, const struct entry *e)
{
	if (im->said_no_files || im->records->files[GRES_CONF].n)
		return;
	im->said_no_files = true;
	import_changed(im, e->span,
		       "gres.conf was not captured, so the spec says neither the devices' files nor their cores: write "
		       "`file` or `autodetect` beside the count");
}

void import_gres(struct import *im, struct node_group *g, const struct entry *e, const struct gres_lines *all,
		 const char *node)
{
	struct gres_items items = { 0 };
	const char *error;
	line_list lines = { 0 };
	if (!slurm_gres_parse(im->arena, e->value, &items, &error))
		return; /* the rules said so */
	take_lines(im, all, map_get(&all->of_node, node), &lines);
	bool captured = im->from->slurm.n && im->from->slurm.v[0].captured;
	if (items.list.n && captured)
		say_no_files(im, e);
	for (size_t i = 0; i < items.list.n; i++) {
		struct gres_item *item = &items.list.v[i];
		if (!item->count || strcasecmp(item->name, "none") == 0)
			continue;
		if (item->no_consume)
			import_changed(im, e->span, "gres '%s' is carried over without no_consume", item->name);
		if (item->sockets && !captured)
			import_changed(im, e->span, "gres '%s' is carried over without its sockets: %s", item->name,
				       says_cores(&lines, item)
					       ? "'cores' says where it is"
					       : "slurmd finds them by `autodetect`, or `cores` says them");
		one_item(im, g, all, &lines, item);
	}
}
