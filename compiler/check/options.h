/* options.h: the keys of `options`: what the chosen release makes of each, and which of them hpcc writes itself. */
#ifndef HPCC_CHECK_OPTIONS_H
#define HPCC_CHECK_OPTIONS_H

#include "compiler/base/map.h"
#include "compiler/check/check.h"

/* What becomes of a key of `options`. The first that holds is said; each is a rule's. */
enum key_state {
	KEY_FINE,
	KEY_OWNED,   /* hpcc writes it itself */
	KEY_UNKNOWN, /* to every release */
	KEY_RELEASE, /* known to others */
	KEY_REFUSED,
	KEY_DEFUNCT,
	KEY_RENAMED,
};

/* One rule's way over all options that are written. */
struct option_pass {
	struct check *c;
	enum release release;
	struct map owners;	 /* place of a key, "file/section/key" -> the spec's key that sets it */
	struct map ways;	 /* "file/section" -> the spec's key that takes any other key of it */
	struct map shapes;	 /* a shape's name -> its rows that the release does not know */
	const struct node *last; /* parts of a group that resolve split share what was written */
	void (*body)(struct option_pass *p, const struct field *f, const struct options *options);
	void (*option)(struct option_pass *p, const struct field *f, const struct shape *s, const struct option *o);
	enum key_state wanted;
};

struct option_pass option_pass_of(struct check *c);
/* Calls p->body for each `options`, and p->option for each of its keys that is in the state p->wanted; either may be
 * NULL. */
void options_walk(struct option_pass *p);

const char *lower_case(struct arena *a, const char *s);
/* The key of owners and ways. */
const char *place_key(struct arena *a, enum slurm_file file, enum slurm_section section, const char *key);
/* "a NodeName line", as it stands behind "in". */
const char *place_name(enum slurm_file file, enum slurm_section section);
/* The spec's key that sets a key of Slurm's; NULL: none. */
const char *owner_at(const struct option_pass *p, enum slurm_file file, enum slurm_section section, const char *key);
/* The spec's key that sets what an option would, or NULL. An old name is owned with the new one. */
const char *owner_of(const struct option_pass *p, const struct field *f, const struct option *o);

/* facts_secret.c */
void run_secret_in_spec(struct check *c);

/* facts.c: the key that the same thing has in this release, or NULL: one that it was renamed to, or from. */
const struct fact *other_name(const struct fact *f, enum release r);
/* What a value is to be under the key's new name: NamespaceType=namespace/tmpfs for
 * JobContainerType=job_container/tmpfs. The value itself where it goes along as it is. */
const char *value_renamed(struct arena *a, const struct fact *f, const char *value);
/* Whether the daemons say at every start that it was renamed. */
bool is_complained_of(const struct fact *f);
/* Whether nobody needs to change it: the newest release that is known has both names as one. */
bool is_alias(const struct fact *f);
/* "it came with 24.05", "it is gone since 25.11" */
const char *since_when(struct arena *a, const struct fact *f, enum release r);

#endif
