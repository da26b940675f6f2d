/*
 * across.c: slurm.conf and slurmdbd.conf, which two daemons read and nobody compares.
 *
 * What differs shows as slurmctld that never reaches its database: jobs go on, accounting waits in memory until
 * MaxDBDMsgs of them are lost.
 */
#include "compiler/check/across.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "compiler/slurm/value.h"

const char *across_value(const struct check *c, enum slurm_file file, const char *key)
{
	const struct entry *e = records_global(c->records, file, key);
	const struct fact *f = fact_find(file, SECTION_GLOBAL, key);
	return e ? e->value : f ? fact_default(f, c->records->release) : NULL;
}

static bool uses_dbd(const struct check *c)
{
	const struct entry *e = global(c, "AccountingStorageType");
	return e && (strcasecmp(e->value, "accounting_storage/slurmdbd") == 0 || strcasecmp(e->value, "slurmdbd") == 0);
}

bool across_dbd(const struct check *c)
{
	return dbd_and_slurm(c) && uses_dbd(c);
}

void across_note(struct check *c, struct diag *d, enum slurm_file file, const char *key)
{
	const struct entry *e = records_global(c->records, file, key);
	const char *value = across_value(c, file, key);
	if (e)
		diag_note(c->diags, d, e->span, "%s of %s", key, slurm_file_name(file));
	else
		diag_note(c->diags, d, (struct span){ 0 }, value ? "%s has no %s: it is %s" : "%s has no %s",
			  slurm_file_name(file), key, value);
}

/* Where one of two keys was written: the first, else the second. */
static struct span written(const struct entry *a, const struct entry *b)
{
	return a ? a->span : b->span;
}

/* ---- dbd-unused */

static void unused(struct check *c)
{
	const struct entry *type = global(c, "AccountingStorageType");
	/* What slurmdbd itself uses is option-needs': slurmctld does not even start. */
	if (!dbd_and_slurm(c) || uses_dbd(c) || (type && text_ends(type->value, "/mysql")))
		return;
	struct span at = type ? type->span : (struct span){ c->files->sources[SLURMDBD_CONF]->id, 0, 0 };
	struct diag *d = finding(
		c, at, "there is a slurmdbd.conf, and slurmctld uses no slurmdbd: nothing of its jobs is accounted");
	diag_help(c->diags, d, "add AccountingStorageType=accounting_storage/slurmdbd to slurm.conf");
}

/* ---- dbd-host-differs: whom slurmctld asks, and who answers */

static bool is_controller(const struct check *c, const char *host)
{
	const struct records *r = c->records;
	for (size_t i = 0; i < r->globals[SLURM_CONF].n; i++) {
		const struct entry *e = &r->globals[SLURM_CONF].v[i]->entries.v[0];
		if (r->globals[SLURM_CONF].v[i]->include || !r->globals[SLURM_CONF].v[i]->entries.n ||
		    (strcmp(e->fact->key, "SlurmctldHost") != 0 && strcmp(e->fact->key, "ControlMachine") != 0))
			continue;
		if (dbd_same_host(arena_strndup(c->arena, e->value, strcspn(e->value, "(")), host))
			return true;
	}
	return false;
}

/* Whether slurmctld's word for the host may be the one that slurmdbd has for itself. */
static bool may_be(const struct check *c, const char *asked, const char *host, const char *address)
{
	if (dbd_same_host(asked, host) || (address && dbd_same_host(asked, address)))
		return true;
	if (dbd_is_local(asked))
		return dbd_is_local(host) || is_controller(c, host);
	if (dbd_is_local(host))
		return true; /* whatever host that is */
	return dbd_is_address(asked) && (!address || !dbd_is_address(address));
}

static void host_differs(struct check *c)
{
	const struct entry *asked = global(c, "AccountingStorageHost"), *host = dbd_key(c, "DbdHost"),
			   *address = dbd_key(c, "DbdAddr"), *backup = dbd_key(c, "DbdBackupHost");
	if (!across_dbd(c) || !host)
		return;
	const char *name = asked ? asked->value : "localhost";
	if (may_be(c, name, host->value, address ? address->value : NULL) ||
	    (backup && dbd_same_host(name, backup->value)))
		return;
	struct diag *d = finding(c, written(asked, host),
				 "slurmctld looks for slurmdbd on '%s', and slurmdbd runs on '%s'", name, host->value);
	across_note(c, d, asked ? SLURMDBD_CONF : SLURM_CONF, asked ? "DbdHost" : "AccountingStorageHost");
	diag_help(c->diags, d, "write AccountingStorageHost=%s in slurm.conf", host->value);
}

/* ---- dbd-backup-differs */

static void backup_differs(struct check *c)
{
	const struct entry *asked = global(c, "AccountingStorageBackupHost"), *backup = dbd_key(c, "DbdBackupHost");
	struct diag *d;
	if (!across_dbd(c) || (!asked && !backup))
		return;
	if (asked && !backup) {
		d = finding(c, asked->span, "slurmdbd.conf knows no backup: a slurmdbd on '%s' would stop at once",
			    asked->value);
		diag_help(c->diags, d, "add DbdBackupHost=%s to slurmdbd.conf, or leave this out", asked->value);
	} else if (!asked) {
		d = finding(c, backup->span,
			    "slurmctld never asks this backup: slurm.conf has no AccountingStorageBackupHost");
		diag_help(c->diags, d, "add AccountingStorageBackupHost=%s to slurm.conf", backup->value);
	} else if (!dbd_same_host(asked->value, backup->value) && !dbd_is_address(asked->value)) {
		d = finding(c, asked->span, "slurmctld looks for the backup slurmdbd on '%s', and it runs on '%s'",
			    asked->value, backup->value);
		across_note(c, d, SLURMDBD_CONF, "DbdBackupHost");
		diag_help(c->diags, d, "write the same host in both");
	}
}

/* ---- dbd-port-differs */

static uint64_t port_of(const struct check *c, enum slurm_file file, const char *key)
{
	const char *value = across_value(c, file, key);
	uint64_t n;
	return value && slurm_number(value, &n) ? n : 0;
}

static void port_differs(struct check *c)
{
	const struct entry *asked = global(c, "AccountingStoragePort"), *own = dbd_key(c, "DbdPort");
	uint64_t a = port_of(c, SLURM_CONF, "AccountingStoragePort"), b = port_of(c, SLURMDBD_CONF, "DbdPort");
	if (!across_dbd(c) || !a || !b || a == b || (!asked && !own))
		return;
	struct diag *d =
		finding(c, written(asked, own), "slurmctld calls slurmdbd at port %llu, and slurmdbd listens at %llu",
			(unsigned long long)a, (unsigned long long)b);
	across_note(c, d, asked ? SLURMDBD_CONF : SLURM_CONF, asked ? "DbdPort" : "AccountingStoragePort");
	if (a == port_of(c, SLURMDBD_CONF, "StoragePort"))
		diag_help(c->diags, d, "that is the database's port: write AccountingStoragePort=%llu",
			  (unsigned long long)b);
	else
		diag_help(c->diags, d, "write the same port in both, or in neither: it is 6819");
}

/* ---- dbd-port-taken: two daemons of one host */

static bool in_range(const char *range, uint64_t port)
{
	char *end;
	unsigned long long lo = strtoull(range, &end, 10), hi = lo;
	if (*end == '-')
		hi = strtoull(end + 1, NULL, 10);
	return lo <= port && port <= hi;
}

static bool runs_beside(const struct check *c, const char *host)
{
	const struct entry *asked = global(c, "AccountingStorageHost");
	return is_controller(c, host) || (dbd_is_local(host) && (!asked || dbd_is_local(asked->value)));
}

static void say_taken(struct check *c, uint64_t port, enum slurm_file file, const char *key, const char *who)
{
	const struct entry *own = dbd_key(c, "DbdPort"), *other = records_global(c->records, file, key);
	if (!own && !other)
		return;
	struct diag *d = finding(c, written(own, other),
				 "slurmdbd and %s both want port %llu of one host: one of them does not start", who,
				 (unsigned long long)port);
	across_note(c, d, own ? file : SLURMDBD_CONF, own ? key : "DbdPort");
	diag_help(c->diags, d, "give each a port of its own: 6817 slurmctld, 6818 slurmd, 6819 slurmdbd");
}

static void port_taken(struct check *c)
{
	uint64_t port = port_of(c, SLURMDBD_CONF, "DbdPort");
	const char *host = across_value(c, SLURMDBD_CONF, "DbdHost"),
		   *storage = across_value(c, SLURMDBD_CONF, "StorageHost");
	const char *ctld = across_value(c, SLURM_CONF, "SlurmctldPort");
	if (!c->files->sources[SLURMDBD_CONF] || !port || !host)
		return;
	if (port == port_of(c, SLURMDBD_CONF, "StoragePort") && storage &&
	    (dbd_is_local(storage) || dbd_same_host(storage, host)))
		say_taken(c, port, SLURMDBD_CONF, "StoragePort", "the database");
	if (dbd_and_slurm(c) && ctld && in_range(ctld, port) && runs_beside(c, host))
		say_taken(c, port, SLURM_CONF, "SlurmctldPort", "slurmctld");
}

/* ---- dbd-auth-differs */

static void same_value(struct check *c, const char *key, const char *help)
{
	const struct entry *a = global(c, key), *b = dbd_key(c, key);
	const char *slurm = across_value(c, SLURM_CONF, key), *dbd = across_value(c, SLURMDBD_CONF, key);
	if ((!a && !b) || !slurm || !dbd || text_equal_nocase(slurm, dbd))
		return;
	struct diag *d = finding(c, written(a, b),
				 "slurmctld speaks %s, and slurmdbd %s: neither understands the other", slurm, dbd);
	across_note(c, d, a ? SLURMDBD_CONF : SLURM_CONF, key);
	diag_help(c->diags, d, "%s", help);
}

static void auth_differs(struct check *c)
{
	if (!across_dbd(c))
		return;
	same_value(c, "AuthType", "write the same AuthType in both, and the same key on both hosts");
	same_value(c, "TLSType", "write the same TLSType in both");
}

/* ---- dbd-user-differs: slurmdbd hears root and its own SlurmUser ("message from invalid uid") */

static void user_differs(struct check *c)
{
	const struct entry *a = global(c, "SlurmUser"), *b = dbd_key(c, "SlurmUser");
	const char *slurm = a ? a->value : "root", *dbd = b ? b->value : "root";
	if (!across_dbd(c) || text_equal(slurm, dbd) || text_equal(slurm, "root") || is_digits(slurm) != is_digits(dbd))
		return;
	const char *heard = text_equal(dbd, "root") ? "root" : arena_printf(c->arena, "root and '%s'", dbd);
	struct diag *d =
		finding(c, written(a, b), "slurmctld runs as '%s', and slurmdbd hears %s alone: it refuses slurmctld",
			slurm, heard);
	if (b)
		across_note(c, d, SLURMDBD_CONF, "SlurmUser");
	else
		diag_note(c->diags, d, (struct span){ 0 }, "slurmdbd.conf has no SlurmUser: it is root");
	diag_help(c->diags, d, "write SlurmUser=%s in slurmdbd.conf, and give the file to it", slurm);
}

const struct rule rules_across[] = {
	{ "dbd-unused", SEVERITY_WARNING, RULE_FILES, unused },
	{ "dbd-host-differs", SEVERITY_WARNING, RULE_FILES, host_differs },
	{ "dbd-backup-differs", SEVERITY_WARNING, RULE_FILES, backup_differs },
	{ "dbd-port-differs", SEVERITY_ERROR, RULE_FILES, port_differs },
	{ "dbd-port-taken", SEVERITY_ERROR, RULE_FILES, port_taken },
	{ "dbd-auth-differs", SEVERITY_ERROR, RULE_FILES, auth_differs },
	{ "dbd-user-differs", SEVERITY_ERROR, RULE_FILES, user_differs },
	{ "dbd-file-shared", SEVERITY_WARNING, RULE_FILES, rule_dbd_file_shared },
	{ "dbd-wckeys-differ", SEVERITY_WARNING, RULE_FILES, rule_dbd_wckeys },
	{ "dbd-address-family-differs", SEVERITY_WARNING, RULE_FILES, rule_dbd_family_differs },
	{ "private-data-open", SEVERITY_WARNING, RULE_FILES, rule_private_data },
	{ "gres-not-accounted", SEVERITY_INFO, RULE_FILES, rule_gres_accounted },
	{ .name = NULL },
};
