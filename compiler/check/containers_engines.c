/* containers_engines.c: what the engines on the hosts are, and what places ask of them: swarms, macOS, labels, devices,
 * packets. */
#include "compiler/check/containers.h"

#include <string.h>

#include "compiler/model/flows.h"

static const struct model_network *first_overlay(const struct model *m)
{
	for (size_t i = 0; i < m->networks.n; i++)
		if (m->networks.v[i]->kind == NETWORK_OVERLAY)
			return m->networks.v[i];
	return NULL;
}

/* ---- overlay-without-manager */

void rule_overlay_without_manager(struct check *c)
{
	const struct model *m = c->model;
	const struct model_network *n = first_overlay(m);
	if (!n)
		return;
	for (size_t i = 0; i < m->machines.n; i++)
		if (machine_manages(m, m->machines.v[i]))
			return;
	/* The first would be one, and says that it is not. */
	const struct host *h = m->machines.v[0]->host;
	struct diag *d = finding(c, WHERE(h, swarm), "no host is a manager of the swarm that %s needs",
				 arena_printf(c->arena, "network '%s' (overlay)", n->name));
	diag_note(c->diags, d, where_network(c, n), n->network ? "the network" : "places are on one that nobody wrote");
	diag_help(c->diags, d, "say `swarm: manager` here, or leave it out: the host of the controller is one");
}

/* ---- macos-network */

static void on_macos(struct check *c, const struct place *p, const struct model_machine *x)
{
	struct diag *d;
	if (p->network->kind == NETWORK_OVERLAY)
		d = finding(c, WHERE(x->host, os),
			    "host '%s' cannot join a swarm: on macOS engines run in a machine of "
			    "their own, which other hosts cannot reach",
			    x->name);
	else
		d = finding(
			c, WHERE(x->host, os),
			"containers of host '%s' cannot be on network '%s' (%s): on macOS engines run in a machine of "
			"their own, and have not the host's interfaces",
			x->name, p->network->name, network_kind_name(p->network->kind));
	diag_note(c->diags, d, where_joined(c, p), "%s",
		  p->network->network ? "places are put on that network here" : "what is there");
	diag_help(c->diags, d, "put what is on this host on a network of `type: published`%s",
		  p->network->kind == NETWORK_OVERLAY ? ", and build target compose" : "");
}

void rule_macos_network(struct check *c)
{
	const struct model *m = c->model;
	const unsigned never = 1 << NETWORK_HOST | 1 << NETWORK_MACVLAN | 1 << NETWORK_OVERLAY;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < m->machines.n; i++) {
		const struct model_machine *x = m->machines.v[i];
		if (!x->host || x->host->origin.broken || !text_equal(x->host->os, "macos"))
			continue;
		for (size_t j = 0; j < x->places.n; j++) {
			const struct place *p = &m->places.v[x->places.v[j]];
			if (p->network && never & 1u << p->network->kind && first_at(c, &seen, WHERE(x->host, os)))
				on_macos(c, p, x);
		}
	}
}

/* ---- overlay-mtu */

enum {
	ETHERNET = 1500,
	VXLAN = 50, /* RFC 7348: 14 Ethernet, 20 IP, 8 UDP, 8 VXLAN */
	ESP = 30,   /* RFC 4106 in transport mode: 8 header, 8 counter, 8 check, up to 5 to fill */
};

/* The hosts' own network that says its largest packet. */
static const struct network *hosts_network(const struct check *c)
{
	struct network *n;
	for (size_t i = 0; (n = entries_next(&c->spec->networks, &i));)
		if (text_equal(n->type, "host") && n->mtu != VALUE_ABSENT)
			return n;
	return NULL;
}

static void mtu_over(struct check *c, const struct network *n, const struct network *under, int64_t below)
{
	int64_t has = under ? under->mtu : ETHERNET, most = has - below;
	if (n->mtu <= most)
		return;
	/* Who knows what unsaid hosts' networks carry. */
	struct diag *d = finding_as(c, under ? SEVERITY_ERROR : SEVERITY_WARNING, WHERE(n, mtu),
				    "packets of %lld bytes do not fit into the hosts' of %lld%s", (long long)n->mtu,
				    (long long)has,
				    below > VXLAN ? ": VXLAN puts 50 around each, and encryption 30"
				    : below	  ? ": VXLAN puts 50 around each"
						  : "");
	if (under)
		diag_note(c->diags, d, WHERE(under, mtu), "the hosts' network, '%s'", under->origin.name);
	else
		diag_note(c->diags, d, (struct span){ 0 },
			  "no network of `type: host` says its mtu, and Ethernet's is 1500");
	diag_help(c->diags, d, "write %lld%s", (long long)most,
		  under ? ", or leave 'mtu' out"
			: ", or say the hosts' own: `networks: { lan: { type: host, mtu: 9000 } }`");
}

void rule_overlay_mtu(struct check *c)
{
	const struct network *under = hosts_network(c);
	for (size_t i = 0; i < c->model->networks.n; i++) {
		const struct model_network *x = c->model->networks.v[i];
		const struct network *n = x->network;
		if (!n || n->mtu == VALUE_ABSENT || x->kind == NETWORK_HOST || n == under)
			continue;
		if (x->kind == NETWORK_OVERLAY)
			mtu_over(c, n, under, VXLAN + (n->encrypted == TRI_TRUE ? ESP : 0));
		else if (under)
			mtu_over(c, n, under, 0);
	}
}

/* ---- overlay-large */

void rule_overlay_large(struct check *c)
{
	enum { MOST = 256 };
	const struct model *m = c->model;
	for (size_t i = 0; i < m->networks.n; i++) {
		const struct model_network *n = m->networks.v[i];
		uint64_t places = 0;
		for (size_t j = 0; n->kind == NETWORK_OVERLAY && j < m->places.n; j++)
			places += m->places.v[j].network == n ? m->places.v[j].names.count : 0;
		if (places <= MOST)
			continue;
		struct diag *d = finding(c, where_network(c, n),
					 "%llu places are on one overlay, and Docker advises against more than %d",
					 (unsigned long long)places, MOST);
		diag_help(c->diags, d,
			  "the engines tell each other of every place; for so many, `type: host` is the safer choice");
	}
}

/* ---- label-unknown */

static const struct option *label_of(const struct host *h, const char *key)
{
	for (size_t i = 0; h && i < h->labels.n; i++)
		if (strcmp(h->labels.v[i].key, key) == 0)
			return &h->labels.v[i];
	return NULL;
}

static bool has_label(const struct host *h, const struct option *wanted)
{
	const struct option *x = label_of(h, wanted->key);
	return x && strcmp(x->value, wanted->value) == 0;
}

static bool some_host_has(const struct check *c, const struct option *wanted)
{
	struct host *h;
	for (size_t i = 0; (h = entries_next(&c->spec->hosts, &i));)
		if (has_label(h, wanted))
			return true;
	return false;
}

static bool has_all(const struct host *h, const struct options *wanted)
{
	for (size_t i = 0; i < wanted->n; i++)
		if (!has_label(h, &wanted->v[i]))
			return false;
	return true;
}

/* "type: head" of all hosts, and where the likeliest stands. */
static void label_nowhere(struct check *c, const struct option *x)
{
	LIST(const char *) names = { 0 };
	LIST(const struct option *) all = { 0 };
	struct host *h;
	for (size_t i = 0; (h = entries_next(&c->spec->hosts, &i));)
		for (size_t j = 0; j < h->labels.n; j++) {
			*list_push(c->arena, &all) = &h->labels.v[j];
			*list_push(c->arena, &names) =
				arena_printf(c->arena, "%s: %s", h->labels.v[j].key, h->labels.v[j].value);
		}
	const char *mean = suggest(arena_printf(c->arena, "%s: %s", x->key, x->value), names.v, names.n);
	struct diag *d =
		finding(c, x->key_span, "no host has the label '%s: %s': nothing would start", x->key, x->value);
	for (size_t i = 0; mean && i < names.n; i++)
		if (names.v[i] == mean)
			diag_note(c->diags, d, all.v[i]->key_span, "this is the nearest");
	if (!mean && c->spec->hosts.n)
		diag_note(c->diags, d, where_key(c->spec, shape_field(&spec_shape, "hosts")), "the hosts");
	if (mean)
		diag_help(c->diags, d, "did you mean `%s`?", mean);
	else
		diag_help(c->diags, d, "give it to a host: `hosts: { NAME: { labels: { %s: %s } } }`", x->key,
			  x->value);
}

static void labels_of_host(struct check *c, const struct service *s)
{
	for (size_t i = 0; i < s->host.n; i++) {
		const struct host *h = spec_host(c->spec, s->host.v[i], NULL);
		for (size_t j = 0; h && j < s->labels.n; j++) {
			const struct option *x = &s->labels.v[j];
			if (has_label(h, x))
				continue;
			struct diag *d = finding(c, x->key_span,
						 "host '%s', where the service is to be, has not the label '%s: %s'",
						 s->host.v[i], x->key, x->value);
			diag_note(c->diags, d, WHERE_ITEM(s, host, i), "the host is named here");
			diag_help(c->diags, d,
				  "leave 'host' out, and the swarm chooses among those that have it; or leave out the "
				  "label");
			return;
		}
	}
}

static void labels_of_service(struct check *c, const struct service *s)
{
	struct host *h;
	bool known = true;
	for (size_t i = 0; i < s->labels.n; i++)
		if (!some_host_has(c, &s->labels.v[i])) {
			label_nowhere(c, &s->labels.v[i]);
			known = false;
		}
	if (!known)
		return;
	if (s->host.n) {
		labels_of_host(c, s);
		return;
	}
	for (size_t i = 0; (h = entries_next(&c->spec->hosts, &i));)
		if (has_all(h, &s->labels))
			return;
	struct diag *d = finding(c, WHERE(s, labels), "no host has all of these labels: nothing would start");
	for (size_t i = 0; (h = entries_next(&c->spec->hosts, &i));)
		if (has_label(h, &s->labels.v[0]))
			diag_note(c->diags, d, WHERE(h, labels), "host '%s' has '%s: %s' alone", h->origin.name,
				  s->labels.v[0].key, s->labels.v[0].value);
	diag_help(c->diags, d, "give the others to one of these hosts, or ask for fewer");
}

void rule_label_unknown(struct check *c)
{
	struct map seen;
	map_init(&seen, c->arena);
	if (!(c->model->platform->can & CAN_LABELS))
		return;
	for (size_t i = 0; i < c->model->places.n; i++) {
		const struct service *s = c->model->places.v[i].service;
		if (s && !s->origin.broken && s->labels.n && first_at(c, &seen, s->labels.v[0].key_span))
			labels_of_service(c, s);
	}
}

/* ---- one-host */

void rule_one_host(struct check *c)
{
	const struct model *m = c->model;
	if (m->platform->place_per_host)
		return;
	for (size_t i = 0; i < m->places.n; i++) {
		const struct place *p = &m->places.v[i];
		const struct service *s = p->service;
		if (p->node || !s || s->origin.broken || s->host.n < 2 || !WRITTEN(s, host))
			continue;
		const char *name = role_name((enum role)p->roles);
		struct diag *d = finding(c, WHERE_ITEM(s, host, 1), "%s has %zu hosts, and target '%s' runs one of it",
					 name, s->host.n, c->target);
		diag_note(c->diags, d, WHERE_ITEM(s, host, 0), "it would be on host '%s'", s->host.v[0]);
		diag_help(c->diags, d, "name one host");
	}
}

/* ---- device-unsupported */

void rule_device_unsupported(struct check *c)
{
	const struct platform *p = c->model->platform;
	struct map seen;
	struct node_group *g;
	map_init(&seen, c->arena);
	for (size_t i = 0; !p->place_per_host && !(p->can & CAN_DEVICES) && (g = entries_next(&c->spec->nodes, &i));) {
		struct gres *r;
		for (size_t j = 0; (r = entries_next(&g->gres, &j));) {
			struct span at = r->file ? WHERE(r, file) : WHERE(r, multiple_files);
			bool gpu = strcmp(r->origin.name, "gpu") == 0;
			if ((!r->file && !r->multiple_files) || !first_at(c, &seen, at))
				continue;
			struct diag *d = finding_as(
				c, gpu ? SEVERITY_INFO : SEVERITY_ERROR, at,
				gpu ? "target '%s' is for %s: GPUs come by generic resources that each engine tells of"
				    : "target '%s' is for %s, which get no device files",
				c->target, p->runs);
			diag_note(c->diags, d, where_body(g), "the nodes");
			diag_help(c->diags, d, "%s",
				  gpu ? "set `node-generic-resources` and the nvidia runtime in "
					"/etc/docker/daemon.json of the hosts"
				      : "leave 'file' out, and Slurm only counts; or build target compose");
		}
	}
}
