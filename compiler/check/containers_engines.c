/*
 * containers_engines.c: what the engines on the hosts are and can: swarms, macOS, devices, the size of packets and of
 * configs.
 */
#include "compiler/check/containers.h"

#include <string.h>

#include "compiler/model/flows.h"
#include "compiler/model/hosts_list.h"

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

/* ---- even-managers */

/* More than half of the managers must agree: of two none may be away, and of four one, as of three. */
void rule_even_managers(struct check *c)
{
	const struct model *m = c->model;
	const struct model_machine *last = NULL;
	size_t n = 0;
	for (size_t i = 0; first_overlay(m) && i < m->machines.n; i++) {
		const struct model_machine *x = m->machines.v[i];
		if (!machine_manages(m, x))
			continue;
		n++;
		last = x->host && x->host->swarm ? x : last;
	}
	if (!n || n % 2 || !last)
		return;
	struct diag *d = finding(c, WHERE(last->host, swarm),
				 "the swarm has %zu managers: it stops when %s of them %s away, as with %zu", n,
				 n == 2 ? "one" : arena_printf(c->arena, "%zu", n / 2), n == 2 ? "is" : "are", n - 1);
	diag_help(c->diags, d, "have one, three or five of them: more than half must be there");
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

/* A place that is on a machine, or may come to be there, on one of these networks (bits); or NULL. */
static const struct place *place_on(const struct model *m, const struct model_machine *x, unsigned networks)
{
	for (size_t i = 0; i < x->places.n; i++) {
		const struct place *p = &m->places.v[x->places.v[i]];
		if (!p->anywhere && p->network && networks & 1u << p->network->kind)
			return p;
	}
	for (size_t i = 0; x->anywhere && i < m->places.n; i++) {
		const struct place *p = &m->places.v[i];
		if (place_may_be_on(p, x) && p->network && networks & 1u << p->network->kind)
			return p;
	}
	return NULL;
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
		const struct place *p = place_on(m, x, never);
		if (p && first_at(c, &seen, WHERE(x->host, os)))
			on_macos(c, p, x);
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

/* ---- one-host */

void rule_one_host(struct check *c)
{
	const struct model *m = c->model;
	struct map seen;
	map_init(&seen, c->arena);
	if (m->platform->place_per_host)
		return;
	for (size_t i = 0; i < m->places.n; i++) {
		const struct place *p = &m->places.v[i];
		const struct service *s = p->service;
		if (p->node || !s || s->origin.broken || s->host.n < 2 || !first_at(c, &seen, WHERE(s, host)))
			continue;
		/* What services.default names is each service's that names none. */
		const struct service *base = c->spec->services->base;
		bool own = !is_implied(c, p) && WRITTEN(s, host);
		const struct service *by = own ? s : base;
		struct diag *d = finding(c, WHERE_ITEM(by, host, 1), "%s has %zu hosts, and target '%s' runs one of it",
					 own ? role_name((enum role)p->roles) : "every service", s->host.n, c->target);
		diag_note(c->diags, d, WHERE_ITEM(by, host, 0), "it would be on host '%s'", s->host.v[0]);
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

/* ---- config-too-large */

/* Where a file of the spec's own says what is in it. */
static struct span where_file(const struct check *c, const struct model_file *f)
{
	struct file *x;
	for (size_t i = 0; (x = entries_next(&c->spec->files, &i));)
		if (text_equal(x->path, f->path))
			return x->source ? WHERE(x, source) : WHERE(x, content);
	return where_key(c->spec, shape_field(&spec_shape, "nodes"));
}

/* The list of all places is a config as well. */
static void list_too_large(struct check *c, size_t most)
{
	size_t size = hosts_list_size(c->model);
	if (size <= most)
		return;
	struct diag *d = finding(c, where_key(c->spec, shape_field(&spec_shape, "nodes")),
				 "the list of all places, etc/hosts.tsv, has %zu bytes, and a config of a swarm %zu at "
				 "most",
				 size, most);
	diag_help(c->diags, d, "have fewer nodes, or build target compose");
}

void rule_config_too_large(struct check *c)
{
	const struct model *m = c->model;
	size_t most = m->platform->max_file;
	if (most)
		list_too_large(c, most);
	for (size_t i = 0; most && i < m->files.n; i++) {
		const struct model_file *f = &m->files.v[i];
		if (!f->text.n)
			diag_help(
				c->diags,
				finding(c, where_file(c, f), "%s is empty, and a config of a swarm cannot be", f->path),
				"write a line into it, were it a comment");
		if (f->text.n <= most)
			continue;
		struct diag *d = finding(c, where_file(c, f), "%s has %zu bytes, and a config of a swarm %zu at most",
					 f->path, f->text.n, most);
		diag_help(c->diags, d, "put it on a storage that the places share, or build target compose");
	}
}
