/* network.h: networks and addresses: the part of rules_network that stands in a file of its own. */
#ifndef HPCC_CHECK_NETWORK_H
#define HPCC_CHECK_NETWORK_H

#include "compiler/check/said.h"

/* network_strays.c: says which hosts lie outside of the network that their own places are on, and adds their names. */
void say_strays(struct check *c, struct map *ret);

#endif
