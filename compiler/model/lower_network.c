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
	LARGE = 60000, /* places that a /16 holds */
	SMALL = 16,
	WIDE = 12,	  /* holds more nodes than Slurm does */
	FIRST_OCTET = 64, /* 10.64 to 10.191: apart from Docker's own pools, which lie in 172.16/12 and 192.168/16 */
	OCTETS = 128,
	FIRST_OF_172 = 16,
	LAST_OF_172 = 31,
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

static bool written_subnet(const struct network *n, struct cidr *ret)
{
	return n && ipv4_network(n->subnet, ret);
}

/* By a network that is chosen already, or by any that the spec writes: engines refuse two that overlap. */
static bool is_taken(const struct model *m, const struct cidr *x)
{
	const struct network *n;
	struct cidr other;
	for (size_t i = 0; (n = entries_next(&m->spec->networks, &i));)
		if (written_subnet(n, &other) && cidr_overlap(&other, x))
			return true;
	for (size_t i = 0; i < m->networks.n; i++)
		if (m->networks.v[i]->cidr.bits && cidr_overlap(&m->networks.v[i]->cidr, x))
			return true;
	return false;
}

static bool take_free(const struct model *m, const char *subnet, struct cidr *ret)
{
	struct cidr as_written, x;
	cidr_parse(subnet, &as_written);
	cidr_network(&as_written, &x);
	if (is_taken(m, &x))
		return false;
	*ret = x;
	return true;
}

/* The first free one of 10.64 to 10.191 from `octet` on, with `bits` of them; or one of 172.16/12, from behind, which
 * Docker's own pools reach last. */
static bool free_subnet(const struct model *m, unsigned octet, unsigned bits, struct cidr *ret)
{
	for (unsigned i = 0; i < OCTETS; i++) {
		unsigned at = FIRST_OCTET + (octet - FIRST_OCTET + i) % OCTETS;
		if (take_free(m, arena_printf(m->arena, "10.%u.0.0/%u", at, bits), ret))
			return true;
	}
	for (unsigned at = LAST_OF_172; bits == SMALL && at >= FIRST_OF_172; at--)
		if (take_free(m, arena_printf(m->arena, "172.%u.0.0/16", at), ret))
			return true;
	return false;
}

static bool has_prefix(const struct model *m)
{
	for (size_t i = 0; i < m->networks.n; i++)
		if (m->networks.v[i]->prefix)
			return true;
	return false;
}

/* The first network's may become another where the cluster is brought up; of several the others' are fixed. One for
 * many places has all of 10/8, or where others lie in it a part without a prefix of whole numbers, which is fixed too.
 */
static void choose_subnet(struct model *m, struct model_network *n)
{
	uint64_t places = 0;
	for (size_t i = 0; i < m->places.n; i++)
		places += m->places.v[i].network == n ? m->places.v[i].names.count : 0;
	bool first = !has_prefix(m), large = places > LARGE;
	unsigned octet = octet_of(m->spec->cluster ? m->spec->cluster : "", first ? "" : n->name);
	if (large && m->networks.n == 1 && take_free(m, "10.0.0.0/8", &n->cidr)) {
		n->prefix = "10";
		return;
	}
	if (large && free_subnet(m, octet, WIDE, &n->cidr))
		return;
	if (!free_subnet(m, octet, SMALL, &n->cidr))
		cidr_parse(arena_printf(m->arena, "10.%u.0.0/16", octet), &n->cidr);
	const uint8_t *bytes = n->cidr.address.bytes;
	if (first)
		n->prefix = arena_printf(m->arena, "%u.%u", bytes[0], bytes[1]);
}

static struct model_network *network_of(struct model *m, const struct network *written)
{
	for (size_t i = 0; i < m->networks.n; i++)
		if (m->networks.v[i]->network == written)
			return m->networks.v[i];
	struct model_network *n = ARENA_NEW(m->arena, struct model_network);
	n->network = written;
	n->name = written ? written->origin.name : "cluster";
	n->kind = made_as(m, written);
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
	for (size_t i = 0; i < m->networks.n; i++) {
		struct model_network *n = m->networks.v[i];
		if (!written_subnet(n->network, &n->cidr) && n->kind != NETWORK_HOST)
			choose_subnet(m, n);
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
					   ? arena_printf(m->arena, "%s@%s", p->network->name, p->machine->name)
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

/* Of an overlay each engine takes an address itself when its first container joins, another for what holds the network
 * while containers are made, and there is a router: without a part of their own one would take a place's, which can then
 * not join ("attaching to network failed"). It is the end; of a small network a quarter, if that is enough. */
static void leave_to_engines(struct model *m, struct model_network *n, const struct cidr *range)
{
	enum { LEAST = 16 };
	uint64_t size = LEAST, all = cidr_size(range), wanted = 2 * m->machines.n + 2;
	struct ip first;
	if (n->kind != NETWORK_OVERLAY)
		return;
	while (size < wanted)
		size *= 2;
	while (size > all / 4 && size / 2 >= wanted)
		size /= 2;
	if (size > all / 2)
		size = all / 2;
	n->short_of = size < wanted ? wanted - size : 0;
	if (!size || !cidr_nth(range, all - size, &first))
		return;
	n->engines.address = first;
	for (n->engines.bits = 32; size > 1; size /= 2)
		n->engines.bits--;
}

static void lower_one_network(struct model *m, struct model_network *n)
{
	struct cidr range = n->cidr;
	if (n->kind == NETWORK_HOST) {
		machine_addresses(m, n);
		return;
	}
	if (m->platform->moving_addresses)
		return;
	if (n->network)
		ipv4_network(n->network->range, &range);
	leave_to_engines(m, n, &range);
	n->short_of += lower_addresses(m, n, &range);
}

static const struct model_network *chosen_network(const struct model *m)
{
	const struct model_network *first = NULL;
	for (size_t i = 0; i < m->networks.n; i++) {
		const struct model_network *n = m->networks.v[i];
		if (n->prefix)
			return n;
		if (!first && n->kind != NETWORK_HOST)
			first = n;
	}
	return first;
}

void lower_networks(struct model *m)
{
	lay_on_networks(m);
	find_segments(m);
	for (size_t i = 0; i < m->networks.n; i++)
		lower_one_network(m, m->networks.v[i]);
	m->chosen_network = chosen_network(m);
}
