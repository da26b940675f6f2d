/* nodes.h: within this room: a group of nodes that is being made. */
#ifndef HPCC_IMPORT_NODES_H
#define HPCC_IMPORT_NODES_H

#include "compiler/import/gres.h"

/* Nodes of one line. Columns are as long as names, or one long, or empty. */
struct part {
	struct node_group *body;
	struct map *inherited; /* by key of the spec: what a DEFAULT line gave it */
	struct hostlist names, hostname, address, port;
	const struct record *rec;
};

typedef LIST(struct part) part_list;

struct nodes {
	struct gres_lines gres;
	struct map down; /* by name: the DownNodes line */
	part_list parts; /* one a line */
};

/* Sorts names, and columns that pair with them alike. */
void import_sort(struct import *im, struct hostlist *names, struct hostlist *const *columns, size_t n);
/* places.c: host, port and address of a part's nodes, and the hosts that bear them. */
void import_places(struct import *im, struct part *p);

#endif
