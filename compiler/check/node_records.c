/* node_records.c: what Slurm makes of a NodeName line's numbers: it changes them, with one line in a log
 * (read_config.c: _parse_nodename). */
#include "compiler/check/lines.h"
#include "compiler/check/nodes.h"

#include <string.h>

#include "compiler/slurm/value.h"

/* Looked up once a rule, not once a line. */
struct keys_of_node {
	const struct fact *cpus, *boards, *sockets, *each, *cores, *threads;
};

static struct keys_of_node node_keys(void)
{
	return (struct keys_of_node){ .cpus = fact_find(SLURM_CONF, SECTION_NODE, "CPUs"),
				      .boards = fact_find(SLURM_CONF, SECTION_NODE, "Boards"),
				      .sockets = fact_find(SLURM_CONF, SECTION_NODE, "Sockets"),
				      .each = fact_find(SLURM_CONF, SECTION_NODE, "SocketsPerBoard"),
				      .cores = fact_find(SLURM_CONF, SECTION_NODE, "CoresPerSocket"),
				      .threads = fact_find(SLURM_CONF, SECTION_NODE, "ThreadsPerCore") };
}

static uint64_t number_at(const struct record *rec, const struct fact *f, uint64_t otherwise)
{
	const struct entry *e = record_entry(rec, f);
	uint64_t n;
	return e && slurm_number(e->value, &n) ? n : otherwise;
}

struct shape_of_node {
	uint64_t cpus, boards, sockets, cores, threads;
	const struct entry *cpus_entry;
};

/* As _parse_nodename fills in what is absent. False when the line holds no numbers that Slurm could read. */
static bool read_shape(const struct record *rec, const struct keys_of_node *k, struct shape_of_node *s)
{
	*s = (struct shape_of_node){ .cpus = number_at(rec, k->cpus, 0),
				     .boards = number_at(rec, k->boards, 1),
				     .sockets = number_at(rec, k->sockets, 0),
				     .cores = number_at(rec, k->cores, 1),
				     .threads = number_at(rec, k->threads, 1),
				     .cpus_entry = record_entry(rec, k->cpus) };
	uint64_t each = number_at(rec, k->each, 0), core = s->cores * s->threads;
	if (!s->cores || !s->threads || !s->boards || s->cores > 65535 || s->threads > 65535 || s->cpus > 65535)
		return false;
	if (each)
		s->sockets = each * s->boards;
	else if (!s->sockets && s->cpus >= core && s->cpus % core == 0)
		s->sockets = s->cpus / core;
	else if (!s->sockets)
		s->sockets = s->boards;
	return true;
}

static void note_number(struct check *c, struct diag *d, const struct record *rec, const char *key)
{
	const struct entry *e = record_find(rec, key);
	if (e && span_known(e->span))
		diag_note(c->diags, d, e->span, "%s: %s", key_said(e), e->value);
}

/* Slurm lets it be, and the plugin that hands out CPUs does not. */
static void cpus_as_sockets(struct check *c, const struct record *rec, const struct shape_of_node *s)
{
	const char *select = value_in_force(c, "SelectType");
	if (!c->files || !release_refuses_cpus_as_sockets(c->records->release) || s->cpus == s->sockets * s->cores ||
	    !select || !strstr(select, "/cons_"))
		return;
	struct diag *d = finding(c, entry_place(rec, s->cpus_entry),
				 "CPUs are cores or threads to %s, not %llu socket%s: slurmctld stops", select,
				 (unsigned long long)s->sockets, s->sockets == 1 ? "" : "s");
	note_number(c, d, rec, "CoresPerSocket");
	diag_help(c->diags, d, "leave '%s' out, or write %llu", key_said(s->cpus_entry),
		  (unsigned long long)(s->sockets * s->cores * s->threads));
}

void rule_cpus_mismatch(struct check *c)
{
	const struct record *rec;
	const struct keys_of_node k = node_keys();
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		struct shape_of_node s;
		if (!read_shape(rec, &k, &s) || !s.cpus_entry || !s.cpus || s.cpus == s.sockets * s.cores ||
		    s.cpus == s.sockets * s.cores * s.threads ||
		    !first_at(c, &seen, entry_place(rec, s.cpus_entry)))
			continue;
		if (s.cpus == s.sockets) {
			cpus_as_sockets(c, rec, &s);
			continue;
		}
		uint64_t all = s.sockets * s.cores * s.threads;
		struct diag *d =
			doubt(c, entry_place(rec, s.cpus_entry),
				"%llu CPUs do not come of %llu socket%s of %llu core%s and %llu thread%s: Slurm makes "
				"them %llu",
				(unsigned long long)s.cpus, (unsigned long long)s.sockets, s.sockets == 1 ? "" : "s",
				(unsigned long long)s.cores, s.cores == 1 ? "" : "s", (unsigned long long)s.threads,
				s.threads == 1 ? "" : "s", (unsigned long long)all);
		note_number(c, d, rec, "Sockets");
		note_number(c, d, rec, "CoresPerSocket");
		note_number(c, d, rec, "ThreadsPerCore");
		if (s.threads > 1)
			diag_help(c->diags, d, "leave '%s' out, or write %llu for threads or %llu for cores",
				  key_said(s.cpus_entry), (unsigned long long)all,
				  (unsigned long long)(s.sockets * s.cores));
		else
			diag_help(c->diags, d, "leave '%s' out, or correct the others", key_said(s.cpus_entry));
	}
}

void rule_boards_over_sockets(struct check *c)
{
	const struct record *rec;
	const struct keys_of_node k = node_keys();
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		struct shape_of_node s;
		const struct entry *boards = record_entry(rec, k.boards);
		if (!boards || !read_shape(rec, &k, &s) || s.sockets >= s.boards ||
		    !first_at(c, &seen, entry_place(rec, boards)))
			continue;
		struct diag *d = doubt(
			c, entry_place(rec, boards), "%llu boards cannot have %llu socket%s: Slurm makes it one board",
			(unsigned long long)s.boards, (unsigned long long)s.sockets, s.sockets == 1 ? "" : "s");
		note_number(c, d, rec, "Sockets");
		diag_help(c->diags, d, "%s",
			  either(c, "'sockets' counts those of all boards together",
				 "Sockets counts those of all boards together; SocketsPerBoard those of one"));
	}
}

void rule_core_spec_count(struct check *c)
{
	const struct record *rec;
	const struct keys_of_node k = node_keys();
	const struct fact *count = fact_find(SLURM_CONF, SECTION_NODE, "CoreSpecCount");
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		struct shape_of_node s;
		const struct entry *e = record_entry(rec, count);
		uint64_t kept = number_at(rec, count, 0);
		if (!e || !kept || !read_shape(rec, &k, &s) || kept < s.sockets * s.cores ||
		    !first_at(c, &seen, entry_place(rec, e)))
			continue;
		struct diag *d = doubt(
			c, entry_place(rec, e),
			"%llu core%s kept for the system leave none of the node's %llu: Slurm keeps one instead",
			(unsigned long long)kept, kept == 1 ? "" : "s", (unsigned long long)(s.sockets * s.cores));
		diag_help(c->diags, d, "keep fewer cores than the node has");
	}
}

void rule_mem_spec_limit(struct check *c)
{
	const struct record *rec;
	const struct fact *limit = fact_find(SLURM_CONF, SECTION_NODE, "MemSpecLimit");
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		const struct entry *e = record_entry(rec, limit), *all = e ? record_find(rec, "RealMemory") : NULL;
		if (!e)
			continue;
		uint64_t kept = number_of(rec, "MemSpecLimit", 0), memory = number_of(rec, "RealMemory", 1);
		if (!e || !kept || kept < memory || kept >= INT64_MAX >> 20 || !first_at(c, &seen, entry_place(rec, e)))
			continue;
		struct diag *d =
			doubt(c, entry_place(rec, e),
				"%s kept for Slurm's daemons leave nothing of the node's %s: Slurm keeps none instead",
				memory_said(c, (int64_t)(kept << 20), e->span),
				memory_said(c, (int64_t)(memory << 20), all ? all->span : (struct span){ 0 }));
		if (all && span_known(all->span))
			diag_note(c->diags, d, all->span, "the node's memory comes from here");
		diag_help(c->diags, d, "keep less than the node has");
	}
}
