/*
 * gres_cores.c: Cores of a gres.conf that was read, beside the NodeName lines of slurm.conf.
 *
 * Whether a number is that of a core or of a thread nobody can tell from the list alone (gres.conf(5) has both): only
 * what is wrong either way is said.
 */
#include "compiler/check/gres.h"
#include "compiler/check/gres_lines.h"

#include <stdlib.h>
#include <string.h>

/* ---- a list: "0-15,32-47" */

enum { CORES_MAX = 65535 };

long gres_cores_read(const char *s, bool *set)
{
	long high = -1;
	while (*s) {
		char *end;
		long a = strtol(s, &end, 10), b;
		if (end == s || a < 0 || a > CORES_MAX)
			return -1;
		b = a;
		s = end;
		if (*s == '-') {
			b = strtol(s + 1, &end, 10);
			if (end == s + 1 || b < a || b > CORES_MAX)
				return -1;
			s = end;
		}
		for (long i = a; set && i <= b; i++)
			set[i] = true;
		high = b > high ? b : high;
		if (*s == ',' && s[1])
			s++;
		else if (*s)
			return -1;
	}
	return high;
}

/* ---- a node, as its line has it */

struct cores {
	uint64_t sockets, each, threads, cpus; /* each: cores of a socket */
};

/* False: the line does not say enough. */
static bool cores_of(const struct record *node, struct cores *ret)
{
	if (!node ||
	    (!record_find(node, "CPUs") && !record_find(node, "Sockets") && !record_find(node, "SocketsPerBoard")))
		return false;
	uint64_t boards = number_of(node, "Boards", 1), per_board = number_of(node, "SocketsPerBoard", 0);
	ret->each = number_of(node, "CoresPerSocket", 1);
	ret->threads = number_of(node, "ThreadsPerCore", 1);
	ret->cpus = number_of(node, "CPUs", 0);
	ret->sockets = per_board ? per_board * boards : number_of(node, "Sockets", 0);
	/* Each factor first: their product may not fit. */
	if (boards > CORES_MAX || per_board > CORES_MAX || ret->each > CORES_MAX || ret->threads > CORES_MAX)
		return false;
	uint64_t core = ret->each * ret->threads;
	if (!core || core > CORES_MAX || ret->sockets > CORES_MAX)
		return false;
	if (!ret->sockets)
		ret->sockets = ret->cpus > core ? ret->cpus / core : 1;
	uint64_t all = ret->sockets * core;
	ret->cpus = ret->cpus > all ? ret->cpus : all;
	return true;
}

static const struct entry *size_entry(const struct record *node)
{
	static const char *const keys[] = { "CPUs", "CoresPerSocket", "Sockets", "SocketsPerBoard" };
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (record_find(node, keys[i]))
			return record_find(node, keys[i]);
	return NULL;
}

static void note_size(struct check *c, struct diag *d, const struct record *node)
{
	const struct entry *e = size_entry(node);
	diag_note(c->diags, d, e ? entry_place(node, e) : node->span, "its cores come from here");
}

/* ---- gres-cores-outside: "Invalid GRES data for %s, Cores=%s" */

static void outside(struct check *c, const struct gres_node *n, const struct gres_line *l, struct map *seen)
{
	const struct entry *e = record_find(l->rec, "Cores");
	long high = e ? gres_cores_read(e->value, NULL) : 0;
	struct cores size;
	struct diag *d;
	if (!e)
		return;
	if (high < 0) {
		if (!first_at(c, seen, entry_place(l->rec, e)))
			return;
		d = diag_add(c->diags, SEVERITY_WARNING, c->rule->name, entry_place(l->rec, e),
			     "'%s' is no list of cores: slurmd says nothing, and takes others or none",
			     diag_quote(c->diags, e->value));
		diag_help(c->diags, d, "write numbers and ranges, the lower first: 0-15,32-47");
	} else if (cores_of(n->node, &size) && (uint64_t)high >= size.cpus &&
		   first_at(c, seen, entry_place(l->rec, e))) {
		d = finding(c, entry_place(l->rec, e),
			    "core %ld of gres '%s' is none of the %llu of %s: slurmd refuses the list", high, l->name,
			    (unsigned long long)size.cpus, gres_nodes_said(c, n));
		note_size(c, d, n->node);
		diag_help(c->diags, d, "cores count from 0 to %llu", (unsigned long long)size.cpus - 1);
	}
}

void rule_gres_cores_read(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < all->nodes.n; i++)
		for (size_t j = 0; j < all->nodes.v[i]->lines.n; j++)
			outside(c, all->nodes.v[i], all->nodes.v[i]->lines.v[j], &seen);
}

/* ---- gres-sockets-split: "GRES core specification %s doesn't match socket boundaries" (24.05) */

/* The first socket of `each` numbers that the set has in part, or -1. */
static long split_socket(const bool *set, uint64_t sockets, uint64_t each)
{
	for (uint64_t s = 0; s < sockets; s++) {
		uint64_t held = 0;
		for (uint64_t i = s * each; i < (s + 1) * each && i <= CORES_MAX; i++)
			held += set[i];
		if (held && held != each)
			return (long)s;
	}
	return -1;
}

static void split(struct check *c, const struct gres_node *n, const struct gres_line *l, bool *set, struct map *seen)
{
	const struct entry *e = record_find(l->rec, "Cores");
	struct cores size;
	long high = e ? gres_cores_read(e->value, NULL) : -1;
	if (gres_is_shared(l->name) || high < 0 || !cores_of(n->node, &size) || size.cpus > CORES_MAX ||
	    (uint64_t)high >= size.cpus)
		return;
	memset(set, 0, size.cpus * sizeof(*set));
	gres_cores_read(e->value, set);
	long at = split_socket(set, size.sockets, size.each);
	if (at < 0 || split_socket(set, size.sockets, size.each * size.threads) < 0 ||
	    !first_at(c, seen, entry_place(l->rec, e)))
		return;
	struct diag *d = finding(
		c, entry_place(l->rec, e),
		"these cores are a part of socket %ld of %s: Slurm %s wants whole sockets, and sets the node invalid",
		at, gres_nodes_said(c, n), release_name(c->records->release));
	note_size(c, d, n->node);
	diag_help(c->diags, d,
		  "write whole sockets of %llu cores, or make the parts sockets: SlurmdParameters=l3cache_as_socket or "
		  "numa_node_as_socket",
		  (unsigned long long)size.each);
}

void rule_gres_sockets_split(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	bool *set = NULL;
	map_init(&seen, c->arena);
	for (size_t i = 0; release_wants_whole_sockets(c->records->release) && i < all->nodes.n; i++)
		for (size_t j = 0; j < all->nodes.v[i]->lines.n; j++) {
			if (!record_find(all->nodes.v[i]->lines.v[j]->rec, "Cores"))
				continue;
			if (!set)
				set = ARENA_ARRAY(c->arena, CORES_MAX + 1, bool);
			split(c, all->nodes.v[i], all->nodes.v[i]->lines.v[j], set, &seen);
		}
}

/* ---- gres-cores-on-some (_foreach_rebuild_topo) */

static void on_some(struct check *c, const struct gres_node *n, struct map *seen)
{
	struct map with;
	map_init(&with, c->arena);
	for (size_t i = 0; i < n->lines.n; i++)
		if (record_find(n->lines.v[i]->rec, "Cores"))
			map_set(&with, n->lines.v[i]->name, (void *)(uintptr_t)n->lines.v[i]);
	for (size_t i = 0; i < n->lines.n; i++) {
		const struct gres_line *l = n->lines.v[i], *other = map_get(&with, l->name);
		if (!*l->name || !other || gres_is_shared(l->name) || record_find(l->rec, "Cores") ||
		    !first_at(c, seen, l->rec->span))
			continue;
		struct diag *d = finding(c, l->rec->span,
					 "gres '%s' has no Cores here, and has some on other lines of %s: Slurm logs "
					 "an error and takes all cores for near",
					 l->name, gres_nodes_said(c, n));
		diag_note(c->diags, d, entry_place(other->rec, record_find(other->rec, "Cores")),
			  "cores of another line");
		diag_help(c->diags, d, "write Cores on each of them, or on none");
	}
}

void rule_gres_cores_on_some(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < all->nodes.n; i++)
		on_some(c, all->nodes.v[i], &seen);
}
