#include "compiler/check/check.h"

const struct rule *const rule_families[] = { rules_nodes,	rules_partitions, rules_gres,	    rules_control,
					     rules_accounting,	rules_network,	  rules_mpi,	    rules_storage,
					     rules_facts,	rules_records,	  rules_targets,    rules_containers,
					     rules_lines,	rules_global,	  rules_gres_lines, rules_gres_counts,
					     rules_cgroup,	rules_dbd,	  rules_across,	    rules_topology,
					     rules_other_files, rules_machine,	  rules_upgrade,    NULL };

struct diag *finding(struct check *c, struct span span, const char *format, ...)
{
	va_list args;
	if (c->diags->list.n >= DIAG_LIMIT) /* counted alone */
		return diag_add(c->diags, c->rule->severity, c->rule->name, span, "%s", "");
	va_start(args, format);
	const char *message = arena_vprintf(c->arena, format, args);
	va_end(args);
	return diag_add(c->diags, c->rule->severity, c->rule->name, span, "%s", message);
}

const char *either(const struct check *c, const char *in_spec, const char *in_files)
{
	return c->files ? in_files : in_spec;
}

static void run_rule(struct check *c, const struct rule *r)
{
	if (c->files && c->files->torn && rule_asks_all(r->name))
		return;
	if (c->spec && rule_waits_for_name(c->spec, r->name))
		return;
	c->rule = r;
	r->run(c);
}

static void run(struct check *c, enum rule_form form)
{
	for (size_t i = 0; rule_families[i]; i++)
		for (const struct rule *r = rule_families[i]; r->name; r++) {
			if (r->form != form)
				continue;
			run_rule(c, r);
		}
}

/* Both forms at once, in the order of the tables. */
static void run_records(struct check *c, enum rule_form also)
{
	for (size_t i = 0; rule_families[i]; i++)
		for (const struct rule *r = rule_families[i]; r->name; r++) {
			if (r->form != RULE_RECORDS && r->form != also)
				continue;
			run_rule(c, r);
		}
}

void check_spec(struct arena *a, const struct sources *s, struct diags *d, const struct spec *spec)
{
	struct check c = { .arena = a, .sources = s, .diags = d, .spec = spec };
	run(&c, RULE_SPEC);
}

static bool is_writable(const struct records *r)
{
	for (int f = 0; f < SLURM_FILE_COUNT; f++)
		for (size_t i = 0; i < r->files[f].n; i++) {
			const struct record *rec = r->files[f].v[i];
			for (size_t j = 0; j < rec->entries.n; j++)
				if (record_value_unwritable(rec->entries.v[j].value))
					return false;
		}
	return true;
}

bool check_records(struct arena *a, const struct sources *s, struct diags *d, const struct model *m, const char *target)
{
	struct check c = { .arena = a, .sources = s, .diags = d, .spec = m->spec, .model = m, .target = target };
	c.records = &m->records;
	if (m->release != RELEASE_NONE)
		run_records(&c, RULE_LOWERED);
	return is_writable(&m->records);
}

void check_files(struct arena *a, const struct sources *s, struct diags *d, const struct slurm_files *files)
{
	struct check c = { .arena = a, .sources = s, .diags = d, .records = &files->records, .files = files };
	run_records(&c, RULE_FILES);
	if (files->machine)
		run(&c, RULE_MACHINE);
	if (files->upgrades)
		run(&c, RULE_UPGRADE);
}

void check_model(struct arena *a, const struct sources *s, struct diags *d, const struct model *m, const char *target,
		 bool needs_slurm)
{
	struct check c = { .arena = a, .sources = s, .diags = d, .spec = m->spec, .model = m, .target = target };
	c.records = m->release != RELEASE_NONE ? &m->records : NULL;
	c.needs_slurm = needs_slurm;
	run(&c, RULE_MODEL);
}
