/* explain.c: hpcc explain: what a rule is for, from its file. */
#include <string.h>

#include "compiler/cli/cli.h"
#include "compiler/embed/embedded.h"

static size_t stem(const struct embedded *e)
{
	return strlen(e->name) - strlen(".md");
}

/* The first sentence: behind "# name", and behind a comment to the tests. */
static const char *summary(const char *text)
{
	const char *line = strchr(text, '\n');
	while (line && (*line == '\n' || strncmp(line, "<!--", 4) == 0))
		line = *line == '\n' ? line + 1 : strchr(line, '\n');
	return line;
}

static void list_all(void)
{
	for (const struct embedded *e = embedded_rules; e->name; e++) {
		const char *line = summary(e->text);
		printf("%-26.*s %.*s\n", (int)stem(e), e->name, line ? (int)strcspn(line, "\n") : 0, line ? line : "");
	}
}

static int explain(const char *rule)
{
	const char *names[512];
	size_t n = 0;
	for (const struct embedded *e = embedded_rules; e->name; e++) {
		if (strlen(rule) == stem(e) && strncmp(e->name, rule, stem(e)) == 0) {
			fwrite(e->text, 1, e->size, stdout);
			return EXIT_FINE;
		}
	}
	struct arena *a = arena_new();
	for (const struct embedded *e = embedded_rules; e->name && n < 512; e++)
		names[n++] = arena_strndup(a, e->name, stem(e));
	const char *meant = suggest(rule, names, n);
	fprintf(stderr, "hpcc explain: no rule '%s'", rule);
	if (meant)
		fprintf(stderr, "; did you mean '%s'?", meant);
	fprintf(stderr, "\nhpcc explain lists all.\n");
	arena_free(a);
	return EXIT_COULD_NOT;
}

static int run(const struct verb *v, int argc, char **argv)
{
	const struct option_row rows[] = { OPTION_END };
	int code;
	if (!verb_options(v, rows, &argc, argv, &code))
		return code;
	if (!argc)
		list_all();
	for (int i = 0; i < argc; i++) {
		code = explain(argv[i]);
		if (code != EXIT_FINE)
			return code;
	}
	return EXIT_FINE;
}

const struct verb verb_explain = {
	.name = "explain",
	.usage = "[RULE...]",
	.summary = "say what a rule is for, with a bad and a good example",
	.text = "A finding ends with its rule's name in brackets. Without a name all rules are listed.\n",
	.run = run,
};
