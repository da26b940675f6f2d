/*
 * expand.c: the spec as text that means the same, every choice made visible.
 *
 * The text is YAML in block style, written line by line because libyaml's emitter knows no comments. Reading it
 * gives the same spec: expand is a fixed point (tests/golden).
 */
#include "compiler/schema/schema.h"

#include <ctype.h>

#include "compiler/write/yaml.h"

struct expansion {
	const struct sources *sources; /* NULL: no comments */
	struct text *t;
};

enum { COMMENT_COLUMN = 48 };

static void indent(struct text *t, int depth)
{
	for (int i = 0; i < depth; i++)
		text_add(t, "  ");
}

static void add_place(struct expansion *e, struct span span)
{
	const struct source *s = source_of(e->sources, span);
	text_addf(e->t, "%s:%u", s->name, (unsigned)source_position(s, span.start).line);
}

/* A comment is one line, whatever the text was. */
static void add_replaced(struct text *t, const char *s)
{
	for (const char *p = s; *p; p++)
		if (iscntrl((unsigned char)*p)) {
			yaml_scalar(t, s);
			return;
		}
	text_add(t, s);
}

/* Where the value came from, what derived it, what it replaced. */
static void add_origin(struct expansion *e, const void *x, const struct field *f, size_t line_start)
{
	if (!e->sources)
		return;
	const struct origin *o = x;
	const struct given *g = given_at(x, f->offset);
	const struct pair *p = o->node && o->node->kind == NODE_MAPPING ? node_pair(o->node, f->key) : NULL;
	const struct node *n = p ? p->value : o->node;
	if (!g && !n)
		return;
	while (e->t->n - line_start < COMMENT_COLUMN)
		text_addc(e->t, ' ');
	text_add(e->t, " # ");
	if (g) {
		text_add(e->t, g->why);
		if (span_known(g->span)) {
			text_add(e->t, ", ");
			add_place(e, g->span);
		}
		return;
	}
	add_place(e, n->span);
	if (n->shadowed) {
		text_add(e->t, ", replaces ");
		if (n->shadowed->kind == NODE_SCALAR) {
			add_replaced(e->t, n->shadowed->text);
			text_add(e->t, " at ");
		}
		add_place(e, n->shadowed->span);
	}
}

static void add_hostlist(struct text *t, const struct hostlist *h, bool numbers)
{
	struct text list;
	text_init(&list, t->arena);
	hostlist_print(h, true, &list);
	/* A lone number stays a number to the eye. */
	if (numbers && h->count == 1)
		text_add(t, list.s);
	else
		yaml_scalar(t, list.s);
}

static void add_texts(struct text *t, const struct texts *list)
{
	text_addc(t, '[');
	for (size_t i = 0; i < list->n; i++) {
		if (i)
			text_add(t, ", ");
		yaml_scalar(t, list->v[i]);
	}
	text_addc(t, ']');
}

static void add_nodeset(struct text *t, const struct nodeset *set)
{
	if (set->all)
		text_add(t, "ALL");
	else if (set->list && !set->list->count)
		text_add(t, "[]");
	else if (set->list)
		add_hostlist(t, set->list, false);
	else {
		text_add(t, "{ ");
		if (set->feature) {
			text_add(t, "feature: ");
			yaml_scalar(t, set->feature);
		}
		if (set->gres) {
			text_add(t, set->feature ? ", gres: " : "gres: ");
			yaml_scalar(t, set->gres);
		}
		text_add(t, " }");
	}
}


void schema_print_value(const struct field *f, const void *x, struct text *t)
{
	const void *at = field_at(f, x);
	switch (f->kind) {
	case VALUE_BOOL:
		text_add(t, *(const enum tri *)at == TRI_TRUE ? "true" : "false");
		break;
	case VALUE_INT:
		text_addf(t, "%lld", (long long)*(const int64_t *)at);
		break;
	case VALUE_WORD:
	case VALUE_TEXT:
	case VALUE_LONGTEXT:
		yaml_scalar(t, *(const char *const *)at);
		break;
	case VALUE_WORDS:
	case VALUE_TEXTS:
		add_texts(t, at);
		break;
	case VALUE_DURATION:
		print_duration(*(const struct duration *)at, t);
		break;
	case VALUE_MEMORY:
		print_memory(*(const struct memory *)at, t);
		break;
	case VALUE_HOSTS: {
		const struct hosts *h = at;
		if (h->spread)
			text_add(t, "{ spread: ");
		add_hostlist(t, h->list, f->numbers);
		if (h->spread)
			text_add(t, " }");
		break;
	}
	case VALUE_NODESET:
		add_nodeset(t, at);
		break;
	default:
		break;
	}
}

static void expand_body(struct expansion *e, const void *x, int depth);

static void expand_options(struct expansion *e, const void *x, const struct field *f, int depth)
{
	const struct options *list = field_at(f, x);
	for (size_t i = 0; i < list->n; i++) {
		size_t start = e->t->n;
		indent(e->t, depth);
		yaml_scalar(e->t, list->v[i].key);
		text_add(e->t, ": ");
		yaml_scalar(e->t, list->v[i].value);
		if (e->sources && span_known(list->v[i].span)) {
			while (e->t->n - start < COMMENT_COLUMN)
				text_addc(e->t, ' ');
			text_add(e->t, " # ");
			add_place(e, list->v[i].span);
		}
		text_addc(e->t, '\n');
	}
}

static bool body_empty(const void *x)
{
	const struct shape *s = origin_of(x)->shape;
	for (size_t i = 0; i < s->n; i++)
		if (field_given(&s->fields[i], x))
			return false;
	return true;
}

/* A list item's body: its first key stands behind the dash. */
static void expand_item(struct expansion *e, const void *x, int depth)
{
	if (body_empty(x)) {
		indent(e->t, depth);
		text_add(e->t, "- {}\n");
		return;
	}
	size_t start = e->t->n;
	expand_body(e, x, depth + 1);
	/* The first line's indentation ends in two blanks where "- " goes. */
	e->t->s[start + (size_t)depth * 2] = '-';
}

static void expand_entries(struct expansion *e, const struct field *f, const struct entries *list, int depth)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct origin *o = list->v[i];
		if (f->kind == VALUE_LIST) {
			expand_item(e, o, depth);
			continue;
		}
		const struct origin *before = i ? list->v[i - 1] : NULL;
		const struct origin *after = i + 1 < list->n ? list->v[i + 1] : NULL;
		bool again = before && text_equal(before->name, o->name);
		bool more = f->ranked && after && text_equal(after->name, o->name);
		if (!again) {
			indent(e->t, depth);
			if (o->hosts)
				add_hostlist(e->t, o->hosts, false);
			else
				yaml_scalar(e->t, o->name);
			text_addc(e->t, ':');
		}
		if (again || more) {
			if (!again)
				text_addc(e->t, '\n');
			expand_item(e, o, depth + 1);
		} else if (body_empty(o)) {
			text_add(e->t, " {}\n");
		} else {
			text_addc(e->t, '\n');
			expand_body(e, o, depth + 1);
		}
	}
}

static bool nothing_in(const struct field *f, const void *x)
{
	const void *at = field_at(f, x);
	switch (f->kind) {
	case VALUE_STRUCT:
		return body_empty(*(void *const *)at);
	case VALUE_MAP:
	case VALUE_LIST:
		return !((const struct entries *)at)->n;
	case VALUE_OPTIONS:
		return !((const struct options *)at)->n;
	default:
		return false;
	}
}

static void expand_field(struct expansion *e, const void *x, const struct field *f, int depth)
{
	size_t start = e->t->n;
	indent(e->t, depth);
	text_addf(e->t, "%s:", f->key);
	switch (nothing_in(f, x) ? VALUE_BOOL : f->kind) {
	case VALUE_STRUCT:
		text_addc(e->t, '\n');
		expand_body(e, *(void *const *)field_at(f, x), depth + 1);
		break;
	case VALUE_MAP:
	case VALUE_LIST:
		text_addc(e->t, '\n');
		expand_entries(e, f, field_at(f, x), depth + 1);
		break;
	case VALUE_OPTIONS:
		text_addc(e->t, '\n');
		expand_options(e, x, f, depth + 1);
		break;
	default:
		text_addc(e->t, ' ');
		if (nothing_in(f, x)) {
			text_add(e->t, f->kind == VALUE_LIST ? "[]" : "{}");
		} else {
			schema_print_value(f, x, e->t);
			add_origin(e, x, f, start);
		}
		text_addc(e->t, '\n');
	}
}

static void expand_body(struct expansion *e, const void *x, int depth)
{
	const struct shape *s = origin_of(x)->shape;
	for (size_t i = 0; i < s->n; i++)
		if (field_given(&s->fields[i], x) && !s->fields[i].transient)
			expand_field(e, x, &s->fields[i], depth);
}

void schema_expand(const void *root, const struct sources *sources, struct text *t)
{
	struct expansion e = { sources, t };
	expand_body(&e, root, 0);
}
