/*
 * containers_tmpfs.c: tmpfs-over-memory: what lies in memory is the container's, and the kernel ends what is over the
 * limit.
 *
 * What is too large by itself is said where its size stands; what is too large with others where the largest's does. A
 * size may be that of many containers: the one with the least memory is told, and of the others how many they are.
 */
#include "compiler/check/containers.h"

/* A file system in memory, and where its size is written. */
struct in_memory {
	const char *mount;
	struct span at;
	int64_t bytes;
};

/* All that is written of a place's. */
struct filled {
	int64_t all;
	size_t n;
	struct in_memory largest, second;
};

/* What one written size overfills. */
struct overfull {
	const struct place *least; /* of these, that may use the least */
	struct filled what;	   /* n is 1 where the largest is too large by itself */
	uint64_t containers;
};

struct overfulls {
	struct check *c;
	struct map found; /* by where the size stands, and whether others are needed */
	LIST(struct overfull *) list;
};

static void overfill(struct overfulls *all, const struct place *p, const struct filled *what)
{
	struct arena *a = all->c->arena;
	struct span at = what->largest.at;
	const char *key = arena_printf(a, "%u:%u%s", at.source, at.start, what->n > 1 ? " with others" : "");
	struct map_entry *e = map_add(&all->found, key, NULL);
	struct overfull *x = e->value;
	if (!x)
		*list_push(a, &all->list) = x = e->value = ARENA_NEW(a, struct overfull);
	x->containers += p->names.count;
	if (x->least && x->least->memory <= p->memory)
		return;
	x->least = p;
	x->what = *what;
}

/* Adds one; says whether it is too large by itself. */
static bool fill(struct overfulls *all, const struct place *p, struct filled *sum, const struct in_memory *x)
{
	sum->n++;
	sum->all = sum->all > INT64_MAX - x->bytes ? INT64_MAX : sum->all + x->bytes;
	if (sum->n == 1 || x->bytes > sum->largest.bytes) {
		sum->second = sum->largest;
		sum->largest = *x;
	} else if (sum->n == 2 || x->bytes > sum->second.bytes) {
		sum->second = *x;
	}
	if (x->bytes <= p->memory)
		return false;
	overfill(all, p, &(struct filled){ .all = x->bytes, .n = 1, .largest = *x });
	return true;
}

static bool is_sized_tmpfs(const struct storage *s)
{
	return text_equal(s->type, "tmpfs") && memory_given(s->size) && !s->size.percent;
}

static void fill_place(struct overfulls *all, const struct place *p)
{
	const struct service *service = p->service;
	struct filled sum = { 0 };
	struct storage *s;
	bool told = false;
	if (service && memory_given(service->shm) && p->shm != VALUE_ABSENT)
		told = fill(all, p, &sum, &(struct in_memory){ "/dev/shm", WHERE(service, shm), p->shm });
	for (size_t i = 0; (s = entries_next(&all->c->spec->storage, &i));)
		if (is_sized_tmpfs(s) && roles_of(&s->on, ROLE_ALL) & p->roles)
			told |= fill(all, p, &sum, &(struct in_memory){ s->mount, WHERE(s, size), s->size.bytes });
	if (!told && sum.all > p->memory)
		overfill(all, p, &sum);
}

/* ---- what is said */

/* The limit of a place, where it is from, and whether it is the node's and what is added for the daemons. */
static void note_limit(struct check *c, struct diag *d, const struct place *p)
{
	bool said = p->service && memory_given(p->service->memory);
	struct span at = said ? WHERE(p->service, memory) : WHERE(p->node, memory);
	if (said)
		diag_note(c->diags, d, at, "its memory stands here");
	else
		diag_note(c->diags, d, at, "its memory is the node's, and %s for the daemons",
			  memory_said(c, p->memory - p->node->memory.bytes, (struct span){ 0 }));
}

/* "login", "nodes 'c[1-4]' and 3 more containers" */
static const char *whose(struct check *c, const struct overfull *x, const char *who)
{
	uint64_t more = x->containers - x->least->names.count;
	if (!more)
		return who;
	return arena_printf(c->arena, "%s and %llu more container%s", who, (unsigned long long)more,
			    more == 1 ? "" : "s");
}

static void say_overfull(struct check *c, const struct overfull *x)
{
	const struct place *p = x->least;
	const struct in_memory *largest = &x->what.largest, *second = &x->what.second;
	const char *who = p->node ? nodes_said(c, &p->names) : role_name((enum role)p->roles);
	bool alone = x->what.n == 1, one = x->containers == p->names.count;
	struct span none = { 0 };
	const char *with = alone	    ? ""
			   : x->what.n == 2 ? arena_printf(c->arena, " and %s", second->mount)
					    : arena_printf(c->arena, " and %zu more", x->what.n - 1);
	struct diag *d = finding(
		c, largest->at, "%s%s of %s may hold %s%s, and %s may use %s: the kernel ends what fills %s",
		largest->mount, with, whose(c, x, who), memory_said(c, x->what.all, alone ? largest->at : none),
		alone ? "" : " together", one ? "the container" : arena_printf(c->arena, "a container of %s", who),
		memory_said(c, p->memory, none), alone ? "it" : "them");
	if (!alone)
		diag_note(c->diags, d, second->at, "%s may hold %s of these", second->mount,
			  memory_said(c, second->bytes, second->at));
	note_limit(c, d, p);
	diag_help(c->diags, d, "make %s smaller, or give the container more memory: what lies there counts as its own",
		  alone ? "it" : "one of them");
}

void rule_tmpfs_over_memory(struct check *c)
{
	const struct model *m = c->model;
	struct overfulls all = { .c = c };
	map_init(&all.found, c->arena);
	for (size_t i = 0; !m->platform->place_per_host && i < m->places.n; i++)
		if (m->places.v[i].memory != VALUE_ABSENT)
			fill_place(&all, &m->places.v[i]);
	for (size_t i = 0; i < all.list.n; i++)
		say_overfull(c, all.list.v[i]);
}
