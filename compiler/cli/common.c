/* common.c: what verbs that compile share. */
#include "compiler/cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIMIT = 50 };

static void no_target(const struct verb *v, const char *name)
{
	const char *names[16];
	size_t n = 0;
	for (; targets[n] && n < 16; n++)
		names[n] = targets[n]->name;
	const char *meant = suggest(name, names, n);
	fprintf(stderr, "hpcc %s: no target '%s'", v->name, name);
	if (meant)
		fprintf(stderr, "; did you mean '%s'?", meant);
	fprintf(stderr, "\nTargets:");
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, " %s", names[i]);
	fprintf(stderr, "\n");
}

/* "slurm,ansible" and again: each once, in the order given. */
static bool add_targets(struct compile *c, const struct verb *v, const struct option_texts *list)
{
	for (size_t i = 0; i < list->n; i++)
		for (const char *p = list->v[i]; *p;) {
			size_t n = strcspn(p, ",");
			const char *name = arena_strndup(c->arena, p, n);
			p += n + (p[n] == ',');
			if (!target_named(name)) {
				no_target(v, name);
				return false;
			}
			bool there = false;
			for (size_t j = 0; j < c->results.n; j++)
				there = there || strcmp(c->results.v[j].target->name, name) == 0;
			if (!there)
				compile_target(c, name);
		}
	return true;
}

bool sane_options(const struct verb *v, const struct common *o)
{
	static const char *const formats[] = { "text", "json", "github" };
	bool known = !o->format;
	for (size_t i = 0; o->format && i < 3; i++)
		known = known || strcmp(o->format, formats[i]) == 0;
	if (!known) {
		fprintf(stderr, "hpcc %s: --format is text, json or github, not '%s'\n", v->name, o->format);
		return false;
	}
	if (o->colour && strcmp(o->colour, "auto") != 0 && strcmp(o->colour, "always") != 0 &&
	    strcmp(o->colour, "never") != 0) {
		fprintf(stderr, "hpcc %s: --color is auto, always or never, not '%s'\n", v->name, o->colour);
		return false;
	}
	if (o->limit && (!*o->limit || strspn(o->limit, "0123456789") != strlen(o->limit))) {
		fprintf(stderr, "hpcc %s: --limit is a number, not '%s'\n", v->name, o->limit);
		return false;
	}
	return true;
}

struct compile *compile_file(const struct verb *v, const struct common *o, const char *path)
{
	if (!sane_options(v, o))
		return NULL;
	struct compile *c = compile_new(read_file, NULL);
	compile_spec(c, path, o->with.v, o->with.n);
	if (o->target.n && !add_targets(c, v, &o->target)) {
		compile_free(c);
		return NULL;
	}
	if (!o->target.n)
		compile_default_targets(c);
	compile_finish(c);
	return c;
}

/* Colour on a terminal alone; NO_COLOR (no-color.org) when set to anything. */
static bool colour_wanted(const struct common *o)
{
	const char *no = getenv("NO_COLOR");
	if (o->colour && strcmp(o->colour, "always") == 0)
		return true;
	if ((o->colour && strcmp(o->colour, "never") == 0) || (no && *no))
		return false;
	return isatty(STDERR_FILENO);
}

/* A file that could not be read at all is not a finding about a spec. */
static bool unreadable(const struct compile *c)
{
	for (size_t i = 0; i < c->diags.list.n; i++)
		if (strcmp(c->diags.list.v[i]->rule, "unreadable-file") == 0)
			return true;
	return false;
}

static enum report_format format_of(const struct common *o)
{
	return !o->format || strcmp(o->format, "text") == 0 ? REPORT_TEXT
	       : strcmp(o->format, "json") == 0		    ? REPORT_JSON
							    : REPORT_GITHUB;
}

FILE *beside_findings(const struct common *o)
{
	return format_of(o) == REPORT_TEXT ? stdout : stderr;
}

int print_findings(struct compile *c, const struct common *o, FILE *machine)
{
	enum report_format f = format_of(o);
	struct report_style style = { .colour = f == REPORT_TEXT && colour_wanted(o),
				      .limit = o->limit ? (size_t)strtoul(o->limit, NULL, 10) : LIMIT };
	report(f == REPORT_TEXT ? stderr : machine, f, &c->sources, &c->diags, style);
	if (f == REPORT_TEXT)
		report_summary(stderr, &c->diags, style);
	if (unreadable(c))
		return EXIT_COULD_NOT;
	if (c->diags.errors || (o->strict && c->diags.warnings))
		return EXIT_FOUND;
	return EXIT_FINE;
}
