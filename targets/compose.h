/* clang-format off */
/*
 * compose.h: the parts of target `compose`: one file each, and what they share.
 *
 * compose.yaml is read twice: as YAML, and then by compose's interpolation, for which $ is special. The writer is
 * opened for both (compiler/write/yaml.h). Where ${...} is meant, it is written as it stands (y_raw). `cluster` sets
 * these variables:
 *
 *	HPCC_NET	the beginning of all addresses, where the subnet is ours to choose
 *	HPCC_STATE	the folder in which `cluster up` keeps what it made
 *	HPCC_NAME	the cluster's name, which a network bears that others than compose make
 *	HPCC_PORT_n	the port of the machine where port n is asked for
 *
 * On several machines each has a file of its own, hosts/NAME/compose.yaml, with its places and what they use.
 */
/* clang-format on */
#ifndef HPCC_TARGETS_COMPOSE_H
#define HPCC_TARGETS_COMPOSE_H

#include "compiler/write/yaml.h"
#include "targets/target.h"

struct compose {
	const struct model *m;
	struct output *out;
	struct yaml *y;
	const struct target_compose *own;
	bool ephemeral, supervised;
	const char *project;		     /* its default name, as compose wants it */
	bool several;			     /* machines */
	const struct model_machine *machine; /* whose compose.yaml is written */
};

/* The machine's i-th place. */
const struct place *compose_place(const struct compose *c, size_t i);

/* x-service, x-slurmd, services. */
void compose_services(struct compose *c);
/* A place's i-th name: its network, or the machine's own; and what of it is published. */
void compose_attach(struct compose *c, const struct place *p, const char *name, const char *address);
void compose_publish(struct compose *c, const struct place *p, uint64_t i);
/* networks at the top, if there are any. */
void compose_networks(struct compose *c);
/* networks.tsv and ports.tsv. */
void compose_network_lists(struct compose *c);
/* networks, volumes, secrets at the top. */
void compose_resources(struct compose *c);
/* "${HPCC_STATE:-./state/lab}/PATH" */
const char *compose_state(const struct compose *c, const char *path);
/* "${HPCC_NET:-10.83}.0.2", or the address as it is where the spec says the subnet. */
const char *compose_address(const struct compose *c, const struct model_network *n, const char *address);

#endif
