/* other_files_namespace.c: namespace.yaml. (plugins/namespace/linux: read_nsconf.c, namespace.yaml(5)) */
#include "compiler/check/other_files.h"

#include <string.h>

#include "compiler/slurm/unread.h"
#include "compiler/tree/tree.h"

/* A BasePath that holds a folder which each job gets anew. A build that takes several slurmd a host puts the node's
 * name behind it, and then none does. */
static void holds_folder(struct check *c, const struct node *base, const struct node *folder, const char *path,
			 size_t n)
{
	if (n < strlen(base->text) || strncmp(path, base->text, strlen(base->text)) != 0)
		return;
	struct diag *d = finding_as(c, SEVERITY_WARNING, base->span,
				    "base_path %s holds %.*s, which each job gets anew: slurmd stops, unless it was "
				    "built to run several on a host",
				    base->text, (int)n, path);
	if (folder)
		diag_note(c->diags, d, folder->span, "the folder is named here");
	else
		diag_note(c->diags, d, (struct span){ 0 }, "dirs is /tmp,/dev/shm when nothing is said");
	diag_help(c->diags, d, "take a folder elsewhere: base_path: /var/spool/slurm-tmp");
}

/* "Duplicate path in dir_confs." */
static void look_at_confs(struct check *c, const struct node *base, const struct node *confs)
{
	struct map seen;
	map_init(&seen, c->arena);
	for (uint32_t i = 0; i < confs->n_items; i++) {
		const struct node *path = node_value(confs->items[i], "path", NODE_SCALAR);
		bool fresh;
		if (!path)
			continue;
		struct map_entry *e = map_add(&seen, path->text, &fresh);
		if (fresh)
			e->value = (void *)(uintptr_t)path;
		if (base)
			holds_folder(c, base, path, path->text, strlen(path->text));
		if (fresh)
			continue;
		struct diag *d = finding(c, path->span, "'%s' stands twice in dir_confs: slurmd stops", path->text);
		diag_note(c->diags, d, ((const struct node *)e->value)->span, "the first is here");
		diag_help(c->diags, d, "keep one of the two");
	}
}

static void look_at_dirs(struct check *c, const struct node *base, const struct node *dirs)
{
	const char *list = dirs ? dirs->text : "/tmp,/dev/shm";
	for (const char *s = list; *s;) {
		size_t n = strcspn(s, ",");
		holds_folder(c, base, dirs, s, n);
		s += n + (s[n] == ',');
	}
}

/* Options of all nodes, or of some. */
static void look_at_options(struct check *c, const struct node *body)
{
	const struct node *base = node_value(body, "base_path", NODE_SCALAR);
	const struct node *confs = node_value(body, "dir_confs", NODE_SEQUENCE);
	if (base && (!*base->text || text_equal_nocase(base->text, "none")))
		base = NULL;
	if (confs)
		look_at_confs(c, base, confs);
	if (base && !confs)
		look_at_dirs(c, base, node_value(body, "dirs", NODE_SCALAR));
}

void rule_namespace(struct check *c)
{
	const struct source *src = c->files->sources[NAMESPACE_YAML];
	struct unread u;
	if (!src || slurm_file_unread(c->files, NAMESPACE_YAML, &u))
		return;
	const struct tree *tree =
		source_check(c->sources, src, c->diags) ? tree_read(c->arena, c->sources, src, c->diags) : NULL;
	if (!tree || !tree->root)
		return;
	if (tree->root->kind != NODE_MAPPING) {
		diag_help(c->diags,
			  finding(c, tree->root->span, "namespace.yaml holds keys and their values: slurmd stops"),
			  "write 'defaults:', and below it 'base_path: /a/folder'");
		return;
	}
	const struct node *defaults = node_value(tree->root, "defaults", NODE_MAPPING);
	const struct node *nodes = node_value(tree->root, "node_confs", NODE_SEQUENCE);
	if (defaults)
		look_at_options(c, defaults);
	for (uint32_t i = 0; nodes && i < nodes->n_items; i++) {
		const struct node *options = node_value(nodes->items[i], "options", NODE_MAPPING);
		look_at_options(c, options ? options : nodes->items[i]);
	}
}
