/* table.h: lines of texts in columns, for people: each column as wide as its widest text, the last one free. */
#ifndef HPCC_CLI_TABLE_H
#define HPCC_CLI_TABLE_H

#include "compiler/base/list.h"
#include "compiler/base/text.h"

enum { TABLE_COLUMNS = 8 };

struct table_line {
	const char *column[TABLE_COLUMNS];
};
struct table {
	struct arena *arena;
	size_t columns;
	LIST(struct table_line) lines;
};

/* The columns' headings, which end with NULL: the first line. */
struct table table_new(struct arena *a, const char *const *headings);
/* As many texts as there are columns. */
void table_line(struct table *t, const char *const *texts);
void table_print(const struct table *t, struct text *out);

#endif
