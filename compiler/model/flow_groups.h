/*
 * flow_groups.h: the places of one role on one network, by machine: what flows are worked out for. Only for the files
 * of flows.
 */
#ifndef HPCC_MODEL_FLOW_GROUPS_H
#define HPCC_MODEL_FLOW_GROUPS_H

#include "compiler/model/flows.h"

/* Of one role on one network: what is on a machine. */
struct seat {
	const struct place *first;
	uint64_t names;
};

/* The machine that stands for those that places may be on which roam. */
enum { ROAMING = 0 };

/* Machines have numbers: as they stand in the model, and where a place is a machine its own. */
struct flow_group {
	unsigned role;
	const struct model_network *network;
	const struct place *first;
	struct seat *on;
	size_t n; /* seats */
};
struct flow_groups {
	LIST(struct flow_group *) list;
};

/* The groups of a role. */
void flow_groups_of(const struct model *m, unsigned role, struct flow_groups *ret);
/* Whether somebody of one group dials somebody of the other inside one machine: not itself. */
bool seats_meet_inside(const struct model *m, const struct seat *a, const struct seat *b, bool same_role);
/* Whether somebody dials from one machine to another: where a place is a machine, its names are machines. */
bool seats_meet_outside(const struct model *m, const struct seat *a, const struct seat *b, bool same_machine);
/* Whether the machine's address is known; where a place is a machine its name will do. */
bool seat_is_known(const struct model *m, const struct seat *s);

#endif
