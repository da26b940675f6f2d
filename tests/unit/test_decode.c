/* Trees become specs: every rule of decode and bind, at its place; values, and defaults that flow. */
#include "tests/unit/spec_text.h"

#define TOP "hpcc: 1\ncluster: lab\n"

static void assert_findings(const char *text, const char *expected)
{
	struct reading_test t;
	test_open(&t);
	test_layer(&t, "a", text);
	test_decode(&t);
	assert_string_equal(test_findings(&t), expected);
	test_close(&t);
}

static void test_fine(void **state)
{
	(void)state;
	assert_findings(TOP, "");
	assert_findings(TOP "slurm:\n  version: 24.11\nnodes:\n  c[1-2]:\n    cpus: 2\n    gres: { gpu: 4 }\n"
			    "partitions:\n  a:\n    nodes: c[1-2]\n    max_time: 1-12:00:00\n",
			"");
	assert_findings(TOP "partitions:\n  a: { nodes: ALL }\n  b: { nodes: [] }\n  c: { nodes: { gres: gpu } }\n",
			"");
	assert_findings(TOP "services: {}\naccounting:\n  database: mysql\n", "");
}

static void test_unknown_key(void **state)
{
	(void)state;
	assert_findings(TOP "nodez: 1\n", "a:3:1 unknown-key 'nodez'\n");
	assert_findings(TOP "nodes:\n  c1: { MaxTime: 1 }\n", "a:4:9 unknown-key 'MaxTime'\n");
	assert_findings(TOP "partitions:\n  a:\n    nodes: { fature: ib }\n", "a:5:14 unknown-key 'fature'\n");

	struct reading_test t;
	test_open(&t);
	test_layer(&t, "a", TOP "partitions:\n  a:\n    nodes: []\n    MaxTime: 5\n    dfault: true\n");
	test_decode(&t);
	assert_int_equal(t.diags.errors, 2);
	assert_string_equal(t.diags.list.v[0]->help, "Slurm's MaxTime is written 'max_time' here");
	assert_string_equal(t.diags.list.v[0]->edits.v[0].text, "max_time");
	assert_string_equal(t.diags.list.v[1]->help, "did you mean 'default'?");
	assert_string_equal(t.diags.list.v[1]->message, "a partition has no key 'dfault'");
	test_close(&t);
}

static void test_missing_key(void **state)
{
	(void)state;
	assert_findings("hpcc: 1\n", "a:1:1 missing-key 'hpcc: 1'\n");
	assert_findings(TOP "slurm: {}\n", "a:3:8 missing-key '{}'\n");
	assert_findings(TOP "partitions:\n  a: {}\n", "a:4:3 missing-key 'a'\n");
	assert_findings(TOP "accounting:\n  external: {}\n", "a:4:13 missing-key '{}'\n");
	/* Written and wrong is not missing. */
	assert_findings(TOP "accounting:\n  external: /x\n", "a:4:13 bad-value '/x'\n");
	assert_findings(TOP "partitions:\n  a:\n", "a:4:5 empty-value ''\n");
	assert_findings(TOP "slurm:\n  version: 1.2\n", "a:4:12 bad-value '1.2'\n");
}

static void test_wrong_type(void **state)
{
	(void)state;
	assert_findings("- a\n", "a:1:1 wrong-type '- a'\n");
	assert_findings(TOP "nodes: c1\n", "a:3:8 wrong-type 'c1'\n");
	assert_findings(TOP "nodes:\n  c1: 4\n", "a:4:7 wrong-type '4'\n");
	assert_findings(TOP "nodes:\n  c1: { cpus: [1] }\n", "a:4:15 wrong-type '[1]'\n");
	assert_findings(TOP "nodes:\n  c1: { features: { a: b } }\n", "a:4:19 wrong-type '{ a: b }'\n");
	assert_findings(TOP "nodes:\n  c1: { features: [ [a] ] }\n", "a:4:21 wrong-type '[a]'\n");
	assert_findings(TOP "nodes:\n  c1: { host: { spreads: b } }\n", "a:4:15 wrong-type '{ spreads: b }'\n");
	assert_findings(TOP "nodes:\n  c1: { options: [a] }\n", "a:4:18 wrong-type '[a]'\n");
	assert_findings(TOP "nodes:\n  c1: { options: { A: { b: c } } }\n", "a:4:23 wrong-type '{ b: c }'\n");
	assert_findings(TOP "partitions:\n  a: { nodes: {} }\n", "a:4:15 wrong-type '{}'\n");
	assert_findings(TOP "nodes:\n  c1: { gres: { gpu: [[1]] } }\n", "a:4:22 wrong-type '[[1]]'\n");
}

static void test_bad_value(void **state)
{
	(void)state;
	assert_findings("hpcc: 1\ncluster: Lab\n", "a:2:10 bad-value 'Lab'\n");
	assert_findings(TOP "nodes:\n  c1: { cpus: two }\n", "a:4:15 bad-value 'two'\n");
	assert_findings(TOP "nodes:\n  c1: { cpus: 010 }\n", "a:4:15 bad-value '010'\n");
	assert_findings(TOP "nodes:\n  c1: { memory: 4 }\n", "a:4:17 bad-value '4'\n");
	assert_findings(TOP "nodes:\n  c1: { state: Idle }\n", "a:4:16 bad-value 'Idle'\n");
	assert_findings(TOP "nodes:\n  c1: { features: [a, 'b c'] }\n", "a:4:23 bad-value ''b c''\n");
	assert_findings(TOP "nodes:\n  c1: { port: c }\n", "a:4:15 bad-value 'c'\n");
	assert_findings(TOP "partitions:\n  a: { nodes: ALL, max_time: 60 }\n", "a:4:30 bad-value '60'\n");
	assert_findings(TOP "partitions:\n  a: { nodes: ALL, default: yes }\n", "a:4:29 bad-value 'yes'\n");
	assert_findings(TOP "hosts:\n  a: { address: 10.0.0.300 }\n", "a:4:17 bad-value '10.0.0.300'\n");
	assert_findings(TOP "slurm:\n  version: 24.11\n  constrain: [cores, menory]\n", "a:5:22 bad-value 'menory'\n");
}

static void test_out_of_range(void **state)
{
	(void)state;
	assert_findings("hpcc: 2\ncluster: lab\n", "a:1:7 out-of-range '2'\n");
	assert_findings(TOP "nodes:\n  c1: { cpus: 0 }\n", "a:4:15 out-of-range '0'\n");
	assert_findings(TOP "nodes:\n  c[1-2]:\n    port: \"[65535-65536]\"\n",
			"a:5:11 out-of-range '\"[65535-65536]\"'\n");
	assert_findings(TOP "slurm:\n  version: 24.11\n  timeouts: { tcp: 1d }\n", "a:5:20 out-of-range '1d'\n");
}

static void test_nothing(void **state)
{
	(void)state;
	assert_findings(TOP "nodes:\n", "a:3:7 empty-value ''\n");
	assert_findings(TOP "nodes:\n  c1:\n", "a:4:6 empty-value ''\n");
	assert_findings(TOP "nodes:\n  c1: { cpus: }\n", "a:4:14 empty-value ''\n");
	assert_findings(TOP "nodes:\n  c1:\n    features:\n      -\n", "a:6:8 empty-value ''\n");
	assert_findings(TOP "nodes:\n  c1: { host: [] }\n", "a:4:15 empty-value '[]'\n");
	assert_findings(TOP "nodes:\n  c1: { options: { A: } }\n", "a:4:22 empty-value ''\n");
	assert_findings(TOP "nodes: ~\n", "a:3:8 null-value '~'\n");
	assert_findings(TOP "nodes:\n  c1: null\n", "a:4:7 null-value 'null'\n");
	assert_findings(TOP "nodes:\n  c1: { cpus: null }\n", "a:4:15 null-value 'null'\n");
	assert_findings(TOP "nodes:\n  c1: { features: [~] }\n", "a:4:20 null-value '~'\n");
	assert_findings(TOP "nodes:\n  c1: { host: { spread: null } }\n", "a:4:25 null-value 'null'\n");
	assert_findings(TOP "nodes:\n  c1: { options: { A: null } }\n", "a:4:23 null-value 'null'\n");
	assert_findings(TOP "nodes:\n  c1: { options: { A: \"\", B: \"null\" } }\n", "");
}

static void test_bad_hostlist(void **state)
{
	(void)state;
	assert_findings(TOP "nodes:\n  c[4-1]: {}\n", "a:4:5 bad-hostlist '4-1'\n");
	assert_findings(TOP "nodes:\n  \"c[1-]\": {}\n", "a:4:3 bad-hostlist '\"c[1-]\"'\n");
	assert_findings(TOP "nodes:\n  c1: { host: 'h 1' }\n", "a:4:15 bad-hostlist ''h 1''\n");
	assert_findings(TOP "nodes:\n  c1: {}\npartitions:\n  a:\n    nodes: c1,,c2\n", "a:7:15 bad-hostlist ','\n");
}

static void test_overlap(void **state)
{
	(void)state;
	assert_findings(TOP "nodes:\n  c[1-3]: {}\n  c[3-4]: {}\n", "a:5:3 names-overlap 'c[3-4]'\n");
	assert_findings(TOP "nodes:\n  c1,c1: {}\n", "a:4:3 names-overlap 'c1,c1'\n");
	assert_findings(TOP "hosts:\n  r[1-2]n[1-2]: {}\n  r2n2: {}\n", "a:5:3 names-overlap 'r2n2'\n");
}

static void test_unknown_name(void **state)
{
	(void)state;
	assert_findings(TOP "nodes:\n  c[1-2]: {}\npartitions:\n  a: { nodes: \"c[1-3]\" }\n",
			"a:6:15 unknown-name '\"c[1-3]\"'\n");
	assert_findings(TOP "nodes:\n  c1: { hardware: big }\n", "a:4:19 unknown-name 'big'\n");
	assert_findings(TOP "nodes:\n  c1: { host: pi }\n", "a:4:15 unknown-name 'pi'\n");
	assert_findings(TOP "services:\n  default: { host: [c1, x] }\nnodes:\n  c1: {}\n", "a:4:25 unknown-name 'x'\n");
	assert_findings(TOP "accounting:\n  qos:\n    a: { preempt: [normal, b] }\n", "a:5:28 unknown-name 'b'\n");
	/* Another item that says nothing new does not move the place. */
	assert_findings(TOP "services:\n  default: { host: [c1, c1, x] }\nnodes:\n  c1: {}\n",
			"a:4:25 listed-twice 'c1'\na:4:29 unknown-name 'x'\n");
	/* What could not be read counts as found: neither a key, nor a body. */
	assert_findings(TOP "nodes:\n  c[1: {}\n  d1: { cpus: 0 }\npartitions:\n  a: { nodes: \"c1,d1\" }\n",
			"a:4:4 bad-hostlist '['\na:5:15 out-of-range '0'\n");
}

static void test_bad_name(void **state)
{
	(void)state;
	assert_findings(TOP "partitions:\n  -a: { nodes: ALL }\n", "a:4:3 bad-name '-a'\n");
	assert_findings(TOP "nodes:\n  c1: { gres: { 'g u': 1 } }\n", "a:4:17 bad-name ''g u''\n");
	assert_findings(TOP "slurm:\n  version: 24.11\n  options: { a b: 1 }\n", "a:5:14 bad-name 'a b'\n");
}

static void test_listed_twice(void **state)
{
	(void)state;
	struct reading_test t;
	test_open(&t);
	test_layer(&t, "a", TOP "nodes:\n  c1: { features: [x, x, y, y] }\n");
	test_decode(&t);
	assert_string_equal(test_findings(&t), "a:4:23 listed-twice 'x'\na:4:29 listed-twice 'y'\n");
	assert_int_equal(t.diags.errors, 0);
	assert_int_equal(t.diags.list.v[1]->notes.v[0].span.start, t.diags.list.v[1]->span.start - 3);
	test_close(&t);
}

static void test_text(void **state)
{
	(void)state;
	struct reading_test t;
	test_open(&t);
	struct text long_text;
	text_init(&long_text, t.arena);
	text_add(&long_text, TOP "description: ");
	for (int i = 0; i <= TEXT_MAX; i++)
		text_addc(&long_text, 'x');
	test_layer(&t, "a", long_text.s);
	test_decode(&t);
	assert_int_equal(t.diags.errors, 1);
	assert_string_equal(t.diags.list.v[0]->rule, "text-too-long");
	test_close(&t);

	assert_findings(TOP "description: |\n  a\n  b\n", "a:3:14 control-in-value '|'\n");
	assert_findings(TOP "description: \"a\\tb\"\n", "a:3:14 control-in-value '\"a\\tb\"'\n");
	assert_findings(TOP "description: \"a\\x01b\"\n", "a:3:14 control-in-value '\"a\\x01b\"'\n");
	assert_findings(TOP "files:\n  a: { path: /a, content: \"a\\x01b\" }\n",
			"a:4:27 control-in-value '\"a\\x01b\"'\n");
	assert_findings(TOP "files:\n  a:\n    path: /a\n    content: |\n      a\tb\n      c\n", "");
}

/* A body that could not be read is passed over, the others are not. */
static void test_broken(void **state)
{
	(void)state;
	struct reading_test t;
	test_open(&t);
	test_layer(&t, "a", TOP "nodes:\n  a1: { cpus: x }\n  a2: { cpus: 2 }\n");
	test_decode(&t);
	size_t i = 0;
	struct node_group *g = entries_next(&t.spec->nodes, &i);
	assert_string_equal(g->origin.name, "a2");
	assert_int_equal(g->cpus, 2);
	assert_null(entries_next(&t.spec->nodes, &i));
	assert_false(t.spec->origin.broken);
	test_close(&t);
}

/* What is never NULL is there even when nothing could be read. */
static void test_always(void **state)
{
	(void)state;
	static const char *const texts[] = { TOP "slurm: 5\n",	  TOP "slurm:\n",	"- a\n", "x\n",
					     TOP "services: 5\n", TOP "targets: null\n" };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct reading_test t;
		test_open(&t);
		test_layer(&t, "a", texts[i]);
		test_decode(&t);
		assert_int_equal(t.diags.errors, 1);
		assert_non_null(t.spec->services);
		assert_non_null(t.spec->targets);
		assert_true(!t.spec->slurm || t.spec->slurm->ports);
		test_close(&t);
	}
}

static void test_where(void **state)
{
	(void)state;
	struct reading_test t;
	test_open(&t);
	test_layer(&t, "a", TOP "nodes:\n  c1: { cpus: 2, features: [a, b] }\n");
	test_decode(&t);
	struct node_group *g = t.spec->nodes.v[0];
	assert_string_equal(source_text(&t.sources, WHERE(g, cpus)), "2");
	assert_string_equal(source_text(&t.sources, WHERE_ITEM(g, features, 1)), "b");
	assert_string_equal(source_text(&t.sources, WHERE(g, weight)), "c1");
	assert_string_equal(source_text(&t.sources, where_key(g, shape_field(&node_shape, "cpus"))), "cpus");
	assert_true(WRITTEN(g, cpus));
	assert_false(WRITTEN(g, weight));
	test_close(&t);
}

/* Nearer values stay; what flows says whose it was. */
static void test_flow(void **state)
{
	(void)state;
	struct reading_test t;
	test_open(&t);
	test_layer(
		&t, "a",
		TOP
		"hardware:\n  big: { cpus: 64, weight: 7, threads: 2, memory: 8G }\nnodes:\n  c1: { cpus: 2 }\nhosts:\n  h1: {}\n");
	test_decode(&t);
	struct node_group *g = t.spec->nodes.v[0];
	struct host *h = t.spec->hosts.v[0];
	const struct hardware *big = t.spec->hardware.v[0];
	schema_flow(t.arena, g, big, "hardware big");
	assert_int_equal(g->cpus, 2);
	assert_int_equal(g->weight, 7);
	assert_null(given_at(g, (uint16_t)offsetof(struct node_group, cpus)));
	assert_string_equal(given_at(g, (uint16_t)offsetof(struct node_group, weight))->why, "hardware big");
	assert_string_equal(source_text(&t.sources, WHERE(g, weight)), "7");
	/* A machine's memory stays its own. */
	assert_false(memory_given(g->memory));
	/* A host has no weight; what flowed on keeps its first place. */
	schema_flow(t.arena, h, g, "node c1");
	assert_int_equal(h->cpus, 2);
	assert_int_equal(h->threads, 2);
	assert_string_equal(given_at(h, (uint16_t)offsetof(struct host, threads))->why, "hardware big");
	assert_string_equal(source_text(&t.sources, WHERE(h, threads)), "2");
	test_close(&t);
}

static void assert_duration(struct arena *a, const char *s, int64_t seconds, const char *printed)
{
	struct duration d;
	struct text t;
	assert_null(parse_duration(s, &d));
	assert_true(d.seconds == seconds);
	text_init(&t, a);
	print_duration(d, &t);
	assert_string_equal(t.s, printed);
}

static void assert_memory(struct arena *a, const char *s, const char *printed)
{
	struct memory m;
	struct text t;
	assert_null(parse_memory(s, &m));
	text_init(&t, a);
	print_memory(m, &t);
	assert_string_equal(t.s, printed);
}

static void test_values(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	static const char *const no_duration[] = { "",	   "5",	       "5w",	      "-5s",	  "5 s",
						   "1:00", "1:60:00",  "1-2h",	      "1-:00:00", "h",
						   "1.5h", "INFINITE", "99999999999d" };
	static const char *const no_memory[] = { "",	"5",   "5g",   "5GB",	"0%",	     "101%",
						 "5 G", "-1G", "1.5G", "8193T", "999999999T" };
	static const char *const no_int[] = { "",    "-",   "01",  "-01", "+1",
					      "1.0", "0x1", "1e3", " 1",  "1234567890123456789" };
	struct duration d;
	struct memory m;
	int64_t n;
	for (size_t i = 0; i < sizeof(no_duration) / sizeof(*no_duration); i++)
		assert_non_null(parse_duration(no_duration[i], &d));
	for (size_t i = 0; i < sizeof(no_memory) / sizeof(*no_memory); i++)
		assert_non_null(parse_memory(no_memory[i], &m));
	for (size_t i = 0; i < sizeof(no_int) / sizeof(*no_int); i++)
		assert_non_null(parse_int(no_int[i], &n));
	assert_null(parse_int("-5", &n));
	assert_int_equal(n, -5);
	assert_duration(a, "0s", 0, "0s");
	assert_duration(a, "90s", 90, "90s");
	assert_duration(a, "120m", 7200, "2h");
	assert_duration(a, "1-12:00:00", 129600, "36h");
	assert_duration(a, "00:01:05", 65, "65s");
	assert_duration(a, "infinite", DURATION_INFINITE, "infinite");
	assert_memory(a, "1024M", "1G");
	assert_memory(a, "1000M", "1000M");
	assert_memory(a, "8192T", "8192T");
	assert_memory(a, "95%", "95%");
	assert_memory(a, "0M", "0K");
	arena_free(a);
}

#define SPANK TOP "slurm:\n  version: 24.11\n  spank: "

static void test_bodies(void **state)
{
	(void)state;
	assert_findings(SPANK "[]\n", "");
	assert_findings(SPANK "[renice.so, /shared/x.so, { plugin: y.so, optional: true, arguments: a=1 }]\n", "");
	assert_findings(SPANK "renice.so\n", "a:5:10 wrong-type 'renice.so'\n");
	assert_findings(SPANK "{ plugin: x.so }\n", "a:5:10 wrong-type '{ plugin: x.so }'\n");
	assert_findings(SPANK "[{}, { arguments: [a] }]\n", "a:5:11 missing-key '{}'\na:5:15 missing-key '{ arguments: [a] }'\n");
	assert_findings(SPANK "[[x.so], null, { plugins: x }]\n",
			"a:5:11 wrong-type '[x.so]'\na:5:19 null-value 'null'\na:5:25 missing-key '{ plugins: x }'\n"
			"a:5:27 unknown-key 'plugins'\n");
	/* A line of plugstack.conf is words, and # ends it. */
	assert_findings(SPANK "[lib/x.so, 'a b', '/x#y']\n",
			"a:5:11 bad-value 'lib/x.so'\na:5:21 bad-value ''a b''\na:5:28 bad-value ''/x#y''\n");
	assert_findings(SPANK "[{ plugin: x, arguments: ['a b', 'a#', '\"a\"', 'a\\', b, b] }]\n",
			"a:5:36 bad-value ''a b''\na:5:43 bad-value ''a#''\na:5:49 bad-value ''\"a\"''\n"
			"a:5:56 bad-value ''a\\''\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fine),	    cmocka_unit_test(test_unknown_key),
		cmocka_unit_test(test_missing_key), cmocka_unit_test(test_wrong_type),
		cmocka_unit_test(test_bad_value),   cmocka_unit_test(test_out_of_range),
		cmocka_unit_test(test_nothing),	    cmocka_unit_test(test_bad_hostlist),
		cmocka_unit_test(test_overlap),	    cmocka_unit_test(test_unknown_name),
		cmocka_unit_test(test_bad_name),    cmocka_unit_test(test_listed_twice),
		cmocka_unit_test(test_text),	    cmocka_unit_test(test_broken),
		cmocka_unit_test(test_where),	    cmocka_unit_test(test_flow),
		cmocka_unit_test(test_values),	    cmocka_unit_test(test_always),
		cmocka_unit_test(test_bodies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
