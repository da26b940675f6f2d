/* containers_storage.c: what is mounted in containers and put into them. */
#include "compiler/check/containers.h"

#include <string.h>

#include "compiler/base/map.h"
#include "compiler/check/storage.h"

/* ---- volume-name-taken */

static bool is_volume(const struct storage *s)
{
	return text_equal(s->type, "volume") || text_equal(s->type, "nfs");
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
		for (size_t j = 0; j < m->volumes.n; j++) {
			const struct model_volume *v = &m->volumes.v[j];
			if (strcmp(name, v->name) == 0)
				volume_clash(c, s,
					     v->role == ROLE_DATABASE
						     ? "the volume in which hpcc itself keeps the database"
						     : "the volume in which hpcc itself keeps slurmctld's state",
					     v->path);
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
	{ "/dev/shm", ROLE_ALL, "what MPI's processes share, which services.*.shm sizes" },
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

/* What is mounted in each container already, where a file can be written at best and not replaced, and what the
 * entrypoint writes itself. */
static const struct mounted_file {
	const char *path; /* or the folder above it */
	const char *help;
} mounted_files[] = {
	{ "/etc/hosts", "leave it out: containers know each other's names; call other machines by their address" },
	{ "/etc/hostname", "leave it out: a container is called as its service or node" },
	{ "/etc/resolv.conf", "leave it out: a container asks the engine, and that asks whom its host asks" },
	{ "/etc/hpcc", "put it elsewhere: /etc/hpcc is hpcc's own in every container" },
	{ "/run/secrets", "put it elsewhere: secrets are mounted there" },
	{ "/etc/supervisor", "put it elsewhere: hpcc writes what supervisord reads" },
	{ "/etc/ssh/hpcc_sshd_config", "put it below /etc/ssh/sshd_config.d: sshd reads that first" },
	{ "/etc/ssh/ssh_config.d/hpcc.conf", "call it otherwise: hpcc writes this one" },
	{ "/etc/ssh/ssh_known_hosts", "put it elsewhere: hpcc writes the cluster's own there" },
	{ "/etc/ssh/shosts.equiv", "leave it out: hpcc writes the cluster's own there" },
	{ "/etc/passwd", "leave it out: 'users' says who there is" },
	{ "/etc/group", "leave it out: 'users' says who there is" },
	{ "/etc/shadow", "leave it out: 'users' says who there is" },
};

static void file_over_own(struct check *c, const struct file *f)
{
	for (size_t i = 0; i < sizeof(mounted_files) / sizeof(mounted_files[0]); i++)
		if (path_lies_in(f->path, mounted_files[i].path))
			diag_help(c->diags,
				  finding(c, WHERE(f, path),
					  "%s cannot be put into a container: what is there already is not to be "
					  "replaced",
					  f->path),
				  "%s", mounted_files[i].help);
}

/* A file cannot be put where nobody may write, nor in the place of a folder of the system's. */
static void file_over_folder(struct check *c, const struct file *f)
{
	struct storage *s;
	const char *what = system_path(f->path);
	if (what)
		diag_help(c->diags, finding(c, WHERE(f, path), "%s cannot be a file: it holds %s", f->path, what),
			  "give it a path of its own");
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));) {
		if (s->read_only != TRI_TRUE || !path_lies_in(f->path, s->mount) ||
		    !(roles_of(&s->on, ROLE_ALL) & roles_of(&f->on, ROLE_ALL)))
			continue;
		struct diag *d = finding(c, WHERE(f, path), "%s lies on storage '%s', which nobody may write to",
					 f->path, s->origin.name);
		diag_note(c->diags, d, WHERE(s, read_only), "read-only here");
		diag_help(c->diags, d, "put the file elsewhere, or bring it to where the storage comes from");
	}
}

/* ---- unknown-owner: who is neither in the spec nor in an image is nobody */

/* base-passwd of Debian, and what hpcc's images add. */
static const char *const image_users[] = { "root", "daemon",   "bin",	 "sys",	   "games", "man",   "lp",    "mail",
					   "news", "www-data", "backup", "nobody", "slurm", "munge", "mysql", "proxy" };
static const char *const image_groups[] = { "root",	"daemon",  "bin",      "sys",	"adm",	  "tty",     "disk",
					    "lp",	"mail",	   "news",     "man",	"kmem",	  "dialout", "fax",
					    "voice",	"cdrom",   "floppy",   "tape",	"sudo",	  "audio",   "dip",
					    "www-data", "backup",  "operator", "src",	"shadow", "utmp",    "video",
					    "sasl",	"plugdev", "staff",    "games", "users",  "nogroup", "slurm",
					    "munge",	"mysql",   "render",   "input", "kvm" };
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool is_one_of(const char *s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(s, list[i]) == 0)
			return true;
	return s[strspn(s, "0123456789")] == '\0'; /* a number needs no name */
}

struct people {
	struct check *c;
	struct map users, groups;
};

static void need_user(struct people *p, const char *name, struct span at)
{
	if (!name || map_find(&p->users, name) || is_one_of(name, image_users, COUNT(image_users)))
		return;
	diag_help(p->c->diags, finding(p->c, at, "there is no user '%s' in the containers", name),
		  "add '%s' under 'users', or name one who is there", name);
}

static void need_group(struct people *p, const char *name, struct span at)
{
	if (!name || map_find(&p->groups, name) || is_one_of(name, image_groups, COUNT(image_groups)))
		return;
	diag_help(p->c->diags, finding(p->c, at, "there is no group '%s' in the containers", name),
		  "let a user of the spec have it as 'group', or name one that is there");
}

/* Only where hpcc makes all images is it known who is in them. */
static bool all_made(const struct model *m)
{
	for (size_t i = 0; i < m->images.n; i++)
		if (!m->images.v[i]->base)
			return false;
	return m->images.n;
}

void rule_unknown_owner(struct check *c)
{
	struct people p = { .c = c };
	struct user *u;
	struct file *f;
	struct storage *s;
	if (!c->model->platform->builds_images || !all_made(c->model))
		return;
	map_init(&p.users, c->arena);
	map_init(&p.groups, c->arena);
	for (size_t i = 0; i < c->model->users.n; i++) {
		map_set(&p.users, c->model->users.v[i]->origin.name, c);
		if (c->model->users.v[i]->group)
			map_set(&p.groups, c->model->users.v[i]->group, c);
	}
	for (size_t i = 0; (u = entries_next(&c->spec->users, &i));)
		for (size_t j = 0; j < u->groups.n; j++)
			need_group(&p, u->groups.v[j], WHERE_ITEM(u, groups, j));
	for (size_t i = 0; (f = entries_next(&c->spec->files, &i));) {
		need_user(&p, f->owner, WHERE(f, owner));
		need_group(&p, f->group, WHERE(f, group));
	}
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));) {
		need_user(&p, s->owner, WHERE(s, owner));
		need_group(&p, s->group, WHERE(s, group));
	}
}

/* ---- home-not-shared */

/* A job's output goes to the directory that it was submitted from, on the node that it runs on. */
void rule_home_not_shared(struct check *c)
{
	const struct model *m = c->model;
	const struct place *one, *other;
	if (m->platform->place_per_host || !c->spec->slurm)
		return;
	bool apart = places_apart(m, ROLE_LOGIN | ROLE_SLURMD, &one, &other);
	if (apart && !m->shared)
		return; /* nothing-shared says it */
	for (size_t i = 0; i < m->users.n; i++) {
		const struct user *u = m->users.v[i];
		if (u->uid < FIRST_PERSON || !u->home || !u->origin.node || storage_holds(m, u->home))
			continue;
		struct diag *d = finding(
			c, WHERE(u, home),
			"the home of '%s', %s, is each container's own: jobs' output is not found from login, and lost "
			"with the container",
			u->origin.name, u->home);
		if (apart)
			diag_help(c->diags, d,
				  "mount a storage there that login and slurmd share, or write home: %s/%s",
				  strcmp(m->shared, "/") ? m->shared : "", u->origin.name);
		else
			diag_help(c->diags, d,
				  "mount a storage there that login and slurmd share, or leave 'home' out");
	}
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
	for (size_t i = 0; (f = entries_next(&c->spec->files, &i));)
		file_over_folder(c, f);
}
