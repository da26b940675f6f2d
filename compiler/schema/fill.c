/* fill.c: values that were not written: defaults, values that flow from body to body; and the walk over all bodies. */
#include "compiler/schema/schema.h"

#include <string.h>

/* A default stands in its row as it would be written; rows are constant, so a bad one is caught by the table walk. */
static void set_default(struct arena *a, void *x, const struct field *f)
{
	void *at = field_at(f, x);
	switch (f->kind) {
	case VALUE_BOOL:
		parse_bool(f->def, at);
		break;
	case VALUE_INT:
		parse_int(f->def, at);
		break;
	case VALUE_DURATION:
		parse_duration(f->def, at);
		break;
	case VALUE_MEMORY:
		parse_memory(f->def, at);
		break;
	case VALUE_WORD:
	case VALUE_TEXT:
	case VALUE_LONGTEXT:
		*(const char **)at = f->def;
		break;
	case VALUE_WORDS:
	case VALUE_TEXTS: {
		struct texts *list = at;
		list->given = true;
		*list_push(a, list) = f->def;
		break;
	}
	default:
		return;
	}
	give(a, x, f, "default", (struct span){ 0 });
}

static void default_body(void *ctx, void *body, const char *key)
{
	const struct shape *s = origin_of(body)->shape;
	for (size_t i = 0; i < s->n; i++)
		if (s->fields[i].def && !field_given(&s->fields[i], body))
			set_default(ctx, body, &s->fields[i]);
}

void schema_defaults(struct arena *a, void *body)
{
	schema_walk(body, default_body, a);
}

/* Keys that are not there; those that are there stay what they are. */
static void join(struct arena *a, struct options *to, const struct options *from)
{
	struct options all = { .given = true };
	for (size_t i = 0; i < to->n; i++)
		*list_push(a, &all) = to->v[i];
	for (size_t i = 0; i < from->n; i++) {
		bool there = false;
		for (size_t j = 0; j < to->n; j++)
			there = there || strcmp(to->v[j].key, from->v[i].key) == 0;
		if (!there)
			*list_push(a, &all) = from->v[i];
	}
	*to = all;
}

void schema_flow(struct arena *a, void *to, const void *from, const char *why)
{
	const struct shape *s = origin_of(to)->shape, *t = origin_of(from)->shape;
	for (size_t i = 0; i < t->n; i++) {
		const struct field *f = &t->fields[i], *g = shape_field(s, f->key);
		if (!g || f->stays || g->kind != f->kind || !field_given(f, from))
			continue;
		if (field_given(g, to)) {
			if (g->joins)
				join(a, field_at(g, to), field_at(f, from));
			continue;
		}
		field_copy(g, to, field_at(f, from));
		/* What was derived there keeps its own first place. */
		const struct given *there = given_at(from, f->offset);
		give(a, to, g, there ? there->why : why, where_offset(from, f->offset));
	}
}

static void walk(void *body, const char *key, schema_visit *each, void *ctx)
{
	const struct shape *s = origin_of(body)->shape;
	each(ctx, body, key);
	for (size_t i = 0; i < s->n; i++) {
		const struct field *f = &s->fields[i];
		void *at = field_at(f, body);
		if (f->kind == VALUE_STRUCT && *(void **)at)
			walk(*(void **)at, f->key, each, ctx);
		if (f->kind == VALUE_MAP || f->kind == VALUE_LIST) {
			const struct entries *e = at;
			for (size_t j = 0; j < e->n; j++)
				walk(e->v[j], f->key, each, ctx);
		}
	}
}

void schema_walk(void *root, schema_visit *each, void *ctx)
{
	walk(root, "", each, ctx);
}
