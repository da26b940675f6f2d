/* body.c: bodies as the rows see them: absent, given, copied, and where a value stands. */
#include "compiler/schema/field.h"

#include <string.h>

static const size_t value_size[] = {
	[VALUE_BOOL] = sizeof(enum tri),
	[VALUE_INT] = sizeof(int64_t),
	[VALUE_WORD] = sizeof(const char *),
	[VALUE_WORDS] = sizeof(struct texts),
	[VALUE_TEXT] = sizeof(const char *),
	[VALUE_LONGTEXT] = sizeof(const char *),
	[VALUE_TEXTS] = sizeof(struct texts),
	[VALUE_DURATION] = sizeof(struct duration),
	[VALUE_MEMORY] = sizeof(struct memory),
	[VALUE_HOSTS] = sizeof(struct hosts),
	[VALUE_NODESET] = sizeof(struct nodeset),
	[VALUE_OPTIONS] = sizeof(struct options),
	[VALUE_STRUCT] = sizeof(void *),
	[VALUE_MAP] = sizeof(struct entries),
	[VALUE_LIST] = sizeof(struct entries),
};

const struct field *shape_field(const struct shape *s, const char *key)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->fields[i].key, key) == 0)
			return &s->fields[i];
	return NULL;
}

const struct field *shape_field_at(const struct shape *s, uint16_t offset)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->fields[i].offset == offset)
			return &s->fields[i];
	return NULL;
}

void *body_new(struct arena *a, const struct shape *s)
{
	struct origin *x = arena_alloc(a, s->size);
	x->shape = s;
	for (size_t i = 0; i < s->n; i++) {
		const struct field *f = &s->fields[i];
		if (f->kind == VALUE_INT)
			*(int64_t *)field_at(f, x) = VALUE_ABSENT;
		else if (f->kind == VALUE_DURATION)
			((struct duration *)field_at(f, x))->seconds = VALUE_ABSENT;
		else if (f->kind == VALUE_MEMORY)
			((struct memory *)field_at(f, x))->bytes = VALUE_ABSENT;
	}
	return x;
}

bool field_given(const struct field *f, const void *x)
{
	const void *at = field_at(f, x);
	switch (f->kind) {
	case VALUE_BOOL:
		return *(const enum tri *)at != TRI_ABSENT;
	case VALUE_INT:
		return *(const int64_t *)at != VALUE_ABSENT;
	case VALUE_WORD:
	case VALUE_TEXT:
	case VALUE_LONGTEXT:
		return *(const char *const *)at != NULL;
	case VALUE_WORDS:
	case VALUE_TEXTS:
		return ((const struct texts *)at)->given;
	case VALUE_DURATION:
		return duration_given(*(const struct duration *)at);
	case VALUE_MEMORY:
		return memory_given(*(const struct memory *)at);
	case VALUE_HOSTS:
		return ((const struct hosts *)at)->list != NULL;
	case VALUE_NODESET:
		return ((const struct nodeset *)at)->given;
	case VALUE_OPTIONS:
		return ((const struct options *)at)->given;
	case VALUE_STRUCT:
		return *(void *const *)at != NULL;
	case VALUE_MAP:
	case VALUE_LIST:
		return ((const struct entries *)at)->given;
	}
	return false;
}

void field_copy(const struct field *f, void *to, const void *from)
{
	memcpy(field_at(f, to), from, value_size[f->kind]);
}

const struct given *given_at(const void *x, uint16_t offset)
{
	for (const struct given *g = origin_of(x)->given; g; g = g->next)
		if (g->offset == offset)
			return g;
	return NULL;
}

void give(struct arena *a, void *x, const struct field *f, const char *why, struct span span)
{
	struct origin *o = x;
	struct given *g = ARENA_NEW(a, struct given);
	g->next = o->given;
	g->offset = f->offset;
	g->why = why;
	g->span = span;
	o->given = g;
}

/* The value's node in the body's own text; NULL when it was not written there. */
static const struct node *written_node(const void *x, const struct field *f)
{
	const struct origin *o = x;
	if (!o->node || !f)
		return NULL;
	if (o->node->kind != NODE_MAPPING)
		return text_equal(o->shape->shorthand, f->key) ? o->node : NULL;
	const struct pair *p = node_pair(o->node, f->key);
	return p ? p->value : NULL;
}

struct span where_body(const void *x)
{
	const struct origin *o = x;
	if (span_known(o->name_span))
		return o->name_span;
	return o->node ? o->node->span : (struct span){ 0 };
}

struct span where_offset(const void *x, uint16_t offset)
{
	const struct origin *o = x;
	const struct given *g = given_at(x, offset);
	if (g)
		return span_known(g->span) ? g->span : where_body(x);
	const struct node *n = written_node(x, shape_field_at(o->shape, offset));
	return n ? n->span : where_body(x);
}

struct span where_item(const void *x, uint16_t offset, size_t i)
{
	const struct origin *o = x;
	const struct field *f = shape_field_at(o->shape, offset);
	const struct node *n = written_node(x, f);
	if (!n || n->kind != NODE_SEQUENCE || (f->kind != VALUE_TEXTS && f->kind != VALUE_WORDS))
		return where_offset(x, offset);
	/* Items that could not be read, or stood there twice, are not in the list: go by what they say. */
	const struct texts *list = field_at(f, x);
	for (uint32_t j = 0; i < list->n && j < n->n_items; j++)
		if (n->items[j]->kind == NODE_SCALAR && strcmp(n->items[j]->text, list->v[i]) == 0)
			return n->items[j]->span;
	return n->span;
}

struct span where_key(const void *x, const struct field *f)
{
	const struct origin *o = x;
	if (o->node && o->node->kind == NODE_MAPPING) {
		const struct pair *p = node_pair(o->node, f->key);
		if (p)
			return p->key_span;
	}
	return where_offset(x, f->offset);
}

bool written_offset(const void *x, uint16_t offset)
{
	return written_node(x, shape_field_at(origin_of(x)->shape, offset)) != NULL;
}

void *entries_next(const struct entries *e, size_t *i)
{
	while (*i < e->n) {
		struct origin *o = e->v[(*i)++];
		if (!o->broken)
			return o;
	}
	return NULL;
}
