/* other_files_machine.c: what the smaller files name on a machine: SPANK plugins, helpers, users. */
#include "compiler/check/machine.h"
#include "compiler/check/other_files.h"
#include "compiler/check/records.h"

#include <string.h>

#include "compiler/slurm/plugstack.h"


static bool is_missing(struct check *c, const char *path)
{
	struct machine_entry e;
	return machine_look(c, path, &e) && e.kind == MACHINE_NOTHING;
}

/* ---- spank-missing: an absolute path; Slurm looks for others in PluginDir and then where the loader looks */

void rule_spank_missing(struct check *c)
{
	const struct plugstack *stack = c->files->plugstack;
	for (size_t i = 0; stack && i < stack->lines.n; i++) {
		const struct plugstack_line *l = &stack->lines.v[i];
		bool required = l->kind == PLUGSTACK_REQUIRED;
		if ((!required && l->kind != PLUGSTACK_OPTIONAL) || !l->path || !is_missing(c, l->path))
			continue;
		struct diag *d;
		if (required)
			d = finding(
				c, l->path_span,
				"this machine has no such plugin, and it is required: slurmd does not start, and no "
				"job does");
		else
			d = diag_add(c->diags,
				     release_is_quiet_of_optional_plugins(c->records->release) ? SEVERITY_INFO : SEVERITY_WARNING,
				     c->rule->name, l->path_span,
				     "this machine has no such plugin: Slurm goes on without it");
		diag_help(c->diags, d, "install it there, or leave the line out");
	}
}

/* ---- helper-missing */

void rule_helper_missing(struct check *c)
{
	const struct record *rec;
	if (!machine_is(c, ROLE_NODE))
		return;
	for (size_t i = 0; (rec = records_next(c->records, HELPERS_CONF, SECTION_FEATURE, &i));) {
		const struct entry *e = record_find(rec, "Helper");
		if (e && is_missing(c, e->value))
			diag_help(c->diags,
				  finding(c, e->span,
					  "this machine has no such program: slurmd logs an error whenever it asks for "
					  "the "
					  "feature"),
				  "install it there, or correct the path");
	}
}

/* ---- unknown-list-user: _make_uid_array(), burst_buffer_common.c: _parse_users() */

/* What becomes of a user whom nobody knows, by file. */
static const struct user_list {
	enum slurm_file file;
	const char *key;
	enum release stops; /* from here on; before, and RELEASE_NONE: an error is logged */
} user_lists[] = {
	{ HELPERS_CONF, "AllowUserBoot", RELEASE_23_02 },
	{ BURST_BUFFER_CONF, "AllowUsers", RELEASE_NONE },
	{ BURST_BUFFER_CONF, "DenyUsers", RELEASE_NONE },
};

void rule_unknown_list_user(struct check *c)
{
	struct person person;
	struct value_word w;
	for (size_t i = 0; i < sizeof(user_lists) / sizeof(user_lists[0]); i++) {
		const struct user_list *u = &user_lists[i];
		const struct entry *e = records_global(c->records, u->file, u->key);
		if (!e || !machine_knows(c, "passwd"))
			continue;
		bool stops = c->records->release >= u->stops;
		for (const char *rest = e->value; value_next(c->arena, &rest, &w);) {
			if (machine_user(c, w.text, &person))
				continue;
			struct diag *d =
				diag_add(c->diags, stops ? SEVERITY_ERROR : SEVERITY_WARNING, c->rule->name,
					 word_within(c, e, &w, w.text), "this machine has no user '%s': slurmctld %s",
					 w.text, stops ? "stops" : "logs an error and passes over the name");
			diag_help(c->diags, d, "make the user there, or take the name out");
		}
	}
}
