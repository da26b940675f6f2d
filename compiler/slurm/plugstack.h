/*
 * plugstack.h: plugstack.conf, the list of SPANK plugins, in a grammar of its own.
 *
 *	required | optional | include   PATH   [ARGUMENT...]
 *
 * in lower case, with blanks and tabs between the words. '#' ends a line wherever it stands; nothing joins lines,
 * nothing quotes, and a carriage return is a byte like any other. (common/spank.c: _plugin_stack_parse_line())
 *
 * Reports nothing: the rules do (compiler/check). Opens nothing: whoever reads gives the sources.
 */
#ifndef HPCC_SLURM_PLUGSTACK_H
#define HPCC_SLURM_PLUGSTACK_H

#include "compiler/slurm/read.h"

enum plugstack_kind { PLUGSTACK_BAD, PLUGSTACK_REQUIRED, PLUGSTACK_OPTIONAL, PLUGSTACK_INCLUDE };

/* What became of an include. */
enum plugstack_include {
	PLUGSTACK_READ,
	PLUGSTACK_PATTERN, /* names files that cannot be listed here */
	PLUGSTACK_MISSING,
	PLUGSTACK_LOOP,	    /* is being read already */
	PLUGSTACK_TOO_MANY, /* more than INCLUDE_FILES, or deeper than INCLUDE_DEPTH */
};

struct plugstack_line {
	enum plugstack_kind kind;
	const char *word, *path;	  /* path: NULL when the line ends before it */
	LIST(const char *) arguments;
	struct span word_span, path_span; /* path_span also when it is missing: behind the word */
	struct span carriage_return;	  /* known when the line ends in one */
	struct span joined;		  /* known when a backslash stands at its end, as if that joined lines */
	bool too_long;			  /* Slurm reads it in pieces */
	enum plugstack_include include;	  /* of PLUGSTACK_INCLUDE with a path */
	struct span loop;		  /* PLUGSTACK_LOOP: where it is included first, if anywhere */
};

struct plugstack {
	LIST(struct plugstack_line) lines; /* of all files, in the order in which Slurm takes them */
};

/* How long a line may be (fgets() into PATH_MAX bytes). */
enum { PLUGSTACK_LINE = 4095 };

/* Reads plugstack.conf and what it includes: relative paths begin where plugstack.conf lies. */
const struct plugstack *plugstack_read(struct slurm_reader *r, const struct source *src);

#endif
