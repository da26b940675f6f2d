/*
 * machine.h: the machine that Slurm's files are for, as far as rules ask for it: its file tree.
 *
 * A table of functions, so that nothing below the command line opens a file; tests have a tree that stands in a page.
 * Paths are absolute and begin at the machine's root, whose symbolic links stay below it. The files that were given
 * are asked for by the path that they were given by.
 */
#ifndef HPCC_SLURM_MACHINE_H
#define HPCC_SLURM_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler/base/arena.h"

enum machine_kind { MACHINE_NOTHING, MACHINE_FILE, MACHINE_FOLDER, MACHINE_DEVICE, MACHINE_OTHER };

struct machine_entry {
	enum machine_kind kind;
	unsigned mode; /* the permission bits, with the sticky one */
	uint32_t uid, gid;
};

struct machine {
	const char *name; /* of its root, as the user wrote it */
	void *ctx;
	/* What stands at a path; nothing, too, where something on the way is missing. False: it cannot be told. */
	bool (*look)(void *ctx, const char *path, struct machine_entry *ret);
	/* The same of a file that was given, or of one beside it. */
	bool (*look_given)(void *ctx, const char *path, struct machine_entry *ret);
	/* A file's text, of the arena; NULL, and in *ret_error why. */
	const char *(*read)(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error);
	/* Whether a folder holds a file whose name ends so; "": anything. */
	bool (*holds)(void *ctx, const char *folder, const char *ending);
};

#endif
