/* machine_plugins.c: plugins as they lie on a machine. */
#include "compiler/check/machine.h"
#include "compiler/check/records.h"

#include <string.h>

/* ---- machine-plugin-dir */

/* Takes the next folder off a list; NULL at the end. */
static const char *next_folder(struct arena *a, const char **rest)
{
	*rest += strspn(*rest, ":");
	size_t n = strcspn(*rest, ":");
	const char *folder = arena_strndup(a, *rest, n);
	*rest += n;
	return n ? folder : NULL;
}

/* read_config.c: _is_valid_path() */
static void look_at_folders(struct check *c, const struct entry *e, const void *row)
{
	const char *folder;
	for (const char *rest = e->value; (folder = next_folder(c->arena, &rest));) {
		struct machine_entry there;
		if (!machine_look(c, folder, &there) || there.kind == MACHINE_FOLDER)
			continue;
		struct diag *d = finding(
			c, span_within(c, e->span, folder),
			"there is no folder '%s' on this machine: every daemon and command of Slurm stops", folder);
		diag_help(c->diags, d, "leave PluginDir out: a package's Slurm knows its own");
	}
}

void run_machine_plugin_dir(struct check *c)
{
	machine_entries(c, SLURM_CONF, "PluginDir", look_at_folders, NULL);
	machine_entries(c, SLURMDBD_CONF, "PluginDir", look_at_folders, NULL);
}

/* ---- machine-plugin */

/* Where packages put them: Debian and Ubuntu, SchedMD's own packages, EPEL and OpenHPC, builds of one's own. */
static const char *const usual_folders[] = {
	"/usr/lib/x86_64-linux-gnu/slurm-wlm",
	"/usr/lib/aarch64-linux-gnu/slurm-wlm",
	"/usr/lib/x86_64-linux-gnu/slurm",
	"/usr/lib/aarch64-linux-gnu/slurm",
	"/usr/lib64/slurm",
	"/usr/lib/slurm",
	"/usr/local/lib/slurm",
	"/usr/local/lib64/slurm",
	"/opt/slurm/lib/slurm",
};

/* Keys that may name a plugin without its kind. */
static const struct kind {
	const char *key, *kind;
} kinds[] = {
	{ "MpiDefault", "mpi" },
	{ "JobSubmitPlugins", "job_submit" },
	{ "NodeFeaturesPlugins", "node_features" },
	{ "CliFilterPlugins", "cli_filter" },
	{ "PrEpPlugins", "prep" },
};

/* Names that no file stands for in some releases, or that a file of another name serves. */
static bool has_no_file(const char *plugin)
{
	static const char *const names[] = { "topology/default", "topology/flat", "mpi/openmpi", "mpi/list" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(plugin, names[i]) == 0)
			return true;
	return text_ends(plugin, "/none");
}

/* Parsed in later releases, and heeded by none of them. */
static bool is_looked_for(const struct check *c, const struct fact *f)
{
	enum release r = c->records->release;
	return (f->type == FACT_PLUGIN || f->type == FACT_PLUGINS) && fact_known(f, r) && r < f->defunct &&
	       r < f->refused && strcmp(f->key, "LaunchType") != 0 && strcmp(f->key, "RoutePlugin") != 0;
}

/* The folder of the plugins that a file's daemons load; NULL when none is to be seen. */
static const char *plugin_folders(const struct check *c, enum slurm_file file)
{
	const struct machine *m = c->files->machine;
	const struct entry *e = records_global(c->records, file, "PluginDir");
	const char *folder;
	for (const char *rest = e ? e->value : ""; (folder = next_folder(c->arena, &rest));)
		if (m->holds(m->ctx, folder, ".so"))
			return e->value;
	for (size_t i = 0; !e && i < sizeof(usual_folders) / sizeof(usual_folders[0]); i++)
		if (m->holds(m->ctx, usual_folders[i], ".so"))
			return usual_folders[i];
	return NULL;
}

static bool has_file(const struct check *c, const char *folders, const char *name)
{
	const char *folder;
	for (const char *rest = folders; (folder = next_folder(c->arena, &rest));) {
		struct machine_entry there;
		if (!machine_look(c, arena_printf(c->arena, "%s/%s", folder, name), &there) ||
		    there.kind != MACHINE_NOTHING)
			return true;
	}
	return false;
}

/* "select/cons_tres": "select_cons_tres.so". */
static const char *file_of(const struct check *c, const char *plugin)
{
	char *name = arena_printf(c->arena, "%s.so", plugin);
	*strchr(name, '/') = '_';
	return name;
}

static bool is_there(const struct check *c, const char *folders, const char *plugin)
{
	/* job_container/tmpfs is namespace/tmpfs since 25.11, which takes both names. */
	return has_file(c, folders, file_of(c, plugin)) ||
	       (text_starts(plugin, "job_container/") &&
		has_file(c, folders, file_of(c, arena_printf(c->arena, "namespace/%s", strchr(plugin, '/') + 1))));
}

/* The plugin that a word names: with its kind; NULL: none. */
static const char *plugin_of(const struct check *c, const struct fact *f, const char *word)
{
	if (strchr(word, '/'))
		return word;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(f->key, kinds[i].key) == 0)
			return arena_printf(c->arena, "%s/%s", kinds[i].kind, word);
	return NULL;
}

static void look_at_plugins(struct check *c, const struct entry *e, const char *folders)
{
	for (const char *s = e->value; *s;) {
		s += strspn(s, ", ");
		size_t n = strcspn(s, ", ");
		const char *word = arena_strndup(c->arena, s, n), *plugin = plugin_of(c, e->fact, word);
		s += n;
		const struct fact_word *w = plugin ? fact_word_find(e->fact, plugin) : NULL;
		/* Of what the release does not have slurm-word-release speaks. */
		if (!plugin || !n || has_no_file(plugin) || (w && !fact_word_known(w, c->records->release)) ||
		    is_there(c, folders, plugin))
			continue;
		bool is_mpi = text_starts(plugin, "mpi/");
		struct diag *d =
			diag_add(c->diags, is_mpi ? SEVERITY_WARNING : SEVERITY_ERROR, c->rule->name,
				 span_within(c, e->span, word), "this machine has no plugin '%s': %s holds no %s",
				 plugin, folders, file_of(c, plugin));
		diag_help(c->diags, d, "install the package that has it, or choose another: %s",
			  is_mpi ? "srun fails without it" : "what loads it stops");
	}
}

void run_machine_plugin(struct check *c)
{
	static const enum slurm_file files[] = { SLURM_CONF, SLURMDBD_CONF, CGROUP_CONF };
	for (size_t f = 0; f < sizeof(files) / sizeof(files[0]); f++) {
		const char *folders = plugin_folders(c, files[f] == SLURMDBD_CONF ? SLURMDBD_CONF : SLURM_CONF);
		for (size_t i = 0; folders && i < c->records->globals[files[f]].n; i++) {
			const struct record *rec = c->records->globals[files[f]].v[i];
			for (size_t j = 0; j < rec->entries.n; j++)
				if (is_looked_for(c, rec->entries.v[j].fact))
					look_at_plugins(c, &rec->entries.v[j], folders);
		}
	}
}
