/*
 * The hostlists as a filter, for tests/judge/hostlists.sh. A line in, a line out:
 *
 *	expand EXPRESSION	the names, with blanks between them, or `error START END MESSAGE`
 *	fold NAME...		the folded form that every release of Slurm reads
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/hostlist/hostlist.h"

static void expand(struct arena *a, const char *expression)
{
	struct hostlist h;
	struct hostlist_error error;
	if (!hostlist_parse(a, expression, &h, &error)) {
		printf("error %zu %zu %s\n", error.start, error.end, error.message);
		return;
	}
	struct hostwalk w;
	hostwalk_start(&w, &h);
	for (const char *name, *blank = ""; (name = hostwalk_next(&w)); blank = " ")
		printf("%s%s", blank, name);
	putchar('\n');
}

static void fold(struct arena *a, char *names)
{
	struct hostlist h;
	struct text t;
	hostlist_init(&h, a);
	char *rest = NULL;
	for (char *name = strtok_r(names, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
		hostlist_add_name(&h, name);
	text_init(&t, a);
	hostlist_print(&h, false, &t);
	puts(t.s);
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;
	for (ssize_t n; (n = getline(&line, &size, stdin)) > 0;) {
		line[strcspn(line, "\n")] = '\0';
		struct arena *a = arena_new();
		if (strncmp(line, "expand ", 7) == 0)
			expand(a, line + 7);
		else if (strncmp(line, "fold ", 5) == 0)
			fold(a, line + 5);
		else
			puts("error: want `expand EXPRESSION` or `fold NAME...`");
		arena_free(a);
	}
	free(line);
	return 0;
}
