/* upgrade.h: what the rules over upgrades share. */
#ifndef HPCC_CHECK_UPGRADE_H
#define HPCC_CHECK_UPGRADE_H

#include "compiler/check/check.h"

/* Whether the release to go to is the older one. */
bool upgrade_goes_back(const struct check *c);

/* upgrade_keys.c */
void run_upgrade_keys(struct check *c);

#endif
