/*
 * schema.h: what can be done to any spec by its rows: merge, decode, bind, defaults, expand,
 * JSON Schema, reference tables.
 *
 * Never knows a key by name. merge, decode and bind report; the rest is silent.
 */
#ifndef HPCC_SCHEMA_SCHEMA_H
#define HPCC_SCHEMA_SCHEMA_H

#include "compiler/schema/field.h"
#include "compiler/source/diag.h"

/* What these functions share. */
struct schema_context {
	struct arena *arena;
	const struct sources *sources;
	struct diags *diags;
};

enum { TEXT_MAX = 4096 }; /* bytes of a one-line text */

/* Merges a later tree into an earlier one: mappings by key, mappings of hosts as sets of names (a name in both
 * splits its group), lists and scalars replace, a written null removes. Neither tree is changed. */
struct node *schema_merge(struct schema_context *c, const struct shape *shape, const struct node *base,
			  const struct node *over);

/* Reads a tree into a body. All that is wrong is reported; a body in which something could not be read is marked broken.
 * Never returns NULL. */
void *schema_decode(struct schema_context *c, const struct shape *shape, const struct node *node);

/* Looks up every name that refers to a mapping at the top, and marks the mappings in which one was missed. A reference to a
 * broken body counts as found. */
void schema_bind(struct schema_context *c, void *root);

/* Fills in every absent member that has a default, in this body and those in it. */
void schema_defaults(struct arena *a, void *body);
/* Copies what `to` lacks and `from` has, key by key where both shapes have the same key and kind. `why` names the source. */
void schema_flow(struct arena *a, void *to, const void *from, const char *why);

/* The spec as text that means the same. With sources, each line says in a comment where its value comes from. */
void schema_expand(const void *root, const struct sources *sources, struct text *t);
/* One scalar value of a member as it would be written (for messages); "" for mappings and lists of bodies. */
void schema_print_value(const struct field *f, const void *x, struct text *t);

/* A JSON Schema (draft 2020-12) of the language. */
void schema_json(const struct shape *root, struct text *t);
/* The tables of SPEC.md, in Markdown. */
void schema_reference(const struct shape *root, struct text *t);
/* One line a row, "node-default.cpus": each table once, in the order of the walk, without what is transient. */
void schema_keys(const struct shape *root, struct text *t);

/* What a key wants, in words: "a whole number from 1 to 65535". */
const char *field_wants(struct arena *a, const struct field *f);

/* Calls `each` for a body and all bodies in it, parents first, in the order of the rows; `key` is the key that it stands under. */
typedef void schema_visit(void *ctx, void *body, const char *key);
void schema_walk(void *root, schema_visit *each, void *ctx);

#endif
