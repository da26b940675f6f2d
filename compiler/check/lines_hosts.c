/* lines_hosts.c: NodeName lines: the hosts that nodes sit on. */
#include "compiler/check/lines.h"

#include <stdlib.h>
#include <string.h>

bool asleep(const struct node_line *n)
{
	return state_is(n, "FUTURE");
}

/* The key of a line that best says why two nodes meet, else the name. */
struct span line_place(const struct node_line *n, const char *first, const char *second)
{
	const struct entry *e = record_find(n->rec, first);
	if (!e || e->inherited)
		e = record_find(n->rec, second);
	return e && !e->inherited ? e->span : n->name->span;
}

/* ---- host-of-other-node. node_conf.c: _push_to_hashtbls(): a new node's name is looked up among the host names of
 * the nodes before it. */

struct other_names {
	struct check *c;
	const struct lines *l;
	uint32_t line; /* whose host names are looked at */
	uint64_t at;   /* among them */
	struct map seen;
};

static void look_for_node(void *ctx, const struct hostpiece *p)
{
	struct other_names *o = ctx;
	const struct node_line *mine = &o->l->nodes.v[o->line], *its = &o->l->nodes.v[p->owner];
	uint64_t at = mine->hosts.count == 1 ? 0 : o->at;
	bool comes_later = p->known && (p->owner > o->line || (p->owner == o->line && p->at > at));
	o->at += p->run.numbered ? p->run.hi - p->run.lo + 1 : 1;
	if (!comes_later || !first_at(o->c, &o->seen, its->name->span))
		return;
	const char *node = hostlist_name_dup(&its->names, p->at, o->c->arena);
	const char *before = hostlist_name_dup(&mine->names, at, o->c->arena);
	struct diag *d =
		finding(o->c, its->name->span,
			"node '%s' is called like the host of node '%s' before it: slurmctld stops", node, before);
	diag_note(o->c->diags, d, record_find(mine->rec, "NodeHostname")->span, "'%s' is a host here", node);
	diag_help(o->c->diags, d, "put the line of '%s' before the other, or call one of them otherwise", node);
}

void rule_host_of_other_node(struct check *c)
{
	struct other_names o = { .c = c, .l = lines_of(c) };
	map_init(&o.seen, c->arena);
	for (; o.line < o.l->nodes.n; o.line++) {
		o.at = 0;
		if (o.l->nodes.v[o.line].hosts.count)
			hostindex_cover(o.l->index, &o.l->nodes.v[o.line].hosts, look_for_node, &o);
	}
}

/* ---- loopback-address */

static bool is_loopback(const struct hostrun *r)
{
	return text_starts(r->prefix, "127.") || text_equal_nocase(r->prefix, "localhost") ||
	       text_starts(r->prefix, "localhost.") || (r->numbered && r->lo == 1 && text_equal(r->prefix, "::"));
}

/* What others dial: the address, else the host, else the name. */
static const struct hostlist *dialled(const struct node_line *n)
{
	return n->addresses.count ? &n->addresses : n->hosts.count ? &n->hosts : &n->names;
}

static bool any_loopback(const struct node_line *n, bool wanted)
{
	const struct hostlist *h = dialled(n);
	for (size_t i = 0; i < h->runs.n; i++)
		if (is_loopback(&h->runs.v[i]) == wanted)
			return true;
	return false;
}

void rule_loopback(struct check *c)
{
	const struct lines *l = lines_of(c);
	const struct node_line *far = NULL;
	for (size_t i = 0; i < l->nodes.n && !far; i++)
		if (!asleep(&l->nodes.v[i]) && any_loopback(&l->nodes.v[i], false))
			far = &l->nodes.v[i];
	for (size_t i = 0; far && i < l->nodes.n; i++) {
		const struct node_line *n = &l->nodes.v[i];
		if (asleep(n) || !any_loopback(n, true))
			continue;
		struct span at = n->addresses.count ? line_place(n, "NodeAddr", "NodeName")
						    : line_place(n, "NodeHostname", "NodeName");
		struct diag *d = finding(
			c, at, "every host takes this address for itself, and this cluster has nodes elsewhere");
		diag_note(c->diags, d, far->name->span, "another host has these");
		diag_help(c->diags, d, "write the address that the other hosts reach it by");
	}
}

/* ---- no-such-address. Slurm asks the resolver for what is no address, as for any name. */

/* Four numbers with points between them, of which one is above 255. */
static bool is_no_address(const char *name)
{
	bool over = false;
	for (int part = 0; part < 4; part++) {
		size_t digits = strspn(name, "0123456789");
		if (!digits || name[digits] != (part < 3 ? '.' : '\0'))
			return false;
		over = over || digits > 3 || strtoul(name, NULL, 10) > 255;
		name += digits + (part < 3);
	}
	return over;
}

void rule_no_such_address(struct check *c)
{
	const struct lines *l = lines_of(c);
	for (size_t i = 0; i < l->nodes.n; i++) {
		const struct node_line *n = &l->nodes.v[i];
		for (size_t k = 0; k < n->addresses.runs.n; k++) {
			/* The last of a run has the largest number. */
			const struct hostrun *r = &n->addresses.runs.v[k];
			struct hostlist last;
			struct hostrun one = *r;
			if (*r->prefix < '0' || *r->prefix > '9')
				continue;
			one.lo = one.hi;
			hostlist_init(&last, c->arena);
			hostlist_add_run(&last, &one);
			const char *name = hostlist_name_dup(&last, 0, c->arena);
			if (!is_no_address(name))
				continue;
			struct diag *d = finding(c, line_place(n, "NodeAddr", "NodeName"),
						 "'%s' is no address: Slurm looks for a host that is called so", name);
			diag_help(c->diags, d, "the numbers of an address end with 255");
			break;
		}
	}
}
