/* other_files_spank.c: plugstack.conf. (common/spank.c) */
#include "compiler/check/other_files.h"

#include <string.h>

#include "compiler/slurm/plugstack.h"

/* ---- spank-line */

static void bad_word(struct check *c, const struct plugstack_line *l)
{
	static const char *const words[] = { "required", "optional", "include" };
	const char *meant = suggest(l->word, words, 3);
	if (span_known(l->carriage_return) && l->word[0] == '\r') {
		diag_help(c->diags,
			  finding(c, l->word_span,
				  "Slurm takes the carriage return of an empty line for a word, and logs an error"),
			  "end lines with a line feed alone");
		return;
	}
	struct diag *d = finding(c, l->word_span,
				 "a line begins with required, optional or include, not with %s: Slurm "
				 "logs an error and passes over it",
				 diag_quote(c->diags, l->word));
	if (meant) {
		diag_help(c->diags, d, "write %s", meant);
		diag_edit(c->diags, d, l->word_span, meant);
	} else {
		diag_help(c->diags, d, "nothing joins lines in this file, and nothing else may begin one");
	}
}

/* What Slurm takes for a part of the path that nobody means. */
static void bad_path(struct check *c, const struct plugstack_line *l)
{
	size_t n = strlen(l->path);
	if (l->path[0] == '"' || l->path[0] == '\'') {
		diag_help(c->diags, finding(c, l->path_span, "to Slurm quotes are a part of the path like any other"),
			  "leave them out; a path with blanks cannot be written here");
		return;
	}
	if (l->path[n - 1] == '\r')
		diag_help(c->diags,
			  finding(c, l->carriage_return,
				  "Slurm takes the carriage return for a part of the path, and finds "
				  "no such file"),
			  "end lines with a line feed alone");
}

static void line_of_file(struct check *c, const struct plugstack *stack)
{
	for (size_t i = 0; stack && i < stack->lines.n; i++) {
		const struct plugstack_line *l = &stack->lines.v[i];
		if (l->kind == PLUGSTACK_BAD)
			bad_word(c, l);
		else if (!l->path)
			diag_help(c->diags,
				  finding(c, l->word_span,
					  "'%s' wants a path behind it: Slurm logs an error and passes over the "
					  "line",
					  l->word),
				  "name the %s", l->kind == PLUGSTACK_INCLUDE ? "file to read" : "plugin");
		else
			bad_path(c, l);
		if (span_known(l->joined))
			diag_help(c->diags,
				  finding(c, l->joined,
					  "nothing joins lines here: the backslash is an argument, and the next line "
					  "stands alone"),
				  "write it on one line");
		if (l->too_long)
			diag_help(c->diags,
				  finding(c, l->word_span,
					  "the line is longer than %d bytes: Slurm reads the rest as another",
					  PLUGSTACK_LINE),
				  "give the plugin a file to read, and its path here");
	}
}

void rule_spank_line(struct check *c)
{
	if (c->files)
		line_of_file(c, c->files->plugstack);
	else
		spank_spec_line(c);
}

/* ---- spank-include */

void rule_spank_include(struct check *c)
{
	const struct plugstack *stack = c->files->plugstack;
	for (size_t i = 0; stack && i < stack->lines.n; i++) {
		const struct plugstack_line *l = &stack->lines.v[i];
		struct diag *d;
		if (l->kind != PLUGSTACK_INCLUDE || !l->path)
			continue;
		switch (l->include) {
		case PLUGSTACK_READ:
		case PLUGSTACK_PATTERN:
			break;
		case PLUGSTACK_MISSING:
			d = finding(c, l->path_span, "there is no such file, and Slurm says nothing of it");
			diag_help(
				c->diags, d, "%s",
				l->path[0] == '/'
					? "correct the path, or leave the line out"
					: "the path begins beside the file that it stands in: correct it, or leave the "
					  "line out");
			break;
		case PLUGSTACK_LOOP:
			d = diag_add(c->diags, SEVERITY_ERROR, c->rule->name, l->path_span,
				     "the file includes itself: Slurm reads it for ever, and crashes");
			if (span_known(l->loop))
				diag_note(c->diags, d, l->loop, "it is included here");
			diag_help(c->diags, d, "leave the line out");
			break;
		case PLUGSTACK_TOO_MANY:
			diag_help(c->diags,
				  finding(c, l->path_span,
					  "too many files include each other: this one is not read here"),
				  "put what they hold into fewer files");
			break;
		}
	}
}

/* ---- spank-twice: plugin_in_list() compares pointers, and so never finds one. */

static void twice_in_file(struct check *c, const struct plugstack *stack)
{
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; stack && i < stack->lines.n; i++) {
		const struct plugstack_line *l = &stack->lines.v[i];
		bool fresh;
		if ((l->kind != PLUGSTACK_REQUIRED && l->kind != PLUGSTACK_OPTIONAL) || !l->path)
			continue;
		struct map_entry *e = map_add(&seen, l->path, &fresh);
		if (fresh) {
			e->value = (void *)(uintptr_t)l;
			continue;
		}
		const struct plugstack_line *first = e->value;
		struct diag *d =
			finding(c, l->path_span, "this plugin stands here twice: Slurm loads and runs it twice");
		diag_note(c->diags, d, first->path_span, "the first is here");
		diag_help(c->diags, d, "keep one of the two");
	}
}

void rule_spank_twice(struct check *c)
{
	if (c->files)
		twice_in_file(c, c->files->plugstack);
	else
		spank_spec_twice(c);
}
