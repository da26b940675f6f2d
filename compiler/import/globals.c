/* globals.c: the global keys of slurm.conf, cgroup.conf and mpi.conf. */
#include "compiler/import/within.h"

#include <string.h>
#include <strings.h>

#include "compiler/slurm/value.h"

#define PATH(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const char *global(const struct import *im, enum slurm_file file, const char *key)
{
	const struct entry *e = records_global(im->records, file, key);
	return e ? e->value : NULL;
}

static const char *as_written(struct import *im, const struct entry *e)
{
	return arena_printf(im->arena, "%s=%s", e->old ? e->old->key : e->fact->key, e->value);
}

/* ---- keys that are said otherwise */

static void drop_secret(struct import *im, const struct entry *e)
{
	struct diag *d = import_dropped(im, e->span, e->fact->key, "a password has no place in a spec");
	diag_help(im->diags, d,
		  "put it where its reader looks for it once the cluster is built: hpcc makes the ones that it needs "
		  "itself");
}

/* MpiDefault=pmix_v4, and MpiParams with more words than the ports. */
static void set_mpi(struct import *im, const struct entry *e)
{
	struct mpi *mpi;
	if (strcasecmp(e->value, "none") == 0 || strcasecmp(e->value, "mpi/none") == 0)
		return;
	mpi = import_body(im, PATH("mpi"));
	const char *name = strrchr(e->value, '/') ? strrchr(e->value, '/') + 1 : e->value;
	if (strncasecmp(name, "pmix", 4) == 0)
		mpi->launcher = "pmix";
	else if (strcasecmp(name, "pmi2") == 0)
		mpi->launcher = "pmi2";
	else
		import_dropped(im, e->span, as_written(im, e), "mpi.launcher is pmix, pmi2 or none");
	if (mpi->launcher && strcasecmp(name, mpi->launcher) != 0)
		import_changed(im, e->span, "MpiDefault=%s becomes mpi.launcher: pmix, Slurm's newest PMIx plugin",
			       e->value);
}

static void set_mpi_params(struct import *im, const struct entry *e)
{
	struct texts words;
	struct entry rest = *e;
	import_words(im, e->value, &words);
	rest.value = "";
	for (size_t i = 0; i < words.n; i++) {
		struct entry one = *e;
		one.value = words.v[i];
		if (strncasecmp(one.value, "ports=", 6) != 0 || import_global(im, &one) != IMPORT_DONE)
			rest.value = *rest.value ? arena_printf(im->arena, "%s,%s", rest.value, one.value) : one.value;
	}
	if (*rest.value)
		import_option(im, &((struct slurm *)import_body(im, PATH("slurm")))->options, e->fact, rest.value);
}

/* SlurmctldPort=6820-6829: the spec has one port, and takes the first of them. */
static void set_port(struct import *im, const struct entry *e)
{
	struct entry first = *e;
	size_t n = strspn(e->value, "0123456789");
	if (import_global(im, e) == IMPORT_DONE)
		return;
	first.value = arena_strndup(im->arena, e->value, n);
	if (e->value[n] == '-' && import_global(im, &first) == IMPORT_DONE)
		import_dropped(im, e->span, as_written(im, e), "%s is one port, and becomes the first, %s",
			       import_row_name(im, e->fact), first.value);
	else
		import_dropped(im, e->span, as_written(im, e), "%s cannot say it", import_row_name(im, e->fact));
}

/* Slurm lower-cases it (read_config.c: _validate_and_set_defaults(), ClusterName). */
static void set_cluster(struct import *im, const struct entry *e)
{
	struct entry lowered = *e;
	lowered.value = import_lower(im->arena, e->value);
	if (import_global(im, &lowered) == IMPORT_DONE)
		return;
	import_dropped(im, e->span, as_written(im, e), "a cluster's name is lower-case letters, digits, - and _");
}

static void ignore(struct import *im, const struct entry *e)
{
}

/* hpcc's own, as its scripts and the packages' units need it. */
static void hpccs_own(struct import *im, const struct entry *e)
{
}

/* cred/munge goes with auth/munge. */
static void drop_cred(struct import *im, const struct entry *e)
{
	const struct entry *auth = records_global(im->records, SLURM_CONF, "AuthType");
	const char *kind = strrchr(e->value, '/') ? strrchr(e->value, '/') + 1 : e->value;
	const char *wanted = auth && strrchr(auth->value, '/') ? strrchr(auth->value, '/') + 1 : "munge";
	if (strcasecmp(kind, wanted) != 0)
		import_dropped(im, e->span, as_written(im, e), "hpcc writes cred/%s, which goes with auth/%s", wanted,
			       wanted);
}

/* The path of plugstack.conf is hpcc's choice, where it makes the file. */
static void set_plugstack(struct import *im, const struct entry *e)
{
	if (!import_says_spank(im))
		import_option(im, &((struct slurm *)import_body(im, PATH("slurm")))->options, e->fact, e->value);
}

static const struct {
	const char *key;
	void (*set)(struct import *im, const struct entry *e);
} specials[] = {
	{ "ClusterName", set_cluster },
	{ "SlurmctldPort", set_port },
	{ "SlurmctldHost", ignore }, /* services.c */
	{ "ControlMachine", ignore },
	{ "ControlAddr", ignore },
	{ "BackupController", ignore },
	{ "BackupAddr", ignore },
	{ "AccountingStorageType", ignore }, /* accounting.c */
	{ "AccountingStorageHost", ignore },
	{ "AccountingStoragePort", ignore },
	{ "GresTypes", ignore }, /* follows from the nodes' gres */
	{ "MpiDefault", set_mpi },
	{ "MpiParams", set_mpi_params },
	{ "PlugStackConfig", set_plugstack },
	{ "CredType", drop_cred },
	{ "CryptoType", drop_cred },
	{ "SlurmUser", hpccs_own }, /* agree.c says so where it differs */
	{ "SlurmctldPidFile", hpccs_own },
	{ "SlurmdPidFile", hpccs_own },
};

bool import_special(struct import *im, const struct entry *e)
{
	if (fact_is_secret(e->fact->key)) {
		drop_secret(im, e);
		return true;
	}
	for (size_t i = 0; e->fact->file == SLURM_CONF && i < sizeof(specials) / sizeof(specials[0]); i++)
		if (strcasecmp(specials[i].key, e->fact->key) == 0) {
			specials[i].set(im, e);
			return true;
		}
	return false;
}

/* ---- keys that the release has no longer */

/* KeepAliveTime=60 is CommunicationParameters=keepalivetime=60 now. */
static bool renamed_to_word(struct import *im, const struct entry *e, struct options *o)
{
	const struct fact *now = fact_find(e->fact->file, e->fact->section, e->fact->renamed);
	const char *word = e->fact->renamed_word;
	bool on;
	if (!now || !fact_known(now, im->release) || import_owned(im, now->file, now->section, now->key))
		return false;
	if (e->fact->type == FACT_BOOL) {
		if (slurm_bool(e->value, &on) && !on)
			return true;
	} else if (strcasecmp(e->fact->key, "KeepAliveTime") == 0) {
		word = arena_printf(im->arena, "%s=%s", word, e->value);
	} else {
		return false;
	}
	for (size_t i = 0; i < o->n; i++)
		if (strcasecmp(o->v[i].key, now->key) == 0) {
			o->v[i].value = arena_printf(im->arena, "%s,%s", o->v[i].value, word);
			o->v[i].is_list = true;
			return true;
		}
	import_option(im, o, now, word);
	return true;
}

/* Whether the key means anything in that release; if not, it is said. */
static bool alive(struct import *im, const struct entry *e, struct options *o)
{
	const struct fact *f = e->fact;
	if (f->renamed_word && o) {
		if (renamed_to_word(im, e, o)) {
			import_changed(im, e->key_span, "%s is the word '%s' of %s now", f->key, f->renamed_word,
				       f->renamed);
			return false;
		}
	}
	if (f->renamed_word && fact_refused_or_defunct(f, im->release)) {
		import_dropped(im, e->key_span, as_written(im, e), "the word '%s' of %s stands for it", f->renamed_word,
			       f->renamed);
		return false;
	}
	if (fact_gone(f, im->release)) {
		import_dropped(im, e->key_span, as_written(im, e), "Slurm %s does nothing with it",
			       release_name(im->release));
		return false;
	}
	return true;
}

static void add_entry(struct import *im, const struct entry *e, struct options *o)
{
	if (import_special(im, e) || !alive(im, e, o))
		return;
	switch (import_global(im, e)) {
	case IMPORT_DONE:
		return;
	case IMPORT_UNSAYABLE:
		if (!import_is_default(im, e->fact, e->value))
			import_dropped(im, e->span, as_written(im, e), "%s cannot say it",
				       import_row_name(im, e->fact));
		return;
	case IMPORT_NO_ROW:
		break;
	}
	if (import_owned(im, e->fact->file, e->fact->section, e->fact->key))
		return;
	if (record_value_unwritable(e->value))
		import_dropped(im, e->span, as_written(im, e), "no file of Slurm's that is written can hold it");
	else if (*e->value)
		import_option(im, o, e->fact, e->value);
}

static void add_file(struct import *im, enum slurm_file file, struct options *o)
{
	for (size_t i = 0; i < im->records->globals[file].n; i++) {
		const struct record *rec = im->records->globals[file].v[i];
		if (rec->entries.n && rec->section == SECTION_GLOBAL)
			add_entry(im, &rec->entries.v[0], o);
	}
}

void import_globals(struct import *im)
{
	struct slurm *s = import_body(im, PATH("slurm"));
	struct options mpi = { 0 };
	add_file(im, SLURM_CONF, &s->options);
	add_file(im, CGROUP_CONF, &s->cgroup);
	add_file(im, MPI_CONF, &mpi);
	if (mpi.n)
		((struct mpi *)import_body(im, PATH("mpi")))->options = mpi;
	/* The body has another launcher by itself than Slurm has. */
	if (im->spec->mpi && !im->spec->mpi->launcher)
		im->spec->mpi->launcher = "none";
}

/* ---- slurm.constrain */

static bool has_word(struct import *im, const char *list, const char *word)
{
	struct texts words;
	import_words(im, list ? list : "", &words);
	for (size_t i = 0; i < words.n; i++) {
		const char *slash = strrchr(words.v[i], '/');
		if (strcasecmp(slash ? slash + 1 : words.v[i], word) == 0)
			return true;
	}
	return false;
}

/* task/cgroup holds what cgroup.conf says; without it nothing is held. */
void import_constrain(struct import *im)
{
	static const struct {
		const char *word, *key;
		bool usual;
	} rows[] = {
		{ "cores", "ConstrainCores", true },
		{ "memory", "ConstrainRAMSpace", true },
		{ "swap", "ConstrainSwapSpace", false },
		{ "devices", "ConstrainDevices", true },
	};
	struct texts held = { .given = true };
	bool cgroups = has_word(im, global(im, SLURM_CONF, "TaskPlugin"), "cgroup"), usual = true, said = false;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *value = global(im, CGROUP_CONF, rows[i].key);
		bool on = false;
		said = said || value;
		on = cgroups && value && slurm_bool(value, &on) && on;
		if (on)
			*list_push(im->arena, &held) = rows[i].word;
		usual = usual && on == rows[i].usual;
	}
	if (!held.n)
		*list_push(im->arena, &held) = "none";
	struct slurm *slurm = import_body(im, PATH("slurm"));
	if (usual)
		return;
	slurm->constrain = held;
	im->notes.constrain = said ? NULL : &slurm->constrain;
}
