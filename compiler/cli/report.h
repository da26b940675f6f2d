/*
 * report.h: diagnostics, printed.
 *
 * text: what a person reads. The place, what is wrong, the line, a mark under the bytes, the second places, help:
 *
 *	lab.yaml:9:3: error: key 'a' stands twice in one mapping [duplicate-key]
 *	    a: 2
 *	    ^
 *	lab.yaml:7:3: note: the first is here
 *	    a: 1
 *	    ^
 *	help: keep one of the two
 *
 * json: one document: { "diagnostics": [ { "severity", "rule", "message", "file", "line", "column", "end_line",
 * "end_column", "help", "notes": [ { "message", and the place } ], "edits": [ { "text", and the place } ] } ],
 * "errors", "warnings", "infos", "shown" }. Lines and columns count from 1, columns in characters, the end is
 * exclusive. A finding without a place has no "file" and no numbers; no help, no "help".
 *
 * Of Slurm's own files that were linted for no release in particular: "releases" as well, those that they fit.
 *
 * github: one workflow command a finding, notes and help in its message.
 *
 * Prints in the order of the list: call diags_sort() first. What a terminal would obey (control characters, bytes
 * that are not UTF-8, directions of writing) is printed as an escape, in the user's own line as well.
 */
#ifndef HPCC_CLI_REPORT_H
#define HPCC_CLI_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "compiler/source/diag.h"
#include "compiler/source/source.h"

enum report_format { REPORT_TEXT, REPORT_JSON, REPORT_GITHUB };

enum { REPORT_WIDTH = 120 };

struct report_releases {
	const char *const *v;
	size_t n;
};

struct report_style {
	bool colour;	/* text alone; the caller knows whether `out` is a terminal, and NO_COLOR */
	size_t limit;	/* at most so many findings; 0: all that were recorded */
	const struct report_releases *releases; /* json alone; or NULL */
	unsigned width; /* characters shown of a line; longer ones are cut around the place; 0: REPORT_WIDTH */
};

void report(FILE *out, enum report_format format, const struct sources *sources, const struct diags *diags,
	    struct report_style style);

/* "3 errors, 1 warning": a line, or nothing when nothing was found. */
void report_summary(FILE *out, const struct diags *diags, struct report_style style);

#endif
