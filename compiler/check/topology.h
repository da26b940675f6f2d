/*
 * topology.h: topologies as topology.conf or topology.yaml describe them, and the rules over them.
 *
 * Both files become the same structs, so that each rule is written once. They are made when the first rule asks, and
 * live as long as the check. A file that nothing reads (compiler/slurm/unread.h) is not looked at.
 */
#ifndef HPCC_CHECK_TOPOLOGY_H
#define HPCC_CHECK_TOPOLOGY_H

#include "compiler/check/said.h"
#include "compiler/hostlist/hostlist.h"

enum topology_kind { TOPOLOGY_FLAT, TOPOLOGY_TREE, TOPOLOGY_BLOCK, TOPOLOGY_RING, TOPOLOGY_TORUS };

/* Text that was written somewhere; NULL: it was not. */
struct written {
	const char *text;
	struct span span;
};

/* A hostlist that was written; `valid` when it could be read. */
struct written_names {
	struct written at;
	struct hostlist names;
	bool valid;
};

/* A switch, a block, a ring, a torus. */
struct topology_part {
	struct span span; /* of the line's first key, or the item */
	struct written name;
	struct written_names nodes;
	struct written_names children; /* of a switch */
	const struct node *body;       /* of topology.yaml, else NULL */
	uint64_t known_nodes;	       /* how many of its nodes slurm.conf has */
};

struct topology {
	enum topology_kind kind;
	struct written name; /* "default" for topology.conf */
	struct span span;
	bool cluster_default;
	LIST(struct topology_part) parts;
	LIST(struct written) sizes; /* BlockSizes */
};

struct topologies {
	LIST(struct topology) list;
	bool yaml;
	bool broken; /* topology.yaml could not be read whole */
	/* All nodes of slurm.conf by name; NULL when there is no slurm.conf or a line of it cannot be read. */
	struct hostindex *nodes;
	uint64_t n_nodes;
};

/* The topologies of the files that are checked; an empty list when there are none. */
struct topologies *topologies_of(struct check *c);
/* What one part of a kind is called: "switch", "block", "ring", "torus". */
const char *part_said(enum topology_kind kind);
const char *parts_said(enum topology_kind kind); /* "switches" */
/* What the file calls the topologies of this run: "topology.conf". */
const char *topology_file(const struct topologies *t);
/* Parses a hostlist that Slurm reads; one that cannot be read is reported once (bad-hostlist). */
void written_names_parse(struct check *c, struct written_names *n);

/* topology_conf.c, topology_yaml.c: fill *t */
void topology_conf_read(struct check *c, struct topologies *t);
void topology_yaml_read(struct check *c, struct topologies *t);

/* The rules that stand in files of their own. */
/* topology_tree.c */
void rule_unknown_switch(struct check *c);
void rule_topology_not_tree(struct check *c);
void rule_topology_no_root(struct check *c);
void rule_switch_children(struct check *c);
/* topology_nodes.c */
void rule_topology_unknown_node(struct check *c);
void rule_topology_node_missing(struct check *c);
void rule_topology_node_twice(struct check *c);
/* topology_blocks.c */
void rule_block_sizes(struct check *c);
void rule_block_too_small(struct check *c);
void rule_ring_too_long(struct check *c);
/* topology_torus.c */
void rule_torus(struct check *c);
/* topology_use.c */
void rule_unknown_topology(struct check *c);

#endif
