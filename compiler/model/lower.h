/* lower.h: the parts of lower(): one file each. Called in this order. */
#ifndef HPCC_MODEL_LOWER_H
#define HPCC_MODEL_LOWER_H

#include "compiler/model/model.h"

/* Whether a service that is written, or that the platform always has, has something to do. */
bool service_has_use(const struct model *m, enum role role);
const struct service *service_of(const struct model *m, unsigned role);
/* As which its places are dressed: itself, or as every service where nobody wrote it. May be NULL. */
const struct service *dress_of(const struct model *m, unsigned role);

void lower_hosts(struct model *m);	/* places where a place is a host */
void lower_containers(struct model *m); /* places where a place is a service or a node */
void lower_published(struct model *m);	/* what their services publish */
void lower_networks(struct model *m);	/* the networks that places are on, and their addresses there */
/* Addresses for the places of one network, out of `range`; returns how many got none. */
uint64_t lower_addresses(struct model *m, struct model_network *n, const struct cidr *range);
void lower_images(struct model *m);
void lower_mpi(struct model *m); /* after the networks */
/* Whether srun can speak PMIx in what the nodes run from; true where that is not known. */
bool images_speak_pmix(const struct model *m);
void lower_people(struct model *m); /* users, and what is mounted */
void lower_exports(struct model *m); /* after what is mounted */
void lower_secrets(struct model *m);
void lower_volumes(struct model *m); /* after the records */

#endif
