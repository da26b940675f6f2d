/*
 * arena.h: memory that lives and dies with one compile.
 *
 * Everything a compile makes is allocated from its arena and released at once by
 * arena_free(). Nothing in it is freed on its own, so there is no ownership to think
 * about below the command line: who has the arena has everything.
 *
 * Allocation never returns NULL: out of memory ends the process with a message and
 * exit code 1 (arena.c), since no caller could do anything wiser.
 */
#ifndef HPCC_BASE_ARENA_H
#define HPCC_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);
/* Takes everything back at once and keeps the memory for what comes: for the same work done again. */
void arena_empty(struct arena *a);

/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *a, size_t size);

/* A block of `size` bytes that begins with the `old_size` bytes at `old` (which may be
 * NULL), the rest zeroed. The newest block grows in place; others are copied. */
void *arena_grow(struct arena *a, void *old, size_t old_size, size_t size);

char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* Bytes handed out so far (for the benchmark). */
size_t arena_used(const struct arena *a);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_alloc((a), (size_t)(n) * sizeof(type)))

#endif
