/* table.c: texts in columns. */
#include "compiler/cli/table.h"

#include <string.h>

struct table table_new(struct arena *a, const char *const *headings)
{
	struct table t = { .arena = a };
	while (headings[t.columns])
		t.columns++;
	table_line(&t, headings);
	return t;
}

void table_line(struct table *t, const char *const *texts)
{
	struct table_line *l = list_push(t->arena, &t->lines);
	for (size_t i = 0; i < t->columns; i++)
		l->column[i] = texts[i];
}

static size_t width(const struct table *t, size_t column)
{
	size_t widest = 0;
	for (size_t i = 0; i < t->lines.n; i++) {
		size_t n = strlen(t->lines.v[i].column[column]);
		widest = n > widest ? n : widest;
	}
	return widest;
}

void table_print(const struct table *t, struct text *out)
{
	size_t widths[TABLE_COLUMNS] = { 0 };
	for (size_t i = 0; i + 1 < t->columns; i++)
		widths[i] = width(t, i) + 2;
	for (size_t i = 0; i < t->lines.n; i++) {
		const struct table_line *l = &t->lines.v[i];
		for (size_t j = 0; j < t->columns; j++)
			text_addf(out, "%-*s", (int)widths[j], l->column[j]);
		text_addc(out, '\n');
	}
}
