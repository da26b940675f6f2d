/*
 * compile_slurm.c: files that Slurm has already: read, and checked by the rules that a spec's records are checked by.
 */
#include "compiler/compile.h"

#include <string.h>

#include "compiler/check/check.h"
#include "compiler/slurm/capture.h"
#include "compiler/slurm/plugstack.h"
#include "compiler/slurm/unread.h"

static const struct source *add_source(struct compile *c, const char *path, const char *bytes, size_t size,
				       const char **ret_error)
{
	if (size <= SOURCE_MAX_BYTES)
		return source_add(&c->sources, path, bytes, size);
	*ret_error = arena_printf(c->arena, "it is larger than %d MiB", SOURCE_MAX_BYTES >> 20);
	return NULL;
}

static const struct source *load(struct compile *c, const char *path, const char **ret_error)
{
	size_t size = 0;
	const char *bytes = c->read(c->ctx, c->arena, path, &size, ret_error);
	return bytes ? add_source(c, path, bytes, size, ret_error) : NULL;
}

/* slurm.conf first: what it says decides what is right in the others. */
static void insert(struct compile *c, enum slurm_file file, const struct source *src, bool captured)
{
	size_t i = c->slurm.n;
	list_push(c->arena, &c->slurm);
	for (; i > 0 && (c->slurm.v[i - 1].file > file || (c->slurm.v[i - 1].file == file && !captured)); i--)
		c->slurm.v[i] = c->slurm.v[i - 1];
	c->slurm.v[i] = (struct slurm_input){ file, src, captured };
}

bool compile_slurm_add(struct compile *c, const char *path, enum slurm_file file)
{
	const char *error = "it cannot be read";
	bool told = file != SLURM_FILE_COUNT;
	file = told ? file : slurm_file_of(path);
	for (size_t i = 0; file != SLURM_FILE_COUNT && i < c->slurm.n; i++)
		if (c->slurm.v[i].file == file && !c->slurm.v[i].captured) {
			diag_error(&c->diags, "unreadable-file", (struct span){ 0 }, "'%s' and '%s' are both %s", path,
				   c->slurm.v[i].source->name, slurm_file_name(file));
			return false;
		}
	const struct source *src = load(c, path, &error);
	if (!src) {
		diag_error(&c->diags, "unreadable-file", (struct span){ 0 }, "cannot read '%s': %s", path, error);
		return false;
	}
	const char *slash = strrchr(path, '/');
	bool named = told || (file != SLURM_FILE_COUNT && strcmp(slash ? slash + 1 : path, slurm_file_name(file)) == 0);
	if (!named && slurm_captured(src)) {
		insert(c, SLURM_CONF, src, true);
		return true;
	}
	if (file == SLURM_FILE_COUNT) {
		struct diag *d = diag_error(&c->diags, "unreadable-file", (struct span){ 0 },
					    "'%s' is not called like any of Slurm's files", path);
		diag_help(&c->diags, d, "say which it is: slurm.conf=%s", path);
		return false;
	}
	insert(c, file, src, false);
	return true;
}

enum release compile_captured_release(const struct compile *c)
{
	enum release release = RELEASE_NONE;
	for (size_t i = 0; i < c->slurm.n && release == RELEASE_NONE; i++)
		if (c->slurm.v[i].captured)
			release = slurm_captured_release(c->slurm.v[i].source);
	return release;
}

/* Slurm looks beside slurm.conf, whichever file names the path. (read_config.c: get_extra_conf_path()) */
static const char *beside(struct compile *c, const char *path)
{
	const char *main = c->slurm.n ? c->slurm.v[0].source->name : "", *slash = strrchr(main, '/');
	if (path[0] == '/' || !slash)
		return path;
	return arena_printf(c->arena, "%.*s/%s", (int)(slash - main), main, path);
}

struct slurm_included {
	const struct source *source;
	const char *error;
};

/* A path below a machine's root, as a person can open it. */
static const char *below(struct compile *c, const char *path)
{
	size_t n = strlen(c->machine->name);
	while (n > 0 && c->machine->name[n - 1] == '/')
		n--;
	return arena_printf(c->arena, "%.*s%s", (int)n, c->machine->name, path);
}

/* One source a path, whichever release it is read for: findings of two releases are compared by their places. An
 * absolute path is one of the machine's, where there is one. */
static const struct source *include(void *ctx, const char *path, const char **ret_error)
{
	struct compile *c = ctx;
	const struct machine *m = path[0] == '/' ? c->machine : NULL;
	bool fresh;
	struct map_entry *e = map_add(&c->included, m ? below(c, path) : beside(c, path), &fresh);
	struct slurm_included *file = fresh ? ARENA_NEW(c->arena, struct slurm_included) : e->value;
	if (fresh) {
		size_t size = 0;
		const char *bytes = m ? m->read(m->ctx, c->arena, path, &size, &file->error)
				      : c->read(c->ctx, c->arena, e->key, &size, &file->error);
		file->source = bytes ? add_source(c, e->key, bytes, size, &file->error) : NULL;
		e->value = file;
	}
	*ret_error = file->error ? file->error : "it cannot be read";
	return file->source;
}

static bool lies_beside(void *ctx, const char *name)
{
	struct compile *c = ctx;
	const char *error;
	size_t size;
	return c->read(c->ctx, c->arena, beside(c, name), &size, &error) != NULL;
}

/* Nothing that stands in a file is wrong when nothing reads it; a rule says that alone (check/other_files.c). */
static void read_input(struct slurm_reader *r, const struct slurm_input *in)
{
	struct unread unread;
	if (in->captured) {
		slurm_read_captured(r, in->source);
		return;
	}
	if (slurm_file_unread(r->files, in->file, &unread))
		return;
	if (in->file == PLUGSTACK_CONF)
		r->files->plugstack = plugstack_read(r, in->source);
	else if (in->file != TOPOLOGY_YAML && in->file != NAMESPACE_YAML) /* whose rules read it themselves: they know its tree */
		slurm_read(r, in->file, in->source);
}

void compile_slurm_read(struct compile *c, struct arena *a, struct slurm_files *files, struct diags *d,
			enum release release)
{
	struct slurm_reader r;
	files->beside = lies_beside;
	files->ctx = c;
	files->machine = c->machine;
	slurm_reader_init(&r, a, &c->sources, d, files, release);
	r.include = include;
	r.ctx = c;
	bool captured = false, conf = false;
	for (size_t i = 0; i < c->slurm.n; i++) {
		files->sources[c->slurm.v[i].file] = c->slurm.v[i].source;
		captured = captured || c->slurm.v[i].captured;
		conf = conf || (c->slurm.v[i].file == SLURM_CONF && !c->slurm.v[i].captured);
	}
	for (size_t i = 0; i < c->slurm.n; i++)
		read_input(&r, &c->slurm.v[i]);
	c->torn = c->torn || files->torn;
	/* What a running cluster prints it has taken already; and a part of it lacks what the rest says. */
	if (conf || !captured)
		check_files(a, &c->sources, d, files);
}

void compile_slurm(struct compile *c, enum release release)
{
	c->release = release;
	c->files = ARENA_NEW(c->arena, struct slurm_files);
	compile_slurm_read(c, c->arena, c->files, &c->diags, release);
}

void compile_slurm_ignores(struct compile *c)
{
	if (c->ignores_done)
		return;
	for (size_t i = 0; i < c->slurm.n; i++)
		check_file_ignores(c->arena, &c->diags, c->slurm.v[i].source);
	for (size_t i = 0; i < c->included.n; i++) {
		const struct slurm_included *file = c->included.v[i].value;
		if (file->source)
			check_file_ignores(c->arena, &c->diags, file->source);
	}
	c->ignores_done = true;
}
