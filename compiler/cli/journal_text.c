/* The journal as a file. Which staged file belongs to which path follows from the order. */
#include <string.h>

#include <jansson.h>

#include "compiler/cli/journal.h"
#include "compiler/cli/manifest.h"
#include "compiler/write/json.h"

enum { JOURNAL_FORMAT = 1 };

static void print_paths(struct json *json, const char *key, const struct save_paths *paths)
{
	j_seq(json, key);
	for (size_t i = 0; i < paths->n; i++)
		j_str(json, NULL, paths->v[i]);
	j_end(json);
}

void journal_print(struct text *t, const struct journal *j)
{
	struct json *json = j_open(t->arena);
	j_str(json, "about", "hpcc was ended while it wrote here; the next `hpcc build` goes on from this file.");
	j_int(json, "format", JOURNAL_FORMAT);
	j_seq(json, "remove");
	for (size_t i = 0; i < j->removals.n; i++) {
		j_map(json, NULL);
		j_str(json, "path", j->removals.v[i].path);
		j_str(json, "old", j->removals.v[i].old);
		j_end(json);
	}
	j_end(json);
	print_paths(json, "remove_folders", &j->gone_folders);
	print_paths(json, "put_folders", &j->new_folders);
	j_seq(json, "put");
	for (size_t i = 0; i < j->writes.n; i++) {
		j_map(json, NULL);
		j_str(json, "path", j->writes.v[i].path);
		j_str(json, "old", j->writes.v[i].old);
		j_str(json, "new", j->writes.v[i].new);
		j_end(json);
	}
	j_end(json);
	j_close(json, t);
}

/* Whoever can put a journal here must not thereby write elsewhere: every path is looked at. */
static const char *path_of(struct arena *a, const json_t *value)
{
	const char *path = json_string_value(value);
	return path && (saved_path_valid(path) || strcmp(path, MANIFEST_NAME) == 0) ? arena_strdup(a, path) : NULL;
}

static const char *text_of(struct arena *a, const json_t *value)
{
	const char *s = json_string_value(value);
	return s ? arena_strdup(a, s) : NULL;
}

static bool parse_paths(struct arena *a, const json_t *from, struct save_paths *ret)
{
	for (size_t i = 0; i < json_array_size(from); i++) {
		const char *path = path_of(a, json_array_get(from, i));
		if (!path)
			return false;
		*list_push(a, ret) = path;
	}
	return json_is_array(from);
}

static bool parse_removals(struct arena *a, const json_t *from, struct journal *ret)
{
	for (size_t i = 0; i < json_array_size(from); i++) {
		const json_t *body = json_array_get(from, i);
		struct journal_removal *r = list_push(a, &ret->removals);
		r->path = path_of(a, json_object_get(body, "path"));
		r->old = text_of(a, json_object_get(body, "old"));
		if (!r->path || !r->old)
			return false;
	}
	return json_is_array(from);
}

static bool parse_writes(struct arena *a, const json_t *from, struct journal *ret)
{
	for (size_t i = 0; i < json_array_size(from); i++) {
		const json_t *body = json_array_get(from, i);
		struct journal_write *w = list_push(a, &ret->writes);
		w->path = path_of(a, json_object_get(body, "path"));
		w->old = text_of(a, json_object_get(body, "old"));
		w->new = text_of(a, json_object_get(body, "new"));
		if (!w->path || !w->old || !w->new)
			return false;
	}
	return json_is_array(from);
}

bool journal_parse(struct arena *a, const char *bytes, size_t size, struct journal *ret)
{
	json_t *root = json_loadb(bytes, size, 0, NULL);
	*ret = (struct journal){ 0 };
	bool fine = json_integer_value(json_object_get(root, "format")) == JOURNAL_FORMAT &&
		    parse_removals(a, json_object_get(root, "remove"), ret) &&
		    parse_paths(a, json_object_get(root, "remove_folders"), &ret->gone_folders) &&
		    parse_paths(a, json_object_get(root, "put_folders"), &ret->new_folders) &&
		    parse_writes(a, json_object_get(root, "put"), ret);
	json_decref(root);
	return fine;
}
