/* decode_list.c: values of several scalars: lists, hosts, sets of nodes, options. */
#include "compiler/base/map.h"
#include "compiler/schema/decode.h"

#include <string.h>

enum { UNFOLD_MAX = 64 };

/* The item of a list that says `s`; the list itself where `s` is one name of a hostlist. */
static const struct node *first_item(const struct node *list, const char *s)
{
	for (uint32_t i = 0; list->kind == NODE_SEQUENCE && i < list->n_items; i++)
		if (list->items[i]->kind == NODE_SCALAR && strcmp(list->items[i]->text, s) == 0)
			return list->items[i];
	return list;
}

static void push_item(struct reading *r, const struct node *item, const char *s, struct texts *ret, struct map *seen)
{
	bool fresh;
	map_add(seen, s, &fresh);
	if (fresh || r->f->repeats) {
		*list_push(r->c->arena, ret) = s;
		return;
	}
	struct diag *d = diag_warning(r->c->diags, "listed-twice", item->span, "'%s' stands twice in '%s'", s, r->f->key);
	diag_note(r->c->diags, d, first_item(r->node, s)->span, "it stands here already");
}

/* An item that is a hostlist stands for its names. */
static void unfold(struct reading *r, const struct node *item, struct texts *ret, struct map *seen)
{
	struct hostwalk w;
	struct hostlist *h = hostlist_of(r, item->text, item->span, item->plain);
	if (h && h->count > UNFOLD_MAX) {
		refuse(r, "out-of-range", item->span, "'%s' names %llu hosts, and takes %d at most", r->f->key,
		       (unsigned long long)h->count, UNFOLD_MAX);
		return;
	}
	if (!h)
		return;
	hostwalk_start(&w, h);
	for (const char *name; (name = hostwalk_next(&w));)
		push_item(r, item, arena_strdup(r->c->arena, name), ret, seen);
}

void decode_list(struct reading *r, struct texts *ret)
{
	const struct node *n = r->node;
	struct map seen;
	map_init(&seen, r->c->arena);
	ret->given = true;
	if (n->kind == NODE_MAPPING) {
		refuse_kind(r, n);
		return;
	}
	size_t count = n->kind == NODE_SEQUENCE ? n->n_items : 1;
	for (size_t i = 0; i < count; i++) {
		const struct node *item = n->kind == NODE_SEQUENCE ? n->items[i] : n;
		if (r->f->unfolds && item->kind == NODE_SCALAR && strpbrk(item->text, "[,")) {
			unfold(r, item, ret, &seen);
			continue;
		}
		const char *s = r->f->kind == VALUE_WORDS ? word_of(r, item) : text_of(r, item);
		if (s)
			push_item(r, item, s, ret, &seen);
	}
}

/* The part of a scalar at fault; the whole where it was quoted or escaped. */
static struct span within(const struct sources *s, struct span span, bool plain, const char *text, size_t start,
			  size_t end)
{
	if (!plain || span.end - span.start != strlen(text) || start >= end)
		return span;
	(void)s;
	return (struct span){ span.source, span.start + (uint32_t)start, span.start + (uint32_t)end };
}

struct hostlist *hostlist_of(struct reading *r, const char *text, struct span span, bool plain)
{
	struct hostlist *h = ARENA_NEW(r->c->arena, struct hostlist);
	struct hostlist_error e;
	if (hostlist_parse(r->c->arena, text, h, &e))
		return h;
	struct diag *d = refuse(r, "bad-hostlist", within(r->c->sources, span, plain, text, e.start, e.end),
				"'%s' is not a hostlist: %s", text, e.message);
	diag_help(r->c->diags, d, "a hostlist is a name, or names with ranges: c1,c[2-4,7],n[001-128]");
	return NULL;
}

/* Numbers, such as ports: one, or ranges in brackets. A hostlist whose names are numbers. */
static bool all_numbers(struct reading *r, const struct hostlist *h, const struct node *n)
{
	for (size_t i = 0; i < h->runs.n; i++) {
		const struct hostrun *run = &h->runs.v[i];
		if (!run->numbered || *run->prefix || *run->suffix || run->width) {
			refuse_value(r, n, field_wants(r->c->arena, r->f));
			return false;
		}
		if ((r->f->min || r->f->max) &&
		    (run->lo < (uint64_t)r->f->min || run->hi > (uint64_t)r->f->max)) {
			refuse(r, "out-of-range", n->span, "'%s' must be from %lld to %lld", r->f->key,
			       (long long)r->f->min, (long long)r->f->max);
			return false;
		}
	}
	return true;
}

void decode_hosts(struct reading *r, struct hosts *ret)
{
	const struct node *n = r->node;
	/* { spread: "pi[1-2]" }: the one form that is a mapping. */
	if (n->kind == NODE_MAPPING && n->n_pairs == 1 && strcmp(n->pairs[0].key, "spread") == 0) {
		ret->spread = true;
		n = n->pairs[0].value;
	}
	struct hostlist *all = NULL;
	size_t count = n->kind == NODE_SEQUENCE ? n->n_items : 1;
	if (!count && r->f->kind == VALUE_HOSTS) {
		refuse(r, "empty-value", n->span, "'%s' has nothing in it", r->f->key);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct node *item = n->kind == NODE_SEQUENCE ? n->items[i] : n;
		if (!scalar(r, item))
			return;
		struct hostlist *h = hostlist_of(r, item->text, item->span, item->plain);
		if (!h || (r->f->numbers && !all_numbers(r, h, item)))
			return;
		if (all)
			hostlist_add(all, h);
		else
			all = h;
	}
	if (all && !r->f->numbers && r->f->check)
		for (size_t i = 0; i < all->runs.n && i < 64; i++) {
			struct hostlist one;
			hostlist_init(&one, r->c->arena);
			hostlist_add_run(&one, &all->runs.v[i]);
			const char *wanted = r->f->check(hostlist_name_dup(&one, 0, r->c->arena));
			if (wanted) {
				refuse(r, "bad-value", n->span, "'%s' wants %s, not '%s'", r->f->key, wanted,
				       hostlist_name_dup(&one, 0, r->c->arena));
				return;
			}
		}
	ret->list = all;
}

void decode_nodeset(struct reading *r, struct nodeset *ret)
{
	const struct node *n = r->node;
	if (n->kind == NODE_MAPPING) {
		/* A selector: { feature: gpu } or { gres: gpu }. */
		for (uint32_t i = 0; i < n->n_pairs; i++) {
			const struct pair *p = &n->pairs[i];
			const char **to = strcmp(p->key, "feature") == 0 ? &ret->feature
					  : strcmp(p->key, "gres") == 0	 ? &ret->gres
									 : NULL;
			if (!to)
				refuse(r, "unknown-key", p->key_span, "nodes are selected by 'feature' or 'gres', not '%s'",
				       p->key);
			else if (scalar(r, p->value))
				*to = p->value->text;
		}
		if (!n->n_pairs)
			refuse(r, "wrong-type", n->span, "a selector wants 'feature' or 'gres'");
		ret->given = true;
		return;
	}
	ret->given = true;
	if (n->kind == NODE_SCALAR && strcmp(n->text, "ALL") == 0) {
		ret->all = true;
		return;
	}
	struct hosts h = { 0 };
	decode_hosts(r, &h);
	ret->list = h.list;
	if (!h.list && r->node->kind == NODE_SEQUENCE && !r->node->n_items) {
		/* A partition without nodes is allowed: nodes may join later. */
		ret->list = ARENA_NEW(r->c->arena, struct hostlist);
		hostlist_init(ret->list, r->c->arena);
	}
}

/* One option's value: a scalar, a list of scalars joined by commas; true and false become yes and no. */
static const char *option_value(struct reading *r, const struct node *n)
{
	if (n->kind == NODE_MAPPING) {
		refuse(r, "wrong-type", n->span, "an option's value is text or a list of words, not a mapping");
		return NULL;
	}
	if (n->kind == NODE_SCALAR) {
		if (node_is_empty(n)) {
			refuse(r, "empty-value", n->span, "this option has no value: write \"\" for an empty one");
			return NULL;
		}
		if (!scalar(r, n))
			return NULL;
		if (n->plain && strcmp(n->text, "true") == 0)
			return "yes";
		if (n->plain && strcmp(n->text, "false") == 0)
			return "no";
		return n->text;
	}
	struct text t;
	text_init(&t, r->c->arena);
	for (uint32_t i = 0; i < n->n_items; i++) {
		if (!scalar(r, n->items[i]))
			return NULL;
		text_join(&t, 0, ",", n->items[i]->text);
	}
	return t.s;
}

void decode_options(struct reading *r, struct options *ret)
{
	const struct node *n = r->node;
	if (n->kind != NODE_MAPPING) {
		refuse_kind(r, n);
		return;
	}
	ret->given = true;
	for (uint32_t i = 0; i < n->n_pairs; i++) {
		const struct pair *p = &n->pairs[i];
		const char *wanted = r->f->check ? r->f->check(p->key) : NULL;
		if (wanted) {
			refuse(r, "bad-name", p->key_span, "'%s' wants %s, not '%s'", r->f->key, wanted, p->key);
			continue;
		}
		const char *value = option_value(r, p->value);
		wanted = value && r->f->check_value ? r->f->check_value(value) : NULL;
		if (wanted)
			refuse(r, "bad-value", p->value->span, "'%s' wants %s, not '%s'", p->key, wanted, value);
		else if (value)
			*list_push(r->c->arena, ret) = (struct option){ .key = p->key,
									.value = value,
									.key_span = p->key_span,
									.span = p->value->span,
									.is_list = p->value->kind == NODE_SEQUENCE };
	}
}
