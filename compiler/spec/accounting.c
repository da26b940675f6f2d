/* accounting.c: the accounting database and what hpcc adds to it. hpcc never deletes an accounting object. */
#include "compiler/spec/check.h"
#include "compiler/spec/spec.h"

static const char *const engine_words[] = { "mariadb", "mysql", NULL };
static const char *const enforce_words[] = { "associations", "limits", "nojobs", "nosteps", "qos",
					     "safe",	     "wckeys", "all",	 NULL };
static const char *const level_words[] = { "none", "operator", "administrator", NULL };

/* clang-format off */
static const struct field database_fields[] = {
	{ .key = "engine", AS_WORD(struct database, engine, engine_words), .def = "mariadb",
	  .doc = "The database." },
	{ .key = "host", AS_TEXT(struct database, host), .check = check_address, .slurm = "StorageHost",
	  .slurm_file = SLURMDBD_CONF,
	  .doc = "A database that exists already, elsewhere. Without this key hpcc brings one up: `services.database`." },
	{ .key = "port", AS_INT(struct database, port), .min = 1, .max = 65535, .def = "3306", .slurm = "StoragePort",
	  .slurm_file = SLURMDBD_CONF, .doc = "Its port." },
	{ .key = "name", AS_TEXT(struct database, name), .check = check_user, .def = "slurm_acct_db",
	  .slurm = "StorageLoc", .slurm_file = SLURMDBD_CONF, .doc = "The database's name." },
	{ .key = "user", AS_TEXT(struct database, user), .check = check_user, .def = "slurm", .slurm = "StorageUser",
	  .slurm_file = SLURMDBD_CONF, .doc = "The user slurmdbd connects as." },
	{ .key = "password", AS_TEXT(struct database, password), .check = check_name, .def = "database",
	  .doc = "The name of the secret that is its password." },
};
static const struct shape database_shape = {
	.name = "database", .doc = "Where slurmdbd keeps its records. A word alone is its engine.",
	.size = sizeof(struct database), SHAPE_FIELDS(database_fields), .shorthand = "engine",
};

static const struct field external_fields[] = {
	{ .key = "host", AS_TEXT(struct external_slurmdbd, host), .required = true, .check = check_address,
	  .doc = "Where the site's slurmdbd runs." },
	{ .key = "port", AS_INT(struct external_slurmdbd, port), .min = 1, .max = 65535,
	  .derived = "slurm.ports.slurmdbd", .doc = "Its port." },
};
static const struct shape external_shape = {
	.name = "external slurmdbd", .doc = "A slurmdbd that the site runs already. A word alone is its host.",
	.size = sizeof(struct external_slurmdbd), SHAPE_FIELDS(external_fields), .shorthand = "host",
};

#define KEEP(m, k, d) AS_DURATION(struct purge, m), .min = 3600, .max = INT64_C(3155760000), .slurm = (k), .slurm_file = SLURMDBD_CONF, .form = FORM_AGE, .doc = (d)
static const struct field purge_fields[] = {
	{ .key = "events", KEEP(events, "PurgeEventAfter", "Nodes that went down or were drained.") },
	{ .key = "jobs", KEEP(jobs, "PurgeJobAfter", "Jobs.") },
	{ .key = "reservations", KEEP(reservations, "PurgeResvAfter", "Reservations.") },
	{ .key = "steps", KEEP(steps, "PurgeStepAfter", "Job steps.") },
	{ .key = "suspend", KEEP(suspend, "PurgeSuspendAfter", "Times for which jobs were suspended.") },
	{ .key = "transactions", KEEP(transactions, "PurgeTXNAfter", "Changes made with sacctmgr.") },
	{ .key = "usage", KEEP(usage, "PurgeUsageAfter", "Usage by account and cluster.") },
};
static const struct shape purge_shape = {
	.name = "purge", .doc = "How long records are kept; for ever where absent.", .size = sizeof(struct purge),
	SHAPE_FIELDS(purge_fields),
};

static const struct field account_fields[] = {
	{ .key = "description", AS_TEXT(struct account, description), .check = check_plain, .doc = "What it is for." },
	{ .key = "organization", AS_TEXT(struct account, organization), .check = check_plain, .doc = "Whose it is." },
	{ .key = "parent", AS_TEXT(struct account, parent), .check = check_name, .refers = "accounting.accounts",
	  .doc = "The account above it; `root` where absent." },
	{ .key = "fairshare", AS_INT(struct account, fairshare), .min = 0, .max = 2147483646, .doc = "Its share." },
};
static const struct shape account_shape = {
	.name = "account", .doc = "An account.", .size = sizeof(struct account), SHAPE_FIELDS(account_fields),
};

static const struct field qos_fields[] = {
	{ .key = "description", AS_TEXT(struct qos, description), .check = check_plain, .doc = "What it is for." },
	{ .key = "priority", AS_INT(struct qos, priority), .min = 0, .max = INT64_C(4294967293),
	  .doc = "Its part in a job's priority." },
	{ .key = "preempt", AS_TEXTS(struct qos, preempt), .check = check_name, .refers = "accounting.qos",
	  .doc = "QOS whose jobs it may preempt." },
	{ .key = "flags", AS_TEXTS(struct qos, flags), .check = check_word, .doc = "Flags, such as `DenyOnLimit`." },
	{ .key = "max_wall", AS_DURATION(struct qos, max_wall), .form = FORM_MINUTES, .doc = "A job's longest time." },
	{ .key = "grace_time", AS_DURATION(struct qos, grace_time), .doc = "Time a job has before it gives way." },
	{ .key = "max_jobs_per_user", AS_INT(struct qos, max_jobs_per_user), .min = 0, .max = 2147483646,
	  .doc = "Running jobs of one user at most." },
	{ .key = "max_submit_jobs_per_user", AS_INT(struct qos, max_submit_jobs_per_user), .min = 0, .max = 2147483646,
	  .doc = "Jobs of one user at most, waiting ones too." },
	{ .key = "max_tres_per_job", AS_OPTIONS(struct qos, max_tres_per_job), .check = check_tres,
	  .check_value = check_tres_count, .doc = "Resources of one job at most: `{ cpu: 64, gres/gpu: 4 }`." },
	{ .key = "max_tres_per_user", AS_OPTIONS(struct qos, max_tres_per_user), .check = check_tres,
	  .check_value = check_tres_count, .doc = "Resources of one user at most." },
	{ .key = "group_tres", AS_OPTIONS(struct qos, group_tres), .check = check_tres,
	  .check_value = check_tres_count, .doc = "Resources of all its jobs together at most." },
};
static const struct shape qos_shape = {
	.name = "QOS", .doc = "A quality of service.", .size = sizeof(struct qos), SHAPE_FIELDS(qos_fields),
};

static const struct field account_user_fields[] = {
	{ .key = "default_account", AS_TEXT(struct account_user, default_account), .check = check_name,
	  .refers = "accounting.accounts", .doc = "The account that is charged unless a job names another." },
	{ .key = "accounts", AS_TEXTS(struct account_user, accounts), .check = check_name,
	  .refers = "accounting.accounts", .doc = "Further accounts." },
	{ .key = "qos", AS_TEXTS(struct account_user, qos), .check = check_name, .refers = "accounting.qos",
	  .doc = "QOS that the user may use." },
	{ .key = "admin_level", AS_WORD(struct account_user, admin_level, level_words), .doc = "What the user may administrate." },
};
static const struct shape account_user_shape = {
	.name = "accounting user", .doc = "A user, as accounting knows one.", .size = sizeof(struct account_user),
	SHAPE_FIELDS(account_user_fields),
};

static const struct field accounting_fields[] = {
	{ .key = "database", AS_STRUCT(struct accounting, database, struct database, database_shape), .derived = "an embedded MariaDB, unless slurmdbd is external",
	  .doc = "Where slurmdbd keeps its records." },
	{ .key = "external", AS_STRUCT(struct accounting, external, struct external_slurmdbd, external_shape),
	  .doc = "A slurmdbd that the site runs already; hpcc then brings up neither slurmdbd nor a database." },
	{ .key = "enforce", AS_WORDS(struct accounting, enforce, enforce_words), .slurm = "AccountingStorageEnforce",
	  .doc = "What jobs are held to." },
	{ .key = "tres", AS_TEXTS(struct accounting, tres), .check = check_tres, .slurm = "AccountingStorageTRES",
	  .derived = "gres/NAME for each GRES of the nodes",
	  .doc = "Resources to be recorded beside CPUs, memory, nodes, energy and billing." },
	{ .key = "store_flags", AS_TEXTS(struct accounting, store_flags), .check = check_word, .slurm = "AccountingStoreFlags",
	  .doc = "What else of a job is recorded: `job_comment`, `job_script`, ..." },
	{ .key = "purge", AS_STRUCT(struct accounting, purge, struct purge, purge_shape),
	  .doc = "How long records are kept." },
	{ .key = "accounts", AS_MAP(struct accounting, accounts, account_shape), .check = check_name, .built_in = "root",
	  .doc = "Accounts to be added." },
	{ .key = "qos", AS_MAP(struct accounting, qos, qos_shape), .check = check_name, .built_in = "normal", .doc = "QOS to be added." },
	{ .key = "users", AS_MAP(struct accounting, users, account_user_shape), .check = check_user,
	  .doc = "Users to be added." },
	{ .key = "options", AS_OPTIONS(struct accounting, options), .check = check_slurm_key, .slurm_options = true,
	  .slurm_file = SLURMDBD_CONF, .doc = "Any other key of slurmdbd.conf." },
};
/* clang-format on */

const struct shape accounting_shape = {
	.name = "accounting",
	.doc = "Accounting.",
	.size = sizeof(struct accounting),
	SHAPE_FIELDS(accounting_fields),
};
