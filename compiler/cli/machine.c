/*
 * machine.c: the file tree of a machine, for the rules that ask for it.
 *
 * Paths are walked part by part, so that a symbolic link in a tree leads to where it leads on that machine: an absolute
 * one begins at the tree's root, and ".." never leaves it. Nothing is opened but folders and plain files.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/cli/lint.h"

/* path_resolution(7): as many as Linux follows. */
enum { LINKS_MAX = 40 };

struct tree_walk {
	const char *root;
	char path[PATH_MAX]; /* below the root, "" for it: "/usr/lib" */
	unsigned links;
};

/* The place on this machine. */
static bool real_path(const struct tree_walk *w, char out[PATH_MAX])
{
	size_t n = strlen(w->root);
	while (n > 0 && w->root[n - 1] == '/')
		n--;
	int size = snprintf(out, PATH_MAX, "%.*s%s", (int)n, w->root, *w->path ? w->path : "/");
	return size > 0 && size < PATH_MAX;
}

static bool append(struct tree_walk *w, const char *part, size_t n)
{
	size_t have = strlen(w->path);
	if (have + n + 2 > sizeof(w->path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	w->path[have] = '/';
	memcpy(w->path + have + 1, part, n);
	w->path[have + 1 + n] = '\0';
	return true;
}

static void up(struct tree_walk *w)
{
	char *slash = strrchr(w->path, '/');
	if (slash)
		*slash = '\0';
}

static bool walk(struct tree_walk *w, const char *path);

/* Follows the link that the walk has come to. */
static bool follow(struct tree_walk *w, const char *here)
{
	char target[PATH_MAX];
	ssize_t n = readlink(here, target, sizeof(target) - 1);
	if (n < 0)
		return false;
	target[n] = '\0';
	if (++w->links > LINKS_MAX) {
		errno = ELOOP;
		return false;
	}
	up(w);
	if (target[0] == '/')
		w->path[0] = '\0';
	return walk(w, target);
}

/* Goes on from where it is. False with errno set. */
static bool walk(struct tree_walk *w, const char *path)
{
	while (*path) {
		path += strspn(path, "/");
		size_t n = strcspn(path, "/");
		const char *part = path;
		char here[PATH_MAX];
		struct stat st;
		path += n;
		if (!n || (n == 1 && part[0] == '.'))
			continue;
		if (n == 2 && memcmp(part, "..", 2) == 0) {
			up(w);
			continue;
		}
		if (!append(w, part, n) || !real_path(w, here))
			return false;
		if (lstat(here, &st) != 0 || (S_ISLNK(st.st_mode) && !follow(w, here)))
			return false;
	}
	return true;
}

static bool find(const char *root, const char *path, char out[PATH_MAX])
{
	struct tree_walk w = { .root = root };
	return walk(&w, path) && real_path(&w, out);
}

static bool stat_entry(const char *path, struct machine_entry *ret)
{
	struct stat st;
	*ret = (struct machine_entry){ MACHINE_NOTHING, 0, 0, 0 };
	if (stat(path, &st) != 0)
		return errno == ENOENT || errno == ENOTDIR;
	ret->kind = S_ISREG(st.st_mode)				 ? MACHINE_FILE
		    : S_ISDIR(st.st_mode)			 ? MACHINE_FOLDER
		    : S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode) ? MACHINE_DEVICE
								 : MACHINE_OTHER;
	ret->mode = st.st_mode & 07777;
	ret->uid = st.st_uid;
	ret->gid = st.st_gid;
	return true;
}

static bool look(void *ctx, const char *path, struct machine_entry *ret)
{
	char here[PATH_MAX];
	*ret = (struct machine_entry){ MACHINE_NOTHING, 0, 0, 0 };
	if (!find(ctx, path, here))
		return errno == ENOENT || errno == ENOTDIR;
	return stat_entry(here, ret);
}

static bool look_given(void *ctx, const char *path, struct machine_entry *ret)
{
	(void)ctx;
	return stat_entry(path, ret);
}

static const char *read_below(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error)
{
	char here[PATH_MAX];
	if (!find(ctx, path, here)) {
		*ret_error = arena_strdup(a, strerror(errno));
		return NULL;
	}
	return read_file(NULL, a, here, ret_size, ret_error);
}

static bool holds(void *ctx, const char *folder, const char *ending)
{
	char here[PATH_MAX];
	bool found = false;
	DIR *d = find(ctx, folder, here) ? opendir(here) : NULL;
	if (!d)
		return false;
	for (struct dirent *e; !found && (e = readdir(d));)
		found = strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && text_ends(e->d_name, ending);
	closedir(d);
	return found;
}

const struct machine *machine_open(struct arena *a, const char *root)
{
	struct stat st;
	if (stat(root, &st) != 0 || !S_ISDIR(st.st_mode)) {
		fprintf(stderr, "hpcc lint: --root wants a folder: '%s': %s\n", root,
			stat(root, &st) != 0 ? strerror(errno) : "it is none");
		return NULL;
	}
	struct machine *m = ARENA_NEW(a, struct machine);
	*m = (struct machine){
		.name = root, .look = look, .look_given = look_given, .read = read_below, .holds = holds
	};
	m->ctx = arena_strdup(a, root);
	return m;
}
