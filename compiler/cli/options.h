/*
 * options.h: a verb's options as a table, which also prints its help.
 *
 *	const char *out = "out";
 *	const struct option_row rows[] = {
 *		OPTION_TEXT('o', "output", &out, "DIR", "write below DIR"),
 *		OPTION_FLAG(0, "check", &check, "write nothing; say what differs"),
 *		OPTION_END,
 *	};
 *
 * Options and files may stand in any order; "--" ends the options; --name=value and --name value are the same, short
 * ones may have their value attached. A word near to an option's name gets a "did you mean".
 */
#ifndef HPCC_CLI_OPTIONS_H
#define HPCC_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum option_kind { OPTION_IS_END, OPTION_IS_FLAG, OPTION_IS_TEXT, OPTION_IS_TEXTS };

enum { OPTION_TEXTS_MAX = 64 };
struct option_texts {
	const char *v[OPTION_TEXTS_MAX];
	size_t n;
};

struct option_row {
	enum option_kind kind;
	char letter; /* 0: none */
	const char *name;
	void *to;
	const char *value; /* what to call it in the help */
	const char *help; /* NULL: hidden, for hpcc's own tests */
};

#define OPTION_FLAG(l, n, t, h)	    { OPTION_IS_FLAG, (l), (n), (t), NULL, (h) }
#define OPTION_TEXT(l, n, t, v, h)  { OPTION_IS_TEXT, (l), (n), (t), (v), (h) }  /* const char ** */
#define OPTION_TEXTS(l, n, t, v, h) { OPTION_IS_TEXTS, (l), (n), (t), (v), (h) } /* struct option_texts *: may be given again */
#define OPTION_END		    { OPTION_IS_END, 0, NULL, NULL, NULL, NULL }

/* Takes the options out of argv: what is left are the files, *argc of them from argv[0]. Prints what is wrong on
 * stderr and says false. */
bool options_parse(const struct option_row *rows, const char *verb, int *argc, char **argv);
void options_help(const struct option_row *rows);

#endif
