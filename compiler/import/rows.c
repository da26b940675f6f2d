/* rows.c: the rows read backwards: a value as Slurm has it becomes the member that stands for it. */
#include "compiler/import/within.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "compiler/schema/schema.h"
#include "compiler/slurm/value.h"
#include "compiler/spec/check.h"

static const char *lower_case(struct arena *a, const char *s)
{
	char *t = arena_strdup(a, s);
	for (char *p = t; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return t;
}

void import_words(struct import *im, const char *value, struct texts *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->given = true;
	while (*value) {
		size_t n;
		value += strspn(value, ", \t");
		n = strcspn(value, ",");
		size_t end = n;
		while (end && isspace((unsigned char)value[end - 1]))
			end--;
		if (end)
			*list_push(im->arena, ret) = arena_strndup(im->arena, value, end);
		value += n;
	}
}

static const char *word_of(const struct field *f, const char *s)
{
	for (size_t i = 0; f->words[i]; i++)
		if (strcasecmp(f->words[i], s) == 0)
			return f->words[i];
	return NULL;
}

static const char *without_prefix(const struct field *f, const char *s)
{
	size_t n = f->prefix ? strlen(f->prefix) : 0;
	return n && strncasecmp(s, f->prefix, n) == 0 ? s + n : s;
}

/* SlurmctldDebug=6: levels were numbers once, and are taken yet. (log.c: log_string2num()) */
static const char *word_value(const struct field *f, const struct fact *fact, const char *s)
{
	const char *word = word_of(f, without_prefix(f, s));
	size_t n = 0;
	if (word || !isdigit((unsigned char)*s) || s[1] || fact->type != FACT_WORD)
		return word;
	while (f->words[n])
		n++;
	return (size_t)(*s - '0') < n ? f->words[*s - '0'] : NULL;
}

static bool fits(const struct field *f, int64_t n)
{
	return (!f->min && !f->max) || (n >= f->min && n <= f->max);
}

static bool int_value(const struct field *f, const char *s, int64_t *ret)
{
	uint64_t n;
	if (!slurm_number(s, &n) || n == SLURM_INFINITE || n > INT64_MAX || !fits(f, (int64_t)n))
		return false;
	*ret = (int64_t)n;
	return true;
}

/* 30days, 12hours, 6months, or a number of months (slurmdbd_defs.c: slurmdb_parse_purge()). A month is what it is on average:
 * hpcc knows none. */
static bool age_value(const char *s, int64_t *ret)
{
	char *unit;
	long n = strtol(s, &unit, 10);
	if (n <= 0 || unit == s)
		return false;
	if (!*unit || strncasecmp(unit, "month", 5) == 0)
		*ret = (n * 365 + 11) / 12 * 86400;
	else if (strncasecmp(unit, "day", 3) == 0)
		*ret = n * 86400;
	else if (strncasecmp(unit, "hour", 4) == 0)
		*ret = n * 3600;
	else
		return false;
	return true;
}

static bool duration_value(const struct field *f, const char *s, int64_t *ret)
{
	uint64_t n;
	uint32_t minutes;
	if (strcmp(s, "-1") == 0 || strcasecmp(s, "INFINITE") == 0 || strcasecmp(s, "UNLIMITED") == 0) {
		*ret = DURATION_INFINITE;
		return !f->max;
	}
	switch (f->form) {
	case FORM_AGE:
		return age_value(s, ret) && fits(f, *ret);
	case FORM_TIME:
	case FORM_MINUTES:
		if (!slurm_minutes(s, &minutes))
			return false;
		*ret = minutes == SLURM_INFINITE_MINUTES ? DURATION_INFINITE : (int64_t)minutes * 60;
		return true;
	default:
		if (!slurm_number(s, &n) || n > INT32_MAX || !fits(f, (int64_t)n))
			return false;
		*ret = (int64_t)n;
		return true;
	}
}

static bool texts_value(struct import *im, const struct field *f, const char *s, struct texts *ret)
{
	struct texts words;
	import_words(im, s, &words);
	for (size_t i = 0; i < words.n; i++) {
		const char *word = words.v[i];
		if (f->kind == VALUE_WORDS && !(word = word_of(f, word)))
			return false;
		if (f->check && f->check(word))
			return false;
		words.v[i] = word;
	}
	*ret = words;
	return words.n > 0;
}

static bool pairs_value(struct import *im, const struct field *f, const char *s, struct options *ret)
{
	struct texts words;
	struct options pairs = { .given = true };
	import_words(im, s, &words);
	for (size_t i = 0; i < words.n; i++) {
		const char *equals = strchr(words.v[i], '=');
		if (!equals)
			return false;
		struct option *o = list_push(im->arena, &pairs);
		o->key = arena_strndup(im->arena, words.v[i], (size_t)(equals - words.v[i]));
		o->value = equals + 1;
		if ((f->check && f->check(o->key)) || !*o->value)
			return false;
	}
	*ret = pairs;
	return pairs.n > 0;
}

static bool hosts_value(struct import *im, const char *s, struct hosts *ret)
{
	struct hostlist_error error;
	struct hostlist *h = ARENA_NEW(im->arena, struct hostlist);
	if (!hostlist_parse(im->arena, s, h, &error))
		return false;
	*ret = (struct hosts){ .list = h };
	return true;
}

/* Each as import_value(), of its kind. */
static bool scalar_value(struct import *im, const struct field *f, const struct fact *fact, const char *s, void *at)
{
	bool on;
	uint64_t n;
	const char *word;
	switch (f->kind) {
	case VALUE_BOOL:
		if (!slurm_bool(s, &on))
			return false;
		*(enum tri *)at = on ? TRI_TRUE : TRI_FALSE;
		return true;
	case VALUE_INT:
		return int_value(f, s, at);
	case VALUE_WORD:
		if (!(word = word_value(f, fact, s)))
			return false;
		*(const char **)at = word;
		return true;
	case VALUE_TEXT:
		word = f->form == FORM_UPPER ? lower_case(im->arena, s) : without_prefix(f, s);
		if (!*word || strlen(word) > TEXT_MAX || (f->check && f->check(word)))
			return false;
		*(const char **)at = word;
		return true;
	case VALUE_MEMORY:
		if (!slurm_number(s, &n) || n >= (UINT64_C(1) << 33))
			return false;
		*(struct memory *)at = (struct memory){ .bytes = (int64_t)(n << 20) };
		return true;
	default:
		return false;
	}
}

bool import_value(struct import *im, const struct field *f, const struct fact *fact, const char *value, void *body)
{
	void *at = field_at(f, body);
	int64_t seconds;
	switch (f->kind) {
	case VALUE_DURATION:
		if (!duration_value(f, value, &seconds))
			return false;
		((struct duration *)at)->seconds = seconds;
		return true;
	case VALUE_WORDS:
	case VALUE_TEXTS:
		return texts_value(im, f, value, at);
	case VALUE_OPTIONS:
		return pairs_value(im, f, value, at);
	case VALUE_HOSTS:
		return hosts_value(im, value, at);
	default:
		return scalar_value(im, f, fact, value, at);
	}
}

const struct field *import_row(const struct shape *s, enum slurm_file file, const char *key)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->fields[i].slurm && s->fields[i].slurm_file == file && strcasecmp(s->fields[i].slurm, key) == 0)
			return &s->fields[i];
	return NULL;
}

/* ---- bodies of which there is one */

/* A row, and the keys that lead to its body, outermost first. */
struct row_path {
	const struct field *field;
	const struct field *steps[6];
	size_t n;
};

static const char *row_name(struct arena *a, enum slurm_file file, const char *key)
{
	return arena_printf(a, "%d/%s", (int)file, lower_case(a, key));
}

static void collect(struct import *im, const struct shape *s, const struct row_path *here)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct field *f = &s->fields[i];
		if (f->slurm && s->slurm_section == SECTION_GLOBAL) {
			struct row_path *p = ARENA_NEW(im->arena, struct row_path);
			*p = *here;
			p->field = f;
			map_add(&im->rows, row_name(im->arena, f->slurm_file, f->slurm), NULL)->value = p;
		}
		if (f->kind == VALUE_STRUCT && here->n < 6) {
			struct row_path inner = *here;
			inner.steps[inner.n++] = f;
			collect(im, f->shape, &inner);
		}
	}
}

static const struct row_path *path_of(struct import *im, enum slurm_file file, const char *key)
{
	if (!im->rows.n) {
		struct row_path top = { 0 };
		collect(im, &spec_shape, &top);
	}
	return map_get(&im->rows, row_name(im->arena, file, key));
}

static void *step(struct import *im, void *body, const struct field *f)
{
	void **at = field_at(f, body);
	if (!*at)
		*at = body_new(im->arena, f->shape);
	return *at;
}

void *import_body(struct import *im, const char *const *path)
{
	void *body = im->spec;
	for (; *path; path++)
		body = step(im, body, shape_field(origin_of(body)->shape, *path));
	return body;
}

const char *import_global_text(struct import *im, const struct fact *f, const char *value)
{
	const struct row_path *p = path_of(im, f->file, f->key);
	if (!p || !value)
		return NULL;
	void *body = body_new(im->arena, p->n ? p->steps[p->n - 1]->shape : &spec_shape);
	return import_value(im, p->field, f, value, body) ? import_text(im, p->field, body) : NULL;
}

enum import_result import_global(struct import *im, const struct entry *e)
{
	const struct row_path *p = path_of(im, e->fact->file, e->fact->key);
	if (!p)
		return IMPORT_NO_ROW;
	/* Into a body of its own first, so that none is made for nothing. */
	void *body = body_new(im->arena, p->n ? p->steps[p->n - 1]->shape : &spec_shape);
	if (!import_value(im, p->field, e->fact, e->value, body))
		return IMPORT_UNSAYABLE;
	/* What the spec, or Slurm in any release, takes by itself. */
	const char *def = p->field->def ? p->field->def : e->fact->n_defaults == 1 ? import_global_text(im, e->fact, fact_default(e->fact, im->release)) : NULL;
	if (def && strcmp(import_text(im, p->field, body), def) == 0)
		return IMPORT_DONE;
	void *to = im->spec;
	for (size_t i = 0; i < p->n; i++)
		to = step(im, to, p->steps[i]);
	field_copy(p->field, to, field_at(p->field, body));
	return IMPORT_DONE;
}

bool import_owned(const struct import *im, enum slurm_file file, enum slurm_section section, const char *key)
{
	for (const struct owned_key *k = owned_keys; k->key; k++)
		if (k->file == file && k->section == section && strcasecmp(k->key, key) == 0)
			return true;
	return section == SECTION_GLOBAL && map_get(&im->rows, row_name(im->arena, file, key));
}

/* ---- options */

void import_option(struct import *im, struct options *o, const struct fact *f, const char *value)
{
	struct texts words;
	bool on;
	struct option *x = list_push(im->arena, o);
	*x = (struct option){ 0 };
	o->given = true;
	x->key = f->key;
	x->value = value;
	if (f->type == FACT_BOOL && slurm_bool(value, &on)) {
		x->value = on ? "yes" : "no";
	} else if (f->type == FACT_WORDS || f->type == FACT_PLUGINS || f->type == FACT_LIST) {
		import_words(im, value, &words);
		x->is_list = words.n > 1;
		x->value = words.n ? texts_joined(im->arena, &words) : value;
	}
}

/* ---- values beside each other */

/* A word without the prefix that a plugin's key may leave out: "proctrack/cgroup" is "cgroup". */
static const char *bare(const struct fact *f, const char *s)
{
	const char *slash = strchr(s, '/');
	return slash && (f->type == FACT_PLUGIN || f->type == FACT_PLUGINS) ? slash + 1 : s;
}

static bool same_words(struct import *im, const struct fact *f, const char *a, const char *b)
{
	struct texts x, y;
	import_words(im, a, &x);
	import_words(im, b, &y);
	if (x.n != y.n)
		return false;
	for (size_t i = 0; i < x.n; i++) {
		bool found = false;
		for (size_t j = 0; j < y.n && !found; j++)
			found = strcasecmp(bare(f, x.v[i]), bare(f, y.v[j])) == 0;
		if (!found)
			return false;
	}
	return true;
}

bool import_same(struct import *im, const struct fact *f, const char *a, const char *b)
{
	bool p, q;
	uint64_t m, n;
	if (!a || !b)
		return a == b;
	if (strcasecmp(bare(f, a), bare(f, b)) == 0)
		return true;
	if (f->type == FACT_BOOL && slurm_bool(a, &p) && slurm_bool(b, &q))
		return p == q;
	if (slurm_number(a, &m) && slurm_number(b, &n))
		return m == n;
	return same_words(im, f, a, b);
}

bool import_is_default(struct import *im, const struct fact *f, const char *value)
{
	const char *def = fact_default(f, im->release);
	bool on;
	if (f->type == FACT_BOOL && !def)
		return slurm_bool(value, &on) && !on;
	return def && import_same(im, f, def, value);
}

const char *import_text(struct import *im, const struct field *f, const void *body)
{
	struct text t;
	const struct entries *list = field_at(f, body);
	const struct options *o = field_at(f, body);
	if (!field_given(f, body))
		return "";
	text_init(&t, im->arena);
	switch (f->kind) {
	case VALUE_MAP:
	case VALUE_LIST:
		for (size_t i = 0; i < list->n; i++)
			text_addf(&t, "%s{%s}", origin_of(list->v[i])->name, import_body_text(im, list->v[i]));
		break;
	case VALUE_STRUCT:
		text_add(&t, import_body_text(im, *(void *const *)field_at(f, body)));
		break;
	case VALUE_OPTIONS:
		for (size_t i = 0; i < o->n; i++)
			text_addf(&t, "%s=%s;", o->v[i].key, o->v[i].value);
		break;
	default:
		schema_print_value(f, body, &t);
	}
	return t.s;
}

const char *import_body_text(struct import *im, const void *body)
{
	const struct shape *s = origin_of(body)->shape;
	struct text t;
	text_init(&t, im->arena);
	for (size_t i = 0; i < s->n; i++)
		if (field_given(&s->fields[i], body))
			text_addf(&t, "%s:%s\n", s->fields[i].key, import_text(im, &s->fields[i], body));
	return t.s;
}

void import_clear(const struct field *f, void *body)
{
	struct arena *a = arena_new();
	void *empty = body_new(a, origin_of(body)->shape);
	field_copy(f, body, field_at(f, empty));
	arena_free(a);
}
