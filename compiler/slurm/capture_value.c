#include "compiler/slurm/capture_value.h"

#include <string.h>
#include <strings.h>

#include "compiler/base/text.h"
#include "compiler/slurm/value.h"

/* What is shown when nothing was set, where that is not the default as slurm.conf would have it. */
static const struct shown {
	const char *key, *value;
} unset[] = {
	{ "AccountingStorageEnforce", "none" },
	{ "AccountingStorageHost", "localhost" },
	{ "AccountingStoragePort", "0" },
	{ "AccountingStorageUser", "root" },
	{ "AllocNodes", "ALL" },
	{ "Boards", "1" },
	{ "CpuFreqDef", "Unknown" },
	{ "CpuFreqGovernors", "OnDemand,Performance,UserSpace" },
	{ "DefMemPerNode", "UNLIMITED" },
	{ "DefaultTime", "NONE" },
	{ "DisableRootJobs", "no" },
	{ "Exclusive", "NO" },
	{ "ExtSensorsFreq", "0" },
	{ "GpuFreqDef", "high,memory=high" },
	{ "HealthCheckTimeout", "0" },
	{ "JobCompHost", "localhost" },
	{ "JobCompLoc", "/var/log/slurm_jobcomp.log" },
	{ "JobCompPort", "0" },
	{ "JobCompUser", "root" },
	{ "LaunchType", "launch/slurm" },
	{ "MailProg", "/bin/mail" },
	{ "MailProg", "/usr/bin/mail" },
	{ "MaxDBDMsgs", "0" },
	{ "MaxMemPerNode", "UNLIMITED" },
	{ "OverTimeLimit", "NONE" },
	{ "PreemptExemptTime", "00:00:00" },
	{ "PriorityUsageResetPeriod", "NONE" },
	{ "PrivateData", "none" },
	{ "PrologEpilogTimeout", "65534" },
	{ "PropagateResourceLimits", "ALL" },
	{ "RealMemory", "1" },
	{ "RoutePlugin", "route/default" },
	{ "SelectTypeParameters", "NONE" },
	{ "SlurmctldPidFile", "/run/slurmctld.pid" },
	{ "SlurmctldPidFile", "/var/run/slurmctld.pid" },
	{ "SlurmdPidFile", "/run/slurmd.pid" },
	{ "SlurmdPidFile", "/var/run/slurmd.pid" },
	{ "SrunPortRange", "0-0" },
	{ "SuspendTime", "INFINITE" },
	{ "SuspendTime", "NONE" },
	{ "TmpDisk", "0" },
	{ "UnkillableStepTimeout", "60" },
	{ "Weight", "1" },
};

static bool same_value(const char *a, const char *b)
{
	uint64_t x, y;
	uint32_t m, n;
	bool xs, ys;
	if (strcasecmp(a, b) == 0)
		return true;
	if (slurm_number(a, &x) && slurm_number(b, &y))
		return x == y;
	if (slurm_bool(a, &xs) && slurm_bool(b, &ys))
		return xs == ys;
	return slurm_minutes(a, &m) && slurm_minutes(b, &n) && m == n;
}

/* No plugin, as releases before 23.11 show it: switch/none. */
static bool is_no_plugin(const struct fact *f, const char *value)
{
	return (f->type == FACT_PLUGIN || f->type == FACT_PLUGINS) && text_ends(value, "/none") &&
	       strcmp(f->key, "AuthType") != 0;
}

bool captured_unset(const struct fact *f, const char *value, enum release release)
{
	static const char *const nothing[] = { "", "(null)", "(null type)", "N/A", "None" };
	const char *otherwise = fact_default(f, release);
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		if (strcmp(value, nothing[i]) == 0)
			return true;
	for (size_t i = 0; i < sizeof(unset) / sizeof(unset[0]); i++)
		if (strcmp(f->key, unset[i].key) == 0 && same_value(value, unset[i].value))
			return true;
	return is_no_plugin(f, value) || (otherwise && same_value(value, otherwise));
}
