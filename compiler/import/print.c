/*
 * print.c: a spec as a person writes it: block style, keys in the order of the rows, short forms where there are any,
 * lists on a line as long as they fit, text of several lines as a block.
 *
 * Written line by line, as `hpcc expand` is: libyaml's emitter quotes hostlists and release numbers, which no reader of
 * a spec needs.
 */
#include "compiler/import/within.h"

#include <ctype.h>
#include <string.h>

#include "compiler/schema/schema.h"
#include "compiler/write/comment.h"
#include "compiler/write/yaml.h"

enum { WIDTH = 110 };

static void indent(struct text *t, int depth)
{
	for (int i = 0; i < depth; i++)
		text_add(t, "  ");
}

/* A number is read as the text that stands there (SPEC.md), so it needs no quotes: 24.11, 6817, 0.25. */
static bool is_number(const char *s)
{
	size_t whole = strspn(s, "0123456789"), n = whole;
	if (s[n] == '.')
		n += 1 + strspn(s + n + 1, "0123456789");
	return whole && !s[n] && s[n - 1] != '.' && (s[0] != '0' || whole == 1);
}

/* c[1-4],gpu1: brackets and commas mean nothing in a block. */
static bool is_hostlist(const char *s)
{
	return isalpha((unsigned char)*s) &&
	       s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.[],")] == '\0' &&
	       strpbrk(s, "[,");
}

/* A path, or words with '=' between commas: what begins with a letter or '/' and holds no blank cannot be read
 * otherwise. */
static bool is_block_plain(const char *s)
{
	if (!isalpha((unsigned char)*s) && *s != '/')
		return false;
	for (const char *p = s; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_-.[],=/+%@", *p))
			return false;
	return strpbrk(s, "[,/=") != NULL;
}

/* 10.1.0.11, 10.1.0.[11-12], 0-31,64-95: not what any reader takes for a number or a date. */
static bool is_numbers(const char *s)
{
	size_t dots = 0, other = 0, dashes = 0;
	for (const char *p = s; *p; p++) {
		dots += *p == '.';
		dashes += *p == '-';
		other += *p == '[' || *p == ',';
		if (!isdigit((unsigned char)*p) && !strchr(".,[]-", *p))
			return false;
	}
	return isdigit((unsigned char)*s) && (dots >= 3 || (dashes && (other || dashes == 1)));
}

static void add_scalar(struct text *t, const char *s, bool flow)
{
	if (is_number(s) || (!flow && (is_hostlist(s) || is_block_plain(s) || is_numbers(s))))
		text_add(t, s);
	else
		yaml_scalar(t, s);
}

static void add_list(struct text *t, const struct texts *list, int depth)
{
	size_t start = t->n;
	text_add(t, " [");
	for (size_t i = 0; i < list->n; i++) {
		if (i)
			text_add(t, ", ");
		add_scalar(t, list->v[i], true);
	}
	text_add(t, "]\n");
	if (t->n - start <= WIDTH - 20)
		return;
	t->n = start;
	text_addc(t, '\n');
	for (size_t i = 0; i < list->n; i++) {
		indent(t, depth + 1);
		text_add(t, "- ");
		add_scalar(t, list->v[i], false);
		text_addc(t, '\n');
	}
}

static void add_split(struct text *t, const char *value, int depth)
{
	struct texts list = { 0 };
	while (*value) {
		size_t n = strcspn(value, ",");
		*list_push(t->arena, &list) = arena_strndup(t->arena, value, n);
		value += n + (value[n] == ',');
	}
	add_list(t, &list, depth);
}

/* A line that no person would write of his own. */
static void add_note(struct text *t, int depth)
{
	indent(t, depth);
	text_add(t, "# as Slurm has it by default, where hpcc would choose otherwise\n");
}

/* Whether the options from here on are not the site's own words. */
static bool is_noted(const struct import_notes *notes, const struct options *o, size_t i)
{
	return (o == notes->options && i == notes->own_options) || (o == notes->cgroup && i == notes->own_cgroup);
}

static void add_options(struct text *t, const struct options *o, const struct import_notes *notes, int depth)
{
	for (size_t i = 0; i < o->n; i++) {
		const struct option *x = &o->v[i];
		if (is_noted(notes, o, i))
			add_note(t, depth);
		indent(t, depth);
		yaml_scalar(t, x->key);
		text_addc(t, ':');
		if (x->is_list) {
			add_split(t, x->value, depth);
			continue;
		}
		text_addc(t, ' ');
		if (strcmp(x->value, "yes") == 0 || strcmp(x->value, "no") == 0)
			text_add(t, *x->value == 'y' ? "true" : "false");
		else
			add_scalar(t, x->value, false);
		text_addc(t, '\n');
	}
}

/* Whether a literal block gives the text back: lines that a reader takes as they are. */
static bool is_block(const char *s)
{
	size_t n = strlen(s);
	if (!n || s[n - 1] != '\n' || *s == ' ' || *s == '\t' || *s == '\n')
		return false;
	for (; *s; s++)
		if (((unsigned char)*s < ' ' && *s != '\n' && *s != '\t') || (unsigned char)*s >= 0x7f)
			return false;
	return true;
}

static void add_block(struct text *t, const char *s, int depth)
{
	size_t n = strlen(s);
	/* "|" ends in one line break; "|+" keeps all. */
	text_add(t, n > 1 && s[n - 2] == '\n' ? " |+\n" : " |\n");
	while (*s) {
		size_t line = strcspn(s, "\n");
		if (line)
			indent(t, depth + 1);
		text_addn(t, s, line);
		text_addc(t, '\n');
		s += line + 1;
	}
}

static void add_nodeset(struct text *t, const struct nodeset *set)
{
	struct text list;
	text_init(&list, t->arena);
	if (set->all || !set->list || !set->list->count) {
		text_add(t, set->all ? "ALL" : set->feature ? "{ feature: " : set->gres ? "{ gres: " : "[]");
		if (set->all || (!set->feature && !set->gres))
			return;
		yaml_scalar(t, set->feature ? set->feature : set->gres);
		text_add(t, " }");
		return;
	}
	hostlist_print(set->list, true, &list);
	add_scalar(t, list.s, false);
}

static void add_value(struct text *t, const struct field *f, const void *x, int depth)
{
	const void *at = field_at(f, x);
	const struct texts *list = at;
	struct text s;
	text_init(&s, t->arena);
	int64_t seconds;
	switch (f->kind) {
	case VALUE_DURATION:
		/* 2-12:00:00 tells more than 60h. */
		seconds = ((const struct duration *)at)->seconds;
		if (seconds == DURATION_INFINITE || seconds < 86400 || seconds % 86400 == 0)
			break;
		text_addf(t, " %d-%02d:%02d:%02d\n", (int)(seconds / 86400), (int)(seconds / 3600 % 24),
			  (int)(seconds / 60 % 60), (int)(seconds % 60));
		return;
	case VALUE_WORDS:
	case VALUE_TEXTS:
		/* services.slurmctld.host, slurm.constrain: mostly one. */
		if ((f->unfolds || f->kind == VALUE_WORDS) && list->n == 1) {
			text_addc(t, ' ');
			add_scalar(t, list->v[0], false);
			text_addc(t, '\n');
			return;
		}
		add_list(t, list, depth);
		return;
	case VALUE_LONGTEXT:
		if (!is_block(*(const char *const *)at))
			break;
		add_block(t, *(const char *const *)at, depth);
		return;
	case VALUE_TEXT:
	case VALUE_WORD:
		text_addc(t, ' ');
		add_scalar(t, *(const char *const *)at, false);
		text_addc(t, '\n');
		return;
	case VALUE_NODESET:
		text_addc(t, ' ');
		add_nodeset(t, at);
		text_addc(t, '\n');
		return;
	case VALUE_HOSTS:
		hostlist_print(((const struct hosts *)at)->list, true, &s);
		text_addc(t, ' ');
		add_scalar(t, s.s, false);
		text_addc(t, '\n');
		return;
	default:
		break;
	}
	text_addc(t, ' ');
	schema_print_value(f, x, t);
	text_addc(t, '\n');
}

static void add_body(struct text *t, const void *x, const struct import_notes *notes, int depth);

/* The value of a body's short form, when it says nothing else. */
static const struct field *short_form(const void *x)
{
	const struct shape *s = origin_of(x)->shape;
	const struct field *f = s->shorthand ? shape_field(s, s->shorthand) : NULL;
	for (size_t i = 0; f && i < s->n; i++)
		if (field_given(&s->fields[i], x) != (&s->fields[i] == f))
			return NULL;
	return f;
}

static bool is_empty(const void *x)
{
	const struct shape *s = origin_of(x)->shape;
	for (size_t i = 0; i < s->n; i++)
		if (field_given(&s->fields[i], x))
			return false;
	return true;
}

/* What stands behind "key:". */
static void add_body_of(struct text *t, const void *x, const struct import_notes *notes, int depth)
{
	const struct field *f = short_form(x);
	if (f) {
		add_value(t, f, x, depth);
	} else if (is_empty(x)) {
		text_add(t, " {}\n");
	} else {
		text_addc(t, '\n');
		add_body(t, x, notes, depth + 1);
	}
}

static void add_item(struct text *t, const void *x, const struct import_notes *notes, int depth)
{
	size_t start = t->n;
	if (is_empty(x)) {
		indent(t, depth);
		text_add(t, "- {}\n");
		return;
	}
	add_body(t, x, notes, depth + 1);
	t->s[start + (size_t)depth * 2] = '-';
}

/* An item of a list that has no names: in its short form too, which an item of a ranked name does not take. */
static void add_nameless(struct text *t, const void *x, const struct import_notes *notes, int depth)
{
	const struct field *f = short_form(x);
	if (!f) {
		add_item(t, x, notes, depth);
		return;
	}
	indent(t, depth);
	text_addc(t, '-');
	add_value(t, f, x, depth);
}

static void add_entries(struct text *t, const struct entries *list, const struct import_notes *notes, int depth)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct origin *o = list->v[i];
		size_t same = i + 1;
		if (!o->name) {
			add_nameless(t, o, notes, depth);
			continue;
		}
		while (same < list->n && text_equal(origin_of(list->v[same])->name, o->name) && !o->hosts)
			same++;
		indent(t, depth);
		if (o->hosts) {
			struct text s;
			text_init(&s, t->arena);
			hostlist_print(o->hosts, true, &s);
			add_scalar(t, s.s, false);
		} else {
			add_scalar(t, o->name, false);
		}
		text_addc(t, ':');
		if (same == i + 1) {
			add_body_of(t, o, notes, depth);
			continue;
		}
		text_addc(t, '\n');
		for (; i < same; i++)
			add_item(t, list->v[i], notes, depth + 1);
		i--;
	}
}

static void add_field(struct text *t, const void *x, const struct field *f, const struct import_notes *notes, int depth)
{
	const void *at = field_at(f, x);
	if (at == notes->constrain)
		add_note(t, depth);
	indent(t, depth);
	text_addf(t, "%s:", f->key);
	switch (f->kind) {
	case VALUE_STRUCT:
		add_body_of(t, *(void *const *)at, notes, depth);
		break;
	case VALUE_MAP:
	case VALUE_LIST:
		text_addc(t, '\n');
		add_entries(t, at, notes, depth + 1);
		break;
	case VALUE_OPTIONS:
		text_addc(t, '\n');
		add_options(t, at, notes, depth + 1);
		break;
	default:
		add_value(t, f, x, depth);
	}
}

static void add_body(struct text *t, const void *x, const struct import_notes *notes, int depth)
{
	const struct shape *s = origin_of(x)->shape;
	for (size_t i = 0; i < s->n; i++)
		if (field_given(&s->fields[i], x))
			add_field(t, x, &s->fields[i], notes, depth);
}

void import_print(const void *spec, const struct import_notes *notes, const char *head, struct text *t)
{
	comment_add(t, "#", head);
	add_body(t, spec, notes, 0);
}
