/* bodies.c: bodies of which there is one: global keys find their row from the top of the spec. */
#include "compiler/import/within.h"

#include <string.h>
#include <strings.h>

/* A row, and the keys that lead to its body, outermost first. */
struct row_path {
	const struct field *field;
	const struct field *steps[6];
	size_t n;
};

static const char *row_name(struct arena *a, enum slurm_file file, const char *key)
{
	return arena_printf(a, "%d/%s", (int)file, import_lower(a, key));
}

static void collect(struct import *im, const struct shape *s, const struct row_path *here)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct field *f = &s->fields[i];
		if (f->slurm && s->slurm_section == SECTION_GLOBAL) {
			struct row_path *p = ARENA_NEW(im->arena, struct row_path);
			*p = *here;
			p->field = f;
			map_add(&im->rows, row_name(im->arena, f->slurm_file, f->slurm), NULL)->value = p;
		}
		if (f->kind == VALUE_STRUCT && here->n < 6) {
			struct row_path inner = *here;
			inner.steps[inner.n++] = f;
			collect(im, f->shape, &inner);
		}
	}
}

static const struct row_path *path_of(struct import *im, enum slurm_file file, const char *key)
{
	if (!im->rows.n) {
		struct row_path top = { 0 };
		collect(im, &spec_shape, &top);
	}
	return map_get(&im->rows, row_name(im->arena, file, key));
}

static void *step(struct import *im, void *body, const struct field *f)
{
	void **at = field_at(f, body);
	if (!*at)
		*at = body_new(im->arena, f->shape);
	return *at;
}

void *import_body(struct import *im, const char *const *path)
{
	void *body = im->spec;
	for (; *path; path++)
		body = step(im, body, shape_field(origin_of(body)->shape, *path));
	return body;
}

const char *import_row_name(struct import *im, const struct fact *f)
{
	const struct row_path *p = path_of(im, f->file, f->key);
	struct text t;
	text_init(&t, im->arena);
	for (size_t i = 0; p && i < p->n; i++)
		text_join(&t, 0, ".", p->steps[i]->key);
	if (p)
		text_join(&t, 0, ".", p->field->key);
	return t.s;
}

const char *import_global_text(struct import *im, const struct fact *f, const char *value)
{
	const struct row_path *p = path_of(im, f->file, f->key);
	if (!p || !value)
		return NULL;
	void *body = body_new(im->arena, p->n ? p->steps[p->n - 1]->shape : &spec_shape);
	return import_value(im, p->field, f, value, body) ? import_text(im, p->field, body) : NULL;
}

enum import_result import_global(struct import *im, const struct entry *e)
{
	const struct row_path *p = path_of(im, e->fact->file, e->fact->key);
	if (!p)
		return IMPORT_NO_ROW;
	/* Into a body of its own first, so that none is made for nothing. */
	void *body = body_new(im->arena, p->n ? p->steps[p->n - 1]->shape : &spec_shape);
	if (!import_value(im, p->field, e->fact, e->value, body))
		return IMPORT_UNSAYABLE;
	/* What the spec, or Slurm in any release, takes by itself. */
	const char *def = p->field->def ? p->field->def
			  : e->fact->n_defaults == 1
				  ? import_global_text(im, e->fact, fact_default(e->fact, im->release))
				  : NULL;
	if (def && strcmp(import_text(im, p->field, body), def) == 0)
		return IMPORT_DONE;
	void *to = im->spec;
	for (size_t i = 0; i < p->n; i++)
		to = step(im, to, p->steps[i]);
	field_copy(p->field, to, field_at(p->field, body));
	return IMPORT_DONE;
}

bool import_owned(const struct import *im, enum slurm_file file, enum slurm_section section, const char *key)
{
	for (const struct owned_key *k = owned_keys; k->key; k++)
		if (k->file == file && k->section == section && strcasecmp(k->key, key) == 0)
			return true;
	return section == SECTION_GLOBAL && map_get(&im->rows, row_name(im->arena, file, key));
}
