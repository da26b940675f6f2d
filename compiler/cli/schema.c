/* schema.c: hpcc schema: the language, for editors and for people. */
#include "compiler/schema/schema.h"

#include "compiler/cli/cli.h"

static int run(const struct verb *v, int argc, char **argv)
{
	bool markdown = false, keys = false;
	const struct option_row rows[] = { OPTION_FLAG(0, "markdown", &markdown, "the tables of SPEC.md instead"),
					   OPTION_FLAG(0, "keys", &keys, NULL), OPTION_END };
	int code;
	if (!verb_options(v, rows, &argc, argv, &code))
		return code;
	struct arena *a = arena_new();
	struct text t;
	text_init(&t, a);
	if (keys)
		schema_keys(&spec_shape, &t);
	else if (markdown)
		schema_reference(&spec_shape, &t);
	else
		schema_json(&spec_shape, &t);
	fwrite(t.s, 1, t.n, stdout);
	arena_free(a);
	return EXIT_FINE;
}

const struct verb verb_schema = {
	.name = "schema",
	.usage = "",
	.summary = "print a JSON Schema of the language, for editors",
	.text = "Put it into a file and name that in the spec's first line:\n"
		"  # yaml-language-server: $schema=hpcc.schema.json\n",
	.run = run,
};
