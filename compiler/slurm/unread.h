/*
 * unread.h: which of Slurm's files no daemon looks at, as slurm.conf chooses plugins.
 *
 * What stands in such a file is not wrong, it is not there: whoever reads files asks here first.
 */
#ifndef HPCC_SLURM_UNREAD_H
#define HPCC_SLURM_UNREAD_H

#include "compiler/slurm/read.h"

enum unread_why {
	UNREAD_PLUGIN,	/* no plugin is chosen that reads it */
	UNREAD_RELEASE, /* a later release reads it first */
	UNREAD_OTHER,	/* the release reads another file in its stead */
};

struct unread {
	enum unread_why why;
	const char *key;	    /* UNREAD_PLUGIN: the key that chooses */
	const char *plugins;	    /* those that read it: "topology/tree, topology/block" */
	const struct entry *chosen; /* where something else is chosen; NULL: nothing is */
	const char *value;	    /* what holds, chosen or by default; NULL: nothing */
	enum release first;	    /* UNREAD_RELEASE */
	enum slurm_file other;	    /* UNREAD_OTHER */
};

/* Whether nothing reads that file, and why. slurm.conf must have been read, and all sources be known; without a
 * slurm.conf nobody can tell, and every file counts as read. */
bool slurm_file_unread(const struct slurm_files *files, enum slurm_file file, struct unread *ret);

#endif
