#include "compiler/slurm/record.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

void records_init(struct records *r, struct arena *a, enum release release)
{
	memset(r, 0, sizeof(*r));
	r->arena = a;
	r->release = release;
}

struct record *record_add(struct records *r, enum slurm_file file, enum slurm_section section, struct span span)
{
	struct record *rec = ARENA_NEW(r->arena, struct record);
	rec->file = file;
	rec->section = section;
	rec->span = span;
	rec->comment = r->pending[file];
	r->pending[file] = NULL;
	*list_push(r->arena, &r->files[file]) = rec;
	*list_push(r->arena, &r->sections[file][section]) = rec;
	if (section == SECTION_GLOBAL)
		*list_push(r->arena, &r->globals[file]) = rec;
	return rec;
}

void records_break(struct records *r, enum slurm_file file, const char *comment)
{
	r->pending[file] = comment ? comment : "";
}

struct record *records_include(struct records *r, enum slurm_file file, const char *path)
{
	assert(*path && !strpbrk(path, " \t\r\n\v\f"));
	struct record *rec = record_add(r, file, SECTION_GLOBAL, (struct span){ 0 });
	rec->include = path;
	return rec;
}

/* The facts of a section stand together: two of one line share a bit only where it has more than 64. */
static uint64_t bit_of(const struct fact *f)
{
	return UINT64_C(1) << ((f - fact_table) & 63);
}

void record_seal(struct record *rec)
{
	for (size_t i = 0; i < rec->entries.n; i++)
		rec->has |= bit_of(rec->entries.v[i].fact);
}

struct entry *record_entry(const struct record *rec, const struct fact *f)
{
	if (f && rec->has && !(rec->has & bit_of(f)))
		return NULL;
	for (size_t i = 0; f && i < rec->entries.n; i++)
		if (rec->entries.v[i].fact == f)
			return &rec->entries.v[i];
	return NULL;
}

struct entry *record_set(struct records *r, struct record *rec, const char *key, const char *value)
{
	const struct fact *f = fact_find(rec->file, rec->section, key);
	assert(f);
	/* slurm.conf(5): the key that begins the line says which line it is. */
	assert(rec->section == SECTION_GLOBAL || rec->entries.n > 0 || f->type == FACT_LINE);
	struct entry *e = record_entry(rec, f);
	if (!e)
		e = list_push(r->arena, &rec->entries);
	if (rec->has)
		rec->has |= bit_of(f);
	*e = (struct entry){ .fact = f, .value = value };
	return e;
}

struct entry *record_find(const struct record *rec, const char *key)
{
	return record_entry(rec, fact_find(rec->file, rec->section, key));
}

const char *record_value(const struct record *rec, const char *key)
{
	const struct entry *e = record_find(rec, key);
	return e ? e->value : NULL;
}

struct entry *records_global(const struct records *r, enum slurm_file file, const char *key)
{
	const struct fact *f = fact_find(file, SECTION_GLOBAL, key);
	for (size_t i = 0; f && i < r->globals[file].n; i++) {
		struct entry *e = record_entry(r->globals[file].v[i], f);
		if (e)
			return e;
	}
	return NULL;
}

struct entry *records_set(struct records *r, enum slurm_file file, const char *key, const char *value)
{
	struct entry *e = records_global(r, file, key);
	if (!e)
		return record_set(r, record_add(r, file, SECTION_GLOBAL, (struct span){ 0 }), key, value);
	*e = (struct entry){ .fact = e->fact, .value = value };
	return e;
}

/* One word of a list: blanks around it do not count; `name` is its length up to '='. */
struct word {
	const char *s;
	size_t n, name;
};

/* Takes the next word off *rest; false after the last. Empty ones are passed over. */
static bool next_word(const char **rest, struct word *ret)
{
	const char *s = *rest + strspn(*rest, ", \t");
	size_t n = strcspn(s, ",");
	*rest = s + n;
	while (n > 0 && strchr(" \t", s[n - 1]))
		n--;
	size_t name = strcspn(s, "=");
	*ret = (struct word){ s, n, name < n ? name : n };
	return n > 0;
}

static bool holds_word(const char *list, const struct word *wanted)
{
	struct word w;
	while (next_word(&list, &w))
		if (w.name == wanted->name && strncasecmp(w.s, wanted->s, w.name) == 0)
			return true;
	return false;
}

void entry_join(struct records *r, struct entry *e, const char *words)
{
	struct text t;
	struct word w;
	text_init(&t, r->arena);
	text_add(&t, e->value ? e->value : "");
	while (next_word(&words, &w)) {
		if (holds_word(t.s, &w))
			continue;
		if (t.n > 0)
			text_addc(&t, ',');
		text_addn(&t, w.s, w.n);
	}
	e->value = t.s;
}
