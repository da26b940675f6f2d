/* read_said.h: within this room: what the reader of Slurm's files says of them. */
#ifndef HPCC_SLURM_READ_SAID_H
#define HPCC_SLURM_READ_SAID_H

#include "compiler/slurm/line.h"
#include "compiler/slurm/read.h"

/* The bytes of a file. False: they are no text, and nothing of it is read. */
bool said_bytes(struct slurm_reader *r, const struct source *s);
void said_trap(struct slurm_reader *r, enum line_trap trap, struct span at);
/* A list that ends at a blank, in `gap`, and is written on from `item` to its end; `comma_behind`: the comma stands
 * behind the blank. */
void said_list_broken(struct slurm_reader *r, struct span gap, struct span item, bool comma_behind);
/* At the end of a line: what a '#' in quotes did to it, unless that has been said. */
void said_cut(struct slurm_reader *r);
/* What is neither a key with a value nor blank: the bytes from..to-1 of the line. */
void said_syntax(struct slurm_reader *r, const struct line *l, uint32_t from, uint32_t to);
/* A second key on a line of which the first is at `first`. */
void said_two_keys(struct slurm_reader *r, struct span second, struct span first);
/* A password that a blank ends, though more follows: its key is at `key`. */
void said_open_password(struct slurm_reader *r, struct span key);
void said_operator(struct slurm_reader *r, struct span op, struct span key);
/* Quotes in a value that Slurm takes as part of it. */
void said_quotes(struct slurm_reader *r, const char *value, uint32_t n, struct span at);
/* Blanks in a quoted list of which Slurm makes a part of the names. */
void said_blank_in_name(struct slurm_reader *r, const struct entry *e);
/* `line` is the key that begins the line it stands on, or NULL. */
void said_unknown(struct slurm_reader *r, enum slurm_section section, const char *key, struct span at,
		  const struct fact *line);
void said_twice(struct slurm_reader *r, const struct entry *first, const struct entry *second);

void said_include(struct slurm_reader *r, struct span at, const char *what, const char *help);
void said_include_pattern(struct slurm_reader *r, struct span at);
void said_include_loop(struct slurm_reader *r, struct span at, struct span first, const char *path);
void said_include_missing(struct slurm_reader *r, struct span at, const char *path, const char *error);
/* hpcc's own limits, once. */
void said_include_limit(struct slurm_reader *r, struct span at, const char *what);
void said_include_unended(struct slurm_reader *r, struct span at);

#endif
