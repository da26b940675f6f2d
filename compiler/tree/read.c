#include <stdarg.h>
#include <string.h>

#include "compiler/tree/reader.h"

struct diag *reader_error(struct reader *r, const char *rule, struct span span, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	const char *message = arena_vprintf(r->arena, format, args);
	va_end(args);
	r->failed = true;
	return diag_error(r->diags, rule, span, "%s", message);
}

/* Where %TAG stands among the directives. */
static struct span find_directive(const struct reader *r, struct span span)
{
	const char *bytes = r->source->bytes;
	while (span.end - span.start > 4 && memcmp(bytes + span.start, "%TAG", 4) != 0)
		span.start++;
	return span_make(r, span.start, span.start + 4);
}

/* libyaml takes %YAML 1.1 and 1.2 and refuses others itself; as scalars stay text, the two are one to us.
 * %TAG says what tags mean, and there are none. */
static void document_start(struct reader *r, const yaml_event_t *e, bool first)
{
	struct span span = span_event(r, e);
	if (!first) {
		struct diag *d =
			reader_error(r, "several-documents", span, "a second document begins here; a file holds one");
		diag_help(r->diags, d, "move it to a file of its own");
		r->stop = true;
		return;
	}
	if (e->data.document_start.tag_directives.start == e->data.document_start.tag_directives.end)
		return;
	struct diag *d = reader_error(r, "tag", find_directive(r, span), "%%TAG is not understood here");
	diag_help(r->diags, d, "leave it out: tags are not used");
}

static void take(struct reader *r, const yaml_event_t *e, size_t *documents)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		document_start(r, e, ++*documents == 1);
		break;
	case YAML_SCALAR_EVENT:
		value_scalar(r, e);
		break;
	case YAML_ALIAS_EVENT:
		value_alias(r, e);
		break;
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		value_start(r, e);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		value_end(r, e);
		break;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
}

static void read_events(struct reader *r, yaml_parser_t *p)
{
	size_t documents = 0;
	for (bool end = false; !end && !r->stop;) {
		yaml_event_t e;
		if (!yaml_parser_parse(p, &e)) {
			syntax_error(r, p);
			return;
		}
		end = e.type == YAML_STREAM_END_EVENT;
		take(r, &e, &documents);
		yaml_event_delete(&e);
	}
	comments_scan(r, r->source->size, r->source->size);
}

static void check_empty(struct reader *r)
{
	if (r->failed || (r->tree->root && !node_is_empty(r->tree->root)))
		return;
	struct diag *d = reader_error(r, "empty-file", span_make(r, 0, 0), "this file is empty");
	if (r->tree->comments.n)
		diag_note(r->diags, d, r->tree->comments.v[0].span, "a comment is all that it holds");
}

struct tree *tree_read(struct arena *a, const struct sources *s, const struct source *src, struct diags *d)
{
	(void)s;
	struct reader r = { .arena = a, .source = src, .diags = d };
	r.tree = ARENA_NEW(a, struct tree);
	map_init(&r.anchors, a);

	yaml_parser_t p;
	if (!yaml_parser_initialize(&p)) {
		reader_error(&r, "yaml-syntax", span_make(&r, 0, 0), "not enough memory to read this file");
		return r.tree;
	}
	yaml_parser_set_encoding(&p, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&p, (const unsigned char *)src->bytes, src->size);
	read_events(&r, &p);
	yaml_parser_delete(&p);

	check_empty(&r);
	if (r.failed)
		r.tree->root = NULL;
	return r.tree;
}
