/* gres.h: the rules of rules_gres that stand in files of their own. */
#ifndef HPCC_CHECK_GRES_H
#define HPCC_CHECK_GRES_H

#include "compiler/check/gres_node.h"

/* gres_devices.c */
void rule_gres_count(struct check *c);
void rule_gres_devices_unreadable(struct check *c);
void rule_gres_device_twice(struct check *c);
void rule_gres_too_many(struct check *c);
void rule_gres_cores(struct check *c);

#endif
