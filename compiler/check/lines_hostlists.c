/*
 * lines_hostlists.c: hostlists of slurm.conf as Slurm reads them, which is not as strict as hostlist.h, and depends on
 * the release. (hostlist.c: _parse_single_range(), _hostlist_create(). Tried on 22.05, 24.11 and 26.05.)
 */
#include "compiler/check/lines.h"

#include <string.h>

static bool is_separator(char c)
{
	return c == ',' || c == ' ' || c == '\t' || c == '\n';
}

/* strtoul() takes blanks and a '+' before a number, and holds at the largest. */
static const char *take_number(const char *s, const char *end, uint64_t *ret)
{
	const char *start;
	*ret = 0;
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	s += s < end && *s == '+';
	for (start = s; s < end && *s >= '0' && *s <= '9'; s++)
		*ret = *ret > (UINT64_MAX - 9) / 10 ? UINT64_MAX : *ret * 10 + (uint64_t)(*s - '0');
	return s > start ? s : NULL;
}

/* One range within brackets. What is wrong, or NULL; "" where hostlist.h knows better words. */
static const char *range_fault(struct arena *a, const char *s, const char *end)
{
	const char *dash = memchr(s, '-', (size_t)(end - s)), *second = dash ? dash + 1 : NULL;
	uint64_t lo, hi;
	if (take_number(s, dash ? dash : end, &lo) != (dash ? dash : end))
		return "";
	hi = lo;
	if (second && second < end && (*second == '-' || take_number(second, end, &hi) != end))
		return "";
	if (lo > hi)
		return "";
	if (hi - lo >= HOSTLIST_MAX_RANGE)
		return arena_printf(a, "a range has at most %d numbers", HOSTLIST_MAX_RANGE);
	return NULL;
}

static bool refuse(struct list_fault *f, const char *value, const char *s, const char *end, const char *message)
{
	*f = (struct list_fault){ LIST_REFUSED, message, (size_t)(s - value), (size_t)(end - value), false };
	return false;
}

/* The ranges between `s` and the ']' at `close`. */
static bool takes_ranges(struct check *c, const char *value, const char *s, const char *close, struct list_fault *f)
{
	for (;; s++) {
		const char *start = s;
		while (s < close && *s != ',')
			s++;
		const char *wrong = range_fault(c->arena, start, s);
		if (wrong)
			return refuse(f, value, start, s, wrong);
		if (s == close)
			return true;
	}
}

static const char *close_of(const char *open, const char *end)
{
	size_t depth = 0;
	for (const char *p = open; p < end; p++) {
		depth += *p == '[';
		depth -= *p == ']';
		if (!depth)
			return p;
	}
	return NULL;
}

/* Whether Slurm takes one term. */
static bool takes_term(struct check *c, const char *value, const char *s, const char *end, struct list_fault *f)
{
	const char *last = NULL;
	bool suffixes = release_knows_suffixes(c->records->release);
	for (const char *p = s; p < end; p++) {
		if (*p != '[')
			continue;
		const char *close = close_of(p, end);
		if (!close)
			return refuse(f, value, p, p + 1, "this `[` is never closed");
		if (memchr(p + 1, '[', (size_t)(close - p - 1))) {
			static const char nested[] = "brackets cannot stand within brackets";
			if (!suffixes)
				return refuse(f, value, p, close + 1, nested);
			*f = (struct list_fault){ LIST_ODD, nested, (size_t)(p - value), (size_t)(close + 1 - value),
						  false };
		} else if (!takes_ranges(c, value, p + 1, close, f)) {
			return false;
		}
		last = p = close;
	}
	if (last && last + 1 < end && !suffixes)
		return refuse(f, value, last + 1, end,
			      arena_printf(c->arena,
					   "Slurm %s takes no text behind the last bracket, which later ones do",
					   release_name(c->records->release)));
	return true;
}

/* The term at *at, over separators; *at moves behind it. NULL: no more. Brackets hold together what is in them, as long
 * as one closes yet: `last` is the value's last ']', or NULL. */
static const char *next_term(const char **at, const char *last)
{
	const char *s = *at;
	size_t depth = 0;
	while (is_separator(*s))
		s++;
	const char *start = s;
	for (; *s && (depth || !is_separator(*s)); s++) {
		if (*s == '[')
			depth += depth || (last && s < last);
		else if (*s == ']')
			depth -= depth > 0;
	}
	*at = s;
	return s > start ? start : NULL;
}

/* One range as hostlist.h has it: strtoul() passes over blanks and '+', which count in the width. */
static void plain_range(struct text *t, const char *s, const char *end)
{
	const char *dash = memchr(s, '-', (size_t)(end - s)), *first = dash ? dash : end;
	uint64_t lo, hi;
	take_number(s, first, &lo);
	text_addu(t, lo, *s == '0' || *s == ' ' || *s == '\t' || *s == '+' ? (int)(first - s) : 0);
	if (dash && dash + 1 < end && take_number(dash + 1, end, &hi)) {
		text_addc(t, '-');
		text_addu(t, hi, 0);
	}
}

/* The same names in hostlist.h's grammar, for a term that Slurm takes; nested brackets are not followed. */
static const char *plain_term(struct check *c, const char *s, const char *end)
{
	struct text t;
	bool within = false;
	text_init(&t, c->arena);
	while (s < end) {
		const char *start = s;
		if (!within || *s == ',' || *s == ']') {
			within = *s == '[' || (within && *s == ',');
			text_addc(&t, *s++);
			continue;
		}
		while (s < end && *s != ',' && *s != ']')
			s++;
		plain_range(&t, start, s);
	}
	return t.s;
}

/* What a term is to Slurm where hostlist.h does not take it: mostly one name of all its bytes. */
static bool odd_term(struct check *c, const char *value, const char *start, const char *end,
		     const struct hostlist_error *e, struct hostlist *ret, struct list_fault *f)
{
	bool literal = !memchr(start, '[', (size_t)(end - start));
	size_t offset = (size_t)(start - value);
	struct hostlist one;
	struct hostlist_error ignored;
	if (f->state == LIST_FINE)
		*f = (struct list_fault){ LIST_ODD, e->message, offset + e->start, offset + e->end, literal };
	if (literal)
		hostlist_add_name(ret, arena_strndup(c->arena, start, (size_t)(end - start)));
	else if (hostlist_parse(c->arena, plain_term(c, start, end), &one, &ignored))
		hostlist_add(ret, &one);
	else
		return false;
	return true;
}

static bool read_term(struct check *c, const char *value, const char *start, const char *end, struct hostlist *ret,
		      struct list_fault *f)
{
	struct hostlist one;
	struct hostlist_error e;
	struct list_fault mine = { 0 };
	bool takes = takes_term(c, value, start, end, &mine);
	bool parses = hostlist_parse(c->arena, arena_strndup(c->arena, start, (size_t)(end - start)), &one, &e);
	if (!parses && takes)
		return odd_term(c, value, start, end, &e, ret, f);
	/* Its own words are better, where it has any for the same thing. */
	if (!parses && !*mine.message)
		mine = (struct list_fault){ LIST_REFUSED, e.message, (size_t)(start - value) + e.start,
					    (size_t)(start - value) + e.end, false };
	if (mine.state > f->state)
		*f = mine;
	if (takes && parses)
		hostlist_add(ret, &one);
	return takes && parses && mine.state == LIST_FINE;
}

/* One name: most lists of a large file are. */
bool list_is_name(const char *value)
{
	size_t n = 0;
	while ((value[n] >= 'a' && value[n] <= 'z') || (value[n] >= '0' && value[n] <= '9') || value[n] == '.' ||
	       value[n] == '-' || value[n] == '_' || (value[n] >= 'A' && value[n] <= 'Z'))
		n++;
	return n && n <= HOSTLIST_MAX_NAME && !value[n];
}

/* The plain case, in one go: nothing but what both grammars take. */
static bool read_plain(struct check *c, const char *value, struct hostlist *ret)
{
	struct hostlist_error e;
	if (list_is_name(value)) {
		hostlist_init(ret, c->arena);
		ret->runs.v = ARENA_NEW(c->arena, struct hostrun);
		ret->runs.cap = 1;
		hostlist_add_name(ret, value);
		return true;
	}
	const char *bracket = strchr(value, '[');
	if (bracket && !release_knows_suffixes(c->records->release))
		return false;
	if (!*value || !hostlist_parse(c->arena, value, ret, &e))
		return false;
	/* Longer ranges are looked at one by one. */
	return !bracket || ret->count <= HOSTLIST_MAX_RANGE;
}

bool list_read(struct check *c, const char *value, struct hostlist *ret, struct list_fault *ret_fault)
{
	struct list_fault f = { 0 };
	bool known = true;
	if (!read_plain(c, value, ret)) {
		hostlist_init(ret, c->arena);
		const char *last = strrchr(value, ']');
		for (const char *at = value, *start; (start = next_term(&at, last));)
			known &= read_term(c, value, start, at, ret, &f);
	}
	if (ret_fault)
		*ret_fault = f;
	return known;
}

/* node_conf.c: expand_nodeline_info(): brackets are put round ports that have none. */
bool port_list_read(struct check *c, const char *value, struct hostlist *ret, struct list_fault *ret_fault)
{
	bool bare = *value && !strchr(value, '[');
	struct list_fault f;
	bool known = list_read(c, bare ? arena_printf(c->arena, "[%s]", value) : value, ret, &f);
	if (bare && f.state) {
		size_t n = strlen(value);
		f.start -= f.start > 0;
		f.end -= f.end > 0;
		f.end = f.end > n ? n : f.end;
	}
	if (ret_fault)
		*ret_fault = f;
	return known;
}

struct span part_place(const struct entry *e, size_t start, size_t end)
{
	size_t n = strlen(e->value);
	if (!span_known(e->span) || e->span.end - e->span.start != n || end > n || start >= end)
		return e->span;
	return (struct span){ e->span.source, e->span.start + (uint32_t)start, e->span.start + (uint32_t)end };
}
