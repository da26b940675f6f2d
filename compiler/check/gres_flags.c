/*
 * gres_flags.c: Flags of gres.conf that say which environment variables name a job's GPUs.
 *
 * slurmd goes through the lines of a node and compares those of one name with the last that said something; a line of
 * gpu without Flags says "all of them". What does not agree is fatal (_parse_gres_config).
 */
#include "compiler/check/gres_lines.h"

#include <ctype.h>
#include <string.h>

/* In any case, anywhere in the value: so Slurm looks for them. */
static bool mentions(const char *value, const char *word)
{
	size_t n = strlen(word);
	for (const char *s = value; *s; s++) {
		size_t i = 0;
		while (i < n && tolower((unsigned char)s[i]) == word[i])
			i++;
		if (i == n)
			return true;
	}
	return false;
}

enum { NO_ENV = 1, ENV_ALL = 0x1e, ENV_DEFAULT = 0x20, OTHER = 0x40 };

/* From 24.11 on flags that are not about the environment are compared as well, once one of the line is. */
static const struct {
	const char *word;
	unsigned bit;
} words[] = {
	{ "no_gpu_env", NO_ENV },      { "nvidia_gpu_env", 2 },	   { "amd_gpu_env", 4 },
	{ "intel_gpu_env", 8 },	       { "opencl_env", 16 },	   { "countonly", OTHER },
	{ "one_sharing", OTHER << 1 }, { "explicit", OTHER << 2 }, { "env_uuid", OTHER << 3 },
};

static unsigned bits_of(const struct check *c, const char *value)
{
	unsigned bits = 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (mentions(value, words[i].word))
			bits |= words[i].bit;
	return release_compares_gres_flags(c->records->release) ? bits : bits & (NO_ENV | ENV_ALL);
}

/* What the last line that said something said, whichever its name: slurmd remembers one. */
struct last {
	const struct gres_line *line;
	unsigned bits;
};

static void say_differ(struct check *c, const struct gres_line *l, const struct entry *flags,
		       const struct gres_line *last)
{
	const struct entry *its = record_find(last->rec, "Flags");
	struct diag *d =
		finding(c, entry_place(l->rec, flags), "gres '%s' has other Flags %s: slurmd does not start", l->name,
			its ? "on a line before this one" : "before: a line without Flags stands for all of them");
	diag_note(c->diags, d, its ? entry_place(last->rec, its) : last->rec->span, "the other line");
	diag_help(c->diags, d, "write the same Flags on all lines of '%s'", l->name);
}

static void look(struct check *c, const struct gres_line *l, struct last *last, struct map *seen)
{
	const struct entry *flags = record_find(l->rec, "Flags");
	bool same_name = last->line && strcmp(last->line->name, l->name) == 0;
	unsigned bits = flags ? bits_of(c, flags->value) : 0;
	if (bits & (NO_ENV | ENV_ALL)) {
		if (same_name && last->bits != bits && first_at(c, seen, entry_place(l->rec, flags)))
			say_differ(c, l, flags, last->line);
		*last = (struct last){ l, bits };
	} else if (!flags && same_name && last->bits) {
		return; /* as the one before */
	} else if (strcmp(l->name, "gpu") == 0) {
		*last = (struct last){ l, ENV_ALL | ENV_DEFAULT };
	}
}

static void say_none_and_some(struct check *c, const struct gres_line *l)
{
	const struct entry *flags = record_find(l->rec, "Flags");
	unsigned bits = flags ? bits_of(c, flags->value) : 0;
	if (!(bits & NO_ENV) || !(bits & ENV_ALL))
		return;
	struct diag *d = finding(c, entry_place(l->rec, flags),
				 "no_gpu_env does not go with another variable's flag: slurmd does not start");
	diag_help(c->diags, d, "keep no_gpu_env, or the others");
}

void rule_gres_flags(struct check *c)
{
	const struct gres_nodes *all = gres_nodes(c);
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < all->lines.n; i++)
		say_none_and_some(c, all->lines.v[i]);
	for (size_t i = 0; i < all->nodes.n; i++) {
		struct last last = { 0 };
		for (size_t j = 0; j < all->nodes.v[i]->lines.n; j++)
			if (*all->nodes.v[i]->lines.v[j]->name)
				look(c, all->nodes.v[i]->lines.v[j], &last, &seen);
	}
}
