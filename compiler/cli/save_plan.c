#include "compiler/cli/save_plan.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/base/map.h"
#include "compiler/cli/save_folders.h"

struct planning {
	struct disk *disk;
	const struct save_plan *plan;
	struct save_folders folders;
	struct save_paths in_way; /* folders that stand where a file comes */
};

/* What stands at a path; the hash is "" when the size alone says that it is none of the two expected. */
struct seen {
	enum disk_kind kind;
	unsigned mode;
	char hash[SHA256_TEXT];
};

static void add(struct planning *p, struct save_paths *list, const char *path)
{
	*list_push(p->disk->arena, list) = path;
}

/* Somebody else's work stands at this path: may it go? */
static bool may_overwrite(struct planning *p, const char *path)
{
	if (p->plan->flags & SAVE_FORCE)
		return true;
	add(p, &p->plan->report->edited, path);
	return false;
}

static bool look(struct planning *p, const char *path, const struct saved_file *wanted, const struct saved_file *ours,
		 struct seen *ret)
{
	struct disk_entry e;
	const struct save_folder *above = save_folder_above(&p->folders, path);
	*ret = (struct seen){ .kind = DISK_NOTHING };
	if (!above)
		return false;
	if (above->kind != DISK_FOLDER)
		return true;
	if (!disk_look(p->disk, path, &e))
		return disk_fail(p->disk, path);
	ret->kind = e.kind;
	ret->mode = e.mode;
	if (e.kind != DISK_FILE)
		return true;
	if ((wanted && (off_t)wanted->size == e.size) || (ours && (off_t)ours->size == e.size))
		return disk_hash(p->disk, path, ret->hash) || disk_fail(p->disk, path);
	return true;
}

static void put(struct planning *p, const struct saved_file *w, const char *old)
{
	*list_push(p->disk->arena, &p->plan->journal->writes) =
		(struct journal_write){ w->path, old, w->sha256, w->data, w->size, w->mode };
}

static bool replace_folder(struct planning *p, const struct saved_file *w)
{
	struct save_folder *folder = save_folder_find(&p->folders, w->path);
	if (!folder)
		return false;
	folder->may_go = true;
	add(p, &p->in_way, w->path);
	add(p, &p->plan->report->added, w->path);
	put(p, w, "");
	return true;
}

static bool plan_wanted(struct planning *p, const struct saved_file *w, const struct saved_file *ours)
{
	struct seen s;
	const char *old = JOURNAL_OLD_ANYTHING;
	if (!look(p, w->path, w, ours, &s))
		return false;
	if (s.kind == DISK_NOTHING) {
		add(p, &p->plan->report->added, w->path);
		put(p, w, "");
		return true;
	}
	if (s.kind == DISK_FOLDER)
		return replace_folder(p, w);
	if (strcmp(s.hash, w->sha256) == 0 && s.mode == w->mode) {
		add(p, &p->plan->report->kept, w->path);
		return true;
	}
	if (strcmp(s.hash, w->sha256) == 0 || (ours && strcmp(s.hash, ours->sha256) == 0))
		old = arena_strdup(p->disk->arena, s.hash);
	else if (!may_overwrite(p, w->path))
		return true;
	add(p, &p->plan->report->changed, w->path);
	put(p, w, old);
	return true;
}

static bool remove_file(struct planning *p, const char *path, const char *old)
{
	*list_push(p->disk->arena, &p->plan->journal->removals) = (struct journal_removal){ path, old };
	add(p, &p->plan->report->removed, path);
	return true;
}

/* A file that we wrote once and write no longer. */
static bool plan_gone(struct planning *p, const struct saved_file *ours)
{
	struct seen s;
	if (!look(p, ours->path, NULL, ours, &s) || !save_folders_may_go(&p->folders, ours->path))
		return false;
	if (s.kind == DISK_NOTHING || s.kind == DISK_FOLDER) /* somebody removed it; a folder there is not ours */
		return true;
	if (strcmp(s.hash, ours->sha256) == 0)
		return remove_file(p, ours->path, ours->sha256);
	return !may_overwrite(p, ours->path) || remove_file(p, ours->path, JOURNAL_OLD_ANYTHING);
}

static bool plan_files(struct planning *p)
{
	const struct saved_files *wanted = p->plan->wanted, *ours = p->plan->ours;
	for (size_t i = 0, k = 0; i < wanted->n || k < ours->n;) {
		const struct saved_file *w = i < wanted->n ? &wanted->v[i] : NULL;
		const struct saved_file *o = k < ours->n ? &ours->v[k] : NULL;
		int order = !w ? 1 : !o ? -1 : strcmp(w->path, o->path);
		i += order <= 0;
		k += order >= 0;
		if (order <= 0 ? !plan_wanted(p, w, order == 0 ? o : NULL) : !plan_gone(p, o))
			return false;
	}
	return true;
}

static int by_path(const void *path, const void *file)
{
	return strcmp(path, ((const struct saved_file *)file)->path);
}

/* Files where a folder is needed. One of ours is planned for by its own path. */
static void plan_obstacles(struct planning *p)
{
	const struct saved_files *ours = p->plan->ours;
	for (size_t i = 0; i < p->folders.map.n; i++) {
		const struct save_folder *f = p->folders.map.v[i].value;
		if (!f->needed || f->kind == DISK_FOLDER || f->kind == DISK_NOTHING)
			continue;
		if (ours->n && bsearch(f->path, ours->v, ours->n, sizeof(*ours->v), by_path))
			continue;
		if (may_overwrite(p, f->path))
			remove_file(p, f->path, JOURNAL_OLD_ANYTHING);
	}
}

/* A folder in a file's place may go when nobody else has anything in it, and not even by force otherwise. */
static bool plan_in_way(struct planning *p)
{
	struct map removed;
	bool empties;
	map_init(&removed, p->disk->arena);
	for (size_t i = 0; p->in_way.n && i < p->plan->journal->removals.n; i++)
		map_set(&removed, p->plan->journal->removals.v[i].path, NULL);
	for (size_t i = 0; i < p->in_way.n; i++) {
		const char *path = p->in_way.v[i];
		if (!save_folder_empties(&p->folders, &removed, path, &empties))
			return false;
		if (!empties && may_overwrite(p, arena_printf(p->disk->arena, "%s/", path)))
			return disk_refuse(p->disk, path,
					   "a folder stands where hpcc writes a file, and holds what is not "
					   "hpcc's; move it away");
	}
	return true;
}

/* Of the output itself, which is a target's mistake: a file that is another file's folder. */
static bool plan_folders(struct planning *p)
{
	const struct saved_files *wanted = p->plan->wanted;
	for (size_t i = 0; i < wanted->n; i++)
		if (!save_folders_need(&p->folders, wanted->v[i].path))
			return false;
	for (size_t i = 0; i < wanted->n; i++) {
		const struct save_folder *f = map_get(&p->folders.map, wanted->v[i].path);
		if (f && f->needed)
			return disk_refuse(p->disk, f->path, "the output has a file and a folder of this name");
	}
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort(struct save_paths *list)
{
	if (list->n)
		qsort(list->v, list->n, sizeof(*list->v), by_text);
}

bool save_plan_make(struct disk *d, const struct save_plan *plan)
{
	struct planning p = { .disk = d, .plan = plan };
	save_folders_init(&p.folders, d);
	if (!plan_folders(&p) || !plan_files(&p))
		return false;
	plan_obstacles(&p);
	sort(&plan->report->removed);
	if (!plan_in_way(&p))
		return false;
	sort(&plan->report->edited);
	save_folders_plan(&p.folders, plan->journal);
	return (plan->flags & SAVE_CHECK) || plan->report->edited.n || save_folders_writable(&p.folders, plan->journal);
}
