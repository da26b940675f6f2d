/*
 * The grammar of hostlist.h, and a message for each way to miss it.
 */
#include "compiler/hostlist/term.h"

#include <string.h>

struct parser {
	struct arena *arena;
	const char *s;
	size_t at;
	struct hostlist_error *error;
};

static bool fail(struct parser *p, size_t start, size_t end, const char *message)
{
	*p->error = (struct hostlist_error){ message, start, end };
	return false;
}

static bool is_text(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.' ||
	       c == ':';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The end of the character at `at`: all bytes of it, where it is UTF-8. */
static size_t character_end(const char *s, size_t at)
{
	if ((unsigned char)s[at++] < 0x80)
		return at;
	while (((unsigned char)s[at] & 0xc0) == 0x80)
		at++;
	return at;
}

static const char *describe(struct parser *p, size_t at)
{
	unsigned char c = (unsigned char)p->s[at];
	if (c < 0x20 || c == 0x7f)
		return arena_printf(p->arena, "the control character 0x%02x", c);
	size_t end = character_end(p->s, at);
	return arena_printf(p->arena, "`%.*s`", (int)(end - at), p->s + at);
}

/* A character that may stand nowhere, or not outside brackets. */
static bool fail_in_text(struct parser *p)
{
	size_t at = p->at;
	const char *message;
	if (p->s[at] == ']')
		message = "this `]` has no `[` before it";
	else if (is_blank(p->s[at]))
		message = "a blank cannot stand within a name: put a comma between two names";
	else if (p->s[at] == '{' || p->s[at] == '}')
		message = "braces cannot stand in a hostlist: ranges are written in square brackets, like c[1-4]";
	else
		message = arena_printf(p->arena, "%s cannot stand in a name: letters, digits and `-` `_` `.` `:` can",
				       describe(p, at));
	return fail(p, at, character_end(p->s, at), message);
}

/* A character at which a range should have ended. */
static bool fail_in_range(struct parser *p, size_t start)
{
	size_t at = p->at;
	const char *message;
	if (is_blank(p->s[at]))
		message = "a blank cannot stand within brackets: Slurm would read it as a digit or refuse it";
	else if (p->s[at] == '[')
		message = "brackets cannot stand within brackets: is a `]` missing before?";
	else if (p->s[at] == '-' && at == start)
		message = "a number is missing before this `-`";
	else if (p->s[at] == '-')
		message = "a range has two numbers and one `-`, like 1-4";
	else if (p->s[at] == ':' || p->s[at] == '.')
		message = "the numbers of a range are joined by `-`, like 1-4";
	else if (p->s[at] == '/')
		message = "a range has no steps: write its numbers, like 1,3,5";
	else
		message = arena_printf(p->arena, "%s cannot stand within brackets: numbers and ranges like 1-4 can",
				       describe(p, at));
	return fail(p, at, character_end(p->s, at), message);
}

static bool parse_number(struct parser *p, uint64_t *ret, uint8_t *ret_width)
{
	size_t start = p->at;
	while (is_digit(p->s[p->at]))
		p->at++;
	if (p->at - start > MAX_DIGITS)
		return fail(p, start, p->at,
			    arena_printf(p->arena, "a number within brackets has at most %d digits", MAX_DIGITS));
	*ret = read_number(p->s + start, p->at - start, ret_width);
	return true;
}

static bool fail_reversed(struct parser *p, size_t start, size_t dash)
{
	const char *first = p->s + start, *second = p->s + dash + 1;
	int first_n = (int)(dash - start), second_n = (int)(p->at - dash - 1);
	return fail(p, start, p->at,
		    arena_printf(p->arena, "the range %.*s-%.*s runs backwards: write %.*s-%.*s", first_n, first,
				 second_n, second, second_n, second, first_n, first));
}

/* Leading zeros of the first number pad the whole range, as Slurm's _parse_single_range() has it. */
static bool parse_range(struct parser *p, struct range *r)
{
	size_t start = p->at;
	char before = p->s[start - 1];
	if (p->s[p->at] == ',' || p->s[p->at] == ']')
		return fail(p, start - 1, start + 1,
			    arena_printf(p->arena, "a number is missing between `%c` and `%c`", before, p->s[start]));
	if (!is_digit(p->s[p->at]))
		return fail_in_range(p, start);
	if (!parse_number(p, &r->lo, &r->width))
		return false;
	r->hi = r->lo;
	if (p->s[p->at] != '-')
		return true;
	size_t dash = p->at++;
	uint8_t ignored;
	if (p->s[p->at] == ',' || p->s[p->at] == ']')
		return fail(p, dash, dash + 1, "a number is missing after this `-`");
	if (p->s[p->at] && !is_digit(p->s[p->at]))
		return fail_in_range(p, start);
	if (!parse_number(p, &r->hi, &ignored))
		return false;
	return r->hi >= r->lo || !is_digit(p->s[dash + 1]) ? true : fail_reversed(p, start, dash);
}

static void bracket_add(struct parser *p, struct bracket *b, const struct range *r)
{
	uint64_t limit = UINT64_MAX / 2, n = r->hi - r->lo + 1;
	unsigned digits = digits_of(r->hi);
	if (digits < r->width)
		digits = r->width;
	if (b->longest < digits)
		b->longest = digits;
	b->count = b->count + n > limit ? limit : b->count + n;
	*list_push(p->arena, &b->ranges) = *r;
}

static bool parse_bracket(struct parser *p, struct bracket *b)
{
	size_t open = p->at;
	do {
		struct range r = { 0 };
		p->at++;
		if (p->s[p->at] && !parse_range(p, &r))
			return false;
		if (!p->s[p->at])
			return fail(p, open, open + 1, "this `[` is never closed");
		bracket_add(p, b, &r);
	} while (p->s[p->at] == ',');
	if (p->s[p->at] != ']')
		return fail_in_range(p, open);
	p->at++;
	return true;
}

static bool parse_term(struct parser *p, struct term *t)
{
	for (;;) {
		t->suffix = p->s + p->at;
		while (is_text(p->s[p->at]))
			p->at++;
		t->suffix_n = (size_t)(p->s + p->at - t->suffix);
		if (p->s[p->at] != '[')
			return true;
		struct bracket *b = list_push(p->arena, &t->brackets);
		b->text = t->suffix;
		b->text_n = t->suffix_n;
		if (!parse_bracket(p, b))
			return false;
	}
}

static void skip_blanks(struct parser *p)
{
	while (is_blank(p->s[p->at]))
		p->at++;
}

/* Nothing between two commas, or a comma and an end; `comma` is the one before, if any. */
static bool fail_empty_term(struct parser *p, size_t comma, bool first)
{
	if (p->s[p->at] == ',')
		return fail(p, p->at, p->at + 1, "a name is missing before this comma");
	if (!first)
		return fail(p, comma, comma + 1, "a name is missing after this comma");
	return fail(p, 0, p->at, "an empty hostlist: write at least one name");
}

static bool parse_next(struct parser *p, struct hostlist *h)
{
	struct term t = { 0 };
	size_t start = p->at;
	if (!parse_term(p, &t))
		return false;
	size_t end = p->at;
	skip_blanks(p);
	if (p->s[p->at] && p->s[p->at] != ',') {
		if (p->at > end)
			p->at = end;
		return fail_in_text(p);
	}
	const char *limit = term_expand(h, &t);
	return limit ? fail(p, start, end, limit) : true;
}

bool hostlist_parse(struct arena *a, const char *expression, struct hostlist *ret, struct hostlist_error *ret_error)
{
	struct parser p = { a, expression, 0, ret_error };
	struct hostlist h;
	hostlist_init(&h, a);
	for (size_t comma = 0;; comma = p.at++) {
		skip_blanks(&p);
		if (!p.s[p.at] || p.s[p.at] == ',')
			return fail_empty_term(&p, comma, comma == 0);
		if (!parse_next(&p, &h))
			return false;
		if (!p.s[p.at])
			break;
	}
	*ret = h;
	return true;
}
