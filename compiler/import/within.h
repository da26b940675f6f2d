/* within.h: within this room: one import. */
#ifndef HPCC_IMPORT_WITHIN_H
#define HPCC_IMPORT_WITHIN_H

#include "compiler/base/map.h"
#include "compiler/import/import.h"
#include "compiler/spec/spec.h"

/* What stands in the spec since hpcc would choose otherwise than Slurm does, and the files chose nothing: a comment says
 * so. */
struct import_notes {
	const struct options *options, *cgroup;
	size_t own_options, own_cgroup; /* how many of them are the site's own */
	const void *constrain;		/* the member, or NULL */
};

struct import {
	struct arena *arena;
	struct compile *from;
	const struct records *records;
	enum release release;
	struct diags *diags;
	bool partial; /* nodes or partitions were captured, and no configuration: what is absent is not Slurm's default */
	bool said_no_files; /* that gres.conf was not captured */
	struct spec *spec;	    /* that is being made: written as it stands, never resolved */
	struct map rows;	    /* rows of bodies of which there is one, by Slurm's key: filled by the first import_global() */
	struct import_notes notes;
	LIST(const char *) dropped; /* what the head of the spec says is not in it */
};

/* ---- rows.c, bodies.c, values.c: a value of Slurm's as a member */

const char *import_lower(struct arena *a, const char *s);

/* Sets the member that a row stands for; false when the row cannot say that value. */
bool import_value(struct import *im, const struct field *f, const struct fact *fact, const char *value, void *body);
/* The row of a shape that becomes a key of Slurm's, or NULL. */
const struct field *import_row(const struct shape *s, enum slurm_file file, const char *key);
/* Sets a global key by the row that names it, making the bodies that lead there. */
enum import_result {
	IMPORT_NO_ROW,
	IMPORT_DONE,
	IMPORT_UNSAYABLE
} import_global(struct import *im, const struct entry *e);
/* The key of the spec that sets a global key: "slurm.ports.slurmctld". */
const char *import_row_name(struct import *im, const struct fact *f);
/* What a global key's row makes of a value, as text; NULL when no row can say it. */
const char *import_global_text(struct import *im, const struct fact *f, const char *value);
/* The body that the path of keys leads to, made where it is absent. */
void *import_body(struct import *im, const char *const *path);
/* Whether a key in `options` would be refused, since hpcc writes it. */
bool import_owned(const struct import *im, enum slurm_file file, enum slurm_section section, const char *key);
/* Adds a key to `options`; its value in the form that a person gives it. */
void import_option(struct import *im, struct options *o, const struct fact *f, const char *value);
/* Words of a list, without blanks around them. */
void import_words(struct import *im, const char *value, struct texts *ret);
/* Whether two values of a key are one to Slurm: spelling, order of words, prefix of a plugin. NULL is an absent one. */
bool import_same(struct import *im, const struct fact *f, const char *a, const char *b);
/* Whether a value is what holds in that release when the key is absent. */
bool import_is_default(struct import *im, const struct fact *f, const char *value);
/* All that a member holds, as text: equal texts are equal values. "" when absent. */
const char *import_text(struct import *im, const struct field *f, const void *body);
/* The same of all members of a body. */
const char *import_body_text(struct import *im, const void *body);
void import_clear(const struct field *f, void *body);

/* ---- said.c */

/* A thing of the files that the spec does not say. `what` is as it stands there. */
struct diag *import_dropped(struct import *im, struct span at, const char *what, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
struct diag *import_changed(struct import *im, struct span at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* "slurm.conf:12"; the file's name without its folder. */
const char *import_place(struct import *im, struct span at);

/* ---- the parts, each from its records */

void import_globals(struct import *im);	   /* globals.c */
void import_services(struct import *im);   /* services.c: controllers, and the hosts that they are on */
void import_accounting(struct import *im); /* accounting.c */
/* After import_partitions(): QOS that they name. */
void import_named_qos(struct import *im);
void import_constrain(struct import *im);  /* globals.c */
void import_nodes(struct import *im);	   /* nodes.c */
void import_partitions(struct import *im); /* partitions.c */
void import_files(struct import *im);	   /* files.c */
/* Whether slurm.spank can say all of plugstack.conf, and does; spank.c. */
bool import_says_spank(const struct import *im);
void import_spank(struct import *im);
/* A host of that name, with its address (NULL: none is known); places.c. */
void import_host(struct import *im, const char *name, const char *address);
/* Hosts of one kind become one body, and none is named twice. */
void import_fold_hosts(struct import *im);
/* The target, where it is not the usual one, and what has to change for it. */
void import_targets(struct import *im);
/* One host for all services is said once. */
void import_fold_services(struct import *im);
/* A key that the spec says otherwise than by a row or an option: whether it is one, and is dealt with; globals.c. */
bool import_special(struct import *im, const struct entry *e);
/* Whether a key holds a password. */

/* ---- fold.c: what several bodies have in common. `inherited[i]` holds, by key, what DEFAULT lines gave body i. */
void import_defaults(struct import *im, void *const *bodies, struct map *const *inherited, size_t n, void *into,
		     enum slurm_section section);
void import_hardware(struct import *im);

/* ---- agree.c: the records that came in, and those that the spec makes */

/* Takes out options that hpcc writes anyway: `made` without any. */
void import_needless(struct import *im, const struct records *made);
/* Adds options where hpcc would choose otherwise than the files have it; at last, says what differs yet. */
void import_agree(struct import *im, const struct records *made, bool last);

/* ---- print.c: a spec as a person writes it. */
void import_print(const void *spec, const struct import_notes *notes, const char *head, struct text *t);

#endif
