#include "compiler/base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

void text_init(struct text *t, struct arena *a)
{
	t->arena = a;
	t->cap = 64;
	t->n = 0;
	t->s = arena_alloc(a, t->cap);
}

static void text_reserve(struct text *t, size_t more)
{
	if (t->n + more + 1 <= t->cap)
		return;
	size_t cap = t->cap * 2;
	while (cap < t->n + more + 1)
		cap *= 2;
	t->s = arena_grow(t->arena, t->s, t->cap, cap);
	t->cap = cap;
}

void text_addn(struct text *t, const char *s, size_t n)
{
	text_reserve(t, n);
	memcpy(t->s + t->n, s, n);
	t->n += n;
	t->s[t->n] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_addn(t, s, strlen(s));
}

void text_addc(struct text *t, char c)
{
	text_addn(t, &c, 1);
}

void text_addu(struct text *t, uint64_t value, int width)
{
	char digits[32];
	int n = 0;
	do
		digits[sizeof(digits) - 1 - (size_t)n++] = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	while (n < width && n < (int)sizeof(digits))
		digits[sizeof(digits) - 1 - (size_t)n++] = '0';
	text_addn(t, digits + sizeof(digits) - n, (size_t)n);
}

void text_addf(struct text *t, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	if (!format)
		format = ""; /* never so; gcc's sanitizers want to be told */
	text_reserve(t, 128);
	size_t room = t->cap - t->n;
	int n = vsnprintf(t->s + t->n, room, format, args);
	if ((size_t)n >= room) {
		text_reserve(t, (size_t)n);
		vsnprintf(t->s + t->n, (size_t)n + 1, format, again);
	}
	t->n += (size_t)n;
	va_end(again);
	va_end(args);
}

void text_join(struct text *t, size_t start, const char *separator, const char *s)
{
	if (t->n > start)
		text_add(t, separator);
	text_add(t, s);
}

bool text_equal(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool text_equal_nocase(const char *a, const char *b)
{
	return a == b || (a && b && strcasecmp(a, b) == 0);
}

bool text_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);
	return n >= m && memcmp(s + n - m, suffix, m) == 0;
}
