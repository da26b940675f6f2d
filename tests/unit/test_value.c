#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/slurm/value.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void numbers(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} good[] = {
		{ "0", 0 },
		{ "42", 42 },
		{ "010", 8 },
		{ "0x1F", 31 },
		{ "4k", 4096 },
		{ "4K", 4096 },
		{ "00", 0 },
		{ "INFINITE", SLURM_INFINITE },
		{ "0x10k", 16384 },
		{ "18446744073709551614", UINT64_MAX - 1 },
		{ "unlimited", SLURM_INFINITE },
	};
	static const char *const bad[] = { "",
					   "k",
					   "-1",
					   "+5",
					   "08",
					   "0x",
					   "1G",
					   "1.5",
					   "1e3",
					   " 5",
					   "5 ",
					   "5kk",
					   "ten",
					   "18446744073709551615",
					   "18446744073709551616",
					   "18446744073709551615k",
					   "0xg" };
	uint64_t n;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_true(slurm_number(good[i].text, &n));
		assert_true(n == good[i].value);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		n = 7;
		if (slurm_number(bad[i], &n))
			fail_msg("'%s' was taken", bad[i]);
		assert_true(n == 7);
	}
	assert_true(slurm_number_octal("010"));
	assert_false(slurm_number_octal("0"));
	assert_false(slurm_number_octal("0x10"));
	assert_false(slurm_number_octal("10"));
}

static void flags(void **state)
{
	bool flag;
	assert_true(slurm_bool("Yes", &flag) && flag);
	assert_true(slurm_bool("UP", &flag) && flag);
	assert_true(slurm_bool("1", &flag) && flag);
	assert_true(slurm_bool("false", &flag) && !flag);
	assert_true(slurm_bool("0", &flag) && !flag);
	assert_false(slurm_bool("on", &flag));
	assert_false(slurm_bool("", &flag));
}

static void floats(void **state)
{
	static const char *const good[] = { "0", "100", "97.5", ".5", "5.", "-1", "+2", "1e3", "1.5E-2", "Infinite" };
	static const char *const bad[] = { "", ".", "98%", "nan", "inf", "0x1p3", "1,5", "1 ", "1e", "1e+", "--1" };
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(slurm_float_valid(good[i]));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(slurm_float_valid(bad[i]));
}

static void minutes(void **state)
{
	static const struct {
		const char *text;
		uint32_t minutes;
	} good[] = {
		{ "0", 0 },
		{ "30", 30 },
		{ "30:01", 31 },
		{ "1:00:00", 60 },
		{ "8:00:01", 481 },
		{ "1-0", 1440 },
		{ "7-00:00:00", 10080 },
		{ "1-12:30", 2190 },
		{ "2-1:2:3", 2943 },
		{ "010", 10 },
		{ "90:00", 90 },
		{ "-1", SLURM_INFINITE_MINUTES },
		{ "infinite", SLURM_INFINITE_MINUTES },
		{ "UNLIMITED", SLURM_INFINITE_MINUTES },
	};
	static const char *const bad[] = { "",	  "foo",	 "1h",	      ":5",    "5:",	"1-",
					   "-5",  "1:2:3:4",	 "1-2:3:4:5", "1--2",  "1:2-3", "1 ",
					   "1.5", "99999999999", "24856-0",   "1-1-1", "1:-2" };
	uint32_t n;
	for (size_t i = 0; i < COUNT(good); i++) {
		if (!slurm_minutes(good[i].text, &n) || n != good[i].minutes)
			fail_msg("'%s' is not %u minutes", good[i].text, (unsigned)good[i].minutes);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		if (slurm_minutes(bad[i], &n))
			fail_msg("'%s' was taken", bad[i]);
}

static void counts(void **state)
{
	uint64_t n;
	assert_true(slurm_gres_count("2", &n) && n == 2);
	assert_true(slurm_gres_count("2K", &n) && n == 2048);
	assert_true(slurm_gres_count("2kib", &n) && n == 2048);
	assert_true(slurm_gres_count("2KB", &n) && n == 2000);
	assert_true(slurm_gres_count("3m", &n) && n == 3145728);
	assert_true(slurm_gres_count("1P", &n) && n == 1125899906842624);
	static const char *const bad[] = {
		"", "k", "2X", "2b", "2kk", "2kbb", "2 k", "-2", "99999999999999999999", "99999999P"
	};
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(slurm_gres_count(bad[i], &n));
}

static void gres(void **state)
{
	struct arena *a = arena_new();
	struct gres_items items;
	const char *error = NULL;

	assert_true(slurm_gres_parse(a, "gpu,gpu:a100,gpu:a100:4,shard:16,lustre:no_consume:4G,gpu:3g.20gb:2(S:0-1)",
				     &items, &error));
	assert_int_equal(items.list.n, 6);
	const struct gres_item *v = items.list.v;
	assert_string_equal(v[0].name, "gpu");
	assert_null(v[0].type);
	assert_int_equal(v[0].count, 1);
	assert_string_equal(v[1].type, "a100");
	assert_int_equal(v[1].count, 1);
	assert_string_equal(v[2].type, "a100");
	assert_int_equal(v[2].count, 4);
	assert_null(v[3].type);
	assert_int_equal(v[3].count, 16);
	assert_true(v[4].no_consume && !v[4].type);
	assert_true(v[4].count == (uint64_t)4 << 30);
	assert_string_equal(v[5].type, "3g.20gb");
	assert_string_equal(v[5].sockets, "S:0-1");
	assert_int_equal(v[5].count, 2);

	assert_true(slurm_gres_parse(a, "", &items, &error));
	assert_int_equal(items.list.n, 0);
	/* The type that begins with a digit: Slurm wants a count after it. */
	static const char *const bad[] = { "gpu:1080ti", "gpu:a100:2X", ":2",	     "gpu,",	   "gpu::2",
					   "gpu:",	 "gpu:a:b:2",	"gpu:2(S:0", "gpu:2(S:0)x" };
	for (size_t i = 0; i < COUNT(bad); i++) {
		error = NULL;
		if (slurm_gres_parse(a, bad[i], &items, &error))
			fail_msg("'%s' was taken", bad[i]);
		assert_non_null(error);
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers), cmocka_unit_test(flags),  cmocka_unit_test(floats),
		cmocka_unit_test(minutes), cmocka_unit_test(counts), cmocka_unit_test(gres),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
