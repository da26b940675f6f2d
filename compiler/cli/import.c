/* import.c: hpcc import: a spec of the files that Slurm has already. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "compiler/cli/slurm_args.h"
#include "compiler/import/import.h"

/* Without --force, never over a file that is there. */
static int save_text(const char *path, const char *text, bool force)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (force ? O_TRUNC : O_EXCL), 0666);
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!f) {
		fprintf(stderr, "hpcc import: cannot make '%s': %s%s\n", path, strerror(errno),
			errno == EEXIST ? "; --force writes over it" : "");
		return EXIT_COULD_NOT;
	}
	fputs(text, f);
	if (fclose(f) != 0) {
		fprintf(stderr, "hpcc import: cannot write '%s': %s\n", path, strerror(errno));
		return EXIT_COULD_NOT;
	}
	return EXIT_FINE;
}

static int worse(int a, int b)
{
	return a == EXIT_COULD_NOT || b == EXIT_FINE ? a : b;
}

/* What is wrong in the spec as findings of the import, so that a document has all of it. */
static void join_findings(struct compile *c, const struct compile *spec)
{
	for (size_t i = 0; i < spec->diags.list.n; i++) {
		const struct diag *d = spec->diags.list.v[i];
		const struct source *s = source_of(&spec->sources, d->span);
		if (d->severity != SEVERITY_ERROR)
			continue;
		struct diag *joined =
			diag_error(&c->diags, d->rule, (struct span){ 0 }, "%s:%u: %s", s ? s->name : "the spec",
				   s ? (unsigned)source_position(s, d->span.start).line : 0, d->message);
		if (d->help)
			diag_help(&c->diags, joined, "%s", d->help);
	}
}

static int write_spec(struct compile *c, const struct common *o, const char *version, const char *path, bool force)
{
	struct imported made;
	import_spec(c, version, path ? path : "spec.yaml", &made);
	compile_finish(c);
	compile_finish(made.spec);
	bool document = beside_findings(o) != stdout;
	/* Of the spec only what keeps it from being built: the rest is said when it is linted. */
	if (document)
		join_findings(c, made.spec);
	int code = print_findings(c, o, stderr);
	if (made.spec->diags.errors && !document)
		code = worse(print_findings(made.spec, o, stderr), code);
	int saved = EXIT_FINE;
	if (path)
		saved = save_text(path, made.text, force);
	else
		fputs(made.text, stdout);
	compile_free(made.spec);
	return worse(saved, code);
}

static void say_no_release(const char *version)
{
	if (version)
		fprintf(stderr, "hpcc import: no release '%s'; hpcc knows %s to %s\n", version, release_name(0),
			release_name(RELEASE_COUNT - 1));
	else
		fprintf(stderr,
			"hpcc import: which release of Slurm? Say --slurm, as in --slurm 24.11; slurmctld -V tells\n");
}

static int run(const struct verb *v, int argc, char **argv)
{
	struct common o = { 0 };
	const char *version = NULL, *path = NULL;
	bool force = false;
	const struct option_row rows[] = {
		OPTION_TEXT(0, "slurm", &version, "RELEASE", "the release of Slurm that the files are for"),
		OPTION_TEXT('o', "output", &path, "FILE", "write FILE, which must not exist"),
		OPTION_FLAG('f', "force", &force, "write over FILE; import what Slurm itself would refuse"),
		FINDING_ROWS(&o), OPTION_END
	};
	int code;
	if (!verb_options(v, rows, &argc, argv, &code))
		return code;
	if (!options_sane(v, &o))
		return EXIT_COULD_NOT;
	if (!argc) {
		fprintf(stderr, "hpcc import: no file given\n");
		return EXIT_COULD_NOT;
	}
	struct compile *c = compile_new(read_file, NULL);
	bool fine = true;
	for (int i = 0; i < argc && fine; i++)
		fine = slurm_take(c, "import", argv[i]);
	/* Without any file it is no use to ask for a release. */
	if (!fine || !c->slurm.n) {
		compile_finish(c);
		code = fine ? print_findings(c, &o, stderr) : EXIT_COULD_NOT;
		compile_free(c);
		return code;
	}
	/* It comes first. (compile_slurm.c: insert()) */
	if (c->slurm.v[0].file != SLURM_CONF) {
		fprintf(stderr, "hpcc import: a cluster is in slurm.conf, and '%s' is %s: give both\n",
			c->slurm.v[0].source->name, slurm_file_name(c->slurm.v[0].file));
		compile_free(c);
		return EXIT_COULD_NOT;
	}
	enum release release = version ? release_parse(version) : compile_captured_release(c);
	if (release == RELEASE_NONE) {
		say_no_release(version);
		compile_free(c);
		return EXIT_COULD_NOT;
	}
	version = version ? version : release_name(release);
	import_add_beside(c);
	compile_slurm(c, release);
	if (c->diags.errors && !force) {
		compile_finish(c);
		code = print_findings(c, &o, stderr);
		fprintf(stderr,
			"hpcc import: nothing is imported while there are errors; --force imports what can be read\n");
	} else {
		code = write_spec(c, &o, version, path, force);
	}
	compile_free(c);
	return code;
}

const struct verb verb_import = {
	.name = "import",
	.usage = "FILE...",
	.summary = "write a spec of the files that Slurm has already",
	.text = "A folder gives all of Slurm's files that are in it; slurm.conf=FILE is for a file that is called "
		"otherwise.\n"
		"Takes what 'scontrol show config', 'show node', 'show partition' and 'slurmd -C' printed as well.\n"
		"Give slurm.conf, and slurmdbd.conf if there is one; gres.conf, cgroup.conf, topology.conf and the "
		"like are taken\n"
		"from beside slurm.conf. What cannot be carried over is listed, in the head of the spec too; passwords "
		"are\n"
		"never carried over. The spec goes to standard output without -o.\n",
	.run = run,
};
