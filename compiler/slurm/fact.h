/*
 * fact.h: what is known of Slurm's keys, by release.
 *
 * A fact is one key of one file and section: type, first and last release, new name, default,
 * known words, what changing it costs. The table is made at build time by facts_gen.c from facts.tsv and
 * words.tsv in this folder, which say what their columns mean. This is the only place in hpcc that knows releases;
 * nothing else compares versions.
 *
 * A fact knows a series, not its updates: EnableControllers came with 23.02.1 and counts as 23.02.
 */
#ifndef HPCC_SLURM_FACT_H
#define HPCC_SLURM_FACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A release series, in order. RELEASE_NONE stands for "not (yet)". */
enum release {
	RELEASE_22_05,
	RELEASE_23_02,
	RELEASE_23_11,
	RELEASE_24_05,
	RELEASE_24_11,
	RELEASE_25_05,
	RELEASE_25_11,
	RELEASE_26_05,
	RELEASE_COUNT,
	RELEASE_NONE = RELEASE_COUNT,
};

const char *release_name(enum release r); /* "24.11" */
/* "24.11" or "24.11.5": its series. RELEASE_NONE if the text is anything else or the series is unknown. */
enum release release_parse(const char *s);
/* Whether a text is a release's name, such as "99.05", and of one newer than any that is known here. */
bool release_is_newer(const char *s);

/* Facts that are not of one key. A bracket may have text after it in a hostlist (hostlist.c; before 23.11 it is
 * invalid). */
static inline bool release_knows_suffixes(enum release r)
{
	return r >= RELEASE_23_11;
}
/* From 23.11 the packages' units run slurmctld and slurmdbd as SlurmUser, in a RuntimeDirectory of their own: before,
 * as root, which leaves root behind only once the pid file is open. */
static inline bool release_starts_as_slurm(enum release r)
{
	return r >= RELEASE_23_11;
}
/* auth/munge signs a message for a try as a daemon starts. */
static inline bool release_tries_munge(enum release r)
{
	return r >= RELEASE_23_11;
}
/* auth/slurm takes slurm.jwks, a set of keys, for slurm.key. */
static inline bool release_reads_key_sets(enum release r)
{
	return r >= RELEASE_24_05;
}
/* Nodes that a cluster may have (slurm.h: MAX_SLURM_NODES); from 24.11 more are fatal. */
enum { RELEASE_MAX_NODES = 65536 };
static inline bool release_refuses_more_nodes(enum release r)
{
	return r >= RELEASE_24_11;
}
/* From 24.05 Cores of a gres must be whole sockets, or its node is set invalid when it registers. (gres.c) */
static inline bool release_wants_whole_sockets(enum release r)
{
	return r >= RELEASE_24_05;
}
/* slurmd compares all Flags of a gres' lines, and not those about the environment alone. Seen with 24.11.5, not with
 * 22.05.8. (gres.c: _parse_gres_config) */
static inline bool release_compares_gres_flags(enum release r)
{
	return r >= RELEASE_24_11;
}
/* "Cannot use AutoDetect on cloud node" stops slurmctld: seen with 22.05.8; from 24.11.5 on it is an error in its log. */
static inline bool release_refuses_cloud_autodetect(enum release r)
{
	return r <= RELEASE_22_05;
}
/* slurmdbd compares the name of its file's owner with SlurmUser as it is written: seen with 22.05.8, not with 24.11.5. */
static inline bool release_compares_user_names(enum release r)
{
	return r <= RELEASE_22_05;
}
/* "cgroup/v1 plugin is deprecated" (25.05 release notes; said at every start of 26.05's slurmd). */
static inline bool release_deprecates_cgroup_v1(enum release r)
{
	return r >= RELEASE_25_05;
}

/* As many NodeHostname as nodes, or one (node_conf.c: expand_nodeline_info()); before, a build that takes several slurmd a
 * host did not count them. */
static inline bool release_pairs_hostnames(enum release r)
{
	return r >= RELEASE_24_11;
}
/* NodeSet Nodes=ALL: 22.05 looks for a node of that name, 24.11 takes all. */
static inline bool release_sets_hold_all(enum release r)
{
	return r > RELEASE_22_05;
}
/* CoreSpecCount takes a core of each socket in turn; 22.05 takes all of the last socket first. */
static inline bool release_spreads_spec_cores(enum release r)
{
	return r > RELEASE_22_05;
}
/* As many CPUs as sockets are none that jobs could be given, where a socket has cores: plugins/select/cons_common,
 * select_p_node_init(). */
static inline bool release_refuses_cpus_as_sockets(enum release r)
{
	return r <= RELEASE_22_05;
}
/* Of a node set whose list cannot be read nobody is told, and it is empty. */
static inline bool release_passes_over_bad_sets(enum release r)
{
	return r >= RELEASE_26_05;
}
/* A node set called like a node is fatal to whoever reads the file (read_config.c: _validate_and_set_defaults()). */
static inline bool release_refuses_set_of_node(enum release r)
{
	return r >= RELEASE_24_11;
}
/* An AllowQos or DenyQos, and a QOS, that nobody made are fatal to slurmctld (slurmctld/read_config.c). Without
 * slurmdbd nobody made any. */
static inline bool release_refuses_unknown_qos(enum release r)
{
	return r >= RELEASE_25_11;
}
/* A relative Include began beside the file that it stands in; later it does beside slurm.conf (parse_config.c). */
static inline bool release_includes_beside(enum release r)
{
	return r <= RELEASE_22_05;
}
/* UnkillableStepTimeout is at least five times MessageTimeout (read_config.c). */
static inline bool release_wants_long_unkillable(enum release r)
{
	return r >= RELEASE_24_05;
}
/* TaskPlugin's plugins are put in their order whatever that of the words (read_config.c: _sort_task_plugin()). */
static inline bool release_sorts_task_plugins(enum release r)
{
	return r >= RELEASE_23_11;
}
/* Names of switches in topology.conf have a longest (switch_record.c: _parse_switches()). */
static inline bool release_limits_switch_names(enum release r)
{
	return r >= RELEASE_24_11;
}
/* topology.conf has BlockSizes; before, BlockLevels. */
static inline bool release_has_block_sizes(enum release r)
{
	return r >= RELEASE_24_05;
}
/* A block may have fewer nodes than the base size. */
static inline bool release_takes_small_blocks(enum release r)
{
	return r >= RELEASE_25_05;
}
/* A switch without nodes and switches is a leaf of none; before, slurmctld stops. */
static inline bool release_takes_empty_leaf(enum release r)
{
	return r >= RELEASE_25_05;
}
/* slurmctld says that no switch reaches all nodes. */
static inline bool release_says_no_root(enum release r)
{
	return r >= RELEASE_23_02;
}
/* helpers.conf may name a feature again with the same helper; before, whatever its helper that was refused. */
static inline bool release_takes_same_helper(enum release r)
{
	return r >= RELEASE_23_02;
}
/* An optional plugin of plugstack.conf that is missing is no error in the log. */
static inline bool release_is_quiet_of_optional_plugins(enum release r)
{
	return r >= RELEASE_25_05;
}
/* Without any line of a partition slurmctld stopped; later it waits for nodes that register themselves. */
static inline bool release_needs_partitions(enum release r)
{
	return r <= RELEASE_22_05;
}

enum slurm_file {
	SLURM_CONF,
	GRES_CONF,
	CGROUP_CONF,
	SLURMDBD_CONF,
	MPI_CONF,
	TOPOLOGY_CONF,
	ACCT_GATHER_CONF,
	JOB_CONTAINER_CONF,
	OCI_CONF,
	BURST_BUFFER_CONF,
	HELPERS_CONF,
	PLUGSTACK_CONF, /* a grammar of its own: no keys, hence no facts */
	TOPOLOGY_YAML,	/* YAML: no facts */
	NAMESPACE_YAML, /* YAML: no facts */
	SLURM_FILE_COUNT,
};
const char *slurm_file_name(enum slurm_file f); /* "slurm.conf" */

/* Which line of a file a key stands on. */
enum slurm_section {
	SECTION_GLOBAL,
	SECTION_NODE,	   /* NodeName= */
	SECTION_PARTITION, /* PartitionName= */
	SECTION_NODESET,
	SECTION_DOWNNODES,
	SECTION_FRONTEND,
	SECTION_POWERACTION,
	SECTION_GRES,	   /* gres.conf: Name= or NodeName= Name= */
	SECTION_SWITCH,	   /* topology.conf: SwitchName= */
	SECTION_BLOCK,	   /* topology.conf: BlockName= */
	SECTION_RING,	   /* topology.conf: RingName= */
	SECTION_CONTAINER, /* job_container.conf: NodeName= or BasePath= */
	SECTION_FEATURE,   /* helpers.conf: Feature= or NodeName= Feature= */
	SECTION_COUNT,
};

enum fact_type {
	FACT_TEXT,
	FACT_BOOL,
	FACT_U16,
	FACT_U32,
	FACT_U64,
	FACT_FLOAT,
	FACT_DECIMAL,  /* 0 to 65535, never octal; INFINITE, UNLIMITED */
	FACT_TIME,     /* 30 (minutes), 12:00:00, 7-0, UNLIMITED (parse_time.c: time_str2mins) */
	FACT_PERIOD,   /* a time that is neither 0 nor without end */
	FACT_SECONDS,  /* a number of seconds; INFINITE, NONE, -1. Anything else Slurm takes for 0 */
	FACT_AGE,      /* 30days, 12hours, 6months (slurmdbd.conf(5), Purge*After) */
	FACT_WORD,     /* one of its words */
	FACT_PLUGIN,   /* one plugin, type/name */
	FACT_WORDS,    /* comma-separated words, some with =value; without n_words: words of which no set is known */
	FACT_PLUGINS,  /* comma-separated plugins */
	FACT_LIST,     /* comma-separated, no closed set */
	FACT_HOSTLIST, /* Nodes and AllocNodes also take ALL, Nodes the names of node sets */
	FACT_LINE,     /* begins a line of its own section: NodeName, PartitionName; in gres.conf Name and NodeName */
};

/* What it takes to make a changed value hold. */
enum change_cost {
	COST_NONE,
	COST_RECONFIGURE,
	COST_RESTART_SLURMD,
	COST_RESTART_SLURMCTLD,
	COST_RESTART_BOTH,
	COST_RELOAD_SLURMDBD,
	COST_RESTART_SLURMDBD,
};

/* A word that a key takes, and from which to which release. */
struct fact_word {
	const char *word;
	enum release first, last; /* both inclusive */
};

/* A default, and the release from which it holds. */
struct fact_default {
	const char *value; /* NULL: there was none before the next */
	enum release first;
};

struct fact {
	enum slurm_file file;
	enum slurm_section section;
	enum fact_type type;
	const char *key;
	enum release first;   /* the series that knows it first */
	enum release removed; /* the series in which it is an unknown key, fatal to every daemon; RELEASE_NONE */
	enum release defunct; /* from here on parsed, reported and ignored; RELEASE_NONE */
	enum release refused; /* from here on parsed, and fatal to a daemon when it is set; RELEASE_NONE */
	bool repeatable;      /* in some release: see fact_repeatable() */
	enum release repeatable_first;
	const char *renamed;	   /* the key of the same section that stands for it now, or NULL; see fact_current() */
	const char *renamed_word;  /* not NULL: the key became this word of `renamed`, its value does not carry over */
	const char *default_value; /* as the newest release has it, or NULL: see fact_default() */
	const struct fact_default *defaults; /* oldest first */
	size_t n_defaults;
	enum change_cost cost_before_23_11, cost;
	const char *plugin;	       /* who knows the key: fact_plugin_has(); NULL: no plugin has to be chosen */
	const struct fact_word *words; /* sorted without case; n_words 0: not known as a closed set */
	size_t n_words;
};

/* All facts, sorted by file, section and key (without case). */
extern const struct fact fact_table[];
extern const size_t fact_count;

/* The fact of a key (case-insensitive), whatever the release; NULL if no release knows it. */
const struct fact *fact_find(enum slurm_file file, enum slurm_section section, const char *key);
static inline bool fact_known(const struct fact *f, enum release r)
{
	return f->first <= r && r < f->removed;
}
/* Whether a key that was known stands for nothing in that release: unknown by then, refused, or read and ignored. */
static inline bool fact_refused_or_defunct(const struct fact *f, enum release r)
{
	return r >= f->refused || r >= f->defunct;
}
static inline bool fact_gone(const struct fact *f, enum release r)
{
	return r >= f->removed || fact_refused_or_defunct(f, r);
}
/* Whether the key may stand several times in that release; else the last one holds, and daemons complain. */
static inline bool fact_repeatable(const struct fact *f, enum release r)
{
	return f->repeatable && f->repeatable_first <= r;
}
/* The value that holds in that release when the key is absent, or NULL (also where it is worked out of others). */
const char *fact_default(const struct fact *f, enum release r);
/* The fact to use instead in that release: `renamed` once the release knows it, else the fact itself. */
const struct fact *fact_current(const struct fact *f, enum release r);
enum change_cost fact_cost(const struct fact *f, enum release r);
/* Whether the key is known where this plugin ("topology/tree") is chosen: it is one of those that `plugin` names, or
 * the key needs none. A key that no chosen plugin has is an unknown key to Slurm, and as fatal. Which key of slurm.conf
 * chooses is in the plugin's name: AcctGatherEnergyType, TopologyPlugin; PMIx's need only be installed. */
bool fact_plugin_has(const struct fact *f, const char *plugin);
/* Which section a line that begins with `key` belongs to: SECTION_NODE for NodeName in slurm.conf, SECTION_GLOBAL for
 * any key that begins no line, known or not. */
enum slurm_section slurm_section_of(enum slurm_file file, const char *key);

/* The word's row (case-insensitive), or NULL; a State takes DRAIN with anything behind it, as Slurm does. Pass the word alone: without "=value" (FACT_WORDS) or ":value"
 * (OverSubscribe=FORCE:4). Which release takes it is for the caller to ask: fact_word_known(). */
const struct fact_word *fact_word_find(const struct fact *f, const char *word);
static inline bool fact_word_known(const struct fact_word *w, enum release r)
{
	return w->first <= r && r <= w->last;
}
/* Whether the key's value is a password, which is never shown. */
bool fact_is_secret(const char *key);
/* What to write for a key that no release here knows any more, because it went before the oldest; else NULL. */
const char *fact_old_key(enum slurm_file file, const char *key);
/* The key that `key` was probably meant to be in that release; NULL if none is near. Never one that is renamed,
 * defunct or refused there. */
const char *fact_suggest(enum slurm_file file, enum slurm_section section, enum release r, const char *key);
/* The same for a word of a key. */
const char *fact_suggest_word(const struct fact *f, enum release r, const char *word);
/* Checks a value by the fact's type alone: number and range, time, yes/no, float. NULL if fine, else what is wanted, as
 * it can stand after "wanted: " ("a whole number from 0 to 65535"). Words and plugins are not looked at. */
const char *fact_value_error(const struct fact *f, const char *value);

#endif
