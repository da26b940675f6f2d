/*
 * lock.h: one hpcc at a time in one folder.
 *
 * A file and flock(2), for the kernel drops the lock of a process that was killed. A file of its own and not the
 * folder: over NFS an exclusive lock needs a descriptor that can write. The holder removes it, so that nothing is left.
 */
#ifndef HPCC_CLI_LOCK_H
#define HPCC_CLI_LOCK_H

#include "compiler/cli/disk.h"

enum { LOCK_WAIT = 3000 }; /* milliseconds */

struct lock {
	int fd;
	bool made; /* ours to remove */
};

/* Makes the file `path` and locks it, waiting for a while; errno is EWOULDBLOCK when another kept it. */
bool lock_take(struct lock *l, const struct disk *d, const char *path);
/* For those who only read: waits for a writer, makes nothing. Without a lock where none can be had. */
void lock_share(struct lock *l, const struct disk *d, const char *path);
void lock_give(struct lock *l, const struct disk *d, const char *path);

#endif
