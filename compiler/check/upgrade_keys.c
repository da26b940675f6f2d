/*
 * upgrade_keys.c: keys that one of two releases does not know, does not heed, or calls otherwise.
 *
 * During an upgrade daemons and commands of both read one file, and an unknown key stops each of them: a key that goes
 * must be gone before, one that comes must wait until the last has changed.
 */
#include <string.h>

#include "compiler/check/options.h"
#include "compiler/check/said.h"
#include "compiler/check/upgrade.h"
#include "compiler/slurm/upgrade.h"
#include "compiler/slurm/value.h"

struct key_pass {
	struct check *c;
	const struct entry *entry;
	const struct fact *fact; /* the key as it was written */
	enum release from, to;
	bool *renamed; /* two a fact: whether it has been said of lines that want it, of those that do not */
};

__attribute__((format(printf, 3, 4))) static struct diag *said(const struct key_pass *p, enum severity severity,
							       const char *format, ...)
{
	va_list args;
	va_start(args, format);
	const char *message = arena_vprintf(p->c->arena, format, args);
	va_end(args);
	return diag_add(p->c->diags, severity, p->c->rule->name, p->entry->key_span, "%s", message);
}

/* What to write instead: "BcastParameters", "Exclusive=USER", "NamespaceType=namespace/tmpfs". */
static const char *new_name(const struct key_pass *p)
{
	const struct fact *f = p->fact;
	const char *value = value_renamed(p->c->arena, f, p->entry->value);
	if (f->renamed_word)
		return arena_printf(p->c->arena, "%s=%s", f->renamed, f->renamed_word);
	return value == p->entry->value ? f->renamed : arena_printf(p->c->arena, "%s=%s", f->renamed, value);
}

/* A no of what is a word of another key now: without the word it is a no as well. */
static bool says_nothing(const struct key_pass *p)
{
	bool yes;
	return p->fact->renamed_word && p->fact->type == FACT_BOOL && slurm_bool(p->entry->value, &yes) && !yes;
}

/* How to bring in the new name; `otherwise` when there is none in the target. */
static void help_new(const struct key_pass *p, struct diag *d, const char *before, const char *otherwise)
{
	const struct fact *f = p->fact;
	const struct fact *now = f->renamed ? fact_find(f->file, f->section, f->renamed) : NULL;
	struct diags *diags = p->c->diags;
	if (says_nothing(p))
		diag_help(diags, d, "leave it out: without it nothing changes");
	else if (!now || !fact_known(now, p->to))
		diag_help(diags, d, "%s", otherwise);
	else if (fact_known(now, p->from))
		diag_help(diags, d, "write %s now: %s knows it already", new_name(p), release_name(p->from));
	else
		diag_help(diags, d, "%swrite %s when every daemon and command runs %s or later", before, new_name(p),
			  release_name(now->first));
}

static void gone(const struct key_pass *p)
{
	struct diag *d = said(p, SEVERITY_ERROR, "'%s' is gone since %s: no daemon and no command of %s starts with it",
			      p->fact->key, release_name(p->fact->removed), release_name(p->to));
	help_new(p, d, "take it out before the first daemon is replaced; ",
		 arena_printf(p->c->arena, "take it out before the first daemon or command of %s runs",
			      release_name(p->to)));
}

static void too_early(const struct key_pass *p)
{
	struct diag *d = said(p, SEVERITY_ERROR, "'%s' came with %s: it stops every daemon and command of %s",
			      p->fact->key, release_name(p->fact->first), release_name(p->from));
	diag_help(p->c->diags, d, "write it when every daemon and command runs %s or later",
		  release_name(p->fact->first));
}

static void refused(const struct key_pass *p)
{
	struct diag *d =
		said(p, SEVERITY_ERROR, "slurmctld of %s stops when '%s' is set", release_name(p->to), p->fact->key);
	help_new(p, d, "take it out before slurmctld is replaced; ", "take it out before slurmctld is replaced");
}

static void defunct(const struct key_pass *p)
{
	struct diag *d = said(p, SEVERITY_WARNING, "'%s' has no effect since %s, and is complained of at every start",
			      p->fact->key, release_name(p->fact->defunct));
	help_new(p, d, "", arena_printf(p->c->arena, "take it out once %s runs", release_name(p->to)));
}

/* On how many other lines the same is to be said: ", here and on 2 more lines". */
static const char *others_said(const struct key_pass *p)
{
	size_t n = 0;
	for (size_t i = 0; i < p->c->records->files[p->fact->file].n; i++) {
		const struct record *rec = p->c->records->files[p->fact->file].v[i];
		for (size_t j = 0; j < rec->entries.n; j++) {
			struct key_pass other = *p;
			other.entry = &rec->entries.v[j];
			other.fact = other.entry->old ? other.entry->old : other.entry->fact;
			n += other.fact == p->fact && !other.entry->inherited &&
			     says_nothing(&other) == says_nothing(p);
		}
	}
	return n < 2 ? "" : arena_printf(p->c->arena, ", here and on %zu more line%s", n - 1, n == 2 ? "" : "s");
}

static void renamed(const struct key_pass *p)
{
	struct diag *d;
	bool *said_already = &p->renamed[2 * (p->fact - fact_table) + says_nothing(p)];
	if (is_alias(p->fact) || *said_already)
		return;
	*said_already = true;
	const char *more = others_said(p);
	if (p->fact->renamed_word)
		d = said(p, says_nothing(p) ? SEVERITY_INFO : SEVERITY_WARNING,
			 "'%s' is a word of %s since %s; the old key is still taken%s", p->fact->key, p->fact->renamed,
			 release_name(fact_current(p->fact, p->to)->first), more);
	else
		d = said(p, SEVERITY_WARNING, "'%s' is called %s since %s; the old name is still taken%s", p->fact->key,
			 p->fact->renamed, release_name(fact_current(p->fact, p->to)->first), more);
	help_new(p, d, "", "");
}

/* Words that are said by another key later, which the older release does not know. */
static const struct moved_word {
	enum slurm_section section;
	const char *key, *word, *new_key, *new_word;
} moved_words[] = {
	{ SECTION_PARTITION, "OverSubscribe", "EXCLUSIVE", "Exclusive", "NODE" },
};

static void look_at_word(const struct key_pass *p)
{
	for (size_t i = 0; i < sizeof(moved_words) / sizeof(moved_words[0]); i++) {
		const struct moved_word *m = &moved_words[i];
		const struct fact *f = p->entry->fact, *now = fact_find(f->file, m->section, m->new_key);
		if (f->section != m->section || strcmp(f->key, m->key) != 0 || fact_known(now, p->from) ||
		    !fact_known(now, p->to) || !text_equal_nocase(p->entry->value, m->word))
			continue;
		struct diag *d = diag_add(p->c->diags, SEVERITY_INFO, p->c->rule->name, p->entry->span,
					  "'%s=%s' is %s=%s since %s; the old word is still taken", m->key, m->word,
					  m->new_key, m->new_word, release_name(now->first));
		diag_help(p->c->diags, d, "write %s=%s when every daemon and command runs %s or later", m->new_key,
			  m->new_word, release_name(now->first));
	}
}

/* Whether what was not yet true in one release is in the other. */
static bool comes(const struct key_pass *p, enum release first)
{
	return release_is_older(p->from, first) && !release_is_older(p->to, first);
}

static void look_at(const struct key_pass *p)
{
	const struct fact *f = p->fact;
	bool was = fact_known(f, p->from), is = fact_known(f, p->to);
	if (was && !is)
		gone(p);
	else if (!was && is)
		too_early(p);
	else if (comes(p, f->refused))
		refused(p);
	else if (comes(p, f->defunct))
		defunct(p);
	else if (fact_current(f, p->from) == f && fact_current(f, p->to) != f)
		renamed(p);
}

void run_upgrade_keys(struct check *c)
{
	struct key_pass p = { .c = c,
			      .from = c->records->release,
			      .to = c->files->target,
			      .renamed = ARENA_ARRAY(c->arena, 2 * fact_count, bool) };
	for (int file = 0; file < SLURM_FILE_COUNT && !upgrade_goes_back(c); file++)
		for (size_t i = 0; i < c->records->files[file].n; i++) {
			const struct record *rec = c->records->files[file].v[i];
			for (size_t j = 0; j < rec->entries.n; j++) {
				p.entry = &rec->entries.v[j];
				p.fact = p.entry->old ? p.entry->old : p.entry->fact;
				if (p.entry->inherited)
					continue;
				look_at(&p);
				look_at_word(&p);
			}
		}
}
