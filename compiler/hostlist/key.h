/*
 * key.h: within this room: names as keys, so that equal names are found whatever way they were written.
 *
 * A list keeps `n[1-2]-ib` as one run and the plain name `n1-ib` without a number, which is right for printing. To
 * compare names, each is split at its last group of digits: n, 1, -ib. A run whose suffix has no digit is one key as it
 * stands; a run whose suffix has one (`n[1-2]-ib0`: n1-ib and 0) is a key for each name, which is the one place where
 * the operations on sets cost names instead of runs.
 */
#ifndef HPCC_HOSTLIST_KEY_H
#define HPCC_HOSTLIST_KEY_H

#include "compiler/hostlist/run.h"

struct hostkey {
	const char *prefix; /* prefix_n bytes; more may follow */
	size_t prefix_n;
	const char *suffix;
	uint64_t lo, hi;
	uint8_t width;
	bool numbered;
};

/* The key of one name; its texts point into the name. */
void key_of_name(const char *name, struct hostkey *ret);
/* Prefixes as people sort them (r2 before r10), then whether there is a number, suffix, width. */
int key_compare_group(const struct hostkey *a, const struct hostkey *b);

/* Walks a list by keys, in order. Names that must be made are made in `arena`. */
struct keywalk {
	const struct hostlist *list;
	struct arena *arena;
	size_t run;
	uint64_t at; /* within the run */
};
/* The next key, and the same names as a piece of their run. */
bool keywalk_next(struct keywalk *w, struct hostkey *ret, struct hostrun *ret_run);

#endif
