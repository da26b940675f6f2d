/*
 * run.h: within this room: one run of names, and the number in it.
 */
#ifndef HPCC_HOSTLIST_RUN_H
#define HPCC_HOSTLIST_RUN_H

#include "compiler/hostlist/hostlist.h"

enum { MAX_DIGITS = 18 }; /* of a number: 10^18 - 1 fits in 64 bits with room to add */

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline uint64_t run_count(const struct hostrun *r)
{
	return r->numbered ? r->hi - r->lo + 1 : 1;
}

/* 10^n, saturating. */
uint64_t power_of_ten(unsigned n);
/* Writes the number, padded to `width`, without a NUL; gives its length (at most 20 or `width`). */
size_t put_number(char *out, uint64_t number, unsigned width);
/* The name of the run's i-th number. */
void run_name(const struct hostrun *r, uint64_t i, struct text *t);
/* The length of the digits at the end of s[0..n-1]. */
size_t trailing_digits(const char *s, size_t n);
/* Reads 1 to MAX_DIGITS digits: the number, and the width that writes it so (0: plainly). */
uint64_t read_number(const char *s, size_t n, uint8_t *ret_width);

#endif
