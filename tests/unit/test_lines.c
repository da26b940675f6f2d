/*
 * test_lines.c: hostlists as slurm.conf has them, against what three releases made of them
 * (tests/data/slurm-hostlists.tsv), and against names that `scontrol show hostnames` printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/check/lines.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const releases[] = { "22.05", "24.11", "26.05" };

struct reading {
	struct arena *arena;
	struct records records;
	struct check check;
};

static void reading_init(struct reading *r, const char *release)
{
	*r = (struct reading){ .arena = arena_new() };
	records_init(&r->records, r->arena, release_parse(release));
	r->check = (struct check){ .arena = r->arena, .records = &r->records };
}

/* A `[` that is never closed is one odd name to 22.05: nobody means it, and hpcc refuses it in every release. */
static bool is_unclosed(const char *s)
{
	const char *open = strrchr(s, '[');
	return open && !strchr(open, ']');
}

static size_t compare(const char *expression, const char *release, const char *answer)
{
	struct reading r;
	struct hostlist names;
	struct list_fault f;
	reading_init(&r, release);
	bool known = list_read(&r.check, expression, &names, &f);
	bool theirs = strncmp(answer, "ERR", 3) != 0, ours = f.state != LIST_REFUSED;
	bool same = (ours == theirs || is_unclosed(expression)) &&
		    (!known || !theirs || names.count == strtoull(answer, NULL, 10));
	if (!same)
		print_error("`%s` in %s: Slurm says %.20s, and it is read as %llu names, state %d\n", expression,
			    release, answer, (unsigned long long)names.count, (int)f.state);
	arena_free(r.arena);
	return !same;
}

static void agrees_with_slurm(void **state)
{
	FILE *f = fopen("tests/data/slurm-hostlists.tsv", "r");
	char line[1024];
	size_t lines = 0, wrong = 0;
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	while (fgets(line, sizeof(line), f)) {
		char *column[5], *at = line;
		for (size_t i = 0; i < COUNT(column); i++) {
			assert_non_null(at);
			column[i] = at;
			at = strchr(at, '\t');
			if (at)
				*at++ = '\0';
		}
		/* An empty value is an empty list in a file, whatever scontrol says to one. */
		for (size_t i = 0; i < COUNT(releases) && *column[0]; i++)
			wrong += compare(column[0], releases[i], column[1 + i]);
		lines++;
	}
	fclose(f);
	assert_int_equal(lines, 53);
	assert_int_equal(wrong, 0);
}

/* What scontrol printed, in hpcc's own form; "" where it refused. */
static const struct {
	const char *expression, *before, *since; /* up to 22.05, and later */
	enum list_state state;			 /* later */
} cases[] = {
	{ "n1", "n1", "n1", LIST_FINE },
	{ "n1 n2,n[4-5]", "n[1-2,4-5]", "n[1-2,4-5]", LIST_FINE },
	{ "n1,,n2,", "n[1-2]", "n[1-2]", LIST_FINE },
	{ "n[08-10]", "n[08-10]", "n[08-10]", LIST_FINE },
	{ "n[1-2]b", "", "n[1-2]b", LIST_FINE },
	{ "n[1-2]b,c", "c", "n[1-2]b,c", LIST_FINE },
	{ "n[ 1-2]", "n[01-02]", "n[01-02]", LIST_ODD },
	{ "n[1-2, 4]", "n[1-2,04]", "n[1-2,04]", LIST_ODD },
	{ "n[+1-3]", "n[01-03]", "n[01-03]", LIST_ODD },
	{ "n[1-]", "n1", "n1", LIST_ODD },
	{ "n[1- 3]", "n[1-3]", "n[1-3]", LIST_ODD },
	{ "n1-3]", "n1-3]", "n1-3]", LIST_ODD },
	{ "n(1-3)", "n(1-3)", "n(1-3)", LIST_ODD },
	{ "n[1x-3]", "", "", LIST_REFUSED },
	{ "n[1-3 ]", "", "", LIST_REFUSED },
	{ "n[3-1]", "", "", LIST_REFUSED },
	{ "n[ ]", "", "", LIST_REFUSED },
	{ "n[1-70000]", "", "", LIST_REFUSED },
	{ "n[1-3", "", "", LIST_REFUSED },
};

static void reads_what_slurm_reads(void **state)
{
	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t later = 0; later < 2; later++) {
			struct reading r;
			struct hostlist names;
			struct list_fault f;
			struct text t;
			reading_init(&r, later ? "24.11" : "22.05");
			list_read(&r.check, cases[i].expression, &names, &f);
			text_init(&t, r.arena);
			hostlist_print(&names, true, &t);
			assert_string_equal(t.s, later ? cases[i].since : cases[i].before);
			if (later)
				assert_int_equal(f.state, cases[i].state);
			assert_true(f.state == LIST_FINE || (f.message && *f.message));
			assert_true(f.start <= f.end && f.end <= strlen(cases[i].expression));
			arena_free(r.arena);
		}
}

/* node_conf.c puts brackets round ports that have none. */
static void reads_ports(void **state)
{
	static const struct {
		const char *value;
		uint64_t count;
	} ports[] = {
		{ "17001", 1 }, { "17001-17003", 3 }, { "[17001-17003]", 3 }, { "17001,17003", 2 }, { "port", 0 }
	};
	for (size_t i = 0; i < COUNT(ports); i++) {
		struct reading r;
		struct hostlist names;
		reading_init(&r, "24.11");
		assert_int_equal(port_list_read(&r.check, ports[i].value, &names, NULL), ports[i].count > 0);
		assert_int_equal(names.count, ports[i].count);
		arena_free(r.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_slurm),
		cmocka_unit_test(reads_what_slurm_reads),
		cmocka_unit_test(reads_ports),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
