/*
 * global_keys.c: keys of Slurm's files that the release does not know, refuses, ignores, or calls otherwise.
 *
 * What facts.c says of `options` of a spec is said here of files, of all lines of all of them. (read_config.c,
 * _validate_and_set_defaults(): "The option ... is defunct", "... has been removed", "... has been renamed to".)
 */
#include "compiler/check/global.h"

#include <string.h>

#include "compiler/check/options.h"
#include "compiler/slurm/value.h"

/* Renamed to a line that may be repeated: that is more than another name, and control.h's own rules' (global_hosts.c).
 */
static bool became_lines(const struct fact *f)
{
	const struct fact *now = f->renamed && !f->renamed_word ? fact_find(f->file, f->section, f->renamed) : NULL;
	return now && now->repeatable;
}

static enum key_state state_of(const struct entry *e, enum release r)
{
	const struct fact *f = e->old ? e->old : e->fact;
	if (!fact_known(f, r))
		return KEY_RELEASE;
	/* read_config.c: FastSchedule=1, what it always is now, is only complained of. */
	if (r >= f->refused && f->section == SECTION_FRONTEND)
		return KEY_FINE; /* front-end says it */
	if (r >= f->refused)
		return strcmp(f->key, "FastSchedule") == 0 && strcmp(e->value, "1") == 0 ? KEY_DEFUNCT : KEY_REFUSED;
	if (r >= f->defunct)
		return KEY_DEFUNCT;
	return fact_current(f, r) == f || became_lines(f) || is_alias(f) ? KEY_FINE : KEY_RENAMED;
}

/* Nothing of it has changed up to that release. */
static inline bool is_plain(const struct entry *e, enum release r)
{
	const struct fact *f = e->fact;
	return !e->old && !f->renamed && fact_known(f, r) && r < f->defunct && r < f->refused;
}

/* Of ten thousand lines hardly any: they are looked for once. */
static void collect(struct check *c)
{
	enum release r = c->records->release;
	for (int f = 0; f < SLURM_FILE_COUNT; f++)
		for (size_t i = 0; i < c->records->files[f].n; i++) {
			const struct record *rec = c->records->files[f].v[i];
			for (size_t j = 0; j < rec->entries.n; j++) {
				const struct entry *e = &rec->entries.v[j];
				if (is_plain(e, r) || e->inherited || !span_known(e->key_span))
					continue;
				*list_push(c->arena, &c->changed_keys) = e;
				/* Of a line whose first key is unknown the others are none of its. */
				if (j == 0 && rec->section != SECTION_GLOBAL && !fact_known(e->fact, r))
					break;
			}
		}
	c->changed_collected = true;
}

/* A key that stands on a thousand lines is said once, where it stands first: `more` says that there are others. */
static void walk(struct check *c, enum key_state wanted,
		 void (*each)(struct check *c, const struct entry *e, const char *more))
{
	if (!c->changed_collected)
		collect(c);
	size_t n = c->changed_keys.n, *times = n ? ARENA_ARRAY(c->arena, fact_count, size_t) : NULL;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < n; i++) {
			const struct entry *e = c->changed_keys.v[i];
			size_t *count = &times[(e->old ? e->old : e->fact) - fact_table];
			if (state_of(e, c->records->release) != wanted)
				continue;
			if (pass == 0) {
				++*count;
			} else if (*count) {
				each(c, e,
				     *count == 1 ? ""
						 : arena_printf(c->arena, ", here and on %zu more line%s", *count - 1,
								*count == 2 ? "" : "s"));
				*count = 0;
			}
		}
}

/* ---- slurm-key-release */

static void unknown_here(struct check *c, const struct entry *e, const char *more)
{
	enum release r = c->records->release;
	const struct fact *f = e->old ? e->old : e->fact, *other = other_name(f, r);
	struct diag *d = finding(c, e->key_span, "Slurm %s does not know the key '%s': %s, and Slurm stops here%s",
				 release_name(r), f->key, since_when(c->arena, f, r), more);
	if (!other) {
		diag_help(c->diags, d, "leave it out: an unknown key stops every daemon and command of Slurm");
		return;
	}
	diag_help(c->diags, d, "in %s it is called %s", release_name(r), other->key);
	/* Where values became others as well (CryptoType=crypto/munge), a new key alone mends nothing. */
	if (other->type == f->type && !other->n_words)
		diag_edit(c->diags, d, e->key_span, other->key);
}

void rule_key_release(struct check *c)
{
	walk(c, KEY_RELEASE, unknown_here);
}

/* ---- refused-slurm-key, defunct-slurm-key */

static bool is_no(const struct entry *e)
{
	bool yes;
	return e->fact->type == FACT_BOOL && slurm_bool(e->value, &yes) && !yes;
}

/* What stands for a key that was taken out: a word of another, with the number that the key had. */
static void help_word(struct check *c, struct diag *d, const struct entry *e)
{
	const struct fact *f = e->old ? e->old : e->fact;
	uint64_t n;
	/* RoutePlugin=route/default is what is done anyway. */
	bool wanted = f->renamed_word && !is_no(e) && !text_ends(e->value, "/default");
	if (strcmp(f->key, "FastSchedule") == 0 && strcmp(e->value, "2") == 0)
		diag_help(c->diags, d, "SlurmdParameters=config_overrides is what it became");
	else if (wanted && slurm_number(e->value, &n) && f->type != FACT_BOOL)
		diag_help(c->diags, d, "write %s=%s=%s", f->renamed, f->renamed_word, e->value);
	else if (wanted)
		diag_help(c->diags, d, "%s=%s stands for it now", f->renamed, f->renamed_word);
	else if (f->renamed && !f->renamed_word)
		diag_help(c->diags, d, "write %s", f->renamed);
	else
		diag_help(c->diags, d, "leave it out");
}

static void refused(struct check *c, const struct entry *e, const char *more)
{
	const char *release = release_name(c->records->release);
	help_word(c,
		  finding(c, e->key_span, "Slurm %s stops when %s is set: it was taken out%s", release, key_written(e),
			  more),
		  e);
}

void rule_key_refused(struct check *c)
{
	walk(c, KEY_REFUSED, refused);
}

static void defunct(struct check *c, const struct entry *e, const char *more)
{
	const char *release = release_name(c->records->release);
	help_word(c,
		  finding(c, e->key_span, "%s has no effect in Slurm %s, which complains of it at every start%s",
			  key_written(e), release, more),
		  e);
}

void rule_key_defunct(struct check *c)
{
	walk(c, KEY_DEFUNCT, defunct);
}

/* ---- renamed-slurm-key */

/* Under the old name the words are those of the new one: crypto/openssl went with the plugin. */
static void unknown_plugin(struct check *c, const struct entry *e, const char *value)
{
	const struct fact *now = fact_find(e->fact->file, e->fact->section, e->fact->renamed ? e->fact->renamed : "");
	const struct fact_word *row = now ? fact_word_find(now, value) : NULL;
	enum release r = c->records->release;
	if (!now || now->type != FACT_PLUGIN || !*value || (row && fact_word_known(row, r)))
		return;
	diag_help(c->diags,
		  diag_add(c->diags, SEVERITY_ERROR, c->rule->name, e->span, "Slurm %s has no plugin '%s', and stops",
			   release_name(r), value),
		  "leave it out: there is a default");
}

static void renamed(struct check *c, const struct entry *e, const char *more)
{
	const struct fact *f = e->old ? e->old : e->fact;
	const char *value = value_renamed(c->arena, f, e->value);
	struct diag *d;
	if (f->renamed_word) {
		d = finding_as(c, SEVERITY_WARNING, e->key_span,
			       "%s is an old way to say it: Slurm %s has a word of %s for it%s", f->key,
			       release_name(c->records->release), f->renamed, more);
		help_word(c, d, e);
		return;
	}
	bool complains = is_complained_of(f);
	d = finding_as(c, complains ? SEVERITY_WARNING : SEVERITY_INFO, e->key_span,
		       "%s is an old name of %s, which Slurm %s still takes%s%s", f->key, f->renamed,
		       release_name(c->records->release), complains ? ", and complains of" : "", more);
	diag_edit(c->diags, d, e->key_span, f->renamed);
	unknown_plugin(c, e, value);
	if (value == e->value) {
		diag_help(c->diags, d, "write %s", f->renamed);
		return;
	}
	diag_help(c->diags, d, "write %s=%s", f->renamed, value);
	diag_edit(c->diags, d, e->span, value);
}

void rule_key_renamed(struct check *c)
{
	walk(c, KEY_RENAMED, renamed);
}

/* ---- password-in-slurm-conf: every user's commands read slurm.conf, so everybody may */

void rule_password(struct check *c)
{
	const struct fact *script = fact_find(SLURM_CONF, SECTION_GLOBAL, "JobCompPassScript");
	const struct entry *job = global(c, "JobCompPass"), *storage = global(c, "AccountingStoragePass");
	if (job && *job->value) {
		struct diag *d = finding(c, job->span, "JobCompPass is a password, and everybody may read slurm.conf");
		if (fact_known(script, c->records->release))
			diag_help(c->diags, d, "let JobCompPassScript name a script that prints it");
		else
			diag_help(c->diags, d,
				  "let the database take JobCompUser without a password, from slurmctld's host alone");
	}
	/* slurm.conf(5), AccountingStoragePass: with munge, the socket of another daemon. */
	if (storage && *storage->value && storage->value[0] != '/') {
		struct diag *d =
			finding(c, storage->span,
				"AccountingStoragePass is no password of slurmdbd's, and everybody may read it here");
		diag_help(c->diags, d,
			  "leave it out: the database's password is StoragePass of slurmdbd.conf; here may stand the "
			  "path of "
			  "munged's socket");
	}
}
