/* Overlays: keys, sets of names, what was replaced; and expand, which must say what it was read from. */
#include "tests/unit/spec_text.h"

#define TOP "hpcc: 1\ncluster: lab\n"

/* The whole of a merged spec as expand shows it, less the services and targets that are always there. */
static void assert_merged(const char *base, const char *over, const char *expected)
{
	struct reading_test t;
	struct text all;
	test_open(&t);
	test_layer(&t, "a", base);
	test_layer(&t, "b", over);
	test_decode(&t);
	assert_string_equal(test_findings(&t), "");
	text_init(&all, t.arena);
	text_addf(&all, TOP "%s", expected);
	char *s = arena_strdup(t.arena, test_expand(&t, false)), *end = strstr(s, "services: {}\n");
	assert_non_null(end);
	*end = '\0';
	assert_string_equal(s, all.s);
	test_close(&t);
}

static void assert_findings(const char *base, const char *over, const char *expected)
{
	struct reading_test t;
	test_open(&t);
	test_layer(&t, "a", base);
	test_layer(&t, "b", over);
	test_decode(&t);
	assert_string_equal(test_findings(&t), expected);
	test_close(&t);
}

static void test_by_key(void **state)
{
	(void)state;
	assert_merged(TOP, "description: two\n", "description: two\n");
	assert_merged(
		TOP "slurm:\n  version: 24.11\n  options: { A: 1, B: 2 }\n",
		"slurm:\n  auth: slurm\n  options: { B: 3, A: null, C: 4 }\n",
		"slurm:\n  version: \"24.11\"\n  auth: slurm\n  ports: {}\n  options:\n    B: \"3\"\n    C: \"4\"\n");
	assert_merged(TOP "partitions:\n  a: { nodes: ALL, lln: true, deny_qos: [x, y] }\n  b: { nodes: ALL }\n",
		      "partitions:\n  b: null\n  a: { lln: null, deny_qos: [z] }\n",
		      "partitions:\n  a:\n    nodes: ALL\n    deny_qos: [z]\n");
	assert_merged(TOP "description: one\n", "description: ~\n", "");
}

static void test_sets_of_names(void **state)
{
	(void)state;
	assert_merged(TOP "nodes:\n  c[1-4]: { cpus: 2 }\n", "nodes:\n  c[2-3]: { weight: 5 }\n",
		      "nodes:\n  c1:\n    cpus: 2\n  \"c[2-3]\":\n    cpus: 2\n    weight: 5\n  c4:\n    cpus: 2\n");
	/* One later group over two earlier ones, and beyond them. */
	assert_merged(TOP "nodes:\n  c[1-2]: { cpus: 2 }\n  c[4-5]: { cpus: 4 }\n", "nodes:\n  c[2-6]: { weight: 5 }\n",
		      "nodes:\n  c1:\n    cpus: 2\n  c2:\n    cpus: 2\n    weight: 5\n  \"c[4-5]\":\n    cpus: 4\n"
		      "    weight: 5\n  c3:\n    weight: 5\n  c6:\n    weight: 5\n");
	/* Removal. */
	assert_merged(TOP "nodes:\n  c[1-3]: {}\n", "nodes:\n  c2: null\n", "nodes:\n  c1: {}\n  c3: {}\n");
	assert_merged(TOP "nodes:\n  c[1-3]: {}\n", "nodes:\n  c[1-3]: ~\n", "nodes: {}\n");
}

static void test_columns(void **state)
{
	(void)state;
	assert_merged(
		TOP "hosts:\n  h[1-4]: { address: \"10.0.0.[1-4]\", cpus: 2 }\n", "hosts:\n  h[2-3]: { cpus: 4 }\n",
		"hosts:\n  h1:\n    address: \"10.0.0.1\"\n    cpus: 2\n  \"h[2-3]\":\n    address: \"10.0.0.[2-3]\"\n"
		"    cpus: 4\n  h4:\n    address: \"10.0.0.4\"\n    cpus: 2\n");
	/* A list is a column as well, one host for all is none. */
	assert_merged(TOP "hosts:\n  p[1-2]: {}\nnodes:\n  c[1-2]: { host: [p1, p2] }\n  d[1-2]: { host: p1 }\n",
		      "nodes:\n  c2,d2: { weight: 5 }\n",
		      "hosts:\n  \"p[1-2]\": {}\nnodes:\n  c1:\n    host: p1\n  c2:\n    host: p2\n    weight: 5\n"
		      "  d1:\n    host: p1\n  d2:\n    host: p1\n    weight: 5\n");
	/* What was dealt out stays where it was dealt. */
	assert_merged(TOP "hosts:\n  p[1-2]: {}\nnodes:\n  c[1-4]: { host: { spread: \"p[1-2]\" } }\n",
		      "nodes:\n  c2: { weight: 5 }\n",
		      "hosts:\n  \"p[1-2]\": {}\nnodes:\n  c1:\n    host: p1\n  c2:\n    host: p2\n    weight: 5\n"
		      "  \"c[3-4]\":\n    host: \"p[1-2]\"\n");
	/* The later group's columns are cut too, also for the names that only it has. */
	assert_merged(
		TOP "hosts:\n  p[1-4]: {}\nnodes:\n  c[1,3]: { cpus: 2 }\n", "nodes:\n  c[1-4]: { host: \"p[1-4]\" }\n",
		"hosts:\n  \"p[1-4]\": {}\nnodes:\n  c1:\n    host: p1\n    cpus: 2\n  c3:\n    host: p3\n    cpus: 2\n"
		"  c2:\n    host: p2\n  c4:\n    host: p4\n");
	/* What does not pair is not made to: the five addresses stay, for the rule that counts them. */
	assert_merged(
		TOP "hosts:\n  h[1-2]: { address: \"10.0.0.[1-5]\" }\n", "hosts:\n  h2: { cpus: 4 }\n",
		"hosts:\n  h1:\n    address: \"10.0.0.[1-5]\"\n  h2:\n    address: \"10.0.0.[1-5]\"\n    cpus: 4\n");
}

static void test_mistakes_stay(void **state)
{
	(void)state;
	assert_findings(TOP "nodes:\n  c[4-1]: {}\n  d1: {}\n", "nodes:\n  d1: { cpus: 0 }\n",
			"a:4:5 bad-hostlist '4-1'\nb:2:15 out-of-range '0'\n");
	assert_findings(TOP "nodes:\n  c1: {}\n", "nodes:\n  c[2: {}\n", "b:2:4 bad-hostlist '['\n");
	assert_findings(TOP "nodes:\n  c[1-2]: {}\n", "nodes:\n  c[1-2]: {}\n  c2: {}\n", "b:3:3 names-overlap 'c2'\n");
	assert_findings(TOP "nodes:\n  c[1-4]: {}\n", "nodes:\n  c[5-6]: null\n", "b:2:11 null-value 'null'\n");
	assert_findings(TOP, "description: null\n", "b:1:14 null-value 'null'\n");
	assert_findings(TOP, "nodez: 1\n", "b:1:1 unknown-key 'nodez'\n");
	/* A value of a split group keeps its place. */
	assert_findings(TOP "nodes:\n  c[1-2]: { cpus: 0 }\n", "nodes:\n  c2: { weight: 1 }\n",
			"a:4:19 out-of-range '0'\na:4:19 out-of-range '0'\n");
}

static void test_shadowed(void **state)
{
	(void)state;
	struct reading_test t;
	test_open(&t);
	test_layer(&t, "a", TOP "description: one\nnodes:\n  c[1-2]: { cpus: 2 }\n");
	test_layer(&t, "b", "description: two\nnodes:\n  c2: { cpus: 4 }\n");
	test_layer(&t, "c", "description: three\n");
	const struct node *n = node_pair(t.root, "description")->value;
	assert_string_equal(n->text, "three");
	assert_string_equal(n->shadowed->text, "two");
	assert_string_equal(n->shadowed->shadowed->text, "one");
	assert_null(n->shadowed->shadowed->shadowed);
	const struct node *nodes = node_pair(t.root, "nodes")->value;
	assert_int_equal(nodes->n_pairs, 2);
	assert_string_equal(nodes->pairs[1].key, "c2");
	n = node_pair(nodes->pairs[1].value, "cpus")->value;
	assert_string_equal(n->text, "4");
	assert_string_equal(n->shadowed->text, "2");
	assert_string_equal(source_of(&t.sources, n->span)->name, "b");
	assert_null(node_pair(nodes->pairs[0].value, "cpus")->value->shadowed);

	test_decode(&t);
	const char *shown = test_expand(&t, true);
	assert_non_null(strstr(shown, "# c:1, replaces two at b:1\n"));
	assert_non_null(strstr(shown, "# b:3, replaces 2 at a:5\n"));
	test_close(&t);
}

/* Text that was replaced stands in a comment, and must not end it. */
static void test_comment_stays_one(void **state)
{
	(void)state;
	struct reading_test t, again;
	test_open(&t);
	test_layer(&t, "a", TOP "files:\n  a:\n    path: /a\n    content: |\n      x\n      cluster: evil\n");
	test_layer(&t, "b", "files:\n  a: { content: y }\n");
	test_decode(&t);
	const char *shown = test_expand(&t, true);
	test_open(&again);
	test_layer(&again, "shown", shown);
	test_decode(&again);
	assert_string_equal(test_findings(&again), "");
	assert_string_equal(test_expand(&again, false), test_expand(&t, false));
	test_close(&again);
	test_close(&t);
}

static void assert_fixed_point(const char *text, bool places)
{
	struct reading_test first, second;
	test_open(&first);
	test_layer(&first, "a", text);
	test_decode(&first);
	assert_string_equal(test_findings(&first), "");
	test_open(&second);
	test_layer(&second, "b", test_expand(&first, places));
	test_decode(&second);
	assert_string_equal(test_findings(&second), "");
	assert_string_equal(test_expand(&first, false), test_expand(&second, false));
	test_close(&second);
	test_close(&first);
}

static void test_fixed_point(void **state)
{
	(void)state;
	static const char *const texts[] = {
		TOP,
		TOP "description: \"it's # {odd}: [yes], \\\\ \\\"q\\\" \xc3\xa4\"\nextends: []\n",
		TOP "description: \"null\"\n",
		TOP "slurm:\n  version: 24.11\n"
		    "  options: { A: [x, y], B: true, C: 010, D: \"\", E: 'a: b' }\n",
		TOP "nodes:\n  c[1-4],d1:\n    memory: 1000M\n    port: [7001, \"[7003-7006]\"]\n    host: { spread: "
		    "[a, \"b[1-2]\"] }\n"
		    "    gres:\n      gpu:\n        - { type: a100, count: 2 }\n        - { type: h100, count: 4 }\n   "
		    "   qpu: 1\n"
		    "      none: {}\n      nic: [ { count: 2 } ]\n"
		    "hosts:\n  a: {}\n  b[1-2]: { address: \"fe80::[1-2]\" }\n",
		TOP "partitions:\n  \"1\": { nodes: [] }\n  yes: { nodes: ALL }\n"
		    "  b: { nodes: { feature: '1.10', gres: gpu }, max_time: infinite, default: true }\n",
		TOP "accounting:\n  database: mariadb\n  qos:\n    a: {}\n  purge: {}\nhosts: {}\n",
		TOP "files:\n  a: { path: /a, content: \"x\\n\\n  y\\t# z\\n\" }\n",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_fixed_point(texts[i], false);
		assert_fixed_point(texts[i], true);
	}
}

/* What defaults and bodies filled in is expanded as though it had been written. */
static void test_expand_filled(void **state)
{
	(void)state;
	struct reading_test t, again;
	test_open(&t);
	test_layer(&t, "a",
		   TOP "slurm:\n  version: 24.11\nhardware:\n  big: { cpus: 4, memory: 95% }\nnodes:\n  c1: {}\n");
	test_decode(&t);
	schema_flow(t.arena, t.spec->nodes.v[0], t.spec->hardware.v[0], "hardware big");
	schema_defaults(t.arena, t.spec);
	const char *shown = test_expand(&t, true);
	assert_non_null(strstr(shown, "# hardware big, a:6\n"));
	assert_non_null(strstr(shown, "# default\n"));
	test_open(&again);
	test_layer(&again, "b", shown);
	test_decode(&again);
	assert_string_equal(test_findings(&again), "");
	assert_string_equal(test_expand(&again, false), test_expand(&t, false));
	test_close(&again);
	test_close(&t);
}

/* A list of bodies has an order that counts: a later one takes its place as a whole. */
static void test_bodies_in_order(void **state)
{
	(void)state;
	static const char *const base = TOP "slurm:\n  version: 24.11\n  spank: [a.so, { plugin: b.so, arguments: [x, x] }]\n";
	assert_merged(base, "slurm:\n  spank:\n    - plugin: c.so\n      optional: true\n    - /a/d.so\n",
		      "slurm:\n  version: \"24.11\"\n  ports: {}\n  spank:\n    - plugin: c.so\n      optional: true\n"
		      "    - plugin: /a/d.so\n");
	assert_merged(base, "slurm:\n  spank: []\n", "slurm:\n  version: \"24.11\"\n  ports: {}\n  spank: []\n");
	assert_merged(base, "slurm:\n  spank: null\n", "slurm:\n  version: \"24.11\"\n  ports: {}\n");
	assert_merged(base, "description: x\n",
		      "description: x\nslurm:\n  version: \"24.11\"\n  ports: {}\n  spank:\n    - plugin: a.so\n"
		      "    - plugin: b.so\n      arguments: [x, x]\n");
	assert_fixed_point(base, false);
	assert_fixed_point(base, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_key),	    cmocka_unit_test(test_sets_of_names),
		cmocka_unit_test(test_columns),	    cmocka_unit_test(test_mistakes_stay),
		cmocka_unit_test(test_shadowed),    cmocka_unit_test(test_comment_stays_one),
		cmocka_unit_test(test_fixed_point), cmocka_unit_test(test_expand_filled),
		cmocka_unit_test(test_bodies_in_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
