/* gres_lines.h: the rules of rules_gres_lines that stand in files of their own. */
#ifndef HPCC_CHECK_GRES_LINES_H
#define HPCC_CHECK_GRES_LINES_H

#include "compiler/check/gres_node.h"

/* gres_flags.c */
void rule_gres_flags(struct check *c);
/* gres_cores.c */
void rule_gres_cores_read(struct check *c);
void rule_gres_cores_on_some(struct check *c);
void rule_gres_sockets_split(struct check *c);

#endif
