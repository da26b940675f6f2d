#include "compiler/cli/manifest.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "compiler/base/list.h"
#include "compiler/cli/disk.h"
#include "compiler/write/json.h"

enum { MANIFEST_FORMAT = 1 };

static const char about[] = "Written by hpcc, which tells by it its own files from yours. The overlays are yours: "
			    "the target's own tools read them, and hpcc has not proved them.";

bool saved_path_valid(const char *path)
{
	return disk_path_valid(path) && !text_starts(path, "state/") && strcmp(path, "state") != 0 &&
	       !text_starts(path, ".hpcc-");
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct saved_file *)a)->path, ((const struct saved_file *)b)->path);
}

void saved_files_sort(struct saved_files *files)
{
	if (files->n)
		qsort(files->v, files->n, sizeof(*files->v), by_path);
}

void manifest_print(struct text *t, const char *target, const struct saved_files *files, const char *const *overlays)
{
	struct json *j = j_open(t->arena);
	j_str(j, "about", about);
	j_int(j, "format", MANIFEST_FORMAT);
	j_str(j, "target", target);
	j_map(j, "files");
	for (size_t i = 0; i < files->n; i++) {
		j_map(j, files->v[i].path);
		j_str(j, "sha256", files->v[i].sha256);
		j_str(j, "mode", files->v[i].mode & 0100 ? "0755" : "0644");
		j_int(j, "size", (int64_t)files->v[i].size);
		j_end(j);
	}
	j_end(j);
	j_seq(j, "overlays");
	for (size_t i = 0; overlays && overlays[i]; i++)
		j_str(j, NULL, overlays[i]);
	j_end(j);
	j_close(j, t);
}

/* A manifest is a file that anybody may have written: each path and hash is looked at before it is believed. */
static bool parse_file(struct arena *a, const char *path, const json_t *body, struct saved_file *ret)
{
	const char *sha256 = json_string_value(json_object_get(body, "sha256"));
	const char *mode = json_string_value(json_object_get(body, "mode"));
	const json_t *size = json_object_get(body, "size");
	if (!saved_path_valid(path) || !sha256 || !mode || json_integer_value(size) < 0 || !json_is_integer(size))
		return false;
	if (strlen(sha256) != SHA256_TEXT - 1 || strspn(sha256, "0123456789abcdef") != SHA256_TEXT - 1)
		return false;
	ret->path = arena_strdup(a, path);
	ret->size = (size_t)json_integer_value(size);
	ret->mode = strcmp(mode, "0755") == 0 ? 0755 : 0644;
	memcpy(ret->sha256, sha256, SHA256_TEXT);
	return true;
}

static enum manifest_state parse(struct arena *a, json_t *root, const char *target, struct saved_files *ret)
{
	const char *key;
	json_t *body;
	json_t *files = json_object_get(root, "files");
	if (json_integer_value(json_object_get(root, "format")) > MANIFEST_FORMAT)
		return MANIFEST_NEWER;
	if (json_integer_value(json_object_get(root, "format")) != MANIFEST_FORMAT || !json_is_object(files) ||
	    !text_equal(json_string_value(json_object_get(root, "target")), target))
		return MANIFEST_NOT_OURS;
	json_object_foreach(files, key, body)
	{
		struct saved_file *file = list_push(a, ret);
		if (!parse_file(a, key, body, file))
			return MANIFEST_NOT_OURS;
	}
	saved_files_sort(ret);
	return MANIFEST_OURS;
}

enum manifest_state manifest_parse(struct arena *a, const char *bytes, size_t size, const char *target,
				   struct saved_files *ret)
{
	json_t *root = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);
	enum manifest_state state = MANIFEST_NOT_OURS;
	struct saved_files files = { 0 };
	if (root)
		state = parse(a, root, target, &files);
	json_decref(root);
	*ret = state == MANIFEST_OURS ? files : (struct saved_files){ 0 };
	return state;
}
