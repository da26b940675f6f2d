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

/* Whether slurmctld knows the resource: gres/gpu comes with gres/gpu:a100, and gres/gpumem and gres/gpuutil with gres/gpu. */
static bool is_configured(const struct check *c, const char *name)
{
	static const char *const always[] = { "cpu", "mem", "energy", "node", "billing", "fs/disk", "vmem", "pages" };
	const struct entry *recorded = global(c, "AccountingStorageTRES");
	struct value_word w;
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (text_equal_nocase(name, always[i]))
			return true;
	if (text_equal_nocase(name, "gres/gpumem") || text_equal_nocase(name, "gres/gpuutil"))
		name = "gres/gpu";
	for (const char *rest = recorded ? recorded->value : ""; value_next(c->arena, &rest, &w);)
		if (text_equal_nocase(name, w.name) ||
		    text_equal_nocase(name, arena_strndup(c->arena, w.name, strcspn(w.name, ":"))))
			return true;
	return false;
}

/* A number, and one letter that multiplies it; what stands behind the letter Slurm does not look at. */
static bool is_weight(const char *s)
{
	char *end;
	strtod(s, &end);
	return end != s && (!*end || strchr("KMGTPkmgtp", *end)) && !strchr(s, '=');
}

static void say_unconfigured(struct entry_pass *p, const struct entry *e, const char *name)
{
	struct diags *diags = p->c->diags;
	const struct entry *recorded = global(p->c, "AccountingStorageTRES");
	struct diag *d = finding(p->c, span_within(p->c, e->span, name),
				 "'%s' weighs '%s', which accounting does not record, and slurmctld stops", key_said(e), name);
	if (recorded && span_known(recorded->span))
		diag_note(diags, d, recorded->span, "what it records");
	if (p->c->files)
		diag_help(diags, d, "record it with AccountingStorageTRES, or leave its weight out");
	else if (!p->c->spec->accounting)
		diag_help(diags, d, "without 'accounting' there are cpu, mem, node, energy, billing, fs/disk, vmem and pages alone");
	else
		diag_help(diags, d, "record it with 'accounting.tres', or leave its weight out");
}

static void check_weights(struct entry_pass *p, const struct entry *e)
{
	struct value_word w;
	for (const char *rest = e->value; value_next(p->c->arena, &rest, &w);) {
		const char *weight = w.text + strlen(w.name);
		bool well = *weight == '=' && is_weight(weight + 1);
		if ((well && is_configured(p->c, w.name)) || !entry_fresh(p, e, w.name))
			continue;
		if (well) {
			say_unconfigured(p, e, w.name);
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
