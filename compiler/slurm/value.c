#include "compiler/slurm/value.h"

#include <string.h>
#include <strings.h>

#include "compiler/base/text.h"

static bool is_infinite(const char *s)
{
	return text_equal_nocase(s, "INFINITE") || text_equal_nocase(s, "UNLIMITED");
}

/* The value of a digit in any base up to 16, or 16. */
static unsigned digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : 16;
}

/* Digits of a base; *s moves behind them. False if there are none or they overflow. */
static bool take_digits(const char **s, unsigned base, uint64_t *ret)
{
	uint64_t n = 0;
	const char *start = *s;
	for (unsigned d; (d = digit_value(**s)) < base; (*s)++) {
		if (n >> 58 && n > (UINT64_MAX - d) / base)
			return false;
		n = n * base + d;
	}
	*ret = n;
	return *s > start;
}

bool slurm_number_octal(const char *value)
{
	return value[0] == '0' && value[1] >= '0' && value[1] <= '7';
}

bool slurm_number(const char *value, uint64_t *ret)
{
	if (digit_value(*value) >= 10 && is_infinite(value)) {
		*ret = SLURM_INFINITE;
		return true;
	}
	const char *s = value;
	unsigned base = 10;
	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	} else if (s[0] == '0') {
		base = 8;
	}
	uint64_t n;
	if (!take_digits(&s, base, &n))
		return false;
	if (*s == 'k' || *s == 'K') {
		if (n > UINT64_MAX / 1024)
			return false;
		n *= 1024;
		s++;
	}
	if (*s || n == SLURM_INFINITE)
		return false;
	*ret = n;
	return true;
}

bool slurm_bool(const char *value, bool *ret)
{
	static const char *const words[] = { "no", "yes", "down", "up", "false", "true", "0", "1" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (text_equal_nocase(value, words[i])) {
			*ret = i % 2;
			return true;
		}
	}
	return false;
}

/* By hand, not by strtof(): that one depends on the locale and takes "nan" and "0x1p3". */
bool slurm_float_valid(const char *value)
{
	if (is_infinite(value))
		return true;
	const char *s = value + (*value == '-' || *value == '+');
	size_t whole = strspn(s, "0123456789"), part = 0;
	s += whole;
	if (*s == '.') {
		part = strspn(s + 1, "0123456789");
		s += 1 + part;
	}
	if (whole + part == 0)
		return false;
	if (*s == 'e' || *s == 'E') {
		s += 1 + (s[1] == '-' || s[1] == '+');
		size_t exponent = strspn(s, "0123456789");
		if (exponent == 0)
			return false;
		s += exponent;
	}
	return *s == '\0';
}

bool slurm_minutes(const char *value, uint32_t *ret)
{
	/* Seconds that a number at each place stands for, by how many numbers follow the days, if there are any. */
	static const uint64_t plain[][3] = { { 60 }, { 60, 1 }, { 3600, 60, 1 } };
	static const uint64_t after_days[] = { 86400, 3600, 60, 1 };

	if (is_infinite(value) || strcmp(value, "-1") == 0) {
		*ret = SLURM_INFINITE_MINUTES;
		return true;
	}
	uint64_t numbers[4], seconds = 0;
	size_t n = 0;
	bool days = false;
	for (const char *s = value;; s++) {
		if (n == 4 || !take_digits(&s, 10, &numbers[n]))
			return false;
		n++;
		if (*s == '\0')
			break;
		days = days || *s == '-';
		if (*s != (n == 1 && days ? '-' : ':'))
			return false;
	}
	if (!days && n > 3)
		return false;
	const uint64_t *units = days ? after_days : plain[n - 1];
	for (size_t i = 0; i < n; i++) {
		if (numbers[i] > INT32_MAX / units[i])
			return false;
		seconds += numbers[i] * units[i];
	}
	/* Slurm counts in an int and would overflow in silence. */
	if (seconds > INT32_MAX)
		return false;
	*ret = (uint32_t)((seconds + 59) / 60);
	return true;
}

bool slurm_gres_count(const char *value, uint64_t *ret)
{
	static const char letters[] = "kmgtp";
	uint64_t n, unit = 1;
	const char *s = value;
	if (!take_digits(&s, 10, &n))
		return false;
	if (*s) {
		char low[2] = { *s >= 'A' && *s <= 'Z' ? (char)(*s - 'A' + 'a') : *s, '\0' };
		const char *at = strchr(letters, low[0]);
		bool thousands = text_equal_nocase(s + 1, "b");
		if (!at || !(thousands || s[1] == '\0' || text_equal_nocase(s + 1, "ib")))
			return false;
		for (const char *l = letters; l <= at; l++)
			unit *= thousands ? 1000 : 1024;
	}
	if (n > UINT64_MAX / unit)
		return false;
	*ret = n * unit;
	return true;
}

/* Parses one item, cutting `item` up in place. Says what is wrong, or NULL. */
static const char *parse_item(char *item, struct gres_item *ret)
{
	*ret = (struct gres_item){ .name = item, .count = 1 };
	char *paren = strchr(item, '(');
	if (paren) {
		char *end = strchr(paren, ')');
		if (!end || end[1])
			return "unbalanced parentheses";
		*end = '\0';
		*paren = '\0';
		ret->sockets = paren + 1;
	}
	char *rest = strchr(item, ':');
	if (rest)
		*rest++ = '\0';
	if (!*item)
		return "a name is missing";
	while (rest) {
		char *part = rest;
		rest = strchr(part, ':');
		if (rest)
			*rest++ = '\0';
		if (!*part)
			return "an empty part";
		if (!rest && *part >= '0' && *part <= '9') {
			if (!slurm_gres_count(part, &ret->count))
				return "a bad count (a type that begins with a digit needs a count after it)";
		} else if (strcmp(part, "no_consume") == 0) {
			ret->no_consume = true;
		} else if (ret->type || ret->no_consume) {
			return "too many parts";
		} else {
			ret->type = part;
		}
	}
	return NULL;
}

bool slurm_gres_parse(struct arena *a, const char *value, struct gres_items *ret, const char **ret_error)
{
	struct gres_items items = { 0 };
	for (char *rest = *value ? arena_strdup(a, value) : NULL; rest;) {
		char *item = rest;
		rest = strchr(item, ',');
		if (rest)
			*rest++ = '\0';
		const char *error = parse_item(item, list_push(a, &items.list));
		if (error) {
			*ret_error = error;
			return false;
		}
	}
	*ret = items;
	return true;
}
