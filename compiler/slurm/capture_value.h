/*
 * capture_value.h: within this room: which of the values that Slurm's commands show were set by somebody.
 *
 * scontrol shows every key there is. What is not set is shown in several ways: (null), the default, or a number that
 * stands for nothing.
 */
#ifndef HPCC_SLURM_CAPTURE_VALUE_H
#define HPCC_SLURM_CAPTURE_VALUE_H

#include "compiler/slurm/fact.h"

/* Whether a value, as scontrol of that release shows it for a key, is what it shows when nothing was set. */
bool captured_unset(const struct fact *f, const char *value, enum release release);

#endif
