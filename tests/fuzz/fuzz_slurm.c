/*
 * Any bytes at all as Slurm's own files. The input is slurm.conf; behind each line `%%%` the next of: gres.conf,
 * cgroup.conf, slurmdbd.conf, topology.conf, job_container.conf, acct_gather.conf, helpers.conf, plugstack.conf,
 * topology.yaml, more.inc. Each may be included by its name.
 *
 * Whatever is said, it has a place that exists, in the oldest release and in the newest. What was read and can be
 * written is read again from what is written as the same records.
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
#include "compiler/slurm/capture.h"
#include "tests/fuzz/findings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = { "slurm.conf",     "gres.conf",	     "cgroup.conf",	 "slurmdbd.conf",
				     "topology.conf",  "job_container.conf", "acct_gather.conf", "helpers.conf",
				     "plugstack.conf", "topology.yaml",	     "more.inc" };
enum { FILES = sizeof(names) / sizeof(names[0]) };

/* The folder that the compile sees. */
struct folder {
	const char *bytes[FILES];
	size_t size[FILES];
};

static const char *read_from(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error)
{
	const struct folder *f = ctx;
	for (size_t i = 0; i < FILES; i++) {
		if (!f->bytes[i] || strcmp(path, names[i]) != 0)
			continue;
		*ret_size = f->size[i];
		char *copy = arena_alloc(a, f->size[i] + 1);
		memcpy(copy, f->bytes[i], f->size[i]);
		return copy;
	}
	*ret_error = "no such file or directory";
	return NULL;
}

static bool writable(const struct records *r, enum slurm_file file)
{
	for (size_t i = 0; i < r->files[file].n; i++)
		for (size_t j = 0; j < r->files[file].v[i]->entries.n; j++)
			if (record_value_unwritable(r->files[file].v[i]->entries.v[j].value))
				return false;
	return true;
}

static struct text printed(struct arena *a, const struct records *r, enum slurm_file file)
{
	struct text t;
	text_init(&t, a);
	records_print(r, file, NULL, &t);
	return t;
}

/* Written and read again, a file says the same. */
static void check_written(const struct compile *c, enum slurm_file file)
{
	struct arena *a = arena_new();
	struct sources s;
	struct diags d;
	struct slurm_files files = { .beside = NULL };
	struct slurm_reader r;
	struct text first = printed(a, &c->files->records, file);
	sources_init(&s, a);
	diags_init(&d, a);
	slurm_reader_init(&r, a, &s, &d, &files, c->files->records.release);
	slurm_read(&r, file, source_add(&s, "again", first.s, first.n));
	struct text again = printed(a, &files.records, file);
	if (strcmp(first.s, again.s) != 0) {
		fprintf(stderr, "--- written\n%s\n--- read again\n%s\n", first.s, again.s);
		abort();
	}
	arena_free(a);
}

static void lint(struct folder *f, enum release release)
{
	struct compile *c = compile_new(read_from, f);
	for (size_t i = 0; i < FILES - 1; i++)
		if (f->bytes[i])
			compile_slurm_add(c, names[i], SLURM_FILE_COUNT);
	compile_slurm(c, release);
	compile_finish(c);
	check_diags(c);
	for (int file = SLURM_CONF; file < SLURM_FILE_COUNT; file++)
		if (writable(&c->files->records, (enum slurm_file)file))
			check_written(c, (enum slurm_file)file);
	compile_free(c);
}

/* As what scontrol prints: only that nothing breaks, and that places exist. */
static void captured(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct sources s;
	struct diags d;
	struct slurm_files files = { .beside = NULL };
	struct slurm_reader r;
	char *bytes = arena_alloc(a, size + 1);
	memcpy(bytes, data, size);
	sources_init(&s, a);
	diags_init(&d, a);
	slurm_reader_init(&r, a, &s, &d, &files, RELEASE_24_11);
	const struct source *src = source_add(&s, "captured", bytes, size);
	slurm_captured(src);
	slurm_captured_release(src);
	slurm_read_captured(&r, src);
	for (size_t i = 0; i < files.records.files[SLURM_CONF].n; i++) {
		const struct record *rec = files.records.files[SLURM_CONF].v[i];
		for (size_t j = 0; j < rec->entries.n; j++)
			assert(rec->entries.v[j].span.end <= src->size);
	}
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char mark[] = "\n%%%\n";
	struct folder f = { { 0 }, { 0 } };
	char *bytes = malloc(size + 1);
	assert(bytes && size <= SOURCE_MAX_BYTES);
	if (size)
		memcpy(bytes, data, size);
	bytes[size] = '\0';
	size_t start = 0, n = 0;
	for (size_t i = 0; i <= size && n < FILES; i++) {
		bool end = i == size;
		if (!end && (i + 5 > size || memcmp(bytes + i, mark, 5) != 0))
			continue;
		f.bytes[n] = bytes + start;
		f.size[n++] = (end ? i : i + 1) - start;
		start = i + 5;
	}
	lint(&f, RELEASE_22_05);
	lint(&f, RELEASE_COUNT - 1);
	captured(data, size);
	free(bytes);
	return 0;
}
