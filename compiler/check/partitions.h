/* partitions.h: the rules of rules_partitions that stand in files of their own. */
#ifndef HPCC_CHECK_PARTITIONS_H
#define HPCC_CHECK_PARTITIONS_H

#include "compiler/check/said.h"

/* partition_access.c */
void rule_unknown_qos(struct check *c);
void rule_unknown_account(struct check *c);
/* partition_sharing.c */
void rule_exclusive_keys(struct check *c);
void rule_sharing_contradiction(struct check *c);
void rule_preempt_mode_unused(struct check *c);

#endif
