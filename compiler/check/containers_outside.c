/* containers_outside.c: addresses outside of the containers' networks: of the hosts that carry them, and of servers. */
#include "compiler/check/containers.h"

#include <string.h>

#include "compiler/base/ip.h"

/* ---- subnet-over-hosts: what is made for the cluster alone takes the way to its addresses, on each host and in each
 * place */

/* Whose address it is, and where that is written. */
struct outsider {
	const char *who, *address;
	struct span at;
};

static bool is_made(enum network_kind k)
{
	return k == NETWORK_BRIDGE || k == NETWORK_PUBLISHED || k == NETWORK_OVERLAY;
}

static const char *address_of_host(struct check *c, const char *name)
{
	uint64_t at = 0;
	const struct host *h = name ? spec_host(c->spec, name, &at) : NULL;
	if (!h || h->origin.broken || !h->address.list)
		return name;
	return hostlist_name_dup(h->address.list, h->address.list->count == 1 ? 0 : at, c->arena);
}

/* Of several that lie in one network the first is said. */
static void over(struct check *c, const struct outsider *x, struct map *seen)
{
	const struct model *m = c->model;
	struct ip ip;
	for (size_t i = 0; x->address && ip_parse(x->address, &ip) && i < m->networks.n; i++) {
		const struct model_network *n = m->networks.v[i];
		/* Another is chosen in its place where the cluster is brought up; and of a type that the target cannot
		 * make another rule speaks. */
		if (!is_made(n->kind) || (n->network && network_kind(m->platform, n->network) != n->kind) ||
		    n->prefix || !n->cidr.bits || !cidr_contains(&n->cidr, &ip))
			continue;
		bool written = n->network && n->network->subnet;
		struct span at = written ? WHERE(n->network, subnet) : where_network(c, n);
		if (!first_at(c, seen, at))
			continue;
		struct diag *d = finding(
			c, at, "network '%s' (%s) is %s%s, and %s of %s lies in it: containers would not reach it",
			n->name, network_kind_name(n->kind), written ? "" : "by itself ",
			subnet_said(c->arena, &n->cidr), x->address, x->who);
		diag_note(c->diags, d, x->at, "the address");
		diag_help(c->diags, d, "%s",
			  written ? "write a subnet that nobody else has, or leave 'subnet' out, and one is chosen"
				  : "write its 'subnet': one that nobody else has");
	}
}

static void over_machines(struct check *c, struct map *seen)
{
	for (size_t i = 0; i < c->model->machines.n; i++) {
		const struct model_machine *x = c->model->machines.v[i];
		if (!x->host || x->host->origin.broken || !x->address)
			continue;
		over(c,
		     &(struct outsider){ arena_printf(c->arena, "host '%s'", x->name), x->address,
					 WHERE(x->host, address) },
		     seen);
	}
}

static void over_storage(struct check *c, struct map *seen)
{
	struct storage *s;
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));)
		if (text_equal(s->type, "nfs") && s->server && !s->server->origin.broken &&
		    !storage_exporter(c->model, s))
			over(c,
			     &(struct outsider){ arena_printf(c->arena, "the server of storage '%s'", s->origin.name),
						 storage_server(c->model, s), WHERE(s, server) },
			     seen);
}

static void over_accounting(struct check *c, struct map *seen)
{
	const struct accounting *a = c->spec->accounting;
	if (!a || a->origin.broken)
		return;
	const struct database *db = a->database;
	const struct external_slurmdbd *dbd = a->external;
	if (db && !db->origin.broken && db->host && !(c->model->roles & ROLE_DATABASE))
		over(c, &(struct outsider){ "the database", address_of_host(c, db->host), WHERE(db, host) }, seen);
	if (dbd && !dbd->origin.broken && dbd->host)
		over(c, &(struct outsider){ "slurmdbd", address_of_host(c, dbd->host), WHERE(dbd, host) }, seen);
}

void rule_subnet_over_hosts(struct check *c)
{
	struct map seen;
	map_init(&seen, c->arena);
	if (!c->model->networks.n)
		return;
	over_machines(c, &seen);
	over_storage(c, &seen);
	over_accounting(c, &seen);
}

/* ---- host-address-unfit: what goes into /etc/hosts and is mapped by an engine is an IPv4 address */

/* Whether others reach a place at its machine's address. */
static bool is_reached_there(const struct check *c, const struct place *p)
{
	struct model_ports ports;
	if (!p->network || p->network->kind == NETWORK_HOST)
		return p->network;
	place_ports(c->model, p, 0, &ports);
	for (size_t i = 0; i < ports.list.n; i++)
		if (ports.list.v[i].outside && !ports.list.v[i].by)
			return true;
	return false;
}

static const struct place *reached_at(const struct check *c, const struct model_machine *x)
{
	for (size_t i = 0; i < x->places.n; i++) {
		const struct place *p = &c->model->places.v[x->places.v[i]];
		if (is_reached_there(c, p))
			return p;
	}
	return NULL;
}

void rule_host_address_unfit(struct check *c)
{
	const struct model *m = c->model;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; m->platform->own_hosts_file && m->networks.n && i < m->machines.n; i++) {
		const struct model_machine *x = m->machines.v[i];
		struct ip ip = { 0 };
		bool number = x->address && ip_parse(x->address, &ip);
		if (!x->address || !x->host || x->host->origin.broken || (number && !ip.v6))
			continue;
		const struct place *p = reached_at(c, x);
		if (!p || !first_at(c, &seen, WHERE(x->host, address)))
			continue;
		const char *who = p->node ? nodes_said(c, &p->names) : role_name((enum role)p->roles);
		struct diag *d =
			number ? finding(c, WHERE(x->host, address),
					 "%s is of IPv6, and containers are reached by IPv4: nobody would find %s "
					 "there",
					 x->address, who)
			       : finding(c, WHERE(x->host, address),
					 "'%s' is a name, and places find %s by a number: they have files of hosts, "
					 "and ask nobody else",
					 x->address, who);
		diag_note(c->diags, d, where_joined(c, p),
			  "%s on network '%s' (%s) %s reached at the address of host '%s'", who, p->network->name,
			  network_kind_name(p->network->kind), p->names.count > 1 ? "are" : "is", x->name);
		diag_help(c->diags, d, "write the host's IPv4 address: a number such as 10.83.0.1");
	}
}
