/*
 * Several lists at once: the stretches of names that the same lists hold. Runs are sorted by key, and a sweep over the
 * numbers of each group keeps the runs that are open.
 */
#include "compiler/hostlist/key.h"

#include <stdlib.h>

struct cut_run {
	struct hostkey key;
	struct hostrun run;
	uint32_t list;
};

struct sweep {
	const struct cut_run *open[HOSTLIST_CUT_LISTS];
	size_t n;
	void (*each)(void *ctx, const struct hostcut *cut);
	void *ctx;
};

static int compare_runs(const void *left, const void *right)
{
	const struct cut_run *a = left, *b = right;
	int order = key_compare_group(&a->key, &b->key);
	if (order)
		return order;
	if (a->key.lo != b->key.lo)
		return a->key.lo < b->key.lo ? -1 : 1;
	return a->list < b->list ? -1 : a->list > b->list;
}

static void drop_ended(struct sweep *s, uint64_t at)
{
	size_t kept = 0;
	for (size_t i = 0; i < s->n; i++)
		if (s->open[i]->key.hi >= at)
			s->open[kept++] = s->open[i];
	s->n = kept;
}

static int compare_lists(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	return a < b ? -1 : a > b;
}

/* The names lo..hi, held by the runs that are open. */
static void give(const struct sweep *s, uint64_t lo, uint64_t hi)
{
	uint32_t lists[HOSTLIST_CUT_LISTS];
	const struct cut_run *r = s->open[0];
	struct hostcut cut = { .run = r->run, .lists = lists };
	if (r->run.numbered && r->key.hi > r->key.lo) {
		cut.run.lo = lo;
		cut.run.hi = hi;
	}
	for (size_t i = 0; i < s->n; i++)
		lists[i] = s->open[i]->list;
	qsort(lists, s->n, sizeof(*lists), compare_lists);
	for (size_t i = 0; i < s->n; i++)
		if (!i || lists[i] != lists[cut.n - 1])
			lists[cut.n++] = lists[i];
	s->each(s->ctx, &cut);
}

/* The runs of one group: one prefix, suffix and width. */
static void sweep_group(struct sweep *s, const struct cut_run *v, size_t n)
{
	uint64_t at = 0;
	s->n = 0;
	for (size_t next = 0; next < n || s->n;) {
		if (!s->n)
			at = v[next].key.lo;
		for (; next < n && v[next].key.lo == at; next++)
			if (s->n < HOSTLIST_CUT_LISTS)
				s->open[s->n++] = &v[next];
		uint64_t end = next < n ? v[next].key.lo - 1 : UINT64_MAX;
		for (size_t i = 0; i < s->n; i++)
			end = s->open[i]->key.hi < end ? s->open[i]->key.hi : end;
		give(s, at, end);
		at = end + 1;
		drop_ended(s, at);
	}
}

void hostlist_cut(struct arena *a, const struct hostlist *const *lists, size_t n,
		  void (*each)(void *ctx, const struct hostcut *cut), void *ctx)
{
	LIST(struct cut_run) runs = { 0 };
	struct sweep s = { .each = each, .ctx = ctx };
	for (size_t i = 0; i < n; i++) {
		struct keywalk w = { .list = lists[i], .arena = a };
		struct cut_run r = { .list = (uint32_t)i };
		while (keywalk_next(&w, &r.key, &r.run))
			*list_push(a, &runs) = r;
	}
	if (runs.n)
		qsort(runs.v, runs.n, sizeof(*runs.v), compare_runs);
	for (size_t i = 0, from = 0; i < runs.n; i++)
		if (i + 1 == runs.n || key_compare_group(&runs.v[i].key, &runs.v[i + 1].key) != 0) {
			sweep_group(&s, runs.v + from, i + 1 - from);
			from = i + 1;
		}
}
