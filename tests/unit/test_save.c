/* What a save writes, keeps, removes and refuses. What a crash leaves: test_save_crash.c. */
#include "tests/unit/save_folder.h"

#include <sys/file.h>
#include <sys/wait.h>

#define MANIFEST ".hpcc-manifest.json"

static void test_lists(void **state)
{
	(void)state;
	struct saved t;
	saved_begin(&t);
	umask(077);
	assert_int_equal(saved_save(&t, ITEMS("a=1", "+bin/run=x", "etc/deep/er/b=2", "old/c=3"), 0), SAVE_DONE);
	umask(022);
	assert_string_equal(saved_list(&t, &t.report.added),
			    ".gitignore a bin/run etc/deep/er/b old/c .hpcc-manifest.json");
	assert_non_null(strstr(saved_all(&t), "0644 a=1\n0755 bin/\n0755 bin/run=x\n0755 etc/\n0755 etc/deep/\n"
					      "0755 etc/deep/er/\n0644 etc/deep/er/b=2\n0755 old/\n0644 old/c=3\n"));
	assert_non_null(strstr(saved_text(&t, ".gitignore"), "/state/\n"));

	assert_int_equal(saved_save(&t, ITEMS("a=1", "bin/run=x", "etc/deep/er/b=22", "d/e=5"), 0), SAVE_DONE);
	assert_string_equal(saved_list(&t, &t.report.added), "d/e");
	assert_string_equal(saved_list(&t, &t.report.changed), "bin/run etc/deep/er/b .hpcc-manifest.json");
	assert_string_equal(saved_list(&t, &t.report.removed), "old/c");
	assert_string_equal(saved_list(&t, &t.report.kept), ".gitignore a");
	assert_false(saved_has(&t, "old"));
	assert_non_null(strstr(saved_all(&t), "0644 bin/run=x\n"));
	assert_false(saved_has(&t, ".hpcc-new"));
	assert_false(saved_has(&t, ".hpcc-lock"));
	assert_false(saved_has(&t, ".hpcc-journal"));
	saved_end(&t);
}

static void test_twice(void **state)
{
	(void)state;
	struct saved t;
	struct stat before, after, folder_before, folder_after;
	saved_begin(&t);
	assert_int_equal(saved_save(&t, ITEMS("b/a=1", "c=2"), 0), SAVE_DONE);
	const char *all = saved_all(&t);
	stat(saved_at(&t, MANIFEST), &before);
	stat(saved_at(&t, "b"), &folder_before);
	/* The order in which the target wrote them is nothing to the manifest. */
	assert_int_equal(saved_save(&t, ITEMS("c=2", "b/a=1"), 0), SAVE_DONE);
	assert_string_equal(saved_all(&t), all);
	assert_int_equal(t.report.added.n + t.report.changed.n + t.report.removed.n, 0);
	assert_int_equal(t.report.kept.n, 4);
	stat(saved_at(&t, MANIFEST), &after);
	stat(saved_at(&t, "b"), &folder_after);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_memory_equal(&folder_before.st_mtim, &folder_after.st_mtim, sizeof(folder_after.st_mtim));

	/* The same output elsewhere is the same, byte for byte. */
	t.out = arena_printf(t.arena, "%s/deep/er//out/", t.root);
	assert_int_equal(saved_save(&t, ITEMS("c=2", "b/a=1"), 0), SAVE_DONE);
	t.target = arena_printf(t.arena, "%s/t", t.out);
	assert_string_equal(saved_all(&t), all);
	saved_end(&t);
}

static void test_own_gitignore(void **state)
{
	(void)state;
	struct saved t;
	saved_begin(&t);
	assert_int_equal(saved_save(&t, ITEMS(".gitignore=mine"), 0), SAVE_DONE);
	assert_string_equal(saved_text(&t, ".gitignore"), "mine");
	saved_end(&t);
}

static void test_edited(void **state)
{
	(void)state;
	struct saved t;
	saved_begin(&t);
	assert_int_equal(saved_save(&t, ITEMS("a=1", "b=2", "gone=3", "same=4"), 0), SAVE_DONE);
	saved_put(&t, "a", "edited");
	saved_put(&t, "gone", "edited too");
	saved_put(&t, "same", "5"); /* what we are about to write */
	saved_put(&t, "new", "somebody's");
	saved_put(&t, "folder", "somebody's");
	saved_put(&t, "theirs", "in nobody's way");
	const char *all = saved_all(&t);
	const char *const *next = ITEMS("a=11", "b=22", "same=5", "new=n", "folder/x=y");

	assert_int_equal(saved_save(&t, next, 0), SAVE_REFUSED);
	assert_string_equal(saved_list(&t, &t.report.edited), "a folder gone new");
	assert_string_equal(saved_all(&t), all);
	assert_null(t.report.error);

	assert_int_equal(saved_save(&t, next, SAVE_CHECK), SAVE_DIFFERS);
	assert_string_equal(saved_list(&t, &t.report.edited), "a folder gone new");
	assert_string_equal(saved_list(&t, &t.report.changed), "b .hpcc-manifest.json");
	assert_string_equal(saved_all(&t), all);

	assert_int_equal(saved_save(&t, next, SAVE_FORCE), SAVE_DONE);
	assert_string_equal(saved_text(&t, "a"), "11");
	assert_string_equal(saved_text(&t, "folder/x"), "y");
	assert_string_equal(saved_text(&t, "theirs"), "in nobody's way");
	assert_false(saved_has(&t, "gone"));
	assert_int_equal(saved_save(&t, next, 0), SAVE_DONE);
	assert_int_equal(t.report.changed.n, 0);
	saved_end(&t);
}

/* Deleting a file is no edit to protect, and neither is a mode. */
static void test_deleted_and_mode(void **state)
{
	(void)state;
	struct saved t;
	saved_begin(&t);
	assert_int_equal(saved_save(&t, ITEMS("a=1", "f/b=2", "g/c=3"), 0), SAVE_DONE);
	const char *all = saved_all(&t);
	unlink(saved_at(&t, "f/b"));
	rmdir(saved_at(&t, "f"));
	chmod(saved_at(&t, "a"), 0600);
	assert_int_equal(saved_save(&t, ITEMS("a=1", "f/b=2", "g/c=3"), 0), SAVE_DONE);
	assert_string_equal(saved_list(&t, &t.report.added), "f/b");
	assert_string_equal(saved_list(&t, &t.report.changed), "a");
	assert_string_equal(saved_all(&t), all);
	/* Deleted by hand and no longer written: the empty folder goes too. */
	unlink(saved_at(&t, "g/c"));
	assert_int_equal(saved_save(&t, ITEMS("a=1", "f/b=2"), 0), SAVE_DONE);
	assert_false(saved_has(&t, "g"));
	assert_int_equal(t.report.removed.n, 0);
	saved_end(&t);
}

static void test_state_and_theirs(void **state)
{
	(void)state;
	struct saved t;
	saved_begin(&t);
	assert_int_equal(saved_save(&t, ITEMS("a/b/c=1", "a/d=2"), 0), SAVE_DONE);
	mkdir(saved_at(&t, "state"), 0700);
	saved_put(&t, "state/munge.key", "secret");
	saved_put(&t, "a/b/note", "theirs");
	assert_int_equal(saved_save(&t, ITEMS("e=1"), SAVE_FORCE), SAVE_DONE);
	assert_string_equal(saved_list(&t, &t.report.removed), "a/b/c a/d");
	assert_string_equal(saved_text(&t, "state/munge.key"), "secret");
	assert_string_equal(saved_text(&t, "a/b/note"), "theirs");
	assert_null(strstr(saved_text(&t, MANIFEST), "munge"));
	saved_end(&t);
}

static void test_check(void **state)
{
	(void)state;
	struct saved t;
	saved_begin(&t);
	assert_int_equal(saved_save(&t, ITEMS("a=1", "b/c=2"), SAVE_CHECK), SAVE_DIFFERS);
	assert_string_equal(saved_list(&t, &t.report.added), ".gitignore a b/c .hpcc-manifest.json");
	assert_int_equal(access(t.out, F_OK), -1);
	assert_int_equal(saved_save(&t, ITEMS("a=1", "b/c=2"), 0), SAVE_DONE);
	const char *all = saved_all(&t);
	struct stat before, after;
	stat(t.target, &before);
	assert_int_equal(saved_save(&t, ITEMS("a=1", "b/c=2"), SAVE_CHECK), SAVE_DONE);
	assert_int_equal(saved_save(&t, ITEMS("a=2", "d=2"), SAVE_CHECK), SAVE_DIFFERS);
	assert_string_equal(saved_list(&t, &t.report.added), "d");
	assert_string_equal(saved_list(&t, &t.report.changed), "a .hpcc-manifest.json");
	assert_string_equal(saved_list(&t, &t.report.removed), "b/c");
	assert_string_equal(saved_all(&t), all);
	stat(t.target, &after);
	assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof(after.st_mtim));
	saved_end(&t);
}

static void test_manifest(void **state)
{
	(void)state;
	struct saved t;
	saved_begin(&t);
	assert_int_equal(saved_save(&t, ITEMS("a=abc", "+b=abc"), 0), SAVE_DONE);
	assert_non_null(
		strstr(saved_text(&t, MANIFEST),
		       "    \"b\": {\n"
		       "      \"sha256\": \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\",\n"
		       "      \"mode\": \"0755\",\n"
		       "      \"size\": 3\n"
		       "    }\n"
		       "  },\n"
		       "  \"overlays\": []\n"));
	/* A merge's conflict marks; a path that leads out; a manifest of another target. */
	const char *bad[] = {
		"<<<<<<< HEAD\n{}", "[]", "{}",
		"{\"format\": 1, \"target\": \"t\", \"files\": {\"../x\": {\"sha256\": "
		"\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\", \"mode\": \"0644\", "
		"\"size\": 3}}}",
		"{\"format\": 1, \"target\": \"u\", \"files\": {}}"
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		saved_put(&t, MANIFEST, bad[i]);
		assert_int_equal(saved_save(&t, ITEMS("a=abc", "+b=abc"), 0), SAVE_REFUSED);
		assert_string_equal(saved_list(&t, &t.report.edited), MANIFEST);
		assert_string_equal(saved_text(&t, MANIFEST), bad[i]);
		assert_int_equal(saved_save(&t, ITEMS("a=abc", "+b=abc"), SAVE_FORCE), SAVE_DONE);
		assert_int_equal(saved_save(&t, ITEMS("a=abc", "+b=abc"), SAVE_CHECK), SAVE_DONE);
	}
	saved_put(&t, MANIFEST, "{\"format\": 2}");
	assert_int_equal(saved_save(&t, ITEMS("a=abc"), SAVE_FORCE), SAVE_FAILED);
	assert_non_null(strstr(t.report.error, "out/t/.hpcc-manifest.json: written by a newer hpcc"));
	/* Without one, what is as we would write it is taken over; the rest is somebody's. */
	unlink(saved_at(&t, MANIFEST));
	assert_int_equal(saved_save(&t, ITEMS("a=abc", "+b=abcd"), 0), SAVE_REFUSED);
	assert_string_equal(saved_list(&t, &t.report.edited), "b");
	assert_int_equal(saved_save(&t, ITEMS("a=abc", "+b=abc"), 0), SAVE_DONE);
	saved_end(&t);
}

static void test_overlays(void **state)
{
	(void)state;
	struct saved t;
	saved_begin(&t);
	const char *const names[] = { "compose.override.yaml", "host_vars/", NULL };
	struct output o = saved_output(&t, ITEMS("a=1"));
	assert_int_equal(save_output(t.arena, t.out, "t", &o, names, 0, &t.report), SAVE_DONE);
	assert_int_equal(t.report.overlays.n, 0);
	const char *manifest = saved_text(&t, MANIFEST);
	assert_non_null(strstr(manifest, "\"overlays\": [\n    \"compose.override.yaml\",\n    \"host_vars/\"\n  ]"));
	mkdir(saved_at(&t, "host_vars"), 0755);
	assert_int_equal(save_output(t.arena, t.out, "t", &o, names, 0, &t.report), SAVE_DONE);
	assert_string_equal(saved_list(&t, &t.report.overlays), "host_vars/");
	assert_string_equal(saved_text(&t, MANIFEST), manifest);
	saved_end(&t);
}

static void test_bad_paths(void **state)
{
	(void)state;
	struct saved t;
	const char *bad[] = { "",     "/etc/x", "../x",	 "a/../b",    "a//b", "a/",	      "./a",
			      "a/.",  "..",	"state", "state/key", "a\nb", ".hpcc-new/f0", ".hpcc-manifest.json",
			      "a\xff" };
	saved_begin(&t);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		const char *item = arena_printf(t.arena, "%s=1", bad[i]);
		assert_int_equal(saved_save(&t, ITEMS(item), SAVE_FORCE), SAVE_FAILED);
		assert_non_null(strstr(t.report.error, "not a path"));
	}
	assert_int_equal(saved_save(&t, ITEMS("a=1", "a=2"), 0), SAVE_FAILED);
	assert_int_equal(saved_save(&t, ITEMS("a=1", "a/b=2", "a-x=3"), 0), SAVE_FAILED);
	assert_non_null(strstr(t.report.error, "a file and a folder"));
	assert_int_equal(access(t.target, F_OK), -1);
	saved_end(&t);
}

static void test_folder_and_file(void **state)
{
	(void)state;
	struct saved t;
	saved_begin(&t);
	assert_int_equal(saved_save(&t, ITEMS("a=1", "b/c/d=2", "b/e=3"), 0), SAVE_DONE);
	assert_int_equal(saved_save(&t, ITEMS("a/x/y=1", "b=2"), 0), SAVE_DONE);
	assert_string_equal(saved_text(&t, "a/x/y"), "1");
	assert_string_equal(saved_text(&t, "b"), "2");
	assert_int_equal(saved_save(&t, ITEMS("a=1", "b/c/d=2", "b/e=3"), 0), SAVE_DONE);
	assert_string_equal(saved_text(&t, "b/c/d"), "2");

	/* With something of somebody's in it a folder stays, by force too. */
	saved_put(&t, "b/c/theirs", "x");
	const char *all = saved_all(&t);
	assert_int_equal(saved_save(&t, ITEMS("b=2"), 0), SAVE_REFUSED);
	assert_string_equal(saved_list(&t, &t.report.edited), "b/");
	assert_int_equal(saved_save(&t, ITEMS("b=2"), SAVE_FORCE), SAVE_FAILED);
	assert_non_null(strstr(t.report.error, "out/t/b: a folder stands where"));
	assert_string_equal(saved_all(&t), all);
	/* An empty one holds nothing of anybody. */
	mkdir(saved_at(&t, "z"), 0755);
	assert_int_equal(saved_save(&t, ITEMS("a=1", "b/c/d=2", "b/e=3", "z=1"), 0), SAVE_DONE);
	/* A file that became somebody's folder is gone, and their folder is theirs. */
	unlink(saved_at(&t, "a"));
	mkdir(saved_at(&t, "a"), 0755);
	assert_int_equal(saved_save(&t, ITEMS("b/c/d=2"), 0), SAVE_DONE);
	assert_true(saved_has(&t, "a"));
	/* A fifo is not read. */
	mkfifo(saved_at(&t, "pipe"), 0644);
	assert_int_equal(saved_save(&t, ITEMS("pipe=1"), 0), SAVE_REFUSED);
	assert_string_equal(saved_list(&t, &t.report.edited), "pipe");
	saved_end(&t);
}

/* Whoever may put links into our folder shall not have us write outside of it. */
static void test_links(void **state)
{
	(void)state;
	struct saved t;
	saved_begin(&t);
	const char *outside = arena_printf(t.arena, "%s/outside", t.root);
	const char *victim = arena_printf(t.arena, "%s/victim", outside);
	mkdir(outside, 0755);
	fclose(fopen(victim, "w"));
	mkdir(t.out, 0755);
	symlink(outside, t.target);
	assert_int_equal(saved_save(&t, ITEMS("victim=1"), SAVE_FORCE), SAVE_FAILED);
	assert_non_null(strstr(t.report.error, "symbolic link"));
	unlink(t.target);

	assert_int_equal(saved_save(&t, ITEMS("a=1", "etc/victim=2"), 0), SAVE_DONE);
	unlink(saved_at(&t, "etc/victim"));
	rmdir(saved_at(&t, "etc"));
	symlink(outside, saved_at(&t, "etc"));
	for (int i = 0; i < 2; i++) { /* to write there, and to remove there */
		assert_int_equal(saved_save(&t, i ? ITEMS("a=1") : ITEMS("etc/victim=1"), SAVE_FORCE), SAVE_FAILED);
		assert_non_null(strstr(t.report.error, "out/t/etc: a symbolic link"));
	}
	unlink(saved_at(&t, "etc"));

	/* In a file's own place it is somebody's; by force the link goes, not what it names. */
	unlink(saved_at(&t, "a"));
	symlink(victim, saved_at(&t, "a"));
	assert_int_equal(saved_save(&t, ITEMS("a=1"), 0), SAVE_REFUSED);
	assert_string_equal(saved_list(&t, &t.report.edited), "a");
	assert_int_equal(saved_save(&t, ITEMS("a=1"), SAVE_FORCE), SAVE_DONE);
	assert_string_equal(saved_text(&t, "a"), "1");

	const char *ours[] = { ".hpcc-new", ".hpcc-lock", MANIFEST };
	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++) {
		unlink(saved_at(&t, ours[i]));
		symlink(i ? victim : outside, saved_at(&t, ours[i]));
		assert_int_equal(saved_save(&t, ITEMS("a=2"), SAVE_FORCE), SAVE_FAILED);
		assert_non_null(strstr(t.report.error, ours[i]));
		unlink(saved_at(&t, ours[i]));
	}
	struct stat st;
	assert_int_equal(stat(victim, &st), 0);
	assert_int_equal(st.st_size, 0);
	saved_end(&t);
}

/* A journal may come out of somebody's repository. */
static void test_bad_journal(void **state)
{
	(void)state;
	struct saved t;
	const char *bad[] = { "{}",
			      "{\"format\": 1, \"remove\": [], \"remove_folders\": [\"state\"], \"put_folders\": [], "
			      "\"put\": []}",
			      "{\"format\": 1, \"remove\": [{\"path\": \"../victim\", \"old\": \"*\"}], "
			      "\"remove_folders\": [], \"put_folders\": [], \"put\": []}" };
	saved_begin(&t);
	assert_int_equal(saved_save(&t, ITEMS("a=1"), 0), SAVE_DONE);
	mkdir(saved_at(&t, "state"), 0700);
	saved_put(&t, "../victim", "x");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		mkdir(saved_at(&t, ".hpcc-new"), 0700);
		saved_put(&t, ".hpcc-journal", bad[i]);
		assert_int_equal(saved_save(&t, ITEMS("a=1"), 0), SAVE_FAILED);
		assert_non_null(strstr(t.report.error, ".hpcc-journal: not a journal"));
		assert_true(saved_has(&t, "../victim"));
		assert_true(saved_has(&t, "state"));
	}
	/* Without its files it is void. */
	rmdir(saved_at(&t, ".hpcc-new"));
	assert_int_equal(saved_save(&t, ITEMS("a=1"), 0), SAVE_DONE);
	assert_false(saved_has(&t, ".hpcc-journal"));
	saved_end(&t);
}

static void test_lock(void **state)
{
	(void)state;
	struct saved t;
	saved_begin(&t);
	assert_int_equal(saved_save(&t, ITEMS("a=1"), 0), SAVE_DONE);
	int fd = open(saved_at(&t, ".hpcc-lock"), O_RDWR | O_CREAT, 0644);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(saved_save(&t, ITEMS("a=2"), 0), SAVE_FAILED);
	assert_non_null(strstr(t.report.error, "out/t: another hpcc is writing here"));
	assert_string_equal(saved_text(&t, "a"), "1");
	close(fd); /* as when its process dies */
	assert_int_equal(saved_save(&t, ITEMS("a=1"), SAVE_CHECK), SAVE_DONE);
	assert_true(saved_has(&t, ".hpcc-lock")); /* a check removes nothing */
	assert_int_equal(saved_save(&t, ITEMS("a=2"), 0), SAVE_DONE);
	assert_false(saved_has(&t, ".hpcc-lock"));

	/* Many at once: each waits for its turn. */
	enum { RUNS = 6, TIMES = 20 };
	for (int i = 0; i < RUNS; i++)
		if (fork() == 0) {
			int bad = 0;
			for (int k = 0; k < TIMES; k++) {
				const char *item = arena_printf(t.arena, "f%d=%d", (i + k) % 3, i);
				bad += saved_save(&t, ITEMS("a=2", item), 0) != SAVE_DONE;
			}
			_exit(bad);
		}
	for (int i = 0; i < RUNS; i++) {
		int status;
		wait(&status);
		assert_int_equal(status, 0);
	}
	assert_int_equal(saved_save(&t, ITEMS("a=2"), 0), SAVE_DONE);
	saved_end(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_own_gitignore),
		cmocka_unit_test(test_edited),
		cmocka_unit_test(test_deleted_and_mode),
		cmocka_unit_test(test_state_and_theirs),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_manifest),
		cmocka_unit_test(test_overlays),
		cmocka_unit_test(test_bad_paths),
		cmocka_unit_test(test_folder_and_file),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_bad_journal),
		cmocka_unit_test(test_lock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
