/* records.h: the spec as Slurm's records, one function a file of Slurm's. Called by lower(). */
#ifndef HPCC_MODEL_RECORDS_H
#define HPCC_MODEL_RECORDS_H

#include "compiler/model/model.h"

void records_of_slurm_conf(struct model *m);
void records_of_nodes(struct model *m);
void records_of_partitions(struct model *m);
void records_of_gres_conf(struct model *m);
void records_of_cgroup_conf(struct model *m);
void records_of_slurmdbd_conf(struct model *m);
void records_of_mpi_conf(struct model *m);

/* The entries of one body: every row that names a Slurm key and has a value, then `options`. */
void add_rows(struct model *m, struct record *rec, const void *body);
/* The same where each key is a global line of `file`. Rows of other files are passed over. */
void add_globals(struct model *m, enum slurm_file file, const void *body);
void add_options(struct model *m, enum slurm_file file, struct record *rec, const struct options *options);
/* Where a daemon that runs as SlurmUser may write its pid. */
const char *pid_file(struct model *m, const char *daemon);
/* A global that hpcc chose, or worked out from a place in the spec. */
void choose(struct model *m, enum slurm_file file, const char *key, const char *value, struct span span);

#endif
