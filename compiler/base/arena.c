#include "compiler/base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_SIZE = 256 * 1024, ALIGN = alignof(max_align_t) };

struct block {
	struct block *next;
	size_t size, used;
	max_align_t bytes[];
};

struct arena {
	struct block *first; /* the one that is being filled */
	struct block *spare; /* emptied, and zeroed again */
	size_t used;
};

/* No caller can mend this, and stdio may need memory: write(2) and leave. */
static void out_of_memory(void)
{
	static const char text[] = "hpcc: out of memory\n";
	ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)ignored;
	_exit(1);
}

static size_t aligned(size_t size)
{
	if (size > SIZE_MAX / 2)
		out_of_memory();
	return (size + ALIGN - 1) & ~((size_t)ALIGN - 1);
}

static struct block *block_new(size_t size)
{
	/* Zeroed once, mostly by the kernel; a byte is handed out once, so arena_alloc need not do it again. */
	struct block *b = calloc(1, sizeof(*b) + size);
	if (!b)
		out_of_memory();
	b->size = size;
	return b;
}

/* The first spare block that is large enough; they are of one size, but for a few. */
static struct block *block_take(struct arena *a, size_t size)
{
	for (struct block **at = &a->spare; *at; at = &(*at)->next) {
		struct block *b = *at;
		if (b->size < size)
			continue;
		*at = b->next;
		b->next = NULL;
		return b;
	}
	return block_new(size);
}

struct arena *arena_new(void)
{
	struct arena *a = calloc(1, sizeof(*a));
	if (!a)
		out_of_memory();
	a->first = block_new(BLOCK_SIZE);
	return a;
}

static void free_blocks(struct block *b)
{
	while (b) {
		struct block *next = b->next;
		free(b);
		b = next;
	}
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	free_blocks(a->first);
	free_blocks(a->spare);
	free(a);
}

void arena_empty(struct arena *a)
{
	for (struct block *b = a->first; b;) {
		struct block *next = b->next;
		memset(b->bytes, 0, b->used);
		b->used = 0;
		b->next = a->spare;
		a->spare = b;
		b = next;
	}
	a->used = 0;
	a->first = block_take(a, BLOCK_SIZE);
}

void *arena_alloc(struct arena *a, size_t size)
{
	size = aligned(size ? size : 1);
	struct block *b = a->first;
	if (size > b->size - b->used) {
		/* A large piece gets a block of its own behind the one being filled,
		 * so that the room left there is not lost. */
		struct block *fresh = block_take(a, size > BLOCK_SIZE / 4 ? size : BLOCK_SIZE);
		if (size > BLOCK_SIZE / 4) {
			fresh->next = b->next;
			b->next = fresh;
		} else {
			fresh->next = b;
			a->first = fresh;
		}
		b = fresh;
	}
	void *p = (char *)b->bytes + b->used;
	b->used += size;
	a->used += size;
	return p;
}

void *arena_grow(struct arena *a, void *old, size_t old_size, size_t size)
{
	if (size <= old_size && old)
		return old;
	struct block *b = a->first;
	size_t had = aligned(old_size ? old_size : 1), want = aligned(size ? size : 1);
	if (old && (char *)old + had == (char *)b->bytes + b->used && want - had <= b->size - b->used) {
		b->used += want - had;
		a->used += want - had;
		return old;
	}
	void *p = arena_alloc(a, size);
	if (old)
		memcpy(p, old, old_size);
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);
	memcpy(p, s, n);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(struct arena *a, const char *format, va_list args)
{
	char small[512];
	va_list again;
	va_copy(again, args);
	if (!format)
		format = ""; /* never so; gcc's sanitizers want to be told */
	int n = vsnprintf(small, sizeof(small), format, args);
	if (n < 0)
		n = 0; /* a bad format of ours: tests see the empty text */
	char *p = arena_alloc(a, (size_t)n + 1);
	if ((size_t)n < sizeof(small))
		memcpy(p, small, (size_t)n);
	else
		n = vsnprintf(p, (size_t)n + 1, format, again);
	va_end(again);
	return p;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *p = arena_vprintf(a, format, args);
	va_end(args);
	return p;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
