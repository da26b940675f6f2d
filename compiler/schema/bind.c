/* bind.c: every name that refers to something is looked up. */
#include "compiler/schema/schema.h"

#include <string.h>

#include "compiler/base/map.h"

enum { SCOPES_MAX = 32, MISSING_MAX = 5, NEAR_MAX = 256 };

/* A name that may have been meant, and where it stands. */
struct near {
	const char *name;
	const struct origin *of;
};

/* The names of one mapping at the top. */
struct scope {
	const char *key; /* "nodes" */
	const struct field *f;
	struct entries *entries;
	struct map names;	 /* when its keys are names */
	struct hostindex *index; /* when they are hostlists */
	LIST(struct near) near;	 /* their first names, for suggestions */
	bool broken;		 /* a key could not be read: who knows what it held */
};

struct binding {
	struct schema_context *c;
	struct scope scopes[SCOPES_MAX];
	size_t n;
	bool takes_all; /* the key at hand takes ALL beside names */
};

static struct scope *scope_of(struct binding *b, const char *key)
{
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->scopes[i].key, key) == 0)
			return &b->scopes[i];
	return NULL;
}

static void add_hosts(struct binding *b, struct scope *s, const struct origin *o, uint32_t owner)
{
	struct hostwalk w;
	const char *name;
	hostindex_add(s->index, o->hosts, owner);
	hostwalk_start(&w, o->hosts);
	while (s->near.n < NEAR_MAX && (name = hostwalk_next(&w)))
		*list_push(b->c->arena, &s->near) = (struct near){ arena_strdup(b->c->arena, name), o };
}

/* What was written and could not be read may have held any name. */
static bool is_unread(const void *body, const struct field *f)
{
	const struct node *n = origin_of(body)->node;
	const struct pair *p = n && n->kind == NODE_MAPPING ? node_pair(n, f->key) : NULL;
	return p && p->value->kind != NODE_MAPPING;
}

static void add_scope(struct binding *b, const void *body, const char *key, const struct field *f)
{
	struct entries *e = field_at(f, body);
	if (b->n == SCOPES_MAX)
		return;
	struct scope *s = &b->scopes[b->n++];
	s->key = key;
	s->f = f;
	s->entries = e;
	s->broken = is_unread(body, f);
	map_init(&s->names, b->c->arena);
	if (f->built_in)
		map_set(&s->names, f->built_in, NULL);
	if (f->by_hosts)
		s->index = hostindex_new(b->c->arena);
	for (size_t i = 0; i < e->n; i++) {
		const struct origin *o = e->v[i];
		if (!f->by_hosts)
			map_set(&s->names, o->name, e->v[i]);
		else if (o->hosts)
			add_hosts(b, s, o, (uint32_t)i);
		else
			s->broken = true;
	}
}

/* Mappings one level down: "accounting.qos". */
static void add_inner_scopes(struct binding *b, const struct field *outer, const void *body)
{
	for (size_t i = 0; i < outer->shape->n; i++) {
		const struct field *f = &outer->shape->fields[i];
		if (f->kind == VALUE_MAP)
			add_scope(b, body, arena_printf(b->c->arena, "%s.%s", outer->key, f->key), f);
	}
}

/* A host exists without being written when a node bears its name: rows say so by .also_names. */
static void add_also(struct binding *b, const struct field *f, const void *root)
{
	const struct entries *e = field_at(f, root);
	struct scope *s = scope_of(b, f->also_names);
	if (s && is_unread(root, f))
		s->broken = true;
	for (size_t i = 0; s && s->index && i < e->n; i++) {
		const struct origin *o = e->v[i];
		if (o->hosts)
			add_hosts(b, s, o, UINT32_MAX);
		else
			s->broken = true;
	}
}

/* Whether two names differ in digits alone: c5 is no misspelt c4. */
static bool same_but_digits(const char *a, const char *b)
{
	for (;; a++, b++) {
		a += strspn(a, "0123456789");
		b += strspn(b, "0123456789");
		if (*a != *b || !*a)
			return *a == *b;
	}
}

static const struct near *near_name(struct binding *b, const struct scope *s, const char *name)
{
	size_t n = 0, most = s->names.n + s->near.n + 1;
	const char **all = ARENA_ARRAY(b->c->arena, most, const char *);
	struct near *of = ARENA_ARRAY(b->c->arena, most, struct near);
	for (size_t i = 0; i < s->names.n; i++)
		of[n++] = (struct near){ s->names.v[i].key, s->names.v[i].value };
	for (size_t i = 0; i < s->near.n; i++)
		if (!same_but_digits(name, s->near.v[i].name))
			of[n++] = s->near.v[i];
	for (size_t i = 0; i < n; i++)
		all[i] = of[i].name;
	const char *meant = suggest(name, all, n);
	for (size_t i = 0; meant && i < n; i++)
		if (all[i] == meant)
			return &of[i];
	return NULL;
}

/* Where it would stand, when something stands there. */
static void note_scope(struct binding *b, struct diag *d, const struct scope *s)
{
	const struct entries *e = s->entries;
	if (e->n && span_known(origin_of(e->v[0])->name_span))
		diag_note(b->c->diags, d, origin_of(e->v[0])->name_span, "the first under '%s'", s->key);
}

static struct diag *unknown(struct binding *b, const struct scope *s, const char *name, struct span span)
{
	struct diag *d = diag_error(b->c->diags, "unknown-name", span, "no %s is called '%s'", s->f->shape->name, name);
	s->entries->missed = true;
	/* Over the limit, and not recorded: to look for a name near costs as much as there are names. */
	if (d == b->c->diags->spare)
		return d;
	const struct near *meant = near_name(b, s, name);
	if (b->takes_all && text_equal_nocase(name, "ALL")) {
		diag_help(b->c->diags, d, "write ALL, in capitals, for all of them");
	} else if (meant) {
		if (meant->of)
			diag_note(b->c->diags, d, meant->of->name_span, "this is the nearest");
		diag_help(b->c->diags, d, "did you mean '%s'?", meant->name);
	} else {
		note_scope(b, d, s);
		diag_help(b->c->diags, d, "add '%s' under '%s', or correct the name here", name, s->key);
	}
	return d;
}

static void bind_name(struct binding *b, const struct scope *s, const char *name, struct span span)
{
	bool known = s->index ? hostindex_find(s->index, name, NULL, NULL) : map_find(&s->names, name) != NULL;
	if (!known && !s->broken)
		unknown(b, s, name, span);
}

struct missing {
	struct hostlist names;
};

static void note_missing(void *ctx, const struct hostpiece *piece)
{
	struct missing *m = ctx;
	if (!piece->known)
		hostlist_add_run(&m->names, &piece->run);
}

static void bind_hosts(struct binding *b, const struct scope *s, const struct hostlist *list, struct span span)
{
	struct missing m;
	hostlist_init(&m.names, b->c->arena);
	if (!s->index || s->broken)
		return;
	hostindex_cover(s->index, list, note_missing, &m);
	if (!m.names.count)
		return;
	if (m.names.count == 1) {
		unknown(b, s, hostlist_name_dup(&m.names, 0, b->c->arena), span);
		return;
	}
	struct text t;
	text_init(&t, b->c->arena);
	struct hostlist some = m.names;
	if (some.runs.n > MISSING_MAX)
		some.runs.n = MISSING_MAX;
	hostlist_print(&some, true, &t);
	struct diag *d = diag_error(b->c->diags, "unknown-name", span, "no %ss are called '%s'%s", s->f->shape->name, t.s,
				    m.names.runs.n > MISSING_MAX ? " and more" : "");
	s->entries->missed = true;
	note_scope(b, d, s);
	diag_help(b->c->diags, d, "add them under '%s', or correct the range here", s->key);
}

static void bind_field(struct binding *b, const struct field *f, void *x)
{
	const struct scope *s = scope_of(b, f->refers);
	void *at = field_at(f, x);
	b->takes_all = f->kind == VALUE_NODESET;
	if (!s || !field_given(f, x))
		return;
	switch (f->kind) {
	case VALUE_TEXT:
		bind_name(b, s, *(const char **)at, where_offset(x, f->offset));
		break;
	case VALUE_TEXTS: {
		const struct texts *list = at;
		for (size_t i = 0; i < list->n; i++)
			bind_name(b, s, list->v[i], where_item(x, f->offset, i));
		break;
	}
	case VALUE_HOSTS:
		bind_hosts(b, s, ((const struct hosts *)at)->list, where_offset(x, f->offset));
		break;
	case VALUE_NODESET: {
		const struct nodeset *set = at;
		if (set->list)
			bind_hosts(b, s, set->list, where_offset(x, f->offset));
		break;
	}
	default:
		break;
	}
}

static void bind_body(void *ctx, void *body, const char *key)
{
	const struct shape *shape = origin_of(body)->shape;
	for (size_t i = 0; i < shape->n; i++)
		if (shape->fields[i].refers)
			bind_field(ctx, &shape->fields[i], body);
}

void schema_bind(struct schema_context *c, void *root)
{
	struct binding b = { .c = c };
	const struct shape *shape = origin_of(root)->shape;
	for (size_t i = 0; i < shape->n; i++) {
		const struct field *f = &shape->fields[i];
		void *at = field_at(f, root);
		if (f->kind == VALUE_MAP)
			add_scope(&b, root, f->key, f);
		else if (f->kind == VALUE_STRUCT && *(void **)at)
			add_inner_scopes(&b, f, *(void **)at);
	}
	for (size_t i = 0; i < shape->n; i++)
		if (shape->fields[i].also_names)
			add_also(&b, &shape->fields[i], root);
	for (size_t i = 0; i < b.n; i++)
		if (b.scopes[i].index)
			hostindex_build(b.scopes[i].index, NULL, NULL);
	schema_walk(root, bind_body, &b);
}
