/* records_slurm.c: the global keys of slurm.conf. */
#include "compiler/model/records.h"

#include <string.h>

#include "compiler/base/map.h"

#define CONF SLURM_CONF

/* SlurmctldHost=name(address), the first primary. */
static void add_controllers(struct model *m)
{
	for (size_t i = 0; i < m->places.n; i++) {
		const struct place *p = &m->places.v[i];
		if (!(p->roles & ROLE_SLURMCTLD))
			continue;
		const char *name = hostlist_name_dup(&p->names, 0, m->arena);
		if (p->addresses.count && !m->platform->own_hosts_file)
			name = arena_printf(m->arena, "%s(%s)", name, hostlist_name_dup(&p->addresses, 0, m->arena));
		struct record *rec = record_add(&m->records, CONF, SECTION_GLOBAL, (struct span){ 0 });
		struct entry *e = record_set(&m->records, rec, "SlurmctldHost", name);
		const struct service *s = m->spec->services->slurmctld;
		e->span = WHERE(s, host);
		e->spec_key = "services.slurmctld.host";
	}
}

/* Every node has a place, and so a file tree, of its own: nothing needs slurm.conf's %n. */
static void add_paths(struct model *m)
{
	const struct platform *p = m->platform;
	choose(m, CONF, "StateSaveLocation", p->state_dir, (struct span){ 0 });
	choose(m, CONF, "SlurmdSpoolDir", p->spool_dir, (struct span){ 0 });
	choose(m, CONF, "SlurmctldPidFile", pid_file(m, "slurmctld"), (struct span){ 0 });
	choose(m, CONF, "SlurmdPidFile", arena_printf(m->arena, "%s/slurmd.pid", p->run_dir), (struct span){ 0 });
	if (!p->log_dir)
		return;
	choose(m, CONF, "SlurmctldLogFile", arena_printf(m->arena, "%s/slurmctld.log", p->log_dir), (struct span){ 0 });
	choose(m, CONF, "SlurmdLogFile", arena_printf(m->arena, "%s/slurmd.log", p->log_dir), (struct span){ 0 });
}

static const struct option *option_given(const struct options *o, const char *key)
{
	for (size_t i = 0; i < o->n; i++)
		if (text_equal_nocase(o->v[i].key, key))
			return &o->v[i];
	return NULL;
}

/* select/linear hands out whole nodes: of what hpcc would say of cores and memory nothing fits. */
static bool hands_out_nodes(const struct model *m)
{
	const struct option *o = option_given(&m->spec->slurm->options, "SelectType");
	return o && text_ends(o->value, "linear");
}

/* Cores and memory are what is handed out; a job that asks for no memory gets its CPUs' part, else one job takes a whole
 * node's (DefMemPerCPU 0 is unlimited: slurm.conf(5)). */
static void add_scheduling(struct model *m)
{
	int64_t least = 0;
	for (size_t i = 0; i < m->nodes.n; i++) {
		const struct node_group *g = m->nodes.v[i].group;
		if (!memory_given(g->memory) || g->memory.percent || g->cpus < 1) /* absent, or 0 from a broken body */
			continue;
		int64_t each = mebibytes(g->memory) / g->cpus;
		if (each > 0 && (!least || each < least))
			least = each;
	}
	choose(m, CONF, "SelectType", "select/cons_tres", (struct span){ 0 });
	if (!hands_out_nodes(m))
		choose(m, CONF, "SelectTypeParameters", least ? "CR_Core_Memory" : "CR_Core", (struct span){ 0 });
	/* Slurm takes one of the two, and complains of both (read_config.c: DefMemPerNode). */
	if (least && !hands_out_nodes(m) && !option_given(&m->spec->slurm->options, "DefMemPerNode"))
		choose(m, CONF, "DefMemPerCPU", arena_printf(m->arena, "%lld", (long long)least), (struct span){ 0 });
	/* A machine that went down by itself is looked at before it gets jobs again; of a container there is nothing to look at. */
	choose(m, CONF, "ReturnToService", m->platform->place_per_host ? "1" : "2", (struct span){ 0 });
	/* slurmd sees its machine's CPUs and memory, whatever its container may use: a node that claims more would be drained. */
	if (!m->platform->place_per_host)
		choose(m, CONF, "SlurmdParameters", "config_overrides", (struct span){ 0 });
}

static void add_tracking(struct model *m)
{
	struct span at = m->spec->slurm->constrain.given ? WHERE(m->spec->slurm, constrain) : (struct span){ 0 };
	choose(m, CONF, "ProctrackType", m->constrained ? "proctrack/cgroup" : "proctrack/linuxproc", at);
	choose(m, CONF, "TaskPlugin",
	       m->constrained		  ? "task/cgroup,task/affinity"
	       : m->platform->shares_cpus ? "task/none"
					  : "task/affinity",
	       at);
	/* Gathered and stored nowhere is an error in slurmctld's log. */
	const char *gather = !m->spec->accounting ? "none" : m->constrained ? "cgroup" : "linux";
	choose(m, CONF, "JobAcctGatherType", arena_printf(m->arena, "jobacct_gather/%s", gather), at);
}

static void add_gres_types(struct model *m)
{
	struct map seen;
	struct text t;
	struct span first = { 0 };
	map_init(&seen, m->arena);
	text_init(&t, m->arena);
	for (size_t i = 0; i < m->nodes.n; i++) {
		struct gres *r;
		for (size_t j = 0; (r = entries_next(&m->nodes.v[i].group->gres, &j));) {
			bool fresh;
			map_add(&seen, r->origin.name, &fresh);
			if (fresh)
				text_join(&t, 0, ",", r->origin.name);
			if (!span_known(first))
				first = r->origin.name_span;
		}
	}
	if (t.n)
		choose(m, CONF, "GresTypes", t.s, first);
}

static void add_accounting(struct model *m)
{
	const struct accounting *acc = m->spec->accounting;
	if (!acc)
		return;
	records_break(&m->records, CONF, "Accounting");
	choose(m, CONF, "AccountingStorageType", "accounting_storage/slurmdbd", where_body(acc));
	if (m->dbd_host)
		choose(m, CONF, "AccountingStorageHost", m->dbd_host, where_body(acc));
	const struct slurm_ports *ports = m->spec->slurm->ports;
	int64_t port = acc->external ? acc->external->port : ports->slurmdbd;
	choose(m, CONF, "AccountingStoragePort", arena_printf(m->arena, "%lld", (long long)port),
	       acc->external ? WHERE(acc->external, port) : WHERE(ports, slurmdbd));
	add_globals(m, CONF, acc);
}

void records_of_slurm_conf(struct model *m)
{
	const struct slurm *s = m->spec->slurm;
	add_globals(m, CONF, m->spec);
	add_controllers(m);
	choose(m, CONF, "SlurmUser", "slurm", (struct span){ 0 });
	add_globals(m, CONF, s);
	if (text_equal(s->auth, "slurm"))
		choose(m, CONF, "CredType", "cred/slurm", WHERE(s, auth));
	records_break(&m->records, CONF, "Ports and timeouts");
	add_globals(m, CONF, s->ports);
	if (s->timeouts)
		add_globals(m, CONF, s->timeouts);
	records_break(&m->records, CONF, "Files and logs");
	add_paths(m);
	if (s->debug)
		add_globals(m, CONF, s->debug);
	records_break(&m->records, CONF, "Scheduling and processes");
	add_scheduling(m);
	add_tracking(m);
	add_gres_types(m);
	if (m->spec->mpi) {
		add_globals(m, CONF, m->spec->mpi);
		if (!m->spec->mpi->launcher)
			choose(m, CONF, "MpiDefault", m->launcher, WHERE(m->spec->mpi, implementation));
	}
	add_accounting(m);
	if (s->options.n)
		records_break(&m->records, CONF, "From slurm.options");
	add_options(m, CONF, NULL, &s->options);
}
