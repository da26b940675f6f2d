#include "compiler/write/dockerfile.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/write/comment.h"
#include "compiler/write/json.h"

void dockerfile_comment(struct text *out, const char *lines)
{
	/* The first lines of a file may be directives, `# name=value`, until one is not. */
	if (!out->n && lines && strchr(lines, '='))
		text_add(out, "#\n");
	comment_add(out, "#", lines);
}

/* lex.go, processStopOn and processDoubleQuote: before these a backslash means the character, out of quotes and in. */
static void add_escaped(struct text *out, const char *s, const char *special)
{
	for (; *s; s++) {
		if (strchr(special, *s))
			text_addc(out, '\\');
		text_addc(out, *s);
	}
}

/* In double quotes: line_parsers.go, parseWords, and lex.go agree on what they hold. */
static void add_quoted(struct text *out, const char *s)
{
	if (strchr(s, '\n'))
		abort();
	text_addc(out, '"');
	add_escaped(out, s, "\"\\$");
	text_addc(out, '"');
}

/* A word of a list that is cut at blanks before anything is unquoted: no blank can be meant. */
static void add_word(struct text *out, const char *s)
{
	for (const char *p = s; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f)
			abort();
	if (!*s)
		abort();
	add_escaped(out, s, "\"'\\$");
}

void dockerfile_from(struct text *out, const char *image, const char *stage)
{
	text_add(out, "FROM ");
	add_word(out, image);
	if (stage) {
		text_add(out, " AS ");
		add_word(out, stage);
	}
	text_addc(out, '\n');
}

/* Each word of a COPY's list is expanded after JSON's quotes are gone. */
static void add_path(struct text *out, const char *path)
{
	struct text escaped;
	text_init(&escaped, out->arena);
	add_escaped(&escaped, path, "\"'\\$");
	json_scalar(out, escaped.s);
}

void dockerfile_copy(struct text *out, const char *from, const char *const *sources, const char *destination)
{
	text_add(out, "COPY ");
	if (from) {
		text_add(out, "--from=");
		add_word(out, from);
		text_addc(out, ' ');
	}
	text_addc(out, '[');
	for (; *sources; sources++) {
		add_path(out, *sources);
		text_add(out, ", ");
	}
	add_path(out, destination);
	text_add(out, "]\n");
}

void dockerfile_run(struct text *out, const char *const *argv)
{
	text_add(out, "RUN [");
	size_t start = out->n;
	for (; *argv; argv++) {
		text_join(out, start, ", ", "");
		json_scalar(out, *argv);
	}
	text_add(out, "]\n");
}

static void assign(struct text *out, const char *instruction, const char *name, const char *value)
{
	text_add(out, instruction);
	text_addc(out, ' ');
	add_word(out, name);
	text_addc(out, '=');
	add_quoted(out, value);
	text_addc(out, '\n');
}

void dockerfile_env(struct text *out, const char *name, const char *value)
{
	assign(out, "ENV", name, value);
}

void dockerfile_label(struct text *out, const char *name, const char *value)
{
	assign(out, "LABEL", name, value);
}

void dockerfile_workdir(struct text *out, const char *directory)
{
	text_add(out, "WORKDIR ");
	add_quoted(out, directory);
	text_addc(out, '\n');
}

void dockerfile_expose(struct text *out, unsigned port)
{
	text_addf(out, "EXPOSE %u\n", port);
}
