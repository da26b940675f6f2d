/*
 * records.c: values of Slurm's keys, one by one: numbers, words, ranges.
 *
 * Rows of the spec's own tables are held to their own limits when they are read; what can be wrong here came mostly
 * through `options`. A value that was not written anywhere is hpcc's own, and not looked at.
 */
#include "compiler/check/records.h"

#include <ctype.h>
#include <string.h>

#include "compiler/base/map.h"
#include "compiler/check/lines.h"
#include "compiler/check/said.h"
#include "compiler/slurm/value.h"

/* Whether somebody wrote it and Slurm looks at it: of the other keys facts.c has said what there is to say. */
static bool is_read(const struct entry *e, enum release r)
{
	return span_known(e->span) && fact_known(e->fact, r) && r < e->fact->defunct && r < e->fact->refused;
}

/* An entry that a file has, and the next of the same key and value, if that comes before another value of that key:
 * thousands of lines say the same of thousands of nodes, and what holds of one value holds of all like it. */
struct same_value {
	const struct entry *e;
	uint32_t next; /* 0: none */
	bool first;
};

struct values {
	LIST(struct same_value) list;
};

static void add_value(struct check *c, struct values *all, size_t *last, const struct entry *e)
{
	size_t i = all->list.n, *before = &last[e->fact - fact_table];
	struct same_value *v = list_push(c->arena, &all->list);
	*v = (struct same_value){ .e = e, .first = true };
	if (*before && strcmp(all->list.v[*before - 1].e->value, e->value) == 0) {
		all->list.v[*before - 1].next = (uint32_t)i;
		v->first = false;
	}
	*before = i + 1;
}

static const struct values *values_of(struct check *c)
{
	if (c->values)
		return c->values;
	struct values *all = c->values = ARENA_NEW(c->arena, struct values);
	size_t *last = ARENA_ARRAY(c->arena, fact_count, size_t), n = 1;
	for (int f = 0; f < SLURM_FILE_COUNT; f++)
		for (size_t i = 0; i < c->records->files[f].n; i++)
			n += c->records->files[f].v[i]->entries.n;
	all->list.v = ARENA_ARRAY(c->arena, n, struct same_value);
	all->list.cap = n;
	for (int f = 0; f < SLURM_FILE_COUNT; f++)
		for (size_t i = 0; i < c->records->files[f].n; i++) {
			const struct record *rec = c->records->files[f].v[i];
			for (size_t j = 0; j < rec->entries.n; j++)
				if (!rec->entries.v[j].inherited && is_read(&rec->entries.v[j], c->records->release))
					add_value(c, all, last, &rec->entries.v[j]);
		}
	return all;
}

static size_t said(const struct check *c)
{
	return c->diags->errors + c->diags->warnings + c->diags->infos;
}

/* In files each entry has a place of its own; what a spec's defaults gave to many stands at one, and is looked at each time. */
void entries_walk(struct check *c, void (*each)(struct entry_pass *p, const struct entry *e))
{
	struct entry_pass p = { .c = c };
	const struct values *all = values_of(c);
	map_init(&p.seen, c->arena);
	for (size_t i = 0; i < all->list.n; i++) {
		size_t before = said(c), j = i;
		if (c->files && !all->list.v[i].first)
			continue;
		each(&p, all->list.v[i].e);
		while (c->files && said(c) > before && (j = all->list.v[j].next))
			each(&p, all->list.v[j].e);
	}
}

void globals_walk(struct check *c, void (*each)(struct entry_pass *p, const struct entry *e))
{
	struct entry_pass p = { .c = c };
	map_init(&p.seen, c->arena);
	for (int f = 0; f < SLURM_FILE_COUNT; f++)
		for (size_t i = 0; i < c->records->globals[f].n; i++) {
			const struct record *rec = c->records->globals[f].v[i];
			for (size_t j = 0; j < rec->entries.n; j++)
				if (is_read(&rec->entries.v[j], c->records->release))
					each(&p, &rec->entries.v[j]);
		}
}

bool entry_fresh(struct entry_pass *p, const struct entry *e, const char *word)
{
	bool is_new;
	map_add(&p->seen,
		arena_printf(p->c->arena, "%u:%u:%s:%s", (unsigned)e->span.source, (unsigned)e->span.start,
			     e->fact->key, word),
		&is_new);
	return is_new;
}

/* ---- bad-slurm-value */

/* The bytes of a value that are wrong; all of them unless something is said. */
struct part {
	size_t start, end;
};

/* slurmctld/licenses.c: _build_license_list(): a count that is no number is fatal. */
static const char *licenses_error(const char *value, struct part *ret)
{
	if (strchr(value, '('))
		return NULL;
	for (const char *s = value; *s;) {
		size_t n = strcspn(s, ",;");
		const char *colon = memchr(s, ':', n);
		if (colon) {
			size_t count = (size_t)(s + n - colon) - 1;
			if (!count || strspn(colon + 1, "0123456789") < count) {
				*ret = (struct part){ (size_t)(s - value), (size_t)(s - value) + n };
				return "names with counts such as matlab:10,ansys:4";
			}
		}
		s += n + (s[n] != '\0');
	}
	return NULL;
}

static bool is_number(const struct fact *f)
{
	return f->type == FACT_U16 || f->type == FACT_U32 || f->type == FACT_U64;
}

static const char *value_error(const struct check *c, const struct fact *f, const char *value, struct part *ret)
{
	if (f->file == SLURM_CONF && f->section == SECTION_GLOBAL && strcmp(f->key, "Licenses") == 0)
		return licenses_error(value, ret);
	/* strtoul() takes the sign */
	if (c->files && is_number(f) && *value == '+' && isdigit((unsigned char)value[1]))
		value++;
	return fact_value_error(f, value);
}

/* What Slurm takes for 0, or passes over, without a word. */
static bool taken_in_silence(const struct fact *f)
{
	return f->type == FACT_SECONDS || f->type == FACT_DECIMAL || strcmp(f->key, "MaxQueryTimeRange") == 0;
}

static void bad_value(struct entry_pass *p, const struct entry *e)
{
	struct part part = { 0, strlen(e->value) };
	const char *wanted = value_error(p->c, e->fact, e->value, &part);
	if (!wanted || !entry_fresh(p, e, ""))
		return;
	enum severity severity =
		p->c->files && taken_in_silence(e->fact) ? SEVERITY_WARNING : p->c->rule->severity;
	struct diag *d = finding_as(p->c, severity, part_place(e, part.start, part.end), "'%s' wants %s, not '%.*s'",
				    key_said(e), wanted, (int)(part.end - part.start), e->value + part.start);
	const char *meant = p->c->files ? value_meant(p->c->arena, e->fact, e->value) : NULL;
	size_t n = strlen(e->value);
	if (meant) {
		diag_help(p->c->diags, d,
			  is_number(e->fact) && value_is_memory(e->fact) ? "write %s: it is in MiB"
			  : is_number(e->fact)				 ? "write %s: it is in seconds"
									 : "write %s",
			  meant);
		diag_edit(p->c->diags, d, e->span, meant);
	} else if (is_number(e->fact) && n > 1 && strchr("mMgGtT", e->value[n - 1]))
		diag_help(p->c->diags, d, "Slurm knows no suffix but k, which is 1024; and 16-bit numbers take none");
	else if (is_number(e->fact) && e->value[0] == '0' && strspn(e->value, "0123456789") == n)
		diag_help(p->c->diags, d, "a leading 0 makes it octal: leave it out");
	else if ((e->fact->type == FACT_SECONDS || e->fact->type == FACT_DECIMAL) && e->value[0] != '-')
		diag_help(p->c->diags, d, "Slurm reads the digits that it begins with, and without any takes it for 0");
	else if (e->fact->type == FACT_AGE && isdigit((unsigned char)e->value[0]))
		diag_help(p->c->diags, d, "write hours, days or months: of a unit Slurm reads the first letter");
}

static void run_bad_value(struct check *c)
{
	entries_walk(c, bad_value);
}

/* ---- octal-number */

static void octal(struct entry_pass *p, const struct entry *e)
{
	uint64_t number;
	if (!is_number(e->fact) || !slurm_number_octal(e->value) || !slurm_number(e->value, &number))
		return;
	const char *meant = e->value + strspn(e->value, "0");
	uint64_t decimal;
	if (!*meant || (slurm_number(meant, &decimal) && decimal == number) || !entry_fresh(p, e, ""))
		return;
	struct diag *d = doubt(p->c, e->span, "you wrote %s; Slurm reads %llu: a leading 0 makes a number octal",
				 e->value, (unsigned long long)number);
	diag_help(p->c->diags, d, "write %s", meant);
	diag_edit(p->c->diags, d, e->span, meant);
}

static void run_octal(struct check *c)
{
	entries_walk(c, octal);
}

/* ---- slurm-value-range: limits that no type tells. slurm.conf: read_config.c, _validate_and_set_defaults() */

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

/* ---- slurm-value-range, where another part of the cluster is the limit */

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
	static const char *const keys[] = { "PriorityWeightAge",     "PriorityWeightAssoc",	"PriorityWeightFairshare",
					    "PriorityWeightJobSize", "PriorityWeightPartition", "PriorityWeightQOS" };
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
	struct diag *d = finding(c, largest->span, "the weights come to %llu, and a priority is %lu at most: Slurm logs an error",
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
	struct diag *d = finding(p->c, e->span, "'%s' is not below HealthCheckInterval: Slurm logs an error", key_said(e));
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
	if (!is_number(e->fact) || e->fact->section != SECTION_GLOBAL || !slurm_number(e->value, &n) ||
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

static void run_range(struct check *c)
{
	globals_walk(c, out_of_range);
	run_weights_sum(c);
}

/* ---- unwritable-value: until it is mended no file can be made. */

static void run_unwritable(struct check *c)
{
	if (c->files) /* it was written: the reader has said how Slurm takes it */
		return;
	for (int f = 0; f < SLURM_FILE_COUNT; f++)
		for (size_t i = 0; i < c->records->files[f].n; i++) {
			const struct record *rec = c->records->files[f].v[i];
			for (size_t j = 0; j < rec->entries.n; j++) {
				const struct entry *e = &rec->entries.v[j];
				const char *why = record_value_unwritable(e->value);
				if (why)
					finding(c, span_known(e->span) ? e->span : rec->span,
						"%s cannot be written to %s: %s", key_said(e),
						slurm_file_name((enum slurm_file)f), why);
			}
		}
}

/* ---- unknown-tres. slurmctld/controller.c: _init_tres() */

static bool is_tres(const char *name)
{
	static const char *const plain[] = { "cpu", "mem", "node", "energy", "billing", "vmem", "pages" };
	static const char *const named[] = { "gres/", "license/", "fs/", "ic/", "bb/" };
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (text_equal_nocase(name, plain[i]))
			return true;
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		size_t n = strlen(named[i]), j = 0;
		while (j < n && tolower((unsigned char)name[j]) == named[i][j])
			j++;
		if (j == n && name[n])
			return true;
	}
	return false;
}

static void unknown_tres(struct entry_pass *p, const struct entry *e)
{
	struct value_word w;
	if (strcmp(e->fact->key, "AccountingStorageTRES") != 0)
		return;
	for (const char *rest = e->value; value_next(p->c->arena, &rest, &w);) {
		if (is_tres(w.name) || !entry_fresh(p, e, w.name))
			continue;
		struct diag *d = finding(p->c, word_within(p->c, e, &w, w.name),
					 "no resource is called '%s', and slurmctld stops", w.name);
		diag_help(p->c->diags, d,
			  "cpu, mem, node, energy, billing, vmem, pages, or gres/NAME, license/NAME, fs/NAME, ic/NAME");
	}
}

static void run_unknown_tres(struct check *c)
{
	globals_walk(c, unknown_tres);
}

/* The severities of unknown-slurm-word, slurm-word-release, slurm-value-range and of the pairs are each row's own. */
const struct rule rules_records[] = {
	{ "bad-slurm-value", SEVERITY_ERROR, RULE_RECORDS, run_bad_value },
	{ "octal-number", SEVERITY_ERROR, RULE_RECORDS, run_octal },
	{ "unknown-slurm-word", SEVERITY_WARNING, RULE_RECORDS, run_unknown_word },
	{ "slurm-word-release", SEVERITY_ERROR, RULE_RECORDS, run_word_release },
	{ "slurm-value-range", SEVERITY_WARNING, RULE_RECORDS, run_range },
	{ "unwritable-value", SEVERITY_ERROR, RULE_LOWERED, run_unwritable },
	{ "unknown-tres", SEVERITY_ERROR, RULE_RECORDS, run_unknown_tres },
	{ "weights-refused", SEVERITY_ERROR, RULE_RECORDS, run_weights },
	{ "option-clash", SEVERITY_ERROR, RULE_RECORDS, run_pairs },
	{ "option-needs", SEVERITY_ERROR, RULE_RECORDS, run_pairs },
	{ "option-without-effect", SEVERITY_WARNING, RULE_RECORDS, run_pairs },
	{ "missing-companion-file", SEVERITY_WARNING, RULE_RECORDS, run_companions },
	{ .name = NULL },
};
