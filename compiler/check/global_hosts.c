/*
 * global_hosts.c: the cluster's name and its controllers. (read_config.c: _load_slurmctld_host(),
 * _parse_slurmctld_host(); slurmctld/controller.c: _controller_index())
 */
#include "compiler/check/global.h"

#include <ctype.h>
#include <string.h>

/* Where a file begins: the place of what is not in it. */
static struct span file_start(const struct check *c)
{
	return (struct span){ c->files->sources[SLURM_CONF]->id, 0, 0 };
}

/* Global entries of slurm.conf of one key, one after the other. */
static const struct entry *each_global(const struct check *c, const char *key, size_t *i)
{
	const struct fact *f = fact_find(SLURM_CONF, SECTION_GLOBAL, key);
	while (*i < c->records->globals[SLURM_CONF].n) {
		const struct entry *e = record_entry(c->records->globals[SLURM_CONF].v[(*i)++], f);
		if (e)
			return e;
	}
	return NULL;
}

/* ---- missing-slurm-key */

void rule_missing_slurm_key(struct check *c)
{
	const struct entry *name = global(c, "ClusterName"), *addr = global(c, "ControlAddr");
	if (!has_slurm_conf(c))
		return;
	if (!name || !*name->value) {
		struct diag *d =
			finding(c, name ? name->span : file_start(c), "the cluster has no ClusterName: Slurm stops");
		diag_help(c->diags, d, "add ClusterName=NAME: accounting knows the cluster by it");
	}
	if (global(c, "SlurmctldHost") || global(c, "ControlMachine"))
		return;
	struct diag *d = finding(c, file_start(c), "no SlurmctldHost says where slurmctld runs: Slurm stops");
	if (addr)
		diag_note(c->diags, d, addr->key_span, "ControlAddr does not stand for it");
	diag_help(c->diags, d, "add SlurmctldHost=NAME, or NAME(ADDRESS) where the name does not resolve");
}

/* ---- bad-controller */

static const char *controller_error(const char *value)
{
	const char *open = strchr(value, '('), *close = strchr(value, ')');
	if ((open || close) && (!open || !close || close < open || close[1]))
		return "its parentheses do not pair, and Slurm stops";
	if (!*value || open == value)
		return "it names no host, and slurmctld starts nowhere";
	if (strpbrk(value, ", \t[") && (!open || strpbrk(value, ", \t[") < open))
		return "Slurm takes all of it for one host's name, and slurmctld starts on none";
	return NULL;
}

void rule_bad_controller(struct check *c)
{
	const struct entry *e;
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; (e = each_global(c, "SlurmctldHost", &i));) {
		const char *why = controller_error(e->value);
		if (why) {
			struct diag *d = finding(c, e->span, "SlurmctldHost cannot be '%s': %s", e->value, why);
			diag_help(c->diags, d, "write SlurmctldHost=NAME or NAME(ADDRESS), a line for each controller");
			continue;
		}
		bool fresh;
		struct map_entry *m = map_add(&seen, arena_strndup(c->arena, e->value, strcspn(e->value, "(")), &fresh);
		if (fresh) {
			m->value = (void *)(uintptr_t)e;
			continue;
		}
		struct diag *d = finding(c, e->span, "'%s' is a SlurmctldHost already: Slurm stops", m->key);
		diag_note(c->diags, d, ((const struct entry *)m->value)->span, "the first is here");
		diag_help(c->diags, d, "keep one line for each controller");
	}
}

/* ---- old-controller-key */

static size_t count_names(const char *list)
{
	size_t n = *list != '\0';
	for (; *list; list++)
		n += *list == ',';
	return n;
}

/* "SlurmctldHost=a(10.0.0.1)", for each of the names. */
static void add_lines(struct text *t, const struct entry *names, const struct entry *addresses)
{
	const char *name = names ? names->value : "", *address = addresses ? addresses->value : "";
	while (*name) {
		size_t n = strcspn(name, ","), m = strcspn(address, ",");
		text_addf(t, "%sSlurmctldHost=%.*s", t->n ? " and " : "", (int)n, name);
		if (m && (m != n || strncmp(name, address, n) != 0))
			text_addf(t, "(%.*s)", (int)m, address);
		name += n + (name[n] == ',');
		address += m + (address[m] == ',');
	}
}

/* They stand alone: understood still, if they fit each other. */
static void old_controllers(struct check *c, const struct entry *const *old)
{
	const struct entry *machine = old[0], *addr = old[1], *backup = old[2], *backup_addr = old[3];
	struct text t;
	if (backup_addr && !backup) {
		struct diag *d = diag_add(c->diags, SEVERITY_ERROR, c->rule->name, backup_addr->key_span,
					  "BackupAddr is of no BackupController: Slurm stops");
		diag_help(c->diags, d, "add BackupController, or leave BackupAddr out");
		return;
	}
	if (count_names(machine->value) > 1 && !addr) {
		struct diag *d =
			diag_add(c->diags, SEVERITY_ERROR, c->rule->name, machine->span,
				 "several ControlMachines want ControlAddr, the one address of them: Slurm stops");
		diag_help(c->diags, d, "write a SlurmctldHost line for each host instead");
		return;
	}
	if (backup && strcmp(backup->value, machine->value) == 0) {
		struct diag *d = diag_add(c->diags, SEVERITY_ERROR, c->rule->name, backup->span,
					  "'%s' is ControlMachine already: Slurm stops", backup->value);
		diag_note(c->diags, d, machine->span, "it stands here");
		diag_help(c->diags, d, "name another host, or leave BackupController out");
		return;
	}
	text_init(&t, c->arena);
	add_lines(&t, machine, addr);
	add_lines(&t, backup, backup_addr);
	struct diag *d = finding(c, machine->key_span, "ControlMachine is an old name for SlurmctldHost");
	for (size_t i = 1; i < 4; i++)
		if (old[i])
			diag_note(c->diags, d, old[i]->key_span, "so is %s", old[i]->fact->key);
	diag_help(c->diags, d, "write %s", t.s);
}

void rule_old_controller(struct check *c)
{
	static const char *const keys[] = { "ControlMachine", "ControlAddr", "BackupController", "BackupAddr" };
	const struct entry *now = global(c, "SlurmctldHost"), *old[4];
	for (size_t i = 0; i < 4; i++) {
		old[i] = global(c, keys[i]);
		if (!now || !old[i])
			continue;
		struct diag *d = diag_add(c->diags, SEVERITY_WARNING, c->rule->name, old[i]->key_span,
					  "Slurm passes over %s, as SlurmctldHost is there", keys[i]);
		diag_note(c->diags, d, now->span, "SlurmctldHost is %s by this", now->value);
		diag_help(c->diags, d, "leave it out%s", i < 2 ? "" : ": a second SlurmctldHost line is the backup");
	}
	if (!now && old[0])
		old_controllers(c, old);
}

/* ---- bad-cluster-name */

/* slurmdbd has a table for each thing of a cluster's: MySQL's names have 64 bytes, and 24 are
 * `_wckey_usage_month_table`. */
enum { CLUSTER_NAME_LONGEST = 40 };

void rule_cluster_name(struct check *c)
{
	const struct entry *e = global(c, "ClusterName"), *type = global(c, "AccountingStorageType");
	const char *s = e ? e->value : "";
	const char *strange = s + strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
	char *lower = arena_strdup(c->arena, s);
	for (char *p = lower; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (*strange) {
		struct diag *d =
			finding(c, e->span, "ClusterName holds '%c': files and tables of accounting are named after it",
				*strange);
		diag_help(c->diags, d, "write letters, digits, - and _");
	} else if (strcmp(lower, s) != 0) {
		struct diag *d =
			finding(c, e->span, "Slurm writes ClusterName in lower case: the cluster is '%s'", lower);
		diag_help(c->diags, d, "write %s", lower);
		diag_edit(c->diags, d, e->span, lower);
	} else if (strlen(s) > CLUSTER_NAME_LONGEST && type && text_ends(type->value, "slurmdbd")) {
		struct diag *d = finding(
			c, e->span, "ClusterName has %zu characters, and slurmdbd's tables named after it 64 at most",
			strlen(s));
		diag_help(c->diags, d, "write %d at most", CLUSTER_NAME_LONGEST);
	}
}
