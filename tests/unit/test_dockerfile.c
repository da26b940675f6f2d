#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/base/list.h"
#include "compiler/write/dockerfile.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS(...)   ((const char *const[]){ __VA_ARGS__, NULL })

static void instructions(void **state)
{
	struct arena *a = arena_new();
	struct text t;
	text_init(&t, a);
	dockerfile_comment(&t, "Image of lab.\nDo not edit.");
	dockerfile_from(&t, "debian:trixie-slim", "build");
	dockerfile_workdir(&t, "/usr/src");
	dockerfile_run(&t, WORDS("/bin/sh", "-c", "echo \"$HOME\" 'x' \\\n\t<<EOF"));
	dockerfile_from(&t, "debian@sha256:00", NULL);
	dockerfile_comment(&t, "a=b");
	dockerfile_copy(&t, NULL, WORDS("a b", "c$d"), "/usr/lib/");
	dockerfile_copy(&t, "build", WORDS("/usr/src/x"), "/usr/bin/\"x\"");
	dockerfile_env(&t, "A", "$HOME ${X:-y} \\ \" ' #");
	dockerfile_env(&t, "EMPTY", "");
	dockerfile_label(&t, "org.hpcc.cluster", "lab");
	dockerfile_expose(&t, 22);
	assert_string_equal(t.s, "# Image of lab.\n"
				 "# Do not edit.\n"
				 "FROM debian:trixie-slim AS build\n"
				 "WORKDIR \"/usr/src\"\n"
				 "RUN [\"/bin/sh\", \"-c\", \"echo \\\"$HOME\\\" 'x' \\\\\\n\\t<<EOF\"]\n"
				 "FROM debian@sha256:00\n"
				 "# a=b\n"
				 "COPY [\"a b\", \"c\\\\$d\", \"/usr/lib/\"]\n"
				 "COPY --from=build [\"/usr/src/x\", \"/usr/bin/\\\\\\\"x\\\\\\\"\"]\n"
				 "ENV A=\"\\$HOME \\${X:-y} \\\\ \\\" ' #\"\n"
				 "ENV EMPTY=\"\"\n"
				 "LABEL org.hpcc.cluster=\"lab\"\n"
				 "EXPOSE 22\n");
	arena_free(a);
}

/* A directive would change what a backslash means in all that follows. */
static void no_directive(void **state)
{
	struct arena *a = arena_new();
	struct text t;
	text_init(&t, a);
	dockerfile_comment(&t, "escape=`\rsyntax=x");
	assert_string_equal(t.s, "#\n# escape=`\n# syntax=x\n");
	arena_free(a);
}

/* What shell/lex.go makes of a word in double quotes in which no variable is set; the line ends where it closes. */
static const char *unquoted(struct arena *a, const char *s)
{
	struct text t;
	text_init(&t, a);
	assert_true(*s++ == '"');
	for (; *s != '"'; s++) {
		assert_true(*s && *s != '$' && *s != '\n');
		if (*s == '\\' && strchr("\"$\\", s[1]))
			s++;
		text_addc(&t, *s);
	}
	assert_string_equal(s, "\"\n");
	return t.s;
}

static void values(void **state)
{
	static const char *const hostile[] = { "$HOME", "${X:-y}", "$(id)", "a\\",   "\\",     "\\\\",	"\\n",
					       "\"",	"'",	   "\\\"",  "\\$",   "$$",     "a # b", " a ",
					       "",	"a\tb",	   "a\\ ",  "a=b",   "<<EOF",  "%i",	"{{x}}",
					       "é",	"a\rb",	   "\r",    "--x=y", "[\"a\"]" };
	for (size_t i = 0; i < COUNT(hostile); i++) {
		struct arena *a = arena_new();
		struct text t;
		text_init(&t, a);
		dockerfile_env(&t, "A", hostile[i]);
		assert_true(text_starts(t.s, "ENV A="));
		assert_string_equal(unquoted(a, t.s + strlen("ENV A=")), hostile[i]);
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instructions),
		cmocka_unit_test(no_directive),
		cmocka_unit_test(values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
