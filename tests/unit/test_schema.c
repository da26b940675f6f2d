/* The tables of the language: every row of every shape that can be reached. */
#include <ctype.h>
#include <stdio.h>

#include "tests/unit/spec_text.h"

struct walk {
	const struct shape *seen[128];
	size_t n;
	char at[512]; /* "node.features" */
	size_t problems;
};

static void problem(struct walk *w, const char *what)
{
	print_error("%s: %s\n", w->at, what);
	w->problems++;
}

static void expect(struct walk *w, bool fine, const char *what)
{
	if (!fine)
		problem(w, what);
}

static bool snake_case(const char *s)
{
	for (const char *p = s; *p; p++)
		if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && (*p != '_' || p == s || !p[1]))
			return false;
	return islower((unsigned char)*s);
}

static size_t value_size(enum value_kind kind)
{
	switch (kind) {
	case VALUE_BOOL:
		return sizeof(enum tri);
	case VALUE_INT:
	case VALUE_DURATION:
		return sizeof(int64_t);
	case VALUE_WORDS:
	case VALUE_TEXTS:
		return sizeof(struct texts);
	case VALUE_MEMORY:
		return sizeof(struct memory);
	case VALUE_HOSTS:
		return sizeof(struct hosts);
	case VALUE_NODESET:
		return sizeof(struct nodeset);
	case VALUE_OPTIONS:
		return sizeof(struct options);
	case VALUE_MAP:
	case VALUE_LIST:
		return sizeof(struct entries);
	default:
		return sizeof(void *);
	}
}

static bool scalar_kind(enum value_kind kind)
{
	return kind <= VALUE_MEMORY;
}

static bool has_word(const struct field *f, const char *word)
{
	for (size_t i = 0; f->words[i]; i++)
		if (strcmp(f->words[i], word) == 0)
			return true;
	return false;
}

static bool in_range(const struct field *f, int64_t n)
{
	return (!f->min && !f->max) || (n >= f->min && n <= f->max);
}

static bool default_parses(const struct field *f)
{
	enum tri tri;
	int64_t n;
	struct duration d;
	struct memory m;
	switch (f->kind) {
	case VALUE_BOOL:
		return !parse_bool(f->def, &tri);
	case VALUE_INT:
		return !parse_int(f->def, &n) && in_range(f, n);
	case VALUE_DURATION:
		return !parse_duration(f->def, &d) && in_range(f, d.seconds);
	case VALUE_MEMORY:
		return !parse_memory(f->def, &m) && (m.percent || in_range(f, m.bytes));
	case VALUE_WORD:
	case VALUE_WORDS:
		return has_word(f, f->def);
	case VALUE_TEXT:
	case VALUE_LONGTEXT:
	case VALUE_TEXTS:
		return !f->check || !f->check(f->def);
	default:
		return false; /* set_default() knows no default of these */
	}
}

/* "accounting.qos": a mapping at the top, or one level down. */
static const struct field *mapping_named(const char *path)
{
	char outer[64];
	const char *dot = strchr(path, '.');
	if (!dot)
		return shape_field(&spec_shape, path);
	snprintf(outer, sizeof(outer), "%.*s", (int)(dot - path), path);
	const struct field *f = shape_field(&spec_shape, outer);
	return f && f->kind == VALUE_STRUCT ? shape_field(f->shape, dot + 1) : NULL;
}

static void check_words(struct walk *w, const struct field *f)
{
	bool words = f->kind == VALUE_WORD || f->kind == VALUE_WORDS;
	expect(w, words == (f->words != NULL), ".words goes with words alone");
	if (!f->words)
		return;
	expect(w, f->words[0] != NULL, "no words");
	for (size_t i = 0; f->words[i]; i++) {
		/* The JSON Schema counts on it: these would not be texts to a YAML reader. */
		expect(w, isalpha((unsigned char)f->words[i][0]), "a word begins with a letter");
		expect(w, strcmp(f->words[i], "true") && strcmp(f->words[i], "false") && strcmp(f->words[i], "null"),
		       "a word that YAML takes for something else");
		for (size_t j = 0; j < i; j++)
			expect(w, strcmp(f->words[i], f->words[j]) != 0, "a word stands twice");
	}
}

static void check_slurm(struct walk *w, const struct shape *s, const struct field *f)
{
	if (f->slurm) {
		bool found = fact_find(f->slurm_file, s->slurm_section, f->slurm) ||
			     fact_find(f->slurm_file, SECTION_GLOBAL, f->slurm) ||
			     (s == &host_shape && fact_find(f->slurm_file, SECTION_NODE, f->slurm)); /* its nodes' */
		expect(w, found, "no fact is called as .slurm says");
	}
	expect(w, !f->prefix || f->slurm, ".prefix without .slurm");
	expect(w, !f->slurm_options || f->kind == VALUE_OPTIONS, ".slurm_options is for options");
	/* sacctmgr counts as well: a duration may have its unit without a key of slurm.conf's. */
	expect(w, f->form == FORM_PLAIN || f->slurm || f->kind == VALUE_DURATION, ".form without .slurm");
	expect(w, f->slurm_file < SLURM_FILE_COUNT, "no such file");
}

static void check_names(struct walk *w, const struct field *f)
{
	if (f->refers) {
		const struct field *to = mapping_named(f->refers);
		expect(w, to && to->kind == VALUE_MAP, ".refers names no mapping");
		expect(w,
		       f->kind == VALUE_TEXT || f->kind == VALUE_TEXTS || f->kind == VALUE_HOSTS ||
			       f->kind == VALUE_NODESET,
		       "bind does not look up this kind");
		bool list = f->kind == VALUE_HOSTS || f->kind == VALUE_NODESET;
		expect(w, !list || (to && to->by_hosts), "a hostlist refers to a mapping by hostlist");
	}
	if (f->also_names) {
		const struct field *to = mapping_named(f->also_names);
		expect(w, f->by_hosts && to && to->by_hosts, ".also_names is between mappings by hostlist");
	}
	expect(w, !f->built_in || (f->kind == VALUE_MAP && !f->check(f->built_in)), ".built_in is a name of a mapping");
	/* Else a name could hold anything, and reach a file. */
	expect(w, f->kind != VALUE_MAP || f->by_hosts || f->check, "names that nothing checks");
	expect(w, f->kind != VALUE_OPTIONS || f->check, "keys of options that nothing checks");
}

static void check_row(struct walk *w, const struct shape *s, const struct field *f)
{
	bool bodies = f->kind == VALUE_STRUCT || f->kind == VALUE_MAP || f->kind == VALUE_LIST;
	expect(w, snake_case(f->key), "not snake_case");
	expect(w, f->doc && *f->doc && (text_ends(f->doc, ".") || text_ends(f->doc, "...")),
	       "doc ends with a full stop");
	expect(w, !f->doc || !strpbrk(f->doc, "\n|"), "doc fits a table");
	expect(w, f->offset >= sizeof(struct origin) && f->offset + value_size(f->kind) <= s->size,
	       "outside its struct");
	expect(w, bodies == (f->shape != NULL), ".shape goes with bodies alone");
	expect(w, !f->always || f->kind == VALUE_STRUCT, ".always is for structs");
	expect(w, !f->always || !f->required, ".always is never absent");
	expect(w, !f->by_hosts || f->kind == VALUE_MAP, ".by_hosts is for mappings");
	expect(w, !f->ranked || (f->kind == VALUE_MAP && !f->by_hosts), ".ranked is for mappings by name");
	expect(w, !f->column || f->kind == VALUE_HOSTS, ".column is for hostlists");
	expect(w, !f->numbers || f->kind == VALUE_HOSTS, ".numbers is for hostlists");
	expect(w, !f->def || default_parses(f), "the default is not a value of this key");
	expect(w, !f->def || !f->required, "required, with a default");
	expect(w, !f->def || !f->derived, "a default and a derivation");
	expect(w, f->min <= f->max, "min above max");
	bool ranged = f->kind == VALUE_INT || f->kind == VALUE_DURATION || f->kind == VALUE_MEMORY || f->numbers;
	expect(w, (!f->min && !f->max) || ranged, "a range of what has none");
	bool checked = f->kind == VALUE_TEXT || f->kind == VALUE_TEXTS || f->kind == VALUE_HOSTS ||
		       f->kind == VALUE_MAP || f->kind == VALUE_OPTIONS;
	expect(w, !f->check || checked, ".check is never asked");
	check_words(w, f);
	check_slurm(w, s, f);
	check_names(w, f);
	for (size_t i = 0; &s->fields[i] < f; i++) {
		const struct field *g = &s->fields[i];
		expect(w, strcmp(g->key, f->key) != 0, "the key stands twice");
		bool apart =
			g->offset + value_size(g->kind) <= f->offset || f->offset + value_size(f->kind) <= g->offset;
		expect(w, apart, "shares its member with another row");
	}
}

static void check_shape(struct walk *w, const struct shape *s)
{
	snprintf(w->at, sizeof(w->at), "%s", s->name);
	expect(w, s->doc && text_ends(s->doc, "."), "doc ends with a full stop");
	expect(w, s->size >= sizeof(struct origin) && s->n, "an empty shape");
	if (!s->shorthand)
		return;
	const struct field *f = shape_field(s, s->shorthand);
	expect(w, f && scalar_kind(f->kind), "the shorthand is no scalar key");
	for (size_t i = 0; f && i < s->n; i++)
		expect(w, !s->fields[i].required || &s->fields[i] == f, "a shorthand leaves out a required key");
}

/* All shapes, each once. */
static void collect(struct walk *w, const struct shape *s)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->seen[i] == s)
			return;
	assert_true(w->n < 128);
	w->seen[w->n++] = s;
	for (size_t i = 0; i < s->n; i++)
		if (s->fields[i].shape)
			collect(w, s->fields[i].shape);
}

static struct walk all_shapes(void)
{
	struct walk w = { .n = 0 };
	collect(&w, &spec_shape);
	return w;
}

static void test_rows(void **state)
{
	(void)state;
	struct walk w = all_shapes();
	size_t rows = 0;
	for (size_t i = 0; i < w.n; i++) {
		const struct shape *s = w.seen[i];
		check_shape(&w, s);
		for (size_t j = 0; j < i; j++)
			expect(&w, strcmp(w.seen[j]->name, s->name) != 0, "two shapes of this name");
		for (size_t j = 0; j < s->n; j++) {
			snprintf(w.at, sizeof(w.at), "%s.%s", s->name, s->fields[j].key);
			check_row(&w, s, &s->fields[j]);
			rows++;
		}
	}
	assert_int_equal(w.problems, 0);
	assert_true(w.n > 20 && rows > 150);
}

/* What expand shows of the defaults alone is what they would decode to. */
static void test_defaults_decode(void **state)
{
	(void)state;
	struct walk w = all_shapes();
	for (size_t i = 0; i < w.n; i++) {
		struct arena *a = arena_new();
		struct origin *x = body_new(a, w.seen[i]);
		for (size_t j = 0; j < w.seen[i]->n; j++)
			assert_false(field_given(&w.seen[i]->fields[j], x));
		schema_defaults(a, x);
		for (size_t j = 0; j < w.seen[i]->n; j++) {
			const struct field *f = &w.seen[i]->fields[j];
			assert_int_equal(field_given(f, x), f->def != NULL);
			if (!f->def)
				continue;
			struct text t;
			text_init(&t, a);
			schema_print_value(f, x, &t);
			assert_non_null(strstr(t.s, f->def));
			assert_string_equal(given_at(x, f->offset)->why, "default");
		}
		arena_free(a);
	}
}

static void test_wants(void **state)
{
	(void)state;
	struct walk w = all_shapes();
	struct arena *a = arena_new();
	for (size_t i = 0; i < w.n; i++)
		for (size_t j = 0; j < w.seen[i]->n; j++)
			assert_true(strlen(field_wants(a, &w.seen[i]->fields[j])) > 3);
	arena_free(a);
}

/* Each shape has a section and a place in $defs; each key a line. (tests/judge/schema.py asks what the schema means.)
 */
static void test_documents(void **state)
{
	(void)state;
	struct walk w = all_shapes();
	struct arena *a = arena_new();
	struct text json, tables, line;
	text_init(&json, a);
	text_init(&tables, a);
	schema_json(&spec_shape, &json);
	schema_reference(&spec_shape, &tables);
	for (size_t i = 0; i < w.n; i++) {
		text_init(&line, a);
		text_addf(&line, "### %s\n", w.seen[i]->name);
		assert_non_null(strstr(tables.s, line.s));
		const char *section = strstr(tables.s, line.s);
		for (size_t j = 0; j < w.seen[i]->n; j++) {
			text_init(&line, a);
			text_addf(&line, "| `%s` ", w.seen[i]->fields[j].key);
			assert_non_null(strstr(section, line.s));
			text_init(&line, a);
			text_addf(&line, "\"%s\": {", w.seen[i]->fields[j].key);
			assert_non_null(strstr(json.s, line.s));
		}
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_defaults_decode),
		cmocka_unit_test(test_wants),
		cmocka_unit_test(test_documents),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
