#include "compiler/cli/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/cli/journal.h"
#include "compiler/cli/lock.h"
#include "compiler/cli/manifest.h"
#include "compiler/cli/save_plan.h"

#define LOCK_NAME ".hpcc-lock"

/* What `up` makes, and what an early end of hpcc leaves, does not belong into anybody's repository. */
static const char gitignore[] =
	"# Written by hpcc: do not edit.\n/state/\n" JOURNAL_FOLDER "/\n" JOURNAL_NAME "\n" LOCK_NAME "\n";

struct save {
	struct arena *arena;
	const char *out_dir, *target;
	const char *const *overlays;
	unsigned flags;
	struct save_report *report;
	struct disk disk;
	struct lock lock;
	bool made_folder;
	struct saved_files wanted, ours;
	const char *manifest; /* as it lies there; NULL: none */
	size_t manifest_size;
	bool manifest_edited;
	struct journal journal;
};

/* ---- the output */

static void add_file(struct save *s, const char *path, const char *data, size_t size, unsigned mode)
{
	struct saved_file *f = list_push(s->arena, &s->wanted);
	*f = (struct saved_file){ .path = path, .data = data, .size = size, .mode = mode };
	sha256_hex(data, size, f->sha256);
}

/* Targets cannot fail, so a bad path here is hpcc's own mistake; but one that must never reach the disk. */
static bool collect(struct save *s, const struct output *o)
{
	bool has_gitignore = false;
	if (!disk_path_valid(s->target) || strchr(s->target, '/'))
		return disk_refuse(&s->disk, "", "not a name that a target may have");
	for (size_t i = 0; i < o->files.n; i++) {
		const struct output_file *f = &o->files.v[i];
		if (!saved_path_valid(f->path))
			return disk_refuse(&s->disk, f->path, "not a path that hpcc may write");
		has_gitignore = has_gitignore || strcmp(f->path, ".gitignore") == 0;
		add_file(s, f->path, f->text.s, f->text.n, f->executable ? 0755 : 0644);
	}
	if (!has_gitignore)
		add_file(s, ".gitignore", gitignore, sizeof(gitignore) - 1, 0644);
	saved_files_sort(&s->wanted);
	for (size_t i = 1; i < s->wanted.n; i++)
		if (strcmp(s->wanted.v[i - 1].path, s->wanted.v[i].path) == 0)
			return disk_refuse(&s->disk, s->wanted.v[i].path, "the output has this file twice");
	return true;
}

/* ---- the folder */

static void sync_parent(struct save *s, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *above = !slash ? "." : slash == path ? "/" : arena_strndup(s->arena, path, (size_t)(slash - path));
	int fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return; /* a folder that may be passed but not read, like some /home: its owner's to sync */
	fsync(fd);
	close(fd);
}

/* mkdir -p. OUT is the person's own choice: links in it are followed, and the umask holds. */
static bool make_out(struct save *s)
{
	char *path = arena_strdup(s->arena, s->out_dir);
	for (size_t i = 1; path[i - 1]; i++) {
		char c = path[i];
		if ((c != '/' && c != '\0') || path[i - 1] == '/')
			continue;
		path[i] = '\0';
		if (mkdir(path, 0777) == 0)
			sync_parent(s, path);
		else if (errno != EEXIST)
			return false;
		path[i] = c;
	}
	return true;
}

static int open_out(struct save *s)
{
	int fd = open(s->out_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 || errno != ENOENT || (s->flags & SAVE_CHECK) || !make_out(s))
		return fd;
	return open(s->out_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static bool make_target(struct save *s, struct disk *out)
{
	if (!disk_make_folder(out, s->target, 0755))
		return errno == EEXIST; /* another hpcc was quicker; or a link, which is found next */
	s->made_folder = true;
	return disk_sync_folder(out, "");
}

/* Opens OUT/<target>/, made if need be. For a check it may be missing. */
static bool open_target(struct save *s)
{
	struct disk out = { .arena = s->arena, .fd = open_out(s), .name = s->out_dir };
	bool check = s->flags & SAVE_CHECK;
	if (out.fd < 0) {
		if (check && errno == ENOENT)
			return true;
		disk_fail(&out, "");
		s->disk.error = out.error;
		return false;
	}
	s->disk.fd = disk_folder(&out, s->target);
	if (s->disk.fd < 0 && errno == ENOENT && !check && make_target(s, &out))
		s->disk.fd = disk_folder(&out, s->target);
	disk_closed(out.fd, true);
	return s->disk.fd >= 0 || (check && errno == ENOENT) || disk_fail(&s->disk, "");
}

/* Leaves no empty folder behind that was not there before. */
static void close_target(struct save *s, enum save_result result)
{
	lock_give(&s->lock, &s->disk, LOCK_NAME);
	if (s->disk.fd >= 0)
		close(s->disk.fd);
	if (s->made_folder && result != SAVE_DONE)
		rmdir(s->disk.name); /* fails when there is something in it, as it shall */
	free(s->disk.buffer);
}

/* ---- the save */

static bool take_lock(struct save *s)
{
	if (lock_take(&s->lock, &s->disk, LOCK_NAME))
		return true;
	return errno == EWOULDBLOCK ? disk_refuse(&s->disk, "", "another hpcc is writing here")
				    : disk_fail(&s->disk, LOCK_NAME);
}

/* From the journal to the end. */
static enum save_result carry_out(struct save *s, const struct journal *j)
{
	if (journal_apply(&s->disk, j) && journal_end(&s->disk))
		return SAVE_DONE;
	s->disk.error = arena_printf(s->arena, "%s; the next build goes on from here", s->disk.error);
	return SAVE_FAILED;
}

/* What an earlier run began, to its end. */
static enum save_result complete(struct save *s)
{
	struct journal j;
	bool found;
	if (!journal_read(&s->disk, &j, &found))
		return SAVE_FAILED;
	if (!found)
		return journal_clean(&s->disk) ? SAVE_DONE : SAVE_FAILED;
	if (!(s->flags & SAVE_FORCE) && !journal_edited(&s->disk, &j, &s->report->edited))
		return SAVE_FAILED;
	if (s->report->edited.n)
		return SAVE_REFUSED;
	s->report->completed = carry_out(s, &j) == SAVE_DONE;
	return s->report->completed ? SAVE_DONE : SAVE_FAILED;
}

static bool read_manifest(struct save *s)
{
	struct disk_entry e;
	const char *bytes;
	if (!disk_look(&s->disk, MANIFEST_NAME, &e))
		return disk_fail(&s->disk, MANIFEST_NAME);
	if (e.kind == DISK_NOTHING)
		return true;
	if (!disk_read(&s->disk, MANIFEST_NAME, &bytes, &s->manifest_size))
		return disk_fail(&s->disk, MANIFEST_NAME);
	s->manifest = arena_strndup(s->arena, bytes, s->manifest_size);
	switch (manifest_parse(s->arena, bytes, s->manifest_size, s->target, &s->ours)) {
	case MANIFEST_OURS:
		break;
	case MANIFEST_NOT_OURS:
		s->manifest_edited = !(s->flags & SAVE_FORCE);
		if (s->manifest_edited)
			*list_push(s->arena, &s->report->edited) = MANIFEST_NAME;
		break;
	case MANIFEST_NEWER:
		return disk_refuse(&s->disk, MANIFEST_NAME, "written by a newer hpcc");
	}
	return true;
}

/* The last to be put into its place. */
static void plan_manifest(struct save *s)
{
	struct save_report *r = s->report;
	struct saved_file f = { .path = MANIFEST_NAME, .mode = 0644 };
	struct text t;
	if (s->manifest_edited)
		return;
	text_init(&t, s->arena);
	manifest_print(&t, s->target, &s->wanted, s->overlays);
	struct save_paths *list = !s->manifest						      ? &r->added
				  : s->manifest_size == t.n && !memcmp(s->manifest, t.s, t.n) ? &r->kept
											      : &r->changed;
	*list_push(s->arena, list) = f.path;
	if (list == &r->kept)
		return;
	sha256_hex(t.s, t.n, f.sha256);
	*list_push(s->arena, &s->journal.writes) = (struct journal_write){
		f.path, JOURNAL_OLD_ANYTHING, arena_strdup(s->arena, f.sha256), t.s, t.n, f.mode
	};
}

static bool find_overlays(struct save *s)
{
	for (size_t i = 0; s->overlays && s->overlays[i]; i++) {
		const char *name = s->overlays[i];
		struct disk_entry e;
		size_t n = strlen(name);
		if (!disk_look(&s->disk, arena_strndup(s->arena, name, n - text_ends(name, "/")), &e))
			return disk_fail(&s->disk, name);
		if (e.kind != DISK_NOTHING)
			*list_push(s->arena, &s->report->overlays) = name;
	}
	return true;
}

static bool plan(struct save *s)
{
	if (!read_manifest(s) || !find_overlays(s))
		return false;
	const struct save_plan p = { &s->wanted, &s->ours, s->flags, s->report, &s->journal };
	if (!save_plan_make(&s->disk, &p))
		return false;
	plan_manifest(s);
	return true;
}

static enum save_result check(struct save *s)
{
	struct journal j;
	const struct save_report *r = s->report;
	lock_share(&s->lock, &s->disk, LOCK_NAME);
	if (!journal_read(&s->disk, &j, &s->report->unfinished))
		return SAVE_FAILED;
	if (r->unfinished)
		return SAVE_DIFFERS;
	if (!plan(s))
		return SAVE_FAILED;
	return r->edited.n || !journal_is_empty(&s->journal) ? SAVE_DIFFERS : SAVE_DONE;
}

static enum save_result write_output(struct save *s)
{
	if (!take_lock(s))
		return SAVE_FAILED;
	enum save_result result = complete(s);
	if (result != SAVE_DONE)
		return result;
	if (!plan(s))
		return SAVE_FAILED;
	if (s->report->edited.n)
		return SAVE_REFUSED;
	if (journal_is_empty(&s->journal))
		return SAVE_DONE;
	if (!journal_stage(&s->disk, &s->journal) || !journal_begin(&s->disk, &s->journal))
		return SAVE_FAILED;
	return carry_out(s, &s->journal);
}

enum save_result save_output(struct arena *a, const char *out_dir, const char *target, const struct output *output,
			     const char *const *overlays, unsigned flags, struct save_report *ret)
{
	struct save s = { .arena = a, .out_dir = out_dir, .target = target, .overlays = overlays, .flags = flags };
	enum save_result result = SAVE_FAILED;
	*ret = (struct save_report){ 0 };
	s.report = ret;
	s.lock.fd = -1;
	s.disk = (struct disk){ .arena = a, .fd = -1, .name = arena_printf(a, "%s/%s", out_dir, target) };
	if (collect(&s, output) && open_target(&s))
		result = flags & SAVE_CHECK ? check(&s) : write_output(&s);
	close_target(&s, result);
	ret->error = s.disk.error;
	return result;
}
