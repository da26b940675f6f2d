/* records_words.c: values that are words: those that no release knows, and those that another release does. */
#include "compiler/check/records.h"

#include <ctype.h>
#include <string.h>

#include "compiler/check/said.h"
#include "compiler/slurm/upgrade.h"

bool value_next(struct arena *a, const char **rest, struct value_word *ret)
{
	const char *s = *rest + strspn(*rest, ", \t");
	size_t n = strcspn(s, ",");
	*rest = s + n;
	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	ret->at = s;
	ret->text = arena_strndup(a, s, n);
	ret->name = arena_strndup(a, ret->text, strcspn(ret->text, "="));
	return n > 0;
}

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '/';
}

struct span span_within(const struct check *c, struct span span, const char *word)
{
	const struct source *s = source_of(c->sources, span);
	size_t n = strlen(word);
	struct span found = span;
	bool once = false;
	if (!s || !n || c->diags->list.n >= DIAG_LIMIT) /* nobody will see it */
		return span;
	for (uint32_t i = span.start; i + n <= span.end; i++) {
		if (memcmp(s->bytes + i, word, n) != 0 || (i > span.start && is_word_char(s->bytes[i - 1])) ||
		    (i + n < span.end && is_word_char(s->bytes[i + n])))
			continue;
		if (once)
			return span;
		once = true;
		found = (struct span){ span.source, i, i + (uint32_t)n };
	}
	return found;
}

struct span word_within(const struct check *c, const struct entry *e, const struct value_word *w, const char *part)
{
	const struct source *s = source_of(c->sources, e->span);
	bool inside = part >= w->text && part <= w->text + strlen(w->text);
	size_t n = strlen(part), at = (size_t)(w->at - e->value) + (inside ? (size_t)(part - w->text) : 0);
	/* Escapes and joined lines move what stands behind them. */
	if (s && n && at + n <= e->span.end - e->span.start && memcmp(s->bytes + e->span.start + at, part, n) == 0)
		return (struct span){ e->span.source, e->span.start + (uint32_t)at,
				      e->span.start + (uint32_t)(at + n) };
	return span_within(c, e->span, part);
}

/* ---- unknown-slurm-word, slurm-word-release */

enum how { HOW_SILENT, HOW_PLUGIN, HOW_REFUSED };

/* What Slurm does with a word that it does not know. (read_config.c: _validate_and_set_defaults();
 * slurmdbd/read_config.c) */
static enum how how_taken(const struct check *c, const struct fact *f)
{
	static const char *const refused[] = {
		"SelectTypeParameters",		 "PreemptMode",	    "PrologFlags",
		"AccountingStorageEnforce",	 "DebugFlags",	    "PropagateResourceLimits",
		"PropagateResourceLimitsExcept", "TaskPluginParam",
	};
	if (f->type == FACT_PLUGIN || f->type == FACT_PLUGINS)
		return HOW_PLUGIN;
	/* _handle_autodetect_flags(): "unknown autodetect flag '%s'", and nothing is detected. */
	if (c->files && strcmp(f->key, "AutoDetect") == 0)
		return HOW_SILENT;
	/* A line DownNodes of which Slurm knows no state does nothing. */
	if (f->type == FACT_WORD)
		return f->section == SECTION_DOWNNODES ? HOW_SILENT : HOW_REFUSED;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (strcmp(f->key, refused[i]) == 0)
			return HOW_REFUSED;
	return HOW_SILENT;
}

static bool has_words(const struct fact *f)
{
	return f->n_words &&
	       (f->type == FACT_WORD || f->type == FACT_WORDS || f->type == FACT_PLUGIN || f->type == FACT_PLUGINS);
}

/* The word as words.tsv has it: without =value, and OverSubscribe=FORCE:4 without :4. */
static const char *bare(struct entry_pass *p, const struct fact *f, const struct value_word *w)
{
	return f->type == FACT_WORD ? arena_strndup(p->c->arena, w->name, strcspn(w->name, ":")) : w->name;
}

/* The word's row: of the old name's words too, where the value was written under that
 * (JobContainerType=job_container/tmpfs). */
static const struct fact_word *row_of(const struct entry *e, const char *word)
{
	const struct fact_word *row = fact_word_find(e->fact, word);
	return row || !e->old ? row : fact_word_find(e->old, word);
}

/* Which plugins a site has built nobody can see from here: of a spec's options that is a doubt. In a file that runs
 * nothing yet, or whose PluginDir is Slurm's own, a name that Slurm has not stops it. (interfaces/: "cannot create ...
 * context") */
static enum severity no_plugin(const struct check *c)
{
	return c->files && !global(c, "PluginDir") ? SEVERITY_ERROR : SEVERITY_WARNING;
}

/* ---- plugins without their kind: "backfill" for sched/backfill */

/* Those that Slurm takes so, and from when on. Seen with 22.05, 24.11 and 26.05. */
static const struct short_name {
	const char *key, *word;
	enum release first;
} short_names[] = {
	{ "AccountingStorageType", "none", RELEASE_23_11 },
	{ "AcctGatherFilesystemType", "none", RELEASE_23_11 },
	{ "AcctGatherProfileType", "none", RELEASE_23_11 },
	{ "AuthType", "munge", RELEASE_24_11 },
	{ "JobAcctGatherType", "none", RELEASE_23_11 },
	{ "JobCompType", "none", RELEASE_23_11 },
	{ "JobContainerType", "none", 0 },
	{ "MCSPlugin", "none", RELEASE_23_11 },
	{ "NamespaceType", "none", 0 },
	{ "PrioritySiteFactorPlugin", "none", RELEASE_23_11 },
	{ "SwitchType", "none", RELEASE_23_11 },
	{ "TopologyPlugin", "none", RELEASE_23_11 },
	{ "TopologyPlugin", "default", RELEASE_25_05 },
};

static bool is_taken_short(const struct check *c, const struct fact *f, const char *word)
{
	for (size_t i = 0; i < sizeof(short_names) / sizeof(short_names[0]); i++)
		if (strcmp(short_names[i].key, f->key) == 0 && text_equal_nocase(short_names[i].word, word))
			return c->records->release >= short_names[i].first;
	return false;
}

/* The plugin that is called so behind its kind, or NULL. */
static const char *whole_name(const struct fact *f, enum release r, const char *word)
{
	for (size_t i = 0; i < f->n_words; i++) {
		const char *slash = strchr(f->words[i].word, '/');
		if (slash && fact_word_known(&f->words[i], r) && text_equal_nocase(slash + 1, word))
			return f->words[i].word;
	}
	return NULL;
}

/* Says whether it has said something, or there is nothing to say. */
static bool say_short(struct entry_pass *p, const struct entry *e, const char *word)
{
	struct check *c = p->c;
	const char *whole = whole_name(e->fact, c->records->release, word);
	if (!c->files || e->fact->type != FACT_PLUGIN || strchr(word, '/'))
		return false;
	if (is_taken_short(c, e->fact, word))
		return true;
	if (!whole)
		return false;
	struct diag *d = diag_add(c->diags, SEVERITY_ERROR, c->rule->name, e->span,
				  "'%s' is no plugin's whole name for %s, and Slurm's daemons stop", word, key_said(e));
	diag_help(c->diags, d, "write %s", whole);
	diag_edit(c->diags, d, e->span, whole);
	return true;
}

/* ---- */

/* Levels by number, which bad-parameter looks at; and AccountingStorageEnforce's first two words, which once were
 * numbers. */
static bool is_number_word(const struct fact *f, const char *word)
{
	bool digits = *word && strspn(word, "0123456789") == strlen(word);
	if (f->type == FACT_WORD && (text_ends(f->key, "Debug") || text_starts(f->key, "DebugLevel")))
		return digits;
	return strcmp(f->key, "AccountingStorageEnforce") == 0 && (strcmp(word, "1") == 0 || strcmp(word, "2") == 0);
}

/* The State of a DEFAULT line is looked at on the lines that take it from there alone. (node_conf.c: state_str2int()) */
static bool is_taken_over(const struct entry_pass *p, const struct entry *e)
{
	const struct records *r = p->c->records;
	bool own = e->fact->section != SECTION_NODE;
	for (size_t i = 0; i < r->files[e->fact->file].n && !own; i++) {
		const struct record *rec = r->files[e->fact->file].v[i];
		const struct entry *other = record_entry(rec, e->fact);
		own = other && other->span.start == e->span.start && other->span.source == e->span.source &&
		      !rec->is_default;
	}
	return own;
}

/* Plugins that went before the oldest release, and what does their work. */
static const char *successor(const struct fact *f, const char *word)
{
	static const char *const went[][3] = {
		{ "AccountingStorageType", "accounting_storage/filetxt", "accounting_storage/slurmdbd" },
		{ "AccountingStorageType", "accounting_storage/pgsql", "accounting_storage/slurmdbd" },
	};
	for (size_t i = 0; i < sizeof(went) / sizeof(went[0]); i++)
		if (strcmp(went[i][0], f->key) == 0 && text_equal_nocase(went[i][1], word))
			return went[i][2];
	return NULL;
}

/* Also a plugin of the same name behind another kind: job_container/tmpfs is namespace/tmpfs. */
static const char *meant_word(const struct fact *f, enum release r, const char *word)
{
	const char *slash = strchr(word, '/'), *meant = successor(f, word);
	if (!meant && slash && f->type == FACT_PLUGIN)
		meant = whole_name(f, r, slash + 1);
	return meant ? meant : fact_suggest_word(f, r, word);
}

/* Another key of the file that takes the word, or NULL: kill_invalid_depend is one of DependencyParameters. */
static const char *key_of_word(const struct fact *f, enum release r, const char *word)
{
	for (size_t i = 0; i < fact_count; i++) {
		const struct fact *other = &fact_table[i];
		if (other->file != f->file || other->section != f->section || other == f || other->type != FACT_WORDS ||
		    !fact_known(other, r) || r >= other->defunct || r >= other->refused)
			continue;
		const struct fact_word *row = fact_word_find(other, word);
		if (row && fact_word_known(row, r))
			return other->key;
	}
	return NULL;
}

static void say_unknown(struct entry_pass *p, const struct entry *e, const struct value_word *w, const char *word)
{
	enum how how = is_taken_over(p, e) ? how_taken(p->c, e->fact) : HOW_SILENT;
	enum release r = p->c->records->release;
	struct span at = word_within(p->c, e, w, word);
	const char *release = release_name(r), *key = key_said(e);
	struct diag *d;
	if (how == HOW_PLUGIN)
		d = diag_add(p->c->diags, no_plugin(p->c), p->c->rule->name, at,
			     "Slurm %s has no plugin '%s' of its own for %s", release, word, key);
	else if (how == HOW_REFUSED)
		d = diag_add(p->c->diags, SEVERITY_ERROR, p->c->rule->name, at,
			     "Slurm %s does not take '%s' for %s, and stops", release, word, key);
	else
		d = diag_add(p->c->diags, SEVERITY_WARNING, p->c->rule->name, at,
			     "Slurm %s has no word '%s' for %s, and passes over it", release, word, key);
	if (d == p->c->diags->spare)
		return;
	const char *meant = meant_word(e->fact, r, word);
	const char *elsewhere = e->fact->type == FACT_WORDS ? key_of_word(e->fact, r, word) : NULL;
	if (elsewhere) {
		diag_help(p->c->diags, d, "'%s' is a word of %s: write it there", word, elsewhere);
	} else if (meant) {
		diag_help(p->c->diags, d, "did you mean '%s'?", meant);
		if (at.end - at.start == strlen(word))
			diag_edit(p->c->diags, d, at, meant);
	} else if (how == HOW_PLUGIN) {
		diag_help(p->c->diags, d, "%s",
			  either(p->c, "where the site has not built it, Slurm's daemons stop",
				 no_plugin(p->c) == SEVERITY_ERROR
					 ? "Slurm's daemons stop; one that the site has built wants its folder in "
					   "PluginDir"
					 : "where it is not in PluginDir, Slurm's daemons stop"));
	}
}

/* read_config.c: parse_select_type_params() cuts at commas alone. */
static bool say_blank(struct entry_pass *p, const struct entry *e)
{
	const char *blank = strpbrk(e->value, " \t");
	if (!p->c->files || !blank || strcmp(e->fact->key, "SelectTypeParameters") != 0)
		return false;
	struct diag *d = finding_as(p->c, SEVERITY_ERROR, e->span,
				    "Slurm takes the blank for a part of the word, knows none like it, and stops");
	struct text t;
	text_init(&t, p->c->arena);
	for (const char *s = e->value; *s; s++)
		if (*s != ' ' && *s != '\t')
			text_addc(&t, *s);
	diag_help(p->c->diags, d, "write %s", t.s);
	diag_edit(p->c->diags, d, e->span, t.s);
	return true;
}

/* dbd-storage says it. */
static bool is_dbd_itself(const struct check *c, const struct fact *f, const char *word)
{
	return c->files && f->file == SLURMDBD_CONF && strcmp(f->key, "StorageType") == 0 &&
	       text_equal_nocase(word, "accounting_storage/slurmdbd");
}

static void unknown_word(struct entry_pass *p, const struct entry *e)
{
	struct value_word w;
	if (!has_words(e->fact) || say_blank(p, e))
		return;
	for (const char *rest = e->value; value_next(p->c->arena, &rest, &w);) {
		const char *word = bare(p, e->fact, &w);
		if (!row_of(e, word) && !is_number_word(e->fact, word) && entry_fresh(p, e, word) &&
		    !say_short(p, e, word) && !is_dbd_itself(p->c, e->fact, word))
			say_unknown(p, e, &w, word);
	}
}

void run_unknown_word(struct check *c)
{
	entries_walk(c, unknown_word);
}

/* What the release calls the same thing: topology/flat is topology/default before 25.05. */
static const char *same_before(const struct fact *f, enum release r, const char *word)
{
	for (size_t i = 0; i < f->n_words; i++)
		if (fact_word_known(&f->words[i], r) && upgrade_same_value(f->words[i].word, word))
			return f->words[i].word;
	return NULL;
}

static void say_release(struct entry_pass *p, const struct entry *e, const struct fact_word *row,
			const struct value_word *w, const char *word)
{
	enum release r = p->c->records->release;
	bool late = r < row->first;
	bool silent = how_taken(p->c, e->fact) == HOW_SILENT;
	struct diag *d = diag_add(p->c->diags, silent ? SEVERITY_WARNING : SEVERITY_ERROR, p->c->rule->name,
				  word_within(p->c, e, w, word), "Slurm %s does not take '%s' for %s: %s %s",
				  release_name(r), word, key_said(e), late ? "it came with" : "the last that did was",
				  release_name(late ? row->first : row->last));
	const char *meant = late ? same_before(e->fact, r, word) : meant_word(e->fact, r, word);
	const struct fact_word *now = meant ? fact_word_find(e->fact, meant) : NULL;
	if (now && !late && fact_word_known(now, row->last))
		diag_help(p->c->diags, d, "write %s, which %s takes as well", meant, release_name(row->last));
	else if (meant)
		diag_help(p->c->diags, d, "%s has '%s'", release_name(r), meant);
	else if (silent)
		diag_help(p->c->diags, d, "leave it out: it has no effect");
	else
		diag_help(p->c->diags, d, "leave it out: Slurm's daemons stop");
}

static void word_release(struct entry_pass *p, const struct entry *e)
{
	struct value_word w;
	if (!has_words(e->fact))
		return;
	for (const char *rest = e->value; value_next(p->c->arena, &rest, &w);) {
		const char *word = bare(p, e->fact, &w);
		const struct fact_word *row = row_of(e, word);
		if (row && !fact_word_known(row, p->c->records->release) && entry_fresh(p, e, word))
			say_release(p, e, row, &w, word);
	}
}

void run_word_release(struct check *c)
{
	entries_walk(c, word_release);
}
