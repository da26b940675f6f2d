/*
 * embedded.h: files that were compiled in by embed.c. Constant; ends with an entry without a name.
 */
#ifndef HPCC_EMBED_EMBEDDED_H
#define HPCC_EMBED_EMBEDDED_H

#include <stddef.h>

struct embedded {
	const char *name, *text;
	size_t size;
};

extern const struct embedded embedded_rules[];	   /* compiler/rules/NAME.md */
extern const struct embedded embedded_templates[]; /* templates/ */
extern const struct embedded embedded_specs[];	   /* specs/ that `hpcc init` offers */

#endif
