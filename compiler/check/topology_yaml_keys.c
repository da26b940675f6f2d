/*
 * topology_yaml_keys.c: which keys topology.yaml has, and what they hold. (data_parser: TOPOLOGY_CONF_ARRAY)
 *
 * Slurm passes over keys that it does not know, in silence, and stops at values of another kind than it wants.
 */
#include "compiler/check/topology_yaml.h"

#include <string.h>

enum yaml_kind {
	YAML_TEXT,
	YAML_NUMBER,
	YAML_NUMBERS, /* a list of them, or one */
	YAML_BODY,
	YAML_BODIES, /* a list of them, or one */
	YAML_ANY,
};

struct yaml_shape;
struct yaml_key {
	const char *key;
	enum yaml_kind kind;
	const struct yaml_shape *shape; /* of a body */
	enum release first;
};

struct yaml_shape {
	const char *said; /* "a switch" */
	const struct yaml_key *keys;
	size_t n;
};

#define SHAPE(name, said_, ...)                                                                                        \
	static const struct yaml_key name##_keys[] = { __VA_ARGS__ };                                                  \
	static const struct yaml_shape name = { said_, name##_keys, sizeof(name##_keys) / sizeof(name##_keys[0]) }

/* clang-format off */
SHAPE(point, "a point of a torus", { "x", YAML_NUMBER }, { "y", YAML_NUMBER }, { "z", YAML_NUMBER });
SHAPE(placement, "a placement", { "dims", YAML_BODY, &point }, { "anchor_seed", YAML_ANY }, { "anchor_spacing", YAML_ANY });
SHAPE(region, "a region", { "nodes", YAML_TEXT }, { "anchor", YAML_BODY, &point }, { "dims", YAML_BODY, &point });
SHAPE(torus, "a torus", { "name", YAML_TEXT }, { "nodes", YAML_TEXT }, { "dims", YAML_BODY, &point },
      { "placements", YAML_BODIES, &placement }, { "regions", YAML_BODIES, &region });
SHAPE(ring, "a ring", { "ring", YAML_TEXT }, { "nodes", YAML_TEXT });
SHAPE(block, "a block", { "block", YAML_TEXT }, { "nodes", YAML_TEXT });
SHAPE(leaf, "a switch", { "switch", YAML_TEXT }, { "nodes", YAML_TEXT }, { "children", YAML_TEXT });
SHAPE(toruses, "a torus3d topology", { "toruses", YAML_BODIES, &torus });
SHAPE(rings, "a ring topology", { "rings", YAML_BODIES, &ring });
SHAPE(blocks, "a block topology", { "block_sizes", YAML_NUMBERS }, { "blocks", YAML_BODIES, &block });
SHAPE(switches, "a tree topology", { "switches", YAML_BODIES, &leaf });
SHAPE(topology, "a topology", { "topology", YAML_TEXT }, { "cluster_default", YAML_TEXT }, { "flat", YAML_TEXT },
      { "tree", YAML_BODY, &switches }, { "block", YAML_BODY, &blocks }, { "ring", YAML_BODY, &rings, RELEASE_26_05 },
      { "torus3d", YAML_BODY, &toruses, RELEASE_26_05 }, { "alpha_step_rank", YAML_TEXT, NULL, RELEASE_26_05 });

/* clang-format on */

static bool key_known(const struct check *c, const struct yaml_key *k)
{
	return c->records->release >= k->first;
}

/* ---- what Slurm stops at, and what it passes over */

struct diag *yaml_wrong(struct check *c, struct topologies *t, struct span at, const char *what)
{
	t->broken = true;
	return diag_error(c->diags, "topology-yaml", at, "%s: slurmctld stops", what);
}

static void unknown_key(struct check *c, const struct yaml_shape *s, const struct pair *p)
{
	const char *candidates[16];
	size_t n = 0;
	const struct yaml_key *later = NULL;
	for (size_t i = 0; i < s->n; i++) {
		if (key_known(c, &s->keys[i]))
			candidates[n++] = s->keys[i].key;
		else if (strcmp(s->keys[i].key, p->key) == 0)
			later = &s->keys[i];
	}
	struct diag *d = diag_warning(c->diags, "topology-yaml-key", p->key_span,
				      "%s has no key %s: Slurm passes over it in silence", s->said,
				      diag_quote(c->diags, p->key));
	const char *meant = suggest(p->key, candidates, n);
	if (later) {
		diag_help(c->diags, d, "it came with Slurm %s", release_name(later->first));
	} else if (meant) {
		diag_help(c->diags, d, "did you mean '%s'?", meant);
		diag_edit(c->diags, d, p->key_span, meant);
	} else {
		diag_help(c->diags, d, "leave it out");
	}
}

bool yaml_is_number(const struct node *n)
{
	return n->kind == NODE_SCALAR && n->size && strspn(n->text, "0123456789") == n->size;
}

static void check_body(struct check *c, struct topologies *t, const struct yaml_shape *s, const struct node *n);

static void check_value(struct check *c, struct topologies *t, const struct yaml_key *k, const struct node *n)
{
	struct diag *d;
	switch (k->kind) {
	case YAML_ANY:
		return;
	case YAML_TEXT:
		if (n->kind == NODE_SCALAR)
			return;
		d = yaml_wrong(c, t, n->span,
			       arena_printf(c->arena, "'%s' wants text, not %s", k->key, node_kind_name(n)));
		diag_help(c->diags, d, "write one text, with commas between names");
		return;
	case YAML_NUMBER:
	case YAML_NUMBERS:
		for (uint32_t i = 0; n->kind == NODE_SEQUENCE && k->kind == YAML_NUMBERS && i < n->n_items; i++)
			if (!yaml_is_number(n->items[i]))
				diag_help(c->diags,
					  yaml_wrong(c, t, n->items[i]->span,
						     arena_printf(c->arena, "'%s' wants whole numbers", k->key)),
					  "write it like [4, 8, 16]");
		if (!yaml_is_number(n) && !(n->kind == NODE_SEQUENCE && k->kind == YAML_NUMBERS))
			diag_help(
				c->diags,
				yaml_wrong(c, t, n->span, arena_printf(c->arena, "'%s' wants a whole number", k->key)),
				"write digits alone");
		return;
	case YAML_BODIES:
		for (uint32_t i = 0; n->kind == NODE_SEQUENCE && i < n->n_items; i++)
			check_body(c, t, k->shape, n->items[i]);
		if (n->kind == NODE_SEQUENCE)
			return;
		break;
	case YAML_BODY:
		break;
	}
	check_body(c, t, k->shape, n);
}

static void check_body(struct check *c, struct topologies *t, const struct yaml_shape *s, const struct node *n)
{
	if (n->kind != NODE_MAPPING) {
		struct diag *d = yaml_wrong(
			c, t, n->span, arena_printf(c->arena, "%s is a mapping, not %s", s->said, node_kind_name(n)));
		diag_help(c->diags, d, "write keys and values: %s: ...", s->keys[0].key);
		return;
	}
	for (uint32_t i = 0; i < n->n_pairs; i++) {
		const struct pair *p = &n->pairs[i];
		const struct yaml_key *k = NULL;
		for (size_t j = 0; j < s->n && !k; j++)
			if (strcmp(s->keys[j].key, p->key) == 0 && key_known(c, &s->keys[j]))
				k = &s->keys[j];
		/* An alias is the node that stands at its anchor, further up. */
		if (p->value->span.start < p->key_span.start) {
			diag_help(c->diags, yaml_wrong(c, t, p->key_span, "Slurm's reader of YAML knows no aliases"),
				  "write out what the alias stands for");
			continue;
		}
		if (k)
			check_value(c, t, k, p->value);
		else
			unknown_key(c, s, p);
	}
}

void yaml_check_topology(struct check *c, struct topologies *t, const struct node *n)
{
	check_body(c, t, &topology, n);
}

bool yaml_knows_kind(const struct check *c, const char *key)
{
	for (size_t i = 0; i < topology.n; i++)
		if (strcmp(topology.keys[i].key, key) == 0)
			return key_known(c, &topology.keys[i]);
	return false;
}
