/*
 * Any bytes at all through hygiene and the YAML reader. What comes out is checked: every span lies in its
 * source and in its parent's, in order; plain text is the bytes that its span shows; weights add up; comments begin
 * with #; there is a tree if and only if nothing was refused.
 *
 * libFuzzer calls LLVMFuzzerTestOneInput(); replay.c calls it as an ordinary test.
 */
#undef NDEBUG /* asserts are what it is for */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "compiler/source/diag.h"
#include "compiler/tree/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_span(const struct source *s, struct span span)
{
	assert(span.source == s->id);
	assert(span.start <= span.end);
	assert(span.end <= s->size);
	struct position from = source_position(s, span.start), to = source_position(s, span.end);
	assert(from.line < to.line || (from.line == to.line && from.column <= to.column));
}

static void check_scalar(const struct source *s, const struct node *n)
{
	const char *bytes = s->bytes + n->span.start;
	uint32_t size = n->span.end - n->span.start;
	assert(n->weight == 1 && n->height == 0);
	assert(n->size == strlen(n->text));
	if (n->block)
		assert(size > 0 && (*bytes == '|' || *bytes == '>'));
	else if (!n->plain)
		assert(size > 1 && (*bytes == '\'' || *bytes == '"') && bytes[size - 1] == *bytes);
	else if (!memchr(bytes, '\n', size))
		assert(n->size == size && memcmp(bytes, n->text, size) == 0);
}

static void check_bounds(const struct source *s, const struct node *n, uint32_t last)
{
	const char *bytes = s->bytes + n->span.start;
	uint32_t size = n->span.end - n->span.start;
	bool map = n->kind == NODE_MAPPING;
	assert(size > 0);
	if (n->flow && *bytes == (map ? '{' : '['))
		assert(bytes[size - 1] == (map ? '}' : ']') || map);
	if (!n->flow)
		assert(n->span.end == last && (map || *bytes == '-'));
}

static void check_node(const struct source *s, const struct node *n, unsigned depth);

/* A value at `from` or later, inside `parent`; gives where it ends. The span of what an alias stands for lies before.
 */
static uint32_t check_child(const struct source *s, const struct node *parent, const struct node *n, uint32_t from,
			    unsigned depth)
{
	if (n->span.end <= from) {
		check_span(s, n->span);
		return UINT32_MAX; /* an alias, whose own place is not kept (or an absent value) */
	}
	assert(n->span.start >= from && n->span.end <= parent->span.end);
	check_node(s, n, depth + 1);
	return n->span.end;
}

static void check_node(const struct source *s, const struct node *n, unsigned depth)
{
	check_span(s, n->span);
	if (n->kind == NODE_SCALAR) {
		check_scalar(s, n);
		return;
	}
	assert(depth < TREE_MAX_DEPTH && depth + n->height <= TREE_MAX_DEPTH);
	bool map = n->kind == NODE_MAPPING;
	uint32_t at = n->span.start, weight = 1, end = at;
	for (uint32_t i = 0; i < (map ? n->n_pairs : n->n_items); i++) {
		const struct node *value = map ? n->pairs[i].value : n->items[i];
		if (map) {
			const struct pair *p = &n->pairs[i];
			check_span(s, p->key_span);
			assert(p->key_span.start >= at && p->key_span.end <= n->span.end && p->key[0]);
			assert(node_pair(n, p->key) == p || i > 50);
			at = p->key_span.end;
		}
		weight += value->weight;
		assert(value->height < n->height);
		end = check_child(s, n, value, at, depth);
		if (end != UINT32_MAX)
			at = end;
	}
	assert(n->weight == weight && weight <= TREE_MAX_NODES);
	check_bounds(s, n, end == UINT32_MAX ? n->span.end : end);
}

static void check_comments(const struct source *s, const struct tree *t)
{
	uint32_t at = 0;
	for (size_t i = 0; i < t->comments.n; i++) {
		struct span c = t->comments.v[i].span;
		check_span(s, c);
		assert(c.start >= at && s->bytes[c.start] == '#');
		assert(!memchr(s->bytes + c.start, '\n', c.end - c.start));
		assert(c.end == s->size || strchr("\r\n", s->bytes[c.end]));
		at = c.end;
	}
}

static void check_diags(const struct source *s, const struct diags *d)
{
	for (size_t i = 0; i < d->list.n; i++) {
		const struct diag *e = d->list.v[i];
		check_span(s, e->span);
		for (size_t j = 0; j < e->notes.n; j++)
			if (span_known(e->notes.v[j].span))
				check_span(s, e->notes.v[j].span);
		for (size_t j = 0; j < e->edits.n; j++)
			check_span(s, e->edits.v[j].span);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > SOURCE_MAX_BYTES)
		return 0;
	struct arena *a = arena_new();
	struct sources sources;
	struct diags diags;
	sources_init(&sources, a);
	diags_init(&diags, a);
	struct source *s = source_add(&sources, "fuzz", arena_strndup(a, (const char *)data, size), size);
	if (source_check(&sources, s, &diags)) {
		struct tree *t = tree_read(a, &sources, s, &diags);
		assert((t->root == NULL) == (diags.errors > 0));
		if (t->root) {
			check_node(s, t->root, 0);
			check_comments(s, t);
		}
	} else {
		assert(diags.errors > 0);
	}
	diags_sort(&diags);
	check_diags(s, &diags);
	arena_free(a);
	return 0;
}
