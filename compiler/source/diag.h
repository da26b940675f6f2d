/*
 * diag.h: what hpcc has to say about a text: diagnostics as data.
 *
 * Recording one never prints and never stops anything: all findings come out of one run,
 * sorted by place, and the command line prints them (compiler/cli/report_*.c). Each names
 * its rule: a kebab-case name with a file in compiler/rules/.
 *
 *	struct diag *d = diag_error(diags, "duplicate-key", span, "key '%s' stands twice", key);
 *	diag_note(diags, d, first_span, "the first is here");
 *	diag_help(diags, d, "remove one of the two");
 */
#ifndef HPCC_SOURCE_DIAG_H
#define HPCC_SOURCE_DIAG_H

#include "compiler/base/arena.h"
#include "compiler/base/list.h"
#include "compiler/source/source.h"

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR };

struct diag_note {
	struct span span;
	const char *text;
};

/* Replace the span's bytes by `text`. Given only where the mend is certain. */
struct diag_edit {
	struct span span;
	const char *text;
};

struct diag {
	enum severity severity;
	const char *rule;
	struct span span; /* source 0: the finding has no place (a missing file, a target) */
	const char *message;
	const char *help; /* what to do about it, or NULL */
	LIST(struct diag_note) notes;
	LIST(struct diag_edit) edits;
	uint32_t order; /* of recording: ties in place are broken by it */
};

enum { DIAG_LIMIT = 1000 }; /* recorded; the rest is counted */

struct diags {
	struct arena *arena;
	LIST(struct diag *) list;
	size_t errors, warnings, infos; /* all of them, recorded or not */
	size_t dropped;			/* over DIAG_LIMIT */
	struct diag *spare;		/* what the dropped ones are given as: never NULL for the caller */
};

void diags_init(struct diags *d, struct arena *a);
/* Never NULL. `rule` is not copied: a literal. Messages are one line without a full stop; what they quote of the
 * user's text stands in them as it is (the report escapes what a terminal would obey). */
struct diag *diag_add(struct diags *d, enum severity severity, const char *rule, struct span span, const char *format,
		      ...) __attribute__((format(printf, 5, 6)));
struct diag *diag_error(struct diags *d, const char *rule, struct span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
struct diag *diag_warning(struct diags *d, const char *rule, struct span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* A second place. Without a known span it is a remark without a place. */
void diag_note(struct diags *d, struct diag *diag, struct span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void diag_help(struct diags *d, struct diag *diag, const char *format, ...) __attribute__((format(printf, 3, 4)));
void diag_edit(struct diags *d, struct diag *diag, struct span span, const char *text);
/* Text of the user's, fit to stand in a message: cut with an ellipsis after about 60 bytes. */
const char *diag_quote(struct diags *d, const char *text);
/* Sorts by source, place, then order of recording; findings without a place come last. */
void diags_sort(struct diags *d);

/* The word among `n` candidates that `word` was probably meant to be, or NULL: Damerau-Levenshtein, case counted
 * half; at most a third of the longer word may differ, in nothing but case any number. Ties go to the first. */
const char *suggest(const char *word, const char *const *candidates, size_t n);
/* The same where case does not count at all. */
const char *suggest_nocase(const char *word, const char *const *candidates, size_t n);

#endif
