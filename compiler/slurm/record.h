/*
 * record.h: Slurm's files as data.
 *
 * A record is one line of Slurm's (a global key, a NodeName line, a PartitionName line, a gres line);
 * its entries are (fact, value, origin). A spec becomes records (compiler/model), a slurm.conf will be read
 * into the same, and rules are written over them once. Printing records is slurm.conf.
 *
 * Values are kept as Slurm would read them: unquoted, unescaped, numbers in Slurm's own units.
 */
#ifndef HPCC_SLURM_RECORD_H
#define HPCC_SLURM_RECORD_H

#include "compiler/base/arena.h"
#include "compiler/base/list.h"
#include "compiler/base/text.h"
#include "compiler/slurm/fact.h"
#include "compiler/source/source.h"

struct entry {
	const struct fact *fact;
	const char *value;
	struct span span;     /* where the value was written; unknown for what hpcc chose */
	const char *spec_key; /* the spec key that sets it, for messages and for refusing it in options; or NULL */
	bool option;	      /* came through `options` */
};

struct record {
	enum slurm_file file;
	enum slurm_section section;
	struct span span; /* of the thing that it describes: the node group, the partition */
	LIST(struct entry) entries;
};

/* All records of one compile, by file, in the order in which they will stand. */
struct records {
	struct arena *arena;
	enum release release;
	LIST(struct record *) files[SLURM_FILE_COUNT];
};

void records_init(struct records *r, struct arena *a, enum release release);
struct record *record_add(struct records *r, enum slurm_file file, enum slurm_section section, struct span span);
/* Adds an entry, or replaces the one of the same key. `key` must be a known fact's (asserted): tables only. */
struct entry *record_set(struct records *r, struct record *rec, const char *key, const char *value);
struct entry *record_find(const struct record *rec, const char *key); /* NULL if absent */
const char *record_value(const struct record *rec, const char *key);  /* NULL if absent */
/* The first global record of a file that has the key, or NULL; its entry in *ret_entry when given. */
struct entry *records_global(const struct records *r, enum slurm_file file, const char *key);
/* Sets a global key: each is a record of its own. */
struct entry *records_set(struct records *r, enum slurm_file file, const char *key, const char *value);
/* Joins words to a comma-separated global or line value, leaving out those that stand there already (words are
 * compared by their part before '='). */
void entry_join(struct records *r, struct entry *e, const char *words);

/* Why a value cannot stand in a Slurm file, or NULL: newline, NUL, a quote inside quotes, control characters.
 * (A '#' can: it is escaped.) */
const char *record_value_unwritable(const char *value);

/* Writes a file's records: globals one a line in order, then DEFAULT lines, nodes, partitions. Values with blanks are
 * quoted, '#' and backslash escaped (parse_config.c: _strip_comments, _strip_escapes). `header` are comment lines without '#'. */
void records_print(const struct records *r, enum slurm_file file, const char *header, struct text *t);

#endif
