/* topology_yaml.h: what the reader of topology.yaml asks of its keys (topology_yaml_keys.c). */
#ifndef HPCC_CHECK_TOPOLOGY_YAML_H
#define HPCC_CHECK_TOPOLOGY_YAML_H

#include "compiler/check/topology.h"

/* One item of the list: keys that Slurm passes over, and values that it stops at, all the way down. */
void yaml_check_topology(struct check *c, struct topologies *t, const struct node *n);
/* Whether the release has that kind of topology. */
bool yaml_knows_kind(const struct check *c, const char *key);
/* Digits alone. */
bool yaml_is_number(const struct node *n);
/* "WHAT: slurmctld stops"; what is read of the file is not all of it then. */
struct diag *yaml_wrong(struct check *c, struct topologies *t, struct span at, const char *what);

#endif
