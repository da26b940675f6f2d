/*
 * comment.h: the comment that a file begins with, or that stands between its lines, in formats whose comments begin
 * with a mark and end with the line.
 */
#ifndef HPCC_WRITE_COMMENT_H
#define HPCC_WRITE_COMMENT_H

#include "compiler/base/text.h"

/* Each line of `lines` after the mark and a blank; nothing if `lines` is NULL. Whatever some reader takes for a line's
 * end (a carriage return, U+0085, U+2028, U+2029) begins a new line of comment, so that nothing ever leaves it; other
 * control characters, which YAML refuses, are shown: \x1b. */
void comment_add(struct text *out, const char *mark, const char *lines);

#endif
