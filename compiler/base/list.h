/*
 * list.h: a typed array that grows in an arena.
 *
 *	LIST(const char *) names = { 0 };
 *	*list_push(arena, &names) = "c1";
 *	for (size_t i = 0; i < names.n; i++) use(names.v[i]);
 *
 * The array may move when it grows: keep indexes, not pointers, while pushing.
 */
#ifndef HPCC_BASE_LIST_H
#define HPCC_BASE_LIST_H

#include "compiler/base/arena.h"

#define LIST(type)                                                                                                     \
	struct {                                                                                                       \
		type *v;                                                                                               \
		size_t n, cap;                                                                                         \
	}

/* Makes room for one more, zeroed, and gives its place. */
#define list_push(arena, list)                                                                                         \
	((void)((list)->n < (list)->cap ||                                                                             \
		list_more((arena), (void **)&(list)->v, &(list)->cap, sizeof(*(list)->v))),                            \
	 &(list)->v[(list)->n++])

static inline int list_more(struct arena *a, void **v, size_t *cap, size_t item)
{
	size_t more = *cap ? *cap * 2 : 8;
	*v = arena_grow(a, *v, *cap * item, more * item);
	*cap = more;
	return 1;
}

#endif
