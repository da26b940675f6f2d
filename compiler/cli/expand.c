/* expand.c: hpcc expand: the spec with every choice made visible; the model that targets see; or tables of it. */
#include <string.h>

#include "compiler/cli/cli.h"
#include "compiler/cli/expand.h"
#include "compiler/schema/schema.h"

/* What is printed of each target's model. */
struct parts {
	bool model, flows, ports;
};

/* The targets of one platform have one table; NULL: an earlier one was printed for it. */
static const char *targets_alike(const struct compile *c, size_t i)
{
	struct text t;
	const struct platform *p = c->results.v[i].model->platform;
	text_init(&t, c->arena);
	for (size_t j = 0; j < c->results.n; j++) {
		if (c->results.v[j].model->platform != p)
			continue;
		if (j < i)
			return NULL;
		text_join(&t, 0, ", ", c->results.v[j].target->name);
	}
	return t.s;
}

static void print_tables(struct compile *c, const struct parts *p, struct text *t)
{
	for (size_t i = 0; i < c->results.n; i++) {
		const struct model *m = c->results.v[i].model;
		const char *names = targets_alike(c, i);
		if (names && p->flows)
			expand_flows(m, names, t);
		if (names && p->ports)
			expand_ports(m, names, t);
	}
}

static void print(struct compile *c, const struct parts *p, bool bare)
{
	struct text t;
	text_init(&t, c->arena);
	for (size_t i = 0; p->model && i < c->results.n; i++)
		model_print(c->results.v[i].model, &t);
	print_tables(c, p, &t);
	if (!p->model && !p->flows && !p->ports)
		schema_expand(c->spec, bare ? NULL : &c->sources, &t);
	fwrite(t.s, 1, t.n, stdout);
}

static int run(const struct verb *v, int argc, char **argv)
{
	struct common o = { 0 };
	bool bare = false;
	struct parts parts = { 0 };
	const struct option_row rows[] = {
		OPTION_FLAG(0, "bare", &bare, "without comments on where values come from"),
		OPTION_FLAG(0, "model", &parts.model, "the model that targets lay out, in JSON"),
		OPTION_FLAG(0, "flows", &parts.flows, "who dials whom, at which ports, by which way"),
		OPTION_FLAG(0, "ports", &parts.ports, "what listens at each host's address"),
		COMMON_ROWS(&o),
		OPTION_END
	};
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
	if (code == EXIT_FINE)
		print(c, &parts, bare);
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
