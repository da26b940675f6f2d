/*
 * Runs as text: Slurm's form and Ansible's.
 */
#include "compiler/hostlist/run.h"

#include <string.h>

static bool same_group(const struct hostrun *a, const struct hostrun *b)
{
	return a->numbered && b->numbered && strcmp(a->prefix, b->prefix) == 0 && strcmp(a->suffix, b->suffix) == 0;
}

/* Whether `next` goes on where `last` ends: also where the padding is used up ([08-09] and [10-12]). */
static bool follows(const struct hostrun *last, const struct hostrun *next)
{
	if (!same_group(last, next) || next->lo != last->hi + 1)
		return false;
	return next->width == last->width || (next->width == 0 && next->lo == power_of_ten(last->width - 1u));
}

/* One range between brackets, or several where Slurm would refuse its length. */
static void print_range(struct text *t, uint64_t lo, uint64_t hi, unsigned width)
{
	for (;;) {
		uint64_t end = hi - lo >= HOSTLIST_MAX_RANGE ? lo + HOSTLIST_MAX_RANGE - 1 : hi;
		text_addu(t, lo, (int)width);
		if (end > lo) {
			text_addc(t, '-');
			text_addu(t, end, (int)width);
		}
		if (end == hi)
			return;
		text_addc(t, ',');
		lo = end + 1;
	}
}

/* The runs v[0..n-1] share prefix and suffix. */
static void print_group(struct text *t, const struct hostrun *v, size_t n)
{
	bool brackets = n > 1 || v[0].hi > v[0].lo;
	text_add(t, v[0].prefix);
	if (brackets)
		text_addc(t, '[');
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && follows(&v[end - 1], &v[end]);)
			end++;
		if (i)
			text_addc(t, ',');
		print_range(t, v[i].lo, v[end - 1].hi, v[i].width);
	}
	if (brackets)
		text_addc(t, ']');
	text_add(t, v[0].suffix);
}

static void print_names(struct text *t, size_t start, const struct hostrun *r)
{
	for (uint64_t i = 0; i < run_count(r); i++) {
		if (t->n > start)
			text_addc(t, ',');
		run_name(r, i, t);
	}
}

void hostlist_print(const struct hostlist *h, bool suffixes, struct text *t)
{
	size_t start = t->n;
	for (size_t i = 0, end; i < h->runs.n; i = end) {
		const struct hostrun *r = &h->runs.v[i];
		end = i + 1;
		/* A digit right behind a bracket (`n[1-2]0`) is legal, and read wrongly by people. */
		if (!r->numbered || (r->suffix[0] && (!suffixes || is_digit(r->suffix[0])))) {
			print_names(t, start, r);
			continue;
		}
		while (end < h->runs.n && same_group(r, &h->runs.v[end]))
			end++;
		if (t->n > start)
			text_addc(t, ',');
		print_group(t, r, end - i);
	}
}

static void ansible_pattern(struct text *t, const struct hostrun *r, void (*each)(void *, const char *), void *ctx)
{
	t->n = 0;
	text_add(t, r->prefix);
	if (r->hi > r->lo)
		text_addc(t, '[');
	text_addu(t, r->lo, r->width);
	if (r->hi > r->lo) {
		text_addc(t, ':');
		text_addu(t, r->hi, r->width);
		text_addc(t, ']');
	}
	text_add(t, r->suffix);
	each(ctx, arena_strndup(t->arena, t->s, t->n));
}

/* Ansible's expand_hostname_range() wants both ends of a padded range equally long, so that `c[08-150]` becomes
 * c[08:99] and c[100:150]. */
void hostlist_print_ansible(const struct hostlist *h, void (*each)(void *ctx, const char *pattern), void *ctx)
{
	struct text t;
	if (h->runs.n)
		text_init(&t, h->arena);
	for (size_t i = 0, end; i < h->runs.n; i = end) {
		struct hostrun r = h->runs.v[i];
		for (end = i + 1; end < h->runs.n && follows(&h->runs.v[end - 1], &h->runs.v[end]);)
			end++;
		if (!r.numbered) {
			each(ctx, r.prefix);
			continue;
		}
		uint64_t hi = h->runs.v[end - 1].hi, longer = power_of_ten(r.width);
		if (r.width && hi >= longer) {
			r.hi = longer - 1;
			ansible_pattern(&t, &r, each, ctx);
			r.lo = longer;
			r.width = 0;
		}
		r.hi = hi;
		ansible_pattern(&t, &r, each, ctx);
	}
}
