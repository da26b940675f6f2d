/* main.c: hpcc: which verb it is. */
#include <string.h>

#include "compiler/cli/cli.h"

const struct verb *const verbs[] = { &verb_build,   &verb_lint,	  &verb_expand, &verb_explain,
				     &verb_schema, &verb_init, &verb_import, NULL };

static void usage(FILE *out)
{
	fprintf(out, "hpcc compiles one description of an HPC cluster into everything that the cluster needs to run.\n\n"
		     "Usage: hpcc VERB ...\n\n");
	for (size_t i = 0; verbs[i]; i++)
		fprintf(out, "  %-8s %-12s %s\n", verbs[i]->name, verbs[i]->usage, verbs[i]->summary);
	fprintf(out, "\nTargets:\n");
	for (size_t i = 0; targets[i]; i++)
		fprintf(out, "  %-21s %s\n", targets[i]->name, targets[i]->summary);
	fprintf(out, "\nhpcc VERB --help says more. Exit codes: 0 fine, 1 could not, 2 errors or differences found.\n");
}

bool verb_options(const struct verb *v, const struct option_row *rows, int *argc, char **argv, int *ret_exit)
{
	for (int i = 0; i < *argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			printf("Usage: hpcc %s%s%s%s\n\n%s.\n%s", v->name,
			       rows->kind == OPTION_IS_END ? "" : " [OPTIONS]", *v->usage ? " " : "", v->usage,
			       v->summary, v->text);
			options_help(rows);
			*ret_exit = EXIT_FINE;
			return false;
		}
	*ret_exit = EXIT_COULD_NOT;
	return options_parse(rows, v->name, argc, argv);
}

/* What was printed to stdout must have arrived: a full disk is not success. */
static int flushed(int code)
{
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "hpcc: cannot write to standard output\n");
		return EXIT_COULD_NOT;
	}
	return code;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return EXIT_COULD_NOT;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		usage(stdout);
		return flushed(EXIT_FINE);
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("hpcc %s\n", HPCC_VERSION);
		return flushed(EXIT_FINE);
	}
	const char *names[16];
	size_t n = 0;
	for (; verbs[n]; n++) {
		names[n] = verbs[n]->name;
		if (strcmp(argv[1], verbs[n]->name) == 0)
			return flushed(verbs[n]->run(verbs[n], argc - 2, argv + 2));
	}
	const char *meant = suggest(argv[1], names, n);
	fprintf(stderr, "hpcc: no verb '%s'", argv[1]);
	if (meant)
		fprintf(stderr, "; did you mean '%s'?", meant);
	fprintf(stderr, "\nhpcc --help lists the verbs.\n");
	return EXIT_COULD_NOT;
}
