#include "compiler/cli/report.h"

#include <string.h>

#include "compiler/cli/report_parts.h"

void report(FILE *out, enum report_format format, const struct sources *sources, const struct diags *diags,
	    struct report_style style)
{
	switch (format) {
	case REPORT_TEXT:
		report_text(out, sources, diags, style);
		break;
	case REPORT_JSON:
		report_json(out, sources, diags, style);
		break;
	case REPORT_GITHUB:
		report_github(out, sources, diags, style);
		break;
	}
}

size_t report_shown(const struct diags *d, struct report_style style)
{
	return style.limit && style.limit < d->list.n ? style.limit : d->list.n;
}

const char *report_severity(enum severity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		return "error";
	case SEVERITY_WARNING:
		return "warning";
	case SEVERITY_INFO:
		break;
	}
	return "info";
}

static void add_count(FILE *out, size_t n, const char *what, bool *first)
{
	if (n == 0)
		return;
	fprintf(out, "%s%zu %s%s", *first ? "" : ", ", n, what, n == 1 ? "" : "s");
	*first = false;
}

void report_summary(FILE *out, const struct diags *diags, struct report_style style)
{
	const char *colour = diags->errors ? "\033[1;31m" : diags->warnings ? "\033[1;35m" : "\033[1;36m";
	bool first = true;
	if (diags->errors + diags->warnings + diags->infos == 0)
		return;
	if (style.colour)
		fputs(colour, out);
	add_count(out, diags->errors, "error", &first);
	add_count(out, diags->warnings, "warning", &first);
	add_count(out, diags->infos, "remark", &first);
	fputs(style.colour ? "\033[0m\n" : "\n", out);
}

/* C0, DEL, C1; line and paragraph separators; the marks that turn the direction of writing, with which a line can
 * show other than it is (CVE-2021-42574); the byte order mark. */
static bool is_obeyed(uint32_t code)
{
	return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C || code == 0x200E || code == 0x200F ||
	       (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

size_t report_character(struct text *t, const char *p, size_t left, unsigned *ret_columns)
{
	uint32_t code, size = source_decode(p, left, &code);
	size_t before = t->n;
	if (size && !is_obeyed(code)) {
		text_addn(t, p, size);
		*ret_columns = 1;
		return size;
	}
	if (size == 1 && strchr("\n\r\t", *p) && *p)
		text_addf(t, "\\%c", *p == '\n' ? 'n' : *p == '\r' ? 'r' : 't');
	else if (size < 2)
		text_addf(t, "\\x%02X", (unsigned char)*p);
	else
		text_addf(t, "\\u%04X", (unsigned)code);
	*ret_columns = (unsigned)(t->n - before);
	return size ? size : 1;
}

void report_escape(struct text *t, const char *s)
{
	size_t left = strlen(s);
	while (left > 0) {
		unsigned columns;
		size_t size = report_character(t, s, left, &columns);
		s += size;
		left -= size;
	}
}
