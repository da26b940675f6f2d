/* records_other.c: cgroup.conf, slurmdbd.conf, mpi.conf. */
#include "compiler/model/records.h"

#include <string.h>

static bool holds(const struct slurm *s, const char *what)
{
	for (size_t i = 0; i < s->constrain.n; i++)
		if (strcmp(s->constrain.v[i], what) == 0)
			return true;
	return false;
}

/* `disabled` came with 24.05. Before it, cgroup/v1 touches nothing as long as no plugin uses cgroups: its init() is empty. */
static const char *no_cgroups(enum release r)
{
	const struct fact_word *w = fact_word_find(fact_find(CGROUP_CONF, SECTION_GLOBAL, "CgroupPlugin"), "disabled");
	return w && w->first <= r ? "disabled" : "cgroup/v1";
}

void records_of_cgroup_conf(struct model *m)
{
	static const struct {
		const char *word, *key;
	} rows[] = {
		{ "cores", "ConstrainCores" },
		{ "memory", "ConstrainRAMSpace" },
		{ "swap", "ConstrainSwapSpace" },
		{ "devices", "ConstrainDevices" },
	};
	const struct slurm *s = m->spec->slurm;
	struct span at = s->constrain.given ? WHERE(s, constrain) : (struct span){ 0 };
	if (m->constrained) {
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			/* Absent: what the platform holds by nature, which is all but swap (accounting for it is often off). */
			bool on = s->constrain.given ? holds(s, rows[i].word) : strcmp(rows[i].word, "swap") != 0;
			choose(m, CGROUP_CONF, rows[i].key, on ? "yes" : "no", at);
		}
	} else {
		choose(m, CGROUP_CONF, "CgroupPlugin", no_cgroups(m->release), at);
	}
	add_options(m, CGROUP_CONF, NULL, &s->cgroup);
}

void records_of_slurmdbd_conf(struct model *m)
{
	const struct accounting *acc = m->spec->accounting;
	const struct database *db = acc ? acc->database : NULL;
	if (!(m->roles & ROLE_SLURMDBD) || !db)
		return;
	enum slurm_file f = SLURMDBD_CONF;
	const struct slurm *s = m->spec->slurm;
	choose(m, f, "AuthType", arena_printf(m->arena, "auth/%s", s->auth), WHERE(s, auth));
	choose(m, f, "DbdHost", m->dbd_name, (struct span){ 0 });
	choose(m, f, "DbdPort", arena_printf(m->arena, "%lld", (long long)s->ports->slurmdbd), WHERE(s->ports, slurmdbd));
	choose(m, f, "SlurmUser", "slurm", (struct span){ 0 });
	if (m->platform->log_dir)
		choose(m, f, "LogFile", arena_printf(m->arena, "%s/slurmdbd.log", m->platform->log_dir), (struct span){ 0 });
	choose(m, f, "PidFile", pid_file(m, "slurmdbd"), (struct span){ 0 });
	if (s->debug)
		add_globals(m, f, s->debug);
	records_break(&m->records, f, "Database");
	choose(m, f, "StorageType", "accounting_storage/mysql", WHERE(db, engine));
	if (!db->host)
		choose(m, f, "StorageHost", m->database_host, (struct span){ 0 });
	add_globals(m, f, db);
	if (acc->purge) {
		records_break(&m->records, f, "How long records are kept");
		add_globals(m, f, acc->purge);
	}
	add_globals(m, f, acc);
	add_options(m, f, NULL, &acc->options);
	/* No secret in what hpcc writes: the install script makes the included file, readable by Slurm alone. From 25.11 a
	 * script gives the password. */
	const struct fact *script = fact_find(f, SECTION_GLOBAL, "StoragePassScript");
	if (fact_known(script, m->release)) {
		choose(m, f, "StoragePassScript", arena_printf(m->arena, "%s/slurmdbd-password", m->platform->conf_dir),
		       (struct span){ 0 });
	} else {
		records_include(&m->records, f, arena_printf(m->arena, "%s/slurmdbd-password.conf", m->platform->conf_dir));
	}
}

void records_of_mpi_conf(struct model *m)
{
	if (m->spec->mpi)
		add_options(m, MPI_CONF, NULL, &m->spec->mpi->options);
}
