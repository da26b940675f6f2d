/*
 * The common mistakes behind a syntax error, found by a look at the text around it.
 */
#include <string.h>

#include "compiler/tree/reader.h"

enum { KEY_MAX = 1024 }; /* characters before a key's colon: libyaml, yaml_parser_stale_simple_keys; YAML 1.1, 9.2.2 */

static struct diag *mistake(struct reader *r, struct span span, const char *message)
{
	return reader_error(r, "yaml-syntax", span, "%s", message);
}

static char byte_at(const struct reader *r, uint32_t at)
{
	return at < r->source->size ? r->source->bytes[at] : '\0';
}

static bool ends_word(char c)
{
	return c == '\0' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool first_on_line(const struct reader *r, uint32_t at)
{
	uint32_t start = syntax_line(r, at);
	while (start < at && (r->source->bytes[start] == ' ' || r->source->bytes[start] == '\t'))
		start++;
	return start == at;
}

/* The end of a line's text. */
static uint32_t line_end(const struct reader *r, uint32_t at)
{
	while (at < r->source->size && r->source->bytes[at] != '\n')
		at++;
	while (at > 0 && ends_word(r->source->bytes[at - 1]) && r->source->bytes[at - 1] != '\n')
		at--;
	return at;
}

static void note_from(struct reader *r, struct diag *d, const struct failure *f, const char *what)
{
	if (f->from < r->source->size && f->from != f->at)
		diag_note(r->diags, d, span_make(r, f->from, f->from + 1), "%s", what);
}

/* A tab before text, or one of the characters that YAML keeps for itself: @ ` % */
void mistake_character(struct reader *r, const struct failure *f)
{
	char c = byte_at(r, f->at);
	struct span place = span_make(r, f->at, f->at + (f->at < r->source->size));
	if (c == '\t') {
		struct diag *d = mistake(r, place, "a tab stands where only blanks may indent");
		diag_help(r->diags, d, "indent with blanks; YAML takes no tabs");
		return;
	}
	struct diag *d = reader_error(r, "yaml-syntax", place, "plain text cannot begin with '%c'", c);
	diag_help(r->diags, d, "put it in quotes");
}

/* key:value: YAML reads a colon without a blank behind it as part of the text. */
static bool missing_blank(struct reader *r, uint32_t start, uint32_t end)
{
	const char *b = r->source->bytes;
	const char *colon = memchr(b + start, ':', end - start);
	uint32_t at = colon ? (uint32_t)(colon - b) : start;
	if (at == start || at + 1 >= end || memchr(b + start, ' ', at - start) || strchr("'\"", b[start]))
		return false;
	struct diag *d = mistake(r, span_make(r, at, at + 1), "a blank is missing after ':'");
	diag_help(r->diags, d, "write '%s: ' and then the value",
		  diag_quote(r->diags, arena_strndup(r->arena, b + start, at - start)));
	if (b[at + 1] != '/')
		diag_edit(r->diags, d, span_make(r, at + 1, at + 1), " ");
	return true;
}

void mistake_no_colon(struct reader *r, const struct failure *f)
{
	uint32_t end = line_end(r, f->from);
	if (end < f->from)
		end = f->from;
	if (missing_blank(r, f->from, end))
		return;
	if (f->at - f->from > KEY_MAX && syntax_line(r, f->at) == syntax_line(r, f->from)) {
		reader_error(r, "yaml-syntax", syntax_place(r, f->from), "a key may have %d characters at most",
			     KEY_MAX);
		return;
	}
	struct diag *d = mistake(r, span_make(r, f->from, end), "a ':' is missing: a key stands here without a value");
	if (!strchr("'\"", byte_at(r, f->from)))
		diag_help(r->diags, d, "write 'key: value'; to go on with the text above, indent this line more");
}

/* A second "key: " where a value already began: a line too far to the right, or a value with ": " in it. */
void mistake_colon(struct reader *r, const struct failure *f)
{
	struct span place = span_make(r, f->at, f->at + (f->at < r->source->size)), s = r->scalar;
	uint32_t line = syntax_line(r, f->at);
	if (s.end == f->at && s.start < line && !r->quoted) {
		if (first_on_line(r, s.start) && missing_blank(r, s.start, line_end(r, s.start)))
			return;
		uint32_t start = line;
		while (start < f->at && byte_at(r, start) == ' ')
			start++;
		struct diag *d =
			mistake(r, span_make(r, start, f->at),
				"by its indentation this line goes on with the value above; it cannot be a key");
		diag_note(r->diags, d, span_make(r, s.start, s.start + 1), "that value begins here");
		diag_help(r->diags, d,
			  "indent it like the key that it belongs beside; a key that holds keys has nothing after its "
			  "':'");
		return;
	}
	if (s.start >= line && s.end <= f->at && !first_on_line(r, s.start)) {
		struct diag *d = mistake(r, place, "a second ':' on this line: text that holds ': ' needs quotes");
		diag_help(r->diags, d, "put the value in quotes, or begin a mapping on a line of its own");
		return;
	}
	struct diag *d = mistake(r, place, "a ':' cannot stand here: what is before it is no key");
	diag_help(r->diags, d, "a key stands on one line, with at most %d characters", KEY_MAX);
}

static void closes_nothing(struct reader *r, const struct failure *f)
{
	reader_error(r, "yaml-syntax", span_make(r, f->at, f->at + 1), "this '%c' closes nothing", byte_at(r, f->at));
}

static void wrong_indentation(struct reader *r, const struct failure *f, const char *note)
{
	struct position at = source_position(r->source, f->at), from = source_position(r->source, f->from);
	if (at.column == from.column) {
		struct diag *d = mistake(r, syntax_place(r, f->at), "a key was expected here");
		note_from(r, d, f, note);
		return;
	}
	struct diag *d = mistake(r, syntax_place(r, f->at), "the indentation of this line fits none above it");
	note_from(r, d, f, note);
	diag_help(r->diags, d, "begin it in column %u, or as far in as the line that it belongs beside", from.column);
}

/* In a block mapping something else than its next key. */
void mistake_no_key(struct reader *r, const struct failure *f)
{
	static const char begins[] = "the mapping around it begins here";
	char c = byte_at(r, f->at);
	struct diag *d;
	if (c == ']' || c == '}') {
		closes_nothing(r, f);
	} else if (!first_on_line(r, f->at)) {
		d = mistake(r, syntax_place(r, f->at), "nothing may follow the value on this line");
		diag_help(r->diags, d, "put the whole value in quotes");
	} else if (c == '-' && ends_word(byte_at(r, f->at + 1))) {
		d = mistake(r, span_make(r, f->at, f->at + 1), "a list item stands among the keys of a mapping");
		note_from(r, d, f, begins);
		diag_help(r->diags, d,
			  "put the list under a key of its own, or indent it like the list that it belongs to");
	} else if (c == ':' && ends_word(byte_at(r, f->at + 1))) {
		mistake(r, span_make(r, f->at, f->at + 1), "a key is missing before ':'");
	} else {
		wrong_indentation(r, f, begins);
	}
}

/* In a block list something else than its next item. */
void mistake_no_item(struct reader *r, const struct failure *f)
{
	char c = byte_at(r, f->at);
	if (c == ']' || c == '}') {
		closes_nothing(r, f);
		return;
	}
	if (!first_on_line(r, f->at)) {
		struct diag *d = mistake(r, syntax_place(r, f->at), "nothing may follow the value on this line");
		diag_help(r->diags, d, "put the whole value in quotes");
		return;
	}
	struct diag *d = mistake(r, syntax_place(r, f->at), "something else than a list item stands among list items");
	note_from(r, d, f, "the list begins here");
	diag_help(r->diags, d, "begin it with '- ', or indent it like the line that it belongs beside");
}

/* At the end of the file, inside brackets: the innermost that is open. Says whether it was so. */
static bool never_closed(struct reader *r, const struct failure *f)
{
	const struct frame *open = r->frames.n ? &r->frames.v[r->frames.n - 1] : NULL;
	if (f->at < r->source->size || !open || !open->braced)
		return false;
	uint32_t start = open->node->span.start;
	reader_error(r, "yaml-syntax", span_make(r, start, start + 1), "this '%c' is never closed", byte_at(r, start));
	return true;
}

/* Inside { } or [ ] neither a comma nor the closing bracket. */
void mistake_flow(struct reader *r, const struct failure *f)
{
	bool list = strchr(f->problem, ']') != NULL;
	if (never_closed(r, f))
		return;
	struct diag *d = reader_error(r, "yaml-syntax", syntax_place(r, f->at),
				      "a ',' or the closing '%c' is missing here", list ? ']' : '}');
	note_from(r, d, f, list ? "the list begins here" : "the mapping begins here");
	if (byte_at(r, f->at) == ':')
		diag_help(r->diags, d,
			  "close what began above, put a ',' before this key, or quote text that holds ': '");
	else
		diag_help(r->diags, d, "quote text that holds one of , [ ] { }");
}

/* An alias or anchor without a name: mostly text that was meant as text, like *.log */
void mistake_name(struct reader *r, const struct failure *f)
{
	bool alias = byte_at(r, f->from) == '*';
	struct diag *d = reader_error(r, "yaml-syntax", span_make(r, f->from, f->from + (f->from < r->source->size)),
				      "a '%c' begins an %s, whose name may hold letters, digits, - and _",
				      alias ? '*' : '&', alias ? "alias" : "anchor");
	diag_help(r->diags, d, "quote text that begins with '%c'", alias ? '*' : '&');
}

void mistake_no_value(struct reader *r, const struct failure *f)
{
	char c = byte_at(r, f->at);
	if (never_closed(r, f))
		return;
	if (ends_word(c)) {
		mistake(r, syntax_place(r, f->at), "a value is missing here");
		return;
	}
	struct diag *d = reader_error(r, "yaml-syntax", span_make(r, f->at, f->at + 1), "a %s is missing before '%c'",
				      c == ':' ? "key" : "value", c);
	diag_help(r->diags, d, "quote text that begins with '%c'", c);
}
