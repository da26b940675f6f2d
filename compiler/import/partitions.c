/* partitions.c: PartitionName lines, with the node sets that they name. */
#include "compiler/import/within.h"

#include <string.h>
#include <strings.h>

#include "compiler/spec/check.h"

/* ---- node sets */

static void read_sets(struct import *im, struct map *ret)
{
	map_init(ret, im->arena);
	for (size_t i = 0; i < im->records->files[SLURM_CONF].n; i++) {
		const struct record *rec = im->records->files[SLURM_CONF].v[i];
		if (rec->section == SECTION_NODESET)
			map_add(ret, rec->entries.v[0].value, NULL)->value = (void *)(uintptr_t)rec;
	}
}

static bool has_feature(const struct import *im, const struct node_group *g, const char *feature)
{
	const struct texts *f = &g->features;
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->v[i], feature) == 0)
			return true;
	return false;
}

/* Nodes that come into being as they register bear features that no line names, and a selector wants a node. */
static bool any_has(const struct import *im, const char *feature)
{
	for (size_t i = 0; i < im->spec->nodes.n; i++)
		if (has_feature(im, im->spec->nodes.v[i], feature))
			return true;
	return false;
}

/* Every node of the spec, before anything is folded away: import_partitions() runs before import_hardware(). */
static void add_featured(struct import *im, const char *feature, struct hostlist *to)
{
	for (size_t i = 0; i < im->spec->nodes.n; i++) {
		const struct node_group *g = im->spec->nodes.v[i];
		if (has_feature(im, g, feature))
			hostlist_add(to, g->origin.hosts);
	}
}

static void add_list(struct import *im, const char *list, struct hostlist *to)
{
	struct hostlist h;
	struct hostlist_error error;
	if (hostlist_parse(im->arena, list, &h, &error))
		hostlist_add(to, &h);
}

static const char *as_written(struct import *im, const struct record *set)
{
	return arena_printf(im->arena, "NodeSet=%s Feature=%s", set->entries.v[0].value, record_value(set, "Feature"));
}

static void add_set(struct import *im, const struct record *set, struct hostlist *to)
{
	const char *feature = record_value(set, "Feature"), *nodes = record_value(set, "Nodes");
	if (feature && any_has(im, feature))
		add_featured(im, feature, to);
	else if (feature)
		import_dropped(im, set->span, as_written(im, set),
			       "no node of the files has feature '%s', and a spec names no nodes that come later",
			       feature);
	if (nodes)
		add_list(im, nodes, to);
}

/* What stands between the commas that are in no bracket. */
static const char *next_term(struct import *im, const char **s)
{
	int depth = 0;
	const char *start = *s + strspn(*s, ", \t"), *p = start;
	for (; *p && (depth || *p != ','); p++)
		depth += *p == '[' ? 1 : *p == ']' ? -1 : 0;
	*s = p;
	while (p > start && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	return p > start ? arena_strndup(im->arena, start, (size_t)(p - start)) : NULL;
}

/* As it was written, unless it is said shorter in order. */
static struct hostlist *shortest(struct import *im, struct hostlist *h)
{
	struct hostlist *sorted = ARENA_NEW(im->arena, struct hostlist);
	struct text a, b;
	text_init(&a, im->arena);
	text_init(&b, im->arena);
	hostlist_init(sorted, im->arena);
	hostlist_add(sorted, h);
	hostlist_normalise(sorted);
	hostlist_print(h, true, &a);
	hostlist_print(sorted, true, &b);
	return sorted->count != h->count || b.n < a.n ? sorted : h;
}

static void set_nodes(struct import *im, const struct map *sets, const struct record *rec, struct partition *p)
{
	const struct entry *e = record_find(rec, "Nodes");
	const char *s = e ? e->value : "", *term;
	struct hostlist *all = ARENA_NEW(im->arena, struct hostlist);
	bool featured = false;
	hostlist_init(all, im->arena);
	p->nodes.given = true;
	if (strcasecmp(s, "ALL") == 0) {
		p->nodes.all = true;
		return;
	}
	const struct record *alone = map_get(sets, s);
	if (alone && record_value(alone, "Feature") && !record_value(alone, "Nodes") &&
	    !check_feature(record_value(alone, "Feature")) && any_has(im, record_value(alone, "Feature"))) {
		p->nodes.feature = record_value(alone, "Feature");
		return;
	}
	while ((term = next_term(im, &s))) {
		const struct record *set = map_get(sets, term);
		if (strcasecmp(term, "ALL") == 0) {
			for (size_t i = 0; i < im->spec->nodes.n; i++)
				hostlist_add(all, origin_of(im->spec->nodes.v[i])->hosts);
		} else if (set) {
			add_set(im, set, all);
			featured = featured || record_value(set, "Feature");
		} else {
			add_list(im, term, all);
		}
	}
	p->nodes.list = shortest(im, all);
	/* A selector stands alone. */
	if (featured && all->count)
		import_changed(
			im, e->span,
			"Nodes=%s becomes the nodes that are in it now: one that gets the feature later has to be "
			"added",
			e->value);
}

/* ---- lines */

/* Priority is both of the keys that took its place (read_config.c: _parse_partitionname()). */
static bool set_priority(struct import *im, struct partition *p, const struct entry *e)
{
	if (strcasecmp(e->fact->key, "Priority") != 0)
		return false;
	const struct field *tier = shape_field(&partition_shape, "priority_tier");
	const struct field *factor = shape_field(&partition_shape, "priority_job_factor");
	if (!field_given(tier, p))
		import_value(im, tier, e->fact, e->value, p);
	if (!field_given(factor, p))
		import_value(im, factor, e->fact, e->value, p);
	return true;
}

static void set_entry(struct import *im, struct partition *p, const struct entry *e, struct map *inherited)
{
	const struct field *f = import_row(&partition_shape, SLURM_CONF, e->fact->key);
	if (strcasecmp(e->fact->key, "PartitionName") == 0 || strcasecmp(e->fact->key, "Nodes") == 0)
		return;
	if (f) {
		if (import_value(im, f, e->fact, e->value, p)) {
			if (e->inherited)
				map_set(inherited, f->key, (void *)(uintptr_t)import_text(im, f, p));
		} else if (!import_is_default(im, e->fact, e->value) && strcasecmp(e->value, "UNLIMITED") != 0) {
			import_dropped(im, e->span, arena_printf(im->arena, "%s=%s", e->fact->key, e->value),
				       "'%s' of a partition cannot say it", f->key);
		}
		return;
	}
	if (set_priority(im, p, e))
		return;
	if (im->release >= e->fact->defunct || im->release >= e->fact->removed)
		import_dropped(im, e->key_span, e->fact->key, "Slurm %s does nothing with it",
			       release_name(im->release));
	else if (*e->value)
		import_option(im, &p->options, e->fact, e->value);
}

void import_partitions(struct import *im)
{
	LIST(struct map *) inherited = { 0 };
	struct map sets;
	read_sets(im, &sets);
	for (size_t i = 0; i < im->records->files[SLURM_CONF].n; i++) {
		const struct record *rec = im->records->files[SLURM_CONF].v[i];
		if (rec->section != SECTION_PARTITION || rec->is_default)
			continue;
		/* PartitionName=a,b is two partitions. */
		struct texts names;
		import_words(im, rec->entries.v[0].value, &names);
		for (size_t j = 0; j < names.n; j++) {
			struct partition *p = body_new(im->arena, &partition_shape);
			struct map *map = *list_push(im->arena, &inherited) = ARENA_NEW(im->arena, struct map);
			map_init(map, im->arena);
			p->origin.name = names.v[j];
			set_nodes(im, &sets, rec, p);
			for (size_t k = 0; k < rec->entries.n; k++)
				set_entry(im, p, &rec->entries.v[k], map);
			*list_push(im->arena, &im->spec->partitions) = p;
		}
	}
	struct entries *all = &im->spec->partitions;
	all->given = all->n > 0;
	if (!all->n)
		return;
	struct partition *defaults = body_new(im->arena, &partition_defaults_shape);
	import_defaults(im, all->v, inherited.v, all->n, defaults, SECTION_PARTITION);
	if (*import_body_text(im, defaults))
		((struct defaults *)import_body(im, (const char *const[]){ "defaults", NULL }))->partition = defaults;
}
