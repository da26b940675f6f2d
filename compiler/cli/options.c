#include "compiler/cli/options.h"

#include <stdio.h>
#include <string.h>

#include "compiler/source/diag.h"

static const struct option_row *by_name(const struct option_row *rows, const char *name, size_t n)
{
	for (; rows->kind != OPTION_IS_END; rows++)
		if (rows->name && strlen(rows->name) == n && memcmp(rows->name, name, n) == 0)
			return rows;
	return NULL;
}

static const struct option_row *by_letter(const struct option_row *rows, char letter)
{
	for (; rows->kind != OPTION_IS_END; rows++)
		if (rows->letter && rows->letter == letter)
			return rows;
	return NULL;
}

static bool unknown(const struct option_row *rows, const char *verb, const char *arg)
{
	const char *names[64], *meant = NULL;
	size_t n = 0;
	for (; rows->kind != OPTION_IS_END && n < 64; rows++)
		names[n++] = rows->name;
	if (strncmp(arg, "--", 2) == 0)
		meant = suggest(arg + 2, names, n);
	fprintf(stderr, "hpcc %s: no option '%s'", verb, arg);
	if (meant)
		fprintf(stderr, "; did you mean '--%s'?", meant);
	fprintf(stderr, "\nhpcc %s --help lists the options.\n", verb);
	return false;
}

static bool take(const struct option_row *row, const char *verb, const char *value)
{
	struct option_texts *list = row->to;
	switch (row->kind) {
	case OPTION_IS_FLAG:
		*(bool *)row->to = true;
		return true;
	case OPTION_IS_TEXT:
		*(const char **)row->to = value;
		return true;
	default:
		if (list->n == OPTION_TEXTS_MAX) {
			fprintf(stderr, "hpcc %s: --%s is given more than %d times\n", verb, row->name, OPTION_TEXTS_MAX);
			return false;
		}
		list->v[list->n++] = value;
		return true;
	}
}

/* The value attached to the option, or the next argument. */
static const char *value_of(const char *attached, int *i, int argc, char **argv)
{
	if (attached)
		return attached;
	return *i + 1 < argc ? argv[++*i] : NULL;
}

bool options_parse(const struct option_row *rows, const char *verb, int *argc, char **argv)
{
	int files = 0;
	bool ended = false;
	for (int i = 0; i < *argc; i++) {
		const char *arg = argv[i];
		if (ended || arg[0] != '-' || !arg[1]) {
			argv[files++] = argv[i];
			continue;
		}
		if (strcmp(arg, "--") == 0) {
			ended = true;
			continue;
		}
		bool is_long = arg[1] == '-';
		const char *equals = is_long ? strchr(arg, '=') : NULL;
		size_t n = equals ? (size_t)(equals - arg - 2) : strlen(arg + (is_long ? 2 : 1));
		const struct option_row *row = is_long ? by_name(rows, arg + 2, n) : by_letter(rows, arg[1]);
		if (!row)
			return unknown(rows, verb, arg);
		const char *attached = is_long ? (equals ? equals + 1 : NULL) : (arg[2] ? arg + 2 : NULL);
		if (row->kind == OPTION_IS_FLAG && attached)
			return unknown(rows, verb, arg);
		const char *value = row->kind == OPTION_IS_FLAG ? NULL : value_of(attached, &i, *argc, argv);
		if (row->kind != OPTION_IS_FLAG && !value) {
			fprintf(stderr, "hpcc %s: --%s wants %s\n", verb, row->name, row->value);
			return false;
		}
		if (!take(row, verb, value))
			return false;
	}
	*argc = files;
	return true;
}

void options_help(const struct option_row *rows)
{
	if (rows->kind == OPTION_IS_END)
		return;
	printf("\nOptions:\n");
	for (; rows->kind != OPTION_IS_END; rows++) {
		char left[64];
		if (!rows->help)
			continue;
		char letter[8] = "    ";
		if (rows->letter)
			snprintf(letter, sizeof(letter), "-%c, ", rows->letter);
		snprintf(left, sizeof(left), "%s--%s%s%s", letter, rows->name, rows->value ? " " : "",
			 rows->value ? rows->value : "");
		printf("  %-26s %s\n", left, rows->help);
	}
}
