/*
 * machine.h: what the rules over a machine share: what stands at a path of it, who its people are, what it is for.
 *
 * A machine that no daemon can be told to run on by its name counts as all of them: a tree may be of any.
 */
#ifndef HPCC_CHECK_MACHINE_H
#define HPCC_CHECK_MACHINE_H

#include "compiler/check/said.h"

enum machine_role { ROLE_ANY, ROLE_CONTROLLER, ROLE_NODE };

/* Whether daemons of that kind run there, by /etc/hostname. */
bool machine_is(const struct check *c, enum machine_role role);
/* Its name up to the first dot; NULL when it is not known. */
const char *machine_hostname(const struct check *c);

/* What stands at an absolute path; false when that cannot be told, and for a path with a pattern of Slurm's (%n). */
bool machine_look(const struct check *c, const char *path, struct machine_entry *ret);
/* The folder that holds a path: "/" of "/x". */
const char *machine_folder_of(const struct check *c, const char *path);
bool machine_is_folder(const struct check *c, const char *path);
/* A file's text, or NULL. */
const char *machine_text(const struct check *c, const char *path);

/* Takes the next line off a text, without its comment; NULL at the end. */
char *machine_line(struct arena *a, const char **rest);
/* Takes the next word off a line; NULL at the end. */
char *machine_word(char **rest);

/* What auth/slurm minds in the text of a slurm.jwks, in words without any of it; NULL: nothing. (machine_key_set.c) */
const char *machine_key_set_fault(struct arena *a, const char *text);

struct person {
	const char *name;
	uint32_t uid, gid;
};

/* Whether /etc/passwd and /etc/group are all there is: false when nsswitch.conf names more (sss, ldap). */
bool machine_knows(const struct check *c, const char *database);
/* By name or number, as Slurm looks it up. */
bool machine_user(const struct check *c, const char *name, struct person *ret);
bool machine_group(const struct check *c, const char *name);
/* Whether somebody has these permissions there (07: all): as owner, by a group, or as anybody. Root may all. */
bool machine_may(const struct check *c, const struct person *p, const struct machine_entry *e, unsigned bits);

/* Calls `each` for every global entry of a file's key, as often as it stands there. */
void machine_entries(struct check *c, enum slurm_file file, const char *key,
		     void (*each)(struct check *c, const struct entry *e, const void *row), const void *row);

void run_machine_user(struct check *c); /* machine_people.c */
void run_machine_group(struct check *c);
void run_machine_folder(struct check *c); /* machine_files.c */
void run_machine_program(struct check *c);
void run_machine_plugin(struct check *c); /* machine_plugins.c */
void run_machine_plugin_dir(struct check *c);
void run_machine_file_mode(struct check *c); /* machine_access.c */
void run_machine_access(struct check *c);
void run_machine_writable(struct check *c);
void run_machine_key(struct check *c); /* machine_keys.c */
void run_machine_device(struct check *c); /* machine_places.c */
void run_machine_address(struct check *c);

#endif
