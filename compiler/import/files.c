/* files.c: the companions of slurm.conf that the language has no keys for go along as they are. */
#include "compiler/import/within.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define PATH(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Files that are carried over whole; plugstack.conf where slurm.spank cannot say it. The others are made of the spec. */
static const enum slurm_file whole[] = { TOPOLOGY_CONF, TOPOLOGY_YAML,	   ACCT_GATHER_CONF, JOB_CONTAINER_CONF,
					 OCI_CONF,	BURST_BUFFER_CONF, HELPERS_CONF,     PLUGSTACK_CONF };

/* Scripts that Slurm looks for beside slurm.conf, and the words of slurm.conf that ask for them. */
static const struct {
	const char *file, *key, *word;
	bool slurmctld; /* only slurmctld reads it */
} scripts[] = {
	{ "job_submit.lua", "JobSubmitPlugins", "lua", true },
	{ "cli_filter.lua", "CliFilterPlugins", "lua", false },
};

static const char *beside(struct compile *c, const char *name)
{
	const char *main = c->slurm.n ? c->slurm.v[0].source->name : "", *slash = strrchr(main, '/');
	return arena_printf(c->arena, "%.*s%s", slash ? (int)(slash - main) + 1 : 0, main, name);
}

static bool is_given(const struct compile *c, enum slurm_file f)
{
	for (size_t i = 0; i < c->slurm.n; i++)
		if (c->slurm.v[i].file == f)
			return true;
	return false;
}

static void add_beside(struct compile *c, enum slurm_file file)
{
	const char *path = beside(c, slurm_file_name(file)), *error;
	size_t size;
	if (!is_given(c, file) && c->read(c->ctx, c->arena, path, &size, &error))
		compile_slurm_add(c, path, file);
}

void import_add_beside(struct compile *c)
{
	static const enum slurm_file made[] = { GRES_CONF, CGROUP_CONF, MPI_CONF };
	if (!is_given(c, SLURM_CONF) || c->slurm.v[0].captured || strcmp(c->slurm.v[0].source->name, "-") == 0)
		return;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++)
		add_beside(c, made[i]);
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		add_beside(c, whole[i]);
}

/* ---- as they are */

static bool begins_secret(struct import *im, const char *line, size_t n)
{
	size_t start = 0, end;
	while (start < n && isspace((unsigned char)line[start]))
		start++;
	for (end = start; end < n && (isalnum((unsigned char)line[end]) || line[end] == '_');)
		end++;
	return fact_is_secret(arena_strndup(im->arena, line + start, end - start));
}

/* The text without lines that hold a password. */
static const char *without_secrets(struct import *im, const struct source *src)
{
	struct text t;
	text_init(&t, im->arena);
	for (const char *s = src->bytes; *s;) {
		size_t n = strcspn(s, "\n");
		uint32_t at = (uint32_t)(s - src->bytes);
		if (begins_secret(im, s, n)) {
			const char *key = arena_strndup(im->arena, s, strcspn(s, "= \t"));
			struct diag *d = import_dropped(im, (struct span){ src->id, at, at + (uint32_t)n }, key,
							"a password has no place in a spec");
			diag_help(im->diags, d, "put the line back on the hosts that need it");
		} else {
			size_t end = n;
			while (end && isspace((unsigned char)s[end - 1]))
				end--;
			text_addn(&t, s, end);
			text_addc(&t, '\n');
		}
		s += n + (s[n] == '\n');
	}
	return t.s;
}

static void add_file(struct import *im, const char *name, const char *content, bool slurmctld)
{
	static const char *const on[] = { "slurmctld" };
	struct file *f = body_new(im->arena, &file_shape);
	const char *dot = strrchr(name, '.');
	f->origin.name = arena_strndup(im->arena, name, dot ? (size_t)(dot - name) : strlen(name));
	for (size_t i = 0; i < im->spec->files.n; i++)
		if (strcmp(origin_of(im->spec->files.v[i])->name, f->origin.name) == 0)
			f->origin.name = name;
	f->path = arena_printf(im->arena, "/etc/slurm/%s", name);
	f->content = content;
	if (slurmctld) {
		f->on.given = true;
		*list_push(im->arena, &f->on) = on[0];
	}
	im->spec->files.given = true;
	*list_push(im->arena, &im->spec->files) = f;
}

static const struct source *read_beside(struct import *im, const char *name)
{
	struct compile *c = im->from;
	const char *path = beside(c, name), *error;
	size_t size;
	const char *bytes = is_given(c, SLURM_CONF) ? c->read(c->ctx, im->arena, path, &size, &error) : NULL;
	return bytes && size < SOURCE_MAX_BYTES && !memchr(bytes, '\0', size)
		       ? source_add(&c->sources, path, bytes, size)
		       : NULL;
}

static bool has_word(struct import *im, const char *key, const char *word)
{
	const struct entry *e = records_global(im->records, SLURM_CONF, key);
	struct texts words;
	import_words(im, e ? e->value : "", &words);
	for (size_t i = 0; i < words.n; i++) {
		const char *slash = strrchr(words.v[i], '/');
		if (strcasecmp(slash ? slash + 1 : words.v[i], word) == 0)
			return true;
	}
	return false;
}

static void add_script(struct import *im, size_t i)
{
	if (!has_word(im, scripts[i].key, scripts[i].word))
		return;
	const struct source *script = read_beside(im, scripts[i].file);
	if (script) {
		add_file(im, scripts[i].file, script->bytes, scripts[i].slurmctld);
		return;
	}
	const struct entry *e = records_global(im->records, SLURM_CONF, scripts[i].key);
	struct diag *d =
		import_dropped(im, e->span, scripts[i].file, "%s=%s asks for it, and it does not lie beside slurm.conf",
			       e->fact->key, e->value);
	diag_help(im->diags, d, "put it under `files`, with the path /etc/slurm/%s", scripts[i].file);
}

void import_files(struct import *im)
{
	const struct slurm_files *given = im->from->files;
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		const struct source *src = given->sources[whole[i]];
		for (size_t j = 0; !src && j < im->from->slurm.n; j++)
			if (im->from->slurm.v[j].file == whole[i])
				src = im->from->slurm.v[j].source;
		src = src ? src : read_beside(im, slurm_file_name(whole[i]));
		if (whole[i] == PLUGSTACK_CONF && import_says_spank(im))
			import_spank(im);
		else if (src)
			add_file(im, slurm_file_name(whole[i]), without_secrets(im, src), false);
	}
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		add_script(im, i);
}
