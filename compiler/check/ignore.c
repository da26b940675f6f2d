/*
 * ignore.c: `# hpcc-ignore: RULE reason` silences warnings and infos of a rule.
 *
 * Behind something it is for its own line; alone on its line it is for the next line that holds more than a comment. In
 * Slurm's files lines that a backslash joins are one line.
 */
#include "compiler/check/check.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/base/map.h"

#define MARK "hpcc-ignore:"
#define RULE "unused-ignore"

struct ignore {
	struct span span; /* of the rule's name, else of the comment */
	const char *rule; /* NULL: none was named */
	bool reason, used;
	bool error; /* an error of that rule stands on its line */
};

struct ignores {
	struct arena *arena;
	const struct source *source;
	const uint32_t *begins; /* of Slurm's files: which line each belongs to; else NULL */
	struct map by_line; /* "LINE RULE" */
	uint32_t *targets;  /* by line: the line that a comment on it is for */
	LIST(struct ignore *) list;
};

static const char *line_key(const struct ignores *x, uint32_t line, const char *rule)
{
	return arena_printf(x->arena, "%u %s", (unsigned)(x->begins ? x->begins[line] : line), rule);
}

/* Whether a line holds nothing but blanks and perhaps a comment. */
static bool is_bare(const struct source *s, uint32_t line)
{
	size_t n;
	const char *text = source_line(s, line, &n);
	for (size_t i = 0; i < n; i++)
		if (!strchr(" \t\r", text[i]))
			return text[i] == '#';
	return true;
}

/* From the bottom: bare lines are for what the line below is for. */
static void find_targets(struct ignores *x)
{
	uint32_t n = x->source->n_lines;
	x->targets = ARENA_ARRAY(x->arena, (size_t)n + 1, uint32_t);
	for (uint32_t line = n; line > 0; line--)
		x->targets[line] = line < n && is_bare(x->source, line) ? x->targets[line + 1] : line;
}

static uint32_t target_line(struct ignores *x, uint32_t line)
{
	if (!x->targets)
		find_targets(x);
	return x->targets[line];
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Takes the next word of a comment: its span; false at the end. */
static bool take_word(const char *bytes, struct span *rest, struct span *ret)
{
	while (rest->start < rest->end && is_blank(bytes[rest->start]))
		rest->start++;
	*ret = *rest;
	while (rest->start < rest->end && !is_blank(bytes[rest->start]))
		rest->start++;
	ret->end = rest->start;
	return ret->end > ret->start;
}

static void add_comment(struct ignores *x, struct span comment)
{
	const char *bytes = x->source->bytes;
	struct span rest = comment, word;
	while (rest.start < rest.end && bytes[rest.start] == '#')
		rest.start++;
	if (!take_word(bytes, &rest, &word) || word.end - word.start < strlen(MARK) ||
	    memcmp(bytes + word.start, MARK, strlen(MARK)) != 0)
		return;
	rest.start = word.start + (uint32_t)strlen(MARK);
	struct ignore *g = ARENA_NEW(x->arena, struct ignore);
	*list_push(x->arena, &x->list) = g;
	g->span = comment;
	if (!take_word(bytes, &rest, &word))
		return;
	g->span = word;
	g->rule = arena_strndup(x->arena, bytes + word.start, word.end - word.start);
	g->reason = take_word(bytes, &rest, &word);
	uint32_t line = target_line(x, source_position(x->source, comment.start).line);
	map_set(&x->by_line, line_key(x, line, g->rule), g);
}

static struct ignore *ignore_of(const struct ignores *x, const struct diag *d)
{
	if (d->span.source != x->source->id)
		return NULL;
	return map_get(&x->by_line, line_key(x, source_position(x->source, d->span.start).line, d->rule));
}

static void silence(struct ignores *x, struct diags *d)
{
	size_t kept = 0;
	for (size_t i = 0; i < d->list.n; i++) {
		struct diag *diag = d->list.v[i];
		struct ignore *g = ignore_of(x, diag);
		if (g && diag->severity != SEVERITY_ERROR) {
			g->used = true;
			d->warnings -= diag->severity == SEVERITY_WARNING;
			d->infos -= diag->severity == SEVERITY_INFO;
			continue;
		}
		if (g)
			g->error = true;
		d->list.v[kept++] = diag;
	}
	d->list.n = kept;
}

static const struct rule *rule_named(const char *name)
{
	for (size_t i = 0; rule_families[i]; i++)
		for (const struct rule *r = rule_families[i]; r->name; r++)
			if (strcmp(r->name, name) == 0)
				return r;
	return NULL;
}

static const char *rule_meant(struct arena *a, const char *name)
{
	LIST(const char *) names = { 0 };
	for (size_t i = 0; rule_families[i]; i++)
		for (const struct rule *r = rule_families[i]; r->name; r++)
			*list_push(a, &names) = r->name;
	return suggest(name, names.v, names.n);
}

/* Rules that run only when more is given: a target, a machine, a release to go to. */
static bool may_not_run(const struct rule *r)
{
	return r && (r->form == RULE_MODEL || r->form == RULE_MACHINE || r->form == RULE_UPGRADE);
}

/* Whether it is certain that there was nothing to silence. Some rules may not have run, a file that others extend may
 * hold what they mended, and behind an error some rules never run. */
static bool is_certain(const struct ignores *x, const struct diags *d, const struct ignore *g)
{
	return !d->errors && (x->begins || x->source->id == 1) && !may_not_run(rule_named(g->rule));
}

static void say(struct ignores *x, struct diags *d, const struct ignore *g)
{
	if (!g->rule) {
		struct diag *diag = diag_warning(d, RULE, g->span, "this names no rule");
		diag_help(d, diag,
			  "write '# " MARK " RULE reason', with the rule that stands in brackets behind the finding");
	} else if (g->error && !g->used) {
		diag_warning(d, RULE, g->span, "'%s' is an error here, and errors cannot be silenced", g->rule);
	} else if (!g->used && (is_certain(x, d, g) || !rule_named(g->rule))) {
		struct diag *diag = diag_warning(d, RULE, g->span, "there is no '%s' to silence here", g->rule);
		const char *meant = diag == d->spare || rule_named(g->rule) ? NULL : rule_meant(x->arena, g->rule);
		if (meant)
			diag_help(d, diag, "did you mean '%s'?", meant);
		else
			diag_help(d, diag, "leave the comment out");
	} else if (g->used && !g->reason) {
		struct diag *diag = diag_warning(d, RULE, g->span, "say why '%s' does not matter here", g->rule);
		diag_help(d, diag, "write the reason behind the rule's name");
	}
}

static void settle(struct ignores *x, struct diags *d)
{
	if (!x->list.n)
		return;
	silence(x, d);
	for (size_t i = 0; i < x->list.n; i++)
		say(x, d, x->list.v[i]);
}

void check_ignores(struct arena *a, const struct sources *s, struct diags *d, const struct tree *tree)
{
	struct ignores x = { .arena = a };
	if (!tree->comments.n)
		return;
	x.source = source_of(s, tree->comments.v[0].span);
	map_init(&x.by_line, a);
	for (size_t i = 0; i < tree->comments.n; i++)
		add_comment(&x, tree->comments.v[i].span);
	settle(&x, d);
}

void check_file_ignores(struct arena *a, struct diags *d, const struct source *src)
{
	struct ignores x = { .arena = a, .source = src };
	struct slurm_comments comments;
	/* Few files have any: the text is searched first. A NUL ends the search, and nothing of such a file was read. */
	if (!strstr(src->bytes, MARK))
		return;
	slurm_comments(a, src, &comments);
	x.begins = comments.begins;
	map_init(&x.by_line, a);
	for (size_t i = 0; i < comments.list.n; i++)
		add_comment(&x, comments.list.v[i]);
	settle(&x, d);
}
