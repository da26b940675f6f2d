/*
 * topology_yaml.c: topology.yaml as topologies. (interfaces/topology.c: _parse_yaml(); data_parser:
 * TOPOLOGY_CONF_ARRAY)
 *
 * Slurm passes over keys that it does not know, in silence, and stops at values of another kind than it wants.
 */
#include "compiler/check/topology.h"

#include <string.h>

#define RULE "topology-yaml"

/* ---- which keys there are, and what they hold */

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

/* The kinds, where their parts stand, and what names these. */
static const struct kind_row {
	const char *key;
	enum topology_kind kind;
	const char *list, *name;
} kinds[] = {
	{ "flat", TOPOLOGY_FLAT, NULL, NULL },
	{ "tree", TOPOLOGY_TREE, "switches", "switch" },
	{ "block", TOPOLOGY_BLOCK, "blocks", "block" },
	{ "ring", TOPOLOGY_RING, "rings", "ring" },
	{ "torus3d", TOPOLOGY_TORUS, "toruses", "name" },
};
/* clang-format on */
enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static bool key_known(const struct check *c, const struct yaml_key *k)
{
	return c->records->release >= k->first;
}

/* ---- what Slurm stops at, and what it passes over */

static struct diag *wrong(struct check *c, struct topologies *t, struct span at, const char *what)
{
	t->broken = true;
	return diag_error(c->diags, RULE, at, "%s: slurmctld stops", what);
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

static bool is_number(const struct node *n)
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
		d = wrong(c, t, n->span, arena_printf(c->arena, "'%s' wants text, not %s", k->key, node_kind_name(n)));
		diag_help(c->diags, d, "write one text, with commas between names");
		return;
	case YAML_NUMBER:
	case YAML_NUMBERS:
		for (uint32_t i = 0; n->kind == NODE_SEQUENCE && k->kind == YAML_NUMBERS && i < n->n_items; i++)
			if (!is_number(n->items[i]))
				diag_help(c->diags,
					  wrong(c, t, n->items[i]->span,
						arena_printf(c->arena, "'%s' wants whole numbers", k->key)),
					  "write it like [4, 8, 16]");
		if (!is_number(n) && !(n->kind == NODE_SEQUENCE && k->kind == YAML_NUMBERS))
			diag_help(c->diags,
				  wrong(c, t, n->span, arena_printf(c->arena, "'%s' wants a whole number", k->key)),
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
		struct diag *d = wrong(c, t, n->span,
				       arena_printf(c->arena, "%s is a mapping, not %s", s->said, node_kind_name(n)));
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
			diag_help(c->diags, wrong(c, t, p->key_span, "Slurm's reader of YAML knows no aliases"),
				  "write out what the alias stands for");
			continue;
		}
		if (k)
			check_value(c, t, k, p->value);
		else
			unknown_key(c, s, p);
	}
}

/* ---- topologies */

static const struct node *value_of(const struct node *body, const char *key, enum node_kind kind)
{
	const struct pair *p = body ? node_pair(body, key) : NULL;
	return p && p->value->kind == kind ? p->value : NULL;
}

static struct written written_at(const struct node *body, const char *key)
{
	const struct node *n = value_of(body, key, NODE_SCALAR);
	return n && !node_is_null(n) && !node_is_empty(n) ? (struct written){ n->text, n->span }
							  : (struct written){ 0 };
}

static bool is_true(const struct node *n)
{
	static const char *const no[] = { "", "false", "no", "off", "0", "null", "~" };
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (!n || n->kind != NODE_SCALAR || text_equal_nocase(n->text, no[i]))
			return false;
	return true;
}

static void add_part(struct check *c, struct topologies *all, struct topology *t, const struct kind_row *k,
		     const struct node *n)
{
	struct topology_part *p = list_push(c->arena, &t->parts);
	p->span = n->span;
	p->body = n;
	p->name = written_at(n, k->name);
	p->nodes.at = written_at(n, "nodes");
	if (k->kind == TOPOLOGY_TREE)
		p->children.at = written_at(n, "children");
	if (!p->name.text)
		diag_help(c->diags,
			  wrong(c, all, n->n_pairs ? n->pairs[0].key_span : n->span,
				arena_printf(c->arena, "a %s without a name", part_said(k->kind))),
			  "add '%s: NAME'", k->name);
	written_names_parse(c, &p->nodes);
	written_names_parse(c, &p->children);
}

static void add_parts(struct check *c, struct topologies *all, struct topology *t, const struct kind_row *k,
		      const struct node *body)
{
	const struct pair *list = body->kind == NODE_MAPPING ? node_pair(body, k->list) : NULL;
	const struct node *n = list ? list->value : NULL;
	if (n && n->kind == NODE_MAPPING)
		add_part(c, all, t, k, n);
	for (uint32_t i = 0; n && n->kind == NODE_SEQUENCE && i < n->n_items; i++)
		if (n->items[i]->kind == NODE_MAPPING)
			add_part(c, all, t, k, n->items[i]);
	const struct pair *sizes =
		k->kind == TOPOLOGY_BLOCK && body->kind == NODE_MAPPING ? node_pair(body, "block_sizes") : NULL;
	n = sizes ? sizes->value : NULL;
	if (n && n->kind == NODE_SCALAR)
		*list_push(c->arena, &t->sizes) = (struct written){ n->text, n->span };
	for (uint32_t i = 0; n && n->kind == NODE_SEQUENCE && i < n->n_items; i++)
		if (is_number(n->items[i]))
			*list_push(c->arena, &t->sizes) = (struct written){ n->items[i]->text, n->items[i]->span };
}

static void add_topology(struct check *c, struct topologies *all, const struct node *n)
{
	const struct kind_row *kind = NULL;
	const struct pair *chosen = NULL;
	if (n->kind != NODE_MAPPING)
		return;
	for (size_t i = 0; i < N_KINDS; i++) {
		const struct pair *p = node_pair(n, kinds[i].key);
		bool known = false;
		for (size_t j = 0; j < topology.n; j++)
			known = known ||
				(strcmp(topology.keys[j].key, kinds[i].key) == 0 && key_known(c, &topology.keys[j]));
		if (!p || !known || (kinds[i].kind == TOPOLOGY_FLAT && !is_true(p->value)))
			continue;
		if (chosen) {
			struct diag *d = wrong(c, all, p->key_span, "a topology is of one kind");
			diag_note(c->diags, d, chosen->key_span, "it is '%s' by this", chosen->key);
			diag_help(c->diags, d, "make two topologies of it");
			continue;
		}
		chosen = p;
		kind = &kinds[i];
	}
	if (!kind) {
		diag_help(c->diags, wrong(c, all, n->n_pairs ? n->pairs[0].key_span : n->span, "a topology of no kind"),
			  "add 'flat: true', or tree, block, and what belongs to them");
		return;
	}
	struct topology *t = list_push(c->arena, &all->list);
	t->kind = kind->kind;
	t->span = chosen->key_span;
	t->name = written_at(n, "topology");
	t->cluster_default = is_true(value_of(n, "cluster_default", NODE_SCALAR));
	if (!t->name.text)
		diag_help(c->diags,
			  diag_warning(c->diags, RULE, n->pairs[0].key_span,
				       "a topology without a name: no partition can ask for it"),
			  "add 'topology: NAME'");
	if (kind->list)
		add_parts(c, all, t, kind, chosen->value);
}

static void one_default(struct check *c, const struct topologies *all)
{
	const struct topology *first = NULL;
	for (size_t i = 0; i < all->list.n; i++) {
		const struct topology *t = &all->list.v[i];
		if (t->cluster_default && first) {
			struct diag *d =
				diag_warning(c->diags, RULE, t->span, "a second topology is the cluster's default");
			diag_note(c->diags, d, first->span, "the first is here");
			diag_help(c->diags, d, "let one have cluster_default: true");
		}
		first = t->cluster_default ? t : first;
	}
}

void topology_yaml_read(struct check *c, struct topologies *all)
{
	const struct source *src = c->files->sources[TOPOLOGY_YAML];
	const struct tree *tree =
		source_check(c->sources, src, c->diags) ? tree_read(c->arena, c->sources, src, c->diags) : NULL;
	all->yaml = true;
	all->broken = !tree || !tree->root;
	if (all->broken)
		return;
	const struct node *n = tree->root;
	if (n->kind == NODE_SCALAR || (n->kind == NODE_SEQUENCE && !n->n_items)) {
		diag_help(c->diags, wrong(c, all, n->span, "topology.yaml is a list of topologies"),
			  "write '- topology: default' and what belongs to it");
		return;
	}
	for (uint32_t i = 0; n->kind == NODE_SEQUENCE && i < n->n_items; i++) {
		check_body(c, all, &topology, n->items[i]);
		add_topology(c, all, n->items[i]);
	}
	if (n->kind == NODE_MAPPING) {
		check_body(c, all, &topology, n);
		add_topology(c, all, n);
	}
	one_default(c, all);
}
