/* json.h: what is JSON, and where it stops being that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/base/text.h"
#include "compiler/check/json.h"

static void test_reads(void **state)
{
	static const char *const texts[] = {
		"{}",
		"[]",
		" [ ] \n",
		"0",
		"-0.5e+10",
		"\"\"",
		"true",
		"null",
		"{\"a\": {\"b\": [1, [2, {}], \"c\"]}}\r\n",
		"[\"\\u00e9\\n\\\\\", \"\xc3\xa9\", 1.5, 1E3]",
		"{\"\": 1, \"a\":\t[],\"a\":2}",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct json_fault f;
		if (!json_reads(texts[i], strlen(texts[i]), &f))
			fail_msg("%s: %zu: %s", texts[i], f.start, f.what);
	}
}

/* What is at fault, word for word, and the bracket that is open. */
static void test_faults(void **state)
{
	static const struct {
		const char *text, *at;
		size_t start;
		const char *opened;
	} cases[] = {
		{ "", "", 0, NULL },
		{ " \n", "", 0, NULL },
		{ "{\"a\": 1,\n}", ",", 7, NULL },
		{ "[1, 2,]", ",", 5, NULL },
		{ "[1 2]", "2", 3, NULL },
		{ "{a: 1}", "a", 1, NULL },
		{ "{\"a\" 1}", "1", 5, NULL },
		{ "{\"a\": b.c}", "b.c", 6, NULL },
		{ "{'a': 1}", "'", 1, NULL },
		{ "[1] // x", "//", 4, NULL },
		{ "# x\n[1]", "#", 0, NULL },
		{ "[1] [2]", "[", 4, NULL },
		{ "[1, {\"a\": 2]", "]", 11, NULL },
		{ "[1, {\"a\": 2 \n", "2", 10, "{" },
		{ "[\"a]\n", "\"", 1, NULL },
		{ "[\"\t\"]", "\t", 2, NULL },
		{ "[\"\\x\"]", "\\x", 2, NULL },
		{ "[\"\\u12\"]", "\\u12", 2, NULL },
		{ "[01]", "01", 1, NULL },
		{ "[1.]", "1.", 1, NULL },
		{ "[-]", "-", 1, NULL },
		{ "[1a]", "1a", 1, NULL },
		{ "[nulls]", "nulls", 1, NULL },
		{ "[,]", ",", 1, NULL },
		{ "]", "]", 0, NULL },
		{ "\xEF\xBB\xBF{}", "\xEF\xBB\xBF", 0, NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_fault f = { 0 };
		size_t n = strlen(cases[i].text);
		assert_false(json_reads(cases[i].text, n, &f));
		assert_int_equal(f.start, cases[i].start);
		assert_int_equal(f.end - f.start, strlen(cases[i].at));
		assert_memory_equal(cases[i].text + f.start, cases[i].at, f.end - f.start);
		if (cases[i].opened)
			assert_int_equal(cases[i].text[f.opened], cases[i].opened[0]);
		else
			assert_int_equal(f.opened, n);
		assert_non_null(f.what);
	}
}

/* A text cut anywhere is no JSON, and is not read beyond its end. */
static void test_cut(void **state)
{
	static const char text[] = "{\"a\": [1.5e3, true, {\"b\": \"\\u00e9\"}], \"c\": null}";
	(void)state;
	for (size_t n = 0; n < strlen(text); n++) {
		struct arena *a = arena_new();
		struct json_fault f;
		assert_false(json_reads(arena_strndup(a, text, n), n, &f));
		assert_true(f.start <= f.end && f.end <= n && f.opened <= n);
		arena_free(a);
	}
}

static void test_deep(void **state)
{
	char text[2 * JSON_DEPTH + 2];
	struct json_fault f;
	(void)state;
	memset(text, '[', JSON_DEPTH);
	memset(text + JSON_DEPTH, ']', JSON_DEPTH);
	assert_true(json_reads(text, (size_t)2 * JSON_DEPTH, &f));
	memset(text, '[', JSON_DEPTH + 1);
	assert_false(json_reads(text, sizeof(text), &f));
	assert_int_equal(f.start, JSON_DEPTH);
}

/* Members whose value is text, wherever they lie; what only looks so within a text is none. */
static void test_texts(void **state)
{
	static const char text[] =
		"{\"a\" : \"1\", \"b\": [\"c\", {\"d\\\"e\": \"f\\\\\"}], \"g\": 2, \"h\": \"i\\\": \\\"j\"}";
	static const char *const wanted[] = { "a", "1", "d\\\"e", "f\\\\", "h", "i\\\": \\\"j" };
	struct json_member m;
	struct json_fault f;
	size_t at = 0, n = 0;
	(void)state;
	assert_true(json_reads(text, strlen(text), &f));
	for (; json_next_text(text, strlen(text), &at, &m); n += 2) {
		assert_true(n < sizeof(wanted) / sizeof(wanted[0]));
		assert_int_equal(m.key_end - m.key, strlen(wanted[n]));
		assert_memory_equal(text + m.key, wanted[n], m.key_end - m.key);
		assert_int_equal(m.value_end - m.value, strlen(wanted[n + 1]));
		assert_memory_equal(text + m.value, wanted[n + 1], m.value_end - m.value);
	}
	assert_int_equal(n, sizeof(wanted) / sizeof(wanted[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads), cmocka_unit_test(test_faults), cmocka_unit_test(test_cut),
		cmocka_unit_test(test_deep),  cmocka_unit_test(test_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
