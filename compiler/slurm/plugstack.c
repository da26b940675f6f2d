#include "compiler/slurm/plugstack.h"

#include <string.h>

#include "compiler/slurm/read_said.h"

/* A file that is being read. */
struct stack_file {
	const struct stack_file *outer;
	const struct source *source;
	const char *path; /* as `include` may be asked for it */
	struct span at;	  /* where it is included */
	size_t depth;
};

struct stack_reader {
	struct slurm_reader *r;
	struct plugstack *stack;
	size_t files;
};

/* A word of a line: bytes of the source. */
struct stack_word {
	uint32_t start, end;
};

/* Takes the next word before `end`; *at moves behind it. */
static bool next_word(const char *b, uint32_t *at, uint32_t end, struct stack_word *ret)
{
	while (*at < end && (b[*at] == ' ' || b[*at] == '\t'))
		(*at)++;
	ret->start = *at;
	while (*at < end && b[*at] != ' ' && b[*at] != '\t')
		(*at)++;
	ret->end = *at;
	return ret->end > ret->start;
}

static enum plugstack_kind kind_of(const char *word)
{
	static const char *const words[] = {
		[PLUGSTACK_REQUIRED] = "required", [PLUGSTACK_OPTIONAL] = "optional", [PLUGSTACK_INCLUDE] = "include"
	};
	for (int k = PLUGSTACK_REQUIRED; k <= PLUGSTACK_INCLUDE; k++)
		if (strcmp(words[k], word) == 0)
			return (enum plugstack_kind)k;
	return PLUGSTACK_BAD;
}

static void read_file(struct stack_reader *x, const struct stack_file *here);

/* _spank_conf_include(): beside the file that names it. */
static const char *beside(struct arena *a, const char *file, const char *path)
{
	const char *slash = strrchr(file, '/');
	if (path[0] == '/' || !slash)
		return path;
	return arena_printf(a, "%.*s/%s", (int)(slash - file), file, path);
}

static enum plugstack_include include(struct stack_reader *x, const struct stack_file *here,
				      const struct plugstack_line *l, struct span *ret_loop)
{
	struct slurm_reader *r = x->r;
	const char *path = beside(r->arena, here->path, l->path), *error;
	if (strpbrk(path, "*?["))
		return PLUGSTACK_PATTERN;
	for (const struct stack_file *f = here; f; f = f->outer)
		if (strcmp(f->path, path) == 0) {
			*ret_loop = f->at;
			return PLUGSTACK_LOOP;
		}
	if (here->depth >= INCLUDE_DEPTH || ++x->files > INCLUDE_FILES)
		return PLUGSTACK_TOO_MANY;
	const struct source *src = r->include ? r->include(r->ctx, path, &error) : NULL;
	if (!src)
		return PLUGSTACK_MISSING;
	read_file(x, &(struct stack_file){ here, src, path, l->path_span, here->depth + 1 });
	return PLUGSTACK_READ;
}

/* The bytes from..to-1, which hold a word at least. */
static struct plugstack_line take_line(struct arena *a, const struct source *s, uint32_t from, uint32_t to)
{
	struct stack_word w;
	uint32_t at = from;
	next_word(s->bytes, &at, to, &w);
	struct plugstack_line l = { .word = arena_strndup(a, s->bytes + w.start, w.end - w.start),
				    .word_span = { s->id, w.start, w.end },
				    .path_span = { s->id, w.end, w.end } };
	l.kind = kind_of(l.word);
	if (next_word(s->bytes, &at, to, &w)) {
		l.path = arena_strndup(a, s->bytes + w.start, w.end - w.start);
		l.path_span = (struct span){ s->id, w.start, w.end };
	}
	while (next_word(s->bytes, &at, to, &w))
		*list_push(a, &l.arguments) = arena_strndup(a, s->bytes + w.start, w.end - w.start);
	if (s->bytes[to - 1] == '\r')
		l.carriage_return = (struct span){ s->id, to - 1, to };
	if (s->bytes[to - 1] == '\\')
		l.joined = (struct span){ s->id, to - 1, to };
	return l;
}

static void read_line(struct stack_reader *x, const struct stack_file *here, uint32_t start, uint32_t end)
{
	const char *b = here->source->bytes, *hash = memchr(b + start, '#', end - start);
	uint32_t stop = hash ? (uint32_t)(hash - b) : end;
	while (stop > start && (b[stop - 1] == ' ' || b[stop - 1] == '\t'))
		stop--;
	if (stop == start)
		return;
	struct plugstack_line l = take_line(x->r->arena, here->source, start, stop);
	l.too_long = end - start > PLUGSTACK_LINE;
	size_t i = x->stack->lines.n;
	*list_push(x->r->arena, &x->stack->lines) = l;
	if (l.kind != PLUGSTACK_INCLUDE || !l.path)
		return;
	/* The list may move while the file is read. */
	struct span loop = { 0 };
	enum plugstack_include became = include(x, here, &l, &loop);
	x->stack->lines.v[i].include = became;
	x->stack->lines.v[i].loop = loop;
}

static void read_file(struct stack_reader *x, const struct stack_file *here)
{
	const struct source *s = here->source;
	if (!said_bytes(x->r, s))
		return;
	for (uint32_t at = 0; at < s->size;) {
		const char *newline = memchr(s->bytes + at, '\n', s->size - at);
		uint32_t end = newline ? (uint32_t)(newline - s->bytes) : s->size;
		read_line(x, here, at, end);
		at = end + 1;
	}
}

const struct plugstack *plugstack_read(struct slurm_reader *r, const struct source *src)
{
	struct stack_reader x = { .r = r, .stack = ARENA_NEW(r->arena, struct plugstack) };
	const char *slash = strrchr(src->name, '/');
	read_file(&x, &(struct stack_file){ .source = src, .path = slash ? slash + 1 : src->name });
	return x.stack;
}
