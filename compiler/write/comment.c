#include "compiler/write/comment.h"

#include <string.h>

/* How many bytes of line end stand here. */
static size_t line_end(const char *s)
{
	static const char *const ends[] = { "\r\n", "\n", "\r", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9" };
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (text_starts(s, ends[i]))
			return strlen(ends[i]);
	return 0;
}

/* One character, or a byte of one; gives what comes after it. */
static const char *add_character(struct text *out, const char *s)
{
	unsigned char c = (unsigned char)s[0], next = (unsigned char)s[1];
	if ((c < ' ' && c != '\t') || c == 0x7f) {
		text_addf(out, "\\x%02x", (unsigned)c);
		return s + 1;
	}
	if (c == 0xc2 && next >= 0x80 && next < 0xa0) { /* U+0080 to U+009F */
		text_addf(out, "\\x%02x", (unsigned)next);
		return s + 2;
	}
	text_addc(out, s[0]);
	return s + 1;
}

void comment_add(struct text *out, const char *mark, const char *lines)
{
	while (lines && *lines) {
		text_add(out, mark);
		if (!line_end(lines))
			text_addc(out, ' ');
		while (*lines && !line_end(lines))
			lines = add_character(out, lines);
		text_addc(out, '\n');
		lines += line_end(lines);
	}
}
