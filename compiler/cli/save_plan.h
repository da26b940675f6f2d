/*
 * save_plan.h: what has to be done so that OUT/<target>/ holds the output: a comparison of three things, the output,
 * the manifest, and the disk. It changes nothing.
 */
#ifndef HPCC_CLI_SAVE_PLAN_H
#define HPCC_CLI_SAVE_PLAN_H

#include "compiler/cli/disk.h"
#include "compiler/cli/journal.h"
#include "compiler/cli/manifest.h"
#include "compiler/cli/save.h"

struct save_plan {
	const struct saved_files *wanted; /* both sorted */
	const struct saved_files *ours;	  /* as the manifest has them */
	unsigned flags;
	struct save_report *report;
	struct journal *journal; /* what to do; the manifest's own file is the caller's */
};

/* False when it cannot be done: disk->error. Files edited by hand are in the report: then do not do it. */
bool save_plan_make(struct disk *d, const struct save_plan *p);

#endif
