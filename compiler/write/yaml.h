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
 * YAML 1.1 or 1.2 could take it for something else: `on`, `1.10`, `2222:22`, `null`, `~` and the like are quoted. Text
 * of several lines goes out as a literal block. Never sees a host or a node.
 *
 * What many mappings share is written once, under an anchor, and merged into each:
 *
 *	y_anchor(y, "service");
 *	y_map(y, "x-service");              // x-service: &service
 *	y_bool(y, "init", true);            //   init: true
 *	y_end(y);
 *	y_map(y, "c1");                     // c1:
 *	y_merge(y, "service");              //   <<: *service
 *	y_flow(y);
 *	y_map(y, "networks");               //   networks: {cluster: {}}
 *	y_empty_map(y, "cluster");
 *	y_end(y);
 *	y_end(y);
 *
 * A value that a program expands after it has read the YAML passes two readers, and is escaped for both: such a file is
 * opened with its carrier.
 *
 *	struct yaml *y = y_open_carrier(arena, &text, NULL, CARRIER_COMPOSE);
 *	y_str(y, "command", "echo $HOME");                 // command: echo $$HOME
 *	y_raw(y, "subnet", "${HPCC_NET:-10.83}.0.0/16");   // subnet: "${HPCC_NET:-10.83}.0.0/16"
 */
#ifndef HPCC_WRITE_YAML_H
#define HPCC_WRITE_YAML_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler/base/text.h"

struct yaml;

/* Who expands the values after YAML's reader. */
enum yaml_carrier {
	CARRIER_NONE,
	CARRIER_COMPOSE, /* compose and stack files: `$` is written `$$` in values; compose expands no keys */
};

/* `comment`: lines put before the document, each after "# "; NULL: none. */
struct yaml *y_open(struct arena *a, struct text *out, const char *comment);
struct yaml *y_open_carrier(struct arena *a, struct text *out, const char *comment, enum yaml_carrier carrier);
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
/* A string in which what the carrier expands is meant: our own text, never a user's. */
void y_raw(struct yaml *y, const char *key, const char *value);

/* Said before y_map or y_seq, of that one collection: on one line, `{a: b}` or `[a, b]`, with all that is in it. */
void y_flow(struct yaml *y);
/* The same: it bears this name. Names are letters, digits, '_' and '-', and a document has each once (an anchor said
 * again means the newer from there on). Other names end the process. */
void y_anchor(struct yaml *y, const char *name);
/* The collection of that name, which stands further up, as a value. */
void y_alias(struct yaml *y, const char *key, const char *name);
/* `<<: *name`: the entries of the mapping of that name, where this one does not say otherwise. Once a mapping. */
void y_merge(struct yaml *y, const char *name);

/* Whether a string means itself when it stands plain, in YAML 1.1 and 1.2, in a block (in flow `:` and `?` are not
 * plain either: the y_ functions see to it). */
bool yaml_plain(const char *s);
/* One scalar on one line: plain where yaml_plain, else in double quotes. */
void yaml_scalar(struct text *t, const char *s);

#endif
