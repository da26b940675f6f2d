/* Reading files, and syncing and sweeping folders: what of disk.h needs no name. */
#include "compiler/cli/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A regular file alone: to open a fifo or a device is to wait for it, or worse. */
static int open_file(const struct disk *d, const char *path)
{
	struct stat st;
	const char *slash = strrchr(path, '/');
	char *above = slash ? arena_strndup(d->arena, path, (size_t)(slash - path)) : NULL;
	int at = disk_folder(d, above ? above : "");
	if (at < 0)
		return -1;
	int fd = openat(at, slash ? slash + 1 : path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (!disk_closed(at, fd >= 0))
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	errno = EINVAL;
	disk_closed(fd, false);
	return -1;
}

static bool grow(struct disk *d)
{
	size_t capacity = d->capacity ? d->capacity * 2 : 64 * 1024;
	char *buffer = realloc(d->buffer, capacity);
	if (!buffer)
		return false;
	d->buffer = buffer;
	d->capacity = capacity;
	return true;
}

bool disk_read(struct disk *d, const char *path, const char **ret, size_t *ret_size)
{
	size_t size = 0;
	int fd = open_file(d, path);
	if (fd < 0)
		return false;
	for (;;) {
		if (size == d->capacity && !grow(d))
			return disk_closed(fd, false);
		ssize_t n = read(fd, d->buffer + size, d->capacity - size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return disk_closed(fd, false);
		if (n == 0)
			break;
		size += (size_t)n;
	}
	*ret = d->buffer;
	*ret_size = size;
	return disk_closed(fd, true);
}

bool disk_hash(struct disk *d, const char *path, char out[SHA256_TEXT])
{
	const char *bytes;
	size_t size;
	if (!disk_read(d, path, &bytes, &size))
		return false;
	sha256_hex(bytes, size, out);
	return true;
}

bool disk_sync_folder(const struct disk *d, const char *path)
{
	int fd = disk_folder(d, path);
	/* fsync(2): EINVAL where the file system cannot sync a folder; then nobody can. */
	return fd >= 0 && disk_closed(fd, fsync(fd) == 0 || errno == EINVAL);
}

static bool clean_entries(DIR *dir)
{
	int at = dirfd(dir);
	for (;;) {
		errno = 0;
		struct dirent *e = readdir(dir);
		if (!e)
			return errno == 0;
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		/* unlink(2): a folder is EISDIR on Linux, EPERM by POSIX. */
		if (unlinkat(at, e->d_name, 0) == 0)
			continue;
		if ((errno != EISDIR && errno != EPERM) || unlinkat(at, e->d_name, AT_REMOVEDIR) != 0)
			return false;
	}
}

bool disk_clean_folder(const struct disk *d, const char *path)
{
	int fd = disk_folder(d, path);
	if (fd < 0)
		return errno == ENOENT;
	DIR *dir = fdopendir(fd);
	if (!dir)
		return disk_closed(fd, false);
	bool fine = clean_entries(dir);
	int reason = errno;
	closedir(dir);
	errno = reason;
	return fine && disk_remove_folder(d, path);
}
