#include "compiler/base/map.h"

#include <string.h>

void map_init(struct map *m, struct arena *a)
{
	memset(m, 0, sizeof(*m));
	m->arena = a;
}

/* FNV-1a. Keys come from the user's own file, whose size is limited, so a hash that can
 * be attacked costs at most that file's square in comparisons of short names. */
static uint32_t hash(const char *key)
{
	uint32_t h = 2166136261u;
	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 16777619u;
	return h ^ (h >> 15);
}

static size_t slot_of(const struct map *m, const char *key)
{
	size_t i = hash(key) & (m->n_slots - 1);
	while (m->slots[i] && strcmp(m->v[m->slots[i] - 1].key, key) != 0)
		i = (i + 1) & (m->n_slots - 1);
	return i;
}

static void map_rehash(struct map *m)
{
	m->n_slots = m->n_slots ? m->n_slots * 2 : 16;
	m->slots = ARENA_ARRAY(m->arena, m->n_slots, uint32_t);
	for (size_t i = 0; i < m->n; i++)
		m->slots[slot_of(m, m->v[i].key)] = (uint32_t)i + 1;
}

struct map_entry *map_find(const struct map *m, const char *key)
{
	if (!m->n)
		return NULL;
	uint32_t at = m->slots[slot_of(m, key)];
	return at ? &m->v[at - 1] : NULL;
}

void *map_get(const struct map *m, const char *key)
{
	struct map_entry *e = map_find(m, key);
	return e ? e->value : NULL;
}

struct map_entry *map_add(struct map *m, const char *key, bool *ret_new)
{
	if (2 * (m->n + 1) > m->n_slots)
		map_rehash(m);
	size_t slot = slot_of(m, key);
	bool fresh = m->slots[slot] == 0;
	if (fresh) {
		if (m->n == m->cap) {
			size_t cap = m->cap ? m->cap * 2 : 8;
			m->v = arena_grow(m->arena, m->v, m->cap * sizeof(*m->v), cap * sizeof(*m->v));
			m->cap = cap;
		}
		m->v[m->n] = (struct map_entry){ .key = key };
		m->slots[slot] = (uint32_t)++m->n;
	}
	if (ret_new)
		*ret_new = fresh;
	return &m->v[m->slots[slot] - 1];
}

void map_set(struct map *m, const char *key, void *value)
{
	map_add(m, key, NULL)->value = value;
}
