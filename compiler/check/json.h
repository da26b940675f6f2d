/*
 * json.h: where a text stops being JSON.
 *
 * RFC 8259, as strict as the readers that the files are for: no comments, no comma behind the last item, double quotes.
 * A reader, and no writer: that is compiler/write. Builds nothing, and takes any bytes.
 */
#ifndef HPCC_CHECK_JSON_H
#define HPCC_CHECK_JSON_H

#include <stdbool.h>
#include <stddef.h>

struct json_fault {
	size_t start, end;	 /* the bytes at fault */
	const char *what, *help; /* help may be NULL */
	size_t opened;		 /* the bracket that is not closed, else the text's size */
};

enum { JSON_DEPTH = 256 }; /* objects and lists in each other */

/* Whether it is JSON; *ret is set where it is not. */
bool json_reads(const char *s, size_t n, struct json_fault *ret);

/* "key": "value", without their quotes, escapes as they stand. */
struct json_member {
	size_t key, key_end, value, value_end;
};
/* The next one whose value is text, from *at on, of a text that is JSON; false when there is none. */
bool json_next_text(const char *s, size_t n, size_t *at, struct json_member *ret);

#endif
