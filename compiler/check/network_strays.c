/* network_strays.c: hosts that lie outside of the very network on which their own places are: MPI is told to take the
 * interface that has an address in the subnet, and they have none. */
#include "compiler/check/network.h"

#include "compiler/base/ip.h"

/* The address that lies outside, and the network. */
struct stray {
	const char *address;
	const struct network *network;
};

static const struct network *hosts_network_of(const struct check *c, const struct service *s)
{
	const struct network *n = s && !s->origin.broken ? network_named(c->spec, s->network) : NULL;
	return n && n->subnet && text_equal(n->type, "host") ? n : NULL;
}

static void find_stray(struct check *c, struct map *strays, const char *host, const struct network *n)
{
	struct cidr written, subnet;
	struct ip ip;
	uint64_t at = 0;
	const struct host *h = spec_host(c->spec, host, &at);
	if (!h || h->origin.broken || !h->address.list || map_find(strays, h->origin.name))
		return;
	at = h->address.list->count == 1 ? 0 : at;
	if (at >= h->address.list->count || !cidr_parse(n->subnet, &written))
		return;
	const char *address = hostlist_name_dup(h->address.list, at, c->arena);
	cidr_network(&written, &subnet);
	if (!ip_parse(address, &ip) || ip.v6 != subnet.address.v6 || cidr_contains(&subnet, &ip))
		return;
	struct stray *x = ARENA_NEW(c->arena, struct stray);
	*x = (struct stray){ address, n };
	map_set(strays, h->origin.name, x);
}

static void find_strays(struct check *c, struct map *strays)
{
	const struct services *s = c->spec->services;
	const struct service *all[] = { s->slurmctld, s->slurmdbd, s->database, s->login };
	const struct network *n;
	const struct node_group *g;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (size_t j = 0; (n = hosts_network_of(c, all[i])) && j < all[i]->host.n; j++)
			find_stray(c, strays, all[i]->host.v[j], n);
	n = hosts_network_of(c, s->slurmd);
	for (size_t i = 0; n && (g = entries_next(&c->spec->nodes, &i));) {
		struct hostwalk w;
		hostwalk_start(&w, g->host.list ? g->host.list : g->origin.hosts);
		for (const char *name; (name = hostwalk_next(&w));)
			find_stray(c, strays, name, n);
	}
}

static void say_stray(struct check *c, const struct host *h, const struct stray *x)
{
	struct diag *d = finding_as(c, SEVERITY_ERROR, WHERE(h, address),
				    "%s lies outside of network '%s', which this host's own places are on", x->address,
				    x->network->origin.name);
	diag_note(c->diags, d, WHERE(x->network, subnet), "network '%s' is %s", x->network->origin.name,
		  x->network->subnet);
	diag_help(c->diags, d, "correct the address or the subnet");
}

void say_strays(struct check *c, struct map *ret)
{
	struct host *h;
	find_strays(c, ret);
	for (size_t i = 0; (h = entries_next(&c->spec->hosts, &i));)
		if (map_find(ret, h->origin.name))
			say_stray(c, h, map_get(ret, h->origin.name));
}
