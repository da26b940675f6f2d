/*
 * said.h: what rules share: how a finding names values and keys, saying a thing once, walking records.
 */
#ifndef HPCC_CHECK_SAID_H
#define HPCC_CHECK_SAID_H

#include "compiler/base/map.h"
#include "compiler/check/check.h"

/* Values as the user wrote them there, else in their shortest form. */
const char *memory_said(const struct check *c, int64_t bytes, struct span span);
const char *time_said(const struct check *c, int64_t seconds, struct span span);
/* c[1-4] */
const char *names_said(const struct check *c, const struct hostlist *h);
/* Its key: the spec's word for it where it has one, else Slurm's. */
const char *key_said(const struct entry *e);
/* "node 'c1'", "nodes 'c[1-4]'" */
const char *nodes_said(const struct check *c, const struct hostlist *h);

/* A finding of another severity than its rule's row has. */
struct diag *finding_as(struct check *c, enum severity severity, struct span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* A finding of a rule over records where Slurm logs an error and takes something else: a warning in files, in which it
 * is at work. */
#define doubt(c, ...) finding_as((c), (c)->files ? SEVERITY_WARNING : (c)->rule->severity, __VA_ARGS__)

/* Whether this is the first finding at a place: hardware that a thousand groups share is wrong once, and the parts that
 * resolve made of one group are one group. `seen` is made by map_init(). */
bool first_at(struct check *c, struct map *seen, struct span span);

/* Whether one of a mapping's bodies could not be read whole. */
bool any_broken(const struct entries *e);

/* The records of one section, in order, DEFAULT lines not among them:
 *	const struct record *rec;
 *	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) */
const struct record *records_next(const struct records *r, enum slurm_file file, enum slurm_section section, size_t *i);
/* Whether slurm.conf is among the files: else nobody can say what is absent from it. */
static inline bool has_slurm_conf(const struct check *c)
{
	return c->files->sources[SLURM_CONF] != NULL;
}
/* A global entry of slurm.conf, or NULL. */
const struct entry *global(const struct check *c, const char *key);
/* What is in force of it: what was written, else the release's default; NULL where there is none. */
const char *value_in_force(const struct check *c, const char *key);
/* A number of a line, when it is one; `otherwise` when the key is absent or no number. */
uint64_t number_of(const struct record *rec, const char *key, uint64_t otherwise);
/* Without capitals: the text itself where it has none. */
const char *in_lower_case(struct arena *a, const char *s);
/* Digits alone. */
bool is_digits(const char *s);
/* Whether an entry is there, and says yes. */
bool says_yes(const struct entry *e);
/* Whether a comma-separated value holds a word (without case, up to '='). NULL holds none. */
bool holds_word(const char *list, const char *word);
/* What stands behind "word=" in such a value, up to the next comma; NULL: nothing does. */
const char *word_value(struct arena *a, const char *list, const char *word);
/* Whether a node of slurm.conf has a gres of that name. */
bool nodes_have_gres(const struct check *c, const char *name);
/* Where a line's key was written, else where the line's own thing is. */
struct span entry_place(const struct record *rec, const struct entry *e);

#endif
