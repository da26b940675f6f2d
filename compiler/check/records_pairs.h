/*
 * records_pairs.h: within this room: rules over pairs of Slurm's keys, a row each.
 *
 * Each row is a rule of slurm.conf(5) or of the code that reads it. All its terms must hold; the first must be about
 * something that was written, which is where the finding stands. The others are shown beside it.
 */
#ifndef HPCC_CHECK_RECORDS_PAIRS_H
#define HPCC_CHECK_RECORDS_PAIRS_H

#include "compiler/check/records.h"

enum op {
	SET = 1, /* and not none */
	UNSET,	 /* or none */
	ABSENT,	 /* not written at all */
	HAS,	 /* one of the words (w1|w2): whole, without the part before '/', or without =value */
	LACKS,	 /* all of them */
	TWO,	 /* has two of them */
	SEVERAL, /* more than one word */
	YES,
	ZERO, /* or absent */
	NONZERO,
	SAYS, /* HAS, and it was written: not by default */
};

enum { TERMS = 3 };

struct term {
	const char *key;
	enum op op;
	const char *words;
};

struct relation {
	const char *rule;
	enum severity severity;
	enum release first; /* from which on it holds */
	struct term terms[TERMS];
	const char *message, *help;
	const char *in_files; /* the help for Slurm's own files, where the other speaks of a spec's keys */
	enum release before;  /* from which on it holds no more; 0: it still does */
};

extern const struct relation relations[]; /* ends with rule NULL */

#endif
