/* lint.c: hpcc lint: everything that is wrong with specs, and nothing written. */
#include "compiler/cli/cli.h"

static int run(const struct verb *v, int argc, char **argv)
{
	struct common o = { 0 };
	const struct option_row rows[] = { COMMON_ROWS(&o), OPTION_END };
	int code;
	if (!verb_options(v, rows, &argc, argv, &code))
		return code;
	if (!argc) {
		fprintf(stderr, "hpcc lint: no file given\n");
		return EXIT_COULD_NOT;
	}
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
