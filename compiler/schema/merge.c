/*
 * merge.c: a later tree laid over an earlier one.
 *
 * Works on trees, before anything is decoded, so that every value keeps the file and line that it came from, and
 * what it replaced (node.shadowed). New mappings are made; the values in them are shared with their trees.
 */
#include "compiler/schema/schema.h"

#include <stdlib.h>

#include "compiler/base/map.h"

typedef LIST(struct pair) pair_list;

static struct node *mapping_of(struct schema_context *c, const struct node *like, pair_list *pairs)
{
	struct node *n = ARENA_NEW(c->arena, struct node);
	*n = *like;
	n->kind = NODE_MAPPING;
	n->pairs = pairs->v;
	n->n_pairs = (uint32_t)pairs->n;
	return n;
}

static struct node *replaced(struct schema_context *c, const struct node *by, const struct node *old)
{
	struct node *n = ARENA_NEW(c->arena, struct node);
	*n = *by;
	n->shadowed = old;
	return n;
}

static struct node *merge_hosts(struct schema_context *c, const struct field *f, const struct node *base,
				const struct node *over);

/* A scalar that stands for a body is that body with one key: what is short in one file and long in another still merges. */
static const struct node *spelled_out(struct schema_context *c, const struct shape *shape, const struct node *n)
{
	if (!shape->shorthand || n->kind != NODE_SCALAR || node_is_null(n))
		return n;
	pair_list pairs = { 0 };
	*list_push(c->arena, &pairs) = (struct pair){ shape->shorthand, n->span, (struct node *)(uintptr_t)n };
	struct node *body = mapping_of(c, n, &pairs);
	body->shadowed = NULL;
	return body;
}

/* A body that both have. */
static struct node *merge_body(struct schema_context *c, const struct shape *shape, const struct node *base,
			       const struct node *over)
{
	if (base->kind == NODE_SCALAR && over->kind == NODE_SCALAR)
		return replaced(c, over, base);
	return schema_merge(c, shape, spelled_out(c, shape, base), spelled_out(c, shape, over));
}

/* A key that both have. `f` is NULL for an unknown key, which decode will refuse. */
static struct node *merge_value(struct schema_context *c, const struct field *f, const struct node *base,
				const struct node *over)
{
	if (f && f->kind == VALUE_STRUCT)
		return merge_body(c, f->shape, base, over);
	if (!f || base->kind != NODE_MAPPING || over->kind != NODE_MAPPING)
		return replaced(c, over, base);
	switch (f->kind) {
	case VALUE_MAP:
		if (f->by_hosts)
			return merge_hosts(c, f, base, over);
		break;
	case VALUE_OPTIONS:
		break;
	default:
		return replaced(c, over, base);
	}

	/* Names that are free: bodies of a map merge, options replace one by one. */
	pair_list out = { 0 };
	struct map at;
	map_init(&at, c->arena);
	for (uint32_t i = 0; i < base->n_pairs; i++) {
		map_add(&at, base->pairs[i].key, NULL)->value = (void *)(uintptr_t)(out.n + 1);
		*list_push(c->arena, &out) = base->pairs[i];
	}
	bool removed = false;
	for (uint32_t i = 0; i < over->n_pairs; i++) {
		const struct pair *p = &over->pairs[i];
		uintptr_t found = (uintptr_t)map_get(&at, p->key);
		struct pair *old = found ? &out.v[found - 1] : NULL;
		if (!old) {
			*list_push(c->arena, &out) = *p;
		} else if (node_is_null(p->value)) {
			old->value = NULL;
			removed = true;
		} else if (f->kind == VALUE_MAP && (old->value->kind == NODE_MAPPING || p->value->kind == NODE_MAPPING)) {
			old->value = merge_body(c, f->shape, old->value, p->value);
		} else {
			*old = (struct pair){ p->key, p->key_span, replaced(c, p->value, old->value) };
		}
	}
	if (removed) {
		size_t n = 0;
		for (size_t i = 0; i < out.n; i++)
			if (out.v[i].value)
				out.v[n++] = out.v[i];
		out.n = n;
	}
	return mapping_of(c, base, &out);
}

struct node *schema_merge(struct schema_context *c, const struct shape *shape, const struct node *base,
			  const struct node *over)
{
	if (base->kind != NODE_MAPPING || over->kind != NODE_MAPPING)
		return replaced(c, over, base);
	pair_list out = { 0 };
	for (uint32_t i = 0; i < base->n_pairs; i++) {
		const struct pair *b = &base->pairs[i], *o = node_pair(over, b->key);
		if (!o)
			*list_push(c->arena, &out) = *b;
		else if (!node_is_null(o->value))
			*list_push(c->arena, &out) =
				(struct pair){ b->key, o->key_span,
					       merge_value(c, shape_field(shape, b->key), b->value, o->value) };
	}
	for (uint32_t i = 0; i < over->n_pairs; i++)
		if (!node_pair(base, over->pairs[i].key))
			*list_push(c->arena, &out) = over->pairs[i];
	return mapping_of(c, base, &out);
}

/* A stretch of a group's names: `first` and how many of them, of how many in all. */
struct cut {
	uint64_t first, n, all;
};

/* The names in a column, which is a hostlist or a list of them. */
static bool column_names(struct schema_context *c, const struct node *value, struct hostlist *ret)
{
	struct hostlist_error error;
	if (value->kind == NODE_SCALAR)
		return hostlist_parse(c->arena, value->text, ret, &error);
	if (value->kind != NODE_SEQUENCE)
		return false;
	hostlist_init(ret, c->arena);
	for (uint32_t i = 0; i < value->n_items; i++) {
		struct hostlist item;
		if (value->items[i]->kind != NODE_SCALAR ||
		    !hostlist_parse(c->arena, value->items[i]->text, &item, &error))
			return false;
		hostlist_add(ret, &item);
	}
	return ret->count;
}

/* The values that pair with a group's names, cut to a stretch of them; NULL where one value serves all. */
static struct node *cut_column(struct schema_context *c, const struct node *value, struct cut at)
{
	bool spread = value->kind == NODE_MAPPING && value->n_pairs == 1;
	struct hostlist all, part;
	if (!column_names(c, spread ? value->pairs[0].value : value, &all) || (all.count == 1 && !spread))
		return NULL;
	if (spread) {
		hostlist_init(&part, c->arena);
		for (uint64_t i = 0; i < at.n; i++)
			hostlist_add_name(&part, hostlist_name_dup(&all, (at.first + i) % all.count, c->arena));
	} else if (all.count == at.all) {
		hostlist_slice(c->arena, &all, at.first, at.n, &part);
	} else {
		return NULL; /* does not pair: a rule will say so */
	}
	struct text t;
	text_init(&t, c->arena);
	hostlist_print(&part, true, &t);
	struct node *cut = ARENA_NEW(c->arena, struct node);
	cut->kind = NODE_SCALAR;
	cut->span = value->span;
	cut->shadowed = value->shadowed;
	cut->weight = 1;
	cut->text = t.s;
	cut->size = (uint32_t)t.n;
	return cut;
}

/* A group's body for some of its names: the columns are cut, the rest is shared. */
static struct node *cut_body(struct schema_context *c, const struct shape *shape, const struct node *body,
			     struct cut at)
{
	if (body->kind != NODE_MAPPING)
		return replaced(c, body, body->shadowed);
	pair_list out = { 0 };
	for (uint32_t i = 0; i < body->n_pairs; i++) {
		struct pair p = body->pairs[i];
		const struct field *f = shape_field(shape, p.key);
		struct node *cut = f && f->column ? cut_column(c, p.value, at) : NULL;
		if (cut)
			p.value = cut;
		*list_push(c->arena, &out) = p;
	}
	return mapping_of(c, body, &out);
}

/* One stretch of names of a base group that one later group covers. */
struct stretch {
	uint64_t at;	 /* place in the base group */
	struct hostlist names;
	uint32_t over;	 /* index of the later pair */
	uint64_t over_at; /* place in the later group */
};

typedef LIST(struct stretch) stretch_list;

struct split {
	struct schema_context *c;
	stretch_list *stretches; /* by base group */
	stretch_list fresh;	 /* names of the later groups that no base group has; `at` is not used */
	uint32_t over;
	uint64_t over_at;
};

static void split_piece(void *ctx, const struct hostpiece *piece)
{
	struct split *s = ctx;
	stretch_list *to = piece->known ? &s->stretches[piece->owner] : &s->fresh;
	struct stretch *last = to->n ? &to->v[to->n - 1] : NULL;
	bool follows = last && last->over == s->over && last->over_at + last->names.count == s->over_at &&
		       (!piece->known || last->at + last->names.count == piece->at);
	if (!follows) {
		last = list_push(s->c->arena, to);
		last->at = piece->at;
		last->over = s->over;
		last->over_at = s->over_at;
		hostlist_init(&last->names, s->c->arena);
	}
	hostlist_add_run(&last->names, &piece->run);
	s->over_at += piece->run.numbered ? piece->run.hi - piece->run.lo + 1 : 1;
}

static int stretch_order(const void *a, const void *b)
{
	const struct stretch *x = a, *y = b;
	return (x->at > y->at) - (x->at < y->at);
}

static void add_group(struct schema_context *c, pair_list *out, const struct hostlist *names, struct span key_span,
		      struct node *value)
{
	struct text t;
	text_init(&t, c->arena);
	hostlist_print(names, true, &t);
	*list_push(c->arena, out) = (struct pair){ t.s, key_span, value };
}

/* Mappings of hosts merge as sets of names: a base group of which a later one names some falls apart. */
static struct node *merge_hosts(struct schema_context *c, const struct field *f, const struct node *base,
				const struct node *over)
{
	struct hostlist *lists = ARENA_ARRAY(c->arena, base->n_pairs + 1, struct hostlist);
	struct hostlist_error error;
	struct hostindex *index = hostindex_new(c->arena);
	for (uint32_t i = 0; i < base->n_pairs; i++) {
		if (hostlist_parse(c->arena, base->pairs[i].key, &lists[i], &error))
			hostindex_add(index, &lists[i], i);
		/* Else the group stays as it is, and decode reports it. */
	}
	hostindex_build(index, NULL, NULL);

	struct split s = { .c = c };
	s.stretches = ARENA_ARRAY(c->arena, base->n_pairs + 1, stretch_list);
	pair_list added = { 0 };
	uint64_t *counts = ARENA_ARRAY(c->arena, over->n_pairs + 1, uint64_t);
	for (uint32_t i = 0; i < over->n_pairs; i++) {
		const struct pair *p = &over->pairs[i];
		struct hostlist names;
		if (!hostlist_parse(c->arena, p->key, &names, &error)) {
			*list_push(c->arena, &added) = *p; /* decode reports it */
			continue;
		}
		counts[i] = names.count;
		s.fresh.n = 0;
		s.over = i;
		s.over_at = 0;
		hostindex_cover(index, &names, split_piece, &s);
		for (size_t j = 0; j < s.fresh.n; j++) {
			const struct stretch *x = &s.fresh.v[j];
			struct cut at = { x->over_at, x->names.count, names.count };
			if (at.n == at.all)
				*list_push(c->arena, &added) = *p;
			else
				add_group(c, &added, &x->names, p->key_span, cut_body(c, f->shape, p->value, at));
		}
	}

	pair_list out = { 0 };
	for (uint32_t i = 0; i < base->n_pairs; i++) {
		const struct pair *b = &base->pairs[i];
		if (!s.stretches[i].n) {
			*list_push(c->arena, &out) = *b;
			continue;
		}
		qsort(s.stretches[i].v, s.stretches[i].n, sizeof(struct stretch), stretch_order);
		uint64_t done = 0;
		for (size_t j = 0; j <= s.stretches[i].n; j++) {
			const struct stretch *x = j < s.stretches[i].n ? &s.stretches[i].v[j] : NULL;
			uint64_t until = x ? x->at : lists[i].count;
			if (until > done) {
				struct hostlist rest;
				struct cut at = { done, until - done, lists[i].count };
				hostlist_slice(c->arena, &lists[i], at.first, at.n, &rest);
				add_group(c, &out, &rest, b->key_span, cut_body(c, f->shape, b->value, at));
			}
			if (!x)
				break;
			const struct pair *o = &over->pairs[x->over];
			if (!node_is_null(o->value)) {
				struct cut at = { x->at, x->names.count, lists[i].count };
				struct cut late_at = { x->over_at, x->names.count, counts[x->over] };
				struct node *old = cut_body(c, f->shape, b->value, at);
				struct node *late = cut_body(c, f->shape, o->value, late_at);
				add_group(c, &out, &x->names, o->key_span, schema_merge(c, f->shape, old, late));
			}
			if (done < x->at + x->names.count)
				done = x->at + x->names.count;
		}
	}
	for (size_t i = 0; i < added.n; i++)
		*list_push(c->arena, &out) = added.v[i];
	return mapping_of(c, base, &out);
}
