/*
 * read_said.c: what is wrong with the text of Slurm's files, said.
 *
 * Rules: slurm-syntax (Slurm stops), slurm-include, unknown-slurm-key, slurm-key-twice, and slurm-misread: what Slurm
 * takes in silence for something else.
 */
#include "compiler/slurm/read_said.h"

#include <string.h>
#include <strings.h>

#define SYNTAX	"slurm-syntax"
#define INCLUDE "slurm-include"
#define MISREAD "slurm-misread"

static struct span bytes_at(const struct source *s, uint32_t from, uint32_t to)
{
	return (struct span){ s->id, from, to };
}

bool said_bytes(struct slurm_reader *r, const struct source *s)
{
	const char *nul = memchr(s->bytes, '\0', s->size);
	if (nul) {
		r->files->torn = true;
		uint32_t at = (uint32_t)(nul - s->bytes);
		bool wide =
			s->size > 2 && (memcmp(s->bytes, "\xFF\xFE", 2) == 0 || memcmp(s->bytes, "\xFE\xFF", 2) == 0);
		struct diag *d = diag_error(r->diags, SYNTAX, bytes_at(s, at, at + 1),
					    wide ? "this file is UTF-16, which Slurm cannot read"
						 : "this file is not text: a NUL byte stands here");
		diag_help(r->diags, d,
			  wide ? "save it as UTF-8, without a byte order mark" : "give the file that Slurm reads");
		return false;
	}
	if (s->bom) {
		struct diag *d =
			diag_error(r->diags, SYNTAX, bytes_at(s, 0, 0),
				   "the file begins with a byte order mark (EF BB BF): Slurm takes it for part of the "
				   "first key, and stops");
		diag_help(r->diags, d, "save it as UTF-8 without a byte order mark");
	}
	return true;
}

void said_trap(struct slurm_reader *r, enum line_trap trap, struct span at)
{
	struct diag *d;
	switch (trap) {
	case TRAP_HASH_IN_QUOTES:
		r->cut = at; /* said_cut() says it, unless Slurm stops at what is left */
		break;
	case TRAP_HASH_IN_VALUE:
		d = diag_warning(r->diags, MISREAD, at,
				 "'#' begins a comment here, in the middle of a value: the rest of the line is lost");
		diag_help(r->diags, d,
			  "write \\# for a '#' that belongs to the value, and a blank before one that begins a remark");
		break;
	case TRAP_BACKSLASH:
		d = diag_warning(r->diags, MISREAD, at,
				 "Slurm takes this backslash out and keeps what stands behind it");
		diag_help(r->diags, d, "write \\\\ for one backslash");
		break;
	case TRAP_LAST_LINE:
		d = diag_warning(r->diags, MISREAD, at, "the last line goes on in a next line that is not there");
		diag_help(r->diags, d, "leave the backslash out, or see whether the file was cut off");
		break;
	}
}

void said_cut(struct slurm_reader *r)
{
	if (span_known(r->cut) && !r->cut_said)
		diag_help(r->diags,
			  diag_warning(r->diags, MISREAD, r->cut,
				       "'#' begins a comment even in quotes: the rest of the line is lost"),
			  "write \\# for a '#' that belongs to the value");
	r->cut = (struct span){ 0 };
	r->cut_said = false;
}

void said_list_broken(struct slurm_reader *r, struct span gap, struct span item, bool comma_behind)
{
	const struct source *s = source_of(r->sources, gap);
	struct diag *d = diag_error(r->diags, SYNTAX, item,
				    "the value ends at the blank before this, and its list does not: Slurm stops here");
	bool line_begins = gap.start > 0 && s->bytes[gap.start - 1] == '\n';
	if (line_begins || source_position(s, gap.start).line != source_position(s, item.start).line) {
		diag_help(r->diags, d, "%s",
			  line_begins ? "begin this line at its first column, without blanks"
				      : "leave no blank before the backslash, and none before what follows it");
		return;
	}
	diag_help(r->diags, d, "take out the blank %s the comma", comma_behind ? "before" : "behind");
	diag_edit(r->diags, d, gap, "");
}

static bool begins_include(const struct line *l, uint32_t from, uint32_t to)
{
	return to - from > 8 && strncasecmp(l->s + from, "include", 7) == 0 && is_space(l->s[from + 7]);
}

void said_syntax(struct slurm_reader *r, const struct line *l, uint32_t from, uint32_t to)
{
	struct pair_at p;
	pair_next(l, from, &p);
	while (from < to && is_space(l->s[from]))
		from++;
	struct span at = line_span(l, from, to);
	const char *key = arena_strndup(r->arena, l->s + p.key, p.key_end - p.key);
	struct diag *d;
	if (begins_include(l, from, to)) {
		d = diag_error(r->diags, INCLUDE, at,
			       "Include is read at the beginning of a line alone: Slurm stops here");
		diag_help(r->diags, d, "take out the blanks before it");
		r->files->torn = true;
	} else if (span_known(r->cut)) {
		r->cut_said = true;
		d = diag_error(
			r->diags, SYNTAX, r->cut,
			"'#' begins a comment even in quotes, and Slurm cannot read what is left of the line: it "
			"stops here");
		diag_help(r->diags, d, "write \\# for a '#' that belongs to the value");
	} else if (p.key_end > p.key && p.value) {
		d = diag_error(r->diags, SYNTAX, at, "'%s' has no value: Slurm stops here", key);
		diag_help(r->diags, d, "write %s=\"\" for an empty one, or leave it out", key);
	} else if (p.key_end > p.key && p.key_end >= to) {
		d = diag_error(r->diags, SYNTAX, at, "'%s' stands alone, without '=' and a value: Slurm stops here",
			       key);
		diag_help(r->diags, d, "write %s=VALUE, or put '#' before it", key);
	} else if (p.key_end > p.key && fact_find(r->file, SECTION_GLOBAL, key)) {
		d = diag_error(r->diags, SYNTAX, at, "'=' is missing behind '%s': Slurm stops here", key);
		diag_help(r->diags, d, "write %s=VALUE", key);
	} else {
		d = diag_error(r->diags, SYNTAX, at, "this is not KEY=VALUE: Slurm stops here");
		diag_help(r->diags, d, "put values with blanks in double quotes, and '#' before remarks");
	}
}

void said_two_keys(struct slurm_reader *r, struct span second, struct span first)
{
	const struct source *s = source_of(r->sources, second);
	struct diag *d = diag_error(r->diags, SYNTAX, second, "a second key on one line: Slurm stops here");
	diag_note(r->diags, d, first, "the line's own key");
	if (source_position(s, second.start).line != source_position(s, first.start).line)
		diag_help(r->diags, d, "a backslash at a line's end joins the next one to it: take it out");
	else
		diag_help(r->diags, d, "write each key on a line of its own");
}

void said_open_password(struct slurm_reader *r, struct span key)
{
	struct diag *d = diag_error(r->diags, SYNTAX, key,
				    "a blank ends this password, and more stands behind it: Slurm stops here");
	diag_help(r->diags, d, "put it in double quotes");
}

void said_operator(struct slurm_reader *r, struct span op, struct span key)
{
	const char *sign = source_text(r->sources, op);
	struct diag *d = diag_warning(r->diags, MISREAD, op,
				      "Slurm takes '%s=' for '=': the value replaces, nothing is added", sign);
	diag_help(r->diags, d, "write all of %s in one value", source_text(r->sources, key));
}

void said_quotes(struct slurm_reader *r, const char *value, uint32_t n, struct span at)
{
	struct diag *d;
	if (span_known(r->cut)) /* its closing quote is gone, and that has been said */
		return;
	const char *inner = n > 1 ? memchr(value + 1, '"', n - 1) : NULL;
	if (*value == '"') {
		d = diag_warning(
			r->diags, MISREAD, at,
			inner ? "the closing quote is not followed by a blank: Slurm keeps both quotes in the value"
			      : "the quote is not closed: Slurm keeps it as part of the value");
		diag_help(r->diags, d,
			  inner ? "write a blank behind the quote, or no quotes" : "close it, or leave it out");
	} else if (*value == '\'') {
		d = diag_warning(r->diags, MISREAD, at,
				 "to Slurm a single quote is a part of the value like any other");
		diag_help(r->diags, d, "write double quotes");
	}
}

/* slurmctld cuts these at commas alone, and looks for what is left as it is. (read_config.c: accounts_list_build(),
 * qos_list_build(); groups.c: get_groups_members()) Other lists are hostlists, which blanks part as well, or have rules
 * of their own. */
void said_blank_in_name(struct slurm_reader *r, const struct entry *e)
{
	static const struct {
		const char *key, *what;
	} lists[] = {
		{ "AllowAccounts", "account" }, { "DenyAccounts", "account" }, { "AllowQos", "QOS" },
		{ "DenyQos", "QOS" },		{ "AllowGroups", "group" },
	};
	const char *comma = strchr(e->value, ',');
	while (comma && !is_space(comma[1]))
		comma = strchr(comma + 1, ',');
	for (size_t i = 0; comma && e->fact->section == SECTION_PARTITION && i < sizeof(lists) / sizeof(lists[0]);
	     i++) {
		if (strcmp(lists[i].key, e->fact->key) != 0)
			continue;
		struct diag *d = diag_warning(
			r->diags, MISREAD, e->span,
			"the blank behind a comma is part of the next name to Slurm: no %s is called '%.*s'",
			lists[i].what, (int)strcspn(comma + 1, ","), comma + 1);
		diag_help(r->diags, d, "take the blanks out");
	}
}

/* "a NodeName line", "slurm.conf" */
static const char *place(const struct slurm_reader *r, enum slurm_file file, const struct fact *line)
{
	return line ? arena_printf(r->arena, "a %s line", line->key) : slurm_file_name(file);
}

/* Where the key would be known, if anywhere: by its section's first key. */
static const struct fact *found_elsewhere(const struct slurm_reader *r, const char *key)
{
	enum release now = r->files->records.release;
	/* This file's other lines first. */
	for (int n = 0; n <= SLURM_FILE_COUNT; n++) {
		enum slurm_file file = n ? (enum slurm_file)(n - 1) : r->file;
		for (int s = 0; s < SECTION_COUNT; s++) {
			const struct fact *f = fact_find(file, (enum slurm_section)s, key);
			if (f && fact_known(f, now))
				return f;
		}
	}
	return NULL;
}

static const struct fact *line_of(const struct fact *f)
{
	for (size_t i = 0; f->section != SECTION_GLOBAL && i < fact_count; i++)
		if (fact_table[i].file == f->file && fact_table[i].section == f->section &&
		    fact_table[i].type == FACT_LINE)
			return &fact_table[i];
	return NULL;
}

void said_unknown(struct slurm_reader *r, enum slurm_section section, const char *key, struct span at,
		  const struct fact *line)
{
	/* interfaces/mpi.c: _mpi_init_locked(): each plugin passes over what it does not know. */
	bool passes_over = r->file == MPI_CONF;
	const char *old = fact_old_key(r->file, key);
	struct diag *d =
		diag_add(r->diags, passes_over ? SEVERITY_WARNING : SEVERITY_ERROR, "unknown-slurm-key", at,
			 "%s has no key '%s' %s: Slurm %s", place(r, r->file, line), key,
			 old ? "any more" : "in any release", passes_over ? "passes over it in silence" : "stops here");
	if (d == r->diags->spare) /* counted, and never shown: what it may have been meant to be costs more */
		return;
	if (old) {
		diag_help(r->diags, d, "%s", old);
		return;
	}
	const char *meant = fact_suggest(r->file, section, r->files->records.release, key);
	const struct fact *other = found_elsewhere(r, key);
	if (other && other->file == r->file && line && other->section == section)
		diag_help(r->diags, d, "begin a line of its own with %s", other->key);
	else if (other && other->file == r->file && other->section == SECTION_GLOBAL)
		diag_help(r->diags, d, "%s stands on a line of its own", other->key);
	else if (other && other->file == r->file)
		diag_help(r->diags, d, "%s belongs on a %s line", other->key, line_of(other)->key);
	else if (other)
		diag_help(r->diags, d, "%s belongs into %s", other->key, slurm_file_name(other->file));
	if (other || !meant)
		return;
	diag_help(r->diags, d, "did you mean '%s'?", meant);
	diag_edit(r->diags, d, at, meant);
}

void said_twice(struct slurm_reader *r, const struct entry *first, const struct entry *second)
{
	const char *was = first->old ? first->old->key : first->fact->key;
	const char *is = second->old ? second->old->key : second->fact->key;
	struct diag *d;
	if (strcmp(was, is) == 0 && fact_is_secret(second->fact->key))
		d = diag_warning(r->diags, "slurm-key-twice", second->key_span,
				 "'%s' stands twice: Slurm takes this one", is);
	else if (strcmp(was, is) == 0)
		d = diag_warning(r->diags, "slurm-key-twice", second->key_span, "'%s' stands twice: Slurm takes %s", is,
				 diag_quote(r->diags, second->value));
	else
		d = diag_warning(r->diags, "slurm-key-twice", second->key_span, "'%s' and '%s' are one key to Slurm",
				 is, was);
	diag_note(r->diags, d, first->key_span, "the first is here");
	diag_help(r->diags, d, "keep one of the two");
}

void said_include(struct slurm_reader *r, struct span at, const char *what, const char *help)
{
	diag_help(r->diags, diag_error(r->diags, INCLUDE, at, "%s", what), "%s", help);
}

void said_include_pattern(struct slurm_reader *r, struct span at)
{
	r->files->torn = true;
	said_include(r, at, "Include takes no patterns: Slurm looks for a file of this very name, and stops",
		     "write a line for each file");
}

void said_include_loop(struct slurm_reader *r, struct span at, struct span first, const char *path)
{
	struct diag *d =
		diag_error(r->diags, INCLUDE, at, "'%s' includes itself: Slurm reads it for ever, and crashes", path);
	if (span_known(first) && first.end > first.start)
		diag_note(r->diags, d, first, "it is included here");
	diag_help(r->diags, d, "take one of the lines out");
}

void said_include_missing(struct slurm_reader *r, struct span at, const char *path, const char *error)
{
	struct diag *d;
	r->files->torn = true;
	if (strcmp(error, INCLUDE_FOLDER) == 0) {
		d = diag_warning(r->diags, INCLUDE, at, "'%s' is a folder: Slurm reads nothing of it, in silence",
				 path);
		diag_help(r->diags, d, "write a line for each file in it");
		return;
	}
	d = diag_error(r->diags, INCLUDE, at, "cannot read '%s': %s: Slurm tries for a minute, and stops", path, error);
	diag_help(r->diags, d,
		  path[0] == '/' ? "correct the path, or bring the file"
				 : "the path begins beside slurm.conf: correct it, or bring the file");
}

void said_include_limit(struct slurm_reader *r, struct span at, const char *what)
{
	r->files->torn = true;
	if (r->limit_said)
		return;
	r->limit_said = true;
	said_include(r, at, what, "put what they hold into fewer files");
}

void said_include_unended(struct slurm_reader *r, struct span at)
{
	said_include(r, at, "nothing ends this line: Slurm reads on behind the path, and stops",
		     "end the file with a line break, and put a blank before a '#'");
}
