/*
 * The index: pieces of runs, sorted by key, made disjoint, and searched by halving.
 */
#include "compiler/hostlist/key.h"

#include <stdlib.h>

struct piece {
	struct hostkey key;
	uint64_t at; /* place of key.lo within the owner's list */
	uint32_t owner;
	uint32_t order; /* in which the pieces were added */
};

struct hostindex {
	LIST(struct piece) pieces;
	struct arena *arena;
};

struct hostindex *hostindex_new(struct arena *a)
{
	struct hostindex *x = ARENA_NEW(a, struct hostindex);
	x->arena = a;
	return x;
}

void hostindex_add(struct hostindex *x, const struct hostlist *h, uint32_t owner)
{
	struct keywalk w = { .list = h, .arena = x->arena };
	struct hostkey key;
	struct hostrun run;
	for (uint64_t at = 0; keywalk_next(&w, &key, &run); at += run_count(&run)) {
		uint32_t order = (uint32_t)x->pieces.n;
		*list_push(x->arena, &x->pieces) = (struct piece){ key, at, owner, order };
	}
}

static int compare_pieces(const void *left, const void *right)
{
	const struct piece *a = left, *b = right;
	int order = key_compare_group(&a->key, &b->key);
	if (order)
		return order;
	if (a->key.lo != b->key.lo)
		return a->key.lo < b->key.lo ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* People number their nodes. */
static bool in_order(const struct piece *v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (compare_pieces(&v[i - 1], &v[i]) > 0)
			return false;
	return true;
}

static void report(const struct hostindex *x, const struct piece *a, const struct piece *b, uint64_t number,
		   void (*clash)(void *, const char *, uint32_t, uint32_t), void *ctx)
{
	struct text name;
	text_init(&name, x->arena);
	text_addn(&name, b->key.prefix, b->key.prefix_n);
	if (b->key.numbered)
		text_addu(&name, number, b->key.width);
	text_add(&name, b->key.suffix);
	bool in_order = a->order < b->order;
	clash(ctx, name.s, in_order ? a->owner : b->owner, in_order ? b->owner : a->owner);
}

/* What reaches furthest so far covers: a piece that begins under it overlaps it, and keeps what lies beyond. */
void hostindex_build(struct hostindex *x, void (*clash)(void *ctx, const char *name, uint32_t first, uint32_t second),
		     void *ctx)
{
	struct piece *v = x->pieces.v;
	size_t kept = 0;
	if (!in_order(v, x->pieces.n))
		qsort(v, x->pieces.n, sizeof(*v), compare_pieces);
	for (size_t i = 0; i < x->pieces.n; i++) {
		struct piece p = v[i];
		const struct piece *cover = kept ? &v[kept - 1] : NULL;
		if (cover && p.key.lo <= cover->key.hi && key_compare_group(&cover->key, &p.key) == 0) {
			uint64_t number = p.key.lo > cover->key.lo ? p.key.lo : cover->key.lo;
			if (clash)
				report(x, cover, &p, number, clash, ctx);
			if (p.key.hi <= cover->key.hi)
				continue;
			p.at += cover->key.hi + 1 - p.key.lo;
			p.key.lo = cover->key.hi + 1;
		}
		v[kept++] = p;
	}
	x->pieces.n = kept;
}

/* The first piece that does not end before the key begins. */
static size_t first_at_or_after(const struct hostindex *x, const struct hostkey *key)
{
	size_t lo = 0, hi = x->pieces.n;
	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;
		const struct hostkey *k = &x->pieces.v[middle].key;
		int order = key_compare_group(k, key);
		if (order < 0 || (order == 0 && k->hi < key->lo))
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo;
}

/* The piece at `i`, if it overlaps the key. */
static const struct piece *overlapping(const struct hostindex *x, size_t i, const struct hostkey *key)
{
	const struct piece *p = i < x->pieces.n ? &x->pieces.v[i] : NULL;
	return p && p->key.lo <= key->hi && key_compare_group(&p->key, key) == 0 ? p : NULL;
}

bool hostindex_find(const struct hostindex *x, const char *name, uint32_t *ret_owner, uint64_t *ret_at)
{
	struct hostkey key;
	key_of_name(name, &key);
	const struct piece *p = overlapping(x, first_at_or_after(x, &key), &key);
	if (!p)
		return false;
	if (ret_owner)
		*ret_owner = p->owner;
	if (ret_at)
		*ret_at = p->at + (key.lo - p->key.lo);
	return true;
}

/* One key, which is the run `run`, as stretches that are known and stretches that are not. */
static void cover_key(const struct hostindex *x, const struct hostkey *key, const struct hostrun *run,
		      void (*each)(void *, const struct hostpiece *), void *ctx)
{
	size_t i = first_at_or_after(x, key);
	for (uint64_t lo = key->lo;;) {
		const struct piece *p = overlapping(x, i, key);
		struct hostpiece piece = { .run = *run };
		uint64_t end = key->hi;
		if (p && p->key.lo > lo) {
			end = p->key.lo - 1;
		} else if (p) {
			if (p->key.hi < end)
				end = p->key.hi;
			piece.known = true;
			piece.owner = p->owner;
			piece.at = p->at + (lo - p->key.lo);
			i++;
		}
		/* A key of one name may count otherwise than its run (key.h): the run is one name then, too. */
		if (key->hi > key->lo) {
			piece.run.lo = lo;
			piece.run.hi = end;
		}
		each(ctx, &piece);
		if (end == key->hi)
			return;
		lo = end + 1;
	}
}

void hostindex_cover(const struct hostindex *x, const struct hostlist *h,
		     void (*each)(void *ctx, const struct hostpiece *piece), void *ctx)
{
	struct keywalk w = { .list = h, .arena = x->arena };
	struct hostkey key;
	struct hostrun run;
	while (keywalk_next(&w, &key, &run))
		cover_key(x, &key, &run, each, ctx);
}
