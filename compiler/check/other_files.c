/*
 * other_files.c: what Slurm's files beside slurm.conf are to the plugins that slurm.conf chooses.
 */
#include "compiler/check/other_files.h"

#include <string.h>

#include "compiler/slurm/unread.h"

/* ---- file-without-effect */

/* Where the file begins to say something. */
static struct span first_words(const struct source *s)
{
	uint32_t at = 0, end;
	while (at < s->size && strchr(" \t\r\n#", s->bytes[at])) {
		const char *newline = s->bytes[at] == '#' ? memchr(s->bytes + at, '\n', s->size - at) : s->bytes + at;
		at = newline ? (uint32_t)(newline - s->bytes) + 1 : s->size;
	}
	for (end = at; end < s->size && !strchr("\r\n", s->bytes[end]);)
		end++;
	return at < s->size ? (struct span){ s->id, at, end } : (struct span){ s->id, 0, 0 };
}

/* Those of "type/a, type/b" that the release has. */
static const char *plugins_known(const struct check *c, const struct unread *u)
{
	const struct fact *f = fact_find(SLURM_CONF, SECTION_GLOBAL, u->key);
	struct text t;
	text_init(&t, c->arena);
	for (const char *s = u->plugins; *s;) {
		size_t n = strcspn(s, ",");
		const char *plugin = arena_strndup(c->arena, s, n);
		const struct fact_word *w = f ? fact_word_find(f, plugin) : NULL;
		if (w && fact_word_known(w, c->records->release))
			text_join(&t, 0, " or ", plugin);
		s += n;
		s += strspn(s, ", ");
	}
	return t.n ? t.s : u->plugins;
}

static void unread_by_plugins(struct check *c, const char *name, struct span at, const struct unread *u)
{
	struct diag *d;
	if (u->chosen) {
		d = finding(c, at, "nothing reads %s: %s is %s", name, u->key, u->value);
		diag_note(c->diags, d, u->chosen->span, "%s is chosen by this", u->value);
	} else if (u->value) {
		d = finding(c, at, "nothing reads %s: %s is %s when slurm.conf does not say", name, u->key, u->value);
	} else {
		d = finding(c, at, "nothing reads %s: slurm.conf has no %s", name, u->key);
	}
	diag_help(c->diags, d, "let %s be %s, or take the file away", u->key, plugins_known(c, u));
}

static void unread_file(struct check *c, enum slurm_file file, const struct unread *u)
{
	const char *name = slurm_file_name(file);
	struct span at = first_words(c->files->sources[file]);
	switch (u->why) {
	case UNREAD_PLUGIN:
		unread_by_plugins(c, name, at, u);
		return;
	case UNREAD_RELEASE:
		diag_help(c->diags,
			  finding(c, at, "Slurm %s does not look for %s: it came with %s",
				  release_name(c->records->release), name, release_name(u->first)),
			  "%s", file == TOPOLOGY_YAML ? "say it in topology.conf, and choose TopologyPlugin"
						      : "say it in job_container.conf, and choose job_container/tmpfs");
		return;
	case UNREAD_OTHER:
		diag_help(c->diags,
			  finding(c, at, "nothing reads %s: %s stands in its stead", name, slurm_file_name(u->other)),
			  "keep one of the two");
		return;
	}
}

/* interfaces/topology.c: with a topology.yaml the key is not looked at. */
static void yaml_decides(struct check *c)
{
	struct unread u;
	const struct entry *e = global(c, "TopologyPlugin");
	if (!c->files->sources[TOPOLOGY_YAML] || slurm_file_unread(c->files, TOPOLOGY_YAML, &u) || !e ||
	    text_equal_nocase(e->value, fact_default(e->fact, c->records->release)))
		return;
	struct diag *d = diag_add(c->diags, SEVERITY_INFO, c->rule->name, e->span,
				  "topology.yaml says which topologies there are: TopologyPlugin has no effect");
	diag_help(c->diags, d, "leave it out, or take topology.yaml away");
}

static void run_without_effect(struct check *c)
{
	struct unread u;
	for (int f = 0; f < SLURM_FILE_COUNT; f++)
		if (c->files->sources[f] && slurm_file_unread(c->files, (enum slurm_file)f, &u))
			unread_file(c, (enum slurm_file)f, &u);
	yaml_decides(c);
}

/* ---- key-of-other-plugin: a key that no chosen plugin has is an unknown key */

static const struct chooser {
	const char *type, *key, *stops;
} choosers[] = {
	{ "topology/", "TopologyPlugin", "slurmctld stops" },
	{ "acct_gather_energy/", "AcctGatherEnergyType", "slurmctld and slurmd stop" },
	{ "acct_gather_profile/", "AcctGatherProfileType", "slurmctld and slurmd stop" },
	{ "acct_gather_interconnect/", "AcctGatherInterconnectType", "slurmctld and slurmd stop" },
	{ "acct_gather_filesystem/", "AcctGatherFilesystemType", "slurmctld and slurmd stop" },
};

static const struct chooser *chooser_of(const struct fact *f)
{
	for (size_t i = 0; f->plugin && i < sizeof(choosers) / sizeof(choosers[0]); i++)
		if (text_starts(f->plugin, choosers[i].type))
			return &choosers[i];
	return NULL;
}

static bool is_chosen(const struct check *c, const struct fact *f, const struct entry *chosen)
{
	for (const char *s = chosen ? chosen->value : ""; *s;) {
		size_t n = strcspn(s, ",");
		if (fact_plugin_has(f, arena_strndup(c->arena, s, n)))
			return true;
		s += n + (s[n] == ',');
	}
	return false;
}

/* Once a key: a file written for another plugin is wrong throughout. */
static void other_plugin(struct check *c, struct map *seen, const struct entry *e)
{
	bool fresh;
	const struct chooser *by = chooser_of(e->fact);
	const struct entry *chosen = by ? global(c, by->key) : NULL;
	if (!by || is_chosen(c, e->fact, chosen))
		return;
	map_add(seen, e->fact->key, &fresh);
	if (!fresh)
		return;
	const char *first = arena_strndup(c->arena, e->fact->plugin, strcspn(e->fact->plugin, "|"));
	struct diag *d = finding(c, e->key_span, "%s belongs to %s, which slurm.conf does not choose: %s", e->fact->key,
				 first, by->stops);
	if (chosen)
		diag_note(c->diags, d, chosen->span, "%s is %s by this", by->key, chosen->value);
	diag_help(c->diags, d, "write %s=%s in slurm.conf, or leave the key out", by->key, first);
}

static void run_other_plugin(struct check *c)
{
	static const enum slurm_file files[] = { TOPOLOGY_CONF, ACCT_GATHER_CONF };
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t f = 0; c->files->sources[SLURM_CONF] && f < sizeof(files) / sizeof(files[0]); f++)
		for (size_t i = 0; i < c->records->files[files[f]].n; i++) {
			const struct record *rec = c->records->files[files[f]].v[i];
			if (rec->entries.n) /* a line's keys are of one plugin */
				other_plugin(c, &seen, &rec->entries.v[0]);
		}
}

/* ---- missing-plugin-key */

static const struct needed {
	const char *chooser, *plugin;
	enum slurm_file file;
	const char *key;
	enum release last; /* RELEASE_COUNT: all */
} needed[] = {
	/* plugins/acct_gather_profile: acct_gather_profile_p_conf_set() */
	{ "AcctGatherProfileType", "hdf5", ACCT_GATHER_CONF, "ProfileHDF5Dir", RELEASE_COUNT },
	{ "AcctGatherProfileType", "influxdb", ACCT_GATHER_CONF, "ProfileInfluxDBHost", RELEASE_COUNT },
	{ "AcctGatherProfileType", "influxdb", ACCT_GATHER_CONF, "ProfileInfluxDBDatabase", RELEASE_COUNT },
	{ "AcctGatherProfileType", "influxdb", ACCT_GATHER_CONF, "ProfileInfluxDBRTPolicy", RELEASE_25_11 },
};

static void run_missing_key(struct check *c)
{
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		const struct needed *n = &needed[i];
		const struct entry *e = global(c, n->chooser);
		if (!e || c->records->release > n->last || !c->files->sources[n->file] ||
		    records_global(c->records, n->file, n->key))
			continue;
		const char *slash = strchr(e->value, '/');
		if (!text_equal_nocase(slash ? slash + 1 : e->value, n->plugin))
			continue;
		struct diag *d = finding(c, e->span, "%s wants %s in %s, which is not there: slurmd stops", e->value,
					 n->key, slurm_file_name(n->file));
		diag_help(c->diags, d, "write %s=... in %s", n->key, slurm_file_name(n->file));
	}
}

/* ---- burst-buffer: plugins/burst_buffer/common: bb_load_config() */

static void run_burst_buffer(struct check *c)
{
	const struct entry *allow = records_global(c->records, BURST_BUFFER_CONF, "AllowUsers");
	const struct entry *deny = records_global(c->records, BURST_BUFFER_CONF, "DenyUsers");
	const struct entry *size = records_global(c->records, BURST_BUFFER_CONF, "Granularity");
	if (allow && deny) {
		struct diag *d = finding(c, deny->key_span,
					 "DenyUsers does nothing beside AllowUsers: who is not allowed is denied");
		diag_note(c->diags, d, allow->key_span, "AllowUsers is here");
		diag_help(c->diags, d, "keep one of the two");
	}
	/* bb_get_size_num(): what does not begin with a number is 0 */
	if (size && strspn(size->value, "0") == strspn(size->value, "0123456789"))
		diag_help(c->diags,
			  finding(c, size->span,
				  "to Slurm Granularity is 0 by this: slurmctld logs an error and takes one byte"),
			  "write a size such as 16MiB, or leave it out");
}

const struct rule rules_other_files[] = {
	{ "file-without-effect", SEVERITY_WARNING, RULE_FILES, run_without_effect },
	{ "key-of-other-plugin", SEVERITY_ERROR, RULE_FILES, run_other_plugin },
	{ "missing-plugin-key", SEVERITY_ERROR, RULE_FILES, run_missing_key },
	{ "spank-line", SEVERITY_WARNING, RULE_RECORDS, rule_spank_line },
	{ "spank-include", SEVERITY_WARNING, RULE_FILES, rule_spank_include },
	{ "spank-twice", SEVERITY_WARNING, RULE_RECORDS, rule_spank_twice },
	{ "spank-unread", SEVERITY_ERROR, RULE_LOWERED, rule_spank_unread },
	{ "spank-place", SEVERITY_ERROR, RULE_MODEL, rule_spank_place },
	{ "base-path", SEVERITY_ERROR, RULE_FILES, rule_base_path },
	{ "namespace-yaml", SEVERITY_ERROR, RULE_FILES, rule_namespace },
	{ "helper-feature", SEVERITY_WARNING, RULE_FILES, rule_helper_feature },
	{ "spank-missing", SEVERITY_ERROR, RULE_MACHINE, rule_spank_missing },
	{ "helper-missing", SEVERITY_WARNING, RULE_MACHINE, rule_helper_missing },
	{ "unknown-list-user", SEVERITY_WARNING, RULE_MACHINE, rule_unknown_list_user },
	{ "burst-buffer", SEVERITY_WARNING, RULE_FILES, run_burst_buffer },
	{ .name = NULL },
};
