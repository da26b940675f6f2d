/*
 * yaml.h: YAML is written by libyaml's emitter, behind one idiom:
 *
 *	struct yaml *y = y_open(arena, &text, "Cluster lab. Made by hpcc: do not edit.");
 *	y_map(y, "all");
 *	y_str(y, "ansible_host", "10.0.0.1");
 *	y_int(y, "port", 22);
 *	y_seq(y, "names");
 *	y_str(y, NULL, "c1");
 *	y_end(y);          // names
 *	y_end(y);          // all
 *	y_close(y);
 *
 * The document's root is a mapping that y_open begins and y_close ends. A string goes out plain only if no reader of
 * YAML 1.1 or 1.2 could take it for something else: `on`, `1.10`, `null`, `~` and the like are quoted. Text of
 * several lines goes out as a literal block. Never sees a host or a node.
 */
#ifndef HPCC_WRITE_YAML_H
#define HPCC_WRITE_YAML_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler/base/text.h"

struct yaml;

/* `comment`: lines put before the document, each after "# "; NULL: none. */
struct yaml *y_open(struct arena *a, struct text *out, const char *comment);
void y_close(struct yaml *y);

/* Each takes a key in a mapping, NULL in a sequence. */
void y_map(struct yaml *y, const char *key);
void y_seq(struct yaml *y, const char *key);
void y_end(struct yaml *y);
void y_str(struct yaml *y, const char *key, const char *value);
void y_int(struct yaml *y, const char *key, int64_t value);
void y_bool(struct yaml *y, const char *key, bool value);
/* An empty value: {} */
void y_empty_map(struct yaml *y, const char *key);

/* Whether a string means itself when it stands plain, in YAML 1.1 and 1.2, in block and flow. */
bool yaml_plain(const char *s);
/* One scalar on one line: plain where yaml_plain, else in double quotes. */
void yaml_scalar(struct text *t, const char *s);

#endif
