/* gres_devices.c: device files, their number, and the cores near to them. */
#include "compiler/check/gres.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/slurm/value.h"

enum { DEVICES_MAX = 1024 }; /* interfaces/gres.c: MAX_GRES_BITMAP */

/* "count does not match File value". Shards and MPS are counted over their devices; MultipleFiles are one device. */
void rule_gres_count(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < all->lines.n; i++) {
		const struct gres_line *l = all->lines.v[i];
		const struct entry *count = record_find(l->rec, "Count");
		uint64_t n;
		if (!l->file || !l->count || !count || gres_is_shared(l->name) || !slurm_gres_count(count->value, &n) ||
		    n == l->count || !first_at(c, &seen, entry_place(l->rec, count)))
			continue;
		unsigned long long files = l->count, counted = n;
		struct diag *d =
			l->multiple ? finding(c, entry_place(l->rec, count),
					      "gres '%s' counts %llu, and MultipleFiles are one: slurmd does not start",
					      record_value(l->rec, "Name"), counted)
				    : finding(c, entry_place(l->rec, count),
					      "gres '%s' counts %llu, and %llu file%s %s named: slurmd does not start",
					      record_value(l->rec, "Name"), counted, files, files == 1 ? "" : "s",
					      files == 1 ? "is" : "are");
		diag_note(c->diags, d, entry_place(l->rec, l->file), "the files");
		diag_help(c->diags, d, "%s",
			  l->multiple ? "write a line for each device, and leave Count out"
				      : either(c, "leave 'count' out: it is the number of files",
					       "leave Count out: it is the number of files"));
	}
}

void rule_gres_devices_unreadable(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < all->lines.n; i++) {
		const struct gres_line *l = all->lines.v[i];
		if (!l->file || device_count(c->arena, l->file->value) ||
		    !first_at(c, &seen, entry_place(l->rec, l->file)))
			continue;
		struct diag *d = finding(c, entry_place(l->rec, l->file), "'%s' names no device files",
					 diag_quote(c->diags, l->file->value));
		diag_help(c->diags, d, "write a path, or ranges in brackets such as /dev/nvidia[0-3]");
	}
}

/* "GRES count exceeds" ... the count is cut to it. */
void rule_gres_too_many(struct check *c)
{
	const struct record *rec;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, GRES_CONF, SECTION_GRES, &i));) {
		const struct entry *file = record_find(rec, "File");
		uint64_t files = file ? device_count(c->arena, file->value) : 0;
		if (files <= DEVICES_MAX || !first_at(c, &seen, entry_place(rec, file)))
			continue;
		struct diag *d = finding(c, entry_place(rec, file), "%llu files of one gres are more than Slurm's %d",
					 (unsigned long long)files, DEVICES_MAX);
		diag_help(c->diags, d, "leave %s out where devices need only be counted", either(c, "'file'", "File"));
	}
}

/* ---- one device in two lines: "GRES device listed multiple times". Files of MultipleFiles may be shared: those of one
 * GPU's MIG devices are. */

struct device_lines {
	struct check *c;
	struct map *seen;
	LIST(const struct gres_line *) lines;
	const char *name;
};

/* What the GPU plugin stops at, slurmd goes on with for other names. */
static enum severity how_bad(const struct check *c, const char *name)
{
	return !c->files || text_equal_nocase(name, "gpu") ? c->rule->severity : SEVERITY_WARNING;
}

static void same_device(void *ctx, const char *device, uint32_t first, uint32_t second)
{
	struct device_lines *x = ctx;
	const struct record *a = x->lines.v[first]->rec, *b = x->lines.v[second]->rec;
	struct span at = entry_place(b, record_find(b, "File"));
	if (!first_at(x->c, x->seen, at))
		return;
	struct diag *d = diag_add(x->c->diags, how_bad(x->c, x->name), x->c->rule->name, at,
				  "a device of gres '%s' is named twice on one node", x->name);
	if (a != b)
		diag_note(x->c->diags, d, entry_place(a, record_find(a, "File")), "it is named here already");
	diag_help(x->c->diags, d, "name each device once");
}

bool gres_devices(struct check *c, const char *files, struct hostlist *ret)
{
	struct hostlist_error e;
	char *s = arena_strdup(c->arena, files);
	for (char *p = s; *p; p++)
		if (*p == '/')
			*p = '_';
	return hostlist_parse(c->arena, s, ret, &e);
}

static void flush(struct device_lines *x)
{
	struct hostindex *index = hostindex_new(x->c->arena);
	for (size_t i = 0; i < x->lines.n; i++) {
		struct hostlist *h = ARENA_NEW(x->c->arena, struct hostlist);
		if (gres_devices(x->c, x->lines.v[i]->file->value, h) && h->count <= DEVICES_MAX)
			hostindex_add(index, h, (uint32_t)i);
	}
	hostindex_build(index, same_device, x);
}

static void devices_of_node(struct check *c, const struct gres_node *n, struct map *seen)
{
	struct map groups;
	map_init(&groups, c->arena);
	for (size_t i = 0; i < n->lines.n; i++) {
		const struct gres_line *l = n->lines.v[i];
		if (!*l->name || !l->file || l->multiple)
			continue;
		struct map_entry *e = map_add(&groups, l->name, NULL);
		struct device_lines *x = e->value;
		if (!x) {
			x = e->value = ARENA_NEW(c->arena, struct device_lines);
			x->c = c;
			x->seen = seen;
			x->name = record_value(l->rec, "Name");
		}
		*list_push(c->arena, &x->lines) = l;
	}
	for (size_t i = 0; i < groups.n; i++)
		flush(groups.v[i].value);
}

void rule_gres_device_twice(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < all->nodes.n; i++)
		devices_of_node(c, all->nodes.v[i], &seen);
}

/* ---- cores */

/* "Invalid GRES data for %s, Cores=%s (only %u CPUs are available)" (_parse_gres_config2). */
void rule_gres_cores(struct check *c)
{
	const struct node_group *g;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));) {
		const struct gres *r;
		for (size_t j = 0; (r = entries_next(&g->gres, &j));) {
			long high = r->cores ? gres_cores_read(r->cores, NULL) : 0;
			bool outside = g->cpus != VALUE_ABSENT && high >= g->cpus;
			if (!r->cores || (high >= 0 && !outside) || !first_at(c, &seen, WHERE(r, cores)))
				continue;
			struct diag *d;
			if (high < 0) {
				d = finding(c, WHERE(r, cores), "'%s' is no list of cores: slurmd ignores it",
					    diag_quote(c->diags, r->cores));
				diag_help(c->diags, d, "write numbers and ranges, the lower first: 0-15,32-47");
			} else {
				d = finding(c, WHERE(r, cores),
					    "core %ld of gres '%s' is none of the node's %lld: slurmd does not start",
					    high, r->origin.name, (long long)g->cpus);
				diag_note(c->diags, d, WHERE(g, cpus), "the node's CPUs come from here");
				diag_help(c->diags, d, "cores count from 0 to %lld", (long long)g->cpus - 1);
			}
		}
	}
}
