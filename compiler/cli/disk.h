/*
 * disk.h: the files of one folder, by their paths below it.
 *
 * No symbolic link below that folder is ever followed: each path is walked from the folder's descriptor, component by
 * component, with O_NOFOLLOW. Where one stands in the middle of a path, errno is ELOOP; where something else that is no
 * folder does, it is ENOTDIR.
 *
 * Functions return false with errno set; the caller knows which path a person should read of, and says it by
 * disk_fail().
 */
#ifndef HPCC_CLI_DISK_H
#define HPCC_CLI_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "compiler/base/arena.h"
#include "compiler/base/sha256.h"

struct disk {
	struct arena *arena;
	int fd;		   /* the folder; -1: there is none yet, and so nothing in it */
	const char *name;  /* as the person called it */
	const char *error; /* the first failure: the path and the reason */
	char *buffer;	   /* of disk_read() */
	size_t capacity;
};

enum disk_kind { DISK_NOTHING, DISK_FILE, DISK_FOLDER, DISK_LINK, DISK_OTHER };

struct disk_entry {
	enum disk_kind kind;
	unsigned mode; /* the permission bits */
	off_t size;
	dev_t device;
};

/* Relative, no empty part, no "." or "..", no control character, UTF-8, no part longer than a name may be. */
bool disk_path_valid(const char *path);

/* Each keeps the first failure and returns false; disk_fail() takes its reason from errno. */
bool disk_fail(struct disk *d, const char *path);
bool disk_refuse(struct disk *d, const char *path, const char *reason);

/* Closes without losing the reason of a failure, and gives `fine` back. */
bool disk_closed(int fd, bool fine);

/* A descriptor of the folder `path` ("": the folder itself), or -1. */
int disk_folder(const struct disk *d, const char *path);

/* What stands at `path`; nothing, too, where a folder on the way is missing or is no folder. */
bool disk_look(const struct disk *d, const char *path, struct disk_entry *ret);

/* The bytes of a regular file, until the next call. */
bool disk_read(struct disk *d, const char *path, const char **ret, size_t *ret_size);
bool disk_hash(struct disk *d, const char *path, char out[SHA256_TEXT]);

/* A new file with these bytes and this mode, whatever the umask, on the disk when this returns. */
bool disk_write(const struct disk *d, const char *path, const char *data, size_t size, unsigned mode);
bool disk_make_folder(const struct disk *d, const char *path, unsigned mode);
bool disk_move(const struct disk *d, const char *from, const char *to);
bool disk_remove(const struct disk *d, const char *path);
bool disk_remove_folder(const struct disk *d, const char *path);

/* fsync(2): that a file is on the disk says nothing of its name, which is in the folder. */
bool disk_sync_folder(const struct disk *d, const char *path);

/* Removes a folder and what lies right in it: files and empty folders. That there is none is fine. */
bool disk_clean_folder(const struct disk *d, const char *path);

#endif
