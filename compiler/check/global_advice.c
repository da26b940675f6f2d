/*
 * global_advice.c: what every daemon takes in silence, and somebody who has seen clusters fail would not: few, and only
 * what the file itself shows. slurm.conf(5) has the warning of each.
 */
#include "compiler/check/global.h"

#include <string.h>

#include "compiler/slurm/value.h"

/* slurm.conf(5), SlurmUser: "recommended that a user other than root". */
void rule_daemon_as_root(struct check *c)
{
	const struct entry *e = global(c, "SlurmUser");
	const char *user = value_in_force(c, "SlurmUser");
	if (!has_slurm_conf(c) || !global(c, "ClusterName") || !user ||
	    (strcmp(user, "root") != 0 && strcmp(user, "0") != 0))
		return;
	struct span at = e ? e->span : (struct span){ c->files->sources[SLURM_CONF]->id, 0, 0 };
	struct diag *d =
		finding(c, at, e ? "slurmctld runs as root" : "slurmctld runs as root, as no SlurmUser is named");
	diag_help(c->diags, d, "add a user slurm with the same id on every host, and SlurmUser=slurm");
}

/* auth_none.c: everybody is who he says. */
void rule_no_authentication(struct check *c)
{
	static const char *const keys[] = { "AuthType", "CredType" };
	for (size_t i = 0; i < 2; i++) {
		const struct entry *e = global(c, keys[i]);
		if (!e || !text_ends(e->value, "/none"))
			continue;
		struct diag *d =
			finding(c, e->span, "with %s anybody who reaches the ports is any user, root too", e->value);
		diag_help(c->diags, d, "write %s", i ? "CredType=cred/munge" : "AuthType=auth/munge");
	}
}

/* slurm.conf(5), ProctrackType: processes that leave their session are lost to pgid, those that fork twice to
 * linuxproc. */
void rule_processes_untracked(struct check *c)
{
	const struct entry *e = global(c, "ProctrackType");
	bool pgid = e && text_ends(e->value, "/pgid");
	if (!e || (!pgid && !text_ends(e->value, "/linuxproc")))
		return;
	struct diag *d = finding(c, e->span, "%s loses processes that %s: they outlive their job", e->value,
				 pgid ? "begin a group of their own" : "detach from their parent");
	diag_help(c->diags, d, "write ProctrackType=proctrack/cgroup where the machines have cgroups");
}

/* plugins/task: up to 23.02 in the order written, and what affinity binds first cgroup then moves. slurm.conf(5),
 * TaskPlugin; from 23.11 Slurm sorts them itself (read_config.c: _sort_task_plugin()). */
void rule_task_plugin_order(struct check *c)
{
	const struct entry *e = global(c, "TaskPlugin");
	const char *affinity = e ? strstr(e->value, "affinity") : NULL, *cgroup = e ? strstr(e->value, "cgroup") : NULL;
	if (!affinity || !cgroup || affinity > cgroup || release_sorts_task_plugins(c->records->release))
		return;
	struct diag *d = finding(c, e->span, "task/affinity binds tasks before task/cgroup has given them their cores");
	diag_help(c->diags, d, "write TaskPlugin=task/cgroup,task/affinity");
}

/* ---- timeouts that messages outlast */

static uint64_t seconds_of(const struct check *c, const char *key)
{
	const char *value = value_in_force(c, key);
	uint64_t n;
	return value && slurm_number(value, &n) ? n : 0;
}

/* A node or a controller that only answers late is given up: slurm.conf(5), SlurmdTimeout, SlurmctldTimeout. 0 is
 * never. */
void rule_timeout_short(struct check *c)
{
	static const struct {
		const char *key, *what;
	} timeouts[] = {
		{ "SlurmdTimeout", "a busy node is set down, and its jobs end" },
		{ "SlurmctldTimeout", "the backup takes over from a controller that is merely busy" },
	};
	uint64_t message = seconds_of(c, "MessageTimeout");
	for (size_t i = 0; i < 2; i++) {
		const struct entry *e = global(c, timeouts[i].key), *m = global(c, "MessageTimeout");
		uint64_t n = seconds_of(c, timeouts[i].key);
		if (!e || !n || n > message)
			continue;
		struct diag *d = finding(c, e->span, "%s is %s, and one message may take %llu s: %s", timeouts[i].key,
					 e->value, (unsigned long long)message, timeouts[i].what);
		if (m)
			diag_note(c->diags, d, m->span, "MessageTimeout stands here");
		diag_help(c->diags, d, "write %s, the default, or more", fact_default(e->fact, c->records->release));
	}
}
