/* control_ports.c: ranges of ports that hold another's port: what comes first takes it, and the other cannot start. */
#include "compiler/check/control.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/slurm/value.h"

struct range {
	const char *what;
	struct span place;
	long low, high;
};

/* "60001-63000", and MpiParams' "ports=12000-12999". */
static bool range_of(const struct entry *e, const char *what, struct range *ret)
{
	char *end;
	const char *s = e ? e->value : NULL;
	if (s && strncmp(s, "ports=", 6) == 0)
		s += 6;
	if (!s)
		return false;
	*ret = (struct range){ .what = what, .place = e->span, .low = strtol(s, &end, 10) };
	if (end == s || *end != '-')
		return false;
	ret->high = strtol(end + 1, NULL, 10);
	return ret->low > 0 && ret->high >= ret->low;
}

static void overlap(struct check *c, const struct range *r, const char *what, long low, long high, struct span there)
{
	if (low > r->high || high < r->low)
		return;
	struct diag *d = low == high
				 ? finding(c, r->place, "the ports of %s, %ld-%ld, hold port %ld of %s", r->what,
					   r->low, r->high, low, what)
				 : finding(c, r->place, "the ports of %s, %ld-%ld, and those of %s, %ld-%ld, overlap",
					   r->what, r->low, r->high, what, low, high);
	if (span_known(there))
		diag_note(c->diags, d, there, low == high ? "the port stands here" : "the other ports stand here");
	diag_help(c->diags, d, "move the range: what comes first takes the port, and the other cannot start");
}

static void written_overlap(struct check *c, const struct range *r, const char *key, int64_t port)
{
	const struct slurm_ports *ports = c->spec->slurm->ports;
	const struct field *f = shape_field(ports->origin.shape, key);
	struct span at = written_offset(ports, f->offset) ? where_offset(ports, f->offset) : (struct span){ 0 };
	overlap(c, r, key, (long)port, (long)port, at);
}

static void node_ports_overlap(struct check *c, const struct range *r)
{
	const struct node_group *g;
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));)
		for (size_t j = 0; g->port.list && WRITTEN(g, port) && j < g->port.list->runs.n; j++) {
			long low = (long)g->port.list->runs.v[j].lo, high = (long)g->port.list->runs.v[j].hi;
			if (low > r->high || high < r->low)
				continue;
			overlap(c, r, "nodes", low, high, WHERE(g, port));
			return;
		}
}

/* Of a spec. srun listens wherever it is called, on nodes too; Open MPI's start-up listens on nodes. */
void rule_port_ranges(struct check *c)
{
	const struct slurm_ports *ports = c->spec->slurm->ports;
	const struct entry *srun = global(c, "SrunPortRange"), *mpi = global(c, "MpiParams");
	struct range ranges[2];
	size_t n = 0;
	n += range_of(srun, "srun", &ranges[n]);
	n += range_of(mpi, "MPI", &ranges[n]);
	for (size_t i = 0; i < n; i++) {
		written_overlap(c, &ranges[i], "slurmctld", ports->slurmctld);
		written_overlap(c, &ranges[i], "slurmd", ports->slurmd);
		if (c->spec->accounting && !c->spec->accounting->external)
			written_overlap(c, &ranges[i], "slurmdbd", ports->slurmdbd);
		node_ports_overlap(c, &ranges[i]);
	}
	if (n == 2)
		overlap(c, &ranges[1], "srun", ranges[0].low, ranges[0].high, ranges[0].place);
}

/* ---- the same of files: what is absent there is Slurm's default */

/* One port or a range, as a key has it; the default's place is unknown. */
static bool ports_of(const struct check *c, const char *key, const char *what, struct range *ret)
{
	const struct entry *e = global(c, key);
	const char *s = e ? e->value : fact_default(fact_find(SLURM_CONF, SECTION_GLOBAL, key), c->records->release);
	char *end;
	*ret = (struct range){ .what = what, .place = e ? e->span : (struct span){ 0 }, .low = strtol(s, &end, 10) };
	ret->high = *end == '-' ? strtol(end + 1, NULL, 10) : ret->low;
	return ret->low > 0 && ret->high >= ret->low && ret->high <= UINT16_MAX;
}

/* The finding stands at the range, or at the port where that alone was written. */
static void ranges_overlap(struct check *c, const struct range *r, const struct range *other)
{
	if (span_known(r->place))
		overlap(c, r, other->what, other->low, other->high, other->place);
	else if (span_known(other->place))
		overlap(c, other, r->what, r->low, r->high, r->place);
}

/* Each Port= of a node line: one port, or one a node. */
static void lines_overlap(struct check *c, const struct range *r)
{
	const struct record *rec;
	struct hostlist ports;
	struct hostlist_error error;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		const struct entry *e = record_find(rec, "Port");
		if (!e || !hostlist_parse(c->arena, e->value, &ports, &error))
			continue;
		for (size_t j = 0; j < ports.runs.n; j++) {
			const struct hostrun *run = &ports.runs.v[j];
			if (!run->numbered || *run->prefix || (long)run->lo > r->high || (long)run->hi < r->low)
				continue;
			overlap(c, r, "nodes", (long)run->lo, (long)run->hi, e->span);
			return;
		}
	}
}

static void map_controllers(const struct check *c, struct map *names)
{
	const struct records *r = c->records;
	map_init(names, c->arena);
	for (size_t i = 0; i < r->globals[SLURM_CONF].n; i++) {
		const char *host = record_value(r->globals[SLURM_CONF].v[i], "SlurmctldHost");
		if (host)
			map_set(names, arena_strndup(c->arena, host, strcspn(host, "(")), NULL);
	}
}

/* Whether one machine is both a controller and a node. */
static bool node_is_controller(const struct check *c, const struct map *controllers)
{
	const struct record *rec;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		const char *host = record_value(rec, "NodeHostname");
		if (map_find(controllers, host ? host : rec->entries.v[0].value))
			return true;
	}
	return false;
}

void rule_port_ranges_files(struct check *c)
{
	const struct entry *type = global(c, "AccountingStorageType"), *at = global(c, "AccountingStorageHost");
	bool dbd = type && text_ends(type->value, "slurmdbd");
	struct map controllers;
	map_controllers(c, &controllers);
	bool beside = dbd && (!at || strcmp(at->value, "localhost") == 0 || map_find(&controllers, at->value));
	struct range ctld, slurmd, slurmdbd, ranges[2];
	bool has_ctld = ports_of(c, "SlurmctldPort", "slurmctld", &ctld);
	bool has_slurmd = ports_of(c, "SlurmdPort", "slurmd", &slurmd);
	bool has_dbd = beside && ports_of(c, "AccountingStoragePort", "slurmdbd", &slurmdbd);
	size_t n = 0;
	n += range_of(global(c, "SrunPortRange"), "srun", &ranges[n]);
	n += range_of(global(c, "MpiParams"), "MPI", &ranges[n]);
	for (size_t i = 0; i < n; i++) {
		if (has_ctld)
			ranges_overlap(c, &ranges[i], &ctld);
		if (has_slurmd)
			ranges_overlap(c, &ranges[i], &slurmd);
		if (has_dbd)
			ranges_overlap(c, &ranges[i], &slurmdbd);
		lines_overlap(c, &ranges[i]);
	}
	if (n == 2)
		ranges_overlap(c, &ranges[1], &ranges[0]);
	if (has_ctld && has_dbd)
		ranges_overlap(c, &ctld, &slurmdbd);
	bool equal = has_ctld && has_slurmd && ctld.low == ctld.high && slurmd.low == ctld.low;
	/* Where both were written bad-port says it. */
	if (equal && span_known(ctld.place) && span_known(slurmd.place))
		return;
	if (has_ctld && has_slurmd && node_is_controller(c, &controllers))
		ranges_overlap(c, &ctld, &slurmd);
}
