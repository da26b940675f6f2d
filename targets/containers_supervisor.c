/* containers_supervisor.c: where supervisord starts a container's programs: its configuration, one a role. */
#include "compiler/write/ini.h"
#include "targets/containers.h"

/* entrypoint.sh waits for what the program needs, and becomes it. What ends is started again; it stops in the order of
 * its priority, the highest first, so that munged outlives those that speak through it. */
static void program(struct containers *c, struct ini *i, const struct program *p)
{
	const char *const argv[] = { "/bin/bash", "/etc/hpcc/entrypoint.sh", "run", p->name, NULL };
	ini_section(i, arena_printf(c->m->arena, "program:%s", p->name));
	ini_command(i, "command", argv);
	ini_int(i, "priority", p->beside ? 10 : 20);
	ini_bool(i, "autorestart", true);
	ini_int(i, "startsecs", 2);
	ini_int(i, "startretries", 1000); /* a daemon that has to wait for another is no failure */
	ini_int(i, "stopwaitsecs", 25);
	ini_str(i, "stdout_logfile", "/dev/fd/1");
	ini_int(i, "stdout_logfile_maxbytes", 0);
	ini_bool(i, "redirect_stderr", true);
}

static void emit_role(struct containers *c, enum role role, struct text *files)
{
	const struct model *m = c->m;
	const char *path = arena_printf(m->arena, "/etc/supervisor/hpcc-%s.conf", role_name(role));
	tsv_line(files, path, "root", "root", "0644", role_name(role), NULL);
	struct ini *i = ini_open(m->arena, output_add(c->out, arena_printf(m->arena, "etc/files%s", path), false),
				 arena_printf(m->arena, "supervisord of cluster %s, %s. Made by hpcc: do not edit.",
					      m->spec->cluster, role_name(role)));
	ini_section(i, "supervisord");
	ini_bool(i, "nodaemon", true);
	ini_str(i, "user", "root");
	ini_str(i, "logfile", "/dev/null"); /* its own words go to standard output */
	ini_int(i, "logfile_maxbytes", 0);
	ini_str(i, "pidfile", "/run/supervisord.pid");
	ini_section(i, "unix_http_server");
	ini_str(i, "file", "/run/supervisor.sock");
	ini_str(i, "chmod", "0700");
	ini_section(i, "rpcinterface:supervisor");
	ini_str(i, "supervisor.rpcinterface_factory", "supervisor.rpcinterface:make_main_rpcinterface");
	ini_section(i, "supervisorctl");
	ini_str(i, "serverurl", "unix:///run/supervisor.sock");
	for (size_t j = 0; j < m->programs.n; j++)
		if (m->programs.v[j]->role & (unsigned)role)
			program(c, i, m->programs.v[j]);
}

void containers_supervisor(struct containers *c, struct text *files)
{
	for (int r = 0; r < ROLE_COUNT; r++) {
		enum role role = (enum role)(1u << r);
		if (c->m->roles & (unsigned)role)
			emit_role(c, role, files);
	}
}
