/* json_value.c: what each kind of value may look like, for the JSON Schema. */
#include "compiler/schema/json_parts.h"
#include "compiler/schema/schema.h"

/* "external slurmdbd" is `external_slurmdbd` in $defs. */
const char *json_def_name(const struct schema_writing *w, const struct shape *s)
{
	char *name = arena_printf(w->arena, "%s%s", w->overlay ? "overlay." : "", s->name);
	for (char *p = name; *p; p++)
		if (*p == ' ')
			*p = '_';
	return name;
}

void json_put_ref(struct schema_writing *w, const char *name)
{
	j_str(w->j, "$ref", arena_printf(w->arena, "#/$defs/%s", name));
}

void json_put_types(struct schema_writing *w, const char *a, const char *b, const char *c)
{
	if (!b) {
		j_str(w->j, "type", a);
		return;
	}
	j_seq(w->j, "type");
	j_str(w->j, NULL, a);
	j_str(w->j, NULL, b);
	if (c)
		j_str(w->j, NULL, c);
	j_end(w->j);
}

static void put_range(struct schema_writing *w, const struct field *f)
{
	if (!f->min && !f->max)
		return;
	j_int(w->j, "minimum", f->min);
	j_int(w->j, "maximum", f->max);
}

static void put_int(struct schema_writing *w, const struct field *f)
{
	json_put_types(w, "integer", "string", NULL);
	put_range(w, f);
	j_str(w->j, "pattern", "^-?[0-9]+$");
}

static void put_words(struct schema_writing *w, const struct field *f)
{
	j_seq(w->j, "enum");
	for (size_t i = 0; f->words[i]; i++)
		j_str(w->j, NULL, f->words[i]);
	j_end(w->j);
}

/* An item of a list of the row's kind, or the lone scalar that stands for a list of one. */
static void put_item(struct schema_writing *w, const struct field *f)
{
	if (f->kind == VALUE_WORDS)
		put_words(w, f);
	else if (f->numbers) {
		json_put_types(w, "integer", "string", NULL);
		put_range(w, f);
		j_str(w->j, "pattern", "^[0-9, \\[\\]-]+$");
	} else
		json_put_ref(w, f->kind == VALUE_HOSTS ? "value.hostlist" : "value.text");
}

/* Members of an anyOf: the item alone, a list of them. */
void json_put_one_or_list(struct schema_writing *w, const struct field *f)
{
	j_map(w->j, NULL);
	put_item(w, f);
	j_end(w->j);
	j_map(w->j, NULL);
	j_str(w->j, "type", "array");
	j_map(w->j, "items");
	put_item(w, f);
	j_end(w->j);
	j_end(w->j);
}

static void put_list(struct schema_writing *w, const struct field *f)
{
	j_seq(w->j, "anyOf");
	json_put_one_or_list(w, f);
	j_end(w->j);
}

static void put_hosts(struct schema_writing *w, const struct field *f)
{
	j_seq(w->j, "anyOf");
	json_put_one_or_list(w, f);
	j_map(w->j, NULL);
	j_str(w->j, "type", "object");
	j_map(w->j, "properties");
	j_map(w->j, "spread");
	put_list(w, f);
	j_end(w->j);
	j_end(w->j);
	j_seq(w->j, "required");
	j_str(w->j, NULL, "spread");
	j_end(w->j);
	j_bool(w->j, "additionalProperties", false);
	j_end(w->j);
	j_end(w->j);
}

void json_put_null(struct schema_writing *w)
{
	j_map(w->j, NULL);
	j_str(w->j, "type", "null");
	j_end(w->j);
}

static void put_options(struct schema_writing *w)
{
	j_str(w->j, "type", "object");
	j_map(w->j, "additionalProperties");
	if (w->overlay) {
		j_seq(w->j, "anyOf");
		j_map(w->j, NULL);
		json_put_ref(w, "value.option");
		j_end(w->j);
		json_put_null(w);
		j_end(w->j);
	} else {
		json_put_ref(w, "value.option");
	}
	j_end(w->j);
}

/* Members of an anyOf: what a body may be: a mapping, or what its shorthand takes. */
static void put_bodies(struct schema_writing *w, const struct shape *s)
{
	if (s->shorthand) {
		j_map(w->j, NULL);
		json_put_value(w, shape_field(s, s->shorthand));
		j_end(w->j);
	}
	j_map(w->j, NULL);
	json_put_ref(w, json_def_name(w, s));
	j_end(w->j);
}

static void put_body(struct schema_writing *w, const struct shape *s)
{
	if (!s->shorthand) {
		json_put_ref(w, json_def_name(w, s));
		return;
	}
	j_seq(w->j, "anyOf");
	put_bodies(w, s);
	j_end(w->j);
}

static void put_map(struct schema_writing *w, const struct field *f)
{
	j_str(w->j, "type", "object");
	if (f->by_hosts) {
		j_map(w->j, "propertyNames");
		json_put_ref(w, "value.hostlist");
		j_end(w->j);
	}
	j_map(w->j, "additionalProperties");
	if (!f->ranked && !w->overlay) {
		put_body(w, f->shape);
		j_end(w->j);
		return;
	}
	j_seq(w->j, "anyOf");
	put_bodies(w, f->shape);
	if (f->ranked) {
		j_map(w->j, NULL);
		j_str(w->j, "type", "array");
		j_map(w->j, "items");
		put_body(w, f->shape);
		j_end(w->j);
		j_end(w->j);
	}
	if (w->overlay)
		json_put_null(w);
	j_end(w->j);
	j_end(w->j);
}

void json_put_value(struct schema_writing *w, const struct field *f)
{
	switch (f->kind) {
	case VALUE_BOOL:
		json_put_ref(w, "value.bool");
		break;
	case VALUE_INT:
		put_int(w, f);
		break;
	case VALUE_WORD:
		put_words(w, f);
		break;
	case VALUE_TEXT:
		json_put_ref(w, "value.text");
		break;
	case VALUE_LONGTEXT:
		json_put_types(w, "string", "number", "boolean");
		break;
	case VALUE_WORDS:
	case VALUE_TEXTS:
		put_list(w, f);
		break;
	case VALUE_DURATION:
		json_put_ref(w, "value.duration");
		break;
	case VALUE_MEMORY:
		json_put_ref(w, "value.memory");
		break;
	case VALUE_HOSTS:
		put_hosts(w, f);
		break;
	case VALUE_NODESET:
		json_put_ref(w, "value.nodes");
		break;
	case VALUE_OPTIONS:
		put_options(w);
		break;
	case VALUE_STRUCT:
		put_body(w, f->shape);
		break;
	case VALUE_MAP:
		put_map(w, f);
		break;
	case VALUE_LIST:
		j_str(w->j, "type", "array");
		j_map(w->j, "items");
		put_body(w, f->shape);
		j_end(w->j);
		break;
	}
}
