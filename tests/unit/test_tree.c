/* YAML as a tree: exact spans, comments, every limit and every error with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/base/text.h"
#include "compiler/tree/tree.h"

struct document {
	struct arena *arena;
	struct sources sources;
	struct diags diags;
	struct source *source;
	struct tree *tree;
};

static struct document read_text(const char *text)
{
	struct document d = { .arena = arena_new() };
	sources_init(&d.sources, d.arena);
	diags_init(&d.diags, d.arena);
	d.source = source_add(&d.sources, "a.yaml", text, strlen(text));
	assert_true(source_check(&d.sources, d.source, &d.diags));
	d.tree = tree_read(d.arena, &d.sources, d.source, &d.diags);
	diags_sort(&d.diags);
	assert_non_null(d.tree);
	assert_int_equal(d.tree->root == NULL, d.diags.errors > 0);
	return d;
}

/* Text of a scalar as 'text'5-9, of a mapping as {0-9 key0-3:value}, of a list as [0-9 value value]. */
static void show(struct text *t, const struct node *n)
{
	if (n->kind == NODE_SCALAR) {
		const char *quote = n->plain ? "'" : n->block ? "|" : "\"";
		text_addf(t, "%s%s%s%u-%u", quote, n->text, quote, n->span.start, n->span.end);
		assert_int_equal(n->size, strlen(n->text));
		assert_int_equal(n->height, 0);
		return;
	}
	bool map = n->kind == NODE_MAPPING;
	text_addf(t, "%c%u-%u%s", map ? '{' : '[', n->span.start, n->span.end, n->flow ? "f" : "");
	for (uint32_t i = 0; i < (map ? n->n_pairs : n->n_items); i++) {
		text_addc(t, ' ');
		if (map)
			text_addf(t, "%s%u-%u:", n->pairs[i].key, n->pairs[i].key_span.start, n->pairs[i].key_span.end);
		show(t, map ? n->pairs[i].value : n->items[i]);
	}
	text_addc(t, map ? '}' : ']');
}

static void assert_tree(const char *text, const char *expected)
{
	struct document d = read_text(text);
	for (size_t i = 0; i < d.diags.list.n; i++)
		print_error("%s: %s\n", text, d.diags.list.v[i]->message);
	assert_non_null(d.tree->root);
	struct text t;
	text_init(&t, d.arena);
	show(&t, d.tree->root);
	assert_string_equal(t.s, expected);
	arena_free(d.arena);
}

static void test_block(void **state)
{
	(void)state;
	assert_tree("a: 1\nbc:   two words \n", "{0-20 a0-1:'1'3-4 bc5-7:'two words'11-20}");
	assert_tree("a:\n  b: 1\n\n# c\n\nd: 2\n", "{0-20 a0-1:{5-9 b5-6:'1'8-9} d16-17:'2'19-20}");
	assert_tree("- a\n- - b\n  - c\n- d: e\n\n\n", "[0-22 'a'2-3 [6-15 'b'8-9 'c'14-15] {18-22 d18-19:'e'21-22}]");
	assert_tree("k:\n- a\n- b\nl: c", "{0-15 k0-1:[3-10 'a'5-6 'b'9-10] l11-12:'c'14-15}");
	assert_tree("a: 'it''s'\n\"b\\t\": \"\\x41\" # c\n", "{0-24 a0-1:\"it's\"3-10 b\t11-16:\"A\"18-24}");
}

static void test_absent(void **state)
{
	(void)state;
	assert_tree("a:\nb:   # c\n", "{0-5 a0-1:''2-2 b3-4:''5-5}");
	assert_tree("-\n- \n- a\n", "[0-8 ''1-1 ''3-3 'a'7-8]");
	assert_tree("{a, b: , c: \"\"}", "{0-15f a1-2:''2-2 b4-5:''6-6 c9-10:\"\"12-14}");
	assert_tree("? a\n# c\n? b\n# d\n\n", "{0-11 a2-3:''3-3 b10-11:''11-11}");
	assert_tree("a: &x # c\nb: *x\n", "{0-15 a0-1:''5-5 b10-11:''5-5}");
}

static void test_flow(void **state)
{
	(void)state;
	assert_tree("[ a , {b: c} ]  ", "[0-14f 'a'2-3 {6-12f b7-8:'c'10-11}]");
	assert_tree("a: []\nb: {}\n", "{0-11 a0-1:[3-5f] b6-7:{9-11f}}");
	assert_tree("[a: b, ? c : d, e]", "[0-18f {1-5f a1-2:'b'4-5} {7-14f c9-10:'d'13-14} 'e'16-17]");
	assert_tree("x: [a,\n  b # c\n ]\n", "{0-17 x0-1:[3-17f 'a'4-5 'b'9-10]}");
}

static void test_block_scalars(void **state)
{
	(void)state;
	assert_tree("a: |\n  x\n  y\n\n# c\nb: 1\n", "{0-22 a0-1:|x\ny\n|3-12 b18-19:'1'21-22}");
	assert_tree("a: >+ # c\n  x\n  y\n\n\nb: 1", "{0-24 a0-1:|x y\n\n\n|3-17 b20-21:'1'23-24}");
	assert_tree("a: |2-\n  x # no\n", "{0-15 a0-1:|x # no|3-15}");
	assert_tree("a: |  # c\n\n\n", "{0-4 a0-1:||3-4}");
	assert_tree("a: one\n  two\n\n  three\n\nb: c", "{0-27 a0-1:'one two\nthree'3-21 b23-24:'c'26-27}");
}

static void test_bytes_not_characters(void **state)
{
	(void)state;
	assert_tree("ä: é # ö\nb: \"ü\"\nc: [€, 😀]\n",
		    "{0-34 ä0-2:'é'4-6 b12-13:\"ü\"15-19 c20-21:[23-34f '€'24-27 '😀'29-33]}");
	assert_tree("a: 1\r\nb: |\r\n  x\r\n\r\nc: d\r\n", "{0-23 a0-1:'1'3-4 b6-7:|x\n|9-15 c19-20:'d'22-23}");
	assert_tree("\xEF\xBB\xBFä: 1\n", "{0-5 ä0-2:'1'4-5}");
}

static void test_aliases(void **state)
{
	(void)state;
	assert_tree("a: &x 1\nb: *x\nc: &y\n  d: *x\ne: [*y, *y]",
		    "{0-39 a0-1:'1'6-7 b8-9:'1'6-7 c14-15:{22-27 d22-23:'1'6-7} "
		    "e28-29:[31-39f {22-27 d22-23:'1'6-7} {22-27 d22-23:'1'6-7}]}");
	assert_tree("&k a: &x [1]\nb: *k\n&x c: &y\n- 2\nd: *y\ne: *x",
		    "{0-43 a3-4:[9-12f '1'10-11] b13-14:'a'3-4 c22-23:[28-31 '2'30-31] d32-33:[28-31 '2'30-31] "
		    "e38-39:'c'22-23}");
	struct document d = read_text("a: &x [1, 2]\nb: [*x, *x]\n");
	assert_ptr_equal(d.tree->root->pairs[1].value->items[0], d.tree->root->pairs[0].value);
	assert_int_equal(d.tree->root->weight, 1 + 3 + 1 + 3 + 3);
	assert_int_equal(d.tree->root->height, 3);
	arena_free(d.arena);
}

static void test_directives(void **state)
{
	(void)state;
	assert_tree("%YAML 1.1\n---\na: yes\n", "{14-20 a14-15:'yes'17-20}");
	assert_tree("%YAML 1.2 # c\n---\n- x\n...\n# end\n", "[18-21 'x'20-21]");
}

static void assert_comments(const char *text, const char *expected)
{
	struct document d = read_text(text);
	struct text t;
	text_init(&t, d.arena);
	for (size_t i = 0; i < d.tree->comments.n; i++)
		text_addf(&t, "%u%s;", d.tree->comments.v[i].span.start,
			  source_text(&d.sources, d.tree->comments.v[i].span));
	assert_string_equal(t.s, expected);
	arena_free(d.arena);
}

static void test_comments(void **state)
{
	(void)state;
	assert_comments("# one\na: b#c # two\r\n  # three", "0# one;13# two;22# three;");
	assert_comments("a: '# no' # x\nb: \"#\n  # no\" # y\n", "10# x;28# y;");
	assert_comments("a: | # head\n  # no\n # yes\nb: 1\n", "5# head;20# yes;");
	assert_comments("a: &x # 1\n  b: c # 2\nd: [ # 3\n  e, # 4\n  *x # 5\n] # 6\n",
			"6# 1;17# 2;26# 3;35# 4;44# 5;50# 6;");
	assert_comments("? a # 1\n# 2\n? b # 3\n# 4\n", "4# 1;8# 2;16# 3;20# 4;");
	assert_comments("%YAML 1.1 # 1\n--- # 2\na\n... # 3\n", "10# 1;18# 2;28# 3;");
	assert_comments("a#b: c#d\n", "");
}

/* One error: its rule, the text that it marks, and pieces of the message and the help. */
struct expectation {
	const char *text, *rule;
	unsigned line, column;
	const char *marked, *message, *help;
};

static void assert_error(const struct expectation *e)
{
	struct document d = read_text(e->text);
	assert_true(d.diags.list.n > 0);
	const struct diag *first = d.diags.list.v[0];
	assert_string_equal(first->rule, e->rule);
	struct position at = source_position(d.source, first->span.start);
	assert_int_equal(at.line, e->line);
	assert_int_equal(at.column, e->column);
	assert_string_equal(source_text(&d.sources, first->span), e->marked);
	assert_non_null(strstr(first->message, e->message));
	if (e->help)
		assert_non_null(strstr(first->help, e->help));
	arena_free(d.arena);
}

static const struct expectation refusals[] = {
	{ "", "empty-file", 1, 1, "", "empty" },
	{ "# only this\n", "empty-file", 1, 1, "", "empty" },
	{ "---\n...\n", "empty-file", 1, 1, "", "empty" },
	{ "a: 1\n---\nb: 2\n", "several-documents", 2, 1, "---", "second document" },
	{ "a: 1\nb: 2\n\"a\": 3\n", "duplicate-key", 3, 1, "\"a\"", "'a' stands twice" },
	{ "a: {b: 1, c: 2, b: 3}", "duplicate-key", 1, 17, "b", "'b' stands twice" },
	{ "a: &x {b: 1}\nc:\n  <<: *x\n", "merge-key", 3, 3, "<<", "merge keys" },
	{ "a: !!str 1\n", "tag", 1, 4, "!!str", "tag" },
	{ "a: &x !y\n  b: 1\n", "tag", 1, 7, "!y", "tag" },
	{ "a: !<tag:x,y> [b]", "tag", 1, 4, "!<tag:x,y>", "tag" },
	{ "a: [!x, b]", "tag", 1, 5, "!x", "tag" },
	{ "a: !x!y b", "tag", 1, 4, "!x!y", "tag" },
	{ "%YAML 1.1\n%TAG !x! tag:x,2000:\n---\na: 1\n", "tag", 2, 1, "%TAG", "%TAG" },
	{ "? [a]\n: b\n", "key-not-text", 1, 3, "[", "not a list" },
	{ "{a: b}: c\n", "key-not-text", 1, 1, "{", "not a mapping" },
	{ "a: &x 1\n*x : 2\n", "key-not-text", 2, 1, "*x", "alias" },
	{ "\"\": 1\n", "key-not-text", 1, 1, "\"\"", "missing" },
	{ "{\"\": 1}", "key-not-text", 1, 2, "\"\"", "missing" },
	{ "a: *x\n", "unknown-alias", 1, 4, "*x", "'&x'", "quote" },
	{ "a: &first 1\nb: *frist\n", "unknown-alias", 2, 4, "*frist", "'&frist'", "'*first'" },
	{ "a: *x\nb: &x 1\n", "unknown-alias", 1, 4, "*x", "'&x'" },
	{ "a: &x [1, *x]\n", "alias-of-itself", 1, 11, "*x", "inside what it stands for" },
	{ "a: &x\n  b:\n    c: *x\n", "alias-of-itself", 3, 8, "*x", "inside what it stands for" },
	{ "a: \"x\\0y\"\n", "control-character", 1, 4, "\"x\\0y\"", "NUL" },
	{ "\"x\\0y\": 1\n", "control-character", 1, 1, "\"x\\0y\"", "NUL" },
};

static const struct expectation syntax[] = {
	{ "{ nodes: c[1-4] }", "hostlist-in-flow", 1, 10, "c[1-4]", "{ }", "quote the hostlist: \"c[1-4]\"" },
	{ "x: [a, c[1-4], d]", "hostlist-in-flow", 1, 8, "c[1-4]", "[ ]", "\"c[1-4]\"" },
	{ "x: { r[1-2]n[01-10,12]: {} }", "hostlist-in-flow", 1, 6, "r[1-2]n[01-10,12]", "{ }",
	  "\"r[1-2]n[01-10,12]\"" },
	{ "{ nodes: c[1-4 }", "hostlist-in-flow", 1, 10, "c[", "{ }", "closing" },
	{ "{ a: b[c] }", "yaml-syntax", 1, 7, "[", "','", "quote" },
	{ "a:\n\tb: 1\n", "yaml-syntax", 2, 1, "\t", "tab", "blanks" },
	{ "a: 1\n\tb: 1\n", "yaml-syntax", 2, 1, "\t", "tab", "blanks" },
	{ "a: |\n\tb\n", "yaml-syntax", 2, 1, "\t", "tab", "blanks" },
	{ "a: 1\nb:2\nc: 3\n", "yaml-syntax", 2, 2, ":", "blank is missing", "'b: '" },
	{ "a:\n  b:2\n  c: 3\n", "yaml-syntax", 2, 4, ":", "blank is missing", "'b: '" },
	{ "a: 1\nbc\nd: 3\n", "yaml-syntax", 2, 1, "bc", "':' is missing" },
	{ "a:\n  b: 1\n c: 2\n", "yaml-syntax", 3, 2, "c", "indentation", "column 1" },
	{ "a:\n  - 1\n b: 2\n", "yaml-syntax", 3, 2, "b", "indentation" },
	{ "a: 1\n  b: 2\n", "yaml-syntax", 2, 3, "b", "indentation", "indent" },
	{ "- a\nb: 1\n", "yaml-syntax", 2, 1, "b", "list item", "'- '" },
	{ "b: 1\n- a\n", "yaml-syntax", 2, 1, "-", "among the keys" },
	{ "a: - b\n", "yaml-syntax", 1, 4, "-", "cannot begin here" },
	{ "a: \"x\nb: 1\n", "yaml-syntax", 1, 4, "\"", "never closed" },
	{ "a: 'x\nb: 'y'\n", "yaml-syntax", 2, 5, "y", "nothing may follow", "closing quote" },
	{ "a: \"x\" y\n", "yaml-syntax", 1, 8, "y", "nothing may follow", "quotes" },
	{ "a: b: c\n", "yaml-syntax", 1, 5, ":", "quotes", "quotes" },
	{ "ä: ö: ü\n", "yaml-syntax", 1, 5, ":", "quotes" },
	{ "a: [1, 2", "yaml-syntax", 1, 4, "[", "never closed" },
	{ "a: [1, {b: ", "yaml-syntax", 1, 8, "{", "never closed" },
	{ "a: [1, 2\nb: 3\n", "yaml-syntax", 2, 2, ":", "']'" },
	{ "a: [1}\n", "yaml-syntax", 1, 6, "}", "']'" },
	{ "a: b\n}\n", "yaml-syntax", 2, 1, "}", "closes nothing" },
	{ "- b\n]\n", "yaml-syntax", 2, 1, "]", "closes nothing" },
	{ "a: [b, , c]\n", "yaml-syntax", 1, 8, ",", "value is missing" },
	{ "a: @b\n", "yaml-syntax", 1, 4, "@", "'@'", "quotes" },
	{ "a: %b\n", "yaml-syntax", 1, 4, "%", "'%'", "quotes" },
	{ "a: *.log\n", "yaml-syntax", 1, 4, "*", "alias", "quote" },
	{ "a: &\n", "yaml-syntax", 1, 4, "&", "anchor", "quote" },
	{ "a: \"\\q\"\n", "yaml-syntax", 1, 5, "\\q", "escape", "backslash" },
	{ "a: |x\n  b\n", "yaml-syntax", 1, 5, "x", "next line" },
	{ "a: |0\n  b\n", "yaml-syntax", 1, 5, "0", "1 to 9" },
	{ "%YAML 2.0\n---\na: 1\n", "yaml-syntax", 1, 1, "%YAML", "1.1 and 1.2" },
	{ "%NO\n---\na: 1\n", "yaml-syntax", 1, 1, "%NO", "directive" },
	{ "[a]\nb: c\n", "yaml-syntax", 2, 1, "b", "nothing may follow" },
	{ "{: 1}", "yaml-syntax", 1, 2, ":", "key is missing" },
	{ ": a\n", "yaml-syntax", 1, 1, ":", "key is missing" },
	{ "a: ? b\n", "yaml-syntax", 1, 4, "?", "'?'" },
};

static void test_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		assert_error(&refusals[i]);
}

static void test_syntax(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(syntax) / sizeof(*syntax); i++)
		assert_error(&syntax[i]);
}

/* What the edits make of a text. */
static void assert_mended(const char *text, const char *expected)
{
	struct document d = read_text(text);
	const struct diag *first = d.diags.list.v[0];
	if (!expected) {
		assert_int_equal(first->edits.n, 0);
	} else {
		assert_int_equal(first->edits.n, 1);
		struct text t;
		text_init(&t, d.arena);
		text_addn(&t, text, first->edits.v[0].span.start);
		text_add(&t, first->edits.v[0].text);
		text_add(&t, text + first->edits.v[0].span.end);
		assert_string_equal(t.s, expected);
	}
	arena_free(d.arena);
}

static void test_edits(void **state)
{
	(void)state;
	assert_mended("{ nodes: c[1-4] }", "{ nodes: \"c[1-4]\" }");
	assert_mended("{ nodes: c[1-4], x: 1 }", "{ nodes: \"c[1-4]\", x: 1 }");
	assert_mended("[c[1-4],d]", "[\"c[1-4]\",d]");
	assert_mended("{ c[1-4]-ib: {} }", "{ \"c[1-4]-ib\": {} }");
	assert_mended("{ nodes: c[1-4],d[1-2] }", NULL); /* one hostlist or two? */
	assert_mended("{ nodes: a,c[1-4] }", NULL);
	assert_mended("{ nodes: c[1-4 }", NULL);
	assert_mended("a: 1\nb:2\n", "a: 1\nb: 2\n");
	assert_mended("a: 1\nhttp://x\n", NULL);
}

static void test_all_findings_in_one_run(void **state)
{
	(void)state;
	struct document d = read_text("a: !x 1\na: *no\n<<: 1\n[b]: 2\n");
	static const char *const rules[] = { "tag", "duplicate-key", "unknown-alias", "merge-key", "key-not-text" };
	assert_int_equal(d.diags.list.n, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(d.diags.list.v[i]->rule, rules[i]);
	arena_free(d.arena);
}

static void test_both_places_of_a_duplicate(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	for (int n = 2; n < 60; n++) { /* below and above where a map takes over */
		struct text t;
		text_init(&t, a);
		for (int i = 0; i < n; i++)
			text_addf(&t, "key%d: 1\n", i);
		text_addf(&t, "key%d: 2\nkey%d: 3\n", n - 2, n - 2);
		struct document d = read_text(t.s);
		assert_int_equal(d.diags.list.n, 2);
		for (int i = 0; i < 2; i++) {
			const struct diag *e = d.diags.list.v[i];
			assert_int_equal(source_position(d.source, e->span.start).line, n + 1 + i);
			assert_int_equal(e->notes.n, 1);
			assert_int_equal(source_position(d.source, e->notes.v[0].span.start).line, n - 1);
		}
		arena_free(d.arena);
	}
	arena_free(a);
}

static char *repeat(struct arena *a, const char *start, const char *piece, size_t n, const char *end)
{
	struct text t;
	text_init(&t, a);
	text_add(&t, start);
	for (size_t i = 0; i < n; i++)
		text_add(&t, piece);
	text_add(&t, end);
	return t.s;
}

static void assert_rule(const char *text, const char *rule)
{
	struct document d = read_text(text);
	if (!rule)
		assert_int_equal(d.diags.list.n, 0);
	else
		assert_string_equal(d.diags.list.v[0]->rule, rule);
	arena_free(d.arena);
}

static void test_limits(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	char *close = repeat(a, "", "]", TREE_MAX_DEPTH, "");
	assert_rule(repeat(a, "", "[", TREE_MAX_DEPTH, close), NULL);
	assert_rule(repeat(a, "", "[", TREE_MAX_DEPTH + 1, "]"), "nested-too-deep");
	assert_rule(repeat(a, "", "- ", TREE_MAX_DEPTH + 1, "a"), "nested-too-deep");
	assert_rule(repeat(a, "a: &x 1\nb: [", "*x,", TREE_MAX_ALIASES, "]"), NULL);
	assert_rule(repeat(a, "a: &x 1\nb: [", "*x,", TREE_MAX_ALIASES + 1, "]"), "too-many-aliases");
	assert_rule(repeat(a, "a: \"", "x", TREE_MAX_SCALAR, "\""), NULL);
	assert_rule(repeat(a, "a: \"", "x", TREE_MAX_SCALAR + 1, "\""), "scalar-too-long");
	assert_rule(repeat(a, "a: |\n  ", "x", TREE_MAX_SCALAR + 1, "\nb: 1"), "scalar-too-long");
	arena_free(a);
}

/* 10,000 values, 399 times; the root, its first list and the second are three more. */
static void test_node_count(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	char *values = repeat(a, "a: &x [", "y,", 9999, "]\nb: [");
	assert_rule(repeat(a, values, "*x,", TREE_MAX_NODES / 10000 - 2, repeat(a, "", "y,", 9998, "]")), NULL);
	struct document d = read_text(repeat(a, values, "*x,", TREE_MAX_NODES / 10000 - 2, repeat(a, "", "y,", 9998, "]")));
	assert_int_equal(d.tree->root->weight, TREE_MAX_NODES);
	arena_free(d.arena);
	assert_rule(repeat(a, values, "*x,", TREE_MAX_NODES / 10000 - 2, repeat(a, "", "y,", 9999, "]")), "document-too-large");
	arena_free(a);
}

/* Aliases may nest no deeper than brackets: readers recurse. */
static void test_depth_through_aliases(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct text t;
	text_init(&t, a);
	text_add(&t, "a0: &a0 [x]\n");
	for (int i = 1; i < TREE_MAX_DEPTH - 1; i++)
		text_addf(&t, "a%d: &a%d [*a%d]\n", i, i, i - 1);
	assert_rule(t.s, NULL);
	text_addf(&t, "b: [*a%d]\n", TREE_MAX_DEPTH - 2);
	assert_rule(t.s, "nested-too-deep");
	arena_free(a);
}

/* What would cost a naive reader all memory or all day takes little memory. (All day would be found by the test's time limit;
 * how many milliseconds it is, no test asks.) */
static void assert_cheap(const char *text, const char *rule, size_t memory)
{
	struct document d = read_text(text);
	if (rule)
		assert_string_equal(d.diags.list.v[0]->rule, rule);
	assert_true(arena_used(d.arena) < memory);
	arena_free(d.arena);
}

static void test_bombs(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	assert_cheap(repeat(a, "", "[", 100000, ""), "nested-too-deep", 1 << 20);
	assert_cheap(repeat(a, "", "{a: ", 100000, ""), "nested-too-deep", 1 << 20);
	assert_cheap(repeat(a, "", "- ", 100000, ""), "nested-too-deep", 1 << 20);
	assert_cheap(repeat(a, "", "? ", 100000, ""), NULL, 1 << 20);
	assert_cheap("&a [*a]", "alias-of-itself", 1 << 20);
	struct text t;
	text_init(&t, a);
	text_add(&t, "a: &a [x,x,x,x,x,x,x,x,x]\n");
	for (char c = 'b'; c < 'z'; c++) {
		text_addf(&t, "%c: &%c [", c, c);
		for (int i = 0; i < 9; i++)
			text_addf(&t, "*%c,", c - 1);
		text_add(&t, "]\n");
	}
	assert_cheap(t.s, "document-too-large", 1 << 20);
	arena_free(a);
}

static void test_long_lines(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	assert_cheap(repeat(a, "a: [", "äöü, ", 600000, "]"), NULL, 400u << 20);
	assert_cheap(repeat(a, "a: [", "äöü: \"€\", ", 300000, "]"), NULL, 400u << 20);
	assert_cheap(repeat(a, "{", "ä: 1, ", 500000, "}"), "duplicate-key", 400u << 20);
	arena_free(a);
}

static void test_helpers(void **state)
{
	(void)state;
	struct document d = read_text("a: null\nb: ~\nc:\nd: \"\"\ne: [x]\nf: {y: z}\n");
	const struct node *root = d.tree->root;
	assert_true(node_is_null(node_pair(root, "a")->value));
	assert_true(node_is_null(node_pair(root, "b")->value));
	assert_false(node_is_null(node_pair(root, "c")->value));
	assert_true(node_is_empty(node_pair(root, "c")->value));
	assert_false(node_is_empty(node_pair(root, "d")->value));
	assert_null(node_pair(root, "g"));
	assert_null(node_pair(node_pair(root, "e")->value, "x"));
	assert_null(node_pair(NULL, "x"));
	assert_string_equal(node_kind_name(node_pair(root, "a")->value), "text");
	assert_string_equal(node_kind_name(node_pair(root, "e")->value), "a list");
	assert_string_equal(node_kind_name(root), "a mapping");
	arena_free(d.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_block),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_flow),
		cmocka_unit_test(test_block_scalars),
		cmocka_unit_test(test_bytes_not_characters),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_directives),
		cmocka_unit_test(test_comments),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_syntax),
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_all_findings_in_one_run),
		cmocka_unit_test(test_both_places_of_a_duplicate),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_node_count),
		cmocka_unit_test(test_depth_through_aliases),
		cmocka_unit_test(test_bombs),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_helpers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
