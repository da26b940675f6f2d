/* read_parts.h: within this room: the parts of the reader of Slurm's files. */
#ifndef HPCC_SLURM_READ_PARTS_H
#define HPCC_SLURM_READ_PARTS_H

#include "compiler/slurm/line.h"
#include "compiler/slurm/read.h"

/* A file that is being read, and the one that includes it. */
struct include {
	const struct include *outer;
	const struct source *source;
	const char *path;
	size_t depth;
	struct span at;
};

/* read_include.c: all lines of a file, and of those that it includes. */
void read_source(struct slurm_reader *r, const struct include *here);
/* read.c: one line, from that byte on, into records. */
void read_line(struct slurm_reader *r, const struct line *l, uint32_t from);
/* What stands behind a key and its value, or an Include: nothing may. `first`: the place of the line's own key. */
void read_leftover(struct slurm_reader *r, const struct line *l, uint32_t from, struct span first);

#endif
