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

static uint64_t count_places(const struct model *m)
{
	uint64_t n = 0;
	for (size_t i = 0; i < m->places.n; i++)
		n += m->places.v[i].names.count;
	return n;
}

/* ---- one-network */

/* Who says which network it is on. */
struct on_network {
	const char *who, *name;
	struct span at;
	const struct network *network;
};

struct on_networks {
	LIST(struct on_network) list;
};

static void says_network(struct check *c, struct on_networks *x, const char *who, const char *name, struct span at)
{
	struct network *n;
	for (size_t i = 0; name && (n = entries_next(&c->spec->networks, &i));)
		if (strcmp(n->origin.name, name) == 0)
			*list_push(c->arena, &x->list) = (struct on_network){ who, name, at, n };
}

/* slurmd first: where its network is, the cluster's is. */
static struct on_networks networks_said(struct check *c)
{
	struct on_networks x = { 0 };
	const struct service *slurmd = c->spec->services->slurmd;
	const struct mpi *mpi = c->spec->mpi;
	if (slurmd && !slurmd->origin.broken)
		says_network(c, &x, "service 'slurmd'", slurmd->network, WHERE(slurmd, network));
	for (size_t i = 0; i < CONTAINER_SERVICES; i++) {
		const struct service *s = container_service(c->model, container_services[i]);
		if (s)
			says_network(c, &x, arena_printf(c->arena, "service '%s'", role_name(container_services[i])),
				     s->network, WHERE(s, network));
	}
	if (mpi && !mpi->origin.broken)
		says_network(c, &x, "MPI", mpi->network, WHERE(mpi, network));
	return x;
}

bool networks_are_said(struct check *c)
{
	return networks_said(c).list.n > 0;
}

/* Networks that are the hosts' own; says whether there was one. */
static bool host_networks(struct check *c, const struct on_networks *x)
{
	struct map seen;
	bool any = false;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < x->list.n; i++) {
		const struct on_network *o = &x->list.v[i];
		if (text_equal(o->network->type, "bridge"))
			continue;
		any = true;
		if (!first_at(c, &seen, o->at))
			continue;
		struct diag *d = finding(c, o->at,
					 "%s is on network '%s', which is of type host: target '%s' makes a network "
					 "of its own for all containers",
					 o->who, o->name, c->target);
		diag_note(c->diags, d, WRITTEN(o->network, type) ? WHERE(o->network, type) : where_body(o->network),
			  "%s", WRITTEN(o->network, type) ? "the type" : "a network that says no type is of type host");
		diag_help(c->diags, d, "say 'type: bridge' there, or leave 'network' out");
	}
	return any;
}

void rule_one_network(struct check *c)
{
	struct map seen;
	if (!c->model->network)
		return;
	map_init(&seen, c->arena);
	struct on_networks x = networks_said(c);
	if (host_networks(c, &x))
		return;
	for (size_t i = 1; i < x.list.n; i++) {
		const struct on_network *first = &x.list.v[0], *o = &x.list.v[i];
		if (o->network == first->network || !first_at(c, &seen, o->at))
			continue;
		struct diag *d = finding(
			c, o->at, "%s is on network '%s', and %s on '%s': target '%s' puts all containers on one",
			o->who, o->name, first->who, first->name, c->target);
		diag_note(c->diags, d, first->at, "the other network");
		diag_help(c->diags, d, "name one network everywhere, such as by services.default.network: %s",
			  first->name);
	}
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

/* The same network with enough room: nodes begin at the 16th address (lower_network.c), and the last is the broadcast.
 */
static const char *larger(struct check *c, const struct cidr *x, uint64_t places)
{
	enum { RESERVE = 18, WIDEST = 8 };
	struct cidr wide = *x, network;
	while (wide.bits > WIDEST && cidr_size(&wide) < places + RESERVE)
		wide.bits--;
	cidr_network(&wide, &network);
	return subnet_said(c->arena, &network);
}

void rule_subnet_unfit(struct check *c)
{
	const struct model_network *n = c->model->network;
	struct cidr written;
	if (!n || !n->network || !n->network->subnet || !cidr_parse(n->network->subnet, &written))
		return;
	struct span at = WHERE(n->network, subnet);
	uint64_t places = count_places(c->model);
	if (written.address.v6) {
		struct diag *d = finding(c, at, "containers get IPv4 addresses, and %s is of IPv6", n->network->subnet);
		diag_help(c->diags, d, "write one such as 10.83.0.0/16, or leave 'subnet' out, and one is chosen");
	} else if (is_no_network(&n->cidr)) {
		struct diag *d = finding(c, at, "%s holds addresses that no container can have", n->network->subnet);
		diag_help(c->diags, d, "write one such as 10.83.0.0/16, or leave 'subnet' out, and one is chosen");
	} else if (n->short_of) {
		struct diag *d = finding(c, at, "%s is too small for %llu containers: %llu of them get%s no address",
					 n->network->subnet, (unsigned long long)places,
					 (unsigned long long)n->short_of, n->short_of == 1 ? "s" : "");
		diag_help(c->diags, d, "write a larger one, such as %s, or leave 'subnet' out, and one is chosen",
			  larger(c, &n->cidr, places));
	}
}

/* ---- bridge-full: net/bridge/br_private.h: BR_MAX_PORTS is 1024, and no port is number 0. */

void rule_bridge_full(struct check *c)
{
	enum { PORTS = 1023 };
	const struct model_network *n = c->model->network;
	uint64_t places = count_places(c->model);
	if (!n || places <= PORTS)
		return;
	struct span at =
		n->network ? n->network->origin.name_span : where_key(c->spec, shape_field(&spec_shape, "nodes"));
	struct diag *d =
		finding(c, at, "%llu containers are on one bridge, and Linux takes %d: the others cannot start",
			(unsigned long long)places, PORTS);
	diag_help(c->diags, d, "have fewer nodes on one machine, or build a target for several");
}
