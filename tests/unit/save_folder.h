/*
 * save_folder.h: what the tests of the save share: a folder to write in, outputs in one line, and a folder as text.
 */
#ifndef HPCC_TESTS_SAVE_FOLDER_H
#define HPCC_TESTS_SAVE_FOLDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/base/list.h"
#include "compiler/base/text.h"
#include "compiler/cli/save.h"

/* One test's: OUT is ROOT/out, the target "t". */
struct saved {
	struct arena *arena;
	char root[64];
	const char *out, *target; /* ROOT/out, ROOT/out/t */
	struct save_report report;
};

static inline void saved_paths(struct saved *t)
{
	t->out = arena_printf(t->arena, "%s/out", t->root);
	t->target = arena_printf(t->arena, "%s/out/t", t->root);
}

static inline void saved_begin_in(struct saved *t, const char *folder)
{
	*t = (struct saved){ .arena = arena_new() };
	snprintf(t->root, sizeof(t->root), "%.40s/hpcc-save-XXXXXX", folder);
	assert_non_null(mkdtemp(t->root));
	saved_paths(t);
}

/* In memory where that can be had: thousands of small saves are slow on a disk. */
static inline void saved_begin(struct saved *t)
{
	const char *tmp = getenv("TMPDIR");
	saved_begin_in(t, tmp ? tmp : access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
}

static inline void saved_remove(struct arena *a, const char *path)
{
	DIR *dir = opendir(path);
	for (struct dirent *e; dir && (e = readdir(dir));) {
		struct stat st;
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		const char *child = arena_printf(a, "%s/%s", path, e->d_name);
		if (lstat(child, &st) == 0 && S_ISDIR(st.st_mode))
			saved_remove(a, child);
		else
			unlink(child);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}

static inline void saved_end(struct saved *t)
{
	saved_remove(t->arena, t->root);
	arena_free(t->arena);
}

static inline const char *saved_at(struct saved *t, const char *path)
{
	return arena_printf(t->arena, "%s/%s", t->target, path);
}

/* An output from "path=text" items; "+path=text" is executable. Ends with NULL. */
static inline struct output saved_output(struct saved *t, const char *const *items)
{
	struct output o = { .arena = t->arena };
	for (; *items; items++) {
		const char *path = **items == '+' ? *items + 1 : *items;
		const char *text = strchr(path, '=');
		struct output_file *f = list_push(t->arena, &o.files);
		f->path = arena_strndup(t->arena, path, (size_t)(text - path));
		f->executable = **items == '+';
		text_init(&f->text, t->arena);
		text_add(&f->text, text + 1);
	}
	return o;
}

#define ITEMS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static inline enum save_result saved_save(struct saved *t, const char *const *items, unsigned flags)
{
	struct output o = saved_output(t, items);
	return save_output(t->arena, t->out, "t", &o, NULL, flags, &t->report);
}

/* The text of a list: "a b". */
static inline const char *saved_list(struct saved *t, const struct save_paths *list)
{
	struct text out;
	text_init(&out, t->arena);
	for (size_t i = 0; i < list->n; i++)
		text_join(&out, 0, " ", list->v[i]);
	return out.s;
}

static inline void saved_put(struct saved *t, const char *path, const char *text)
{
	FILE *f = fopen(saved_at(t, path), "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static inline bool saved_has(struct saved *t, const char *path)
{
	struct stat st;
	return lstat(saved_at(t, path), &st) == 0;
}

static inline const char *saved_text(struct saved *t, const char *path)
{
	struct text out;
	char block[4096];
	FILE *f = fopen(saved_at(t, path), "r");
	if (!f)
		return "(none)";
	text_init(&out, t->arena);
	for (size_t n; (n = fread(block, 1, sizeof(block), f)) > 0;)
		text_addn(&out, block, n);
	fclose(f);
	return out.s;
}

static inline int saved_by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What only an early end leaves behind. */
static inline bool saved_is_rest(const char *name)
{
	return strcmp(name, ".hpcc-new") == 0 || strcmp(name, ".hpcc-lock") == 0 || strcmp(name, ".hpcc-journal") == 0;
}

static inline void saved_walk(struct saved *t, const char *below, bool rests, struct text *out)
{
	struct save_paths names = { 0 };
	DIR *dir = opendir(saved_at(t, below));
	for (struct dirent *e; dir && (e = readdir(dir));)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && (rests || !saved_is_rest(e->d_name)))
			*list_push(t->arena, &names) = arena_strdup(t->arena, e->d_name);
	if (dir)
		closedir(dir);
	if (names.n)
		qsort(names.v, names.n, sizeof(*names.v), saved_by_text);
	for (size_t i = 0; i < names.n; i++) {
		struct stat st;
		const char *path = *below ? arena_printf(t->arena, "%s/%s", below, names.v[i]) : names.v[i];
		assert_int_equal(lstat(saved_at(t, path), &st), 0);
		text_addf(out, "%04o %s", (unsigned)st.st_mode & 07777, path);
		if (S_ISREG(st.st_mode))
			text_addf(out, "=%s", saved_text(t, path));
		text_add(out, S_ISDIR(st.st_mode) ? "/\n" : S_ISLNK(st.st_mode) ? " link\n" : "\n");
		if (S_ISDIR(st.st_mode))
			saved_walk(t, path, rests, out);
	}
}

/* The whole of OUT/t as text: modes, paths, bytes. */
static inline const char *saved_all(struct saved *t)
{
	struct text out;
	text_init(&out, t->arena);
	saved_walk(t, "", true, &out);
	return out.s;
}

static inline const char *saved_all_but_rests(struct saved *t)
{
	struct text out;
	text_init(&out, t->arena);
	saved_walk(t, "", false, &out);
	return out.s;
}

#endif
