#include "tests/unit/rule_machine.h"

#include <stdint.h>
#include <string.h>

#include "compiler/base/text.h"

static bool is_root(const struct fence *f)
{
	return strcmp(f->kind, "root") == 0;
}

/* Folders above what a fence names are there. */
static bool is_below(const struct fence *f, const char *folder)
{
	size_t n = strlen(folder);
	return !n || (strncmp(f->file, folder, n) == 0 && f->file[n] == '/');
}

static bool look(void *ctx, const char *path, struct machine_entry *ret)
{
	const struct page_section *s = ctx;
	*ret = (struct machine_entry){ MACHINE_NOTHING, 0, 0, 0 };
	for (size_t i = 0; i < s->fences.n; i++) {
		const struct fence *f = &s->fences.v[i];
		if (!is_root(f))
			continue;
		if (strcmp(f->file, path + 1) == 0)
			*ret = (struct machine_entry){ f->device ? MACHINE_DEVICE : MACHINE_FILE, f->mode, f->uid,
						       f->uid };
		else if (is_below(f, path + 1) && ret->kind == MACHINE_NOTHING)
			*ret = (struct machine_entry){ MACHINE_FOLDER, 0755, 0, 0 };
		if (is_below(f, path + 1) && text_ends(f->file, "/") && strlen(f->file) == strlen(path))
			*ret = (struct machine_entry){ MACHINE_FOLDER, f->mode == 0644 ? 0755 : f->mode, f->uid,
						       f->uid };
	}
	return true;
}

static bool look_given(void *ctx, const char *path, struct machine_entry *ret)
{
	const struct page_section *s = ctx;
	*ret = (struct machine_entry){ MACHINE_NOTHING, 0, 0, 0 };
	for (size_t i = 0; i < s->fences.n; i++)
		if (strcmp(s->fences.v[i].kind, "conf") == 0 && strcmp(s->fences.v[i].file, path) == 0)
			*ret = (struct machine_entry){ MACHINE_FILE, s->fences.v[i].mode, s->fences.v[i].uid,
						       s->fences.v[i].uid };
	return true;
}

static const char *read_fence(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error)
{
	const struct page_section *s = ctx;
	(void)a;
	for (size_t i = 0; i < s->fences.n; i++) {
		if (!is_root(&s->fences.v[i]) || strcmp(s->fences.v[i].file, path + 1) != 0)
			continue;
		*ret_size = s->fences.v[i].size;
		return s->fences.v[i].text;
	}
	*ret_error = "no such file or directory";
	return NULL;
}

static bool holds(void *ctx, const char *folder, const char *ending)
{
	const struct page_section *s = ctx;
	for (size_t i = 0; i < s->fences.n; i++)
		if (is_root(&s->fences.v[i]) && is_below(&s->fences.v[i], folder + 1) &&
		    text_ends(s->fences.v[i].file, ending))
			return true;
	return false;
}

const struct machine *page_machine(struct arena *a, const struct page_section *s)
{
	bool any = false;
	for (size_t i = 0; i < s->fences.n; i++)
		any = any || is_root(&s->fences.v[i]);
	if (!any)
		return NULL;
	struct machine *m = ARENA_NEW(a, struct machine);
	*m = (struct machine){ "", (void *)(uintptr_t)s, look, look_given, read_fence, holds };
	return m;
}
