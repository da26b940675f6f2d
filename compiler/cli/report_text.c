#include <string.h>

#include "compiler/cli/report_parts.h"

static const char BOLD[] = "\033[1m", RED[] = "\033[1;31m", MAGENTA[] = "\033[1;35m", CYAN[] = "\033[1;36m",
		  GREEN[] = "\033[1;32m", BLUE[] = "\033[1;34m", PLAIN[] = "\033[0m";

struct printer {
	struct text text;
	const struct sources *sources;
	struct report_style style;
};

static const char *colour(const struct printer *p, const char *code)
{
	return p->style.colour ? code : "";
}

static const char *severity_colour(enum severity severity)
{
	return severity == SEVERITY_ERROR ? RED : severity == SEVERITY_WARNING ? MAGENTA : CYAN;
}

/* "file:line:column: ", or `otherwise`. */
static void add_place(struct printer *p, struct span span, const char *otherwise)
{
	const struct source *src = source_of(p->sources, span);
	if (!src) {
		text_add(&p->text, otherwise);
		return;
	}
	struct position place = source_position(src, span.start);
	text_add(&p->text, colour(p, BOLD));
	report_escape(&p->text, src->name);
	text_addf(&p->text, ":%u:%u:%s ", (unsigned)place.line, (unsigned)place.column, colour(p, PLAIN));
}

static void add_excerpt(struct printer *p, struct span span)
{
	const struct source *src = source_of(p->sources, span);
	if (src)
		report_excerpt(&p->text, src, span, p->style.width, colour(p, GREEN), colour(p, PLAIN));
}

static void add_word(struct printer *p, const char *code, const char *word)
{
	text_addf(&p->text, "%s%s:%s ", colour(p, code), word, colour(p, PLAIN));
}

static void add_diag(struct printer *p, const struct diag *d)
{
	add_place(p, d->span, "hpcc: ");
	add_word(p, severity_colour(d->severity), report_severity(d->severity));
	report_escape(&p->text, d->message);
	text_addf(&p->text, " [%s]\n", d->rule);
	add_excerpt(p, d->span);
	for (size_t i = 0; i < d->notes.n; i++) {
		add_place(p, d->notes.v[i].span, "");
		add_word(p, CYAN, "note");
		report_escape(&p->text, d->notes.v[i].text);
		text_addc(&p->text, '\n');
		add_excerpt(p, d->notes.v[i].span);
	}
	if (d->help) {
		add_word(p, BLUE, "help");
		report_escape(&p->text, d->help);
		text_addc(&p->text, '\n');
	}
}

void report_text(FILE *out, const struct sources *s, const struct diags *d, struct report_style style)
{
	struct printer p = { .sources = s, .style = style };
	text_init(&p.text, s->arena);
	size_t shown = report_shown(d, style);
	for (size_t i = 0; i < shown; i++) {
		p.text.n = 0;
		add_diag(&p, d->list.v[i]);
		fwrite(p.text.s, 1, p.text.n, out);
	}
	size_t more = d->list.n - shown + d->dropped;
	if (more)
		fprintf(out, "%zu more %s not shown\n", more, more == 1 ? "is" : "are");
}
