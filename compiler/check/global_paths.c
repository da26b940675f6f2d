/*
 * global_paths.c: paths of the daemons: two things in one place, one place for all nodes of a machine, and paths that
 * begin nowhere.
 */
#include "compiler/check/global.h"

#include <string.h>

/* ---- path-shared. read_config.c: "SlurmctldPid == SlurmdPid, use different names"; of the others no daemon says a
 * word. */

static const struct pair_of_paths {
	const char *one, *other, *what;
} pairs_of_paths[] = {
	{ "SlurmctldPidFile", "SlurmdPidFile", "each daemon takes the other for itself" },
	{ "StateSaveLocation", "SlurmdSpoolDir", "on a machine that runs both, each daemon meets the other's files" },
	{ "SlurmctldLogFile", "SlurmdLogFile",
	  "on a machine that runs both, their lines mix, and rotating one loses the other's" },
};

static bool same_path(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);
	while (n > 1 && a[n - 1] == '/')
		n--;
	while (m > 1 && b[m - 1] == '/')
		m--;
	return n == m && strncmp(a, b, n) == 0;
}

void rule_path_shared(struct check *c)
{
	for (size_t i = 0; i < sizeof(pairs_of_paths) / sizeof(pairs_of_paths[0]); i++) {
		const struct pair_of_paths *p = &pairs_of_paths[i];
		const struct entry *one = global(c, p->one), *other = global(c, p->other);
		const char *a = value_in_force(c, p->one), *b = value_in_force(c, p->other);
		const struct entry *at = other ? other : one;
		if (!at || !a || !b || !*a || !same_path(a, b))
			continue;
		struct diag *d = finding(c, at->span, "%s and %s are one path: %s", p->one, p->other, p->what);
		if (one && other)
			diag_note(c->diags, d, one->span, "%s stands here", p->one);
		diag_help(c->diags, d, "give each its own");
	}
}

/* ---- spool-shared: several slurmds of one machine need a path each: slurm.conf(5), SlurmdSpoolDir: %n */

/* The first line that gives several nodes one host, or NULL; the host in *ret_host. Lines of one host each are counted
 * by the first node that they name twice. */
static const struct record *shared_host(const struct check *c, const char **ret_host)
{
	const struct record *rec;
	struct map hosts;
	map_init(&hosts, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		struct hostlist nodes, on;
		struct hostlist_error error;
		const struct entry *e = record_find(rec, "NodeHostname");
		bool fresh;
		if (!e || !hostlist_parse(c->arena, rec->entries.v[0].value, &nodes, &error) ||
		    !hostlist_parse(c->arena, e->value, &on, &error) || on.count != 1)
			continue;
		map_add(&hosts, e->value, &fresh);
		*ret_host = e->value;
		if (nodes.count > 1 || !fresh)
			return rec;
	}
	return NULL;
}

void rule_path_without_node(struct check *c)
{
	static const struct {
		const char *key, *what;
	} paths[] = {
		{ "SlurmdSpoolDir", "where each slurmd keeps its jobs' files" },
		{ "SlurmdPidFile", "so that only one slurmd starts" },
		{ "SlurmdLogFile", "where their lines mix" },
	};
	const char *host;
	const struct record *rec = shared_host(c, &host);
	for (size_t i = 0; rec && i < sizeof(paths) / sizeof(paths[0]); i++) {
		const struct entry *e = global(c, paths[i].key);
		const char *path = value_in_force(c, paths[i].key);
		if (!path || !*path || strstr(path, "%n"))
			continue;
		struct diag *d =
			diag_add(c->diags, SEVERITY_WARNING, c->rule->name,
				 e ? e->span : entry_place(rec, record_find(rec, "NodeHostname")),
				 "nodes of one host would share %s, %s, %s", paths[i].key, path, paths[i].what);
		if (e)
			diag_note(c->diags, d, entry_place(rec, record_find(rec, "NodeHostname")),
				  "several nodes are on '%s'", host);
		diag_help(c->diags, d, "put %%n into it, the node's name: %s=%s", paths[i].key,
			  strcmp(paths[i].key, "SlurmdSpoolDir") == 0 ? "/var/spool/slurmd-%n"
			  : i == 1				      ? "/run/slurmd-%n.pid"
								      : "/var/log/slurm/slurmd-%n.log");
	}
}

/* ---- relative-path */

/* clang-format off */
static const struct path_key {
	const char *key;
	enum release first; /* from which on a daemon stops at it; RELEASE_NONE: never */
	const char *what;
} path_keys[] = {
	/* read_config.c: _is_valid_path(), _validate_bcast_exclude(); controller.c: set_slurmctld_state_loc() */
	{ "PluginDir", 0, "Slurm stops" },
	{ "BcastExclude", 0, "Slurm stops" },
	{ "StateSaveLocation", 0, "slurmctld makes it where it happens to be started, or stops" },
	/* plugins/prep/script: init() */
	{ "PrologSlurmctld", RELEASE_24_05, "slurmctld does not find it" },
	{ "EpilogSlurmctld", RELEASE_24_05, "slurmctld does not find it" },
	/* power_save.c: "not absolute pathname"; controller.c: "Configured MailProg is invalid" */
	{ "SuspendProgram", RELEASE_NONE, "slurmctld takes no relative path, and powers no node" },
	{ "ResumeProgram", RELEASE_NONE, "slurmctld takes no relative path, and powers no node" },
	{ "MailProg", RELEASE_NONE, "slurmctld does not find it, and sends no mail" },
	{ "Prolog", RELEASE_NONE, "slurmd does not find it" },
	{ "Epilog", RELEASE_NONE, "slurmd does not find it" },
	{ "TaskProlog", RELEASE_NONE, "slurmstepd looks for it where the job runs" },
	{ "TaskEpilog", RELEASE_NONE, "slurmstepd looks for it where the job runs" },
	{ "HealthCheckProgram", RELEASE_NONE, "slurmd does not find it" },
	{ "RebootProgram", RELEASE_NONE, "slurmd does not find it" },
	{ "UnkillableStepProgram", RELEASE_NONE, "slurmstepd does not find it" },
	{ "SlurmdSpoolDir", RELEASE_NONE, "slurmd makes it where it happens to be started" },
	{ "SlurmctldPidFile", RELEASE_NONE, "it is written where slurmctld happens to be started" },
	{ "SlurmdPidFile", RELEASE_NONE, "it is written where slurmd happens to be started" },
	{ "SlurmctldLogFile", RELEASE_NONE, "it is written where slurmctld happens to be started" },
	{ "SlurmdLogFile", RELEASE_NONE, "it is written where slurmd happens to be started" },
	{ "TmpFS", RELEASE_NONE, "slurmd measures another file system" },
};
/* clang-format on */

/* Scripts of a configless cluster stand without a path beside slurm.conf: slurm.conf(5), Prolog, Epilog, from 23.11. */
static bool is_sent_along(const struct check *c, const char *key, const char *path)
{
	const struct entry *e = global(c, "SlurmctldParameters");
	return e && holds_word(e->value, "enable_configless") && !strchr(path, '/') &&
	       (strstr(key, "Prolog") || strstr(key, "Epilog"));
}

/* The first of a list's parts that does not begin at the root, or NULL. */
static const char *relative_part(const struct check *c, const char *key, const char *value)
{
	const char *between = strcmp(key, "PluginDir") == 0 ? ":" : strcmp(key, "BcastExclude") == 0 ? "," : "";
	if (text_equal_nocase(value, "none"))
		return NULL;
	for (const char *s = value; *s;) {
		size_t n = *between ? strcspn(s, between) : strlen(s);
		if (n && *s != '/')
			return arena_strndup(c->arena, s, n);
		s += n + (s[n] != '\0');
	}
	return NULL;
}

static void check_path(struct check *c, const struct entry *e, const struct path_key *k)
{
	const char *part = relative_part(c, k->key, e->value);
	if (!part || is_sent_along(c, k->key, part))
		return;
	struct diag *d = diag_add(c->diags, c->records->release >= k->first ? SEVERITY_ERROR : SEVERITY_WARNING,
				  c->rule->name, e->span, "'%s' begins nowhere: %s", part, k->what);
	diag_help(c->diags, d, "write the whole path, from / on");
}

void rule_relative_path(struct check *c)
{
	const struct records *r = c->records;
	for (size_t i = 0; i < r->globals[SLURM_CONF].n; i++)
		for (size_t j = 0; j < sizeof(path_keys) / sizeof(path_keys[0]); j++) {
			const struct entry *e = record_find(r->globals[SLURM_CONF].v[i], path_keys[j].key);
			if (e)
				check_path(c, e, &path_keys[j]);
		}
}
