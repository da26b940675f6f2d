/*
 * What a save leaves when it ends early: at every step that changes the disk, at random moments, on a full disk.
 *
 * The steps are counted by wrapping the calls (ld --wrap), so that the code under test is the code that ships.
 */
#include "tests/unit/save_folder.h"

#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>

enum { CRASHED = 42 };

enum mode { PASS, CRASH, FAIL };

static enum mode mode; /* what happens at the step */
static int steps;      /* how many are left until then */
static bool happened, no_sync;

static bool step(void)
{
	if (mode == PASS || steps-- != 0)
		return true;
	happened = true;
	if (mode == CRASH)
		_exit(CRASHED);
	errno = ENOSPC;
	return false;
}

/* ld(1): a call of X goes to __wrap_X, one of __real_X to X. */
int __real_renameat(int a, const char *from, int b, const char *to);
int __real_unlinkat(int at, const char *path, int flags);
int __real_mkdirat(int at, const char *path, mode_t m);
int __real_fsync(int fd);
int __real_fchmod(int fd, mode_t m);
ssize_t __real_write(int fd, const void *data, size_t size);
int __wrap_renameat(int a, const char *from, int b, const char *to);
int __wrap_unlinkat(int at, const char *path, int flags);
int __wrap_mkdirat(int at, const char *path, mode_t m);
int __wrap_fsync(int fd);
int __wrap_fchmod(int fd, mode_t m);
ssize_t __wrap_write(int fd, const void *data, size_t size);

int __wrap_renameat(int a, const char *from, int b, const char *to)
{
	return step() ? __real_renameat(a, from, b, to) : -1;
}

int __wrap_unlinkat(int at, const char *path, int flags)
{
	return step() ? __real_unlinkat(at, path, flags) : -1;
}

int __wrap_mkdirat(int at, const char *path, mode_t m)
{
	return step() ? __real_mkdirat(at, path, m) : -1;
}

int __wrap_fsync(int fd)
{
	if (!step())
		return -1;
	return no_sync ? 0 : __real_fsync(fd);
}

int __wrap_fchmod(int fd, mode_t m)
{
	return step() ? __real_fchmod(fd, m) : -1;
}

/* Half of it is written before it ends. */
ssize_t __wrap_write(int fd, const void *data, size_t size)
{
	if (mode != PASS && steps == 0)
		__real_write(fd, data, size / 2);
	return step() ? __real_write(fd, data, size) : -1;
}

/* Everything that a save can do: add, change, remove, keep, a mode, folder for file and file for folder. */
static const char *const old_items[] = { "keep=1",  "change=old", "mode=x", "gone=1",  "etc/old/a=1", "etc/old/b=1",
					 "etc/c=1", "swap/x/y=1", "turn=1", "etc/d=1", NULL };
static const char *const new_items[] = { "keep=1",    "change=new", "+mode=x",	"fresh/er/f=1", "fresh/g=1",
					 "etc/c=new", "swap=1",	    "turn/z=1", "etc/d=1",	NULL };
static const char *const third_items[] = { "keep=3", "etc/new/h=1", NULL };

static const char *expected(const char *const *items)
{
	static char *kept[3];
	size_t i = items == old_items ? 0 : items == new_items ? 1 : 2;
	if (!kept[i]) {
		struct saved t;
		saved_begin(&t);
		assert_int_equal(saved_save(&t, items, 0), SAVE_DONE);
		kept[i] = strdup(saved_all(&t)); /* for the whole run */
		saved_end(&t);
	}
	return kept[i];
}

/* Saves in a process that dies at its n-th step; false when it had fewer. */
static bool crash_at(struct saved *t, const char *const *items, int n)
{
	int status;
	pid_t child = fork();
	if (child == 0) {
		mode = CRASH;
		steps = n;
		_exit((int)saved_save(t, items, 0));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_true(WEXITSTATUS(status) == CRASHED || WEXITSTATUS(status) == SAVE_DONE);
	return WEXITSTATUS(status) == CRASHED;
}

static bool is_whole(struct saved *t)
{
	const char *all = saved_all_but_rests(t);
	return strcmp(all, expected(old_items)) == 0 || strcmp(all, expected(new_items)) == 0;
}

static void save_now(struct saved *t, const char *const *items)
{
	enum save_result r = saved_save(t, items, 0);
	if (r != SAVE_DONE)
		print_message("%s; edited: %s\n", t->report.error ? t->report.error : "no error",
			      saved_list(t, &t->report.edited));
	assert_int_equal(r, SAVE_DONE);
	assert_string_equal(saved_all(t), expected(items));
}

/* `then`: what the next run is asked for. */
static void crash_everywhere(const char *const *then)
{
	int n = 0, journals = 0;
	for (bool crashed = true; crashed; n++) {
		struct saved t;
		saved_begin(&t);
		save_now(&t, old_items);
		crashed = crash_at(&t, new_items, n);
		bool journal = saved_has(&t, ".hpcc-journal");
		journals += journal;
		assert_true(journal || is_whole(&t));
		if (journal) {
			const char *all = saved_all(&t);
			assert_int_equal(saved_save(&t, then, SAVE_CHECK), SAVE_DIFFERS);
			assert_true(t.report.unfinished);
			assert_string_equal(saved_all(&t), all);
		}
		save_now(&t, then);
		assert_int_equal(t.report.completed, journal);
		saved_end(&t);
	}
	print_message("%d steps, %d of them with a journal\n", n - 1, journals);
	assert_true(n > 60 && journals > 20);
}

static void test_crash_everywhere(void **state)
{
	(void)state;
	no_sync = true;
	crash_everywhere(new_items);
	crash_everywhere(old_items);
	crash_everywhere(third_items);
	no_sync = false;
}

/* The run that completes is ended early as well, at each of its steps. */
static void test_crash_twice(void **state)
{
	(void)state;
	int pairs = 0;
	no_sync = true;
	for (int n = 0;; n += 3) {
		bool crashed = true;
		for (int k = 0; crashed; k += 2, pairs++) {
			struct saved t;
			saved_begin(&t);
			save_now(&t, old_items);
			if (!crash_at(&t, new_items, n)) {
				saved_end(&t);
				print_message("%d pairs\n", pairs);
				no_sync = false;
				return;
			}
			crashed = crash_at(&t, new_items, k);
			assert_true(saved_has(&t, ".hpcc-journal") || is_whole(&t));
			save_now(&t, new_items);
			saved_end(&t);
		}
	}
}

/* A step that fails: the old output, and nothing left over; or a journal, and the next run is asked to go on. */
static void test_fail_everywhere(void **state)
{
	(void)state;
	int n = 0, wholes = 0;
	no_sync = true;
	for (happened = true; happened; n++) {
		struct saved t;
		saved_begin(&t);
		save_now(&t, old_items);
		mode = FAIL;
		steps = n;
		happened = false;
		enum save_result r = saved_save(&t, new_items, 0);
		mode = PASS;
		if (r == SAVE_FAILED) {
			assert_non_null(strstr(t.report.error, "No space left on device"));
			assert_non_null(strstr(t.report.error, t.target));
			assert_false(saved_has(&t, ".hpcc-lock"));
			if (!saved_has(&t, ".hpcc-journal") && strcmp(saved_all(&t), expected(old_items)) == 0)
				wholes++;
			else
				assert_true(saved_has(&t, ".hpcc-journal") || is_whole(&t));
		} else {
			assert_int_equal(r, SAVE_DONE); /* the lock could not be removed: no harm */
		}
		save_now(&t, new_items);
		saved_end(&t);
	}
	print_message("%d steps, %d left the old output as it was\n", n - 1, wholes);
	assert_true(wholes > 20);
	no_sync = false;
}

/* Between the early end and the next run somebody edits. */
static void test_edited_in_between(void **state)
{
	(void)state;
	bool seen = false;
	no_sync = true;
	for (int n = 0; !seen; n++) {
		struct saved t;
		saved_begin(&t);
		save_now(&t, old_items);
		assert_true(crash_at(&t, new_items, n));
		if (saved_has(&t, ".hpcc-journal")) {
			seen = true;
			saved_put(&t, "change", "by hand");
			saved_put(&t, "gone", "by hand too");
			saved_put(&t, "keep", "not in the journal");
			const char *all = saved_all_but_rests(&t);
			assert_int_equal(saved_save(&t, new_items, 0), SAVE_REFUSED);
			assert_string_equal(saved_list(&t, &t.report.edited), "gone change");
			assert_string_equal(saved_all_but_rests(&t), all);
			assert_int_equal(saved_save(&t, new_items, SAVE_FORCE), SAVE_DONE);
			assert_string_equal(saved_all(&t), expected(new_items));
		}
		saved_end(&t);
	}
	no_sync = false;
}

/* Saves this and that until it is killed. */
static void save_for_ever(struct saved *t)
{
	while (saved_save(t, new_items, 0) == SAVE_DONE && saved_save(t, old_items, 0) == SAVE_DONE)
		;
	_exit(1);
}

static void kill_often(const char *folder, long longest)
{
	struct saved t;
	int journals = 0, rests = 0;
	saved_begin_in(&t, folder);
	save_now(&t, old_items);
	for (int round = 0; round < 50; round++) {
		int status;
		pid_t child = fork();
		if (child == 0)
			save_for_ever(&t);
		const struct timespec wait = { .tv_nsec = longest / 8 + rand() % longest };
		nanosleep(&wait, NULL);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		bool journal = saved_has(&t, ".hpcc-journal");
		journals += journal;
		rests += saved_has(&t, ".hpcc-new");
		assert_true(journal || is_whole(&t));
		save_now(&t, round % 2 ? old_items : new_items);
	}
	print_message("50 kills in %s: %d left a journal, %d anything\n", folder, journals, rests);
	saved_end(&t);
}

/* A real kill, whenever: where to sync takes time, and where renaming does. */
static void test_kill(void **state)
{
	(void)state;
	const char *tmp = getenv("TMPDIR");
	srand(1);
	kill_often(tmp ? tmp : "/tmp", 20000000);
	no_sync = true;
	kill_often(access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", 5000000);
	no_sync = false;
}

/* A mount of our own, so small that it fills. */
static bool mount_small(const char *where, const char *options)
{
	mkdir(where, 0755);
	if (mount("tmpfs", where, "tmpfs", 0, options) == 0)
		return true;
	print_message("not tested: a full disk, because no tmpfs may be mounted here (%s)\n", strerror(errno));
	return false;
}

static void fill(struct saved *t, const char *options, const char *const *large)
{
	const char *at = t->root;
	char *plain = arena_strdup(t->arena, t->root);
	if (!mount_small(at, options))
		skip();
	assert_int_equal(saved_save(t, ITEMS("a=1", "b/c=2"), 0), SAVE_DONE);
	const char *all = saved_all(t);
	for (int i = 0; large[i]; i++) {
		enum save_result r = saved_save(t, ITEMS("a=2", "d/e=4", large[i]), 0);
		bool done = r == SAVE_DONE;
		assert_int_equal(r, i == 0 ? SAVE_DONE : SAVE_FAILED);
		if (!done) {
			assert_non_null(strstr(t->report.error, "out/t/"));
			assert_non_null(strstr(t->report.error, "No space left on device"));
			assert_string_equal(saved_all(t), all);
		}
		assert_int_equal(saved_save(t, ITEMS("a=1", "b/c=2"), 0), SAVE_DONE);
		assert_string_equal(saved_all(t), all);
	}
	/* A new target on a full disk leaves not even its folder. */
	struct output o = saved_output(t, ITEMS("x=1", large[1]));
	assert_int_equal(save_output(t->arena, t->out, "new", &o, NULL, 0, &t->report), SAVE_FAILED);
	assert_int_equal(access(arena_printf(t->arena, "%s/new", t->out), F_OK), -1);
	assert_int_equal(umount(plain), 0);
}

static const char *large_item(struct saved *t, size_t size)
{
	char *item = arena_alloc(t->arena, size + 7);
	memcpy(item, "large=", 6);
	memset(item + 6, 'x', size);
	return item;
}

static void test_full_disk(void **state)
{
	(void)state;
	struct saved t;
	saved_begin(&t);
	fill(&t, "size=64k", ITEMS(large_item(&t, 4000), large_item(&t, 60000), large_item(&t, 200000)));
	saved_end(&t);
	saved_begin(&t);
	fill(&t, "size=1m,nr_inodes=18", ITEMS("f=1", "f/g/h/i/j/k/l/m/n/o/p/q/r/s=1"));
	saved_end(&t);
}

/* Somebody who is not root, before a folder that cannot be written. */
static int save_as_nobody(struct saved *t)
{
	if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
		return 1;
	const char *all = saved_all(t);
	if (saved_save(t, ITEMS("a=2", "etc/b=2"), 0) != SAVE_FAILED)
		return 2;
	if (!strstr(t->report.error, "out/t/etc: Permission denied"))
		return 3;
	if (strcmp(saved_all(t), all) != 0)
		return 4;
	chmod(saved_at(t, "etc"), 0755);
	chmod(t->target, 0555);
	if (saved_save(t, ITEMS("a=2", "etc/b=2"), 0) != SAVE_FAILED || !strstr(t->report.error, "Permission denied"))
		return 5;
	chmod(t->target, 0755);
	if (saved_save(t, ITEMS("a=2", "etc/b=2"), 0) != SAVE_DONE)
		return 6;
	chmod(t->out, 0555);
	struct output o = saved_output(t, ITEMS("x=1"));
	if (save_output(t->arena, t->out, "new", &o, NULL, 0, &t->report) != SAVE_FAILED ||
	    !strstr(t->report.error, "out/new: Permission denied"))
		return 7;
	return 0;
}

static void test_read_only(void **state)
{
	(void)state;
	struct saved t;
	int status;
	saved_begin(&t);
	assert_int_equal(saved_save(&t, ITEMS("a=1", "etc/b=1"), 0), SAVE_DONE);
	chmod(t.root, 0755);
	chmod(saved_at(&t, "etc"), 0555);
	if (geteuid() == 0) {
		const char *all[] = { t.out, t.target, saved_at(&t, "etc"), saved_at(&t, "a"), saved_at(&t, "etc/b") };
		for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
			assert_int_equal(chown(all[i], 65534, 65534), 0);
	}
	pid_t child = fork();
	if (child == 0)
		_exit(save_as_nobody(&t));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	chmod(t.out, 0755);
	saved_end(&t);
}

static void test_many_files(void **state)
{
	(void)state;
	struct saved t;
	struct output o = { 0 };
	struct timespec start, end;
	saved_begin(&t);
	no_sync = true; /* the disk's own time is tests/save.sh's to show */
	for (int i = 0; i < 10000; i++) {
		struct output_file *f = list_push(t.arena, &o.files);
		f->path = arena_printf(t.arena, "d%d/e%d/f%d", i % 7, i % 100, i);
		text_init(&f->text, t.arena);
		text_addf(&f->text, "file %d\n", i);
	}
	clock_gettime(CLOCK_MONOTONIC, &start);
	assert_int_equal(save_output(t.arena, t.out, "t", &o, NULL, 0, &t.report), SAVE_DONE);
	assert_int_equal(t.report.added.n, 10002);
	assert_int_equal(save_output(t.arena, t.out, "t", &o, NULL, 0, &t.report), SAVE_DONE);
	assert_int_equal(t.report.kept.n, 10002);
	clock_gettime(CLOCK_MONOTONIC, &end);
	print_message("10000 files, twice: %ld ms\n",
		      (long)(end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000);
	no_sync = false;
	saved_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crash_everywhere),
		cmocka_unit_test(test_crash_twice),
		cmocka_unit_test(test_fail_everywhere),
		cmocka_unit_test(test_edited_in_between),
		cmocka_unit_test(test_kill),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_many_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
