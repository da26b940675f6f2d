/* lists.c: what the scripts are told: scalars in cluster.env, lists in files of tabs. Every target that installs places
 * writes them. */
#include "targets/lists.h"

#include <string.h>

#include "compiler/model/hosts_list.h"

#define DASH(s) ((s) ? (s) : "-")

static struct text *add(struct output *out, const char *folder, const char *name)
{
	return output_add(out, arena_printf(out->arena, "%s%s", folder, name), false);
}

/* With commas; nothing is "". */
static const char *joined(struct arena *a, const struct texts *list)
{
	struct text t;
	text_init(&t, a);
	for (size_t i = 0; i < list->n; i++)
		text_join(&t, 0, ",", list->v[i]);
	return t.s;
}

struct text *list_env(const struct model *m, struct output *out, const char *folder)
{
	const struct platform *p = m->platform;
	const struct accounting *acc = m->spec->accounting;
	const struct database *db = acc ? acc->database : NULL;
	struct text *t = add(out, folder, "cluster.env");
	/* Every value has passed a check that leaves no character that sh would expand. */
	text_addf(t, "# Cluster %s. Made by hpcc: do not edit.\n", m->spec->cluster);
	text_addf(t, "CLUSTER=%s\nRELEASE=%s\n", m->spec->cluster, release_name(m->release));
	text_addf(t, "CONF_DIR=%s\nSTATE_DIR=%s\nSPOOL_DIR=%s\nLOG_DIR=%s\n", p->conf_dir,
		  directory_of(m, "StateSaveLocation", p->state_dir), directory_of(m, "SlurmdSpoolDir", p->spool_dir),
		  p->log_dir ? p->log_dir : "-");
	if (m->roles & ROLE_SLURMDBD && db) {
		const struct fact *script = fact_find(SLURMDBD_CONF, SECTION_GLOBAL, "StoragePassScript");
		text_addf(t, "DATABASE_NAME=%s\nDATABASE_USER=%s\nDATABASE_SECRET=%s\nPASSWORD_BY=%s\n", db->name,
			  db->user, db->password, fact_known(script, m->release) ? "script" : "include");
	}
	return t;
}

/* The fields that the model says, with a tab between two. */
static void list_line(struct text *t, const char *begin, const char *const *fields, size_t n)
{
	text_add(t, begin);
	for (size_t i = 0; i < n; i++) {
		if (i)
			text_addc(t, '\t');
		text_add(t, fields[i]);
	}
	text_addc(t, '\n');
}

void list_hosts(const struct model *m, struct output *out, const char *folder)
{
	struct text *t = add(out, folder, "hosts.tsv");
	const char *names[HOST_FIELDS];
	size_t n = hosts_list_fields(m);
	struct hosts_list x;
	for (size_t i = 0; i < n; i++)
		names[i] = host_field_name((enum host_field)i);
	list_line(t, "#", names, n);
	hosts_list_start(&x, m);
	while (hosts_list_next(&x))
		list_line(t, "", x.fields, n);
}

/* The machines that carry places, the controller's first. */
void list_machines(const struct model *m, struct output *out, const char *folder)
{
	struct text *t = add(out, folder, "machines.tsv");
	text_add(t, "#machine\taddress\tuser\tport\tkey\tdirectory\tarch\tos\tswarm\tlabels\n");
	for (size_t i = 0; i < m->machines.n; i++) {
		const struct model_machine *x = m->machines.v[i];
		const struct host *h = x->host;
		const struct ssh *ssh = h ? h->ssh : NULL;
		bool port = ssh && ssh->port != VALUE_ABSENT;
		struct text labels;
		text_init(&labels, m->arena);
		for (size_t j = 0; h && j < h->labels.n; j++)
			text_join(&labels, 0, ",",
				  arena_printf(m->arena, "%s=%s", h->labels.v[j].key, h->labels.v[j].value));
		tsv_line(t, x->name, DASH(x->address), DASH(ssh ? ssh->user : NULL),
			 port ? arena_printf(m->arena, "%lld", (long long)ssh->port) : "-", DASH(ssh ? ssh->key : NULL),
			 DASH(ssh ? ssh->directory : NULL), DASH(machine_arch(m, x, NULL)),
			 h && h->os ? h->os : "linux", machine_manages(m, x) ? "manager" : "worker",
			 labels.n ? labels.s : "-", NULL);
	}
}

struct text list_files(const struct model *m, struct output *out, const char *folder)
{
	struct text list;
	text_init(&list, m->arena);
	text_add(&list, "#path\towner\tgroup\tmode\troles\n");
	for (size_t i = 0; i < m->files.n; i++) {
		const struct model_file *f = &m->files.v[i];
		tsv_line(&list, f->path, f->owner, f->group, f->mode, role_list(m->arena, f->roles & m->roles), NULL);
		*add(out, folder, arena_printf(m->arena, "files%s", f->path)) = f->text;
	}
	return list;
}

void list_secrets(const struct model *m, struct output *out, const char *folder)
{
	struct text *t = add(out, folder, "secrets.tsv");
	text_add(t, "#name\tbytes\tfile\tpath\towner\tgroup\tmode\troles\n");
	for (size_t i = 0; i < m->secrets.n; i++) {
		const struct model_secret *s = &m->secrets.v[i];
		tsv_line(t, s->name, s->kind ? s->kind : arena_printf(m->arena, "%lld", (long long)s->bytes),
			 DASH(s->file), s->path, s->owner, s->group, s->mode, role_list(m->arena, s->roles & m->roles),
			 NULL);
	}
}

void list_users(const struct model *m, struct output *out, const char *folder)
{
	struct text *t = add(out, folder, "users.tsv");
	text_add(t, "#name\tuid\tgid\tgroup\tgroups\thome\tcreate\tshell\n");
	for (size_t i = 0; i < m->users.n; i++) {
		const struct user *u = m->users.v[i];
		tsv_line(t, u->origin.name, arena_printf(m->arena, "%lld", (long long)u->uid),
			 arena_printf(m->arena, "%lld", (long long)u->gid), u->group, joined(m->arena, &u->groups),
			 u->home, u->create_home == TRI_FALSE ? "no" : "yes", u->shell, NULL);
	}
}

/* fstab(5): what is mounted, as type, device and options. */
static void list_mount(const struct model *m, struct text *t, const struct storage *s)
{
	struct text options;
	const char *type = s->type, *device = "-";
	/* Where the platform mounts it itself, what is left is whose it is. */
	if (!m->platform->place_per_host) {
		/* What nobody may write to cannot be given to somebody either. */
		bool ours = s->read_only != TRI_TRUE;
		tsv_line(t, s->origin.name, type, "-", s->mount, "-",
			 role_list(m->arena, roles_of(&s->on, ROLE_ALL) & m->roles), ours ? DASH(s->owner) : "-",
			 ours ? DASH(s->group) : "-", ours ? DASH(s->mode) : "-",
			 strcmp(type, "nfs") == 0 ? DASH(s->export) : DASH(s->source),
			 s->server ? storage_server(m, s) : "-", NULL);
		return;
	}
	text_init(&options, m->arena);
	for (size_t i = 0; i < s->options.n; i++)
		text_join(&options, 0, ",", s->options.v[i]);
	if (s->read_only == TRI_TRUE)
		text_join(&options, 0, ",", "ro");
	if (strcmp(type, "tmpfs") == 0) {
		device = "tmpfs";
		if (memory_given(s->size) && !s->size.percent)
			text_join(&options, 0, ",",
				  arena_printf(m->arena, "size=%lldM", (long long)mebibytes(s->size)));
		/* It is made anew at every boot: its owner and mode must come with the mount. */
		if (s->mode)
			text_join(&options, 0, ",", arena_printf(m->arena, "mode=%s", s->mode));
		if (s->owner)
			text_join(&options, 0, ",", arena_printf(m->arena, "uid=%s", s->owner));
		if (s->group)
			text_join(&options, 0, ",", arena_printf(m->arena, "gid=%s", s->group));
	} else if (strcmp(type, "bind") == 0) {
		device = s->source;
		type = "none";
		text_join(&options, 0, ",", "bind");
	} else if (strcmp(type, "nfs") == 0) {
		device = arena_printf(m->arena, "%s:%s", storage_server(m, s), s->export);
		text_join(&options, 0, ",", "_netdev");
	}
	tsv_line(t, s->origin.name, type, DASH(device), s->mount, options.n ? options.s : "defaults",
		 role_list(m->arena, roles_of(&s->on, ROLE_ALL) & m->roles), DASH(s->owner), DASH(s->group),
		 DASH(s->mode), NULL);
}

void list_mounts(const struct model *m, struct output *out, const char *folder)
{
	struct text *t = add(out, folder, "mounts.tsv");
	text_addf(t, "#name\ttype\tdevice\tmount\toptions\troles\towner\tgroup\tmode%s\n",
		  m->platform->place_per_host ? "" : "\tsource\tserver");
	for (size_t i = 0; i < m->storage.n; i++)
		list_mount(m, t, m->storage.v[i]);
}

static const char *const by[] = { [MCA_BY_SPEC] = "spec", [MCA_BY_NETWORK] = "network", [MCA_BY_SHARED] = "shared" };

/* What Open MPI and its parts read: mpi.sh writes it where each finds it. */
void list_mpi(const struct model *m, struct output *out, const char *folder)
{
	if (!m->mpi || !m->mpi->mca.n)
		return;
	struct text *t = add(out, folder, "mpi.tsv");
	text_add(t, "#reader\tparameter\tby\tvalue\n");
	for (size_t i = 0; i < m->mpi->mca.n; i++) {
		const struct model_mca *x = &m->mpi->mca.v[i];
		bool alike = x->by == MCA_BY_NETWORK && m->mpi->own_interfaces;
		tsv_line(t, x->reader, x->key, by[x->by], alike ? "alike" : DASH(x->value), NULL);
	}
	output_template(out, "mpi.sh", arena_printf(m->arena, "%smpi.sh", folder));
}

const char *list_mpi_network(const struct model *m)
{
	const struct model_mpi *x = m->mpi;
	char cidr[CIDR_TEXT];
	if (!x || !x->cidr.bits || mpi_has_interfaces(m->spec->mpi))
		return "-";
	if (x->chosen)
		return "SUBNET";
	cidr_format(&x->cidr, cidr);
	return arena_strdup(m->arena, cidr);
}

/* mpirun's form: Open MPI's `c1 slots=2`, and `c1:2` of those that are made from MPICH. */
bool list_hostfile(const struct model *m, struct text *t)
{
	if (!m->mpi)
		return false;
	bool openmpi = strcmp(m->spec->mpi->implementation, "openmpi") == 0;
	text_addf(t, "# The nodes of cluster %s: mpirun %s FILE. Made by hpcc: do not edit.\n", m->spec->cluster,
		  openmpi ? "--hostfile" : "-f");
	if (!m->mpi->slots)
		text_add(t, "# Nodes of one machine share its address: Open MPI before version 5 takes them for one "
			    "host.\n");
	for (size_t i = 0; i < m->nodes.n; i++) {
		const struct node_group *g = m->nodes.v[i].group;
		struct hostwalk names;
		hostwalk_start(&names, g->origin.hosts);
		const char *name;
		for (uint64_t at = 0; (name = hostwalk_next(&names)); at++) {
			const char *host = m->platform->place_per_host ? node_host(g, at, m->arena) : name;
			text_add(t, host ? host : name);
			if (g->cpus != VALUE_ABSENT && m->mpi->slots)
				text_addf(t, openmpi ? " slots=%lld" : ":%lld", (long long)g->cpus);
			text_addc(t, '\n');
		}
	}
	return true;
}

void list_exports(const struct model *m, struct output *out, const char *folder)
{
	if (!m->exports.n)
		return;
	struct text *t = add(out, folder, "exports.tsv");
	text_add(t, "#machine\tstorage\tdirectory\tclients\toptions\n");
	for (size_t i = 0; i < m->exports.n; i++) {
		const struct model_export *x = &m->exports.v[i];
		tsv_line(t, x->machine->name, x->storage->origin.name, x->storage->export,
			 joined(m->arena, &x->clients), x->options, NULL);
	}
}
