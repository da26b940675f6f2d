/*
 * ini.h: supervisord.conf, behind one idiom:
 *
 *	struct ini *i = ini_open(arena, &text, "Cluster lab. Made by hpcc: do not edit.");
 *	ini_section(i, "supervisord");
 *	ini_bool(i, "nodaemon", true);
 *	ini_section(i, "program:slurmd");
 *	ini_program(i, argv, names, values, n);
 *	ini_int(i, "priority", 10);
 *	ini_raw(i, "process_name", "%(program_name)s");
 *
 * A value passes three readers: Python's configparser as supervisor sets it up (` ;` and ` #` begin a comment,
 * blanks at a line's ends are lost, there is no escape), supervisor's expansion (`%(here)s`, `%%`), and for
 * `command` and `environment` a splitter of words. It arrives as it is past all of them: see ini.c for how. The rules
 * were read from supervisor 4.2.5, options.py and datatypes.py.
 *
 * Line ends arrive too, as a value of several lines; a carriage return arrives as a line end, for the reader knows no
 * other, so the caller has it refused where that matters. Keys, and sections' names, are ours: words.
 */
#ifndef HPCC_WRITE_INI_H
#define HPCC_WRITE_INI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler/base/text.h"

struct ini;

/* `comment`: lines put before the first section, each after "; "; NULL: none. There is nothing to close. */
struct ini *ini_open(struct arena *a, struct text *out, const char *comment);
void ini_section(struct ini *i, const char *name);

void ini_str(struct ini *i, const char *key, const char *value);
void ini_int(struct ini *i, const char *key, int64_t value);
void ini_bool(struct ini *i, const char *key, bool value);
/* A value in which supervisord's `%(name)s` is meant: our own text, never a user's. */
void ini_raw(struct ini *i, const char *key, const char *value);

/* A command, word by word (the list ends with NULL). supervisord runs it without a shell. */
void ini_command(struct ini *i, const char *key, const char *const *argv);
/* n variables, A="b",C="d"; names are letters, digits and '_'. Those whose values ini_takes_variable refuses are left
 * out; with none left nothing is written. */
void ini_environment(struct ini *i, const char *key, const char *const *names, const char *const *values, size_t n);
/* supervisor's list of variables knows no escape and strips quotes off a value's ends: not every value can be said. */
bool ini_takes_variable(const char *value);
/* A program's `command` and `environment`. What the latter cannot say is set by env(1) before the command. */
void ini_program(struct ini *i, const char *const *argv, const char *const *names, const char *const *values, size_t n);

#endif
