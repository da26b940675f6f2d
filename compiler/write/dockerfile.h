/*
 * dockerfile.h: Dockerfiles, one function an instruction:
 *
 *	dockerfile_comment(&text, "Image of cluster lab. Made by hpcc: do not edit.");
 *	dockerfile_from(&text, "debian:trixie-slim", NULL);
 *	dockerfile_env(&text, "SLURM_CONF", "/etc/slurm/slurm.conf");
 *	dockerfile_copy(&text, NULL, (const char *const[]){ "install.sh", NULL }, "/usr/local/lib/hpcc/");
 *	dockerfile_run(&text, (const char *const[]){ "/bin/sh", "/usr/local/lib/hpcc/install.sh", NULL });
 *
 * A text arrives as it is: past the parser of lines (quotes, `\`), and past the expansion of `$NAME` that Docker does
 * afterwards in FROM, COPY, ENV, LABEL, WORKDIR and EXPOSE (buildkit, frontend/dockerfile/parser and shell). RUN is in
 * its exec form, which nothing expands and no shell sees. Lists of words end with NULL.
 *
 * What the format cannot carry, the caller has had refused; here it ends the process rather than begin another
 * instruction: a line's end in a value of ENV, LABEL and WORKDIR, and blanks and controls in what must be one word.
 * Other control characters, quotes, blanks and backslashes pass. Docker refuses lines longer than 64 KiB.
 */
#ifndef HPCC_WRITE_DOCKERFILE_H
#define HPCC_WRITE_DOCKERFILE_H

#include "compiler/base/text.h"

/* One or more lines. Where it begins the file it is never taken for a parser directive (`# escape=`). */
void dockerfile_comment(struct text *out, const char *lines);
/* `stage`: a name for COPY --from, NULL for none. Both are words. */
void dockerfile_from(struct text *out, const char *image, const char *stage);
/* `from`: a stage or an image, a word; NULL: the build context. `*`, `?` and `[` are wildcards in sources, as COPY has
 * them. With several sources the destination ends with '/'. */
void dockerfile_copy(struct text *out, const char *from, const char *const *sources, const char *destination);
void dockerfile_run(struct text *out, const char *const *argv);
/* Names are words without '='. */
void dockerfile_env(struct text *out, const char *name, const char *value);
void dockerfile_label(struct text *out, const char *name, const char *value);
void dockerfile_workdir(struct text *out, const char *directory);
void dockerfile_expose(struct text *out, unsigned port);

#endif
