/*
 * compile_fit.h: what compile_fit.c and compile_upgrade.c share: files of Slurm's read for several releases.
 *
 * Findings of two releases are one when their rule and their place agree: their words may name the release.
 */
#ifndef HPCC_COMPILE_FIT_H
#define HPCC_COMPILE_FIT_H

#include "compiler/compile.h"

struct found {
	struct diag *by[RELEASE_COUNT]; /* as each release has it, or NULL */
	release_set in, errors;
};

struct fit {
	struct compile *c;
	struct arena *scratch; /* of one reading */
	struct diags said[RELEASE_COUNT];
	struct map by_place;
	LIST(struct found *) all;
};

struct fit *fit_new(struct compile *c);
/* Reads for one release, on the way to another where `target` says it (may be NULL). Records live no longer than the reading;
 * what was found does. */
void fit_read(struct fit *x, enum release r, const enum release *target);
/* What was found for it goes to what was found for others. */
void fit_collect(struct fit *x, enum release r);
/* Nothing more is read. */
void fit_end(struct fit *x);
/* All of this for every release: those that fit are in the compile. */
struct fit *fit_all(struct compile *c);

/* Into the compile's findings: one; all of those that hold for these releases, and what silences them; how many more there were. */
void fit_put(struct diags *d, struct diag *x);
void fit_put_all(struct fit *x, release_set shown);
void fit_add_dropped(struct diags *to, const struct diags *from);
/* That no release takes the files. */
void fit_said_none(struct fit *x);

#endif
