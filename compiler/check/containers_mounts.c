/* containers_mounts.c: what is said of a mount in containers: options, and whose it is. What all kinds of containers
 * have in common is said in the same words for each, and so once. */
#include "compiler/check/containers.h"

#include <string.h>

/* ---- bind-options */

/* What Docker takes for a tmpfs (moby: pkg/mount, MergeTmpfsOptions), by name. */
static bool is_tmpfs_option(const char *s)
{
	static const char *const names[] = { "ro",	 "rw",	       "exec",	      "noexec",	   "suid",
					     "nosuid",	 "dev",	       "nodev",	      "sync",	   "async",
					     "dirsync",	 "atime",      "noatime",     "diratime",  "nodiratime",
					     "relatime", "norelatime", "strictatime", "size",	   "mode",
					     "uid",	 "gid",	       "nr_inodes",   "nr_blocks", "mpol" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t n = strlen(names[i]);
		if (strncmp(s, names[i], n) == 0 && (!s[n] || s[n] == '='))
			return true;
	}
	return false;
}

/* A stack's mounts in memory have a size and nothing else (docker/cli: compose/types, ServiceVolumeTmpfs); so they are
 * noexec. */
static void size_alone(struct check *c, const struct storage *s)
{
	static const char *const keys[] = { "options", "read_only" };
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct field *f = shape_field(&storage_shape, keys[i]);
		if (!field_given(f, s) || (i && s->read_only != TRI_TRUE))
			continue;
		struct diag *d =
			finding(c, where_key(s, f), "target '%s' is for %s, where a tmpfs has a size and no %s",
				c->target, c->model->platform->runs, keys[i]);
		diag_note(c->diags, d, WHERE(s, type), "a tmpfs, by its type");
		diag_help(c->diags, d, "leave it out, or build target compose");
	}
}

static void tmpfs_options(struct check *c, const struct storage *s)
{
	if (!(c->model->platform->can & CAN_TMPFS_OPTIONS)) {
		size_alone(c, s);
		return;
	}
	if (strchr(s->mount, ':'))
		diag_help(c->diags,
			  finding(c, WHERE(s, mount), "a tmpfs on %s cannot be said to %s: a ':' ends the path there",
				  s->mount, c->model->platform->runs),
			  "mount it on a path without ':'");
	for (size_t i = 0; i < s->options.n; i++)
		if (!is_tmpfs_option(s->options.v[i]))
			diag_help(c->diags,
				  finding(c, WHERE_ITEM(s, options, i), "%s take no option '%s' for a tmpfs",
					  c->model->platform->runs, s->options.v[i]),
				  "leave it out; noexec, nosuid, nodev, size, mode, uid, gid and nr_inodes are taken");
}

static void nfs_options(struct check *c, const struct storage *s)
{
	for (size_t i = 0; i < s->options.n; i++)
		if (strncmp(s->options.v[i], "addr=", 5) == 0)
			diag_help(c->diags,
				  finding(c, WHERE_ITEM(s, options, i),
					  "'addr' is the server, which 'server' says already"),
				  "leave it out");
}

struct span where_read_only(const struct storage *s)
{
	size_t option;
	if (!storage_is_read_only(s, &option))
		return (struct span){ 0 };
	return option < s->options.n ? WHERE_ITEM(s, options, option) : WHERE(s, read_only);
}

/* What nobody may write to cannot be given to somebody either: the containers themselves would do it, in the mount. */
static void read_only_ownership(struct check *c, const struct storage *s)
{
	static const char *const keys[] = { "owner", "group", "mode" };
	struct span at = where_read_only(s);
	bool tmpfs = text_equal(s->type, "tmpfs");
	if (!span_known(at) || (tmpfs && !(c->model->platform->can & CAN_TMPFS_OPTIONS)))
		return;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct field *f = shape_field(&storage_shape, keys[i]);
		if (!field_given(f, s))
			continue;
		struct diag *d = finding(c, where_key(s, f),
					 "containers cannot change the %s of what is read-only to them", keys[i]);
		diag_note(c->diags, d, at, "read-only");
		diag_help(c->diags, d,
			  tmpfs				  ? "say it in 'options', by numbers: uid=, gid= and mode="
			  : text_equal(s->type, "volume") ? "leave it out, or let them write"
							  : "set it once on the server, and leave it out here");
	}
}

/* The directory is the host's, and so is whose it is: giving it to a container's user would give it to whoever has that
 * number there. */
static void bind_ownership(struct check *c, const struct storage *s)
{
	static const char *const keys[] = { "owner", "group", "mode" };
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct field *f = shape_field(&storage_shape, keys[i]);
		if (!field_given(f, s))
			continue;
		struct diag *d =
			finding(c, where_key(s, f),
				"the directory is the host's, and its %s not for containers to change", keys[i]);
		diag_note(c->diags, d, WHERE(s, type), "a directory of the host, by its type");
		diag_help(c->diags, d, "set it on the host once, and leave it out here");
	}
}

void rule_bind_options(struct check *c)
{
	struct storage *s;
	if (c->model->platform->place_per_host)
		return;
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));) {
		if (text_equal(s->type, "tmpfs"))
			tmpfs_options(c, s);
		if (text_equal(s->type, "nfs"))
			nfs_options(c, s);
		if (text_equal(s->type, "bind"))
			bind_ownership(c, s);
		else
			read_only_ownership(c, s);
		if (!text_equal(s->type, "bind") || !s->options.n)
			continue;
		struct diag *d = finding(c, where_key(s, shape_field(&storage_shape, "options")),
					 "a directory of the host has no mount options of its own in containers");
		diag_note(c->diags, d, WHERE(s, type), "a directory of the host, by its type");
		diag_help(
			c->diags, d,
			"leave them out; read_only: true is what can be said, and the host's own mount says the rest");
	}
}
