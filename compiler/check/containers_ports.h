/* containers_ports.h: within this room: claims on the ports of a host, for host-port-twice. */
#ifndef HPCC_CHECK_CONTAINERS_PORTS_H
#define HPCC_CHECK_CONTAINERS_PORTS_H

#include "compiler/check/containers.h"
#include "compiler/model/flows.h"

/* Who has the ports first..last of a machine. */
struct claim {
	int64_t first, last;
	const char *address; /* NULL: at all of the machine's */
	enum listener listener;
	const struct place *place; /* NULL: the machine's own */
	uint64_t at;		   /* which of the place's names */
	const struct machine_port *own;
	const struct model_port *port;
	bool moves; /* takes what is free of its range */
	size_t order;
};

struct claims {
	struct check *c;
	const struct model_machine *on;
	LIST(struct claim) list;
};

/* Whether all nodes of its network have the same ports. */
bool claim_numbered_alike(const struct claim *x);
/* That both want a port. */
void claims_clash(struct claims *x, struct map *seen, const struct claim *a, const struct claim *b);

#endif
