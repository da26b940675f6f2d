/* lines_lists.c: hostlists that Slurm refuses, or takes for something that nobody means. */
#include "compiler/check/lines.h"

#include <string.h>

static bool is_list(const struct fact *f)
{
	if (f->type == FACT_LINE)
		return f->section == SECTION_NODE || f->section == SECTION_DOWNNODES || f->section == SECTION_FRONTEND;
	return f->type == FACT_HOSTLIST;
}

/* Who minds, and how. AllocNodes is compared with names of hosts, and a bad one is none of them. */
static bool stops(const struct check *c, const struct fact *f)
{
	if (f->section == SECTION_NODESET && release_passes_over_bad_sets(c->records->release))
		return false;
	return f->section != SECTION_DOWNNODES && strcmp(f->key, "AllocNodes") != 0;
}

static const char *consequence(const struct check *c, const struct fact *f)
{
	if (f->section == SECTION_NODESET && release_passes_over_bad_sets(c->records->release))
		return "the set is empty";
	if (f->section == SECTION_DOWNNODES)
		return "Slurm logs an error, and the line does nothing";
	return stops(c, f) ? "slurmctld stops" : "no host is called like this";
}

/* Slurm puts a node set in its place where a list names it, and does not look at the others. */
static bool is_looked_at(struct check *c, const struct record *rec)
{
	const struct user_line *set =
		rec->section == SECTION_NODESET ? map_get(&lines_of(c)->set_names, rec->entries.v[0].value) : NULL;
	return !set || (set->rec == rec && set->used);
}

/* The list without brackets before a suffix, if it is short. */
static const char *one_by_one(const struct check *c, const char *value)
{
	enum { SHORT = 16 };
	struct hostlist names;
	struct hostlist_error error;
	struct text t;
	if (!hostlist_parse(c->arena, value, &names, &error) || names.count > SHORT)
		return "c1-ib,c2-ib";
	text_init(&t, c->arena);
	hostlist_print(&names, false, &t);
	return t.s;
}

static void say_list(struct check *c, const struct record *rec, const struct entry *e, const struct list_fault *f)
{
	struct span at = part_place(e, f->start, f->end);
	const char *written = diag_quote(c->diags, e->value);
	enum severity severity =
		f->state == LIST_REFUSED && stops(c, e->fact) && is_looked_at(c, rec) ? SEVERITY_ERROR : SEVERITY_WARNING;
	struct diag *d;
	if (f->state == LIST_REFUSED)
		d = finding_as(c, severity, at, "'%s' is not a hostlist: %s; %s", written, f->message,
			       is_looked_at(c, rec) ? consequence(c, e->fact) : "no partition names this set yet");
	else if (f->literal)
		d = finding_as(c, severity, at, "Slurm takes this for one name, as it is written: %s", f->message);
	else
		d = finding_as(c, severity, at, "Slurm makes something else of '%s' than was meant: %s", written,
			       f->message);
	if (strstr(f->message, "behind the last bracket"))
		diag_help(c->diags, d, "write the names one by one, with commas: %s", one_by_one(c, e->value));
	else
		diag_help(c->diags, d, "a hostlist is a name, or names with ranges: c1,c[2-4,7],n[001-128]");
}

/* What the list's own grammar does not tell. */
static void judge_more(const struct entry *e, struct list_fault *f)
{
	size_t n = strlen(e->value);
	/* node_conf.c: "Empty NodeName in config." */
	if (e->fact->section == SECTION_NODE && e->fact->type == FACT_LINE && strspn(e->value, ", \t") == n)
		*f = (struct list_fault){ LIST_REFUSED, "no node is named", 0, n, false };
	/* slurmctld/partition_mgr.c: build_part_bitmap() makes commas of blanks, those in brackets too. */
	if (e->fact->section == SECTION_PARTITION && strcmp(e->fact->key, "Nodes") == 0 && blank_in_bracket(e->value))
		*f = (struct list_fault){ LIST_REFUSED, "a blank cannot stand within brackets", 0, n, false };
}

static void look_at_lists(struct check *c, const struct record *rec, struct map *seen)
{
	for (size_t j = 0; j < rec->entries.n; j++) {
		const struct entry *e = &rec->entries.v[j];
		struct hostlist names;
		struct list_fault f;
		if (e->inherited || !is_list(e->fact) || list_is_name(e->value))
			continue;
		list_read(c, e->value, &names, &f);
		judge_more(e, &f);
		if (f.state != LIST_FINE && first_at(c, seen, e->span))
			say_list(c, rec, e, &f);
	}
}

void rule_bad_hostlist(struct check *c)
{
	static const enum slurm_section sections[] = { SECTION_NODE, SECTION_NODESET, SECTION_PARTITION,
						       SECTION_DOWNNODES, SECTION_FRONTEND };
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t s = 0; s < sizeof(sections) / sizeof(sections[0]); s++)
		for (size_t i = 0; i < c->records->sections[SLURM_CONF][sections[s]].n; i++)
			look_at_lists(c, c->records->sections[SLURM_CONF][sections[s]].v[i], &seen);
}
