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
	WAY_LOCAL,	/* inside one machine, where a place is a machine: no firewall sees it */
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

/* The places of one role on one network. */
struct flow_group;

/* Pairs of places alike: of two groups, on one machine or on two, whose address is known or is not. */
struct flow_class {
	const struct flow *flow;
	const struct place *from, *to; /* the first such pair */
	bool same_machine;
	enum flow_way way;
	const struct flow_group *a, *b;
};
struct flow_classes {
	LIST(struct flow_class) list;
};

/* Every class of every flow, in the table's order. */
void flows_of(const struct model *m, struct flow_classes *ret);
/* All that dial and all that are dialed in a class, and the ports (none: any port): for tables, as it takes a walk over
 * all places. Each list is normalised. */
struct flow_ends {
	struct hostlist from, to, ports;
};
void flow_ends(const struct model *m, const struct flow_class *c, struct flow_ends *ret);
/* What place_ports() says of one listener, added to `ret`, but for what the user publishes. */
void place_ports_of(const struct model *m, const struct place *p, uint64_t i, enum listener l, struct model_ports *ret);
/* All of a place's ports of one listener, as numbers; none: any port. */
void place_listener_ports(const struct model *m, const struct place *p, enum listener l, struct hostlist *ret);

/* What a machine itself listens on beside its places, for the cluster's sake. */
struct machine_port {
	int64_t port;			/* 0: a protocol without ports */
	const char *protocol;		/* "tcp", "udp", "esp" */
	const char *who, *dialer, *why; /* "sshd", who dials it, and what for */
	const void *by;			/* the body of the spec that says so, or NULL */
};
struct machine_ports {
	LIST(struct machine_port) list;
};
/* Of machines of one host's body; x: which of the model's they are, or NULL where a place is a machine. */
void machine_ports(const struct model *m, const struct hostlist *names, const struct host *host,
		   const struct model_machine *x, struct machine_ports *ret);

/* The rows of a swarm's ports; whether a machine (NULL: some machine) listens on one. */
extern const struct machine_port swarm_ports[]; /* ends with who NULL */
bool has_swarm_port(const struct model *m, const struct machine_port *p, const struct model_machine *x);
/* A machine's sshd, by which `cluster` comes; the port of a storage's server. */
struct machine_port machine_ssh(const struct host *h);
struct machine_port storage_port(const struct model *m, const struct storage *s);

/* What machines dial of each other for the cluster's sake. */
struct machine_flow {
	struct hostlist from, to;
	struct machine_port port;
};
struct machine_flows {
	LIST(struct machine_flow) list;
};
void machine_flows(const struct model *m, struct machine_flows *ret);
/* Whether jobs of this cluster use MPI. */
static inline bool has_mpi(const struct spec *spec)
{
	return spec->mpi && !text_equal(spec->mpi->implementation, "none");
}
/* Whether the machines are a swarm: some place is on an overlay. */
bool has_overlay(const struct model *m);
/* slurmd's ports of a place's nodes, where a place is a machine: of all its names. */
void place_node_ports(const struct model *m, const struct place *p, struct hostlist *ret);

/* Whether somebody dials a listener of this place from another segment, at its machine's address: it is published then.
 */
bool dialed_from_outside(const struct model *m, const struct place *p, enum listener l);

#endif
