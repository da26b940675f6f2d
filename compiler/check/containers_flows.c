/* containers_flows.c: flows that do not arrive: model/flows.h says by which way each goes, and which have none. */
#include "compiler/check/containers.h"
#include "compiler/model/flows.h"

/* Flows that fail for one reason between the same two networks. */
struct blocked {
	const struct flow_class *first; /* the first that no job can do without, if there is one: it speaks for all */
	unsigned listeners;		/* bits: of those whom it dials */
};
struct blocks {
	LIST(struct blocked) list;
};

static bool is_same_block(const struct flow_class *a, const struct flow_class *b)
{
	return a->way == b->way && a->from->network == b->from->network && a->to->network == b->to->network;
}

static struct blocked *block_of(struct check *c, struct blocks *all, const struct flow_class *x)
{
	for (size_t i = 0; i < all->list.n; i++)
		if (is_same_block(all->list.v[i].first, x))
			return &all->list.v[i];
	struct blocked *b = list_push(c->arena, &all->list);
	*b = (struct blocked){ .first = x };
	return b;
}

static void collect(struct check *c, const struct flow_classes *all, struct blocks *ret)
{
	for (size_t i = 0; i < all->list.n; i++) {
		const struct flow_class *x = &all->list.v[i];
		if (way_arrives(x->way))
			continue;
		struct blocked *b = block_of(c, ret, x);
		if (x->flow->must && !b->first->flow->must)
			b->first = x;
	}
	for (size_t i = 0; i < all->list.n; i++) {
		const struct flow_class *x = &all->list.v[i];
		if (way_arrives(x->way))
			continue;
		struct blocked *b = block_of(c, ret, x);
		if (x->to->roles == b->first->to->roles)
			b->listeners |= 1u << x->flow->listener;
	}
}

static const char *listeners_said(struct check *c, unsigned listeners)
{
	struct text t;
	text_init(&t, c->arena);
	for (unsigned l = 0; l < LISTENER_OTHER; l++)
		if (listeners & 1u << l)
			text_join(&t, 0, ", ", listener_name((enum listener)l));
	return t.s;
}

/* "nodes 'c[1-4]'", "login" */
static const char *places_said(struct check *c, const struct place *p)
{
	return p->node ? nodes_said(c, &p->names) : role_name((enum role)p->roles);
}

/* "slurmstepd of nodes 'c[1-4]'", "slurmctld" */
static const char *program_said(struct check *c, const char *program, const struct place *p)
{
	const char *place = places_said(c, p);
	return text_equal(program, place) ? place : arena_printf(c->arena, "%s of %s", program, place);
}

static const char *dialer_said(struct check *c, const struct flow_class *x)
{
	return program_said(c, x->flow->who, x->from);
}

static const char *dialed_said(struct check *c, const struct blocked *b)
{
	return program_said(c, listeners_said(c, b->listeners), b->first->to);
}

static const char *network_said(struct check *c, const struct model_network *n)
{
	return arena_printf(c->arena, "network '%s' (%s)", n->name, network_kind_name(n->kind));
}

static void note_implied(struct check *c, struct diag *d, const struct place *p)
{
	const struct service *base = c->spec->services->base;
	const char *name = role_name((enum role)p->roles);
	if (!is_implied(c, p))
		return;
	if (base && base->network)
		diag_note(c->diags, d, (struct span){ 0 },
			  "%s is there without being written, and on the network of services.default", name);
	else
		diag_note(c->diags, d, (struct span){ 0 },
			  "%s is there without being written, on a network that hpcc makes", name);
}

static void note_networks(struct check *c, struct diag *d, const struct flow_class *x)
{
	const struct place *from = x->from, *to = x->to;
	struct span at = where_joined(c, from);
	if (at.start != d->span.start || at.source != d->span.source)
		diag_note(c->diags, d, at, "%s %s on %s", places_said(c, from), from->names.count > 1 ? "are" : "is",
			  network_said(c, from->network));
	if (from->network == to->network && from->network->network)
		diag_note(c->diags, d, where_body(from->network->network), "the network, which ends at each host");
	note_implied(c, d, from);
	note_implied(c, d, to);
}

/* ---- ANY PORT */

/* Whether an srun on the host's own network needs the ports that would be published there. */
static bool has_own_srun(const struct model *m, const struct model_machine *x)
{
	for (size_t i = 0; i < x->places.n; i++) {
		const struct place *p = &m->places.v[x->places.v[i]];
		if (p->roles & (ROLE_SLURMD | ROLE_LOGIN) && p->network->kind == NETWORK_HOST)
			return true;
	}
	return false;
}

static const char *way_in(struct check *c, const struct blocked *b)
{
	const struct place *from = b->first->from, *to = b->first->to;
	bool two = from->network != to->network && !has_own_srun(c->model, to->machine);
	if (b->listeners == 1u << LISTENER_SRUN && !to->node && two)
		return ", or publish srun's ports: `slurm.ports.srun: 60001-60100`";
	return b->listeners == 1u << LISTENER_MPI ? ", or leave 'mpi' out" : "";
}

static void help_shared(struct check *c, struct diag *d, const struct blocked *b)
{
	const struct model_network *from = b->first->from->network, *to = b->first->to->network;
	const char *service = role_name((enum role)b->first->to->roles);
	const char *shared = c->model->platform->networks & 1u << NETWORK_HOST
				     ? "`type: host`, or `type: overlay` in a swarm"
				     : "`type: overlay`";
	if (from != to && from->network && !network_ends_at_machine(from->kind))
		diag_help(c->diags, d, "put %s on network '%s' as well (`services.%s.network`)%s", service, from->name,
			  service, way_in(c, b));
	else if (!to->network)
		diag_help(c->diags, d,
			  "add a network that all hosts share, and name it: `networks: { lan: { type: host } }`, "
			  "`services: { default: { network: lan } }`%s",
			  way_in(c, b));
	else
		diag_help(c->diags, d, "let all of them share a network: %s%s", shared, way_in(c, b));
}

static bool has_macos(const struct model *m, const struct model_network *n)
{
	for (size_t i = 0; i < m->places.n; i++) {
		const struct place *p = &m->places.v[i];
		if (p->network == n && is_macos(p->machine))
			return true;
	}
	return false;
}

static void help_publish(struct check *c, struct diag *d, const struct blocked *b)
{
	const struct model_network *to = b->first->to->network;
	const char *other = to->kind == NETWORK_PUBLISHED ? ""
			    : to->network		  ? "take a network of `type: published`, and "
					  : "add a network and name it (`networks: { lan: { type: published } }`, "
					    "`services: { default: { network: lan } }`), and ";
	bool srun = b->listeners & 1u << LISTENER_SRUN, mpi = b->listeners & 1u << LISTENER_MPI;
	if (srun)
		diag_help(c->diags, d,
			  "%spublish srun's ports: `slurm.ports.srun: 60001-60100`, with no more than one node, or "
			  "login, on a host%s",
			  other, mpi ? "; and leave 'mpi' out, or MPI's nodes on one host" : "");
	else
		diag_help(c->diags, d,
			  "on macOS only published ports are reached, and MPI listens on any: leave 'mpi' "
			  "out, or put its nodes on hosts of another system");
}

static void help_any_port(struct check *c, struct diag *d, const struct blocked *b)
{
	bool macos = has_macos(c->model, b->first->from->network) || has_macos(c->model, b->first->to->network);
	/* Who chose `published` has hosts whose own network containers cannot have. */
	bool published = b->first->from->network == b->first->to->network &&
			 b->first->to->network->kind == NETWORK_PUBLISHED && b->listeners & 1u << LISTENER_SRUN;
	if (macos || published)
		help_publish(c, d, b);
	else
		help_shared(c, d, b);
}

static void any_port(struct check *c, const struct blocked *b)
{
	const struct flow_class *x = b->first;
	struct diag *d = finding_as(c, x->flow->must ? SEVERITY_ERROR : SEVERITY_WARNING, where_joined(c, x->to),
				    "%s cannot reach %s: it listens on any port, and %s lets in from "
				    "other %s only what is published",
				    dialer_said(c, x), dialed_said(c, b), network_said(c, x->to->network),
				    x->same_machine ? "networks" : "hosts");
	note_networks(c, d, x);
	help_any_port(c, d, b);
}

/* ---- ISOLATED */

static void isolated(struct check *c, const struct blocked *b)
{
	const struct flow_class *x = b->first;
	struct diag *d = finding_as(c, x->flow->must ? SEVERITY_ERROR : SEVERITY_WARNING, where_joined(c, x->to),
				    "%s cannot reach %s on the same host '%s': a macvlan lets no packet "
				    "pass between a place and its own host",
				    dialer_said(c, x), dialed_said(c, b), x->to->machine->name);
	note_networks(c, d, x);
	diag_help(c->diags, d, "put both on network '%s', or on different hosts",
		  x->to->network->kind == NETWORK_MACVLAN ? x->to->network->name : x->from->network->name);
}

/* ---- NO ADDRESS: of the first host; of the others host-without-address speaks */

static struct span where_machine(struct check *c, const struct model_machine *x)
{
	const struct place *p = x->places.n ? &c->model->places.v[x->places.v[0]] : NULL;
	if (x->host)
		return where_body(x->host);
	if (p && !p->node && p->service && p->service->host.n)
		return WHERE_ITEM(p->service, host, 0);
	return p ? where_placed(c, p) : where_key(c->spec, shape_field(&spec_shape, "nodes"));
}

/* An address that is there and does not read well, or may have been: other rules have said so. */
static bool may_have_address(const struct check *c, const struct model_machine *x)
{
	if (x->address || c->spec->origin.broken)
		return true;
	return x->host ? x->host->origin.broken || x->host->address.list : any_broken(&c->spec->hosts);
}

static void help_address(struct check *c, struct diag *d, const struct model_machine *x)
{
	if (x->host)
		diag_help(c->diags, d, "add its address under hosts.%s", x->host->origin.name);
	else
		diag_help(c->diags, d,
			  "describe it under `hosts` with its address, or name another host: services.default.host");
}

static void no_address(struct check *c, const struct blocked *b, struct map *seen)
{
	const struct flow_class *x = b->first;
	const struct model_machine *on = x->to->machine;
	struct span at = where_machine(c, on), joined = where_joined(c, x->to);
	if (on != c->model->machines.v[0] || may_have_address(c, on) || !first_at(c, seen, at))
		return;
	struct diag *d = finding(c, at, "host '%s' has no address, and %s must reach %s there", on->name,
				 dialer_said(c, x), listeners_said(c, b->listeners));
	if (d->span.start != joined.start)
		diag_note(c->diags, d, joined, "what is on %s is reached at its host's address",
			  network_said(c, x->to->network));
	const struct place *first = on->places.n ? &c->model->places.v[on->places.v[0]] : NULL;
	if (first && !first->node && !(first->service && first->service->host.n))
		diag_note(c->diags, d, (struct span){ 0 }, "what names no host is on '%s'", on->name);
	help_address(c, d, on);
}

/* ---- host-without-address: `cluster` runs beside the first host's places, and takes what has no address for its own
 * machine */

void rule_host_without_address(struct check *c)
{
	const struct model *m = c->model;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 1; i < m->machines.n; i++) {
		const struct model_machine *x = m->machines.v[i];
		const struct model_machine *first = m->machines.v[0];
		struct span at = where_machine(c, x);
		if (may_have_address(c, x) || !first_at(c, &seen, at))
			continue;
		struct diag *d = finding(
			c, at, "host '%s' has no address: neither `cluster` nor other hosts' places would find it",
			x->name);
		diag_note(c->diags, d, where_machine(c, first), "the cluster is brought up from host '%s'",
			  first->name);
		help_address(c, d, x);
	}
}

void rule_flow_blocked(struct check *c)
{
	struct flow_classes all;
	struct blocks blocks = { 0 };
	struct map seen;
	map_init(&seen, c->arena);
	if (!c->model->networks.n || networks_doubtful(c))
		return;
	flows_of(c->model, &all);
	collect(c, &all, &blocks);
	for (size_t i = 0; i < blocks.list.n; i++) {
		const struct blocked *b = &blocks.list.v[i];
		if (b->first->way == WAY_ANY_PORT)
			any_port(c, b);
		else if (b->first->way == WAY_ISOLATED)
			isolated(c, b);
		else
			no_address(c, b, &seen);
	}
}
