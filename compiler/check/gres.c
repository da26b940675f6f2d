/*
 * gres.c: rules over gres.conf: what of one name on one node must be alike, and what slurmd looks for.
 *
 * slurmd reads gres.conf when it starts, and most of what it finds wrong there is fatal to it (interfaces/gres.c).
 * Of lines that were read from a file there is more: gres_lines.c, gres_counts.c.
 */
#include "compiler/check/gres.h"

#include <string.h>

/* The lines of one name on the same nodes; what each says of a thing shall agree. */
struct alike {
	const struct entry *(*get)(const struct gres_line *l); /* there in all lines or in none */
	const char *with, *without;			       /* "gres '%s' has ..." */
	const char *help, *in_files;
};

static const struct entry *type_of(const struct gres_line *l)
{
	return l->type;
}

static const struct entry *file_of(const struct gres_line *l)
{
	return l->file;
}

static void say_unlike(struct check *c, const struct alike *k, const struct gres_line *l, const struct gres_line *first)
{
	const struct entry *mine = k->get(l), *its = k->get(first);
	struct span at = mine ? entry_place(l->rec, mine) : l->rec->span;
	struct diag *d = finding(c, at, "gres '%s' %s here, and %s elsewhere on the same node: slurmd does not start",
				 l->name, mine ? k->with : k->without, mine ? k->without : k->with);
	diag_note(c->diags, d, its ? entry_place(first->rec, its) : first->rec->span, "the other '%s'", l->name);
	diag_help(c->diags, d, "%s", either(c, k->help, k->in_files));
}

/* What a spec has detected has files and types of its own; of lines that were read slurmd asks all the same. */
static bool is_compared(const struct check *c, const struct gres_line *l)
{
	const struct entry *library = record_find(l->rec, "AutoDetect");
	return *l->name && (c->files || !library || text_equal_nocase(library->value, "off"));
}

static void all_or_none(struct check *c, const struct alike *k)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < all->nodes.n; i++) {
		struct map lines;
		map_init(&lines, c->arena);
		for (size_t j = 0; j < all->nodes.v[i]->lines.n; j++) {
			const struct gres_line *l = all->nodes.v[i]->lines.v[j];
			bool fresh;
			if (!is_compared(c, l))
				continue;
			struct map_entry *e = map_add(&lines, l->name, &fresh);
			if (fresh)
				e->value = (void *)(uintptr_t)l;
			const struct gres_line *first = e->value;
			if (!k->get(l) != !k->get(first) && first_at(c, &seen, l->rec->span))
				say_unlike(c, k, l, first);
		}
	}
}

/* "gres.conf for %s, some records have \"Type=\" specification while others do not" (_validate_gres_conf). */
static void typed_and_untyped(struct check *c)
{
	const struct alike k = { type_of, "has a type", "has no type", "give each of them a 'type', or none",
				 "give each of them a Type, or none" };
	all_or_none(c, &k);
}

/* "gres.conf for %s, some records have \"File\" specification while others do not". */
static void files_on_some(struct check *c)
{
	const struct alike k = { file_of, "has files", "has no files", "give each of them its 'file', or none",
				 "give each of them its File, or none" };
	all_or_none(c, &k);
}

/* Parts of GPUs are counted, on whatever files their GPUs have. A GPU without a file is gpu-without-file's. */
static bool may_lack_files(const struct gres_line *l)
{
	return !*l->name || strcmp(l->name, "gpu") == 0 || gres_is_shared(l->name);
}

static bool asks_library(const struct gres_line *l)
{
	const struct entry *library = record_find(l->rec, "AutoDetect");
	return library && !text_equal_nocase(library->value, "off");
}

/* gres.conf(5): File on some node wants File on all; slurmctld: "gres/%s lacks \"File=\" parameter for node %s". */
static void files_on_some_nodes(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map with;
	map_init(&with, c->arena);
	for (size_t i = 0; i < all->lines.n; i++)
		if (all->lines.v[i]->file || asks_library(all->lines.v[i]))
			map_set(&with, all->lines.v[i]->name, all->lines.v[i]);
	for (size_t i = 0; i < all->lines.n; i++) {
		const struct gres_line *l = all->lines.v[i];
		struct map_entry *e = map_find(&with, l->name);
		if (may_lack_files(l) || l->file || asks_library(l) || !e || !e->value)
			continue;
		const struct gres_line *its = e->value;
		const char *mine = record_value(l->rec, "NodeName"), *other = record_value(its->rec, "NodeName");
		e->value = NULL; /* once for a name */
		if (!mine || !other || text_equal(mine, other))
			continue; /* gres-files-on-some says it */
		struct diag *d =
			finding(c, l->rec->span, "gres '%s' has no files here, and has files on other nodes", l->name);
		diag_note(c->diags, d, its->rec->span, "'%s' with files", l->name);
		diag_help(c->diags, d,
			  "give it its %s on every node that has it, or on none, or call it otherwise here",
			  either(c, "'file'", "File"));
	}
}

/* "gres.conf duplicate records for %s": neither type nor files tell them apart. */
static void duplicates(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < all->nodes.n; i++) {
		struct map lines;
		map_init(&lines, c->arena);
		for (size_t j = 0; j < all->nodes.v[i]->lines.n; j++) {
			const struct gres_line *l = all->nodes.v[i]->lines.v[j];
			bool fresh;
			if (!*l->name || l->type || l->file)
				continue;
			struct map_entry *e = map_add(&lines, l->name, &fresh);
			if (fresh)
				e->value = (void *)(uintptr_t)l;
			const struct gres_line *first = e->value;
			if (first == l || !first_at(c, &seen, l->rec->span))
				continue;
			struct diag *d = finding(
				c, l->rec->span,
				"gres '%s' stands twice on one node with neither type nor files: slurmd does not start",
				l->name);
			if (first->rec->span.start != l->rec->span.start)
				diag_note(c->diags, d, first->rec->span, "the other");
			diag_help(c->diags, d, "make one of the two, with the sum of their counts");
		}
	}
}

/* "duplicate node-local AutoDetect specification does not match the first" (_handle_local_autodetect). One without
 * NodeName is passed over: autodetect-without-node. */
static void mixed_autodetect(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < all->nodes.n; i++) {
		const struct entry *its = NULL;
		const struct record *first = NULL;
		for (size_t j = 0; j < all->nodes.v[i]->lines.n; j++) {
			const struct record *rec = all->nodes.v[i]->lines.v[j]->rec;
			const struct entry *mine = record_find(rec, "AutoDetect");
			if (!mine || (c->files && !record_find(rec, "NodeName")))
				continue;
			if (!its) {
				its = mine;
				first = rec;
				continue;
			}
			if (text_equal_nocase(mine->value, its->value) || !first_at(c, &seen, entry_place(rec, mine)))
				continue;
			struct diag *d = finding(
				c, entry_place(rec, mine),
				"a node asks one library for its devices, not '%s' and '%s': slurmd does not start",
				its->value, mine->value);
			diag_note(c->diags, d, entry_place(first, its), "'%s' is asked here", its->value);
			diag_help(c->diags, d, "keep one %s a node, and write %s for the other devices",
				  either(c, "'autodetect'", "AutoDetect"), either(c, "'file'", "File"));
		}
	}
}

/* What is detected must be what the line says (_merge_system_gres_conf). gres.conf(5) shows files beside AutoDetect, as
 * a check of what is found: only a spec is asked why. */
static void autodetect_with_file(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; !c->files && i < all->lines.n; i++) {
		const struct gres_line *l = all->lines.v[i];
		const struct entry *found = record_find(l->rec, "AutoDetect"), *file = record_find(l->rec, "File");
		if (!file || !asks_library(l) || !first_at(c, &seen, entry_place(l->rec, file)))
			continue;
		struct diag *d = finding(
			c, entry_place(l->rec, file),
			"the files of gres '%s' are written and detected: where the two differ devices are ignored",
			record_value(l->rec, "Name"));
		diag_note(c->diags, d, entry_place(l->rec, found), "they are detected by '%s'", found->value);
		diag_help(c->diags, d, "keep 'file' or 'autodetect'");
	}
}

/* "Ignoring file-less GPU ... from final GRES list": the node registers with none, and is set invalid. */
static void gpu_without_file(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < all->nodes.n; i++)
		for (size_t j = 0; j < all->nodes.v[i]->lines.n; j++) {
			const struct gres_line *l = all->nodes.v[i]->lines.v[j];
			if (strcmp(l->name, "gpu") != 0 || l->file || gres_detects(c, all->nodes.v[i], l) ||
			    !first_at(c, &seen, l->rec->span))
				continue;
			struct diag *d =
				diag_add(c->diags, c->files ? SEVERITY_ERROR : c->rule->severity, c->rule->name,
					 gres_name_place(l),
					 "this gpu has neither files nor a library that finds them: slurmd ignores it, "
					 "and its node is set invalid");
			diag_help(c->diags, d, "add %s, or call what is only counted by another name",
				  either(c, "'file: /dev/nvidia0' or 'autodetect: nvml'",
					 "File=/dev/nvidia0 or a line AutoDetect=nvml"));
		}
}

/* "GresTypes: gres/'shared' requires that gres/gpu also be configured" (gres_init); on a node they are parts of its
 * GPUs. */
static void shared_without_gpu(struct check *c)
{
	const struct node_group *g;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));) {
		const struct gres *r;
		if (!g->gres.n || node_has_gres(g, "gpu"))
			continue;
		for (size_t j = 0; (r = entries_next(&g->gres, &j));) {
			const char *name = r->origin.name;
			if ((strcmp(name, "shard") != 0 && strcmp(name, "mps") != 0) ||
			    !first_at(c, &seen, r->origin.name_span))
				continue;
			struct diag *d = finding(c, r->origin.name_span,
						 "gres '%s' is a part of a GPU, and this node has no gres 'gpu'", name);
			diag_help(c->diags, d, "add 'gpu' to the node's 'gres', or remove '%s'", name);
		}
	}
}

const struct rule rules_gres[] = {
	{ "gres-typed-and-untyped", SEVERITY_ERROR, RULE_RECORDS, typed_and_untyped },
	{ "gres-files-on-some", SEVERITY_ERROR, RULE_RECORDS, files_on_some },
	{ "gres-files-on-some-nodes", SEVERITY_WARNING, RULE_RECORDS, files_on_some_nodes },
	{ "gres-duplicate", SEVERITY_ERROR, RULE_RECORDS, duplicates },
	{ "gres-count-mismatch", SEVERITY_ERROR, RULE_RECORDS, rule_gres_count },
	{ "gres-too-many-devices", SEVERITY_ERROR, RULE_RECORDS, rule_gres_too_many },
	{ "gres-unreadable-devices", SEVERITY_ERROR, RULE_RECORDS, rule_gres_devices_unreadable },
	{ "gres-device-twice", SEVERITY_ERROR, RULE_RECORDS, rule_gres_device_twice },
	{ "gres-cores-outside", SEVERITY_ERROR, RULE_SPEC, rule_gres_cores },
	{ "autodetect-mixed", SEVERITY_ERROR, RULE_RECORDS, mixed_autodetect },
	{ "autodetect-with-file", SEVERITY_WARNING, RULE_RECORDS, autodetect_with_file },
	{ "gpu-without-file", SEVERITY_WARNING, RULE_RECORDS, gpu_without_file },
	{ "shared-gres-without-gpu", SEVERITY_ERROR, RULE_SPEC, shared_without_gpu },
	{ .name = NULL },
};
