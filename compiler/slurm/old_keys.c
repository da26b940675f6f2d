/*
 * old_keys.c: keys that went before the oldest release that hpcc knows, and still stand in files that grew over the
 * years.
 *
 * Slurm's NEWS and RELEASE_NOTES name each. Only what people really had is here.
 */
#include "compiler/slurm/fact.h"

#include <strings.h>

static const struct {
	enum slurm_file file;
	const char *key, *advice;
} old_keys[] = {
	{ SLURM_CONF, "CacheGroups", "leave it out: GroupUpdateTime says how often groups are asked for" },
	{ SLURM_CONF, "CheckpointType", "leave it out: Slurm keeps no checkpoints any more" },
	{ SLURM_CONF, "DefMemPerTask", "write DefMemPerCPU" },
	{ SLURM_CONF, "HashBase", "leave it out" },
	{ SLURM_CONF, "HeartbeatInterval", "leave it out: SlurmdTimeout says when a node is down" },
	{ SLURM_CONF, "JobAcctLoc", "leave it out, and set AccountingStorageType=accounting_storage/slurmdbd" },
	{ SLURM_CONF, "JobAcctLogFile", "leave it out, and set AccountingStorageType=accounting_storage/slurmdbd" },
	{ SLURM_CONF, "JobAcctType", "write JobAcctGatherType" },
	{ SLURM_CONF, "JobCheckpointDir", "leave it out: Slurm keeps no checkpoints any more" },
	{ SLURM_CONF, "Layouts", "leave it out" },
	{ SLURM_CONF, "MaxMemPerTask", "write MaxMemPerCPU" },
	{ SLURM_CONF, "MemLimitEnforce",
	  "write JobAcctGatherParams=OverMemoryKill, or let cgroup.conf hold memory: ConstrainRAMSpace=yes" },
	{ SLURM_CONF, "MsgAggregationParams", "leave it out" },
	{ SLURM_CONF, "SchedulerPort", "leave it out" },
	{ SLURM_CONF, "SchedulerRootFilter", "leave it out" },
	{ SLURM_CONF, "TaskAffinity", "write TaskPlugin=task/affinity" },
	{ CGROUP_CONF, "TaskAffinity", "leave it out, and add task/affinity to TaskPlugin in slurm.conf" },
};

const char *fact_old_key(enum slurm_file file, const char *key)
{
	for (size_t i = 0; i < sizeof(old_keys) / sizeof(old_keys[0]); i++)
		if (old_keys[i].file == file && strcasecmp(old_keys[i].key, key) == 0)
			return old_keys[i].advice;
	return NULL;
}
