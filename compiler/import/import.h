/*
 * import.h: Slurm's own files become a spec.
 *
 * The rows of compiler/spec read backwards: a key of Slurm's that a row names becomes that key of the spec, in the
 *spec's own form; every other key goes into `options`. Then what is alike is folded as a person would write it: like
 *lines become one group, what groups share becomes `hardware` and `defaults`, what is Slurm's default is left out.
 *
 * The text is compiled, and the records that it makes are compared with those that came in: where hpcc would choose
 *another value than the files have, the spec says theirs. What cannot be carried over is said with its place
 *(import-dropped), and so is what comes out otherwise than it went in (import-changed). A password never reaches the
 *spec.
 *
 * It does not matter where the records come from. Reads nothing but through the reader of the compile that it is given.
 *
 *	compile_slurm(c, RELEASE_24_11);
 *	struct imported out;
 *	import_spec(c, "24.11", "lab.yaml", &out);
 *	... out.text; findings about the import in c->diags, about the spec in out.spec->diags
 *	compile_free(out.spec);
 */
#ifndef HPCC_IMPORT_IMPORT_H
#define HPCC_IMPORT_IMPORT_H

#include "compiler/compile.h"

struct imported {
	const char *text;     /* YAML, in the arena of the compile that was given */
	struct compile *spec; /* of that text, for its targets; the caller's to free */
};

/* Takes the companions of a slurm.conf that lie beside it and were not given: gres.conf, cgroup.conf, ... Before
 * compile_slurm(). */
void import_add_beside(struct compile *c);
/* `c` has been read by compile_slurm(). `version` is what slurm.version says; `name`: what the spec is called in
 * messages. */
void import_spec(struct compile *c, const char *version, const char *name, struct imported *ret);

#endif
