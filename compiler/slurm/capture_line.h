/*
 * capture_line.h: within this room: lines of what Slurm's commands print, and parts of them, as pieces of their source.
 */
#ifndef HPCC_SLURM_CAPTURE_LINE_H
#define HPCC_SLURM_CAPTURE_LINE_H

#include "compiler/base/arena.h"
#include "compiler/source/source.h"

/* A text of the source. */
struct piece {
	uint32_t start, end;
};

bool piece_is(const struct source *s, struct piece p, const char *text); /* in any case */
char *piece_text(struct arena *a, const struct source *s, struct piece p);
bool piece_blank(char c);
/* The line at *at without blanks around it; *at moves on. False after the last. */
bool piece_next_line(const struct source *s, uint32_t *at, struct piece *ret);
bool piece_begins(const struct source *s, struct piece line, const char *text);
bool piece_holds(const struct source *s, struct piece line, const char *text);

#endif
