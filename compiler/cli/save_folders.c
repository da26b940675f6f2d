#include "compiler/cli/save_folders.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void save_folders_init(struct save_folders *f, struct disk *d)
{
	struct save_folder *root = ARENA_NEW(d->arena, struct save_folder);
	struct stat st;
	f->disk = d;
	map_init(&f->map, d->arena);
	root->path = "";
	if (d->fd >= 0 && fstat(d->fd, &st) == 0) {
		root->kind = DISK_FOLDER;
		root->device = st.st_dev;
	}
	map_set(&f->map, "", root);
}

struct save_folder *save_folder_find(struct save_folders *f, const char *path)
{
	struct save_folder *folder = map_get(&f->map, path);
	struct disk_entry e = { .kind = DISK_NOTHING };
	if (folder)
		return folder;
	const struct save_folder *above = save_folder_above(f, path);
	if (!above)
		return NULL;
	if (above->kind == DISK_FOLDER && !disk_look(f->disk, path, &e)) {
		disk_fail(f->disk, path);
		return NULL;
	}
	if (e.kind == DISK_LINK) {
		disk_refuse(f->disk, path, "a symbolic link where a folder is wanted, and hpcc follows none here");
		return NULL;
	}
	folder = ARENA_NEW(f->disk->arena, struct save_folder);
	folder->path = path;
	folder->kind = e.kind;
	folder->device = e.device;
	map_set(&f->map, path, folder);
	return folder;
}

struct save_folder *save_folder_above(struct save_folders *f, const char *path)
{
	const char *slash = strrchr(path, '/');
	return save_folder_find(f, slash ? arena_strndup(f->disk->arena, path, (size_t)(slash - path)) : "");
}

bool save_folders_need(struct save_folders *f, const char *path)
{
	while (*path) {
		struct save_folder *above = save_folder_above(f, path);
		if (!above)
			return false;
		if (above->needed)
			return true; /* and so are those above it */
		above->needed = true;
		path = above->path;
	}
	return true;
}

bool save_folders_may_go(struct save_folders *f, const char *path)
{
	while (*path) {
		struct save_folder *above = save_folder_above(f, path);
		if (!above)
			return false;
		above->may_go = true;
		path = above->path;
	}
	return true;
}

static bool goes(const struct save_folder *f)
{
	return f->may_go && !f->needed && f->kind == DISK_FOLDER && *f->path;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A folder's path sorts before the paths of what is in it. */
void save_folders_plan(struct save_folders *f, struct journal *j)
{
	struct arena *a = f->disk->arena;
	for (size_t i = 0; i < f->map.n; i++) {
		const struct save_folder *folder = f->map.v[i].value;
		if (goes(folder))
			*list_push(a, &j->gone_folders) = folder->path;
		if (folder->needed && folder->kind != DISK_FOLDER && *folder->path)
			*list_push(a, &j->new_folders) = folder->path;
	}
	if (j->new_folders.n)
		qsort(j->new_folders.v, j->new_folders.n, sizeof(*j->new_folders.v), by_text);
	if (j->gone_folders.n == 0)
		return;
	qsort(j->gone_folders.v, j->gone_folders.n, sizeof(*j->gone_folders.v), by_text);
	for (size_t i = 0, k = j->gone_folders.n - 1; i < k; i++, k--) {
		const char *path = j->gone_folders.v[i];
		j->gone_folders.v[i] = j->gone_folders.v[k];
		j->gone_folders.v[k] = path;
	}
}

static bool try_folder(struct save_folders *f, struct save_folder *folder)
{
	const struct save_folder *root = map_get(&f->map, "");
	if (folder->tried || folder->kind != DISK_FOLDER) /* a new one is ours */
		return true;
	folder->tried = true;
	if (folder->device != root->device)
		return disk_refuse(f->disk, folder->path,
				   "on another file system, so that files cannot be renamed into it");
	int fd = disk_folder(f->disk, folder->path);
	if (fd >= 0 && disk_closed(fd, faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) == 0))
		return true;
	return disk_fail(f->disk, folder->path);
}

static bool try_above(struct save_folders *f, const char *path)
{
	struct save_folder *above = save_folder_above(f, path);
	return above && try_folder(f, above);
}

bool save_folders_writable(struct save_folders *f, const struct journal *j)
{
	bool fine = true;
	for (size_t i = 0; fine && i < j->removals.n; i++)
		fine = try_above(f, j->removals.v[i].path);
	for (size_t i = 0; fine && i < j->gone_folders.n; i++)
		fine = try_above(f, j->gone_folders.v[i]);
	for (size_t i = 0; fine && i < j->new_folders.n; i++)
		fine = try_above(f, j->new_folders.v[i]);
	for (size_t i = 0; fine && i < j->writes.n; i++)
		fine = try_above(f, j->writes.v[i].path);
	return fine;
}

/* Goes no deeper than folders that held files of ours. */
static bool entries_go(struct save_folders *f, const struct map *removed, const char *path, DIR *dir, bool *ret)
{
	struct dirent *e;
	*ret = true;
	while (*ret && (errno = 0, e = readdir(dir))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		const char *child = arena_printf(f->disk->arena, "%s/%s", path, e->d_name);
		const struct save_folder *folder = map_get(&f->map, child);
		if (map_find(removed, child))
			continue;
		if (!folder || !goes(folder)) {
			*ret = false;
			return true;
		}
		if (!save_folder_empties(f, removed, child, ret))
			return false;
	}
	return !*ret || errno == 0 || disk_fail(f->disk, path);
}

bool save_folder_empties(struct save_folders *f, const struct map *removed, const char *path, bool *ret)
{
	int fd = disk_folder(f->disk, path);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		if (fd >= 0)
			disk_closed(fd, false);
		return disk_fail(f->disk, path);
	}
	bool fine = entries_go(f, removed, path, dir, ret);
	closedir(dir);
	return fine;
}
