/* storage_files.c: users, secrets and files. */
#include "compiler/check/storage.h"

#include <string.h>

#include "compiler/base/map.h"

/* ---- id-clash */

/* The user slurm of Debian's packages (slurm-wlm-basic-plugins' maintainer scripts make it). */
enum { SLURM_UID = 64030 };

static const char *number(struct arena *a, int64_t n)
{
	return arena_printf(a, "%lld", (long long)n);
}

static void clash_uid(struct check *c, struct map *uids, const struct user *u)
{
	bool fresh;
	struct map_entry *e = map_add(uids, number(c->arena, u->uid), &fresh);
	if (strcmp(u->origin.name, "root") == 0)
		finding(c, u->origin.name_span, "root is there already, and its number is 0");
	if (u->uid == SLURM_UID && strcmp(u->origin.name, "slurm") != 0)
		finding(c, WHERE(u, uid), "uid %d belongs to Debian's user slurm", SLURM_UID);
	if (fresh) {
		e->value = (void *)(uintptr_t)u;
		return;
	}
	const struct user *first = e->value;
	struct diag *d = finding(c, WHERE(u, uid), "users '%s' and '%s' both have uid %lld", first->origin.name,
				 u->origin.name, (long long)u->uid);
	diag_note(c->diags, d, WHERE(first, uid), "the first is here");
	diag_help(c->diags, d, "give each user a number of its own: to the system two of one number are one");
}

/* One group has one name and one number. */
static void clash_gid(struct check *c, struct map *gids, struct map *groups, const struct user *u)
{
	bool fresh;
	struct map_entry *e = map_add(gids, number(c->arena, u->gid), &fresh);
	const struct user *first = fresh ? u : e->value;
	e->value = (void *)(uintptr_t)first;
	/* Where each takes its uid's the uids are the same as well, which has been said. */
	if (!WRITTEN(first, gid) && !WRITTEN(u, gid) && !WRITTEN(first, group) && !WRITTEN(u, group) && !fresh)
		return;
	if (strcmp(first->group, u->group) != 0) {
		struct diag *d = finding(c, WHERE(u, gid), "gid %lld is group '%s' here, and group '%s' of user '%s'",
					 (long long)u->gid, u->group, first->group, first->origin.name);
		diag_note(c->diags, d, WHERE(first, gid), "the other user");
		diag_help(c->diags, d, "give the group one name: group: %s", first->group);
		return;
	}
	e = map_add(groups, u->group, &fresh);
	first = fresh ? u : e->value;
	e->value = (void *)(uintptr_t)first;
	if (first->gid == u->gid)
		return;
	struct diag *d = finding(c, WHERE(u, group), "group '%s' is gid %lld here, and gid %lld of user '%s'", u->group,
				 (long long)u->gid, (long long)first->gid, first->origin.name);
	diag_note(c->diags, d, WHERE(first, group), "the other user");
	diag_help(c->diags, d, "give the group one number: gid: %lld", (long long)first->gid);
}

void check_id_clash(struct check *c)
{
	struct map uids, gids, groups;
	struct user *u;
	map_init(&uids, c->arena);
	map_init(&gids, c->arena);
	map_init(&groups, c->arena);
	for (size_t i = 0; (u = entries_next(&c->spec->users, &i));) {
		clash_uid(c, &uids, u);
		if (u->group && u->gid != VALUE_ABSENT)
			clash_gid(c, &gids, &groups, u);
	}
}

/* ---- unused-secret, secret-size-ignored */

static bool is_used(const struct spec *spec, const char *name)
{
	const struct database *db = spec->accounting ? spec->accounting->database : NULL;
	if (spec->slurm && text_equal(spec->slurm->auth, name))
		return true;
	return db && text_equal(db->password, name);
}

void check_unused_secret(struct check *c)
{
	struct secret *s;
	for (size_t i = 0; (s = entries_next(&c->spec->secrets, &i));) {
		if (is_used(c->spec, s->origin.name))
			continue;
		struct diag *d = finding(c, s->origin.name_span, "nothing uses the secret '%s'", s->origin.name);
		diag_help(
			c->diags, d,
			"slurm.auth uses the one of its own name, accounting.database.password the one that it names");
	}
}

void check_secret_size(struct check *c)
{
	struct secret *s;
	for (size_t i = 0; (s = entries_next(&c->spec->secrets, &i));) {
		if (!s->file || !WRITTEN(s, bytes))
			continue;
		struct diag *d =
			finding(c, WHERE(s, bytes), "'bytes' has no effect: the secret is what the file holds");
		diag_note(c->diags, d, WHERE(s, file), "the file");
		diag_help(c->diags, d, "leave it out");
	}
}

/* ---- world-writable, secret-place */

void check_world_writable(struct check *c)
{
	struct file *f;
	for (size_t i = 0; (f = entries_next(&c->spec->files, &i));) {
		char last = f->mode ? f->mode[3] : '0';
		if (!((last - '0') & 2))
			continue;
		struct diag *d = finding(c, WHERE(f, mode), "file '%s' may be written by everybody", f->origin.name);
		diag_help(c->diags, d, "end the mode in 4 or 5: 0644, 0755");
	}
}

/* munged wants its directory for its key alone (munged/conf.c: open_key); what is copied there is readable in the
 * output. */
void check_secret_place(struct check *c)
{
	static const char *const dirs[] = { "/etc/munge", "/etc/slurm/keys", "/etc/ssl/private" };
	struct file *f;
	for (size_t i = 0; (f = entries_next(&c->spec->files, &i));)
		for (size_t j = 0; j < sizeof(dirs) / sizeof(dirs[0]); j++) {
			if (!path_lies_in(f->path, dirs[j]))
				continue;
			struct diag *d = finding(
				c, WHERE(f, path),
				"%s is a place for secrets, and files are readable in what hpcc writes", dirs[j]);
			diag_help(c->diags, d,
				  "secrets: makes the keys of munge, Slurm and the database where the cluster is "
				  "brought up");
		}
}
