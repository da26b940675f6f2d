/* accounting.c: where records go: slurm.conf's side of it, and slurmdbd.conf. */
#include "compiler/import/within.h"

#include <string.h>
#include <strings.h>

#include "compiler/spec/check.h"

#define PATH(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct entry *said(struct import *im, enum slurm_file file, const char *key)
{
	return records_global(im->records, file, key);
}

static const char *value(struct import *im, enum slurm_file file, const char *key)
{
	const struct entry *e = said(im, file, key);
	return e ? e->value : NULL;
}

static bool is_local(const char *name)
{
	return !name || strcasecmp(name, "localhost") == 0 || strncmp(name, "127.", 4) == 0 || strcmp(name, "::1") == 0;
}

/* The first controller: what "localhost" means to slurmctld. */
static const char *head(struct import *im)
{
	const struct services *all = im->spec->services;
	return all && all->slurmctld && all->slurmctld->host.n ? all->slurmctld->host.v[0] : NULL;
}

/* One slurmdbd, which runs already. */
static void external(struct import *im, const struct entry *type)
{
	struct external_slurmdbd *x = import_body(im, PATH("accounting", "external"));
	const struct entry *port = said(im, SLURM_CONF, "AccountingStoragePort");
	const struct field *row = shape_field(origin_of(x)->shape, "port");
	const char *host = value(im, SLURM_CONF, "AccountingStorageHost");
	x->host = host && !check_address(host) ? host : "localhost";
	if (port && !import_is_default(im, port->fact, port->value))
		import_value(im, row, port->fact, port->value, x);
	import_changed(im, type->span,
		       "without slurmdbd.conf its slurmdbd is taken for one that the site runs already, at %s: give "
		       "slurmdbd.conf as well to "
		       "have it in the spec",
		       x->host);
}

/* ---- slurmdbd.conf */

/* Keys that the spec says otherwise than by a row. */
static bool is_special(const char *key)
{
	static const char *const keys[] = { "DbdHost", "DbdAddr",   "DbdPort",		 "AuthType",   "StorageType",
					    "PidFile", "SlurmUser", "StoragePassScript", "StorageHost" };
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcasecmp(keys[i], key) == 0)
			return true;
	return false;
}

/* PurgeJobAfter=12months: the spec counts days. */
static void say_months(struct import *im, const struct entry *e)
{
	const char *unit = e->value + strspn(e->value, "0123456789");
	if (text_starts(e->fact->key, "Purge") && (!*unit || strncasecmp(unit, "month", 5) == 0))
		import_changed(im, e->span, "%s=%s is said in days in the spec: months differ in length", e->fact->key,
			       e->value);
}

/* JobPurge and PurgeJobMonths are PurgeJobAfter, in months. */
static bool import_old_purge(struct import *im, const struct entry *e)
{
	const struct fact *now = fact_current(e->fact, im->release);
	if (now == e->fact)
		return false;
	struct entry renamed = *e;
	renamed.fact = now;
	if (import_global(im, &renamed) != IMPORT_DONE)
		return false;
	say_months(im, &renamed);
	return true;
}

static void add_entry(struct import *im, const struct entry *e, struct options *o)
{
	const struct fact *f = e->fact;
	if (import_special(im, e) || is_special(f->key) || import_old_purge(im, e))
		return;
	if (im->release >= f->removed || im->release >= f->refused || im->release >= f->defunct) {
		import_dropped(im, e->key_span, f->key, "Slurm %s does nothing with it", release_name(im->release));
		return;
	}
	/* The spec's own defaults, which Slurm has as well. */
	if (import_is_default(im, f, e->value) && strcasecmp(f->key, "StorageUser") != 0)
		return;
	switch (import_global(im, e)) {
	case IMPORT_DONE:
		say_months(im, e);
		return;
	case IMPORT_UNSAYABLE:
		import_dropped(im, e->span, arena_printf(im->arena, "%s=%s", f->key, e->value), "%s cannot say it",
			       import_row_name(im, e->fact));
		return;
	case IMPORT_NO_ROW:
		if (*e->value && strcmp(e->value, "/var/log/slurm/slurmdbd.log") != 0)
			import_option(im, o, f, e->value);
	}
}

static void database(struct import *im)
{
	struct database *db = import_body(im, PATH("accounting", "database"));
	const char *host = value(im, SLURMDBD_CONF, "StorageHost"), *dbd = value(im, SLURMDBD_CONF, "DbdHost");
	struct service *s = import_body(im, PATH("services", "slurmdbd"));
	const char *where = is_local(dbd) ? head(im) : dbd;
	if (where && !check_name(where)) {
		const char *address = value(im, SLURMDBD_CONF, "DbdAddr");
		s->host.given = true;
		*list_push(im->arena, &s->host) = where;
		import_host(im, where, address && !is_local(address) && strcmp(address, where) != 0 ? address : NULL);
	}
	/* On slurmdbd's own host hpcc brings one up; one that is elsewhere exists already. */
	if (is_local(host) || (where && strcasecmp(host, where) == 0)) {
		struct service *d = import_body(im, PATH("services", "database"));
		if (where)
			d->host = s->host;
	} else if (!check_address(host)) {
		db->host = host;
	}
	if (text_equal(db->user, "slurm"))
		db->user = NULL;
	if (!db->host && !db->name && !db->user && db->port == VALUE_ABSENT)
		db->engine = "mariadb";
}

static void dbd_port(struct import *im)
{
	const struct entry *e = said(im, SLURMDBD_CONF, "DbdPort");
	e = e ? e : said(im, SLURM_CONF, "AccountingStoragePort");
	struct slurm_ports *ports;
	if (!e || import_is_default(im, e->fact, e->value))
		return;
	ports = import_body(im, PATH("slurm", "ports"));
	import_value(im, shape_field(origin_of(ports)->shape, "slurmdbd"), e->fact, e->value, ports);
}

/* QOS are not in Slurm's files, but partitions name them: those that are named exist. */
static void add_qos(struct import *im, const char *name)
{
	struct accounting *acc = im->spec->accounting;
	if (check_name(name) || strcmp(name, "normal") == 0)
		return;
	for (size_t i = 0; i < acc->qos.n; i++)
		if (strcmp(origin_of(acc->qos.v[i])->name, name) == 0)
			return;
	struct qos *q = body_new(im->arena, shape_field(acc->origin.shape, "qos")->shape);
	q->origin.name = name;
	acc->qos.given = true;
	*list_push(im->arena, &acc->qos) = q;
}

void import_named_qos(struct import *im)
{
	if (!im->spec->accounting)
		return;
	for (size_t i = 0; i < im->spec->partitions.n; i++) {
		const struct partition *p = im->spec->partitions.v[i];
		if (p->qos)
			add_qos(im, p->qos);
		for (size_t j = 0; j < p->allow_qos.n; j++)
			add_qos(im, p->allow_qos.v[j]);
		for (size_t j = 0; j < p->deny_qos.n; j++)
			add_qos(im, p->deny_qos.v[j]);
	}
}

void import_accounting(struct import *im)
{
	const struct entry *type = said(im, SLURM_CONF, "AccountingStorageType");
	const char *name = type && strrchr(type->value, '/') ? strrchr(type->value, '/') + 1
			   : type			     ? type->value
							     : "none";
	bool dbd = im->records->globals[SLURMDBD_CONF].n > 0;
	if (strcasecmp(name, "slurmdbd") != 0) {
		/* Keys such as AccountingStorageEnforce made a body of nothing. */
		if (strcasecmp(name, "none") != 0)
			import_dropped(im, type->span, arena_printf(im->arena, "AccountingStorageType=%s", type->value),
				       "hpcc knows accounting by slurmdbd alone");
		if (im->spec->accounting)
			import_changed(im, type ? type->span : (struct span){ 0 },
				       "keys of accounting have no effect without "
				       "AccountingStorageType=accounting_storage/slurmdbd");
		im->spec->accounting = NULL;
		return;
	}
	struct accounting *acc = import_body(im, PATH("accounting"));
	if (!dbd) {
		external(im, type);
		return;
	}
	for (size_t i = 0; i < im->records->globals[SLURMDBD_CONF].n; i++) {
		const struct record *rec = im->records->globals[SLURMDBD_CONF].v[i];
		if (rec->entries.n && rec->section == SECTION_GLOBAL)
			add_entry(im, &rec->entries.v[0], &acc->options);
	}
	dbd_port(im);
	database(im);
}
