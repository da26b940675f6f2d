/* expand.c: hpcc expand: the spec with every choice made visible; or the model that targets see. */
#include <string.h>

#include "compiler/cli/cli.h"
#include "compiler/schema/schema.h"

static int print_model(struct compile *c)
{
	struct text t;
	text_init(&t, c->arena);
	for (size_t i = 0; i < c->results.n; i++)
		model_print(c->results.v[i].model, &t);
	fwrite(t.s, 1, t.n, stdout);
	return EXIT_FINE;
}

static int run(const struct verb *v, int argc, char **argv)
{
	struct common o = { 0 };
	bool bare = false, model = false;
	const struct option_row rows[] = { OPTION_FLAG(0, "bare", &bare, "without comments on where values come from"),
					   OPTION_FLAG(0, "model", &model, "the model that targets lay out, in JSON"),
					   COMMON_ROWS(&o), OPTION_END };
	int code;
	if (!verb_options(v, rows, &argc, argv, &code))
		return code;
	if (argc != 1) {
		fprintf(stderr, "hpcc expand: one spec is wanted\n");
		return EXIT_COULD_NOT;
	}
	struct compile *c = compile_file(v, &o, argv[0]);
	if (!c)
		return EXIT_COULD_NOT;
	code = print_findings(c, &o, stderr);
	if (code == EXIT_FINE && model) {
		code = print_model(c);
	} else if (code == EXIT_FINE) {
		struct text t;
		text_init(&t, c->arena);
		schema_expand(c->spec, bare ? NULL : &c->sources, &t);
		fwrite(t.s, 1, t.n, stdout);
	}
	compile_free(c);
	return code;
}

const struct verb verb_expand = {
	.name = "expand",
	.usage = "SPEC",
	.summary = "print the spec with every default and derived value written out",
	.text = "Each line says where its value comes from. The text is a spec itself, and builds the same files.\n"
		"Findings go to standard error in every format.\n",
	.run = run,
};
