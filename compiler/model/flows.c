/* flows.c: who dials whom in a cluster of Slurm's, and by which way each arrives. */
#include "compiler/model/flow_groups.h"

/*
 * Who opens connections to whom, as Slurm's sources have it: slurmd/req.c, slurmctld/agent.c, common/forward.c,
 * srun/allocate.c, slurmstepd/io.c, slurmctld/step_mgr.c, slurmctld/backup.c, plugins/mpi/pmix/pmixp_dconn_tcp.c.
 *
 * An srun is not asked where it is: slurmstepd and slurmctld call it back at the address that its own call came from
 * (slurmd/req.c: orig_addr; proc_req.c: resp_host), which behind a translation of addresses is its machine's. So a
 * published srun must have the same number inside and out.
 */
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
	{ ROLE_SLURMCTLD, ROLE_SLURMD, LISTENER_SRUN, "slurmctld", "wakes an srun in a batch job whose step waited" },
	{ ROLE_SLURMCTLD, ROLE_SLURMCTLD, LISTENER_SLURMCTLD, "slurmctld", "the backup asks after the primary",
	  .must = true },
	{ ROLE_SLURMCTLD, ROLE_SLURMDBD, LISTENER_SLURMDBD, "slurmctld", "sends what is to be recorded", .must = true },
	{ ROLE_SLURMDBD, ROLE_SLURMCTLD, LISTENER_SLURMCTLD, "slurmdbd", "tells of accounts and limits that change",
	  .must = true },
	{ ROLE_LOGIN, ROLE_SLURMDBD, LISTENER_SLURMDBD, "sacct, sacctmgr", "asks what was recorded" },
	{ ROLE_SLURMD, ROLE_SLURMDBD, LISTENER_SLURMDBD, "sacct", "asks what was recorded, in a job" },
	{ ROLE_SLURMDBD, ROLE_DATABASE, LISTENER_DATABASE, "slurmdbd", "stores and reads", .must = true },
	{ ROLE_LOGIN, ROLE_SLURMD, LISTENER_SSHD, "ssh", "users go to nodes" },
	{ ROLE_SLURMD, ROLE_SLURMD, LISTENER_SSHD, "ssh, mpirun", "users and MPI's own launcher go from node to node" },
	{ ROLE_SLURMD, ROLE_SLURMD, LISTENER_MPI, "MPI, PMIx", "tasks of a job speak with each other", .mpi = true,
	  .must = true },
	{ ROLE_SLURMD, ROLE_LOGIN, LISTENER_MPI, "MPI's launcher", "answers an mpirun in an salloc", .mpi = true },
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
	static const char *const said[] = { "local",  "direct",	  "host",     "published",
					    "routed", "ANY PORT", "ISOLATED", "NO ADDRESS" };
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

static bool is_single_port(const struct model *m, const struct place *to, enum listener l,
			   const struct model_port **ret)
{
	struct model_ports ports = { 0 };
	place_ports_of(m, to, 0, l, &ports);
	*ret = ports.list.n ? &ports.list.v[0] : NULL;
	return *ret && (*ret)->first > 0;
}

/* Each of these ways was tried with two engines of Docker 28, and those that lead nowhere too. From one bridge to what
 * another of the same host publishes it is Docker's proxy that carries, and the caller looks like the host. */
static enum flow_way way_of(const struct model *m, const struct place *from, const struct place *to, enum listener l,
			    bool same_machine)
{
	const struct model_port *port;
	if (m->platform->place_per_host)
		return same_machine ? WAY_LOCAL : WAY_MACHINE;
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
		return same_machine && here != NETWORK_MACVLAN ? WAY_ISOLATED : WAY_ROUTED;
	if (here == NETWORK_MACVLAN && same_machine)
		return WAY_ISOLATED;
	/* They are called at the address that they told themselves, to which their host has a way. */
	if (here == NETWORK_HOST && same_machine && (l == LISTENER_SRUN || l == LISTENER_MPI))
		return WAY_DIRECT;
	if (!is_single_port(m, to, l, &port))
		return WAY_ANY_PORT;
	return known ? WAY_PUBLISHED : WAY_NO_ADDRESS;
}

static void add_class(const struct model *m, struct flow_classes *ret, const struct flow *f, const struct flow_group *a,
		      const struct flow_group *b, size_t from, size_t to, bool same)
{
	struct flow_class *c = list_push(m->arena, &ret->list);
	*c = (struct flow_class){ .flow = f, .same_machine = same, .a = a, .b = b };
	c->from = a->on[from].first;
	c->to = b->on[to].first;
	c->way = way_of(m, c->from, c->to, f->listener, same);
}

static void add_inside(const struct model *m, struct flow_classes *ret, const struct flow *f,
		       const struct flow_group *a, const struct flow_group *b, bool known)
{
	for (size_t i = 0; i < a->n; i++)
		if (seats_meet_inside(m, &a->on[i], &b->on[i], a->role == b->role) &&
		    seat_is_known(m, &b->on[i]) == known) {
			add_class(m, ret, f, a, b, i, i, true);
			return;
		}
}

/* The first of `a` that is elsewhere than a machine of `b`. */
static void add_outside(const struct model *m, struct flow_classes *ret, const struct flow *f,
			const struct flow_group *a, const struct flow_group *b, bool known)
{
	for (size_t i = 0; i < b->n; i++) {
		if (!b->on[i].first || seat_is_known(m, &b->on[i]) != known)
			continue;
		for (size_t j = 0; j < a->n; j++)
			if (seats_meet_outside(m, &a->on[j], &b->on[i], i == j)) {
				add_class(m, ret, f, a, b, j, i, false);
				return;
			}
		/* All of `a` are on this machine alone: another of `b` will do. */
	}
}

static void add_classes(const struct model *m, struct flow_classes *ret, const struct flow *f,
			const struct flow_group *a, const struct flow_group *b)
{
	add_inside(m, ret, f, a, b, true);
	add_inside(m, ret, f, a, b, false);
	add_outside(m, ret, f, a, b, true);
	add_outside(m, ret, f, a, b, false);
}

void flows_of(const struct model *m, struct flow_classes *ret)
{
	struct flow_groups by_role[ROLE_COUNT];
	*ret = (struct flow_classes){ 0 };
	if (!m->spec->slurm)
		return;
	for (unsigned r = 0; r < ROLE_COUNT; r++)
		flow_groups_of(m, 1u << r, &by_role[r]);
	for (const struct flow *f = flows; f->who; f++) {
		if (f->mpi && !has_mpi(m->spec))
			continue;
		for (unsigned a = 0; a < ROLE_COUNT; a++)
			for (unsigned b = 0; b < ROLE_COUNT; b++) {
				if (!(f->from & 1u << a) || !(f->to & 1u << b))
					continue;
				for (size_t i = 0; i < by_role[a].list.n; i++)
					for (size_t j = 0; j < by_role[b].list.n; j++)
						add_classes(m, ret, f, by_role[a].list.v[i], by_role[b].list.v[j]);
			}
	}
}
