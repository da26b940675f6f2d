/* json_parts.h: what the two files that write the JSON Schema share. */
#ifndef HPCC_SCHEMA_JSON_PARTS_H
#define HPCC_SCHEMA_JSON_PARTS_H

#include "compiler/base/list.h"
#include "compiler/schema/field.h"
#include "compiler/write/json.h"

struct schema_writing {
	struct json *j;
	struct arena *arena;
	bool overlay;			   /* nothing is required, and null removes */
	LIST(const struct shape *) shapes; /* those begun */
};

/* The shape's name in $defs. */
const char *json_def_name(const struct schema_writing *w, const struct shape *s);
/* "$ref": a name in $defs. */
void json_put_ref(struct schema_writing *w, const char *name);
/* {"type": "null"}, an item of an anyOf. */
void json_put_null(struct schema_writing *w);
/* "type": one, or any of two or three (else NULL). */
void json_put_types(struct schema_writing *w, const char *a, const char *b, const char *c);
/* Two items of an anyOf: what stands in a list of the row's kind, alone and as a list. */
void json_put_one_or_list(struct schema_writing *w, const struct field *f);
/* What a key takes, as members of the mapping that is open. */
void json_put_value(struct schema_writing *w, const struct field *f);
/* The kinds of value that many keys share, as members of $defs. */
void json_put_kinds(struct schema_writing *w);

#endif
