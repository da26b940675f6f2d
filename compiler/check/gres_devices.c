/* gres_devices.c: device files, their number, and the cores near to them. */
#include "compiler/check/gres.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/slurm/value.h"

enum { DEVICES_MAX = 1024 }; /* interfaces/gres.c: MAX_GRES_BITMAP */

static bool is_shared(const char *name)
{
	return name && (strcmp(name, "shard") == 0 || strcmp(name, "mps") == 0);
}

/* "count does not match File value". Shards and MPS are counted over their devices. */
void rule_gres_count(struct check *c)
{
	const struct record *rec;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, GRES_CONF, SECTION_GRES, &i));) {
		const struct entry *file = record_find(rec, "File"), *count = record_find(rec, "Count");
		uint64_t files = file ? device_count(c->arena, file->value) : 0, n;
		if (!files || !count || is_shared(record_value(rec, "Name")) || !slurm_gres_count(count->value, &n) ||
		    n == files || !first_at(c, &seen, entry_place(rec, count)))
			continue;
		struct diag *d = finding(c, entry_place(rec, count),
					 "gres '%s' counts %llu, and %llu file%s %s named: slurmd does not start",
					 record_value(rec, "Name"), (unsigned long long)n, (unsigned long long)files,
					 files == 1 ? "" : "s", files == 1 ? "is" : "are");
		diag_note(c->diags, d, entry_place(rec, file), "the files");
		diag_help(c->diags, d, "leave 'count' out: it is the number of files");
	}
}

void rule_gres_devices_unreadable(struct check *c)
{
	const struct record *rec;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, GRES_CONF, SECTION_GRES, &i));) {
		const struct entry *file = record_find(rec, "File");
		if (!file || device_count(c->arena, file->value) || !first_at(c, &seen, entry_place(rec, file)))
			continue;
		struct diag *d = finding(c, entry_place(rec, file), "'%s' names no device files",
					 diag_quote(c->diags, file->value));
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
		diag_help(c->diags, d, "leave 'file' out where devices need only be counted");
	}
}

/* ---- one device in two lines: "GRES device listed multiple times" */

struct device_lines {
	struct check *c;
	struct map *seen;
	LIST(const struct record *) lines;
	const char *name;
};

static void same_device(void *ctx, const char *device, uint32_t first, uint32_t second)
{
	struct device_lines *x = ctx;
	const struct record *a = x->lines.v[first], *b = x->lines.v[second];
	struct span at = entry_place(b, record_find(b, "File"));
	if (!first_at(x->c, x->seen, at))
		return;
	struct diag *d = finding(x->c, at, "a device of gres '%s' is named twice on one node", x->name);
	if (a != b)
		diag_note(x->c->diags, d, entry_place(a, record_find(a, "File")), "it is named here already");
	diag_help(x->c->diags, d, "name each device once");
}

/* Paths as a hostlist: it has no slashes. */
static bool devices_of(struct check *c, const char *files, struct hostlist *ret)
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
		if (devices_of(x->c, record_value(x->lines.v[i], "File"), h) && h->count <= DEVICES_MAX)
			hostindex_add(index, h, (uint32_t)i);
	}
	hostindex_build(index, same_device, x);
}

void rule_gres_device_twice(struct check *c)
{
	const struct record *rec;
	struct map groups, seen;
	map_init(&groups, c->arena);
	map_init(&seen, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, GRES_CONF, SECTION_GRES, &i));) {
		const char *nodes = record_value(rec, "NodeName"), *name = record_value(rec, "Name");
		if (!name || !record_find(rec, "File"))
			continue;
		struct map_entry *e = map_add(&groups, arena_printf(c->arena, "%s %s", nodes ? nodes : "", name), NULL);
		struct device_lines *x = e->value;
		if (!x) {
			x = e->value = ARENA_NEW(c->arena, struct device_lines);
			x->c = c;
			x->seen = &seen;
			x->name = name;
		}
		*list_push(c->arena, &x->lines) = rec;
	}
	for (size_t i = 0; i < groups.n; i++)
		flush(groups.v[i].value);
}

/* ---- cores: "0-15,32-47" */

/* The highest core, or -1 when the list cannot be read. */
static long highest(const char *s)
{
	long high = -1;
	while (*s) {
		char *end;
		long a = strtol(s, &end, 10), b;
		if (end == s || a > 65535)
			return -1;
		s = end;
		b = a;
		if (*s == '-') {
			b = strtol(s + 1, &end, 10);
			if (end == s + 1 || b < a || b > 65535)
				return -1;
			s = end;
		}
		high = b > high ? b : high;
		if (*s == ',' && s[1])
			s++;
		else if (*s)
			return -1;
	}
	return high;
}

/* "Invalid GRES data for %s, Cores=%s (only %u CPUs are available)" (_parse_gres_config2). */
void rule_gres_cores(struct check *c)
{
	const struct node_group *g;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));) {
		const struct gres *r;
		for (size_t j = 0; (r = entries_next(&g->gres, &j));) {
			long high = r->cores ? highest(r->cores) : 0;
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
