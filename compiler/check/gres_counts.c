/*
 * gres_counts.c: what gres.conf and Gres of slurm.conf say of the same nodes.
 *
 * slurmd takes of gres.conf what slurm.conf says that the node has, type by type, and slurmctld wants at least that
 * many back. GPUs without files are left out; of other names whatever is missing is counted without files
 * (_merge_config, _node_config_validate).
 */
#include "compiler/check/gres_counts.h"

#include <string.h>

/* ---- what of gres.conf is there for a name and a type */

struct found {
	uint64_t all, of_type;		      /* devices */
	const struct gres_line *line, *typed; /* the first; the first that has a type */
	bool broken;			      /* nobody can count them */
};

static struct found find(const struct gres_node *n, const char *name, const char *type)
{
	struct found f = { 0 };
	for (size_t i = 0; i < n->lines.n; i++) {
		const struct gres_line *l = n->lines.v[i];
		if (!text_equal_nocase(l->name, name))
			continue;
		f.all += l->count;
		f.broken = f.broken || l->broken;
		f.line = f.line ? f.line : l;
		if (l->type && !f.typed)
			f.typed = l;
		if (type && l->type && text_equal_nocase(l->type->value, type))
			f.of_type += l->count;
	}
	return f;
}

static const struct entry *gres_entry(const struct gres_node *n)
{
	return n->node ? record_find(n->node, "Gres") : NULL;
}

static struct span gres_place(const struct gres_node *n)
{
	const struct entry *e = gres_entry(n);
	return e ? entry_place(n->node, e) : n->node->span;
}

static void note_gres(struct check *c, struct diag *d, const struct gres_node *n)
{
	diag_note(c->diags, d, gres_place(n), gres_entry(n) ? "what slurm.conf says" : "it has no Gres in slurm.conf");
}

static bool same_type(const struct gres_item *a, const struct gres_item *b)
{
	return a->type && b->type ? text_equal_nocase(a->type, b->type) : !a->type && !b->type;
}

/* Whether an item is the first of its name and type. */
static bool is_first(const struct gres_node *n, size_t at)
{
	const struct gres_item *item = &n->gres.list.v[at];
	for (size_t i = 0; i < at; i++)
		if (text_equal_nocase(n->gres.list.v[i].name, item->name) && same_type(&n->gres.list.v[i], item))
			return false;
	return true;
}

/* gres: "gpu:tesla" */
static const char *item_said(const struct check *c, const struct gres_item *item)
{
	return item->type ? arena_printf(c->arena, "%s:%s", item->name, item->type) : item->name;
}

/* ---- gres-fewer-than-node: "gres/gpu count reported lower than configured"; of shards slurmd itself stops */

static const char *consequence(const struct gres_item *item)
{
	return gres_is_shared(item->name) ? "slurmd does not start"
					  : "slurmctld sets the node invalid when it registers";
}

static void fewer(struct check *c, const struct gres_node *n, const struct gres_item *item, struct map *seen)
{
	bool shared = gres_is_shared(item->name);
	struct found f = find(n, item->name, shared ? NULL : item->type);
	if (!f.line)
		return;
	uint64_t wanted = gres_configured(n, item->name, shared ? NULL : item->type);
	uint64_t have = item->type && !shared ? f.of_type : f.all;
	if (f.broken || have >= wanted || (!shared && !text_equal_nocase(item->name, "gpu")))
		return;
	if (!shared && (gres_library(c, n) || !f.line->file))
		return; /* detected; or gpu-without-file's */
	bool fresh;
	map_add(seen,
		arena_printf(c->arena, "%u:%u %zu %s", gres_place(n).source, gres_place(n).start, f.line->order,
			     item_said(c, item)),
		&fresh);
	if (!fresh)
		return;
	struct diag *d;
	if (item->type && !shared && !have)
		d = finding(c, gres_place(n), "gres.conf has no '%s' of type '%s' for %s: %s", item->name, item->type,
			    gres_nodes_said(c, n), consequence(item));
	else
		d = finding(c, gres_place(n), "by this %s should have %llu '%s', and gres.conf names %llu: %s",
			    gres_nodes_said(c, n), (unsigned long long)wanted, item_said(c, item),
			    (unsigned long long)have, consequence(item));
	diag_note(c->diags, d, f.line->rec->span, "a line of gres.conf");
	if (item->type && !shared && !f.typed)
		diag_help(c->diags, d, "add Type=%s to the lines of gres.conf", item->type);
	else
		diag_help(c->diags, d,
			  shared ? "say the same count in both, or leave the line of gres.conf out"
				 : "make both say the same");
}

static void run_fewer(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < all->nodes.n; i++)
		for (size_t j = 0; all->nodes.v[i]->lines.n && j < all->nodes.v[i]->gres.list.n; j++)
			if (is_first(all->nodes.v[i], j))
				fewer(c, all->nodes.v[i], &all->nodes.v[i]->gres.list.v[j], &seen);
}

/* ---- gres-more-than-node: "A line in gres.conf for GRES %s has %d more configured than expected in slurm.conf" */

static bool has_types(const struct gres_node *n, const char *name)
{
	for (size_t i = 0; i < n->gres.list.n; i++)
		if (text_equal_nocase(n->gres.list.v[i].name, name) && n->gres.list.v[i].type)
			return true;
	return false;
}

/* `before`: what the lines above add of the same name and type. Said of the line that is the first too many. */
static void more(struct check *c, const struct gres_node *n, const struct gres_line *l, uint64_t before,
		 struct map *seen)
{
	bool shared = gres_is_shared(l->name), typed = has_types(n, l->name) && !shared;
	const char *type = typed && l->type ? l->type->value : NULL;
	uint64_t wanted = gres_configured(n, l->name, type);
	struct diag *d;
	if (typed && !l->type)
		return; /* gres-fewer-than-node's */
	if (l->type && !typed && !shared) {
		if (!first_at(c, seen, entry_place(l->rec, l->type)))
			return;
		d = finding(c, entry_place(l->rec, l->type),
			    "slurm.conf gives %s '%s' without a type: slurmd drops '%s', and no job can ask for it",
			    gres_nodes_said(c, n), l->name, l->type->value);
		note_gres(c, d, n);
		diag_help(c->diags, d, "write Gres=%s:%s:%llu there, or leave Type out here", l->name, l->type->value,
			  (unsigned long long)l->count);
		return;
	}
	if (before > wanted || before + l->count <= wanted || !first_at(c, seen, l->rec->span))
		return;
	d = finding(c, l->rec->span,
		    "gres.conf has more '%s%s%s' for %s than the %llu of slurm.conf: slurmd ignores the rest", l->name,
		    type ? ":" : "", type ? type : "", gres_nodes_said(c, n), (unsigned long long)wanted);
	note_gres(c, d, n);
	diag_help(c->diags, d, "make both say the same");
}

static void more_of_node(struct check *c, const struct gres_node *n, struct map *seen)
{
	struct map sums;
	map_init(&sums, c->arena);
	for (size_t i = 0; i < n->lines.n; i++) {
		const struct gres_line *l = n->lines.v[i];
		if (!*l->name || l->broken || !gres_configured(n, l->name, NULL))
			continue;
		const char *type = l->type && has_types(n, l->name) ? l->type->value : "";
		struct map_entry *e = map_add(&sums, arena_printf(c->arena, "%s:%s", l->name, type), NULL);
		uint64_t *sum = e->value;
		if (!sum)
			sum = e->value = ARENA_NEW(c->arena, uint64_t);
		more(c, n, l, *sum, seen);
		*sum += l->count;
	}
}

static void run_more(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < all->nodes.n; i++)
		if (all->nodes.v[i]->gres.list.n && !gres_library(c, all->nodes.v[i]))
			more_of_node(c, all->nodes.v[i], &seen);
}

/* ---- gres-line-for-all-nodes: slurmd stats the files of a line that it reads, whatever its node has */

struct lacking {
	struct hostlist hosts;
	const struct gres_node *first;
};

static void lacks(struct check *c, const struct gres_node *n, struct lacking *by_line)
{
	for (size_t i = 0; n->node && i < n->lines.n; i++) {
		const struct gres_line *l = n->lines.v[i];
		struct lacking *k = &by_line[l->order];
		if (!*l->name || !l->file || gres_configured(n, l->name, NULL))
			continue;
		if (!k->first) {
			k->first = n;
			hostlist_init(&k->hosts, c->arena);
		}
		hostlist_add(&k->hosts, &n->hosts);
	}
}

/* Whether some node that reads the line has its gres: else the line is about something that slurm.conf forgot. */
static void run_for_all(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct lacking *by_line = ARENA_ARRAY(c->arena, all->lines.n + 1, struct lacking);
	for (size_t i = 0; i < all->nodes.n; i++)
		lacks(c, all->nodes.v[i], by_line);
	for (size_t i = 0; i < all->lines.n; i++) {
		const struct gres_line *l = all->lines.v[i];
		struct diag *d;
		if (!by_line[i].first)
			continue;
		const char *nodes = nodes_said(c, &by_line[i].hosts);
		if (record_find(l->rec, "NodeName")) {
			d = finding(c, l->rec->span, "slurm.conf gives %s no '%s': slurmd ignores this line there",
				    nodes, l->name);
			diag_help(c->diags, d, "add Gres=%s:%llu to its NodeName line, or leave it out here", l->name,
				  (unsigned long long)l->count);
		} else {
			d = finding(c, l->rec->span,
				    "every node reads a line without NodeName, and there is no '%s' on %s: where the "
				    "file is missing slurmd does not start",
				    l->name, nodes);
			diag_help(c->diags, d, "put NodeName= and the nodes that have it before Name=");
		}
		diag_note(c->diags, d, by_line[i].first->node->span, "a node without it");
	}
}

/* ---- gpu-without-file, of nodes for which gres.conf has no line at all. Where none was given it may lie elsewhere. */

static bool has_line(const struct gres_node *n, const char *name)
{
	return find(n, name, NULL).line != NULL;
}

/* Whether there is a gres.conf that was not shown. */
static bool is_elsewhere(const struct slurm_files *f)
{
	return !f->sources[GRES_CONF] && (!f->beside || f->beside(f->ctx, slurm_file_name(GRES_CONF)));
}

static void run_without_line(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	bool given = c->files->sources[GRES_CONF] != NULL;
	struct map seen;
	map_init(&seen, c->arena);
	const struct entry *types = global(c, "GresTypes");
	/* gres-not-in-types comes first. */
	if (is_elsewhere(c->files) || !types || !holds_word(types->value, "gpu"))
		return;
	for (size_t i = 0; i < all->nodes.n; i++) {
		const struct gres_node *n = all->nodes.v[i];
		if (!gres_configured(n, "gpu", NULL) || has_line(n, "gpu") || gres_library(c, n) ||
		    !first_at(c, &seen, gres_place(n)))
			continue;
		struct diag *d = given ? diag_error(c->diags, c->rule->name, gres_place(n),
						    "gres.conf names neither files nor a library for the gpus of %s: "
						    "slurmd ignores "
						    "them, and slurmctld sets the node invalid",
						    gres_nodes_said(c, n))
				       : finding(c, gres_place(n),
						 "there is no gres.conf that names the files of gpus: slurmd ignores "
						 "them, and slurmctld sets their nodes invalid");
		uint64_t count = gres_configured(n, "gpu", NULL);
		diag_help(c->diags, d, "add Name=gpu File=%s or AutoDetect=nvml to gres.conf",
			  count > 1 ? arena_printf(c->arena, "/dev/nvidia[0-%llu]", (unsigned long long)count - 1)
				    : "/dev/nvidia0");
		/* One file is missing, however many nodes there are. */
		if (!given)
			break;
	}
}

const struct rule rules_gres_counts[] = {
	{ "gres-fewer-than-node", SEVERITY_ERROR, RULE_FILES, run_fewer },
	{ "gres-more-than-node", SEVERITY_WARNING, RULE_FILES, run_more },
	{ "gres-line-for-all-nodes", SEVERITY_WARNING, RULE_FILES, run_for_all },
	{ "gpu-without-file", SEVERITY_WARNING, RULE_FILES, run_without_line },
	{ "shared-gres-without-gpu", SEVERITY_ERROR, RULE_FILES, rule_shared_without_gpu },
	{ "shared-gres-without-cons-tres", SEVERITY_ERROR, RULE_FILES, rule_shared_without_cons_tres },
	{ "shared-gres-device", SEVERITY_WARNING, RULE_FILES, rule_shared_device },
	{ "autodetect-on-cloud", SEVERITY_WARNING, RULE_FILES, rule_autodetect_on_cloud },
	{ .name = NULL },
};
