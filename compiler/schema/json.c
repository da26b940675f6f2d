/*
 * json.c: the language as a JSON Schema (draft 2020-12), for editors and for whoever checks specs without hpcc.
 *
 * It takes all that decode takes, and a little more: what names and paths look like, how long text is in bytes and
 * what a duration lasts are left to decode. Scalars are meant as YAML 1.2's core schema reads them: a text
 * may come as a number or boolean, a number may come quoted.
 *
 * Every shape stands twice in $defs. `node` is the body as it must be in a whole spec; `overlay.node` requires
 * nothing and takes null, which removes. A file is an overlay when it says what it is laid over, or lacks a key that
 * a whole spec must have at the top.
 */
#include "compiler/schema/json_parts.h"
#include "compiler/schema/schema.h"

#include <string.h>

static void put_description(struct schema_writing *w, const struct field *f)
{
	struct text t;
	text_init(&t, w->arena);
	text_add(&t, f->doc);
	if (f->derived)
		text_addf(&t, " Where absent: %s.", f->derived);
	if (f->slurm)
		text_addf(&t, " (%s: %s)", slurm_file_name(f->slurm_file), f->slurm);
	j_str(w->j, "description", t.s);
}

static void put_default(struct schema_writing *w, const struct field *f)
{
	int64_t number;
	if (!f->def)
		return;
	if (f->kind == VALUE_BOOL)
		j_bool(w->j, "default", strcmp(f->def, "true") == 0);
	else if (f->kind == VALUE_INT && !parse_int(f->def, &number))
		j_int(w->j, "default", number);
	else
		j_str(w->j, "default", f->def);
}

static void put_property(struct schema_writing *w, const struct field *f)
{
	j_map(w->j, f->key);
	put_description(w, f);
	put_default(w, f);
	if (w->overlay) {
		j_seq(w->j, "anyOf");
		j_map(w->j, NULL);
		json_put_value(w, f);
		j_end(w->j);
		json_put_null(w);
		j_end(w->j);
	} else {
		json_put_value(w, f);
	}
	j_end(w->j);
}

static void put_required(struct schema_writing *w, const struct shape *s)
{
	j_seq(w->j, "required");
	for (size_t i = 0; i < s->n; i++)
		if (s->fields[i].required)
			j_str(w->j, NULL, s->fields[i].key);
	j_end(w->j);
}

static bool begun(const struct schema_writing *w, const struct shape *s)
{
	for (size_t i = 0; i < w->shapes.n; i++)
		if (w->shapes.v[i] == s)
			return true;
	return false;
}

static void put_shape(struct schema_writing *w, const struct shape *s)
{
	if (begun(w, s))
		return;
	*list_push(w->arena, &w->shapes) = s;
	j_map(w->j, json_def_name(w, s));
	j_str(w->j, "description", s->doc);
	j_str(w->j, "type", "object");
	j_map(w->j, "properties");
	for (size_t i = 0; i < s->n; i++)
		put_property(w, &s->fields[i]);
	j_end(w->j);
	if (!w->overlay)
		put_required(w, s);
	j_bool(w->j, "additionalProperties", false);
	j_end(w->j);
	for (size_t i = 0; i < s->n; i++)
		if (s->fields[i].shape)
			put_shape(w, s->fields[i].shape);
}

static void put_shapes(struct schema_writing *w, const struct shape *root, bool overlay)
{
	w->overlay = overlay;
	w->shapes.n = 0;
	put_shape(w, root);
}

/* Which files are whole specs: those that have all keys of the top that must be there, and are not laid over others. */
static void put_whole(struct schema_writing *w, const struct shape *root)
{
	j_map(w->j, "if");
	put_required(w, root);
	j_map(w->j, "properties");
	for (size_t i = 0; i < root->n; i++)
		if (root->fields[i].transient)
			j_bool(w->j, root->fields[i].key, false);
	j_end(w->j);
	j_end(w->j);
}

static void put_case(struct schema_writing *w, const char *key, const struct shape *root, bool overlay)
{
	w->overlay = overlay;
	j_map(w->j, key);
	json_put_ref(w, json_def_name(w, root));
	j_end(w->j);
}

void schema_json(const struct shape *root, struct text *t)
{
	struct schema_writing w = { .j = j_open(t->arena), .arena = t->arena };
	j_str(w.j, "$schema", "https://json-schema.org/draft/2020-12/schema");
	j_str(w.j, "title", "hpcc");
	j_str(w.j, "description", root->doc);
	put_whole(&w, root);
	put_case(&w, "then", root, false);
	put_case(&w, "else", root, true);
	j_map(w.j, "$defs");
	json_put_kinds(&w);
	put_shapes(&w, root, false);
	put_shapes(&w, root, true);
	j_end(w.j);
	j_close(w.j, t);
}
