/*
 * read_include.c: the lines of a file one after the other, and those of the files that Include names. (parse_config.c:
 * s_p_parse_file(), _parse_include_directive())
 */
#include <string.h>
#include <strings.h>

#include "compiler/slurm/read_parts.h"
#include "compiler/slurm/read_said.h"

/* The cluster's name, for %c. */
static const char *cluster_name(const struct slurm_reader *r)
{
	const struct fact *f = fact_find(SLURM_CONF, SECTION_GLOBAL, "ClusterName");
	const struct record *rec = r->seen[f - fact_table];
	return rec ? rec->entries.v[0].value : NULL;
}

/* _parse_for_format(). NULL: %c stands there and no ClusterName before it. */
static const char *expand_path(struct slurm_reader *r, const char *path)
{
	const char *at = strstr(path, "%c"), *name = cluster_name(r);
	if (!at)
		return path;
	if (!name)
		return NULL;
	char *lower = arena_strdup(r->arena, name);
	for (char *s = lower; *s; s++)
		*s = *s >= 'A' && *s <= 'Z' ? (char)(*s - 'A' + 'a') : *s;
	return arena_printf(r->arena, "%.*s%s%s", (int)(at - path), path, lower, at + 2);
}

/* Relative to slurm.conf; before 23.02 to the file that the line stands in. */
static const char *relative_path(const struct slurm_reader *r, const char *path)
{
	const struct include *from = r->including;
	const char *slash = from->outer ? strrchr(from->path, '/') : NULL;
	if (!path || path[0] == '/' || !slash || !release_includes_beside(r->files->records.release))
		return path;
	return arena_printf(r->arena, "%.*s/%s", (int)(slash - from->path), from->path, path);
}

/* One file under two paths ("slurm.conf", "/etc/slurm/slurm.conf"). A copy would come to the same: it includes what the
 * first does. */
static bool same_text(const struct source *a, const struct source *b)
{
	return a == b || (a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0);
}

static void include_file(struct slurm_reader *r, const char *written, struct span at)
{
	const char *path = relative_path(r, expand_path(r, written)), *error = "no such file or directory";
	if (!path) {
		r->files->torn = true;
		said_include(r, at, "'%c' in an included path wants ClusterName on a line before it",
			     "write ClusterName above this line");
		return;
	}
	if (strpbrk(path, "*?[")) {
		said_include_pattern(r, at);
		return;
	}
	for (const struct include *x = r->including; x; x = x->outer)
		if (strcmp(x->path, path) == 0) {
			said_include_loop(r, at, x->at, path);
			return;
		}
	if (r->including->depth >= INCLUDE_DEPTH) {
		said_include_limit(r, at,
				   arena_printf(r->arena, "hpcc follows Include through %d files: this one is not read",
						INCLUDE_DEPTH));
		return;
	}
	if (++r->n_includes > INCLUDE_FILES) {
		said_include_limit(
			r, at,
			arena_printf(r->arena,
				     "hpcc reads no more than %d included files: neither this one nor those after it",
				     INCLUDE_FILES));
		return;
	}
	if (r->n_bytes > INCLUDE_BYTES) /* has been said */
		return;
	const struct source *src = r->include ? r->include(r->ctx, path, &error) : NULL;
	if (!src) {
		said_include_missing(r, at, path, error);
		return;
	}
	for (const struct include *x = r->including; x; x = x->outer)
		if (same_text(x->source, src)) {
			said_include_loop(r, at, x->at, written);
			return;
		}
	r->n_bytes += src->size;
	if (r->n_bytes > INCLUDE_BYTES) {
		said_include_limit(
			r, at,
			arena_printf(
				r->arena,
				"hpcc reads no more than %d MiB of included files: neither this one nor those after it",
				INCLUDE_BYTES >> 20));
		return;
	}
	read_source(r, &(struct include){ r->including, src, path, r->including->depth + 1, at });
}

/* _parse_include_directive(): "include" in any case at column 0, a blank, and a path up to the next blank, without
 * which Slurm reads past the end of the line. */
static bool try_include(struct slurm_reader *r, const struct line *l)
{
	static const char word[] = "include";
	uint32_t n = sizeof(word) - 1;
	if (l->n <= n || strncasecmp(l->s, word, n) != 0 || !is_space(l->s[n]))
		return false;
	uint32_t start = n, end;
	while (start < l->n && is_space(l->s[start]))
		start++;
	for (end = start; end < l->n && !is_space(l->s[end]);)
		end++;
	if (end == start) {
		said_include(r, line_span(l, 0, n), "Include wants a path",
			     "name the file behind it, or leave the line out");
		return true;
	}
	struct span at = line_span(l, start, end);
	if (end >= l->n)
		said_include_unended(r, at);
	include_file(r, arena_strndup(r->arena, l->s + start, end - start), at);
	if (!line_blank(l, end))
		read_leftover(r, l, end, at);
	return true;
}

static void trap(void *ctx, enum line_trap what, struct span at)
{
	said_trap(ctx, what, at);
}

void read_source(struct slurm_reader *r, const struct include *here)
{
	struct line l;
	const struct include *outer = r->including;
	r->including = here;
	if (said_bytes(r, here->source)) {
		line_init(&l, r->arena, here->source);
		for (; line_next(&l, trap, r); said_cut(r))
			if (!try_include(r, &l))
				read_line(r, &l, 0);
	}
	r->including = outer;
}
