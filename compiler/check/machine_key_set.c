/* machine_key_set.c: slurm.jwks, the keys of auth/slurm. (plugins/auth/slurm/internal.c: _build_key_list()) */
#include "compiler/check/machine.h"

#include <string.h>

#include "compiler/tree/tree.h"

static const char *text_of(const struct node *key, const char *name)
{
	const struct pair *p = node_pair(key, name);
	return p && p->value->kind == NODE_SCALAR ? p->value->text : NULL;
}

/* How many bytes Base64 stands for. */
static size_t bytes_of(const char *k)
{
	return strcspn(k, "=") * 6 / 8;
}

struct key_set {
	struct map ids;
	bool has_default;
};

/* What is wrong with one key, or NULL. */
static const char *key_fault(struct key_set *set, const struct node *key)
{
	enum { FEWEST_BYTES = 16 };
	const char *kid = text_of(key, "kid"), *kty = text_of(key, "kty"), *alg = text_of(key, "alg");
	const char *k = text_of(key, "k"), *use = text_of(key, "use");
	bool fresh = true;
	if (!kid)
		return "one of its keys has no \"kid\"";
	map_add(&set->ids, kid, &fresh);
	if (!fresh)
		return "two of its keys have one \"kid\"";
	if (!kty || !text_equal_nocase(kty, "oct"))
		return "one of its keys is not of \"kty\": \"oct\"";
	if (!alg || !text_equal_nocase(alg, "HS256"))
		return "one of its keys is not for \"alg\": \"HS256\"";
	if (!k || bytes_of(k) < FEWEST_BYTES)
		return "one of its keys has no \"k\" of 16 bytes or more";
	if (use && text_equal_nocase(use, "default")) {
		if (set->has_default)
			return "two of its keys are for \"use\": \"default\"";
		set->has_default = true;
	}
	return NULL;
}

/* JSON is YAML as well. What the reader says of it quotes the text, which is secret: it is heard by nobody. */
const char *machine_key_set_fault(struct arena *a, const char *text)
{
	struct sources sources;
	struct diags unheard;
	struct key_set set = { 0 };
	sources_init(&sources, a);
	diags_init(&unheard, a);
	const struct source *src = source_add(&sources, "slurm.jwks", text, strlen(text));
	const struct tree *tree = source_check(&sources, src, &unheard) ? tree_read(a, &sources, src, &unheard) : NULL;
	if (!tree || !tree->root || tree->root->kind != NODE_MAPPING)
		return "it is no JSON object";
	const struct pair *keys = node_pair(tree->root, "keys");
	if (!keys)
		return "it has no \"keys\"";
	map_init(&set.ids, a);
	for (uint32_t i = 0; keys->value->kind == NODE_SEQUENCE && i < keys->value->n_items; i++) {
		const struct node *key = keys->value->items[i];
		const char *fault = key->kind == NODE_MAPPING ? key_fault(&set, key) : "one of its keys is no object";
		if (fault)
			return fault;
	}
	return NULL;
}
