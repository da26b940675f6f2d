/*
 * term.h: within this room: one term of an expression, between reading and expanding.
 */
#ifndef HPCC_HOSTLIST_TERM_H
#define HPCC_HOSTLIST_TERM_H

#include "compiler/hostlist/run.h"

struct range {
	uint64_t lo, hi;
	uint8_t width;
};

/* A text, and the bracket that follows it. */
struct bracket {
	const char *text;
	size_t text_n;
	LIST(struct range) ranges;
	uint64_t count;	  /* numbers in it, saturating far above the limit */
	unsigned longest; /* digits of its longest number */
};

/* text[..]text[..]suffix; without brackets, the suffix is the name. */
struct term {
	LIST(struct bracket) brackets;
	const char *suffix;
	size_t suffix_n;
};

/* Adds the term's names to `h`. What is wrong instead (a limit), or NULL. */
const char *term_expand(struct hostlist *h, const struct term *t);

#endif
