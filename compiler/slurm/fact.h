/*
 * fact.h: what is known of Slurm's keys, by release.
 *
 * A fact is one key of one file and section: type, first and last release, new name, default,
 * known words, what changing it costs. The tables are made at build time from facts.tsv and
 * words.tsv in this folder (embed tool: compiler/slurm/facts_gen.c). This is the only place in hpcc that knows releases;
 * nothing else compares versions.
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
/* "24.11" or "24.11.5": the series, and the whole text is well-formed; RELEASE_NONE if unknown. */
enum release release_parse(const char *s);

enum slurm_file {
	SLURM_CONF,
	GRES_CONF,
	CGROUP_CONF,
	SLURMDBD_CONF,
	MPI_CONF,
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
	SECTION_GRES, /* gres.conf: Name= or NodeName= Name= */
	SECTION_COUNT,
};

enum fact_type {
	FACT_TEXT,
	FACT_BOOL,
	FACT_U16,
	FACT_U32,
	FACT_U64,
	FACT_FLOAT,
	FACT_WORD,    /* one of its words */
	FACT_PLUGIN,  /* one plugin, type/name */
	FACT_WORDS,   /* comma-separated words, some with =value */
	FACT_PLUGINS, /* comma-separated plugins */
	FACT_LIST,    /* comma-separated, no closed set */
	FACT_HOSTLIST,
	FACT_LINE, /* begins a line of its own section */
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

struct fact {
	enum slurm_file file;
	enum slurm_section section;
	enum fact_type type;
	const char *key;
	enum release first;   /* the series that knows it first */
	enum release removed; /* the series in which it is an unknown key, fatal to every daemon; RELEASE_NONE */
	enum release defunct; /* from here on parsed, reported and ignored; RELEASE_NONE */
	bool repeatable;
	const char *renamed;	   /* the key that stands for it now, or NULL */
	const char *default_value; /* as Slurm has it, or NULL */
	enum change_cost cost_before_23_11, cost;
	const struct fact_word *words; /* known words; n_words 0: not known as a closed set */
	size_t n_words;
};

/* All facts, sorted by file, section and key. */
extern const struct fact fact_table[];
extern const size_t fact_count;

/* The fact of a key (case-insensitive), whatever the release; NULL if no release knows it. */
const struct fact *fact_find(enum slurm_file file, enum slurm_section section, const char *key);
static inline bool fact_known(const struct fact *f, enum release r)
{
	return f->first <= r && r < f->removed;
}
/* The word's row (case-insensitive), or NULL. For FACT_WORDS pass the word without "=value". */
const struct fact_word *fact_word_find(const struct fact *f, const char *word);
/* The keys that `key` was probably meant to be in that release; NULL if none is near. */
const char *fact_suggest(enum slurm_file file, enum slurm_section section, enum release r, const char *key);
const char *fact_suggest_word(const struct fact *f, enum release r, const char *word);
/* Checks a value by the fact's type alone: number and range, yes/no, float. NULL if fine, else what is wanted. */
const char *fact_value_error(const struct fact *f, const char *value);

#endif
