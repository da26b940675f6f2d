/* across_keys.c: keys that stand in slurm.conf and in slurmdbd.conf, and mean something together. */
#include "compiler/check/across.h"

#include <string.h>
#include <strings.h>

#include "compiler/slurm/value.h"

/* ---- dbd-file-shared: a log or a pid file of two daemons. Paths with % are of each node. */

static void shared(struct check *c, const char *own_key, const char *const *keys, size_t n, const char *what)
{
	const struct entry *own = dbd_key(c, own_key);
	const char *path = across_value(c, SLURMDBD_CONF, own_key);
	for (size_t i = 0; path && *path && i < n; i++) {
		const struct entry *e = global(c, keys[i]);
		const char *other = across_value(c, SLURM_CONF, keys[i]);
		if ((!own && !e) || !other || strcmp(path, other) != 0)
			continue;
		struct diag *d =
			finding(c, own ? own->span : e->span, "slurmdbd and another daemon have one %s: %s", what,
				strcmp(own_key, "PidFile") == 0
					? "the second to start on this host stops, or is not found again"
					: "on one host their lines mix, and logrotate tells one of them alone");
		across_note(c, d, own ? SLURM_CONF : SLURMDBD_CONF, own ? keys[i] : own_key);
		diag_help(c->diags, d, "name each after its daemon: slurmdbd.%s",
			  strcmp(own_key, "PidFile") == 0 ? "pid" : "log");
	}
}

void rule_dbd_file_shared(struct check *c)
{
	static const char *const logs[] = { "SlurmctldLogFile", "SlurmdLogFile" }, *const pids[] = { "SlurmctldPidFile",
												     "SlurmdPidFile" };
	if (!dbd_and_slurm(c))
		return;
	shared(c, "LogFile", logs, 2, "log file");
	shared(c, "PidFile", pids, 2, "pid file");
}

/* ---- dbd-wckeys-differ: slurmdbd.conf(5): TrackWCKey must be set in both */

void rule_dbd_wckeys(struct check *c)
{
	const struct entry *a = global(c, "TrackWCKey"), *b = dbd_key(c, "TrackWCKey");
	if (!across_dbd(c) || says_yes(a) == says_yes(b))
		return;
	const struct entry *yes = says_yes(a) ? a : b;
	struct diag *d = finding(c, yes->span, "TrackWCKey is yes here and not in %s: usage by wckey is not kept",
				 yes == a ? "slurmdbd.conf" : "slurm.conf");
	across_note(c, d, yes == a ? SLURMDBD_CONF : SLURM_CONF, "TrackWCKey");
	diag_help(c->diags, d, "write TrackWCKey=yes in both, or leave it out of both");
}

/* ---- dbd-address-family-differs */

static bool has_family(const struct check *c, enum slurm_file file, bool six)
{
	const struct entry *e = records_global(c->records, file, "CommunicationParameters");
	const char *words = e ? e->value : NULL;
	return six ? holds_word(words, "EnableIPv6") : !holds_word(words, "DisableIPv4");
}

void rule_dbd_family_differs(struct check *c)
{
	bool met = false;
	for (int six = 0; six < 2; six++)
		met = met || (has_family(c, SLURM_CONF, six) && has_family(c, SLURMDBD_CONF, six));
	const struct entry *a = global(c, "CommunicationParameters"), *b = dbd_key(c, "CommunicationParameters");
	if (!across_dbd(c) || met || (!a && !b))
		return;
	struct diag *d = finding(
		c, a ? a->span : b->span,
		"slurmctld and slurmdbd have no address family in common: IPv4 is off in one, IPv6 in the other");
	across_note(c, d, a ? SLURMDBD_CONF : SLURM_CONF, "CommunicationParameters");
	diag_help(c->diags, d, "write EnableIPv6 and DisableIPv4 alike in both");
}

/* ---- private-data-open: slurmctld and slurmdbd each hide what they are asked for themselves (slurm.conf(5),
 * PrivateData) */

void rule_private_data(struct check *c)
{
	static const char *const words[] = { "accounts", "jobs", "usage", "users", "reservations" };
	const struct entry *a = global(c, "PrivateData"), *b = dbd_key(c, "PrivateData");
	if (!across_dbd(c) || !a || (b && holds_word(b->value, "all")))
		return;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if ((!holds_word(a->value, words[i]) && !holds_word(a->value, "all")) ||
		    (b && holds_word(b->value, words[i])))
			continue;
		struct diag *d = finding(
			c, a->span,
			"slurmctld keeps %s private, and slurmdbd shows them to everybody: sacct and sacctmgr ask it",
			words[i]);
		if (b)
			diag_note(c->diags, d, b->span, "PrivateData of slurmdbd.conf");
		diag_help(c->diags, d, "add PrivateData=%s to slurmdbd.conf as well", a->value);
		return;
	}
}

/* ---- gres-not-accounted */

static bool is_type(const struct map *types, const char *gres)
{
	return map_find(types, gres) != NULL;
}

/* "gres/gpu:a100" is of type gpu. */
static void tres_without_type(struct check *c, const struct entry *tres, const char *types, const struct entry *e)
{
	struct map known;
	map_init(&known, c->arena);
	for (const char *s = types; *s; s += strcspn(s, ",")) {
		s += strspn(s, ", ");
		map_set(&known, in_lower_case(c->arena, arena_strndup(c->arena, s, strcspn(s, ",= "))), NULL);
	}
	for (const char *s = tres->value; *s;) {
		s += strspn(s, ", ");
		size_t n = strcspn(s, ",");
		if (n > 5 && strncasecmp(s, "gres/", 5) == 0) {
			const char *name = arena_strndup(c->arena, s + 5, strcspn(s + 5, ":, "));
			if (!is_type(&known, in_lower_case(c->arena, name))) {
				struct diag *d = diag_add(
					c->diags, SEVERITY_WARNING, c->rule->name, tres->span,
					"gres '%s' is accounted, and GresTypes has no such: nothing is counted", name);
				if (e)
					diag_note(c->diags, d, e->span, "GresTypes");
				diag_help(c->diags, d, "add it to GresTypes, or leave gres/%s out", name);
			}
		}
		s += n;
	}
}

void rule_gres_accounted(struct check *c)
{
	const struct entry *tres = global(c, "AccountingStorageTRES"), *types = global(c, "GresTypes"),
			   *store = global(c, "AccountingStorageType");
	if (!c->files->sources[SLURM_CONF] || !store || strcasecmp(store->value, "accounting_storage/slurmdbd") != 0)
		return;
	if (tres)
		tres_without_type(c, tres, types ? types->value : "", types);
	if (!types || !holds_word(types->value, "gpu") || !nodes_have_gres(c, "gpu") ||
	    (tres && strstr(tres->value, "gres/gpu")))
		return;
	struct diag *d =
		finding(c, types->span, "GPUs are not accounted: no limit, report or fair share knows of them");
	if (tres)
		diag_note(c->diags, d, tres->span, "what is accounted");
	diag_help(c->diags, d, "write AccountingStorageTRES=gres/gpu%s%s", tres ? "," : "", tres ? tres->value : "");
}
