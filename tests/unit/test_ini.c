#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/write/ini.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS(...)   ((const char *const[]){ __VA_ARGS__, NULL })
#define GAP	     "%(here).0s"

/* "key = value" as ini_str writes it in a program's section. */
static void check(const char *key, const char *value, const char *wanted)
{
	struct arena *a = arena_new();
	struct text t;
	text_init(&t, a);
	struct ini *i = ini_open(a, &t, NULL);
	ini_section(i, "program:x");
	ini_str(i, key, value);
	assert_string_equal(t.s + strlen("[program:x]\n"), wanted);
	arena_free(a);
}

static void values(void **state)
{
	check("user", "slurm", "user = slurm\n");
	check("user", "", "user =\n");
	check("k", "100% %i %(x)s", "k = 100%% %%i %%" GAP "(x)s\n");
	check("k", "a;b#c", "k = a;b#c\n");
	check("k", "a ;b\t#c", "k = a " GAP ";b\t" GAP "#c\n");
	check("k", ";a", "k = " GAP ";a\n");
	check("k", " a ", "k = " GAP " a " GAP "\n");
	check("k", "a\n[b]\nc = d", "k = a" GAP "\n\t" GAP "[b]" GAP "\n\t" GAP "c = d\n");
	check("k", "a\r\nb\rc", "k = a" GAP "\n\t" GAP "b" GAP "\n\t" GAP "c\n");
	/* supervisor expands these twice */
	check("stdout_logfile", "/a%b", "stdout_logfile = /a%%%%b\n");
	check("stderr_logfile", "/a%b", "stderr_logfile = /a%%%%b\n");
}

static void document(void **state)
{
	struct arena *a = arena_new();
	struct text t;
	text_init(&t, a);
	struct ini *i = ini_open(a, &t, "Cluster lab.\nDo not edit.");
	ini_section(i, "supervisord");
	ini_bool(i, "nodaemon", true);
	ini_environment(i, "environment", WORDS("A"), WORDS("%"), 1);
	ini_section(i, "program:slurmd");
	ini_command(i, "command", WORDS("/usr/sbin/slurmd", "-D", "", "a b", "it's", "%i", "a ;b", "$HOME"));
	ini_environment(i, "environment", WORDS("A", "B", "C"), WORDS("b", "say \"x\" %", "d,e=f"), 3);
	ini_int(i, "priority", 10);
	ini_raw(i, "process_name", "%(program_name)s");
	assert_string_equal(t.s, "; Cluster lab.\n"
				 "; Do not edit.\n"
				 "[supervisord]\n"
				 "nodaemon = true\n"
				 "environment = A=\"%%%%\"\n"
				 "\n"
				 "[program:slurmd]\n"
				 "command = /usr/sbin/slurmd -D '' 'a b' 'it'\\''s' %%i 'a " GAP ";b' '$HOME'\n"
				 "environment = A=\"b\",B='say \"x\" %%',C=\"d,e=f\"\n"
				 "priority = 10\n"
				 "process_name = %(program_name)s\n");
	arena_free(a);
}

/* supervisor's list has no escapes: these are for env(1). */
static void variables(void **state)
{
	static const char *const good[] = { "",	     "a",     "a b", "it's", "say \"x\" twice", "a,b=c", "\\",
					    "$HOME", "%(x)s", "#",   ";" };
	static const char *const bad[] = { "'", "\"", "'a", "a\"", "\"a\"", "it's \"so\" odd" };
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(ini_takes_variable(good[i]));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(ini_takes_variable(bad[i]));

	struct arena *a = arena_new();
	struct text t;
	text_init(&t, a);
	struct ini *i = ini_open(a, &t, NULL);
	ini_program(i, WORDS("/bin/x", "y"), WORDS("A", "B"), WORDS("\"a\"", "b"), 2);
	ini_program(i, WORDS("/bin/x"), NULL, NULL, 0);
	assert_string_equal(t.s, "command = /usr/bin/env 'A=\"a\"' /bin/x y\n"
				 "environment = B=\"b\"\n"
				 "command = /bin/x\n");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		cmocka_unit_test(document),
		cmocka_unit_test(variables),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
