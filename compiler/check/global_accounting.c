/* global_accounting.c: what slurmctld counts itself, and what it needs slurmdbd for. (slurmctld/controller.c:
 * _init_tres()) */
#include "compiler/check/global.h"

#include <string.h>

#include "compiler/check/records.h"

static bool counted_always(const char *name)
{
	static const char *const always[] = { "cpu", "mem", "energy", "node", "billing", "fs/disk", "vmem", "pages" };
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (text_equal_nocase(name, always[i]))
			return true;
	return false;
}

void rule_tres_without_database(struct check *c)
{
	const struct entry *tres = global(c, "AccountingStorageTRES"), *type = global(c, "AccountingStorageType");
	struct value_word w;
	if (!tres || (type && !text_ends(type->value, "none")))
		return;
	for (const char *rest = tres->value; value_next(c->arena, &rest, &w);) {
		if (counted_always(w.name) || !strchr(w.name, '/'))
			continue;
		struct diag *d = finding(
			c, word_within(c, tres, &w, w.name),
			"'%s' is counted by slurmdbd alone, which this cluster has not: slurmctld stops", w.name);
		if (type)
			diag_note(c->diags, d, type->span, "AccountingStorageType is %s by this", type->value);
		diag_help(c->diags, d, "add AccountingStorageType=accounting_storage/slurmdbd, or leave it out");
	}
}
