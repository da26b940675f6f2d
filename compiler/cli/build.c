/* build.c: hpcc build: the files of every target, saved whole or not at all. */
#include <errno.h>
#include <string.h>

#include "compiler/cli/cli.h"
#include "compiler/cli/save.h"

struct building {
	struct common common;
	const char *out;
	bool check, force;
};

static void list_paths(FILE *to, const char *what, const char *out, const char *target, const struct save_paths *p)
{
	for (size_t i = 0; i < p->n; i++)
		fprintf(to, "%s %s/%s/%s\n", what, out, target, p->v[i]);
}

/* What was done, in a line; what would be, file by file. */
static void say(const struct building *b, const char *target, const struct save_report *r)
{
	FILE *to = beside_findings(&b->common);
	if (r->completed && !b->common.quiet)
		fprintf(to, "%s/%s: completed a build that had been ended in the middle\n", b->out, target);
	if (b->check) {
		if (r->unfinished)
			fprintf(to, "%s/%s: a build was ended in the middle; build again to complete it\n", b->out, target);
		list_paths(to, "would add   ", b->out, target, &r->added);
		list_paths(to, "would change", b->out, target, &r->changed);
		list_paths(to, "would remove", b->out, target, &r->removed);
		list_paths(to, "would refuse, as it was changed by hand:", b->out, target, &r->edited);
		return;
	}
	if (b->common.quiet)
		return;
	size_t total = r->added.n + r->changed.n + r->kept.n;
	fprintf(to, "%s/%s: %zu file%s: %zu new, %zu changed, %zu removed, %zu as they were\n", b->out, target, total,
	       total == 1 ? "" : "s", r->added.n, r->changed.n, r->removed.n, r->kept.n);
	list_paths(to, "beside it, not proved by hpcc:", b->out, target, &r->overlays);
}

static int save_one(const struct building *b, struct compile *c, const struct result *result)
{
	struct save_report report = { 0 };
	const char *target = result->target->name;
	unsigned flags = (b->check ? SAVE_CHECK : 0) | (b->force ? SAVE_FORCE : 0);
	switch (save_output(c->arena, b->out, target, &result->output, result->target->overlays, flags, &report)) {
	case SAVE_DONE:
		say(b, target, &report);
		return EXIT_FINE;
	case SAVE_DIFFERS:
		say(b, target, &report);
		return EXIT_FOUND;
	case SAVE_REFUSED:
		fprintf(stderr, "hpcc build: nothing of target %s is written: these were changed by hand, or are not hpcc's:\n",
			target);
		list_paths(stderr, " ", b->out, target, &report.edited);
		fprintf(stderr, "help: carry the changes over to the spec, or give --force to overwrite them\n");
		return EXIT_FOUND;
	case SAVE_FAILED:
		break;
	}
	fprintf(stderr, "hpcc build: cannot write target %s: %s\n", target, report.error);
	return EXIT_COULD_NOT;
}

static int run(const struct verb *v, int argc, char **argv)
{
	struct building b = { .out = "out" };
	const struct option_row rows[] = { OPTION_TEXT('o', "output", &b.out, "DIR", "write below DIR (default: out)"),
					   OPTION_FLAG(0, "check", &b.check, "write nothing; say what differs, exit 2 if anything"),
					   OPTION_FLAG(0, "force", &b.force, "overwrite files that were changed by hand"),
					   COMMON_ROWS(&b.common), OPTION_END };
	int code;
	if (!verb_options(v, rows, &argc, argv, &code))
		return code;
	if (argc != 1) {
		fprintf(stderr, "hpcc build: %s\n", argc ? "one spec is wanted; lay others over it by --with" : "no spec given");
		return EXIT_COULD_NOT;
	}
	struct compile *c = compile_file(v, &b.common, argv[0]);
	if (!c)
		return EXIT_COULD_NOT;
	code = print_findings(c, &b.common, stdout);
	if (code == EXIT_FINE && !c->results.n) {
		fprintf(stderr, "hpcc build: no target: name one by --target, or under 'targets' in the spec\n");
		code = EXIT_COULD_NOT;
	}
	if (code == EXIT_FINE && compile_emit(c))
		for (size_t i = 0; i < c->results.n; i++) {
			int one = save_one(&b, c, &c->results.v[i]);
			if (one == EXIT_COULD_NOT || code == EXIT_FINE)
				code = one;
		}
	compile_free(c);
	return code;
}

const struct verb verb_build = {
	.name = "build",
	.usage = "SPEC",
	.summary = "write every file that a target needs to DIR/TARGET/",
	.text = "Nothing is written while the spec has errors. A file that somebody changed by hand is never overwritten\n"
		"unless forced. DIR/TARGET/state/ is never touched.\n",
	.run = run,
};
