/*
 * text.h: text that is being written: a buffer that grows in an arena.
 *
 *	struct text t;
 *	text_init(&t, arena);
 *	text_addf(&t, "%s=%d\n", key, value);
 *	use(t.s, t.n);                         // t.s always ends with a NUL
 */
#ifndef HPCC_BASE_TEXT_H
#define HPCC_BASE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler/base/arena.h"

struct text {
	char *s;
	size_t n, cap;
	struct arena *arena;
};

void text_init(struct text *t, struct arena *a);
void text_add(struct text *t, const char *s);
void text_addn(struct text *t, const char *s, size_t n);
void text_addc(struct text *t, char c);
/* A number in decimal, padded with zeros to `width` digits (0: as it is). */
void text_addu(struct text *t, uint64_t value, int width);
void text_addf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* `s` before which, unless this is the first piece since `start`, stands `separator`. */
void text_join(struct text *t, size_t start, const char *separator, const char *s);

bool text_equal(const char *a, const char *b);	      /* both may be NULL */
bool text_equal_nocase(const char *a, const char *b); /* ASCII */
bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);

#endif
