#include "compiler/cli/journal.h"

#include <errno.h>
#include <string.h>

#include "compiler/base/map.h"
#include "compiler/base/text.h"

bool journal_is_empty(const struct journal *j)
{
	return j->removals.n + j->gone_folders.n + j->new_folders.n + j->writes.n == 0;
}

/* Where the i-th new file ('f') or folder ('d') waits. */
static const char *staged(struct disk *d, char kind, size_t i)
{
	return arena_printf(d->arena, JOURNAL_FOLDER "/%c%zu", kind, i);
}

bool journal_clean(struct disk *d)
{
	return disk_clean_folder(d, JOURNAL_FOLDER) || disk_fail(d, JOURNAL_FOLDER);
}

static bool stage(struct disk *d, const struct journal *j)
{
	if (!disk_make_folder(d, JOURNAL_FOLDER, 0700))
		return disk_fail(d, JOURNAL_FOLDER);
	for (size_t i = 0; i < j->new_folders.n; i++)
		if (!disk_make_folder(d, staged(d, 'd', i), 0755))
			return disk_fail(d, j->new_folders.v[i]);
	for (size_t i = 0; i < j->writes.n; i++) {
		const struct journal_write *w = &j->writes.v[i];
		if (!disk_write(d, staged(d, 'f', i), w->data, w->size, w->mode))
			return disk_fail(d, w->path);
	}
	return true;
}

/* After a failure: the first reason is what the person shall read, so a second one is not kept. */
static bool clean_up(struct disk *d)
{
	disk_clean_folder(d, JOURNAL_FOLDER);
	return false;
}

bool journal_stage(struct disk *d, const struct journal *j)
{
	return stage(d, j) || clean_up(d);
}

bool journal_begin(struct disk *d, const struct journal *j)
{
	static const char aside[] = JOURNAL_FOLDER "/journal";
	struct text t;
	text_init(&t, d->arena);
	journal_print(&t, j);
	if (!disk_write(d, aside, t.s, t.n, 0644) || !disk_sync_folder(d, JOURNAL_FOLDER) ||
	    !disk_move(d, aside, JOURNAL_NAME)) {
		disk_fail(d, JOURNAL_NAME);
		return clean_up(d);
	}
	/* Should this fail, the journal stays: nobody knows whether it is on the disk, and to clean up behind a
	 * journal that is would lose files. */
	return disk_sync_folder(d, "") || disk_fail(d, JOURNAL_NAME);
}

static bool remove_files(struct disk *d, const struct journal *j)
{
	for (size_t i = 0; i < j->removals.n; i++) {
		const char *path = j->removals.v[i].path;
		struct disk_entry e;
		if (!disk_look(d, path, &e))
			return disk_fail(d, path);
		/* Gone, or gone with a new folder of that name in its place, when this is done again. */
		if (e.kind == DISK_NOTHING || e.kind == DISK_FOLDER)
			continue;
		if (!disk_remove(d, path))
			return disk_fail(d, path);
	}
	return true;
}

static bool remove_folders(struct disk *d, const struct journal *j)
{
	for (size_t i = 0; i < j->gone_folders.n; i++) {
		const char *path = j->gone_folders.v[i];
		/* rmdir(2): one that holds files of others stays; ENOTDIR when a file of ours is there by now. */
		if (!disk_remove_folder(d, path) && errno != ENOENT && errno != ENOTEMPTY && errno != EEXIST &&
		    errno != ENOTDIR)
			return disk_fail(d, path);
	}
	return true;
}

/* Puts what waits at `from` into its place, unless that was done before. */
static bool put(struct disk *d, const char *from, const char *to)
{
	struct disk_entry e;
	if (disk_move(d, from, to))
		return true;
	int reason = errno;
	if (disk_look(d, from, &e) && e.kind == DISK_NOTHING)
		return true;
	errno = reason;
	return false;
}

static bool put_folders(struct disk *d, const struct journal *j)
{
	for (size_t i = 0; i < j->new_folders.n; i++) {
		const char *path = j->new_folders.v[i];
		/* rename(2): over an empty folder it works, over a filled one it does not, and need not. */
		if (!put(d, staged(d, 'd', i), path) && errno != ENOTEMPTY && errno != EEXIST)
			return disk_fail(d, path);
	}
	return true;
}

static bool put_files(struct disk *d, const struct journal *j)
{
	for (size_t i = 0; i < j->writes.n; i++)
		if (!put(d, staged(d, 'f', i), j->writes.v[i].path))
			return disk_fail(d, j->writes.v[i].path);
	return true;
}

static void add_parent(struct disk *d, struct map *m, const char *path)
{
	const char *slash = strrchr(path, '/');
	bool is_new;
	map_add(m, slash ? arena_strndup(d->arena, path, (size_t)(slash - path)) : "", &is_new);
}

/* Names are safe when the folders that hold them are synced; only then may the journal go. */
static bool sync_folders(struct disk *d, const struct journal *j)
{
	struct map folders;
	map_init(&folders, d->arena);
	for (size_t i = 0; i < j->removals.n; i++)
		add_parent(d, &folders, j->removals.v[i].path);
	for (size_t i = 0; i < j->gone_folders.n; i++)
		add_parent(d, &folders, j->gone_folders.v[i]);
	for (size_t i = 0; i < j->new_folders.n; i++)
		add_parent(d, &folders, j->new_folders.v[i]);
	for (size_t i = 0; i < j->writes.n; i++)
		add_parent(d, &folders, j->writes.v[i].path);
	for (size_t i = 0; i < folders.n; i++) {
		const char *path = folders.v[i].key;
		if (!disk_sync_folder(d, path) && errno != ENOENT && errno != ENOTDIR) /* removed with its files */
			return disk_fail(d, path);
	}
	return true;
}

bool journal_apply(struct disk *d, const struct journal *j)
{
	return remove_files(d, j) && remove_folders(d, j) && put_folders(d, j) && put_files(d, j) && sync_folders(d, j);
}

bool journal_end(struct disk *d)
{
	if (!disk_remove(d, JOURNAL_NAME) || !disk_sync_folder(d, ""))
		return disk_fail(d, JOURNAL_NAME);
	return journal_clean(d);
}

bool journal_read(struct disk *d, struct journal *ret, bool *ret_found)
{
	struct disk_entry journal, folder;
	const char *bytes;
	size_t size;
	if (!disk_look(d, JOURNAL_NAME, &journal) || !disk_look(d, JOURNAL_FOLDER, &folder))
		return disk_fail(d, JOURNAL_NAME);
	*ret_found = journal.kind != DISK_NOTHING;
	*ret = (struct journal){ 0 };
	/* .hpcc-new/ goes after the journal. Where it is missing somebody removed it: nothing can be completed, and the
	 * manifest tells what is what. */
	if (!*ret_found || folder.kind != DISK_FOLDER)
		return true;
	if (!disk_read(d, JOURNAL_NAME, &bytes, &size))
		return disk_fail(d, JOURNAL_NAME);
	return journal_parse(d->arena, bytes, size, ret) ||
	       disk_refuse(d, JOURNAL_NAME, "not a journal that hpcc can read; remove it and build with --force");
}

static bool is_edited(struct disk *d, const char *path, const char *old, const char *new, bool *ret)
{
	struct disk_entry e;
	char hash[SHA256_TEXT];
	*ret = false;
	if (!disk_look(d, path, &e))
		return disk_fail(d, path);
	/* A folder there is one that the journal removes, or else rename(2) will refuse. */
	if (strcmp(old, JOURNAL_OLD_ANYTHING) == 0 || e.kind == DISK_NOTHING || e.kind == DISK_FOLDER)
		return true;
	*ret = true;
	if (e.kind != DISK_FILE)
		return true;
	if (!disk_hash(d, path, hash))
		return disk_fail(d, path);
	*ret = strcmp(hash, old) != 0 && strcmp(hash, new) != 0;
	return true;
}

bool journal_edited(struct disk *d, const struct journal *j, struct save_paths *ret)
{
	bool edited;
	for (size_t i = 0; i < j->removals.n; i++) {
		const struct journal_removal *r = &j->removals.v[i];
		if (!is_edited(d, r->path, r->old, r->old, &edited))
			return false;
		if (edited)
			*list_push(d->arena, ret) = r->path;
	}
	for (size_t i = 0; i < j->writes.n; i++) {
		const struct journal_write *w = &j->writes.v[i];
		struct disk_entry waiting;
		if (!disk_look(d, staged(d, 'f', i), &waiting))
			return disk_fail(d, w->path);
		if (waiting.kind == DISK_NOTHING) /* in its place already */
			continue;
		if (!is_edited(d, w->path, w->old, w->new, &edited))
			return false;
		if (edited)
			*list_push(d->arena, ret) = w->path;
	}
	return true;
}
