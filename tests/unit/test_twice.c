/* Two compiles in one process know nothing of each other: A, B, A gives A's files twice, to the byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/compile.h"

/* Specs as the tests' working directory, the source root, has them. */
static const char *read_file(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error)
{
	enum { CAP = 1 << 20 };
	FILE *f = fopen(path, "rb");
	(void)ctx;
	if (!f) {
		*ret_error = "it cannot be opened";
		return NULL;
	}
	char *bytes = arena_alloc(a, CAP);
	size_t n = fread(bytes, 1, CAP - 1, f);
	fclose(f);
	bytes[n] = '\0';
	*ret_size = n;
	return bytes;
}

/* All files of all targets, one after the other. */
static struct compile *compiled(const char *path, struct text *files)
{
	struct compile *c = compile_new(read_file, NULL);
	compile_spec(c, path, NULL, 0);
	compile_default_targets(c);
	compile_finish(c);
	for (size_t i = 0; i < c->diags.list.n; i++)
		print_error("%s: %s\n", path, c->diags.list.v[i]->message);
	assert_int_equal(c->diags.errors, 0);
	assert_true(compile_emit(c));
	text_init(files, c->arena);
	for (size_t i = 0; i < c->results.n; i++)
		for (size_t j = 0; j < c->results.v[i].output.files.n; j++) {
			const struct output_file *f = &c->results.v[i].output.files.v[j];
			text_addf(files, "%s/%s %d\n", c->results.v[i].target->name, f->path, f->executable);
			text_addn(files, f->text.s, f->text.n);
		}
	assert_true(files->n > 0);
	return c;
}

static void assert_alone(const char *a, const char *b)
{
	struct text first, other, second;
	struct compile *x = compiled(a, &first), *y = compiled(b, &other);
	assert_string_not_equal(first.s, other.s);
	/* While the others live, and once one of them is gone. */
	struct compile *z = compiled(a, &second);
	assert_string_equal(first.s, second.s);
	compile_free(z);
	compile_free(y);
	z = compiled(a, &second);
	assert_string_equal(first.s, second.s);
	compile_free(z);
	compile_free(x);
}

static void test_twice(void **state)
{
	(void)state;
	assert_alone("specs/quickstart.yaml", "specs/university.yaml");
	assert_alone("specs/university.yaml", "specs/accounting.yaml");
	assert_alone("specs/accounting.yaml", "specs/two-kinds.yaml");
}

/* A compile that found errors leaves nothing behind either. */
static void test_after_errors(void **state)
{
	(void)state;
	struct text first, second;
	struct compile *x = compiled("specs/accounting.yaml", &first);
	struct compile *bad = compile_new(read_file, NULL);
	compile_spec(bad, "tests/unit/meson.build", NULL, 0);
	compile_default_targets(bad);
	compile_finish(bad);
	assert_true(bad->diags.errors > 0);
	assert_false(compile_emit(bad));
	compile_free(bad);
	struct compile *y = compiled("specs/accounting.yaml", &second);
	assert_string_equal(first.s, second.s);
	compile_free(y);
	compile_free(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_after_errors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
