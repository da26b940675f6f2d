/*
 * hostlist.h: Slurm's hostlists, `c[1-4,7]`, as lists of ranges.
 *
 * A hostlist is kept as runs, never as one string a name: `c[1-100000]` is one run. Names are
 * made on demand. The grammar is Slurm's (tests/data/slurm-hostlists.tsv holds what three releases
 * make of 53 expressions) without its traps: where Slurm would accept something nobody means
 * (`n1-3]`, blanks inside brackets, `n{1-2}`), this refuses.
 *
 *	list    := term ("," term)*
 *	term    := (text | "[" range ("," range)* "]")+
 *	range   := number ("-" number)?
 *
 * Leading zeros pad: `n[08-10]` is n08 n09 n10, `n[8-010]` is n8 n9 n10 (the first number decides).
 * Several brackets multiply: `r[1-2]n[1-2]`. A suffix after the last bracket (`n[1-2]-ib`) is known
 * to Slurm from 23.11 on: hostlist_print() is told whether it may use it.
 *
 * Text is letters, digits, `-` `_` `.` `:`. Blanks may stand around the commas between terms, and nowhere else.
 * Brackets expand from left to right, the last one fastest: r1n1 r1n2 r2n1 r2n2. (Slurm's order for three and more
 * differs; the names are the same.)
 *
 * Limits of what is parsed: HOSTLIST_MAX_RUNS runs and HOSTLIST_MAX_NAMES names a list, 18 digits a number,
 * HOSTLIST_MAX_NAME bytes a name. They are counted before names are made: c[1-99999999] costs nothing. Slurm's own
 * limit of HOSTLIST_MAX_RANGE numbers a range is kept by the printer, which splits longer ones.
 *
 * This room never checks what a name means (a host name, an address), and never opens anything. All that a list refers
 * to lies in its arena, or in the arena of the list that it was made from.
 */
#ifndef HPCC_HOSTLIST_HOSTLIST_H
#define HPCC_HOSTLIST_HOSTLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler/base/arena.h"
#include "compiler/base/list.h"
#include "compiler/base/text.h"

enum {
	HOSTLIST_MAX_RANGE = 65536, /* Slurm's hostlist.c: MAX_RANGE */
	HOSTLIST_MAX_RUNS = 262144,
	HOSTLIST_MAX_NAMES = 1000000,
	HOSTLIST_MAX_NAME = 255, /* bytes of one name */
};

/* prefix + number in lo..hi padded to `width` + suffix. A name without a number has numbered = false, and is `prefix`.
 * Canonical: either every number of the run is padded (hi < 10^(width-1)) or width is 0, and `prefix` does not end in a
 * digit: `n[08-12]` is the runs n[08-09] and n[10-12], `c1[0-9]` is c[10-19], `c012` is 12 in width 3. Names without
 * trailing digits (`a1.dom`) or with more than 18 are not numbered when they stand alone; the operations on sets know
 * that `n[1-2]-ib` holds `n1-ib`. */
struct hostrun {
	const char *prefix, *suffix; /* never NULL */
	uint64_t lo, hi;
	uint8_t width;
	bool numbered;
};

struct hostlist {
	LIST(struct hostrun) runs;
	uint64_t count; /* names, duplicates included */
	struct arena *arena;
};

/* What is wrong with an expression: a message in English and the bytes at fault. */
struct hostlist_error {
	const char *message; /* no full stop, no line end */
	size_t start, end;   /* within the expression: start..end-1 */
};

/* Parses. On failure says false and fills *ret_error. Names stay in the order written, and may occur twice; what
 * follows on joins (`n[1-3,4]` is one run). */
bool hostlist_parse(struct arena *a, const char *expression, struct hostlist *ret, struct hostlist_error *ret_error);

void hostlist_init(struct hostlist *h, struct arena *a);
/* Adds one name (its trailing digits become a numbered run of one, merged into the last run where it follows it). */
void hostlist_add_name(struct hostlist *h, const char *name);
/* Adds a run, made canonical. Its texts are not copied. */
void hostlist_add_run(struct hostlist *h, const struct hostrun *run);
/* Adds the names of `more`, which is another list. */
void hostlist_add(struct hostlist *h, const struct hostlist *more);

/* The i-th name, i < count, appended to `t` or as a new string. O(runs): walk, where all are wanted. */
void hostlist_name(const struct hostlist *h, uint64_t i, struct text *t);
char *hostlist_name_dup(const struct hostlist *h, uint64_t i, struct arena *a);

/* A cursor that walks all names in order, in constant time each. */
struct hostwalk {
	const struct hostlist *list;
	size_t run;
	uint64_t next;
	char name[HOSTLIST_MAX_NAME + 32];
};
void hostwalk_start(struct hostwalk *w, const struct hostlist *h);
/* The next name (valid until the next call), or NULL after the last. */
const char *hostwalk_next(struct hostwalk *w);

/* Slurm's folded form: neighbours of one prefix and suffix in brackets, order of the runs kept otherwise.
 * `suffixes`: whether the reader takes text after a bracket; if not, such names are written one by one. No range
 * written is longer than HOSTLIST_MAX_RANGE. What is printed parses back to the same names in the same order. */
void hostlist_print(const struct hostlist *h, bool suffixes, struct text *t);
/* The same with Ansible's ranges: `c[1:4]`, `c[01:10]`, one range or name a pattern; `each` gets them one by one and
 * may keep them. */
void hostlist_print_ansible(const struct hostlist *h, void (*each)(void *ctx, const char *pattern), void *ctx);

/* Sorted by prefix (r2n before r10n), suffix and number, duplicates removed, neighbours joined: lists of the same names
 * come out equal. */
void hostlist_normalise(struct hostlist *h);
/* x minus y, and the names in both, in x's order (twice, where x has them twice). */
void hostlist_subtract(struct arena *a, const struct hostlist *x, const struct hostlist *y, struct hostlist *ret);
void hostlist_intersect(struct arena *a, const struct hostlist *x, const struct hostlist *y, struct hostlist *ret);
bool hostlist_equal(const struct hostlist *x, const struct hostlist *y); /* same names in the same order */
/* How many digits the number has when written plainly. */
unsigned digits_of(uint64_t number);
/* The names i..i+n-1 of a list, as far as there are any. */
void hostlist_slice(struct arena *a, const struct hostlist *h, uint64_t i, uint64_t n, struct hostlist *ret);

/*
 * An index from names to what they belong to. Build it with hostindex_add() once for every owner, then
 * hostindex_build() sorts it and reports names that two owners hold; then hostindex_find(). O(runs log runs) to build,
 * O(log runs) to find. (Runs whose suffix has digits, `n[1-240]-ib0`, count as a run for each name here and in the
 * operations on sets.)
 */
struct hostindex;
struct hostindex *hostindex_new(struct arena *a);
/* `owner` is any number of the caller's (an index into its groups). */
void hostindex_add(struct hostindex *x, const struct hostlist *h, uint32_t owner);
/* Calls `clash` (which may be NULL) once for each run that overlaps one sorted before it, also within one owner, with
 * their first common name and the two owners, the one added earlier first. So there are never more calls than runs,
 * and none is silent about a run that overlaps. Which of the owners is found for such a name is fixed, no more. */
void hostindex_build(struct hostindex *x, void (*clash)(void *ctx, const char *name, uint32_t first, uint32_t second),
		     void *ctx);
/* Whether the name is in the index: its owner and its place (0..) within the list that was added, for callers that want
 * them (NULL: not). */
bool hostindex_find(const struct hostindex *x, const char *name, uint32_t *ret_owner, uint64_t *ret_at);
/* hostindex_cover() cuts the runs of `h`, in order, into stretches that the index knows and stretches that it does not,
 * and calls `each` for each. This is how a hostlist of 65,536 names is looked up without making a name. */
struct hostpiece {
	struct hostrun run; /* the stretch of names */
	uint32_t owner;	    /* valid when known */
	uint64_t at;	    /* place of its first name within the owner's list */
	bool known;
};
void hostindex_cover(const struct hostindex *x, const struct hostlist *h,
		     void (*each)(void *ctx, const struct hostpiece *piece), void *ctx);

/*
 * Several lists at once. hostlist_cut() cuts their names into stretches that the same lists hold, each name in one
 * stretch, and calls `each` for each, in the order of the sorted names: lines that are about overlapping hostlists are
 * looked at once for all nodes that are alike. O(runs log runs), where no more than HOSTLIST_CUT_LISTS lists hold a
 * name: of more, the rest is passed over.
 */
enum { HOSTLIST_CUT_LISTS = 256 };
struct hostcut {
	struct hostrun run;
	const uint32_t *lists; /* their places among those given, ascending; valid until `each` returns */
	size_t n;
};
void hostlist_cut(struct arena *a, const struct hostlist *const *lists, size_t n,
		  void (*each)(void *ctx, const struct hostcut *cut), void *ctx);

#endif
