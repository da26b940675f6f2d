/*
 * GitHub's workflow commands. Their escapes are those of actions/toolkit, packages/core/src/command.ts: %, CR and LF
 * in the message, : and , too in a property.
 */
#include <string.h>

#include "compiler/cli/report_parts.h"

static void add_escaped(struct text *t, const char *s, bool property)
{
	for (; *s; s++) {
		if (strchr(property ? "%\r\n:," : "%\r\n", *s))
			text_addf(t, "%%%02X", (unsigned char)*s);
		else
			text_addc(t, *s);
	}
}

/* Without what the log's terminal would obey. */
static void add_text(struct text *t, const char *s, bool property)
{
	struct text plain;
	text_init(&plain, t->arena);
	report_escape(&plain, s);
	add_escaped(t, plain.s, property);
}

static void add_place(struct text *t, const struct sources *s, struct span span)
{
	const struct source *src = source_of(s, span);
	if (!src)
		return;
	struct position from = source_position(src, span.start), to = source_position(src, span.end);
	text_add(t, "file=");
	add_text(t, src->name, true);
	text_addf(t, ",line=%u,", (unsigned)from.line);
	if (to.line != from.line)
		text_addf(t, "endLine=%u,", (unsigned)to.line);
	text_addf(t, "col=%u,", (unsigned)from.column);
	if (to.line == from.line)
		text_addf(t, "endColumn=%u,", (unsigned)to.column);
}

static void add_note(struct text *t, const struct sources *s, const struct diag_note *note)
{
	const struct source *src = source_of(s, note->span);
	text_add(t, "%0A");
	if (src) {
		struct position place = source_position(src, note->span.start);
		add_text(t, src->name, false);
		text_addf(t, ":%u:%u: ", (unsigned)place.line, (unsigned)place.column);
	}
	text_add(t, "note: ");
	add_text(t, note->text, false);
}

static void add_diag(struct text *t, const struct sources *s, const struct diag *d)
{
	static const char *const commands[] = {
		[SEVERITY_INFO] = "notice",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_ERROR] = "error",
	};
	text_addf(t, "::%s ", commands[d->severity]);
	add_place(t, s, d->span);
	text_add(t, "title=");
	add_text(t, d->rule, true);
	text_add(t, "::");
	add_text(t, d->message, false);
	for (size_t i = 0; i < d->notes.n; i++)
		add_note(t, s, &d->notes.v[i]);
	if (d->help) {
		text_add(t, "%0Ahelp: ");
		add_text(t, d->help, false);
	}
	text_addc(t, '\n');
}

void report_github(FILE *out, const struct sources *s, const struct diags *d, struct report_style style)
{
	struct text t;
	text_init(&t, s->arena);
	size_t shown = report_shown(d, style);
	for (size_t i = 0; i < shown; i++) {
		t.n = 0;
		add_diag(&t, s, d->list.v[i]);
		fwrite(t.s, 1, t.n, out);
	}
}
