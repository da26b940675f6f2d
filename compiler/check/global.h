/* global.h: the rules of rules_global: slurm.conf's global keys, where files are read in which anything can stand. */
#ifndef HPCC_CHECK_GLOBAL_H
#define HPCC_CHECK_GLOBAL_H

#include "compiler/check/said.h"

/* The key as it was written. */
static inline const char *key_written(const struct entry *e)
{
	return e->old ? e->old->key : e->fact->key;
}

/* global_keys.c */
void rule_key_release(struct check *c);
void rule_key_refused(struct check *c);
void rule_key_defunct(struct check *c);
void rule_key_renamed(struct check *c);
void rule_password(struct check *c);

/* global_hosts.c */
void rule_missing_slurm_key(struct check *c);
void rule_bad_controller(struct check *c);
void rule_old_controller(struct check *c);
void rule_cluster_name(struct check *c);

/* global_ports.c */
void rule_bad_port(struct check *c);

/* global_paths.c */
void rule_path_shared(struct check *c);
void rule_path_without_node(struct check *c);
void rule_relative_path(struct check *c);

/* global_params.c */
void rule_bad_parameter(struct check *c);
void rule_defunct_word(struct check *c);

/* global_accounting.c */
void rule_tres_without_database(struct check *c);

/* global_power.c */
void rule_suspend_exception(struct check *c);
void rule_power_action(struct check *c);

/* global_advice.c */
void rule_daemon_as_root(struct check *c);
void rule_no_authentication(struct check *c);
void rule_processes_untracked(struct check *c);
void rule_task_plugin_order(struct check *c);
void rule_timeout_short(struct check *c);

#endif
