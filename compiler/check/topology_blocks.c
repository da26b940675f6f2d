/* topology_blocks.c: blocks and rings. (plugins/topology/block: block_record_validate(); ring: ring_record_validate())
 */
#include "compiler/check/topology.h"

#include <string.h>

#include "compiler/slurm/value.h"

enum {
	LEVELS = 16,	/* MAX_BLOCK_LEVELS */
	RING_MOST = 16, /* MAX_RING_SIZE */
};

/* As atoi() reads it: blanks, digits, and whatever follows. */
static uint64_t size_of(const char *s)
{
	uint64_t n = 0;
	s += strspn(s, " \t");
	for (; *s >= '0' && *s <= '9' && n < UINT32_MAX; s++)
		n = n * 10 + (uint64_t)(*s - '0');
	return n;
}

/* ---- block-sizes */

static const char *size_error(struct check *c, uint64_t size, uint64_t base)
{
	if (size == 0 || size > INT32_MAX)
		return "is no number of nodes";
	if (size % base)
		return arena_printf(c->arena, "is no multiple of %llu, the first", (unsigned long long)base);
	uint64_t times = size / base;
	if (times & (times - 1))
		return arena_printf(c->arena, "is %llu times %llu, and only 1, 2, 4, 8 ... times will do",
				    (unsigned long long)times, (unsigned long long)base);
	return times >= (uint64_t)1 << LEVELS ? "is more than 32768 times the first" : NULL;
}

void rule_block_sizes(struct check *c)
{
	struct topologies *all = topologies_of(c);
	for (size_t i = 0; i < all->list.n; i++) {
		const struct topology *t = &all->list.v[i];
		uint64_t base = t->sizes.n ? size_of(t->sizes.v[0].text) : 0;
		for (size_t j = 0; release_has_block_sizes(c->records->release) && j < t->sizes.n; j++) {
			const struct written *w = &t->sizes.v[j];
			const char *error = size_error(c, size_of(w->text), base ? base : 1);
			if (!error)
				continue;
			struct diag *d = finding(c, w->span, "block size %s %s: slurmctld stops",
						 diag_quote(c->diags, w->text), error);
			if (j)
				diag_note(c->diags, d, t->sizes.v[0].span, "the first size");
			diag_help(c->diags, d,
				  "write the nodes of a block first, then 2, 4, 8 ... times as many: %llu,%llu",
				  (unsigned long long)(base ? base : 4), (unsigned long long)(base ? base : 4) * 2);
			break; /* slurmctld reads no further */
		}
	}
}

/* ---- block-too-small */

static void too_small(struct check *c, const struct topologies *all, const struct topology *t)
{
	uint64_t base = t->sizes.n ? size_of(t->sizes.v[0].text) : 0;
	const struct topology_part *first = NULL;
	for (size_t i = 0; i < t->parts.n; i++) {
		const struct topology_part *p = &t->parts.v[i];
		uint64_t nodes = all->nodes ? p->known_nodes : p->nodes.names.count;
		if (!p->nodes.at.text) {
			diag_help(c->diags,
				  finding(c, p->span, "block '%s' has no nodes: slurmctld stops", p->name.text),
				  "write Nodes= behind it, or leave the line out");
			continue;
		}
		if (!p->nodes.valid)
			return;
		if (!base) {
			base = nodes;
			first = p;
		}
		if (nodes >= base)
			continue;
		struct diag *d = finding(
			c, p->nodes.at.span, "block '%s' has %llu node%s, and %llu are the least: slurmctld stops",
			p->name.text, (unsigned long long)nodes, nodes == 1 ? "" : "s", (unsigned long long)base);
		if (first)
			diag_note(c->diags, d, first->nodes.at.span,
				  "without BlockSizes the first block says how many");
		else
			diag_note(c->diags, d, t->sizes.v[0].span, "%llu by this", (unsigned long long)base);
		diag_help(c->diags, d, "let BlockSizes begin with the nodes of the smallest block, or add nodes");
	}
}

void rule_block_too_small(struct check *c)
{
	struct topologies *all = topologies_of(c);
	if (release_takes_small_blocks(c->records->release))
		return;
	for (size_t i = 0; i < all->list.n; i++)
		if (all->list.v[i].kind == TOPOLOGY_BLOCK)
			too_small(c, all, &all->list.v[i]);
}

/* ---- ring-too-long */

void rule_ring_too_long(struct check *c)
{
	struct topologies *all = topologies_of(c);
	for (size_t i = 0; i < all->list.n; i++)
		for (size_t j = 0; all->list.v[i].kind == TOPOLOGY_RING && j < all->list.v[i].parts.n; j++) {
			const struct topology_part *p = &all->list.v[i].parts.v[j];
			/* What is unknown is not counted. */
			uint64_t nodes = all->nodes ? p->known_nodes : p->nodes.names.count;
			if (nodes <= RING_MOST)
				continue;
			struct diag *d = finding(c, p->nodes.at.span,
						 "a ring of %llu nodes, and %d are the most: slurmctld stops",
						 (unsigned long long)nodes, RING_MOST);
			diag_help(c->diags, d, "make two rings of it, or take topology/tree");
		}
}
