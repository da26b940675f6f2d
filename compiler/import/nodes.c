/*
 * nodes.c: NodeName lines become groups.
 *
 * A line is split where gres.conf or a DownNodes line says something of a part of its nodes alone; then groups that say
 * the same and whose names begin alike become one.
 */
#include "compiler/import/nodes.h"

#include <string.h>
#include <strings.h>

#include "compiler/model/model.h"
#include "compiler/slurm/value.h"

/* ---- a line */

static void column(struct import *im, const struct record *rec, const char *key, uint64_t names, struct hostlist *ret)
{
	const struct entry *e = record_find(rec, key);
	struct hostlist_error error;
	hostlist_init(ret, im->arena);
	if (!e)
		return;
	if (hostlist_parse(im->arena, e->value, ret, &error) && (ret->count == 1 || ret->count == names))
		return;
	import_dropped(im, e->span, arena_printf(im->arena, "%s=%s", key, e->value), "it does not pair with %llu nodes",
		       (unsigned long long)names);
	hostlist_init(ret, im->arena);
}

static uint64_t number(const struct record *rec, const char *key, uint64_t otherwise)
{
	const char *s = record_value(rec, key);
	uint64_t n;
	return s && slurm_number(s, &n) && n != SLURM_INFINITE ? n : otherwise;
}

/* Sockets counts those of all boards in the spec, as in Slurm where it is given. CPUs that are the product go without
 * saying. */
static void set_processors(struct import *im, struct part *p)
{
	struct node_group *g = p->body;
	uint64_t boards = number(p->rec, "Boards", 1), per_board = number(p->rec, "SocketsPerBoard", 0);
	if (g->sockets == VALUE_ABSENT && per_board) {
		g->sockets = (int64_t)(boards * per_board);
		if (record_find(p->rec, "SocketsPerBoard")->inherited)
			map_set(p->inherited, "sockets",
				(void *)(uintptr_t)import_text(im, shape_field(&node_shape, "sockets"), g));
	}
	if (g->sockets != VALUE_ABSENT && g->cpus == hardware_cpus(VALUE_ABSENT, g->sockets, g->cores, g->threads))
		g->cpus = VALUE_ABSENT;
}

static bool is_column(const char *key)
{
	static const char *const keys[] = { "NodeName", "NodeAddr", "NodeHostname", "Port", "Gres", "SocketsPerBoard" };
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcasecmp(keys[i], key) == 0)
			return true;
	return false;
}

static void set_entry(struct import *im, struct part *p, const struct entry *e)
{
	const struct field *f = import_row(&node_shape, SLURM_CONF, e->fact->key);
	if (is_column(e->fact->key))
		return;
	if (f && import_value(im, f, e->fact, e->value, p->body)) {
		if (e->inherited)
			map_set(p->inherited, f->key, (void *)(uintptr_t)import_text(im, f, p->body));
	} else if (f) {
		if (!import_is_default(im, e->fact, e->value))
			import_dropped(im, e->span, arena_printf(im->arena, "%s=%s", e->fact->key, e->value),
				       "'%s' of a node cannot say it", f->key);
	} else if (im->release >= e->fact->defunct || im->release >= e->fact->removed) {
		import_dropped(im, e->key_span, e->fact->key, "Slurm %s does nothing with it",
			       release_name(im->release));
	} else if (*e->value) {
		import_option(im, &p->body->options, e->fact, e->value);
	}
}

static void read_line(struct import *im, struct nodes *all, const struct record *rec)
{
	struct part p = { .rec = rec };
	struct hostlist_error error;
	if (!hostlist_parse(im->arena, rec->entries.v[0].value, &p.names, &error))
		return; /* the rules said so */
	p.body = body_new(im->arena, &node_shape);
	p.inherited = ARENA_NEW(im->arena, struct map);
	map_init(p.inherited, im->arena);
	column(im, rec, "NodeHostname", p.names.count, &p.hostname);
	column(im, rec, "NodeAddr", p.names.count, &p.address);
	column(im, rec, "Port", p.names.count, &p.port);
	for (size_t i = 0; i < rec->entries.n; i++)
		set_entry(im, &p, &rec->entries.v[i]);
	set_processors(im, &p);
	*list_push(im->arena, &all->parts) = p;
}

/* ---- split */

/* Nodes of equal keys have equal lines in gres.conf and under DownNodes. */
static const char *key_of(struct import *im, const struct nodes *all, const char *name)
{
	const struct node_lines *l = map_get(&all->gres.of_node, name);
	const struct map_entry *down = map_find(&all->down, name);
	if (!l && !down)
		return "";
	const struct record *rec = down ? down->value : NULL;
	return arena_printf(im->arena, "%s %u:%u", l ? l->key : "", rec ? (unsigned)rec->span.source : 0,
			    rec ? (unsigned)rec->span.start : 0);
}

static void copy_at(struct import *im, const struct hostlist *from, uint64_t i, struct hostlist *to)
{
	if (from->count == 1 && !to->count)
		hostlist_add(to, from);
	else if (from->count > 1)
		hostlist_add_name(to, hostlist_name_dup(from, i, im->arena));
}

static struct part empty_part(struct import *im, const struct part *of)
{
	struct part p = *of;
	p.body = body_new(im->arena, &node_shape);
	for (size_t i = 0; i < node_shape.n; i++)
		field_copy(&node_shape.fields[i], p.body, field_at(&node_shape.fields[i], of->body));
	hostlist_init(&p.names, im->arena);
	hostlist_init(&p.hostname, im->arena);
	hostlist_init(&p.address, im->arena);
	hostlist_init(&p.port, im->arena);
	return p;
}

static void set_down(struct import *im, struct node_group *g, const struct record *down)
{
	const struct field *state = shape_field(&node_shape, "state"), *reason = shape_field(&node_shape, "reason");
	const struct entry *e = record_find(down, "State"), *why = record_find(down, "Reason");
	g->state = "down";
	if (e)
		import_value(im, state, e->fact, e->value, g);
	if (why && !import_value(im, reason, why->fact, why->value, g))
		import_dropped(im, why->span, why->value, "'reason' of a node cannot say it");
}

/* What is the same for all its nodes. */
static void finish_part(struct import *im, const struct nodes *all, struct part *p)
{
	const char *first = hostlist_name_dup(&p->names, 0, im->arena);
	const struct record *down = map_get(&all->down, first);
	const struct entry *gres = record_find(p->rec, "Gres");
	if (down)
		set_down(im, p->body, down);
	if (gres)
		import_gres(im, p->body, gres, &all->gres, first);
}

/* Parts of one line, in the order of their first nodes. */
static void split(struct import *im, const struct nodes *all, const struct part *whole, part_list *ret)
{
	struct map parts;
	struct hostwalk w;
	const char *name;
	size_t start = ret->n;
	if (!all->gres.of_node.n && !all->down.n) {
		*list_push(im->arena, ret) = *whole;
		finish_part(im, all, &ret->v[start]);
		return;
	}
	map_init(&parts, im->arena);
	hostwalk_start(&w, &whole->names);
	for (uint64_t i = 0; (name = hostwalk_next(&w)); i++) {
		bool fresh;
		struct map_entry *e = map_add(&parts, key_of(im, all, name), &fresh);
		if (fresh) {
			e->value = (void *)(uintptr_t)ret->n;
			*list_push(im->arena, ret) = empty_part(im, whole);
		}
		struct part *p = &ret->v[(uintptr_t)e->value];
		hostlist_add_name(&p->names, name);
		copy_at(im, &whole->hostname, i, &p->hostname);
		copy_at(im, &whole->address, i, &p->address);
		copy_at(im, &whole->port, i, &p->port);
	}
	for (; start < ret->n; start++)
		finish_part(im, all, &ret->v[start]);
}

/* ---- join */

static bool joinable(const struct hostlist *a, const struct hostlist *b, uint64_t n, uint64_t m)
{
	if (!a->count || !b->count)
		return a->count == b->count;
	return a->count == n && b->count == m;
}

static bool is_shared(const struct hostlist *a, const struct hostlist *b)
{
	return a->count == 1 && b->count == 1 && hostlist_equal(a, b);
}

static const char *first_prefix(const struct part *p)
{
	const struct hostrun *r = &p->names.runs.v[0];
	return r->numbered ? r->prefix : "";
}

/* Adds the nodes of `b` to `a`, when their columns go together. */
static bool join(struct part *a, const struct part *b)
{
	struct hostlist *columns[] = { &a->hostname, &a->address, &a->port };
	const struct hostlist *others[] = { &b->hostname, &b->address, &b->port };
	for (int i = 0; i < 3; i++)
		if (!joinable(columns[i], others[i], a->names.count, b->names.count) &&
		    !is_shared(columns[i], others[i]))
			return false;
	for (int i = 0; i < 3; i++)
		/* One host, or one port, of both stays one. */
		if (others[i]->count && (i == 1 || !is_shared(columns[i], others[i])))
			hostlist_add(columns[i], others[i]);
	hostlist_add(&a->names, &b->names);
	return true;
}

/* Parts that say the same become the first of them. */
static void fold(struct import *im, part_list *parts)
{
	struct map seen;
	size_t kept = 0;
	map_init(&seen, im->arena);
	for (size_t i = 0; i < parts->n; i++) {
		struct part *p = &parts->v[i];
		const char *prefix = first_prefix(p);
		struct map_entry *e =
			map_add(&seen, arena_printf(im->arena, "%s\n%s", prefix, import_body_text(im, p->body)), NULL);
		if (*prefix && e->value && join(&parts->v[(uintptr_t)e->value - 1], p))
			continue;
		parts->v[kept++] = *p;
		e->value = (void *)(uintptr_t)kept;
	}
	parts->n = kept;
}

/* ---- all */

static void read_down(struct import *im, struct nodes *all, const struct record *rec)
{
	struct hostlist h;
	struct hostlist_error error;
	struct hostwalk w;
	const char *name;
	if (!hostlist_parse(im->arena, rec->entries.v[0].value, &h, &error))
		return;
	hostwalk_start(&w, &h);
	while ((name = hostwalk_next(&w)))
		map_set(&all->down, arena_strdup(im->arena, name), (void *)(uintptr_t)rec);
}

static void read_lines(struct import *im, struct nodes *all)
{
	map_init(&all->down, im->arena);
	for (size_t i = 0; i < im->records->files[SLURM_CONF].n; i++) {
		const struct record *rec = im->records->files[SLURM_CONF].v[i];
		if (rec->section == SECTION_POWERACTION)
			import_dropped(im, rec->span,
				       arena_printf(im->arena, "PowerAction=%s", rec->entries.v[0].value),
				       "a spec has no power actions");
		else if (rec->section == SECTION_DOWNNODES)
			read_down(im, all, rec);
		else if (rec->section == SECTION_NODE && !rec->is_default)
			read_line(im, all, rec);
	}
}

void import_nodes(struct import *im)
{
	struct nodes all = { 0 };
	part_list parts = { 0 };
	LIST(struct map *) inherited = { 0 };
	struct entries *groups = &im->spec->nodes;
	import_gres_read(im, &all.gres);
	read_lines(im, &all);
	for (size_t i = 0; i < all.parts.n; i++)
		split(im, &all, &all.parts.v[i], &parts);
	fold(im, &parts);
	for (size_t i = 0; i < parts.n; i++) {
		struct part *p = &parts.v[i];
		struct hostlist *columns[] = { &p->hostname, &p->address, &p->port };
		import_sort(im, &p->names, columns, 3);
		import_places(im, p);
		p->body->origin.hosts = &p->names;
		p->body->origin.name = "";
		*list_push(im->arena, groups) = p->body;
		*list_push(im->arena, &inherited) = p->inherited;
	}
	groups->given = groups->n > 0;
	if (!groups->n)
		return;
	struct node_group *defaults = body_new(im->arena, &node_defaults_shape);
	import_defaults(im, groups->v, inherited.v, groups->n, defaults, SECTION_NODE);
	if (*import_body_text(im, defaults))
		((struct defaults *)import_body(im, (const char *const[]){ "defaults", NULL }))->node = defaults;
}
