/*
 * lines_ports.c: NodeName lines: hosts, addresses and ports that two slurmds want. slurmctld does not look at them: it
 * is the second slurmd that finds its port taken, and the wrong one that is asked.
 */
#include "compiler/check/lines.h"

#include <string.h>

#include "compiler/slurm/value.h"

enum { SLURMD_PORT = 6818, SLURMCTLD_PORT = 6817 };

/* One node: a place on a line, and what it has; the texts hold until the next seat. */
struct seat {
	const struct node_line *line;
	uint64_t at;
	const char *node, *host, *port, *address; /* address: "" where none is written */
	bool said;				  /* that another has the same: once is enough for a thousand */
};

/* Seats that are walked in all, a rule. */
enum { SEATS_MAX = HOSTLIST_MAX_RUNS };

/* The seats of a line, in order: each list is walked, whatever it is made of. */
struct seats {
	struct seat seat;
	struct hostwalk names, hosts, addresses, ports;
	const char *slurmd_port;
};

static void seats_start(struct check *c, struct seats *w, const struct node_line *n)
{
	const struct entry *e = global(c, "SlurmdPort");
	w->seat = (struct seat){ .line = n };
	w->slurmd_port = e ? e->value : arena_printf(c->arena, "%d", SLURMD_PORT);
	hostwalk_start(&w->names, &n->names);
	hostwalk_start(&w->hosts, &n->hosts);
	hostwalk_start(&w->addresses, &n->addresses);
	hostwalk_start(&w->ports, &n->ports);
}

/* The next of a list; its last again when there are no more, as Slurm has it. */
static const char *next_or(struct hostwalk *w, const char *last, const char *without)
{
	const char *next = hostwalk_next(w);
	return !w->list->count ? without : next ? next : last;
}

static const struct seat *seats_next(struct seats *w)
{
	struct seat *s = &w->seat;
	s->at += s->node != NULL;
	s->node = hostwalk_next(&w->names);
	if (!s->node)
		return NULL;
	s->host = next_or(&w->hosts, s->host, s->node);
	s->port = next_or(&w->ports, s->port, w->slurmd_port);
	s->address = next_or(&w->addresses, s->address, "");
	return s;
}

static const char *node_at(struct check *c, const struct seat *s)
{
	return hostlist_name_dup(&s->line->names, s->at, c->arena);
}

/* ---- which lines are worth a walk: those that have a value of another's, or one for all their nodes */

struct meeting {
	struct check *c;
	const struct lines *l;
	bool *marked;	 /* by line */
	bool by_address; /* slurmd listens on its own address alone */
	struct map taken, seen;
};

static void mark(void *ctx, const char *name, uint32_t first, uint32_t second)
{
	struct meeting *m = ctx;
	m->marked[first] = m->marked[second] = true;
}

static bool any_hosts(const struct lines *l)
{
	for (size_t i = 0; i < l->nodes.n; i++)
		if (l->nodes.v[i].hosts.count)
			return true;
	return false;
}

/* What unpaired-column says of a line comes first. */
static bool pairs(const struct hostlist *list, const struct node_line *n)
{
	return list->count <= 1 || list->count == n->names.count;
}

static void mark_lines(struct meeting *m, bool hosts)
{
	struct hostindex *x = hostindex_new(m->c->arena);
	/* Hosts that bear the names of their nodes are as many as those. */
	if (hosts && !any_hosts(m->l))
		return;
	for (size_t i = 0; i < m->l->nodes.n; i++) {
		const struct node_line *n = &m->l->nodes.v[i];
		const struct hostlist *list = hosts ? &n->hosts : &n->addresses;
		if (asleep(n) || !pairs(list, n) || !pairs(&n->ports, n))
			continue;
		if (list->count && list->count < n->names.count)
			m->marked[i] = true;
		hostindex_add(x, list->count || !hosts ? list : &n->names, (uint32_t)i);
	}
	hostindex_build(x, mark, m);
}

static void meeting_init(struct meeting *m, struct check *c)
{
	const struct entry *how = global(c, "CommunicationParameters");
	*m = (struct meeting){ .c = c, .l = lines_of(c) };
	m->by_address = how && holds_word(how->value, "NoInAddrAny");
	m->marked = ARENA_ARRAY(c->arena, m->l->nodes.n + 1, bool);
	map_init(&m->taken, c->arena);
	map_init(&m->seen, c->arena);
}

/* The seat that has the key already, or NULL. */
static struct seat *take(struct meeting *m, const struct seat *s, const char *key)
{
	bool fresh;
	struct map_entry *e = map_add(&m->taken, key, &fresh);
	if (!fresh)
		return e->value;
	struct seat *kept = e->value = ARENA_NEW(m->c->arena, struct seat);
	*kept = *s;
	kept->host = arena_strdup(m->c->arena, s->host);
	return NULL;
}

static void each_marked(struct meeting *m, void (*each)(struct meeting *m, const struct seat *s))
{
	uint64_t walked = 0;
	for (size_t i = 0; i < m->l->nodes.n; i++) {
		struct seats w;
		const struct seat *s;
		uint64_t more = m->l->nodes.v[i].names.count;
		if (!m->marked[i] || asleep(&m->l->nodes.v[i]) || walked + more > SEATS_MAX)
			continue;
		walked += more;
		for (seats_start(m->c, &w, &m->l->nodes.v[i]); (s = seats_next(&w));)
			each(m, s);
	}
}

/* ---- port-taken */

static bool is_port(const char *s)
{
	uint64_t n;
	return slurm_number(s, &n) && n > 0 && n <= UINT16_MAX;
}

static void take_port(struct meeting *m, const struct seat *s)
{
	struct check *c = m->c;
	if (!is_port(s->port)) /* bad-port and bad-node-port say it */
		return;
	const char *key = arena_printf(c->arena, "%s %s %s", s->host, s->port, m->by_address ? s->address : "");
	struct seat *first = take(m, s, key);
	struct span at = line_place(s->line, "Port", "NodeHostname");
	/* One node twice: duplicate-node says it. */
	if (!first || first->said || strcmp(node_at(c, first), s->node) == 0 || !first_at(c, &m->seen, at))
		return;
	first->said = true;
	struct diag *d = finding(
		c, at, "nodes '%s' and '%s' have one host and port, %s port %s: the second slurmd cannot listen",
		node_at(c, first), s->node, s->host, s->port);
	if (first->line != s->line)
		diag_note(c->diags, d, line_place(first->line, "Port", "NodeHostname"), "the first stands here");
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
	if (!*s->address || !is_port(s->port) || state_is(s->line, "CLOUD"))
		return;
	struct seat *first = take(m, s, arena_printf(c->arena, "%s %s", s->address, s->port));
	/* One host as well: port-taken says it. */
	if (!first || first->said || strcmp(first->host, s->host) == 0)
		return;
	first->said = true;
	struct span at = line_place(s->line, "NodeAddr", "NodeName");
	if (!first_at(c, &m->seen, at))
		return;
	struct diag *d =
		finding(c, at,
			"nodes '%s' and '%s' have one address and port, %s port %s: one slurmd gets the calls for "
			"both",
			node_at(c, first), s->node, s->address, s->port);
	if (first->line != s->line)
		diag_note(c->diags, d, line_place(first->line, "NodeAddr", "NodeName"), "the first stands here");
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

/* ---- bcast-address: slurmd.c: "Cannot use BcastAddr option on this node with CommunicationParameters=NoInAddrAny" */

void rule_bcast_address(struct check *c)
{
	const struct lines *l = lines_of(c);
	const struct fact *f = fact_find(SLURM_CONF, SECTION_NODE, "BcastAddr");
	const struct entry *how = global(c, "CommunicationParameters");
	if (!how || !holds_word(how->value, "NoInAddrAny"))
		return;
	for (size_t i = 0; i < l->nodes.n; i++) {
		const struct entry *e = record_entry(l->nodes.v[i].rec, f);
		if (!e)
			continue;
		struct diag *d = finding(c, e->span,
					 "BcastAddr does not go with NoInAddrAny, by which slurmd listens on NodeAddr "
					 "alone: slurmd stops");
		diag_note(c->diags, d, how->span, "CommunicationParameters stands here");
		diag_help(c->diags, d, "leave one of the two out");
		return;
	}
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

/* Lines that have ports, beside the hosts of slurmctld. */
struct daemons {
	struct check *c;
	LIST(const struct entry *) hosts; /* SlurmctldHost */
	struct hostindex *index;	  /* of their names */
	uint64_t first, last;		  /* its ports */
	bool *said;			  /* by host: of this line */
	const struct node_line *line;
	uint64_t at; /* in its hosts */
};

static void add_daemons(struct daemons *k)
{
	struct check *c = k->c;
	struct map seen;
	map_init(&seen, c->arena);
	k->index = hostindex_new(c->arena);
	for (size_t i = 0; i < c->records->globals[SLURM_CONF].n; i++) {
		const struct record *rec = c->records->globals[SLURM_CONF].v[i];
		const struct entry *e = rec->entries.n ? &rec->entries.v[0] : NULL;
		if (!e || strcmp(e->fact->key, "SlurmctldHost") != 0)
			continue;
		const char *host = arena_strndup(c->arena, e->value, strcspn(e->value, "("));
		bool fresh;
		struct hostlist one;
		map_add(&seen, host, &fresh);
		if (!fresh)
			continue;
		hostlist_init(&one, c->arena);
		hostlist_add_name(&one, host);
		hostindex_add(k->index, &one, (uint32_t)k->hosts.n);
		*list_push(c->arena, &k->hosts) = e;
	}
	hostindex_build(k->index, NULL, NULL);
	k->said = ARENA_ARRAY(c->arena, k->hosts.n + 1, bool);
	ctld_ports(c, &k->first, &k->last);
}

/* The first node of the line from `from` to `to` that has one of slurmctld's ports; the last port is that of all nodes
 * behind it. */
static bool port_among(const struct daemons *k, uint64_t from, uint64_t to, uint64_t *ret_at, uint64_t *ret_port)
{
	const struct hostlist *ports = &k->line->ports;
	uint64_t at = 0;
	for (size_t i = 0; i < ports->runs.n; i++) {
		const struct hostrun *r = &ports->runs.v[i];
		uint64_t n = r->numbered ? r->hi - r->lo + 1 : 1, start = at;
		at += n;
		if (!r->numbered || *r->prefix || *r->suffix)
			continue;
		/* From the range's first node, or its first port that is slurmctld's. */
		uint64_t skip = from > start ? from - start : 0;
		if (k->first > r->lo && k->first - r->lo > skip)
			skip = k->first - r->lo;
		if (i + 1 == ports->runs.n && skip >= n && r->hi >= k->first && from > start)
			skip = n - 1;
		if (skip >= n || r->lo + skip > k->last || (start + skip > to))
			continue;
		*ret_port = r->lo + skip;
		*ret_at = start + skip > from ? start + skip : from;
		return true;
	}
	return false;
}

static void look_at_host(void *ctx, const struct hostpiece *p)
{
	struct daemons *k = ctx;
	const struct node_line *n = k->line;
	struct check *c = k->c;
	uint64_t from = k->at, at, port;
	k->at += p->run.numbered ? p->run.hi - p->run.lo + 1 : 1;
	/* The last host is that of all nodes behind it. */
	uint64_t to = n->hosts.count && k->at == n->hosts.count ? n->names.count - 1 : k->at - 1;
	if (!p->known || k->said[p->owner] || !port_among(k, from, to, &at, &port) || at >= n->names.count)
		return;
	const struct entry *ctld = k->hosts.v[p->owner];
	k->said[p->owner] = true;
	struct diag *d = finding(c, line_place(n, "Port", "NodeName"),
				 "slurmd of node '%s' and slurmctld both listen on port %llu of host '%s'",
				 hostlist_name_dup(&n->names, at, c->arena), (unsigned long long)port,
				 arena_strndup(c->arena, ctld->value, strcspn(ctld->value, "(")));
	diag_note(c->diags, d, ctld->span, "slurmctld is here");
	diag_help(c->diags, d, "give one of them another port");
}

static void forget(void *ctx, const struct hostpiece *p)
{
	struct daemons *k = ctx;
	if (p->known)
		k->said[p->owner] = false;
}

void rule_line_daemon_port(struct check *c)
{
	const struct lines *l = lines_of(c);
	struct daemons k = { .c = c };
	add_daemons(&k);
	for (size_t i = 0; i < l->nodes.n; i++) {
		const struct node_line *n = k.line = &l->nodes.v[i];
		const struct hostlist *hosts = n->hosts.count ? &n->hosts : &n->names;
		if (!n->ports.count || !n->names.count)
			continue;
		k.at = 0;
		hostindex_cover(k.index, hosts, look_at_host, &k);
		hostindex_cover(k.index, hosts, forget, &k);
	}
}
