/* Places in a text, and the bytes that no text may hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/source/diag.h"
#include "compiler/source/source.h"

struct fixture {
	struct arena *arena;
	struct sources sources;
	struct diags diags;
};

static struct source *begin(struct fixture *f, const char *bytes, size_t size)
{
	f->arena = arena_new();
	sources_init(&f->sources, f->arena);
	diags_init(&f->diags, f->arena);
	return source_add(&f->sources, "a.yaml", bytes, size);
}

static void assert_position(const struct source *s, uint32_t byte, uint32_t line, uint32_t column)
{
	struct position p = source_position(s, byte);
	assert_int_equal(p.line, line);
	assert_int_equal(p.column, column);
}

static void assert_line(const struct source *s, uint32_t line, const char *text)
{
	size_t size;
	const char *bytes = source_line(s, line, &size);
	assert_int_equal(size, strlen(text));
	assert_memory_equal(bytes, text, size);
}

static void test_positions(void **state)
{
	(void)state;
	struct fixture f;
	static const char text[] = "ab\ncd\r\n\nx";
	struct source *s = begin(&f, text, sizeof(text) - 1);
	assert_true(s->ascii);
	assert_int_equal(s->n_lines, 4);
	assert_position(s, 0, 1, 1);
	assert_position(s, 2, 1, 3); /* the line break belongs to its line */
	assert_position(s, 3, 2, 1);
	assert_position(s, 7, 3, 1);
	assert_position(s, 8, 4, 1);
	assert_position(s, 9, 4, 2);
	assert_position(s, 99, 4, 2);
	assert_line(s, 1, "ab");
	assert_line(s, 2, "cd");
	assert_line(s, 3, "");
	assert_line(s, 4, "x");
	assert_line(s, 0, "");
	assert_line(s, 5, "");
	arena_free(f.arena);
}

static void test_empty(void **state)
{
	(void)state;
	struct fixture f;
	struct source *s = begin(&f, "", 0);
	assert_int_equal(s->n_lines, 1);
	assert_position(s, 0, 1, 1);
	assert_line(s, 1, "");
	assert_int_equal(source_byte(s, 0), 0);
	assert_true(source_check(&f.sources, s, &f.diags));
	arena_free(f.arena);
}

static void test_byte_order_mark_is_left_out(void **state)
{
	(void)state;
	struct fixture f;
	struct source *s = begin(&f,
				 "\xEF\xBB\xBF"
				 "a: 1",
				 7);
	assert_int_equal(s->size, 4);
	assert_string_equal(s->bytes, "a: 1");
	assert_position(s, 0, 1, 1);
	assert_true(source_check(&f.sources, s, &f.diags));
	arena_free(f.arena);
}

/* Every byte of a text that crosses several steps of the table, against counting by hand. */
static void test_characters(void **state)
{
	(void)state;
	struct fixture f;
	static const char *const pieces[] = { "a", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\n" };
	char text[4096];
	size_t n = 0;
	for (size_t i = 0; n < sizeof(text) - 8; i++) {
		const char *piece = pieces[i * 7 % 5 == 4 && i % 40 ? 0 : i * 7 % 5];
		memcpy(text + n, piece, strlen(piece));
		n += strlen(piece);
	}
	for (size_t size = n - 2 * SOURCE_STEP; size <= n; size++) { /* all remainders of the step */
		if (size < n && ((unsigned char)text[size] & 0xC0) == 0x80)
			continue;
		struct source *s = begin(&f, text, size);
		assert_false(s->ascii);
		uint32_t line = 1, column = 1, character = 0;
		for (uint32_t i = 0; i < size; i++) {
			if (((unsigned char)text[i] & 0xC0) == 0x80)
				continue;
			assert_position(s, i, line, column);
			assert_int_equal(source_byte(s, character), i);
			character++;
			column++;
			if (text[i] == '\n') {
				line++;
				column = 1;
			}
		}
		assert_position(s, (uint32_t)size, line, column);
		assert_int_equal(source_byte(s, character), size);
		assert_int_equal(source_byte(s, character + 1000), size);
		arena_free(f.arena);
	}
}

static void test_spans(void **state)
{
	(void)state;
	struct fixture f;
	struct source *s = begin(&f, "hello", 5);
	struct source *t = source_add(&f.sources, "b.yaml", "world", 5);
	assert_int_equal(s->id, 1);
	assert_int_equal(t->id, 2);
	assert_ptr_equal(source_of(&f.sources, (struct span){ 2, 0, 1 }), t);
	assert_null(source_of(&f.sources, (struct span){ 0 }));
	assert_null(source_of(&f.sources, (struct span){ 3, 0, 1 }));
	assert_string_equal(source_text(&f.sources, (struct span){ 1, 1, 4 }), "ell");
	assert_string_equal(source_text(&f.sources, (struct span){ 2, 3, 99 }), "ld");
	assert_string_equal(source_text(&f.sources, (struct span){ 0 }), "");
	arena_free(f.arena);
}

struct finding {
	const char *rule, *message;
	uint32_t start, end;
};

static void check(const char *bytes, size_t size, const struct finding *findings, size_t n)
{
	struct fixture f;
	struct source *s = begin(&f, bytes, size);
	assert_int_equal(source_check(&f.sources, s, &f.diags), n == 0);
	assert_int_equal(f.diags.list.n, n);
	for (size_t i = 0; i < n; i++) {
		const struct diag *d = f.diags.list.v[i];
		assert_int_equal(d->severity, SEVERITY_ERROR);
		assert_string_equal(d->rule, findings[i].rule);
		assert_non_null(strstr(d->message, findings[i].message));
		assert_int_equal(d->span.source, s->id);
		assert_int_equal(d->span.start, findings[i].start);
		assert_int_equal(d->span.end, findings[i].end);
	}
	arena_free(f.arena);
}

#define CHECK(bytes, ...)                                                                                              \
	check(bytes, sizeof(bytes) - 1, (const struct finding[]){ __VA_ARGS__ },                                       \
	      sizeof((const struct finding[]){ __VA_ARGS__ }) / sizeof(struct finding))

static void test_hygiene(void **state)
{
	(void)state;
	static const char fine[] = "a:\tb\r\n\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80 \xC2\xA0\n";
	check(fine, sizeof(fine) - 1, NULL, 0);
	CHECK("x\xE4y", { "not-utf8", "byte 0xE4 is not UTF-8; save the file as UTF-8", 1, 2 });
	CHECK("\xC3", { "not-utf8", "0xC3", 0, 1 });
	CHECK("\xE2\x82", { "not-utf8", "0xE2", 0, 1 }, { "not-utf8", "0x82", 1, 2 });
	CHECK("\xC0\x80", { "not-utf8", "0xC0", 0, 1 }, { "not-utf8", "0x80", 1, 2 });
	CHECK("\xED\xA0\x80", { "not-utf8", "0xED", 0, 1 }, { "not-utf8", "0xA0", 1, 2 }, { "not-utf8", "0x80", 2, 3 });
	CHECK("\xF4\x90\x80\x80", { "not-utf8", "0xF4", 0, 1 }, { "not-utf8", "0x90", 1, 2 },
	      { "not-utf8", "0x80", 2, 3 }, { "not-utf8", "0x80", 3, 4 });
	CHECK("a\0b", { "control-character", "NUL byte (0x00)", 1, 2 });
	CHECK("a\x1B[31m", { "control-character", "0x1B", 1, 2 });
	CHECK("a\x7F", { "control-character", "0x7F", 1, 2 });
	CHECK("a\rb\r", { "control-character", "0x0D", 1, 2 }, { "control-character", "0x0D", 3, 4 });
	CHECK("\xC2\x85", { "control-character", "U+0085", 0, 2 });
	CHECK("\xC2\x80", { "control-character", "U+0080", 0, 2 });
	CHECK("a\xE2\x80\xA8\xE2\x80\xA9", { "control-character", "U+2028", 1, 4 },
	      { "control-character", "U+2029", 4, 7 });
	CHECK("a\xEF\xBB\xBF", { "control-character", "U+FEFF", 1, 4 });
	CHECK("\xEF\xBF\xBE\xEF\xBF\xBF", { "control-character", "U+FFFE", 0, 3 },
	      { "control-character", "U+FFFF", 3, 6 });
}

static void test_other_encodings(void **state)
{
	(void)state;
	CHECK("\xFF\xFE"
	      "a\0:\0",
	      { "not-utf8", "UTF-16", 0, 2 });
	CHECK("\xFE\xFF\0a", { "not-utf8", "UTF-16", 0, 2 });
	CHECK("a\0:\0 \0b\0", { "not-utf8", "UTF-16", 0, 2 });
	CHECK("\0a\0:", { "not-utf8", "UTF-16", 0, 2 });
	CHECK("\xFF\xFE\0\0a\0\0\0", { "not-utf8", "UTF-32", 0, 2 });
}

static void test_hygiene_has_a_limit(void **state)
{
	(void)state;
	struct fixture f;
	char text[100];
	memset(text, '\x01', sizeof(text));
	struct source *s = begin(&f, text, sizeof(text));
	assert_false(source_check(&f.sources, s, &f.diags));
	assert_int_equal(f.diags.list.n, HYGIENE_LIMIT);
	const struct diag *last = f.diags.list.v[HYGIENE_LIMIT - 1];
	assert_int_equal(last->notes.n, 1);
	assert_non_null(strstr(last->notes.v[0].text, "80 more"));
	arena_free(f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_positions),	cmocka_unit_test(test_empty),
		cmocka_unit_test(test_characters),	cmocka_unit_test(test_byte_order_mark_is_left_out),
		cmocka_unit_test(test_spans),		cmocka_unit_test(test_hygiene),
		cmocka_unit_test(test_other_encodings), cmocka_unit_test(test_hygiene_has_a_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
