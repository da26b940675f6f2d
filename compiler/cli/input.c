/* input.c: files as they are read from disk: regular, whole, limited. */
#include "compiler/cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *read_all(int fd, struct arena *a, size_t expected, size_t *ret_size, const char **ret_error)
{
	size_t cap = expected + 4096, n = 0;
	char *bytes = arena_alloc(a, cap);
	for (;;) {
		if (n + 1 >= cap) {
			bytes = arena_grow(a, bytes, cap, cap * 2);
			cap *= 2;
		}
		ssize_t got = read(fd, bytes + n, cap - n - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			*ret_error = strerror(errno);
			return NULL;
		}
		if (!got)
			break;
		n += (size_t)got;
		if (n > SOURCE_MAX_BYTES) /* the compile says so in its own words */
			break;
	}
	bytes[n] = '\0';
	*ret_size = n;
	return bytes;
}

const char *read_file(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error)
{
	struct stat st;
	if (strcmp(path, "-") == 0)
		return read_all(STDIN_FILENO, a, 0, ret_size, ret_error);
	/* Not to hang on a FIFO that nobody writes to. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) != 0) {
		*ret_error = strerror(errno);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	const char *bytes = NULL;
	if (S_ISDIR(st.st_mode))
		*ret_error = INCLUDE_FOLDER;
	else if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
		*ret_error = "it is a device or a socket, and not a file";
	else if (S_ISREG(st.st_mode) && st.st_size > SOURCE_MAX_BYTES)
		*ret_error = "it is larger than 64 MiB";
	else {
		fcntl(fd, F_SETFL, 0);
		bytes = read_all(fd, a, S_ISREG(st.st_mode) ? (size_t)st.st_size : 0, ret_size, ret_error);
		if (bytes && S_ISFIFO(st.st_mode) && !*ret_size) {
			*ret_error = "it is a pipe, and nobody writes to it";
			bytes = NULL;
		}
	}
	close(fd);
	return bytes;
}
