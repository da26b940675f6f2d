/*
 * check.h: the rules: what is wrong with a cluster that reads well.
 *
 * A rule is a row here and a file compiler/rules/NAME.md: summary, why, a bad example with its diagnostic, a good one, the source.
 * Its row says the earliest form in which it can be seen, so that lint and an editor run only as far as they need. Rules change
 * nothing and never print; they pass over bodies that are broken already.
 *
 * Rules over records are written once and serve specs, options and existing Slurm files. Where such a rule needs more than the
 * records (the spec, the model, what lies beside the files), it asks which of them there is.
 */
#ifndef HPCC_CHECK_CHECK_H
#define HPCC_CHECK_CHECK_H

#include "compiler/model/model.h"
#include "compiler/slurm/read.h"
#include "compiler/source/diag.h"
#include "compiler/tree/tree.h"

struct gres_nodes;

struct check {
	struct arena *arena;
	const struct sources *sources;
	struct diags *diags;
	const struct rule *rule; /* the one that runs */
	const struct spec *spec;
	const struct model *model;  /* NULL for rules over the spec */
	const struct records *records; /* NULL as well */
	const char *target;	    /* NULL as well */
	const struct slurm_files *files; /* existing files of Slurm's; then spec, model and target are NULL */
	bool needs_slurm;	    /* the target does */
	LIST(const struct origin *) with_options; /* options.c: bodies that have options of Slurm's */
	bool options_collected;
	struct lines *lines; /* lines.h: made when it is first asked for */
	LIST(const struct entry *) changed_keys; /* global_keys.c: entries whose keys another release knows otherwise */
	bool changed_collected;
	struct topologies *topologies; /* topology.h; NULL until a rule asks */
	const struct gres_nodes *gres_nodes; /* gres_node.c: NULL until a rule asks */
	struct values *values; /* records.c: the same */
};

enum rule_form {
	RULE_SPEC,    /* over the resolved spec */
	RULE_RECORDS, /* over Slurm's records, made of a spec or read from files */
	RULE_LOWERED, /* over records, and the spec that they were made of */
	RULE_FILES,   /* over records that were read: what a spec cannot get wrong */
	RULE_MACHINE, /* over records that were read, and the machine that they are for */
	RULE_UPGRADE, /* over records that were read, and the release that they are to be upgraded to */
	RULE_MODEL,   /* over places, roles, files of one platform */
};

struct rule {
	const char *name;
	enum severity severity;
	enum rule_form form;
	void (*run)(struct check *c);
};

/* The families' tables; each ends with a row without a name. */
extern const struct rule rules_nodes[], rules_partitions[], rules_gres[], rules_control[], rules_accounting[],
	rules_network[], rules_mpi[], rules_storage[], rules_facts[], rules_records[], rules_targets[], rules_containers[],
	rules_lines[], rules_global[], rules_topology[], rules_other_files[], rules_machine[], rules_upgrade[],
	rules_gres_lines[], rules_gres_counts[], rules_cgroup[], rules_dbd[], rules_across[];
extern const struct rule *const rule_families[]; /* ends with NULL */

/* torn.c: whether a rule speaks of what is absent, so that it has nothing to say where a part of the files could not be
 * read. */
bool rule_asks_all(const char *name);

/* unfound.c: whether what a rule would say may follow from a name that nothing has. */
bool rule_waits_for_name(const struct spec *spec, const char *name);

/* Words for a spec or for Slurm's files, whichever is checked: `c[1-4]: {cpus: 2}` is not what mends a slurm.conf. */
const char *either(const struct check *c, const char *in_spec, const char *in_files);
/* A finding of the running rule, with the rule's own severity. */
struct diag *finding(struct check *c, struct span span, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Where the target that is checked is asked for, where it is written; and a note of it. */
struct span where_target(const struct check *c);
void note_target(struct check *c, struct diag *d);

void check_spec(struct arena *a, const struct sources *s, struct diags *d, const struct spec *spec);
/* Rules over records, before files are rendered. Says whether the records can be written to files at all. */
bool check_records(struct arena *a, const struct sources *s, struct diags *d, const struct model *m, const char *target);
/* Rules over the model, with the files that were rendered. */
void check_model(struct arena *a, const struct sources *s, struct diags *d, const struct model *m, const char *target,
		 bool needs_slurm);
/* Rules over records and over files, for files that were read; over their machine and their upgrade, where there is one. */
void check_files(struct arena *a, const struct sources *s, struct diags *d, const struct slurm_files *files);
/* `# hpcc-ignore: RULE reason` silences warnings and infos of that rule on its line, or, where it stands alone, on the next. One
 * that silences nothing is a warning itself (unused-ignore). Errors are never silenced. */
void check_ignores(struct arena *a, const struct sources *s, struct diags *d, const struct tree *tree);
/* The same in one of Slurm's files. */
void check_file_ignores(struct arena *a, struct diags *d, const struct source *src);

#endif
