/* swarm_deploy.c: what a swarm is told of a service: how it is replaced, where it runs, and with what. */
#include "targets/swarm.h"

/* dnsrr: one task a service, found by its own address. A virtual one in its place would be an address that slurmd does
 * not have, and would end connections that are idle for a quarter of an hour, as srun's are. Stop first: two slurmctld
 * on one state, or two databases on one volume, would be the end of both. */
void swarm_block_deploy(struct swarm *s)
{
	y_anchor(s->y, "deploy");
	y_map(s->y, "x-deploy");
	y_str(s->y, "endpoint_mode", "dnsrr");
	y_flow(s->y);
	y_map(s->y, "restart_policy");
	y_str(s->y, "condition", "any");
	y_str(s->y, "delay", "1s");
	y_end(s->y);
	y_flow(s->y);
	y_map(s->y, "update_config");
	y_str(s->y, "order", "stop-first");
	y_str(s->y, "failure_action", "continue");
	y_end(s->y);
	y_end(s->y);
}

/* Docker takes bytes; whole mebibytes read better. */
static const char *bytes(struct swarm *s, int64_t n)
{
	bool whole = n % (1 << 20) == 0;
	return arena_printf(s->m->arena, whole ? "%lldm" : "%lld", (long long)(whole ? n >> 20 : n));
}

/* GPUs are counted: which machine has them its engine is told (node-generic-resources in daemon.json), and what a
 * container is given the runtime decides by DOCKER_RESOURCE_GPU. */
static void reserve(struct swarm *s, int64_t gpus)
{
	y_map(s->y, "reservations");
	y_seq(s->y, "generic_resources");
	y_map(s->y, NULL);
	y_flow(s->y);
	y_map(s->y, "discrete_resource_spec");
	y_str(s->y, "kind", "gpu");
	y_int(s->y, "value", gpus);
	y_end(s->y);
	y_end(s->y);
	y_end(s->y);
	y_end(s->y);
}

static void resources(struct swarm *s, const struct place *p)
{
	if (p->memory == VALUE_ABSENT && p->gpus <= 0)
		return;
	y_map(s->y, "resources");
	if (p->memory != VALUE_ABSENT) {
		y_flow(s->y);
		y_map(s->y, "limits");
		y_str(s->y, "memory", bytes(s, p->memory));
		y_end(s->y);
	}
	if (p->gpus > 0)
		reserve(s, p->gpus);
	y_end(s->y);
}

/* `cluster up` gives each machine the label, one for each cluster: two clusters may call machines by the same name. */
static void placement(struct swarm *s, const struct place *p)
{
	const struct options *labels = p->service ? &p->service->labels : NULL;
	y_map(s->y, "placement");
	y_seq(s->y, "constraints");
	if (!p->anywhere)
		y_raw(s->y, NULL,
		      arena_printf(s->m->arena, "node.labels.hpcc.%s == %s", swarm_stack(s), p->machine->name));
	for (size_t i = 0; labels && i < labels->n; i++)
		y_str(s->y, NULL,
		      arena_printf(s->m->arena, "node.labels.%s == %s", labels->v[i].key, labels->v[i].value));
	y_end(s->y);
	y_end(s->y);
}

void swarm_deploy(struct swarm *s, const struct place *p)
{
	y_map(s->y, "deploy");
	y_merge(s->y, "deploy");
	placement(s, p);
	resources(s, p);
	y_end(s->y);
}
