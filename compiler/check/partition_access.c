/* partition_access.c: QOS and accounts that partitions name. */
#include "compiler/check/partitions.h"

/* Whether all QOS and accounts that there can be stand in the spec: the database is made here, and is empty before. */
static bool managed(const struct accounting *acc)
{
	return acc && !acc->external && acc->database && !acc->database->host && !acc->origin.broken;
}

static void names_of(struct check *c, const struct entries *all, const char *built_in, struct map *ret)
{
	map_init(ret, c->arena);
	map_set(ret, built_in, NULL);
	for (size_t i = 0; i < all->n; i++)
		map_set(ret, origin_of(all->v[i])->name, NULL);
}

static void help_name(struct check *c, struct diag *d, const struct map *known, const char *name, const char *under)
{
	if (d == c->diags->spare)
		return; /* not recorded: looking for a name near costs as much as there are names */
	const char **all = ARENA_ARRAY(c->arena, known->n + 1, const char *);
	for (size_t i = 0; i < known->n; i++)
		all[i] = known->v[i].key;
	const char *meant = suggest(name, all, known->n);
	if (meant)
		diag_help(c->diags, d, "did you mean '%s'?", meant);
	else
		diag_help(c->diags, d, "add '%s' under '%s', or correct the name", name, under);
}

/* A list of a partition's, or its one name, against the names that there are. */
static void each_name(struct check *c, const struct partition *p, const char *key, const struct map *known,
		      struct map *seen, const char *noun, const char *under)
{
	const struct field *f = shape_field(&partition_shape, key);
	const struct texts *list = field_at(f, p);
	const char *const *one = field_at(f, p);
	size_t n = f->kind == VALUE_TEXTS ? list->n : *one != NULL;
	for (size_t i = 0; i < n; i++) {
		const char *name = f->kind == VALUE_TEXTS ? list->v[i] : *one;
		struct span at = where_item(p, f->offset, i);
		if (map_find(known, name) || !first_at(c, seen, at))
			continue;
		help_name(c, finding(c, at, "no %s is called '%s'", noun, name), known, name, under);
	}
}

/* slurmctld/read_config.c: _build_single_partitionline_info: QOS= of an unknown QOS is fatal, AllowQos and DenyQos
 * from 25.11. */
void rule_unknown_qos(struct check *c)
{
	static const char *const keys[] = { "qos", "allow_qos", "deny_qos" };
	const struct accounting *acc = c->spec->accounting;
	const struct partition *p;
	struct map known, seen;
	map_init(&seen, c->arena);
	if (managed(acc))
		names_of(c, &acc->qos, "normal", &known);
	for (size_t i = 0; (p = entries_next(&c->spec->partitions, &i));)
		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
			const struct field *f = shape_field(&partition_shape, keys[k]);
			struct span at = where_offset(p, f->offset);
			if (!field_given(f, p))
				continue;
			if (managed(acc))
				each_name(c, p, keys[k], &known, &seen, "QOS", "accounting.qos");
			else if (!acc && !c->spec->origin.broken && first_at(c, &seen, at))
				diag_help(c->diags,
					  finding(c, at,
						  "partition '%s' names a QOS, and without accounting there is none",
						  p->origin.name),
					  "add 'accounting: {}' and the QOS under it, or leave '%s' out", keys[k]);
		}
}

/* Slurm never looks an account up here: one that is misspelt shuts its users out, or lets them in. */
void rule_unknown_account(struct check *c)
{
	static const char *const keys[] = { "allow_accounts", "deny_accounts" };
	const struct accounting *acc = c->spec->accounting;
	const struct partition *p;
	struct map known, seen;
	map_init(&seen, c->arena);
	if (!managed(acc) || !acc->accounts.n)
		return;
	names_of(c, &acc->accounts, "root", &known);
	for (size_t i = 0; (p = entries_next(&c->spec->partitions, &i));)
		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
			each_name(c, p, keys[k], &known, &seen, "account", "accounting.accounts");
}
