/*
 * From a term to runs. Limits are counted before a single name is made.
 */
#include "compiler/hostlist/term.h"

#include <string.h>

static uint64_t multiply(uint64_t a, uint64_t b)
{
	return b && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

static uint64_t term_count(const struct term *t)
{
	uint64_t n = 1;
	for (size_t i = 0; i < t->brackets.n; i++)
		n = multiply(n, t->brackets.v[i].count);
	return n;
}

/* All but the last bracket are multiplied out; each range of the last one is a run, or more by its digits. */
static uint64_t term_runs(const struct term *t)
{
	uint64_t n = 1;
	for (size_t i = 0; i < t->brackets.n; i++)
		n = multiply(n, i + 1 < t->brackets.n ? t->brackets.v[i].count : t->brackets.v[i].ranges.n);
	return n;
}

static size_t longest_name(const struct term *t)
{
	size_t n = t->suffix_n;
	for (size_t i = 0; i < t->brackets.n; i++)
		n += t->brackets.v[i].text_n + t->brackets.v[i].longest;
	return n;
}

/* What one expansion carries along: the prefix written so far lies in `name`. */
struct expansion {
	struct hostlist *list;
	const struct term *term;
	const char *suffix;
	char name[HOSTLIST_MAX_NAME + 1];
};

static bool expand(struct expansion *x, size_t depth, size_t n);

/* Runs of the last bracket, behind the prefix name[0..n-1]. */
static bool expand_last(struct expansion *x, const struct bracket *b, size_t n)
{
	const char *prefix = arena_strndup(x->list->arena, x->name, n);
	for (size_t i = 0; i < b->ranges.n; i++) {
		const struct range *r = &b->ranges.v[i];
		struct hostrun run = { prefix, x->suffix, r->lo, r->hi, r->width, true };
		hostlist_add_run(x->list, &run);
	}
	return x->list->runs.n <= HOSTLIST_MAX_RUNS;
}

static bool expand_range(struct expansion *x, size_t depth, size_t n, const struct range *r)
{
	for (uint64_t i = r->lo; i <= r->hi; i++)
		if (!expand(x, depth + 1, n + put_number(x->name + n, i, r->width)))
			return false;
	return true;
}

/* The recursion is no deeper than a name is long: each bracket writes a digit. */
static bool expand(struct expansion *x, size_t depth, size_t n)
{
	const struct bracket *b = &x->term->brackets.v[depth];
	memcpy(x->name + n, b->text, b->text_n);
	n += b->text_n;
	if (depth + 1 == x->term->brackets.n)
		return expand_last(x, b, n);
	for (size_t i = 0; i < b->ranges.n; i++)
		if (!expand_range(x, depth, n, &b->ranges.v[i]))
			return false;
	return true;
}

static const char *too_many_runs(struct arena *a)
{
	return arena_printf(a, "this makes too many separate ranges: a hostlist may have at most %d",
			    HOSTLIST_MAX_RUNS);
}

const char *term_expand(struct hostlist *h, const struct term *t)
{
	size_t length = longest_name(t);
	if (length > HOSTLIST_MAX_NAME)
		return arena_printf(h->arena, "a name of %zu bytes is too long: at most %d are allowed", length,
				    HOSTLIST_MAX_NAME);
	uint64_t count = term_count(t);
	if (digits_of(count) > 12)
		return arena_printf(h->arena, "this makes far too many names: a hostlist may have at most %d",
				    HOSTLIST_MAX_NAMES);
	if (count > HOSTLIST_MAX_NAMES)
		return arena_printf(h->arena, "this makes %llu names: a hostlist may have at most %d",
				    (unsigned long long)count, HOSTLIST_MAX_NAMES);
	if (h->count + count > HOSTLIST_MAX_NAMES)
		return arena_printf(h->arena, "here the hostlist grows to %llu names: it may have at most %d",
				    (unsigned long long)(h->count + count), HOSTLIST_MAX_NAMES);
	if (h->runs.n + term_runs(t) > (uint64_t)HOSTLIST_MAX_RUNS + 1) /* the first may join the last one */
		return too_many_runs(h->arena);

	struct expansion x = { .list = h, .term = t };
	x.suffix = arena_strndup(h->arena, t->suffix, t->suffix_n);
	if (!t->brackets.n)
		hostlist_add_name(h, x.suffix);
	else if (!expand(&x, 0, 0))
		return too_many_runs(h->arena);
	return h->runs.n > HOSTLIST_MAX_RUNS ? too_many_runs(h->arena) : NULL;
}
