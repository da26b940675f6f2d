/* test_upgrade.c: sets of releases, and the ways between them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compiler/slurm/upgrade.h"

static release_set from_to(enum release first, enum release last)
{
	return releases_before(last + 1) & ~releases_before(first);
}

static void sets_are_said(void **state)
{
	struct arena *a = arena_new();
	release_set late = from_to(RELEASE_25_05, RELEASE_26_05), early = from_to(RELEASE_22_05, RELEASE_23_02);
	assert_string_equal(releases_said(a, release_bit(RELEASE_24_11)), "24.11");
	assert_string_equal(releases_said(a, late), "25.05 to 26.05");
	assert_string_equal(releases_said(a, early | late), "22.05 to 23.02 and 25.05 to 26.05");
	assert_string_equal(releases_said(a, early | late | release_bit(RELEASE_24_05)),
			    "22.05 to 23.02, 24.05 and 25.05 to 26.05");
	assert_string_equal(releases_wanted(a, late), "25.05 or later");
	assert_string_equal(releases_wanted(a, early), "23.02 or earlier");
	assert_string_equal(releases_wanted(a, from_to(RELEASE_23_02, RELEASE_24_05)), "23.02 to 24.05");
	arena_free(a);
}

static void sets_are_said_among_others(void **state)
{
	struct arena *a = arena_new();
	release_set fits = from_to(RELEASE_23_02, RELEASE_25_05);
	assert_string_equal(releases_said_among(a, from_to(RELEASE_24_11, RELEASE_25_05), fits), "in 24.11 and later");
	assert_string_equal(releases_said_among(a, from_to(RELEASE_23_02, RELEASE_24_05), fits),
			    "in 24.05 and earlier");
	assert_string_equal(releases_said_among(a, from_to(RELEASE_23_11, RELEASE_24_05), fits), "in 23.11 to 24.05");
	assert_string_equal(releases_said_among(a, release_bit(RELEASE_24_05), fits), "in 24.05 alone");
	arena_free(a);
}

static void newest_and_older(void **state)
{
	assert_int_equal(releases_newest(RELEASES_NONE), RELEASE_NONE);
	assert_int_equal(releases_newest(RELEASES_ALL), RELEASE_26_05);
	assert_int_equal(releases_before(RELEASE_22_05), RELEASES_NONE);
	assert_false(releases_hold(RELEASES_ALL, RELEASE_NONE));
}

static void windows(void **state)
{
	assert_true(upgrade_is_direct(RELEASE_22_05, RELEASE_23_11));
	assert_false(upgrade_is_direct(RELEASE_22_05, RELEASE_24_05));
	assert_true(upgrade_is_direct(RELEASE_23_02, RELEASE_24_11));
	assert_true(upgrade_is_direct(RELEASE_24_11, RELEASE_26_05));
	assert_false(upgrade_is_direct(RELEASE_24_05, RELEASE_26_05));
}

/* Every way ends, and each of its steps may be gone. */
static void ways_end(void **state)
{
	for (int from = 0; from < RELEASE_COUNT; from++)
		for (int to = from + 1; to < RELEASE_COUNT; to++)
			for (enum release r = (enum release)from, next; r != (enum release)to; r = next) {
				next = upgrade_step(r, (enum release)to);
				assert_true(release_is_older(r, next) && !release_is_older((enum release)to, next));
				assert_true(upgrade_is_direct(r, next));
			}
}

static void names_of_one_plugin(void **state)
{
	assert_true(upgrade_same_value("topology/none", "topology/flat"));
	assert_true(upgrade_same_value("16", "16"));
	assert_false(upgrade_same_value("topology/none", "topology/tree"));
	assert_false(upgrade_same_value("select/linear", "select/cons_tres"));
}

/* What is given out after arena_empty() is zeroed, and comes from the memory that was there. */
static void an_emptied_arena_is_as_new(void **state)
{
	struct arena *a = arena_new();
	for (int round = 0; round < 3; round++) {
		for (size_t size = 1; size < 2000000; size *= 3) {
			unsigned char *p = arena_alloc(a, size);
			for (size_t i = 0; i < size; i++) {
				assert_int_equal(p[i], 0);
				p[i] = 0xAA;
			}
		}
		assert_true(arena_used(a) > 1000000);
		arena_empty(a);
		assert_int_equal(arena_used(a), 0);
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_are_said),
		cmocka_unit_test(sets_are_said_among_others),
		cmocka_unit_test(newest_and_older),
		cmocka_unit_test(windows),
		cmocka_unit_test(ways_end),
		cmocka_unit_test(names_of_one_plugin),
		cmocka_unit_test(an_emptied_arena_is_as_new),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
