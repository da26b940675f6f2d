/*
 * A line of the user's and the marks under it. Looks at no more of the line than it prints.
 */
#include "compiler/cli/report_parts.h"

#include <string.h>
#include <strings.h>

static const char INDENT[] = "    ";
static const char CUT[] = "…"; /* one column */

/* The bytes of a line that are shown. */
struct window {
	size_t start, end;
	bool cut_before, cut_after;
};

static bool continues(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* At most `n` characters back from `at`; says by *ret_n how many there were. */
static size_t back(const char *line, size_t at, unsigned n, unsigned *ret_n)
{
	unsigned went = 0;
	while (at > 0 && went < n) {
		for (at--; at > 0 && continues(line[at]); at--)
			;
		went++;
	}
	*ret_n = went;
	return at;
}

static size_t forth(const char *line, size_t at, size_t size, unsigned n)
{
	for (; at < size && n > 0; n--)
		for (at++; at < size && continues(line[at]); at++)
			;
	return at;
}

/* All of a short line; of a long one its beginning when the place is near it, otherwise a third of the
 * width before the place and the rest behind it. */
static struct window find_window(const char *line, size_t size, size_t at, unsigned width)
{
	unsigned before;
	struct window w = { .start = back(line, at, width / 3 * 2, &before) };
	if (w.start > 0)
		w.start = back(line, at, width / 3, &before);
	w.end = forth(line, at, size, width - before);
	w.cut_before = w.start > 0;
	w.cut_after = w.end < size;
	return w;
}

/* What stands under a character: a blank (or its own tab) before the span, ^ at its begin, ~ along it. */
static void add_marks(struct text *marks, bool before, bool *first, unsigned columns)
{
	for (unsigned i = 0; i < columns; i++) {
		text_addc(marks, before ? ' ' : *first ? '^' : '~');
		*first = *first && before;
	}
}

/* ---- passwords: a terminal's lines end in logs that many read */

static bool ends_in_pass(const char *line, size_t end)
{
	static const char *const words[] = { "pass", "password" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);
		if (end >= n && strncasecmp(line + end - n, words[i], n) == 0)
			return true;
	}
	return false;
}

/* The value of KEY=VALUE when the key ends in "Pass" or "Password" and '=' stands at `equals`. A path is no password.
 */
static struct window secret_at(const char *line, size_t size, size_t equals)
{
	struct window none = { 0 }, w = none;
	size_t key = equals;
	while (key > 0 && strchr(" \t+", line[key - 1]))
		key--;
	if (!ends_in_pass(line, key))
		return none;
	for (w.start = equals + 1; w.start < size && strchr(" \t", line[w.start]);)
		w.start++;
	if (w.start < size && line[w.start] == '/')
		return none;
	/* In quotes there may be blanks. */
	const char *quote =
		w.start < size && line[w.start] == '"' ? memchr(line + w.start + 1, '"', size - w.start - 1) : NULL;
	if (quote)
		w.end = (size_t)(quote - line) + 1;
	else
		for (w.end = w.start; w.end < size && !strchr(" \t\r", line[w.end]);)
			w.end++;
	return w;
}

/* The first secret that ends behind `at`; none: end 0. */
static struct window next_secret(const char *line, size_t size, size_t at)
{
	enum { BEFORE = 4096 }; /* no further back than any password is long */
	size_t from = at > BEFORE ? at - BEFORE : 0;
	for (const char *e; (e = memchr(line + from, '=', size - from)); from = (size_t)(e - line) + 1) {
		struct window w = secret_at(line, size, (size_t)(e - line));
		if (w.end > at)
			return w;
	}
	return (struct window){ 0 };
}

void report_excerpt(struct text *t, const struct source *src, struct span span, unsigned width, const char *mark,
		    const char *end_mark)
{
	if (src->size == 0)
		return;
	struct position place = source_position(src, span.start);
	size_t size;
	const char *line = source_line(src, place.line, &size);
	size_t start = span.start - (size_t)(line - src->bytes), end = span.end - (size_t)(line - src->bytes);
	if (start > size)
		start = size; /* at the line break itself */
	if (end < start)
		end = start;
	struct window w = find_window(line, size, start, width ? width : REPORT_WIDTH);
	struct window secret = next_secret(line, w.end, w.start);
	struct text marks;
	text_init(&marks, t->arena);
	bool first = true;

	text_addf(t, "%s%s", INDENT, w.cut_before ? CUT : "");
	text_addf(&marks, "%s%s", INDENT, w.cut_before ? " " : "");
	for (size_t at = w.start; at < w.end;) {
		unsigned columns = 1;
		if (line[at] == '\t' && at != start) { /* a tab that is itself the matter is shown as \t */
			text_addc(t, '\t');
			if (at++ < end)
				text_addc(&marks, '\t');
			continue;
		}
		size_t here = at;
		if (secret.end && at >= secret.end)
			secret = next_secret(line, w.end, at);
		if (secret.end && at >= secret.start) {
			text_addc(t, '*');
			at = forth(line, at, size, 1);
		} else {
			at += report_character(t, line + at, size - at, &columns);
		}
		if (here < end)
			add_marks(&marks, here < start, &first, columns);
	}
	if (first)
		text_addc(&marks, '^'); /* an empty span, or one behind the line's end */
	text_addf(t, "%s\n", w.cut_after ? CUT : "");
	text_addf(t, "%s%s%s\n", mark, marks.s, end_mark);
}
