/*
 * reader.h: what the files that read one document share. Nobody outside compiler/tree includes it.
 *
 * read.c drives libyaml and hands each event to value.c, which builds the tree on a stack of open mappings
 * and lists; spans.c finds the exact bytes of each; comments.c collects what lies between; syntax.c
 * says in plain words where libyaml gave up.
 */
#ifndef HPCC_TREE_READER_H
#define HPCC_TREE_READER_H

#include <yaml.h>

#include "compiler/base/map.h"
#include "compiler/tree/tree.h"

/* A mapping or list that has begun and not ended. */
struct frame {
	struct node *node;
	size_t first;	  /* where its values begin in reader.values */
	bool has_key;	  /* a key was read, its value was not */
	bool braced;	  /* ends with a bracket of its own */
	struct pair pair; /* that key */
	struct map *keys; /* once the mapping is large: key -> its span */
	uint64_t weight;
	unsigned height;
};

struct reader {
	struct arena *arena;
	const struct source *source;
	struct diags *diags;
	struct tree *tree;
	LIST(struct frame) frames;
	LIST(struct pair) values; /* of all open frames, innermost last; a list's have no key */
	struct map anchors;	  /* name -> node; its weight is 0 while it is open */
	size_t aliases;
	uint64_t total;	    /* values so far, aliases expanded */
	uint32_t at;	    /* where the last thing that was read ends */
	uint32_t scanned;   /* up to where comments have been looked for */
	struct span scalar; /* the last scalar */
	bool quoted;	    /* it stands in quotes */
	bool failed;	    /* something was refused: no tree */
	bool stop;	    /* ... and reading on is of no use */
};

/* Records an error, after which there will be no tree. */
struct diag *reader_error(struct reader *r, const char *rule, struct span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* value.c */
void value_scalar(struct reader *r, const yaml_event_t *e);
void value_alias(struct reader *r, const yaml_event_t *e);
void value_start(struct reader *r, const yaml_event_t *e);
void value_end(struct reader *r, const yaml_event_t *e);

/* spans.c */
struct span span_make(const struct reader *r, uint32_t start, uint32_t end);
struct span span_scalar(struct reader *r, const yaml_event_t *e);
struct span span_event(const struct reader *r, const yaml_event_t *e);
/* Of a mapping or list that begins: its start, with end still open; whether brackets enclose it. */
struct span span_start(const struct reader *r, const yaml_event_t *e, bool *ret_braced);
/* The tag among an event's properties. */
struct span span_tag(const struct reader *r, const yaml_event_t *e);

/* comments.c: looks for comments from where it last stopped up to `end`, then goes on at `next`. */
void comments_scan(struct reader *r, uint32_t end, uint32_t next);

/* Where libyaml gave up, in bytes. `problem` and `context` are its own words, never NULL. */
struct failure {
	const char *problem, *context;
	uint32_t at;   /* of the problem */
	uint32_t from; /* of the context: what it was reading */
};

/* syntax.c */
void syntax_error(struct reader *r, const yaml_parser_t *p);
/* The word or the character at a byte, to be underlined; the end of the text before it at the end of the file. */
struct span syntax_place(const struct reader *r, uint32_t at);
/* The byte at which the line of `at` begins. */
uint32_t syntax_line(const struct reader *r, uint32_t at);

/* mistakes.c: the common ones, which need a look at the text. */
void mistake_character(struct reader *r, const struct failure *f);
void mistake_no_colon(struct reader *r, const struct failure *f);
void mistake_colon(struct reader *r, const struct failure *f);
void mistake_no_key(struct reader *r, const struct failure *f);
void mistake_no_item(struct reader *r, const struct failure *f);
void mistake_flow(struct reader *r, const struct failure *f);
void mistake_name(struct reader *r, const struct failure *f);
void mistake_no_value(struct reader *r, const struct failure *f);

/* flow_hostlist.c: says whether the failure was a hostlist without quotes in brackets, and reports it. */
bool flow_hostlist(struct reader *r, const struct failure *f);

#endif
