/* spec_text.h: inline YAML through the phases, for the tests of compiler/schema. */
#ifndef HPCC_TESTS_SPEC_TEXT_H
#define HPCC_TESTS_SPEC_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/schema/schema.h"
#include "compiler/spec/spec.h"
#include "compiler/tree/tree.h"

struct reading_test {
	struct arena *arena;
	struct sources sources;
	struct diags diags;
	struct schema_context c;
	const struct node *root;
	struct spec *spec;
};

static inline void test_open(struct reading_test *t)
{
	*t = (struct reading_test){ .arena = arena_new() };
	sources_init(&t->sources, t->arena);
	diags_init(&t->diags, t->arena);
	t->c = (struct schema_context){ t->arena, &t->sources, &t->diags };
}

static inline void test_close(struct reading_test *t)
{
	arena_free(t->arena);
}

/* Reads a text and lays it over what was read before. */
static inline void test_layer(struct reading_test *t, const char *name, const char *text)
{
	struct source *s = source_add(&t->sources, name, text, strlen(text));
	assert_true(source_check(&t->sources, s, &t->diags));
	struct tree *tree = tree_read(t->arena, &t->sources, s, &t->diags);
	for (size_t i = 0; !tree->root && i < t->diags.list.n; i++)
		print_error("%s\n", t->diags.list.v[i]->message);
	assert_non_null(tree->root);
	t->root = t->root ? schema_merge(&t->c, &spec_shape, t->root, tree->root) : tree->root;
}

static inline void test_decode(struct reading_test *t)
{
	t->spec = schema_decode(&t->c, &spec_shape, t->root);
	schema_bind(&t->c, t->spec);
	diags_sort(&t->diags);
}

static inline void add_place(struct reading_test *t, struct text *out, struct span span)
{
	const struct source *s = source_of(&t->sources, span);
	assert_non_null(s);
	struct position p = source_position(s, span.start);
	text_addf(out, "%s:%u:%u", s->name, (unsigned)p.line, (unsigned)p.column);
}

/* Every finding as "place rule 'its text'", one a line; the text of a span that has several lines ends with the first.
 */
static inline const char *test_findings(struct reading_test *t)
{
	struct text out;
	text_init(&out, t->arena);
	for (size_t i = 0; i < t->diags.list.n; i++) {
		const struct diag *d = t->diags.list.v[i];
		char *text = source_text(&t->sources, d->span);
		text[strcspn(text, "\n")] = '\0';
		add_place(t, &out, d->span);
		text_addf(&out, " %s '%s'\n", d->rule, text);
	}
	return out.s;
}

static inline const char *test_expand(struct reading_test *t, bool places)
{
	struct text out;
	text_init(&out, t->arena);
	schema_expand(t->spec, places ? &t->sources : NULL, &out);
	return out.s;
}

#endif
