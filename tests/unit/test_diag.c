/* Diagnostics as data, and what was probably meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/source/diag.h"

static void test_parts(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct diags d;
	diags_init(&d, a);
	struct diag *e = diag_error(&d, "one", (struct span){ 1, 2, 3 }, "no '%s' in %d", "x", 7);
	diag_note(&d, e, (struct span){ 1, 0, 1 }, "here %d", 1);
	diag_note(&d, e, (struct span){ 0 }, "and nowhere");
	diag_help(&d, e, "do %s", "that");
	diag_edit(&d, e, (struct span){ 1, 2, 3 }, "y");
	diag_warning(&d, "two", (struct span){ 0 }, "w");
	diag_add(&d, SEVERITY_INFO, "three", (struct span){ 0 }, "i");
	assert_int_equal(d.errors, 1);
	assert_int_equal(d.warnings, 1);
	assert_int_equal(d.infos, 1);
	assert_string_equal(e->message, "no 'x' in 7");
	assert_string_equal(e->help, "do that");
	assert_int_equal(e->notes.n, 2);
	assert_string_equal(e->notes.v[0].text, "here 1");
	assert_false(span_known(e->notes.v[1].span));
	assert_int_equal(e->edits.n, 1);
	assert_string_equal(e->edits.v[0].text, "y");
	arena_free(a);
}

static void test_sort(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct diags d;
	diags_init(&d, a);
	diag_error(&d, "r", (struct span){ 0 }, "6");
	diag_error(&d, "r", (struct span){ 2, 0, 1 }, "5");
	diag_error(&d, "r", (struct span){ 1, 9, 9 }, "3");
	diag_warning(&d, "r", (struct span){ 1, 9, 10 }, "4");
	diag_error(&d, "r", (struct span){ 1, 1, 10 }, "1");
	diag_error(&d, "r", (struct span){ 1, 1, 2 }, "2");
	diag_error(&d, "r", (struct span){ 0 }, "7");
	diags_sort(&d);
	for (size_t i = 0; i < d.list.n; i++)
		assert_int_equal(d.list.v[i]->message[0], '1' + (int)i);
	arena_free(a);
}

static void test_limit(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct diags d;
	diags_init(&d, a);
	for (int i = 0; i < DIAG_LIMIT; i++)
		diag_error(&d, "r", (struct span){ 1, 0, 1 }, "%d", i);
	size_t used = arena_used(a);
	struct diag *first = NULL;
	for (int i = 0; i < 5000; i++) {
		struct diag *e = diag_error(&d, "r", (struct span){ 1, 0, 1 }, "%d", i);
		assert_non_null(e);
		assert_true(!first || e == first);
		first = e;
		diag_note(&d, e, (struct span){ 0 }, "note");
		diag_help(&d, e, "help");
		diag_edit(&d, e, (struct span){ 1, 0, 1 }, "x");
		assert_int_equal(e->notes.n, 0);
	}
	assert_int_equal(d.list.n, DIAG_LIMIT);
	assert_int_equal(d.dropped, 5000);
	assert_int_equal(d.errors, DIAG_LIMIT + 5000);
	assert_true(arena_used(a) - used < 1024); /* the dropped cost nothing */
	arena_free(a);
}

static void test_quote(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	struct diags d;
	diags_init(&d, a);
	assert_string_equal(diag_quote(&d, "short"), "short");
	char text[200];
	memset(text, 'x', sizeof(text));
	text[199] = '\0';
	memcpy(text + 59, "\xC3\xA4", 2); /* would be cut in two */
	const char *quoted = diag_quote(&d, text);
	assert_int_equal(strlen(quoted), 59 + strlen("…"));
	assert_string_equal(quoted + 59, "…");
	arena_free(a);
}

static const char *meant(const char *word)
{
	static const char *const keys[] = { "cluster", "nodes", "node",	  "partitions", "max_time", "mounts",
					    "cpus",    "gres",	"memory", "max_nodes",	"" };
	return suggest(word, keys, sizeof(keys) / sizeof(*keys));
}

static void test_suggest(void **state)
{
	(void)state;
	assert_string_equal(meant("clutser"), "cluster");	 /* two letters swapped */
	assert_string_equal(meant("partition"), "partitions");	 /* one missing */
	assert_string_equal(meant("parttitions"), "partitions"); /* one too many */
	assert_string_equal(meant("memori"), "memory");		 /* another */
	assert_string_equal(meant("MaxTime"), "max_time");
	assert_string_equal(meant("CPUS"), "cpus");
	assert_string_equal(meant("MAX_NODES"), "max_nodes");
	assert_null(meant("CPUx"));
	assert_string_equal(meant("Nodes"), "nodes");
	assert_string_equal(meant("nodez"), "nodes");
	assert_string_equal(meant("nodex"), "nodes"); /* as far from node: the first of two */
	assert_null(meant("storage"));
	assert_null(meant("xy"));
	assert_null(meant(""));
	char word[1000];
	memset(word, 'n', sizeof(word));
	word[999] = '\0';
	assert_null(meant(word));
	assert_null(suggest("a", NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts), cmocka_unit_test(test_sort),    cmocka_unit_test(test_limit),
		cmocka_unit_test(test_quote), cmocka_unit_test(test_suggest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
