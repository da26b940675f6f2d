#include "compiler/cli/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h> /* renameat */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/source/source.h"

static bool is_part_valid(const char *part, size_t n)
{
	if (n == 0 || n > NAME_MAX || (n == 1 && part[0] == '.') || (n == 2 && part[0] == '.' && part[1] == '.'))
		return false;
	for (size_t i = 0; i < n;) {
		uint32_t code, size = source_decode(part + i, n - i, &code);
		if (size == 0 || code < 0x20 || code == 0x7F)
			return false;
		i += size;
	}
	return true;
}

bool disk_path_valid(const char *path)
{
	for (;; path++) {
		size_t n = strcspn(path, "/");
		if (!is_part_valid(path, n))
			return false;
		path += n;
		if (*path == '\0')
			return true;
	}
}

bool disk_refuse(struct disk *d, const char *path, const char *reason)
{
	if (!d->error)
		d->error = arena_printf(d->arena, "%s%s%s: %s", d->name, *path ? "/" : "", path, reason);
	return false;
}

bool disk_fail(struct disk *d, const char *path)
{
	/* "Too many levels of symbolic links" would send the reader looking for a loop. */
	return disk_refuse(d, path,
			   errno == ELOOP ? "a symbolic link on the way, and hpcc follows none here" : strerror(errno));
}

bool disk_closed(int fd, bool fine)
{
	int reason = errno;
	close(fd);
	errno = reason;
	return fine;
}

/* open(2): with O_DIRECTORY and O_NOFOLLOW a link fails with ENOTDIR, as a file does: tell them apart. */
static int open_folder(int at, const char *name)
{
	struct stat st;
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 || (errno != ENOTDIR && errno != ELOOP))
		return fd;
	errno = fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode) ? ELOOP : ENOTDIR;
	return -1;
}

/* The folder that is the first `n` bytes of `path`. */
static int walk(const struct disk *d, const char *path, size_t n)
{
	char name[NAME_MAX + 1];
	if (d->fd < 0) {
		errno = ENOENT;
		return -1;
	}
	int fd = open_folder(d->fd, ".");
	for (const char *end = path + n; fd >= 0 && path < end;) {
		size_t part = strcspn(path, "/");
		if (part > (size_t)(end - path))
			part = (size_t)(end - path);
		memcpy(name, path, part); /* disk_path_valid() has seen that it fits */
		name[part] = '\0';
		int next = open_folder(fd, name);
		disk_closed(fd, true);
		fd = next;
		path += part + (path + part < end);
	}
	return fd;
}

int disk_folder(const struct disk *d, const char *path)
{
	return walk(d, path, strlen(path));
}

static int open_parent(const struct disk *d, const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	*ret_name = slash ? slash + 1 : path;
	return walk(d, path, slash ? (size_t)(slash - path) : 0);
}

static enum disk_kind kind_of(mode_t mode)
{
	if (S_ISREG(mode))
		return DISK_FILE;
	if (S_ISDIR(mode))
		return DISK_FOLDER;
	return S_ISLNK(mode) ? DISK_LINK : DISK_OTHER;
}

bool disk_look(const struct disk *d, const char *path, struct disk_entry *ret)
{
	struct stat st;
	const char *name;
	int fd = open_parent(d, path, &name);
	*ret = (struct disk_entry){ .kind = DISK_NOTHING };
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR;
	if (!disk_closed(fd, fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0))
		return errno == ENOENT;
	*ret = (struct disk_entry){ kind_of(st.st_mode), st.st_mode & 07777, st.st_size, st.st_dev };
	return true;
}

static bool write_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, data, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		data += n;
		size -= (size_t)n;
	}
	return true;
}

bool disk_write(const struct disk *d, const char *path, const char *data, size_t size, unsigned mode)
{
	const char *name;
	int at = open_parent(d, path, &name);
	if (at < 0)
		return false;
	int fd = openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (!disk_closed(at, fd >= 0))
		return false;
	if (!write_all(fd, data, size) || fchmod(fd, (mode_t)mode) != 0 || fsync(fd) != 0)
		return disk_closed(fd, false);
	return close(fd) == 0; /* close(2): NFS may report a full disk only here */
}

bool disk_make_folder(const struct disk *d, const char *path, unsigned mode)
{
	const char *name;
	int at = open_parent(d, path, &name);
	if (at < 0)
		return false;
	if (mkdirat(at, name, (mode_t)mode) != 0)
		return disk_closed(at, false);
	int fd = open_folder(at, name);
	if (!disk_closed(at, fd >= 0))
		return false;
	return disk_closed(fd, fchmod(fd, (mode_t)mode) == 0);
}

bool disk_move(const struct disk *d, const char *from, const char *to)
{
	const char *from_name, *to_name;
	int from_at = open_parent(d, from, &from_name);
	if (from_at < 0)
		return false;
	int to_at = open_parent(d, to, &to_name);
	if (to_at < 0)
		return disk_closed(from_at, false);
	bool fine = renameat(from_at, from_name, to_at, to_name) == 0;
	disk_closed(from_at, fine);
	return disk_closed(to_at, fine);
}

static bool unlink_path(const struct disk *d, const char *path, int flags)
{
	const char *name;
	int at = open_parent(d, path, &name);
	return at >= 0 && disk_closed(at, unlinkat(at, name, flags) == 0);
}

bool disk_remove(const struct disk *d, const char *path)
{
	return unlink_path(d, path, 0);
}

bool disk_remove_folder(const struct disk *d, const char *path)
{
	return unlink_path(d, path, AT_REMOVEDIR);
}
