/* global.c: the rules of slurm.conf's global keys that only files can break. */
#include "compiler/check/global.h"

/* Severities of the advice (global_advice.c) are those of their rows; other rows may say a finding is worse. */
const struct rule rules_global[] = {
	{ "slurm-key-release", SEVERITY_ERROR, RULE_FILES, rule_key_release },
	{ "refused-slurm-key", SEVERITY_ERROR, RULE_FILES, rule_key_refused },
	{ "defunct-slurm-key", SEVERITY_WARNING, RULE_FILES, rule_key_defunct },
	{ "renamed-slurm-key", SEVERITY_INFO, RULE_FILES, rule_key_renamed },
	{ "password-in-slurm-conf", SEVERITY_WARNING, RULE_FILES, rule_password },
	{ "missing-slurm-key", SEVERITY_ERROR, RULE_FILES, rule_missing_slurm_key },
	{ "bad-controller", SEVERITY_ERROR, RULE_FILES, rule_bad_controller },
	{ "old-controller-key", SEVERITY_WARNING, RULE_FILES, rule_old_controller },
	{ "bad-cluster-name", SEVERITY_WARNING, RULE_FILES, rule_cluster_name },
	{ "bad-port", SEVERITY_WARNING, RULE_FILES, rule_bad_port },
	{ "path-shared", SEVERITY_WARNING, RULE_FILES, rule_path_shared },
	{ "spool-shared", SEVERITY_WARNING, RULE_FILES, rule_path_without_node },
	{ "relative-path", SEVERITY_WARNING, RULE_FILES, rule_relative_path },
	{ "bad-parameter", SEVERITY_WARNING, RULE_RECORDS, rule_bad_parameter },
	{ "defunct-slurm-word", SEVERITY_WARNING, RULE_RECORDS, rule_defunct_word },
	{ "tres-without-database", SEVERITY_ERROR, RULE_FILES, rule_tres_without_database },
	{ "unknown-suspend-exception", SEVERITY_WARNING, RULE_FILES, rule_suspend_exception },
	{ "bad-power-action", SEVERITY_ERROR, RULE_FILES, rule_power_action },
	{ "daemon-as-root", SEVERITY_INFO, RULE_FILES, rule_daemon_as_root },
	{ "no-authentication", SEVERITY_WARNING, RULE_FILES, rule_no_authentication },
	{ "processes-untracked", SEVERITY_INFO, RULE_FILES, rule_processes_untracked },
	{ "task-plugin-order", SEVERITY_INFO, RULE_FILES, rule_task_plugin_order },
	{ "timeout-short", SEVERITY_WARNING, RULE_FILES, rule_timeout_short },
	{ .name = NULL },
};
