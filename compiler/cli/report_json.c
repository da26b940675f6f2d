#include <jansson.h>
#include <string.h>

#include "compiler/cli/report_parts.h"

/* jansson refuses what is not UTF-8, which a file's name may be: such bytes become U+FFFD. */
static json_t *string(struct arena *a, const char *s)
{
	struct text t;
	text_init(&t, a);
	for (size_t left = strlen(s); left > 0;) {
		uint32_t code, size = source_decode(s, left, &code);
		text_addn(&t, size ? s : "\xEF\xBF\xBD", size ? size : 3);
		s += size ? size : 1;
		left -= size ? size : 1;
	}
	return json_stringn(t.s, t.n);
}

static void set_place(json_t *object, const struct sources *s, struct span span)
{
	const struct source *src = source_of(s, span);
	if (!src)
		return;
	struct position from = source_position(src, span.start), to = source_position(src, span.end);
	json_object_set_new(object, "file", string(s->arena, src->name));
	json_object_set_new(object, "line", json_integer(from.line));
	json_object_set_new(object, "column", json_integer(from.column));
	json_object_set_new(object, "end_line", json_integer(to.line));
	json_object_set_new(object, "end_column", json_integer(to.column));
}

static json_t *notes(const struct sources *s, const struct diag *d)
{
	json_t *array = json_array();
	for (size_t i = 0; i < d->notes.n; i++) {
		json_t *note = json_object();
		json_object_set_new(note, "message", string(s->arena, d->notes.v[i].text));
		set_place(note, s, d->notes.v[i].span);
		json_array_append_new(array, note);
	}
	return array;
}

static json_t *edits(const struct sources *s, const struct diag *d)
{
	json_t *array = json_array();
	for (size_t i = 0; i < d->edits.n; i++) {
		json_t *edit = json_object();
		json_object_set_new(edit, "text", string(s->arena, d->edits.v[i].text));
		set_place(edit, s, d->edits.v[i].span);
		json_array_append_new(array, edit);
	}
	return array;
}

static json_t *finding(const struct sources *s, const struct diag *d)
{
	json_t *object = json_object();
	json_object_set_new(object, "severity", json_string(report_severity(d->severity)));
	json_object_set_new(object, "rule", json_string(d->rule));
	json_object_set_new(object, "message", string(s->arena, d->message));
	set_place(object, s, d->span);
	if (d->help)
		json_object_set_new(object, "help", string(s->arena, d->help));
	json_object_set_new(object, "notes", notes(s, d));
	json_object_set_new(object, "edits", edits(s, d));
	return object;
}

void report_json(FILE *out, const struct sources *s, const struct diags *d, struct report_style style)
{
	json_t *root = json_object(), *list = json_array();
	size_t shown = report_shown(d, style);
	for (size_t i = 0; i < shown; i++)
		json_array_append_new(list, finding(s, d->list.v[i]));
	json_object_set_new(root, "diagnostics", list);
	json_object_set_new(root, "errors", json_integer((json_int_t)d->errors));
	json_object_set_new(root, "warnings", json_integer((json_int_t)d->warnings));
	json_object_set_new(root, "infos", json_integer((json_int_t)d->infos));
	json_object_set_new(root, "shown", json_integer((json_int_t)shown));
	if (style.releases) {
		json_t *releases = json_array();
		for (size_t i = 0; i < style.releases->n; i++)
			json_array_append_new(releases, json_string(style.releases->v[i]));
		json_object_set_new(root, "releases", releases);
	}
	json_dumpf(root, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(root);
}
