/*
 * lists.h: the lists that templates/ read: scalars in cluster.env, which sh reads, and lists in files of tabs, one
 * thing a line.
 *
 * `folder` is put before the names ("" or "etc/"). What ends in a list's return is for the target to finish.
 */
#ifndef HPCC_TARGETS_LISTS_H
#define HPCC_TARGETS_LISTS_H

#include "targets/target.h"

/* cluster.env, to which a target adds scalars of its own. The pointer holds until the next file. */
struct text *list_env(const struct model *m, struct output *out, const char *folder);
/* hosts.tsv: every place and where it is found: compiler/model/hosts_list.h says its fields. */
void list_hosts(const struct model *m, struct output *out, const char *folder);
/* machines.tsv: where places are no machines, those that carry them: how they are reached, what they are; the controller's first. */
void list_machines(const struct model *m, struct output *out, const char *folder);
/* files/..., and the lines of files.tsv: path, owner, group, mode, roles. */
struct text list_files(const struct model *m, struct output *out, const char *folder);
void list_secrets(const struct model *m, struct output *out, const char *folder);
void list_users(const struct model *m, struct output *out, const char *folder);
void list_mounts(const struct model *m, struct output *out, const char *folder);
/* mpi.tsv and mpi.sh, which writes what it says to where Open MPI reads it; nothing without Open MPI. */
void list_mpi(const struct model *m, struct output *out, const char *folder);
/* What cluster.env says of the network that MPI's messages take: its CIDR, SUBNET for the one that is chosen where the cluster is
 * brought up, '-' for one that is not known, or that the spec's own parameters choose. */
const char *list_mpi_network(const struct model *m);
/* The nodes for mpirun, where it is started without Slurm. False, and nothing, without MPI. */
bool list_hostfile(const struct model *m, struct text *t);
/* exports.tsv, where a machine exports a directory to the others (nfs-export.sh): machine, storage, directory, who may mount it, how. */
void list_exports(const struct model *m, struct output *out, const char *folder);

#endif
