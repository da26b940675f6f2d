/* gres.h: within this room: gres.conf, by node. */
#ifndef HPCC_IMPORT_GRES_H
#define HPCC_IMPORT_GRES_H

#include "compiler/import/within.h"

/* The lines that name one node; nodes of equal keys have lines that say the same. */
struct node_lines {
	LIST(const struct record *) list;
	const char *key;
};

struct gres_lines {
	struct map of_node, kinds;
	LIST(const struct record *) everywhere; /* lines that name no node */
	const char *autodetect;			/* the file's own, or NULL */
};

void import_gres_read(struct import *im, struct gres_lines *ret);
/* The GRES of a group, by its Gres= entry and the lines of one of its nodes, which all have alike. */
void import_gres(struct import *im, struct node_group *g, const struct entry *e, const struct gres_lines *all,
		 const char *node);

#endif
