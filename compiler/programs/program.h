/*
 * program.h: the rows of the programs that hpcc brings up (struct program is the model's: targets read it there).
 *
 * A program's files (slurm.conf and the like) are made by the functions of its own file here and are the same
 * for every target of a platform.
 */
#ifndef HPCC_PROGRAMS_PROGRAM_H
#define HPCC_PROGRAMS_PROGRAM_H

#include "compiler/model/model.h"

extern const struct program program_munged, program_slurmctld, program_slurmd, program_slurmdbd, program_database,
	program_login, program_sshd, program_names;
extern const struct program *const programs[]; /* in order of start; ends with NULL */

/* Gives each place its processes. */
void programs_place(struct model *m);
/* Renders all files of all programs into the model. */
void programs_render(struct model *m);

/* A new file of the model; write into its text. Paths are unique. The pointer holds until the next file. */
struct text *model_file(struct model *m, const char *path, const char *owner, const char *group, const char *mode,
			unsigned roles);
/* The first lines of a generated file that can hold comments. */
const char *file_header(struct model *m, const char *what);

#endif
