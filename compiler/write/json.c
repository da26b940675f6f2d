#include "compiler/write/json.h"

#include <stdlib.h>

#include <jansson.h>

enum { JSON_DEPTH = 64 }; /* our documents are never deeper than a few */

struct json {
	json_t *open[JSON_DEPTH];
	unsigned depth;
};

/* jansson fails only for want of memory or for text that is not UTF-8, which source hygiene has refused. */
static void put(struct json *j, const char *key, json_t *value)
{
	json_t *in = j->open[j->depth - 1];
	if (!value || (key ? json_object_set_new(in, key, value) : json_array_append_new(in, value)) != 0)
		abort();
}

struct json *j_open(struct arena *a)
{
	struct json *j = ARENA_NEW(a, struct json);
	j->open[j->depth++] = json_object();
	return j;
}

static int add_chunk(const char *s, size_t n, void *out)
{
	text_addn(out, s, n);
	return 0;
}

void j_close(struct json *j, struct text *out)
{
	json_dump_callback(j->open[0], add_chunk, out, JSON_INDENT(2));
	text_addc(out, '\n');
	json_decref(j->open[0]);
}

static void open_collection(struct json *j, const char *key, json_t *c)
{
	put(j, key, c);
	if (j->depth == JSON_DEPTH)
		abort();
	j->open[j->depth++] = c; /* borrowed: its parent holds it */
}

void j_map(struct json *j, const char *key)
{
	open_collection(j, key, json_object());
}

void j_seq(struct json *j, const char *key)
{
	open_collection(j, key, json_array());
}

void j_end(struct json *j)
{
	j->depth--;
}

void j_str(struct json *j, const char *key, const char *value)
{
	put(j, key, json_string(value));
}

void j_int(struct json *j, const char *key, int64_t value)
{
	put(j, key, json_integer(value));
}

void j_bool(struct json *j, const char *key, bool value)
{
	put(j, key, json_boolean(value));
}

void json_scalar(struct text *t, const char *s)
{
	json_t *value = json_string(s);
	if (!value)
		abort();
	json_dump_callback(value, add_chunk, t, JSON_ENCODE_ANY);
	json_decref(value);
}
