/* swarm_services.c: the services of stack.yaml: blocks that services alike share, then one a program and one a node.
 * Nothing is here that a stack passes over in silence (restart, devices, shm_size, privileged, security_opt and others:
 * docker/cli, compose/types: UnsupportedProperties); tests/judge/stack.py knows them all. */
#include <string.h>

#include "targets/containers.h"
#include "targets/swarm.h"

/* ---- a service's dress */

/* The subnet is chosen when the cluster is brought up, and configs are the same for all: so places are told. */
static void service_environment(struct swarm *s, const struct place *p)
{
	const struct service *x = p->service;
	y_map(s->y, "environment");
	y_raw(s->y, "HPCC_SUBNET", swarm_subnet(s, p->network));
	for (size_t i = 0; x && i < x->environment.n; i++)
		y_str(s->y, x->environment.v[i].key, x->environment.v[i].value);
	y_end(s->y);
}

/* ---- what it sees mounted */

/* A stack knows no shm_size and no `tmpfs`: mounts in memory are volumes to it. Of their options it takes the size. */
static void mount_memory(struct swarm *s, const char *target, int64_t size)
{
	y_flow(s->y);
	y_map(s->y, NULL);
	y_str(s->y, "type", "tmpfs");
	y_str(s->y, "target", target);
	if (size != VALUE_ABSENT) {
		y_map(s->y, "tmpfs");
		y_int(s->y, "size", size);
		y_end(s->y);
	}
	y_end(s->y);
}

static void storage(struct swarm *s, const struct storage *x, const struct place *p)
{
	bool given = memory_given(x->size) && !x->size.percent;
	const char *own = storage_directory(s->m, x, p);
	if (strcmp(x->type, "tmpfs") == 0)
		mount_memory(s, x->mount, given ? x->size.bytes : VALUE_ABSENT);
	else
		containers_mount(s->y, own ? "bind" : "volume", own ? own : x->origin.name, x->mount,
				 x->read_only == TRI_TRUE);
}

static void service_volumes(struct swarm *s, const struct place *p)
{
	const struct model *m = s->m;
	bool open = false;
	for (size_t i = 0; i < m->volumes.n + m->storage.n + 1; i++) {
		const struct model_volume *v = i < m->volumes.n ? &m->volumes.v[i] : NULL;
		const struct storage *x = !v && i < m->volumes.n + m->storage.n ? m->storage.v[i - m->volumes.n] : NULL;
		bool shm = !v && !x && p->shm != VALUE_ABSENT;
		if (!(v && v->role & p->roles) && !(x && roles_of(&x->on, ROLE_ALL) & p->roles) && !shm)
			continue;
		if (!open)
			y_seq(s->y, "volumes");
		open = true;
		if (v)
			containers_mount(s->y, "volume", v->name, v->path, false);
		else if (x)
			storage(s, x, p);
		else
			mount_memory(s, "/dev/shm", p->shm);
	}
	if (open)
		y_end(s->y);
}

/* ---- blocks and services */

enum { INTERVAL = 5, TIMEOUT = 10 };

/* A swarm ends a container that is not healthy, and the jobs in it: not before it has been silent for as long as Slurm
 * itself waits for a node. It is healthy before others find it by its name: so the checks are close together. */
static void healthcheck(struct swarm *s)
{
	y_map(s->y, "healthcheck");
	containers_health(s->y);
	y_str(s->y, "interval", arena_printf(s->m->arena, "%ds", INTERVAL));
	y_str(s->y, "timeout", arena_printf(s->m->arena, "%ds", TIMEOUT));
	y_int(s->y, "retries", s->m->patience / INTERVAL);
	y_str(s->y, "start_period", "300s");
	y_end(s->y);
}

/* What all services have. */
static void block_service(struct swarm *s)
{
	y_anchor(s->y, "service");
	y_map(s->y, "x-service");
	y_bool(s->y, "init", !s->supervised);
	y_str(s->y, "stop_grace_period", "30s");
	containers_entrypoint(s->y);
	healthcheck(s);
	containers_logging(s->y, s->m->arena, s->own ? s->own->log_size.bytes : 10 << 20,
			   s->own ? s->own->log_files : 3);
	y_end(s->y);
}

/* What services of one program have alike. */
static void dress(struct swarm *s, const struct place *p, bool mounts)
{
	/* What is made here is in no registry: by its number alone no engine looks for it there. */
	if (p->image->base)
		y_raw(s->y, "image",
		      arena_printf(s->m->arena, "${%s:-%s}", swarm_variable(s, "IMAGE", p->image->name),
				   p->image->reference));
	else
		y_str(s->y, "image", p->image->reference);
	containers_limits(s->y, p->service);
	if (p->service)
		containers_texts(s->y, "cap_add", &p->service->capabilities);
	service_environment(s, p);
	containers_secrets(s->y, s->m, p->roles);
	swarm_service_configs(s, p->roles);
	if (mounts)
		service_volumes(s, p);
}

/* What all nodes have. */
static void block_slurmd(struct swarm *s)
{
	const struct model *m = s->m;
	for (size_t i = 0; i < m->places.n; i++) {
		if (!m->places.v[i].node)
			continue;
		y_anchor(s->y, "slurmd");
		y_map(s->y, "x-slurmd");
		y_merge(s->y, "service");
		dress(s, &m->places.v[i], !s->mounts_apart);
		y_end(s->y);
		return;
	}
}

/* A service's own name is found by itself. */
static void attach(struct swarm *s, const struct place *p)
{
	y_flow(s->y);
	y_map(s->y, "networks");
	if (p->service && p->service->aliases.n) {
		y_map(s->y, p->network->name);
		containers_texts(s->y, "aliases", &p->service->aliases);
		y_end(s->y);
	} else {
		y_empty_map(s->y, p->network->name);
	}
	y_end(s->y);
}

/* A number that nobody knows by heart stands in a variable (swarm.h). */
static void publish_number(struct swarm *s, const struct model_port *x, int64_t nth)
{
	long long out = (long long)(x->outside + nth);
	y_flow(s->y);
	y_map(s->y, NULL);
	y_int(s->y, "target", x->first + nth);
	if (x->fixed)
		y_int(s->y, "published", out);
	else
		y_raw(s->y, "published", arena_printf(s->m->arena, "${HPCC_PORT_%lld:-%lld}", out, out));
	y_str(s->y, "mode", "host");
	y_end(s->y);
}

/* On the machine where it runs: the swarm's own mesh would need a virtual address. Of a range each number is one. */
static void publish(struct swarm *s, const struct place *p, uint64_t i)
{
	struct model_ports ports;
	bool open = false;
	place_ports(s->m, p, i, &ports);
	for (size_t j = 0; j < ports.list.n; j++) {
		const struct model_port *x = &ports.list.v[j];
		if (!x->published || x->doubled)
			continue;
		if (!open)
			y_seq(s->y, "ports");
		open = true;
		for (int64_t nth = 0; nth <= x->last - x->first; nth++)
			publish_number(s, x, nth);
	}
	if (open)
		y_end(s->y);
}

static void emit_place(struct swarm *s, const struct place *p)
{
	struct hostwalk names;
	hostwalk_start(&names, &p->names);
	for (uint64_t i = 0; i < p->names.count; i++) {
		const char *name = hostwalk_next(&names);
		y_map(s->y, name);
		y_merge(s->y, p->node ? "slurmd" : "service");
		y_str(s->y, "hostname", name);
		attach(s, p);
		if (!p->node)
			dress(s, p, true);
		else if (s->mounts_apart)
			service_volumes(s, p);
		publish(s, p, i);
		swarm_deploy(s, p);
		y_end(s->y);
	}
}

void swarm_services(struct swarm *s)
{
	const struct model *m = s->m;
	block_service(s);
	swarm_block_deploy(s);
	block_slurmd(s);
	y_map(s->y, "services");
	for (size_t i = 0; i < m->places.n; i++)
		emit_place(s, &m->places.v[i]);
	y_end(s->y);
}
