/*
 * gres_node.h: nodes, and the lines of gres.conf that slurmd reads on them.
 *
 * A line of gres.conf without NodeName is read on every node, and the hostlists of the others overlap as they please.
 * So nodes are put together that read the same lines and are alike in slurm.conf, and a rule looks at each such kind
 * once. Of a spec each node group has lines of its own.
 */
#ifndef HPCC_CHECK_GRES_NODE_H
#define HPCC_CHECK_GRES_NODE_H

#include "compiler/check/said.h"
#include "compiler/slurm/value.h"

/* One line of gres.conf. */
struct gres_line {
	const struct record *rec;
	const char *name;	  /* in lower case: Slurm compares names of gres.conf so. "" when it has none */
	const struct entry *file; /* File or MultipleFiles, or NULL */
	const struct entry *type; /* or NULL */
	bool multiple;		  /* MultipleFiles: one device of several files */
	uint64_t count;		  /* what it adds to the node */
	bool broken;		  /* a rule of its own says what is wrong with its files or count */
	size_t order;		  /* in the file */
};

/* Nodes that are alike. */
struct gres_node {
	const struct record *node;	      /* their line in slurm.conf, one of them; NULL: none, or made of a spec */
	struct hostlist hosts;		      /* empty: whatever nodes there are that no other line names */
	LIST(const struct gres_line *) lines; /* in the order of the file */
	struct gres_items gres;		      /* what their line in slurm.conf says; empty when it cannot be read */
};

struct gres_nodes {
	LIST(struct gres_line *) lines; /* all of them */
	LIST(struct gres_node *) nodes;
};

/* Made once for all rules. */
const struct gres_nodes *gres_nodes(struct check *c);

/* Parts of GPUs: shard, mps. */
bool gres_is_shared(const char *name);
/* The library that slurmd asks for the GPUs of these nodes, or NULL: AutoDetect of a line with NodeName, else the
 * global one. ("off" is none.) */
const struct entry *gres_library(const struct check *c, const struct gres_node *n);
/* Whether what the line is about is detected; of a spec each line says it for itself. */
bool gres_detects(const struct check *c, const struct gres_node *n, const struct gres_line *l);
/* How many of a gres slurm.conf gives a node; of all types when `type` is NULL. */
uint64_t gres_configured(const struct gres_node *n, const char *name, const char *type);
/* Where a name stands, or the line. */
struct span gres_name_place(const struct gres_line *l);
/* "node 'g1'", "nodes 'g[1-4]'", "some node": of what a finding is about. */
const char *gres_nodes_said(const struct check *c, const struct gres_node *n);

#endif
