/* lines_sets.c: NodeSet lines: what sets are called, and that they are of use. */
#include "compiler/check/lines.h"

#include <string.h>

/* ---- node-set-name, empty-node-set, unused-node-set */

static void set_of_node(struct check *c, const struct user_line *u, const struct node_line *n)
{
	bool stops = release_refuses_set_of_node(c->records->release);
	struct diag *d = finding_as(c, stops ? SEVERITY_ERROR : SEVERITY_WARNING, u->name->span,
				    "a node is called like node set '%s'%s", line_name(u),
				    stops ? ": every Slurm daemon and command stops" : ": who names it gets the set");
	diag_note(c->diags, d, n->name->span, "the node stands here");
	diag_help(c->diags, d, "call the set otherwise");
}

void rule_node_set_name(struct check *c)
{
	const struct lines *l = lines_of(c);
	for (size_t i = 0; i < l->sets.n; i++) {
		const struct user_line *u = &l->sets.v[i], *first = map_get(&l->set_names, line_name(u));
		const struct node_line *n = line_of_node(l, line_name(u));
		if (n) {
			set_of_node(c, u, n);
		} else if (first != u) {
			struct diag *d = finding(c, u->name->span,
						 "node set '%s' stands twice, and Slurm takes the first", line_name(u));
			diag_note(c->diags, d, first->name->span, "the first stands here");
			diag_help(c->diags, d,
				  "put Nodes and Feature of both on one line: a node that one of them fits is in");
		} else if (strpbrk(line_name(u), "[], \t") || text_equal_nocase(line_name(u), "ALL")) {
			struct diag *d = finding(c, u->name->span,
						 "no partition can name a node set '%s': lists are read otherwise",
						 line_name(u));
			diag_help(c->diags, d, "give it one plain name: a node set's own is no hostlist");
		}
	}
}

static const char *near_feature(struct check *c, const struct lines *l, const char *feature)
{
	const char **all = ARENA_ARRAY(c->arena, l->features.n + 1, const char *);
	for (size_t i = 0; i < l->features.n; i++)
		all[i] = l->features.v[i].key;
	return suggest(feature, all, l->features.n);
}

void rule_empty_node_set(struct check *c)
{
	const struct lines *l = lines_of(c);
	/* Nodes that register themselves, and plugins, bring features that no line has. */
	bool brought = l->dynamic || global(c, "NodeFeaturesPlugins");
	for (size_t i = 0; i < l->sets.n; i++) {
		const struct user_line *u = &l->sets.v[i];
		const struct entry *feature = record_find(u->rec, "Feature");
		if (!u->nodes && !feature) {
			diag_help(c->diags,
				  finding(c, u->name->span, "node set '%s' has neither Nodes nor Feature: it is empty",
					  line_name(u)),
				  "say which nodes are in it");
		} else if (feature && !brought && !map_find(&l->features, feature->value)) {
			struct diag *d =
				finding(c, feature->span, "no node has feature '%s', which node set '%s' asks for",
					feature->value, line_name(u));
			const char *near = d == c->diags->spare ? NULL : near_feature(c, l, feature->value);
			if (near)
				diag_help(c->diags, d, "did you mean '%s'?", near);
			else
				diag_help(c->diags, d, "add it to Features of the nodes that are meant");
		}
	}
}

void rule_unused_node_set(struct check *c)
{
	const struct lines *l = lines_of(c);
	for (size_t i = 0; i < l->sets.n; i++) {
		const struct user_line *u = &l->sets.v[i];
		if (u->used || map_get(&l->set_names, line_name(u)) != u)
			continue;
		struct diag *d = finding(c, u->name->span, "no partition names node set '%s'", line_name(u));
		diag_help(c->diags, d, "write it in Nodes of a partition, or leave the line out");
	}
}
