/* packaged.h: which distributions' own packages hold which release of Slurm, and what they lack. */
#ifndef HPCC_SLURM_PACKAGED_H
#define HPCC_SLURM_PACKAGED_H

#include "compiler/slurm/fact.h"

struct packaged {
	const char *base;	   /* the image to begin from: "debian:trixie-slim" */
	const char *const *called; /* how references to it begin, ends with NULL */
	enum release release;	   /* RELEASE_NONE: none that hpcc knows */
	bool pmix;		   /* srun speaks PMIx */
	bool tested;		   /* booted by hpcc's own tests */
};

/* The distribution to take for a release; NULL: none that is tested has it. */
const struct packaged *packaged_release(enum release r);
/* The distribution that an image reference names, with or without a registry before it; NULL: not known. */
const struct packaged *packaged_base(const char *reference);

#endif
