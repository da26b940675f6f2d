/* flows_machine.c: what machines dial of each other, and what places dial that is not of the spec. */
#include "compiler/model/flows.h"

static struct machine_flow *add_flow(const struct model *m, struct machine_flows *ret, struct machine_port port)
{
	struct machine_flow *f = list_push(m->arena, &ret->list);
	*f = (struct machine_flow){ .port = port };
	hostlist_init(&f->from, m->arena);
	hostlist_init(&f->to, m->arena);
	return f;
}

/* From the first machine; those of one port together. */
static void add_ssh(const struct model *m, struct machine_flows *ret)
{
	size_t before = ret->list.n;
	for (size_t i = 1; i < m->machines.n; i++) {
		struct machine_port port = machine_ssh(m->machines.v[i]->host);
		struct machine_flow *f = NULL;
		for (size_t j = before; j < ret->list.n && !f; j++)
			f = ret->list.v[j].port.port == port.port ? &ret->list.v[j] : NULL;
		if (!f) {
			f = add_flow(m, ret, port);
			hostlist_add_name(&f->from, m->machines.v[0]->name);
		}
		hostlist_add_name(&f->to, m->machines.v[i]->name);
	}
}

static void add_swarm_flows(const struct model *m, struct machine_flows *ret)
{
	for (size_t i = 0; swarm_ports[i].who; i++) {
		if (!has_swarm_port(m, &swarm_ports[i], NULL))
			continue;
		struct machine_flow *f = add_flow(m, ret, swarm_ports[i]);
		for (size_t j = 0; j < m->machines.n; j++) {
			hostlist_add_name(&f->from, m->machines.v[j]->name);
			if (has_swarm_port(m, &swarm_ports[i], m->machines.v[j]))
				hostlist_add_name(&f->to, m->machines.v[j]->name);
		}
	}
}

/* The machines whose places see a storage: the kernel of each mounts it. */
static void add_mounting(const struct model *m, unsigned roles, struct hostlist *ret)
{
	for (size_t i = 0; m->platform->place_per_host && i < m->places.n; i++)
		if (m->places.v[i].roles & roles)
			hostlist_add(ret, &m->places.v[i].names);
	for (size_t i = 0; i < m->machines.n; i++)
		if (m->machines.v[i]->roles & roles)
			hostlist_add_name(ret, m->machines.v[i]->name);
}

static void add_nfs_flows(const struct model *m, struct machine_flows *ret)
{
	struct storage *s;
	for (size_t i = 0; (s = entries_next(&m->spec->storage, &i));) {
		const char *server = s->server && s->server->host ? s->server->host
				     : s->server		  ? s->server->address
								  : NULL;
		if (!text_equal(s->type, "nfs") || !server)
			continue;
		struct machine_flow *f = add_flow(m, ret, storage_port(m, s));
		add_mounting(m, roles_of(&s->on, ROLE_ALL), &f->from);
		hostlist_add_name(&f->to, server);
	}
}

/* Daemons that are there already, and not of this spec. */
static void add_outsider(const struct model *m, struct machine_flows *ret, enum role from, const char *host,
			 struct machine_port port)
{
	struct machine_flow *f = add_flow(m, ret, port);
	f->port.protocol = "tcp";
	f->port.dialer = role_name(from);
	for (size_t i = 0; i < m->places.n; i++)
		if (m->places.v[i].roles & from)
			hostlist_add(&f->from, &m->places.v[i].names);
	hostlist_add_name(&f->to, host);
}

static void add_outsiders(const struct model *m, struct machine_flows *ret)
{
	const struct accounting *acc = m->spec->accounting;
	if (acc && acc->external)
		add_outsider(m, ret, ROLE_SLURMCTLD, acc->external->host,
			     (struct machine_port){ .port = acc->external->port,
						    .who = "slurmdbd",
						    .why = "sends what is to be recorded" });
	else if (acc && acc->database && acc->database->host)
		add_outsider(m, ret, ROLE_SLURMDBD, acc->database->host,
			     (struct machine_port){
				     .port = acc->database->port, .who = "database", .why = "stores and reads" });
}

void machine_flows(const struct model *m, struct machine_flows *ret)
{
	*ret = (struct machine_flows){ 0 };
	add_ssh(m, ret);
	if (has_overlay(m) && m->machines.n > 1)
		add_swarm_flows(m, ret);
	add_nfs_flows(m, ret);
	add_outsiders(m, ret);
}
