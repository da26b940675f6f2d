/* slurm_args.h: Slurm's own files as arguments: FILE, slurm.conf=FILE where its name does not say which it is, a
 * folder. */
#ifndef HPCC_CLI_SLURM_ARGS_H
#define HPCC_CLI_SLURM_ARGS_H

#include "compiler/cli/cli.h"

/* Whether an argument is one of Slurm's files, or a folder of them: by its name alone. *.yaml is a spec, but for
 * Slurm's own. */
bool args_is_slurm(const char *argument);
/* Whether its name says that it is a spec. */
bool args_is_spec(const char *argument);
/* Takes what the argument names. A file that cannot be read is a finding; false when the argument makes no sense, and
 * stderr says why. */
bool slurm_take(struct compile *c, const char *verb, const char *argument);

#endif
