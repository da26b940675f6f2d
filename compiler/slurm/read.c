/*
 * read.c: lines of Slurm's files into records. (parse_config.c: s_p_parse_file(), _parse_next_key(), s_p_parse_line())
 */
#include "compiler/slurm/read.h"

#include <string.h>
#include <strings.h>

#include "compiler/slurm/read_parts.h"
#include "compiler/slurm/read_said.h"

void slurm_reader_init(struct slurm_reader *r, struct arena *a, struct sources *s, struct diags *d,
		       struct slurm_files *files, enum release release)
{
	memset(r, 0, sizeof(*r));
	r->arena = a;
	r->sources = s;
	r->diags = d;
	r->files = files;
	records_init(&files->records, a, release);
	r->seen = ARENA_ARRAY(a, fact_count, struct record *);
}

/* Whether a name holds a word: "slurm" in my-slurm.conf, not in slurmdbd.conf. */
static bool holds(const char *name, const char *word, size_t n)
{
	for (const char *at = name; *at; at++)
		if (strncasecmp(at, word, n) == 0 && (at[n] == '\0' || strchr(".-_", at[n])) &&
		    (at == name || strchr(".-_", at[-1])))
			return true;
	return false;
}

enum slurm_file slurm_file_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	enum slurm_file best = SLURM_FILE_COUNT;
	size_t longest = 0;
	for (int f = 0; f < SLURM_FILE_COUNT; f++) {
		const char *known = slurm_file_name((enum slurm_file)f);
		size_t whole = strlen(known), stem = (size_t)(strrchr(known, '.') - known);
		size_t n = holds(name, known, whole) ? whole : holds(name, known, stem) ? stem : 0;
		if (n > longest) {
			best = (enum slurm_file)f;
			longest = n;
		}
	}
	return best;
}

/* ---- entries */

static char *text_between(struct slurm_reader *r, const struct line *l, uint32_t from, uint32_t to)
{
	return arena_strndup(r->arena, l->s + from, to - from);
}

/* A key, for looking it up: in `room` unless it is longer than any of Slurm's. */
enum { KEY_ROOM = 64 };
static const char *key_text(struct slurm_reader *r, const struct line *l, const struct pair_at *p, char room[KEY_ROOM])
{
	uint32_t n = p->key_end - p->key;
	if (n >= KEY_ROOM)
		return text_between(r, l, p->key, p->key_end);
	memcpy(room, l->s + p->key, n);
	room[n] = '\0';
	return room;
}

/* What a broken list would be without its blanks. */
static const char *text_joined(struct slurm_reader *r, const struct line *l, const struct pair_at *p)
{
	char *text = text_between(r, l, p->value, p->value_end), *to = text;
	for (const char *s = text; *s; s++)
		if (!is_space(*s))
			*to++ = *s;
	*to = '\0';
	return text;
}

static void fill_entry(struct slurm_reader *r, const struct line *l, const struct pair_at *p, const struct fact *f,
		       const struct fact *old, struct entry *ret)
{
	*ret = (struct entry){ .fact = f,
			       .old = old,
			       .value = p->joined ? text_joined(r, l, p) : text_between(r, l, p->value, p->value_end),
			       .span = line_span(l, p->value, p->value_end),
			       .key_span = line_span(l, p->key, p->key_end) };
	if (p->quoted && p->value == p->value_end) /* "": the place is the quotes */
		ret->span = line_span(l, p->value - 1, p->value_end + 1);
}

/* The key as the release has it: what merely got another name is one key. One that became a line that may be repeated
 * (ControlMachine, SlurmctldHost) or a word of another key is something else. */
static const struct fact *fact_named(struct slurm_reader *r, enum slurm_section section, const char *key,
				     const struct fact **ret_old)
{
	const struct fact *f = fact_find(r->file, section, key);
	const struct fact *now = f && !f->renamed_word ? fact_current(f, r->files->records.release) : f;
	bool same = now != f && !now->repeatable && now->type == f->type;
	*ret_old = same ? f : NULL;
	return same ? now : f;
}

/* Whether what stands at `from`, behind a list, is a key of its own: one that is known, or was meant to be. */
static bool begins_key(struct slurm_reader *r, const struct line *l, enum slurm_section section, uint32_t from,
		       bool weighed)
{
	struct pair_at next;
	char room[KEY_ROOM];
	if (!pair_next(l, from, &next))
		return false;
	const char *key = key_text(r, l, &next, room);
	if (fact_find(r->file, section, key) || slurm_section_of(r->file, key) != SECTION_GLOBAL ||
	    fact_find(r->file, SECTION_GLOBAL, key))
		return true;
	return section != SECTION_GLOBAL && !weighed && fact_suggest(r->file, section, r->files->records.release, key);
}

/* "c1, c2": where Slurm's value ends and the list does not. It is taken whole, so that nothing else is said of what
 * stands behind the blank; `tell`: this is. */
static void join_list(struct slurm_reader *r, const struct line *l, enum slurm_section section, struct pair_at *p,
		      bool tell)
{
	bool weighed = memchr(l->s + p->value, '=', p->value_end - p->value); /* CPU=1.0, Mem=0.25G */
	for (uint32_t from = p->value_end; !p->quoted; from = p->value_end) {
		while (from < l->n && is_space(l->s[from]))
			from++;
		bool behind = from < l->n && l->s[from] == ',';
		if (from >= l->n || from == p->value_end || (l->s[p->value_end - 1] != ',' && !behind) ||
		    begins_key(r, l, section, from, weighed))
			return;
		uint32_t end = from;
		while (end < l->n && !is_space(l->s[end]))
			end++;
		if (tell && !p->joined)
			said_list_broken(r, line_span(l, p->value_end, from), line_span(l, from, end), behind);
		p->joined = true;
		p->value_end = end;
		p->end = end + (end < l->n);
	}
}

/* `+=` and its like mean no more than `=` (keyvalue_pattern: the operator is matched, and nobody asks for it). */
static void look_at_pair(struct slurm_reader *r, const struct line *l, const struct pair_at *p)
{
	if (p->op)
		said_operator(r, line_span(l, p->op, p->op + 1), line_span(l, p->key, p->key_end));
	if (!p->quoted)
		said_quotes(r, l->s + p->value, p->value_end - p->value, line_span(l, p->value, p->value_end));
}

/* ---- global keys */

static void add_global(struct slurm_reader *r, const struct line *l, const struct pair_at *p, const struct fact *f,
		       const struct fact *old)
{
	struct records *all = &r->files->records;
	struct entry e;
	fill_entry(r, l, p, f, old, &e);
	struct record **seen = &r->seen[f - fact_table];
	if (*seen && !fact_repeatable(f, all->release)) {
		struct entry *first = &(*seen)->entries.v[0];
		said_twice(r, first, &e);
		*first = e;
		(*seen)->span = e.key_span;
		return;
	}
	struct record *rec = record_add(all, r->file, SECTION_GLOBAL, e.key_span);
	*list_push(r->arena, &rec->entries) = e;
	if (!*seen)
		*seen = rec;
}

/* ---- lines of a section of their own */

static void add_entry(struct slurm_reader *r, struct record *rec, const struct entry *e)
{
	struct entry *first = record_entry(rec, e->fact);
	if (!first) {
		*list_push(r->arena, &rec->entries) = *e;
		return;
	}
	if (fact_repeatable(e->fact, r->files->records.release))
		return;
	said_twice(r, first, e);
	/* Slurm asks for the new name first. */
	if (!e->old || first->old)
		*first = *e;
}

/* Keys behind the one that begins the line. Returns where it ended. */
static uint32_t read_rest(struct slurm_reader *r, const struct line *l, struct record *rec, uint32_t from)
{
	struct pair_at p;
	while (pair_next(l, from, &p)) {
		char room[KEY_ROOM];
		const char *key = key_text(r, l, &p, room);
		const struct fact *old, *f = fact_named(r, rec->section, key, &old);
		struct entry e;
		look_at_pair(r, l, &p);
		join_list(r, l, rec->section, &p, f != NULL);
		from = p.end;
		if (!f || (f->type == FACT_LINE && rec->entries.n && f == rec->entries.v[0].fact)) {
			said_unknown(r, rec->section, key, line_span(l, p.key, p.key_end), rec->entries.v[0].fact);
			rec->has_unknown = true;
			continue;
		}
		fill_entry(r, l, &p, f, old, &e);
		if (p.quoted)
			said_blank_in_name(r, &e);
		add_entry(r, rec, &e);
	}
	return from;
}

static bool takes_defaults(enum slurm_section s)
{
	return s == SECTION_NODE || s == SECTION_PARTITION || s == SECTION_FRONTEND;
}

/* _parse_nodename(): a DEFAULT line is laid over those before it. */
static void lay_defaults(struct slurm_reader *r, struct record *rec)
{
	struct record **all = &r->defaults[rec->section];
	struct record *sum = ARENA_NEW(r->arena, struct record);
	sum->file = rec->file;
	sum->section = rec->section;
	for (size_t i = 1; i < rec->entries.n; i++)
		*list_push(r->arena, &sum->entries) = rec->entries.v[i];
	for (size_t i = 0; *all && i < (*all)->entries.n; i++)
		if (!record_entry(sum, (*all)->entries.v[i].fact))
			*list_push(r->arena, &sum->entries) = (*all)->entries.v[i];
	*all = sum;
	rec->is_default = true;
}

static void inherit(struct slurm_reader *r, struct record *rec)
{
	const struct record *from = r->defaults[rec->section];
	size_t own = rec->entries.n;
	for (size_t i = 0; from && i < from->entries.n; i++) {
		bool there = false;
		for (size_t j = 1; j < own && !there; j++)
			there = rec->entries.v[j].fact == from->entries.v[i].fact;
		if (there)
			continue;
		struct entry *e = list_push(r->arena, &rec->entries);
		*e = from->entries.v[i];
		e->inherited = true;
	}
}

/* As much room as a line's keys can want: what grows is copied, and thousands of lines are all of one length. */
static void make_room(struct slurm_reader *r, const struct line *l, struct record *rec)
{
	const struct record *defaults = r->defaults[rec->section];
	size_t n = defaults ? defaults->entries.n : 0;
	for (uint32_t i = 0; i < l->n; i++)
		n += l->s[i] == '=';
	rec->entries.v = ARENA_ARRAY(r->arena, n, struct entry);
	rec->entries.cap = n;
}

static uint32_t read_section(struct slurm_reader *r, const struct line *l, const struct pair_at *p,
			     enum slurm_section section, const struct fact *f)
{
	struct record *rec = record_add(&r->files->records, r->file, section, line_span(l, p->key, p->value_end));
	make_room(r, l, rec);
	fill_entry(r, l, p, f, NULL, list_push(r->arena, &rec->entries));
	uint32_t end = read_rest(r, l, rec, p->end);
	if (takes_defaults(section) && strcasecmp(rec->entries.v[0].value, "DEFAULT") == 0)
		lay_defaults(r, rec);
	else if (takes_defaults(section))
		inherit(r, rec);
	record_seal(rec);
	return end;
}

/* ---- lines */

/* What is left of a line is another key, or nothing that Slurm could read. Either way it stops; the keys are read for
 * what else is wrong with them. */
void read_leftover(struct slurm_reader *r, const struct line *l, uint32_t from, struct span first)
{
	struct pair_at p;
	bool pair = pair_next(l, from, &p);
	uint32_t end = l->n;
	while (end > from && is_space(l->s[end - 1]))
		end--;
	if (!pair) {
		said_syntax(r, l, from, end);
		return;
	}
	said_two_keys(r, line_span(l, p.key, p.value_end), first);
	read_line(r, l, from);
}

/* A password's key, or what was meant to be one. */
static bool is_password(const struct slurm_reader *r, const char *key, const struct fact *f)
{
	if (f || fact_is_secret(key))
		return fact_is_secret(key);
	const char *meant = fact_suggest(r->file, SECTION_GLOBAL, r->files->records.release, key);
	return meant && fact_is_secret(meant);
}

void read_line(struct slurm_reader *r, const struct line *l, uint32_t from)
{
	struct pair_at p;
	if (!pair_next(l, from, &p)) {
		uint32_t end = l->n;
		while (end > from && is_space(l->s[end - 1]))
			end--;
		if (end > from)
			said_syntax(r, l, from, end);
		return;
	}
	char room[KEY_ROOM];
	const char *key = key_text(r, l, &p, room);
	enum slurm_section section = slurm_section_of(r->file, key);
	const struct fact *old, *f = fact_named(r, section, key, &old);
	struct span at = line_span(l, p.key, p.key_end);
	look_at_pair(r, l, &p);
	join_list(r, l, section, &p, f != NULL);
	uint32_t end = p.end;
	if (!f)
		said_unknown(r, section, key, at, NULL);
	else if (section != SECTION_GLOBAL)
		end = read_section(r, l, &p, section, f);
	else
		add_global(r, l, &p, f, old);
	if (line_blank(l, end))
		return;
	/* What follows may be more of a password: nothing of it is named. */
	if (is_password(r, key, f))
		said_open_password(r, at);
	else
		read_leftover(r, l, end, at);
}

/* ---- a file */

void slurm_read(struct slurm_reader *r, enum slurm_file file, const struct source *src)
{
	r->file = file;
	r->files->sources[file] = src;
	memset(r->defaults, 0, sizeof(r->defaults));
	read_source(r, &(struct include){ NULL, src, src->name, 0, { src->id, 0, 0 } });
}
