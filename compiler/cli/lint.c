/* lint.c: hpcc lint: everything that is wrong with specs, or with Slurm's own files, and nothing written. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "compiler/cli/lint.h"

/* Specs are linted one by one, Slurm's files together: which of the two a call is for, the names say. */
struct kinds {
	const char *spec, *slurm; /* the first of each */
};

static struct kinds kinds_of(int argc, char **argv)
{
	struct kinds k = { 0 };
	for (int i = argc - 1; i >= 0; i--)
		*(args_is_slurm(argv[i]) ? &k.slurm : &k.spec) = argv[i];
	return k;
}

/* KEY=VALUE where YAML should be: of what that is wrong with as YAML nobody wants to hear. */
static bool said_keys(const struct compile *c, const char *path)
{
	const struct source *s = c->sources.list.n ? c->sources.list.v[0] : NULL;
	if (!c->diags.errors || args_is_spec(path) || !s || !slurm_keys_begin(s))
		return false;
	fprintf(stderr,
		"hpcc lint: '%s' is no spec but KEY=VALUE, as Slurm's files are: say which of them it is: "
		"slurm.conf=%s\n"
		"(a file that slurm.conf includes is read with slurm.conf)\n",
		path, path);
	return true;
}

static int specs(const struct verb *v, const struct common *o, int argc, char **argv)
{
	int worst = EXIT_FINE;
	for (int i = 0; i < argc; i++) {
		struct compile *c = compile_file(v, o, argv[i]);
		if (!c)
			return EXIT_COULD_NOT;
		int code = said_keys(c, argv[i]) ? EXIT_COULD_NOT : print_findings(c, o, stdout);
		/* "could not" (1) outweighs "found" (2): the answer is not known. */
		if (code == EXIT_COULD_NOT || worst == EXIT_FINE)
			worst = code;
		compile_free(c);
	}
	return worst;
}

/* An option for the other kind of files. */
static bool misplaced(const char *option, const char *file, bool is_slurm)
{
	fprintf(stderr, "hpcc lint: %s is for %s, and '%s' is %s\n", option, is_slurm ? "specs" : "Slurm's own files",
		file, is_slurm ? "one of Slurm's files" : "a spec");
	return false;
}

static bool options_make_sense(const struct common *o, const struct lint_slurm *s, struct kinds k)
{
	/* What is called like neither may be what slurmd -C printed: its text tells. */
	if (k.slurm && k.spec && strcmp(k.spec, "-") != 0 && access(k.spec, F_OK) != 0) {
		fprintf(stderr, "hpcc lint: cannot read '%s': %s\n", k.spec, strerror(errno));
		return false;
	}
	if (k.slurm && k.spec && !s->release && (args_is_spec(k.spec) || strcmp(k.spec, "-") == 0)) {
		fprintf(stderr,
			"hpcc lint: '%s' is one of Slurm's files and '%s' a spec: lint them in two calls\n"
			"(slurm.conf=%s says that it is Slurm's)\n",
			k.slurm, k.spec, k.spec);
		return false;
	}
	if (!k.slurm && s->target)
		return misplaced("--target-slurm", k.spec, false);
	if (!k.slurm && s->root)
		return misplaced("--root", k.spec, false);
	if (!k.slurm && s->release && args_is_spec(k.spec))
		return misplaced("--slurm", k.spec, false);
	if ((k.slurm || s->release) && o->with.n)
		return misplaced("--with", k.slurm ? k.slurm : k.spec, true);
	if ((k.slurm || s->release) && o->target.n)
		return misplaced("--target", k.slurm ? k.slurm : k.spec, true);
	return true;
}

static int run(const struct verb *v, int argc, char **argv)
{
	struct common o = { 0 };
	struct lint_slurm s = { 0 };
	const struct option_row rows[] = {
		OPTION_TEXT(0, "slurm", &s.release, "RELEASE", "the release that Slurm's own files are for"),
		OPTION_TEXT(0, "target-slurm", &s.target, "RELEASE", "say what an upgrade to that release will meet"),
		OPTION_TEXT(0, "root", &s.root, "DIR", "the file tree of their machine: / for this one"),
		COMMON_ROWS(&o),
		OPTION_END,
	};
	int code;
	if (!verb_options(v, rows, &argc, argv, &code))
		return code;
	if (!argc) {
		fprintf(stderr, "hpcc lint: no file given\n");
		return EXIT_COULD_NOT;
	}
	struct kinds k = kinds_of(argc, argv);
	if (!options_sane(v, &o) || !options_make_sense(&o, &s, k))
		return EXIT_COULD_NOT;
	return k.slurm || s.release ? lint_slurm(&s, &o, argc, argv) : specs(v, &o, argc, argv);
}

const struct verb verb_lint = {
	.name = "lint",
	.usage = "FILE...",
	.summary = "say all that is wrong with a spec, or with Slurm's own files",
	.text = "Each spec stands alone, and json says one document for each; --with lays the same overlays over "
		"each.\n"
		"Checks what every target that would be built needs.\n"
		"\n"
		"Slurm's own files are read together, as Slurm reads them: slurm.conf, gres.conf, cgroup.conf, "
		"slurmdbd.conf,\n"
		"topology.conf and the others, by their names. NAME=FILE says which one FILE is (slurm.conf=new.txt,\n"
		"gres.conf=-); of a folder all are taken. Without --slurm the releases that they fit are found and "
		"printed.\n"
		"\n"
		"Findings go to stderr as text, to stdout as json and github. The releases that fit, and why others do "
		"not, go "
		"to\n"
		"the other of the two.\n",
	.run = run,
};
