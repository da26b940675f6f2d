/*
 * json.h: JSON is written by jansson, behind one idiom:
 *
 *	struct json *j = j_open(arena);
 *	j_map(j, "nodes");
 *	j_str(j, "name", "c1");
 *	j_end(j);
 *	j_close(j, &text);
 *
 * The document's root is a mapping that j_open begins and j_close ends and prints, indented, keys in the order written.
 */
#ifndef HPCC_WRITE_JSON_H
#define HPCC_WRITE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler/base/text.h"

struct json;

struct json *j_open(struct arena *a);
void j_close(struct json *j, struct text *out);

/* Each takes a key in a mapping, NULL in a sequence. */
void j_map(struct json *j, const char *key);
void j_seq(struct json *j, const char *key);
void j_end(struct json *j);
void j_str(struct json *j, const char *key, const char *value);
void j_int(struct json *j, const char *key, int64_t value);
void j_bool(struct json *j, const char *key, bool value);

/* One string, quoted: for formats that hold a piece of JSON. */
void json_scalar(struct text *t, const char *s);

#endif
