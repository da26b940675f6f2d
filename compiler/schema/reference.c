/*
 * reference.c: the tables of SPEC.md: a section for each shape, in the order of the walk, each shape once.
 *
 * A section's heading is the shape's name, which forges make its anchor; columns are padded, so that a terminal
 * shows them as a table too.
 */
#include "compiler/schema/schema.h"

#include <string.h>

enum { COLUMNS = 5, DEPTH_MAX = 16 };

static const char *const headings[COLUMNS] = { "key", "type", "where absent", "Slurm", "what it is" };

struct section {
	const struct shape *shape;
	LIST(const char *) places; /* "hosts.HOSTLIST.ssh" */
};

typedef LIST(struct section) section_list;

static struct section *section_of(struct arena *a, section_list *all, const struct shape *s)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].shape == s)
			return &all->v[i];
	struct section *x = list_push(a, all);
	x->shape = s;
	return x;
}

/* The place of the bodies below a key: "nodes.HOSTLIST". */
static const char *place_below(struct arena *a, const char *place, const struct field *f)
{
	const char *name = f->kind == VALUE_LIST  ? ".N"
			   : f->kind != VALUE_MAP ? ""
			   : f->by_hosts	  ? ".HOSTLIST"
						  : ".NAME";
	return arena_printf(a, "%s%s%s%s", place, *place ? "." : "", f->key, name);
}

static void collect(struct arena *a, section_list *all, const struct shape *s, const char *place, int depth)
{
	struct section *x = section_of(a, all, s);
	if (*place)
		*list_push(a, &x->places) = place;
	for (size_t i = 0; depth < DEPTH_MAX && i < s->n; i++)
		if (s->fields[i].shape)
			collect(a, all, s->fields[i].shape, place_below(a, place, &s->fields[i]), depth + 1);
}

/* As forges make anchors of headings: lower case, blanks to dashes. */
static const char *anchor(struct arena *a, const char *name)
{
	char *s = arena_strdup(a, name);
	for (char *p = s; *p; p++)
		*p = *p == ' ' ? '-' : *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
	return s;
}

static void add_link(struct text *t, const struct shape *s)
{
	text_addf(t, "[%s](#%s)", s->name, anchor(t->arena, s->name));
}

static void add_words(struct text *t, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		text_addf(t, "%s`%s`", i ? " " : "", words[i]);
}

static void add_range(struct text *t, const char *what, const struct field *f)
{
	text_add(t, what);
	if (f->min != f->max)
		text_addf(t, ", %lld to %lld", (long long)f->min, (long long)f->max);
	else if (f->min)
		text_addf(t, ", %lld", (long long)f->min);
}

static void add_length(struct text *t, const struct field *f)
{
	struct duration d = { f->min };
	text_add(t, "duration");
	if (!f->min && !f->max)
		return;
	text_add(t, ", ");
	print_duration(d, t);
	text_add(t, " to ");
	d.seconds = f->max;
	print_duration(d, t);
}

static void add_referred(struct text *t, const struct field *f, const char *otherwise, const char *names)
{
	if (f->refers)
		text_addf(t, "%s of `%s`", names, f->refers);
	else
		text_add(t, otherwise);
}

static void add_bodies(struct text *t, const struct field *f)
{
	if (f->kind == VALUE_MAP)
		text_add(t, f->by_hosts ? "by hostlist: " : "by name: ");
	if (f->kind == VALUE_LIST)
		text_add(t, "list of: ");
	add_link(t, f->shape);
	if (f->ranked)
		text_add(t, ", or a list of them");
}

static void add_type(struct text *t, const struct field *f)
{
	switch (f->kind) {
	case VALUE_BOOL:
		text_add(t, "`true` or `false`");
		break;
	case VALUE_INT:
		add_range(t, "whole number", f);
		break;
	case VALUE_WORD:
		text_add(t, f->words[1] ? "one of " : "");
		add_words(t, f->words);
		break;
	case VALUE_WORDS:
		text_add(t, "list of ");
		add_words(t, f->words);
		break;
	case VALUE_TEXT:
		add_referred(t, f, "text", "name");
		break;
	case VALUE_LONGTEXT:
		text_add(t, "text, any number of lines");
		break;
	case VALUE_TEXTS:
		add_referred(t, f, "list of texts", "list of names");
		break;
	case VALUE_DURATION:
		add_length(t, f);
		break;
	case VALUE_MEMORY:
		text_add(t, "memory");
		break;
	case VALUE_HOSTS:
		if (f->numbers)
			add_range(t, "numbers", f);
		else
			add_referred(t, f, "hostlist", "hostlist");
		break;
	case VALUE_NODESET:
		text_add(t, "hostlist, `ALL` or a selector");
		break;
	case VALUE_OPTIONS:
		text_add(t, "options");
		break;
	case VALUE_STRUCT:
	case VALUE_MAP:
	case VALUE_LIST:
		add_bodies(t, f);
		break;
	}
}

static void add_absent(struct text *t, const struct field *f)
{
	if (f->required)
		text_add(t, "**required**");
	else if (f->def)
		text_addf(t, "`%s`", f->def);
	else if (f->derived)
		text_add(t, f->derived);
}

static void add_slurm(struct text *t, const struct field *f)
{
	if (f->slurm)
		text_addf(t, "%s", f->slurm);
	else if (f->slurm_options)
		text_add(t, "any other");
	else
		return;
	if (f->slurm_file != SLURM_CONF)
		text_addf(t, " (%s)", slurm_file_name(f->slurm_file));
}

static const char *cell(struct arena *a, const struct field *f, int column)
{
	struct text t;
	text_init(&t, a);
	switch (column) {
	case 0:
		text_addf(&t, "`%s`", f->key);
		break;
	case 1:
		add_type(&t, f);
		break;
	case 2:
		add_absent(&t, f);
		break;
	case 3:
		add_slurm(&t, f);
		break;
	default:
		text_add(&t, f->doc);
		break;
	}
	return t.s;
}

/* The last column is not padded. */
static void add_row(struct text *t, const char *const *cells, const size_t *width)
{
	for (int i = 0; i < COLUMNS; i++) {
		text_add(t, "| ");
		size_t start = t->n;
		for (const char *p = cells[i]; *p; p++)
			text_addf(t, *p == '|' ? "\\%c" : "%c", *p);
		while (i < COLUMNS - 1 && t->n - start < width[i])
			text_addc(t, ' ');
		text_addc(t, ' ');
	}
	text_add(t, "|\n");
}

static void add_rule(struct text *t, const size_t *width)
{
	for (int i = 0; i < COLUMNS; i++) {
		text_addc(t, '|');
		for (size_t j = 0; j < (i < COLUMNS - 1 ? width[i] : strlen(headings[i])) + 2; j++)
			text_addc(t, '-');
	}
	text_add(t, "|\n");
}

static void add_table(struct text *t, const struct shape *s)
{
	const char **cells = ARENA_ARRAY(t->arena, s->n * COLUMNS + 1, const char *);
	size_t width[COLUMNS];
	for (int i = 0; i < COLUMNS; i++)
		width[i] = strlen(headings[i]);
	for (size_t i = 0; i < s->n * COLUMNS; i++) {
		cells[i] = cell(t->arena, &s->fields[i / COLUMNS], (int)(i % COLUMNS));
		size_t n = strlen(cells[i]);
		if (n > width[i % COLUMNS])
			width[i % COLUMNS] = n;
	}
	add_row(t, headings, width);
	add_rule(t, width);
	for (size_t i = 0; i < s->n; i++)
		add_row(t, cells + i * COLUMNS, width);
}

static void add_section(struct text *t, const struct section *x)
{
	text_addf(t, "### %s\n\n%s", x->shape->name, x->shape->doc);
	for (size_t i = 0; i < x->places.n; i++)
		text_addf(t, "%s`%s`", i ? ", " : " Stands at ", x->places.v[i]);
	text_add(t, x->places.n ? ".\n\n" : "\n\n");
	add_table(t, x->shape);
}

void schema_reference(const struct shape *root, struct text *t)
{
	section_list all = { 0 };
	collect(t->arena, &all, root, "", 0);
	for (size_t i = 0; i < all.n; i++) {
		if (i)
			text_addc(t, '\n');
		add_section(t, &all.v[i]);
	}
}
