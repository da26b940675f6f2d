/* dbd_keys.c: rules over a slurmdbd.conf that was read. slurmdbd/read_config.c: read_slurmdbd_conf(). A slurmdbd that
 * runs reads it anew at SIGHUP, and dies of what is fatal at its start. */
#include "compiler/check/dbd.h"

#include <string.h>
#include <strings.h>

#include "compiler/slurm/value.h"

static const struct source *dbd_source(const struct check *c)
{
	return c->files->sources[SLURMDBD_CONF];
}

/* A finding about what a file has not stands at its beginning. */
static struct span whole_file(const struct source *s)
{
	return (struct span){ s->id, 0, 0 };
}

/* ---- dbd-host: "slurmdbd.conf lacks DbdHost parameter, using 'localhost'"; "This host not configured to run SlurmDBD"
 */

static void host_is_name(struct check *c, const char *key)
{
	const struct entry *e = dbd_key(c, key);
	if (!e || !dbd_is_address(e->value))
		return;
	struct diag *d =
		finding(c, e->span, "%s is the name of a host: slurmdbd compares it with its own, and never finds '%s'",
			key, e->value);
	diag_help(c->diags, d, "write what hostname prints there, and the address in %s",
		  strcmp(key, "DbdHost") == 0 ? "DbdAddr" : "DNS or /etc/hosts");
}

void rule_dbd_host(struct check *c)
{
	const struct entry *host = dbd_key(c, "DbdHost"), *backup = dbd_key(c, "DbdBackupHost");
	struct diag *d;
	if (!dbd_source(c))
		return;
	if (!host) {
		d = diag_add(c->diags, SEVERITY_WARNING, c->rule->name, whole_file(dbd_source(c)),
			     "slurmdbd.conf has no DbdHost: slurmdbd logs an error and takes localhost");
		diag_help(c->diags, d, "add DbdHost= and the name of its host");
	}
	host_is_name(c, "DbdHost");
	host_is_name(c, "DbdBackupHost");
	if (!backup)
		return;
	if (host && dbd_same_host(host->value, backup->value)) {
		d = diag_add(c->diags, SEVERITY_WARNING, c->rule->name, backup->span,
			     "the backup slurmdbd is on the host of the first: nothing takes over when it is lost");
		diag_note(c->diags, d, host->span, "DbdHost");
		diag_help(c->diags, d, "name another host, or leave DbdBackupHost out");
	} else if (!host || dbd_is_local(host->value)) {
		d = diag_add(c->diags, SEVERITY_WARNING, c->rule->name, backup->span,
			     "DbdHost is localhost: with a backup, every host takes itself for the first");
		if (host)
			diag_note(c->diags, d, host->span, "DbdHost");
		diag_help(c->diags, d, "write the first host's name as DbdHost");
	}
}

/* ---- dbd-storage: "StorageType must be specified"; "StorageType=%s is invalid in slurmdbd.conf" */

void rule_dbd_storage(struct check *c)
{
	const struct entry *type = dbd_key(c, "StorageType"), *host = dbd_key(c, "StorageHost"),
			   *backup = dbd_key(c, "StorageBackupHost");
	struct diag *d;
	if (!dbd_source(c))
		return;
	if (!type) {
		d = finding(c, whole_file(dbd_source(c)), "slurmdbd.conf has no StorageType: slurmdbd does not start");
		diag_help(c->diags, d, "add StorageType=accounting_storage/mysql");
	} else if (strcasecmp(type->value, "accounting_storage/slurmdbd") == 0) {
		d = finding(c, type->span, "slurmdbd cannot store in itself: it does not start");
		diag_help(c->diags, d,
			  "write StorageType=accounting_storage/mysql; slurm.conf has accounting_storage/slurmdbd");
	}
	if (!backup || !dbd_same_host(host ? host->value : "localhost", backup->value))
		return;
	d = diag_add(c->diags, SEVERITY_WARNING, c->rule->name, backup->span, "the backup database is the first one");
	if (host)
		diag_note(c->diags, d, host->span, "StorageHost");
	diag_help(c->diags, d, "name another host, or leave StorageBackupHost out");
}

/* ---- dbd-archive */

/* clang-format off */
static const struct { const char *archive, *purge; } kept[] = {
	{ "ArchiveEvents", "PurgeEventAfter" }, { "ArchiveJobs", "PurgeJobAfter" }, { "ArchiveResvs", "PurgeResvAfter" },
	{ "ArchiveSteps", "PurgeStepAfter" }, { "ArchiveSuspend", "PurgeSuspendAfter" }, { "ArchiveTXN", "PurgeTXNAfter" },
	{ "ArchiveUsage", "PurgeUsageAfter" },
};
/* Their older names, which do as well. */
static const char *const months[] = { "PurgeEventMonths", "PurgeJobMonths", "", "PurgeStepMonths", "PurgeSuspendMonths",
				      "PurgeTXNMonths", "PurgeUsageMonths" };
/* clang-format on */

static void archive_dir(struct check *c, const struct entry *archive)
{
	const struct entry *dir = dbd_key(c, "ArchiveDir");
	struct diag *d;
	if (dir && dir->value[0] != '/') {
		d = finding(c, dir->span,
			    "ArchiveDir is a path from the root on: slurmdbd looks for this where it happens to run");
		diag_help(c->diags, d, "write a path that begins with /");
	} else if (archive && (!dir || strcmp(dir->value, "/tmp") == 0) && !dbd_key(c, "ArchiveScript")) {
		d = finding(c, dir ? dir->span : archive->key_span,
			    "what slurmdbd removes from the database it archives in /tmp, which is emptied when the "
			    "host boots");
		diag_help(c->diags, d,
			  "add ArchiveDir= and a folder that SlurmUser may write to and that is backed up");
	}
}

void rule_dbd_archive(struct check *c)
{
	const struct entry *archived = NULL;
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		const struct entry *e = dbd_key(c, kept[i].archive);
		if (!says_yes(e))
			continue;
		if (dbd_key(c, kept[i].purge) || (*months[i] && dbd_key(c, months[i])) ||
		    (i == 1 && dbd_key(c, "JobPurge")) || (i == 3 && dbd_key(c, "StepPurge"))) {
			archived = archived ? archived : e;
			continue;
		}
		struct diag *d =
			finding(c, e->key_span, "%s archives nothing without %s: only what is removed is archived",
				kept[i].archive, kept[i].purge);
		diag_help(c->diags, d, "add %s=24months, or leave it out", kept[i].purge);
	}
	archive_dir(c, archived);
}

/* ---- dbd-timeout: "MessageTimeout is too high for effective fault-tolerance" */

enum { MESSAGE_TIMEOUT_MAX = 100 };

void rule_dbd_timeout(struct check *c)
{
	const struct entry *e = dbd_key(c, "MessageTimeout");
	uint64_t n;
	if (!e || !slurm_number(e->value, &n) || n <= MESSAGE_TIMEOUT_MAX)
		return;
	struct diag *d = finding(c, e->span,
				 "slurmdbd warns of a MessageTimeout above %d seconds: a lost host is noticed too late",
				 MESSAGE_TIMEOUT_MAX);
	diag_help(c->diags, d, "write %d at most", MESSAGE_TIMEOUT_MAX);
}

/* ---- dbd-address-family: "Both IPv4 and IPv6 support disabled, cannot communicate" */

void rule_dbd_address_family(struct check *c)
{
	const struct entry *e = dbd_key(c, "CommunicationParameters");
	if (!e || !holds_word(e->value, "DisableIPv4") || holds_word(e->value, "EnableIPv6"))
		return;
	struct diag *d = finding(
		c, e->span, "DisableIPv4 without EnableIPv6 leaves no way to communicate: slurmdbd does not start");
	diag_help(c->diags, d, "add EnableIPv6");
}

/* ---- dbd-user-number: "slurmdbd.conf not owned by SlurmUser slurm!=64030" */

void rule_dbd_user_number(struct check *c)
{
	const struct entry *e = dbd_key(c, "SlurmUser");
	if (!e || !release_compares_user_names(c->records->release) || !*e->value ||
	    strspn(e->value, "0123456789") != strlen(e->value))
		return;
	struct diag *d =
		finding(c, e->span,
			"slurmdbd %s compares this with the name of its file's owner: it does not start with a number",
			release_name(c->records->release));
	diag_help(c->diags, d, "write the user's name");
}
