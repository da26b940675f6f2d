/* lint.c: hpcc lint: everything that is wrong with specs, and nothing written. */
#include "compiler/cli/cli.h"

/* Slurm's own files together; `name` is the release. */
static int lint_slurm(const struct common *o, const char *name, int argc, char **argv)
{
	enum release release = release_parse(name);
	if (release == RELEASE_NONE) {
		fprintf(stderr, "hpcc lint: no release '%s'; hpcc knows %s to %s\n", name, release_name(0),
			release_name(RELEASE_COUNT - 1));
		return EXIT_COULD_NOT;
	}
	struct compile *c = compile_new(read_file, NULL);
	for (int i = 0; i < argc; i++)
		compile_slurm_add(c, argv[i], SLURM_FILE_COUNT);
	compile_slurm(c, release);
	compile_finish(c);
	int code = print_findings(c, o, stdout);
	compile_free(c);
	return code;
}

static int run(const struct verb *v, int argc, char **argv)
{
	struct common o = { 0 };
	const char *slurm = NULL;
	const struct option_row rows[] = { OPTION_TEXT(0, "slurm", &slurm, "RELEASE", "the files are Slurm's own, for that release"),
					   COMMON_ROWS(&o), OPTION_END };
	int code;
	if (!verb_options(v, rows, &argc, argv, &code))
		return code;
	if (!argc) {
		fprintf(stderr, "hpcc lint: no file given\n");
		return EXIT_COULD_NOT;
	}
	if (slurm)
		return lint_slurm(&o, slurm, argc, argv);
	int worst = EXIT_FINE;
	for (int i = 0; i < argc; i++) {
		struct compile *c = compile_file(v, &o, argv[i]);
		if (!c)
			return EXIT_COULD_NOT;
		code = print_findings(c, &o, stdout);
		/* "could not" (1) outweighs "found" (2): the answer is not known. */
		if (code == EXIT_COULD_NOT || worst == EXIT_FINE)
			worst = code;
		compile_free(c);
	}
	return worst;
}

const struct verb verb_lint = {
	.name = "lint",
	.usage = "SPEC...",
	.summary = "say all that is wrong with a spec",
	.text = "Each file is a spec of its own, and json says one document for each; --with lays the same overlays over each.\n"
		"Checks what every target that would be built needs.\n",
	.run = run,
};
