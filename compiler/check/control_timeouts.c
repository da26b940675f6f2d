/* control_timeouts.c: timeouts of the daemons against each other. */
#include "compiler/check/control.h"

#include "compiler/slurm/value.h"

/* A global number of slurm.conf: as it stands, else the release's default. */
static uint64_t seconds(const struct check *c, const char *key)
{
	const struct entry *e = global(c, key);
	const struct fact *f = fact_find(SLURM_CONF, SECTION_GLOBAL, key);
	const char *value = e ? e->value : fact_default(f, c->records->release);
	uint64_t n;
	return value && slurm_number(value, &n) ? n : 0;
}

static const char *entry_time(const struct check *c, const struct entry *e, uint64_t n)
{
	return e->option || c->files ? e->value : time_said(c, (int64_t)n, e->span);
}

static const char *wanted_time(const struct check *c, const struct entry *e, uint64_t n)
{
	struct span nowhere = { 0 };
	return e->option || c->files ? arena_printf(c->arena, "%llu", (unsigned long long)n) : time_said(c, (int64_t)n, nowhere);
}

/* What MessageTimeout is, and where it comes from. */
static void note_message(struct check *c, struct diag *d)
{
	const struct entry *e = global(c, "MessageTimeout");
	uint64_t n = seconds(c, "MessageTimeout");
	if (e && span_known(e->span))
		diag_note(c->diags, d, e->span, "a message may take %s", entry_time(c, e, n));
	else
		diag_note(c->diags, d, (struct span){ 0 }, "a message may take %s, Slurm's default",
			  time_said(c, (int64_t)n, (struct span){ 0 }));
}

/* read_config.c: "MessageTimeout ... is too high", and 100 is taken. */
void rule_message_timeout(struct check *c)
{
	enum { MOST = 100 };
	const struct entry *e = global(c, "MessageTimeout");
	uint64_t n = seconds(c, "MessageTimeout");
	if (!e || n <= MOST || n == SLURM_INFINITE)
		return;
	struct diag *d =
		diag_add(c->diags, c->files ? SEVERITY_WARNING : c->rule->severity, c->rule->name, e->span,
			 "a message may take 100s at most, not %s: Slurm takes 100s", entry_time(c, e, n));
	diag_help(c->diags, d, "write %s", wanted_time(c, e, MOST));
}

/* read_config.c, from 24.05: "UnkillableStepTimeout ... must be at least 5 times" MessageTimeout. */
void rule_unkillable_step(struct check *c)
{
	const struct entry *e = global(c, "UnkillableStepTimeout");
	uint64_t n = seconds(c, "UnkillableStepTimeout"), message = seconds(c, "MessageTimeout");
	if (!e || !release_wants_long_unkillable(c->records->release) || n >= 5 * message)
		return;
	struct diag *d = finding(c, e->span, "'%s' is %s, less than five times what a message may take", key_said(e),
				 entry_time(c, e, n));
	note_message(c, d);
	diag_help(c->diags, d, "write at least %s: a node is drained when a step outlives it",
		  wanted_time(c, e, 5 * message));
}

/* slurm.conf(5), TCPTimeout: a message that waits for a connection must still have time. */
void rule_tcp_timeout(struct check *c)
{
	const struct entry *e = global(c, "TCPTimeout");
	uint64_t n = seconds(c, "TCPTimeout"), message = seconds(c, "MessageTimeout");
	if (!e || n == SLURM_INFINITE || 2 * n <= message)
		return;
	struct diag *d =
		finding(c, e->span, "making a connection may take %s, more than half of what a message may take",
			entry_time(c, e, n));
	note_message(c, d);
	diag_help(c->diags, d, "write at most %s, or give messages more time", wanted_time(c, e, message / 2));
}
