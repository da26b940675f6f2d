/* expand.h: the tables of hpcc expand, one file each: of a model, for people. */
#ifndef HPCC_CLI_EXPAND_H
#define HPCC_CLI_EXPAND_H

#include "compiler/model/flows.h"

/* Who dials whom, by which way and why; what machines dial of each other. */
void expand_flows(const struct model *m, const char *target, struct text *out);
/* What listens at each machine's address. */
void expand_ports(const struct model *m, const char *target, struct text *out);

/* Names as a column holds them: folded, or how many they are. */
const char *names_column(struct arena *a, const struct hostlist *names, const char *many);
/* "6818", "6818,6828", "60001-63000", "6818-6998 (19 ports)"; none: "any". */
const char *ports_column(struct arena *a, const struct hostlist *ports);

#endif
