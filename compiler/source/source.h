/*
 * source.h: the texts that a compile reads, and places in them.
 *
 * A source is one file's bytes as they are (less a byte order mark). A span is a range of
 * bytes in one source: every tree node, every typed value and every diagnostic points at
 * spans, so that a message can show the exact place. Lines and columns are worked out
 * from a span only when somebody wants to print them.
 *
 * Never opens a file: a reader is passed in by the command line, tests and fuzzers.
 */
#ifndef HPCC_SOURCE_SOURCE_H
#define HPCC_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler/base/arena.h"
#include "compiler/base/list.h"

enum { SOURCE_MAX_BYTES = 64 * 1024 * 1024 };

struct span {
	uint32_t source;     /* index into sources + 1; 0: no place at all */
	uint32_t start, end; /* bytes; end is exclusive */
};

struct source {
	const char *name;  /* as the user wrote it, with forward slashes */
	const char *bytes; /* NUL-terminated, `size` without it */
	uint32_t size;
	uint32_t id;	   /* its number in a span */
	uint32_t *lines;   /* where each line starts */
	uint32_t n_lines;
	bool ascii; /* then a column is a byte */
};

struct sources {
	struct arena *arena;
	LIST(struct source *) list;
};

/* Registers a text under a name. The bytes are not copied. A leading UTF-8 byte order mark
 * is left out. `size` must not exceed SOURCE_MAX_BYTES. */
struct source *source_add(struct sources *s, const char *name, const char *bytes, size_t size);
const struct source *source_of(const struct sources *s, struct span span);

/* Line and column, from 1; columns count characters, not bytes. */
struct position {
	uint32_t line, column;
};
struct position source_position(const struct source *s, uint32_t byte);
/* The line's bytes, without its line break; valid while the source lives. */
const char *source_line(const struct source *s, uint32_t line, size_t *ret_size);
/* The text of a span, copied into the arena. */
char *source_text(const struct sources *s, struct span span);

struct diags;
/* Source hygiene: refuses, at their byte, invalid UTF-8 (UTF-16 is recognised and named), NUL, control
 * characters other than tab and newline, a lone CR, U+0085, U+2028, U+2029, U+FEFF within, U+FFFE,
 * surrogates. Says false when something was refused. Must pass before any other reader. */
bool source_check(const struct sources *s, const struct source *src, struct diags *d);

static inline bool span_known(struct span s)
{
	return s.source != 0;
}

#endif
