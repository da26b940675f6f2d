/* decode_scalar.c: values of one scalar, and how values are refused. */
#include "compiler/schema/decode.h"

#include <ctype.h>
#include <string.h>

struct diag *refuse(struct reading *r, const char *rule, struct span span, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	const char *message = arena_vprintf(r->c->arena, format, args);
	va_end(args);
	r->body->broken = true;
	return diag_error(r->c->diags, rule, span, "%s", message);
}

void refuse_kind(struct reading *r, const struct node *n)
{
	refuse(r, "wrong-type", n->span, "'%s' wants %s, not %s", r->f->key, field_wants(r->c->arena, r->f),
	       node_kind_name(n));
}

void refuse_value(struct reading *r, const struct node *n, const char *wanted)
{
	refuse(r, "bad-value", n->span, "'%s' wants %s, not '%s'", r->f->key, wanted, n->text);
}

/* A scalar that says something: not null, not empty, printable on one line. */
bool scalar(struct reading *r, const struct node *n)
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

const char *word_of(struct reading *r, const struct node *n)
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

/* A hostlist of few names as a list of them, or NULL. */
static const char *listed(struct reading *r, const char *s)
{
	struct hostlist h;
	struct hostlist_error error;
	struct text t;
	if (!strpbrk(s, "[,") || !hostlist_parse(r->c->arena, s, &h, &error) || h.count > 8)
		return NULL;
	text_init(&t, r->c->arena);
	for (uint64_t i = 0; i < h.count; i++)
		text_join(&t, 0, ", ", hostlist_name_dup(&h, i, r->c->arena));
	return arena_printf(r->c->arena, "[%s]", t.s);
}

const char *text_of(struct reading *r, const struct node *n)
{
	if (!scalar(r, n))
		return NULL;
	const char *wanted = r->f->check ? r->f->check(n->text) : NULL;
	if (wanted) {
		struct diag *d = refuse(r, "bad-value", n->span, "'%s' wants %s, not '%s'", r->f->key, wanted, n->text);
		const char *names = r->f->refers ? listed(r, n->text) : NULL;
		if (r->f->help)
			diag_help(r->c->diags, d, "%s", r->f->help);
		if (names)
			diag_help(r->c->diags, d, "no hostlist here: write the names one by one, as in %s", names);
		return NULL;
	}
	return n->text;
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
	if (r->f->min == r->f->max)
		refuse(r, "out-of-range", r->node->span, "'%s' must be %lld%s, not %s", r->f->key, (long long)r->f->min,
		       unit, r->node->text);
	else
		refuse(r, "out-of-range", r->node->span, "'%s' must be from %lld to %lld%s, not %s", r->f->key,
		       (long long)r->f->min, (long long)r->f->max, unit, r->node->text);
}

void decode_scalar(struct reading *r, void *at)
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
