/* decode.c: a tree and the rows become a typed spec. */
#include "compiler/schema/schema.h"

#include <ctype.h>
#include <string.h>

#include "compiler/base/map.h"

/* One body being read: the context, the body, and its row. */
struct reading {
	struct schema_context *c;
	struct origin *body;
	const struct field *f;
	const struct node *node;
};

static void decode_into(struct schema_context *c, struct origin *x, const struct node *node);

static struct diag *refuse(struct reading *r, const char *rule, struct span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static struct diag *refuse(struct reading *r, const char *rule, struct span span, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	const char *message = arena_vprintf(r->c->arena, format, args);
	va_end(args);
	r->body->broken = true;
	return diag_error(r->c->diags, rule, span, "%s", message);
}

static void refuse_kind(struct reading *r, const struct node *n)
{
	refuse(r, "wrong-type", n->span, "'%s' wants %s, not %s", r->f->key, field_wants(r->c->arena, r->f),
	       node_kind_name(n));
}

static void refuse_value(struct reading *r, const struct node *n, const char *wanted)
{
	refuse(r, "bad-value", n->span, "'%s' wants %s, not '%s'", r->f->key, wanted, n->text);
}

/* A scalar that says something: not null, not empty, printable on one line. */
static bool scalar(struct reading *r, const struct node *n)
{
	if (n->kind != NODE_SCALAR) {
		refuse_kind(r, n);
		return false;
	}
	if (node_is_empty(n)) {
		refuse(r, "empty-value", n->span, "an item of '%s' has nothing in it", r->f->key);
		return false;
	}
	if (node_is_null(n)) {
		refuse(r, "null-value", n->span, "an item of '%s' is null", r->f->key);
		return false;
	}
	if (r->f->kind != VALUE_LONGTEXT && n->size > TEXT_MAX) {
		refuse(r, "text-too-long", n->span, "'%s' is longer than %d bytes", r->f->key, TEXT_MAX);
		return false;
	}
	/* A text may hold the byte 0, by an escape: go by its size. */
	for (uint32_t i = 0; i < n->size; i++) {
		char c = n->text[i];
		if (!iscntrl((unsigned char)c) || (r->f->kind == VALUE_LONGTEXT && (c == '\n' || c == '\t')))
			continue;
		refuse(r, "control-in-value", n->span, "'%s' holds %s, and must be %s", r->f->key,
		       c == '\n' ? "a line break" : "a control character",
		       r->f->kind == VALUE_LONGTEXT ? "text" : "one line of text");
		return false;
	}
	return true;
}

static const char *word_of(struct reading *r, const struct node *n)
{
	if (!scalar(r, n))
		return NULL;
	size_t count = 0;
	for (; r->f->words[count]; count++)
		if (strcmp(r->f->words[count], n->text) == 0)
			return r->f->words[count];
	struct diag *d = refuse(r, "bad-value", n->span, "'%s' wants %s, not '%s'", r->f->key,
				field_wants(r->c->arena, r->f), n->text);
	const char *meant = suggest(n->text, r->f->words, count);
	if (meant) {
		diag_help(r->c->diags, d, "did you mean '%s'?", meant);
		if (n->plain)
			diag_edit(r->c->diags, d, n->span, meant);
	}
	return NULL;
}

static const char *text_of(struct reading *r, const struct node *n)
{
	if (!scalar(r, n))
		return NULL;
	const char *wanted = r->f->check ? r->f->check(n->text) : NULL;
	if (wanted) {
		refuse_value(r, n, wanted);
		return NULL;
	}
	return n->text;
}

/* The item of a list that says `s`; there is one. */
static const struct node *first_item(const struct node *list, const char *s)
{
	uint32_t i = 0;
	while (list->items[i]->kind != NODE_SCALAR || strcmp(list->items[i]->text, s) != 0)
		i++;
	return list->items[i];
}

static void decode_list(struct reading *r, struct texts *ret)
{
	const struct node *n = r->node;
	ret->given = true;
	if (n->kind == NODE_MAPPING) {
		refuse_kind(r, n);
		return;
	}
	size_t count = n->kind == NODE_SEQUENCE ? n->n_items : 1;
	for (size_t i = 0; i < count; i++) {
		const struct node *item = n->kind == NODE_SEQUENCE ? n->items[i] : n;
		const char *s = r->f->kind == VALUE_WORDS ? word_of(r, item) : text_of(r, item);
		for (size_t j = 0; s && j < ret->n; j++)
			if (strcmp(ret->v[j], s) == 0) {
				struct diag *d = diag_warning(r->c->diags, "listed-twice", item->span,
							      "'%s' stands twice in '%s'", s, r->f->key);
				diag_note(r->c->diags, d, first_item(n, s)->span, "it stands here already");
				s = NULL;
			}
		if (s)
			*list_push(r->c->arena, ret) = s;
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

static struct hostlist *hostlist_of(struct reading *r, const char *text, struct span span, bool plain)
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

static void decode_hosts(struct reading *r, struct hosts *ret)
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

static void decode_nodeset(struct reading *r, struct nodeset *ret)
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

static void decode_options(struct reading *r, struct options *ret)
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
		if (value)
			*list_push(r->c->arena, ret) = (struct option){ .key = p->key,
									.value = value,
									.key_span = p->key_span,
									.span = p->value->span,
									.is_list = p->value->kind == NODE_SEQUENCE };
	}
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
			refuse(&name, "bad-name", p->key_span, "a %s's name is %s, not '%s'", r->f->shape->name, wanted,
			       p->key);
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
	for (uint32_t i = 0; i < n->n_items; i++)
		*list_push(r->c->arena, ret) = schema_decode(r->c, r->f->shape, n->items[i]);
}

static void memory_in_range(struct reading *r, struct memory m)
{
	struct text low, high;
	if ((!r->f->min && !r->f->max) || m.percent || (m.bytes >= r->f->min && m.bytes <= r->f->max))
		return;
	text_init(&low, r->c->arena);
	text_init(&high, r->c->arena);
	print_memory((struct memory){ .bytes = r->f->min }, &low);
	print_memory((struct memory){ .bytes = r->f->max }, &high);
	refuse(r, "out-of-range", r->node->span, "'%s' must be from %s to %s, not %s", r->f->key, low.s, high.s,
	       r->node->text);
}

static void in_range(struct reading *r, int64_t value, const char *unit)
{
	if ((!r->f->min && !r->f->max) || (value >= r->f->min && value <= r->f->max))
		return;
	refuse(r, "out-of-range", r->node->span, "'%s' must be from %lld to %lld%s, not %s", r->f->key,
	       (long long)r->f->min, (long long)r->f->max, unit, r->node->text);
}

static void decode_scalar(struct reading *r, void *at)
{
	if (!scalar(r, r->node))
		return;
	const char *s = r->node->text, *wanted = NULL;
	switch (r->f->kind) {
	case VALUE_BOOL:
		wanted = parse_bool(s, at);
		break;
	case VALUE_INT:
		wanted = parse_int(s, at);
		if (!wanted)
			in_range(r, *(int64_t *)at, "");
		break;
	case VALUE_DURATION:
		wanted = parse_duration(s, at);
		if (!wanted && ((struct duration *)at)->seconds != DURATION_INFINITE)
			in_range(r, ((struct duration *)at)->seconds, " seconds");
		break;
	case VALUE_MEMORY:
		wanted = parse_memory(s, at);
		if (!wanted)
			memory_in_range(r, *(struct memory *)at);
		break;
	case VALUE_LONGTEXT:
		*(const char **)at = s;
		break;
	default:
		*(const char **)at = text_of(r, r->node);
		break;
	}
	if (wanted)
		refuse_value(r, r->node, wanted);
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
		struct diag *d = refuse(r, "null-value", r->node->span, "'%s' is null", r->f->key);
		diag_help(r->c->diags, d, "null removes a key in an overlay; elsewhere leave the key out");
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

static const char *article(const char *noun)
{
	return strchr("aeiou", *noun) ? "an" : "a";
}

static void unknown_key(struct schema_context *c, struct origin *x, const struct pair *p)
{
	const struct shape *s = x->shape;
	struct diag *d = diag_error(c->diags, "unknown-key", p->key_span, "%s %s has no key '%s'", article(s->name),
				    s->name, p->key);
	x->broken = true;
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
	if (node_is_empty(node) || node_is_null(node)) {
		struct diag *d = diag_error(c->diags, node_is_null(node) ? "null-value" : "empty-value", node->span,
					    "this %s has nothing in it", x->shape->name);
		diag_help(c->diags, d, "write {} for the defaults");
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
