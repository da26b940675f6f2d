#include "compiler/check/said.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "compiler/slurm/value.h"

struct diag *finding_as(struct check *c, enum severity severity, struct span span, const char *format, ...)
{
	va_list args;
	if (c->diags->list.n >= DIAG_LIMIT) /* counted alone */
		return diag_add(c->diags, severity, c->rule->name, span, "%s", "");
	va_start(args, format);
	const char *message = arena_vprintf(c->arena, format, args);
	va_end(args);
	return diag_add(c->diags, severity, c->rule->name, span, "%s", message);
}

/* The text of a value's place without quotes; "" for what is longer than any number. */
static const char *text_at(const struct check *c, struct span span)
{
	enum { LONGEST = 32 };
	if (!span_known(span) || span.end - span.start > LONGEST)
		return "";
	char *s = source_text(c->sources, span);
	size_t n = strlen(s);
	if (n < 2 || (*s != '"' && *s != '\'') || s[n - 1] != *s)
		return s;
	s[n - 1] = '\0';
	return s + 1;
}

const char *memory_said(const struct check *c, int64_t bytes, struct span span)
{
	struct memory m;
	struct text t;
	const char *written = text_at(c, span);
	if (*written && !parse_memory(written, &m) && !m.percent && m.bytes == bytes)
		return written;
	text_init(&t, c->arena);
	print_memory((struct memory){ .bytes = bytes }, &t);
	return t.s;
}

const char *time_said(const struct check *c, int64_t seconds, struct span span)
{
	struct duration d;
	struct text t;
	const char *written = text_at(c, span);
	if (*written && !parse_duration(written, &d) && d.seconds == seconds)
		return written;
	text_init(&t, c->arena);
	print_duration((struct duration){ seconds }, &t);
	return t.s;
}

const char *names_said(const struct check *c, const struct hostlist *h)
{
	enum { MOST = 5, SORTED = 64 };
	struct hostlist some = *h;
	struct text t;
	if (h->runs.n > 1 && h->runs.n <= SORTED) {
		hostlist_init(&some, c->arena);
		hostlist_add(&some, h);
		hostlist_normalise(&some);
	}
	bool more = some.runs.n > MOST;
	if (more)
		some.runs.n = MOST;
	text_init(&t, c->arena);
	hostlist_print(&some, true, &t);
	if (more)
		text_add(&t, ", ...");
	return t.s;
}

const char *key_said(const struct entry *e)
{
	const char *dot = e->spec_key ? strrchr(e->spec_key, '.') : NULL;
	return dot ? dot + 1 : e->spec_key ? e->spec_key : e->old ? e->old->key : e->fact->key;
}

const char *nodes_said(const struct check *c, const struct hostlist *h)
{
	return arena_printf(c->arena, "node%s '%s'", h->count == 1 ? "" : "s", names_said(c, h));
}

bool any_broken(const struct entries *e)
{
	for (size_t i = 0; i < e->n; i++)
		if (origin_of(e->v[i])->broken)
			return true;
	return false;
}

bool first_at(struct check *c, struct map *seen, struct span span)
{
	bool fresh;
	map_add(seen, arena_printf(c->arena, "%u:%u", span.source, span.start), &fresh);
	return fresh || !span_known(span);
}

const struct record *records_next(const struct records *r, enum slurm_file file, enum slurm_section section, size_t *i)
{
	while (*i < r->sections[file][section].n) {
		const struct record *rec = r->sections[file][section].v[(*i)++];
		if (!rec->include && !rec->is_default)
			return rec;
	}
	return NULL;
}

const struct entry *global(const struct check *c, const char *key)
{
	return records_global(c->records, SLURM_CONF, key);
}

const char *value_in_force(const struct check *c, const char *key)
{
	const struct entry *e = global(c, key);
	return e ? e->value : fact_default(fact_find(SLURM_CONF, SECTION_GLOBAL, key), c->records->release);
}

uint64_t number_of(const struct record *rec, const char *key, uint64_t otherwise)
{
	const char *value = record_value(rec, key);
	uint64_t n;
	return value && slurm_number(value, &n) ? n : otherwise;
}

const char *in_lower_case(struct arena *a, const char *s)
{
	const char *upper = s;
	while (*upper && !isupper((unsigned char)*upper))
		upper++;
	if (!*upper)
		return s;
	char *copy = arena_strdup(a, s);
	for (char *p = copy; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

bool is_digits(const char *s)
{
	return *s && strspn(s, "0123456789") == strlen(s);
}

bool says_yes(const struct entry *e)
{
	bool yes;
	return e && slurm_bool(e->value, &yes) && yes;
}

bool holds_word(const char *list, const char *word)
{
	size_t n = strlen(word);
	while (list && *list) {
		list += strspn(list, ", ");
		size_t item = strcspn(list, ","), name = strcspn(list, ",= ");
		if (name == n && strncasecmp(list, word, n) == 0)
			return true;
		list += item;
	}
	return false;
}

const char *word_value(struct arena *a, const char *list, const char *word)
{
	size_t n = strlen(word);
	while (*list) {
		list += strspn(list, ", ");
		size_t item = strcspn(list, ",");
		if (item > n + 1 && strncasecmp(list, word, n) == 0 && list[n] == '=')
			return arena_strndup(a, list + n + 1, item - n - 1);
		list += item;
	}
	return NULL;
}

bool nodes_have_gres(const struct check *c, const char *name)
{
	const struct fact *gres = fact_find(SLURM_CONF, SECTION_NODE, "Gres");
	size_t n = strlen(name);
	const struct record *rec;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		const struct entry *e = record_entry(rec, gres);
		for (const char *s = e ? e->value : ""; *s;) {
			if (strncasecmp(s, name, n) == 0 && (!s[n] || strchr(":(,", s[n])))
				return true;
			s += strcspn(s, ",");
			s += *s == ',';
		}
	}
	return false;
}

struct span entry_place(const struct record *rec, const struct entry *e)
{
	return span_known(e->span) ? e->span : rec->span;
}
