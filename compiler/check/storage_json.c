/* storage_json.c: file-not-json: a file that is called .json and cannot be read as that. */
#include <string.h>

#include "compiler/check/json.h"
#include "compiler/check/storage.h"

/* Where the lines of a literal text stand: as many blanks are left out in front of each. SIZE_MAX: it is none. */
static size_t literal_indent(const struct source *src, uint32_t first, const char *text)
{
	for (uint32_t line = first; *text; line++) {
		size_t n, m = strcspn(text, "\n");
		const char *bytes = source_line(src, line, &n);
		if (m)
			return n >= m && memcmp(bytes + n - m, text, m) == 0 ? n - m : SIZE_MAX;
		text += text[m] == '\n';
	}
	return SIZE_MAX;
}

/* The byte of the source at which a byte of a literal text stands; SIZE_MAX where that cannot be said. */
static size_t literal_byte(const struct source *src, struct span at, const char *text, size_t byte)
{
	uint32_t line = source_position(src, at.start).line + 1;
	size_t indent = literal_indent(src, line, text), begin = 0, n;
	if (indent == SIZE_MAX)
		return SIZE_MAX;
	for (size_t i = 0; i < byte; i++)
		if (text[i] == '\n') {
			line++;
			begin = i + 1;
		}
	const char *bytes = source_line(src, line, &n);
	return (size_t)(bytes - src->bytes) + (n < indent ? n : indent) + (byte - begin);
}

/* A byte of a file's text where it was written: in the spec, or in the file that `source` names. */
static size_t written_byte(const struct check *c, const struct file *f, struct span at, size_t byte)
{
	const struct source *src = source_of(c->sources, at);
	if (!src)
		return SIZE_MAX;
	if (span_known(f->text))
		return byte;
	size_t n = strlen(f->content), quote = strchr("\"'", src->bytes[at.start]) ? 1 : 0;
	if (src->bytes[at.start] == '|')
		return literal_byte(src, at, f->content, byte);
	/* Escapes and folded lines are not looked into. */
	return at.end - at.start == n + 2 * quote && memcmp(src->bytes + at.start + quote, f->content, n) == 0
		       ? at.start + quote + byte
		       : SIZE_MAX;
}

static struct span whole_text(const struct file *f)
{
	return span_known(f->text) ? f->text : WHERE(f, content);
}

struct span file_span(const struct check *c, const struct file *f, size_t start, size_t end)
{
	struct span at = whole_text(f);
	size_t from = written_byte(c, f, at, start), to = written_byte(c, f, at, end);
	return from == SIZE_MAX || to == SIZE_MAX || to < from
		       ? at
		       : (struct span){ at.source, (uint32_t)from, (uint32_t)to };
}

static void check_json(struct check *c, const struct file *f)
{
	const char *text = f->content ? f->content : f->loaded;
	struct json_fault fault;
	size_t n = strlen(text);
	if (json_reads(text, n, &fault))
		return;
	struct diag *d = finding(c, file_span(c, f, fault.start, fault.end), "%s is not JSON: %s", f->path, fault.what);
	if (written_byte(c, f, whole_text(f), fault.start) == SIZE_MAX) {
		size_t line = 1;
		for (size_t i = 0; i < fault.start; i++)
			line += text[i] == '\n';
		diag_note(c->diags, d, (struct span){ 0 }, "in line %zu of the text, once it is unfolded", line);
	}
	if (fault.opened < n)
		diag_note(c->diags, d, file_span(c, f, fault.opened, fault.opened + 1), "it is opened here");
	if (fault.help)
		diag_help(c->diags, d, "%s", fault.help);
}

void check_file_json(struct check *c)
{
	struct file *f;
	for (size_t i = 0; (f = entries_next(&c->spec->files, &i));)
		if ((f->content || f->loaded) && text_ends(f->path, ".json"))
			check_json(c, f);
}
