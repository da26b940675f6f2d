/* topology_yaml.c: topology.yaml as topologies. (interfaces/topology.c: _parse_yaml()) */
#include "compiler/check/topology_yaml.h"

#include <string.h>

#define RULE "topology-yaml"

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
enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static struct written written_at(const struct node *body, const char *key)
{
	const struct node *n = node_value(body, key, NODE_SCALAR);
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
			  yaml_wrong(c, all, n->n_pairs ? n->pairs[0].key_span : n->span,
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
		if (yaml_is_number(n->items[i]))
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
		if (!p || !yaml_knows_kind(c, kinds[i].key) || (kinds[i].kind == TOPOLOGY_FLAT && !is_true(p->value)))
			continue;
		if (chosen) {
			struct diag *d = yaml_wrong(c, all, p->key_span, "a topology is of one kind");
			diag_note(c->diags, d, chosen->key_span, "it is '%s' by this", chosen->key);
			diag_help(c->diags, d, "make two topologies of it");
			continue;
		}
		chosen = p;
		kind = &kinds[i];
	}
	if (!kind) {
		diag_help(c->diags,
			  yaml_wrong(c, all, n->n_pairs ? n->pairs[0].key_span : n->span, "a topology of no kind"),
			  "add 'flat: true', or tree, block, and what belongs to them");
		return;
	}
	struct topology *t = list_push(c->arena, &all->list);
	t->kind = kind->kind;
	t->span = chosen->key_span;
	t->name = written_at(n, "topology");
	t->cluster_default = is_true(node_value(n, "cluster_default", NODE_SCALAR));
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
		diag_help(c->diags, yaml_wrong(c, all, n->span, "topology.yaml is a list of topologies"),
			  "write '- topology: default' and what belongs to it");
		return;
	}
	for (uint32_t i = 0; n->kind == NODE_SEQUENCE && i < n->n_items; i++) {
		yaml_check_topology(c, all, n->items[i]);
		add_topology(c, all, n->items[i]);
	}
	if (n->kind == NODE_MAPPING) {
		yaml_check_topology(c, all, n);
		add_topology(c, all, n);
	}
	one_default(c, all);
}
