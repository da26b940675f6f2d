/* containers_flows.c: flows that do not arrive: model/flows.h says by which way each goes, and which have none. */
#include "compiler/check/containers.h"
#include "compiler/model/flows.h"

/* Flows that fail for one reason between the same two networks. */
struct blocked {
	const struct flow_class *first;
	bool must;
	unsigned listeners; /* bits */
};
struct blocks {
	LIST(struct blocked) list;
};

static void collect(struct check *c, const struct flow_classes *all, struct blocks *ret)
{
	for (size_t i = 0; i < all->list.n; i++) {
		const struct flow_class *x = &all->list.v[i];
		struct blocked *b = NULL;
		if (way_arrives(x->way))
			continue;
		for (size_t j = 0; j < ret->list.n && !b; j++) {
			const struct flow_class *f = ret->list.v[j].first;
			if (f->way == x->way && f->from->network == x->from->network &&
			    f->to->network == x->to->network)
				b = &ret->list.v[j];
		}
		if (!b) {
			b = list_push(c->arena, &ret->list);
			*b = (struct blocked){ .first = x };
		}
		/* The first that no job can do without speaks for all. */
		if (x->flow->must && !b->must)
			b->first = x;
		b->must = b->must || x->flow->must;
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
	return p->node ? nodes_said(c, &p->names) : arena_printf(c->arena, "'%s'", role_name((enum role)p->roles));
}

static const char *network_said(struct check *c, const struct model_network *n)
{
	return arena_printf(c->arena, "network '%s' (%s)", n->name, network_kind_name(n->kind));
}

static void note_networks(struct check *c, struct diag *d, const struct flow_class *x)
{
	const struct place *from = x->from, *to = x->to;
	diag_note(c->diags, d, where_joined(c, from), "%s is on %s", places_said(c, from),
		  network_said(c, from->network));
	if (from->network == to->network && from->network->network)
		diag_note(c->diags, d, where_body(from->network->network), "the network, which ends at each host");
}

/* ---- ANY PORT */

static void help_any_port(struct check *c, struct diag *d, const struct blocked *b)
{
	const struct place *from = b->first->from, *to = b->first->to;
	const char *with = from->network->kind == NETWORK_HOST ? from->network->name : NULL;
	bool srun_alone = b->listeners == 1u << LISTENER_SRUN;
	const char *publish = srun_alone && !to->node ? ", or publish srun's ports: `slurm.ports.srun: 60001-60100`"
			      : b->listeners == 1u << LISTENER_MPI ? ", or leave 'mpi' out"
								   : "";
	if (!to->node && with)
		diag_help(c->diags, d, "put %s on network '%s' as well (`services.%s.network`)%s",
			  role_name((enum role)to->roles), with, role_name((enum role)to->roles), publish);
	else if (!to->network->network)
		diag_help(c->diags, d,
			  "add a network that all hosts share: `networks: { lan: { type: host } }`, or `type: overlay` "
			  "in "
			  "a swarm, and `services: { default: { network: lan } }`%s",
			  publish);
	else
		diag_help(c->diags, d, "let all of them share a network: `type: host`, or `type: overlay` in a swarm%s",
			  publish);
}

static void any_port(struct check *c, const struct blocked *b)
{
	const struct flow_class *x = b->first;
	struct diag *d = finding_as(c, b->must ? SEVERITY_ERROR : SEVERITY_WARNING, where_joined(c, x->to),
				    "%s of %s cannot reach %s of %s: it listens on any port, and %s lets in from "
				    "other %s only what is published",
				    x->flow->who, places_said(c, x->from), listeners_said(c, b->listeners),
				    places_said(c, x->to), network_said(c, x->to->network),
				    x->same_machine ? "networks" : "hosts");
	note_networks(c, d, x);
	help_any_port(c, d, b);
}

/* ---- ISOLATED */

static void isolated(struct check *c, const struct blocked *b)
{
	const struct flow_class *x = b->first;
	struct diag *d = finding_as(c, b->must ? SEVERITY_ERROR : SEVERITY_WARNING, where_joined(c, x->to),
				    "%s of %s cannot reach %s of %s on the same host '%s': a macvlan lets no packet "
				    "pass between a place and its own host",
				    x->flow->who, places_said(c, x->from), listeners_said(c, b->listeners),
				    places_said(c, x->to), x->to->machine->name);
	note_networks(c, d, x);
	diag_help(c->diags, d, "put both on network '%s', or on different hosts",
		  x->to->network->kind == NETWORK_MACVLAN ? x->to->network->name : x->from->network->name);
}

/* ---- NO ADDRESS: of each host without one, once */

static bool holds_dialed(const struct model *m, const struct model_machine *on, const struct flow_class *x)
{
	for (size_t i = 0; i < on->places.n; i++) {
		const struct place *p = &m->places.v[on->places.v[i]];
		if (p->roles & x->to->roles && p->network == x->to->network)
			return true;
	}
	return false;
}

static struct span where_machine(struct check *c, const struct model_machine *x, const struct place *to)
{
	if (x->host)
		return where_body(x->host);
	return to->node ? where_body(to->node) : where_key(c->spec, shape_field(&spec_shape, "nodes"));
}

static void no_address(struct check *c, const struct blocked *b, struct map *seen)
{
	const struct model *m = c->model;
	const struct flow_class *x = b->first;
	for (size_t i = 0; i < m->machines.n; i++) {
		const struct model_machine *on = m->machines.v[i];
		if (on->address || !holds_dialed(m, on, x) || !first_at(c, seen, where_machine(c, on, x->to)))
			continue;
		struct diag *d = finding(c, where_machine(c, on, x->to),
					 "host '%s' has no address, and %s of %s must reach %s there", on->name,
					 x->flow->who, places_said(c, x->from), listeners_said(c, b->listeners));
		diag_note(c->diags, d, where_joined(c, x->to), "what is on %s is reached at its host's address",
			  network_said(c, x->to->network));
		if (on->host)
			diag_help(c->diags, d, "add its address under hosts.%s", on->name);
		else
			diag_help(c->diags, d,
				  "describe it under `hosts` with its address, or name another host: services.default.host");
	}
}

void rule_flow_blocked(struct check *c)
{
	struct flow_classes all;
	struct blocks blocks = { 0 };
	struct map seen;
	map_init(&seen, c->arena);
	if (!c->model->networks.n)
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
