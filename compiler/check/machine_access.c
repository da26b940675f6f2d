/* machine_access.c: who may read and write what Slurm's daemons keep to themselves. */
#include "compiler/check/machine.h"

#include <string.h>

#include "compiler/slurm/upgrade.h"

static struct span top_of(const struct source *s)
{
	return (struct span){ s->id, 0, 0 };
}

/* ---- machine-file-mode: slurmdbd/read_config.c: read_slurmdbd_conf() */

static void look_at_owner(struct check *c, const struct source *src, const struct machine_entry *file)
{
	const struct entry *e = records_global(c->records, SLURMDBD_CONF, "SlurmUser");
	bool root_may = release_shares_slurmdbd_conf(c->records->release);
	struct person user;
	if (!e || !machine_user(c, e->value, &user) || file->uid == user.uid || (root_may && file->uid == 0))
		return;
	struct diag *d =
		finding(c, top_of(src), "slurmdbd.conf belongs to user %u, not to SlurmUser %s%s: slurmdbd stops",
			file->uid, user.name, root_may ? " or root" : "");
	diag_note(c->diags, d, e->span, "SlurmUser is named here");
	diag_help(c->diags, d, "chown %s %s", user.name, src->name);
}

/* Files that slurmdbd.conf includes: each once, by what was read from it. */
static void look_at_included(struct check *c, const struct source *src)
{
	const struct machine *m = c->files->machine;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < c->records->globals[SLURMDBD_CONF].n; i++) {
		const struct source *other = source_of(c->sources, c->records->globals[SLURMDBD_CONF].v[i]->span);
		struct machine_entry file;
		bool fresh = false;
		if (other && other != src)
			map_add(&seen, other->name, &fresh);
		if (!fresh || !m->look_given(m->ctx, other->name, &file) || file.kind != MACHINE_FILE ||
		    file.mode == 0600)
			continue;
		struct diag *d = finding(c, top_of(other),
					 "slurmdbd.conf includes this file, whose mode is %04o: slurmdbd takes "
					 "0600 alone, and stops",
					 file.mode);
		diag_help(c->diags, d, "chmod 600 %s", other->name);
	}
}

static void look_at_slurmdbd_conf(struct check *c, const struct source *src)
{
	const struct machine *m = c->files->machine;
	bool group_may = release_shares_slurmdbd_conf(c->records->release);
	struct machine_entry file;
	if (!m->look_given(m->ctx, src->name, &file) || file.kind != MACHINE_FILE)
		return;
	if (file.mode != 0600 && !(group_may && file.mode == 0640)) {
		struct diag *d =
			finding(c, top_of(src), "slurmdbd.conf has mode %04o, and slurmdbd takes 0600%s: it stops",
				file.mode, group_may ? " or 0640" : " alone");
		diag_help(c->diags, d, "chmod 600 %s", src->name);
	}
	look_at_owner(c, src, &file);
	if (release_closes_includes(c->records->release))
		look_at_included(c, src);
}

/* Beside slurm.conf, as it was given, else where that lies on the machine. */
static bool look_beside(const struct check *c, const char *name, struct machine_entry *ret, const char **ret_path)
{
	const struct machine *m = c->files->machine;
	const struct source *src = c->files->sources[SLURM_CONF];
	*ret_path = arena_printf(c->arena, "%s/%s", src ? machine_folder_of(c, src->name) : "/etc/slurm", name);
	if (src && strchr(src->name, '/') && m->look_given(m->ctx, *ret_path, ret) && ret->kind != MACHINE_NOTHING)
		return true;
	*ret_path = arena_printf(c->arena, "/etc/slurm/%s", name);
	return machine_look(c, *ret_path, ret);
}

static void look_at_key_owner(struct check *c, const struct entry *e, const char *path, const struct machine_entry *key)
{
	const struct entry *name = global(c, "SlurmUser");
	struct person user = { .name = "root" };
	if (key->uid == 0 || (name && (!machine_user(c, name->value, &user) || key->uid == user.uid)))
		return;
	struct diag *d = diag_add(c->diags, SEVERITY_WARNING, c->rule->name, e->span,
				  "%s belongs to user %u, neither to SlurmUser %s nor to root: auth/slurm warns of it",
				  path, key->uid, user.name);
	diag_help(c->diags, d, "chown %s %s", user.name, path);
}

/* plugins/auth/slurm: init_internal(): slurm.key, or since 24.05 slurm.jwks. */
static void look_at_key(struct check *c, const struct entry *e, const void *row)
{
	struct machine_entry key;
	const char *path;
	if (strcmp(e->value, "auth/slurm") != 0)
		return;
	if (look_beside(c, "slurm.jwks", &key, &path) && key.kind == MACHINE_FILE)
		;
	else if (!look_beside(c, "slurm.key", &key, &path))
		return;
	if (key.kind == MACHINE_NOTHING) {
		struct diag *d = finding(c, e->span,
					 "auth/slurm reads slurm.key beside slurm.conf, and there is none on this "
					 "machine: every daemon stops");
		diag_help(c->diags, d, "bring the cluster's key there, with mode 0600");
	} else if (key.mode & 077) {
		struct diag *d = finding(c, e->span,
					 "%s has mode %04o, and auth/slurm takes no key that others may read: every "
					 "daemon stops",
					 path, key.mode);
		diag_help(c->diags, d, "chmod 600 %s", path);
	} else {
		look_at_key_owner(c, e, path, &key);
	}
}

/* The word's value: "/x" of jwt_key=/x. */
static const char *path_of(const struct check *c, const char *list, const char *word)
{
	size_t n = strlen(word);
	for (const char *s = list; s && *s; s += strcspn(s, ","), s += *s == ',')
		if (strncmp(s, word, n) == 0)
			return arena_strndup(c->arena, s + n, strcspn(s, ",") - n);
	return NULL;
}

/* plugins/auth/jwt: init(): the key that is named, else the one beside the state. */
static void look_at_token_key(struct check *c, const struct entry *e, const void *row)
{
	const struct entry *parameters = global(c, "AuthAltParameters"), *state = global(c, "StateSaveLocation");
	const char *list = parameters ? parameters->value : NULL, *path = path_of(c, list, "jwt_key=");
	struct machine_entry key;
	if (!holds_word(e->value, "auth/jwt") || path_of(c, list, "jwks="))
		return;
	path = path || !state ? path : arena_printf(c->arena, "%s/jwt_hs256.key", state->value);
	if (!path || !machine_look(c, path, &key) || key.kind != MACHINE_NOTHING)
		return;
	struct diag *d = finding(c, e->span,
				 "auth/jwt reads %s, and there is no such file on this machine: slurmctld stops", path);
	if (parameters)
		diag_note(c->diags, d, parameters->span, "AuthAltParameters is %s by this", list);
	diag_help(c->diags, d, "bring the key there: 32 random bytes or more, mode 0600, SlurmUser's own");
}

void run_machine_file_mode(struct check *c)
{
	const struct source *src = c->files->sources[SLURMDBD_CONF];
	if (src)
		look_at_slurmdbd_conf(c, src);
	machine_entries(c, SLURM_CONF, "AuthType", look_at_key, NULL);
	machine_entries(c, SLURMDBD_CONF, "AuthType", look_at_key, NULL);
	if (machine_is(c, ROLE_CONTROLLER))
		machine_entries(c, SLURM_CONF, "AuthAltTypes", look_at_token_key, NULL);
}

/* ---- machine-access */

static void look_at_access(struct check *c, enum slurm_file file, const char *key, enum severity severity,
			   const char *otherwise)
{
	const struct entry *user = records_global(c->records, file, "SlurmUser"),
			   *e = records_global(c->records, file, key);
	struct person person;
	struct machine_entry there;
	if (!user || !e || !machine_knows(c, "passwd") || !machine_user(c, user->value, &person) ||
	    !machine_look(c, e->value, &there) || there.kind != MACHINE_FOLDER || machine_may(c, &person, &there, 07))
		return;
	struct diag *d =
		finding(c, e->span, "SlurmUser %s may not read, write and enter '%s' on this machine (mode %04o): %s",
			person.name, e->value, there.mode, otherwise);
	diag_note(c->diags, d, user->span, "SlurmUser is named here");
	diag_help(c->diags, d, "chown %s %s", person.name, e->value);
}

/* Nothing of it is there yet, and slurmctld makes it as SlurmUser; nobody said where, and the default is root's. */
static void look_above(struct check *c)
{
	const struct entry *user = global(c, "SlurmUser"), *e = global(c, "StateSaveLocation");
	const struct fact *f = fact_find(SLURM_CONF, SECTION_GLOBAL, "StateSaveLocation");
	const char *path = e ? e->value : fact_default(f, c->records->release);
	struct person person;
	struct machine_entry there, above;
	if (!user || !path || !machine_knows(c, "passwd") || !machine_user(c, user->value, &person) ||
	    !machine_look(c, path, &there) || there.kind != (e ? MACHINE_NOTHING : MACHINE_FOLDER))
		return;
	const char *folder = e ? machine_folder_of(c, path) : path;
	if (!machine_look(c, folder, &above) || above.kind != MACHINE_FOLDER ||
	    machine_may(c, &person, &above, e ? 03 : 07))
		return;
	struct diag *d;
	if (e)
		d = finding(
			c, e->span,
			"'%s' is not there on this machine, and SlurmUser %s may not make it in %s: slurmctld stops",
			path, person.name, folder);
	else
		d = finding(c, user->span,
			    "no StateSaveLocation is set, and %s, which is used then, is not SlurmUser %s's: slurmctld "
			    "stops",
			    path, person.name);
	diag_help(c->diags, d,
		  e ? "install -d -o %s -m 0755 %s" : "write StateSaveLocation=, with a folder of %s's other than %s",
		  person.name, path);
}

/* controller.c: set_slurmctld_state_loc(); slurmdbd/read_config.c */
void run_machine_access(struct check *c)
{
	if (machine_is(c, ROLE_CONTROLLER)) {
		look_at_access(c, SLURM_CONF, "StateSaveLocation", SEVERITY_ERROR, "slurmctld stops");
		look_above(c);
	}
	look_at_access(c, SLURMDBD_CONF, "ArchiveDir", SEVERITY_WARNING, "nothing is archived");
}

/* ---- machine-writable: slurmctld/read_config.c: _stat_slurm_dirs() */

static void look_at_world(struct check *c, const struct entry *e, const void *row)
{
	struct machine_entry there;
	if (!machine_look(c, e->value, &there) || there.kind != MACHINE_FOLDER || !(there.mode & 02))
		return;
	struct diag *d =
		finding(c, e->span, "everybody may write to '%s' on this machine (mode %04o): slurmctld warns of it",
			e->value, there.mode);
	diag_help(c->diags, d, "chmod o-w %s: who can write there can change jobs and run as any user", e->value);
}

void run_machine_writable(struct check *c)
{
	if (!machine_is(c, ROLE_CONTROLLER))
		return;
	machine_entries(c, SLURM_CONF, "StateSaveLocation", look_at_world, NULL);
	machine_entries(c, SLURM_CONF, "SlurmdSpoolDir", look_at_world, NULL);
}
