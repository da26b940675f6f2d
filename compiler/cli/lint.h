/* lint.h: what lint's two halves share: specs (lint.c) and Slurm's own files (lint_slurm.c). */
#ifndef HPCC_CLI_LINT_H
#define HPCC_CLI_LINT_H

#include "compiler/cli/cli.h"

struct lint_slurm {
	const char *release, *target, *root; /* as they were given, or NULL */
};

/* Whether an argument is one of Slurm's files, or a folder of them: by its name alone. *.yaml is a spec, but for
 * Slurm's own. */
bool lint_is_slurm(const char *argument);
/* Whether its name says that it is a spec. */
bool lint_is_spec(const char *argument);
int lint_slurm(const struct lint_slurm *s, const struct common *o, int argc, char **argv);

/* machine.c: the file tree below a folder, for the rules over machines; lives in the arena. NULL, and it was said, when
 * there is no such folder. */
const struct machine *machine_open(struct arena *a, const char *root);

#endif
