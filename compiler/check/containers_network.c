/* containers_network.c: the network that containers are on. */
#include "compiler/check/containers.h"

#include <string.h>

#include "compiler/base/ip.h"

const char *subnet_said(struct arena *a, const struct cidr *x)
{
	char text[CIDR_TEXT];
	cidr_format(x, text);
	return arena_strdup(a, text);
}

bool is_implied(const struct check *c, const struct place *p)
{
	return !p->node && (!p->service || p->service == c->spec->services->base);
}

/* What was left to hpcc follows from the target, where it is written. */
static struct span where_left_out(const struct check *c)
{
	struct span at = where_target(c);
	return span_known(at) ? at : where_key(c->spec, shape_field(&spec_shape, "nodes"));
}

struct span where_placed(const struct check *c, const struct place *p)
{
	if (p->node)
		return where_body(p->node);
	return !is_implied(c, p) && p->service->origin.node ? where_body(p->service) : where_left_out(c);
}

struct span where_joined(const struct check *c, const struct place *p)
{
	const struct service *s = p->service;
	return s && s->network ? WHERE(s, network) : where_placed(c, p);
}

struct span where_network(const struct check *c, const struct model_network *n)
{
	return n->network ? where_body(n->network) : where_key(c->spec, shape_field(&spec_shape, "nodes"));
}

static uint64_t count_places(const struct model *m, const struct model_network *n)
{
	uint64_t count = 0;
	for (size_t i = 0; i < m->places.n; i++)
		count += m->places.v[i].network == n ? m->places.v[i].names.count : 0;
	return count;
}

/* ---- subnet-unfit */

/* What no machine has as its address: RFC 6890. */
static const char *const no_networks[] = { "0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3" };

static bool is_no_network(const struct cidr *x)
{
	struct cidr taken;
	for (size_t i = 0; i < sizeof(no_networks) / sizeof(no_networks[0]); i++)
		if (cidr_parse(no_networks[i], &taken) && cidr_overlap(&taken, x))
			return true;
	return false;
}

/* The same network with so many addresses. */
static const char *larger(struct check *c, const struct cidr *x, uint64_t wanted)
{
	enum { WIDEST = 8 };
	struct cidr wide = *x, network;
	while (wide.bits > WIDEST && cidr_size(&wide) < wanted)
		wide.bits--;
	cidr_network(&wide, &network);
	return subnet_said(c->arena, &network);
}

static void help_larger(struct check *c, struct diag *d, const struct model_network *n, uint64_t wanted)
{
	diag_help(c->diags, d, "write a larger one, such as %s, or leave 'subnet' out, and one is chosen",
		  larger(c, &n->cidr, wanted));
}

/* Where nobody fixes who has which address: the network's own and the broadcast, one of each host (swarmkit: the
 * gateway, and an endpoint of the load balancer's), one of each place, and some for tasks that are made anew before the
 * old ones are gone. */
static uint64_t moving_addresses(const struct model *m, uint64_t places)
{
	enum { OWN = 2, SPARE = 4 };
	return OWN + m->machines.n + places + (places / SPARE > SPARE ? places / SPARE : SPARE);
}

static void moving_unfit(struct check *c, const struct model_network *n, struct span at)
{
	uint64_t places = count_places(c->model, n), wanted = moving_addresses(c->model, places);
	if (!c->model->platform->moving_addresses || cidr_size(&n->cidr) >= wanted)
		return;
	struct diag *d =
		finding(c, at,
			"%s is too small for %llu containers: with one of each host, and some for those that are "
			"made anew, they want %llu addresses",
			n->network->subnet, (unsigned long long)places, (unsigned long long)wanted);
	help_larger(c, d, n, wanted);
}

static void subnet_unfit(struct check *c, const struct model_network *n)
{
	/* Nodes begin at the 16th address (lower_addresses.c), and the last is the broadcast. */
	enum { RESERVE = 18 };
	struct cidr written;
	if (n->kind == NETWORK_HOST || !n->network || !n->network->subnet || !cidr_parse(n->network->subnet, &written))
		return;
	/* Of a range that holds too few, and only of that. */
	bool range = n->network->range && n->short_of;
	struct span at = range ? WHERE(n->network, range) : WHERE(n->network, subnet);
	uint64_t places = count_places(c->model, n);
	if (written.address.v6) {
		struct diag *d = finding(c, at, "containers get IPv4 addresses, and %s is of IPv6", n->network->subnet);
		diag_help(c->diags, d, "write one such as 10.83.0.0/16, or leave 'subnet' out, and one is chosen");
	} else if (is_no_network(&n->cidr)) {
		struct diag *d = finding(c, at, "%s holds addresses that no container can have", n->network->subnet);
		diag_help(c->diags, d, "write one such as 10.83.0.0/16, or leave 'subnet' out, and one is chosen");
	} else if (n->short_of) {
		const char *engines = n->kind == NETWORK_OVERLAY ? " and the engines of their hosts" : "";
		struct diag *d = finding(c, at, "%s is too small for %llu containers%s: %llu address%s missing",
					 range ? n->network->range : n->network->subnet, (unsigned long long)places,
					 engines, (unsigned long long)n->short_of, n->short_of == 1 ? " is" : "es are");
		if (range)
			diag_help(c->diags, d, "write a larger part of %s", n->network->subnet);
		else
			help_larger(c, d, n, places + RESERVE + (n->engines.bits ? cidr_size(&n->engines) : 0));
	} else {
		moving_unfit(c, n, at);
	}
}

void rule_subnet_unfit(struct check *c)
{
	for (size_t i = 0; i < c->model->networks.n; i++)
		subnet_unfit(c, c->model->networks.v[i]);
}

/* ---- bridge-full: net/bridge/br_private.h: BR_MAX_PORTS is 1024, and no port is number 0. */

static void bridge_full(struct check *c, const struct model_network *n, const struct model_machine *on)
{
	enum { PORTS = 1023 };
	const struct model *m = c->model;
	uint64_t places = 0;
	for (size_t i = 0; i < on->places.n; i++) {
		const struct place *p = &m->places.v[on->places.v[i]];
		places += p->network == n ? p->names.count : 0;
	}
	if (places <= PORTS)
		return;
	struct span at =
		n->network ? n->network->origin.name_span : where_key(c->spec, shape_field(&spec_shape, "nodes"));
	struct diag *d =
		finding(c, at, "%llu containers are on one bridge, and Linux takes %d: the others cannot start",
			(unsigned long long)places, PORTS);
	diag_help(c->diags, d, "have fewer nodes on one machine, or build a target for several");
}

void rule_bridge_full(struct check *c)
{
	const struct model *m = c->model;
	for (size_t i = 0; i < m->networks.n; i++) {
		if (!network_ends_at_machine(m->networks.v[i]->kind))
			continue;
		for (size_t j = 0; j < m->machines.n; j++)
			bridge_full(c, m->networks.v[i], m->machines.v[j]);
	}
}
