/* records_range.c: slurm-value-range: limits that no type tells. slurm.conf: read_config.c,
 * _validate_and_set_defaults() */
#include "compiler/check/records.h"

#include <string.h>

#include "compiler/check/lines.h"
#include "compiler/check/said.h"
#include "compiler/slurm/value.h"

/* clang-format off */
static const struct range {
	enum slurm_file file;
	const char *key;
	uint64_t min, max;
	enum release first;
	enum severity severity;
	const char *otherwise;
} ranges[] = {
	{ SLURM_CONF, "MaxJobCount", 1, UINT32_MAX, 0, SEVERITY_ERROR, "slurmctld stops" },
	{ SLURM_CONF, "MaxStepCount", 1, UINT32_MAX, 0, SEVERITY_ERROR, "slurmctld stops" },
	{ SLURM_CONF, "MaxDBDMsgs", 10000, UINT32_MAX, 0, SEVERITY_ERROR, "slurmctld stops" },
	{ SLURM_CONF, "FirstJobId", 1, 0x03ffffff, 0, SEVERITY_ERROR, "slurmctld stops" },
	{ SLURM_CONF, "PropagatePrioProcess", 0, 2, 0, SEVERITY_ERROR, "slurmctld stops" },
	{ SLURM_CONF, "MaxNodeCount", 1, RELEASE_MAX_NODES, RELEASE_24_11, SEVERITY_ERROR, "slurmctld stops" },
	{ SLURM_CONF, "JobCompPort", 1, 65535, 0, SEVERITY_ERROR, "there is no such port" },
	{ SLURM_CONF, "MaxJobId", 1, 0x03ffffff, 0, SEVERITY_WARNING, "Slurm logs an error and takes another value" },
	{ SLURM_CONF, "MaxArraySize", 0, 4000001, 0, SEVERITY_WARNING, "Slurm logs an error and takes another value" },
	{ SLURM_CONF, "MinJobAge", 2, UINT32_MAX, 0, SEVERITY_WARNING, "Slurm logs an error and takes another value" },
	{ SLURM_CONF, "SchedulerTimeSlice", 5, 65535, 0, SEVERITY_WARNING, "Slurm logs an error and takes another value" },
	{ SLURM_CONF, "TreeWidth", 1, 65535, 0, SEVERITY_WARNING, "Slurm logs an error and takes another value" },
	{ SLURM_CONF, "EpilogMsgTime", 0, 1000000, RELEASE_25_11, SEVERITY_WARNING,
	  "Slurm logs an error and takes another value" },
	{ CGROUP_CONF, "MemorySwappiness", 0, 100, 0, SEVERITY_WARNING, "Slurm logs an error and takes 100" },
};
/* clang-format on */

/* ---- where another part of the cluster is the limit */

static uint64_t count_nodes(const struct check *c)
{
	const struct node_group *g;
	const struct record *rec;
	struct hostlist_error error;
	uint64_t nodes = 0;
	for (size_t i = 0; c->spec && (g = entries_next(&c->spec->nodes, &i));)
		nodes += g->origin.hosts->count;
	for (size_t i = 0; c->files && (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		struct hostlist names;
		if (hostlist_parse(c->arena, rec->entries.v[0].value, &names, &error))
			nodes += names.count;
	}
	return nodes;
}

/* slurmctld makes a record for every node, and ends at the one that is too many (node_conf.c). */
static void too_few_nodes(struct entry_pass *p, const struct entry *e, uint64_t most)
{
	uint64_t nodes = count_nodes(p->c);
	if (!most || most >= nodes || !entry_fresh(p, e, "")) /* 0: no limit */
		return;
	struct diag *d = diag_add(p->c->diags, SEVERITY_ERROR, p->c->rule->name, e->span,
				  "'%s' is %s, and the cluster has %llu nodes: slurmctld stops", key_said(e), e->value,
				  (unsigned long long)nodes);
	diag_help(p->c->diags, d, "write %llu at least, or leave it out", (unsigned long long)nodes);
}

/* "PriorityWeight values too high": a priority is 32 bits. Said once, at the largest. */
static void run_weights_sum(struct check *c)
{
	static const char *const keys[] = { "PriorityWeightAge",       "PriorityWeightAssoc",
					    "PriorityWeightFairshare", "PriorityWeightJobSize",
					    "PriorityWeightPartition", "PriorityWeightQOS" };
	const struct entry *largest = NULL;
	uint64_t sum = 0, most = 0;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct entry *e = global(c, keys[i]);
		uint64_t n;
		/* One that is too large alone is no value. */
		if (!e || !slurm_number(e->value, &n) || n > UINT32_MAX)
			continue;
		sum += n;
		if (span_known(e->span) && n > most) {
			most = n;
			largest = e;
		}
	}
	if (!largest || sum <= UINT32_MAX)
		return;
	struct diag *d = finding(c, largest->span,
				 "the weights come to %llu, and a priority is %lu at most: Slurm logs an error",
				 (unsigned long long)sum, (unsigned long)UINT32_MAX);
	diag_help(c->diags, d, "divide all of them by the same number: only their proportions matter");
}

/* read_config.c: a check that outlasts the time between two of them. */
static void check_too_long(struct entry_pass *p, const struct entry *e, uint64_t seconds)
{
	const struct entry *every = global(p->c, "HealthCheckInterval");
	uint64_t interval;
	if (!every || !slurm_number(every->value, &interval) || !interval || seconds < interval)
		return;
	struct diag *d =
		finding(p->c, e->span, "'%s' is not below HealthCheckInterval: Slurm logs an error", key_said(e));
	diag_note(p->c->diags, d, every->span, "HealthCheckInterval is %s by this", every->value);
	diag_help(p->c->diags, d, "write less than %llu", (unsigned long long)interval);
}

/* slurmctld/read_config.c: "FirstJobId > MaxJobId" is fatal. */
static void first_job_too_high(struct entry_pass *p, const struct entry *e, uint64_t first)
{
	const struct entry *last = global(p->c, "MaxJobId");
	uint64_t most;
	if (!last || !slurm_number(last->value, &most) || first <= most || !entry_fresh(p, e, ""))
		return;
	struct diag *d = diag_add(p->c->diags, SEVERITY_ERROR, p->c->rule->name, e->span,
				  "'%s' is above MaxJobId: slurmctld stops", key_said(e));
	diag_note(p->c->diags, d, last->span, "MaxJobId is %s by this", last->value);
	diag_help(p->c->diags, d, "write %llu at most", (unsigned long long)most);
}

static void out_of_range(struct entry_pass *p, const struct entry *e)
{
	uint64_t n;
	if (!value_is_number(e->fact) || e->fact->section != SECTION_GLOBAL || !slurm_number(e->value, &n) ||
	    n == SLURM_INFINITE)
		return;
	if (strcmp(e->fact->key, "MaxNodeCount") == 0)
		too_few_nodes(p, e, n);
	if (strcmp(e->fact->key, "FirstJobId") == 0)
		first_job_too_high(p, e, n);
	if (strcmp(e->fact->key, "HealthCheckTimeout") == 0)
		check_too_long(p, e, n);
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		const struct range *r = &ranges[i];
		if (r->file != e->fact->file || strcmp(r->key, e->fact->key) != 0 || p->c->records->release < r->first)
			continue;
		if ((n >= r->min && n <= r->max) || !entry_fresh(p, e, ""))
			continue;
		const char *wanted = r->max >= UINT32_MAX || (r->max == 65535 && n < r->min)
					     ? arena_printf(p->c->arena, "at least %llu", (unsigned long long)r->min)
					     : arena_printf(p->c->arena, "from %llu to %llu",
							    (unsigned long long)r->min, (unsigned long long)r->max);
		diag_add(p->c->diags, r->severity, p->c->rule->name, e->span, "'%s' must be %s, not %s: else %s",
			 key_said(e), wanted, e->value, r->otherwise);
	}
}

void run_value_range(struct check *c)
{
	globals_walk(c, out_of_range);
	run_weights_sum(c);
}
