/* lower_containers.c: places where a place is a service or a node: containers, each on a machine. */
#include <string.h>

#include "compiler/base/map.h"
#include "compiler/model/lower.h"

/* What slurmd, munged and sshd need beside the jobs' memory: the same that is left on a machine (resolve_nodes.c). */
enum { OVERHEAD = 256 << 20 };
/* MPI's processes of one node meet in /dev/shm, and Docker's 64 MiB are soon full. */
enum { SHM = 512 << 20 };

struct machines {
	struct model *model;
	struct map by_name;
	const char *head; /* where everything is that says nothing of where it is */
	/* Whose labels were asked for last, and who has them: of nodes there are many places, and one service. */
	unsigned asked;		    /* roles */
	struct model_machine *only; /* one of them */
	size_t fit;
};

static struct model_machine *machine_named(struct machines *x, const char *name)
{
	struct model *m = x->model;
	struct map_entry *e = map_add(&x->by_name, name, NULL);
	uint64_t at = 0;
	if (e->value)
		return e->value;
	struct model_machine *new = e->value = ARENA_NEW(m->arena, struct model_machine);
	new->name = name;
	new->host = spec_host(m->spec, name, &at);
	const struct hostlist *all = new->host ? new->host->address.list : NULL;
	if (all && (all->count == 1 || all->count == new->host->origin.hosts->count))
		new->address = hostlist_name_dup(all, all->count == 1 ? 0 : at, m->arena);
	*list_push(m->arena, &m->machines) = new;
	return new;
}

static struct place *add_place(struct machines *x, unsigned role, const char *machine)
{
	struct model *m = x->model;
	struct place *p = list_push(m->arena, &m->places);
	const struct service *s = dress_of(m, role);
	struct model_machine *on = machine_named(x, machine);
	hostlist_init(&p->names, m->arena);
	hostlist_init(&p->addresses, m->arena);
	p->roles = role;
	p->service = s;
	p->machine = on;
	p->host = on->host;
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

/* What may be anywhere begins with the first machine: nobody else needs one of a name that nobody wrote. */
static const char *first_machine(const struct machines *x)
{
	return x->model->machines.v[0]->name;
}

/* Whether the platform chooses a service's host by its labels: nobody names one. */
static bool by_labels(const struct model *m, const struct service *s)
{
	return s && !s->host.n && s->labels.n && m->platform->can & CAN_LABELS;
}

static void add_service(struct machines *x, enum role role)
{
	struct model *m = x->model;
	const struct service *s = dress_of(m, role);
	bool said = s && s->host.n, anywhere = by_labels(m, s);
	struct place *p = add_place(x, role, said ? s->host.v[0] : anywhere ? first_machine(x) : x->head);
	p->anywhere = anywhere;
	hostlist_add_name(&p->names, role_name(role));
}

/* ---- nodes */

static void dress(struct model *m, struct place *p, const struct node_group *g)
{
	p->node = g;
	if (p->memory == VALUE_ABSENT && memory_given(g->memory) && !g->memory.percent)
		p->memory = g->memory.bytes + OVERHEAD;
	if (p->shm == VALUE_ABSENT)
		p->shm = SHM;
	struct gres *r;
	for (size_t j = 0; (r = entries_next(&g->gres, &j));) {
		if (r->file || r->multiple_files)
			device_files(m->arena, r->file ? r->file : r->multiple_files, &p->devices);
		if (strcmp(r->origin.name, "gpu") == 0)
			p->gpus += r->count;
	}
}

/* A node that says no host is on the one of its own name if there is one, else where everything is. */
static const char *machine_of_node(struct machines *x, const struct node_group *g, uint64_t i)
{
	const struct model *m = x->model;
	const char *name = node_host(g, i, m->arena);
	bool own = g->host.list == g->origin.hosts;
	return !name || (own && !spec_host(m->spec, name, NULL)) ? x->head : name;
}

/* Whether a node may be on any machine that has slurmd's labels: nobody says on which, and none has its name. */
static bool node_anywhere(const struct machines *x, const struct node_group *g, const struct service *s, uint64_t i)
{
	const struct model *m = x->model;
	if (g->host.list != g->origin.hosts || !s || !s->labels.n || !(m->platform->can & CAN_LABELS))
		return false;
	return !m->spec->hosts.n || !spec_host(m->spec, node_host(g, i, m->arena), NULL);
}

/* Whether all nodes of a group are on one machine without looking at each. */
static const char *one_machine(struct machines *x, const struct node_group *g)
{
	bool own = g->host.list == g->origin.hosts;
	if ((own && !x->model->spec->hosts.n) || g->host.list->count == 1 || g->origin.hosts->count == 1)
		return machine_of_node(x, g, 0);
	return NULL;
}

/* The nodes of a group on one machine, or those that may be on any, by their index. */
struct share {
	const char *machine;
	bool anywhere;
	LIST(uint64_t) at;
};

static struct place *add_share(struct machines *x, const struct node_group *g, const char *machine, bool anywhere)
{
	struct place *p = add_place(x, ROLE_SLURMD, anywhere ? first_machine(x) : machine);
	p->anywhere = anywhere;
	dress(x->model, p, g);
	return p;
}

static void add_nodes(struct machines *x, const struct node_group *g)
{
	struct model *m = x->model;
	const char *one = one_machine(x, g);
	const struct service *service = dress_of(m, ROLE_SLURMD);
	if (one) {
		add_share(x, g, one, node_anywhere(x, g, service, 0))->names = *g->origin.hosts;
		return;
	}
	struct map shares; /* machine to struct share; "" to that of no machine */
	map_init(&shares, m->arena);
	for (uint64_t i = 0; i < g->origin.hosts->count; i++) {
		bool anywhere = node_anywhere(x, g, service, i);
		const char *machine = anywhere ? "" : machine_of_node(x, g, i);
		struct map_entry *e = map_add(&shares, machine, NULL);
		struct share *s = e->value ? e->value : (e->value = ARENA_NEW(m->arena, struct share));
		s->machine = machine;
		s->anywhere = anywhere;
		*list_push(m->arena, &s->at) = i;
	}
	for (size_t i = 0; i < shares.n; i++) {
		struct share *s = shares.v[i].value;
		struct place *p = add_share(x, g, s->machine, s->anywhere);
		p->at = s->at.v;
		for (size_t j = 0; j < s->at.n; j++)
			hostlist_add_name(&p->names, hostlist_name_dup(g->origin.hosts, s->at.v[j], m->arena));
	}
}

/* A host that has the labels which a service asks for is of the cluster, whoever else is on it: its containers may come
 * to be there. */
static void add_labelled(struct machines *x, const struct service *s)
{
	struct host *h;
	for (size_t i = 0; (h = entries_next(&x->model->spec->hosts, &i));) {
		struct hostwalk names;
		if (!host_has_labels(h, &s->labels))
			continue;
		hostwalk_start(&names, h->origin.hosts);
		for (const char *name; (name = hostwalk_next(&names));)
			machine_named(x, arena_strdup(x->model->arena, name));
	}
}

static void add_all_labelled(struct machines *x)
{
	struct model *m = x->model;
	const struct service *last = NULL; /* of nodes there are many places, and one service */
	for (size_t i = 0; i < m->places.n; i++) {
		const struct place *p = &m->places.v[i];
		if (p->anywhere && p->service != last)
			add_labelled(x, last = p->service);
	}
}

/* Who has the labels that a place asks for. */
static void ask_machines(struct machines *x, const struct place *p)
{
	struct model *m = x->model;
	x->asked = p->roles;
	x->only = NULL;
	x->fit = 0;
	for (size_t i = 0; i < m->machines.n; i++) {
		struct model_machine *on = m->machines.v[i];
		if (!place_may_be_on(p, on))
			continue;
		on->roles |= p->roles;
		on->anywhere |= p->roles;
		x->only = on;
		x->fit++;
	}
}

/* Where a place is that may be anywhere: its roles count with each machine that it may be on. What one machine alone
 * has the labels for is there, as what nobody has them for is with the first: a rule says so. */
static void seat_anywhere(struct machines *x, struct place *p)
{
	if (x->asked != p->roles)
		ask_machines(x, p);
	p->roams = x->fit > 1;
	if (x->fit == 1)
		p->machine = x->only;
}

static void seat(struct machines *x, size_t number)
{
	struct model *m = x->model;
	struct place *p = &m->places.v[number];
	if (p->anywhere)
		seat_anywhere(x, p);
	if (p->roams) {
		*list_push(m->arena, &m->roaming) = number;
		return;
	}
	struct model_machine *on = map_get(&x->by_name, p->machine->name);
	*list_push(m->arena, &on->places) = number;
	if (!p->anywhere)
		on->roles |= p->roles;
}

/* How well the cluster is brought up from a host: best from a manager, worst from who is said to be none. */
static int rank(const struct host *h)
{
	return !h->swarm ? 1 : text_equal(h->swarm, "manager") ? 2 : 0;
}

/* The host from which the cluster is brought up where labels say who may have the controller. Where nobody has them a
 * rule says so, and nothing else should follow from it: it is the first of the spec's. */
static const char *first_labelled(const struct model *m, const struct service *s)
{
	struct host *h;
	const struct host *best = NULL, *first = NULL;
	for (size_t i = 0; (h = entries_next(&m->spec->hosts, &i));) {
		first = first ? first : h;
		if (host_has_labels(h, &s->labels) && (!best || rank(h) > rank(best)))
			best = h;
	}
	best = best ? best : first;
	return best ? hostlist_name_dup(best->origin.hosts, 0, m->arena) : m->platform->head;
}

/* The first machine is the controller's: the cluster is brought up from there. What says nothing of where it is shares
 * one machine: that of services.default, else the controller's where labels say it, else one that nobody names. */
static void find_head(struct machines *x)
{
	struct model *m = x->model;
	const struct service *base = m->spec->services->base, *s = dress_of(m, ROLE_SLURMCTLD);
	const char *labelled = by_labels(m, s) ? first_labelled(m, s) : NULL;
	x->head = base && base->host.n ? base->host.v[0] : labelled ? labelled : m->platform->head;
	machine_named(x, s && s->host.n ? s->host.v[0] : labelled ? labelled : x->head);
}

void lower_containers(struct model *m)
{
	static const enum role services[] = { ROLE_DATABASE, ROLE_SLURMDBD, ROLE_SLURMCTLD, ROLE_LOGIN };
	struct machines x = { .model = m };
	map_init(&x.by_name, m->arena);
	find_head(&x);
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (wanted(m, services[i]))
			add_service(&x, services[i]);
	for (size_t i = 0; i < m->nodes.n && m->spec->slurm; i++)
		add_nodes(&x, m->nodes.v[i].group);
	add_all_labelled(&x);
	for (size_t i = 0; i < m->places.n; i++)
		seat(&x, i);
}
