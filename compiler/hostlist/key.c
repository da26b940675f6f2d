#include "compiler/hostlist/key.h"

#include <string.h>

void key_of_name(const char *name, struct hostkey *ret)
{
	size_t end = strlen(name);
	*ret = (struct hostkey){ .prefix = name, .prefix_n = end, .suffix = name + end };
	while (end && !is_digit(name[end - 1]))
		end--;
	size_t digits = trailing_digits(name, end);
	if (!digits || digits > MAX_DIGITS)
		return;
	ret->prefix_n = end - digits;
	ret->suffix = name + end;
	ret->lo = ret->hi = read_number(name + ret->prefix_n, digits, &ret->width);
	ret->numbered = true;
}

/* The groups of digits at a and b: by value, so by length once leading zeros are passed. */
static int compare_digits(const char **a, const char *a_end, const char **b, const char *b_end)
{
	size_t n = 0, m = 0;
	while (*a < a_end && **a == '0')
		(*a)++;
	while (*b < b_end && **b == '0')
		(*b)++;
	while (*a + n < a_end && is_digit((*a)[n]))
		n++;
	while (*b + m < b_end && is_digit((*b)[m]))
		m++;
	if (n != m)
		return n < m ? -1 : 1;
	int order = memcmp(*a, *b, n);
	*a += n;
	*b += n;
	return order;
}

static int compare_natural(const char *a, size_t a_n, const char *b, size_t b_n)
{
	if (a_n == b_n && (a == b || memcmp(a, b, a_n) == 0))
		return 0;
	const char *p = a, *p_end = a + a_n, *q = b, *q_end = b + b_n;
	while (p < p_end && q < q_end) {
		int order;
		if (is_digit(*p) && is_digit(*q))
			order = compare_digits(&p, p_end, &q, q_end);
		else
			order = (unsigned char)*p++ - (unsigned char)*q++;
		if (order)
			return order;
	}
	if (p < p_end || q < q_end)
		return p < p_end ? 1 : -1;
	/* Alike but for leading zeros: by bytes. */
	int order = memcmp(a, b, a_n < b_n ? a_n : b_n);
	return order ? order : a_n < b_n ? -1 : 1;
}

int key_compare_group(const struct hostkey *a, const struct hostkey *b)
{
	int order = compare_natural(a->prefix, a->prefix_n, b->prefix, b->prefix_n);
	if (!order)
		order = a->numbered - b->numbered;
	if (!order && a->suffix != b->suffix)
		order = strcmp(a->suffix, b->suffix);
	return order ? order : a->width - b->width;
}

static bool has_digit(const char *s)
{
	return s[strcspn(s, "0123456789")] != '\0';
}

bool keywalk_next(struct keywalk *w, struct hostkey *ret, struct hostrun *ret_run)
{
	if (w->run >= w->list->runs.n)
		return false;
	const struct hostrun *r = &w->list->runs.v[w->run];
	*ret_run = *r;
	if (r->numbered && has_digit(r->suffix)) {
		ret_run->lo = ret_run->hi = r->lo + w->at;
		struct text name;
		text_init(&name, w->arena);
		run_name(r, w->at, &name);
		key_of_name(name.s, ret);
		if (++w->at < run_count(r))
			return true;
	} else if (r->numbered) {
		*ret = (struct hostkey){ r->prefix, strlen(r->prefix), r->suffix, r->lo, r->hi, r->width, true };
	} else {
		key_of_name(r->prefix, ret);
	}
	w->at = 0;
	w->run++;
	return true;
}
