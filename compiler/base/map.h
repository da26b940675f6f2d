/*
 * map.h: a map from text to pointers that remembers the order of insertion.
 *
 * Walk it by index: map->v[0 .. map->n-1] are its entries in the order in which they
 * came. Nothing is ever removed. Keys are not copied: they must live as long as the
 * map, as everything in one arena does.
 */
#ifndef HPCC_BASE_MAP_H
#define HPCC_BASE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "compiler/base/arena.h"

struct map_entry {
	const char *key;
	void *value;
};

struct map {
	struct map_entry *v;
	size_t n, cap;
	uint32_t *slots; /* index + 1 into v; 0 is empty */
	size_t n_slots;
	struct arena *arena;
};

void map_init(struct map *m, struct arena *a);
/* The entry of `key`, or NULL. */
struct map_entry *map_find(const struct map *m, const char *key);
/* The value of `key`, or NULL. */
void *map_get(const struct map *m, const char *key);
/* Adds `key` unless it is there; gives the entry and says by *ret_new which it was. */
struct map_entry *map_add(struct map *m, const char *key, bool *ret_new);
/* Adds or replaces. */
void map_set(struct map *m, const char *key, void *value);

#endif
