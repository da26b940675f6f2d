/* gres.h: the rules of rules_gres that stand in files of their own. */
#ifndef HPCC_CHECK_GRES_H
#define HPCC_CHECK_GRES_H

#include "compiler/check/gres_node.h"

/* gres_devices.c */
/* The paths of a File as a hostlist, which has no slashes: '_' stands for each, and the names are for comparing alone.
 * False when it cannot be read. */
bool gres_devices(struct check *c, const char *files, struct hostlist *ret);
/* gres_cores.c: a list of cores, "0-15,32-47": marks them in `set`, which may be NULL. The highest, or -1 when it
 * cannot be read. */
long gres_cores_read(const char *list, bool *set);
/* gres_devices.c: rules */
void rule_gres_count(struct check *c);
void rule_gres_devices_unreadable(struct check *c);
void rule_gres_device_twice(struct check *c);
void rule_gres_too_many(struct check *c);
void rule_gres_cores(struct check *c);

#endif
