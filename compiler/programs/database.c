/* database.c: the database that hpcc brings up for slurmdbd, and what is to be added to it. */
#include "compiler/base/map.h"
#include "compiler/programs/program.h"

static const char *const database_argv[] = { "/usr/sbin/mariadbd", NULL };

/* What slurmdbd checks at start and complains of (accounting_storage_mysql.c), and what MariaDB 11.6 and later have ON
 * that Slurm's plugin cannot live with. `loose-`: older servers, which do not know the variable, pass over it. */
static const char settings[] = "[mariadbd]\n"
			       "innodb_buffer_pool_size = 2G\n"
			       "innodb_log_file_size = 64M\n"
			       "innodb_lock_wait_timeout = 900\n"
			       "max_allowed_packet = 16M\n"
			       "loose-innodb_snapshot_isolation = OFF\n";

/* One "key=value" of sacctmgr's, as a field of its own. */
static void add_number(struct text *t, const char *key, int64_t value)
{
	if (value != VALUE_ABSENT)
		text_addf(t, "\t%s=%lld", key, (long long)value);
}

static void add_value(struct text *t, const char *key, const char *value)
{
	if (value && *value)
		text_addf(t, "\t%s=%s", key, value);
}

static void add_duration(struct text *t, const char *key, struct duration d, bool minutes)
{
	if (!duration_given(d))
		return;
	if (d.seconds == DURATION_INFINITE)
		text_addf(t, "\t%s=-1", key);
	else
		add_number(t, key, minutes ? (d.seconds + 59) / 60 : d.seconds);
}

static void add_qos(struct model *m, const struct accounting *acc, struct text *t)
{
	struct qos *q;
	for (size_t i = 0; (q = entries_next(&acc->qos, &i));) {
		text_addf(t, "qos\t%s", q->origin.name);
		add_value(t, "Description", q->description);
		add_number(t, "Priority", q->priority);
		add_value(t, "Flags", texts_joined(m->arena, &q->flags));
		add_duration(t, "MaxWall", q->max_wall, true);
		add_duration(t, "GraceTime", q->grace_time, false);
		add_number(t, "MaxJobsPerUser", q->max_jobs_per_user);
		add_number(t, "MaxSubmitJobsPerUser", q->max_submit_jobs_per_user);
		add_value(t, "MaxTRESPerJob", options_joined(m->arena, &q->max_tres_per_job));
		add_value(t, "MaxTRESPerUser", options_joined(m->arena, &q->max_tres_per_user));
		add_value(t, "GrpTRES", options_joined(m->arena, &q->group_tres));
		text_addc(t, '\n');
	}
	/* After all are there, so that none names one that is still to come. */
	for (size_t i = 0; (q = entries_next(&acc->qos, &i));)
		if (q->preempt.n)
			text_addf(t, "qos\t%s\tPreempt=%s\n", q->origin.name, texts_joined(m->arena, &q->preempt));
}

/* Parents before their children: sacctmgr refuses a parent that is not there. The language allows any order; a cycle,
 * which a rule refuses, ends after as many rounds as there are accounts. */
static void add_accounts(struct model *m, const struct accounting *acc, struct text *t)
{
	struct map done;
	map_init(&done, m->arena);
	for (size_t round = 0, before = SIZE_MAX; round <= acc->accounts.n && done.n != before; round++) {
		struct account *x;
		before = done.n;
		for (size_t i = 0; (x = entries_next(&acc->accounts, &i));) {
			const char *parent = x->parent ? x->parent : "root";
			if (map_find(&done, x->origin.name) ||
			    (!text_equal(parent, "root") && !map_find(&done, parent)))
				continue;
			map_add(&done, x->origin.name, NULL);
			text_addf(t, "account\t%s\tParent=%s", x->origin.name, parent);
			add_value(t, "Description", x->description);
			add_value(t, "Organization", x->organization);
			add_number(t, "Fairshare", x->fairshare);
			text_addc(t, '\n');
		}
	}
}

static void add_users(struct model *m, const struct accounting *acc, struct text *t)
{
	struct account_user *u;
	for (size_t i = 0; (u = entries_next(&acc->users, &i));) {
		struct texts all = { 0 };
		if (u->default_account)
			*list_push(m->arena, &all) = u->default_account;
		for (size_t j = 0; j < u->accounts.n; j++)
			*list_push(m->arena, &all) = u->accounts.v[j];
		for (size_t j = 0; j < all.n; j++) {
			text_addf(t, "user\t%s\tAccount=%s", u->origin.name, all.v[j]);
			add_value(t, "DefaultAccount", j ? NULL : u->default_account);
			add_value(t, "QOS", texts_joined(m->arena, &u->qos));
			add_value(t, "AdminLevel", j ? NULL : u->admin_level);
			text_addc(t, '\n');
		}
		if (!all.n && u->admin_level)
			text_addf(t, "user\t%s\tAdminLevel=%s\n", u->origin.name, u->admin_level);
	}
}

static void database_files(struct model *m)
{
	const struct accounting *acc = m->spec->accounting;
	if (m->roles & ROLE_DATABASE) {
		struct text *t =
			model_file(m, "/etc/mysql/mariadb.conf.d/60-slurm.cnf", "root", "root", "0644", ROLE_DATABASE);
		text_addf(t, "# %s\n%s", "MariaDB for Slurm's accounting. Made by hpcc: do not edit.", settings);
		text_addf(t, "bind-address = 0.0.0.0\nport = %lld\n", (long long)acc->database->port);
		/* A client that nobody has a name for yet would wait for the DNS. */
		if (m->platform->moving_addresses)
			text_add(t, "skip-name-resolve\n");
	}
	if (!acc || !(acc->qos.n + acc->accounts.n + acc->users.n))
		return;
	struct text *t = model_file(m, arena_printf(m->arena, "%s/accounting.tsv", m->platform->conf_dir), "root",
				    "root", "0644", ROLE_SLURMCTLD);
	text_addf(t, "# What accounting.sh adds to the accounting database of cluster %s. Made by hpcc: do not edit.\n",
		  m->spec->cluster);
	add_qos(m, acc, t);
	add_accounts(m, acc, t);
	add_users(m, acc, t);
}

const struct program program_database = {
	.name = "database",
	.role = ROLE_DATABASE,
	.user = "mysql",
	.unit = "mariadb",
	.package = "mariadb-server",
	.argv = database_argv,
	.ready = "mariadb-admin ping",
	.files = database_files,
};
