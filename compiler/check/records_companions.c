/* records_companions.c: missing-companion-file: what a plugin reads beside slurm.conf. */
#include "compiler/check/records.h"

#include <string.h>

#include "compiler/check/said.h"
#include "compiler/slurm/unread.h"

static const struct companion {
	const char *key, *words, *files; /* beside slurm.conf, one of them */
	const char *who;		 /* misses it */
	enum severity in_files;		 /* where everything else is there; a spec's files may come by other ways */
} companions[] = {
	{ "TopologyPlugin", "tree|block|3d_torus|torus3d|ring|hypercube", "topology.conf|topology.yaml",
	  "slurmctld stops", SEVERITY_ERROR },
	{ "JobSubmitPlugins", "lua", "job_submit.lua", "slurmctld stops", SEVERITY_ERROR },
	{ "CliFilterPlugins", "lua", "cli_filter.lua", "commands fail", SEVERITY_ERROR },
	{ "JobContainerType", "tmpfs", "job_container.conf", "slurmd stops", SEVERITY_ERROR },
	{ "NamespaceType", "tmpfs", "job_container.conf", "slurmd stops", SEVERITY_ERROR },
	{ "NamespaceType", "linux", "namespace.yaml", "slurmd stops", SEVERITY_ERROR },
	{ "SlurmctldPlugstack", "nonstop", "nonstop.conf", "slurmctld stops", SEVERITY_ERROR },
	{ "NodeFeaturesPlugins", "helpers", "helpers.conf", "slurmctld stops", SEVERITY_ERROR },
	{ "BurstBufferType", "lua", "burst_buffer.lua", "slurmctld stops", SEVERITY_ERROR },
	{ "AcctGatherProfileType", "hdf5|influxdb", "acct_gather.conf", "slurmd stops", SEVERITY_ERROR },
};

static bool is_beside(const struct slurm_files *files, const char *names)
{
	for (const char *s = names; *s;) {
		size_t n = strcspn(s, "|");
		char name[64];
		if (n < sizeof(name)) {
			memcpy(name, s, n);
			name[n] = '\0';
			enum slurm_file f = slurm_file_of(name);
			struct unread u;
			bool looked_for =
				f == SLURM_FILE_COUNT || !slurm_file_unread(files, f, &u) || u.why != UNREAD_RELEASE;
			if (looked_for && ((f != SLURM_FILE_COUNT && files->sources[f]) ||
					   (files->beside && files->beside(files->ctx, name))))
				return true;
		}
		s += n + (s[n] == '|');
	}
	return false;
}

static bool is_there(const struct check *c, const char *names)
{
	if (c->files)
		return is_beside(c->files, names);
	const char *dir = c->model->platform->conf_dir;
	size_t n = strlen(dir);
	struct file *f;
	for (size_t i = 0; (f = entries_next(&c->spec->files, &i));)
		if (strncmp(f->path, dir, n) == 0 && f->path[n] == '/' && word_among(f->path + n + 1, names))
			return true;
	return false;
}

/* What nobody can name here lies beside slurm.conf on the host that runs it, and not always beside a copy of it. */
static void say_none_beside(struct check *c, const struct companion *k, struct span at, const char *word,
			    const char *name)
{
	bool named = slurm_file_of(name) != SLURM_FILE_COUNT;
	bool sure = named || c->files->machine;
	struct diag *d = diag_add(c->diags, sure ? k->in_files : SEVERITY_WARNING, c->rule->name, at,
				  "%s reads %s, and there is none beside these files: %s%s", word, name, k->who,
				  sure ? "" : " if its host has none either");
	if (named)
		diag_help(c->diags, d, "put %s beside slurm.conf, or name it here if it lies elsewhere", name);
	else
		diag_help(c->diags, d, "put %s beside slurm.conf", name);
}

void run_companions(struct check *c)
{
	struct map globals;
	map_globals(c, &globals);
	for (size_t i = 0; i < sizeof(companions) / sizeof(companions[0]); i++) {
		const struct companion *k = &companions[i];
		const struct entry *e = map_get(&globals, k->key);
		const char *word = NULL;
		if (!e || !span_known(e->span) || !count_words(c->arena, e->value, k->words, &word) ||
		    is_there(c, k->files))
			continue;
		/* slurm-word-release says that the plugin is none. */
		const struct fact_word *row = fact_word_find(e->fact, word);
		if (c->files && row && !fact_word_known(row, c->records->release))
			continue;
		const char *name = arena_strndup(c->arena, k->files, strcspn(k->files, "|"));
		if (c->files) {
			say_none_beside(c, k, span_within(c, e->span, word), word, name);
			continue;
		}
		struct diag *d =
			finding(c, span_within(c, e->span, word), "%s reads %s/%s, and `files` puts none there: %s",
				word, c->model->platform->conf_dir, name, k->who);
		diag_help(c->diags, d, "add it to files: with path %s/%s and a source", c->model->platform->conf_dir,
			  name);
	}
}
