/*
 * capture.h: what Slurm's commands print of a running cluster, read into the records that its files would have been.
 *
 * `scontrol show config`, `show node`, `show partition` (one or all in a file, also with -o) and `slurmd -C` of any
 * number of nodes. They show every key there is, most of them by default: what is not set, what is Slurm's default in
 * that release, and what a running cluster has beside its configuration (loads, allocations, states) is left out. So
 * the records are what somebody would have to write to get this cluster.
 *
 * A node that the records have already, of a slurm.conf or of what was captured before, is not added to them; what slurmd -C says
 * of it is kept beside them, in files->machines: hardware, against which its line can be held.
 *
 * Each entry points at its key and value in the captured text. Nothing is reported: lines that say nothing of a
 * configuration are passed over.
 */
#ifndef HPCC_SLURM_CAPTURE_H
#define HPCC_SLURM_CAPTURE_H

#include "compiler/slurm/read.h"

/* Whether a text is such output, by what its lines hold. A file that is called as Slurm calls it is none: not to be asked of. */
bool slurm_captured(const struct source *src);
/* The release that `scontrol show config` names; RELEASE_NONE where it does not, or hpcc does not know it. */
enum release slurm_captured_release(const struct source *src);
/* Where it names it: "24.11.5"; an unknown span where it does not. */
struct span slurm_captured_version(const struct source *src);
/* Adds its records, for the release of the reader. */
void slurm_read_captured(struct slurm_reader *r, const struct source *src);

#endif
