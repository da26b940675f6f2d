/*
 * hosts_list.h: the list of all places that scripts read, a line for each name: where each is found, and by whom.
 *
 *	struct hosts_list x;
 *	hosts_list_start(&x, m);
 *	while (hosts_list_next(&x))
 *		use x.fields[HOST_NAME], ...
 *
 * No field is empty: "-" stands for nothing. They hold until the next line.
 */
#ifndef HPCC_MODEL_HOSTS_LIST_H
#define HPCC_MODEL_HOSTS_LIST_H

#include "compiler/model/model.h"

enum host_field {
	HOST_NAME,
	HOST_ADDRESS, /* that holds in its segment */
	HOST_ROLES,
	/* Where a place is no machine: */
	HOST_MACHINE, /* '-': the platform chooses it */
	HOST_SEGMENT, /* who is in the same reaches it at its address */
	HOST_OUTSIDE, /* the address at which the others do */
	HOST_SSH,     /* sshd's port */
	HOST_ALIASES, /* further names, separated by commas */
	HOST_FIELDS,
};

struct hosts_list {
	const char *fields[HOST_FIELDS];
	/* private */
	const struct model *model;
	size_t next; /* the place after this one */
	const struct place *place;
	uint64_t at; /* its next name */
	struct hostwalk names, addresses;
	char ssh[24];
};

void hosts_list_start(struct hosts_list *x, const struct model *m);
bool hosts_list_next(struct hosts_list *x);
/* How many fields a line has on the model's platform, and what each is called. */
size_t hosts_list_fields(const struct model *m);
const char *host_field_name(enum host_field f);
/* How many bytes the list has, its heading among them. */
size_t hosts_list_size(const struct model *m);

#endif
