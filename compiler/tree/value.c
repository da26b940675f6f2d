/*
 * Events into nodes. The values of all open mappings and lists lie on one stack; when one ends, its own are
 * moved into an array of their size.
 */
#include <stdint.h>
#include <string.h>

#include "compiler/tree/reader.h"

enum {
	SMALL_MAPPING = 16,   /* up to here keys are compared one by one */
	SUGGEST_AMONG = 1000, /* anchors */
};

static struct span first_byte(const struct reader *r, struct span s)
{
	return span_make(r, s.start, s.start + (s.start < r->source->size));
}

static struct frame *innermost(struct reader *r)
{
	return r->frames.n ? &r->frames.v[r->frames.n - 1] : NULL;
}

static bool key_is_next(struct reader *r)
{
	struct frame *f = innermost(r);
	return f && f->node->kind == NODE_MAPPING && !f->has_key;
}

/* Counts values, aliases expanded. */
static void count(struct reader *r, uint64_t more, struct span span)
{
	r->total += more;
	if (r->total <= TREE_MAX_NODES)
		return;
	struct diag *d =
		reader_error(r, "document-too-large", span,
			     "this file holds more than %d values, with its aliases written out", TREE_MAX_NODES);
	if (r->aliases)
		diag_help(r->diags, d, "an alias counts as everything that its anchor holds: do not nest them");
	r->stop = true;
}

static void set_key(struct reader *r, const char *key, struct span span)
{
	struct frame *f = innermost(r);
	f->pair = (struct pair){ .key = key, .key_span = span };
	f->has_key = true;
}

static void attach(struct reader *r, struct node *n)
{
	struct frame *f = innermost(r);
	if (!f) {
		r->tree->root = n;
		return;
	}
	f->weight += n->weight;
	if (n->height > f->height)
		f->height = n->height;
	f->pair.value = n;
	*list_push(r->arena, &r->values) = f->pair;
	f->pair = (struct pair){ 0 };
	f->has_key = false;
}

/* Anchors may be set again (YAML 1.1, 3.2.2.2): an alias means the last before it. */
static void set_anchor(struct reader *r, const yaml_char_t *anchor, struct node *n)
{
	if (anchor)
		map_set(&r->anchors, arena_strdup(r->arena, (const char *)anchor), n);
}

static void refuse_tag(struct reader *r, const yaml_event_t *e, const yaml_char_t *tag)
{
	if (!tag)
		return;
	struct diag *d = reader_error(r, "tag", span_tag(r, e), "a tag (!) is not understood here");
	diag_help(r->diags, d, "leave it out: the key says what its value is; quote text that begins with '!'");
}

static void remember_key(struct reader *r, struct map *keys, const struct pair *pair)
{
	bool fresh;
	struct map_entry *e = map_add(keys, pair->key, &fresh);
	if (!fresh)
		return;
	struct span *copy = ARENA_NEW(r->arena, struct span);
	*copy = pair->key_span;
	e->value = copy;
}

/* Where the innermost mapping has a key already, or NULL. Beyond a few keys a map finds them. */
static const struct span *find_key(struct reader *r, struct frame *f, const struct pair *pair)
{
	if (!f->keys && r->values.n - f->first <= SMALL_MAPPING) {
		for (size_t i = f->first; i < r->values.n; i++)
			if (strcmp(r->values.v[i].key, pair->key) == 0)
				return &r->values.v[i].key_span;
		return NULL;
	}
	if (!f->keys) {
		f->keys = ARENA_NEW(r->arena, struct map);
		map_init(f->keys, r->arena);
		for (size_t i = f->first; i < r->values.n; i++)
			remember_key(r, f->keys, &r->values.v[i]);
	}
	const struct span *first = map_get(f->keys, pair->key);
	if (!first)
		remember_key(r, f->keys, pair);
	return first;
}

static void check_duplicate(struct reader *r, const struct node *n)
{
	struct pair pair = { .key = n->text, .key_span = n->span };
	const struct span *first = find_key(r, innermost(r), &pair);
	if (!first)
		return;
	struct diag *d = reader_error(r, "duplicate-key", n->span, "key '%s' stands twice in one mapping",
				      diag_quote(r->diags, n->text));
	diag_note(r->diags, d, *first, "the first is here");
	diag_help(r->diags, d, "keep one of the two");
}

static void check_key(struct reader *r, const struct node *n)
{
	if (n->size == 0) {
		reader_error(r, "key-not-text", n->span, "a key is missing here");
	} else if (n->plain && strcmp(n->text, "<<") == 0) {
		struct diag *d = reader_error(r, "merge-key", n->span, "merge keys (<<) are not understood here");
		diag_help(r->diags, d, "write the keys out; an alias may stand for a whole value");
	} else {
		check_duplicate(r, n);
	}
}

/* A text that no reader could hold becomes empty, and an error. */
static bool check_text(struct reader *r, const yaml_event_t *e, struct span span)
{
	size_t size = e->data.scalar.length;
	if (size > TREE_MAX_SCALAR) {
		struct diag *d = reader_error(r, "scalar-too-long", first_byte(r, span),
					      "this text has %zu bytes; at most %d are taken", size, TREE_MAX_SCALAR);
		diag_help(r->diags, d, "keep it in a file of its own");
		return false;
	}
	if (memchr(e->data.scalar.value, '\0', size)) {
		reader_error(r, "control-character", span, "this text holds a NUL (\\0), which nothing can carry");
		return false;
	}
	return true;
}

void value_scalar(struct reader *r, const yaml_event_t *e)
{
	struct node *n = ARENA_NEW(r->arena, struct node);
	yaml_scalar_style_t style = e->data.scalar.style;
	n->kind = NODE_SCALAR;
	n->plain = style == YAML_PLAIN_SCALAR_STYLE;
	n->block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
	n->weight = 1;
	refuse_tag(r, e, e->data.scalar.tag);
	n->span = r->scalar = span_scalar(r, e);
	r->quoted = !n->plain && !n->block;
	r->at = n->span.end;
	bool fine = check_text(r, e, n->span);
	n->size = fine ? (uint32_t)e->data.scalar.length : 0;
	n->text = arena_strndup(r->arena, (const char *)e->data.scalar.value, n->size);
	set_anchor(r, e->data.scalar.anchor, n);
	if (key_is_next(r)) {
		if (fine)
			check_key(r, n);
		set_key(r, n->text, n->span);
		return;
	}
	attach(r, n);
	count(r, 1, n->span);
}

/* Stands for what an alias should have meant. */
static struct node *nothing(struct reader *r, struct span span)
{
	struct node *n = ARENA_NEW(r->arena, struct node);
	n->kind = NODE_SCALAR;
	n->plain = true;
	n->span = span;
	n->text = "";
	n->weight = 1;
	return n;
}

static void unknown_alias(struct reader *r, const char *name, struct span span)
{
	struct diag *d = reader_error(r, "unknown-alias", span, "no anchor '&%s' stands before this alias",
				      diag_quote(r->diags, name));
	if (d == r->diags->spare || r->anchors.n > SUGGEST_AMONG)
		return;
	const char **names = ARENA_ARRAY(r->arena, r->anchors.n, const char *);
	for (size_t i = 0; i < r->anchors.n; i++)
		names[i] = r->anchors.v[i].key;
	const char *meant = suggest(name, names, r->anchors.n);
	if (meant)
		diag_help(r->diags, d, "did you mean '*%s'?", diag_quote(r->diags, meant));
	else
		diag_help(r->diags, d, "quote text that begins with '*'");
}

void value_alias(struct reader *r, const yaml_event_t *e)
{
	const char *name = (const char *)e->data.alias.anchor;
	struct span span = span_event(r, e);
	r->at = span.end;
	if (++r->aliases > TREE_MAX_ALIASES) {
		reader_error(r, "too-many-aliases", span, "this file has more than %d aliases", TREE_MAX_ALIASES);
		r->stop = true;
		return;
	}
	if (key_is_next(r)) {
		struct diag *d = reader_error(r, "key-not-text", span, "a key cannot be an alias");
		diag_help(r->diags, d, "write the key out; only values may be aliases");
		set_key(r, "", span);
		return;
	}
	struct node *n = map_get(&r->anchors, name);
	if (!n) {
		unknown_alias(r, name, span);
		n = nothing(r, span);
	} else if (n->weight == 0) {
		struct diag *d = reader_error(r, "alias-of-itself", span, "'*%s' stands inside what it stands for",
					      diag_quote(r->diags, name));
		diag_note(r->diags, d, first_byte(r, n->span), "'&%s' begins here", diag_quote(r->diags, name));
		n = nothing(r, span);
	} else if (r->frames.n + n->height > TREE_MAX_DEPTH) {
		reader_error(r, "nested-too-deep", span, "with this alias written out, values nest more than %d deep",
			     TREE_MAX_DEPTH);
		r->stop = true;
		return;
	}
	attach(r, n);
	count(r, n->weight, span);
}

void value_start(struct reader *r, const yaml_event_t *e)
{
	bool map = e->type == YAML_MAPPING_START_EVENT;
	struct frame f = { .first = r->values.n };
	struct span span = span_start(r, e, &f.braced);
	if (r->frames.n >= TREE_MAX_DEPTH) {
		reader_error(r, "nested-too-deep", first_byte(r, span), "values nest more than %d deep here",
			     TREE_MAX_DEPTH);
		r->stop = true;
		return;
	}
	if (key_is_next(r)) {
		struct diag *d = reader_error(r, "key-not-text", first_byte(r, span), "a key must be text, not %s",
					      map ? "a mapping" : "a list");
		diag_help(r->diags, d, "quote a key that begins with '%c'", map ? '{' : '[');
	}
	f.node = ARENA_NEW(r->arena, struct node);
	f.node->kind = map ? NODE_MAPPING : NODE_SEQUENCE;
	f.node->flow = map ? e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
			   : e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	f.node->span = span;
	refuse_tag(r, e, map ? e->data.mapping_start.tag : e->data.sequence_start.tag);
	set_anchor(r, map ? e->data.mapping_start.anchor : e->data.sequence_start.anchor, f.node);
	r->at = span.end;
	*list_push(r->arena, &r->frames) = f;
	count(r, 1, span);
}

static void fill(struct reader *r, struct frame *f)
{
	struct node *n = f->node;
	uint32_t size = (uint32_t)(r->values.n - f->first);
	const struct pair *values = size ? r->values.v + f->first : NULL; /* the stack may never have been used */
	if (n->kind == NODE_MAPPING) {
		n->n_pairs = size;
		n->pairs = ARENA_ARRAY(r->arena, size, struct pair);
		if (size)
			memcpy(n->pairs, values, size * sizeof(*values));
	} else {
		n->n_items = size;
		n->items = ARENA_ARRAY(r->arena, size, struct node *);
		for (uint32_t i = 0; i < size; i++)
			n->items[i] = values[i].value;
	}
	r->values.n = f->first;
}

void value_end(struct reader *r, const yaml_event_t *e)
{
	struct frame *f = innermost(r);
	struct node *n = f->node;
	if (f->braced)
		r->at = span_event(r, e).end;
	n->span.end = r->at;
	n->weight = (uint32_t)f->weight + 1;
	n->height = (uint8_t)(f->height + 1);
	fill(r, f);
	r->frames.n--;
	if (key_is_next(r))
		set_key(r, "", n->span);
	else
		attach(r, n);
}
