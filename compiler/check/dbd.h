/* dbd.h: what the rules over slurmdbd.conf share. */
#ifndef HPCC_CHECK_DBD_H
#define HPCC_CHECK_DBD_H

#include "compiler/check/said.h"

/* A global entry of slurmdbd.conf, or NULL. */
const struct entry *dbd_key(const struct check *c, const char *key);
/* Whether slurmdbd.conf and slurm.conf are both here. */
bool dbd_and_slurm(const struct check *c);
/* Whether a text is an IPv4 or IPv6 address. */
bool dbd_is_address(const char *host);
/* Whether two names may be one host: short names against long ones, in any case. Addresses tell nothing of names. */
bool dbd_same_host(const char *a, const char *b);
bool dbd_is_local(const char *host);

/* dbd_keys.c */
void rule_dbd_host(struct check *c);
void rule_dbd_storage(struct check *c);
void rule_dbd_archive(struct check *c);
void rule_dbd_timeout(struct check *c);
void rule_dbd_address_family(struct check *c);
void rule_dbd_user_number(struct check *c);

#endif
