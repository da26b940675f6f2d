/*
 * save_folders.h: the folders above the files of a save, each looked at once.
 *
 * A symbolic link among them is an error: to write through it would be to write who knows where.
 */
#ifndef HPCC_CLI_SAVE_FOLDERS_H
#define HPCC_CLI_SAVE_FOLDERS_H

#include "compiler/base/map.h"
#include "compiler/cli/disk.h"
#include "compiler/cli/journal.h"

struct save_folder {
	const char *path; /* "": the target's own */
	enum disk_kind kind;
	dev_t device;
	bool needed; /* a file of the output lies below it; when its kind is a file's, that file is in the way */
	bool may_go; /* a file of ours below it goes, or a file of ours comes in its place */
	bool tried;  /* seen to be writable */
};

struct save_folders {
	struct disk *disk;
	struct map map; /* path -> struct save_folder */
};

void save_folders_init(struct save_folders *f, struct disk *d);
/* NULL on failure. */
struct save_folder *save_folder_find(struct save_folders *f, const char *path);
/* The one that holds `path`, which is not "". */
struct save_folder *save_folder_above(struct save_folders *f, const char *path);

/* Marks all folders above `path`. */
bool save_folders_need(struct save_folders *f, const char *path);
bool save_folders_may_go(struct save_folders *f, const char *path);

/* Into the journal: the folders to remove and to make. */
void save_folders_plan(struct save_folders *f, struct journal *j);
/* Whether every folder that the journal changes can be written to, by rename. Better asked before the first file has
 * moved than found in the middle. */
bool save_folders_writable(struct save_folders *f, const struct journal *j);
/* Whether a folder will be empty when the files in `removed` are gone, and the folders that the journal removes. */
bool save_folder_empties(struct save_folders *f, const struct map *removed, const char *path, bool *ret);

#endif
