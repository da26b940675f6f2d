#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "compiler/slurm/fact.h"

static const struct fact *find(enum slurm_file file, enum slurm_section section, const char *key)
{
	const struct fact *f = fact_find(file, section, key);
	if (!f)
		fail_msg("no fact %s", key);
	return f;
}

static const struct fact *global(const char *key)
{
	return find(SLURM_CONF, SECTION_GLOBAL, key);
}

static void releases_have_names(void **state)
{
	for (int r = 0; r < RELEASE_COUNT; r++)
		assert_int_equal(release_parse(release_name((enum release)r)), r);
	assert_string_equal(release_name(RELEASE_24_11), "24.11");
	assert_int_equal(release_parse("24.11.5"), RELEASE_24_11);
	static const char *const bad[] = {
		"", "24", "24.1", "24.11.", "24.11.x", "24.115", "24.11 ", "24.10", "v24.11"
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(release_parse(bad[i]), RELEASE_NONE);
	assert_string_equal(slurm_file_name(SLURMDBD_CONF), "slurmdbd.conf");
}

/* The one file that has such lines; the globals are every file's. */
static const enum slurm_file section_files[SECTION_COUNT] = {
	[SECTION_NODE] = SLURM_CONF,	  [SECTION_PARTITION] = SLURM_CONF,	    [SECTION_NODESET] = SLURM_CONF,
	[SECTION_DOWNNODES] = SLURM_CONF, [SECTION_FRONTEND] = SLURM_CONF,	    [SECTION_POWERACTION] = SLURM_CONF,
	[SECTION_GRES] = GRES_CONF,	  [SECTION_SWITCH] = TOPOLOGY_CONF,	    [SECTION_BLOCK] = TOPOLOGY_CONF,
	[SECTION_RING] = TOPOLOGY_CONF,	  [SECTION_CONTAINER] = JOB_CONTAINER_CONF, [SECTION_FEATURE] = HELPERS_CONF,
};

static int compare(const struct fact *x, const struct fact *y)
{
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	return strcasecmp(x->key, y->key);
}

static void every_fact_is_found_and_sane(void **state)
{
	assert_true(fact_count > 550);
	for (size_t i = 0; i < fact_count; i++) {
		const struct fact *f = &fact_table[i];
		assert_true(i == 0 || compare(&fact_table[i - 1], f) < 0);
		assert_ptr_equal(fact_find(f->file, f->section, f->key), f);
		assert_true(f->first < RELEASE_COUNT && f->first < f->removed);
		assert_true(f->defunct == RELEASE_NONE || (f->first <= f->defunct && f->defunct < f->removed));
		assert_true(f->refused == RELEASE_NONE || (f->first <= f->refused && f->refused < f->removed));
		assert_true(f->repeatable == (f->repeatable_first != RELEASE_NONE));
		assert_true(f->type != FACT_LINE || fact_repeatable(f, f->first));
		assert_true(f->type != FACT_LINE || slurm_section_of(f->file, f->key) == f->section);
		assert_true(f->section == SECTION_GLOBAL || f->file == section_files[f->section]);
		assert_true(!f->plugin || strchr(f->plugin, '/'));
	}
}

static void every_renamed_key_has_a_target(void **state)
{
	for (size_t i = 0; i < fact_count; i++) {
		const struct fact *f = &fact_table[i];
		if (!f->renamed) {
			assert_null(f->renamed_word);
			assert_ptr_equal(fact_current(f, RELEASE_26_05), f);
			continue;
		}
		const struct fact *now = find(f->file, f->section, f->renamed);
		assert_null(now->renamed);
		assert_ptr_equal(fact_current(f, RELEASE_26_05), now);
		if (f->renamed_word && !fact_word_find(now, f->renamed_word))
			fail_msg("%s: %s has no word %s", f->key, now->key, f->renamed_word);
	}
	const struct fact *old = global("JobContainerType");
	assert_ptr_equal(fact_current(old, RELEASE_25_05), old);
	assert_string_equal(fact_current(old, RELEASE_25_11)->key, "NamespaceType");
}

static void every_default_is_a_value(void **state)
{
	for (size_t i = 0; i < fact_count; i++) {
		const struct fact *f = &fact_table[i];
		for (size_t d = 0; d < f->n_defaults; d++) {
			const char *value = f->defaults[d].value;
			if (value && fact_value_error(f, value))
				fail_msg("%s=%s: wanted: %s", f->key, value, fact_value_error(f, value));
			if (value && f->n_words && f->type != FACT_U16 && !fact_word_find(f, value))
				fail_msg("%s=%s: unknown word", f->key, value);
		}
		if (f->n_defaults)
			assert_string_equal(f->default_value, fact_default(f, RELEASE_26_05));
		else
			assert_null(fact_default(f, RELEASE_26_05));
	}
	assert_string_equal(fact_default(global("TreeWidth"), RELEASE_23_02), "50");
	assert_string_equal(fact_default(global("TreeWidth"), RELEASE_23_11), "16");
	assert_null(fact_default(global("SelectTypeParameters"), RELEASE_23_11));
	assert_string_equal(fact_default(global("SelectTypeParameters"), RELEASE_25_05), "CR_Core_Memory");
}

static void every_word_is_found_and_lives_within_its_key(void **state)
{
	for (size_t i = 0; i < fact_count; i++) {
		const struct fact *f = &fact_table[i];
		for (size_t w = 0; w < f->n_words; w++) {
			const struct fact_word *word = &f->words[w];
			assert_ptr_equal(fact_word_find(f, word->word), word);
			assert_true(word->first <= word->last && word->last < RELEASE_COUNT);
			assert_true(f->first <= word->first && word->last < f->removed);
			assert_null(strpbrk(word->word, "=, \t"));
		}
		bool wants_words = f->type == FACT_WORD || f->type == FACT_PLUGIN;
		if (wants_words && f->n_words == 0)
			fail_msg("%s has no words", f->key);
	}
}

static void words_by_release(void **state)
{
	const struct {
		enum slurm_file file;
		enum slurm_section section;
		const char *key, *word;
		enum release first, last;
	} rows[] = {
		{ SLURM_CONF, SECTION_GLOBAL, "SelectType", "select/cons_res", RELEASE_22_05, RELEASE_23_02 },
		{ SLURM_CONF, SECTION_GLOBAL, "selecttype", "Select/Cons_Tres", RELEASE_22_05, RELEASE_26_05 },
		{ CGROUP_CONF, SECTION_GLOBAL, "CgroupPlugin", "disabled", RELEASE_24_05, RELEASE_26_05 },
		{ SLURM_CONF, SECTION_GLOBAL, "SlurmctldDebug", "debug5", RELEASE_22_05, RELEASE_26_05 },
		{ SLURM_CONF, SECTION_GLOBAL, "SlurmdDebug", "9", RELEASE_22_05, RELEASE_26_05 },
		{ SLURM_CONF, SECTION_GLOBAL, "SchedulerParameters", "bf_window", RELEASE_22_05, RELEASE_26_05 },
		{ SLURM_CONF, SECTION_GLOBAL, "SlurmctldParameters", "enable_stepmgr", RELEASE_24_05, RELEASE_26_05 },
		{ SLURM_CONF, SECTION_GLOBAL, "DebugFlags", "SelectType", RELEASE_22_05, RELEASE_26_05 },
		{ SLURM_CONF, SECTION_GLOBAL, "TaskPlugin", "task/cgroup", RELEASE_22_05, RELEASE_26_05 },
		{ SLURM_CONF, SECTION_GLOBAL, "TaskPlugin", "affinity", RELEASE_22_05, RELEASE_26_05 },
		{ SLURM_CONF, SECTION_GLOBAL, "MpiDefault", "pmix", RELEASE_22_05, RELEASE_26_05 },
		{ SLURM_CONF, SECTION_GLOBAL, "PropagateResourceLimitsExcept", "MEMLOCK", RELEASE_22_05,
		  RELEASE_26_05 },
		{ SLURM_CONF, SECTION_PARTITION, "OverSubscribe", "FORCE", RELEASE_22_05, RELEASE_26_05 },
		{ SLURM_CONF, SECTION_PARTITION, "PreemptMode", "PRIORITY", RELEASE_24_11, RELEASE_26_05 },
		{ SLURM_CONF, SECTION_NODE, "State", "cloud", RELEASE_22_05, RELEASE_26_05 },
		{ SLURM_CONF, SECTION_NODE, "State", "EXTERNAL", RELEASE_25_05, RELEASE_26_05 },
		{ GRES_CONF, SECTION_GRES, "AutoDetect", "nvidia", RELEASE_24_11, RELEASE_26_05 },
		{ GRES_CONF, SECTION_GLOBAL, "AutoDetect", "full", RELEASE_26_05, RELEASE_26_05 },
		{ GRES_CONF, SECTION_GRES, "Flags", "explicit", RELEASE_23_02, RELEASE_26_05 },
		{ SLURM_CONF, SECTION_GLOBAL, "LogTimeFormat", "format_stderr", RELEASE_23_11, RELEASE_24_11 },
		{ MPI_CONF, SECTION_GLOBAL, "PMIxCollFence", "ring", RELEASE_22_05, RELEASE_26_05 },
		{ ACCT_GATHER_CONF, SECTION_GLOBAL, "ProfileHDF5Default", "lustre", RELEASE_22_05, RELEASE_26_05 },
		{ ACCT_GATHER_CONF, SECTION_GLOBAL, "ProfileInfluxDBExtraTags", "sluid", RELEASE_26_05, RELEASE_26_05 },
		{ OCI_CONF, SECTION_GLOBAL, "CreateEnvFile", "up", RELEASE_22_05, RELEASE_22_05 },
		{ OCI_CONF, SECTION_GLOBAL, "CreateEnvFile", "newline", RELEASE_23_02, RELEASE_26_05 },
		{ OCI_CONF, SECTION_GLOBAL, "DebugFlags", "Gres", RELEASE_23_02, RELEASE_26_05 },
		{ OCI_CONF, SECTION_GLOBAL, "StdIODebug", "debug5", RELEASE_23_02, RELEASE_26_05 },
		{ BURST_BUFFER_CONF, SECTION_GLOBAL, "Flags", "EnablePersistent", RELEASE_22_05, RELEASE_26_05 },
		{ HELPERS_CONF, SECTION_FEATURE, "Flags", "rebootless", RELEASE_24_05, RELEASE_26_05 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct fact_word *w =
			fact_word_find(find(rows[i].file, rows[i].section, rows[i].key), rows[i].word);
		if (!w)
			fail_msg("%s: no %s", rows[i].key, rows[i].word);
		assert_int_equal(w->first, rows[i].first);
		assert_int_equal(w->last, rows[i].last);
	}
	assert_null(fact_word_find(global("SelectType"), "select/foo"));
	assert_null(fact_word_find(global("ClusterName"), "x"));
	assert_int_equal(global("GresTypes")->n_words, 0);
}

static void keys_by_release(void **state)
{
	assert_false(fact_known(global("TLSType"), RELEASE_23_11));
	assert_true(fact_known(global("tlstype"), RELEASE_24_05));
	assert_true(fact_known(global("SchedulerAuth"), RELEASE_23_11));
	assert_false(fact_known(global("SchedulerAuth"), RELEASE_24_05));
	assert_int_equal(global("FastSchedule")->refused, RELEASE_22_05);
	assert_false(fact_repeatable(global("Prolog"), RELEASE_23_11));
	assert_true(fact_repeatable(global("Prolog"), RELEASE_24_05));
	assert_true(fact_repeatable(global("SlurmctldHost"), RELEASE_22_05));
	assert_int_equal(fact_cost(global("SelectType"), RELEASE_23_02), COST_RESTART_BOTH);
	assert_int_equal(fact_cost(global("SelectType"), RELEASE_23_11), COST_RECONFIGURE);
	assert_int_equal(fact_cost(global("SlurmdPort"), RELEASE_26_05), COST_RESTART_BOTH);
	assert_null(fact_find(SLURM_CONF, SECTION_GLOBAL, "NodeName"));
	assert_null(fact_find(CGROUP_CONF, SECTION_GLOBAL, "ClusterName"));
}

static bool known(enum slurm_file file, enum slurm_section section, const char *key, enum release r)
{
	return fact_known(find(file, section, key), r);
}

static void keys_of_the_other_files(void **state)
{
	static const enum slurm_file empty[] = { PLUGSTACK_CONF, TOPOLOGY_YAML, NAMESPACE_YAML };
	for (size_t i = 0; i < fact_count; i++)
		for (size_t e = 0; e < sizeof(empty) / sizeof(empty[0]); e++)
			assert_true(fact_table[i].file != empty[e]);
	assert_string_equal(slurm_file_name(BURST_BUFFER_CONF), "burst_buffer.conf");
	assert_string_equal(slurm_file_name(TOPOLOGY_YAML), "topology.yaml");

	assert_true(known(TOPOLOGY_CONF, SECTION_GLOBAL, "BlockLevels", RELEASE_23_11));
	assert_false(known(TOPOLOGY_CONF, SECTION_GLOBAL, "BlockLevels", RELEASE_24_05));
	assert_false(known(TOPOLOGY_CONF, SECTION_GLOBAL, "BlockSizes", RELEASE_23_11));
	assert_false(known(TOPOLOGY_CONF, SECTION_RING, "RingName", RELEASE_25_11));
	assert_null(fact_find(TOPOLOGY_CONF, SECTION_BLOCK, "Switches"));
	assert_true(known(HELPERS_CONF, SECTION_GLOBAL, "NodeRebootWeight", RELEASE_22_05));
	assert_false(known(HELPERS_CONF, SECTION_GLOBAL, "NodeRebootWeight", RELEASE_23_02));
	assert_false(known(HELPERS_CONF, SECTION_FEATURE, "NodeName", RELEASE_22_05));
	assert_true(fact_repeatable(find(HELPERS_CONF, SECTION_GLOBAL, "MutuallyExclusive"), RELEASE_22_05));
	assert_false(known(JOB_CONTAINER_CONF, SECTION_CONTAINER, "Dirs", RELEASE_22_05));
	assert_true(known(JOB_CONTAINER_CONF, SECTION_GLOBAL, "Dirs", RELEASE_23_02));
	assert_null(fact_find(JOB_CONTAINER_CONF, SECTION_GLOBAL, "InitScript"));
	assert_int_equal(fact_cost(find(JOB_CONTAINER_CONF, SECTION_GLOBAL, "Shared"), RELEASE_26_05),
			 COST_RESTART_SLURMD);
	assert_string_equal(fact_default(find(OCI_CONF, SECTION_GLOBAL, "CreateEnvFile"), RELEASE_22_05), "no");
	assert_true(fact_repeatable(find(OCI_CONF, SECTION_GLOBAL, "SrunArgs"), RELEASE_23_02));
	assert_false(known(BURST_BUFFER_CONF, SECTION_GLOBAL, "PollInterval", RELEASE_23_11));
	assert_false(known(ACCT_GATHER_CONF, SECTION_GLOBAL, "ProfileInfluxDBTimeout", RELEASE_22_05));
	assert_string_equal(
		fact_current(find(ACCT_GATHER_CONF, SECTION_GLOBAL, "InfinibandOFEDPort"), RELEASE_22_05)->key,
		"InterconnectOFEDPort");
}

static void plugins_have_keys(void **state)
{
	const struct fact *shared = find(ACCT_GATHER_CONF, SECTION_GLOBAL, "EnergyIPMIUsername");
	assert_true(fact_plugin_has(shared, "acct_gather_energy/ipmi"));
	assert_true(fact_plugin_has(shared, "ACCT_GATHER_ENERGY/XCC"));
	assert_false(fact_plugin_has(shared, "acct_gather_energy/rapl"));
	assert_false(fact_plugin_has(shared, "acct_gather_energy/ip"));
	assert_false(fact_plugin_has(shared, ""));
	const struct fact *own = find(ACCT_GATHER_CONF, SECTION_GLOBAL, "EnergyIPMIVariable");
	assert_string_equal(own->plugin, "acct_gather_energy/ipmi");
	assert_false(fact_plugin_has(own, "acct_gather_energy/xcc"));
	assert_true(fact_plugin_has(find(TOPOLOGY_CONF, SECTION_SWITCH, "LinkSpeed"), "topology/hypercube"));
	assert_false(fact_plugin_has(find(TOPOLOGY_CONF, SECTION_SWITCH, "SwitchName"), "topology/block"));
	assert_string_equal(find(MPI_CONF, SECTION_GLOBAL, "PMIxEnv")->plugin, "mpi/pmix");
	assert_null(global("ClusterName")->plugin);
	assert_true(fact_plugin_has(global("ClusterName"), "topology/tree"));
}

static void lines_have_sections(void **state)
{
	assert_int_equal(slurm_section_of(SLURM_CONF, "nodename"), SECTION_NODE);
	assert_int_equal(slurm_section_of(SLURM_CONF, "PartitionName"), SECTION_PARTITION);
	assert_int_equal(slurm_section_of(SLURM_CONF, "ClusterName"), SECTION_GLOBAL);
	assert_int_equal(slurm_section_of(SLURM_CONF, "Foo"), SECTION_GLOBAL);
	assert_int_equal(slurm_section_of(GRES_CONF, "Name"), SECTION_GRES);
	assert_int_equal(slurm_section_of(GRES_CONF, "NodeName"), SECTION_GRES);
	assert_int_equal(slurm_section_of(GRES_CONF, "AutoDetect"), SECTION_GLOBAL);
	assert_int_equal(slurm_section_of(SLURM_CONF, "Name"), SECTION_GLOBAL);
	assert_int_equal(slurm_section_of(TOPOLOGY_CONF, "switchname"), SECTION_SWITCH);
	assert_int_equal(slurm_section_of(TOPOLOGY_CONF, "BlockName"), SECTION_BLOCK);
	assert_int_equal(slurm_section_of(TOPOLOGY_CONF, "BlockSizes"), SECTION_GLOBAL);
	assert_int_equal(slurm_section_of(TOPOLOGY_CONF, "RingName"), SECTION_RING);
	assert_int_equal(slurm_section_of(JOB_CONTAINER_CONF, "BasePath"), SECTION_CONTAINER);
	assert_int_equal(slurm_section_of(JOB_CONTAINER_CONF, "NodeName"), SECTION_CONTAINER);
	assert_int_equal(slurm_section_of(JOB_CONTAINER_CONF, "AutoBasePath"), SECTION_GLOBAL);
	assert_int_equal(slurm_section_of(HELPERS_CONF, "NodeName"), SECTION_FEATURE);
	assert_int_equal(slurm_section_of(HELPERS_CONF, "Feature"), SECTION_FEATURE);
	assert_int_equal(slurm_section_of(HELPERS_CONF, "ExecTime"), SECTION_GLOBAL);
}

static void values_by_type(void **state)
{
	const struct fact *u16 = global("KillWait"), *u32 = global("MaxArraySize"), *u64 = global("DefMemPerCPU");
	const struct fact *flag = global("DisableRootJobs");
	const struct fact *share = find(CGROUP_CONF, SECTION_GLOBAL, "AllowedRAMSpace");
	static const char *const good16[] = { "0", "65535", "0x10", "010", "infinite" };
	static const char *const bad16[] = { "", "65536", "5k", "-1", "08", "1.5", "x", "5 ", "99999999999999999999" };
	for (size_t i = 0; i < sizeof(good16) / sizeof(good16[0]); i++)
		assert_null(fact_value_error(u16, good16[i]));
	for (size_t i = 0; i < sizeof(bad16) / sizeof(bad16[0]); i++)
		assert_non_null(fact_value_error(u16, bad16[i]));
	assert_null(fact_value_error(u32, "4294967295"));
	assert_null(fact_value_error(u32, "5K"));
	assert_non_null(fact_value_error(u32, "4294967296"));
	assert_non_null(fact_value_error(u32, "1G"));
	assert_null(fact_value_error(u64, "4294967296"));
	assert_non_null(fact_value_error(u64, "1.5"));
	assert_null(fact_value_error(flag, "YES"));
	assert_null(fact_value_error(flag, "down"));
	assert_string_equal(fact_value_error(flag, "on"), "yes or no");
	assert_null(fact_value_error(share, "97.5"));
	assert_non_null(fact_value_error(share, "98%"));
	assert_null(fact_value_error(global("ClusterName"), "anything at all"));
}

static void check_values(const struct fact *f, const char *const *good, const char *const *bad)
{
	for (; *good; good++)
		if (fact_value_error(f, *good))
			fail_msg("%s=%s: wanted: %s", f->key, *good, fact_value_error(f, *good));
	for (; *bad; bad++)
		if (!fact_value_error(f, *bad))
			fail_msg("%s=%s is taken", f->key, *bad);
}

static void times_by_type(void **state)
{
	const struct {
		enum slurm_file file;
		enum slurm_section section;
		const char *key;
		const char *good[12], *bad[16];
	} rows[] = {
		{ SLURM_CONF,
		  SECTION_PARTITION,
		  "MaxTime",
		  { "0", "5", "5:30", "1:02:03", "7-0", "1-00:00:00", "UNLIMITED", "infinite", "-1" },
		  { "", "foo", "-5", "NONE", "5k", "1.5", "1h", "1-", ":5", "1:2:3:4" } },
		{ SLURM_CONF, SECTION_PARTITION, "DefaultTime", { "30" }, { "thirty" } },
		{ SLURM_CONF, SECTION_GLOBAL, "PriorityDecayHalfLife", { "14-0", "0" }, { "two weeks" } },
		{ SLURM_CONF,
		  SECTION_GLOBAL,
		  "PriorityCalcPeriod",
		  { "5", "1:00:00" },
		  { "0", "0:00", "UNLIMITED", "-1", "five" } },
		{ SLURMDBD_CONF, SECTION_GLOBAL, "MaxQueryTimeRange", { "30-0", "INFINITE" }, { "30days" } },
		{ SLURM_CONF,
		  SECTION_GLOBAL,
		  "SuspendTime",
		  { "0", "600", "010", "INFINITE", "none", "-1" },
		  { "", "foo", "-5", "UNLIMITED", "5k", "5:00", "0x10", "2147483648", "99999999999999999999" } },
		{ SLURM_CONF, SECTION_PARTITION, "SuspendTime", { "600", "INFINITE" }, { "UNLIMITED", "10:00" } },
		{ SLURM_CONF, SECTION_NODE, "SuspendTime", { "600", "INFINITE" }, { "never" } },
		{ SLURM_CONF,
		  SECTION_PARTITION,
		  "OverTimeLimit",
		  { "0", "65535", "010", "09", "UNLIMITED", "infinite" },
		  { "", "65536", "0x10", "5k", "-1", "foo", "1:00" } },
		{ SLURMDBD_CONF,
		  SECTION_GLOBAL,
		  "PurgeJobAfter",
		  { "12", "0", "12months", "12Month", "30d", "30days", "12hours", "1h", "65535m" },
		  { "", "d", "30x", "5y", "10min", "1.5d", "-1", "65536", "12 days", "INFINITE" } },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_values(find(rows[i].file, rows[i].section, rows[i].key), rows[i].good, rows[i].bad);
}

static void suggestions(void **state)
{
	assert_string_equal(fact_suggest(SLURM_CONF, SECTION_GLOBAL, RELEASE_24_11, "SlurmctldHosts"), "SlurmctldHost");
	assert_string_equal(fact_suggest(SLURM_CONF, SECTION_NODE, RELEASE_24_11, "RealMemry"), "RealMemory");
	assert_null(fact_suggest(SLURM_CONF, SECTION_GLOBAL, RELEASE_24_11, "zzzzzzzzzzzz"));
	/* Not what the release does not know, nor what is old. */
	const char *key = fact_suggest(SLURM_CONF, SECTION_GLOBAL, RELEASE_24_11, "NamespaceTypes");
	assert_true(!key || strcmp(key, "NamespaceType") != 0);
	assert_string_equal(fact_suggest(SLURM_CONF, SECTION_GLOBAL, RELEASE_25_11, "NamespaceTypes"), "NamespaceType");
	key = fact_suggest(SLURM_CONF, SECTION_PARTITION, RELEASE_24_11, "Share");
	assert_true(!key || strcmp(key, "Shared") != 0);
	assert_string_equal(fact_suggest_word(global("SelectType"), RELEASE_24_11, "select/cons_tre"),
			    "select/cons_tres");
	assert_string_equal(fact_suggest_word(global("SelectType"), RELEASE_24_11, "select/cons_res"),
			    "select/cons_tres");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(releases_have_names),
		cmocka_unit_test(every_fact_is_found_and_sane),
		cmocka_unit_test(every_renamed_key_has_a_target),
		cmocka_unit_test(every_default_is_a_value),
		cmocka_unit_test(every_word_is_found_and_lives_within_its_key),
		cmocka_unit_test(words_by_release),
		cmocka_unit_test(keys_by_release),
		cmocka_unit_test(keys_of_the_other_files),
		cmocka_unit_test(plugins_have_keys),
		cmocka_unit_test(lines_have_sections),
		cmocka_unit_test(values_by_type),
		cmocka_unit_test(times_by_type),
		cmocka_unit_test(suggestions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
