/*
 * lines_hosts.c: NodeName lines: the hosts, addresses and ports that their slurmds have. slurmctld looks at none of
 * this: it is the second slurmd that finds its port taken, and the wrong one that is asked.
 */
#include "compiler/check/lines.h"

#include <string.h>

#include "compiler/slurm/value.h"

enum { SLURMD_PORT = 6818, SLURMCTLD_PORT = 6817 };

/* One node: a place on a line. */
struct seat {
	const struct node_line *line;
	uint64_t at;
};

static const char *value_at(struct check *c, const struct hostlist *h, uint64_t at)
{
	return hostlist_name_dup(h, at < h->count ? at : h->count - 1, c->arena);
}

static const char *node_at(struct check *c, const struct seat *s)
{
	return hostlist_name_dup(&s->line->names, s->at, c->arena);
}

static const char *host_of(struct check *c, const struct seat *s)
{
	return s->line->hosts.count ? value_at(c, &s->line->hosts, s->at) : node_at(c, s);
}

static const char *port_of(struct check *c, const struct seat *s)
{
	const struct entry *e = global(c, "SlurmdPort");
	if (s->line->ports.count)
		return value_at(c, &s->line->ports, s->at);
	return e ? e->value : arena_printf(c->arena, "%d", SLURMD_PORT);
}

static const char *address_of(struct check *c, const struct seat *s)
{
	return s->line->addresses.count ? value_at(c, &s->line->addresses, s->at) : "";
}

/* The key of a line that best says why two nodes meet, else the name. */
static struct span place_of(const struct node_line *n, const char *first, const char *second)
{
	const struct entry *e = record_find(n->rec, first);
	if (!e || e->inherited)
		e = record_find(n->rec, second);
	return e && !e->inherited ? e->span : n->name->span;
}

/* ---- which lines are worth a walk: those that have a value of another's, or one for all their nodes */

struct meeting {
	struct check *c;
	const struct lines *l;
	bool *marked; /* by line */
	struct map taken, seen;
};

static void mark(void *ctx, const char *name, uint32_t first, uint32_t second)
{
	struct meeting *m = ctx;
	m->marked[first] = m->marked[second] = true;
}

/* One value for all nodes, or one for each. */
static bool pairs(const struct hostlist *column, const struct node_line *n)
{
	return column->count <= 1 || column->count == n->names.count;
}

/* Lines of which no slurmd is up, or nobody can say which node has which value: unpaired-column has said so. */
static bool asleep(const struct node_line *n)
{
	return state_is(n->rec, "FUTURE") || !pairs(&n->hosts, n) || !pairs(&n->addresses, n) || !pairs(&n->ports, n);
}

static void mark_lines(struct meeting *m, bool hosts)
{
	struct hostindex *x = hostindex_new(m->c->arena);
	for (size_t i = 0; i < m->l->nodes.n; i++) {
		const struct node_line *n = &m->l->nodes.v[i];
		const struct hostlist *list = hosts ? &n->hosts : &n->addresses;
		if (asleep(n))
			continue;
		if (list->count && list->count < n->names.count)
			m->marked[i] = true;
		hostindex_add(x, list->count || !hosts ? list : &n->names, (uint32_t)i);
	}
	hostindex_build(x, mark, m);
}

static void meeting_init(struct meeting *m, struct check *c)
{
	*m = (struct meeting){ .c = c, .l = lines_of(c) };
	m->marked = ARENA_ARRAY(c->arena, m->l->nodes.n + 1, bool);
	map_init(&m->taken, c->arena);
	map_init(&m->seen, c->arena);
}

/* The seat that has the key already, or NULL: also where it is the same node again, which duplicate-node has said. */
static const struct seat *take(struct meeting *m, const struct seat *s, const char *key)
{
	bool fresh;
	struct map_entry *e = map_add(&m->taken, key, &fresh);
	if (!fresh)
		return strcmp(node_at(m->c, e->value), node_at(m->c, s)) == 0 ? NULL : e->value;
	struct seat *kept = e->value = ARENA_NEW(m->c->arena, struct seat);
	*kept = *s;
	return NULL;
}

static void each_marked(struct meeting *m, void (*each)(struct meeting *m, const struct seat *s))
{
	for (size_t i = 0; i < m->l->nodes.n; i++) {
		struct seat s = { &m->l->nodes.v[i], 0 };
		for (; m->marked[i] && !asleep(s.line) && s.at < s.line->names.count; s.at++)
			each(m, &s);
	}
}

/* ---- port-taken */

static void take_port(struct meeting *m, const struct seat *s)
{
	struct check *c = m->c;
	const struct entry *how = global(c, "CommunicationParameters");
	bool by_address = how && holds_word(how->value, "NoInAddrAny");
	const char *host = host_of(c, s), *port = port_of(c, s);
	const char *key = arena_printf(c->arena, "%s %s %s", host, port, by_address ? address_of(c, s) : "");
	const struct seat *first = take(m, s, key);
	struct span at = place_of(s->line, "Port", "NodeHostname");
	if (!first || !first_at(c, &m->seen, at))
		return;
	struct diag *d = finding(
		c, at, "nodes '%s' and '%s' have one host and port, %s port %s: the second slurmd cannot listen",
		node_at(c, first), node_at(c, s), host, port);
	if (first->line != s->line)
		diag_note(c->diags, d, place_of(first->line, "Port", "NodeHostname"), "the first stands here");
	diag_help(c->diags, d, "write a port for each node of a host, such as Port=[17001-17004]");
}

void rule_line_ports(struct check *c)
{
	struct meeting m;
	meeting_init(&m, c);
	if (m.l->front_end)
		return;
	mark_lines(&m, true);
	each_marked(&m, take_port);
}

/* ---- address-twice */

static void take_address(struct meeting *m, const struct seat *s)
{
	struct check *c = m->c;
	const char *address = address_of(c, s), *port = port_of(c, s);
	const struct seat *first;
	if (!*address || state_is(s->line->rec, "CLOUD"))
		return;
	first = take(m, s, arena_printf(c->arena, "%s %s", address, port));
	/* One host as well: port-taken says it. */
	if (!first || strcmp(host_of(c, first), host_of(c, s)) == 0)
		return;
	struct span at = place_of(s->line, "NodeAddr", "NodeName");
	if (!first_at(c, &m->seen, at))
		return;
	struct diag *d = finding(
		c, at, "nodes '%s' and '%s' have one address and port, %s port %s: one slurmd gets the calls for both",
		node_at(c, first), node_at(c, s), address, port);
	if (first->line != s->line)
		diag_note(c->diags, d, place_of(first->line, "NodeAddr", "NodeName"), "the first stands here");
	diag_help(c->diags, d, "give each node its own address, or, behind one address, its own port");
}

void rule_line_addresses(struct check *c)
{
	struct meeting m;
	meeting_init(&m, c);
	if (m.l->front_end)
		return;
	mark_lines(&m, false);
	each_marked(&m, take_address);
}

/* ---- port-of-daemon */

static void ctld_ports(const struct check *c, uint64_t *ret_first, uint64_t *ret_last)
{
	const struct entry *e = global(c, "SlurmctldPort");
	const char *dash = e ? strchr(e->value, '-') : NULL;
	*ret_first = *ret_last = SLURMCTLD_PORT;
	if (e && dash && slurm_number(arena_strndup(c->arena, e->value, (size_t)(dash - e->value)), ret_first))
		slurm_number(dash + 1, ret_last);
	else if (e && slurm_number(e->value, ret_first))
		*ret_last = *ret_first;
}

/* Whether a node of the line sits on that host and has one of those ports. */
static bool port_on(struct check *c, const struct lines *l, const struct node_line *n, const char *host, uint64_t first,
		    uint64_t last, struct seat *ret)
{
	*ret = (struct seat){ n, 0 };
	if (n->hosts.count > 1 || (!n->hosts.count && line_of_node(l, host) != n))
		return false;
	for (; ret->at < n->names.count && ret->at < n->ports.count; ret->at++) {
		uint64_t port;
		if (slurm_number(port_of(c, ret), &port) && port >= first && port <= last &&
		    strcmp(host_of(c, ret), host) == 0)
			return true;
	}
	return false;
}

static void against_host(struct check *c, const struct lines *l, const struct entry *ctld)
{
	const char *host = arena_strndup(c->arena, ctld->value, strcspn(ctld->value, "("));
	uint64_t first, last;
	ctld_ports(c, &first, &last);
	for (size_t i = 0; i < l->nodes.n; i++) {
		struct seat s;
		if (!l->nodes.v[i].ports.count || !port_on(c, l, &l->nodes.v[i], host, first, last, &s))
			continue;
		struct diag *d = finding(c, place_of(s.line, "Port", "NodeName"),
					 "slurmd of node '%s' and slurmctld both listen on port %s of host '%s'",
					 node_at(c, &s), port_of(c, &s), host);
		diag_note(c->diags, d, ctld->span, "slurmctld is here");
		diag_help(c->diags, d, "give one of them another port");
	}
}

void rule_line_daemon_port(struct check *c)
{
	const struct lines *l = lines_of(c);
	for (size_t i = 0; i < c->records->globals[SLURM_CONF].n; i++) {
		const struct record *rec = c->records->globals[SLURM_CONF].v[i];
		if (rec->entries.n && strcmp(rec->entries.v[0].fact->key, "SlurmctldHost") == 0)
			against_host(c, l, &rec->entries.v[0]);
	}
}

/* ---- hostname-of-other-node. node_conf.c: _push_to_hashtbls(): a new node's name is looked up among the host names of
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
	struct seat node = { its, p->at }, host = { mine, at };
	struct diag *d = finding(o->c, its->name->span,
				 "node '%s' is called like the host of node '%s' before it: slurmctld stops",
				 node_at(o->c, &node), node_at(o->c, &host));
	diag_note(o->c->diags, d, record_find(mine->rec, "NodeHostname")->span, "'%s' is a host here",
		  node_at(o->c, &node));
	diag_help(o->c->diags, d, "put the line of '%s' before the other, or call one of them otherwise",
		  node_at(o->c, &node));
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
		struct span at = n->addresses.count ? place_of(n, "NodeAddr", "NodeName")
						    : place_of(n, "NodeHostname", "NodeName");
		struct diag *d = finding(
			c, at, "every host takes this address for itself, and this cluster has nodes elsewhere");
		diag_note(c->diags, d, far->name->span, "another host has these");
		diag_help(c->diags, d, "write the address that the other hosts reach it by");
	}
}
