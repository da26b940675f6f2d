/* lower_people.c: users, what is mounted, what daemons keep; what a platform gives where nobody wrote any. */
#include <string.h>

#include "compiler/model/lower.h"
#include "compiler/schema/schema.h"

/* The user that jobs are tried as, in a cluster of which nobody says who uses it. */
static struct user *some_user(struct model *m)
{
	struct user *u = body_new(m->arena, &user_shape);
	u->origin.name = "user";
	u->uid = u->gid = 1000;
	u->group = "user";
	u->home = "/home/user";
	u->shell = "/bin/bash";
	u->create_home = TRI_TRUE;
	return u;
}

/* The volume that is there without being written, for those of its roles that are where login and the nodes are. */
static const struct storage *shared_folder(struct model *m, const char *mount)
{
	static const enum role roles[] = { ROLE_SLURMCTLD, ROLE_SLURMD, ROLE_LOGIN };
	struct storage *s = body_new(m->arena, &storage_shape);
	const struct place *one, *other;
	s->origin.name = strrchr(mount, '/') + 1;
	s->type = "volume";
	s->mount = mount;
	s->on.given = true;
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (!places_apart(m, ROLE_SLURMD | ROLE_LOGIN | roles[i], &one, &other))
			*list_push(m->arena, &s->on) = role_name(roles[i]);
	return s;
}

/* A job's output is written where the job runs and looked for where it was submitted: one directory must be both's. */
static void lower_storage(struct model *m)
{
	const char *shared = m->platform->shared;
	const struct place *one, *other;
	struct storage *s;
	for (size_t i = 0; (s = entries_next(&m->spec->storage, &i));) {
		*list_push(m->arena, &m->storage) = s;
		if (shared && path_lies_in(shared, s->mount))
			shared = NULL;
		if (storage_is_common(s) && !storage_is_torn(m, s) && !storage_is_read_only(s, NULL) &&
		    (!m->shared || path_lies_in("/home", s->mount)))
			m->shared = s->mount;
	}
	/* Of two machines each would have a volume of its own. */
	if (!shared || !m->spec->slurm || places_apart(m, ROLE_SLURMD | ROLE_LOGIN, &one, &other))
		return;
	m->shared = shared;
	*list_push(m->arena, &m->storage) = shared_folder(m, shared);
}

bool storage_holds(const struct model *m, const char *path)
{
	for (size_t i = 0; i < m->storage.n; i++)
		if (storage_is_common(m->storage.v[i]) && path_lies_in(path, m->storage.v[i]->mount))
			return true;
	return false;
}

/* Where /home is each machine's own, the home of our own user is in the directory that all share. */
static const struct user *at_home(struct model *m, struct user *u)
{
	const struct place *one, *other;
	if (m->shared && !storage_holds(m, u->home) && places_apart(m, ROLE_SLURMD | ROLE_LOGIN, &one, &other))
		u->home = arena_printf(m->arena, "%s/%s", strcmp(m->shared, "/") ? m->shared : "", u->origin.name);
	return u;
}

void lower_people(struct model *m)
{
	struct user *u;
	lower_storage(m);
	for (size_t i = 0; (u = entries_next(&m->spec->users, &i));) {
		*list_push(m->arena, &m->users) = u;
		if (!m->person && u->uid >= FIRST_PERSON)
			m->person = u;
	}
	if (!m->person && m->platform->always_login && m->spec->slurm)
		m->person = *list_push(m->arena, &m->users) = at_home(m, some_user(m));
}

/* Whether a storage of the spec's holds what the daemon keeps. */
static bool is_stored(const struct model *m, unsigned role, const char *path)
{
	for (size_t i = 0; i < m->storage.n; i++)
		if (roles_of(&m->storage.v[i]->on, ROLE_ALL) & role && path_lies_in(path, m->storage.v[i]->mount))
			return true;
	return false;
}

/* Once the records are there: StateSaveLocation may come from `options`. */
void lower_volumes(struct model *m)
{
	const struct model_volume all[] = {
		{ "slurmctld-state", directory_of(m, "StateSaveLocation", m->platform->state_dir), ROLE_SLURMCTLD },
		{ "database-state", "/var/lib/mysql", ROLE_DATABASE },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (m->roles & all[i].role && all[i].path[0] == '/' && !is_stored(m, all[i].role, all[i].path))
			*list_push(m->arena, &m->volumes) = all[i];
}
