/*
 * save.h: a target's output becomes the folder OUT/<target>/, whole or not at all.
 *
 * Ours in it are the files that .hpcc-manifest.json lists. Never touched are state/ (secrets, made by `up`) and
 * whatever others put there and is in nobody's way. A file of ours that somebody edited, or a file of somebody's where
 * ours would come, stops the save before anything is written, unless it is forced.
 *
 * A save that is killed, or that finds the disk full, leaves the old output whole or a journal that the next save
 * completes (journal.h). Nothing here prints: the caller has the report.
 */
#ifndef HPCC_CLI_SAVE_H
#define HPCC_CLI_SAVE_H

#include <stdbool.h>
#include <stddef.h>

#include "compiler/base/arena.h"
#include "targets/target.h"

enum save_flags {
	SAVE_CHECK = 1, /* write nothing, not even a folder */
	SAVE_FORCE = 2, /* overwrite what was edited by hand */
};

enum save_result {
	SAVE_DONE,
	SAVE_DIFFERS, /* SAVE_CHECK alone */
	SAVE_REFUSED, /* `edited` says why; nothing was written */
	SAVE_FAILED,  /* `error` says why */
};

struct save_paths {
	const char **v;
	size_t n, cap;
};

/* Paths below OUT/<target>/, each list sorted. */
struct save_report {
	struct save_paths added, changed, removed, kept;
	struct save_paths edited;   /* by hand, or not ours, and in the way; a folder ends with a slash */
	struct save_paths overlays; /* honoured by the target, found there, not proved by hpcc */
	const char *error;	    /* path and reason */
	bool completed;		    /* a save that had been ended in the middle was completed first */
	bool unfinished;	    /* SAVE_CHECK found such a one, and looked no further */
};

/* `overlays`: names below OUT/<target>/, a folder's with a slash at the end; ends with NULL; may be NULL. The report
 * lives in the arena; on failure its lists say what would have been done. */
enum save_result save_output(struct arena *a, const char *out_dir, const char *target, const struct output *output,
			     const char *const *overlays, unsigned flags, struct save_report *ret);

#endif
