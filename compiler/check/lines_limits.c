/* lines_limits.c: PartitionName lines: what jobs may have, and who may send them. */
#include "compiler/check/lines.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "compiler/slurm/value.h"

/* ---- admits-nothing */

static void look_at_zero(struct check *c, const struct record *rec, const struct entry *e)
{
	uint32_t minutes;
	uint64_t n;
	bool time = strcmp(e->fact->key, "MaxTime") == 0;
	if (time ? !slurm_minutes(e->value, &minutes) || minutes : !slurm_number(e->value, &n) || n)
		return;
	struct diag *d = finding(c, e->span, "with %s=%s no job ever fits this partition", key_said(e), e->value);
	diag_help(c->diags, d, "write UNLIMITED for no limit, or State=DRAIN to let no job in");
}

void rule_admits_nothing(struct check *c)
{
	each_partition_entry(c, "MaxTime", look_at_zero);
	each_partition_entry(c, "MaxNodes", look_at_zero);
}

/* ---- minutes-for-hours. parse_time.c: time_str2mins() */

/* A day or two, as people count them: who writes 24:00 hardly means minutes. */
static bool is_round(unsigned long n)
{
	return n && n % 12 == 0;
}

static void look_at_minutes(struct check *c, const struct record *rec, const struct entry *e)
{
	enum { MOST = 168 }; /* a week of hours */
	char *end;
	unsigned long n = strtoul(e->value, &end, 10);
	size_t digits = strspn(e->value, "0123456789");
	if (!digits || digits > 3 || e->value[digits] != ':' || strlen(e->value) != digits + 3 ||
	    strspn(e->value + digits + 1, "0123456789") != 2 || n > MOST)
		return;
	bool whole = strcmp(e->value + digits, ":00") == 0;
	struct diag *d = finding_as(c, whole && is_round(n) ? SEVERITY_WARNING : SEVERITY_INFO, e->span,
				    "%s=%s is %lu minute%s and %s seconds", key_said(e), e->value, n, n == 1 ? "" : "s",
				    e->value + digits + 1);
	diag_help(c->diags, d, "write %s:00 for hours; minutes alone are written %lu", e->value, n);
}

void rule_minutes_for_hours(struct check *c)
{
	each_partition_entry(c, "MaxTime", look_at_minutes);
	each_partition_entry(c, "DefaultTime", look_at_minutes);
}

/* ---- oversubscribe-count. read_config.c: _parse_partitionname() */

static void look_at_sharing(struct check *c, const struct record *rec, const struct entry *e)
{
	const char *colon = strchr(e->value, ':');
	bool yes = strncasecmp(e->value, "YES:", 4) == 0, force = strncasecmp(e->value, "FORCE:", 6) == 0;
	uint64_t n = 0, least = force ? 1 : 2;
	if (!colon || (is_digits(colon + 1) && slurm_number(colon + 1, &n) && n >= least && (yes || force)))
		return;
	size_t from = (size_t)(colon + 1 - e->value);
	if (!yes && !force) {
		diag_help(c->diags,
			  finding_as(c, SEVERITY_ERROR, part_place(e, from - 1, strlen(e->value)),
				     "only YES and FORCE take a number of jobs: every Slurm daemon and command stops"),
			  "write %.*s", (int)(from - 1), e->value);
		return;
	}
	struct diag *d =
		finding(c, part_place(e, from, strlen(e->value)),
			"%s wants a number of jobs from %llu on behind it: Slurm logs an error and shares nothing",
			force ? "FORCE" : "YES", (unsigned long long)least);
	diag_help(c->diags, d, "write %s:4, or NO if nothing shall be shared", force ? "FORCE" : "YES");
}

void rule_oversubscribe(struct check *c)
{
	each_partition_entry(c, "OverSubscribe", look_at_sharing);
}

/* ---- min-nodes-over-partition */

void rule_line_min_nodes(struct check *c)
{
	const struct lines *l = lines_of(c);
	for (size_t i = 0; i < l->partitions.n; i++) {
		const struct user_line *u = &l->partitions.v[i];
		const struct entry *e = record_find(u->rec, "MinNodes");
		uint64_t least = number_of(u->rec, "MinNodes", 0), n = user_count(l, u);
		if (!e || !u->known || l->dynamic || !n || least <= n || least == SLURM_INFINITE)
			continue;
		struct diag *d = finding(c, e->inherited ? u->name->span : e->span,
					 "jobs of partition '%s' need %llu nodes, and it has %llu: none ever runs",
					 line_name(u), (unsigned long long)least, (unsigned long long)n);
		diag_note(c->diags, d, u->nodes->span, "its nodes");
		diag_help(c->diags, d, "write at most %llu", (unsigned long long)n);
	}
}

/* ---- default-memory-over-nodes, default-memory-over-max */

struct largest {
	const struct lines *l;
	const uint64_t *memory; /* by line */
	uint64_t most;
};

static void take_largest(void *ctx, const struct hostpiece *p)
{
	struct largest *m = ctx;
	if (p->known && m->memory[p->owner] > m->most)
		m->most = m->memory[p->owner];
}

/* The most that a node of a partition has. `known`: by list, one more than it; 0: not looked for. */
static uint64_t largest_of(const struct lines *l, const struct user_line *u, struct largest *m, uint64_t *known)
{
	if (!known[u->list]) {
		m->most = 0;
		hostindex_cover(l->index, &u->names, take_largest, m);
		known[u->list] = m->most + 1;
	}
	return known[u->list] - 1;
}

static uint64_t *memory_of_lines(struct check *c, const struct lines *l, uint64_t *ret_most)
{
	uint64_t *memory = ARENA_ARRAY(c->arena, l->nodes.n + 1, uint64_t);
	const struct fact *f = fact_find(SLURM_CONF, SECTION_NODE, "RealMemory");
	*ret_most = 0;
	for (size_t i = 0; i < l->nodes.n; i++) {
		const struct entry *e = record_entry(l->nodes.v[i].rec, f);
		if (!e || !slurm_number(e->value, &memory[i]))
			memory[i] = 0;
		if (memory[i] > *ret_most)
			*ret_most = memory[i];
	}
	return memory;
}

static const char *const defaults[] = { "DefMemPerNode", "DefMemPerCPU" };
static const char *const maxima[] = { "MaxMemPerNode", "MaxMemPerCPU" };

void rule_line_default_memory(struct check *c)
{
	const struct lines *l = lines_of(c);
	uint64_t all;
	struct largest m = { .l = l, .memory = memory_of_lines(c, l, &all) };
	uint64_t *known = ARENA_ARRAY(c->arena, l->lists_n + 1, uint64_t);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < l->partitions.n; i++)
		for (size_t k = 0; k < 2; k++) {
			const struct user_line *u = &l->partitions.v[i];
			const struct entry *e = record_find(u->rec, defaults[k]);
			uint64_t n = number_of(u->rec, defaults[k], 0);
			if (!e || !u->known || n == SLURM_INFINITE)
				continue;
			uint64_t most = u->all ? all : largest_of(l, u, &m, known);
			if (!most || n <= most || !first_at(c, &seen, e->span))
				continue;
			struct diag *d = finding(c, e->span,
						 "a job of partition '%s' that asks for no memory gets %llu MiB, and "
						 "no node there has more than %llu",
						 line_name(u), (unsigned long long)n, (unsigned long long)most);
			diag_help(c->diags, d, "write less: %s is in MiB, and RealMemory of the nodes too",
				  e->fact->key);
		}
}

void rule_default_memory_over_max(struct check *c)
{
	const struct lines *l = lines_of(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < l->partitions.n; i++)
		for (size_t k = 0; k < 2; k++) {
			const struct record *rec = l->partitions.v[i].rec;
			const struct entry *e = record_find(rec, defaults[k]), *max = record_find(rec, maxima[k]);
			uint64_t n, most;
			max = max ? max : global(c, maxima[k]);
			if (!e || !max || !slurm_number(e->value, &n) || !slurm_number(max->value, &most) || !most ||
			    n <= most || n == SLURM_INFINITE || !first_at(c, &seen, e->span))
				continue;
			struct diag *d = finding(c, e->span, "a job that asks for no memory gets more than %s allows",
						 max->fact->key);
			diag_note(c->diags, d, max->span, "%s is %s by this", max->fact->key, max->value);
			diag_help(c->diags, d, "write %s at most", max->value);
		}
}
