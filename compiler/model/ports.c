/* ports.c: who listens where: in a place, and at its machine's address where others must reach it there. */
#include <stdlib.h>
#include <string.h>

#include "compiler/base/ip.h"
#include "compiler/model/flows.h"
#include "compiler/model/lower.h"
#include "compiler/spec/check.h"

enum {
	SSH_ABOVE = 20000, /* a node's sshd, above its slurmd: 26818 */
	SSH_LOGIN = 22022,
	PORTS = 65535,
};

static uint64_t place_node(const struct place *p, uint64_t i)
{
	return p->at ? p->at[i] : i;
}

int64_t place_slurmd_port(const struct model *m, const struct place *p, uint64_t i)
{
	return node_port(m->spec, p->node, place_node(p, i));
}

/* Beside other places at one address: numbers that stay what they are when nodes come and go. */
int64_t place_ssh_port(const struct model *m, const struct place *p, uint64_t i)
{
	if (!p->network && p->host && p->host->ssh && p->host->ssh->port != VALUE_ABSENT)
		return p->host->ssh->port;
	if (!p->network || network_gives_addresses(p->network->kind))
		return SSH_PORT;
	if (!p->node)
		return SSH_LOGIN;
	int64_t slurmd = place_slurmd_port(m, p, i);
	return slurmd + SSH_ABOVE > PORTS ? slurmd - SSH_ABOVE : slurmd + SSH_ABOVE;
}

/* "60001-63000"; absent or unreadable: any port. */
static void range(const char *s, int64_t *ret_first, int64_t *ret_last)
{
	char *end;
	*ret_first = *ret_last = 0;
	long first = s ? strtol(s, &end, 10) : 0;
	if (first > 0 && *end == '-') {
		*ret_first = first;
		*ret_last = strtol(end + 1, NULL, 10);
	}
}

/* The address by which others reach the machine, if it is one and no name. */
static const char *published_at(const struct model *m, const struct place *p)
{
	struct ip ip;
	const char *address = m->platform->can & CAN_PUBLISH_AT ? p->machine->address : NULL;
	return address && ip_parse(address, &ip) && !ip.v6 ? address : NULL;
}

static void add(const struct model *m, const struct place *p, struct model_ports *ret, enum listener l, int64_t first,
		int64_t last)
{
	struct model_port *x = list_push(m->arena, &ret->list);
	*x = (struct model_port){ .listener = l, .first = first, .last = last, .fixed = true };
	if (!first)
		return;
	/* A macvlan's places are reached at their own addresses, and Docker publishes nothing of them. */
	if (!p->network || p->network->kind == NETWORK_HOST) {
		x->outside = first;
	} else if (p->network->kind != NETWORK_MACVLAN && dialed_from_outside(m, p, l)) {
		x->outside = first;
		x->published = true;
		x->address = published_at(m, p);
	}
}

static void add_slurmd(const struct model *m, const struct place *p, uint64_t i, struct model_ports *ret)
{
	struct hostlist all;
	if (p->node) {
		int64_t port = place_slurmd_port(m, p, i);
		add(m, p, ret, LISTENER_SLURMD, port, port);
		return;
	}
	place_node_ports(m, p, &all);
	for (size_t j = 0; j < all.runs.n; j++)
		add(m, p, ret, LISTENER_SLURMD, (int64_t)all.runs.v[j].lo, (int64_t)all.runs.v[j].hi);
}

/* The roles whose places have a listener. */
static const unsigned listens[LISTENER_OTHER] = {
	[LISTENER_SLURMCTLD] = ROLE_SLURMCTLD,	    [LISTENER_SLURMDBD] = ROLE_SLURMDBD,
	[LISTENER_DATABASE] = ROLE_DATABASE,	    [LISTENER_SLURMD] = ROLE_SLURMD,
	[LISTENER_SSHD] = ROLE_SLURMD | ROLE_LOGIN, [LISTENER_SRUN] = ROLE_SLURMD | ROLE_LOGIN,
	[LISTENER_MPI] = ROLE_SLURMD | ROLE_LOGIN,
};

void place_ports_of(const struct model *m, const struct place *p, uint64_t i, enum listener l, struct model_ports *ret)
{
	const struct slurm_ports *ports = m->spec->slurm ? m->spec->slurm->ports : NULL;
	const struct accounting *acc = m->spec->accounting;
	int64_t first, last;
	if (!ports || !(p->roles & listens[l]))
		return;
	switch (l) {
	case LISTENER_SLURMCTLD:
		add(m, p, ret, l, ports->slurmctld, ports->slurmctld);
		return;
	case LISTENER_SLURMDBD:
		add(m, p, ret, l, ports->slurmdbd, ports->slurmdbd);
		return;
	case LISTENER_DATABASE:
		if (acc && acc->database)
			add(m, p, ret, l, acc->database->port, acc->database->port);
		return;
	case LISTENER_SLURMD:
		add_slurmd(m, p, i, ret);
		return;
	case LISTENER_SSHD: /* On machines it is the machine's own. */
		first = place_ssh_port(m, p, i);
		add(m, p, ret, l, first, first);
		return;
	case LISTENER_SRUN:
		range(ports->srun, &first, &last);
		add(m, p, ret, l, first, last);
		return;
	case LISTENER_MPI:
		if (has_mpi(m->spec))
			add(m, p, ret, l, 0, 0);
		return;
	default:
		return;
	}
}

/* ---- what the spec publishes */

static const struct model_ports *read_published(const struct model *m, const struct service *s)
{
	struct model_ports *all = ARENA_NEW(m->arena, struct model_ports);
	for (size_t i = 0; i < s->publish.n; i++) {
		const char *text = s->publish.v[i];
		struct publish x;
		if (publish_read(text, &x)) /* decode has said so */
			continue;
		*list_push(m->arena, &all->list) = (struct model_port){
			.listener = LISTENER_OTHER,
			.first = x.inside,
			.last = x.inside,
			.outside = x.outside,
			.address = x.address ? arena_strndup(m->arena, text, x.address) : NULL,
			.published = true,
			.by = s,
			.item = i,
		};
	}
	return all;
}

/* Places of one service follow each other, and share what is read. */
void lower_published(struct model *m)
{
	const struct place *last = NULL;
	for (size_t i = 0; i < m->places.n; i++) {
		struct place *p = &m->places.v[i];
		if (!p->service || !p->service->publish.n)
			continue;
		p->publish = last && last->service == p->service ? last->publish : read_published(m, p->service);
		last = p;
	}
}

bool port_is_everywhere(const struct model_port *x)
{
	return !x->address || strcmp(x->address, "0.0.0.0") == 0;
}

/* What it maps is a listener of ours, if it is one; and with the number by which others know that, it is reached by
 * this. */
static void meet(const struct place *p, struct model_port *ours, struct model_port *wish)
{
	if (ours->by || ours->first != wish->first || ours->last != wish->last)
		return;
	wish->listener = ours->listener;
	if (!ours->published || ours->outside != wish->outside ||
	    (!port_is_everywhere(wish) && !text_equal(p->machine->address, wish->address)))
		return;
	wish->fixed = true;
	ours->doubled = true;
}

void place_ports(const struct model *m, const struct place *p, uint64_t i, struct model_ports *ret)
{
	*ret = (struct model_ports){ 0 };
	for (unsigned l = 0; l < LISTENER_OTHER; l++)
		place_ports_of(m, p, i, (enum listener)l, ret);
	for (size_t j = 0; m->spec->slurm && m->spec->slurm->ports && p->publish && j < p->publish->list.n; j++) {
		struct model_port *x = list_push(m->arena, &ret->list);
		*x = p->publish->list.v[j];
		for (size_t k = 0; k + 1 < ret->list.n; k++)
			meet(p, &ret->list.v[k], x);
	}
}
