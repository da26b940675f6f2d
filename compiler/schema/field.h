/*
 * field.h: a row says everything about a key.
 *
 * The same rows drive decoding, merging, references, defaults, `expand`, the JSON Schema, the tables
 * of SPEC.md and the way to Slurm's records. The tables themselves stand in compiler/spec; nothing in
 * this room knows a key by name.
 *
 *	static const struct field node_fields[] = {
 *		{ .key = "cpus", AS_INT(struct node_group, cpus), .min = 1, .max = 65535,
 *		  .slurm = "CPUs", .derived = "sockets x cores x threads",
 *		  .doc = "Processors that Slurm hands out." },
 *	};
 *
 * The AS_ macros check at compile time that the row's kind and the member's type agree.
 */
#ifndef HPCC_SCHEMA_FIELD_H
#define HPCC_SCHEMA_FIELD_H

#include <stddef.h>
#include <stdint.h>

#include "compiler/schema/value.h"
#include "compiler/slurm/fact.h"
#include "compiler/tree/tree.h"

enum value_kind {
	VALUE_BOOL,
	VALUE_INT,
	VALUE_WORD,  /* one of .words; kept as the table's own string */
	VALUE_WORDS, /* several of .words */
	VALUE_TEXT,  /* one line of text, .check says which */
	VALUE_LONGTEXT, /* text that may have several lines */
	VALUE_TEXTS,
	VALUE_DURATION,
	VALUE_MEMORY,
	VALUE_HOSTS,
	VALUE_NODESET,
	VALUE_OPTIONS,
	VALUE_STRUCT, /* a body: pointer to a struct that begins with struct origin */
	VALUE_MAP,    /* bodies by name, or by hostlist */
	VALUE_LIST,   /* bodies in an order that counts */
};

/* How a value is written for Slurm's files, or for sacctmgr. */
enum slurm_form {
	FORM_PLAIN,   /* by kind: yes/no, number, words joined by commas */
	FORM_SECONDS, /* a duration as a number of seconds; infinite is INFINITE */
	FORM_MINUTES, /* rounded up */
	FORM_TIME,    /* d-hh:mm:ss, as Slurm prints it */
	FORM_MEBIBYTES,
	FORM_UPPER, /* a word in upper case */
	FORM_AGE,   /* 30days, 12hours: slurmdbd.conf(5), Purge*After */
};

struct shape;

struct field {
	const char *key;
	enum value_kind kind;
	uint16_t offset; /* of the member */

	bool required;
	bool always;	/* VALUE_STRUCT: exists, and takes its defaults, even when absent */
	bool joins;	/* VALUE_OPTIONS: a body's own are added to those that flow into it, name by name */
	bool by_hosts;	/* VALUE_MAP: keys are hostlists, merged as sets of names */
	bool ranked;	/* VALUE_MAP: a name may have a list of bodies */
	bool column;	/* VALUE_HOSTS: pairs with the names of the group it stands in */
	bool unfolds;	/* TEXTS: an item may be a hostlist, and stands for its names */
	bool repeats;	/* TEXTS: an item may stand twice: words of a command line */
	bool stays;	/* does not flow to other bodies: it is the machine's own */
	bool transient;	/* says how the text was put together, not what it says: not part of expand */
	bool numbers;	/* VALUE_HOSTS: numbers (ports), not names */
	const struct shape *shape;	  /* STRUCT, MAP, LIST */
	const char *const *words;	  /* WORD, WORDS: ends with NULL */
	int64_t min, max;		  /* INT, DURATION (seconds), MEMORY (bytes); both 0: none */
	const char *(*check)(const char *); /* TEXT, TEXTS, names of a MAP, keys of OPTIONS: NULL or what is wanted */
	const char *help;		  /* TEXT, TEXTS: what is possible, where .check refuses */
	const char *(*check_value)(const char *); /* OPTIONS: the same of each value */
	const char *refers;		  /* the mapping at the top whose names it holds */
	const char *built_in;		  /* MAP: a name that exists without being written */
	const char *also_names;		  /* MAP: its keys are names of that mapping as well */
	const char *def;		  /* default, as it would be written */
	const char *derived;		  /* how it is filled in when absent, in words */
	const char *slurm;		  /* the Slurm key that it becomes */
	enum slurm_file slurm_file;	  /* of that key, and of OPTIONS */
	enum slurm_section slurm_section; /* OPTIONS: the section of its keys */
	enum slurm_form form;
	const char *prefix; /* put before a word: "select/" */
	bool slurm_options; /* OPTIONS: keys are Slurm's, known to the chosen release */
	unsigned needs;	    /* what a platform must be able to do (compiler/platform): checked for each target built */

	const char *doc; /* Markdown, one or two sentences */
};

/* The table of one kind of body. */
struct shape {
	const char *name; /* "node", as messages say it */
	const char *doc;
	size_t size;	  /* of its struct */
	const struct field *fields;
	size_t n;
	const char *shorthand; /* the key that a bare scalar or list stands for, or NULL */
	enum slurm_section slurm_section;
};
#define SHAPE_FIELDS(table) .fields = (table), .n = sizeof(table) / sizeof((table)[0])

/* A value that was not written but filled in: by a default, a derivation, another body. */
struct given {
	struct given *next;
	uint16_t offset;
	const char *why;  /* "default", "sockets x cores x threads", "hardware milan" */
	struct span span; /* where it came from, when it was written somewhere */
};

/* Every spec struct begins with this. */
struct origin {
	const struct shape *shape;
	const struct node *node; /* what it was read from; NULL: made by hpcc */
	const char *name;	 /* its key in a mapping; for by_hosts the hostlist as written */
	struct span name_span;
	struct hostlist *hosts; /* by_hosts: the names */
	struct given *given;
	bool broken; /* something in it could not be read: rules pass over it */
};

#define MEMBER_(S, m, T) .offset = offsetof(S, m) + 0 * sizeof(char[_Generic(((S *)0)->m, T : 1)])
#define AS_BOOL(S, m)     .kind = VALUE_BOOL, MEMBER_(S, m, enum tri)
#define AS_INT(S, m)      .kind = VALUE_INT, MEMBER_(S, m, int64_t)
#define AS_WORD(S, m, w)  .kind = VALUE_WORD, .words = (w), MEMBER_(S, m, const char *)
#define AS_WORDS(S, m, w) .kind = VALUE_WORDS, .words = (w), MEMBER_(S, m, struct texts)
#define AS_TEXT(S, m)     .kind = VALUE_TEXT, MEMBER_(S, m, const char *)
#define AS_LONGTEXT(S, m) .kind = VALUE_LONGTEXT, MEMBER_(S, m, const char *)
#define AS_TEXTS(S, m)    .kind = VALUE_TEXTS, MEMBER_(S, m, struct texts)
#define AS_DURATION(S, m) .kind = VALUE_DURATION, MEMBER_(S, m, struct duration)
#define AS_MEMORY(S, m)   .kind = VALUE_MEMORY, MEMBER_(S, m, struct memory)
#define AS_HOSTS(S, m)    .kind = VALUE_HOSTS, MEMBER_(S, m, struct hosts)
#define AS_NODESET(S, m)  .kind = VALUE_NODESET, MEMBER_(S, m, struct nodeset)
#define AS_OPTIONS(S, m)  .kind = VALUE_OPTIONS, MEMBER_(S, m, struct options)
#define AS_STRUCT(S, m, T, s) .kind = VALUE_STRUCT, .shape = &(s), MEMBER_(S, m, T *)
#define AS_MAP(S, m, s)   .kind = VALUE_MAP, .shape = &(s), MEMBER_(S, m, struct entries)
#define AS_LIST(S, m, s)  .kind = VALUE_LIST, .shape = &(s), MEMBER_(S, m, struct entries)

/* The row of a key, or NULL. */
const struct field *shape_field(const struct shape *s, const char *key);
const struct field *shape_field_at(const struct shape *s, uint16_t offset);
static inline void *field_at(const struct field *f, const void *x)
{
	return (char *)(uintptr_t)x + f->offset;
}

/* A new body of a shape, every member absent. */
void *body_new(struct arena *a, const struct shape *s);
/* Whether the member has a value. */
bool field_given(const struct field *f, const void *x);
void field_copy(const struct field *f, void *to, const void *from);

/* Where a member's value was written: its own place; where it was derived from; else the body's place. */
struct span where_offset(const void *x, uint16_t offset);
#define WHERE(x, m) where_offset((x), (uint16_t)((const char *)&(x)->m - (const char *)(x)))
/* The i-th item of a list member. */
struct span where_item(const void *x, uint16_t offset, size_t i);
#define WHERE_ITEM(x, m, i) where_item((x), (uint16_t)((const char *)&(x)->m - (const char *)(x)), (i))
/* The key's own place, for "this key does not belong here"; the value's place when derived. */
struct span where_key(const void *x, const struct field *f);
/* The body's name where it has one, else the whole of it. */
struct span where_body(const void *x);
/* Whether the value was written by the user (and not derived). */
bool written_offset(const void *x, uint16_t offset);
#define WRITTEN(x, m) written_offset((x), (uint16_t)((const char *)&(x)->m - (const char *)(x)))

/* Records that a member was filled in. */
void give(struct arena *a, void *x, const struct field *f, const char *why, struct span span);
#define GIVE(a, x, m, why, span)                                                                                       \
	give((a), (x),                                                                                                 \
	     shape_field_at(((const struct origin *)(x))->shape,                                                       \
			    (uint16_t)((const char *)&(x)->m - (const char *)(x))),                                    \
	     (why), (span))
/* The record of a derived member, or NULL. */
const struct given *given_at(const void *x, uint16_t offset);

/* The bodies of a map or list that are whole:
 *	struct partition *p;
 *	for (size_t i = 0; (p = entries_next(&spec->partitions, &i));) */
void *entries_next(const struct entries *e, size_t *i);
/* Broken ones too. */
static inline const struct origin *origin_of(const void *x)
{
	return x;
}

#endif
