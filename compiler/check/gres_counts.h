/* gres_counts.h: the rules of rules_gres_counts that stand in files of their own. */
#ifndef HPCC_CHECK_GRES_COUNTS_H
#define HPCC_CHECK_GRES_COUNTS_H

#include "compiler/check/gres_node.h"

/* gres_shared.c */
void rule_shared_without_gpu(struct check *c);
void rule_shared_without_cons_tres(struct check *c);
void rule_shared_device(struct check *c);
void rule_autodetect_on_cloud(struct check *c);

#endif
