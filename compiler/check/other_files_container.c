/* other_files_container.c: job_container.conf. (plugins/namespace/tmpfs, once job_container/tmpfs: read_jcconf.c) */
#include "compiler/check/other_files.h"

#include <string.h>

/* What changed with a release. */
static const struct container_release {
	enum release first;
	bool needs_path;  /* a node without BasePath stops slurmd; else it is left alone */
	bool refuses_tmp; /* a BasePath below /tmp or /dev/shm does; else one that holds one of Dirs */
} releases[] = {
	{ RELEASE_22_05, true, true },
	{ RELEASE_23_02, true, false },
	{ RELEASE_23_11, false, false },
};

static const struct container_release *rules_of(enum release r)
{
	const struct container_release *now = &releases[0];
	for (size_t i = 1; i < sizeof(releases) / sizeof(releases[0]) && releases[i].first <= r; i++)
		now = &releases[i];
	return now;
}

static struct diag *stops(struct check *c, struct span at, const char *what)
{
	return diag_add(c->diags, SEVERITY_ERROR, c->rule->name, at, "%s", what);
}

static struct diag *odd(struct check *c, struct span at, const char *what)
{
	return diag_add(c->diags, SEVERITY_WARNING, c->rule->name, at, "%s", what);
}

/* init_slurm_jc_conf(): an element of Dirs that begins with BasePath, byte for byte. */
static void inside_dirs(struct check *c, const struct record *rec, const struct entry *path)
{
	const struct entry *dirs = record_find(rec, "Dirs");
	if (!dirs)
		dirs = records_global(c->records, JOB_CONTAINER_CONF, "Dirs");
	const struct fact *f = fact_find(JOB_CONTAINER_CONF, SECTION_GLOBAL, "Dirs");
	const char *value = dirs ? dirs->value : f ? fact_default(f, c->records->release) : NULL;
	for (const char *s = value; s && *s;) {
		size_t n = strcspn(s, ",");
		if (n >= strlen(path->value) && strncmp(s, path->value, strlen(path->value)) == 0) {
			struct diag *d =
				odd(c, path->span,
				      arena_printf(c->arena,
						   "BasePath %s holds %.*s, which each job gets anew: slurmd stops, "
						   "unless it was built to run several on a host",
						   path->value, (int)n, s));
			if (dirs)
				diag_note(c->diags, d, dirs->span, "Dirs is %s by this", dirs->value);
			else
				diag_note(c->diags, d, (struct span){ 0 }, "Dirs is %s when nothing is said", value);
			diag_help(c->diags, d, "take a folder elsewhere: BasePath=/var/spool/slurm-tmp");
			return;
		}
		s += n + (s[n] == ',');
	}
}

static void check_path(struct check *c, const struct record *rec, const struct entry *path)
{
	const char *s = path->value;
	if (text_equal_nocase(s, "none"))
		return;
	if (*s != '/') {
		diag_help(c->diags,
			  odd(c, path->span, "BasePath is no absolute path: slurmd looks for it where it was started"),
			  "begin it with /");
		return;
	}
	if (!rules_of(c->records->release)->refuses_tmp)
		inside_dirs(c, rec, path);
	else if (text_starts(s, "/tmp") || text_starts(s, "/dev/shm"))
		diag_help(c->diags,
			  stops(c, path->span,
				"BasePath cannot lie in /tmp or /dev/shm, which each job gets anew: slurmd stops"),
			  "take a folder elsewhere: BasePath=/var/spool/slurm-tmp");
}

static void add_unknown(void *ctx, const struct hostpiece *piece)
{
	if (!piece->known)
		hostlist_add_run(ctx, &piece->run);
}

/* Nodes without a line of theirs: before 23.11 their slurmd stops. */
static void nodes_left_out(struct check *c)
{
	struct hostindex *in = hostindex_new(c->arena);
	struct hostlist out;
	const struct record *rec, *last = NULL;
	struct hostlist_error e;
	hostlist_init(&out, c->arena);
	for (size_t i = 0; (rec = records_next(c->records, JOB_CONTAINER_CONF, SECTION_CONTAINER, &i)); last = rec) {
		const char *nodes = record_value(rec, "NodeName");
		struct hostlist *names = ARENA_NEW(c->arena, struct hostlist);
		if (!nodes || !hostlist_parse(c->arena, nodes, names, &e))
			return; /* a line for all */
		hostindex_add(in, names, 0);
	}
	hostindex_build(in, NULL, NULL);
	for (size_t i = 0; last && (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		struct hostlist *names = ARENA_NEW(c->arena, struct hostlist);
		if (hostlist_parse(c->arena, rec->entries.v[0].value, names, &e))
			hostindex_cover(in, names, add_unknown, &out);
	}
	if (out.count)
		diag_help(
			c->diags,
			stops(c, last->span,
			      arena_printf(c->arena, "%s have no line here: their slurmd stops", nodes_said(c, &out))),
			"add a line for them, or one without NodeName");
}

void rule_base_path(struct check *c)
{
	const struct record *rec;
	const struct entry *first = NULL;
	size_t lines = 0;
	for (size_t i = 0; (rec = records_next(c->records, JOB_CONTAINER_CONF, SECTION_CONTAINER, &i)); lines++) {
		const struct entry *path = record_find(rec, "BasePath"), *nodes = record_find(rec, "NodeName");
		if (!path) {
			diag_help(
				c->diags, stops(c, rec->span, "the line has no BasePath: slurmd of these nodes stops"),
				"add BasePath=/a/folder, or BasePath=none where jobs shall get no folder of their own");
			continue;
		}
		check_path(c, rec, path);
		if (!nodes && first) {
			struct diag *d = odd(c, path->span, "a second BasePath for all nodes: slurmd takes this one");
			diag_note(c->diags, d, first->span, "the first is here");
			diag_help(c->diags, d, "keep one of the two, or begin the lines with NodeName=");
		}
		first = nodes ? first : path;
	}
	if (lines && rules_of(c->records->release)->needs_path)
		nodes_left_out(c);
	if (lines || !c->files->sources[JOB_CONTAINER_CONF] || !c->records->files[JOB_CONTAINER_CONF].n)
		return;
	struct span at = c->records->files[JOB_CONTAINER_CONF].v[0]->span;
	if (rules_of(c->records->release)->needs_path)
		diag_help(c->diags, stops(c, at, "the file has no BasePath: slurmd stops"), "add BasePath=/a/folder");
	else
		diag_help(c->diags, odd(c, at, "the file has no BasePath: no job gets folders of its own"),
			  "add BasePath=/a/folder");
}
