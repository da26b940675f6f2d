/*
 * Lists as sets.
 */
#include "compiler/hostlist/key.h"

#include <stdlib.h>
#include <string.h>

static int compare_numbers(const struct hostkey *a, const struct hostkey *b)
{
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	return a->hi < b->hi ? -1 : a->hi > b->hi;
}

static int compare_keys(const void *left, const void *right)
{
	int order = key_compare_group(left, right);
	return order ? order : compare_numbers(left, right);
}

/* As people read them: by number first, so that c[08-09] and c[10-12] stand side by side. */
static int compare_reading(const void *left, const void *right)
{
	struct hostkey a = *(const struct hostkey *)left, b = *(const struct hostkey *)right;
	uint8_t a_width = a.width, b_width = b.width;
	a.width = b.width = 0;
	int order = key_compare_group(&a, &b);
	if (!order)
		order = compare_numbers(&a, &b);
	return order ? order : a_width - b_width;
}

/* Sorted keys without what overlaps or touches. */
static size_t join_keys(struct hostkey *v, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		struct hostkey *last = kept ? &v[kept - 1] : NULL;
		if (!last || v[i].lo > last->hi + 1 || key_compare_group(last, &v[i]) != 0)
			v[kept++] = v[i];
		else if (v[i].hi > last->hi)
			last->hi = v[i].hi;
	}
	return kept;
}

static void add_key(struct hostlist *h, const struct hostkey *k)
{
	const struct hostrun *last = h->runs.n ? &h->runs.v[h->runs.n - 1] : NULL;
	struct hostrun r = { k->prefix, k->suffix, k->lo, k->hi, k->width, k->numbered };
	if (last && strncmp(last->prefix, k->prefix, k->prefix_n) == 0 && !last->prefix[k->prefix_n])
		r.prefix = last->prefix;
	else if (k->prefix[k->prefix_n])
		r.prefix = arena_strndup(h->arena, k->prefix, k->prefix_n);
	hostlist_add_run(h, &r);
}

void hostlist_normalise(struct hostlist *h)
{
	LIST(struct hostkey) keys = { 0 };
	struct keywalk w = { .list = h, .arena = h->arena };
	struct hostkey key;
	struct hostrun run;
	while (keywalk_next(&w, &key, &run))
		*list_push(h->arena, &keys) = key;
	if (!keys.n)
		return;
	qsort(keys.v, keys.n, sizeof(key), compare_keys);
	keys.n = join_keys(keys.v, keys.n);
	qsort(keys.v, keys.n, sizeof(key), compare_reading);

	hostlist_init(h, h->arena);
	for (size_t i = 0; i < keys.n; i++)
		add_key(h, &keys.v[i]);
}

struct selection {
	struct hostlist list;
	bool known; /* which stretches to take */
};

static void take(void *ctx, const struct hostpiece *piece)
{
	struct selection *s = ctx;
	if (piece->known == s->known)
		hostlist_add_run(&s->list, &piece->run);
}

static void select_by(struct arena *a, const struct hostlist *x, const struct hostlist *y, bool known,
		      struct hostlist *ret)
{
	struct selection s = { .known = known };
	hostlist_init(&s.list, a);
	struct hostindex *index = hostindex_new(a);
	hostindex_add(index, y, 0);
	hostindex_build(index, NULL, NULL);
	hostindex_cover(index, x, take, &s);
	*ret = s.list;
}

void hostlist_subtract(struct arena *a, const struct hostlist *x, const struct hostlist *y, struct hostlist *ret)
{
	select_by(a, x, y, false, ret);
}

void hostlist_intersect(struct arena *a, const struct hostlist *x, const struct hostlist *y, struct hostlist *ret)
{
	select_by(a, x, y, true, ret);
}

/* Two lists may cut the same names into different runs: the shorter key decides how far to go. */
bool hostlist_equal(const struct hostlist *x, const struct hostlist *y)
{
	if (x->count != y->count)
		return false;
	struct keywalk left = { .list = x, .arena = x->arena }, right = { .list = y, .arena = y->arena };
	struct hostkey a, b;
	struct hostrun ignored;
	uint64_t more_a = 0, more_b = 0; /* names left of a and b */
	for (;;) {
		if (!more_a) {
			if (!keywalk_next(&left, &a, &ignored))
				return true; /* the counts are equal: so is the other at its end */
			more_a = a.hi - a.lo + 1;
		}
		if (!more_b) {
			if (!keywalk_next(&right, &b, &ignored))
				return true;
			more_b = b.hi - b.lo + 1;
		}
		if (a.lo != b.lo || key_compare_group(&a, &b) != 0)
			return false;
		uint64_t step = more_a < more_b ? more_a : more_b;
		a.lo += step;
		b.lo += step;
		more_a -= step;
		more_b -= step;
	}
}
