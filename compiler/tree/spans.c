/*
 * Exact places. libyaml's marks count characters; its start marks include anchors and tags, and the end marks
 * of block collections and block scalars reach to the next token, over blank lines and comments.
 */
#include <string.h>

#include "compiler/tree/reader.h"

struct span span_make(const struct reader *r, uint32_t start, uint32_t end)
{
	return (struct span){ .source = r->source->id, .start = start, .end = end };
}

static uint32_t byte_of(const struct reader *r, const yaml_mark_t *mark)
{
	return source_byte(r->source, mark->index);
}

struct span span_event(const struct reader *r, const yaml_event_t *e)
{
	return span_make(r, byte_of(r, &e->start_mark), byte_of(r, &e->end_mark));
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_name(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
}

static uint32_t skip_blanks(const struct reader *r, uint32_t at, uint32_t end)
{
	const char *b = r->source->bytes;
	for (;; at++) {
		if (at < end && b[at] == '#')
			while (at < end && b[at] != '\n')
				at++;
		if (at >= end || !is_blank(b[at]))
			return at;
	}
}

static uint32_t skip_tag(const struct reader *r, uint32_t at, uint32_t end)
{
	const char *b = r->source->bytes;
	bool verbatim = at + 1 < end && b[at + 1] == '<';
	while (at < end && !is_blank(b[at]) && (verbatim || !strchr(",[]{}", b[at])))
		if (b[at++] == '>' && verbatim)
			break;
	return at;
}

/* Behind the anchor and tag that may stand before a value (YAML 1.1, properties), in either order. */
static uint32_t skip_properties(const struct reader *r, uint32_t at, uint32_t end, struct span *ret_tag)
{
	const char *b = r->source->bytes;
	for (;;) {
		uint32_t property = at;
		if (at < end && b[at] == '&') {
			for (at++; at < end && is_name(b[at]); at++)
				;
		} else if (at < end && b[at] == '!') {
			at = skip_tag(r, at, end);
			*ret_tag = span_make(r, property, at);
		} else {
			return at;
		}
		at = skip_blanks(r, at, end);
	}
}

struct span span_tag(const struct reader *r, const yaml_event_t *e)
{
	struct span all = span_event(r, e), tag = span_make(r, all.start, all.start);
	skip_properties(r, all.start, all.end, &tag);
	return tag;
}

/* An absent value lies where libyaml saw the next token: go back over blanks and comments to the text before it. */
static struct span span_absent(const struct reader *r, uint32_t at)
{
	size_t n = r->tree->comments.n;
	for (;;) {
		while (at > r->at && is_blank(r->source->bytes[at - 1]))
			at--;
		struct comment *c = n ? &r->tree->comments.v[--n] : NULL;
		if (!c || c->span.end != at || c->span.start < r->at)
			break;
		at = c->span.start;
	}
	return span_make(r, at > r->at ? at : r->at, at > r->at ? at : r->at);
}

/* From | or > to the end of the last line that is not blank. Its first line may end with a comment. */
static struct span span_block(struct reader *r, struct span s)
{
	const char *b = r->source->bytes;
	uint32_t header = s.start, line = s.start;
	while (header < s.end && strchr("|>+-0123456789", b[header]))
		header++;
	while (line < s.end && b[line] != '\n')
		line++;
	comments_scan(r, line, s.end);
	uint32_t end = s.end;
	while (end > line && is_blank(b[end - 1]))
		end--;
	if (end <= line)
		return span_make(r, s.start, header);
	while (end < s.end && b[end] != '\n')
		end++;
	return span_make(r, s.start, end - (b[end - 1] == '\r'));
}

struct span span_scalar(struct reader *r, const yaml_event_t *e)
{
	struct span s = span_event(r, e), tag;
	comments_scan(r, s.start, s.start);
	if (e->data.scalar.anchor || e->data.scalar.tag) {
		s.start = skip_properties(r, s.start, s.end, &tag);
		if (s.start == s.end)
			return s;
		comments_scan(r, s.start, s.start);
	}
	if (e->data.scalar.style == YAML_LITERAL_SCALAR_STYLE || e->data.scalar.style == YAML_FOLDED_SCALAR_STYLE)
		return span_block(r, s);
	if (s.start == s.end)
		return span_absent(r, s.start);
	comments_scan(r, s.start, s.end);
	return s;
}

/*
 * libyaml ends the event that begins a collection behind its bracket; a block collection's begins and ends at
 * its first key or -, except for a list that is not indented below its key, whose event ends behind the -
 * (yaml_parser_parse_node). A pair in a list, [a: b], has no brackets of its own.
 */
struct span span_start(const struct reader *r, const yaml_event_t *e, bool *ret_braced)
{
	const char *b = r->source->bytes;
	struct span s = span_event(r, e);
	bool map = e->type == YAML_MAPPING_START_EVENT;
	bool flow = map ? e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
			: e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	*ret_braced = flow && s.end > 0 && b[s.end - 1] == (map ? '{' : '[');
	if (*ret_braced)
		return span_make(r, s.end - 1, s.end);
	if (flow)
		return s;
	bool unindented = !map && s.end > 0 && b[s.end] != '-';
	return span_make(r, s.end - unindented, s.end - unindented);
}
