/*
 * compose.c: target `compose`: containers on one machine, or on several.
 *
 *	compose.yaml		the services, one a program and one a node; on several machines hosts/NAME/compose.yaml
 *	cluster			brings it up and down, verifies it, ...; driver.sh, machines.sh and verify.sh are its
 *parts secrets.sh images.tsv images/NAME/ etc/			what every container sees at /etc/hpcc: lists, files,
 *entrypoint.sh, health.sh
 */
#include "targets/compose.h"

#include <ctype.h>
#include <string.h>

#include "targets/lists.h"

/* What compose takes for a project: lower case, digits, - and _ (compose-go: loader.NormalizeProjectName). */
static const char *project_name(const struct model *m)
{
	char *s = arena_strdup(m->arena, m->spec->cluster);
	for (char *p = s; *p; p++)
		*p = isalnum((unsigned char)*p) || *p == '_' ? (char)tolower((unsigned char)*p) : '-';
	return s;
}

const char *compose_state(const struct compose *c, const char *path)
{
	return arena_printf(c->m->arena, "${HPCC_STATE:-./state/%s}/%s", c->project, path);
}

const struct place *compose_place(const struct compose *c, size_t i)
{
	return &c->m->places.v[c->machine->places.v[i]];
}

const char *compose_address(const struct compose *c, const struct model_network *n_of, const char *address)
{
	const char *prefix = n_of->prefix;
	size_t n = prefix ? strlen(prefix) : 0;
	if (!n || strncmp(address, prefix, n) != 0 || address[n] != '.')
		return address;
	return arena_printf(c->m->arena, "${HPCC_NET:-%s}%s", prefix, address + n);
}

/* The network whose subnet may become another where the cluster is brought up; else the first that has one. */
static const struct model_network *own_network(const struct model *m)
{
	const struct model_network *first = NULL;
	for (size_t i = 0; i < m->networks.n; i++) {
		const struct model_network *n = m->networks.v[i];
		if (n->prefix)
			return n;
		if (!first && n->kind != NETWORK_HOST)
			first = n;
	}
	return first;
}

static void emit_env(struct compose *c)
{
	const struct model *m = c->m;
	const struct slurm_ports *ports = m->spec->slurm->ports;
	const struct mpi *mpi = m->spec->mpi;
	struct text *t = list_env(m, c->out, "etc/");
	text_addf(t, "ETC_HOSTS=yes\nTARGET=compose\nPROJECT=%s\nEPHEMERAL=%s\nINIT=%s\n", c->project,
		  c->ephemeral ? "yes" : "no", c->supervised ? "supervisord" : "docker");
	const struct model_network *own = own_network(m);
	char subnet[CIDR_TEXT] = "";
	if (own)
		cidr_format(&own->cidr, subnet);
	text_addf(t, "SUBNET=%s\nNET=%s\n", subnet, own && own->prefix ? own->prefix : "");
	text_addf(t, "SLURMCTLD_PORT=%lld\nSLURMD_PORT=%lld\nSLURMDBD_PORT=%lld\n", (long long)ports->slurmctld,
		  (long long)ports->slurmd, (long long)ports->slurmdbd);
	if (m->roles & ROLE_DATABASE)
		text_addf(t, "DATABASE_PORT=%lld\n", (long long)m->spec->accounting->database->port);
	text_addf(t, "MPI=%s\nLAUNCHER=%s\n", mpi && mpi->implementation ? mpi->implementation : "none",
		  m->launcher ? m->launcher : "none");
	text_addf(t, "DEFAULT_USER=%s\nSHARED=%s\n", m->person ? m->person->origin.name : "root",
		  m->shared ? m->shared : "-");
}

static void emit_processes(struct compose *c)
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
static void emit_partitions(struct compose *c)
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

static void emit_gres(struct compose *c)
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

static void emit_lists(struct compose *c)
{
	emit_env(c);
	list_hosts(c->m, c->out, "etc/");
	list_machines(c->m, c->out, "etc/");
	struct text files = list_files(c->m, c->out, "etc/");
	if (c->supervised)
		compose_supervisor(c, &files);
	*output_add(c->out, "etc/files.tsv", false) = files;
	list_secrets(c->m, c->out, "etc/");
	list_users(c->m, c->out, "etc/");
	list_mounts(c->m, c->out, "etc/");
	list_exports(c->m, c->out, "etc/");
	compose_network_lists(c);
	emit_processes(c);
	emit_partitions(c);
	emit_gres(c);
}

static void emit_scripts(struct compose *c)
{
	const struct model *m = c->m;
	output_template(c->out, "cluster.sh", "cluster");
	output_template(c->out, "cluster-compose.sh", "driver.sh");
	output_template(c->out, "cluster-hosts.sh", "hosts.sh");
	output_template(c->out, "cluster-machines.sh", "machines.sh");
	output_template(c->out, "cluster-verify.sh", "verify.sh");
	output_template(c->out, "slurm-secrets.sh", "secrets.sh");
	for (size_t i = 0, n = 0; i < m->storage.n && !n; i++)
		if ((n = storage_exporter(m, m->storage.v[i]) != NULL))
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

static void emit_compose(struct compose *c)
{
	const struct spec *spec = c->m->spec;
	struct arena *a = c->m->arena;
	const char *name = c->machine->name;
	const char *path = c->several ? arena_printf(a, "hosts/%s/compose.yaml", name) : "compose.yaml";
	const char *comment = arena_printf(
		a,
		"Cluster %s in containers%s%s%s%s\nMade by hpcc from the cluster's spec: do not edit.\n"
		"What you want changed here belongs into %s%s%s",
		spec->cluster, c->several ? ", on host " : "", c->several ? name : "", spec->description ? ": " : ".",
		spec->description ? spec->description : "", c->several ? "overrides/" : "compose.override.yaml",
		c->several ? name : " beside it.", c->several ? ".yaml." : "");
	c->y = y_open_carrier(a, output_add(c->out, path, false), comment, CARRIER_COMPOSE);
	y_str(c->y, "name", c->project);
	compose_services(c);
	compose_resources(c);
	y_close(c->y);
}

/* One that carries nothing has nothing to be told. */
static void emit_machines(struct compose *c)
{
	const struct model *m = c->m;
	for (size_t i = 0; i < m->machines.n; i++) {
		c->machine = m->machines.v[i];
		if (c->several && !c->machine->places.n)
			continue;
		emit_compose(c);
		if (c->several)
			compose_machine_images(c);
	}
	c->machine = m->machines.v[0];
}

static void emit(const struct model *m, struct output *out)
{
	const struct target_compose *own = m->spec->targets->compose;
	struct compose c = { .m = m, .out = out, .own = own, .project = project_name(m), .several = m->machines.n > 1 };
	c.ephemeral = own && own->ephemeral == TRI_TRUE;
	c.supervised = own && text_equal(own->init, "supervisord");
	emit_machines(&c);
	emit_scripts(&c);
	emit_lists(&c);
	compose_images(&c);
}

/* The second for several machines, a file each: overrides/NAME.yaml. */
static const char *const overlays[] = { "compose.override.yaml", "overrides/", NULL };

extern const struct target target_compose;
const struct target target_compose = {
	.name = "compose",
	.summary = "containers on one machine or several, by docker compose, with a script that brings them up and "
		   "verifies them",
	.platform = &platform_container,
	.needs_slurm = true,
	.overlays = overlays,
	.emit = emit,
};
