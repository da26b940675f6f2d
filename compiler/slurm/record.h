/*
 * record.h: Slurm's files as data.
 *
 * A record is one line of Slurm's (a global key, a NodeName line, a PartitionName line, a gres line);
 * its entries are (fact, value, origin). A spec becomes records (compiler/model), a slurm.conf is read into the
 * same (read.h), and rules are written over them once. Printing records is slurm.conf.
 *
 * Values are kept as Slurm would read them: unquoted, unescaped, numbers in Slurm's own units. Neither keys nor values
 * are copied: they live in the arena of the compile.
 *
 *	struct record *node = record_add(&r, SLURM_CONF, SECTION_NODE, span);
 *	record_set(&r, node, "NodeName", "c[1-4]");	// the key that begins the line comes first
 *	record_set(&r, node, "CPUs", "2");
 *	records_set(&r, SLURM_CONF, "ClusterName", "lab");
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
	const char *spec_key; /* the spec key that sets it, for messages and for refusing it in options; or NULL */
	struct span span;     /* where the value was written; unknown for what hpcc chose */
	/* What was read from a file of Slurm's, and not made of a spec, has these as well. */
	struct span key_span;	/* where its key stands */
	const struct fact *old; /* the key as it was written, when `fact` is what it is called now; else NULL */
	bool option;		/* came through `options` */
	bool inherited;		/* read, and stands on a DEFAULT line before this one, and nothing on this one replaces it */
};

struct record {
	enum slurm_file file;
	enum slurm_section section;
	struct span span;	    /* of the thing that it describes: the node group, the partition */
	LIST(struct entry) entries; /* may move while entries are added: keep no pointer to one */
	const char *comment; /* printed before it, after a blank line: records_break(); "" is the blank line alone */
	const char *include; /* an Include line instead of entries, or NULL */
	bool is_default;     /* a DEFAULT line that was read: what it says stands in those after it too */
	bool has_unknown;    /* a key that no release knows was read on its line: who knows what it was to say */
	uint64_t has;	     /* record_seal(): a bit for each of its facts; 0: not sealed */
};

/* All records of one compile, by file, in the order in which they will stand. */
struct records {
	struct arena *arena;
	enum release release;
	LIST(struct record *) files[SLURM_FILE_COUNT];
	LIST(struct record *) globals[SLURM_FILE_COUNT]; /* those of them that are no node's or partition's: few */
	LIST(struct record *) sections[SLURM_FILE_COUNT][SECTION_COUNT]; /* the same by section, DEFAULT lines with them */
	const char *pending[SLURM_FILE_COUNT]; /* the comment for the next record of each file, or NULL */
};

void records_init(struct records *r, struct arena *a, enum release release);
struct record *record_add(struct records *r, enum slurm_file file, enum slurm_section section, struct span span);
/* A blank line before the next record of the file, and `comment` (lines without '#'; NULL or "": the blank line alone).
 */
void records_break(struct records *r, enum slurm_file file, const char *comment);
/* `Include path`: among the file's globals, in order. Slurm reads it at column 0 only and takes no blanks in the path
 * (parse_config.c: _parse_include_directive): asserted. A relative path stands beside slurm.conf. */
struct record *records_include(struct records *r, enum slurm_file file, const char *path);
/* Adds an entry, or replaces the one of the same key (its origin too, which the caller fills in). `key` must be a
 * known fact's of the record's section, in whatever release (asserted): tables only, or checked before. */
struct entry *record_set(struct records *r, struct record *rec, const char *key, const char *value);
/* The entry of a fact, or NULL: facts are one each, so the same key is the same pointer. */
struct entry *record_entry(const struct record *rec, const struct fact *f);
/* Makes record_entry() quick about keys that a record lacks: most lines are asked for many that they do not have. */
void record_seal(struct record *rec);
struct entry *record_find(const struct record *rec, const char *key); /* NULL if absent */
const char *record_value(const struct record *rec, const char *key);  /* NULL if absent */
/* The first global record of a file that has the key, or NULL; its entry in *ret_entry when given. */
struct entry *records_global(const struct records *r, enum slurm_file file, const char *key);
/* Sets a global key: each is a record of its own, and one that is there keeps its place. A second line of a repeatable
 * key (SlurmctldHost) is made by record_add(SECTION_GLOBAL) and record_set(). */
struct entry *records_set(struct records *r, enum slurm_file file, const char *key, const char *value);
/* Joins words to a comma-separated global or line value, leaving out those that stand there already (words are
 * compared without case by their part before '='). The value becomes a new string of the arena. */
void entry_join(struct records *r, struct entry *e, const char *words);

/* Why a value cannot stand in a Slurm file, or NULL: control characters (a newline would begin a line of its own), a
 * quote that begins the value or stands in one with blanks: Slurm takes escapes off before it looks at quotes, so that
 * no quote can be written inside quotes. ('#' and backslash can: they are escaped.) */
const char *record_value_unwritable(const char *value);

/* Writes a file's records: globals one a line, then nodes, node sets, partitions and the other lines, each section in
 * the order in which its records came (a DEFAULT line acts on those that follow it: add it first). Values with blanks
 * are quoted, '#' and backslash escaped (parse_config.c: _strip_comments, _strip_escapes). `header` are comment lines
 * without '#', or NULL. The values must be writable. The text ends with a newline, which Include needs. */
void records_print(const struct records *r, enum slurm_file file, const char *header, struct text *t);

#endif
