/*
 * What was probably meant: the optimal string alignment distance (Damerau-Levenshtein in which no
 * piece is changed twice), counted in halves so that a wrong case weighs half a wrong letter.
 */
#include "compiler/source/diag.h"

#include <string.h>

#include "compiler/base/text.h"

enum {
	WORD_MAX = 80, /* nobody mistypes longer words: those are other things */
	STEP = 2,
	CASE_STEP = 1, /* where case counts */
	NEVER = 1 << 20,
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int change(char a, char b, int case_step)
{
	if (a == b)
		return 0;
	return lower(a) == lower(b) ? case_step : STEP;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* The distance, or NEVER once it must exceed `limit`. */
static int distance(const char *a, size_t n, const char *b, size_t m, int limit, int case_step)
{
	int rows[3][WORD_MAX + 1];
	int *before = rows[0], *last = rows[1], *row = rows[2];
	for (size_t j = 0; j <= m; j++)
		last[j] = (int)j * STEP;
	for (size_t i = 1; i <= n; i++) {
		int best = row[0] = (int)i * STEP;
		for (size_t j = 1; j <= m; j++) {
			row[j] = least(least(last[j], row[j - 1]) + STEP,
				       last[j - 1] + change(a[i - 1], b[j - 1], case_step));
			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
				row[j] = least(row[j], before[j - 2] + STEP);
			best = least(best, row[j]);
		}
		if (best > limit + STEP) /* a swap reaches back two rows */
			return NEVER;
		int *oldest = before;
		before = last;
		last = row;
		row = oldest;
	}
	return last[m];
}

static const char *nearest(const char *word, const char *const *candidates, size_t n, int case_step)
{
	size_t size = strlen(word);
	if (size == 0 || size > WORD_MAX)
		return NULL;
	const char *found = NULL;
	int best = NEVER;
	for (size_t i = 0; i < n; i++) {
		size_t other = strlen(candidates[i]), longer = size > other ? size : other;
		if (other == 0 || other > WORD_MAX)
			continue;
		int third = text_equal_nocase(word, candidates[i]) ? NEVER : (int)longer * STEP / 3;
		int limit = least(third, best - 1);
		size_t apart = longer - (size < other ? size : other);
		if ((int)apart * STEP > limit)
			continue;
		int d = distance(word, size, candidates[i], other, limit, case_step);
		if (d <= limit) {
			best = d;
			found = candidates[i];
		}
	}
	return found;
}

const char *suggest(const char *word, const char *const *candidates, size_t n)
{
	return nearest(word, candidates, n, CASE_STEP);
}

const char *suggest_nocase(const char *word, const char *const *candidates, size_t n)
{
	return nearest(word, candidates, n, 0);
}
