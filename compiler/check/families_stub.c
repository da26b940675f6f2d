#include "compiler/check/check.h"
const struct rule rules_nodes[1], rules_partitions[1], rules_gres[1], rules_control[1], rules_accounting[1], rules_network[1], rules_storage[1], rules_facts[1], rules_records[1], rules_targets[1];
void check_ignores(struct arena *a, const struct sources *s, struct diags *d, const struct tree *tree) {(void)a;(void)s;(void)d;(void)tree;}
