/*
 * gres.c: rules over gres.conf: what of one name on one node must be alike, and what slurmd looks for.
 *
 * slurmd reads gres.conf when it starts, and most of what it finds wrong there is fatal to it (interfaces/gres.c).
 */
#include "compiler/check/gres.h"

#include <string.h>

/* The lines of one name on the same nodes; what each says of a key shall agree. */
struct alike {
	const char *key;	    /* present in all lines or in none */
	const char *with, *without; /* "gres '%s' has ..." */
	const char *help;
};

static const struct entry *name_entry(const struct record *rec)
{
	return record_find(rec, "Name");
}

static const char *text_of(const struct record *rec, const char *key)
{
	const char *s = record_value(rec, key);
	return s ? s : "";
}

static struct span name_place(const struct record *rec)
{
	const struct entry *e = name_entry(rec);
	return e ? entry_place(rec, e) : rec->span;
}

/* The first line of the same name and nodes; itself when it is the first. */
static const struct record *first_line(struct check *c, struct map *lines, const struct record *rec, const char *name)
{
	const char *key = arena_printf(c->arena, "%s %s", text_of(rec, "NodeName"), name);
	bool fresh;
	struct map_entry *e = map_add(lines, key, &fresh);
	if (fresh)
		e->value = (void *)(uintptr_t)rec;
	return e->value;
}

static bool detects(const struct record *rec)
{
	const char *library = record_value(rec, "AutoDetect");
	return library && !text_equal_nocase(library, "off");
}

static void all_or_none(struct check *c, const struct alike *k)
{
	const struct record *rec;
	struct map lines, seen;
	map_init(&lines, c->arena);
	map_init(&seen, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, GRES_CONF, SECTION_GRES, &i));) {
		const char *name = text_of(rec, "Name");
		/* What is detected has files and types of its own. */
		if (!*name || detects(rec))
			continue;
		const struct record *first = first_line(c, &lines, rec, name);
		const struct entry *mine = record_find(rec, k->key), *its = record_find(first, k->key);
		if (!mine == !its)
			continue;
		struct span at = mine ? entry_place(rec, mine) : rec->span;
		if (!first_at(c, &seen, rec->span))
			continue;
		struct diag *d =
			finding(c, at, "gres '%s' %s here, and %s elsewhere on the same node: slurmd does not start",
				name, mine ? k->with : k->without, mine ? k->without : k->with);
		diag_note(c->diags, d, its ? entry_place(first, its) : first->span, "the other '%s'", name);
		diag_help(c->diags, d, "%s", k->help);
	}
}

/* "Some %s GRES in slurm.conf have a type while others do not" (_validate_config). */
static void typed_and_untyped(struct check *c)
{
	const struct alike k = { "Type", "has a type", "has no type", "give each of them a 'type', or none" };
	all_or_none(c, &k);
}

/* "gres.conf for %s, some records have \"File\" specification while others do not". */
static void files_on_some(struct check *c)
{
	const struct alike k = { "File", "has files", "has no files", "give each of them its 'file', or none" };
	all_or_none(c, &k);
}

/* Parts of GPUs are counted, on whatever files their GPUs have. A GPU without a file is gpu-without-file's. */
static bool may_lack_files(const char *name)
{
	return !*name || text_equal_nocase(name, "gpu") || text_equal_nocase(name, "shard") ||
	       text_equal_nocase(name, "mps");
}

/* gres.conf(5): File on some node wants File on all; slurmctld: "gres/%s lacks \"File=\" parameter for node %s". */
static void files_on_some_nodes(struct check *c)
{
	const struct record *rec;
	struct map with;
	map_init(&with, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, GRES_CONF, SECTION_GRES, &i));)
		if (record_find(rec, "File") || detects(rec))
			map_set(&with, text_of(rec, "Name"), (void *)(uintptr_t)rec);
	for (size_t i = 0; (rec = records_next(c->records, GRES_CONF, SECTION_GRES, &i));) {
		const char *name = text_of(rec, "Name");
		struct map_entry *e = map_find(&with, name);
		if (may_lack_files(name) || record_find(rec, "File") || detects(rec) || !e || !e->value)
			continue;
		const struct record *its = e->value;
		e->value = NULL; /* once for a name */
		if (text_equal(text_of(rec, "NodeName"), text_of(its, "NodeName")))
			continue; /* gres-files-on-some says it */
		struct diag *d = finding(c, rec->span, "gres '%s' has no files here, and has files on other nodes", name);
		diag_note(c->diags, d, its->span, "'%s' with files", name);
		diag_help(c->diags, d, "give it its 'file' on every node that has it, or on none, or call it otherwise here");
	}
}

/* "gres.conf duplicate records for %s": neither type nor files tell them apart. */
static void duplicates(struct check *c)
{
	const struct record *rec;
	struct map lines, seen;
	map_init(&lines, c->arena);
	map_init(&seen, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, GRES_CONF, SECTION_GRES, &i));) {
		const char *name = text_of(rec, "Name");
		if (!*name || record_find(rec, "Type") || record_find(rec, "File"))
			continue;
		const struct record *first = first_line(c, &lines, rec, name);
		if (first == rec || !first_at(c, &seen, rec->span))
			continue;
		struct diag *d = finding(
			c, rec->span,
			"gres '%s' stands twice on one node with neither type nor files: slurmd does not start", name);
		if (first->span.start != rec->span.start)
			diag_note(c->diags, d, first->span, "the other");
		diag_help(c->diags, d, "make one of the two, with the sum of their counts");
	}
}

/* "AutoDetect ... differs from ... on this node" is fatal (_set_autodetect_flags). */
static void mixed_autodetect(struct check *c)
{
	const struct record *rec;
	struct map lines, seen;
	map_init(&lines, c->arena);
	map_init(&seen, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, GRES_CONF, SECTION_GRES, &i));) {
		const struct entry *mine = record_find(rec, "AutoDetect");
		if (!mine)
			continue;
		const struct record *first = first_line(c, &lines, rec, "");
		const struct entry *its = record_find(first, "AutoDetect");
		if (text_equal_nocase(mine->value, its->value) || !first_at(c, &seen, entry_place(rec, mine)))
			continue;
		struct diag *d =
			finding(c, entry_place(rec, mine),
				"a node asks one library for its devices, not '%s' and '%s': slurmd does not start",
				its->value, mine->value);
		diag_note(c->diags, d, entry_place(first, its), "'%s' is asked here", its->value);
		diag_help(c->diags, d, "keep one 'autodetect' a node, and write 'file' for the other devices");
	}
}

/* What is detected must be what the line says (_merge_system_gres_conf). */
static void autodetect_with_file(struct check *c)
{
	const struct record *rec;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, GRES_CONF, SECTION_GRES, &i));) {
		const struct entry *found = record_find(rec, "AutoDetect"), *file = record_find(rec, "File");
		if (!file || !detects(rec) || !first_at(c, &seen, entry_place(rec, file)))
			continue;
		struct diag *d = finding(
			c, entry_place(rec, file),
			"the files of gres '%s' are written and detected: where the two differ devices are ignored",
			text_of(rec, "Name"));
		diag_note(c->diags, d, entry_place(rec, found), "they are detected by '%s'", found->value);
		diag_help(c->diags, d, "keep 'file' or 'autodetect'");
	}
}

/* "Ignoring file-less GPU ... from final GRES list": the node registers with none, and is set invalid. */
static void gpu_without_file(struct check *c)
{
	const struct record *rec;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, GRES_CONF, SECTION_GRES, &i));) {
		if (!text_equal(text_of(rec, "Name"), "gpu") || record_find(rec, "File") ||
		    record_find(rec, "MultipleFiles") || detects(rec) || !first_at(c, &seen, rec->span))
			continue;
		struct diag *d = finding(c, name_place(rec),
					 "this gpu has neither files nor a library that finds them: slurmd ignores it, "
					 "and its node is set invalid");
		diag_help(
			c->diags, d,
			"add 'file: /dev/nvidia0' or 'autodetect: nvml', or call what is only counted by another name");
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
