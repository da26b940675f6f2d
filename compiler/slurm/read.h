/*
 * read.h: Slurm's own files, read as Slurm reads them, into records.
 *
 * The grammar is that of parse_config.c, one for all of Slurm's files: lines, comments, continuation, escapes,
 * KEY=VALUE, Include, DEFAULT lines. Whatever Slurm would stop at is reported here, all of it in one run, and read on
 * past; so is what Slurm takes in silence for something else than was written ('#' in quotes, an escape, "+="). What a
 * value means is not looked at: that is for the rules (compiler/check).
 *
 * Entries point at the bytes of their key and value. What a DEFAULT line says stands in the records after it as
 * `inherited` entries, and the DEFAULT line is a record itself (`is_default`), so that it can be checked once. Of a key
 * that stands twice the last holds, as in Slurm. An old name is kept under the name that the release has for it, with
 * `old` saying what was written.
 *
 * Opens nothing: whoever reads gives the sources, and those that Include names.
 */
#ifndef HPCC_SLURM_READ_H
#define HPCC_SLURM_READ_H

#include "compiler/base/map.h"
#include "compiler/slurm/machine.h"
#include "compiler/slurm/record.h"
#include "compiler/source/diag.h"

/* The files of one cluster, as they lie in one folder. */
struct slurm_files {
	struct records records;
	/* What `slurmd -C` printed on nodes that a slurm.conf has, as lines of their own: capture.h. Not among the records. */
	LIST(struct record *) machines;
	const struct source *sources[SLURM_FILE_COUNT]; /* NULL: that file was not given */
	/* Whether a file of that name lies beside them; NULL where nobody can tell. */
	bool (*beside)(void *ctx, const char *name);
	void *ctx;
	const struct plugstack *plugstack; /* plugstack.h; NULL: it was not given */
	const struct machine *machine; /* that they are for, or NULL */
	bool torn;		       /* a part could not be read: of what is absent nothing is known */
	bool upgrades;		       /* to `target`, which may be an older release */
	enum release target;
};

#define INCLUDE_FOLDER "it is a directory"

struct slurm_reader {
	struct arena *arena;
	struct sources *sources;
	struct diags *diags;
	struct slurm_files *files;
	/* The source of an included path ("%c" is replaced; relative: beside slurm.conf). NULL, and in *ret_error why:
	 * INCLUDE_FOLDER for a folder, which Slurm takes for an empty file. */
	const struct source *(*include)(void *ctx, const char *path, const char **ret_error);
	void *ctx;
	/* within this room */
	enum slurm_file file;			/* being read */
	struct record *defaults[SECTION_COUNT]; /* what DEFAULT lines have said so far */
	struct record **seen;			/* by fact: where a key that may stand once stood first */
	const struct include *including;	/* innermost first */
	size_t n_includes;
	bool limit_said; /* that there are too many of them */
	uint64_t n_bytes; /* of all included files, each time */
	struct span cut; /* known: a '#' in quotes has cut the line that is being read */
	bool cut_said;	 /* and that this is why Slurm stops at it */
};

/* How deep and how often files are included. */
enum { INCLUDE_DEPTH = 16, INCLUDE_FILES = 1024 };
/* And how much they hold, one that is read twice counting twice. */
enum { INCLUDE_BYTES = 16 * 1024 * 1024 };

void slurm_reader_init(struct slurm_reader *r, struct arena *a, struct sources *s, struct diags *d,
		       struct slurm_files *files, enum release release);
/* Reads one file: adds its records, reports what is wrong. Files that have another grammar (plugstack.conf,
 * topology.yaml) are not for this. */
void slurm_read(struct slurm_reader *r, enum slurm_file file, const struct source *src);

/* Whether a text begins, behind its comments, with KEY=VALUE or an Include line. */
bool slurm_keys_begin(const struct source *src);

/* Which of Slurm's files a path is, by its last part: gres.conf, and gres.conf.bak or my-gres.conf as well;
 * SLURM_FILE_COUNT when it says nothing. */
enum slurm_file slurm_file_of(const char *path);

/* The comments of a file, in order, and on which line the line begins that a backslash at its end made longer. */
struct slurm_comments {
	LIST(struct span) list; /* from '#' to the end of the line, without the line break */
	uint32_t *begins;	/* by line, from 1 */
};
void slurm_comments(struct arena *a, const struct source *s, struct slurm_comments *ret);

#endif
