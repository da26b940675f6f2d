/* clang-format off */
/*
 * swarm.h: the parts of target `swarm`, which write stack.yaml and what its services see.
 *
 * In a stack file values are expanded by docker's client, for which $ is special, as it is for compose: the writer is
 * opened for both (compiler/write/yaml.h). Where ${...} is meant, it is written as it stands (y_raw). `cluster up` sets
 * these variables:
 *
 *	HPCC_STACK		the stack's name, which is part of the names of all that belongs to the whole swarm
 *	HPCC_NET		the beginning of all addresses, where the subnet is ours to choose
 *	HPCC_SECRET_munge	a secret's name in the swarm: it ends in a hash, so that a new secret has a new name
 *	HPCC_IMAGE_slurm	an image that was made: the sum of what is in it
 *	HPCC_PORT_n		the port of the machine where port n is asked for
 *
 * Secrets and configs of a swarm never change: what is new has another name, and the services that use it are made
 * anew.
 */
/* clang-format on */
#ifndef HPCC_TARGETS_SWARM_H
#define HPCC_TARGETS_SWARM_H

#include "compiler/write/yaml.h"
#include "targets/target.h"

/* A file of etc/ as the swarm's config. */
struct swarm_config {
	const char *key;  /* in stack.yaml */
	const char *path; /* below OUT/swarm/ */
	const char *hash;
	unsigned roles; /* the places that see it */
};

struct swarm {
	const struct model *m;
	struct output *out;
	struct yaml *y;
	const struct target_swarm *own;
	bool supervised;
	bool mounts_apart; /* nodes of one machine mount otherwise than those of another */
	const char *project; /* its default name */
	LIST(struct swarm_config) configs;
};

/* Of all that is in the output's etc/ by now. */
void swarm_find_configs(struct swarm *s);
/* The list of a service's configs. */
void swarm_service_configs(struct swarm *s, unsigned roles);
/* x-deploy, which all services have, and what is a place's own of it. */
void swarm_block_deploy(struct swarm *s);
void swarm_deploy(struct swarm *s, const struct place *p);
/* x-service, x-deploy, x-slurmd, services. */
void swarm_services(struct swarm *s);
/* networks, volumes, secrets, configs at the top. */
void swarm_resources(struct swarm *s);

/* "${HPCC_STACK:-lab}" */
const char *swarm_stack(const struct swarm *s);
/* "HPCC_SECRET_ssh_host_key" */
const char *swarm_variable(const struct swarm *s, const char *what, const char *name);
/* "${HPCC_NET:-10.83}.0.0/16", or as it is where the spec says the subnet. */
const char *swarm_subnet(const struct swarm *s, const struct model_network *n);

#endif
