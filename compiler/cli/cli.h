/*
 * cli.h: the command line: arguments, files, terminal. The only room that opens files and prints.
 *
 * One file a verb. Exit codes: EXIT_FINE (warnings too, unless --strict), EXIT_COULD_NOT (usage, unreadable file, full disk),
 * EXIT_FOUND (errors in the spec, differences).
 */
#ifndef HPCC_CLI_CLI_H
#define HPCC_CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "compiler/cli/options.h"
#include "compiler/cli/report.h"
#include "compiler/compile.h"

enum exit_code { EXIT_FINE = 0, EXIT_COULD_NOT = 1, EXIT_FOUND = 2 };

struct verb {
	const char *name;
	const char *usage;   /* what follows "hpcc NAME" */
	const char *summary; /* one line */
	const char *text;    /* what --help says beyond it */
	int (*run)(const struct verb *v, int argc, char **argv); /* argv without program and verb */
};

extern const struct verb verb_build, verb_lint, verb_expand, verb_explain, verb_schema, verb_init,
	verb_import;
extern const struct verb *const verbs[]; /* ends with NULL */

/* Parses; handles --help. When it says false, *ret_exit is the exit code. */
bool verb_options(const struct verb *v, const struct option_row *rows, int *argc, char **argv, int *ret_exit);

/* Options that verbs share, and what they mean. */
struct common {
	struct option_texts with, target;
	const char *format, *colour, *limit;
	bool strict, quiet;
};
#define FINDING_ROWS(c)                                                                                                \
	OPTION_TEXT(0, "format", &(c)->format, "FORMAT", "findings as text, json or github"),                          \
		OPTION_TEXT(0, "color", &(c)->colour, "WHEN", "auto, always or never"),                                \
		OPTION_TEXT(0, "limit", &(c)->limit, "N", "show at most N findings; 0: all (default 50)"),             \
		OPTION_FLAG(0, "strict", &(c)->strict, "warnings count as errors"),                                    \
		OPTION_FLAG('q', "quiet", &(c)->quiet, "print findings and nothing else")
#define COMMON_ROWS(c)                                                                                                 \
	OPTION_TEXTS('w', "with", &(c)->with, "FILE", "lay FILE over the spec; may be given again"),                   \
		OPTION_TEXTS('t', "target", &(c)->target, "T[,T...]", "the targets; default: the keys of 'targets'"),  \
		FINDING_ROWS(c)

/* Whether their values make sense; said on stderr when not. */
bool options_sane(const struct verb *v, const struct common *o);
/* Compiles one spec for the targets asked for. NULL when the arguments make no sense (said on stderr). */
struct compile *compile_file(const struct verb *v, const struct common *o, const char *path);
/* Prints the findings, text on stderr and json and github on `machine`, and gives the exit code. */
int print_findings(struct compile *c, const struct common *o, FILE *machine);
/* Where a verb says what it did, so that the findings on stdout are one document. */
FILE *beside_findings(const struct common *o);

/* The reader of real files; "-" is standard input. */
const char *read_file(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error);

#endif
