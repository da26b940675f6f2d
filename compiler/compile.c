#include "compiler/compile.h"

#include <string.h>

#include "compiler/base/map.h"
#include "compiler/check/check.h"
#include "compiler/programs/program.h"
#include "compiler/schema/schema.h"

/* How deep files extend each other, and how often files are read: a file that two extend is read twice. */
enum { EXTENDS_MAX = 16, FILES_MAX = 256 };

struct compile *compile_new(compile_reader *read, void *ctx)
{
	struct arena *a = arena_new();
	struct compile *c = ARENA_NEW(a, struct compile);
	c->arena = a;
	c->read = read;
	c->ctx = ctx;
	sources_init(&c->sources, a);
	map_init(&c->included, a);
	diags_init(&c->diags, a);
	c->release = c->target = RELEASE_NONE;
	return c;
}

void compile_free(struct compile *c)
{
	if (c)
		arena_free(c->arena);
}

static void phase_ends(struct compile *c, const char *name)
{
	if (c->phase)
		c->phase(c->ctx, name);
}

static struct schema_context context(struct compile *c)
{
	return (struct schema_context){ c->arena, &c->sources, &c->diags };
}

/* A path that stands in a file is relative to that file's folder. */
static const char *beside(struct compile *c, const char *file, const char *path)
{
	const char *slash = strrchr(file, '/');
	if (path[0] == '/' || !slash)
		return path;
	return arena_printf(c->arena, "%.*s/%s", (int)(slash - file), file, path);
}

static const struct source *load_source(struct compile *c, const char *path, struct span from)
{
	size_t size = 0;
	const char *error = "it cannot be read";
	const char *bytes = c->read(c->ctx, c->arena, path, &size, &error);
	if (!bytes) {
		diag_error(&c->diags, "unreadable-file", from, "cannot read '%s': %s", path, error);
		return NULL;
	}
	if (size > SOURCE_MAX_BYTES) {
		diag_error(&c->diags, "file-too-large", from, "'%s' is larger than %d MiB", path, SOURCE_MAX_BYTES >> 20);
		return NULL;
	}
	const struct source *src = source_add(&c->sources, path, bytes, size);
	return source_check(&c->sources, src, &c->diags) ? src : NULL;
}

/* The files being read, innermost last: a file that stands in it already extends itself. */
struct chain {
	const struct chain *outer;
	const char *path;
	int depth;
};

static bool load(struct compile *c, const char *path, struct span from, const struct chain *outer);

/* Lays the files that a tree extends over what there is, the first lowest, and then the tree itself. One file at a time, so
 * that a null removes what any earlier one has. */
static bool lay_over(struct compile *c, const struct node *root, const char *path, const struct chain *chain)
{
	const struct pair *p = root->kind == NODE_MAPPING ? node_pair(root, "extends") : NULL;
	struct schema_context s = context(c);
	uint32_t n = !p ? 0 : p->value->kind == NODE_SEQUENCE ? p->value->n_items : 1;
	bool whole = true;
	for (uint32_t i = 0; i < n; i++) {
		const struct node *item = p->value->kind == NODE_SEQUENCE ? p->value->items[i] : p->value;
		/* Of what is not a path decode says what is wanted. */
		if (item->kind == NODE_SCALAR && item->size && !node_is_null(item))
			whole = load(c, beside(c, path, item->text), item->span, chain) && whole;
	}
	c->root = c->root ? schema_merge(&s, &spec_shape, c->root, root) : (struct node *)(uintptr_t)root;
	return whole;
}

/* Reads a file and those that it extends, and lays them over what there is. False if one cannot be had. */
static bool load(struct compile *c, const char *path, struct span from, const struct chain *outer)
{
	struct chain here = { outer, path, outer ? outer->depth + 1 : 0 };
	for (const struct chain *x = outer; x; x = x->outer)
		if (strcmp(x->path, path) == 0) {
			diag_error(&c->diags, "extends-itself", from, "'%s' extends itself", path);
			return false;
		}
	if (here.depth > EXTENDS_MAX) {
		diag_error(&c->diags, "extends-itself", from, "more than %d files extend each other", EXTENDS_MAX);
		return false;
	}
	if (c->sources.list.n >= FILES_MAX) {
		diag_error(&c->diags, "extends-itself", from, "more than %d files are laid over each other", FILES_MAX);
		return false;
	}
	const struct source *src = load_source(c, path, from);
	struct tree *tree = src ? tree_read(c->arena, &c->sources, src, &c->diags) : NULL;
	if (!tree || !tree->root)
		return false;
	*list_push(c->arena, &c->trees) = tree;
	return lay_over(c, tree->root, path, &here);
}

/* Whether a spec could hold the text itself: what source_check() lets through. */
static bool writable_text(const char *s, size_t n)
{
	uint32_t code = 0;
	for (size_t i = 0, size; i < n; i += size) {
		size = source_decode(s + i, n - i, &code);
		if (!size || (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7f && code < 0xa0) ||
		    code == 0x2028 || code == 0x2029 || code == 0xfeff || code >= 0xfffe)
			return false;
	}
	return true;
}

/* A text becomes `content`, as the user could have written it: an expanded spec may lie anywhere, and a relative path in it
 * would lead elsewhere. */
static void keep_text(struct compile *c, struct file *f, const char *path, const char *bytes, size_t size)
{
	struct span at = WHERE(f, source);
	if (text_ends(f->path ? f->path : "", ".json") && size <= SOURCE_MAX_BYTES) {
		const struct source *text = source_add(&c->sources, path, bytes, size);
		f->text = (struct span){ text->id, 0, text->size };
	}
	if (!writable_text(bytes, size)) {
		f->loaded = bytes;
		return;
	}
	f->content = bytes;
	GIVE(c->arena, f, content, arena_printf(c->arena, "source %s", f->source), at);
	f->source = NULL;
}

/* Files whose content stands beside the spec. */
static void read_sources(struct compile *c)
{
	struct file *f;
	for (size_t i = 0; (f = entries_next(&c->spec->files, &i));) {
		if (!f->source || f->content)
			continue;
		struct span at = WHERE(f, source);
		const struct source *named = source_of(&c->sources, at);
		const char *path = beside(c, named ? named->name : "", f->source), *error = "it cannot be read";
		size_t size = 0;
		const char *bytes = c->read(c->ctx, c->arena, path, &size, &error);
		if (!bytes)
			diag_error(&c->diags, "unreadable-file", at, "cannot read '%s': %s", path, error);
		else if (memchr(bytes, '\0', size))
			diag_error(&c->diags, "unreadable-file", at, "'%s' is not text: it holds a NUL byte", path);
		else
			keep_text(c, f, path, bytes, size);
	}
}

void compile_spec(struct compile *c, const char *path, const char *const *with, size_t n_with)
{
	struct schema_context s = context(c);
	bool whole = load(c, path, (struct span){ 0 }, NULL);
	for (size_t i = 0; i < n_with; i++)
		whole = load(c, with[i], (struct span){ 0 }, NULL) && whole;
	phase_ends(c, "read");
	/* Of a part nothing can be said: what it lacks may stand in the file that could not be read. */
	if (!whole)
		return;
	c->spec = schema_decode(&s, &spec_shape, c->root);
	schema_bind(&s, c->spec);
	read_sources(c);
	phase_ends(c, "decode");
	resolve(c->arena, c->spec);
	phase_ends(c, "resolve");
	check_spec(c->arena, &c->sources, &c->diags, c->spec);
	phase_ends(c, "check");
}

void compile_target(struct compile *c, const char *name)
{
	if (!c->spec)
		return;
	struct result *r = list_push(c->arena, &c->results);
	r->target = target_named(name);
	r->output.arena = c->arena;
	r->model = lower(c->arena, c->spec, r->target->platform);
	programs_place(r->model);
	phase_ends(c, "lower");
	/* A value that no file can hold is found by the rules over records; until then nothing is rendered. */
	bool writable = check_records(c->arena, &c->sources, &c->diags, r->model, r->target->name);
	phase_ends(c, "check");
	if (writable)
		programs_render(r->model);
	phase_ends(c, "render");
	check_model(c->arena, &c->sources, &c->diags, r->model, r->target->name, r->target->needs_slurm);
	phase_ends(c, "check");
}

void compile_default_targets(struct compile *c)
{
	size_t n = 0;
	if (!c->spec)
		return;
	for (size_t i = 0; targets[i]; i++) {
		const struct field *f = shape_field(&targets_shape, targets[i]->name);
		if (f && field_given(f, c->spec->targets)) {
			compile_target(c, targets[i]->name);
			n++;
		}
	}
	if (!n && c->spec->slurm)
		compile_target(c, "slurm");
}

bool compile_emit(struct compile *c)
{
	if (c->diags.errors || !c->spec)
		return false;
	for (size_t i = 0; i < c->results.n; i++)
		c->results.v[i].target->emit(c->results.v[i].model, &c->results.v[i].output);
	phase_ends(c, "emit");
	return true;
}

/* Several targets run the same rules: what they say alike is said once. */
static void drop_repeated(struct compile *c)
{
	struct diags *d = &c->diags;
	struct map seen;
	size_t kept = 0;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < d->list.n; i++) {
		const struct diag *x = d->list.v[i];
		bool fresh;
		map_add(&seen,
			arena_printf(c->arena, "%s %u:%u-%u %s", x->rule, (unsigned)x->span.source, (unsigned)x->span.start,
				     (unsigned)x->span.end, x->message),
			&fresh);
		if (fresh) {
			d->list.v[kept++] = d->list.v[i];
			continue;
		}
		d->errors -= x->severity == SEVERITY_ERROR;
		d->warnings -= x->severity == SEVERITY_WARNING;
		d->infos -= x->severity == SEVERITY_INFO;
	}
	d->list.n = kept;
}

void compile_finish(struct compile *c)
{
	drop_repeated(c);
	compile_slurm_ignores(c);
	for (size_t i = 0; i < c->trees.n; i++)
		check_ignores(c->arena, &c->sources, &c->diags, c->trees.v[i]);
	diags_sort(&c->diags);
}
