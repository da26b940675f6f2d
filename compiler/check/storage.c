/* storage.c: mounts, and what a storage and a file need to say. What else is put on hosts: storage_files.c. */
#include "compiler/check/storage.h"

#include <string.h>

#include "compiler/base/map.h"
#include "compiler/platform/platform.h"

/* The services that see both, or every host where a list is absent. */
static bool share_roles(const struct texts *a, const struct texts *b)
{
	return (roles_of(a, ROLE_ALL) & roles_of(b, ROLE_ALL)) != 0;
}

/* ---- mount-over-system */

/* What a mount here would hide from the running system (hier(7)). Below /usr/local, /var/lib/NAME and the like is fine.
 */
static const char *const system_dirs[] = {
	"/",	     "/bin",	   "/boot", "/dev",	  "/etc",     "/lib",	  "/lib32",   "/lib64",
	"/libx32",   "/proc",	   "/run",  "/sbin",	  "/sys",     "/usr",	  "/usr/bin", "/usr/lib",
	"/usr/sbin", "/usr/share", "/var",  "/var/cache", "/var/lib", "/var/log", "/var/run", "/var/spool",
};
/* Nothing below these is anybody's to mount over, but for what stands behind. */
static const char *const kernel_dirs[] = { "/proc", "/sys", "/dev" };
static const char *const kernel_free[] = { "/dev/shm", "/dev/hugepages" };

/* Without a slash at its end. */
static const char *trimmed(struct arena *a, const char *path)
{
	size_t n = strlen(path);
	while (n > 1 && path[n - 1] == '/')
		n--;
	return arena_strndup(a, path, n);
}

const char *system_path(const char *path)
{
	for (size_t i = 0; i < sizeof(system_dirs) / sizeof(system_dirs[0]); i++)
		if (strcmp(path, system_dirs[i]) == 0)
			return "the system's own files";
	for (size_t i = 0; i < sizeof(kernel_free) / sizeof(kernel_free[0]); i++)
		if (path_lies_in(path, kernel_free[i]))
			return NULL;
	for (size_t i = 0; i < sizeof(kernel_dirs) / sizeof(kernel_dirs[0]); i++)
		if (path_lies_in(path, kernel_dirs[i]))
			return "the kernel's own files";
	return NULL;
}

static const char *hidden_by(const char *mount)
{
	const char *what = system_path(mount);
	for (size_t i = 0; !what && platforms[i]; i++)
		if (path_lies_in(mount, platforms[i]->conf_dir) || path_lies_in(platforms[i]->conf_dir, mount))
			return "Slurm's files, which hpcc writes there";
	return what;
}

static void run_over_system(struct check *c)
{
	struct storage *s;
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));) {
		const char *what = s->mount ? hidden_by(trimmed(c->arena, s->mount)) : NULL;
		if (!what)
			continue;
		struct diag *d = finding(c, WHERE(s, mount), "a mount on %s hides %s", s->mount, what);
		diag_help(c->diags, d, "mount it elsewhere, such as on /srv/%s", s->origin.name);
	}
}

/* ---- spool-shared: slurm.conf(5), SlurmdSpoolDir: each slurmd keeps there what is its own, by the same names */

/* Nodes that are containers of one host see one directory of it, and one volume. */
static bool is_shared(const struct check *c, const struct storage *s)
{
	const struct model *m = c->model;
	if (text_equal(s->type, "nfs"))
		return true;
	if (text_equal(s->type, "tmpfs"))
		return false;
	uint64_t roaming = 0; /* that may come to be on one host */
	for (size_t i = 0; i < m->roaming.n; i++) {
		const struct place *p = &m->places.v[m->roaming.v[i]];
		roaming += p->node ? p->names.count : 0;
	}
	for (size_t i = 0; i < m->machines.n; i++) {
		uint64_t nodes = roaming;
		for (size_t j = 0; j < m->machines.v[i]->places.n; j++) {
			const struct place *p = &m->places.v[m->machines.v[i]->places.v[j]];
			nodes += p->node ? p->names.count : 0;
		}
		if (nodes > 1)
			return true;
	}
	return false;
}

static void run_spool_shared(struct check *c)
{
	const struct entry *spool = c->records ? records_global(c->records, SLURM_CONF, "SlurmdSpoolDir") : NULL;
	struct storage *s;
	if (!spool || strchr(spool->value, '%'))
		return;
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));) {
		const char *mount = trimmed(c->arena, s->mount);
		if (!is_shared(c, s) || !(roles_of(&s->on, ROLE_ALL) & ROLE_SLURMD) ||
		    !path_lies_in(spool->value, mount))
			continue;
		struct diag *d =
			finding(c, WHERE(s, mount), "all nodes would share %s, where each slurmd keeps its own files",
				spool->value);
		diag_note(c->diags, d, spool->span, "SlurmdSpoolDir is %s", spool->value);
		diag_help(c->diags, d, "mount it elsewhere, or leave slurmd out of `on`");
	}
}

/* ---- mount-twice, mount-hidden */

/* All storages by where they are mounted, without a slash at the end; the first of each. */
static void map_mounts(struct check *c, struct map *mounts)
{
	struct storage *s;
	map_init(mounts, c->arena);
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));) {
		bool fresh;
		struct map_entry *e = map_add(mounts, trimmed(c->arena, s->mount), &fresh);
		if (fresh)
			e->value = s;
	}
}

static void run_mount_twice(struct check *c)
{
	struct map mounts;
	struct storage *s;
	map_mounts(c, &mounts);
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));) {
		const struct storage *first = map_get(&mounts, trimmed(c->arena, s->mount));
		if (first == s || !share_roles(&first->on, &s->on))
			continue;
		struct diag *d = finding(c, WHERE(s, mount), "storage '%s' and '%s' are both mounted on %s",
					 first->origin.name, s->origin.name, s->mount);
		diag_note(c->diags, d, WHERE(first, mount), "the first is here");
		diag_help(c->diags, d, "give each a directory of its own");
	}
}

/* They are mounted in the order in which they stand. */
static void run_mount_hidden(struct check *c)
{
	struct map mounts, before;
	struct storage *s;
	map_mounts(c, &mounts);
	map_init(&before, c->arena);
	/* Those that stand before s lie in `before`; one of them hides under s when s is its parent. Seen from the
	 * child: a parent that is mounted but does not stand before it. */
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));) {
		char *path = arena_strdup(c->arena, trimmed(c->arena, s->mount));
		map_add(&before, arena_strdup(c->arena, path), NULL);
		for (char *slash; (slash = strrchr(path, '/')) && slash > path;) {
			*slash = '\0';
			const struct storage *parent = map_get(&mounts, path);
			if (!parent || map_find(&before, path) || !share_roles(&parent->on, &s->on))
				continue;
			struct diag *d = finding(c, WHERE(s, mount), "%s is mounted first, and then hidden by %s",
						 s->mount, parent->mount);
			diag_note(c->diags, d, WHERE(parent, mount), "storage '%s' comes later", parent->origin.name);
			diag_help(c->diags, d, "write storage '%s' before '%s'", parent->origin.name, s->origin.name);
			break;
		}
	}
}

/* ---- storage-keys: which keys each type wants, and which it can have */

enum { VOLUME = 1, BIND = 2, TMPFS = 4, NFS = 8 };

static const struct type_key {
	const char *key;
	unsigned takes, wants;
} type_keys[] = {
	{ "source", BIND, BIND },
	{ "server", NFS, NFS },
	{ "export", NFS, NFS },
	{ "size", TMPFS, 0 },
	{ "options", BIND | TMPFS | NFS, 0 },
};

static unsigned type_bit(const char *type)
{
	static const char *const words[] = { "volume", "bind", "tmpfs", "nfs" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(type, words[i]) == 0)
			return 1u << i;
	return 0;
}

/* Keys that options may say otherwise: which of them is obeyed is the platform's chance. */
static void contradicts(struct check *c, const struct storage *s, const char *option, const char *key)
{
	const struct field *f = shape_field(&storage_shape, key);
	size_t n = strlen(option);
	for (size_t i = 0; i < s->options.n; i++) {
		/* "size=" begins so, "rw" is the word. */
		if (strncmp(s->options.v[i], option, n) != 0 || (option[n - 1] != '=' && s->options.v[i][n]))
			continue;
		struct diag *d =
			finding(c, WHERE_ITEM(s, options, i), "the option '%s' contradicts '%s'", s->options.v[i], key);
		diag_note(c->diags, d, where_key(s, f), "'%s' is given here", key);
		diag_help(c->diags, d, "keep one of the two");
	}
}

static void run_contradictions(struct check *c, const struct storage *s)
{
	if (s->read_only == TRI_TRUE)
		contradicts(c, s, "rw", "read_only");
	if (field_given(shape_field(&storage_shape, "size"), s))
		contradicts(c, s, "size=", "size");
}

static void run_storage_keys(struct check *c)
{
	struct storage *s;
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));) {
		unsigned type = type_bit(s->type);
		for (size_t j = 0; type && j < sizeof(type_keys) / sizeof(type_keys[0]); j++) {
			const struct type_key *k = &type_keys[j];
			const struct field *f = shape_field(&storage_shape, k->key);
			bool given = field_given(f, s);
			if (given && !(k->takes & type)) {
				struct diag *d = finding(c, where_key(s, f),
							 "'%s' does not belong to storage of type %s", k->key, s->type);
				diag_help(c->diags, d, "leave it out, or correct the type");
			} else if (!given && k->wants & type) {
				struct diag *d =
					finding(c, WHERE(s, type), "storage of type %s needs '%s'", s->type, k->key);
				diag_help(c->diags, d, "add %s: to '%s'", k->key, s->origin.name);
			}
		}
		run_contradictions(c, s);
	}
}

/* ---- one-of-two: of two keys that say the same in two ways, one */

static void one_of_two(struct check *c, const void *body, const char *what, const char *first, const char *second)
{
	const struct shape *shape = origin_of(body)->shape;
	const struct field *f = shape_field(shape, first), *g = shape_field(shape, second);
	bool has_f = field_given(f, body), has_g = field_given(g, body);
	if (has_f != has_g)
		return;
	if (has_f) {
		struct diag *d = finding(c, where_key(body, g), "%s has both '%s' and '%s'", what, first, second);
		diag_note(c->diags, d, where_key(body, f), "the other is here");
		diag_help(c->diags, d, "keep one of the two");
	} else {
		struct diag *d = finding(c, where_body(body), "%s has neither '%s' nor '%s'", what, first, second);
		diag_help(c->diags, d, "add one of the two");
	}
}

static void run_one_of_two(struct check *c)
{
	struct storage *s;
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));)
		if (s->server && !s->server->origin.broken)
			one_of_two(c, s->server, "this server", "address", "host");
	struct file *f;
	for (size_t i = 0; (f = entries_next(&c->spec->files, &i));)
		one_of_two(c, f, arena_printf(c->arena, "file '%s'", f->origin.name), "content", "source");
}

const struct rule rules_storage[] = {
	{ "mount-over-system", SEVERITY_ERROR, RULE_SPEC, run_over_system },
	{ "spool-shared", SEVERITY_ERROR, RULE_MODEL, run_spool_shared },
	{ "mount-twice", SEVERITY_ERROR, RULE_SPEC, run_mount_twice },
	{ "mount-hidden", SEVERITY_WARNING, RULE_SPEC, run_mount_hidden },
	{ "storage-keys", SEVERITY_ERROR, RULE_SPEC, run_storage_keys },
	{ "one-of-two", SEVERITY_ERROR, RULE_SPEC, run_one_of_two },
	{ "id-clash", SEVERITY_ERROR, RULE_SPEC, check_id_clash },
	{ "unused-secret", SEVERITY_WARNING, RULE_SPEC, check_unused_secret },
	{ "secret-size-ignored", SEVERITY_WARNING, RULE_SPEC, check_secret_size },
	{ "world-writable", SEVERITY_WARNING, RULE_SPEC, check_world_writable },
	{ "secret-place", SEVERITY_WARNING, RULE_SPEC, check_secret_place },
	{ "file-not-json", SEVERITY_ERROR, RULE_SPEC, check_file_json },
	{ .name = NULL },
};
