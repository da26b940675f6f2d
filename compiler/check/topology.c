/*
 * topology.c: which topologies there are, and what is true of all kinds.
 */
#include "compiler/check/topology.h"

#include <string.h>

#include "compiler/slurm/unread.h"

const char *part_said(enum topology_kind kind)
{
	static const char *const said[] = { [TOPOLOGY_FLAT] = "node",
					    [TOPOLOGY_TREE] = "switch",
					    [TOPOLOGY_BLOCK] = "block",
					    [TOPOLOGY_RING] = "ring",
					    [TOPOLOGY_TORUS] = "torus" };
	return said[kind];
}

const char *parts_said(enum topology_kind kind)
{
	static const char *const said[] = { [TOPOLOGY_FLAT] = "nodes",
					    [TOPOLOGY_TREE] = "switches",
					    [TOPOLOGY_BLOCK] = "blocks",
					    [TOPOLOGY_RING] = "rings",
					    [TOPOLOGY_TORUS] = "toruses" };
	return said[kind];
}

const char *topology_file(const struct topologies *t)
{
	return slurm_file_name(t->yaml ? TOPOLOGY_YAML : TOPOLOGY_CONF);
}

void written_names_parse(struct check *c, struct written_names *n)
{
	struct hostlist_error e;
	hostlist_init(&n->names, c->arena);
	if (!n->at.text)
		return;
	n->valid = !*n->at.text || hostlist_parse(c->arena, n->at.text, &n->names, &e);
	if (n->valid)
		return;
	hostlist_init(&n->names, c->arena);
	/* The error's bytes are the value's own where these stand there as they are. */
	struct span at = n->at.span;
	if (strcmp(source_text(c->sources, at), n->at.text) == 0)
		at = (struct span){ at.source, at.start + (uint32_t)e.start, at.start + (uint32_t)e.end };
	struct diag *d = diag_error(c->diags, "bad-hostlist", at, "%s: slurmctld stops", e.message);
	diag_help(c->diags, d, "write names such as c[1-4,7],login1");
}

/* ---- */

/* slurmctld finds a node by its name, and by its NodeHostname as well. */
static void add_nodes(struct check *c, struct topologies *t)
{
	struct hostindex *x = hostindex_new(c->arena);
	const struct record *rec;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		static const char *const keys[] = { "NodeName", "NodeHostname" };
		for (size_t k = 0; k < 2; k++) {
			const char *value = record_value(rec, keys[k]);
			struct hostlist *names = ARENA_NEW(c->arena, struct hostlist);
			struct hostlist_error e;
			if (!value || !*value)
				continue;
			if (!hostlist_parse(c->arena, value, names, &e))
				return;
			hostindex_add(x, names, 0);
			t->n_nodes += k == 0 ? names->count : 0;
		}
	}
	hostindex_build(x, NULL, NULL);
	t->nodes = x;
}

static void count_known(void *ctx, const struct hostpiece *piece)
{
	uint64_t *n = ctx;
	if (piece->known)
		*n += piece->run.numbered ? piece->run.hi - piece->run.lo + 1 : 1;
}

struct topologies *topologies_of(struct check *c)
{
	struct unread u;
	if (c->topologies)
		return c->topologies;
	struct topologies *t = c->topologies = ARENA_NEW(c->arena, struct topologies);
	if (c->files->sources[SLURM_CONF])
		add_nodes(c, t);
	if (c->files->sources[TOPOLOGY_YAML] && !slurm_file_unread(c->files, TOPOLOGY_YAML, &u))
		topology_yaml_read(c, t);
	else if (c->files->sources[TOPOLOGY_CONF] && !slurm_file_unread(c->files, TOPOLOGY_CONF, &u))
		topology_conf_read(c, t);
	for (size_t i = 0; t->nodes && i < t->list.n; i++)
		for (size_t j = 0; j < t->list.v[i].parts.n; j++) {
			struct topology_part *p = &t->list.v[i].parts.v[j];
			hostindex_cover(t->nodes, &p->nodes.names, count_known, &p->known_nodes);
		}
	return t;
}

/* ---- topology-name-twice */

static void parts_twice(struct check *c, const struct topology *t)
{
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < t->parts.n; i++) {
		const struct written *name = &t->parts.v[i].name;
		bool fresh;
		if (!name->text)
			continue;
		struct map_entry *e = map_add(&seen, name->text, &fresh);
		if (fresh) {
			e->value = (void *)(uintptr_t)name;
			continue;
		}
		const struct written *first = e->value;
		struct diag *d = finding(c, name->span, "%s '%s' is described twice: slurmctld stops",
					 part_said(t->kind), name->text);
		diag_note(c->diags, d, first->span, "the first is here");
		diag_help(c->diags, d, "give it another name, or put its nodes into the first");
	}
}

static void run_name_twice(struct check *c)
{
	struct topologies *all = topologies_of(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < all->list.n; i++) {
		const struct topology *t = &all->list.v[i];
		bool fresh;
		parts_twice(c, t);
		if (!t->name.text)
			continue;
		struct map_entry *e = map_add(&seen, t->name.text, &fresh);
		if (fresh) {
			e->value = (void *)(uintptr_t)t;
			continue;
		}
		const struct topology *first = e->value;
		struct diag *d = diag_add(
			c->diags, SEVERITY_WARNING, c->rule->name, t->name.span,
			"a second topology is called '%s': who asks for that name gets one of the two", t->name.text);
		diag_note(c->diags, d, first->name.span, "the first is here");
		diag_help(c->diags, d, "give it another name");
	}
}

/* ---- topology-empty */

/* slurmctld's answer to a topology without parts, by release. */
static const struct empty_row {
	enum topology_kind kind;
	enum release first;
	enum severity severity;
} empty_rows[] = {
	{ TOPOLOGY_TREE, RELEASE_22_05, SEVERITY_WARNING },  { TOPOLOGY_TREE, RELEASE_25_11, SEVERITY_ERROR },
	{ TOPOLOGY_BLOCK, RELEASE_23_11, SEVERITY_WARNING }, { TOPOLOGY_BLOCK, RELEASE_25_11, SEVERITY_ERROR },
	{ TOPOLOGY_RING, RELEASE_26_05, SEVERITY_ERROR },    { TOPOLOGY_TORUS, RELEASE_26_05, SEVERITY_ERROR },
};

static void run_empty(struct check *c)
{
	struct topologies *all = topologies_of(c);
	for (size_t i = 0; i < all->list.n; i++) {
		const struct topology *t = &all->list.v[i];
		int severity = -1;
		for (size_t j = 0; j < sizeof(empty_rows) / sizeof(empty_rows[0]); j++)
			if (empty_rows[j].kind == t->kind && empty_rows[j].first <= c->records->release)
				severity = all->yaml ? SEVERITY_ERROR : (int)empty_rows[j].severity;
		if (t->parts.n || severity < 0)
			continue;
		struct diag *d = diag_add(c->diags, (enum severity)severity, c->rule->name, t->span,
					  "%s describes no %s: slurmctld %s", topology_file(all), part_said(t->kind),
					  severity == SEVERITY_ERROR
						  ? "stops"
						  : "logs an error, and places jobs as if all nodes were alike");
		diag_help(c->diags, d, "describe the %s, or choose the default topology", parts_said(t->kind));
	}
}

/* ---- topology-name-too-long: switch_record.c: _parse_switches(); topology.yaml has no such limit */

enum { LONGEST_SWITCH = 64 };

static void run_too_long(struct check *c)
{
	struct topologies *all = topologies_of(c);
	if (all->yaml || !release_limits_switch_names(c->records->release))
		return;
	for (size_t i = 0; i < all->list.n; i++)
		for (size_t j = 0; all->list.v[i].kind == TOPOLOGY_TREE && j < all->list.v[i].parts.n; j++) {
			const struct written *name = &all->list.v[i].parts.v[j].name;
			if (!name->text || strlen(name->text) <= LONGEST_SWITCH)
				continue;
			struct diag *d = finding(c, name->span, "a switch's name of %zu bytes: slurmctld stops",
						 strlen(name->text));
			diag_help(c->diags, d, "%d bytes are the most", LONGEST_SWITCH);
		}
}

/* ---- topology-plugin */

static void run_plugin(struct check *c)
{
	const struct entry *e = global(c, "TopologyPlugin");
	struct unread u;
	if (!e || (c->files->sources[TOPOLOGY_YAML] && !slurm_file_unread(c->files, TOPOLOGY_YAML, &u)))
		return;
	const struct fact_word *w = fact_word_find(e->fact, e->value);
	if (!w || !fact_word_known(w, c->records->release))
		return; /* that is said of words */
	/* plugins/topology/3d_torus: built for other machines, of which there are none left */
	if (text_equal_nocase(e->value, "topology/3d_torus"))
		diag_help(
			c->diags,
			finding(c, e->span,
				"topology/3d_torus wants a Slurm that was built for three dimensions: slurmctld stops"),
			"take topology/tree, or leave TopologyPlugin out");
	else if (text_equal_nocase(e->value, "topology/torus3d"))
		diag_help(c->diags,
			  finding(c, e->span,
				  "topology/torus3d is described in topology.yaml alone: slurmctld finds no torus, and "
				  "stops"),
			  "write topology.yaml, and leave TopologyPlugin out");
	else if (strcmp(w->word, e->value) != 0)
		/* A plugin's name is that of a file. */
		diag_help(c->diags, finding(c, e->span, "there is no plugin '%s': slurmctld stops", e->value),
			  "write %s", w->word);
}

/* ---- topology-yaml: said as the file is read */

static void run_read(struct check *c)
{
	topologies_of(c);
}

/* The severities of topology-empty, switch-children and unknown-topology are each finding's own. */
const struct rule rules_topology[] = {
	{ "topology-plugin", SEVERITY_ERROR, RULE_FILES, run_plugin },
	{ "topology-empty", SEVERITY_ERROR, RULE_FILES, run_empty },
	{ "topology-name-twice", SEVERITY_ERROR, RULE_FILES, run_name_twice },
	{ "topology-name-too-long", SEVERITY_ERROR, RULE_FILES, run_too_long },
	{ "switch-children", SEVERITY_ERROR, RULE_FILES, rule_switch_children },
	{ "unknown-switch", SEVERITY_ERROR, RULE_FILES, rule_unknown_switch },
	{ "topology-not-tree", SEVERITY_ERROR, RULE_FILES, rule_topology_not_tree },
	{ "topology-no-root", SEVERITY_WARNING, RULE_FILES, rule_topology_no_root },
	{ "topology-unknown-node", SEVERITY_WARNING, RULE_FILES, rule_topology_unknown_node },
	{ "topology-node-missing", SEVERITY_WARNING, RULE_FILES, rule_topology_node_missing },
	{ "topology-node-twice", SEVERITY_WARNING, RULE_FILES, rule_topology_node_twice },
	{ "block-sizes", SEVERITY_ERROR, RULE_FILES, rule_block_sizes },
	{ "block-too-small", SEVERITY_ERROR, RULE_FILES, rule_block_too_small },
	{ "ring-too-long", SEVERITY_ERROR, RULE_FILES, rule_ring_too_long },
	{ "torus", SEVERITY_ERROR, RULE_FILES, rule_torus },
	{ "topology-yaml", SEVERITY_ERROR, RULE_FILES, run_read },
	{ "unknown-topology", SEVERITY_ERROR, RULE_FILES, rule_unknown_topology },
	{ .name = NULL },
};
