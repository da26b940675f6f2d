#include "compiler/cli/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LOCK_STEP = 20 };

static bool wait_for(int fd, int operation, int *left)
{
	const struct timespec step = { .tv_nsec = LOCK_STEP * 1000000L };
	while (flock(fd, operation | LOCK_NB) != 0) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK || *left <= 0)
			return false;
		nanosleep(&step, NULL);
		*left -= LOCK_STEP;
	}
	return true;
}

/* The one who held it before has removed the file: what we locked may be a file without a name. */
static bool is_still_there(int fd, int at, const char *path)
{
	struct stat ours, named;
	return fstat(fd, &ours) == 0 && fstatat(at, path, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

static bool take(struct lock *l, int at, const char *path, int flags, int operation)
{
	int left = LOCK_WAIT;
	for (;;) {
		l->fd = openat(at, path, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
		if (l->fd < 0)
			return false;
		bool locked = wait_for(l->fd, operation, &left);
		if (locked && is_still_there(l->fd, at, path))
			return true;
		int reason = errno;
		close(l->fd);
		l->fd = -1;
		errno = reason;
		if (!locked)
			return false;
	}
}

bool lock_take(struct lock *l, const struct disk *d, const char *path)
{
	l->made = take(l, d->fd, path, O_RDWR | O_CREAT, LOCK_EX);
	return l->made;
}

void lock_share(struct lock *l, const struct disk *d, const char *path)
{
	take(l, d->fd, path, O_RDONLY, LOCK_SH);
}

void lock_give(struct lock *l, const struct disk *d, const char *path)
{
	if (l->fd < 0)
		return;
	if (l->made)
		disk_remove(d, path); /* while it is locked: whoever waits sees that it is gone and makes a new one */
	close(l->fd);
	l->fd = -1;
}
