/* resolve.h: the parts of resolve(), one file each. */
#ifndef HPCC_MODEL_RESOLVE_H
#define HPCC_MODEL_RESOLVE_H

#include "compiler/model/model.h"

/* hardware -> host */
void resolve_hosts(struct arena *a, struct spec *spec);
/* Node groups are split so that the hosts of each are of one host group; then hardware, host and defaults flow into them. */
void resolve_nodes(struct arena *a, struct spec *spec);
/* A port for each node of a host that carries several. */
void resolve_ports(struct arena *a, struct spec *spec);

#endif
