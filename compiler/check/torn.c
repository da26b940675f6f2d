/*
 * torn.c: rules that speak of what is absent.
 *
 * An Include that went nowhere, or a file that is no text, takes lines away of which nobody knows: the nodes that a
 * partition names may stand there. What these rules would say then follows from the one thing that was said already.
 */
#include <string.h>

#include "compiler/check/check.h"

bool rule_asks_all(const char *name)
{
	static const char *const names[] = {
		"cloud-without-power-saving",
		"constrain-without-task-cgroup",
		"daemon-as-root",
		"dbd-address-family-differs",
		"dbd-auth-differs",
		"dbd-backup-differs",
		"dbd-host",
		"dbd-host-differs",
		"dbd-port-differs",
		"dbd-storage",
		"dbd-unused",
		"dbd-user-differs",
		"dbd-wckeys-differ",
		"default-line-unused",
		"default-memory-over-nodes",
		"devices-not-held",
		"empty-node-set",
		"file-without-effect",
		"gpu-without-file",
		"gres-fewer-than-node",
		"gres-line-for-all-nodes",
		"gres-more-than-node",
		"gres-name-unknown",
		"gres-node-unknown",
		"gres-not-accounted",
		"gres-type-unused",
		"helper-feature",
		"key-of-other-plugin",
		"mem-spec-limit-unheld",
		"min-nodes-over-partition",
		"missing-plugin-key",
		"missing-slurm-key",
		"no-authentication",
		"no-default-partition",
		"no-nodes",
		"no-partitions",
		"node-in-no-partition",
		"node-without-cpus",
		"node-without-memory",
		"one-of-two",
		"partition-without-nodes",
		"power-down-unused",
		"preempt-mode-unused",
		"private-data-open",
		"processes-untracked",
		"shared-gres-without-cons-tres",
		"shared-gres-without-gpu",
		"slurmd-user-not-root",
		"state-not-shared",
		"suspend-time-unused",
		"topology-empty",
		"topology-no-root",
		"topology-node-missing",
		"topology-unknown-node",
		"tres-without-database",
		"unknown-account",
		"unknown-alternate",
		"unknown-down-node",
		"unknown-node",
		"unknown-qos",
		"unknown-suspend-exception",
		"unknown-switch",
		"unknown-topology",
		"unused-node-set",
		"upgrade-default",
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}
