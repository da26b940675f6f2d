/* containers_lists.c: what containers are told, and what runs them: lists, files, scripts. */
#include "targets/containers.h"

#include <ctype.h>

#include "targets/lists.h"

/* What compose takes for a project (compose-go: loader.NormalizeProjectName), and a swarm for a stack. */
const char *containers_project(const struct model *m)
{
	char *s = arena_strdup(m->arena, m->spec->cluster);
	for (char *p = s; *p; p++)
		*p = isalnum((unsigned char)*p) || *p == '_' ? (char)tolower((unsigned char)*p) : '-';
	return s;
}

static void emit_env(struct containers *c)
{
	const struct model *m = c->m;
	const struct slurm_ports *ports = m->spec->slurm->ports;
	const struct mpi *mpi = m->spec->mpi;
	struct text *t = list_env(m, c->out, "etc/");
	text_addf(t, "ETC_HOSTS=%s\nTARGET=%s\nPROJECT=%s\nEPHEMERAL=%s\nINIT=%s\n", c->own_addresses ? "yes" : "no",
		  c->target, c->project, c->ephemeral ? "yes" : "no", c->supervised ? "supervisord" : "docker");
	const struct model_network *n = m->chosen_network;
	char subnet[CIDR_TEXT] = "";
	if (n)
		cidr_format(&n->cidr, subnet);
	text_addf(t, "SUBNET=%s\nNET=%s\n", subnet, n && n->prefix ? n->prefix : "");
	text_addf(t, "SLURMCTLD_PORT=%lld\nSLURMD_PORT=%lld\nSLURMDBD_PORT=%lld\n", (long long)ports->slurmctld,
		  (long long)ports->slurmd, (long long)ports->slurmdbd);
	if (m->roles & ROLE_DATABASE)
		text_addf(t, "DATABASE_PORT=%lld\n", (long long)m->spec->accounting->database->port);
	text_addf(t, "MPI=%s\nLAUNCHER=%s\n", mpi && mpi->implementation ? mpi->implementation : "none",
		  m->launcher ? m->launcher : "none");
	if (m->mpi)
		text_addf(t, "MPI_NETWORK=%s\n", list_mpi_network(m));
	text_addf(t, "DEFAULT_USER=%s\nSHARED=%s\n", m->person ? m->person->origin.name : "root",
		  m->shared ? m->shared : "-");
}

static void emit_processes(struct containers *c)
{
	const struct model *m = c->m;
	struct text *t = output_add(c->out, "etc/processes.tsv", false);
	text_add(t, "#program\troles\tkind\tuser\tcommand\n");
	for (size_t i = 0; i < m->programs.n; i++) {
		const struct program *p = m->programs.v[i];
		struct text command;
		text_init(&command, m->arena);
		for (size_t j = 0; p->argv && p->argv[j]; j++)
			text_join(&command, 0, " ", p->argv[j]);
		tsv_line(t, p->name, role_list(m->arena, p->role & m->roles), p->beside ? "beside" : "main", p->user,
			 command.s, NULL);
	}
}

/* What `verify` holds the running cluster to. */
static void emit_partitions(struct containers *c)
{
	const struct model *m = c->m;
	struct partition *p;
	struct text *t = output_add(c->out, "etc/partitions.tsv", false);
	text_add(t, "#partition\tnodes\tcount\n");
	for (size_t i = 0; (p = entries_next(&m->spec->partitions, &i));) {
		struct hostlist nodes;
		struct text names;
		partition_nodes(m->arena, m->spec, p, &nodes);
		text_init(&names, m->arena);
		hostlist_print(&nodes, false, &names);
		tsv_line(t, p->origin.name, names.s, arena_printf(m->arena, "%llu", (unsigned long long)nodes.count),
			 NULL);
	}
}

static void emit_gres(struct containers *c)
{
	const struct model *m = c->m;
	struct text *t = output_add(c->out, "etc/gres.tsv", false);
	text_add(t, "#nodes\tgres\tcount\n");
	for (size_t i = 0; i < m->nodes.n; i++) {
		struct gres *r;
		for (size_t j = 0; (r = entries_next(&m->nodes.v[i].group->gres, &j));) {
			struct text names;
			text_init(&names, m->arena);
			hostlist_print(m->nodes.v[i].group->origin.hosts, false, &names);
			tsv_line(t, names.s,
				 r->type ? arena_printf(m->arena, "%s:%s", r->origin.name, r->type) : r->origin.name,
				 arena_printf(m->arena, "%lld", (long long)r->count), NULL);
		}
	}
}

static void emit_hostfile(struct containers *c)
{
	struct text t;
	text_init(&t, c->m->arena);
	if (list_hostfile(c->m, &t))
		*output_add(c->out, "etc/hostfile", false) = t;
}

void containers_lists(struct containers *c)
{
	emit_env(c);
	list_hosts(c->m, c->out, "etc/");
	list_machines(c->m, c->out, "etc/");
	struct text files = list_files(c->m, c->out, "etc/");
	if (c->supervised)
		containers_supervisor(c, &files);
	*output_add(c->out, "etc/files.tsv", false) = files;
	list_secrets(c->m, c->out, "etc/");
	list_users(c->m, c->out, "etc/");
	list_mounts(c->m, c->out, "etc/");
	list_exports(c->m, c->out, "etc/");
	emit_processes(c);
	emit_partitions(c);
	emit_gres(c);
	list_mpi(c->m, c->out, "etc/");
	emit_hostfile(c);
}

void containers_scripts(struct containers *c, const char *driver)
{
	const struct model *m = c->m;
	output_template(c->out, "cluster.sh", "cluster");
	output_template(c->out, driver, "driver.sh");
	output_template(c->out, "cluster-machines.sh", "machines.sh");
	output_template(c->out, "cluster-engine.sh", "engine.sh");
	output_template(c->out, "cluster-up.sh", "up.sh");
	output_template(c->out, "cluster-backup.sh", "backup.sh");
	output_template(c->out, "cluster-rotate.sh", "rotate.sh");
	output_template(c->out, "cluster-verify.sh", "verify.sh");
	output_template(c->out, "cluster-verify-machines.sh", "verify-machines.sh");
	output_template(c->out, "cluster-verify-jobs.sh", "verify-jobs.sh");
	output_template(c->out, "slurm-secrets.sh", "secrets.sh");
	if (m->exports.n)
		output_template(c->out, "nfs-export.sh", "nfs-export.sh");
	output_template(c->out, "slurm-install.sh", "etc/install.sh");
	output_template(c->out, "container-entrypoint.sh", "etc/entrypoint.sh");
	output_template(c->out, "container-health.sh", "etc/health.sh");
	output_template(c->out, "container-sshd.conf", "etc/sshd.conf");
	if (m->roles & ROLE_DATABASE)
		output_template(c->out, "slurm-database.sh", "etc/database.sh");
	if (m->spec->accounting)
		output_template(c->out, "slurm-accounting.sh", "etc/accounting.sh");
}
