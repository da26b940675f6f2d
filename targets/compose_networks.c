/*
 * compose_networks.c: how places are on networks, what of them is published at their machine, and the lists of both.
 *
 * A place on the machines' own network has no address of its own and publishes nothing: its daemons listen there
 * themselves.
 */
#include "compiler/model/flows.h"
#include "targets/compose.h"
#include "targets/containers.h"

#define DASH(s) ((s) ? (s) : "-")

/* Who makes it: NULL for compose's own kind, a bridge. */
static const char *driver_of(const struct model_network *n)
{
	return n->kind == NETWORK_MACVLAN ? "macvlan" : NULL;
}

static bool uses(const struct compose *c, const struct model_network *n)
{
	for (size_t i = 0; i < c->machine->places.n; i++)
		if (compose_place(c, i)->network == n)
			return true;
	return false;
}

/* ---- at the top */

static const char *number(const struct compose *c, int64_t n)
{
	return arena_printf(c->m->arena, "%lld", (long long)n);
}

/* mtu: network.Label of libnetwork's bridge; parent: that of its macvlan. */
static void options(struct compose *c, const struct model_network *n)
{
	const struct network *said = n->network;
	bool mtu = said && said->mtu != VALUE_ABSENT, parent = said && n->kind == NETWORK_MACVLAN && said->interface;
	if (!mtu && !parent)
		return;
	y_map(c->y, "driver_opts");
	if (parent)
		y_str(c->y, "parent", said->interface);
	if (mtu)
		y_str(c->y, "com.docker.network.driver.mtu", number(c, said->mtu));
	y_end(c->y);
}

static void addresses(struct compose *c, const struct model_network *n)
{
	const struct network *said = n->network;
	char ip[IP_TEXT];
	ip_format(&n->cidr.address, ip);
	y_map(c->y, "ipam");
	y_seq(c->y, "config");
	y_map(c->y, NULL);
	y_raw(c->y, "subnet", arena_printf(c->m->arena, "%s/%d", compose_address(c, n, ip), n->cidr.bits));
	if (said && said->range)
		y_str(c->y, "ip_range", said->range);
	if (said && said->gateway)
		y_str(c->y, "gateway", said->gateway);
	y_end(c->y);
	y_end(c->y);
	y_end(c->y);
}

/* One over all machines is the swarm's: `cluster up` makes it where the swarm is managed. */
static void external(struct compose *c, const struct model_network *n)
{
	y_bool(c->y, "external", true);
	y_raw(c->y, "name", arena_printf(c->m->arena, "${HPCC_NAME:-%s}_%s", c->project, n->name));
}

static void network(struct compose *c, const struct model_network *n)
{
	y_map(c->y, n->name);
	if (n->kind == NETWORK_OVERLAY) {
		external(c, n);
	} else {
		if (driver_of(n))
			y_str(c->y, "driver", driver_of(n));
		options(c, n);
		addresses(c, n);
	}
	y_end(c->y);
}

void compose_networks(struct compose *c)
{
	bool open = false;
	for (size_t i = 0; i < c->m->networks.n; i++) {
		const struct model_network *n = c->m->networks.v[i];
		if (n->kind == NETWORK_HOST || !uses(c, n))
			continue;
		if (!open)
			y_map(c->y, "networks");
		open = true;
		network(c, n);
	}
	if (open)
		y_end(c->y);
}

/* ---- a place's */

void compose_attach(struct compose *c, const struct place *p, const char *name, const char *address)
{
	const struct texts *aliases = p->service ? &p->service->aliases : NULL;
	y_str(c->y, "hostname", name);
	if (p->network->kind == NETWORK_HOST) {
		y_str(c->y, "network_mode", "host");
		return;
	}
	y_flow(c->y);
	y_map(c->y, "networks");
	y_map(c->y, p->network->name);
	y_raw(c->y, "ipv4_address", compose_address(c, p->network, address ? address : ""));
	if (aliases)
		containers_texts(c->y, "aliases", aliases);
	y_end(c->y);
	y_end(c->y);
}

/* "192.0.2.1:6818-6822:6818-6822". A number that nobody knows by heart stands in a variable: a second cluster of the
 * same folder cannot have the same, and `cluster up` chooses one. */
static const char *port_text(const struct compose *c, const struct model_port *x)
{
	struct text t;
	long long out = (long long)x->outside, in = (long long)x->first, more = (long long)(x->last - x->first);
	text_init(&t, c->m->arena);
	if (x->address)
		text_addf(&t, "%s:", x->address);
	if (!x->fixed)
		text_addf(&t, "${HPCC_PORT_%lld:-%lld}:%lld", out, out, in);
	else if (more)
		text_addf(&t, "%lld-%lld:%lld-%lld", out, out + more, in, in + more);
	else
		text_addf(&t, "%lld:%lld", out, in);
	return t.s;
}

void compose_publish(struct compose *c, const struct place *p, uint64_t i)
{
	struct model_ports all;
	bool open = false;
	if (p->network->kind == NETWORK_HOST)
		return;
	place_ports(c->m, p, i, &all);
	for (size_t j = 0; j < all.list.n; j++) {
		const struct model_port *x = &all.list.v[j];
		if (!x->published || (c->ephemeral ? x->by != NULL : x->doubled))
			continue;
		if (!open)
			y_seq(c->y, "ports");
		open = true;
		y_raw(c->y, NULL, port_text(c, x));
	}
	if (open)
		y_end(c->y);
}

/* ---- lists */

static void list_networks(struct compose *c)
{
	struct text *t = output_add(c->out, "etc/networks.tsv", false);
	text_add(t, "#network\tkind\tsubnet\tgateway\trange\tinterface\tmtu\tencrypted\n");
	for (size_t i = 0; i < c->m->networks.n; i++) {
		const struct model_network *n = c->m->networks.v[i];
		const struct network *said = n->network;
		char subnet[CIDR_TEXT], engines[CIDR_TEXT];
		cidr_format(&n->cidr, subnet);
		cidr_format(&n->engines, engines);
		tsv_line(t, n->name, network_kind_name(n->kind), n->cidr.bits ? subnet : "-",
			 DASH(said ? said->gateway : NULL),
			 n->engines.bits ? engines : DASH(said ? said->range : NULL),
			 DASH(said ? said->interface : NULL),
			 said && said->mtu != VALUE_ABSENT ? number(c, said->mtu) : "-",
			 said && said->encrypted == TRI_TRUE ? "yes" : "no", NULL);
	}
}

/* What of the places is reached at their machine: ports that are published, and those of daemons on the machine's
 * network. */
static void list_ports(struct compose *c)
{
	struct text *t = output_add(c->out, "etc/ports.tsv", false);
	text_add(t, "#place\tlistener\tmachine\tport\tlast\thow\n");
	for (size_t i = 0; i < c->m->places.n; i++) {
		const struct place *p = &c->m->places.v[i];
		struct hostwalk names;
		hostwalk_start(&names, &p->names);
		for (uint64_t j = 0; j < p->names.count; j++) {
			const char *name = hostwalk_next(&names);
			struct model_ports all;
			place_ports(c->m, p, j, &all);
			for (size_t k = 0; k < all.list.n; k++) {
				const struct model_port *x = &all.list.v[k];
				if (!x->outside || x->by)
					continue;
				tsv_line(t, name, listener_name(x->listener), p->machine->name, number(c, x->outside),
					 number(c, x->outside + x->last - x->first),
					 x->published ? "published" : "host", NULL);
			}
		}
	}
}

void compose_network_lists(struct compose *c)
{
	list_networks(c);
	list_ports(c);
}
