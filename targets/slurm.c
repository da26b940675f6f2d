/*
 * slurm.c: target `slurm`: Slurm's own files for machines with systemd, with scripts that put them in place.
 *
 *	cluster.env		scalars, for the scripts
 *	hosts.tsv		every host: name, address, roles
 *	files.tsv, files/...	what goes where, with owner, group, mode, and the roles that have it
 *	secrets.tsv users.tsv mounts.tsv units.tsv
 *	mpi.sh mpi.tsv		what Open MPI is told, where there is any
 *	secrets.sh install.sh database.sh accounting.sh
 */
#include <string.h>

#include "targets/lists.h"

#define DASH(s) ((s) ? (s) : "-")

/* Environment and limits of a daemon, as systemd and Debian's units take them. */
static void emit_dress(const struct model *m, struct output *out, struct text *list, const struct process *x)
{
	const struct service *s = x->service;
	const char *unit = x->program->unit, *roles = role_list(m->arena, x->program->role);
	if (!s || !unit)
		return;
	if (s->environment.n) {
		/* EnvironmentFile=-/etc/default/slurmd: systemd.exec(5) says what quotes mean there. */
		const char *path = arena_printf(m->arena, "/etc/default/%s", unit);
		tsv_line(list, path, "root", "root", "0644", roles, NULL);
		struct text *t = output_add(out, arena_printf(m->arena, "files%s", path), false);
		text_addf(t, "# Environment of %s. Made by hpcc: do not edit.\n", unit);
		for (size_t i = 0; i < s->environment.n; i++) {
			text_addf(t, "%s=\"", s->environment.v[i].key);
			for (const char *p = s->environment.v[i].value; *p; p++) {
				if (strchr("\"\\$`", *p))
					text_addc(t, '\\');
				text_addc(t, *p);
			}
			text_add(t, "\"\n");
		}
	}
	if (s->limits && (s->limits->memlock || s->limits->stack || s->limits->nofile)) {
		const char *path = arena_printf(m->arena, "/etc/systemd/system/%s.service.d/hpcc.conf", unit);
		tsv_line(list, path, "root", "root", "0644", roles, NULL);
		struct text *t = output_add(out, arena_printf(m->arena, "files%s", path), false);
		text_addf(t, "# Limits of %s. Made by hpcc: do not edit.\n[Service]\n", unit);
		if (s->limits->memlock)
			text_addf(t, "LimitMEMLOCK=%s\n", s->limits->memlock);
		if (s->limits->stack)
			text_addf(t, "LimitSTACK=%s\n", s->limits->stack);
		if (s->limits->nofile)
			text_addf(t, "LimitNOFILE=%s\n", s->limits->nofile);
	}
}

/* At the place where containers have it too. */
static void emit_hostfile(const struct model *m, struct output *out, struct text *list)
{
	unsigned roles = m->roles & (ROLE_LOGIN | ROLE_SLURMD);
	struct text t;
	text_init(&t, m->arena);
	if (!list_hostfile(m, &t))
		return;
	tsv_line(list, "/etc/hpcc/hostfile", "root", "root", "0644", role_list(m->arena, roles), NULL);
	*output_add(out, "files/etc/hpcc/hostfile", false) = t;
}

static void emit_files(const struct model *m, struct output *out)
{
	struct text list = list_files(m, out, "");
	/* A program's dress is the same wherever it runs. */
	unsigned dressed = 0;
	for (size_t i = 0; i < m->places.n; i++)
		for (size_t j = 0; j < m->places.v[i].processes.n; j++) {
			const struct process *x = &m->places.v[i].processes.v[j];
			if (!(dressed & x->program->role))
				emit_dress(m, out, &list, x);
			if (x->service)
				dressed |= x->program->role;
		}
	emit_hostfile(m, out, &list);
	*output_add(out, "files.tsv", false) = list;
}

static void emit_units(const struct model *m, struct output *out)
{
	struct text *t = output_add(out, "units.tsv", false);
	text_add(t, "#program\tunit\tpackage\tuser\troles\n");
	for (size_t i = 0; i < m->programs.n; i++) {
		const struct program *p = m->programs.v[i];
		tsv_line(t, p->name, DASH(p->unit), DASH(p->package), p->user, role_list(m->arena, p->role & m->roles),
			 NULL);
	}
}

static void emit(const struct model *m, struct output *out)
{
	const struct target_slurm *own = m->spec->targets->slurm;
	struct text *env = list_env(m, out, "");
	text_addf(env, "ETC_HOSTS=%s\n", own && own->etc_hosts == TRI_TRUE ? "yes" : "no");
	if (m->mpi)
		text_addf(env, "MPI_NETWORK=%s\n", list_mpi_network(m));
	list_hosts(m, out, "");
	emit_files(m, out);
	list_secrets(m, out, "");
	list_users(m, out, "");
	list_mounts(m, out, "");
	emit_units(m, out);
	list_mpi(m, out, "");
	output_template(out, "slurm-install.sh", "install.sh");
	output_template(out, "slurm-secrets.sh", "secrets.sh");
	if (m->roles & ROLE_DATABASE)
		output_template(out, "slurm-database.sh", "database.sh");
	if (m->spec->accounting && m->roles & (ROLE_SLURMDBD | ROLE_SLURMCTLD))
		output_template(out, "slurm-accounting.sh", "accounting.sh");
}

extern const struct target target_slurm;
const struct target target_slurm = {
	.name = "slurm",
	.summary = "Slurm's own files, with install scripts, for machines with systemd",
	.platform = &platform_machine,
	.needs_slurm = true,
	.emit = emit,
};
