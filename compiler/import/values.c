/* values.c: values as options, as text, and beside each other. */
#include "compiler/import/within.h"

#include <string.h>
#include <strings.h>

#include "compiler/schema/schema.h"
#include "compiler/slurm/value.h"

/* ---- options */

void import_option(struct import *im, struct options *o, const struct fact *f, const char *value)
{
	struct texts words;
	bool on;
	struct option *x = list_push(im->arena, o);
	*x = (struct option){ 0 };
	o->given = true;
	x->key = f->key;
	x->value = value;
	if (f->type == FACT_BOOL && slurm_bool(value, &on)) {
		x->value = on ? "yes" : "no";
	} else if (f->type == FACT_WORDS || f->type == FACT_PLUGINS || f->type == FACT_LIST) {
		import_words(im, value, &words);
		x->is_list = words.n > 1;
		x->value = words.n ? texts_joined(im->arena, &words) : value;
	}
}

/* ---- values beside each other */

/* A word without the prefix that a plugin's key may leave out: "proctrack/cgroup" is "cgroup". */
static const char *bare(const struct fact *f, const char *s)
{
	const char *slash = strchr(s, '/');
	return slash && (f->type == FACT_PLUGIN || f->type == FACT_PLUGINS) ? slash + 1 : s;
}

static bool same_words(struct import *im, const struct fact *f, const char *a, const char *b)
{
	struct texts x, y;
	import_words(im, a, &x);
	import_words(im, b, &y);
	if (x.n != y.n)
		return false;
	for (size_t i = 0; i < x.n; i++) {
		bool found = false;
		for (size_t j = 0; j < y.n && !found; j++)
			found = strcasecmp(bare(f, x.v[i]), bare(f, y.v[j])) == 0;
		if (!found)
			return false;
	}
	return true;
}

bool import_same(struct import *im, const struct fact *f, const char *a, const char *b)
{
	bool p, q;
	uint64_t m, n;
	if (!a || !b)
		return a == b;
	if (strcasecmp(bare(f, a), bare(f, b)) == 0)
		return true;
	if (f->type == FACT_BOOL && slurm_bool(a, &p) && slurm_bool(b, &q))
		return p == q;
	if (slurm_number(a, &m) && slurm_number(b, &n))
		return m == n;
	return same_words(im, f, a, b);
}

bool import_is_default(struct import *im, const struct fact *f, const char *value)
{
	const char *def = fact_default(f, im->release);
	bool on;
	if (f->type == FACT_BOOL && !def)
		return slurm_bool(value, &on) && !on;
	return def && import_same(im, f, def, value);
}

const char *import_text(struct import *im, const struct field *f, const void *body)
{
	struct text t;
	const struct entries *list = field_at(f, body);
	const struct options *o = field_at(f, body);
	if (!field_given(f, body))
		return "";
	text_init(&t, im->arena);
	switch (f->kind) {
	case VALUE_MAP:
	case VALUE_LIST:
		for (size_t i = 0; i < list->n; i++)
			text_addf(&t, "%s{%s}", f->kind == VALUE_MAP ? origin_of(list->v[i])->name : "",
				  import_body_text(im, list->v[i]));
		break;
	case VALUE_STRUCT:
		text_add(&t, import_body_text(im, *(void *const *)field_at(f, body)));
		break;
	case VALUE_OPTIONS:
		for (size_t i = 0; i < o->n; i++)
			text_addf(&t, "%s=%s;", o->v[i].key, o->v[i].value);
		break;
	default:
		schema_print_value(f, body, &t);
	}
	return t.s;
}

const char *import_body_text(struct import *im, const void *body)
{
	const struct shape *s = origin_of(body)->shape;
	struct text t;
	text_init(&t, im->arena);
	for (size_t i = 0; i < s->n; i++)
		if (field_given(&s->fields[i], body))
			text_addf(&t, "%s:%s\n", s->fields[i].key, import_text(im, &s->fields[i], body));
	return t.s;
}

void import_clear(const struct field *f, void *body)
{
	struct arena *a = arena_new();
	void *empty = body_new(a, origin_of(body)->shape);
	field_copy(f, body, field_at(f, empty));
	arena_free(a);
}
