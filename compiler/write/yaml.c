#include "compiler/write/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "compiler/write/comment.h"

struct yaml {
	yaml_emitter_t emitter;
	struct text *out;
	struct text escaped; /* the value that is being written, escaped for the carrier */
	enum yaml_carrier carrier;
	uint64_t is_map; /* a bit for each open collection: what y_end ends (libyaml's own stack is private) */
	unsigned depth;	 /* our documents are never deeper than a few */
	unsigned flow;	 /* the depth of the outermost collection in flow style; 0: none is open */

	/* Said of the next collection. */
	const char *anchor;
	bool next_flow;
};

static int write_chunk(void *data, unsigned char *buffer, size_t size)
{
	struct yaml *y = data;
	text_addn(y->out, (const char *)buffer, size);
	return 1;
}

/* Events that we make are well-formed and memory never runs out quietly: a failure here is a bug of hpcc's. */
static void emit(struct yaml *y, yaml_event_t *event)
{
	if (!yaml_emitter_emit(&y->emitter, event))
		abort();
}

/* libyaml copies the bytes; its prototypes are not const. */
static yaml_char_t *bytes(const char *s)
{
	return (yaml_char_t *)(uintptr_t)s;
}

static void styled_scalar(struct yaml *y, const char *s, yaml_scalar_style_t style)
{
	yaml_event_t e;
	yaml_scalar_event_initialize(&e, NULL, NULL, bytes(s), (int)strlen(s), 1, 1, style);
	emit(y, &e);
}

static void scalar(struct yaml *y, const char *s)
{
	yaml_scalar_style_t style = YAML_PLAIN_SCALAR_STYLE;
	if (!yaml_plain(s) || (y->flow && strpbrk(s, ":?")))
		style = YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	if (style != YAML_PLAIN_SCALAR_STYLE && strchr(s, '\n') && s[strspn(s, "\n \t")])
		style = YAML_LITERAL_SCALAR_STYLE;
	styled_scalar(y, s, style);
}

static void key_of(struct yaml *y, const char *key)
{
	if (key)
		scalar(y, key);
}

struct yaml *y_open_carrier(struct arena *a, struct text *out, const char *comment, enum yaml_carrier carrier)
{
	struct yaml *y = ARENA_NEW(a, struct yaml);
	yaml_event_t e;
	y->out = out;
	y->carrier = carrier;
	text_init(&y->escaped, a);
	comment_add(out, "#", comment);
	yaml_emitter_initialize(&y->emitter);
	yaml_emitter_set_output(&y->emitter, write_chunk, y);
	yaml_emitter_set_unicode(&y->emitter, 1);
	yaml_emitter_set_width(&y->emitter, -1);
	yaml_stream_start_event_initialize(&e, YAML_UTF8_ENCODING);
	emit(y, &e);
	yaml_document_start_event_initialize(&e, NULL, NULL, NULL, 1);
	emit(y, &e);
	y_map(y, NULL);
	return y;
}

struct yaml *y_open(struct arena *a, struct text *out, const char *comment)
{
	return y_open_carrier(a, out, comment, CARRIER_NONE);
}

void y_close(struct yaml *y)
{
	yaml_event_t e;
	y_end(y);
	yaml_document_end_event_initialize(&e, 1);
	emit(y, &e);
	yaml_stream_end_event_initialize(&e);
	emit(y, &e);
	yaml_emitter_delete(&y->emitter);
}

static void open_collection(struct yaml *y, const char *key, bool map, bool flow)
{
	yaml_event_t e;
	int made;
	key_of(y, key);
	if (map)
		made = yaml_mapping_start_event_initialize(&e, bytes(y->anchor), NULL, 1,
							   flow ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE);
	else
		made = yaml_sequence_start_event_initialize(
			&e, bytes(y->anchor), NULL, 1, flow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE);
	if (!made)
		abort();
	emit(y, &e);
	if (y->depth == 64)
		abort();
	y->is_map &= ~(UINT64_C(1) << y->depth);
	y->is_map |= (uint64_t)map << y->depth++;
	if (flow && !y->flow)
		y->flow = y->depth;
	y->anchor = NULL;
	y->next_flow = false;
}

void y_map(struct yaml *y, const char *key)
{
	open_collection(y, key, true, y->next_flow);
}

void y_seq(struct yaml *y, const char *key)
{
	open_collection(y, key, false, y->next_flow);
}

void y_end(struct yaml *y)
{
	yaml_event_t e;
	if (y->flow == y->depth)
		y->flow = 0;
	if (y->is_map >> --y->depth & 1)
		yaml_mapping_end_event_initialize(&e);
	else
		yaml_sequence_end_event_initialize(&e);
	emit(y, &e);
}

void y_empty_map(struct yaml *y, const char *key)
{
	open_collection(y, key, true, true);
	y_end(y);
}

void y_flow(struct yaml *y)
{
	y->next_flow = true;
}

void y_anchor(struct yaml *y, const char *name)
{
	y->anchor = name;
}

static void alias(struct yaml *y, const char *name)
{
	yaml_event_t e;
	if (!yaml_alias_event_initialize(&e, bytes(name)))
		abort();
	emit(y, &e);
}

void y_alias(struct yaml *y, const char *key, const char *name)
{
	key_of(y, key);
	alias(y, name);
}

void y_merge(struct yaml *y, const char *name)
{
	styled_scalar(y, "<<", YAML_PLAIN_SCALAR_STYLE); /* in quotes it would be a key like any other */
	alias(y, name);
}

/* The value as the carrier's expansion turns it into what it was. compose-go, template.go: `$$` is a dollar. */
static const char *escape(struct yaml *y, const char *value)
{
	if (y->carrier == CARRIER_NONE || !strchr(value, '$'))
		return value;
	y->escaped.n = 0;
	for (const char *p = value; *p; p++) {
		if (*p == '$')
			text_addc(&y->escaped, '$');
		text_addc(&y->escaped, *p);
	}
	return y->escaped.s;
}

void y_str(struct yaml *y, const char *key, const char *value)
{
	key_of(y, key);
	scalar(y, escape(y, value));
}

void y_raw(struct yaml *y, const char *key, const char *value)
{
	key_of(y, key);
	scalar(y, value);
}

void y_int(struct yaml *y, const char *key, int64_t value)
{
	char digits[32];
	snprintf(digits, sizeof(digits), "%lld", (long long)value);
	key_of(y, key);
	styled_scalar(y, digits, YAML_PLAIN_SCALAR_STYLE);
}

void y_bool(struct yaml *y, const char *key, bool value)
{
	key_of(y, key);
	styled_scalar(y, value ? "true" : "false", YAML_PLAIN_SCALAR_STYLE);
}
