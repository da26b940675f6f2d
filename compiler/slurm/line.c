#include "compiler/slurm/line.h"

#include <string.h>
#include <strings.h>

#include "compiler/slurm/read.h"

void line_init(struct line *l, struct arena *a, const struct source *src)
{
	memset(l, 0, sizeof(*l));
	l->arena = a;
	l->source = src;
}

struct span line_span(const struct line *l, uint32_t from, uint32_t to)
{
	if (l->at && from >= l->n) /* behind a copied line */
		from = to = l->n ? l->n - 1 : 0;
	uint32_t start = !l->at ? l->start + from : l->n ? l->at[from] : l->start;
	uint32_t end = to <= from ? start : (l->at ? l->at[to - 1] : l->start + to - 1) + 1;
	return (struct span){ l->source->id, start, end };
}

#define NO_HASH UINT32_MAX

/* One line of the file. */
struct physical {
	uint32_t start, end; /* with its line break, or up to its comment */
	uint32_t next;
	uint32_t hash;	  /* where its comment begins, or NO_HASH */
	uint32_t comment; /* where one begins within quotes or in the middle of a value, or 0 */
	bool in_quotes;
	bool backslash;	  /* there is one */
	bool goes_on;	  /* `end` is at the backslash that joins the next line */
};

/* "ab#cd" behind a '=': who remarks on a value puts a blank on one side of the '#' at least. */
static bool in_value(const char *b, uint32_t start, uint32_t hash, uint32_t end)
{
	return hash > start && !is_space(b[hash - 1]) && b[hash - 1] != '=' && hash + 1 < end &&
	       !is_space(b[hash + 1]) && b[hash + 1] != '#' && memchr(b + start, '=', hash - start);
}

/* parse_config.c: _strip_comments(): '#' with no odd number of backslashes before it, quotes or not. */
static void find_comment(const char *b, struct physical *p)
{
	bool escaped = false, quoted = false;
	for (uint32_t i = p->start; i < p->end; i++) {
		char c = b[i];
		if (c == '#' && !escaped) {
			p->in_quotes = quoted && memchr(b + i, '"', p->end - i);
			p->comment = p->in_quotes || in_value(b, p->start, i, p->end) ? i : 0;
			p->end = p->hash = i;
			return;
		}
		if (c == '"' && !escaped)
			quoted = !quoted;
		escaped = c == '\\' && !escaped;
		p->backslash = p->backslash || c == '\\';
	}
}

/* _strip_continuation(): an odd number of backslashes at the end, blanks behind them not counted. */
static void find_continuation(const char *b, struct physical *p)
{
	uint32_t end = p->end, n = 0;
	while (end > p->start && is_space(b[end - 1]))
		end--;
	while (end > p->start && b[end - 1] == '\\') {
		end--;
		n++;
	}
	if (n % 2 == 0)
		return;
	p->goes_on = true;
	p->end = end + n - 1;
}

static void take_physical(const struct source *s, uint32_t at, struct physical *p)
{
	const char *newline = memchr(s->bytes + at, '\n', s->size - at);
	p->start = at;
	p->next = p->end = newline ? (uint32_t)(newline - s->bytes) + 1 : s->size;
	p->comment = 0;
	p->in_quotes = false;
	p->hash = NO_HASH;
	p->backslash = p->goes_on = false;
	/* Few lines have either. */
	if (memchr(s->bytes + at, '#', p->end - at) || memchr(s->bytes + at, '\\', p->end - at))
		find_comment(s->bytes, p);
	if (p->backslash)
		find_continuation(s->bytes, p);
}

static void copy_byte(struct line *l, uint32_t from)
{
	if (l->n + 1 >= l->capacity) {
		uint32_t more = l->capacity ? l->capacity * 2 : 1024;
		l->copy = arena_grow(l->arena, l->copy, l->capacity, more);
		l->room = arena_grow(l->arena, l->room, l->capacity * sizeof(uint32_t), more * sizeof(uint32_t));
		l->capacity = more;
	}
	l->copy[l->n] = l->source->bytes[from];
	l->room[l->n++] = from;
}

/* _strip_escapes() works on the joined line; a backslash never stands at the end of a part, so each part may be done
 * alone. */
static void copy_part(struct line *l, const struct physical *p)
{
	for (uint32_t i = p->start; i < p->end; i++) {
		if (l->source->bytes[i] == '\\' && i + 1 < p->end)
			i++;
		copy_byte(l, i);
	}
}

static void tell_traps(const struct line *l, const struct physical *p,
		       void (*trap)(void *ctx, enum line_trap trap, struct span at), void *ctx)
{
	const char *b = l->source->bytes;
	if (p->comment)
		trap(ctx, p->in_quotes ? TRAP_HASH_IN_QUOTES : TRAP_HASH_IN_VALUE,
		     (struct span){ l->source->id, p->comment, p->comment + 1 });
	for (uint32_t i = p->start; p->backslash && i + 1 < p->end; i++) {
		if (b[i] != '\\')
			continue;
		/* Those that people write on purpose. */
		if (b[i + 1] != '#' && b[i + 1] != '\\')
			trap(ctx, TRAP_BACKSLASH, (struct span){ l->source->id, i, i + 2 });
		i++;
	}
}

bool line_next(struct line *l, void (*trap)(void *ctx, enum line_trap trap, struct span at), void *ctx)
{
	const struct source *s = l->source;
	struct physical p;
	if (l->next >= s->size)
		return false;
	take_physical(s, l->next, &p);
	l->next = p.next;
	l->at = NULL;
	l->start = p.start;
	l->s = s->bytes + p.start;
	l->n = p.end - p.start;
	if (!p.backslash && !p.comment)
		return true;
	tell_traps(l, &p, trap, ctx);
	if (!p.backslash)
		return true;
	l->n = 0;
	copy_part(l, &p);
	while (p.goes_on) {
		if (l->next >= s->size) {
			trap(ctx, TRAP_LAST_LINE, (struct span){ s->id, p.end, p.end + 1 });
			break;
		}
		take_physical(s, l->next, &p);
		l->next = p.next;
		tell_traps(l, &p, trap, ctx);
		copy_part(l, &p);
	}
	l->s = l->copy ? l->copy : "";
	l->at = l->room;
	return true;
}

bool line_blank(const struct line *l, uint32_t from)
{
	while (from < l->n && is_space(l->s[from]))
		from++;
	return from >= l->n;
}

static bool is_key_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

static uint32_t skip_blanks(const struct line *l, uint32_t i)
{
	while (i < l->n && is_space(l->s[i]))
		i++;
	return i;
}

/* "..." when a blank or the end follows the next quote; else whatever has no blank in it. */
static void take_value(const struct line *l, uint32_t i, struct pair_at *p)
{
	const char *quote = l->s[i] == '"' ? memchr(l->s + i + 1, '"', l->n - i - 1) : NULL;
	uint32_t close = quote ? (uint32_t)(quote - l->s) : 0;
	p->quoted = quote && (close + 1 >= l->n || is_space(l->s[close + 1]));
	p->value = i + p->quoted;
	p->value_end = close;
	if (!p->quoted)
		for (p->value_end = i; p->value_end < l->n && !is_space(l->s[p->value_end]);)
			p->value_end++;
	p->end = p->value_end + p->quoted;
	p->end += p->end < l->n;
}

bool pair_next(const struct line *l, uint32_t from, struct pair_at *p)
{
	memset(p, 0, sizeof(*p));
	uint32_t i = p->key = skip_blanks(l, from);
	while (i < l->n && is_key_byte(l->s[i]))
		i++;
	p->key_end = i;
	if (i == p->key)
		return false;
	i = skip_blanks(l, i);
	if (i < l->n && strchr("-*+/", l->s[i]) && l->s[i])
		p->op = i++;
	if (i >= l->n || l->s[i] != '=')
		return false;
	p->value = i = skip_blanks(l, i + 1);
	if (i >= l->n)
		return false;
	take_value(l, i, p);
	return true;
}

bool slurm_keys_begin(const struct source *src)
{
	uint32_t i = 0;
	while (i < src->size && (is_space(src->bytes[i]) || src->bytes[i] == '#')) {
		if (src->bytes[i] == '#')
			while (i < src->size && src->bytes[i] != '\n')
				i++;
		i += i < src->size;
	}
	struct line l = { .source = src, .s = src->bytes + i, .n = src->size - i };
	struct pair_at p;
	return (l.n > 8 && strncasecmp(l.s, "include", 7) == 0 && is_space(l.s[7])) || pair_next(&l, 0, &p);
}

void slurm_comments(struct arena *a, const struct source *s, struct slurm_comments *ret)
{
	struct physical p = { .next = 0 };
	*ret = (struct slurm_comments){ .begins = ARENA_ARRAY(a, (size_t)s->n_lines + 2, uint32_t) };
	for (uint32_t line = 1; line <= s->n_lines; line++) {
		ret->begins[line] = line > 1 && p.goes_on ? ret->begins[line - 1] : line;
		if (p.next >= s->size)
			continue;
		take_physical(s, p.next, &p);
		uint32_t end = p.next;
		while (end > p.start && strchr("\r\n", s->bytes[end - 1]))
			end--;
		if (p.hash != NO_HASH)
			*list_push(a, &ret->list) = (struct span){ s->id, p.hash, end };
	}
}
