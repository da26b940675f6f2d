/* containers_kinds.c: networks whose type the target cannot make, and what does not go with a type. */
#include "compiler/check/containers.h"

#include <string.h>

#define IS(kind) (1u << NETWORK_##kind)

/* ---- network-type-unsupported */

static const char *kinds_said(struct check *c, unsigned kinds)
{
	struct text t;
	text_init(&t, c->arena);
	for (int k = NETWORK_HOST; k <= NETWORK_MACVLAN; k++)
		if (kinds & 1u << k)
			text_join(&t, 0, ", ", network_kind_name((enum network_kind)k));
	return t.s;
}

/* A network that nothing is on tells of the hosts' own, such as its mtu. */
static bool is_joined(const struct check *c, const struct network *n)
{
	const struct services *s = c->spec->services;
	const struct service *all[] = { s->base, s->slurmctld, s->slurmdbd, s->slurmd, s->database, s->login };
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i] && text_equal(all[i]->network, n->origin.name))
			return true;
	return false;
}

/* Of a type that the target cannot make. */
static bool is_refused(const struct check *c, const struct network *n)
{
	const struct platform *p = c->model->platform;
	return WRITTEN(n, type) && !(p->networks & 1u << network_kind(p, n)) && is_joined(c, n);
}

bool networks_doubtful(const struct check *c)
{
	for (size_t i = 0; i < c->spec->networks.n; i++) {
		const struct network *n = c->spec->networks.v[i];
		if (n->origin.broken ? is_joined(c, n) : is_refused(c, n))
			return true;
	}
	return false;
}

static size_t count_joined(const struct check *c)
{
	struct network *n;
	size_t count = 0;
	for (size_t i = 0; (n = entries_next(&c->spec->networks, &i));)
		count += is_joined(c, n);
	return count;
}

void rule_network_type_unsupported(struct check *c)
{
	const struct platform *p = c->model->platform;
	struct network *n;
	for (size_t i = 0; (n = entries_next(&c->spec->networks, &i));) {
		enum network_kind k = network_kind(p, n);
		if (!is_refused(c, n))
			continue;
		struct diag *d = finding(c, WHERE(n, type), "target '%s' is for %s, which have no network of type %s",
					 c->target, p->runs, network_kind_name(k));
		note_target(c, d);
		/* Places on two networks that the target makes would not all find each other. */
		if (!p->place_per_host && count_joined(c) > 1)
			diag_help(c->diags, d,
				  "put all on one network without a 'type' (`services.default.network` alone names "
				  "it): each "
				  "target then makes what comes naturally to it");
		else
			diag_help(
				c->diags, d,
				"write `type: %s`, or leave 'type' out: each target then makes what comes naturally to "
				"it",
				kinds_said(c, p->networks));
	}
}

/* ---- network-name-taken */

static const struct place *first_on(const struct model *m, const struct model_network *n)
{
	for (size_t i = 0; i < m->places.n; i++)
		if (m->places.v[i].network == n)
			return &m->places.v[i];
	return NULL;
}

/* What names no network is on one that hpcc makes, and that has a name too. */
void rule_network_name_taken(struct check *c)
{
	const struct model *m = c->model;
	for (size_t i = 0; i < m->networks.n && !networks_doubtful(c); i++) {
		const struct model_network *own = m->networks.v[i];
		const struct network *n = own->network ? NULL : network_named(c->spec, own->name);
		const struct place *p = n ? first_on(m, own) : NULL;
		if (!p)
			continue;
		struct diag *d =
			finding(c, n->origin.name_span,
				"network '%s' has the name of the one that hpcc makes for what names none", own->name);
		diag_note(c->diags, d, (struct span){ 0 }, "%s %s on that one",
			  p->node ? nodes_said(c, &p->names) : role_name((enum role)p->roles),
			  p->names.count > 1 ? "are" : "is");
		diag_help(c->diags, d, "put all on it by `services.default.network: %s`, or call it otherwise",
			  own->name);
	}
}

/* ---- host-network-key */

static void note_network(struct check *c, struct diag *d, const struct place *p)
{
	const struct network *n = p->network->network;
	diag_note(c->diags, d, n && n->type ? WHERE(n, type) : where_joined(c, p), "network '%s' is of type %s",
		  p->network->name, network_kind_name(p->network->kind));
}

static void address_on_host(struct check *c, const struct place *p, struct span at, struct map *seen)
{
	if (!first_at(c, seen, at))
		return;
	struct diag *d = finding(c, at, "an address of its own on network '%s', where %s its host's", p->network->name,
				 p->node ? "each node has" : "a service has");
	note_network(c, d, p);
	diag_help(c->diags, d, "leave 'address' out; the host's stands under `hosts`");
}

static void publish_on_host(struct check *c, const struct place *p, struct map *seen)
{
	struct span at = WHERE(p->service, publish);
	if (!first_at(c, seen, at))
		return;
	bool macvlan = p->network->kind == NETWORK_MACVLAN;
	struct diag *d = finding(c, at, "'publish' on network '%s', where %s and Docker ignores published ports",
				 p->network->name,
				 macvlan ? "places have addresses of their own" : "all ports are the host's own");
	note_network(c, d, p);
	diag_help(c->diags, d, "leave 'publish' out, or put it on another network");
}

void rule_host_network_key(struct check *c)
{
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < c->model->places.n; i++) {
		const struct place *p = &c->model->places.v[i];
		const struct service *s = p->service && !p->service->origin.broken ? p->service : NULL;
		if (!p->network)
			continue;
		bool shares = !network_gives_addresses(p->network->kind);
		if (shares && p->node && p->node->address.list)
			address_on_host(c, p, WHERE(p->node, address), &seen);
		/* Of services.default's container-address speaks. */
		if (shares && s && s->address && WRITTEN(s, address) && !is_implied(c, p))
			address_on_host(c, p, WHERE(s, address), &seen);
		if (s && s->publish.n && !network_publishes(p->network->kind))
			publish_on_host(c, p, &seen);
	}
}

/* ---- network-key-ignored */

static const struct key_of_kinds {
	const char *key;
	unsigned kinds; /* that it has a meaning for */
} keys_of_kinds[] = {
	{ "encrypted", IS(OVERLAY) },
	{ "interface", IS(MACVLAN) },
	{ "gateway", IS(MACVLAN) },
	{ "range", IS(BRIDGE) | IS(OVERLAY) | IS(MACVLAN) },
};

/* Whether a key is written and says something: `encrypted: false` does no harm. */
static bool says_something(const struct network *n, const struct field *f)
{
	return written_offset(n, f->offset) && !(f->kind == VALUE_BOOL && *(enum tri *)field_at(f, n) == TRI_FALSE);
}

/* The row of a key that has no meaning for what the target makes of a network; or NULL. */
static const struct key_of_kinds *meaningless(const struct check *c, const struct network *n, const struct field *f)
{
	enum network_kind k = network_kind(c->model->platform, n);
	for (size_t i = 0; i < sizeof(keys_of_kinds) / sizeof(keys_of_kinds[0]); i++)
		if (strcmp(keys_of_kinds[i].key, f->key) == 0 && !(keys_of_kinds[i].kinds & 1u << k))
			return &keys_of_kinds[i];
	return NULL;
}

bool network_key_told(const struct check *c, const struct network *n, const struct field *f)
{
	return !c->model->platform->place_per_host && (is_refused(c, n) || meaningless(c, n, f));
}

void rule_network_key_ignored(struct check *c)
{
	const struct platform *p = c->model->platform;
	struct network *n;
	for (size_t i = 0; !p->place_per_host && (n = entries_next(&c->spec->networks, &i));) {
		enum network_kind k = network_kind(p, n);
		for (size_t j = 0; j < network_shape.n; j++) {
			const struct field *f = &network_shape.fields[j];
			const struct key_of_kinds *x = meaningless(c, n, f);
			if (!x || !says_something(n, f))
				continue;
			/* No target makes a macvlan by itself: the same words for whatever each makes. */
			bool any = !n->type && x->kinds == IS(MACVLAN);
			const char *type = !any ? arena_printf(c->arena, " of type %s", network_kind_name(k)) : "";
			struct diag *d = finding(c, where_key(n, f), "'%s' means nothing on network '%s'%s", x->key,
						 n->origin.name, type);
			diag_note(c->diags, d, n->type ? WHERE(n, type) : where_body(n), "its type%s",
				  n->type ? "" : " is what the target makes by itself");
			diag_help(c->diags, d, "leave it out: it is for networks of type %s", kinds_said(c, x->kinds));
		}
	}
}

/* ---- macvlan-incomplete */

static bool all_addressed(const struct model *m, const struct model_network *n)
{
	for (size_t i = 0; i < m->places.n; i++) {
		const struct place *p = &m->places.v[i];
		if (p->network != n)
			continue;
		if (p->node ? !p->node->address.list : !(p->service && p->service->address))
			return false;
	}
	return true;
}

static void lacks(struct check *c, const struct network *n, const char *key, const char *why, const char *example)
{
	struct diag *d =
		finding(c, where_body(n), "network '%s' of type macvlan lacks '%s': %s", n->origin.name, key, why);
	diag_note(c->diags, d, WHERE(n, type), "its type");
	diag_help(c->diags, d, "add %s", example);
}

void rule_macvlan_incomplete(struct check *c)
{
	const struct model *m = c->model;
	for (size_t i = 0; i < m->networks.n; i++) {
		const struct model_network *x = m->networks.v[i];
		const struct network *n = x->network;
		if (x->kind != NETWORK_MACVLAN || !n)
			continue;
		if (!n->subnet)
			lacks(c, n, "subnet", "its places have addresses on the hosts' network",
			      "`subnet: 192.168.4.0/24`, or where else the hosts are");
		if (!n->interface)
			lacks(c, n, "interface", "it is made on one of the hosts' interfaces",
			      "`interface: eth0`, or as it is called");
		if (n->subnet && !n->range && !all_addressed(m, x))
			lacks(c, n, "range",
			      "which addresses are free for its places, and no machine's, nobody can guess",
			      arena_printf(c->arena, "'range': a part of %s that is free", n->subnet));
	}
}

/* ---- outside-network: range and gateway */

static void outside(struct check *c, const struct network *n, struct span at, const char *what, const char *value)
{
	struct diag *d = finding(c, at, "%s %s does not lie in %s, the subnet of network '%s'", what, value, n->subnet,
				 n->origin.name);
	diag_note(c->diags, d, WHERE(n, subnet), "the subnet");
	diag_help(c->diags, d, "correct the one or the other");
}

/* The larger is not inside the smaller, and what is apart is not either. */
static bool lies_inside(const struct cidr *inner, const struct cidr *outer)
{
	return inner->address.v6 == outer->address.v6 && inner->bits >= outer->bits &&
	       cidr_contains(outer, &inner->address);
}

void rule_outside_network(struct check *c)
{
	struct network *n;
	for (size_t i = 0; (n = entries_next(&c->spec->networks, &i));) {
		struct cidr subnet, range;
		struct ip gateway;
		if (!n->subnet || !cidr_parse(n->subnet, &subnet))
			continue;
		if (n->range && cidr_parse(n->range, &range) && !lies_inside(&range, &subnet))
			outside(c, n, WHERE(n, range), "range", n->range);
		/* On another it means nothing wherever it lies, as network-key-ignored says. */
		if (text_equal(n->type, "macvlan") && n->gateway && ip_parse(n->gateway, &gateway) &&
		    !cidr_contains(&subnet, &gateway))
			outside(c, n, WHERE(n, gateway), "gateway", n->gateway);
	}
}
