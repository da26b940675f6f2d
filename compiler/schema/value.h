/*
 * value.h: the kinds of value that a key can have, and their forms as text.
 *
 * Every value has a state "absent", which no text can write. parse functions take the scalar's
 * text as the user wrote it and say what was wanted when they refuse it; print functions write the
 * shortest text that parses to the same value, which is what `hpcc expand` shows.
 */
#ifndef HPCC_SCHEMA_VALUE_H
#define HPCC_SCHEMA_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler/base/list.h"
#include "compiler/base/text.h"
#include "compiler/hostlist/hostlist.h"
#include "compiler/source/source.h"

#define VALUE_ABSENT INT64_MIN

enum tri { TRI_ABSENT, TRI_FALSE, TRI_TRUE };

struct duration {
	int64_t seconds; /* VALUE_ABSENT, DURATION_INFINITE */
};
#define DURATION_INFINITE INT64_MAX

/* An amount of memory, or a share of the host's. */
struct memory {
	int64_t bytes;	 /* VALUE_ABSENT when absent or a share */
	int64_t percent; /* 0: not a share */
};

struct texts {
	const char **v;
	size_t n, cap;
	bool given; /* tells [] from absent */
};

/* Hosts, addresses or ports that pair with the names of a group: as many as these, or one for all;
 * `spread` deals them out in turn instead. */
struct hosts {
	struct hostlist *list; /* NULL: absent */
	bool spread;
};

/* The nodes of a partition. */
struct nodeset {
	struct hostlist *list; /* named nodes */
	bool all;
	const char *feature, *gres; /* nodes that have it */
	bool given;
};

/* Free keys with text values: Slurm options, environment variables, TRES limits. */
struct option {
	const char *key, *value; /* a list's items joined by commas; booleans as yes and no */
	struct span key_span, span;
	bool is_list;
};
struct options {
	struct option *v;
	size_t n, cap;
	bool given;
};

/* Bodies of a mapping or list: v[i] points at a struct that begins with struct origin. */
struct entries {
	void **v;
	size_t n, cap;
	bool given;
	bool missed; /* a name that refers to these is none of them, which bind has said */
};

/* Each returns NULL when fine, else what was wanted ("a duration such as 90s, 5m, 8h, 7d or infinite"). */
const char *parse_bool(const char *s, enum tri *ret);
const char *parse_int(const char *s, int64_t *ret);
const char *parse_duration(const char *s, struct duration *ret);
const char *parse_memory(const char *s, struct memory *ret);

/* "a,b" and "key=value,key=value": how Slurm and sacctmgr take several. "" for none. */
const char *texts_joined(struct arena *a, const struct texts *list);
const char *options_joined(struct arena *a, const struct options *list);

void print_duration(struct duration d, struct text *t);
void print_memory(struct memory m, struct text *t);

static inline bool duration_given(struct duration d)
{
	return d.seconds != VALUE_ABSENT;
}
static inline bool memory_given(struct memory m)
{
	return m.bytes != VALUE_ABSENT || m.percent;
}

#endif
