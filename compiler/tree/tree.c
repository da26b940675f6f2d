#include "compiler/tree/tree.h"

#include <string.h>

struct pair *node_pair(const struct node *mapping, const char *key)
{
	if (!mapping || mapping->kind != NODE_MAPPING)
		return NULL;
	for (uint32_t i = 0; i < mapping->n_pairs; i++)
		if (strcmp(mapping->pairs[i].key, key) == 0)
			return &mapping->pairs[i];
	return NULL;
}

const struct node *node_value(const struct node *mapping, const char *key, enum node_kind kind)
{
	const struct pair *p = node_pair(mapping, key);
	return p && p->value->kind == kind ? p->value : NULL;
}

bool node_is_empty(const struct node *n)
{
	return n->kind == NODE_SCALAR && n->plain && n->size == 0;
}

bool node_is_null(const struct node *n)
{
	return n->kind == NODE_SCALAR && n->plain && (strcmp(n->text, "null") == 0 || strcmp(n->text, "~") == 0);
}

const char *node_kind_name(const struct node *n)
{
	switch (n->kind) {
	case NODE_MAPPING:
		return "a mapping";
	case NODE_SEQUENCE:
		return "a list";
	case NODE_SCALAR:
		break;
	}
	return "text";
}
