/*
 * report_parts.h: what the report's formats share. Only compiler/cli/report*.c include it.
 */
#ifndef HPCC_CLI_REPORT_PARTS_H
#define HPCC_CLI_REPORT_PARTS_H

#include "compiler/base/text.h"
#include "compiler/cli/report.h"

void report_text(FILE *out, const struct sources *s, const struct diags *d, struct report_style style);
void report_json(FILE *out, const struct sources *s, const struct diags *d, struct report_style style);
void report_github(FILE *out, const struct sources *s, const struct diags *d, struct report_style style);

/* How many of the recorded findings are printed. */
size_t report_shown(const struct diags *d, struct report_style style);
const char *report_severity(enum severity severity);

/* Adds the character at `p` as a terminal may see it; gives the bytes it took and by *ret_columns the columns it
 * fills. Wide characters count as one. */
size_t report_character(struct text *t, const char *p, size_t left, unsigned *ret_columns);
void report_escape(struct text *t, const char *s);

/* Adds the line of a span and the marks under it, both indented and with line breaks. `mark` and
 * `end_mark` enclose the marks (colour, or ""). */
void report_excerpt(struct text *t, const struct source *src, struct span span, unsigned width, const char *mark,
		    const char *end_mark);

#endif
