/*
 * Hostlists against Slurm's own answers (tests/data/slurm-hostlists.tsv) and against tables. Random ones are in
 * test_hostlist_random.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/base/text.h"
#include "compiler/hostlist/hostlist.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct arena *arena;

static int setup(void **state)
{
	arena = arena_new();
	return 0;
}

static int teardown(void **state)
{
	arena_free(arena);
	return 0;
}

static struct hostlist parse(const char *expression)
{
	struct hostlist h;
	struct hostlist_error error;
	if (!hostlist_parse(arena, expression, &h, &error))
		fail_msg("`%s`: %zu..%zu: %s", expression, error.start, error.end, error.message);
	return h;
}

static const char *print(const struct hostlist *h, bool suffixes)
{
	struct text t;
	text_init(&t, arena);
	hostlist_print(h, suffixes, &t);
	return t.s;
}

/* All names with blanks between them. */
static const char *names(const struct hostlist *h)
{
	struct text t;
	struct hostwalk w;
	text_init(&t, arena);
	hostwalk_start(&w, h);
	for (const char *name; (name = hostwalk_next(&w));)
		text_join(&t, 0, " ", name);
	return t.s;
}

/* What three releases of Slurm say. */

struct difference {
	const char *expression, *why;
};

static const struct difference known[] = {
	{ "n1-3]", "Slurm takes the stray bracket for a part of the name" },
	{ "n1 n2", "Slurm's client splits at blanks; slurm.conf does not" },
	{ "n[0-65536]", "Slurm's limit of a range is the printer's business here" },
	{ "n[1-65537]", "Slurm's limit of a range is the printer's business here" },
	{ "n[1-70000]", "Slurm's limit of a range is the printer's business here" },
	{ "a[1-70000]b[1-2]", "Slurm's limit of a range is the printer's business here" },
	{ "n[99999999999999999999]", "Slurm's number overflows in silence" },
	{ "n[[1-2]]", "Slurm makes a name with brackets" },
	{ "n{1-2}", "Slurm makes a name with braces" },
	{ "n[ 1-2]", "Slurm reads the blank as a leading zero" },
};

static const char *known_difference(const char *expression)
{
	for (size_t i = 0; i < COUNT(known); i++)
		if (strcmp(known[i].expression, expression) == 0)
			return known[i].why;
	return NULL;
}

/* `first` is Slurm's first names, and the last one after "...". */
static void compare_first_names(const char *expression, const struct hostlist *h, char *first)
{
	uint64_t i = 0;
	bool last = false;
	if (strcmp(expression, "r[1-2]n[1-2]p[1-2]") == 0)
		return; /* the same names in Slurm's own order */
	for (char *rest = NULL, *name = strtok_r(first, " \n", &rest); name; name = strtok_r(NULL, " \n", &rest)) {
		if (strcmp(name, "...") == 0)
			last = true;
		else
			assert_string_equal(hostlist_name_dup(h, last ? h->count - 1 : i++, arena), name);
	}
	assert_true(last || i == h->count);
}

/* Columns: expression, the answers of 22.05, 24.11 and 26.05 (a count, or ERR), the first names of 26.05. */
static void agrees_with_slurm(void **state)
{
	FILE *f = fopen("tests/data/slurm-hostlists.tsv", "r");
	char line[1024];
	int lines = 0;
	size_t differ = 0;
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	while (fgets(line, sizeof(line), f)) {
		char *column[5], *at = line;
		for (int i = 0; i < 5; i++) {
			assert_non_null(at);
			column[i] = at;
			at = strchr(at, '\t');
			if (at)
				*at++ = '\0';
		}
		struct hostlist h;
		struct hostlist_error error;
		bool ours = hostlist_parse(arena, column[0], &h, &error);
		bool theirs = strncmp(column[3], "ERR", 3) != 0;
		bool same = ours == theirs && (!ours || h.count == strtoull(column[3], NULL, 10));
		const char *why = known_difference(column[0]);
		if (same == (why != NULL))
			fail_msg("`%s`: Slurm says %s, and the table of known differences %s", column[0], column[3],
				 why ? why : "does not know it");
		if (same && ours)
			compare_first_names(column[0], &h, column[4]);
		differ += why != NULL;
		lines++;
	}
	fclose(f);
	assert_int_equal(lines, 53);
	assert_int_equal(differ, COUNT(known));
}

/* Tables. */

static void canonical_runs(void **state)
{
	static const struct {
		const char *expression, *runs; /* prefix:lo-hi/width:suffix */
	} cases[] = {
		{ "c12", "c:12-12/0:" },
		{ "c012", "c:12-12/3:" },
		{ "c0", "c:0-0/0:" },
		{ "c00", "c:0-0/2:" },
		{ "login", "login" },
		{ "a1.dom", "a1.dom" },
		{ "12", ":12-12/0:" },
		{ "c[1-4]", "c:1-4/0:" },
		{ "c1,c2,c3", "c:1-3/0:" },
		{ "c[08-12]", "c:8-9/2: c:10-12/0:" },
		{ "c08,c09,c10,c11", "c:8-9/2: c:10-11/0:" },
		{ "c[0-3]", "c:0-3/0:" },
		{ "c[00-03]", "c:0-3/2:" },
		{ "c[098-0101]", "c:98-99/3: c:100-101/0:" },
		{ "c[8-010]", "c:8-10/0:" },
		{ "n0[1-2]", "n:1-2/2:" },
		{ "c1[0-9]", "c:10-19/0:" },
		{ "c1[8-12]", "c:18-19/0: c:110-112/0:" },
		{ "c1[08-12]", "c:108-112/0:" },
		{ "c0[8-12]", "c:8-9/2: c:10-12/3:" },
		{ "n[1-2][3-4]", "n:13-14/0: n:23-24/0:" },
		{ "n[1-2]-ib", "n:1-2/0:-ib" },
		{ "r[1-2]n[08-10]", "r1n:8-9/2: r1n:10-10/0: r2n:8-9/2: r2n:10-10/0:" },
		{ "c999999999999999999", "c:999999999999999999-999999999999999999/0:" },
		{ "c1000000000000000000", "c1000000000000000000" },
		{ "c12345678901234567[8-10]", "c:123456789012345678-123456789012345679/0: c1234567890123456710" },
		{ " a1 , b ", "a:1-1/0: b" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct hostlist h = parse(cases[i].expression);
		struct text t;
		text_init(&t, arena);
		for (size_t k = 0; k < h.runs.n; k++) {
			const struct hostrun *r = &h.runs.v[k];
			text_join(&t, 0, " ", r->prefix);
			if (r->numbered)
				text_addf(&t, ":%llu-%llu/%d:%s", (unsigned long long)r->lo, (unsigned long long)r->hi,
					  r->width, r->suffix);
		}
		assert_string_equal(t.s, cases[i].runs);
	}
}

static void order(void **state)
{
	struct hostlist h = parse("r[1-2]n[1-2]p[09-10],x,x");
	assert_string_equal(names(&h), "r1n1p09 r1n1p10 r1n2p09 r1n2p10 r2n1p09 r2n1p10 r2n2p09 r2n2p10 x x");
}

static void refusals(void **state)
{
	static const struct {
		const char *expression;
		size_t start, end;
		const char *message; /* a part of it */
	} cases[] = {
		{ "", 0, 0, "empty" },
		{ "  ", 0, 2, "empty" },
		{ ",", 0, 1, "before this comma" },
		{ "n1,,n2", 3, 4, "before this comma" },
		{ "n1, ,n2", 4, 5, "before this comma" },
		{ "n1,", 2, 3, "after this comma" },
		{ "n1 , ", 3, 4, "after this comma" },
		{ "n[1,]", 3, 5, "between `,` and `]`" },
		{ "n[]", 1, 3, "between `[` and `]`" },
		{ "n[,1]", 1, 3, "between `[` and `,`" },
		{ "n[1,,2]", 3, 5, "between `,` and `,`" },
		{ "n[3-1]", 2, 5, "write 1-3" },
		{ "n[1,010-9]", 4, 9, "write 9-010" },
		{ "n[1-3", 1, 2, "never closed" },
		{ "n[", 1, 2, "never closed" },
		{ "n[1-", 1, 2, "never closed" },
		{ "n[1,", 1, 2, "never closed" },
		{ "n[1]x[2", 5, 6, "never closed" },
		{ "n1-3]", 4, 5, "no `[`" },
		{ "n[1-3]]", 6, 7, "no `[`" },
		{ "n[[1]]", 2, 3, "within brackets" },
		{ "n[1-3,m[4]", 6, 7, "`m` cannot" },
		{ "n[1[2]]", 3, 4, "within brackets" },
		{ "n[ 1-2]", 2, 3, "blank" },
		{ "n[1 -2]", 3, 4, "blank" },
		{ "n[1- 2]", 4, 5, "blank" },
		{ "n[1,\t2]", 4, 5, "blank" },
		{ "n1 n2", 2, 3, "comma between" },
		{ "n1\n", 2, 3, "control character 0x0a" },
		{ "n[1\x7f]", 3, 4, "control character 0x7f" },
		{ "n{1-2}", 1, 2, "square brackets" },
		{ "n}", 1, 2, "square brackets" },
		{ "n[1:3]", 3, 4, "joined by `-`" },
		{ "n[1..3]", 3, 4, "joined by `-`" },
		{ "n[1-9/2]", 5, 6, "steps" },
		{ "n[-1]", 2, 3, "before this `-`" },
		{ "n[1-]", 3, 4, "after this `-`" },
		{ "n[1-,2]", 3, 4, "after this `-`" },
		{ "n[1--3]", 4, 5, "one `-`" },
		{ "n[1-2-3]", 5, 6, "one `-`" },
		{ "n[a-c]", 2, 3, "`a` cannot" },
		{ "n\xc3\xa4", 1, 3, "`\xc3\xa4` cannot" },
		{ "n[1\xe2\x80\x93]", 3, 6, "cannot stand within brackets" },
		{ "n[1-1000000000000000000]", 4, 23, "18 digits" },
		{ "n[0000000000000000001]", 2, 21, "18 digits" },
		{ "n1,c[1-99999999],x", 3, 16, "makes 99999999 names" },
		{ "c[1-999999999999999999]", 0, 23, "far too many names" },
		{ "c[1-999999999][1-999999999][1-999999999]", 0, 40, "far too many names" },
		{ "c[1-1000000],d", 13, 14, "grows to 1000001 names" },
		{ "c[1-500000]n[1-2]", 0, 17, "too many separate ranges" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct hostlist h;
		struct hostlist_error error;
		if (hostlist_parse(arena, cases[i].expression, &h, &error))
			fail_msg("`%s` is accepted", cases[i].expression);
		if (error.start != cases[i].start || error.end != cases[i].end ||
		    !strstr(error.message, cases[i].message))
			fail_msg("`%s`: %zu..%zu: %s", cases[i].expression, error.start, error.end, error.message);
	}
	for (const char *c = "{}\"'$();|&\\*?<>`@!#%^+=~/"; *c; c++) {
		char expression[] = { 'n', *c, '1', '\0' };
		struct hostlist h;
		struct hostlist_error error;
		assert_false(hostlist_parse(arena, expression, &h, &error));
		assert_true(error.start == 1 && error.end == 2);
	}
}

/* A refused expression costs next to no memory, so next to no time. */
static void limits(void **state)
{
	struct arena *own = arena_new();
	struct hostlist h;
	struct hostlist_error error;
	assert_false(hostlist_parse(own, "c[1-99999999]", &h, &error));
	assert_false(hostlist_parse(own, "c[1-999999][1-999999]", &h, &error));
	assert_true(arena_used(own) < 4096);
	assert_true(hostlist_parse(own, "c[1-1000000]", &h, &error));
	assert_true(hostlist_parse(own, "c[0-65535]-ib0", &h, &error));
	assert_true(arena_used(own) < 8192);
	assert_true(hostlist_parse(own, "c[1-1000]n[1-1000]", &h, &error));
	assert_true(h.count == HOSTLIST_MAX_NAMES && h.runs.n == 1000);
	arena_free(own);

	char name[HOSTLIST_MAX_NAME + 8];
	memset(name, 'x', sizeof(name));
	memcpy(name + HOSTLIST_MAX_NAME - 3, "[9-100]", 8); /* three digits: just fits */
	assert_true(hostlist_parse(arena, name, &h, &error));
	assert_int_equal(strlen(hostlist_name_dup(&h, h.count - 1, arena)), HOSTLIST_MAX_NAME);
	memset(name, 'x', sizeof(name));
	memcpy(name + HOSTLIST_MAX_NAME - 2, "[9-100]", 8);
	assert_false(hostlist_parse(arena, name, &h, &error));
	assert_non_null(strstr(error.message, "256 bytes"));
}

/* A name longer than any that is parsed still comes out whole. */
static void long_name(void **state)
{
	char name[600];
	memset(name, 'x', sizeof(name));
	memcpy(name + 590, "12", 3);
	struct hostlist h;
	hostlist_init(&h, arena);
	hostlist_add_name(&h, name);
	assert_string_equal(names(&h), name);
}

static void prints(void **state)
{
	static const struct {
		const char *expression, *with, *without; /* suffixes */
	} cases[] = {
		{ "c[1-4]", "c[1-4]", NULL },
		{ "c1", "c1", NULL },
		{ "c[1,3]", "c[1,3]", NULL },
		{ "c[1-2,2]", "c[1-2,2]", NULL },
		{ "c[3,1-2]", "c[3,1-2]", NULL },
		{ "n[08-12]", "n[08-12]", NULL },
		{ "n[098-150,7,08]", "n[098-150,7,08]", NULL },
		{ "n[9-10]", "n[9-10]", NULL },
		{ "n0[8-12]", "n[08-09,010-012]", NULL },
		{ "n1,m1,n2", "n1,m1,n2", NULL },
		{ "login,n[1-2],login", "login,n[1-2],login", NULL },
		{ "[1-3]", "[1-3]", NULL },
		{ "r[1-2]n[1-2]", "r1n[1-2],r2n[1-2]", NULL },
		{ "n[1-2]-ib", "n[1-2]-ib", "n1-ib,n2-ib" },
		{ "n[08,09,10,12]-ib", "n[08-10,12]-ib", "n08-ib,n09-ib,n10-ib,n12-ib" },
		{ "n[1-2]0", "n10,n20", NULL },
		{ "n1-ib", "n1-ib", NULL },
		{ "n[1-65536]", "n[1-65536]", NULL },
		{ "n[0-65536]", "n[0-65535,65536]", NULL },
		{ "n[08-70000]", "n[08-65543,65544-70000]", NULL },
		{ "n[1-200000]", "n[1-65536,65537-131072,131073-196608,196609-200000]", NULL },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct hostlist h = parse(cases[i].expression);
		assert_string_equal(print(&h, true), cases[i].with);
		assert_string_equal(print(&h, false), cases[i].without ? cases[i].without : cases[i].with);
	}
}

static void add_pattern(void *ctx, const char *pattern)
{
	text_join(ctx, 0, " ", pattern);
}

static void prints_ansible(void **state)
{
	static const char *const cases[][2] = {
		{ "c[1-4]", "c[1:4]" },
		{ "c[01-10]", "c[01:10]" },
		{ "c[08-150]", "c[08:99] c[100:150]" },
		{ "c[08-09]", "c[08:09]" },
		{ "c[098-100,7]", "c[098:100] c7" },
		{ "c[1,3-4],login,a1.dom", "c1 c[3:4] login a1.dom" },
		{ "n[01-03]-ib", "n[01:03]-ib" },
		{ "r[1-2]n[0-2]", "r1n[0:2] r2n[0:2]" },
		{ "c[099-100]", "c[099:100]" },
		{ "c[09-100]", "c[09:99] c100" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct hostlist h = parse(cases[i][0]);
		struct text t;
		text_init(&t, arena);
		hostlist_print_ansible(&h, add_pattern, &t);
		assert_string_equal(t.s, cases[i][1]);
	}
}

/* Names in and sets out, where the same name can be written in several ways. */
static void sets(void **state)
{
	static const char *const cases[][4] = {
		/* x, y, x minus y, in both */
		{ "c[1-10]", "c[3-4,9-12]", "c[1-2,5-8]", "c[3-4,9-10]" },
		{ "c[01-10]", "c[1-10]", "c[01-09]", "c10" },
		{ "n[1-3]-ib", "n2-ib", "n[1,3]-ib", "n2-ib" },
		{ "n2-ib", "n[1-3]-ib", "", "n2-ib" },
		{ "n[1-3]-ib0", "n2-ib[0-9]", "n[1,3]-ib0", "n2-ib0" },
		{ "a,b,c", "b", "a,c", "b" },
		{ "c[3,1,2,1]", "c1", "c[3,2]", "c[1,1]" },
		{ "r[1-2]n[1-4]", "r1n[2-3],r2n4", "r1n[1,4],r2n[1-3]", "r1n[2-3],r2n4" },
		{ "n[1-2]0x", "n10x", "n20x", "n10x" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct hostlist x = parse(cases[i][0]), y = parse(cases[i][1]), minus, both;
		hostlist_subtract(arena, &x, &y, &minus);
		hostlist_intersect(arena, &x, &y, &both);
		assert_string_equal(print(&minus, true), cases[i][2]);
		assert_string_equal(print(&both, true), cases[i][3]);
	}
}

static void normal_form(void **state)
{
	static const char *const cases[][2] = {
		{ "c[3,1,2,2,10-12,11-14]", "c[1-3,10-14]" },
		{ "n[10-12],n[08-09]", "n[08-12]" },
		{ "r10n1,r2n1,r1n[5,1-4]", "r1n[1-5],r2n1,r10n1" },
		{ "b,a,c1,b", "a,b,c1" },
		{ "n3-ib,n[1-2]-ib", "n[1-3]-ib" },
		{ "n[1-2]-ib0,n1-ib1", "n1-ib[0-1],n2-ib0" },
		{ "c[1-20],c[05-09]", "c[1-20,05-09]" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct hostlist h = parse(cases[i][0]);
		hostlist_normalise(&h);
		assert_string_equal(print(&h, true), cases[i][1]);
	}
}

static void add_clash(void *ctx, const char *name, uint32_t first, uint32_t second)
{
	struct text *t = ctx;
	text_join(t, 0, " ", name);
	text_addf(t, ":%u,%u", first, second);
}

static void clashes(void **state)
{
	static const struct {
		const char *lists[3];
		const char *clashes;
	} cases[] = {
		{ { "c[1-4]", "c[5-8]", "c[01-04]" }, "" },
		{ { "c[1-4]", "c[4-8]", "d" }, "c4:0,1" },
		{ { "c[4-8]", "c[1-4]", "d" }, "c4:0,1" },
		{ { "d", "c", "d" }, "d:0,2" },
		{ { "c[1-100]", "c[2-3]", "c[50-60]" }, "c2:0,1 c50:0,2" },
		{ { "c[1-10]", "c[2-20]", "c[3-30]" }, "c2:0,1 c11:1,2" },
		{ { "c[1-4,2]", "x", "y" }, "c2:0,0" },
		{ { "n[1-4]-ib", "n2-ib", "n2-ib0" }, "n2-ib:0,1" },
		{ { "n[08-12]", "n[11-20]", "n10" }, "n10:0,2 n11:0,1" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct hostindex *x = hostindex_new(arena);
		struct text t;
		text_init(&t, arena);
		for (uint32_t k = 0; k < 3; k++) {
			struct hostlist h = parse(cases[i].lists[k]);
			hostindex_add(x, &h, k);
		}
		hostindex_build(x, add_clash, &t);
		assert_string_equal(t.s, cases[i].clashes);
	}
}

static void finds(void **state)
{
	struct hostindex *x = hostindex_new(arena);
	struct hostlist a = parse("login,c[08-12],gpu[1-4]-ib0"), b = parse("c[13-20],c8");
	hostindex_add(x, &a, 7);
	hostindex_add(x, &b, 9);
	hostindex_build(x, NULL, NULL);
	static const struct {
		const char *name;
		uint32_t owner;
		uint64_t at;
	} cases[] = {
		{ "login", 7, 0 }, { "c08", 7, 1 }, { "c12", 7, 5 }, { "gpu3-ib0", 7, 8 },
		{ "c13", 9, 0 },   { "c20", 9, 7 }, { "c8", 9, 8 },
	};
	uint32_t owner;
	uint64_t at;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(hostindex_find(x, cases[i].name, &owner, &at));
		assert_int_equal(owner, cases[i].owner);
		assert_int_equal(at, cases[i].at);
	}
	static const char *const absent[] = {
		"", "logi", "login1", "c9", "c008", "c21", "gpu3", "gpu5-ib0", "c12x", "c"
	};
	for (size_t i = 0; i < COUNT(absent); i++)
		assert_false(hostindex_find(x, absent[i], &owner, &at));
}

/* ---- lists at once */

static void add_cut(void *ctx, const struct hostcut *cut)
{
	struct text *t = ctx;
	struct hostlist h;
	hostlist_init(&h, arena);
	hostlist_add_run(&h, &cut->run);
	if (t->n)
		text_add(t, " ");
	hostlist_print(&h, true, t);
	text_add(t, ":");
	for (size_t i = 0; i < cut->n; i++)
		text_addu(t, cut->lists[i], 0);
}

static void assert_cut(const char *const *expressions, size_t n, const char *expected)
{
	struct hostlist lists[4];
	const struct hostlist *given[4];
	struct hostlist_error e;
	struct text t;
	for (size_t i = 0; i < n; i++) {
		assert_true(hostlist_parse(arena, expressions[i], &lists[i], &e));
		given[i] = &lists[i];
	}
	text_init(&t, arena);
	hostlist_cut(arena, given, n, add_cut, &t);
	assert_string_equal(t.s, expected);
}

static void cuts(void **state)
{
	assert_cut((const char *const[]){ "g[1-10]", "g[3-5]", "g[5-12]" }, 3,
		   "g[1-2]:0 g[3-4]:01 g5:012 g[6-10]:02 g[11-12]:2");
	assert_cut((const char *const[]){ "g[1-2],g[2-3]", "h" }, 2, "g1:0 g2:0 g3:0 h:1");
	/* Padded names are others, and suffixes are looked into. */
	assert_cut((const char *const[]){ "g[01-03]", "g[1-3]", "g1-ib", "g[1-2]-ib" }, 4,
		   "g[1-3]:1 g[01-03]:0 g1-ib:23 g2-ib:3");
	assert_cut((const char *const[]){ "a", "b" }, 2, "a:0 b:1");
	assert_cut((const char *const[]){ "c[1-100000]", "c99999" }, 2, "c[1-65536,65537-99998]:0 c99999:01 c100000:0");
}

static void large(void **state)
{
	struct hostlist h, all = parse("c[1-100000]");
	hostlist_init(&h, arena);
	for (unsigned i = 1; i <= 100000; i++) {
		char name[16];
		snprintf(name, sizeof(name), "c%u", i);
		hostlist_add_name(&h, name);
	}
	assert_int_equal(h.runs.n, 1);
	assert_true(hostlist_equal(&h, &all));

	/* The worst order: each name a run of its own. */
	hostlist_init(&h, arena);
	for (unsigned i = 0; i < 100000; i++) {
		char name[16];
		snprintf(name, sizeof(name), "c%llu", 1 + i * 7919ull % 100000);
		hostlist_add_name(&h, name);
	}
	assert_true(h.runs.n > 90000);
	hostlist_normalise(&h);
	assert_true(hostlist_equal(&h, &all));
	assert_int_equal(h.runs.n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_slurm),
		cmocka_unit_test(canonical_runs),
		cmocka_unit_test(order),
		cmocka_unit_test(refusals),
		cmocka_unit_test(limits),
		cmocka_unit_test(long_name),
		cmocka_unit_test(prints),
		cmocka_unit_test(prints_ansible),
		cmocka_unit_test(sets),
		cmocka_unit_test(normal_form),
		cmocka_unit_test(clashes),
		cmocka_unit_test(finds),
		cmocka_unit_test(cuts),
		cmocka_unit_test(large),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
