/* lines_defaults.c: DEFAULT lines, and what lacks as a whole. */
#include "compiler/check/lines.h"

#include <string.h>

static const char *begin_key(enum slurm_section s)
{
	return s == SECTION_NODE ? "NodeName" : s == SECTION_PARTITION ? "PartitionName" : "FrontendName";
}

/* ---- default-line-key. read_config.c: _parse_nodename() */

void rule_default_line_key(struct check *c)
{
	static const char *const keys[] = { "NodeHostname", "NodeAddr", "BcastAddr" };
	for (size_t i = 0; i < c->records->sections[SLURM_CONF][SECTION_NODE].n; i++) {
		const struct record *rec = c->records->sections[SLURM_CONF][SECTION_NODE].v[i];
		for (size_t k = 0;
		     rec->is_default && rec->section == SECTION_NODE && k < sizeof(keys) / sizeof(keys[0]); k++) {
			const struct entry *e = record_find(rec, keys[k]);
			if (!e)
				continue;
			struct diag *d =
				finding(c, e->key_span,
					"%s cannot stand on a DEFAULT line: every Slurm daemon and command stops",
					e->fact->key);
			diag_help(c->diags, d, "write it on the lines of the nodes, whose own it is");
		}
	}
}

/* ---- default-line-unused */

static void unused_in(struct check *c, enum slurm_section section)
{
	size_t n = c->records->sections[SLURM_CONF][section].n;
	struct record *const *v = c->records->sections[SLURM_CONF][section].v;
	/* Two in a row are laid over each other: the last is the one that was meant to act. */
	const struct record *last = n ? v[n - 1] : NULL, *above = NULL;
	if (!last || !last->is_default)
		return;
	for (size_t i = n; i-- > 0 && !above;)
		above = v[i]->is_default ? NULL : v[i];
	struct diag *d = finding(c, last->span, "no %s line comes after this one: its defaults reach nothing",
				 begin_key(section));
	if (above)
		diag_note(c->diags, d, above->span, "a DEFAULT line acts on those after it, and not on this one");
	diag_help(c->diags, d, above ? "put it above the lines that it is meant for" : "leave it out");
}

void rule_default_line_unused(struct check *c)
{
	unused_in(c, SECTION_NODE);
	unused_in(c, SECTION_PARTITION);
	unused_in(c, SECTION_FRONTEND);
}

/* ---- no-nodes, no-partitions, too-many-nodes. slurmctld/read_config.c: read_slurm_conf() */

static struct span file_place(const struct check *c)
{
	const struct entry *e = global(c, "ClusterName");
	const struct source *s = c->files->sources[SLURM_CONF];
	return e ? e->span : (struct span){ s ? s->id : 0, 0, 0 };
}

void rule_no_node_lines(struct check *c)
{
	const struct lines *l = lines_of(c);
	if (!c->files->sources[SLURM_CONF] || l->nodes.n || l->dynamic)
		return;
	bool stops = release_needs_partitions(c->records->release);
	struct diag *d = finding_as(c, stops ? SEVERITY_ERROR : SEVERITY_WARNING, file_place(c),
				    "no line names a node%s", stops ? ": slurmctld stops" : ": this cluster has none");
	diag_help(c->diags, d,
		  stops ? "add lines NodeName=..."
			: "add lines NodeName=..., or MaxNodeCount for nodes that register themselves");
}

void rule_no_partition_lines(struct check *c)
{
	const struct lines *l = lines_of(c);
	if (!c->files->sources[SLURM_CONF] || l->partitions.n || (!l->nodes.n && !l->dynamic))
		return;
	bool stops = release_needs_partitions(c->records->release);
	struct diag *d =
		finding_as(c, stops ? SEVERITY_ERROR : SEVERITY_WARNING, file_place(c), "no line makes a partition: %s",
			   stops ? "slurmctld stops" : "no job can be submitted");
	diag_help(c->diags, d, "add one, such as PartitionName=normal Nodes=ALL Default=YES");
}

void rule_too_many_lines(struct check *c)
{
	const struct lines *l = lines_of(c);
	uint64_t n = 0;
	bool stops = release_refuses_more_nodes(c->records->release);
	for (size_t i = 0; i < l->nodes.n; i++) {
		uint64_t before = n;
		n += l->nodes.v[i].names.count;
		if (n <= RELEASE_MAX_NODES || before > RELEASE_MAX_NODES)
			continue;
		struct diag *d = finding_as(c, stops ? SEVERITY_ERROR : SEVERITY_WARNING, l->nodes.v[i].name->span,
					    "with these there are more than %d nodes, which is Slurm's limit%s",
					    RELEASE_MAX_NODES, stops ? ": slurmctld stops" : "");
		diag_help(c->diags, d, "make two clusters of it");
	}
}
