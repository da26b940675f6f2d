/*
 * slurm.c: target `slurm`: Slurm's own files for machines with systemd, with scripts that put them in place.
 *
 *	cluster.env		scalars, for the scripts
 *	hosts.tsv		every host: name, address, roles
 *	files.tsv, files/...	what goes where, with owner, group, mode, and the roles that have it
 *	secrets.tsv users.tsv mounts.tsv units.tsv
 *	secrets.sh install.sh database.sh accounting.sh
 */
#include "targets/target.h"

#include <string.h>

#include "compiler/spec/check.h"

#define DASH(s) ((s) ? (s) : "-")

/* A directory that the scripts make: what slurm.conf says, which may have come through `options`. "-": not by them. */
static const char *directory(const struct model *m, const char *key, const char *otherwise)
{
	const struct entry *e = records_global(&m->records, SLURM_CONF, key);
	if (!e || check_path(e->value))
		return otherwise;
	return strchr(e->value, '%') ? "-" : e->value;
}

static void emit_env(const struct model *m, struct output *out)
{
	const struct platform *p = m->platform;
	const struct accounting *acc = m->spec->accounting;
	const struct database *db = acc ? acc->database : NULL;
	const struct target_slurm *own = m->spec->targets->slurm;
	struct text *t = output_add(out, "cluster.env", false);
	/* Every value has passed a check that leaves no character that sh would expand. */
	text_addf(t, "# Cluster %s. Made by hpcc: do not edit.\n", m->spec->cluster);
	text_addf(t, "CLUSTER=%s\nRELEASE=%s\n", m->spec->cluster, release_name(m->release));
	text_addf(t, "CONF_DIR=%s\nSTATE_DIR=%s\nSPOOL_DIR=%s\nLOG_DIR=%s\n", p->conf_dir,
		  directory(m, "StateSaveLocation", p->state_dir), directory(m, "SlurmdSpoolDir", p->spool_dir), p->log_dir);
	text_addf(t, "ETC_HOSTS=%s\n", own && own->etc_hosts == TRI_TRUE ? "yes" : "no");
	if (m->roles & ROLE_SLURMDBD && db) {
		const struct fact *script = fact_find(SLURMDBD_CONF, SECTION_GLOBAL, "StoragePassScript");
		text_addf(t, "DATABASE_NAME=%s\nDATABASE_USER=%s\nDATABASE_SECRET=%s\nPASSWORD_BY=%s\n", db->name, db->user,
			  db->password, fact_known(script, m->release) ? "script" : "include");
	}
}

static void emit_hosts(const struct model *m, struct output *out)
{
	struct text *t = output_add(out, "hosts.tsv", false);
	text_add(t, "#host\taddress\troles\n");
	for (size_t i = 0; i < m->places.n; i++) {
		const struct place *p = &m->places.v[i];
		const char *roles = role_list(m->arena, p->roles);
		struct hostwalk names, addresses;
		hostwalk_start(&names, &p->names);
		hostwalk_start(&addresses, &p->addresses);
		for (const char *name; (name = hostwalk_next(&names));) {
			const char *address = p->addresses.count ? hostwalk_next(&addresses) : NULL;
			tsv_line(t, name, DASH(address), roles, NULL);
		}
	}
}

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

static void emit_files(const struct model *m, struct output *out)
{
	struct text list;
	text_init(&list, m->arena);
	text_add(&list, "#path\towner\tgroup\tmode\troles\n");
	for (size_t i = 0; i < m->files.n; i++) {
		const struct model_file *f = &m->files.v[i];
		tsv_line(&list, f->path, f->owner, f->group, f->mode, role_list(m->arena, f->roles & m->roles), NULL);
		struct text *t = output_add(out, arena_printf(m->arena, "files%s", f->path), false);
		*t = f->text;
	}
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
	*output_add(out, "files.tsv", false) = list;
}

static void emit_secrets(const struct model *m, struct output *out)
{
	struct text *t = output_add(out, "secrets.tsv", false);
	text_add(t, "#name\tbytes\tfile\tpath\towner\tgroup\tmode\troles\n");
	for (size_t i = 0; i < m->secrets.n; i++) {
		const struct model_secret *s = &m->secrets.v[i];
		tsv_line(t, s->name, arena_printf(m->arena, "%lld", (long long)s->bytes), DASH(s->file), s->path, s->owner,
			 s->group, s->mode, role_list(m->arena, s->roles & m->roles), NULL);
	}
}

static void emit_users(const struct model *m, struct output *out)
{
	struct text *t = output_add(out, "users.tsv", false);
	struct user *u;
	text_add(t, "#name\tuid\tgid\tgroup\tgroups\thome\tcreate\tshell\n");
	for (size_t i = 0; (u = entries_next(&m->spec->users, &i));) {
		struct text groups;
		text_init(&groups, m->arena);
		for (size_t j = 0; j < u->groups.n; j++)
			text_join(&groups, 0, ",", u->groups.v[j]);
		tsv_line(t, u->origin.name, arena_printf(m->arena, "%lld", (long long)u->uid),
			 arena_printf(m->arena, "%lld", (long long)u->gid), u->group, groups.s, u->home,
			 u->create_home == TRI_FALSE ? "no" : "yes", u->shell, NULL);
	}
}

/* fstab(5): what is mounted, as type, device and options. */
static void emit_mount(const struct model *m, struct text *t, const struct storage *s)
{
	struct text options;
	const char *type = s->type, *device = "-";
	text_init(&options, m->arena);
	for (size_t i = 0; i < s->options.n; i++)
		text_join(&options, 0, ",", s->options.v[i]);
	if (s->read_only == TRI_TRUE)
		text_join(&options, 0, ",", "ro");
	if (strcmp(type, "tmpfs") == 0) {
		device = "tmpfs";
		if (memory_given(s->size) && !s->size.percent)
			text_join(&options, 0, ",", arena_printf(m->arena, "size=%lldM", (long long)mebibytes(s->size)));
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
		const char *server = s->server->address ? s->server->address : s->server->host;
		uint64_t at = 0;
		const struct host *h = s->server->host ? spec_host(m->spec, server, &at) : NULL;
		if (h && h->address.list)
			server = hostlist_name_dup(h->address.list, h->address.list->count == 1 ? 0 : at, m->arena);
		device = arena_printf(m->arena, "%s:%s", server, s->export);
		text_join(&options, 0, ",", "_netdev");
	}
	tsv_line(t, s->origin.name, type, DASH(device), s->mount, options.n ? options.s : "defaults",
		 role_list(m->arena, roles_of(&s->on, ROLE_ALL) & m->roles), s->owner ? s->owner : "-",
		 s->group ? s->group : "-", s->mode ? s->mode : "-", NULL);
}

static void emit_mounts(const struct model *m, struct output *out)
{
	struct text *t = output_add(out, "mounts.tsv", false);
	struct storage *s;
	text_add(t, "#name\ttype\tdevice\tmount\toptions\troles\towner\tgroup\tmode\n");
	for (size_t i = 0; (s = entries_next(&m->spec->storage, &i));)
		emit_mount(m, t, s);
}

static void emit_units(const struct model *m, struct output *out)
{
	struct text *t = output_add(out, "units.tsv", false);
	text_add(t, "#program\tunit\tpackage\tuser\troles\n");
	for (size_t i = 0; i < m->programs.n; i++) {
		const struct program *p = m->programs.v[i];
		tsv_line(t, p->name, DASH(p->unit), DASH(p->package), p->user, role_list(m->arena, p->role & m->roles), NULL);
	}
}

static void emit(const struct model *m, struct output *out)
{
	emit_env(m, out);
	emit_hosts(m, out);
	emit_files(m, out);
	emit_secrets(m, out);
	emit_users(m, out);
	emit_mounts(m, out);
	emit_units(m, out);
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
