/*
 * What libyaml says when it gives up, in plain words. It stops at the first error of a file, and says so in two
 * fixed sentences, a problem and a context (scanner.c, parser.c): the table knows them by their text. Whatever
 * stands in no row keeps libyaml's own words.
 */
#include <string.h>

#include "compiler/tree/reader.h"

struct row {
	const char *problem, *context; /* how they begin; NULL: any */
	void (*explain)(struct reader *r, const struct failure *f);
	const char *rule, *message, *help; /* when nothing has to be looked at */
	bool at_context;		   /* where the context began is the place to mend */
};

static const char QUOTES[] = "text in quotes ends with the quote it began with";
static const char TAGS[] = "leave it out: tags are not used; quote text that begins with '!'";

/* The first row that fits counts. */
static const struct row rows[] = {
	{ "found undefined tag handle", NULL, NULL, "tag", "a tag (!) is not understood here", TAGS },
	{ NULL, "while parsing a tag", NULL, "tag", "a tag (!) is not understood here", TAGS, true },
	{ NULL, "while scanning a tag", NULL, "tag", "a tag (!) is not understood here", TAGS, true },
	{ NULL, "while scanning a %TAG directive", NULL, "tag", "%TAG is not understood here", TAGS, true },
	{ "found duplicate %TAG directive", NULL, NULL, "tag", "%TAG is not understood here", TAGS },
	{ "found character that cannot start any token", NULL, mistake_character },
	{ "found a tab character", NULL, mistake_character },
	{ "could not find expected ':'", NULL, mistake_no_colon },
	{ "mapping values are not allowed", NULL, mistake_colon },
	{ "did not find expected key", NULL, mistake_no_key },
	{ "did not find expected '-' indicator", NULL, mistake_no_item },
	{ "did not find expected ',' or", NULL, mistake_flow },
	{ "did not find expected node content", NULL, mistake_no_value },
	{ "did not find expected alphabetic or numeric character", NULL, mistake_name },
	{ "found unexpected end of stream", "while scanning a quoted scalar", NULL, NULL, "this quote is never closed",
	  QUOTES, true },
	{ "found unexpected document indicator", "while scanning a quoted scalar", NULL, NULL,
	  "this quote is not closed before the end of the document", QUOTES, true },
	{ "found unknown escape character", NULL, NULL, NULL, "no such escape in double quotes",
	  "double the backslash, or use single quotes, in which a backslash is one" },
	{ "did not find expected hexdecimal number", NULL, NULL, NULL,
	  "an escape by number lacks its hexadecimal digits", "\\x takes two, \\u four, \\U eight" },
	{ "found invalid Unicode character escape code", NULL, NULL, NULL, "no character has this number", NULL },
	{ "block sequence entries are not allowed", NULL, NULL, NULL, "a list cannot begin here with '-'",
	  "begin the list on a line of its own, or write [a, b]; quote text that begins with '- '" },
	{ "mapping keys are not allowed", NULL, NULL, NULL, "a key cannot begin here with '?'",
	  "quote text that begins with '? '" },
	{ "found unexpected ':'", NULL, NULL, NULL, "a ':' ends plain text inside { } and [ ]", "quote the text" },
	{ "did not find expected comment or line break", "while scanning a block scalar", NULL, NULL,
	  "the text after | or > begins on the next line", "quote text that begins with '|' or '>'" },
	{ "found an indentation indicator equal to 0", NULL, NULL, NULL, "the number after | or > must be 1 to 9",
	  NULL },
	{ "did not find expected <document start>", NULL, NULL, NULL,
	  "the file's one value has ended above; nothing may follow it",
	  "is the indentation of the first lines as you mean it?" },
	{ "found incompatible YAML document", NULL, NULL, NULL, "only YAML 1.1 and 1.2 are understood",
	  "leave the %YAML line out" },
	{ "found duplicate %YAML directive", NULL, NULL, NULL, "%YAML may stand once", "leave the %YAML line out" },
	{ "found unknown directive name", NULL, NULL, NULL,
	  "a line that begins with % is a directive, and this one is unknown", "leave it out", true },
	{ NULL, "while scanning a %YAML directive", NULL, NULL, "the %YAML line cannot be read", "leave it out", true },
	{ NULL, "while scanning a directive", NULL, NULL, "this line that begins with % cannot be read", "leave it out",
	  true },
};

static bool fits(const char *said, const char *row)
{
	return !row || strncmp(said, row, strlen(row)) == 0;
}

uint32_t syntax_line(const struct reader *r, uint32_t at)
{
	while (at > 0 && r->source->bytes[at - 1] != '\n')
		at--;
	return at;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct span syntax_place(const struct reader *r, uint32_t at)
{
	const char *b = r->source->bytes;
	uint32_t size = r->source->size, end = at;
	if (at >= size) {
		for (at = size; at > 0 && is_blank(b[at - 1]); at--)
			;
		return span_make(r, at, at);
	}
	while (end < size && !is_blank(b[end]) && !strchr(",:[]{}'\"#", b[end]))
		end++;
	if (end == at && !is_blank(b[at]))
		end++;
	return span_make(r, at, end);
}

/* A quote that closes too late swallows lines, and the error shows behind it. */
static void suspect_quote(struct reader *r, struct diag *d, const struct failure *f)
{
	struct span s = r->scalar;
	if (!r->quoted || f->at < s.end || syntax_line(r, f->at) != syntax_line(r, s.end) ||
	    syntax_line(r, s.start) == syntax_line(r, s.end))
		return;
	diag_note(r->diags, d, span_make(r, s.start, s.start + 1), "text in quotes begins here and goes on to line %u",
		  source_position(r->source, s.end).line);
	diag_help(r->diags, d, "is its closing quote missing?");
}

static void explain(struct reader *r, const struct failure *f)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *row = &rows[i];
		if (!fits(f->problem, row->problem) || !fits(f->context, row->context))
			continue;
		if (row->explain) {
			row->explain(r, f);
			return;
		}
		struct diag *d = reader_error(r, row->rule ? row->rule : "yaml-syntax",
					      syntax_place(r, row->at_context ? f->from : f->at), "%s", row->message);
		if (row->help)
			diag_help(r->diags, d, "%s", row->help);
		return;
	}
	reader_error(r, "yaml-syntax", syntax_place(r, f->at), "this is not YAML: %s %s", f->problem, f->context);
}

void syntax_error(struct reader *r, const yaml_parser_t *p)
{
	if (p->error == YAML_MEMORY_ERROR) {
		reader_error(r, "yaml-syntax", span_make(r, 0, 0), "not enough memory to read this file");
		return;
	}
	struct failure f = {
		.problem = p->problem ? p->problem : "unknown problem",
		.context = p->context ? p->context : "",
	};
	/* The reader's errors have a byte and no mark; source_check() leaves none of them. */
	f.at = p->error == YAML_READER_ERROR ? (uint32_t)p->problem_offset
					     : source_byte(r->source, p->problem_mark.index);
	if (f.at > r->source->size)
		f.at = r->source->size;
	f.from = p->context ? source_byte(r->source, p->context_mark.index) : f.at;
	if (flow_hostlist(r, &f))
		return;
	size_t before = r->diags->list.n;
	explain(r, &f);
	if (r->diags->list.n > before)
		suspect_quote(r, r->diags->list.v[before], &f);
}
