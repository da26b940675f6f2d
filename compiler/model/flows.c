/* flows.c: who dials whom in a cluster of Slurm's, and by which way each arrives. */
#include "compiler/model/flows.h"

#include <string.h>

/* slurm_protocol_api.c, forward.c, srun/allocate.c, slurmstepd/req.c, mpi/pmix: who opens connections to whom. */
const struct flow flows[] = {
	{ ROLE_SLURMD, ROLE_SLURMCTLD, LISTENER_SLURMCTLD, "slurmd", "registers its node, tells of jobs that end",
	  .must = true },
	{ ROLE_SLURMCTLD, ROLE_SLURMD, LISTENER_SLURMD, "slurmctld", "starts and ends jobs, asks nodes how they are",
	  .must = true },
	{ ROLE_SLURMD, ROLE_SLURMD, LISTENER_SLURMD, "slurmd", "passes messages on to other nodes (TreeWidth)",
	  .must = true },
	{ ROLE_LOGIN, ROLE_SLURMCTLD, LISTENER_SLURMCTLD, "srun, sbatch, sinfo", "asks and submits", .must = true },
	{ ROLE_LOGIN, ROLE_SLURMD, LISTENER_SLURMD, "srun", "starts the tasks of a step", .must = true },
	{ ROLE_SLURMD, ROLE_LOGIN, LISTENER_SRUN, "slurmstepd", "brings what tasks say to srun", .must = true },
	{ ROLE_SLURMD, ROLE_SLURMD, LISTENER_SRUN, "slurmstepd", "brings what tasks say to an srun in a batch job",
	  .must = true },
	{ ROLE_SLURMCTLD, ROLE_LOGIN, LISTENER_SRUN, "slurmctld", "tells srun and salloc that their job may start",
	  .must = true },
	{ ROLE_SLURMCTLD, ROLE_SLURMDBD, LISTENER_SLURMDBD, "slurmctld", "sends what is to be recorded", .must = true },
	{ ROLE_SLURMDBD, ROLE_SLURMCTLD, LISTENER_SLURMCTLD, "slurmdbd", "tells of accounts and limits that change",
	  .must = true },
	{ ROLE_LOGIN, ROLE_SLURMDBD, LISTENER_SLURMDBD, "sacct, sacctmgr", "asks what was recorded" },
	{ ROLE_SLURMD, ROLE_SLURMDBD, LISTENER_SLURMDBD, "sacct", "asks what was recorded, in a job" },
	{ ROLE_SLURMDBD, ROLE_DATABASE, LISTENER_DATABASE, "slurmdbd", "stores and reads", .must = true },
	{ ROLE_LOGIN, ROLE_SLURMD, LISTENER_SSHD, "ssh", "users go to nodes" },
	{ ROLE_SLURMD, ROLE_SLURMD, LISTENER_SSHD, "ssh, mpirun", "users and MPI's own launcher go from node to node" },
	{ ROLE_SLURMD, ROLE_SLURMD, LISTENER_MPI, "MPI, PMIx", "tasks of a job speak with each other", .mpi = true },
	{ .who = NULL },
};

const char *listener_name(enum listener l)
{
	static const char *const names[] = { "slurmctld", "slurmdbd", "database", "slurmd",
					     "sshd",	  "srun",     "MPI",	  "published" };
	return names[l];
}

const char *way_said(enum flow_way w)
{
	static const char *const said[] = { "direct",	"machine",  "published", "routed",
					    "ANY PORT", "ISOLATED", "NO ADDRESS" };
	return said[w];
}

bool dialed_from_outside(const struct model *m, const struct place *p, enum listener l)
{
	for (const struct flow *f = flows; f->who; f++) {
		if (f->listener != l || !(f->to & p->roles))
			continue;
		for (unsigned r = 0; r < ROLE_COUNT; r++)
			if (f->from & 1u << r && m->segments[r].one &&
			    (m->segments[r].many || m->segments[r].one != p->segment))
				return true;
	}
	return false;
}

/* ---- classes */

/* The places of one role on one network: the first, and the machines that have them. */
struct group {
	const struct place *first;
	LIST(const struct place *) by_machine; /* the first on each machine */
	uint64_t names;
};
struct groups {
	LIST(struct group) list;
};

static bool is_on(const struct group *g, const struct model_machine *x, const struct place **ret)
{
	for (size_t i = 0; i < g->by_machine.n; i++)
		if (g->by_machine.v[i]->machine == x) {
			*ret = g->by_machine.v[i];
			return true;
		}
	return false;
}

/* Machines are named in the order of places, so that one that was there is nearly always the last. */
static void groups_of(const struct model *m, unsigned role, struct groups *ret)
{
	*ret = (struct groups){ 0 };
	for (size_t i = 0; i < m->places.n; i++) {
		const struct place *p = &m->places.v[i];
		struct group *g = NULL;
		if (!(p->roles & role))
			continue;
		for (size_t j = 0; j < ret->list.n && !g; j++)
			if (ret->list.v[j].first->network == p->network)
				g = &ret->list.v[j];
		if (!g) {
			g = list_push(m->arena, &ret->list);
			*g = (struct group){ .first = p };
		}
		g->names += p->names.count;
		if (!g->by_machine.n || g->by_machine.v[g->by_machine.n - 1]->machine != p->machine)
			*list_push(m->arena, &g->by_machine) = p;
	}
}

static bool is_single_port(const struct model *m, const struct place *to, enum listener l,
			   const struct model_port **ret)
{
	struct model_ports ports;
	place_ports(m, to, 0, &ports);
	for (size_t i = 0; i < ports.list.n; i++)
		if (ports.list.v[i].listener == l && !ports.list.v[i].by) {
			*ret = &ports.list.v[i];
			return ports.list.v[i].first > 0;
		}
	*ret = NULL;
	return false;
}

static enum flow_way way_of(const struct model *m, const struct place *from, const struct place *to, enum listener l,
			    bool same_machine)
{
	const struct model_port *port;
	enum network_kind here = from->network ? from->network->kind : NETWORK_HOST;
	enum network_kind there = to->network ? to->network->kind : NETWORK_HOST;
	bool known = !to->machine || to->machine->address;
	if (there == NETWORK_HOST) {
		if (here == NETWORK_MACVLAN && same_machine)
			return WAY_ISOLATED;
		/* On one machine the loopback would do for those who are on its own network. */
		if (!known && !(here == NETWORK_HOST && same_machine))
			return WAY_NO_ADDRESS;
		return WAY_MACHINE;
	}
	if (from->network == to->network && (!network_ends_at_machine(there) || same_machine))
		return WAY_DIRECT;
	/* What a machine's own network sends to a macvlan on its interface does not come back in, nor does a bridge's.
	 */
	if (there == NETWORK_MACVLAN)
		return same_machine ? WAY_ISOLATED : WAY_ROUTED;
	if (here == NETWORK_MACVLAN && same_machine)
		return WAY_ISOLATED;
	if (!is_single_port(m, to, l, &port))
		return WAY_ANY_PORT;
	return known ? WAY_PUBLISHED : WAY_NO_ADDRESS;
}

static void add_class(const struct model *m, struct flow_classes *ret, const struct flow *f, const struct place *from,
		      const struct place *to, bool same_machine)
{
	struct flow_class *c = list_push(m->arena, &ret->list);
	*c = (struct flow_class){ .flow = f, .from = from, .to = to, .same_machine = same_machine };
	c->way = way_of(m, from, to, f->listener, same_machine);
}

/* The first pair on one machine, and the first pair on two. */
static void add_classes(const struct model *m, struct flow_classes *ret, const struct flow *f, const struct group *a,
			const struct group *b)
{
	const struct place *other = NULL;
	bool same = false;
	for (size_t i = 0; i < a->by_machine.n && !same; i++) {
		same = is_on(b, a->by_machine.v[i]->machine, &other);
		/* A place that is alone has nobody of its own kind to call. */
		if (same && a->by_machine.v[i] == other && a->names == 1)
			return;
		if (same)
			add_class(m, ret, f, a->by_machine.v[i], other, true);
	}
	const struct model_machine *first = a->by_machine.v[0]->machine;
	for (size_t i = 0; i < b->by_machine.n; i++)
		if (b->by_machine.v[i]->machine != first) {
			add_class(m, ret, f, a->by_machine.v[0], b->by_machine.v[i], false);
			return;
		}
	for (size_t i = 1; i < a->by_machine.n; i++)
		if (a->by_machine.v[i]->machine != b->by_machine.v[0]->machine) {
			add_class(m, ret, f, a->by_machine.v[i], b->by_machine.v[0], false);
			return;
		}
}

void flows_of(const struct model *m, struct flow_classes *ret)
{
	struct groups by_role[ROLE_COUNT];
	const struct mpi *mpi = m->spec->mpi;
	bool has_mpi = mpi && !text_equal(mpi->implementation, "none");
	*ret = (struct flow_classes){ 0 };
	for (unsigned r = 0; r < ROLE_COUNT; r++)
		groups_of(m, 1u << r, &by_role[r]);
	for (const struct flow *f = flows; f->who; f++) {
		if ((f->mpi && !has_mpi) || (f->listener == LISTENER_SSHD && !m->platform->brings_sshd))
			continue;
		for (unsigned a = 0; a < ROLE_COUNT; a++)
			for (unsigned b = 0; b < ROLE_COUNT; b++) {
				if (!(f->from & 1u << a) || !(f->to & 1u << b))
					continue;
				for (size_t i = 0; i < by_role[a].list.n; i++)
					for (size_t j = 0; j < by_role[b].list.n; j++)
						add_classes(m, ret, f, &by_role[a].list.v[i], &by_role[b].list.v[j]);
			}
	}
}
