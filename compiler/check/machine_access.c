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

void run_machine_file_mode(struct check *c)
{
	const struct source *src = c->files->sources[SLURMDBD_CONF];
	if (src)
		look_at_slurmdbd_conf(c, src);
}

/* ---- machine-access */

static bool look_at_user(const struct check *c, enum slurm_file file, const struct entry **ret, struct person *person)
{
	*ret = records_global(c->records, file, "SlurmUser");
	return *ret && machine_knows(c, "passwd") && machine_user(c, (*ret)->value, person);
}

static void look_at_access(struct check *c, enum slurm_file file, const char *key, enum severity severity,
			   const char *otherwise)
{
	const struct entry *user, *e = records_global(c->records, file, key);
	struct person person;
	struct machine_entry there;
	if (!e || !look_at_user(c, file, &user, &person) || !machine_look(c, e->value, &there) ||
	    there.kind != MACHINE_FOLDER || machine_may(c, &person, &there, 07))
		return;
	struct diag *d =
		finding_as(c, severity, e->span, "SlurmUser %s may not read, write and enter '%s' on this machine (mode %04o): %s",
			person.name, e->value, there.mode, otherwise);
	diag_note(c->diags, d, user->span, "SlurmUser is named here");
	diag_help(c->diags, d, "chown %s %s", person.name, e->value);
}

/* Nobody says where the state is kept, and the default is a folder that others have as well. */
static void look_at_default(struct check *c)
{
	const struct fact *f = fact_find(SLURM_CONF, SECTION_GLOBAL, "StateSaveLocation");
	const char *path = fact_default(f, c->records->release);
	const struct entry *user;
	struct person person;
	struct machine_entry there;
	if (global(c, f->key) || !look_at_user(c, SLURM_CONF, &user, &person) || !machine_look(c, path, &there) ||
	    there.kind != MACHINE_FOLDER || machine_may(c, &person, &there, 07))
		return;
	struct diag *d = finding(c, user->span,
				 "SlurmUser %s may not write to %s on this machine (mode %04o), where slurmctld keeps "
				 "its state unless told otherwise: it stops",
				 person.name, path, there.mode);
	diag_help(c->diags, d, "make a folder of %s, and add StateSaveLocation=/var/lib/slurm/slurmctld", person.name);
}

/* Nothing of it is there yet, and SlurmUser must make it: slurmctld is that user by then, whoever started it. */
static void look_above(struct check *c)
{
	const struct entry *user, *e = global(c, "StateSaveLocation");
	struct person person;
	struct machine_entry there, above;
	if (!e || !look_at_user(c, SLURM_CONF, &user, &person) || !machine_look(c, e->value, &there) ||
	    there.kind != MACHINE_NOTHING)
		return;
	const char *folder = machine_folder_of(c, e->value);
	if (!machine_look(c, folder, &above) || above.kind != MACHINE_FOLDER || machine_may(c, &person, &above, 03))
		return;
	struct diag *d = finding(c, e->span,
				 "'%s' is not there on this machine, and SlurmUser %s may not make it in %s: slurmctld stops",
				 e->value, person.name, folder);
	diag_note(c->diags, d, user->span, "SlurmUser is named here");
	diag_help(c->diags, d, "install -d -o %s -m 0755 %s", person.name, e->value);
}

/* controller.c: set_slurmctld_state_loc(); slurmdbd/read_config.c */
void run_machine_access(struct check *c)
{
	if (machine_is(c, ROLE_CONTROLLER)) {
		look_at_access(c, SLURM_CONF, "StateSaveLocation", SEVERITY_ERROR, "slurmctld stops");
		look_at_default(c);
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
