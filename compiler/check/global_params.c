/*
 * global_params.c: what stands behind the '=' of a word: numbers that are out of its range, words that it does not
 * know; and words that Slurm still knows, and complains of. (plugins/sched/backfill: _load_config(); slurmctld:
 * conmgr.c, rate_limit.c, node_mgr.c; read_config.c, _validate_and_set_defaults())
 */
#include "compiler/check/global.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/check/records.h"

#define E      SEVERITY_ERROR
#define W      SEVERITY_WARNING
#define ANY    INT64_MAX
#define SCHED  "SchedulerParameters"
#define CTLD   "SlurmctldParameters"
#define COMM   "CommunicationParameters"
#define STOPS  "slurmctld stops"
#define IGNORE "Slurm logs an error and takes its default"
#define INT    INT32_MAX

/* ---- bad-parameter */

/* clang-format off */
static const struct parameter {
	const char *key, *word;
	int64_t min, max;
	enum release first;
	enum severity severity;
	const char *otherwise;
} parameters[] = {
	{ SCHED, "bf_interval", 1, 10800, 0, W, IGNORE },
	{ SCHED, "bf_job_part_count_reserve", 0, 100000, 0, W, IGNORE },
	{ SCHED, "bf_max_job_array_resv", 0, 1000, 0, W, IGNORE },
	{ SCHED, "bf_max_job_assoc", 0, 1000000, 0, W, IGNORE },
	{ SCHED, "bf_max_job_part", 0, 1000000, 0, W, IGNORE },
	{ SCHED, "bf_max_job_start", 0, 10000, 0, W, IGNORE },
	{ SCHED, "bf_max_job_test", 1, 1000000, 0, W, IGNORE },
	{ SCHED, "bf_max_job_user", 0, 1000000, 0, W, IGNORE },
	{ SCHED, "bf_max_job_user_part", 0, 1000000, 0, W, IGNORE },
	{ SCHED, "bf_max_time", 1, 3600, 0, W, IGNORE },
	{ SCHED, "bf_min_age_reserve", 0, 2592000, 0, W, IGNORE },
	{ SCHED, "bf_min_prio_reserve", 0, UINT32_MAX, 0, W, IGNORE },
	{ SCHED, "bf_node_space_size", 2, ANY, 0, W, IGNORE },
	{ SCHED, "bf_resolution", 1, 3600, 0, W, IGNORE },
	{ SCHED, "bf_topopt_iterations", 1, ANY, RELEASE_24_11, W, IGNORE },
	{ SCHED, "bf_window", 1, 43200, 0, W, IGNORE },
	{ SCHED, "bf_window_linear", 1, ANY, 0, W, IGNORE },
	{ SCHED, "bf_yield_interval", 1, 10000000, 0, W, IGNORE },
	{ SCHED, "bf_yield_sleep", 1, 10000000, 0, W, IGNORE },
	{ SCHED, "max_rpc_cnt", 0, 1000, 0, W, IGNORE },
	{ SCHED, "max_rpc_count", 0, 1000, 0, W, IGNORE },
	{ SCHED, "preempt_reorder_count", 0, ANY, 0, W, IGNORE },
	{ SCHED, "max_script_size", INT64_MIN, 536870912, 0, E, STOPS },
	{ SCHED, "max_submit_line_size", INT64_MIN, 2097152, RELEASE_23_11, E, STOPS },
	{ "PreemptParameters", "reorder_count", 0, ANY, 0, W, IGNORE },
	{ CTLD, "conmgr_max_connections", 1, ANY, RELEASE_24_11, E, STOPS },
	{ CTLD, "power_save_interval", 0, 60, RELEASE_26_05, W, "slurmctld logs an error" },
	{ CTLD, "power_save_min_interval", 0, 60, RELEASE_26_05, W, "slurmctld logs an error" },
	{ CTLD, "rl_bucket_size", 1, ANY, RELEASE_25_05, E, STOPS },
	{ CTLD, "rl_refill_period", 1, ANY, RELEASE_25_05, E, STOPS },
	{ CTLD, "rl_refill_rate", 1, ANY, RELEASE_25_05, E, STOPS },
	{ CTLD, "rl_table_size", 1, ANY, RELEASE_25_05, E, STOPS },
	{ CTLD, "validate_nodeaddr_threads", 1, 64, RELEASE_23_02, W, IGNORE },
	{ COMM, "keepaliveinterval", 0, INT, 0, W, IGNORE },
	{ COMM, "keepaliveprobes", 0, INT, 0, W, IGNORE },
	{ COMM, "keepalivetime", 0, INT, 0, W, IGNORE },
};

/* Words that take words; without `word`, the value itself. */
static const struct choice {
	const char *key, *word, *words;
	enum severity severity;
	const char *otherwise;
} choices[] = {
	{ SCHED, "bf_hetjob_prio", "min|avg|max", W, IGNORE },
	{ CTLD, "max_dbd_msg_action", "discard|exit", W, "Slurm passes over it" },
	{ "TaskPluginParam", "autobind", "none|threads|cores|sockets", E, "Slurm's daemons stop" },
	{ "CpuFreqDef", NULL, "Conservative|OnDemand|Performance|PowerSave|SchedUtil|UserSpace", W,
	  "Slurm logs an error and passes over it" },
	{ "SuspendExcStates", NULL,
	  "CLOUD|DOWN|DRAIN|DYNAMIC_FUTURE|DYNAMIC_NORM|FAIL|INVALID_REG|MAINTENANCE|NOT_RESPONDING|PERFCTRS|PLANNED|RESERVED", W,
	  "Slurm logs an error and passes over it" },
};
/* clang-format on */

static const char *range_said(const struct check *c, const struct parameter *p)
{
	if (p->max == ANY)
		return arena_printf(c->arena, "at least %lld", (long long)p->min);
	if (p->min == INT64_MIN)
		return arena_printf(c->arena, "at most %lld", (long long)p->max);
	return arena_printf(c->arena, "from %lld to %lld", (long long)p->min, (long long)p->max);
}

/* slurm.conf(5), bf_interval: -1 turns backfill off. */
static bool is_never(const struct parameter *p, long long n)
{
	return n == -1 && strcmp(p->word, "bf_interval") == 0;
}

static void check_number(struct entry_pass *p, const struct entry *e, const struct value_word *w)
{
	struct check *c = p->c;
	const char *number = w->text + strlen(w->name) + 1;
	for (size_t i = 0; w->text[strlen(w->name)] && i < sizeof(parameters) / sizeof(parameters[0]); i++) {
		const struct parameter *row = &parameters[i];
		if (strcmp(row->key, e->fact->key) != 0 || !text_equal_nocase(row->word, w->name) ||
		    c->records->release < row->first)
			continue;
		char *end;
		long long n = strtoll(number, &end, 10);
		if ((end > number && ((n >= row->min && n <= row->max) || is_never(row, n))) ||
		    !entry_fresh(p, e, w->name))
			return;
		struct diag *d = diag_add(c->diags, row->severity, c->rule->name, word_within(c, e, w, w->text),
					  "%s must be %s, not '%s': else %s", row->word, range_said(c, row), number,
					  row->otherwise);
		diag_help(c->diags, d, "write a number %s, or leave it out", range_said(c, row));
	}
}

static bool is_choice(const char *words, const char *word)
{
	size_t n = strlen(word);
	for (const char *s = words; *s;) {
		size_t m = strcspn(s, "|");
		bool same = m == n;
		for (size_t i = 0; same && i < n; i++)
			same = tolower((unsigned char)s[i]) == tolower((unsigned char)word[i]);
		if (same)
			return true;
		s += m + (s[m] == '|');
	}
	return false;
}

static const char *choices_said(const struct check *c, const char *words)
{
	struct text t;
	text_init(&t, c->arena);
	for (const char *s = words; *s; s++)
		if (*s == '|')
			text_add(&t, ", ");
		else
			text_addc(&t, *s);
	return t.s;
}

static void check_choice(struct entry_pass *p, const struct entry *e, const struct value_word *w)
{
	struct check *c = p->c;
	const char *word = w->text + strlen(w->name);
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		const struct choice *row = &choices[i];
		if (strcmp(row->key, e->fact->key) != 0 || (row->word && !text_equal_nocase(row->word, w->name)))
			continue;
		const char *value = row->word ? word + (*word != '\0') : w->text;
		if (is_choice(row->words, value) || !entry_fresh(p, e, w->name))
			return;
		struct diag *d =
			diag_add(c->diags, row->severity, c->rule->name, word_within(c, e, w, w->text),
				 "%s cannot be '%s': %s", row->word ? row->word : key_said(e), value, row->otherwise);
		diag_help(c->diags, d, "it takes one of %s", choices_said(c, row->words));
	}
}

/* log.c: a number is a level; those above the last are cut. */
static void check_level(struct entry_pass *p, const struct entry *e)
{
	enum { LAST = 10 };
	if (!text_ends(e->fact->key, "Debug") || strspn(e->value, "0123456789") != strlen(e->value) ||
	    atoi(e->value) <= LAST || !entry_fresh(p, e, ""))
		return;
	struct diag *d = finding(p->c, e->span, "there is no level %s: Slurm takes 9", e->value);
	diag_help(p->c->diags, d, "write debug5, or a number up to 9");
}

/* job_mgr.c: _make_requeue_array(): codes and ranges of them. */
static void check_exits(struct entry_pass *p, const struct entry *e)
{
	if (strcmp(e->fact->key, "RequeueExit") != 0 && strcmp(e->fact->key, "RequeueExitHold") != 0)
		return;
	const char *s = e->value;
	bool good = *s != '\0';
	while (good && *s) {
		char *end;
		long low = strtol(s, &end, 10), high = low;
		good = end > s;
		if (good && *end == '-')
			high = strtol(end + 1, &end, 10);
		good = good && low >= 0 && high >= low && high <= 255 && (!*end || *end == ',');
		s = end + (*end == ',');
	}
	if (good || !entry_fresh(p, e, ""))
		return;
	struct diag *d = finding(p->c, e->span, "'%s' takes exit codes from 0 to 255, not '%s': Slurm logs an error",
				 key_said(e), e->value);
	diag_help(p->c->diags, d, "write codes and ranges of them: 3,10-12");
}

/* backfill.c: what is tried of one kind cannot be more than what is tried at all. */
static void check_against_test(struct entry_pass *p, const struct entry *e, const struct value_word *w, long most)
{
	static const char *const words[] = { "bf_max_job_part", "bf_max_job_user", "bf_max_job_user_part",
					     "bf_max_job_assoc" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!text_equal_nocase(w->name, words[i]) || !w->text[strlen(w->name)])
			continue;
		long n = strtol(w->text + strlen(w->name) + 1, NULL, 10);
		if ((i == 0 ? n < most : n <= most) || n > 1000000 || !entry_fresh(p, e, words[i]))
			return;
		struct diag *d = finding(p->c, word_within(p->c, e, w, w->text),
					 "%s=%ld limits nothing: bf_max_job_test is %ld", words[i], n, most);
		diag_help(p->c->diags, d, "write less than bf_max_job_test, or raise that");
	}
}

static long jobs_tested(struct check *c, const char *value)
{
	enum { DEFAULT = 500 };
	struct value_word w;
	for (const char *rest = value; value_next(c->arena, &rest, &w);)
		if (text_equal_nocase(w.name, "bf_max_job_test") && w.text[strlen(w.name)]) {
			long n = strtol(w.text + strlen(w.name) + 1, NULL, 10);
			return n > 0 ? n : DEFAULT;
		}
	return DEFAULT;
}

static void parameter(struct entry_pass *p, const struct entry *e)
{
	struct value_word w;
	if (e->fact->file != SLURM_CONF)
		return;
	check_level(p, e);
	check_exits(p, e);
	bool sched = strcmp(e->fact->key, SCHED) == 0;
	const struct entry *scheduler = sched ? global(p->c, "SchedulerType") : NULL;
	bool backfill = !scheduler || text_ends(scheduler->value, "backfill");
	long most = sched ? jobs_tested(p->c, e->value) : 0;
	for (const char *rest = e->value; value_next(p->c->arena, &rest, &w);) {
		if (sched && !backfill && text_starts(w.name, "bf_"))
			continue;
		check_number(p, e, &w);
		check_choice(p, e, &w);
		if (sched)
			check_against_test(p, e, &w, most);
	}
}

void rule_bad_parameter(struct check *c)
{
	globals_walk(c, parameter);
}

/* ---- defunct-slurm-word */

static const struct defunct_word {
	const char *key, *word;
	enum release first;
	enum severity severity;
	const char *help;
} defunct_words[] = {
	{ SCHED, "max_job_bf", 0, E, "write bf_max_job_test" },
	{ CTLD, "cloud_reg_addrs", RELEASE_23_11, W, "leave it out: nodes always register with their address" },
	{ COMM, "NoAddrCache", RELEASE_23_11, W, "leave it out" },
	{ "MpiDefault", "openmpi", 0, W, "write none: Slurm takes it for that" },
};

static void defunct_word(struct entry_pass *p, const struct entry *e)
{
	struct value_word w;
	struct check *c = p->c;
	if (e->fact->file != SLURM_CONF)
		return;
	for (size_t i = 0; i < sizeof(defunct_words) / sizeof(defunct_words[0]); i++) {
		const struct defunct_word *row = &defunct_words[i];
		if (strcmp(row->key, e->fact->key) != 0 || c->records->release < row->first)
			continue;
		for (const char *rest = e->value; value_next(c->arena, &rest, &w);) {
			if (!text_equal_nocase(w.name, row->word) || !entry_fresh(p, e, w.name))
				continue;
			struct diag *d =
				diag_add(c->diags, row->severity, c->rule->name, word_within(c, e, &w, w.name),
					 row->severity == E ? "%s was taken out of %s, and slurmctld stops at it"
							    : "%s was taken out of %s: it does nothing",
					 row->word, row->key);
			diag_help(c->diags, d, "%s", row->help);
		}
	}
}

void rule_defunct_word(struct check *c)
{
	globals_walk(c, defunct_word);
}
