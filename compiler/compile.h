/*
 * compile.h: one compile: from the bytes of a spec to the files of its targets.
 *
 * The command line, the tests, the fuzzers and an editor all call this. It opens no file: a reader is passed in.
 * Everything a compile makes lives in its arena: nothing outlives compile_free(), and two compiles in one process know
 * nothing of each other.
 *
 *	struct compile *c = compile_new(reader, ctx);
 *	compile_spec(c, "lab.yaml", NULL, 0);
 *	compile_target(c, "slurm");           // as often as wanted
 *	if (!c->diags.errors) ... c->results.v[i].output
 *	compile_free(c);
 *
 * or, of files that Slurm has already (compile_slurm.c):
 *
 *	compile_slurm_add(c, "/etc/slurm/slurm.conf", SLURM_FILE_COUNT);
 *	compile_slurm(c, RELEASE_24_11);	// or compile_fit(c), or compile_upgrade(c, RELEASE_26_05)
 *	compile_finish(c);
 */
#ifndef HPCC_COMPILE_H
#define HPCC_COMPILE_H

#include "compiler/model/model.h"
#include "compiler/slurm/read.h"
#include "compiler/slurm/upgrade.h"
#include "compiler/source/diag.h"
#include "compiler/source/source.h"
#include "compiler/tree/tree.h"
#include "targets/target.h"

/* Gives the bytes of a file, allocated in the arena, or NULL and in *ret_error why not ("no such file or directory"). `path` is as
 * the user or a spec wrote it, relative ones already joined to the folder of the file that names them. */
typedef const char *compile_reader(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error);

/* One target's outcome. */
struct result {
	const struct target *target;
	struct model *model;
	struct output output; /* empty unless the whole compile is free of errors */
};

/* One of Slurm's own files, as it was given. */
struct slurm_input {
	enum slurm_file file;
	const struct source *source;
	bool captured; /* what scontrol or slurmd printed, and no file: slurm_captured() */
};

struct compile {
	struct arena *arena;
	compile_reader *read;
	void *ctx;
	void (*phase)(void *ctx, const char *name); /* called as each phase ends, when set: for the benchmark */
	struct sources sources;
	struct diags diags;
	struct node *root; /* merged */
	LIST(struct tree *) trees; /* of all files, the spec's own first, for their comments */
	struct spec *spec; /* resolved; NULL when a file could not be read */
	LIST(struct result) results;
	LIST(struct slurm_input) slurm; /* in the order in which they are read: slurm.conf first */
	struct map included;		/* by path: struct slurm_included */
	struct slurm_files *files;	/* as they were read for a release; NULL for a spec, and when they were read for several */
	const struct machine *machine;	/* that they are for; set before they are read; or NULL */
	release_set fits;		/* compile_fit(): the releases that they fit */
	enum release release, target;	/* what they were taken as; where an upgrade leads: RELEASE_NONE when there is none */
	bool fitted;			/* `fits` was worked out, and is known */
	LIST(const char *) refused;	/* why others than `fits` are not among them: "not 23.11 to 26.05: ..." */
	bool undecided;			/* compile_upgrade(): several releases could be the one to begin at */
	bool torn;			/* a part of Slurm's files could not be read */
	bool ignores_done;
};

struct compile *compile_new(compile_reader *read, void *ctx);
void compile_free(struct compile *c);

/* Reads, merges, decodes, binds, resolves, and checks what can be seen without a target. Findings are in c->diags. */
void compile_spec(struct compile *c, const char *path, const char *const *with, size_t n_with);
/* Lowers, renders and checks for one target, by its name; emits nothing yet. */
void compile_target(struct compile *c, const char *name);
/* The targets that a spec is built for when nobody says: the keys of its `targets`, else slurm. */
void compile_default_targets(struct compile *c);
/* Emits every target's files. Only when there are no errors: says whether it did. */
bool compile_emit(struct compile *c);
/* Takes one of Slurm's own files; `file`: which it is, SLURM_FILE_COUNT to tell by its name. False, and a finding, when it cannot be
 * read, when its name does not say which it is, or when there is one already. What `scontrol show config`, `show node`, `show
 * partition` and `slurmd -C` printed is known by its text, whatever it is called, and there may be several of it. */
bool compile_slurm_add(struct compile *c, const char *path, enum slurm_file file);
/* The release that captured text names; RELEASE_NONE: none does. */
enum release compile_captured_release(const struct compile *c);
/* Reads them for a release and checks them: into c->files and c->diags. May be called again for another release. */
void compile_slurm(struct compile *c, enum release release);
/* Reads them for every release and works out which ones they fit: those for which nothing is an error that is none for others.
 * What holds for all of these is said once, what holds for some with a note that says for which. Where none is left, it is
 * said why, and the findings are those of the newest. */
void compile_fit(struct compile *c);
/* What an upgrade to `target` will meet: the findings of both releases, each that only one has with a note, and the
 * rules over upgrades. From `present`; RELEASE_NONE: the release before `target` that they fit, when it is one alone;
 * of several none is taken: `undecided`. */
void compile_upgrade(struct compile *c, enum release present, enum release target);
/* One reading, for those: records into `files` and `a`, findings into `d`. */
void compile_slurm_read(struct compile *c, struct arena *a, struct slurm_files *files, struct diags *d, enum release release);
/* `# hpcc-ignore` in the files that were read. compile_finish() does it unless it was done. */
void compile_slurm_ignores(struct compile *c);
/* Takes out findings that `# hpcc-ignore: RULE reason` on their line silences, adds what that itself is worth saying, sorts. */
void compile_finish(struct compile *c);

#endif
