/*
 * gres_lines.c: lines of a gres.conf that was read: what slurmd passes over, or stops at, in one line.
 */
#include "compiler/check/gres_lines.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Every line once, with the function that looks at it. */
static void each_line(struct check *c, void (*look)(struct check *c, const struct gres_line *l))
{
	const struct gres_nodes *all = gres_nodes(c);
	for (size_t i = 0; i < all->lines.n; i++)
		look(c, all->lines.v[i]);
}

/* ---- gres-name-unknown: "Ignoring gres.conf record, invalid name: %s" (_parse_gres_config) */

/* The words of GresTypes as texts; false when no slurm.conf was given. */
static bool gres_types(const struct check *c, struct texts *ret, const struct entry **ret_entry)
{
	*ret_entry = global(c, "GresTypes");
	for (const char *s = *ret_entry ? (*ret_entry)->value : ""; *s;) {
		s += strspn(s, ", ");
		size_t n = strcspn(s, ", ");
		if (n)
			*list_push(c->arena, ret) = arena_strndup(c->arena, s, n);
		s += n;
	}
	return c->files->sources[SLURM_CONF] != NULL;
}

static void add_lowered(struct check *c, struct map *m, const char *name, size_t n)
{
	map_set(m, in_lower_case(c->arena, arena_strndup(c->arena, name, n)), NULL);
}

/* Names of lines that are well: those of GresTypes, and those that nodes have, of which gres-not-in-types speaks. */
static void known_names(struct check *c, const struct texts *types, struct map *ret)
{
	const struct fact *gres = fact_find(SLURM_CONF, SECTION_NODE, "Gres");
	const struct record *rec;
	const char *last = "";
	map_init(ret, c->arena);
	for (size_t i = 0; i < types->n; i++)
		add_lowered(c, ret, types->v[i], strlen(types->v[i]));
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		const struct entry *e = record_entry(rec, gres);
		if (!e || strcmp(e->value, last) == 0)
			continue;
		last = e->value;
		for (const char *s = e->value; *s; s += *s == ',') {
			add_lowered(c, ret, s, strcspn(s, ":(,"));
			s += strcspn(s, ",");
		}
	}
}

static void name_unknown(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	const struct entry *types;
	struct texts names = { 0 };
	struct map seen, known;
	map_init(&seen, c->arena);
	if (!gres_types(c, &names, &types))
		return;
	known_names(c, &names, &known);
	for (size_t i = 0; i < all->lines.n; i++) {
		const struct gres_line *l = all->lines.v[i];
		bool fresh;
		if (!*l->name || map_find(&known, l->name))
			continue;
		map_add(&seen, l->name, &fresh);
		if (!fresh)
			continue;
		const char *name = record_value(l->rec, "Name");
		struct diag *d =
			finding(c, gres_name_place(l), "GresTypes has no '%s': slurmd passes over this line", name);
		const char *meant = d == c->diags->spare ? NULL : suggest(name, names.v, names.n);
		if (types)
			diag_note(c->diags, d, types->span, "what it has");
		if (meant)
			diag_help(c->diags, d, "did you mean '%s'?", meant);
		else
			diag_help(c->diags, d, "add it in slurm.conf: GresTypes=%s%s%s", types ? types->value : "",
				  names.n ? "," : "", name);
	}
}

/* ---- gres-line-without-name: "Invalid GRES data, no type name" */

static void without_name(struct check *c, const struct gres_line *l)
{
	if (*l->name || (l->rec->entries.n == 2 && record_find(l->rec, "AutoDetect")))
		return;
	struct diag *d = finding(c, l->rec->span, "%s",
				 l->rec->entries.n == 1 ? "this line says nothing: slurmd passes over it"
				 : record_find(l->rec, "AutoDetect")
					 ? "this line has no Name: slurmd reads its AutoDetect and nothing else of it"
					 : "this line has no Name: slurmd passes over it");
	diag_help(c->diags, d, "add Name=gpu, or whatever it is about");
}

static void run_without_name(struct check *c)
{
	each_line(c, without_name);
}

/* ---- gres-bad-count: "Invalid GRES record for %s, invalid count %s" */

static void bad_count(struct check *c, const struct gres_line *l)
{
	const struct entry *count = record_find(l->rec, "Count");
	uint64_t n;
	if (!count || slurm_gres_count(count->value, &n))
		return;
	struct diag *d = finding(c, entry_place(l->rec, count), "Count cannot be '%s': slurmd does not start",
				 diag_quote(c->diags, count->value));
	diag_help(c->diags, d, "write a whole number; K, M, G, T, P behind it are powers of 1024");
}

static void run_bad_count(struct check *c)
{
	each_line(c, bad_count);
}

/* ---- gres-multiple-files: both are fatal */

static void multiple_files(struct check *c, const struct gres_line *l)
{
	const struct entry *file = record_find(l->rec, "File"), *many = record_find(l->rec, "MultipleFiles");
	struct diag *d;
	if (!many)
		return;
	if (file) {
		d = finding(c, entry_place(l->rec, many), "a line has File or MultipleFiles: slurmd does not start");
		diag_note(c->diags, d, entry_place(l->rec, file), "its File");
		diag_help(c->diags, d, "File names a device each, MultipleFiles all the files of one device: keep one");
	} else if (device_count(c->arena, many->value) == 1) {
		d = finding(c, entry_place(l->rec, many), "MultipleFiles names one file: slurmd does not start");
		diag_help(c->diags, d, "write File=%s", many->value);
		diag_edit(c->diags, d, many->key_span, "File");
	}
}

static void run_multiple_files(struct check *c)
{
	each_line(c, multiple_files);
}

/* ---- gres-bad-links (gres_links_validate): links to the other GPUs, -1 at its own place */

enum { LINKS_MAX = 1023 }; /* GRES_MAX_LINK */

static const char *links_error(const char *s)
{
	int own = 0;
	if (!*s)
		return "it is empty";
	while (*s) {
		char *end;
		long n = strtol(s, &end, 10);
		if (end == s || (*end && *end != ',') || n < -2 || n > LINKS_MAX)
			return "it is a list of numbers from 0 to 1023, and -1";
		own += n == -1;
		s = end + (*end == ',');
	}
	return own == 1 ? NULL : own ? "-1 stands there more than once" : "-1 is missing, which marks the GPU itself";
}

static void bad_links(struct check *c, const struct gres_line *l)
{
	const struct entry *links = record_find(l->rec, "Links");
	const char *error = links ? links_error(links->value) : NULL;
	if (!error)
		return;
	struct diag *d = finding(c, entry_place(l->rec, links), "slurmd ignores these Links: %s", error);
	diag_help(c->diags, d,
		  "write the links to each GPU in the order of the node's files: Links=-1,4,0,0 for the first of four");
}

static void run_bad_links(struct check *c)
{
	each_line(c, bad_links);
}

/* ---- autodetect-without-node: "In-line AutoDetect requires NodeName to take effect" */

static void autodetect_without_node(struct check *c, const struct gres_line *l)
{
	const struct entry *e = record_find(l->rec, "AutoDetect");
	if (!e || record_find(l->rec, "NodeName"))
		return;
	struct diag *d = finding(c, e->key_span, "slurmd ignores AutoDetect on a line without NodeName");
	diag_help(c->diags, d,
		  "write AutoDetect=%s on a line of its own for all nodes, or NodeName= before Name=", e->value);
}

static void run_autodetect_without_node(struct check *c)
{
	each_line(c, autodetect_without_node);
}

/* ---- gres-file-no-device: "%s is not a valid character or block device, fix your gres.conf" */

/* Files of a driver that belong to no one GPU. */
static const char *const shared_files[] = { "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools",
					    "/dev/nvidia-modeset", "/dev/kfd" };

static const char *no_device(const struct gres_line *l)
{
	const char *value = l->file->value;
	if (value[0] != '/')
		return "a path begins with /: slurmd waits 20 seconds for this file, and does not start";
	if (strncmp(value, "/dev/", 5) != 0)
		return "this lies outside of /dev: of what is no device, slurmd keeps no job away";
	for (size_t i = 0; !l->multiple && i < sizeof(shared_files) / sizeof(shared_files[0]); i++)
		if (strcmp(value, shared_files[i]) == 0)
			return "this file is for all GPUs of the node, and counts as one of them here";
	if (!l->multiple && strncmp(value, "/dev/nvidia-caps/", 17) == 0)
		return "a MIG device is this file and that of its GPU: a job that is held to it cannot use it";
	return NULL;
}

static void file_no_device(struct check *c, const struct gres_line *l)
{
	const char *why = l->file ? no_device(l) : NULL;
	if (!why)
		return;
	struct diag *d = finding(c, entry_place(l->rec, l->file), "%s", why);
	diag_help(
		c->diags, d, "%s",
		strstr(l->file->value, "nvidia-caps")
			? "write MultipleFiles=/dev/nvidia0,/dev/nvidia-caps/nvidia-cap21,/dev/nvidia-caps/nvidia-cap22"
			: "name the device of each: File=/dev/nvidia[0-3]");
}

static void run_file_no_device(struct check *c)
{
	each_line(c, file_no_device);
}

/* ---- gres-node-unknown: nobody looks: slurmd passes over lines of other nodes */

struct unknown {
	const struct check *c;
	struct hostlist names;
};

static void add_unknown(void *ctx, const struct hostpiece *piece)
{
	struct unknown *u = ctx;
	if (!piece->known)
		hostlist_add_run(&u->names, &piece->run);
}

static struct hostindex *known_nodes(struct check *c)
{
	const struct record *rec;
	struct hostindex *index = hostindex_new(c->arena);
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		struct hostlist *h = ARENA_NEW(c->arena, struct hostlist);
		struct hostlist_error e;
		if (hostlist_parse(c->arena, record_value(rec, "NodeName"), h, &e))
			hostindex_add(index, h, 0);
	}
	hostindex_build(index, NULL, NULL);
	return index;
}

static void node_unreadable(struct check *c, const struct entry *e, const char *why)
{
	struct diag *d = finding(c, e->span, "this hostlist names no node: %s", why);
	diag_help(c->diags, d, "write names and ranges such as g[1-4,7]; no slurmd reads this line");
}

static void node_unknown(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct hostindex *index = NULL;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < all->lines.n; i++) {
		const struct entry *e = record_find(all->lines.v[i]->rec, "NodeName");
		struct hostlist h;
		struct hostlist_error error;
		bool fresh;
		if (!e)
			continue;
		map_add(&seen, e->value, &fresh);
		if (fresh && !hostlist_parse(c->arena, e->value, &h, &error))
			node_unreadable(c, e, error.message);
		else if (fresh && c->files->sources[SLURM_CONF] && !global(c, "MaxNodeCount")) {
			struct unknown u = { .c = c };
			hostlist_init(&u.names, c->arena);
			index = index ? index : known_nodes(c);
			hostindex_cover(index, &h, add_unknown, &u);
			if (!u.names.count)
				continue;
			struct diag *d = finding(c, e->span, "slurm.conf has no %s: no slurmd reads this line there",
						 nodes_said(c, &u.names));
			diag_help(c->diags, d, "name nodes that slurm.conf has, or add their NodeName line there");
		}
	}
}

/* ---- gres-type-twice: "Duplicate plugin %s ignored" (gres_init) */

static void type_twice(struct check *c)
{
	const struct entry *types;
	struct texts names = { 0 };
	struct map seen;
	map_init(&seen, c->arena);
	gres_types(c, &names, &types);
	for (size_t i = 0; i < names.n; i++) {
		bool fresh;
		map_add(&seen, names.v[i], &fresh);
		if (fresh)
			continue;
		struct diag *d = finding(c, types->span,
					 "GresTypes has '%s' twice: Slurm logs an error and takes it once", names.v[i]);
		diag_help(c->diags, d, "leave one of them out");
		return;
	}
}

const struct rule rules_gres_lines[] = {
	{ "gres-name-unknown", SEVERITY_WARNING, RULE_FILES, name_unknown },
	{ "gres-line-without-name", SEVERITY_WARNING, RULE_FILES, run_without_name },
	{ "gres-bad-count", SEVERITY_ERROR, RULE_FILES, run_bad_count },
	{ "gres-multiple-files", SEVERITY_ERROR, RULE_FILES, run_multiple_files },
	{ "gres-bad-links", SEVERITY_WARNING, RULE_FILES, run_bad_links },
	{ "gres-flags-differ", SEVERITY_ERROR, RULE_FILES, rule_gres_flags },
	{ "autodetect-without-node", SEVERITY_WARNING, RULE_FILES, run_autodetect_without_node },
	{ "gres-file-no-device", SEVERITY_WARNING, RULE_FILES, run_file_no_device },
	{ "gres-node-unknown", SEVERITY_WARNING, RULE_FILES, node_unknown },
	{ "gres-type-twice", SEVERITY_WARNING, RULE_FILES, type_twice },
	{ "gres-cores-outside", SEVERITY_ERROR, RULE_FILES, rule_gres_cores_read },
	{ "gres-cores-on-some", SEVERITY_WARNING, RULE_FILES, rule_gres_cores_on_some },
	{ "gres-sockets-split", SEVERITY_ERROR, RULE_FILES, rule_gres_sockets_split },
	{ .name = NULL },
};
