/*
 * records_pairs.c: keys of Slurm's that quarrel with each other, that need each other, or that do nothing without
 * another: whether a row of records_pairs_table.c holds, and what is said then.
 */
#include "compiler/check/records_pairs.h"

#include <string.h>

#include "compiler/base/map.h"
#include "compiler/slurm/value.h"

static bool same_word(const char *word, const char *row, size_t n)
{
	const char *slash = strchr(word, '/');
	const char *tries[] = { word, slash ? slash + 1 : NULL };
	for (size_t i = 0; i < 2; i++) {
		if (!tries[i] || strlen(tries[i]) != n)
			continue;
		char copy[64];
		if (n >= sizeof(copy))
			return false;
		memcpy(copy, row, n);
		copy[n] = '\0';
		if (text_equal_nocase(tries[i], copy))
			return true;
	}
	return false;
}

bool word_among(const char *word, const char *words)
{
	for (const char *s = words; *s;) {
		size_t n = strcspn(s, "|");
		if (same_word(word, s, n))
			return true;
		s += n + (s[n] == '|');
	}
	return false;
}

size_t count_words(struct arena *a, const char *value, const char *words, const char **ret_word)
{
	struct value_word w;
	size_t n = 0;
	for (const char *rest = value; value_next(a, &rest, &w);)
		if (!words || word_among(w.name, words)) {
			if (!n)
				*ret_word = w.text;
			n++;
		}
	return n;
}

static bool is_set(const char *value)
{
	size_t n = value ? strlen(value) : 0;
	return n && !text_equal_nocase(value, "none") && !(n > 5 && text_equal_nocase(value + n - 5, "/none"));
}

static bool is_zero(const char *value)
{
	uint64_t number;
	uint32_t minutes;
	if (!value)
		return true;
	return (slurm_number(value, &number) && number == 0) || (slurm_minutes(value, &minutes) && minutes == 0);
}

/* Whether a term holds of a value (NULL: absent); the word that it is about in *ret_word. */
static bool holds(struct arena *a, const struct term *t, const char *value, const char **ret_word)
{
	bool yes;
	*ret_word = NULL;
	switch (t->op) {
	case SET:
		return is_set(value);
	case UNSET:
		return !is_set(value);
	case ABSENT:
		return !value;
	case HAS:
	case SAYS:
		return value && count_words(a, value, t->words, ret_word) > 0;
	case LACKS:
		return !value || count_words(a, value, t->words, ret_word) == 0;
	case TWO:
		return value && count_words(a, value, t->words, ret_word) > 1;
	case SEVERAL:
		return value && count_words(a, value, NULL, ret_word) > 1;
	case YES:
		return value && slurm_bool(value, &yes) && yes;
	case ZERO:
		return is_zero(value);
	case NONZERO:
		return value && !is_zero(value);
	}
	return false;
}

/* Of a key that Slurm passes over, or stops at, others have said so (facts.c, global_keys.c). */
static bool is_read(const struct entry *e, enum release r)
{
	return fact_known(e->fact, r) && r < e->fact->defunct && r < e->fact->refused;
}

/* The global entries by key: looked up often, among records of all nodes. */
void map_globals(const struct check *c, struct map *globals)
{
	static const enum slurm_file files[] = { SLURM_CONF, CGROUP_CONF };
	map_init(globals, c->arena);
	for (size_t f = 0; f < sizeof(files) / sizeof(files[0]); f++)
		for (size_t i = 0; i < c->records->files[files[f]].n; i++) {
			const struct record *rec = c->records->files[files[f]].v[i];
			for (size_t j = 0; rec->section == SECTION_GLOBAL && j < rec->entries.n; j++)
				if (is_read(&rec->entries.v[j], c->records->release))
					map_set(globals, rec->entries.v[j].fact->key, &rec->entries.v[j]);
		}
}

/* What a key is when nobody says it. A file's absent key has Slurm's default; a spec's has been written by hpcc, or is
 * not given. Nodes are handed out by cores and memory where cons_tres hands them out at all, in every release: by the plugin up to
 * 23.11, then by read_config.c. */
static const char *default_of(const struct check *c, const struct map *globals, const char *key)
{
	enum release r = c->records->release;
	const struct entry *select = map_get(globals, "SelectType");
	const struct fact *f = fact_find(SLURM_CONF, SECTION_GLOBAL, key);
	if (!c->files)
		return NULL;
	if (strcmp(key, "SelectTypeParameters") == 0)
		return strstr(select ? select->value : default_of(c, globals, "SelectType"), "cons_tres") ? "CR_Core_Memory" : NULL;
	f = f ? f : fact_find(CGROUP_CONF, SECTION_GLOBAL, key);
	return f ? fact_default(f, r) : NULL;
}

static const char *value_of(const struct check *c, const struct map *globals, const struct term *t)
{
	const struct entry *e = map_get(globals, t->key);
	return e ? e->value : t->op == ABSENT || t->op == SAYS ? NULL : default_of(c, globals, t->key);
}

static void note_others(struct check *c, struct diag *d, const struct relation *p, const struct map *globals, size_t at)
{
	const struct entry *first = map_get(globals, p->terms[at].key);
	for (size_t i = 0; i < TERMS && p->terms[i].key; i++) {
		const char *key = p->terms[i].key, *value = value_of(c, globals, &p->terms[i]);
		const struct entry *e = map_get(globals, key);
		if (i == at || strcmp(key, p->terms[at].key) == 0 || !value)
			continue;
		if (e && e->span.source == first->span.source && e->span.start == first->span.start)
			continue;
		if (!e)
			diag_note(c->diags, d, (struct span){ 0 }, "%s is %s, the default of Slurm %s", key, value,
				  release_name(c->records->release));
		else if (span_known(e->span))
			diag_note(c->diags, d, e->span, "%s is %s by this", key, value);
		else
			diag_note(c->diags, d, e->span, "%s is %s: hpcc writes that when nothing else is said", key, value);
	}
}

/* The term that the finding stands at: the first; in files, where that may be a default, the first that is written. TERMS: none. */
static size_t place_of(const struct check *c, const struct relation *p, const struct map *globals)
{
	for (size_t i = 0; i < (c->files ? (size_t)TERMS : 1) && p->terms[i].key; i++) {
		const struct entry *e = map_get(globals, p->terms[i].key);
		if (e && span_known(e->span))
			return i;
	}
	return TERMS;
}

/* Says whether it reported. */
static bool try_relation(struct check *c, const struct relation *p, const struct map *globals)
{
	const char *words[TERMS] = { 0 };
	for (size_t i = 0; i < TERMS && p->terms[i].key; i++)
		if (!holds(c->arena, &p->terms[i], value_of(c, globals, &p->terms[i]), &words[i]))
			return false;
	/* torn.c: what is not set may be set where nobody could read. */
	for (size_t i = 0; c->files && c->files->torn && i < TERMS && p->terms[i].key; i++)
		if (!map_get(globals, p->terms[i].key))
			return false;
	size_t at = place_of(c, p, globals);
	if (at == TERMS)
		return false;
	struct span span = ((const struct entry *)map_get(globals, p->terms[at].key))->span;
	struct diag *d = diag_add(c->diags, p->severity, p->rule, words[at] ? span_within(c, span, words[at]) : span, "%s",
				  p->message);
	note_others(c, d, p, globals, at);
	diag_help(c->diags, d, "%s", either(c, p->help, p->in_files ? p->in_files : p->help));
	return true;
}

/* Rows that begin with the same term say the same of it. */
static bool same_first(const struct relation *a, const struct relation *b)
{
	return a && strcmp(a->terms[0].key, b->terms[0].key) == 0 && text_equal(a->terms[0].words, b->terms[0].words) &&
	       a->terms[0].op == b->terms[0].op;
}

void run_pairs(struct check *c)
{
	struct map globals;
	map_globals(c, &globals);
	const struct relation *last = NULL;
	for (const struct relation *r = relations; r->rule; r++) {
		bool holds_here = c->records->release >= r->first && (!r->before || c->records->release < r->before);
		if (strcmp(r->rule, c->rule->name) == 0 && holds_here && !same_first(last, r) &&
		    try_relation(c, r, &globals))
			last = r;
	}
}
