/*
 * lower_network.c: which networks the places are on, and at which addresses they are reached.
 *
 * Services name their network. Those that name none are on one that another names, if there is one of the platform's
 * own making, else on one that nobody wrote.
 */
#include <string.h>

#include "compiler/base/map.h"
#include "compiler/model/lower.h"

enum {
	LARGE = 60000,	  /* places that a /16 holds */
	FIRST_OCTET = 64, /* 10.64 to 10.191: apart from Docker's own pools, which lie in 172.16/12 and 192.168/16 */
	OCTETS = 128,
};

/* ---- which networks */

/* The kind that a network is made as here: what the platform cannot make is refused by a rule, and becomes its own. */
static enum network_kind made_as(const struct model *m, const struct network *n)
{
	enum network_kind k = network_kind(m->platform, n);
	return m->platform->networks & 1u << k ? k : m->platform->network;
}

/* For those who name none: a network of the platform's own making that others name. */
static const struct network *common_network(const struct model *m)
{
	const struct services *s = m->spec->services;
	const struct service *all[] = { s->slurmd, s->slurmctld, s->slurmdbd, s->database, s->login };
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const struct network *n = network_named(m->spec, all[i] ? all[i]->network : NULL);
		if (n && made_as(m, n) != NETWORK_HOST)
			return n;
	}
	return NULL;
}

/* Clusters of different names get different subnets, so that two can be up on one machine; a clash is met there. */
static unsigned octet_of(const char *cluster, const char *network)
{
	uint32_t h = 2166136261u;
	for (const char *s = cluster; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	for (const char *s = network; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return FIRST_OCTET + h % OCTETS;
}

static bool octet_is_taken(const struct model *m, unsigned octet)
{
	for (size_t i = 0; i < m->networks.n; i++) {
		const struct cidr *x = &m->networks.v[i]->cidr;
		if (x->bits && x->address.bytes[0] == 10 && (x->bits < 16 || x->address.bytes[1] == octet))
			return true;
	}
	return false;
}

/* The first network's may become another where the cluster is brought up; of several the others' are fixed. */
static void choose_subnet(struct model *m, struct model_network *n)
{
	uint64_t places = 0;
	for (size_t i = 0; i < m->places.n; i++)
		places += m->places.v[i].names.count;
	bool first = true;
	for (size_t i = 0; i < m->networks.n; i++)
		first = first && !m->networks.v[i]->prefix;
	unsigned octet = octet_of(m->spec->cluster ? m->spec->cluster : "", first ? "" : n->name);
	for (int tries = 0; tries < OCTETS && octet_is_taken(m, octet); tries++)
		octet = FIRST_OCTET + (octet - FIRST_OCTET + 1) % OCTETS;
	bool large = places > LARGE && first;
	cidr_parse(large ? "10.0.0.0/8" : arena_printf(m->arena, "10.%u.0.0/16", octet), &n->cidr);
	if (first)
		n->prefix = large ? "10" : arena_printf(m->arena, "10.%u", octet);
}

static struct model_network *network_of(struct model *m, const struct network *written)
{
	for (size_t i = 0; i < m->networks.n; i++)
		if (m->networks.v[i]->network == written)
			return m->networks.v[i];
	struct model_network *n = ARENA_NEW(m->arena, struct model_network);
	struct cidr subnet;
	n->network = written;
	n->name = written ? written->origin.name : "cluster";
	n->kind = made_as(m, written);
	if (written && written->subnet && cidr_parse(written->subnet, &subnet) && !subnet.address.v6)
		cidr_network(&subnet, &n->cidr);
	else if (n->kind != NETWORK_HOST)
		choose_subnet(m, n);
	*list_push(m->arena, &m->networks) = n;
	return n;
}

static void lay_on_networks(struct model *m)
{
	const struct network *common = common_network(m);
	for (size_t i = 0; i < m->places.n; i++) {
		struct place *p = &m->places.v[i];
		const struct network *n = network_named(m->spec, p->service ? p->service->network : NULL);
		p->network = network_of(m, n ? n : common);
	}
}

/* ---- segments */

static void find_segments(struct model *m)
{
	struct map all;
	map_init(&all, m->arena);
	for (size_t i = 0; i < m->places.n; i++) {
		struct place *p = &m->places.v[i];
		const char *name = network_ends_at_machine(p->network->kind) && p->machine
					   ? arena_printf(m->arena, "%s\t%s", p->network->name, p->machine->name)
					   : p->network->name;
		p->segment = map_add(&all, name, NULL)->key;
		for (unsigned r = 0; r < ROLE_COUNT; r++) {
			if (!(p->roles & 1u << r))
				continue;
			if (m->segments[r].one && m->segments[r].one != p->segment)
				m->segments[r].many = true;
			else
				m->segments[r].one = p->segment;
		}
	}
}

/* ---- addresses */

/* Places on the machines' own network have their machine's. */
static void machine_addresses(struct model *m, const struct model_network *n)
{
	for (size_t i = 0; i < m->places.n; i++) {
		struct place *p = &m->places.v[i];
		for (uint64_t j = 0; p->network == n && p->machine->address && j < p->names.count; j++)
			hostlist_add_name(&p->addresses, p->machine->address);
	}
}

static void lower_one_network(struct model *m, struct model_network *n)
{
	struct cidr range = n->cidr, written;
	if (n->kind == NETWORK_HOST) {
		machine_addresses(m, n);
		return;
	}
	if (!m->platform->fixed_addresses)
		return;
	if (n->network && n->network->range && cidr_parse(n->network->range, &written) && !written.address.v6)
		cidr_network(&written, &range);
	n->short_of = lower_addresses(m, n, &range);
}

void lower_networks(struct model *m)
{
	lay_on_networks(m);
	find_segments(m);
	for (size_t i = 0; i < m->networks.n; i++)
		lower_one_network(m, m->networks.v[i]);
}
