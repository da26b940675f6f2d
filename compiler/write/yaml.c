#include "compiler/write/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

struct yaml {
	yaml_emitter_t emitter;
	struct text *out;
	uint64_t is_map; /* a bit for each open collection: what y_end ends (libyaml's own stack is private) */
	unsigned depth;	 /* our documents are never deeper than a few */
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

static void scalar(struct yaml *y, const char *s, bool quote)
{
	yaml_event_t e;
	yaml_scalar_style_t style = YAML_PLAIN_SCALAR_STYLE;
	if (strchr(s, '\n') && s[strspn(s, "\n \t")])
		style = YAML_LITERAL_SCALAR_STYLE;
	else if (quote)
		style = YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	/* libyaml copies the bytes; its prototype is not const. */
	yaml_scalar_event_initialize(&e, NULL, NULL, (yaml_char_t *)(uintptr_t)s, (int)strlen(s), 1, 1, style);
	emit(y, &e);
}

static void key_of(struct yaml *y, const char *key)
{
	if (key)
		scalar(y, key, !yaml_plain(key));
}

struct yaml *y_open(struct arena *a, struct text *out, const char *comment)
{
	struct yaml *y = ARENA_NEW(a, struct yaml);
	yaml_event_t e;
	y->out = out;
	for (const char *line = comment; line && *line;) {
		size_t n = strcspn(line, "\n");
		text_addf(out, "# %.*s\n", (int)n, line);
		line += n + (line[n] == '\n');
	}
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
	key_of(y, key);
	if (map)
		yaml_mapping_start_event_initialize(&e, NULL, NULL, 1,
						    flow ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE);
	else
		yaml_sequence_start_event_initialize(&e, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE);
	emit(y, &e);
}

void y_map(struct yaml *y, const char *key)
{
	open_collection(y, key, true, false);
	y->is_map |= UINT64_C(1) << y->depth++;
}

void y_seq(struct yaml *y, const char *key)
{
	open_collection(y, key, false, false);
	y->is_map &= ~(UINT64_C(1) << y->depth++);
}

void y_end(struct yaml *y)
{
	yaml_event_t e;
	if (y->is_map >> --y->depth & 1)
		yaml_mapping_end_event_initialize(&e);
	else
		yaml_sequence_end_event_initialize(&e);
	emit(y, &e);
}

void y_empty_map(struct yaml *y, const char *key)
{
	yaml_event_t e;
	open_collection(y, key, true, true);
	yaml_mapping_end_event_initialize(&e);
	emit(y, &e);
}

void y_str(struct yaml *y, const char *key, const char *value)
{
	key_of(y, key);
	scalar(y, value, !yaml_plain(value));
}

void y_int(struct yaml *y, const char *key, int64_t value)
{
	char digits[32];
	snprintf(digits, sizeof(digits), "%lld", (long long)value);
	key_of(y, key);
	scalar(y, digits, false);
}

void y_bool(struct yaml *y, const char *key, bool value)
{
	key_of(y, key);
	scalar(y, value ? "true" : "false", false);
}
