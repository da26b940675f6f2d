/* facts.c: Slurm's keys, as `options` name them and as typed rows become them: known to the release that was chosen, or
 * not. */
#include "compiler/check/options.h"

#include <string.h>

#include "compiler/check/said.h"
#include "compiler/schema/schema.h"
#include "compiler/spec/check.h"

static void walk_state(struct check *c, enum key_state wanted,
		       void (*option)(struct option_pass *p, const struct field *f, const struct shape *s,
				      const struct option *o))
{
	struct option_pass p = option_pass_of(c);
	p.wanted = wanted;
	p.option = option;
	options_walk(&p);
}

/* ---- unknown-slurm-key */

/* A key that stands on another line of Slurm's, or in another file. */
static bool help_elsewhere(struct option_pass *p, struct diag *d, const char *key)
{
	struct arena *a = p->c->arena;
	for (int file = 0; file < SLURM_FILE_COUNT; file++)
		for (int section = 0; section < SECTION_COUNT; section++) {
			const struct fact *fact = fact_find((enum slurm_file)file, (enum slurm_section)section, key);
			if (!fact || !fact_known(fact, p->release))
				continue;
			const char *path = owner_at(p, fact->file, fact->section, key);
			const char *way = map_get(&p->ways, place_key(a, fact->file, fact->section, ""));
			if (!path && !way)
				continue;
			diag_help(p->c->diags, d, "%s belongs to %s: write %s", fact->key,
				  place_name(fact->file, fact->section),
				  path ? path : arena_printf(a, "it under %s", way));
			return true;
		}
	return false;
}

static void unknown_key(struct option_pass *p, const struct field *f, const struct shape *s, const struct option *o)
{
	struct diag *d = finding(p->c, o->key_span, "no release of Slurm has a key '%s' in %s", o->key,
				 place_name(f->slurm_file, f->slurm_section));
	if (help_elsewhere(p, d, o->key))
		return;
	const char *meant = fact_suggest(f->slurm_file, f->slurm_section, p->release, o->key);
	if (!meant)
		return;
	diag_help(p->c->diags, d, "did you mean '%s'?", meant);
	diag_edit(p->c->diags, d, o->key_span, meant);
}

static void run_unknown(struct check *c)
{
	walk_state(c, KEY_UNKNOWN, unknown_key);
}

/* ---- slurm-key-release */

const struct fact *other_name(const struct fact *f, enum release r)
{
	const struct fact *now = f->renamed && !f->renamed_word ? fact_find(f->file, f->section, f->renamed) : NULL;
	if (now && fact_known(now, r))
		return now;
	for (size_t i = 0; i < fact_count; i++) {
		const struct fact *old = &fact_table[i];
		if (old->file == f->file && old->section == f->section && old->renamed && !old->renamed_word &&
		    text_equal_nocase(old->renamed, f->key) && fact_known(old, r))
			return old;
	}
	return NULL;
}

/* Keys whose plugins got another name with them: Slurm swaps it in the value, under the old key alone. */
static const struct renamed_type {
	const char *key, *old, *now;
} renamed_types[] = {
	{ "CryptoType", "crypto/", "cred/" },
	{ "AcctGatherInfinibandType", "acct_gather_infiniband/", "acct_gather_interconnect/" },
	{ "JobContainerType", "job_container/", "namespace/" },
};

const char *value_renamed(struct arena *a, const struct fact *f, const char *value)
{
	for (size_t i = 0; i < sizeof(renamed_types) / sizeof(renamed_types[0]); i++) {
		const struct renamed_type *t = &renamed_types[i];
		if (strcmp(f->key, t->key) == 0 && text_starts(value, t->old))
			return arena_printf(a, "%s%s", t->now, value + strlen(t->old));
	}
	return value;
}

/* read_config.c: _validate_and_set_defaults(): of the other old names nobody says anything. */
bool is_complained_of(const struct fact *f)
{
	return strcmp(f->key, "SbcastParameters") == 0 || strcmp(f->key, "JobContainerType") == 0;
}

/* slurm.conf(5) writes Feature as often as Features. (node_conf.h, read_config.c: _parse_nodename()) */
bool is_alias(const struct fact *f)
{
	return f->section == SECTION_NODE && strcmp(f->key, "Feature") == 0;
}

const char *since_when(struct arena *a, const struct fact *f, enum release r)
{
	return r < f->first ? arena_printf(a, "it came with %s", release_name(f->first))
			    : arena_printf(a, "it is gone since %s", release_name(f->removed));
}

static void option_release(struct option_pass *p, const struct field *f, const struct shape *s, const struct option *o)
{
	const struct fact *fact = fact_find(f->slurm_file, f->slurm_section, o->key);
	const struct fact *other = other_name(fact, p->release);
	struct diag *d = finding(p->c, o->key_span, "Slurm %s does not know the key '%s': %s", release_name(p->release),
				 o->key, since_when(p->c->arena, fact, p->release));
	if (other)
		diag_help(p->c->diags, d, "in %s it is called %s", release_name(p->release), other->key);
	else
		diag_help(p->c->diags, d, "leave it out: an unknown key stops every daemon and command of Slurm");
}

struct unknown_rows {
	LIST(const struct field *) list;
};

static const struct unknown_rows *rows_unknown(struct option_pass *p, const struct shape *s)
{
	bool fresh;
	struct map_entry *e = map_add(&p->shapes, s->name, &fresh);
	if (!fresh)
		return e->value;
	struct unknown_rows *rows = ARENA_NEW(p->c->arena, struct unknown_rows);
	for (size_t i = 0; i < s->n; i++) {
		const struct field *f = &s->fields[i];
		const struct fact *fact = f->slurm ? fact_find(f->slurm_file, s->slurm_section, f->slurm) : NULL;
		if (fact && !fact_known(fact, p->release))
			*list_push(p->c->arena, &rows->list) = f;
	}
	e->value = rows;
	return rows;
}

static void visit_rows(void *ctx, void *body, const char *key)
{
	struct option_pass *p = ctx;
	const struct origin *x = body;
	const struct unknown_rows *rows = rows_unknown(p, x->shape);
	if (!x->node || x->node == p->last || !rows->list.n)
		return;
	p->last = x->node;
	for (size_t i = 0; i < rows->list.n; i++) {
		const struct field *f = rows->list.v[i];
		if (!written_offset(x, f->offset))
			continue;
		const struct fact *fact = fact_find(f->slurm_file, x->shape->slurm_section, f->slurm);
		struct diag *d =
			finding(p->c, where_key(x, f), "'%s' becomes %s, which Slurm %s does not know: %s", f->key,
				f->slurm, release_name(p->release), since_when(p->c->arena, fact, p->release));
		diag_help(p->c->diags, d, "leave it out, or choose another release with slurm.version");
	}
}

static void run_release(struct check *c)
{
	walk_state(c, KEY_RELEASE, option_release);
	struct option_pass p = option_pass_of(c);
	if (p.release != RELEASE_NONE)
		schema_walk((void *)(uintptr_t)c->spec, visit_rows, &p);
}

/* ---- owned-slurm-key */

static void owned_key(struct option_pass *p, const struct field *f, const struct shape *s, const struct option *o)
{
	const char *path = owner_of(p, f, o);
	if (!*path) {
		struct diag *alone =
			finding(p->c, o->key_span,
				"hpcc writes %s itself, as its scripts and the daemons' units need it", o->key);
		diag_help(p->c->diags, alone, "leave it out");
		return;
	}
	struct diag *d = finding(p->c, o->key_span, "hpcc writes %s itself: %s sets it", o->key, path);
	diag_help(p->c->diags, d, "say it with %s", path);
}

static void run_owned(struct check *c)
{
	walk_state(c, KEY_OWNED, owned_key);
}

/* ---- refused-slurm-key, defunct-slurm-key, renamed-slurm-key */

static void help_renamed(struct option_pass *p, struct diag *d, const struct fact *f)
{
	if (f->renamed && f->renamed_word)
		diag_help(p->c->diags, d, "the word '%s' of %s stands for it", f->renamed_word, f->renamed);
	else if (f->renamed)
		diag_help(p->c->diags, d, "write %s", f->renamed);
	else
		diag_help(p->c->diags, d, "leave it out");
}

static void refused_key(struct option_pass *p, const struct field *f, const struct shape *s, const struct option *o)
{
	const struct fact *fact = fact_find(f->slurm_file, f->slurm_section, o->key);
	help_renamed(p,
		     finding(p->c, o->key_span, "Slurm %s stops when %s is set: it was taken out",
			     release_name(p->release), fact->key),
		     fact);
}

static void defunct_key(struct option_pass *p, const struct field *f, const struct shape *s, const struct option *o)
{
	const struct fact *fact = fact_find(f->slurm_file, f->slurm_section, o->key);
	help_renamed(p,
		     finding(p->c, o->key_span, "%s has no effect in Slurm %s, which complains of it at every start",
			     fact->key, release_name(p->release)),
		     fact);
}

static void renamed_key(struct option_pass *p, const struct field *f, const struct shape *s, const struct option *o)
{
	const struct fact *fact = fact_find(f->slurm_file, f->slurm_section, o->key);
	if (is_alias(fact))
		return;
	if (fact->renamed_word) {
		help_renamed(p,
			     finding_as(p->c, SEVERITY_WARNING, o->key_span,
					"%s is an old way to say it: Slurm %s has a word of %s for it", fact->key,
					release_name(p->release), fact->renamed),
			     fact);
		return;
	}
	const char *value = value_renamed(p->c->arena, fact, o->value);
	bool complains = is_complained_of(fact);
	struct diag *d = finding_as(p->c, complains ? SEVERITY_WARNING : SEVERITY_INFO, o->key_span,
				    "%s is an old name of %s, which Slurm %s still takes%s", fact->key, fact->renamed,
				    release_name(p->release), complains ? ", and complains of" : "");
	diag_edit(p->c->diags, d, o->key_span, fact->renamed);
	if (value == o->value) {
		help_renamed(p, d, fact);
		return;
	}
	diag_help(p->c->diags, d, "write %s: %s", fact->renamed, value);
	diag_edit(p->c->diags, d, o->span, value);
}

static void run_refused(struct check *c)
{
	walk_state(c, KEY_REFUSED, refused_key);
}

static void run_defunct(struct check *c)
{
	walk_state(c, KEY_DEFUNCT, defunct_key);
}

static void run_renamed(struct check *c)
{
	walk_state(c, KEY_RENAMED, renamed_key);
}

/* ---- slurm-key-twice: keys differ in case alone, or one is the other's old name */

static void find_twice(struct option_pass *p, const struct field *f, const struct options *options)
{
	struct map seen;
	map_init(&seen, p->c->arena);
	for (size_t i = 0; i < options->n; i++) {
		const struct option *o = &options->v[i];
		const struct fact *fact = fact_find(f->slurm_file, f->slurm_section, o->key);
		if (fact && !fact->renamed_word)
			fact = fact_current(fact, p->release);
		bool fresh;
		struct map_entry *e = map_add(&seen, lower_case(p->c->arena, fact ? fact->key : o->key), &fresh);
		if (fresh) {
			e->value = (void *)(uintptr_t)o;
			continue;
		}
		const struct option *first = e->value;
		struct diag *d = finding(p->c, o->key_span, "'%s' and '%s' are one key to Slurm", o->key, first->key);
		diag_note(p->c->diags, d, first->key_span, "the first is here");
		diag_help(p->c->diags, d, "keep one of the two");
	}
}

static void run_twice(struct check *c)
{
	struct option_pass p = option_pass_of(c);
	p.body = find_twice;
	options_walk(&p);
}

const struct rule rules_facts[] = {
	{ "unknown-slurm-key", SEVERITY_ERROR, RULE_SPEC, run_unknown },
	{ "slurm-key-release", SEVERITY_ERROR, RULE_SPEC, run_release },
	{ "owned-slurm-key", SEVERITY_ERROR, RULE_SPEC, run_owned },
	{ "refused-slurm-key", SEVERITY_ERROR, RULE_SPEC, run_refused },
	{ "defunct-slurm-key", SEVERITY_WARNING, RULE_SPEC, run_defunct },
	{ "renamed-slurm-key", SEVERITY_INFO, RULE_SPEC, run_renamed },
	{ "slurm-key-twice", SEVERITY_ERROR, RULE_SPEC, run_twice },
	{ "secret-in-spec", SEVERITY_ERROR, RULE_SPEC, run_secret_in_spec },
	{ .name = NULL },
};
