#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/slurm/record.h"

static const struct span nowhere;

static int make(void **state)
{
	struct arena *a = arena_new();
	struct records *r = ARENA_NEW(a, struct records);
	records_init(r, a, RELEASE_24_11);
	*state = r;
	return 0;
}

static int drop(void **state)
{
	struct records *r = *state;
	arena_free(r->arena);
	return 0;
}

static const char *printed(const struct records *r, enum slurm_file file, const char *header)
{
	struct text t;
	text_init(&t, r->arena);
	records_print(r, file, header, &t);
	return t.s;
}

static void a_file_reads_well(void **state)
{
	struct records *r = *state;
	/* Recorded out of order: a partition first. */
	struct record *p = record_add(r, SLURM_CONF, SECTION_PARTITION, nowhere);
	record_set(r, p, "PartitionName", "normal");
	record_set(r, p, "Nodes", "c[1-4]");
	record_set(r, p, "Default", "YES");
	records_set(r, SLURM_CONF, "ClusterName", "lab");
	record_set(r, record_add(r, SLURM_CONF, SECTION_GLOBAL, nowhere), "SlurmctldHost", "ctl1");
	record_set(r, record_add(r, SLURM_CONF, SECTION_GLOBAL, nowhere), "SlurmctldHost", "ctl2");
	records_break(r, SLURM_CONF, "scheduling");
	records_set(r, SLURM_CONF, "SelectType", "select/cons_tres");
	records_include(r, SLURM_CONF, "site.conf");
	records_break(r, SLURM_CONF, NULL);
	records_set(r, SLURM_CONF, "LaunchParameters", "use_interactive_step");
	struct record *n = record_add(r, SLURM_CONF, SECTION_NODE, nowhere);
	record_set(r, n, "NodeName", "DEFAULT");
	record_set(r, n, "CPUs", "2");
	n = record_add(r, SLURM_CONF, SECTION_NODE, nowhere);
	record_set(r, n, "NodeName", "c[1-4]");
	record_set(r, n, "RealMemory", "1024");
	assert_string_equal(printed(r, SLURM_CONF, "Cluster lab. Made by hpcc: do not edit.\n\nSecond paragraph."),
			    "# Cluster lab. Made by hpcc: do not edit.\n"
			    "#\n"
			    "# Second paragraph.\n"
			    "\n"
			    "ClusterName=lab\n"
			    "SlurmctldHost=ctl1\n"
			    "SlurmctldHost=ctl2\n"
			    "\n"
			    "# scheduling\n"
			    "SelectType=select/cons_tres\n"
			    "Include site.conf\n"
			    "\n"
			    "LaunchParameters=use_interactive_step\n"
			    "\n"
			    "NodeName=DEFAULT CPUs=2\n"
			    "NodeName=c[1-4] RealMemory=1024\n"
			    "\n"
			    "PartitionName=normal Nodes=c[1-4] Default=YES\n");
	assert_string_equal(printed(r, GRES_CONF, NULL), "");
	assert_string_equal(printed(r, GRES_CONF, "head"), "# head\n");
}

static void other_files(void **state)
{
	struct records *r = *state;
	records_set(r, GRES_CONF, "AutoDetect", "off");
	struct record *g = record_add(r, GRES_CONF, SECTION_GRES, nowhere);
	record_set(r, g, "NodeName", "g1");
	record_set(r, g, "Name", "gpu");
	record_set(r, g, "File", "/dev/nvidia[0-3]");
	assert_string_equal(printed(r, GRES_CONF, NULL),
			    "AutoDetect=off\n\nNodeName=g1 Name=gpu File=/dev/nvidia[0-3]\n");
	records_break(r, CGROUP_CONF, "a break before the first record makes no blank line");
	records_set(r, CGROUP_CONF, "CgroupPlugin", "disabled");
	assert_string_equal(printed(r, CGROUP_CONF, NULL),
			    "# a break before the first record makes no blank line\nCgroupPlugin=disabled\n");
}

static void values_are_escaped(void **state)
{
	static const char *const pairs[][2] = {
		{ "a", "a" },
		{ "", "\"\"" },
		{ "a b", "\"a b\"" },
		{ "a#b", "a\\#b" },
		{ "a # b", "\"a \\# b\"" },
		{ "a\\", "a\\\\" },
		{ "a \\# b", "\"a \\\\\\# b\"" },
		{ "x\"y", "x\"y" },
		{ "$HOME ${X:-y} %n", "\"$HOME ${X:-y} %n\"" },
		{ "'a b'", "\"'a b'\"" },
	};
	struct records *r = *state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		assert_null(record_value_unwritable(pairs[i][0]));
		records_set(r, SLURM_CONF, "MailProg", pairs[i][0]);
		struct text want;
		text_init(&want, r->arena);
		text_addf(&want, "MailProg=%s\n", pairs[i][1]);
		assert_string_equal(printed(r, SLURM_CONF, NULL), want.s);
	}
}

static void some_values_cannot_be_written(void **state)
{
	static const char *const bad[] = { "a\nKillWait=1", "a\rb", "a\tb",    "\x01", "\x7f",
					   "a \"b\"",	    "\"a",  "\"a b\"", "\"" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(record_value_unwritable(bad[i]));
	assert_null(record_value_unwritable("h\xc3\xa9 # \\ '=,"));
}

static void comments_stay_comments(void **state)
{
	struct records *r = *state;
	records_break(r, SLURM_CONF, "one\nKillWait=5\n\n#two\\");
	records_set(r, SLURM_CONF, "ClusterName", "x");
	assert_string_equal(printed(r, SLURM_CONF, "h\n"), "# h\n\n# one\n# KillWait=5\n#\n# #two\\\nClusterName=x\n");
}

static void entries_are_found_and_replaced(void **state)
{
	struct records *r = *state;
	struct record *n = record_add(r, SLURM_CONF, SECTION_NODE, (struct span){ 1, 2, 3 });
	struct entry *e = record_set(r, n, "nodename", "c1");
	assert_string_equal(e->fact->key, "NodeName");
	record_set(r, n, "CPUs", "2")->option = true;
	record_set(r, n, "Weight", "5");
	e = record_set(r, n, "CPUS", "4");
	assert_false(e->option);
	assert_int_equal(n->entries.n, 3);
	assert_string_equal(record_value(n, "cpus"), "4");
	assert_null(record_value(n, "RealMemory"));
	assert_null(record_find(n, "NoSuchKey"));
	assert_null(records_global(r, SLURM_CONF, "Weight"));
	records_set(r, SLURM_CONF, "KillWait", "30");
	records_set(r, SLURM_CONF, "MaxJobCount", "5");
	records_set(r, SLURM_CONF, "killwait", "60");
	assert_string_equal(records_global(r, SLURM_CONF, "KillWait")->value, "60");
	assert_null(records_global(r, SLURMDBD_CONF, "KillWait"));
	assert_string_equal(printed(r, SLURM_CONF, NULL),
			    "KillWait=60\nMaxJobCount=5\n\nNodeName=c1 CPUs=4 Weight=5\n");
}

static void words_are_joined(void **state)
{
	struct records *r = *state;
	struct entry *e = records_set(r, SLURM_CONF, "SlurmctldParameters", "enable_configless,max_powered_nodes=5");
	entry_join(r, e, "cloud_dns, Enable_Configless ,max_powered_nodes=9,,idle_on_node_suspend,cloud_dns");
	assert_string_equal(e->value, "enable_configless,max_powered_nodes=5,cloud_dns,idle_on_node_suspend");
	entry_join(r, e, "");
	entry_join(r, e, " , ");
	assert_string_equal(e->value, "enable_configless,max_powered_nodes=5,cloud_dns,idle_on_node_suspend");
	e = records_set(r, SLURM_CONF, "SchedulerParameters", "");
	entry_join(r, e, "defer,bf_window=60");
	/* A word is not found in a longer one. */
	entry_join(r, e, "bf_window_linear=1,def");
	assert_string_equal(e->value, "defer,bf_window=60,bf_window_linear=1,def");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_file_reads_well, make, drop),
		cmocka_unit_test_setup_teardown(other_files, make, drop),
		cmocka_unit_test_setup_teardown(values_are_escaped, make, drop),
		cmocka_unit_test(some_values_cannot_be_written),
		cmocka_unit_test_setup_teardown(comments_stay_comments, make, drop),
		cmocka_unit_test_setup_teardown(entries_are_found_and_replaced, make, drop),
		cmocka_unit_test_setup_teardown(words_are_joined, make, drop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
