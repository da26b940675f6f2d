/* rows.c: the rows read backwards: a value as Slurm has it becomes the member that stands for it. */
#include "compiler/import/within.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "compiler/schema/schema.h"
#include "compiler/slurm/value.h"
#include "compiler/spec/check.h"

const char *import_lower(struct arena *a, const char *s)
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

/* 30days, 12hours, 6months, or a number of months (slurmdbd_defs.c: slurmdb_parse_purge()). A month is what it is on
 * average: hpcc knows none. */
static bool age_value(const char *s, int64_t *ret)
{
	enum { MOST = UINT16_MAX }; /* Slurm keeps the unit in the bits above */
	char *unit;
	long n = strtol(s, &unit, 10);
	if (n <= 0 || n > MOST || unit == s)
		return false;
	if (!*unit || strncasecmp(unit, "month", 5) == 0)
		*ret = ((int64_t)n * 365 + 11) / 12 * 86400;
	else if (strncasecmp(unit, "day", 3) == 0)
		*ret = (int64_t)n * 86400;
	else if (strncasecmp(unit, "hour", 4) == 0)
		*ret = (int64_t)n * 3600;
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
		word = f->form == FORM_UPPER ? import_lower(im->arena, s) : without_prefix(f, s);
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
