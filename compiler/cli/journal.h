/*
 * journal.h: a change of many files that happens whole or not at all.
 *
 *	journal_stage()  everything new lies in .hpcc-new/, synced: files f0, f1, ..., folders d0, d1, ...
 *	journal_begin()  .hpcc-journal, which lists what will be done, is renamed into its place and synced: from here
 *on there is no way back, and whoever finds it goes on journal_apply()  what it lists, in this order: remove files,
 *remove folders, put folders, put files; sync journal_end()    the journal is removed, then .hpcc-new/
 *
 * So .hpcc-new/ without a journal is rubbish of a run that ended early, and every step of journal_apply() may be done
 * again: what is no longer in .hpcc-new/ is in its place already. Steps are renames and removals alone, which want no
 * room on the disk.
 */
#ifndef HPCC_CLI_JOURNAL_H
#define HPCC_CLI_JOURNAL_H

#include <stdbool.h>

#include "compiler/base/list.h"
#include "compiler/cli/disk.h"
#include "compiler/cli/save.h"

#define JOURNAL_NAME	     ".hpcc-journal"
#define JOURNAL_FOLDER	     ".hpcc-new"
#define JOURNAL_OLD_ANYTHING "*" /* hpcc was told to overwrite, or it is hpcc's own file */

struct journal_write {
	const char *path;
	const char *old; /* the hash of what stood there; "": nothing */
	const char *new; /* the hash of what comes */
	const char *data;
	size_t size;
	unsigned mode;
};

struct journal_removal {
	const char *path, *old;
};

struct journal {
	LIST(struct journal_removal) removals;
	struct save_paths gone_folders; /* the deepest first */
	struct save_paths new_folders;	/* the highest first */
	LIST(struct journal_write) writes;
};

bool journal_is_empty(const struct journal *j);

/* Each says by disk_fail() what went wrong. Where staging or beginning failed, nothing is left of it. */
bool journal_stage(struct disk *d, const struct journal *j);
bool journal_begin(struct disk *d, const struct journal *j);
bool journal_apply(struct disk *d, const struct journal *j);
bool journal_end(struct disk *d);
/* Removes what an early end left in .hpcc-new/. */
bool journal_clean(struct disk *d);

/* The journal of a run that was ended in the middle. */
bool journal_read(struct disk *d, struct journal *ret, bool *ret_found);
/* Files that were edited since that run began: they are neither what it found nor what it brings. */
bool journal_edited(struct disk *d, const struct journal *j, struct save_paths *ret);

/* journal_text.c: the journal as a file. */
void journal_print(struct text *t, const struct journal *j);
bool journal_parse(struct arena *a, const char *bytes, size_t size, struct journal *ret);

#endif
