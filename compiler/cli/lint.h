/* lint.h: what lint's two halves share: specs (lint.c) and Slurm's own files (lint_slurm.c). */
#ifndef HPCC_CLI_LINT_H
#define HPCC_CLI_LINT_H

#include "compiler/cli/slurm_args.h"

struct lint_slurm {
	const char *release, *target, *root; /* as they were given, or NULL */
};

int lint_slurm(const struct lint_slurm *s, const struct common *o, int argc, char **argv);

/* machine.c: the file tree below a folder, for the rules over machines; lives in the arena. NULL, and it was said, when
 * there is no such folder. */
const struct machine *machine_open(struct arena *a, const char *root);

#endif
