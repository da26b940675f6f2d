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
	bool *marked; /* by line */
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
	*m = (struct meeting){ .c = c, .l = lines_of(c) };
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
	for (size_t i = 0; i < m->l->nodes.n; i++) {
		struct seats w;
		const struct seat *s;
		if (!m->marked[i] || asleep(&m->l->nodes.v[i]))
			continue;
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
	const struct entry *how = global(c, "CommunicationParameters");
	bool by_address = how && holds_word(how->value, "NoInAddrAny");
	const char *key = arena_printf(c->arena, "%s %s %s", s->host, s->port, by_address ? s->address : "");
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

/* Whether a node of the line may sit on that host. */
static bool may_sit(const struct lines *l, const struct node_line *n, const char *host)
{
	if (!n->hosts.count)
		return line_of_node(l, host) == n;
	const struct hostrun *r = &n->hosts.runs.v[0];
	return n->hosts.count > 1 || r->numbered || strcmp(r->prefix, host) == 0;
}

/* The node of the line that sits there and has one of those ports, or NULL. */
static const struct seat *port_on(struct check *c, struct seats *w, const struct node_line *n, const char *host,
				  uint64_t first, uint64_t last)
{
	const struct seat *s;
	uint64_t port;
	for (seats_start(c, w, n); (s = seats_next(w));)
		if (strcmp(s->host, host) == 0 && slurm_number(s->port, &port) && port >= first && port <= last)
			return s;
	return NULL;
}

static void against_host(struct check *c, const struct lines *l, const struct entry *ctld)
{
	const char *host = arena_strndup(c->arena, ctld->value, strcspn(ctld->value, "("));
	uint64_t first, last;
	ctld_ports(c, &first, &last);
	for (size_t i = 0; i < l->nodes.n; i++) {
		const struct node_line *n = &l->nodes.v[i];
		struct seats w;
		const struct seat *s =
			n->ports.count && may_sit(l, n, host) ? port_on(c, &w, n, host, first, last) : NULL;
		if (!s)
			continue;
		struct diag *d = finding(c, line_place(n, "Port", "NodeName"),
					 "slurmd of node '%s' and slurmctld both listen on port %s of host '%s'",
					 s->node, s->port, host);
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
