#include "compiler/slurm/facts_read.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "compiler/slurm/fact.h"

/* What a cell may say, in the order of the enums of fact.h. */
const char *const releases[] = { "22.05", "23.02", "23.11", "24.05", "24.11", "25.05", "25.11", "26.05", NULL };
const char *const files[] = { "slurm.conf",	  "gres.conf",
			      "cgroup.conf",	  "slurmdbd.conf",
			      "mpi.conf",	  "topology.conf",
			      "acct_gather.conf", "job_container.conf",
			      "oci.conf",	  "burst_buffer.conf",
			      "helpers.conf",	  "plugstack.conf",
			      "topology.yaml",	  "namespace.yaml",
			      NULL };
const char *const sections[] = { "global", "node",   "partition", "nodeset", "downnodes", "frontend", "poweraction",
				 "gres",   "switch", "block",	  "ring",    "container", "feature",  NULL };
const char *const types[] = { "text",	 "bool",   "u16",      "u32",  "u64",  "float",	 "decimal",
			      "time",	 "period", "seconds",  "age",  "word", "plugin", "words",
			      "plugins", "list",   "hostlist", "line", NULL };
const char *const costs[] = { "none",	      "reconfigure",	 "restart slurmd",   "restart slurmctld",
			      "restart both", "reload slurmdbd", "restart slurmdbd", NULL };
#define COUNT(names) (sizeof(names) / sizeof((names)[0]) - 1)
_Static_assert(COUNT(releases) == RELEASE_COUNT, "releases and enum release differ");
_Static_assert(COUNT(files) == SLURM_FILE_COUNT, "files and enum slurm_file differ");
_Static_assert(COUNT(sections) == SECTION_COUNT, "sections and enum slurm_section differ");
_Static_assert(COUNT(types) == FACT_LINE + 1, "types and enum fact_type differ");
_Static_assert(COUNT(costs) == COST_RESTART_SLURMDBD + 1, "costs and enum change_cost differ");

_Noreturn void die(const struct row *r, const char *what, const char *cell)
{
	fprintf(stderr, "%s:%d: %s: '%s'\n", r->path, r->line, what, cell);
	exit(1);
}

int number_of(const struct row *r, const char *const *names, const char *what, const char *cell)
{
	for (int i = 0; names[i]; i++)
		if (strcmp(names[i], cell) == 0)
			return i;
	die(r, what, cell);
}

int release_of(const struct row *r, const char *cell)
{
	return number_of(r, releases, "unknown release", cell);
}

static char *read_all(const char *path)
{
	FILE *in = fopen(path, "rb");
	if (!in || fseek(in, 0, SEEK_END) != 0) {
		fprintf(stderr, "facts_gen: cannot read: %s\n", path);
		exit(1);
	}
	long size = ftell(in);
	rewind(in);
	char *text = calloc((size_t)size + 1, 1);
	if (!text || fread(text, 1, (size_t)size, in) != (size_t)size) {
		fprintf(stderr, "facts_gen: cannot read: %s\n", path);
		exit(1);
	}
	fclose(in);
	return text;
}

/* Cuts the next piece off *rest in place; NULL after the last. */
static char *cut(char **rest, char separator)
{
	char *piece = *rest;
	if (!piece)
		return NULL;
	char *end = strchr(piece, separator);
	if (end)
		*end++ = '\0';
	*rest = end;
	return piece;
}

static void split_row(struct row *r, char *line, int wanted)
{
	char *rest = line;
	int n = 0;
	for (char *cell; (cell = cut(&rest, '\t')) != NULL; n++) {
		if (n == wanted)
			die(r, "too many columns", cell);
		size_t size = strlen(cell);
		if (size == 0 || isspace((unsigned char)cell[0]) || isspace((unsigned char)cell[size - 1]))
			die(r, "empty cell, or blanks around one", cell);
		r->field[n] = cell;
	}
	if (n < wanted)
		die(r, "too few columns", line);
	r->file = number_of(r, files, "unknown file", r->field[0]);
	r->section = number_of(r, sections, "unknown section", r->field[1]);
}

static struct row *row_add(struct table *t, const struct row *r)
{
	if (t->n == MAX_ROWS)
		die(r, "too many rows", "");
	t->v[t->n] = *r;
	return &t->v[t->n++];
}

/* Reads one table. The column of keys is the third in both; one of words.tsv may name several keys. */
void read_table(struct table *t, const char *path, int columns)
{
	char *rest = read_all(path), *line;
	for (int number = 1; (line = cut(&rest, '\n')) != NULL; number++) {
		if (!*line || *line == '#')
			continue;
		struct row r = { .path = path, .line = number };
		split_row(&r, line, columns);
		char *keys = calloc(strlen(r.field[F_KEY]) + 1, 1);
		strcpy(keys, r.field[F_KEY]);
		for (char *key; (key = cut(&keys, ',')) != NULL;)
			row_add(t, &r)->key = key;
	}
}

int compare_places(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	return strcasecmp(x->key, y->key);
}

int compare_words(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int places = compare_places(x, y);
	return places ? places : strcasecmp(x->field[W_WORD], y->field[W_WORD]);
}

void sort_table(struct table *t, int (*compare)(const void *, const void *))
{
	qsort(t->v, t->n, sizeof(t->v[0]), compare);
	for (size_t i = 1; i < t->n; i++)
		if (compare(&t->v[i - 1], &t->v[i]) == 0)
			die(&t->v[i], "stands twice", t->v[i].key);
}

const struct row *find_row(const struct table *facts, const struct row *place, const char *key)
{
	struct row wanted = *place;
	wanted.key = key;
	return bsearch(&wanted, facts->v, facts->n, sizeof(facts->v[0]), compare_places);
}
