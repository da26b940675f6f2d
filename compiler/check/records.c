/*
 * records.c: values of Slurm's keys, one by one: numbers, words, ranges.
 *
 * Rows of the spec's own tables are held to their own limits when they are read; what can be wrong here came mostly
 * through `options`. A value that was not written anywhere is hpcc's own, and not looked at.
 */
#include "compiler/check/records.h"

#include <ctype.h>
#include <string.h>

#include "compiler/base/map.h"
#include "compiler/check/lines.h"
#include "compiler/check/said.h"
#include "compiler/slurm/value.h"

/* Whether somebody wrote it and Slurm looks at it: of the other keys facts.c has said what there is to say. */
static bool is_read(const struct entry *e, enum release r)
{
	return span_known(e->span) && fact_known(e->fact, r) && r < e->fact->defunct && r < e->fact->refused;
}

/* An entry that a file has, and the next of the same key and value, if that comes before another value of that key:
 * thousands of lines say the same of thousands of nodes, and what holds of one value holds of all like it. */
struct same_value {
	const struct entry *e;
	uint32_t next; /* 0: none */
	bool first;
};

struct values {
	LIST(struct same_value) list;
};

static void add_value(struct check *c, struct values *all, size_t *last, const struct entry *e)
{
	size_t i = all->list.n, *before = &last[e->fact - fact_table];
	struct same_value *v = list_push(c->arena, &all->list);
	*v = (struct same_value){ .e = e, .first = true };
	if (*before && strcmp(all->list.v[*before - 1].e->value, e->value) == 0) {
		all->list.v[*before - 1].next = (uint32_t)i;
		v->first = false;
	}
	*before = i + 1;
}

static const struct values *values_of(struct check *c)
{
	if (c->values)
		return c->values;
	struct values *all = c->values = ARENA_NEW(c->arena, struct values);
	size_t *last = ARENA_ARRAY(c->arena, fact_count, size_t), n = 1;
	for (int f = 0; f < SLURM_FILE_COUNT; f++)
		for (size_t i = 0; i < c->records->files[f].n; i++)
			n += c->records->files[f].v[i]->entries.n;
	all->list.v = ARENA_ARRAY(c->arena, n, struct same_value);
	all->list.cap = n;
	for (int f = 0; f < SLURM_FILE_COUNT; f++)
		for (size_t i = 0; i < c->records->files[f].n; i++) {
			const struct record *rec = c->records->files[f].v[i];
			for (size_t j = 0; j < rec->entries.n; j++)
				if (!rec->entries.v[j].inherited && is_read(&rec->entries.v[j], c->records->release))
					add_value(c, all, last, &rec->entries.v[j]);
		}
	return all;
}

static size_t said(const struct check *c)
{
	return c->diags->errors + c->diags->warnings + c->diags->infos;
}

/* In files each entry has a place of its own; what a spec's defaults gave to many stands at one, and is looked at each time. */
void entries_walk(struct check *c, void (*each)(struct entry_pass *p, const struct entry *e))
{
	struct entry_pass p = { .c = c };
	const struct values *all = values_of(c);
	map_init(&p.seen, c->arena);
	for (size_t i = 0; i < all->list.n; i++) {
		size_t before = said(c), j = i;
		if (c->files && !all->list.v[i].first)
			continue;
		each(&p, all->list.v[i].e);
		while (c->files && said(c) > before && (j = all->list.v[j].next))
			each(&p, all->list.v[j].e);
	}
}

void globals_walk(struct check *c, void (*each)(struct entry_pass *p, const struct entry *e))
{
	struct entry_pass p = { .c = c };
	map_init(&p.seen, c->arena);
	for (int f = 0; f < SLURM_FILE_COUNT; f++)
		for (size_t i = 0; i < c->records->globals[f].n; i++) {
			const struct record *rec = c->records->globals[f].v[i];
			for (size_t j = 0; j < rec->entries.n; j++)
				if (is_read(&rec->entries.v[j], c->records->release))
					each(&p, &rec->entries.v[j]);
		}
}

bool entry_fresh(struct entry_pass *p, const struct entry *e, const char *word)
{
	bool is_new;
	map_add(&p->seen,
		arena_printf(p->c->arena, "%u:%u:%s:%s", (unsigned)e->span.source, (unsigned)e->span.start,
			     e->fact->key, word),
		&is_new);
	return is_new;
}

/* ---- bad-slurm-value */

/* The bytes of a value that are wrong; all of them unless something is said. */
struct part {
	size_t start, end;
};

/* slurmctld/licenses.c: _build_license_list(): a count that is no number is fatal. */
static const char *licenses_error(const char *value, struct part *ret)
{
	if (strchr(value, '('))
		return NULL;
	for (const char *s = value; *s;) {
		size_t n = strcspn(s, ",;");
		const char *colon = memchr(s, ':', n);
		if (colon) {
			size_t count = (size_t)(s + n - colon) - 1;
			if (!count || strspn(colon + 1, "0123456789") < count) {
				*ret = (struct part){ (size_t)(s - value), (size_t)(s - value) + n };
				return "names with counts such as matlab:10,ansys:4";
			}
		}
		s += n + (s[n] != '\0');
	}
	return NULL;
}

static const char *value_error(const struct check *c, const struct fact *f, const char *value, struct part *ret)
{
	if (f->file == SLURM_CONF && f->section == SECTION_GLOBAL && strcmp(f->key, "Licenses") == 0)
		return licenses_error(value, ret);
	/* strtoul() takes the sign */
	if (c->files && value_is_number(f) && *value == '+' && isdigit((unsigned char)value[1]))
		value++;
	return fact_value_error(f, value);
}

/* What Slurm takes for 0, or passes over, without a word. */
static bool taken_in_silence(const struct fact *f)
{
	return f->type == FACT_SECONDS || f->type == FACT_DECIMAL || strcmp(f->key, "MaxQueryTimeRange") == 0;
}

static void bad_value(struct entry_pass *p, const struct entry *e)
{
	struct part part = { 0, strlen(e->value) };
	const char *wanted = value_error(p->c, e->fact, e->value, &part);
	if (!wanted || !entry_fresh(p, e, ""))
		return;
	enum severity severity =
		p->c->files && taken_in_silence(e->fact) ? SEVERITY_WARNING : p->c->rule->severity;
	struct diag *d = finding_as(p->c, severity, part_place(e, part.start, part.end), "'%s' wants %s, not '%.*s'",
				    key_said(e), wanted, (int)(part.end - part.start), e->value + part.start);
	const char *meant = p->c->files ? value_meant(p->c->arena, e->fact, e->value) : NULL;
	size_t n = strlen(e->value);
	if (meant) {
		diag_help(p->c->diags, d,
			  value_is_number(e->fact) && value_is_memory(e->fact) ? "write %s: it is in MiB"
			  : value_is_number(e->fact)				 ? "write %s: it is in seconds"
									 : "write %s",
			  meant);
		diag_edit(p->c->diags, d, e->span, meant);
	} else if (value_is_number(e->fact) && n > 1 && strchr("mMgGtT", e->value[n - 1]))
		diag_help(p->c->diags, d, "Slurm knows no suffix but k, which is 1024; and 16-bit numbers take none");
	else if (value_is_number(e->fact) && e->value[0] == '0' && strspn(e->value, "0123456789") == n)
		diag_help(p->c->diags, d, "a leading 0 makes it octal: leave it out");
	else if ((e->fact->type == FACT_SECONDS || e->fact->type == FACT_DECIMAL) && e->value[0] != '-')
		diag_help(p->c->diags, d, "Slurm reads the digits that it begins with, and without any takes it for 0");
	else if (e->fact->type == FACT_AGE && isdigit((unsigned char)e->value[0]))
		diag_help(p->c->diags, d, "write hours, days or months: of a unit Slurm reads the first letter");
}

static void run_bad_value(struct check *c)
{
	entries_walk(c, bad_value);
}

/* ---- octal-number */

static void octal(struct entry_pass *p, const struct entry *e)
{
	uint64_t number;
	if (!value_is_number(e->fact) || !slurm_number_octal(e->value) || !slurm_number(e->value, &number))
		return;
	const char *meant = e->value + strspn(e->value, "0");
	uint64_t decimal;
	if (!*meant || (slurm_number(meant, &decimal) && decimal == number) || !entry_fresh(p, e, ""))
		return;
	struct diag *d = doubt(p->c, e->span, "you wrote %s; Slurm reads %llu: a leading 0 makes a number octal",
				 e->value, (unsigned long long)number);
	diag_help(p->c->diags, d, "write %s", meant);
	diag_edit(p->c->diags, d, e->span, meant);
}

static void run_octal(struct check *c)
{
	entries_walk(c, octal);
}

/* ---- unwritable-value: until it is mended no file can be made. */

static void run_unwritable(struct check *c)
{
	if (c->files) /* it was written: the reader has said how Slurm takes it */
		return;
	for (int f = 0; f < SLURM_FILE_COUNT; f++)
		for (size_t i = 0; i < c->records->files[f].n; i++) {
			const struct record *rec = c->records->files[f].v[i];
			for (size_t j = 0; j < rec->entries.n; j++) {
				const struct entry *e = &rec->entries.v[j];
				const char *why = record_value_unwritable(e->value);
				if (why)
					finding(c, span_known(e->span) ? e->span : rec->span,
						"%s cannot be written to %s: %s", key_said(e),
						slurm_file_name((enum slurm_file)f), why);
			}
		}
}

/* ---- unknown-tres. slurmctld/controller.c: _init_tres() */

static bool is_tres(const char *name)
{
	static const char *const plain[] = { "cpu", "mem", "node", "energy", "billing", "vmem", "pages" };
	static const char *const named[] = { "gres/", "license/", "fs/", "ic/", "bb/" };
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (text_equal_nocase(name, plain[i]))
			return true;
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		size_t n = strlen(named[i]), j = 0;
		while (j < n && tolower((unsigned char)name[j]) == named[i][j])
			j++;
		if (j == n && name[n])
			return true;
	}
	return false;
}

static void unknown_tres(struct entry_pass *p, const struct entry *e)
{
	struct value_word w;
	if (strcmp(e->fact->key, "AccountingStorageTRES") != 0)
		return;
	for (const char *rest = e->value; value_next(p->c->arena, &rest, &w);) {
		if (is_tres(w.name) || !entry_fresh(p, e, w.name))
			continue;
		struct diag *d = finding(p->c, word_within(p->c, e, &w, w.name),
					 "no resource is called '%s', and slurmctld stops", w.name);
		diag_help(p->c->diags, d,
			  "cpu, mem, node, energy, billing, vmem, pages, or gres/NAME, license/NAME, fs/NAME, ic/NAME");
	}
}

static void run_unknown_tres(struct check *c)
{
	globals_walk(c, unknown_tres);
}

/* The severities of unknown-slurm-word, slurm-word-release, slurm-value-range and of the pairs are each row's own. */
const struct rule rules_records[] = {
	{ "bad-slurm-value", SEVERITY_ERROR, RULE_RECORDS, run_bad_value },
	{ "octal-number", SEVERITY_ERROR, RULE_RECORDS, run_octal },
	{ "unknown-slurm-word", SEVERITY_WARNING, RULE_RECORDS, run_unknown_word },
	{ "slurm-word-release", SEVERITY_ERROR, RULE_RECORDS, run_word_release },
	{ "slurm-value-range", SEVERITY_WARNING, RULE_RECORDS, run_value_range },
	{ "unwritable-value", SEVERITY_ERROR, RULE_LOWERED, run_unwritable },
	{ "unknown-tres", SEVERITY_ERROR, RULE_RECORDS, run_unknown_tres },
	{ "weights-refused", SEVERITY_ERROR, RULE_RECORDS, run_weights },
	{ "option-clash", SEVERITY_ERROR, RULE_RECORDS, run_pairs },
	{ "option-needs", SEVERITY_ERROR, RULE_RECORDS, run_pairs },
	{ "option-without-effect", SEVERITY_WARNING, RULE_RECORDS, run_pairs },
	{ "missing-companion-file", SEVERITY_WARNING, RULE_RECORDS, run_companions },
	{ .name = NULL },
};
