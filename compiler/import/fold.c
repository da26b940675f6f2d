/* fold.c: what several bodies have in common is written once: `defaults` where the files had DEFAULT lines, `hardware`
 * where nodes are alike. */
#include "compiler/import/within.h"

#include <ctype.h>
#include <string.h>

#include "compiler/spec/check.h"

/* ---- values that are Slurm's own */

/* Whether a member holds what Slurm takes when the key is absent. */
static bool is_slurms(struct import *im, const struct field *f, const void *body, enum slurm_section section)
{
	const struct fact *fact = f->slurm ? fact_find(SLURM_CONF, section, f->slurm) : NULL;
	const char *def = fact ? fact_default(fact, im->release) : NULL;
	if (!fact || !field_given(f, body))
		return false;
	if (f->kind == VALUE_BOOL && !def)
		return *(const enum tri *)field_at(f, body) == TRI_FALSE;
	if (!def)
		return false;
	if (f->kind == VALUE_TEXTS)
		return text_equal_nocase(texts_joined(im->arena, field_at(f, body)), def);
	void *scratch = body_new(im->arena, origin_of(body)->shape);
	return import_value(im, f, fact, def, scratch) &&
	       strcmp(import_text(im, f, scratch), import_text(im, f, body)) == 0;
}

/* ---- defaults */

/* The value that DEFAULT lines gave all those that have the key from one, when every body has the key; else NULL. */
static const char *common_default(const struct field *f, void *const *bodies, struct map *const *inherited, size_t n)
{
	const char *value = NULL;
	size_t from_default = 0;
	for (size_t i = 0; i < n; i++) {
		const char *given = map_get(inherited[i], f->key);
		if (!field_given(f, bodies[i]) || (given && value && strcmp(given, value) != 0))
			return NULL;
		value = given ? given : value;
		from_default += given != NULL;
	}
	return from_default > 1 ? value : NULL;
}

/* The body of which the member holds that text, and not Slurm's own default; or NULL. */
static const void *body_with(struct import *im, const struct field *f, void *const *bodies, size_t n, const char *value,
			     enum slurm_section section)
{
	for (size_t i = 0; value && i < n; i++)
		if (strcmp(import_text(im, f, bodies[i]), value) == 0)
			return is_slurms(im, f, bodies[i], section) ? NULL : bodies[i];
	return NULL;
}

static void fold_field(struct import *im, const struct field *f, void *const *bodies, struct map *const *inherited,
		       size_t n, void *into, enum slurm_section section)
{
	const struct field *to = shape_field(origin_of(into)->shape, f->key);
	const char *value = to ? common_default(f, bodies, inherited, n) : NULL;
	const void *from = body_with(im, f, bodies, n, value, section);
	if (from)
		field_copy(to, into, field_at(f, from));
	for (size_t i = 0; i < n; i++)
		if (from ? strcmp(import_text(im, f, bodies[i]), value) == 0 : is_slurms(im, f, bodies[i], section))
			import_clear(f, bodies[i]);
}

void import_defaults(struct import *im, void *const *bodies, struct map *const *inherited, size_t n, void *into,
		     enum slurm_section section)
{
	const struct shape *s = origin_of(bodies[0])->shape;
	for (size_t i = 0; i < s->n; i++)
		fold_field(im, &s->fields[i], bodies, inherited, n, into, section);
}

/* ---- hardware */

/* What makes two groups machines of one kind. Features and weight come along where all have the same; memory does not:
 * that of hardware is the machine's, and Slurm is told a little less. */
static const char *const kind_keys[] = { "cpus", "boards", "sockets", "cores", "threads", "tmp_disk", "gres", NULL };
static const char *const also_keys[] = { "features", "weight", NULL };

static const char *keys_text(struct import *im, const void *body, const char *const *keys)
{
	struct text t;
	text_init(&t, im->arena);
	for (; *keys; keys++) {
		const struct field *f = shape_field(origin_of(body)->shape, *keys);
		if (field_given(f, body))
			text_addf(&t, "%s:%s\n", f->key, import_text(im, f, body));
	}
	return t.s;
}

static size_t lines_of(const char *s)
{
	size_t n = 0;
	for (; *s; s++)
		n += *s == '\n';
	return n;
}

/* Groups of one kind. */
struct kind {
	LIST(struct node_group *) groups;
};

/* Moves a key from the groups to the hardware. */
static void move_key(struct kind *k, struct hardware *h, const char *key)
{
	const struct field *from = shape_field(&node_shape, key), *to = shape_field(&hardware_shape, key);
	if (!field_given(from, k->groups.v[0]))
		return;
	field_copy(to, h, field_at(from, k->groups.v[0]));
	for (size_t i = 0; i < k->groups.n; i++)
		import_clear(from, k->groups.v[i]);
}

static bool all_alike(struct import *im, const struct kind *k, const char *key)
{
	const struct field *f = shape_field(&node_shape, key);
	for (size_t i = 1; i < k->groups.n; i++)
		if (strcmp(import_text(im, f, k->groups.v[0]), import_text(im, f, k->groups.v[i])) != 0)
			return false;
	return true;
}

static bool has_feature(const struct node_group *g, const char *feature)
{
	for (size_t i = 0; i < g->features.n; i++)
		if (strcmp(g->features.v[i], feature) == 0)
			return true;
	return false;
}

/* The first feature that all groups of a kind have. */
static const char *common_feature(const struct kind *k)
{
	const struct texts *first = &k->groups.v[0]->features;
	for (size_t i = 0; i < first->n; i++) {
		size_t have = 0;
		for (size_t j = 0; j < k->groups.n; j++)
			have += has_feature(k->groups.v[j], first->v[i]);
		if (have == k->groups.n && !check_name(first->v[i]))
			return first->v[i];
	}
	return NULL;
}

static const char *gres_type(const struct kind *k)
{
	const struct entries *list = &k->groups.v[0]->gres;
	const struct gres *r = list->n ? list->v[0] : NULL;
	const char *name = r ? (r->type ? r->type : r->origin.name) : NULL;
	return name && !check_name(name) ? name : NULL;
}

/* "cn" of cn[001-240]: what people call such nodes. */
static const char *prefix_name(struct import *im, const struct kind *k)
{
	const struct hostrun *r = &origin_of(k->groups.v[0])->hosts->runs.v[0];
	char *name = arena_strdup(im->arena, r->prefix);
	for (size_t n = strlen(name); n && !isalnum((unsigned char)name[n - 1]); n--)
		name[n - 1] = '\0';
	return *name && !check_name(name) ? name : "standard";
}

static const char *kind_name(struct import *im, const struct kind *k, struct map *names)
{
	const char *name = gres_type(k);
	bool fresh;
	name = name ? name : common_feature(k);
	name = name ? name : prefix_name(im, k);
	const char *unique = name;
	for (int i = 2; map_add(names, unique, &fresh), !fresh; i++)
		unique = arena_printf(im->arena, "%s-%d", name, i);
	return unique;
}

/* Hardware stands alone: what `defaults` says of its processors it says itself. */
static void complete(struct import *im, struct hardware *h)
{
	static const char *const keys[] = { "cpus", "boards", "sockets", "cores", "threads" };
	enum { N = sizeof(keys) / sizeof(keys[0]) };
	const struct node_group *usual = im->spec->defaults ? im->spec->defaults->node : NULL;
	bool any = false;
	for (size_t i = 0; i < N; i++)
		any = any || field_given(shape_field(&hardware_shape, keys[i]), h);
	for (size_t i = 0; usual && any && i < N; i++) {
		const struct field *from = shape_field(&node_defaults_shape, keys[i]);
		const struct field *to = shape_field(&hardware_shape, keys[i]);
		if (from && field_given(from, usual) && !field_given(to, h))
			field_copy(to, h, field_at(from, usual));
	}
}

static void make_hardware(struct import *im, struct kind *k, struct map *names)
{
	struct hardware *h = body_new(im->arena, &hardware_shape);
	h->origin.name = kind_name(im, k, names);
	for (const char *const *key = kind_keys; *key; key++)
		move_key(k, h, *key);
	for (const char *const *key = also_keys; *key; key++)
		if (all_alike(im, k, *key))
			move_key(k, h, *key);
	complete(im, h);
	for (size_t i = 0; i < k->groups.n; i++)
		k->groups.v[i]->hardware = h->origin.name;
	im->spec->hardware.given = true;
	*list_push(im->arena, &im->spec->hardware) = h;
}

/* A name for one key is longer than the key. */
static bool is_worth_it(struct import *im, const struct kind *k, const char *text)
{
	size_t n = lines_of(text);
	for (const char *const *key = also_keys; n && *key; key++)
		n += field_given(shape_field(&node_shape, *key), k->groups.v[0]) && all_alike(im, k, *key);
	return k->groups.n > 1 && n > 1;
}

void import_hardware(struct import *im)
{
	struct map kinds, names;
	map_init(&kinds, im->arena);
	map_init(&names, im->arena);
	for (size_t i = 0; i < im->spec->nodes.n; i++) {
		struct node_group *g = im->spec->nodes.v[i];
		struct map_entry *e = map_add(&kinds, keys_text(im, g, kind_keys), NULL);
		if (!e->value)
			e->value = ARENA_NEW(im->arena, struct kind);
		*list_push(im->arena, &((struct kind *)e->value)->groups) = g;
	}
	for (size_t i = 0; i < kinds.n; i++) {
		struct kind *k = kinds.v[i].value;
		if (is_worth_it(im, k, kinds.v[i].key))
			make_hardware(im, k, &names);
	}
}
