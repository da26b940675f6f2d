/* decode.c: a tree and the rows become a typed spec. */
#include "compiler/schema/decode.h"

#include <string.h>

static void decode_into(struct schema_context *c, struct origin *x, const struct node *node);

static const char *article(const char *noun)
{
	return strchr("aeiou", *noun) ? "an" : "a";
}

static struct origin *decode_entry(struct reading *r, const struct pair *p, const struct node *value)
{
	struct origin *x = body_new(r->c->arena, r->f->shape);
	x->name = p->key;
	x->name_span = p->key_span;
	struct reading name = { r->c, x, r->f, value };
	if (r->f->by_hosts) {
		bool plain = p->key_span.end - p->key_span.start == strlen(p->key);
		x->hosts = hostlist_of(&name, p->key, p->key_span, plain);
	} else if (r->f->check) {
		const char *wanted = r->f->check(p->key);
		if (wanted)
			refuse(&name, "bad-name", p->key_span, "%s %s's name is %s, not '%s'",
			       article(r->f->shape->name), r->f->shape->name, wanted, p->key);
	}
	decode_into(r->c, x, value);
	return x;
}

struct clash {
	struct reading *r;
	struct entries *entries;
};

static void names_clash(void *ctx, const char *name, uint32_t first, uint32_t second)
{
	struct clash *k = ctx;
	struct origin *a = k->entries->v[first], *b = k->entries->v[second];
	struct diag *d = diag_error(k->r->c->diags, "names-overlap", b->name_span, "%s '%s' is in '%s' already",
				    k->r->f->shape->name, name, a->name);
	if (a != b)
		diag_note(k->r->c->diags, d, a->name_span, "the other group");
	diag_help(k->r->c->diags, d, "each name belongs to one group: narrow one of the two ranges");
	b->broken = true;
}

static void check_overlap(struct reading *r, struct entries *e)
{
	struct clash k = { r, e };
	struct hostindex *x = hostindex_new(r->c->arena);
	for (size_t i = 0; i < e->n; i++) {
		const struct origin *o = e->v[i];
		if (o->hosts)
			hostindex_add(x, o->hosts, (uint32_t)i);
	}
	hostindex_build(x, names_clash, &k);
}

static void decode_map(struct reading *r, struct entries *ret)
{
	const struct node *n = r->node;
	if (n->kind != NODE_MAPPING) {
		refuse_kind(r, n);
		return;
	}
	ret->given = true;
	for (uint32_t i = 0; i < n->n_pairs; i++) {
		const struct pair *p = &n->pairs[i];
		bool many = r->f->ranked && p->value->kind == NODE_SEQUENCE &&
			    (!r->f->shape->shorthand || !p->value->n_items || p->value->items[0]->kind == NODE_MAPPING);
		for (uint32_t j = 0; j < (many ? p->value->n_items : 1); j++)
			*list_push(r->c->arena, ret) = decode_entry(r, p, many ? p->value->items[j] : p->value);
	}
	if (r->f->by_hosts)
		check_overlap(r, ret);
}

static void decode_bodies(struct reading *r, struct entries *ret)
{
	const struct node *n = r->node;
	if (n->kind != NODE_SEQUENCE) {
		refuse_kind(r, n);
		return;
	}
	ret->given = true;
	for (uint32_t i = 0; i < n->n_items; i++) {
		const struct shape *s = r->f->shape;
		if (node_is_null(n->items[i]))
			refuse(r, "null-value", n->items[i]->span,
			       "null is no %s: an item of a list is left out by its line", s->name);
		else
			*list_push(r->c->arena, ret) = schema_decode(r->c, s, n->items[i]);
	}
}

static void decode_field(struct reading *r)
{
	void *at = field_at(r->f, r->body);
	if (node_is_empty(r->node)) {
		struct diag *d = refuse(r, "empty-value", r->node->span, "'%s' has nothing after it", r->f->key);
		if (r->f->kind == VALUE_STRUCT || r->f->kind == VALUE_MAP)
			diag_help(r->c->diags, d, "write {} for the defaults");
		return;
	}
	if (node_is_null(r->node)) {
		struct diag *d = refuse(r, "null-value", r->node->span, 
					"null removes what an earlier file has, and none has '%s' here", r->f->key);
		diag_help(r->c->diags, d, "leave the line out");
		return;
	}
	switch (r->f->kind) {
	case VALUE_WORD:
		*(const char **)at = word_of(r, r->node);
		return;
	case VALUE_WORDS:
	case VALUE_TEXTS:
		decode_list(r, at);
		return;
	case VALUE_HOSTS:
		decode_hosts(r, at);
		return;
	case VALUE_NODESET:
		decode_nodeset(r, at);
		return;
	case VALUE_OPTIONS:
		decode_options(r, at);
		return;
	case VALUE_STRUCT:
		*(void **)at = schema_decode(r->c, r->f->shape, r->node);
		return;
	case VALUE_MAP:
		decode_map(r, at);
		return;
	case VALUE_LIST:
		decode_bodies(r, at);
		return;
	default:
		decode_scalar(r, at);
		return;
	}
}

static void unknown_key(struct schema_context *c, struct origin *x, const struct pair *p)
{
	const struct shape *s = x->shape;
	struct diag *d = diag_error(c->diags, "unknown-key", p->key_span, "%s %s has no key '%s'", article(s->name),
				    s->name, p->key);
	x->broken = true;
	if (d == c->diags->spare)
		return; /* one of too many to be kept: no need to find out what it was meant to be */
	/* Somebody who knows Slurm writes MaxTime. */
	for (size_t i = 0; i < s->n; i++)
		if (s->fields[i].slurm && text_equal_nocase(s->fields[i].slurm, p->key)) {
			diag_help(c->diags, d, "Slurm's %s is written '%s' here", s->fields[i].slurm, s->fields[i].key);
			diag_edit(c->diags, d, p->key_span, s->fields[i].key);
			return;
		}
	const char **keys = ARENA_ARRAY(c->arena, s->n + 1, const char *);
	for (size_t i = 0; i < s->n; i++)
		keys[i] = s->fields[i].key;
	const char *meant = suggest(p->key, keys, s->n);
	if (meant) {
		diag_help(c->diags, d, "did you mean '%s'?", meant);
		diag_edit(c->diags, d, p->key_span, meant);
	}
}

static void decode_mapping(struct schema_context *c, struct origin *x, const struct node *node)
{
	for (uint32_t i = 0; i < node->n_pairs; i++) {
		const struct pair *p = &node->pairs[i];
		const struct field *f = shape_field(x->shape, p->key);
		if (!f) {
			unknown_key(c, x, p);
			continue;
		}
		struct reading r = { c, x, f, p->value };
		decode_field(&r);
	}
}

/* Of a mapping, or of what stands for one key of it. What is written and wrong is not missing. */
static void missing_keys(struct schema_context *c, struct origin *x, const struct node *node)
{
	for (size_t i = 0; i < x->shape->n; i++) {
		const struct field *f = &x->shape->fields[i];
		bool written = node->kind == NODE_MAPPING ? node_pair(node, f->key) != NULL
							  : text_equal(x->shape->shorthand, f->key);
		if (!f->required || written)
			continue;
		struct span at = where_body(x);
		struct diag *d = span_known(at)
					 ? diag_error(c->diags, "missing-key", at, "this %s lacks '%s'", x->shape->name, f->key)
					 : diag_error(c->diags, "missing-key", node->span, "'%s' is missing", f->key);
		diag_help(c->diags, d, "'%s' is %s", f->key, field_wants(c->arena, f));
		x->broken = true;
	}
}

/* Bodies that exist even when nobody wrote them: the rest of hpcc need not ask. */
static void always_bodies(struct schema_context *c, struct origin *x)
{
	for (size_t i = 0; i < x->shape->n; i++) {
		const struct field *f = &x->shape->fields[i];
		if (f->always && !field_given(f, x))
			*(void **)field_at(f, x) = schema_decode(c, f->shape, NULL);
	}
}

static void decode_written(struct schema_context *c, struct origin *x, const struct node *node)
{
	const struct field *shorthand = x->shape->shorthand ? shape_field(x->shape, x->shape->shorthand) : NULL;
	if (node_is_empty(node)) {
		struct diag *d = diag_error(c->diags, "empty-value", node->span, "this %s has nothing in it", x->shape->name);
		diag_help(c->diags, d, "write {} for the defaults");
		x->broken = true;
		return;
	}
	if (node_is_null(node)) {
		/* What there is to remove, merge has removed. */
		struct diag *d = diag_error(c->diags, "null-value", node->span,
					    "null removes what an earlier file has, and none has this %s", x->shape->name);
		diag_help(c->diags, d, "leave the line out, or write {} for a %s that takes the defaults", x->shape->name);
		x->broken = true;
		return;
	}
	if (node->kind == NODE_MAPPING) {
		decode_mapping(c, x, node);
	} else if (shorthand) {
		struct reading r = { c, x, shorthand, node };
		decode_field(&r);
	} else {
		diag_error(c->diags, "wrong-type", node->span, "%s %s is a mapping of keys, not %s",
			   article(x->shape->name), x->shape->name, node_kind_name(node));
		x->broken = true;
		return;
	}
	missing_keys(c, x, node);
}

static void decode_into(struct schema_context *c, struct origin *x, const struct node *node)
{
	x->node = node;
	if (node)
		decode_written(c, x, node);
	always_bodies(c, x);
}

void *schema_decode(struct schema_context *c, const struct shape *shape, const struct node *node)
{
	struct origin *x = body_new(c->arena, shape);
	decode_into(c, x, node);
	return x;
}
