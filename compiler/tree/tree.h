/*
 * tree.h: YAML as a tree of nodes, each of which knows its place.
 *
 * Spans are exact bytes. A scalar's covers its quotes, a literal or folded one goes from its | or > to the end
 * of its last line that is not blank, without the line break. A flow collection's covers its brackets. A block
 * mapping's goes from its first key to the end of its last value, a block list's from its first -. A value that is
 * not there ("key:") has an empty span behind its colon. Anchors (&a) stand outside the span of what they name.
 *
 * The reader drives libyaml's event API, which knows no limits: depth, aliases and the number of
 * nodes are limited here, each with its own error. Merge keys (<<), tags, duplicate keys, keys that are
 * not scalars, and more than one document are errors. Scalars stay text: what `yes` or
 * 24.10 means is for the reader of that key to say (compiler/schema).
 *
 * An alias is resolved to the anchor's own node (shared, not copied). Comments are kept in a
 * list beside the tree. The room never knows a key's name.
 */
#ifndef HPCC_TREE_TREE_H
#define HPCC_TREE_TREE_H

#include "compiler/base/arena.h"
#include "compiler/base/list.h"
#include "compiler/source/diag.h"
#include "compiler/source/source.h"

enum {
	TREE_MAX_DEPTH = 64, /* mappings and lists in each other, aliases expanded: readers may recurse */
	TREE_MAX_ALIASES = 10000,
	TREE_MAX_NODES = 2000000,  /* counted with every alias expanded */
	TREE_MAX_SCALAR = 1 << 20, /* bytes of one scalar, unescaped */
};

enum node_kind { NODE_SCALAR, NODE_MAPPING, NODE_SEQUENCE };

struct node {
	enum node_kind kind : 8;
	bool plain : 1;	  /* a scalar without quotes */
	bool block : 1;	  /* a literal or folded scalar */
	bool flow : 1;	  /* a mapping or sequence in { } or [ ] */
	uint8_t height;	  /* of a mapping or list: how many lie in each other, itself included; aliases expanded */
	uint32_t weight;  /* nodes in it with aliases expanded, itself included, keys not; at most TREE_MAX_NODES */
	struct span span; /* of the whole value; an alias keeps the anchor's span */
	const struct node *shadowed; /* what an overlay replaced here, or NULL (set by merge) */
	union {
		struct {
			const char *text; /* unescaped; plain empty for a key with nothing after it */
			uint32_t size;
		};
		struct {
			struct pair *pairs; /* in file order */
			uint32_t n_pairs;
		};
		struct {
			struct node **items;
			uint32_t n_items;
		};
	};
};

struct pair {
	const char *key;
	struct span key_span;
	struct node *value;
};

struct comment {
	struct span span; /* from # to the end of the line, without the line break */
};

struct tree {
	struct node *root;	       /* NULL when the text could not be read, or was empty */
	LIST(struct comment) comments; /* in file order */
};

/* Reads a checked source (source_check). What is wrong is recorded in `d`; a tree that could be
 * read in part is not returned: root is then NULL. An empty document is an error (rule empty-file). */
struct tree *tree_read(struct arena *a, const struct sources *s, const struct source *src, struct diags *d);

/* The pair of a key in a mapping, or NULL (also when `mapping` is none). Linear: use a map where a mapping may be
 * large. */
struct pair *node_pair(const struct node *mapping, const char *key);
/* The value of a key, if it is of that kind; else NULL. */
const struct node *node_value(const struct node *mapping, const char *key, enum node_kind kind);
/* A plain scalar with nothing in it: "key:" */
bool node_is_empty(const struct node *n);
/* A plain scalar `null` or `~`. */
bool node_is_null(const struct node *n);
const char *node_kind_name(const struct node *n); /* "a mapping", "a list", "text" */

#endif
