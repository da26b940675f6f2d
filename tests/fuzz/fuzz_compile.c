/*
 * Any bytes at all through the whole compile. The input is a spec; behind a line `%%%`, an overlay that is laid over it
 * and that it may also extend by the name over.yaml.
 *
 * Whatever is said, it has a place that exists. What is accepted is written: every path is relative, sane and its own;
 * compiled again it gives the same bytes; expanded it is a spec without errors that expands to itself and gives the
 * same bytes.
 *
 * libFuzzer calls LLVMFuzzerTestOneInput(); replay.c calls it as an ordinary test.
 */
#undef NDEBUG /* asserts are what it is for */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compile.h"
#include "tests/fuzz/findings.h"
#include "compiler/schema/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The folder that the compile sees. */
struct folder {
	struct {
		const char *name, *bytes;
		size_t size;
	} files[3];
};

static const char *read_from(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error)
{
	const struct folder *f = ctx;
	for (size_t i = 0; i < sizeof(f->files) / sizeof(f->files[0]); i++) {
		if (!f->files[i].bytes || strcmp(path, f->files[i].name) != 0)
			continue;
		*ret_size = f->files[i].size;
		return arena_strndup(a, f->files[i].bytes, f->files[i].size);
	}
	*ret_error = "no such file or directory";
	return NULL;
}

static struct compile *compile(struct folder *f)
{
	static const char *const with[] = { "over.yaml" };
	struct compile *c = compile_new(read_from, f);
	compile_spec(c, "spec.yaml", with, f->files[1].bytes ? 1 : 0);
	compile_default_targets(c);
	compile_finish(c);
	return c;
}

/* A path below OUT/<target>: whoever writes it stays there. */
static void check_path(const char *path)
{
	assert(path[0] && path[0] != '/' && strlen(path) < 2048);
	for (const char *part = path; part;) {
		const char *slash = strchr(part, '/');
		size_t n = slash ? (size_t)(slash - part) : strlen(part);
		assert(n > 0 && n < 1100);
		assert(!(n == 1 && part[0] == '.') && !(n == 2 && part[0] == '.' && part[1] == '.'));
		part = slash ? slash + 1 : NULL;
	}
	for (const char *p = path; *p; p++)
		assert((unsigned char)*p > ' ' && *p != 0x7f);
}

/* Whether one path is the other or a folder above it. */
static bool in_the_way(const char *a, const char *b)
{
	size_t n = strlen(a);
	return strncmp(a, b, n) == 0 && (!b[n] || b[n] == '/');
}

static void check_output(const struct compile *c)
{
	for (size_t i = 0; i < c->results.n; i++) {
		const struct output *o = &c->results.v[i].output;
		assert(o->files.n > 0);
		for (size_t j = 0; j < o->files.n; j++) {
			const char *path = o->files.v[j].path;
			check_path(path);
			assert(memchr(o->files.v[j].text.s, '\0', o->files.v[j].text.n) == NULL);
			for (size_t k = 0; k < o->files.n; k++)
				assert(k == j || !in_the_way(path, o->files.v[k].path));
		}
	}
}

static void check_same(const struct compile *a, const struct compile *b)
{
	assert(a->results.n == b->results.n);
	for (size_t i = 0; i < a->results.n; i++) {
		const struct output *x = &a->results.v[i].output, *y = &b->results.v[i].output;
		assert(a->results.v[i].target == b->results.v[i].target && x->files.n == y->files.n);
		for (size_t j = 0; j < x->files.n; j++) {
			const struct output_file *f = &x->files.v[j], *g = &y->files.v[j];
			if (strcmp(f->path, g->path) == 0 && f->text.n == g->text.n && f->executable == g->executable &&
			    memcmp(f->text.s, g->text.s, f->text.n) == 0)
				continue;
			fprintf(stderr, "--- %s\n%s\n--- %s\n%s\n", f->path, f->text.s, g->path, g->text.s);
			abort();
		}
	}
}

static struct text expanded(const struct compile *c, bool places)
{
	struct text t;
	text_init(&t, c->arena);
	schema_expand(c->spec, places ? &c->sources : NULL, &t);
	return t;
}

static struct compile *compile_text(struct folder *f, const struct text *t)
{
	f->files[0].bytes = t->s;
	f->files[0].size = t->n;
	f->files[1].bytes = NULL;
	struct compile *c = compile(f);
	for (size_t i = 0; i < c->diags.list.n && c->diags.errors; i++)
		if (c->diags.list.v[i]->severity == SEVERITY_ERROR)
			fprintf(stderr, "expanded: %s [%s]\n", c->diags.list.v[i]->message, c->diags.list.v[i]->rule);
	if (c->diags.errors)
		fprintf(stderr, "%s", t->s);
	assert(!c->diags.errors);
	assert(compile_emit(c));
	return c;
}

/* The expanded spec means the same, and so does the one with comments. */
static void check_expanded(struct folder *f, const struct compile *c)
{
	for (int places = 0; places < 2; places++) {
		struct text first = expanded(c, places != 0);
		struct compile *again = compile_text(f, &first);
		struct text second = expanded(again, false), wanted = expanded(c, false);
		if (strcmp(second.s, wanted.s) != 0) {
			fprintf(stderr, "--- expanded\n%s\n--- expanded again\n%s\n", wanted.s, second.s);
			abort();
		}
		check_same(c, again);
		compile_free(again);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char mark[] = "\n%%%\n";
	struct folder f = { { { .name = "spec.yaml" }, { .name = "over.yaml" }, { "beside.txt", "beside\n", 7 } } };
	char *bytes = malloc(size + 1);
	assert(bytes && size <= SOURCE_MAX_BYTES);
	memcpy(bytes, data, size);
	bytes[size] = '\0';
	f.files[0].bytes = bytes;
	f.files[0].size = size;
	for (size_t i = 0; i + 5 <= size; i++) {
		if (memcmp(bytes + i, mark, 5) != 0)
			continue;
		f.files[0].size = i + 1;
		f.files[1].bytes = bytes + i + 5;
		f.files[1].size = size - i - 5;
		break;
	}

	struct folder first = f;
	struct compile *c = compile(&first);
	check_diags(c);
	bool emitted = compile_emit(c);
	assert(emitted == (c->diags.errors == 0));
	if (emitted) {
		check_output(c);
		struct compile *twin = compile(&f);
		assert(compile_emit(twin));
		check_same(c, twin);
		compile_free(twin);
		check_expanded(&f, c);
	}
	compile_free(c);
	free(bytes);
	return 0;
}
