/*
 * { nodes: c[1-4] } is what everybody writes first, and is not YAML: inside { } and [ ] plain text ends at a
 * bracket (YAML 1.1, ns-plain-safe(c)). libyaml then misses a comma at that bracket.
 */
#include <string.h>

#include "compiler/tree/reader.h"

static bool is_name(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c && strchr("_.-", c));
}

static uint32_t word_start(const char *b, uint32_t at)
{
	while (at > 0 && is_name(b[at - 1]))
		at--;
	return at;
}

/* Behind name[1-4,7]name[1-2]...; says by *ret_whole whether every bracket was one of a hostlist. */
static uint32_t word_end(const char *b, uint32_t at, uint32_t size, bool *ret_whole)
{
	*ret_whole = true;
	while (at < size && (is_name(b[at]) || b[at] == '[')) {
		if (b[at++] != '[')
			continue;
		uint32_t inside = at;
		while (at < size && b[at] && strchr("0123456789,-", b[at]))
			at++;
		if (at == inside || at >= size || b[at] != ']') {
			*ret_whole = false;
			return inside;
		}
		at++;
	}
	return at;
}

static bool is_end(char c)
{
	return c == '\0' || strchr(" \t\r\n]}", c) != NULL;
}

/* Whether the word is certainly all of the hostlist: "a,c[1-4]" and "c[1-2],d" may be one or several. */
static bool is_certain(const char *b, uint32_t start, uint32_t end, bool in_list)
{
	if (start == 0 || !strchr(" \t\n{[,", b[start - 1]) || (b[start - 1] == ',' && !in_list))
		return false;
	if (b[end] == ',' || b[end] == ':')
		return is_end(b[end + 1]) || (b[end] == ',' && in_list);
	return is_end(b[end]);
}

bool flow_hostlist(struct reader *r, const struct failure *f)
{
	const char *b = r->source->bytes;
	if (strncmp(f->problem, "did not find expected ',' or", 28) != 0 || f->at >= r->source->size || b[f->at] != '[')
		return false;
	uint32_t start = word_start(b, f->at);
	if (start == f->at)
		return false;
	bool whole, in_list = strchr(f->problem, ']') != NULL;
	uint32_t end = word_end(b, f->at, r->source->size, &whole);
	struct span word = span_make(r, start, end);
	if (!whole && (b[end] < '0' || b[end] > '9'))
		return false;
	struct diag *d =
		reader_error(r, "hostlist-in-flow", word, "inside %s a hostlist needs quotes", in_list ? "[ ]" : "{ }");
	if (!whole) {
		diag_help(r->diags, d, "put it in quotes, with its closing ']'");
		return true;
	}
	const char *quoted = arena_printf(r->arena, "\"%.*s\"", (int)(end - start), b + start);
	diag_help(r->diags, d, "quote the hostlist: %s", diag_quote(r->diags, quoted));
	if (is_certain(b, start, end, in_list))
		diag_edit(r->diags, d, word, quoted);
	return true;
}
