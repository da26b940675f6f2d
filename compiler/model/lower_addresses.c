/*
 * lower_addresses.c: the addresses of places on one network that gives each its own.
 *
 * Addresses stay what they are when the spec changes elsewhere, as far as can be: a place that moves is made anew, and
 * its jobs end. So services have fixed ones and nodes have their number's: c7 is at .1.7, q2 at .2.2, whatever else
 * there is. In a small subnet each prefix has fewer numbers to itself; in one too small for that, nodes follow each
 * other.
 */
#include <string.h>

#include "compiler/base/map.h"
#include "compiler/model/lower.h"

enum {
	GATEWAY = 1,	  /* Docker's own choice: the network's first address */
	FIRST_DENSE = 16, /* nodes that follow each other, behind the services */
	BLOCK = 256,	  /* numbers of one prefix, at least; fewer where the subnet is small */
	BLOCK_LEAST = 4,
};

/* Numbers of one prefix and suffix, c7 and c9, get neighbouring addresses. */
struct block {
	uint64_t base, top; /* offset of number 0; the highest number */
};

struct plan {
	struct model *model;
	LIST(struct place *) places; /* those on it */
	uint32_t first;	  /* the network's own address, or that of the range whose addresses may be given away */
	uint64_t size;	  /* addresses in it, the network's own and the broadcast among them */
	struct map taken; /* addresses that the spec gives, as text */
};

static uint32_t number_of(const struct ip *ip)
{
	return (uint32_t)ip->bytes[0] << 24 | (uint32_t)ip->bytes[1] << 16 | (uint32_t)ip->bytes[2] << 8 | ip->bytes[3];
}

static const char *address_at(const struct plan *p, uint64_t offset, char out[IP_TEXT])
{
	uint32_t n = p->first + (uint32_t)offset;
	struct ip ip = { .bytes = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n } };
	ip_format(&ip, out);
	return out;
}

static bool usable(const struct plan *p, uint64_t offset)
{
	return offset > GATEWAY && offset + 1 < p->size;
}

/* ---- addresses that the spec gives */

static void take(struct plan *p, const struct hostlist *addresses)
{
	struct hostwalk w;
	hostwalk_start(&w, addresses);
	for (const char *name; (name = hostwalk_next(&w));)
		map_add(&p->taken, arena_strdup(p->model->arena, name), NULL);
}

static void take_given(struct plan *p, struct place *x)
{
	const struct hostlist *all = x->node ? x->node->address.list : NULL;
	if (all && all->count == x->node->origin.hosts->count && !x->at)
		x->addresses = *all;
	else if (all && all->count == x->node->origin.hosts->count)
		for (uint64_t i = 0; i < x->names.count; i++)
			hostlist_add_name(&x->addresses, hostlist_name_dup(all, x->at[i], p->model->arena));
	else if (!x->node && x->service && x->service->address)
		hostlist_add_name(&x->addresses, x->service->address);
	take(p, &x->addresses);
}

/* ---- addresses by number */

/* Names without a number share one block. Where c1 and c01 are both there, each width has a block of its own. */
static const char *block_key(struct model *m, const struct map *mixed, const struct hostrun *r)
{
	const char *key = r->numbered ? arena_printf(m->arena, "%s\t%s", r->prefix, r->suffix) : "";
	return r->numbered && map_get(mixed, key) ? arena_printf(m->arena, "%s\t%u", key, r->width) : key;
}

/* How a prefix's numbers are written: the width of those with zeros before them, the fewest digits of those without. */
struct widths {
	unsigned padded, plain;
};

/* Prefixes of which one number may be written in two ways. */
static void find_mixed(struct plan *p, struct map *mixed)
{
	struct model *m = p->model;
	struct map all, none;
	map_init(&all, m->arena);
	map_init(&none, m->arena);
	map_init(mixed, m->arena);
	for (size_t i = 0; i < p->places.n; i++)
		for (size_t j = 0; p->places.v[i]->node && j < p->places.v[i]->names.runs.n; j++) {
			const struct hostrun *r = &p->places.v[i]->names.runs.v[j];
			if (!r->numbered)
				continue;
			const char *key = block_key(m, &none, r);
			struct map_entry *e = map_add(&all, key, NULL);
			struct widths *w = e->value ? e->value : (e->value = ARENA_NEW(m->arena, struct widths));
			bool two = r->width && w->padded && w->padded != r->width;
			if (r->width)
				w->padded = r->width;
			else if (!w->plain || digits_of(r->lo) < w->plain)
				w->plain = digits_of(r->lo);
			if (two || (w->padded && w->plain && w->plain < w->padded))
				map_set(mixed, key, w);
		}
}

/* Finds the blocks' bases; false: they do not fit. */
static bool lay_blocks(struct plan *p, struct map *blocks, const struct map *mixed, uint64_t size)
{
	struct model *m = p->model;
	uint64_t next = size < BLOCK ? FIRST_DENSE : BLOCK, singles = 0;
	for (size_t i = 0; i < p->places.n; i++)
		for (size_t j = 0; p->places.v[i]->node && j < p->places.v[i]->names.runs.n; j++) {
			const struct hostrun *r = &p->places.v[i]->names.runs.v[j];
			struct map_entry *e = map_add(blocks, block_key(m, mixed, r), NULL);
			struct block *b = e->value ? e->value : (e->value = ARENA_NEW(m->arena, struct block));
			uint64_t top = r->numbered ? r->hi : ++singles;
			b->top = top > b->top ? top : b->top;
		}
	for (size_t i = 0; i < blocks->n; i++) {
		struct block *b = blocks->v[i].value;
		b->base = next;
		if (b->top >= p->size)
			return false;
		next += (b->top / size + 1) * size;
	}
	return next < p->size;
}

static bool by_number(struct plan *p, const struct map *mixed, uint64_t size)
{
	struct model *m = p->model;
	struct map blocks;
	uint64_t singles = 0;
	map_init(&blocks, m->arena);
	if (!lay_blocks(p, &blocks, mixed, size))
		return false;
	for (size_t i = 0; i < p->places.n; i++) {
		struct place *x = p->places.v[i];
		if (!x->node || x->node->address.list)
			continue;
		hostlist_init(&x->addresses, m->arena);
		for (size_t j = 0; j < x->names.runs.n; j++) {
			const struct hostrun *r = &x->names.runs.v[j];
			const struct block *b = map_get(&blocks, block_key(m, mixed, r));
			uint64_t lo = r->numbered ? r->lo : ++singles, hi = r->numbered ? r->hi : lo;
			for (uint64_t n = lo; n <= hi; n++) {
				char text[IP_TEXT];
				hostlist_add_name(&x->addresses, address_at(p, b->base + n, text));
				if (p->taken.n && map_find(&p->taken, text))
					return false;
			}
		}
	}
	return true;
}

/* ---- addresses one after another */

static uint64_t in_order(struct plan *p)
{
	struct model *m = p->model;
	uint64_t next = FIRST_DENSE, missing = 0;
	uint64_t wanted = 0;
	for (size_t i = 0; i < p->places.n; i++)
		wanted += p->places.v[i]->node ? p->places.v[i]->names.count : 0;
	if (FIRST_DENSE + wanted + p->taken.n > p->size) /* no room to leave any free */
		next = GATEWAY + 1;
	for (size_t i = 0; i < p->places.n; i++) {
		struct place *x = p->places.v[i];
		if (!x->node || x->node->address.list)
			continue;
		hostlist_init(&x->addresses, m->arena);
		for (uint64_t n = 0; n < x->names.count; n++, next++) {
			char text[IP_TEXT];
			while (usable(p, next) && map_find(&p->taken, address_at(p, next, text)))
				next++;
			if (!usable(p, next)) {
				missing += x->names.count - n;
				hostlist_init(&x->addresses, m->arena);
				break;
			}
			hostlist_add_name(&x->addresses, address_at(p, next, text));
		}
	}
	return missing;
}

static uint64_t service_addresses(struct plan *p)
{
	uint64_t missing = 0;
	for (size_t i = 0; i < p->places.n; i++) {
		struct place *x = p->places.v[i];
		if (x->node || x->addresses.count)
			continue;
		uint64_t at = GATEWAY + 1;
		for (unsigned r = 0; r < ROLE_COUNT; r++) /* in the order of enum role */
			if (x->roles == 1u << r)
				at += r;
		char text[IP_TEXT];
		while (usable(p, at) && map_find(&p->taken, address_at(p, at, text)))
			at++;
		if (usable(p, at)) {
			hostlist_add_name(&x->addresses, address_at(p, at, text));
			take(p, &x->addresses);
		} else {
			missing++;
		}
	}
	return missing;
}

uint64_t lower_addresses(struct model *m, struct model_network *n, const struct cidr *range)
{
	struct plan p = { .model = m,
			  .first = number_of(&range->address),
			  .size = cidr_size(range) - (n->engines.bits ? cidr_size(&n->engines) : 0) };
	map_init(&p.taken, m->arena);
	for (size_t i = 0; i < m->places.n; i++)
		if (m->places.v[i].network == n)
			*list_push(m->arena, &p.places) = &m->places.v[i];
	for (size_t i = 0; i < p.places.n; i++)
		take_given(&p, p.places.v[i]);
	if (n->network && n->network->gateway)
		map_add(&p.taken, n->network->gateway, NULL);
	/* The services first: they are few, and what they are given nodes may not have. */
	uint64_t missing = service_addresses(&p);
	struct map mixed;
	find_mixed(&p, &mixed);
	for (uint64_t size = BLOCK; size >= BLOCK_LEAST; size /= 2)
		if (by_number(&p, &mixed, size))
			return missing;
	return missing + in_order(&p);
}
