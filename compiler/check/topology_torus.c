/* topology_torus.c: toruses of topology.yaml. (plugins/topology/torus3d: torus3d_record.c) */
#include "compiler/check/topology.h"

#include <stdlib.h>
#include <string.h>

/* x, y and z of a body; what is absent is 0. */
struct dims {
	uint64_t v[3];
	struct span span;
};

static bool dims_of(const struct node *body, const char *key, struct dims *ret)
{
	static const char *const axes[] = { "x", "y", "z" };
	const struct pair *p = node_pair(body, key);
	*ret = (struct dims){ .span = p ? p->value->span : body->span };
	if (!p || p->value->kind != NODE_MAPPING)
		return false;
	for (size_t i = 0; i < 3; i++) {
		const struct pair *axis = node_pair(p->value, axes[i]);
		/* 16 bits each: no product of three overflows */
		if (axis && axis->value->kind == NODE_SCALAR)
			ret->v[i] = strtoul(axis->value->text, NULL, 10) & UINT16_MAX;
	}
	return true;
}

static uint64_t places(const struct dims *d)
{
	return d->v[0] * d->v[1] * d->v[2];
}

static const char *dims_said(struct check *c, const struct dims *d)
{
	return arena_printf(c->arena, "%llux%llux%llu", (unsigned long long)d->v[0], (unsigned long long)d->v[1],
			    (unsigned long long)d->v[2]);
}

/* The bodies of a list, or the one that stands there without one. */
static const struct node *body_at(const struct node *list, uint32_t i)
{
	if (!list || (list->kind == NODE_MAPPING && i))
		return NULL;
	const struct node *n = list->kind == NODE_MAPPING			  ? list
			       : list->kind == NODE_SEQUENCE && i < list->n_items ? list->items[i]
										  : NULL;
	return n && n->kind == NODE_MAPPING ? n : NULL;
}

static void check_placements(struct check *c, const struct node *list, const struct dims *torus)
{
	const struct node *n;
	for (uint32_t i = 0; (n = body_at(list, i)); i++) {
		struct dims d;
		dims_of(n, "dims", &d);
		if (!places(&d)) {
			diag_help(c->diags, finding(c, d.span, "a placement of no nodes: slurmctld stops"),
				  "write dims: {x: 2, y: 2, z: 2}");
			continue;
		}
		if (d.v[0] <= torus->v[0] && d.v[1] <= torus->v[1] && d.v[2] <= torus->v[2])
			continue;
		struct diag *said =
			finding(c, d.span, "a placement of %s does not fit into a torus of %s: slurmctld stops",
				dims_said(c, &d), dims_said(c, torus));
		diag_note(c->diags, said, torus->span, "the torus");
		diag_help(c->diags, said, "no axis may be longer than the torus's");
	}
}

static void check_regions(struct check *c, const struct node *list, const struct dims *torus)
{
	const struct node *n;
	for (uint32_t i = 0; (n = body_at(list, i)); i++) {
		struct dims d, anchor;
		struct written_names names = { 0 };
		const struct pair *nodes = node_pair(n, "nodes");
		dims_of(n, "dims", &d);
		dims_of(n, "anchor", &anchor);
		if (nodes && nodes->value->kind == NODE_SCALAR)
			names.at = (struct written){ nodes->value->text, nodes->value->span };
		written_names_parse(c, &names);
		for (size_t k = 0; k < 3; k++)
			if (anchor.v[k] + d.v[k] > torus->v[k]) {
				struct diag *said =
					finding(c, d.span, "the region reaches out of the torus: slurmctld stops");
				diag_note(c->diags, said, torus->span, "the torus is %s", dims_said(c, torus));
				diag_help(c->diags, said, "let anchor and dims together stay within it");
				break;
			}
		if (names.valid && names.names.count == places(&d))
			continue;
		if (names.at.text && !names.valid)
			continue;
		diag_help(c->diags,
			  finding(c, names.at.text ? names.at.span : n->span,
				  "a region of %s has %llu places, and %llu nodes: slurmctld stops", dims_said(c, &d),
				  (unsigned long long)places(&d), (unsigned long long)names.names.count),
			  "name a node for each place");
	}
}

static void check_torus(struct check *c, const struct topology_part *p)
{
	const struct pair *regions = node_pair(p->body, "regions"), *placements = node_pair(p->body, "placements");
	struct dims d;
	dims_of(p->body, "dims", &d);
	const char *name = p->name.text ? p->name.text : "";
	if (!places(&d)) {
		diag_help(c->diags,
			  finding(c, span_known(p->name.span) ? p->name.span : d.span,
				  "torus '%s' has no size: slurmctld stops", name),
			  "write dims: {x: 4, y: 4, z: 4}, none of them 0");
		return;
	}
	if (regions && p->nodes.at.text) {
		struct diag *said =
			finding(c, regions->key_span, "torus '%s' has nodes and regions: slurmctld stops", name);
		diag_note(c->diags, said, p->nodes.at.span, "its nodes");
		diag_help(c->diags, said, "keep one of the two");
		return;
	}
	if (p->nodes.valid && p->nodes.at.text && p->nodes.names.count != places(&d)) {
		struct diag *said =
			finding(c, p->nodes.at.span, "torus '%s' has %llu places, and %llu nodes: slurmctld stops",
				name, (unsigned long long)places(&d), (unsigned long long)p->nodes.names.count);
		diag_note(c->diags, said, d.span, "%s by this", dims_said(c, &d));
		diag_help(c->diags, said, "name a node for each place, x first, then y, then z");
	}
	check_placements(c, placements ? placements->value : NULL, &d);
	check_regions(c, regions ? regions->value : NULL, &d);
}

void rule_torus(struct check *c)
{
	struct topologies *all = topologies_of(c);
	for (size_t i = 0; i < all->list.n; i++)
		for (size_t j = 0; all->list.v[i].kind == TOPOLOGY_TORUS && j < all->list.v[i].parts.n; j++)
			check_torus(c, &all->list.v[i].parts.v[j]);
}
