/* records.h: what the files share that look at Slurm's records. */
#ifndef HPCC_CHECK_RECORDS_H
#define HPCC_CHECK_RECORDS_H

#include "compiler/base/map.h"
#include "compiler/check/check.h"

/* One rule's way over all entries. Values flow from defaults to many groups: each place is reported once. */
struct entry_pass {
	struct check *c;
	struct map seen;
	struct map known; /* of the rule's own; empty at first */
};
/* Calls `each` for every entry that somebody wrote and Slurm reads. */
void entries_walk(struct check *c, void (*each)(struct entry_pass *p, const struct entry *e));
/* The same of keys that stand on no line of a node's or a partition's: of ten thousand nodes there is nothing to see then. */
void globals_walk(struct check *c, void (*each)(struct entry_pass *p, const struct entry *e));
/* Whether nothing has been said of this key and word at this place yet. Asked only once something is wrong. */
bool entry_fresh(struct entry_pass *p, const struct entry *e, const char *word);

/* One word of a comma-separated value: without blanks around it; `name` is its part before '='. */
struct value_word {
	const char *text, *name; /* of the arena */
	const char *at;		 /* where it begins in the value */
};
/* Takes the next word off *rest; false after the last. Empty ones are passed over. */
bool value_next(struct arena *a, const char **rest, struct value_word *ret);

/* Where a word stands within a value's span: the whole span unless it stands there just once. */
struct span span_within(const struct check *c, struct span span, const char *word);
/* Where a part of a word of the entry's value stands: `part` is its text, its name, or lies in its text. Looks there
 * first: of a list of thousands each word is found at once. */
struct span word_within(const struct check *c, const struct entry *e, const struct value_word *w, const char *part);

/* What was meant by a value that its fact does not take: 131072 by 128G, 4:00:00 by 4h, 98 by 98%; NULL: nobody knows. */
const char *value_meant(struct arena *a, const struct fact *f, const char *value); /* records_meant.c */

/* Whether a key's value is a number of a width. */
static inline bool value_is_number(const struct fact *f)
{
	return f->type == FACT_U16 || f->type == FACT_U32 || f->type == FACT_U64;
}

/* Whether a key is in MiB. */
bool value_is_memory(const struct fact *f);

/* records_range.c */
void run_value_range(struct check *c);

/* records_words.c */
void run_unknown_word(struct check *c);
void run_word_release(struct check *c);

/* records_weights.c */
void run_weights(struct check *c);

/* Pairs of keys that quarrel or need each other (records_pairs.c): runs the rows of the rule that runs. */
void run_pairs(struct check *c);
/* What they are looked up by: the global entries of slurm.conf and cgroup.conf that Slurm reads, by key. */
void map_globals(const struct check *c, struct map *globals);
/* Whether a word is one of "a|b": whole, or without the part before '/'. */
bool word_among(const char *word, const char *words);
/* How many words of a value are among those (NULL: all); the first in *ret_word. */
size_t count_words(struct arena *a, const char *value, const char *words, const char **ret_word);

/* records_companions.c: files beside slurm.conf that a plugin reads. */
void run_companions(struct check *c);

#endif
