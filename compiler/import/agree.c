/*
 * agree.c: what hpcc would choose otherwise than the files have it.
 *
 * hpcc writes keys that nobody asked for: what fits most clusters. A cluster that exists has its own, be it Slurm's
 * default, and the spec of it says so. The records that the spec makes are compared with those that came in; what
 * differs goes into `options`, and what cannot is said.
 */
#include "compiler/import/within.h"

#include <string.h>
#include <strings.h>

#define PATH(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Keys that are compared in another form, or that are each cluster's own. */
static const struct {
	enum slurm_file file;
	const char *key;
	bool own; /* hpcc's, which the packages' units and the scripts need: said where it differs */
} passed[] = {
	{ SLURM_CONF, "SlurmctldHost", false },		{ SLURM_CONF, "GresTypes", false },
	{ SLURM_CONF, "AccountingStorageHost", false }, { SLURM_CONF, "SlurmUser", true },
	{ SLURM_CONF, "SlurmctldPidFile", true },	{ SLURM_CONF, "SlurmdPidFile", true },
	{ SLURM_CONF, "PlugStackConfig", false }, /* spank.c */
	{ CGROUP_CONF, "ConstrainCores", false }, /* slurm.constrain, with TaskPlugin */
	{ CGROUP_CONF, "ConstrainRAMSpace", false },	{ CGROUP_CONF, "ConstrainSwapSpace", false },
	{ CGROUP_CONF, "ConstrainDevices", false },
};

/* Paths that a file does not name are hpcc's to choose. Without a log file Slurm writes to syslog, which is no path. */
static const char *const hpccs_paths[] = { "StateSaveLocation", "SlurmdSpoolDir", "SlurmctldPidFile",
					   "SlurmdPidFile",	"SlurmUser",	  NULL };

/* Words for "none" where no release has them as a default. */
static const struct {
	const char *key, *none;
} nones[] = {
	{ "TaskPlugin", "task/none" },
	{ "JobAcctGatherType", "jobacct_gather/none" },
	{ "MpiDefault", "none" },
	{ "AccountingStorageType", "accounting_storage/none" },
};

static bool is_hpccs_path(const char *key)
{
	for (const char *const *k = hpccs_paths; *k; k++)
		if (strcasecmp(*k, key) == 0)
			return true;
	return false;
}

/* 0: it is compared; 1: not; 2: it is said. */
static int is_passed(const struct fact *f)
{
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		if (passed[i].file == f->file && strcasecmp(passed[i].key, f->key) == 0)
			return passed[i].own ? 2 : 1;
	return 0;
}

/* select_cons_tres.c: select_p_node_init(): without a word it takes cores and memory, in every release. */
static const char *select_default(const struct import *im)
{
	const struct entry *e = records_global(im->records, SLURM_CONF, "SelectType");
	const char *kind =
		e ? e->value : fact_default(fact_find(SLURM_CONF, SECTION_GLOBAL, "SelectType"), im->release);
	return kind && strstr(kind, "cons_") ? "CR_Core_Memory" : NULL;
}

/* What holds when a key is absent. */
static const char *absent(const struct import *im, const struct fact *f)
{
	const char *def = fact_default(f, im->release);
	if (!def && f->file == SLURM_CONF && strcasecmp(f->key, "SelectTypeParameters") == 0)
		return select_default(im);
	for (size_t i = 0; !def && i < sizeof(nones) / sizeof(nones[0]); i++)
		if (strcasecmp(nones[i].key, f->key) == 0)
			return nones[i].none;
	return def;
}

/* Without cgroup.conf, and with nothing that uses cgroups, what hpcc writes there has no effect. */
static bool uses_cgroups(struct import *im)
{
	static const char *const keys[] = { "ProctrackType", "TaskPlugin", "JobAcctGatherType" };
	if (im->records->globals[CGROUP_CONF].n)
		return true;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct entry *e = records_global(im->records, SLURM_CONF, keys[i]);
		const char *value = e ? e->value : absent(im, fact_find(SLURM_CONF, SECTION_GLOBAL, keys[i]));
		if (value && strstr(value, "cgroup"))
			return true;
	}
	return false;
}

/* Why hpcc writes what nobody asked for, where the key does not say it. */
static const struct {
	const char *key, *why;
} reasons[] = {
	{ "SlurmdParameters", ": slurmds that share a host each find all of its hardware" },
	{ "SlurmctldLogFile", ": without it Slurm writes to syslog" },
	{ "SlurmdLogFile", ": without it Slurm writes to syslog" },
};

static const char *reason(const char *key)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcasecmp(reasons[i].key, key) == 0)
			return reasons[i].why;
	return "";
}

struct agreement {
	struct import *im;
	const struct records *made;
	bool last;
};

/* Whether the import said something of a line by itself. */
static bool is_said(const struct agreement *x, const struct entry *was)
{
	const struct diags *d = x->im->diags;
	for (size_t i = 0; i < d->list.n; i++) {
		const struct span s = d->list.v[i]->span;
		if (text_starts(d->list.v[i]->rule, "import-") && s.source == was->span.source &&
		    (s.start == was->span.start || s.start == was->key_span.start))
			return true;
	}
	return false;
}

static void say(struct agreement *x, const struct fact *f, const struct entry *was, const struct entry *is)
{
	if (!x->last || (was && is_said(x, was)))
		return;
	struct span at = was ? (was->old ? was->key_span : was->span) : (struct span){ 0 };
	const char *mine = is ? is->value : absent(x->im, f);
	if (was)
		import_changed(x->im, at, "%s=%s becomes %s%s", f->key, was->value, is ? "" : "Slurm's default ",
			       mine ? mine : "nothing");
	else
		import_changed(x->im, at, "%s, which the files do not set, becomes %s%s", f->key,
			       mine ? mine : "nothing", reason(f->key));
}

/* Whether hpcc's own list has all words of an option already: it joins, and changes nothing. */
static bool is_part(struct import *im, const struct fact *f, const char *whole, const char *option)
{
	struct texts words, all;
	if (f->type != FACT_WORDS && f->type != FACT_PLUGINS && f->type != FACT_LIST)
		return false;
	import_words(im, option, &words);
	import_words(im, whole, &all);
	for (size_t i = 0; i < words.n; i++) {
		bool found = false;
		for (size_t j = 0; j < all.n && !found; j++)
			found = import_same(im, f, words.v[i], all.v[j]);
		if (!found)
			return false;
	}
	return true;
}

/* Whether both mean the same to Slurm. NULL: the key is absent, and has no default. */
static bool agrees(struct import *im, const struct fact *f, const char *wanted, const char *given)
{
	/* Where no release has a plugin by default, "none" is as if nothing stood there. */
	if (wanted && !given && f->type == FACT_PLUGIN && !f->n_defaults)
		return strcasecmp(wanted, "none") == 0 || text_ends(wanted, "/none");
	if (!wanted || !given)
		return wanted == given;
	/* A number of SlurmctldDebug is a word now. */
	const char *a = import_global_text(im, f, wanted), *b = import_global_text(im, f, given);
	return import_same(im, f, wanted, given) || (a && b && strcmp(a, b) == 0);
}

static const struct option *option_of(const struct options *o, const struct fact *f)
{
	for (size_t i = 0; i < o->n; i++)
		if (strcasecmp(o->v[i].key, f->key) == 0)
			return &o->v[i];
	return NULL;
}

/* The last option is the site's own word, and goes before those that are Slurm's. */
static void place_own(struct import *im, struct options *o)
{
	size_t *own = o == im->notes.options ? &im->notes.own_options : &im->notes.own_cgroup;
	struct option last = o->v[o->n - 1];
	for (size_t i = o->n - 1; i > *own; i--)
		o->v[i] = o->v[i - 1];
	o->v[(*own)++] = last;
}

/* One key: as the files have it, and as it comes out. */
static void settle(struct agreement *x, const struct fact *f, const struct entry *was, const struct entry *is)
{
	struct import *im = x->im;
	const char *wanted = was ? was->value : absent(im, f), *given = is ? is->value : absent(im, f);
	int pass = is_passed(f);
	if (pass == 1 || (f->file == CGROUP_CONF && !was && !uses_cgroups(im)) || (!was && is_hpccs_path(f->key)) ||
	    agrees(im, f, wanted, given))
		return;
	struct slurm *s = import_body(im, PATH("slurm"));
	struct options *o = f->file == CGROUP_CONF ? &s->cgroup : &s->options;
	const struct option *there = option_of(o, f);
	/* What import made of an old key. */
	if (there && is && import_same(im, f, there->value, is->value))
		return;
	bool joins = is && wanted && is_part(im, f, is->value, wanted);
	if (x->last || pass || there || joins || !wanted || !*wanted ||
	    import_owned(im, f->file, SECTION_GLOBAL, f->key)) {
		say(x, f, was, is);
		return;
	}
	/* The two are one number to Slurm (slurm_conf.def_mem_per_cpu), and hpcc writes neither beside DefMemPerNode:
	 * so even what scontrol shows stays as it was. */
	if (strcasecmp(f->key, "DefMemPerCPU") == 0 && !was)
		f = fact_find(SLURM_CONF, SECTION_GLOBAL, "DefMemPerNode");
	import_option(im, o, f, wanted);
	if (was)
		place_own(im, o);
}

static void settle_file(struct agreement *x, enum slurm_file file)
{
	const struct records *from = x->im->records;
	for (size_t i = 0; i < x->made->globals[file].n; i++) {
		const struct record *rec = x->made->globals[file].v[i];
		if (!rec->entries.n || rec->include)
			continue;
		const struct entry *is = &rec->entries.v[0];
		settle(x, is->fact, records_global(from, file, is->fact->key), is);
	}
	/* What is said, and did not arrive. */
	for (size_t i = 0; x->last && i < from->globals[file].n; i++) {
		const struct record *rec = from->globals[file].v[i];
		if (!rec->entries.n || rec->entries.v[0].fact->renamed)
			continue;
		const struct entry *was = &rec->entries.v[0];
		if (!records_global(x->made, file, was->fact->key))
			settle(x, was->fact, was, NULL);
	}
}

/* Whether a value is Slurm's default, in whatever release: no plugin, where there is none by default. */
static bool is_always_default(struct import *im, const struct fact *f, const char *value)
{
	if (f->type == FACT_PLUGIN && !f->n_defaults)
		return text_ends(value, "/none");
	return f->n_defaults == 1 && import_is_default(im, f, value);
}

/* Options that hpcc, or Slurm, has anyway say nothing. */
static void drop_needless(struct import *im, const struct records *made, enum slurm_file file, struct options *o)
{
	size_t kept = 0;
	for (size_t i = 0; i < o->n; i++) {
		const struct entry *e = records_global(made, file, o->v[i].key);
		const struct fact *f = fact_find(file, SECTION_GLOBAL, o->v[i].key);
		const char *value = o->v[i].value;
		bool needless = e ? import_same(im, f, e->value, value) || is_part(im, f, e->value, value)
				  : is_always_default(im, f, value);
		if (!needless)
			o->v[kept++] = o->v[i];
	}
	o->n = kept;
	o->given = kept > 0;
}

void import_needless(struct import *im, const struct records *made)
{
	struct slurm *s = import_body(im, PATH("slurm"));
	drop_needless(im, made, SLURM_CONF, &s->options);
	drop_needless(im, made, CGROUP_CONF, &s->cgroup);
}

void import_agree(struct import *im, const struct records *made, bool last)
{
	struct agreement x = { im, made, last };
	settle_file(&x, SLURM_CONF);
	settle_file(&x, CGROUP_CONF);
}
