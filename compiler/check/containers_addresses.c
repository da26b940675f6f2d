/* containers_addresses.c: addresses that the spec gives to containers. */
#include "compiler/check/containers.h"

/* Who is given addresses: a service, or the nodes of one written group. */
struct owner {
	const char *who; /* "service 'login'", "nodes 'c[1-4]'" */
	struct span at;
	struct hostlist addresses;
	uint64_t names;
	bool spread;
};

struct owners {
	struct check *c;
	const struct model_network *network; /* that they are on */
	LIST(struct owner) list;
};

static void own_services(struct owners *o)
{
	struct check *c = o->c;
	for (size_t i = 0; i < CONTAINER_SERVICES; i++) {
		const struct service *s = container_service(c->model, container_services[i]);
		/* Of one under services.default shared_address() speaks. */
		if (!s || !s->address || !WRITTEN(s, address) ||
		    container_of(c->model, container_services[i])->network != o->network)
			continue;
		struct owner *x = list_push(c->arena, &o->list);
		*x = (struct owner){ .names = 1, .at = WHERE(s, address) };
		x->who = arena_printf(c->arena, "service '%s'", role_name(container_services[i]));
		hostlist_init(&x->addresses, c->arena);
		hostlist_add_name(&x->addresses, s->address);
	}
}

/* Resolve may have made several groups of one that was written. */
static bool same_group(const struct node_group *a, const struct node_group *b)
{
	return a && a->origin.node && a->origin.node == b->origin.node &&
	       a->origin.name_span.source == b->origin.name_span.source &&
	       a->origin.name_span.start == b->origin.name_span.start;
}

static void own_nodes(struct owners *o)
{
	struct check *c = o->c;
	const struct node_group *g, *last = NULL;
	struct hostlist *names = NULL;
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i)); last = g) {
		if (!g->address.list)
			continue;
		bool part = same_group(last, g);
		struct owner *x = part ? &o->list.v[o->list.n - 1] : list_push(c->arena, &o->list);
		if (!part) {
			x->at = WHERE(g, address);
			x->spread = g->address.spread;
			hostlist_init(&x->addresses, c->arena);
			names = ARENA_NEW(c->arena, struct hostlist);
			hostlist_init(names, c->arena);
		}
		if (!part || last->address.list != g->address.list)
			hostlist_add(&x->addresses, g->address.list);
		hostlist_add(names, g->origin.hosts);
		x->names = names->count;
		x->who = nodes_said(c, names);
	}
}

/* The first of a list that is no address of a network (or no address at all), or NULL. A run's ends stand for it. */
static const char *stranger(struct check *c, const struct hostlist *list, const struct cidr *network)
{
	for (size_t i = 0; i < list->runs.n; i++) {
		struct hostlist one;
		hostlist_init(&one, c->arena);
		hostlist_add_run(&one, &list->runs.v[i]);
		for (int end = 0; end < 2; end++) {
			struct ip ip;
			const char *name = hostlist_name_dup(&one, end ? one.count - 1 : 0, c->arena);
			if (!ip_parse(name, &ip) || !cidr_contains(network, &ip))
				return name;
		}
	}
	return NULL;
}

static void check_owner(struct owners *o, const struct owner *x)
{
	struct check *c = o->c;
	const struct model_network *n = o->network;
	const char *name = stranger(c, &x->addresses, &n->cidr);
	struct diag *d;
	struct ip ip;
	if (x->spread) {
		d = finding(c, x->at, "'address' cannot be dealt out by 'spread': each node has its own");
		diag_help(c->diags, d, "write as many as there are nodes");
		return;
	}
	if (x->addresses.count != x->names) {
		d = finding(c, x->at, "'address' has %llu value%s for %s", (unsigned long long)x->addresses.count,
			    x->addresses.count == 1 ? "" : "s", x->who);
		diag_help(c->diags, d, "write %llu of them", (unsigned long long)x->names);
	}
	if (!name)
		return;
	if (!ip_parse(name, &ip)) {
		d = finding(c, x->at, "'%s' is no address", name);
		diag_help(c->diags, d, "each of an address's four numbers goes from 0 to 255");
		return;
	}
	d = finding(c, x->at, "address %s of %s does not lie in %s, the subnet of network '%s'", name, x->who,
		    subnet_said(c->arena, &n->cidr), n->name);
	diag_note(c->diags, d, WHERE(n->network, subnet), "the subnet");
	diag_help(c->diags, d, "correct the address or the subnet, or leave 'address' out, and one is given");
}

static void twice(void *ctx, const char *address, uint32_t first, uint32_t second)
{
	struct owners *o = ctx;
	const struct owner *a = &o->list.v[first], *b = &o->list.v[second];
	struct diag *d = finding(o->c, b->at, "address %s is given twice", address);
	if (a != b)
		diag_note(o->c->diags, d, a->at, "%s %s it", a->who, a->names == 1 ? "has" : "have");
	diag_help(o->c->diags, d, "give each container an address of its own");
}

/* An address on a macvlan that is a machine's. */
static void machines_addresses(struct owners *o, const struct hostindex *index)
{
	struct host *h;
	for (size_t i = 0; (h = entries_next(&o->c->spec->hosts, &i));) {
		struct hostwalk w;
		if (!h->address.list)
			continue;
		hostwalk_start(&w, h->address.list);
		for (const char *name; (name = hostwalk_next(&w));) {
			uint32_t owner;
			if (!hostindex_find(index, name, &owner, NULL))
				continue;
			const struct owner *x = &o->list.v[owner];
			struct diag *d = finding(o->c, x->at, "address %s of %s is a host's already", name, x->who);
			diag_note(o->c->diags, d, WHERE(h, address), "host '%s' has it", h->origin.name);
			diag_help(o->c->diags, d, "take one that no machine of that network has");
		}
	}
}

/* A router's address, on a macvlan. */
static void gateways_address(struct owners *o, const struct hostindex *index)
{
	const struct network *n = o->network->network;
	uint32_t owner;
	if (!n->gateway || !hostindex_find(index, n->gateway, &owner, NULL))
		return;
	struct diag *d =
		finding(o->c, o->list.v[owner].at, "%s cannot be a container's on network '%s': it is its gateway",
			n->gateway, o->network->name);
	diag_note(o->c->diags, d, WHERE(n, gateway), "the gateway");
	diag_help(o->c->diags, d, "take another of its addresses");
}

/* The network's own address, the host's on it, and the broadcast. */
static void reserved(struct owners *o, const struct hostindex *index)
{
	const struct model_network *n = o->network;
	bool gateway = n->kind != NETWORK_MACVLAN; /* Docker's own, where nobody says it */
	const struct {
		uint64_t at;
		const char *what;
	} taken[] = { { 0, "the network's own address" },
		      { gateway ? 1 : UINT64_MAX, "the host's own address on it" },
		      { cidr_size(&n->cidr) - 1, "its broadcast address" } };
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		struct ip ip;
		char name[IP_TEXT];
		uint32_t owner;
		if (!cidr_nth(&n->cidr, taken[i].at, &ip))
			continue;
		ip_format(&ip, name);
		if (!hostindex_find(index, name, &owner, NULL))
			continue;
		struct diag *d =
			finding(o->c, o->list.v[owner].at, "%s cannot be a container's on network '%s': it is %s", name,
				n->name, taken[i].what);
		diag_note(o->c->diags, d, WHERE(n->network, subnet), "its subnet");
		diag_help(o->c->diags, d, "take another of its addresses");
	}
}

/* Those that an overlay's engines take. */
static void engines_addresses(struct owners *o, const struct hostindex *index)
{
	const struct model_network *n = o->network;
	struct ip ip;
	for (uint64_t i = 0; n->engines.bits && cidr_nth(&n->engines, i, &ip); i++) {
		char name[IP_TEXT];
		uint32_t owner;
		ip_format(&ip, name);
		if (!hostindex_find(index, name, &owner, NULL))
			continue;
		struct diag *d = finding(
			o->c, o->list.v[owner].at,
			"%s cannot be a container's on network '%s': it is of %s, which is left to the hosts' engines", name,
			n->name, subnet_said(o->c->arena, &n->engines));
		diag_note(o->c->diags, d, WHERE(n->network, subnet), "its subnet");
		diag_help(o->c->diags, d, "each engine takes an address of an overlay itself: write one before those");
		return;
	}
}

/* An address that is written where it is not one container's. */
static void shared_address(struct check *c, const struct model_network *nodes)
{
	const struct services *s = c->spec->services;
	if (s->base && !s->base->origin.broken && s->base->address) {
		struct diag *d = finding(c, WHERE(s->base, address), "all services would have the same address");
		diag_help(c->diags, d, "write it in the one service that it is for");
	}
	/* Of nodes that have their hosts' addresses host-network-key speaks. */
	if (s->slurmd && !s->slurmd->origin.broken && s->slurmd->address && WRITTEN(s->slurmd, address) && nodes &&
	    network_gives_addresses(nodes->kind)) {
		struct diag *d = finding(c, WHERE(s->slurmd, address), "all nodes would have the same address");
		diag_note(c->diags, d, where_key(c->spec, shape_field(&spec_shape, "nodes")), "the nodes");
		diag_help(c->diags, d, "write 'address' under 'nodes': as many as there are nodes");
	}
}

static void without_subnet(struct owners *o)
{
	struct check *c = o->c;
	struct span at = o->list.v[0].at;
	const struct network *n = o->network->network;
	struct diag *d = finding(c, at, "an address of one's own needs a subnet of one's own, and none is written");
	if (n) {
		diag_note(c->diags, d, where_body(n), "the network");
		diag_help(c->diags, d, "add 'subnet: 10.83.0.0/16' to network '%s', or leave 'address' out",
			  n->origin.name);
	} else {
		diag_help(
			c->diags, d,
			"add a network under 'networks' (cluster: { type: bridge, subnet: 10.83.0.0/16 }) and name it "
			"by services.default.network, or leave 'address' out");
	}
}

static void on_network(struct check *c, const struct model_network *n, bool nodes)
{
	struct owners o = { .c = c, .network = n };
	own_services(&o);
	if (nodes)
		own_nodes(&o);
	/* Of a subnet that cannot be used others speak, and of one where a place has its host's address. */
	bool written = n->network && n->network->subnet;
	if (!o.list.n || !network_gives_addresses(n->kind))
		return;
	if (!written) {
		without_subnet(&o);
		return;
	}
	if (n->prefix)
		return;
	struct hostindex *index = hostindex_new(c->arena);
	for (size_t i = 0; i < o.list.n; i++) {
		check_owner(&o, &o.list.v[i]);
		hostindex_add(index, &o.list.v[i].addresses, (uint32_t)i);
	}
	hostindex_build(index, twice, &o);
	reserved(&o, index);
	engines_addresses(&o, index);
	gateways_address(&o, index);
	if (n->kind == NETWORK_MACVLAN)
		machines_addresses(&o, index);
}

void rule_container_address(struct check *c)
{
	const struct model *m = c->model;
	const struct model_network *nodes = NULL;
	if (!m->networks.n || m->platform->moving_addresses || networks_doubtful(c))
		return;
	for (size_t i = 0; i < m->places.n && !nodes; i++)
		nodes = m->places.v[i].node ? m->places.v[i].network : NULL;
	shared_address(c, nodes);
	for (size_t i = 0; i < m->networks.n; i++)
		on_network(c, m->networks.v[i], m->networks.v[i] == nodes);
}
