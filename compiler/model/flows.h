/*
 * flows.h: who dials whom, and whether they arrive.
 *
 * A flow is a row: programs of one role open connections to a listener of another. Walked over the places of a model it
 * becomes classes: from one network to another, on one machine or between two. Each class has a way, or none; then a
 * rule says so. Nothing here is one thing a pair of places.
 */
#ifndef HPCC_MODEL_FLOWS_H
#define HPCC_MODEL_FLOWS_H

#include "compiler/model/model.h"

struct flow {
	unsigned from, to; /* roles; every pair of a place of one and a place of the other */
	enum listener listener;
	const char *who; /* "slurmctld": who dials */
	const char *why; /* "launches jobs" */
	bool mpi;	 /* only where the spec has MPI */
	bool must;	 /* without it no job runs; else only what `why` says is lost */
};
extern const struct flow flows[]; /* ends with who NULL */

const char *listener_name(enum listener l); /* "slurmd"; of MPI "MPI" */

enum flow_way {
	WAY_DIRECT,	/* on one network, by its own address */
	WAY_MACHINE,	/* at the address of its machine, whose network it is on */
	WAY_PUBLISHED,	/* at the address of its machine, by a published port */
	WAY_ROUTED,	/* at its own address on the machines' network */
	WAY_ANY_PORT,	/* none: it listens on any port, and only single ones can be published */
	WAY_ISOLATED,	/* none: a macvlan does not let a place and its own machine speak */
	WAY_NO_ADDRESS, /* none: nobody knows the machine's address */
};
static inline bool way_arrives(enum flow_way w)
{
	return w < WAY_ANY_PORT;
}
const char *way_said(enum flow_way w); /* "published": for tables */

/* Pairs of places alike. */
struct flow_class {
	const struct flow *flow;
	const struct place *from, *to; /* the first such pair */
	bool same_machine;
	enum flow_way way;
};
struct flow_classes {
	LIST(struct flow_class) list;
};

/* Every class of every flow, in the table's order. */
void flows_of(const struct model *m, struct flow_classes *ret);

/* Whether somebody dials a listener of this place from another segment, at its machine's address: it is published then.
 */
bool dialed_from_outside(const struct model *m, const struct place *p, enum listener l);

#endif
