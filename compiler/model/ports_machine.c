/*
 * ports_machine.c: what a machine listens on for the cluster's sake beside its places: sshd, a swarm's engines, a
 * server of files.
 */
#include <string.h>

#include "compiler/model/flows.h"

enum { NFS = 2049 };

bool has_overlay(const struct model *m)
{
	for (size_t i = 0; i < m->networks.n; i++)
		if (m->networks.v[i]->kind == NETWORK_OVERLAY)
			return true;
	return false;
}

static bool has_encrypted(const struct model *m)
{
	for (size_t i = 0; i < m->networks.n; i++) {
		const struct model_network *n = m->networks.v[i];
		if (n->kind == NETWORK_OVERLAY && n->network && n->network->encrypted == TRI_TRUE)
			return true;
	}
	return false;
}

/* Docker's manual, "Open protocols and ports between the hosts" of a swarm. */
const struct machine_port swarm_ports[] = {
	{ .port = 2377, .protocol = "tcp", .who = "swarm", .dialer = "dockerd", .why = "asks the managers" },
	{ .port = 7946, .protocol = "tcp", .who = "swarm", .dialer = "dockerd", .why = "engines find each other" },
	{ .port = 7946, .protocol = "udp", .who = "swarm", .dialer = "dockerd", .why = "engines find each other" },
	{ .port = 4789, .protocol = "udp", .who = "VXLAN", .dialer = "the kernel", .why = "carries overlay networks" },
	{ .port = 0,
	  .protocol = "esp",
	  .who = "IPsec",
	  .dialer = "the kernel",
	  .why = "carries encrypted overlay networks" },
	{ .who = NULL },
};
enum { MANAGERS = 2377 };

bool has_swarm_port(const struct model *m, const struct machine_port *p, const struct model_machine *x)
{
	if (!p->port)
		return has_encrypted(m);
	return p->port != MANAGERS || !x || machine_manages(m, x);
}

static void add_swarm(const struct model *m, const struct model_machine *x, struct machine_ports *ret)
{
	for (size_t i = 0; swarm_ports[i].who; i++)
		if (has_swarm_port(m, &swarm_ports[i], x))
			*list_push(m->arena, &ret->list) = swarm_ports[i];
}

struct machine_port storage_port(const struct model *m, const struct storage *s)
{
	return (struct machine_port){ .port = NFS,
				      .protocol = "tcp",
				      .who = "nfsd",
				      .dialer = "mount",
				      .why = arena_printf(m->arena, "storage %s", s->origin.name),
				      .by = s->server };
}

/* `cluster up` goes from the first machine to the others. */
struct machine_port machine_ssh(const struct host *h)
{
	bool said = h && h->ssh && h->ssh->port != VALUE_ABSENT;
	return (struct machine_port){ .port = said ? h->ssh->port : SSH_PORT,
				      .protocol = "tcp",
				      .who = "sshd",
				      .dialer = "cluster",
				      .why = "brings files and images, and starts places",
				      .by = said ? h->ssh : NULL };
}

static bool holds(const struct model *m, const struct hostlist *names, const char *name)
{
	struct hostlist one, both;
	hostlist_init(&one, m->arena);
	hostlist_add_name(&one, name);
	hostlist_intersect(m->arena, &one, names, &both);
	return both.count > 0;
}

void machine_ports(const struct model *m, const struct hostlist *names, const struct host *host,
		   const struct model_machine *x, struct machine_ports *ret)
{
	struct storage *s;
	bool nfs = false;
	*ret = (struct machine_ports){ 0 };
	if (x && m->machines.n > 1)
		*list_push(m->arena, &ret->list) = machine_ssh(host);
	if (x && has_overlay(m))
		add_swarm(m, x, ret);
	for (size_t i = 0; !nfs && (s = entries_next(&m->spec->storage, &i));) {
		nfs = s->server && s->server->host && holds(m, names, s->server->host);
		if (nfs)
			*list_push(m->arena, &ret->list) = storage_port(m, s);
	}
}

/* ---- slurmd's ports, where a place is a machine */

/* Ports are told for a whole group: which of its nodes has which, node_port() knows. */
static void add_ports(const struct model *m, const struct node_group *g, struct hostlist *ret)
{
	if (g->port.list)
		hostlist_add(ret, g->port.list);
	else
		hostlist_add_name(ret, arena_printf(m->arena, "%lld", (long long)m->spec->slurm->ports->slurmd));
}

void place_node_ports(const struct model *m, const struct place *p, struct hostlist *ret)
{
	hostlist_init(ret, m->arena);
	for (size_t i = 0; i < p->groups.n; i++)
		add_ports(m, p->groups.v[i], ret);
	hostlist_normalise(ret);
}
