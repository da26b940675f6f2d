/*
 * Runs go into a list here, and nowhere else: canonical, and joined to the last one where they follow it.
 */
#include "compiler/hostlist/run.h"

#include <string.h>

uint64_t power_of_ten(unsigned n)
{
	if (n > 19)
		return UINT64_MAX;
	uint64_t p = 1;
	while (n--)
		p *= 10;
	return p;
}

unsigned digits_of(uint64_t number)
{
	unsigned n = 1;
	while (number /= 10)
		n++;
	return n;
}

size_t put_number(char *out, uint64_t number, unsigned width)
{
	unsigned n = digits_of(number);
	if (n < width)
		n = width;
	for (unsigned i = n; i--; number /= 10)
		out[i] = (char)('0' + number % 10);
	return n;
}

void run_name(const struct hostrun *r, uint64_t i, struct text *t)
{
	text_add(t, r->prefix);
	if (r->numbered)
		text_addu(t, r->lo + i, r->width);
	text_add(t, r->suffix);
}

size_t trailing_digits(const char *s, size_t n)
{
	size_t digits = 0;
	while (digits < n && is_digit(s[n - 1 - digits]))
		digits++;
	return digits;
}

uint64_t read_number(const char *s, size_t n, uint8_t *ret_width)
{
	uint64_t number = 0;
	for (size_t i = 0; i < n; i++)
		number = number * 10 + (uint64_t)(s[i] - '0');
	*ret_width = n > 1 && s[0] == '0' ? (uint8_t)n : 0;
	return number;
}

void hostlist_init(struct hostlist *h, struct arena *a)
{
	*h = (struct hostlist){ .arena = a };
}

static bool same(const char *a, const char *b)
{
	return a == b || strcmp(a, b) == 0;
}

/* Adds a run that is canonical already. */
static void push(struct hostlist *h, const struct hostrun *r)
{
	h->count += run_count(r);
	struct hostrun *last = h->runs.n ? &h->runs.v[h->runs.n - 1] : NULL;
	if (last && r->numbered && last->numbered && last->hi + 1 == r->lo && last->width == r->width &&
	    same(last->prefix, r->prefix) && same(last->suffix, r->suffix))
		last->hi = r->hi;
	else
		*list_push(h->arena, &h->runs) = *r;
}

/* The text s[0..n-1] as a string of the list's; neighbours mostly share theirs. */
static const char *prefix_string(struct hostlist *h, const char *s, size_t n)
{
	const char *last = h->runs.n ? h->runs.v[h->runs.n - 1].prefix : NULL;
	if (last && strncmp(last, s, n) == 0 && last[n] == '\0')
		return last;
	return arena_strndup(h->arena, s, n);
}

void hostlist_add_name(struct hostlist *h, const char *name)
{
	size_t n = strlen(name), digits = trailing_digits(name, n);
	struct hostrun r = { .suffix = "" };
	if (digits && digits <= MAX_DIGITS) {
		r.numbered = true;
		r.lo = r.hi = read_number(name + n - digits, digits, &r.width);
		n -= digits;
	}
	r.prefix = prefix_string(h, name, n);
	push(h, &r);
}

static void push_each(struct hostlist *h, const struct hostrun *r)
{
	struct text name;
	text_init(&name, h->arena);
	for (uint64_t i = 0; i < run_count(r); i++) {
		name.n = 0;
		run_name(r, i, &name);
		hostlist_add_name(h, name.s);
	}
}

/* `c1[0-9]` is c[10-19], and `n0[1-2]` is n[01-02]: the digits before the bracket belong to the number. All numbers of
 * `r` are written with `length` digits. */
static void push_absorbed(struct hostlist *h, const struct hostrun *r, unsigned length)
{
	size_t n = strlen(r->prefix), tail = trailing_digits(r->prefix, n);
	if (tail + length > MAX_DIGITS) {
		push_each(h, r);
		return;
	}
	struct hostrun whole = *r;
	if (tail) {
		uint8_t width;
		const char *digits = r->prefix + n - tail;
		uint64_t shifted = read_number(digits, tail, &width) * power_of_ten(length);
		whole.lo += shifted;
		whole.hi += shifted;
		whole.width = *digits == '0' ? (uint8_t)(tail + length) : 0;
		whole.prefix = prefix_string(h, r->prefix, n - tail);
	}
	push(h, &whole);
}

void hostlist_add_run(struct hostlist *h, const struct hostrun *run)
{
	if (!run->numbered) {
		hostlist_add_name(h, run->prefix);
		return;
	}
	size_t n = strlen(run->prefix);
	bool absorbs = trailing_digits(run->prefix, n) > 0;
	struct hostrun piece = *run;
	for (uint64_t lo = run->lo;;) {
		/* Padded while shorter than the width; and where digits stand before it, one length at a time. */
		unsigned length = digits_of(lo);
		bool padded = length < run->width;
		if (padded)
			length = run->width;
		uint64_t end = run->hi;
		if (padded && end >= power_of_ten(length - 1))
			end = power_of_ten(length - 1) - 1;
		else if (absorbs && end >= power_of_ten(length))
			end = power_of_ten(length) - 1;
		piece.lo = lo;
		piece.hi = end;
		piece.width = padded ? run->width : 0;
		push_absorbed(h, &piece, length);
		if (end == run->hi)
			return;
		lo = end + 1;
	}
}

void hostlist_add(struct hostlist *h, const struct hostlist *more)
{
	for (size_t i = 0; i < more->runs.n; i++)
		push(h, &more->runs.v[i]);
}
