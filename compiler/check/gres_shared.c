/* gres_shared.c: parts of GPUs (shard, mps) in files that were read, and what is detected where nobody can look. */
#include "compiler/check/gres.h"
#include "compiler/check/gres_counts.h"

#include <string.h>
#include <strings.h>

/* ---- shared-gres-without-gpu: "gres/'shared' requires that gres/gpu also be configured" (gres_init); on a node:
 * "failed to merge SHARED and SHARING configuration" */

static const char *shared_word(const char *types)
{
	return holds_word(types, "shard") ? "shard" : holds_word(types, "mps") ? "mps" : NULL;
}

/* Says whether it is so: then there is no use in going through nodes. */
static bool types_without_gpu(struct check *c)
{
	const struct entry *types = global(c, "GresTypes");
	const char *word = types ? shared_word(types->value) : NULL;
	if (!word || holds_word(types->value, "gpu"))
		return false;
	struct diag *d =
		finding(c, types->span, "GresTypes has '%s' and no 'gpu': slurmctld and slurmd do not start", word);
	diag_help(c->diags, d, "write GresTypes=gpu,%s, and gpu in Gres of the nodes that have %s", types->value, word);
	return true;
}

void rule_shared_without_gpu(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	map_init(&seen, c->arena);
	if (types_without_gpu(c))
		return;
	for (size_t i = 0; i < all->nodes.n; i++) {
		const struct gres_node *n = all->nodes.v[i];
		for (size_t j = 0; j < n->gres.list.n; j++) {
			const struct gres_item *item = &n->gres.list.v[j];
			if (!gres_is_shared(item->name) || !item->count || gres_configured(n, "gpu", NULL))
				continue;
			const struct entry *e = record_find(n->node, "Gres");
			if (!first_at(c, &seen, entry_place(n->node, e)))
				continue;
			struct diag *d = finding(
				c, entry_place(n->node, e),
				"gres '%s' is a part of a GPU, and there is no gres 'gpu' on %s: slurmd does not start",
				item->name, gres_nodes_said(c, n));
			diag_help(c->diags, d, "add gpu to its Gres, or remove %s", item->name);
		}
	}
}

/* ---- shared-gres-without-cons-tres: slurmctld, "gres/%s ... requires cons_tres" (gres_init) */

void rule_shared_without_cons_tres(struct check *c)
{
	const struct entry *types = global(c, "GresTypes"), *select = global(c, "SelectType");
	const char *word = types ? shared_word(types->value) : NULL;
	const struct fact *f = fact_find(SLURM_CONF, SECTION_GLOBAL, "SelectType");
	const char *value = select ? select->value : fact_default(f, c->records->release);
	if (!word || !value || strcasecmp(value, "select/cons_tres") == 0 || strcasecmp(value, "cons_tres") == 0)
		return;
	struct diag *d = finding(c, select ? select->span : types->span,
				 "gres '%s' wants select/cons_tres, not %s: slurmctld does not start", word, value);
	if (select)
		diag_note(c->diags, d, types->span, "GresTypes");
	diag_help(c->diags, d, "write SelectType=select/cons_tres");
}

/* ---- shared-gres-device: "Discarding gres/'shared' configuration (File=%s) without matching gres/'sharing' record" */

struct stray {
	struct check *c;
	bool any;
};

static void see(void *ctx, const struct hostpiece *piece)
{
	struct stray *s = ctx;
	s->any = s->any || !piece->known;
}

static struct hostindex *gpus_of(struct check *c, const struct gres_node *n, const struct gres_line **ret_line)
{
	struct hostindex *index = hostindex_new(c->arena);
	*ret_line = NULL;
	for (size_t i = 0; i < n->lines.n; i++) {
		const struct gres_line *l = n->lines.v[i];
		struct hostlist *h = ARENA_NEW(c->arena, struct hostlist);
		if (strcmp(l->name, "gpu") != 0 || !l->file)
			continue;
		if (l->multiple || !gres_devices(c, l->file->value, h))
			return NULL; /* MIG devices are compared as they are written */
		hostindex_add(index, h, 0);
		*ret_line = l;
	}
	hostindex_build(index, NULL, NULL);
	return index;
}

static void shared_devices(struct check *c, const struct gres_node *n, struct map *seen)
{
	const struct gres_line *gpu = NULL;
	struct hostindex *index = NULL;
	for (size_t i = 0; i < n->lines.n; i++) {
		const struct gres_line *l = n->lines.v[i];
		struct hostlist h;
		struct stray s = { .c = c };
		if (!gres_is_shared(l->name) || !l->file || l->multiple || !gres_devices(c, l->file->value, &h))
			continue;
		index = index ? index : gpus_of(c, n, &gpu);
		if (!index || !gpu)
			return;
		hostindex_cover(index, &h, see, &s);
		if (!s.any || !first_at(c, seen, entry_place(l->rec, l->file)))
			continue;
		struct diag *d = finding(
			c, entry_place(l->rec, l->file),
			"gres '%s' has a file here that is none of the node's GPUs: slurmd discards it", l->name);
		diag_note(c->diags, d, entry_place(gpu->rec, gpu->file), "its GPUs");
		diag_help(c->diags, d,
			  "name the files of its gpu lines, or leave File out: the count is spread over all GPUs");
	}
}

void rule_shared_device(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < all->nodes.n; i++)
		if (!gres_library(c, all->nodes.v[i]))
			shared_devices(c, all->nodes.v[i], &seen);
}

/* ---- autodetect-on-cloud: slurmctld reads gres.conf for nodes that are not up: "Cannot use AutoDetect on
 * cloud/dynamic node" (gres_node_config_load) */

void rule_autodetect_on_cloud(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < all->nodes.n; i++) {
		const struct gres_node *n = all->nodes.v[i];
		const struct entry *library = gres_library(c, n),
				   *state = n->node ? record_find(n->node, "State") : NULL;
		if (!library || !state || strncasecmp(state->value, "CLOUD", 5) != 0 ||
		    !gres_configured(n, "gpu", NULL) || !first_at(c, &seen, library->span))
			continue;
		bool stops = release_refuses_cloud_autodetect(c->records->release);
		struct diag *d =
			diag_add(c->diags, stops ? SEVERITY_ERROR : SEVERITY_WARNING, c->rule->name, library->span,
				 "slurmctld cannot detect the devices of %s in the cloud: %s", gres_nodes_said(c, n),
				 stops ? "it does not start" : "it logs an error, and jobs may find no GPU on it");
		diag_note(c->diags, d, entry_place(n->node, state), "its State");
		diag_help(
			c->diags, d,
			"write AutoDetect=off and the files of its GPUs: NodeName=... Name=gpu File=/dev/nvidia[0-3]");
	}
}
