/*
 * print.c: records as Slurm's files.
 *
 * The grammar is the one of Slurm's parse_config.c. A line goes through these steps there, in this order, and what is
 * printed here must come out of them as it was:
 *	_strip_comments     cuts the line at a '#' that has no odd number of backslashes before it, quotes or not
 *	_strip_continuation joins the next line when it ends in an odd number of backslashes
 *	_strip_escapes      takes the backslash off any \x
 *	keyvalue_pattern    KEY=VALUE, where VALUE is "anything but a quote" or free of blanks
 */
#include <string.h>

#include "compiler/slurm/record.h"

static bool has_blank(const char *s)
{
	return strchr(s, ' ') != NULL;
}

const char *record_value_unwritable(const char *value)
{
	for (const char *s = value; *s; s++) {
		if (*s == '\n' || *s == '\r')
			return "a line break cannot stand in it";
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return "a control character cannot stand in it";
	}
	if (!strchr(value, '"'))
		return NULL;
	if (has_blank(value))
		return "a double quote cannot stand in a value with blanks";
	/* Slurm would take it for quoting, or would go on to the next quote of the line. */
	if (*value == '"')
		return "a double quote cannot be its first character";
	return NULL;
}

static void print_escaped(struct text *t, const char *s)
{
	for (; *s; s++) {
		if (*s == '#' || *s == '\\')
			text_addc(t, '\\');
		text_addc(t, *s);
	}
}

static void print_entry(const struct entry *e, struct text *t)
{
	/* "Key=" is a parse error, `Key=""` is not. */
	bool quoted = *e->value == '\0' || has_blank(e->value);
	text_add(t, e->fact->key);
	text_add(t, quoted ? "=\"" : "=");
	print_escaped(t, e->value);
	if (quoted)
		text_addc(t, '"');
}

/* Each line of `comment` after a '#': nothing of it can become a line of the file. */
static void print_comment(const char *comment, struct text *t)
{
	while (*comment) {
		size_t n = strcspn(comment, "\n");
		text_add(t, n ? "# " : "#");
		text_addn(t, comment, n);
		text_addc(t, '\n');
		comment += n + (comment[n] == '\n');
	}
}

/* Two keys on one line are a parse error unless the first begins a line of its own section (s_p_parse_file). */
static void print_record(const struct record *rec, struct text *t)
{
	if (rec->include) {
		text_add(t, "Include ");
		print_escaped(t, rec->include);
		text_addc(t, '\n');
		return;
	}
	char separator = rec->section == SECTION_GLOBAL ? '\n' : ' ';
	for (size_t i = 0; i < rec->entries.n; i++) {
		if (i > 0)
			text_addc(t, separator);
		print_entry(&rec->entries.v[i], t);
	}
	if (rec->entries.n > 0)
		text_addc(t, '\n');
}

static void blank_line(struct text *t, size_t start)
{
	if (t->n > start && !(t->n >= start + 2 && t->s[t->n - 2] == '\n'))
		text_addc(t, '\n');
}

static void print_section(const struct records *r, enum slurm_file file, enum slurm_section section, size_t start,
			  struct text *t)
{
	bool first = true;
	for (size_t i = 0; i < r->files[file].n; i++) {
		const struct record *rec = r->files[file].v[i];
		if (rec->section != section)
			continue;
		if (first || rec->comment)
			blank_line(t, start);
		first = false;
		if (rec->comment)
			print_comment(rec->comment, t);
		print_record(rec, t);
	}
}

void records_print(const struct records *r, enum slurm_file file, const char *header, struct text *t)
{
	/* What is referred to stands before what refers to it. */
	static const enum slurm_section order[] = { SECTION_GLOBAL,	 SECTION_FRONTEND,  SECTION_NODE,
						    SECTION_NODESET,	 SECTION_PARTITION, SECTION_DOWNNODES,
						    SECTION_POWERACTION, SECTION_GRES,	    SECTION_SWITCH,
						    SECTION_BLOCK,	 SECTION_RING,	    SECTION_CONTAINER,
						    SECTION_FEATURE };
	size_t start = t->n;
	if (header)
		print_comment(header, t);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		print_section(r, file, order[i], start, t);
}
