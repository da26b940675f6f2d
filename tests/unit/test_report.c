/* Diagnostics as a person, a program and GitHub read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "compiler/cli/report.h"

struct fixture {
	struct arena *arena;
	struct sources sources;
	struct diags diags;
};

static void begin(struct fixture *f, const char *name, const char *text)
{
	f->arena = arena_new();
	sources_init(&f->sources, f->arena);
	diags_init(&f->diags, f->arena);
	source_add(&f->sources, name, text, strlen(text));
}

static char *printed(struct fixture *f, enum report_format format, struct report_style style)
{
	char *bytes, *copy;
	size_t size;
	FILE *out = open_memstream(&bytes, &size);
	report(out, format, &f->sources, &f->diags, style);
	fclose(out);
	copy = arena_strdup(f->arena, bytes);
	free(bytes);
	return copy;
}

/* One finding over `start`..`end` of a text, as text. */
static void assert_excerpt(const char *text, uint32_t start, uint32_t end, unsigned width, const char *expected)
{
	struct fixture f;
	begin(&f, "a", text);
	diag_error(&f.diags, "r", (struct span){ 1, start, end }, "m");
	const char *all = printed(&f, REPORT_TEXT, (struct report_style){ .width = width });
	assert_string_equal(strchr(all, '\n') + 1, expected);
	arena_free(f.arena);
}

static void test_text(void **state)
{
	(void)state;
	struct fixture f;
	begin(&f, "lab.yaml", "a: 1\nb: 2\na: 3\n");
	struct diag *d = diag_error(&f.diags, "duplicate-key", (struct span){ 1, 10, 11 }, "key 'a' stands twice");
	diag_note(&f.diags, d, (struct span){ 1, 0, 1 }, "the first is here");
	diag_note(&f.diags, d, (struct span){ 0 }, "without a place");
	diag_help(&f.diags, d, "keep one");
	diag_warning(&f.diags, "no-place", (struct span){ 0 }, "somewhere");
	assert_string_equal(printed(&f, REPORT_TEXT, (struct report_style){ 0 }),
			    "lab.yaml:3:1: error: key 'a' stands twice [duplicate-key]\n"
			    "    a: 3\n"
			    "    ^\n"
			    "lab.yaml:1:1: note: the first is here\n"
			    "    a: 1\n"
			    "    ^\n"
			    "note: without a place\n"
			    "help: keep one\n"
			    "hpcc: warning: somewhere [no-place]\n");
	assert_null(strchr(printed(&f, REPORT_TEXT, (struct report_style){ 0 }), '\033'));
	assert_non_null(
		strstr(printed(&f, REPORT_TEXT, (struct report_style){ .colour = true }), "\033[1;31merror:\033[0m"));
	arena_free(f.arena);
}

static void test_excerpt(void **state)
{
	(void)state;
	assert_excerpt("abc def", 4, 7, 0, "    abc def\n        ^~~\n");
	assert_excerpt("abc", 3, 3, 0, "    abc\n       ^\n");
	assert_excerpt("abc", 1, 1, 0, "    abc\n     ^\n");
	assert_excerpt("abc\ndef", 1, 6, 0, "    abc\n     ^~\n"); /* to the end of its first line */
	assert_excerpt("abc\r\ndef", 3, 5, 0, "    abc\n       ^\n");
	assert_excerpt("\ta\tb", 3, 4, 0, "    \ta\tb\n    \t \t^\n");
	assert_excerpt("a\tb\tc", 0, 3, 0, "    a\tb\tc\n    ^\t~\n");
	assert_excerpt("\ta", 0, 1, 0, "    \\ta\n    ^~\n");
	assert_excerpt("äö€😀x", 7, 11, 0, "    äö€😀x\n       ^\n");
	assert_excerpt("a\x01\x1b[31m\xE4", 7, 8, 0, "    a\\x01\\x1B[31m\\xE4\n                 ^~~~\n");
	assert_excerpt("a\xE2\x80\xAE"
		       "b",
		       4, 5, 0, "    a\\u202Eb\n           ^\n");
	assert_excerpt("", 0, 0, 0, "");
}

static void test_long_lines_are_cut(void **state)
{
	(void)state;
	const char *text = "0123456789abcdefghijABCDEFGHIJ0123456789";
	assert_excerpt(text, 0, 2, 12, "    0123456789ab…\n    ^~\n");
	assert_excerpt(text, 7, 8, 12, "    0123456789ab…\n           ^\n");
	assert_excerpt(text, 20, 22, 12, "    …ghijABCDEFGH…\n         ^~\n");
	assert_excerpt(text, 38, 40, 12, "    …456789\n         ^~\n");
	assert_excerpt(text, 2, 40, 12, "    0123456789ab…\n      ^~~~~~~~~~\n");
	assert_excerpt("ääääääääääääääääääääb", 40, 41, 12, "    …ääääb\n         ^\n");
}

static void test_limit(void **state)
{
	(void)state;
	struct fixture f;
	begin(&f, "a", "x");
	for (int i = 0; i < 5; i++)
		diag_error(&f.diags, "r", (struct span){ 0 }, "%d", i);
	assert_string_equal(printed(&f, REPORT_TEXT, (struct report_style){ .limit = 2 }),
			    "hpcc: error: 0 [r]\nhpcc: error: 1 [r]\n3 more are not shown\n");
	arena_free(f.arena);
}

static void test_text_obeys_nobody(void **state)
{
	(void)state;
	struct fixture f;
	begin(&f, "a\x1b]b\n", "x");
	struct diag *d = diag_error(&f.diags, "r", (struct span){ 1, 0, 1 }, "%s", "\x1b[2J\x07\r\n\xC2\x9B\xFF");
	diag_help(&f.diags, d, "%s", "\x1b[3J");
	const char *text = printed(&f, REPORT_TEXT, (struct report_style){ 0 });
	assert_string_equal(text, "a\\x1B]b\\n:1:1: error: \\x1B[2J\\x07\\r\\n\\u009B\\xFF [r]\n    x\n    ^\n"
				  "help: \\x1B[3J\n");
	arena_free(f.arena);
}

static void assert_field(const json_t *object, const char *key, const char *expected)
{
	assert_string_equal(json_string_value(json_object_get(object, key)), expected);
}

static void assert_number(const json_t *object, const char *key, int expected)
{
	assert_true(json_is_integer(json_object_get(object, key)));
	assert_int_equal(json_integer_value(json_object_get(object, key)), expected);
}

static void test_json(void **state)
{
	(void)state;
	struct fixture f;
	begin(&f, "a\xFF.yaml", "ä: b\nc: d\n");
	struct diag *d = diag_error(&f.diags, "r", (struct span){ 1, 3, 10 }, "say \"%s\"", "\x1b");
	diag_note(&f.diags, d, (struct span){ 1, 0, 2 }, "n");
	diag_help(&f.diags, d, "h");
	diag_edit(&f.diags, d, (struct span){ 1, 4, 5 }, "t");
	diag_add(&f.diags, SEVERITY_INFO, "i", (struct span){ 0 }, "m");
	json_t *root = json_loads(printed(&f, REPORT_JSON, (struct report_style){ 0 }), 0, NULL);
	assert_non_null(root);
	assert_number(root, "errors", 1);
	assert_number(root, "infos", 1);
	assert_number(root, "shown", 2);
	const json_t *first = json_array_get(json_object_get(root, "diagnostics"), 0);
	assert_field(first, "severity", "error");
	assert_field(first, "message", "say \"\x1b\"");
	assert_field(first, "file", "a\xEF\xBF\xBD.yaml");
	assert_number(first, "line", 1);
	assert_number(first, "column", 3);
	assert_number(first, "end_line", 2);
	assert_number(first, "end_column", 5);
	assert_field(first, "help", "h");
	assert_number(json_array_get(json_object_get(first, "notes"), 0), "end_column", 2);
	assert_field(json_array_get(json_object_get(first, "edits"), 0), "text", "t");
	const json_t *second = json_array_get(json_object_get(root, "diagnostics"), 1);
	assert_null(json_object_get(second, "file"));
	assert_null(json_object_get(second, "help"));
	json_decref(root);
	arena_free(f.arena);
}

static void test_github(void **state)
{
	(void)state;
	struct fixture f;
	begin(&f, "a,b:c%.yaml", "x: 1\ny: 2\n");
	struct diag *d = diag_error(&f.diags, "r", (struct span){ 1, 3, 4 }, "50%%: a, b");
	diag_note(&f.diags, d, (struct span){ 1, 5, 6 }, "n");
	diag_help(&f.diags, d, "h");
	diag_warning(&f.diags, "w", (struct span){ 0 }, "m");
	diag_add(&f.diags, SEVERITY_INFO, "i", (struct span){ 1, 0, 9 }, "m");
	assert_string_equal(printed(&f, REPORT_GITHUB, (struct report_style){ 0 }),
			    "::error file=a%2Cb%3Ac%25.yaml,line=1,col=4,endColumn=5,title=r::50%25: a, b"
			    "%0Aa,b:c%25.yaml:2:1: note: n%0Ahelp: h\n"
			    "::warning title=w::m\n"
			    "::notice file=a%2Cb%3Ac%25.yaml,line=1,endLine=2,col=1,title=i::m\n");
	arena_free(f.arena);
}

static void test_summary(void **state)
{
	(void)state;
	static const struct {
		size_t errors, warnings, infos;
		const char *expected;
	} cases[] = {
		{ 0, 0, 0, "" },
		{ 3, 1, 0, "3 errors, 1 warning\n" },
		{ 0, 2, 1, "2 warnings, 1 remark\n" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct diags d = { .errors = cases[i].errors, .warnings = cases[i].warnings, .infos = cases[i].infos };
		char *bytes;
		size_t size;
		FILE *out = open_memstream(&bytes, &size);
		report_summary(out, &d, (struct report_style){ 0 });
		fclose(out);
		assert_string_equal(bytes, cases[i].expected);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),   cmocka_unit_test(test_excerpt),
		cmocka_unit_test(test_limit),  cmocka_unit_test(test_long_lines_are_cut),
		cmocka_unit_test(test_json),   cmocka_unit_test(test_text_obeys_nobody),
		cmocka_unit_test(test_github), cmocka_unit_test(test_summary),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
