/*
 * line.h: within this room: one line as Slurm sees it, after comments, continuation and escapes are taken out.
 *
 * Most lines are the bytes of the file as they are; for the others a copy is made that remembers where each byte stood.
 */
#ifndef HPCC_SLURM_LINE_H
#define HPCC_SLURM_LINE_H

#include "compiler/source/diag.h"

struct line {
	struct arena *arena;
	const struct source *source;
	const char *s; /* not NUL-terminated; blanks at the end, a line break among them, are left in */
	uint32_t n;
	uint32_t next; /* where in the source the next line begins */
	/* private */
	uint32_t start;	    /* where s[0] stands, while `at` is NULL */
	const uint32_t *at; /* where each byte stands, and s[n] */
	uint32_t *room;	    /* that `at` may use */
	char *copy;
	uint32_t capacity;
};

/* What Slurm does to a line before it looks for keys, as far as people do not expect it. */
enum line_trap {
	TRAP_HASH_IN_QUOTES, /* a comment begins inside "" */
	TRAP_HASH_IN_VALUE,  /* one begins in the middle of a value */
	TRAP_BACKSLASH,	     /* a backslash was taken off what it stood before */
	TRAP_LAST_LINE,	     /* the file ends in a continuation */
};

void line_init(struct line *l, struct arena *a, const struct source *src);
/* Takes the next line; false at the end. `trap` is told what happened, with the bytes. */
bool line_next(struct line *l, void (*trap)(void *ctx, enum line_trap trap, struct span at), void *ctx);
/* The place of the bytes from..to-1. */
struct span line_span(const struct line *l, uint32_t from, uint32_t to);

/* One KEY=VALUE (parse_config.c: keyvalue_pattern). Offsets within the line. */
struct pair_at {
	uint32_t key, key_end, op, value, value_end; /* op: an operator before '=', or 0 */
	uint32_t end;				     /* behind the value, its closing quote and one blank */
	bool quoted;
	bool joined; /* a list that a blank broke, taken whole all the same: read.c */
};
/* The pair at `from`, over blanks; false when there is none, and then *ret has what there is: key_end > key when a key
 * stands there, and `value` where its value should be when there is a '='. */
bool pair_next(const struct line *l, uint32_t from, struct pair_at *ret);
bool line_blank(const struct line *l, uint32_t from); /* nothing but blanks from there on */
static inline bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

#endif
