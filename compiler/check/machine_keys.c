/* machine_keys.c: the files of keys that Slurm's daemons sign with, as they lie on a machine. Of what is in them
 * nothing is ever said. */
#include "compiler/check/machine.h"

#include <string.h>

/* ---- machine-key */

struct key_file {
	const char *path;    /* as a person can find it */
	const char *on_root; /* the same as the machine has it, or NULL */
	struct machine_entry there;
};

/* Beside slurm.conf, as it was given, else where that lies on the machine. False: nobody can tell. */
static bool look_beside(const struct check *c, const char *name, struct key_file *ret)
{
	const struct machine *m = c->files->machine;
	const struct source *src = c->files->sources[SLURM_CONF] ? c->files->sources[SLURM_CONF]
								 : c->files->sources[SLURMDBD_CONF];
	const char *usual = arena_printf(c->arena, "/etc/slurm/%s", name);
	*ret = (struct key_file){ .path = usual, .on_root = usual };
	if (machine_look(c, usual, &ret->there) && ret->there.kind != MACHINE_NOTHING)
		return true;
	ret->path = arena_printf(c->arena, "%s/%s", src ? machine_folder_of(c, src->name) : "/etc/slurm", name);
	if (src && strchr(src->name, '/') && m->look_given(m->ctx, ret->path, &ret->there) &&
	    ret->there.kind != MACHINE_NOTHING) {
		ret->on_root = NULL;
		return true;
	}
	ret->path = usual;
	return machine_look(c, usual, &ret->there);
}

static void open_key(struct check *c, const struct entry *e, const struct key_file *key, const char *plugin)
{
	struct diag *d = finding(c, e->span, "%s has mode %04o, and %s takes no key that others may use: %s", key->path,
				 key->there.mode, plugin,
				 strcmp(plugin, "auth/slurm") == 0 ? "every daemon stops" : "slurmctld stops");
	diag_help(c->diags, d, "chmod 600 %s", key->path);
}

/* _check_key_permissions(): "owned by uid=..., instead of SlurmUser or root" */
static void look_at_owner(struct check *c, const struct entry *e, const struct key_file *key)
{
	const struct entry *user = records_global(c->records, e->fact->file, "SlurmUser");
	struct person person;
	if (!user || key->there.uid == 0 || !machine_knows(c, "passwd") || !machine_user(c, user->value, &person) ||
	    key->there.uid == person.uid)
		return;
	struct diag *d = finding_as(c, SEVERITY_WARNING, e->span,
				    "%s belongs to user %u, not to SlurmUser %s or root: every daemon warns of it",
				    key->path, key->there.uid, person.name);
	diag_note(c->diags, d, user->span, "SlurmUser is named here");
	diag_help(c->diags, d, "chown %s %s", person.name, key->path);
}

static void look_into(struct check *c, const struct entry *e, const struct key_file *key)
{
	const char *text = key->on_root ? machine_text(c, key->on_root) : NULL;
	const char *fault = text ? machine_key_set_fault(c->arena, text) : NULL;
	if (!fault)
		return;
	struct diag *d = finding(c, e->span, "auth/slurm cannot read %s, as %s: every daemon stops", key->path, fault);
	diag_help(c->diags, d,
		  "write {\"keys\": [{\"alg\": \"HS256\", \"kty\": \"oct\", \"kid\": \"NAME\", \"k\": \"BASE64\"}]}");
}

/* plugins/auth/slurm: init_internal(): slurm.key, or since 24.05 slurm.jwks. */
static void look_at_slurm(struct check *c, const struct entry *e)
{
	struct key_file key, set;
	bool sets = release_reads_key_sets(c->records->release);
	bool is_set = sets && look_beside(c, "slurm.jwks", &set) && set.there.kind == MACHINE_FILE;
	if (is_set)
		key = set;
	else if (!look_beside(c, "slurm.key", &key))
		return;
	if (key.there.kind == MACHINE_NOTHING) {
		struct diag *d = finding(c, e->span,
					 "auth/slurm reads slurm.key beside slurm.conf, and there is none on this "
					 "machine: every daemon stops");
		diag_help(c->diags, d, "bring the cluster's key there, with mode 0600");
		return;
	}
	if (key.there.mode & 07)
		open_key(c, e, &key, "auth/slurm");
	look_at_owner(c, e, &key);
	if (is_set)
		look_into(c, e, &key);
}

/* plugins/auth/jwt: init(): a key of its own, or the keys of others; slurmctld's is in its state unless named. */
static void look_at_jwt(struct check *c, const struct entry *types)
{
	const struct entry *e = global(c, "AuthAltParameters");
	const char *state = value_in_force(c, "StateSaveLocation");
	const char *named = e ? word_value(c->arena, e->value, "jwt_key") : NULL;
	const char *others = e ? word_value(c->arena, e->value, "jwks") : NULL;
	struct key_file key = { .path = named ? named : others };
	if (!key.path && state)
		key.path = arena_printf(c->arena, "%s/jwt_hs256.key", state);
	if (!machine_is(c, ROLE_CONTROLLER) || !key.path || !machine_look(c, key.path, &key.there))
		return;
	const struct entry *at = named || others ? e : types;
	if (key.there.kind == MACHINE_NOTHING) {
		struct diag *d =
			finding(c, at->span,
				"auth/jwt signs with %s, and there is none on this machine: slurmctld stops", key.path);
		diag_help(c->diags, d, "make one, of SlurmUser's and mode 0600: openssl rand -out %s 32", key.path);
	} else if (key.there.mode & (named || !others ? 07 : 02)) {
		open_key(c, at, &key, "auth/jwt");
	}
}

void run_machine_key(struct check *c)
{
	const struct entry *type = global(c, "AuthType"), *others = global(c, "AuthAltTypes");
	const struct entry *dbd = records_global(c->records, SLURMDBD_CONF, "AuthType");
	if (type && text_equal_nocase(type->value, "auth/slurm"))
		look_at_slurm(c, type);
	else if (dbd && text_equal_nocase(dbd->value, "auth/slurm"))
		look_at_slurm(c, dbd);
	if (others && holds_word(others->value, "auth/jwt"))
		look_at_jwt(c, others);
}
