/* decode.h: what the parts of decode share: one value being read, and how it is refused. */
#ifndef HPCC_SCHEMA_DECODE_H
#define HPCC_SCHEMA_DECODE_H

#include "compiler/schema/schema.h"

/* One value being read: the context, the body that it belongs to, its row, and its node. */
struct reading {
	struct schema_context *c;
	struct origin *body;
	const struct field *f;
	const struct node *node;
};

/* Records an error, and that the body is broken. */
struct diag *refuse(struct reading *r, const char *rule, struct span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void refuse_kind(struct reading *r, const struct node *n);
void refuse_value(struct reading *r, const struct node *n, const char *wanted);

/* Whether a node is a scalar that says something; reports when not. */
bool scalar(struct reading *r, const struct node *n);
/* A word of the row's list, a text that passes the row's check, a hostlist; NULL when refused. */
const char *word_of(struct reading *r, const struct node *n);
const char *text_of(struct reading *r, const struct node *n);
struct hostlist *hostlist_of(struct reading *r, const char *text, struct span span, bool plain);

void decode_scalar(struct reading *r, void *at);
void decode_list(struct reading *r, struct texts *ret);
void decode_hosts(struct reading *r, struct hosts *ret);
void decode_nodeset(struct reading *r, struct nodeset *ret);
void decode_options(struct reading *r, struct options *ret);

#endif
