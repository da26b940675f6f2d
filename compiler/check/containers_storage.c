/* containers_storage.c: what is mounted in containers and put into them. */
#include "compiler/check/containers.h"

#include <string.h>

#include "compiler/check/storage.h"

/* ---- volume-name-taken */

static bool is_volume(const struct storage *s)
{
	return text_equal(s->type, "volume") || text_equal(s->type, "nfs");
}

/* The volumes that hpcc makes itself where no storage holds what is to be kept (targets/compose.h). */
static const struct own_volume {
	const char *name;
	enum role role;
	const char *what;
} own_volumes[] = {
	{ "slurmctld-state", ROLE_SLURMCTLD, "the volume in which hpcc itself keeps slurmctld's state" },
	{ "database-state", ROLE_DATABASE, "the volume in which hpcc itself keeps the database" },
};

static const char *state_of(struct check *c, enum role role)
{
	const struct entry *e = c->records ? global(c, "StateSaveLocation") : NULL;
	return role == ROLE_DATABASE ? "/var/lib/mysql" : e ? e->value : c->model->platform->state_dir;
}

/* Whether one of the spec's own storages holds it. */
static bool is_stored(struct check *c, enum role role)
{
	struct storage *s;
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));)
		if (roles_of(&s->on, ROLE_ALL) & (unsigned)role && path_lies_in(state_of(c, role), s->mount))
			return true;
	return false;
}

static void volume_clash(struct check *c, const struct storage *s, const char *what, const char *instead)
{
	struct diag *d = finding(c, s->origin.name_span, "storage '%s' has the name of %s", s->origin.name, what);
	diag_help(c->diags, d, "call it otherwise, or mount it on %s: then hpcc makes none of its own", instead);
}

/* The directory that is shared where no storage is: nobody wrote it. */
static const struct storage *shared_volume(const struct model *m)
{
	const struct storage *last = m->storage.n ? m->storage.v[m->storage.n - 1] : NULL;
	return last && !last->origin.node ? last : NULL;
}

void rule_volume_name_taken(struct check *c)
{
	const struct model *m = c->model;
	const struct storage *shared = shared_volume(m);
	struct storage *s;
	if (!(m->platform->can & CAN_VOLUMES))
		return;
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));) {
		const char *name = s->origin.name;
		if (!is_volume(s))
			continue;
		for (size_t j = 0; j < sizeof(own_volumes) / sizeof(own_volumes[0]); j++) {
			const struct own_volume *o = &own_volumes[j];
			if (m->roles & o->role && strcmp(name, o->name) == 0 && !is_stored(c, o->role))
				volume_clash(c, s, o->what, state_of(c, o->role));
		}
		if (shared && strcmp(name, shared->origin.name) == 0)
			volume_clash(c, s, "the volume that hpcc makes itself, for all to share", shared->mount);
	}
}

/* ---- secret-name-taken */

/* The database's password is the one secret whose name is the spec's to choose. */
void rule_secret_name_taken(struct check *c)
{
	const struct model *m = c->model;
	const struct accounting *acc = c->spec->accounting;
	struct map names;
	map_init(&names, c->arena);
	for (size_t i = 0; acc && acc->database && !acc->database->origin.broken && i < m->secrets.n; i++) {
		bool fresh;
		map_add(&names, m->secrets.v[i].name, &fresh);
		if (fresh)
			continue;
		struct diag *d =
			finding(c, WHERE(acc->database, password),
				"the database's password cannot be the secret '%s', which is a key of something else",
				m->secrets.v[i].name);
		diag_help(c->diags, d, "choose another name, or leave 'password' out: it is then called 'database'");
	}
}

/* ---- bind-options */

void rule_bind_options(struct check *c)
{
	struct storage *s;
	if (c->model->platform->place_per_host)
		return;
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));) {
		if (!text_equal(s->type, "bind") || !s->options.n)
			continue;
		struct diag *d = finding(c, where_key(s, shape_field(&storage_shape, "options")),
					 "a directory of the host has no mount options of its own in %s",
					 c->model->platform->runs);
		diag_note(c->diags, d, WHERE(s, type), "a directory of the host, by its type");
		diag_help(
			c->diags, d,
			"leave them out; read_only: true is what can be said, and the host's own mount says the rest");
	}
}

/* ---- container-path-taken */

/* What hpcc, the engine or a daemon has in its container, and cannot do without. */
static const struct own_path {
	const char *path;
	unsigned roles;
	const char *what;
} own_paths[] = {
	{ "/etc/hpcc", ROLE_ALL, "what hpcc wrote for the containers" },
	{ "/run/secrets", ROLE_ALL, "the cluster's secrets" },
	{ "/etc/hosts", ROLE_ALL, "the names of all containers, which hpcc writes" },
	{ "/run/slurm", ROLE_ALL & ~(unsigned)ROLE_DATABASE, "the daemons' pid files" },
	{ "/etc/munge", ROLE_ALL & ~(unsigned)ROLE_DATABASE, "munge's key" },
	{ "/run/munge", ROLE_ALL & ~(unsigned)ROLE_DATABASE, "munged's socket" },
	{ "/etc/ssh", ROLE_SLURMD | ROLE_LOGIN, "sshd's keys" },
	{ "/run/mysqld", ROLE_DATABASE, "the database's socket" },
};

static void mount_over_own(struct check *c, const struct storage *s)
{
	for (size_t i = 0; i < sizeof(own_paths) / sizeof(own_paths[0]); i++) {
		const struct own_path *o = &own_paths[i];
		if (!(roles_of(&s->on, ROLE_ALL) & c->model->roles & o->roles) || !path_lies_in(s->mount, o->path))
			continue;
		struct diag *d = finding(c, WHERE(s, mount), "nothing can be mounted on %s in a container: %s holds %s",
					 s->mount, o->path, o->what);
		diag_help(c->diags, d, "mount it elsewhere, such as on /srv/%s", s->origin.name);
		return;
	}
}

/* What is mounted in each container already: a file there can be written at best, and not replaced. */
static const struct mounted_file {
	const char *path; /* or the folder above it */
	const char *help;
} mounted_files[] = {
	{ "/etc/hosts", "leave it out: containers know each other's names; call other machines by their address" },
	{ "/etc/hostname", "leave it out: a container is called as its service or node" },
	{ "/etc/resolv.conf", "leave it out: a container asks the engine, and that asks whom its host asks" },
	{ "/etc/hpcc", "put it elsewhere: /etc/hpcc is hpcc's own in every container" },
	{ "/run/secrets", "put it elsewhere: secrets are mounted there" },
};

static void file_over_own(struct check *c, const struct file *f)
{
	for (size_t i = 0; i < sizeof(mounted_files) / sizeof(mounted_files[0]); i++)
		if (path_lies_in(f->path, mounted_files[i].path))
			diag_help(c->diags,
				  finding(c, WHERE(f, path),
					  "%s cannot be put into a container: it is mounted there already", f->path),
				  "%s", mounted_files[i].help);
}

void rule_container_path_taken(struct check *c)
{
	struct storage *s;
	struct file *f;
	if (c->model->platform->place_per_host)
		return;
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));)
		mount_over_own(c, s);
	for (size_t i = 0; (f = entries_next(&c->spec->files, &i));)
		file_over_own(c, f);
}
