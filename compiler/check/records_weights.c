/*
 * records_weights.c: lists of weights by resource, of which slurmctld takes all or stops.
 *
 * Slurm, src/common/slurm_protocol_defs.c: slurm_get_tres_weight_array(), _tres_weight_item(). Resources are those that
 * always are (slurmctld/controller.c: _init_tres()) and those of AccountingStorageTRES.
 */
#include "compiler/check/records.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/check/said.h"

/* What slurmctld knows: gres/gpu comes with gres/gpu:a100, and gres/gpumem and gres/gpuutil with gres/gpu. */
static void add_resource(struct arena *a, struct map *known, const char *name, size_t n)
{
	map_set(known, in_lower_case(a, arena_strndup(a, name, n)), NULL);
}

static const struct map *configured(struct entry_pass *p)
{
	static const char *const always[] = { "cpu", "mem", "energy", "node", "billing", "fs/disk", "vmem", "pages" };
	const struct entry *recorded = global(p->c, "AccountingStorageTRES");
	struct arena *a = p->c->arena;
	struct value_word w;
	if (p->known.n)
		return &p->known;
	map_init(&p->known, a);
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		map_set(&p->known, always[i], NULL);
	for (const char *rest = recorded ? recorded->value : ""; value_next(a, &rest, &w);) {
		add_resource(a, &p->known, w.name, strlen(w.name));
		add_resource(a, &p->known, w.name, strcspn(w.name, ":"));
	}
	if (map_find(&p->known, "gres/gpu")) {
		map_set(&p->known, "gres/gpumem", NULL);
		map_set(&p->known, "gres/gpuutil", NULL);
	}
	return &p->known;
}

static bool is_configured(struct entry_pass *p, const char *name)
{
	return map_find(configured(p), in_lower_case(p->c->arena, name)) != NULL;
}

/* A number, and one letter that multiplies it; what stands behind the letter Slurm does not look at. */
static bool is_weight(const char *s)
{
	char *end;
	strtod(s, &end);
	return end != s && (!*end || strchr("KMGTPkmgtp", *end)) && !strchr(s, '=');
}

static void say_unconfigured(struct entry_pass *p, const struct entry *e, const struct value_word *w)
{
	const char *name = w->name;
	struct diags *diags = p->c->diags;
	const struct entry *recorded = global(p->c, "AccountingStorageTRES");
	struct diag *d =
		finding(p->c, word_within(p->c, e, w, name),
			"'%s' weighs '%s', which accounting does not record, and slurmctld stops", key_said(e), name);
	if (recorded && span_known(recorded->span))
		diag_note(diags, d, recorded->span, "what it records");
	if (p->c->files)
		diag_help(diags, d, "record it with AccountingStorageTRES, or leave its weight out");
	else if (!p->c->spec->accounting)
		diag_help(diags, d,
			  "without 'accounting' there are cpu, mem, node, energy, billing, fs/disk, vmem and pages "
			  "alone");
	else
		diag_help(diags, d, "record it with 'accounting.tres', or leave its weight out");
}

static void check_weights(struct entry_pass *p, const struct entry *e)
{
	struct value_word w;
	for (const char *rest = e->value; value_next(p->c->arena, &rest, &w);) {
		const char *weight = w.text + strlen(w.name);
		bool well = *weight == '=' && is_weight(weight + 1);
		if ((well && is_configured(p, w.name)) || !entry_fresh(p, e, w.name))
			continue;
		if (well) {
			say_unconfigured(p, e, &w);
			continue;
		}
		struct diag *d =
			finding(p->c, word_within(p->c, e, &w, *weight ? weight + 1 : w.text),
				"'%s' wants weights such as CPU=1.0 and Mem=0.25G, not '%s', and slurmctld stops",
				key_said(e), w.text);
		diag_help(p->c->diags, d, "a weight is a number, with K, M, G, T or P behind it where it is by unit");
	}
}

static void weights(struct entry_pass *p, const struct entry *e)
{
	bool billing = strcmp(e->fact->key, "TRESBillingWeights") == 0;
	if (!billing && strcmp(e->fact->key, "PriorityWeightTRES") != 0)
		return;
	const struct fact *by = fact_find(SLURM_CONF, SECTION_GLOBAL, "PriorityType");
	const struct entry *chosen = global(p->c, "PriorityType");
	if (billing || text_equal_nocase(chosen ? chosen->value : fact_default(by, p->c->records->release),
					 "priority/multifactor"))
		check_weights(p, e);
}

void run_weights(struct check *c)
{
	entries_walk(c, weights);
}
