/*
 * compose.h: the parts of target `compose`: one file each, and what they share.
 *
 * compose.yaml is read twice: as YAML, and then by compose's interpolation, for which $ is special. The writer is
 * opened for both (compiler/write/yaml.h); where ${...} is meant, it is written as it stands (y_raw). Two variables
 * are: HPCC_NET, the beginning of all addresses where the subnet is ours to choose, and HPCC_STATE, the folder in which
 * `cluster up` keeps what it made.
 */
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
	const char *project; /* its default name, as compose wants it */
	const struct model_network *network;
};

/* x-service, x-slurmd, services. */
void compose_services(struct compose *c);
/* networks, volumes, secrets at the top. */
void compose_resources(struct compose *c);
/* "${HPCC_STATE:-./state/lab}/PATH" */
const char *compose_state(const struct compose *c, const char *path);
/* "${HPCC_NET:-10.83}.0.2", or the address as it is where the spec says the subnet. */
const char *compose_address(const struct compose *c, const char *address);

#endif
