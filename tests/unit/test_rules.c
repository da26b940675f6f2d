/*
 * test_rules.c: every rule has a page, and every page's examples are true.
 *
 * A page is compiler/rules/NAME.md. Its bad example is compiled, and what its rule says of it is compared with the
 * page, letter by letter; its good example must compile without any error and without a word of the rule. Where a rule has a
 * spec for an example and serves Slurm's own files as well, a section "In Slurm's files" holds such files and what is said of
 * them. HPCC_BLESS=1 writes what is said into the pages instead.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/map.h"
#include "compiler/check/check.h"
#include "compiler/cli/report.h"
#include "compiler/compile.h"
#include "compiler/import/import.h"
#include "tests/unit/rule_machine.h"
#include "tests/unit/rule_page.h"

#define RULES "compiler/rules"

/* ---- names */

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

typedef LIST(const char *) name_list;

static void sort_names(name_list *names)
{
	if (names->n)
		qsort(names->v, names->n, sizeof(*names->v), compare_names);
}

/* The entries of a folder that end in `suffix`; folders when it is "/". */
static name_list names_in(struct arena *a, const char *folder, const char *suffix)
{
	name_list names = { 0 };
	DIR *d = opendir(folder);
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		size_t n = strlen(e->d_name), m = strlen(suffix);
		if (n > m && e->d_name[0] != '.' && strcmp(e->d_name + n - m, suffix) == 0)
			*list_push(a, &names) = arena_strdup(a, e->d_name);
	}
	closedir(d);
	sort_names(&names);
	return names;
}

static const char *page_path(struct arena *a, const char *rule)
{
	return arena_printf(a, RULES "/%s.md", rule);
}

static const char *whole_file(struct arena *a, const char *path)
{
	struct page p;
	page_read(&p, a, path); /* any text will do */
	assert_non_null(p.bytes);
	return p.bytes;
}

/* ---- rules, as the sources name them */

/* Functions that take a rule's name, and the number of that argument. */
static const struct {
	const char *name;
	int argument;
} callers[] = {
	{ "diag_error(", 1 }, { "diag_warning(", 1 }, { "diag_add(", 2 }, { "refuse(", 1 }, { "reader_error(", 1 },
};

/* The literals of one argument of a call; `s` stands behind its parenthesis. Strings and nested calls are passed over.
 */
static void literals_of(struct arena *a, const char *s, int argument, struct map *ret)
{
	int depth = 0, at = 0;
	for (; *s && depth >= 0 && at <= argument; s++) {
		if (*s == '"') {
			const char *start = s + 1;
			for (s++; *s && *s != '"'; s++)
				s += *s == '\\' && s[1];
			if (depth == 0 && at == argument)
				map_set(ret, arena_strndup(a, start, (size_t)(s - start)), NULL);
			if (!*s)
				return;
		} else if (*s == '\'') {
			for (s++; *s && *s != '\''; s++)
				s += *s == '\\' && s[1];
		} else if (strchr("([{", *s)) {
			depth++;
		} else if (strchr(")]}", *s)) {
			depth--;
		} else if (*s == ',' && depth == 0) {
			at++;
		}
	}
}

static void scan_text(struct arena *a, const char *text, struct map *rules, struct map *all)
{
	for (size_t i = 0; i < sizeof(callers) / sizeof(callers[0]); i++)
		for (const char *s = text; (s = strstr(s, callers[i].name));) {
			bool whole = s == text || !(isalnum((unsigned char)s[-1]) || s[-1] == '_');
			s += strlen(callers[i].name);
			if (whole)
				literals_of(a, s, callers[i].argument, rules);
		}
	/* Any literal that could be a rule's name: tables hold them too. */
	for (const char *s = text; (s = strchr(s, '"')); s++) {
		size_t n = strspn(s + 1, "abcdefghijklmnopqrstuvwxyz0123456789-");
		if (n && s[n + 1] == '"')
			map_set(all, arena_strndup(a, s + 1, n), NULL);
	}
}

static void scan_folder(struct arena *a, const char *folder, struct map *rules, struct map *all)
{
	name_list files = names_in(a, folder, ".c");
	for (size_t i = 0; i < files.n; i++)
		scan_text(a, whole_file(a, arena_printf(a, "%s/%s", folder, files.v[i])), rules, all);
}

/* `rules`: names that must have a page; `all`: names that may. */
static void rules_of_sources(struct arena *a, struct map *rules, struct map *all)
{
	static const char *const rooms[] = {
		"compiler",	  "compiler/source", "compiler/tree",  "compiler/schema",
		"compiler/check", "compiler/spec",   "compiler/model", "compiler/programs", "compiler/slurm",
		"compiler/import"
	};
	map_init(rules, a);
	map_init(all, a);
	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++)
		scan_folder(a, rooms[i], rules, all);
	for (size_t f = 0; rule_families[f]; f++)
		for (const struct rule *r = rule_families[f]; r->name; r++) {
			map_set(rules, r->name, NULL);
			map_set(all, r->name, NULL);
		}
}

static void each_rule_has_a_page(void **state)
{
	struct arena *a = arena_new();
	struct map rules, all;
	size_t missing = 0;
	rules_of_sources(a, &rules, &all);
	assert_true(rules.n > 40);
	for (size_t i = 0; i < rules.n; i++) {
		FILE *f = fopen(page_path(a, rules.v[i].key), "rb");
		if (f)
			fclose(f);
		else if (++missing)
			print_error("rule '%s' has no page " RULES "/%s.md\n", rules.v[i].key, rules.v[i].key);
	}
	arena_free(a);
	assert_int_equal(missing, 0);
}

static void each_page_has_a_rule(void **state)
{
	struct arena *a = arena_new();
	struct map rules, all;
	size_t strange = 0;
	rules_of_sources(a, &rules, &all);
	name_list pages = names_in(a, RULES, ".md");
	for (size_t i = 0; i < pages.n; i++) {
		const char *name = arena_strndup(a, pages.v[i], strlen(pages.v[i]) - strlen(".md"));
		if (map_find(&all, name))
			continue;
		strange++;
		print_error(RULES "/%s.md: nothing reports rule '%s'\n", name, name);
	}
	arena_free(a);
	assert_int_equal(strange, 0);
}

static void no_rule_stands_twice(void **state)
{
	struct arena *a = arena_new();
	struct map seen;
	map_init(&seen, a);
	for (size_t f = 0; rule_families[f]; f++)
		for (const struct rule *r = rule_families[f]; r->name; r++) {
			bool fresh;
			/* What a spec's options and Slurm's files get wrong alike has a row for each. */
			map_add(&seen, arena_printf(a, "%s%s", r->form == RULE_FILES ? "files: " : "", r->name), &fresh);
			if (!fresh)
				print_error("rule '%s' stands twice\n", r->name);
			assert_true(fresh);
		}
	arena_free(a);
}

/* meson cannot list a folder: the pages stand in compiler/rules/meson.build, sorted. */
static void meson_lists_the_pages(void **state)
{
	struct arena *a = arena_new();
	name_list pages = names_in(a, RULES, ".md"), listed = { 0 };
	size_t wrong = 0;
	const char *s = whole_file(a, RULES "/meson.build");
	while ((s = strchr(s, '\''))) {
		size_t n = strcspn(++s, "'");
		if (n > 3 && strncmp(s + n - 3, ".md", 3) == 0)
			*list_push(a, &listed) = arena_strndup(a, s, n);
		s += n + (s[n] != '\0');
	}
	for (size_t i = 0, j = 0; i < pages.n || j < listed.n;) {
		int order = i == pages.n ? 1 : j == listed.n ? -1 : strcmp(pages.v[i], listed.v[j]);
		if (order < 0)
			print_error(RULES "/meson.build lacks '%s' here\n", pages.v[i]);
		else if (order > 0)
			print_error(RULES "/meson.build lists '%s': it is no file, or not in order\n", listed.v[j]);
		wrong += order != 0;
		i += order <= 0;
		j += order >= 0;
	}
	arena_free(a);
	assert_int_equal(wrong, 0);
}

/* ---- examples */

/* Reads the fences of one section. */
static const char *read_fences(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error)
{
	const struct page_section *s = ctx;
	for (size_t i = 0; i < s->fences.n; i++) {
		const struct fence *f = &s->fences.v[i];
		if (strcmp(f->kind, "text") == 0 || strcmp(f->kind, "root") == 0 || strcmp(f->file, path) != 0)
			continue;
		char *bytes = arena_alloc(a, f->size + 1);
		memcpy(bytes, f->text, f->size);
		*ret_size = f->size;
		return bytes;
	}
	*ret_error = "no such file or directory";
	return NULL;
}

/* What `hpcc lint --slurm` does. Files that are only read by others' names are not Slurm's own: they have other names. */
static void lint_for(struct compile *c, struct arena *a, const char *slurm)
{
	const char *dots = strstr(slurm, "..");
	enum release release = release_parse(dots ? arena_strndup(a, slurm, (size_t)(dots - slurm)) : slurm);
	enum release target = dots ? release_parse(dots + 2) : RELEASE_NONE;
	assert_true(release != RELEASE_NONE || strcmp(slurm, "any") == 0);
	assert_true(!dots || target != RELEASE_NONE);
	if (dots)
		compile_upgrade(c, release, target);
	else if (release == RELEASE_NONE)
		compile_fit(c);
	else
		compile_slurm(c, release);
}

static struct compile *lint_section(const struct page *p, const struct page_section *s)
{
	struct compile *c = compile_new(read_fences, (void *)(uintptr_t)s);
	const char *slurm = p->slurm;
	c->machine = page_machine(c->arena, s);
	for (size_t i = 0; i < s->fences.n; i++) {
		const struct fence *f = &s->fences.v[i];
		if (strcmp(f->kind, "conf") != 0)
			continue;
		slurm = f->slurm ? f->slurm : slurm;
		if (slurm_file_of(f->file) != SLURM_FILE_COUNT || text_ends(f->file, ".txt"))
			assert_true(compile_slurm_add(c, f->file, SLURM_FILE_COUNT));
	}
	lint_for(c, c->arena, slurm);
	if (strncmp(p->title, "import-", 7) == 0) {
		struct imported made;
		import_add_beside(c);
		import_spec(c, p->slurm, "spec.yaml", &made);
		compile_free(made.spec);
	}
	compile_finish(c);
	return c;
}

/* What `hpcc build` does, without writing. */
static struct compile *compile_section(const struct page *p, const struct page_section *s)
{
	if (page_fence(s, "conf"))
		return lint_section(p, s);
	struct compile *c = compile_new(read_fences, (void *)(uintptr_t)s);
	compile_spec(c, "spec.yaml", NULL, 0);
	if (!p->targets)
		compile_default_targets(c);
	for (const char *t = p->targets; t && *t;) {
		size_t n = strcspn(t, ", ");
		const char *name = arena_strndup(c->arena, t, n);
		assert_non_null(target_named(name));
		compile_target(c, name);
		t += n + strspn(t + n, ", ");
	}
	compile_finish(c);
	compile_emit(c);
	return c;
}

static bool is_of(const struct diag *d, const char *rule)
{
	return !rule || strcmp(d->rule, rule) == 0;
}

/* The findings of one rule (NULL: of all), as the terminal shows them. */
static char *findings(struct compile *c, const char *rule, size_t *ret_size)
{
	struct diags some = { .arena = c->arena };
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_size);
	assert_non_null(out);
	for (size_t i = 0; i < c->diags.list.n; i++)
		if (is_of(c->diags.list.v[i], rule))
			*list_push(c->arena, &some.list) = c->diags.list.v[i];
	report(out, REPORT_TEXT, &c->sources, &some, (struct report_style){ 0 });
	fclose(out);
	return text;
}

static bool bless(void)
{
	const char *s = getenv("HPCC_BLESS");
	return s && strcmp(s, "1") == 0;
}

static size_t complain(const struct page *p, const char *what)
{
	print_error("%s: %s\n", p->path, what);
	return 1;
}

static size_t check_bad(const struct page *p, const char *section)
{
	const struct page_section *s = page_section(p, section);
	const struct fence *expected = page_fence(s, "text");
	if ((!page_fence(s, "yaml") && !page_fence(s, "conf")) || !expected)
		return complain(p, arena_printf(p->arena, "its section %s needs a fence of yaml or conf and one of text", section));
	struct compile *c = compile_section(p, s);
	size_t size, wrong = 0;
	char *said = findings(c, p->title, &size);
	if (!size)
		wrong = complain(p, "its rule says nothing of the bad example");
	else if (size == expected->size && memcmp(said, expected->text, size) == 0)
		wrong = 0;
	else if (bless())
		wrong = page_replace(p, expected, said, size) ? 0 : complain(p, "cannot be written");
	else
		wrong = complain(
			p, arena_printf(p->arena, "its rule says otherwise (HPCC_BLESS=1 writes it there):\n%s", said));
	free(said);
	compile_free(c);
	return wrong;
}

static size_t check_good(const struct page *p)
{
	const struct page_section *s = page_section(p, "Good");
	size_t wrong = 0;
	if (!page_fence(s, "yaml") && !page_fence(s, "conf"))
		return complain(p, "its section Good needs a fence of yaml or conf");
	struct compile *c = compile_section(p, s);
	for (size_t i = 0; i < c->diags.list.n; i++)
		wrong += is_of(c->diags.list.v[i], p->title) || c->diags.list.v[i]->severity == SEVERITY_ERROR;
	if (wrong) {
		size_t size;
		char *said = findings(c, NULL, &size);
		complain(p, arena_printf(p->arena, "its good example is not:\n%s", said));
		free(said);
	}
	compile_free(c);
	return wrong;
}

#define IN_FILES "In Slurm's files"

static size_t check_shape(const struct page *p)
{
	static const char *const sections[] = { "Why", "Bad", "Good", "Source", "Why", "Bad", IN_FILES, "Good", "Source" };
	if (p->error)
		return complain(p, p->error);
	const char *stem = strrchr(p->path, '/') + 1;
	size_t n = strlen(p->title), wrong = 0;
	if (strncmp(stem, p->title, n) != 0 || strcmp(stem + n, ".md") != 0)
		wrong += complain(p, "its title is not its name");
	if (!p->summary || p->summary[strlen(p->summary) - 1] != '.')
		wrong += complain(p, "its summary is a sentence on one line");
	size_t from = page_section(p, IN_FILES) ? 4 : 0, wanted = from ? 5 : 4;
	bool well = p->sections.n == wanted;
	for (size_t i = 0; well && i < wanted; i++)
		well = strcmp(p->sections.v[i].name, sections[from + i]) == 0;
	if (!well)
		wrong += complain(p, "its sections are Why, Bad, Good and Source, in this order, '" IN_FILES "' behind Bad");
	if (!wrong && (!p->sections.v[0].said || !p->sections.v[wanted - 1].said))
		wrong += complain(p, "Why and Source say something");
	return wrong;
}

static void pages_are_true(void **state)
{
	size_t wrong = 0;
	struct arena *a = arena_new();
	name_list pages = names_in(a, RULES, ".md");
	for (size_t i = 0; i < pages.n; i++) {
		struct page p;
		page_read(&p, a, arena_printf(a, RULES "/%s", pages.v[i]));
		size_t here = check_shape(&p);
		wrong += here ? here : check_bad(&p, "Bad") + check_good(&p);
		/* Read anew: blessing Bad has moved what follows it. */
		page_read(&p, a, p.path);
		if (page_section(&p, IN_FILES))
			wrong += check_bad(&p, IN_FILES);
	}
	arena_free(a);
	assert_int_equal(wrong, 0);
}

/* Two runs over one text say the same, in the same order. */
static void runs_are_alike(void **state)
{
	static const char *const examples[] = { "Bad", "Good" };
	struct arena *a = arena_new();
	name_list pages = names_in(a, RULES, ".md");
	for (size_t i = 0; i < pages.n; i++) {
		struct page p;
		page_read(&p, a, arena_printf(a, RULES "/%s", pages.v[i]));
		for (size_t k = 0; k < 2; k++) {
			const struct page_section *s = page_section(&p, examples[k]);
			if (p.error || !s)
				continue;
			struct compile *one = compile_section(&p, s), *two = compile_section(&p, s);
			size_t n, m;
			char *first = findings(one, NULL, &n), *second = findings(two, NULL, &m);
			assert_int_equal(n, m);
			assert_memory_equal(first, second, n);
			free(first);
			free(second);
			compile_free(one);
			compile_free(two);
		}
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_rule_stands_twice), cmocka_unit_test(each_rule_has_a_page),
		cmocka_unit_test(each_page_has_a_rule), cmocka_unit_test(meson_lists_the_pages),
		cmocka_unit_test(pages_are_true),	cmocka_unit_test(runs_are_alike),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
