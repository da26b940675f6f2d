/*
 * Comments. libyaml throws them away, so they are looked for in the bytes between scalars. Nothing but a
 * comment can hold a # there: anchors are letters and digits (libyaml's IS_ALPHA), tags are refused.
 */
#include <string.h>

#include "compiler/tree/reader.h"

void comments_scan(struct reader *r, uint32_t end, uint32_t next)
{
	const char *bytes = r->source->bytes;
	while (r->scanned < end) {
		const char *hash = memchr(bytes + r->scanned, '#', end - r->scanned);
		if (!hash)
			break;
		uint32_t start = (uint32_t)(hash - bytes);
		const char *newline = memchr(hash, '\n', r->source->size - start);
		uint32_t stop = newline ? (uint32_t)(newline - bytes) : r->source->size;
		r->scanned = stop;
		if (newline && bytes[stop - 1] == '\r')
			stop--;
		*list_push(r->arena, &r->tree->comments) = (struct comment){ span_make(r, start, stop) };
	}
	if (r->scanned < next)
		r->scanned = next;
}
