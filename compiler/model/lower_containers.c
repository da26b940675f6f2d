/* lower_containers.c: places where a place is a service or a node: containers. */
#include <string.h>

#include "compiler/model/lower.h"

/* What slurmd, munged and sshd need beside the jobs' memory: the same that is left on a machine (resolve_nodes.c). */
enum { OVERHEAD = 256 << 20 };
/* MPI's processes of one node meet in /dev/shm, and Docker's 64 MiB are soon full. */
enum { SHM = 512 << 20 };

static struct place *add_place(struct model *m, unsigned role)
{
	struct place *p = list_push(m->arena, &m->places);
	const struct service *s = service_of(m, role);
	if (!s) /* there without being written: as every service is */
		s = m->spec->services->base;
	hostlist_init(&p->names, m->arena);
	hostlist_init(&p->addresses, m->arena);
	p->roles = role;
	p->service = s;
	p->host = spec_host(m->spec, head_host(m), NULL);
	p->memory = s && memory_given(s->memory) && !s->memory.percent ? s->memory.bytes : VALUE_ABSENT;
	p->shm = s && memory_given(s->shm) && !s->shm.percent ? s->shm.bytes : VALUE_ABSENT;
	m->roles |= role;
	return p;
}

static bool wanted(const struct model *m, enum role role)
{
	const struct service *s = service_of(m, role);
	bool implied = role == ROLE_LOGIN && m->platform->always_login && m->spec->slurm;
	return (s || implied) && service_has_use(m, role);
}

void lower_containers(struct model *m)
{
	static const enum role services[] = { ROLE_DATABASE, ROLE_SLURMDBD, ROLE_SLURMCTLD, ROLE_LOGIN };
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (wanted(m, services[i]))
			hostlist_add_name(&add_place(m, services[i])->names, role_name(services[i]));
	for (size_t i = 0; i < m->nodes.n && m->spec->slurm; i++) {
		const struct node_group *g = m->nodes.v[i].group;
		struct place *p = add_place(m, ROLE_SLURMD);
		p->names = *g->origin.hosts;
		p->node = g;
		p->host = m->nodes.v[i].host;
		if (p->memory == VALUE_ABSENT && memory_given(g->memory) && !g->memory.percent)
			p->memory = g->memory.bytes + OVERHEAD;
		if (p->shm == VALUE_ABSENT)
			p->shm = SHM;
		struct gres *r;
		for (size_t j = 0; (r = entries_next(&g->gres, &j));)
			if (r->file || r->multiple_files)
				device_files(m->arena, r->file ? r->file : r->multiple_files, &p->devices);
	}
}
