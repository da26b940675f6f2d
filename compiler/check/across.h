/* across.h: what the rules over slurm.conf and slurmdbd.conf together share. */
#ifndef HPCC_CHECK_ACROSS_H
#define HPCC_CHECK_ACROSS_H

#include "compiler/check/dbd.h"

/* A global key's value in one of the files: as written, else its default, else NULL. */
const char *across_value(const struct check *c, enum slurm_file file, const char *key);
/* Both files are here, and slurm.conf uses slurmdbd. */
bool across_dbd(const struct check *c);
/* The other of two keys that quarrel: where it was written, or what it is since nobody wrote it. */
void across_note(struct check *c, struct diag *d, enum slurm_file file, const char *key);

/* across_keys.c */
void rule_dbd_file_shared(struct check *c);
void rule_dbd_wckeys(struct check *c);
void rule_dbd_family_differs(struct check *c);
void rule_private_data(struct check *c);
void rule_gres_accounted(struct check *c);

#endif
