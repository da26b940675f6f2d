/*
 * What no reader should ever see. libyaml refuses some of these bytes itself, without a line; others (U+0085,
 * U+2028, a lone CR) it takes for line breaks, after which its lines are not an editor's; and a NUL
 * ends every C string. So they are refused here, at their byte.
 */
#include "compiler/source/diag.h"
#include "compiler/source/source.h"

#include <string.h>

struct hygiene {
	const struct source *source;
	struct diags *diags;
	struct diag *last;
	size_t found;
};

static struct span place(const struct source *s, uint32_t start, uint32_t size)
{
	return (struct span){ .source = s->id, .start = start, .end = start + size };
}

/* Counts a finding; says whether it is still to be reported. */
static bool report_it(struct hygiene *h)
{
	return ++h->found <= HYGIENE_LIMIT;
}

static void not_utf8(struct hygiene *h, uint32_t at)
{
	if (!report_it(h))
		return;
	h->last = diag_error(h->diags, "not-utf8", place(h->source, at, 1),
			     "byte 0x%02X is not UTF-8; save the file as UTF-8", (unsigned char)h->source->bytes[at]);
}

static void control(struct hygiene *h, uint32_t at, uint32_t size, const char *what, const char *help)
{
	if (!report_it(h))
		return;
	h->last = diag_error(h->diags, "control-character", place(h->source, at, size), "%s is not allowed here", what);
	diag_help(h->diags, h->last, "%s", help);
}

static void check_ascii(struct hygiene *h, uint32_t at)
{
	const struct source *s = h->source;
	unsigned char c = (unsigned char)s->bytes[at];
	if ((c >= 0x20 && c != 0x7F) || c == '\t' || c == '\n')
		return;
	if (c == '\r') {
		if (at + 1 >= s->size || s->bytes[at + 1] != '\n')
			control(h, at, 1, "a carriage return (0x0D) without a newline",
				"end lines with a newline (LF, or CR LF)");
		return;
	}
	control(h, at, 1, arena_printf(h->diags->arena, c ? "the control character 0x%02X" : "a NUL byte (0x%02X)", c),
		"remove it; in a value, write it as an escape in double quotes");
}

static void check_code(struct hygiene *h, uint32_t at, uint32_t size, uint32_t code)
{
	struct arena *a = h->diags->arena;
	if (code == 0x85 || code == 0x2028 || code == 0x2029)
		control(h, at, size, arena_printf(a, "U+%04X, a line break that editors do not count,", (unsigned)code),
			"end lines with a newline (LF, or CR LF)");
	else if (code == 0xFEFF)
		control(h, at, size, "a byte order mark (U+FEFF) inside the text",
			"remove it: it is invisible, and often left by joining files");
	else if (code < 0xA0 || code == 0xFFFE || code == 0xFFFF)
		control(h, at, size, arena_printf(a, "the control character U+%04X", (unsigned)code),
			"remove it; in a value, write it as an escape in double quotes");
}

/* UTF-16 and UTF-32 by their byte order mark; UTF-16 without one by the NUL in every other of its first bytes,
 * as text that begins in ASCII has it. */
static const char *other_encoding(const struct source *s)
{
	const char *b = s->bytes;
	if (s->size >= 4 && (memcmp(b, "\xFF\xFE\0\0", 4) == 0 || memcmp(b, "\0\0\xFE\xFF", 4) == 0))
		return "UTF-32";
	if (s->size >= 2 && (memcmp(b, "\xFF\xFE", 2) == 0 || memcmp(b, "\xFE\xFF", 2) == 0))
		return "UTF-16";
	if (s->size < 4 || s->size % 2)
		return NULL;
	bool first = !b[0] && !b[2], second = !b[1] && !b[3];
	return first != second && (first ? b[1] && b[3] : b[0] && b[2]) ? "UTF-16" : NULL;
}

bool source_check(const struct sources *s, const struct source *src, struct diags *d)
{
	(void)s;
	const char *other = other_encoding(src);
	if (other) {
		diag_error(d, "not-utf8", place(src, 0, 2), "this file is %s; save the file as UTF-8", other);
		return false;
	}
	struct hygiene h = { .source = src, .diags = d };
	for (uint32_t at = 0; at < src->size;) {
		if ((unsigned char)src->bytes[at] < 0x80) {
			check_ascii(&h, at++);
			continue;
		}
		uint32_t code, size = source_decode(src->bytes + at, src->size - at, &code);
		if (size)
			check_code(&h, at, size, code);
		else
			not_utf8(&h, at);
		at += size ? size : 1;
	}
	if (h.found > HYGIENE_LIMIT)
		diag_note(d, h.last, (struct span){ 0 }, "%zu more bytes like these are not listed",
			  h.found - HYGIENE_LIMIT);
	return h.found == 0;
}
