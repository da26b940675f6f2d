/* json.c: one value after the other; the open brackets lie on a stack of their own. */
#include "compiler/check/json.h"

#include <string.h>

struct json_reader {
	const char *s;
	size_t n, at;
	size_t open[JSON_DEPTH];
	size_t depth;
	struct json_fault *fault;
};

static bool fail(struct json_reader *r, size_t start, size_t end, const char *what, const char *help)
{
	*r->fault = (struct json_fault){ start, end < r->n ? end : r->n, what, help, r->n };
	return false;
}

static int peek(const struct json_reader *r)
{
	return r->at < r->n ? (unsigned char)r->s[r->at] : -1;
}

static bool is_one_of(int c, const char *set)
{
	return c > 0 && strchr(set, c);
}

static void skip_blanks(struct json_reader *r)
{
	while (is_one_of(peek(r), " \t\r\n"))
		r->at++;
}

static bool is_word(int c)
{
	return c == '_' || c == '.' || c == '-' || c == '+' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

/* What stands where a value, a key or a comma should. */
static bool unexpected(struct json_reader *r, const char *what, const char *help)
{
	size_t end = r->at + 1;
	if (r->at >= r->n) {
		size_t last = r->n;
		while (last && is_one_of((unsigned char)r->s[last - 1], " \t\r\n"))
			last--;
		fail(r, last ? last - 1 : 0, last,
		     r->depth ? "the text ends here, and a bracket is open" : "there is nothing in it",
		     r->depth ? "close it" : "write {} for an empty object");
		r->fault->opened = r->depth ? r->open[r->depth - 1] : r->n;
		return false;
	}
	if (peek(r) == '#' || (peek(r) == '/' && r->at + 1 < r->n && strchr("/*", r->s[r->at + 1])))
		return fail(r, r->at, end + (peek(r) == '/'), "JSON has no comments", "leave it out");
	if (peek(r) == '\'')
		return fail(r, r->at, end, "JSON quotes with \" alone", "write \" instead");
	while (end < r->n && is_word((unsigned char)r->s[r->at]) && is_word((unsigned char)r->s[end]))
		end++;
	return fail(r, r->at, end, what, help);
}

static bool read_escape(struct json_reader *r)
{
	size_t start = r->at++;
	if (is_one_of(peek(r), "\"\\/bfnrt")) {
		r->at++;
		return true;
	}
	if (peek(r) != 'u')
		return fail(r, start, r->at + 1, "no escape that JSON knows", "write \\\\ for a backslash");
	r->at++;
	for (int i = 0; i < 4; i++, r->at++)
		if (!is_one_of(peek(r), "0123456789abcdefABCDEF"))
			return fail(r, start, r->at, "\\u wants four hexadecimal digits", NULL);
	return true;
}

static bool read_string(struct json_reader *r)
{
	size_t start = r->at++;
	for (int c; (c = peek(r)) != '"';) {
		if (c < 0 || c == '\n')
			return fail(r, start, start + 1, "the text in quotes does not end on its line",
				    "close it with \", and write \\n for a line break");
		if (c < 0x20)
			return fail(r, r->at, r->at + 1, "a control character within quotes",
				    "write it as an escape such as \\t");
		if (c != '\\')
			r->at++;
		else if (!read_escape(r))
			return false;
	}
	r->at++;
	return true;
}

static size_t skip_digits(struct json_reader *r)
{
	size_t start = r->at;
	while (is_one_of(peek(r), "0123456789"))
		r->at++;
	return r->at - start;
}

static bool read_number(struct json_reader *r)
{
	size_t start = r->at;
	bool fine;
	if (peek(r) == '-')
		r->at++;
	bool zero = peek(r) == '0';
	size_t whole = skip_digits(r);
	fine = whole && !(zero && whole > 1);
	if (fine && peek(r) == '.') {
		r->at++;
		fine = skip_digits(r) > 0;
	}
	if (fine && is_one_of(peek(r), "eE")) {
		r->at++;
		if (is_one_of(peek(r), "+-"))
			r->at++;
		fine = skip_digits(r) > 0;
	}
	if (fine && !is_word(peek(r)))
		return true;
	r->at = start;
	return unexpected(r, "no number as JSON writes it", "quote it if it is text");
}

static bool read_literal(struct json_reader *r)
{
	static const char *const words[] = { "true", "false", "null" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);
		if (r->n - r->at >= n && memcmp(r->s + r->at, words[i], n) == 0 &&
		    !(r->at + n < r->n && is_word((unsigned char)r->s[r->at + n]))) {
			r->at += n;
			return true;
		}
	}
	return unexpected(r, "a value should stand here",
			  "text wants double quotes; other words are true, false and null");
}

static bool read_scalar(struct json_reader *r)
{
	if (peek(r) == '"')
		return read_string(r);
	return is_one_of(peek(r), "-0123456789") ? read_number(r) : read_literal(r);
}

/* "key": */
static bool read_key(struct json_reader *r)
{
	if (peek(r) != '"')
		return unexpected(r, "a key in double quotes should stand here", "write \"key\": value");
	if (!read_string(r))
		return false;
	skip_blanks(r);
	if (peek(r) != ':')
		return unexpected(r, "a colon should stand here, between key and value", "write \"key\": value");
	r->at++;
	skip_blanks(r);
	return true;
}

static char opened(const struct json_reader *r)
{
	return r->depth ? r->s[r->open[r->depth - 1]] : '\0';
}

static bool closes(const struct json_reader *r)
{
	return (opened(r) == '{' && peek(r) == '}') || (opened(r) == '[' && peek(r) == ']');
}

/* Behind a value: what closes, then a comma, or the end of all. *ret_more: another value follows. */
static bool read_behind(struct json_reader *r, bool *ret_more)
{
	for (skip_blanks(r); closes(r); skip_blanks(r)) {
		r->at++;
		r->depth--;
	}
	*ret_more = r->depth;
	if (!r->depth)
		return r->at == r->n || unexpected(r, "the text should end here", "one file holds one value");
	size_t comma = r->at;
	if (peek(r) != ',')
		return unexpected(
			r, opened(r) == '{' ? "a comma or } should stand here" : "a comma or ] should stand here",
			NULL);
	r->at++;
	skip_blanks(r);
	if (closes(r))
		return fail(r, comma, comma + 1, "a comma stands behind the last item", "leave it out");
	return opened(r) != '{' || read_key(r);
}

/* Opens what begins here; *ret_empty: and closes at once. */
static bool read_open(struct json_reader *r, bool *ret_empty)
{
	if (r->depth == JSON_DEPTH)
		return fail(r, r->at, r->at + 1, "too many brackets in each other", NULL);
	r->open[r->depth++] = r->at++;
	skip_blanks(r);
	*ret_empty = closes(r);
	return *ret_empty || opened(r) != '{' || read_key(r);
}

bool json_reads(const char *s, size_t n, struct json_fault *ret)
{
	struct json_reader r = { .s = s, .n = n, .fault = ret };
	if (n >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0)
		return fail(&r, 0, 3, "a byte order mark stands in front of it", "save the file as UTF-8 without one");
	skip_blanks(&r);
	for (bool more = true; more;) {
		bool whole = true;
		if (is_one_of(peek(&r), "{[")) {
			if (!read_open(&r, &whole))
				return false;
		} else if (!read_scalar(&r)) {
			return false;
		}
		if (whole && !read_behind(&r, &more))
			return false;
	}
	return true;
}

/* ---- members whose value is text */

/* Behind the closing quote of the text that begins at `at`. */
static size_t text_end(const char *s, size_t n, size_t at)
{
	for (at++; at < n && s[at] != '"'; at++)
		at += s[at] == '\\';
	return at < n ? at + 1 : n;
}

static size_t blanks_end(const char *s, size_t n, size_t at)
{
	while (at < n && is_one_of((unsigned char)s[at], " \t\r\n"))
		at++;
	return at;
}

bool json_next_text(const char *s, size_t n, size_t *at, struct json_member *ret)
{
	while (*at < n) {
		if (s[*at] != '"') {
			(*at)++;
			continue;
		}
		size_t key = *at, behind = text_end(s, n, key), colon = blanks_end(s, n, behind);
		*at = behind;
		if (colon >= n || s[colon] != ':')
			continue;
		size_t value = blanks_end(s, n, colon + 1);
		*at = value;
		if (value >= n || s[value] != '"')
			continue;
		*at = text_end(s, n, value);
		*ret = (struct json_member){ key + 1, behind - 1, value + 1, *at - 1 };
		return true;
	}
	return false;
}
