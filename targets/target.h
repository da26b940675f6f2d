/*
 * target.h: a target lays a model out as files.
 *
 * It takes the model's files as they are, decides nothing, cannot fail, sorts by nothing but the model's order, and never sees
 * another target. Adding one is a file here, a row in targets.c, and a row in compiler/spec/targets.c.
 */
#ifndef HPCC_TARGETS_TARGET_H
#define HPCC_TARGETS_TARGET_H

#include "compiler/base/list.h"
#include "compiler/base/text.h"
#include "compiler/model/model.h"
#include "compiler/platform/platform.h"

struct output_file {
	const char *path; /* below OUT/<target>/ */
	bool executable;
	struct text text;
};

struct output {
	struct arena *arena;
	LIST(struct output_file) files;
};

struct target {
	const char *name;
	const char *summary; /* for --help and the README's table */
	const struct platform *platform;
	bool needs_slurm; /* has nothing to say of a cluster without a scheduler */
	/* Files and folders (with a slash at the end) beside its output that it honours, written by people; ends with NULL, or NULL. */
	const char *const *overlays;
	void (*emit)(const struct model *m, struct output *out);
};

extern const struct target *const targets[]; /* ends with NULL */
const struct target *target_named(const char *name);

/* A new file of the output; the pointer holds until the next one. */
struct text *output_add(struct output *out, const char *path, bool executable);
/* A complete script of templates/, as it stands. */
void output_template(struct output *out, const char *template_name, const char *path);

/* ---- helpers named by thing (target_files.c) */

/* One line of a TSV: fields separated by tabs; NULL and "" are written "-". Ends with NULL. */
void tsv_line(struct text *t, ...) __attribute__((sentinel));

#endif
