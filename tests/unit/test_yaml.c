#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <yaml.h>

#include "compiler/write/yaml.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What some reader, or some writer, has been known to stumble over. */
static const char *const hostile[] = { "$HOME",
				       "${X:-y}",
				       "$$",
				       "$",
				       "$(id)",
				       "%i",
				       "%(x)s",
				       "{{x}}",
				       "#",
				       "a # b",
				       "a\\",
				       "\\n",
				       "\"",
				       "'",
				       "it's \"so\"",
				       "",
				       " lead",
				       "trail ",
				       "- x",
				       "x: y",
				       "x:",
				       "? x",
				       "a?b",
				       "a:b",
				       "a, b",
				       "[a]",
				       "...",
				       "... x",
				       "---",
				       "<<",
				       "*a",
				       "&a",
				       "!a",
				       "|",
				       ">",
				       "%YAML 1.1",
				       "@x",
				       "`id`",
				       "a\tb",
				       "\ta",
				       "a\x1b"
				       "b",
				       "a\rb",
				       "a\nb",
				       "a\nb\n",
				       "a\n\n\n",
				       " a\nb",
				       "a \nb ",
				       "#!/bin/sh\nexec \"$@\" # so\n",
				       "\n",
				       "é✓",
				       "\U0001F600",
				       "a\xc2\x85"
				       "b",
				       "a\u2028b",
				       "\ufeffa" };

static void starts(yaml_parser_t *p, const struct text *t)
{
	assert_true(yaml_parser_initialize(p));
	yaml_parser_set_input_string(p, (const unsigned char *)t->s, t->n);
}

/* The next scalar of the document. */
static void check_scalar(yaml_parser_t *p, const char *wanted)
{
	yaml_event_t e;
	for (;;) {
		if (!yaml_parser_parse(p, &e))
			fail_msg("'%s' cannot be read: %s", wanted, p->problem);
		assert_int_not_equal(e.type, YAML_STREAM_END_EVENT);
		if (e.type == YAML_SCALAR_EVENT)
			break;
		yaml_event_delete(&e);
	}
	assert_string_equal((const char *)e.data.scalar.value, wanted);
	assert_int_equal(e.data.scalar.length, strlen(wanted));
	yaml_event_delete(&e);
}

/* As value, as key, in a list; in blocks and in flow. */
static void round_trip(void **state)
{
	for (size_t i = 0; i < COUNT(hostile); i++) {
		struct arena *a = arena_new();
		struct text t;
		yaml_parser_t p;
		const char *s = hostile[i];
		text_init(&t, a);
		struct yaml *y = y_open(a, &t, s);
		y_str(y, s, s);
		y_seq(y, "list");
		y_str(y, NULL, s);
		y_end(y);
		y_flow(y);
		y_map(y, "flow");
		y_str(y, s, s);
		y_seq(y, "list");
		y_str(y, NULL, s);
		y_str(y, NULL, "after");
		y_end(y);
		y_end(y);
		y_str(y, "last", s);
		y_close(y);
		starts(&p, &t);
		const char *const wanted[] = { s, s, "list", s, "flow", s, s, "list", s, "after", "last", s };
		for (size_t k = 0; k < COUNT(wanted); k++)
			check_scalar(&p, wanted[k]);
		yaml_parser_delete(&p);
		arena_free(a);
	}
}

/* As compose-go's template.go reads a value: `$$` is a dollar, and no other may be left. */
static const char *expanded(struct arena *a, const char *s)
{
	struct text t;
	text_init(&t, a);
	for (; *s; s++) {
		if (*s == '$')
			assert_true(*++s == '$');
		text_addc(&t, *s);
	}
	return t.s;
}

static void compose(void **state)
{
	for (size_t i = 0; i < COUNT(hostile); i++) {
		struct arena *a = arena_new();
		struct text t;
		yaml_parser_t p;
		yaml_event_t e;
		text_init(&t, a);
		struct yaml *y = y_open_carrier(a, &t, NULL, CARRIER_COMPOSE);
		y_str(y, hostile[i], hostile[i]);
		y_raw(y, "raw", hostile[i]);
		y_close(y);
		starts(&p, &t);
		check_scalar(&p, hostile[i]); /* compose expands no keys */
		assert_true(yaml_parser_parse(&p, &e) && e.type == YAML_SCALAR_EVENT);
		assert_string_equal(expanded(a, (const char *)e.data.scalar.value), hostile[i]);
		yaml_event_delete(&e);
		check_scalar(&p, "raw");
		check_scalar(&p, hostile[i]);
		yaml_parser_delete(&p);
		arena_free(a);
	}
}

static void document(void **state)
{
	struct arena *a = arena_new();
	struct text t;
	text_init(&t, a);
	struct yaml *y = y_open_carrier(a, &t, "Cluster lab.\n\nDo not edit.", CARRIER_COMPOSE);
	y_anchor(y, "service");
	y_map(y, "x-service");
	y_bool(y, "init", true);
	y_str(y, "stop_grace_period", "30s");
	y_flow(y);
	y_seq(y, "entrypoint");
	y_str(y, NULL, "/bin/bash");
	y_str(y, NULL, "$0");
	y_end(y);
	y_end(y);
	y_anchor(y, "names");
	y_seq(y, "x-names");
	y_str(y, NULL, "a");
	y_end(y);
	y_anchor(y, "none");
	y_empty_map(y, "x-none");
	y_map(y, "services");
	y_map(y, "c1");
	y_merge(y, "service");
	y_flow(y);
	y_map(y, "networks");
	y_map(y, "cluster");
	y_raw(y, "ipv4_address", "${HPCC_NET:-10.83}.1.1");
	y_end(y);
	y_end(y);
	y_seq(y, "ports");
	y_str(y, NULL, "2222:22");
	y_str(y, NULL, "127.0.0.1:2222:22");
	y_end(y);
	y_alias(y, "secrets", "names");
	y_int(y, "cpus", 2);
	y_end(y);
	y_alias(y, "c2", "none");
	y_end(y);
	y_close(y);
	assert_string_equal(t.s, "# Cluster lab.\n"
				 "#\n"
				 "# Do not edit.\n"
				 "x-service: &service\n"
				 "  init: true\n"
				 "  stop_grace_period: 30s\n"
				 "  entrypoint: [/bin/bash, $$0]\n"
				 "x-names: &names\n"
				 "- a\n"
				 "x-none: &none {}\n"
				 "services:\n"
				 "  c1:\n"
				 "    <<: *service\n"
				 "    networks: {cluster: {ipv4_address: \"${HPCC_NET:-10.83}.1.1\"}}\n"
				 "    ports:\n"
				 "    - \"2222:22\"\n"
				 "    - \"127.0.0.1:2222:22\"\n"
				 "    secrets: *names\n"
				 "    cpus: 2\n"
				 "  c2: *none\n");
	arena_free(a);
}

static void plain(void **state)
{
	static const char *const good[] = {
		"a",	"c1",	  "/bin/bash", "a b",	 "a:b",	     "a#b",   "json-file",
		"512m", "30s",	  "x.y",       "./a",	 "..",	     "a=b",   "it's",
		"one",	"number", "nullable",  "falsey", "hpcc/lab", "$HOME", "10.83.0.0/16"
	};
	static const char *const bad[] = {
		"",
		"y",
		"N",
		"Yes",
		"no",
		"on",
		"OFF",
		"True",
		"null",
		"~",
		"NULL",
		".nan",
		".Inf",
		"+.inf",
		"=",
		"<<",
		"1",
		"1.10",
		"010",
		"0o17",
		"0x1F",
		"0b11",
		"1_000",
		"12e03",
		"1e3",
		"+5",
		".5",
		"-1",
		"2222:22",
		"1:2:3",
		"24.11",
		"190:20:30.15",
		"...",
		"---",
		"... x",
		"- a",
		"? a",
		"a: b",
		"a:",
		"a #b",
		" a",
		"a ",
		"a, b",
		"[a]",
		"{a",
		"&a",
		"*a",
		"!a",
		"|",
		">",
		"%a",
		"@a",
		"`a`",
		"'a'",
		"\"a\"",
		"a\\b",
		"é",
		"a\nb",
		"a\tb",
		"\x7f",
		"#a",
		"2001-12-14",
		"2001-12-14t21:59:43.10-05:00",
		"1.",
		"0o7_1",
		"+1:30",
		"1:30",
		"1e+3",
		"2001-12-14 21:59:43.10 -5",
	};
	for (size_t i = 0; i < COUNT(good); i++)
		if (!yaml_plain(good[i]))
			fail_msg("'%s' would be quoted", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (yaml_plain(bad[i]))
			fail_msg("'%s' would stand plain", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(compose),
		cmocka_unit_test(document),
		cmocka_unit_test(plain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
