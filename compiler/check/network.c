/* network.c: networks, subnets, addresses. */
#include "compiler/check/network.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/base/ip.h"
#include "compiler/schema/schema.h"

/* A network whose subnet could be read. */
struct subnet {
	struct cidr cidr; /* without host bits */
	const struct network *network;
};

struct subnets {
	LIST(struct subnet) list;
};

static void add_subnet(struct check *c, struct subnets *s, const struct network *n)
{
	struct cidr written;
	if (!n->subnet || !cidr_parse(n->subnet, &written))
		return;
	struct subnet *x = list_push(c->arena, &s->list);
	cidr_network(&written, &x->cidr);
	x->network = n;
}

/* By address, the larger first: a network that lies in another follows it. Those of one kind stay in the spec's order.
 */
static int compare(const void *a, const void *b)
{
	const struct subnet *x = a, *y = b;
	int by = ip_compare(&x->cidr.address, &y->cidr.address);
	if (!by)
		by = (x->cidr.bits > y->cidr.bits) - (x->cidr.bits < y->cidr.bits);
	if (!by)
		by = strcmp(x->network->origin.name, y->network->origin.name);
	return by;
}

static void sort_subnets(struct subnets *s)
{
	if (s->list.n > 1)
		qsort(s->list.v, s->list.n, sizeof(s->list.v[0]), compare);
}

static struct subnets subnets_of(struct check *c)
{
	struct subnets s = { 0 };
	struct network *n;
	for (size_t i = 0; (n = entries_next(&c->spec->networks, &i));)
		add_subnet(c, &s, n);
	return s;
}

/* ---- subnet-host-bits */

static void run_host_bits(struct check *c)
{
	struct network *n;
	for (size_t i = 0; (n = entries_next(&c->spec->networks, &i));) {
		struct cidr written, meant;
		if (!n->subnet || !cidr_parse(n->subnet, &written) || !cidr_has_host_bits(&written))
			continue;
		cidr_network(&written, &meant);
		char text[CIDR_TEXT];
		cidr_format(&meant, text);
		struct diag *d =
			finding(c, WHERE(n, subnet), "%s is an address in a network, not a network", n->subnet);
		diag_help(c->diags, d, "write %s", text);
		diag_edit(c->diags, d, WHERE(n, subnet), arena_strdup(c->arena, text));
	}
}

/* ---- subnets-overlap */

/* What is made for the cluster alone: engines refuse one that overlaps another. A macvlan is a part of the hosts' own.
 */
static bool is_made(const struct network *n)
{
	return text_equal(n->type, "bridge") || text_equal(n->type, "published") || text_equal(n->type, "overlay");
}

static bool on_hosts_network(const struct network *n)
{
	return text_equal(n->type, "macvlan") || text_equal(n->type, "host");
}

static void run_overlap(struct check *c)
{
	struct subnets s = subnets_of(c);
	sort_subnets(&s);
	/* Networks lie in each other or apart: it is enough to look at the last that lies in none. */
	const struct subnet *outer = NULL;
	for (size_t i = 0; i < s.list.n; i++) {
		const struct subnet *x = &s.list.v[i];
		if (!outer || !cidr_overlap(&outer->cidr, &x->cidr)) {
			outer = x;
			continue;
		}
		if (on_hosts_network(x->network) && on_hosts_network(outer->network) &&
		    !text_equal(x->network->type, outer->network->type))
			continue;
		bool made = is_made(x->network) || is_made(outer->network);
		struct diag *d = diag_add(c->diags, made ? SEVERITY_ERROR : SEVERITY_WARNING, c->rule->name,
					  WHERE(x->network, subnet), "networks '%s' and '%s' overlap: %s and %s",
					  x->network->origin.name, outer->network->origin.name, x->network->subnet,
					  outer->network->subnet);
		diag_note(c->diags, d, WHERE(outer->network, subnet), "the other subnet");
		diag_help(c->diags, d, "give each network addresses of its own");
	}
}

/* ---- address-outside-subnet: of hosts, when every network that services are on is the hosts' own and says where it
 * lies */

static void note_network(void *ctx, void *body, const char *key)
{
	struct service *s = body;
	if (s->origin.shape == &service_shape && s->network)
		map_set(ctx, s->network, s);
}

/* One that says no type is the hosts' own on machines, and made for the cluster elsewhere. */
static bool may_be_hosts(const struct check *c, const struct network *n)
{
	const struct targets *t = c->spec->targets;
	bool machines = t->slurm || t->ansible || !(t->compose || t->swarm);
	return n->type ? on_hosts_network(n) : machines;
}

/* The subnets on which hosts meet; none when that cannot be told. */
static struct subnets service_subnets(struct check *c)
{
	struct subnets s = { 0 };
	struct map used;
	struct network *n;
	map_init(&used, c->arena);
	schema_walk(c->spec->services, note_network, &used);
	for (size_t i = 0; (n = entries_next(&c->spec->networks, &i));) {
		if (!map_find(&used, n->origin.name) || !may_be_hosts(c, n))
			continue;
		if (!n->subnet)
			return (struct subnets){ 0 };
		add_subnet(c, &s, n);
	}
	sort_subnets(&s);
	size_t kept = 0;
	for (size_t i = 0; i < s.list.n; i++)
		if (!kept || !cidr_overlap(&s.list.v[kept - 1].cidr, &s.list.v[i].cidr))
			s.list.v[kept++] = s.list.v[i];
	s.list.n = kept;
	return s;
}

/* Subnets are sorted and apart. */
static bool lies_in(const struct subnets *s, const struct ip *ip)
{
	size_t low = 0, high = s->list.n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (ip_compare(&s->list.v[mid].cidr.address, ip) <= 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low && cidr_contains(&s->list.v[low - 1].cidr, ip);
}

/* An address of a host's list that lies outside, or NULL. A run's ends stand for it. */
static const char *outside(struct check *c, const struct subnets *s, const struct hostlist *list)
{
	for (size_t i = 0; i < list->runs.n; i++) {
		struct hostlist one;
		hostlist_init(&one, c->arena);
		hostlist_add_run(&one, &list->runs.v[i]);
		for (uint64_t at = 0; one.count && at<one.count; at += one.count> 1 ? one.count - 1 : 1) {
			struct ip ip;
			const char *name = hostlist_name_dup(&one, at, c->arena);
			if (ip_parse(name, &ip) && !lies_in(s, &ip))
				return name;
		}
	}
	return NULL;
}

static void run_outside(struct check *c)
{
	struct subnets s = service_subnets(c);
	struct map strays;
	struct host *h;
	map_init(&strays, c->arena);
	say_strays(c, &strays);
	if (!s.list.n)
		return;
	for (size_t i = 0; (h = entries_next(&c->spec->hosts, &i));) {
		if (map_find(&strays, h->origin.name))
			continue;
		const char *name = h->address.list ? outside(c, &s, h->address.list) : NULL;
		if (!name)
			continue;
		const struct network *n = s.list.v[0].network;
		struct diag *d = finding(c, WHERE(h, address), "%s lies in no network that a service is on", name);
		diag_note(c->diags, d, WHERE(n, subnet), "network '%s' is %s", n->origin.name, n->subnet);
		diag_help(c->diags, d, "correct the address or the subnet");
	}
}

/* ---- address-twice, reserved-address */

static struct hostindex *index_addresses(struct check *c)
{
	struct hostindex *x = hostindex_new(c->arena);
	for (size_t i = 0; i < c->spec->hosts.n; i++) {
		const struct host *h = c->spec->hosts.v[i];
		if (!h->origin.broken && h->address.list)
			hostindex_add(x, h->address.list, (uint32_t)i);
	}
	return x;
}

/* Hosts behind one address may differ by their ssh port: machines behind a translation of addresses. */
static bool by_port(const struct host *a, const struct host *b)
{
	return a->ssh && b->ssh && a->ssh->port != b->ssh->port;
}

static void clash(void *ctx, const char *address, uint32_t first, uint32_t second)
{
	struct check *c = ctx;
	const struct host *a = c->spec->hosts.v[first], *b = c->spec->hosts.v[second];
	if (a != b && by_port(a, b))
		return;
	struct diag *d = finding(c, WHERE(b, address), "address %s is given twice", address);
	if (a != b)
		diag_note(c->diags, d, WHERE(a, address), "host '%s' has it", a->origin.name);
	diag_help(c->diags, d, "give each host an address of its own");
}

static void run_twice(struct check *c)
{
	hostindex_build(index_addresses(c), clash, c);
}

static void run_reserved(struct check *c)
{
	struct hostindex *x = index_addresses(c);
	struct subnets s = subnets_of(c);
	hostindex_build(x, NULL, NULL);
	for (size_t i = 0; i < s.list.n; i++) {
		const struct subnet *net = &s.list.v[i];
		struct ip ends[2] = { net->cidr.address };
		if (net->cidr.address.v6 || net->cidr.bits > 30 ||
		    !cidr_nth(&net->cidr, cidr_size(&net->cidr) - 1, &ends[1]))
			continue;
		for (int end = 0; end < 2; end++) {
			char name[IP_TEXT];
			uint32_t owner;
			ip_format(&ends[end], name);
			if (!hostindex_find(x, name, &owner, NULL))
				continue;
			const struct host *h = c->spec->hosts.v[owner];
			struct diag *d = finding(c, WHERE(h, address),
						 end ? "%s is the broadcast address of network '%s', and no host's"
						     : "%s is the address of network '%s' itself, and no host's",
						 name, net->network->origin.name);
			diag_note(c->diags, d, WHERE(net->network, subnet), "its subnet");
		}
	}
}

/* ---- unused-network: whatever refers to networks counts */

static void note_reference(void *ctx, void *body, const char *key)
{
	const struct shape *s = origin_of(body)->shape;
	for (size_t i = 0; i < s->n; i++) {
		const struct field *f = &s->fields[i];
		if (f->kind == VALUE_TEXT && text_equal(f->refers, "networks") && field_given(f, body))
			map_set(ctx, *(const char *const *)field_at(f, body), body);
	}
}

/* What the hosts' own network carries is what an overlay's packets must fit into. */
static bool measures_overlay(const struct check *c, const struct network *hosts)
{
	struct network *n;
	for (size_t i = 0; text_equal(hosts->type, "host") && hosts->mtu != VALUE_ABSENT &&
			   (n = entries_next(&c->spec->networks, &i));)
		if (text_equal(n->type, "overlay"))
			return true;
	return false;
}

static void run_unused(struct check *c)
{
	struct map used;
	struct network *n;
	if (!c->spec->networks.n)
		return;
	map_init(&used, c->arena);
	schema_walk((void *)(uintptr_t)c->spec, note_reference, &used);
	for (size_t i = 0; (n = entries_next(&c->spec->networks, &i));)
		if (!map_find(&used, n->origin.name) && !measures_overlay(c, n)) {
			struct diag *d = finding(c, n->origin.name_span, "nothing is on network '%s'", n->origin.name);
			diag_help(c->diags, d, "name it in a service's network or in mpi.network, or leave it out");
		}
}

const struct rule rules_network[] = {
	{ "subnet-host-bits", SEVERITY_ERROR, RULE_SPEC, run_host_bits },
	{ "subnets-overlap", SEVERITY_ERROR, RULE_SPEC, run_overlap },
	{ "address-outside-subnet", SEVERITY_WARNING, RULE_SPEC, run_outside },
	{ "address-twice", SEVERITY_ERROR, RULE_SPEC, run_twice },
	{ "reserved-address", SEVERITY_ERROR, RULE_SPEC, run_reserved },
	{ "unused-network", SEVERITY_WARNING, RULE_SPEC, run_unused },
	{ .name = NULL },
};
