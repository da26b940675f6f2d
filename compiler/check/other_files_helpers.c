/* other_files_helpers.c: helpers.conf. (plugins/node_features/helpers) */
#include "compiler/check/other_files.h"

#include <ctype.h>
#include <string.h>

#include "compiler/check/records.h"

/* What was registered, by the feature's name. */
struct helper {
	const struct entry *helper; /* or NULL */
	struct span feature;
};

/* _is_feature_valid() */
static bool is_feature(const char *s)
{
	if (!isalpha((unsigned char)*s) && *s != '_' && *s != '=')
		return false;
	while (isalnum((unsigned char)*s) || (*s && strchr("_.=", *s)))
		s++;
	return *s == '\0';
}

static struct diag *stops(struct check *c, struct span at, const char *what)
{
	return diag_add(c->diags, SEVERITY_ERROR, c->rule->name, at, "%s", what);
}

/* _feature_register(): slurmd refuses another helper for a feature that it has; lines of other nodes it does not see.
 */
static void other_helper(struct check *c, struct map *known, const char *name, struct span at,
			 const struct entry *helper)
{
	bool fresh;
	struct map_entry *m = map_add(known, name, &fresh);
	struct helper *first = m->value;
	if (fresh) {
		m->value = first = ARENA_NEW(c->arena, struct helper);
		*first = (struct helper){ helper, at };
		return;
	}
	if (release_takes_same_helper(c->records->release) &&
	    text_equal(first->helper ? first->helper->value : NULL, helper ? helper->value : NULL))
		return;
	struct diag *d = stops(c, helper ? helper->span : at,
			       arena_printf(c->arena, "feature '%s' has another helper already: slurmd stops", name));
	diag_note(c->diags, d, first->helper ? first->helper->span : first->feature, "the first is here");
	diag_help(c->diags, d, "keep one of the two, or begin the lines with NodeName=");
}

static void feature_line(struct check *c, const struct record *rec, struct map *known, struct map *for_all)
{
	const struct entry *feature = record_find(rec, "Feature"), *helper = record_find(rec, "Helper");
	struct value_word w;
	if (!feature) {
		diag_help(c->diags, stops(c, rec->span, "the line has no Feature: slurmctld and slurmd stop"),
			  "add Feature=NAME");
		return;
	}
	for (const char *rest = feature->value; value_next(c->arena, &rest, &w);) {
		struct span at = word_within(c, feature, &w, w.text);
		map_set(known, w.text, (void *)(uintptr_t)feature);
		if (!is_feature(w.text))
			diag_help(
				c->diags,
				stops(c, at,
				      arena_printf(c->arena, "'%s' is no name for a feature: slurmctld stops", w.text)),
				"begin it with a letter or _, and go on with letters, digits, _ . =");
		else if (!record_find(rec, "NodeName"))
			other_helper(c, for_all, w.text, at, helper);
	}
	if (!helper)
		diag_help(c->diags,
			  finding(c, feature->span,
				  "nothing sets this feature: slurmd logs an error whenever it asks for it"),
			  "add Helper=/path/to/program");
}

/* Names that no Feature line has; the plugin never looks whether they are there. */
static void exclusive_line(struct check *c, const struct entry *e, const struct map *known)
{
	struct map seen;
	struct value_word w;
	map_init(&seen, c->arena);
	for (const char *rest = e->value; value_next(c->arena, &rest, &w);) {
		struct span at = word_within(c, e, &w, w.text);
		bool fresh;
		map_add(&seen, w.text, &fresh);
		if (!fresh) {
			diag_help(c->diags, finding(c, at, "'%s' stands twice in this list", w.text),
				  "keep one of the two");
			continue;
		}
		if (map_find(known, w.text))
			continue;
		struct diag *d = finding(c, at, "no Feature line has '%s': it excludes nothing", w.text);
		enum { MOST = 256 };
		const char *candidates[MOST];
		size_t n = 0;
		for (size_t i = 0; i < known->n && n < MOST; i++)
			if (!map_find(&seen, known->v[i].key))
				candidates[n++] = known->v[i].key;
		const char *meant = suggest(w.text, candidates, n);
		if (meant)
			diag_help(c->diags, d, "did you mean '%s'?", meant);
		else
			diag_help(c->diags, d, "add a Feature line for it, or leave it out");
	}
}

void rule_helper_feature(struct check *c)
{
	const struct record *rec;
	struct map known, for_all;
	map_init(&known, c->arena);
	map_init(&for_all, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, HELPERS_CONF, SECTION_FEATURE, &i));)
		feature_line(c, rec, &known, &for_all);
	for (size_t i = 0; (rec = records_next(c->records, HELPERS_CONF, SECTION_GLOBAL, &i));)
		if (strcmp(rec->entries.v[0].fact->key, "MutuallyExclusive") == 0)
			exclusive_line(c, &rec->entries.v[0], &known);
}
