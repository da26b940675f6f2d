/*
 * facts_read.h: reads facts.tsv and words.tsv for facts_gen.c. Part of that build tool alone.
 *
 * Whatever is wrong with a row ends the process with file:line. Nothing is freed: the tool ends soon.
 */
#ifndef HPCC_SLURM_FACTS_READ_H
#define HPCC_SLURM_FACTS_READ_H

#include <stdbool.h>
#include <stddef.h>

/* The columns of facts.tsv and of words.tsv: what they mean stands at the top of each. */
enum fact_column {
	F_FILE,
	F_SECTION,
	F_KEY,
	F_TYPE,
	F_FIRST,
	F_REMOVED,
	F_DEFUNCT,
	F_REFUSED,
	F_REPEAT,
	F_RENAMED,
	F_DEFAULT,
	F_COST_BEFORE,
	F_COST,
	F_PLUGIN,
	F_COUNT
};
enum word_column { W_FILE, W_SECTION, W_KEYS, W_WORD, W_FIRST, W_LAST, W_COUNT };

struct row {
	const char *field[F_COUNT];
	const char *path;
	int line;
	int file, section;
	const char *key; /* of words.tsv: one of those that share the row */
};

enum { MAX_ROWS = 8192 };
struct table {
	struct row v[MAX_ROWS];
	size_t n;
};

/* What a cell may say, in the order of the enums of fact.h; each ends with NULL. */
extern const char *const releases[], *const files[], *const sections[], *const types[], *const costs[];

_Noreturn void die(const struct row *r, const char *what, const char *cell);
/* The index of a cell among names. */
int number_of(const struct row *r, const char *const *names, const char *what, const char *cell);
int release_of(const struct row *r, const char *cell);
static inline bool is_none(const char *cell)
{
	return cell[0] == '-' && cell[1] == '\0';
}

void read_table(struct table *t, const char *path, int columns);
/* By file, section and key (without case), as fact.c searches. */
int compare_places(const void *a, const void *b);
/* The same, then by word. */
int compare_words(const void *a, const void *b);
/* Sorts; two rows that compare alike are an error. */
void sort_table(struct table *t, int (*compare)(const void *, const void *));
/* The row of a key in the section of `place`, or NULL; the table is sorted. */
const struct row *find_row(const struct table *facts, const struct row *place, const char *key);

#endif
