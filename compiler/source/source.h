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
	uint32_t id;	 /* its number in a span */
	uint32_t *lines; /* where each line starts */
	uint32_t n_lines;
	uint32_t *chars; /* how many characters begin before every SOURCE_STEP bytes; NULL when ascii */
	bool ascii;	 /* then a character is a byte */
	bool bom;	 /* a byte order mark stood before the first byte */
};

/* The places at which a source that is not ASCII remembers its count of characters: a place in
 * it is found in the same time wherever it is, however long the line. */
enum { SOURCE_STEP = 64 };

struct sources {
	struct arena *arena;
	LIST(struct source *) list;
};

void sources_init(struct sources *s, struct arena *a);
/* Registers a text under a name. The bytes are not copied: they live as long as the arena, and a
 * NUL follows them. A leading UTF-8 byte order mark is left out: spans count from behind it. `size`
 * must not exceed SOURCE_MAX_BYTES (who reads the file sees to that). */
struct source *source_add(struct sources *s, const char *name, const char *bytes, size_t size);
/* NULL for a span without a place. */
const struct source *source_of(const struct sources *s, struct span span);

/* Line and column, from 1; columns count characters, not bytes. O(log lines). */
struct position {
	uint32_t line, column;
};
struct position source_position(const struct source *s, uint32_t byte);
/* The byte at which the character of that number (from 0) begins; `size` for any past the end. O(log size). */
uint32_t source_byte(const struct source *s, size_t character);
/* The line's bytes, without its line break; valid while the source lives. Lines count from 1. */
const char *source_line(const struct source *s, uint32_t line, size_t *ret_size);
/* The text of a span, copied into the arena; "" for a span without a place. */
char *source_text(const struct sources *s, struct span span);

/* The size of the character at `p` in UTF-8, 0 when the bytes there are none (RFC 3629: no overlong forms, no
 * surrogates, nothing above U+10FFFF), and its number. `left` > 0 bytes may be read. */
uint32_t source_decode(const char *p, size_t left, uint32_t *ret_code);

struct diags;
/* Source hygiene: refuses, at their byte, invalid UTF-8 (UTF-16 is recognised and named), surrogates (rule
 * not-utf8), NUL, control characters other than tab and newline, DEL, U+0080 to U+009F, a lone CR, U+2028, U+2029,
 * U+FEFF within, U+FFFE, U+FFFF (rule control-character). Says false when something was refused; reports the
 * first HYGIENE_LIMIT. Must pass before any other reader: libyaml then never meets a byte that it refuses
 * without a line (YAML 1.1, c-printable), or that it counts as a line break and we do not. */
enum { HYGIENE_LIMIT = 20 };
bool source_check(const struct sources *s, const struct source *src, struct diags *d);

static inline bool span_known(struct span s)
{
	return s.source != 0;
}

#endif
