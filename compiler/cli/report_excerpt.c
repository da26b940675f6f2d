/*
 * A line of the user's and the marks under it. Looks at no more of the line than it prints.
 */
#include "compiler/cli/report_parts.h"

#include "compiler/slurm/fact.h"
#include <string.h>

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

/* ---- passwords: what a terminal shows ends in logs that many read */

static bool is_key_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

/* A password's key, or what was meant to be one. */
static bool is_secret_key(const char *line, size_t start, size_t end)
{
	static const enum slurm_file files[] = { SLURMDBD_CONF, SLURM_CONF, ACCT_GATHER_CONF };
	char key[64];
	size_t n = end - start;
	if (n < 4 || n >= sizeof(key))
		return false;
	memcpy(key, line + start, n);
	key[n] = '\0';
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (fact_find(files[i], SECTION_GLOBAL, key))
			return fact_is_secret(key);
		/* A key of a spec: it names a secret, and holds none. */
		if (line[end] == ':' && line[start] >= 'a' && line[start] <= 'z')
			continue;
		const char *meant = fact_suggest(files[i], SECTION_GLOBAL, RELEASE_COUNT - 1, key);
		if (meant && fact_is_secret(meant))
			return true;
	}
	return false;
}

/* Where the rest of a line is hidden: behind the first key that is a password's, to the line's end, since a value with
 * blanks and no quotes is a password too. `size`: nowhere. A path is none. */
static size_t hidden_from(const char *line, size_t size)
{
	enum { FAR = 4096 }; /* keys of passwords begin their lines */
	size_t start = 0, end;
	while (start < size && start < FAR && strchr(" \t\"'#-", line[start]))
		start++;
	for (end = start; end < size && end < FAR && is_key_byte(line[end]);)
		end++;
	if (end >= size || !is_secret_key(line, start, end))
		return size;
	while (end < size && strchr(" \t=:+", line[end]))
		end++;
	return end < size && line[end] == '/' ? size : end;
}

static bool goes_on(const char *line, size_t size)
{
	while (size > 0 && strchr(" \t\r", line[size - 1]))
		size--;
	return size > 0 && line[size - 1] == '\\';
}

/* The same for a line that a backslash joins to those before it. */
static size_t secret_from(const struct source *src, uint32_t number, const char *line, size_t size)
{
	enum { LINES = 64 };
	size_t n;
	const char *before;
	for (uint32_t at = number; at > 1 && number - at < LINES; at--) {
		before = source_line(src, at - 1, &n);
		if (!goes_on(before, n))
			break;
		if (hidden_from(before, n) < n)
			return 0;
	}
	return hidden_from(line, size);
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
	size_t secret = secret_from(src, place.line, line, size);
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
		if (at >= secret) {
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
