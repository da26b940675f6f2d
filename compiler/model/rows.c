/* rows.c: rows become Slurm's entries: one loop, whatever the key. */
#include "compiler/model/records.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *upper(struct arena *a, const char *s)
{
	char *u = arena_strdup(a, s);
	for (char *p = u; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return u;
}

/* Slurm's own way to print one: 5-00:00:00, 01:30:00 (time_str2mins, secs2time_str). */
static const char *time_string(struct arena *a, int64_t s)
{
	int days = (int)(s / 86400), h = (int)(s / 3600 % 24), m = (int)(s / 60 % 60), sec = (int)(s % 60);
	if (days)
		return arena_printf(a, "%d-%02d:%02d:%02d", days, h, m, sec);
	return arena_printf(a, "%02d:%02d:%02d", h, m, sec);
}

static const char *duration_value(struct arena *a, enum slurm_form form, int64_t seconds)
{
	if (seconds == DURATION_INFINITE)
		return "INFINITE";
	switch (form) {
	case FORM_MINUTES:
		return arena_printf(a, "%lld", (long long)((seconds + 59) / 60));
	case FORM_TIME:
		return time_string(a, seconds);
	case FORM_AGE:
		if (seconds % 86400 == 0)
			return arena_printf(a, "%lldday", (long long)(seconds / 86400));
		return arena_printf(a, "%lldhour", (long long)((seconds + 3599) / 3600));
	default:
		return arena_printf(a, "%lld", (long long)seconds);
	}
}

static const char *plain_value(struct arena *a, const struct field *f, const void *x)
{
	const void *at = field_at(f, x);
	switch (f->kind) {
	case VALUE_BOOL:
		return *(const enum tri *)at == TRI_TRUE ? "YES" : "NO";
	case VALUE_INT:
		return arena_printf(a, "%lld", (long long)*(const int64_t *)at);
	case VALUE_WORD:
	case VALUE_TEXT:
	case VALUE_LONGTEXT:
		return *(const char *const *)at;
	case VALUE_WORDS:
	case VALUE_TEXTS:
		return texts_joined(a, at);
	case VALUE_DURATION:
		return duration_value(a, f->form, ((const struct duration *)at)->seconds);
	case VALUE_MEMORY:
		return arena_printf(a, "%lld", (long long)mebibytes(*(const struct memory *)at));
	case VALUE_OPTIONS:
		return options_joined(a, at);
	case VALUE_HOSTS: {
		struct text t;
		text_init(&t, a);
		hostlist_print(((const struct hosts *)at)->list, true, &t);
		return t.s;
	}
	default:
		return NULL;
	}
}

const char *slurm_value(struct arena *a, const struct field *f, const void *x)
{
	if (!field_given(f, x))
		return NULL;
	/* A share of a host that nobody described has no number. */
	if (f->kind == VALUE_MEMORY && ((const struct memory *)field_at(f, x))->percent)
		return NULL;
	const char *s = plain_value(a, f, x);
	if (s && f->form == FORM_UPPER)
		s = upper(a, s);
	if (s && f->prefix && strcmp(s, "none") != 0)
		s = arena_printf(a, "%s%s", f->prefix, s);
	return s;
}

static void set_origin(struct entry *e, const struct field *f, const void *body)
{
	e->span = where_offset(body, f->offset);
	e->spec_key = f->key;
	e->option = false;
}

void add_rows(struct model *m, struct record *rec, const void *body)
{
	const struct shape *s = origin_of(body)->shape;
	for (size_t i = 0; i < s->n; i++) {
		const struct field *f = &s->fields[i];
		if (!f->slurm || f->slurm_file != rec->file)
			continue;
		const char *value = slurm_value(m->arena, f, body);
		if (value)
			set_origin(record_set(&m->records, rec, f->slurm, value), f, body);
	}
}

void add_globals(struct model *m, enum slurm_file file, const void *body)
{
	const struct shape *s = origin_of(body)->shape;
	for (size_t i = 0; i < s->n; i++) {
		const struct field *f = &s->fields[i];
		if (!f->slurm || f->slurm_file != file)
			continue;
		const char *value = slurm_value(m->arena, f, body);
		if (value)
			set_origin(records_set(&m->records, file, f->slurm, value), f, body);
	}
}

const char *pid_file(struct model *m, const char *daemon)
{
	bool own = m->platform->systemd && release_starts_as_slurm(m->release);
	return own ? arena_printf(m->arena, "%s/%s/%s.pid", m->platform->run_dir, daemon, daemon)
		   : arena_printf(m->arena, "%s/%s.pid", m->platform->run_dir, daemon);
}

void choose(struct model *m, enum slurm_file file, const char *key, const char *value, struct span span)
{
	records_set(&m->records, file, key, value)->span = span;
}

/* Whether words say what a job is handed. select/cons_tres wants exactly one that does (init(): "You need at least CR_(CPU|CORE|SOCKET)*"). */
static bool hands_out(const char *words)
{
	static const char *const units[] = { "CR_CPU",	  "CR_CPU_Memory",    "CR_Core",  "CR_Core_Memory",
					     "CR_Socket", "CR_Socket_Memory", "CR_Memory" };
	for (words += strspn(words, ", \t"); *words; words += strspn(words, ", \t")) {
		size_t n = strcspn(words, ", \t");
		for (size_t i = 0; i < sizeof units / sizeof *units; i++)
			if (strlen(units[i]) == n && strncasecmp(units[i], words, n) == 0)
				return true;
		words += n;
	}
	return false;
}

/* Lists of words join with hpcc's own; where they would be a second word that excludes hpcc's, they stand alone. */
static bool joins(const struct fact *f, const char *words)
{
	/* slurmd binds and holds nothing: any other plugin would. */
	if (strcmp(f->key, "TaskPlugin") == 0 && (strcasecmp(words, "task/none") == 0 || strcasecmp(words, "none") == 0))
		return false;
	return (f->type == FACT_WORDS || f->type == FACT_PLUGINS || f->type == FACT_LIST) &&
	       (strcmp(f->key, "SelectTypeParameters") != 0 || !hands_out(words));
}

/* Facts that a release no longer has are left to the rules; a key that no release knows cannot be an entry. */
void add_options(struct model *m, enum slurm_file file, struct record *rec, const struct options *options)
{
	enum slurm_section section = rec ? rec->section : SECTION_GLOBAL;
	for (size_t i = 0; i < options->n; i++) {
		const struct option *o = &options->v[i];
		const struct fact *f = fact_find(file, section, o->key);
		if (!f)
			continue;
		struct entry *e = rec ? record_find(rec, f->key) : records_global(&m->records, file, f->key);
		if (e && joins(f, o->value))
			entry_join(&m->records, e, o->value);
		else
			e = rec ? record_set(&m->records, rec, f->key, o->value)
				: records_set(&m->records, file, f->key, o->value);
		e->span = o->span;
		e->spec_key = NULL;
		e->option = true;
	}
}
