#include "compiler/slurm/fact.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "compiler/slurm/fact_hash.h"
#include "compiler/slurm/value.h"
#include "compiler/source/diag.h"

static const char *const release_names[RELEASE_COUNT] = {
	[RELEASE_22_05] = "22.05", [RELEASE_23_02] = "23.02", [RELEASE_23_11] = "23.11", [RELEASE_24_05] = "24.05",
	[RELEASE_24_11] = "24.11", [RELEASE_25_05] = "25.05", [RELEASE_25_11] = "25.11", [RELEASE_26_05] = "26.05",
};

static const char *const file_names[SLURM_FILE_COUNT] = {
	[SLURM_CONF] = "slurm.conf",
	[GRES_CONF] = "gres.conf",
	[CGROUP_CONF] = "cgroup.conf",
	[SLURMDBD_CONF] = "slurmdbd.conf",
	[MPI_CONF] = "mpi.conf",
	[TOPOLOGY_CONF] = "topology.conf",
	[ACCT_GATHER_CONF] = "acct_gather.conf",
	[JOB_CONTAINER_CONF] = "job_container.conf",
	[OCI_CONF] = "oci.conf",
	[BURST_BUFFER_CONF] = "burst_buffer.conf",
	[HELPERS_CONF] = "helpers.conf",
	[PLUGSTACK_CONF] = "plugstack.conf",
	[TOPOLOGY_YAML] = "topology.yaml",
	[NAMESPACE_YAML] = "namespace.yaml",
};

const char *release_name(enum release r)
{
	assert(r < RELEASE_COUNT);
	return release_names[r];
}

enum release release_parse(const char *s)
{
	for (int r = 0; r < RELEASE_COUNT; r++) {
		size_t n = strlen(release_names[r]);
		if (strncmp(s, release_names[r], n) != 0)
			continue;
		const char *update = s + n;
		if (*update == '\0')
			return (enum release)r;
		size_t digits = *update == '.' ? strspn(update + 1, "0123456789") : 0;
		if (digits > 0 && update[1 + digits] == '\0')
			return (enum release)r;
	}
	return RELEASE_NONE;
}

bool release_is_newer(const char *s)
{
	const char *newest = release_names[RELEASE_COUNT - 1];
	size_t digits = strspn(s, "0123456789"), after = s[digits] == '.' ? strspn(s + digits + 1, "0123456789") : 0;
	char end = s[digits + (after > 0) + after];
	return digits == 2 && after == 2 && (end == '\0' || end == '.') && strncmp(s, newest, strlen(newest)) > 0;
}

const char *slurm_file_name(enum slurm_file f)
{
	assert(f < SLURM_FILE_COUNT);
	return file_names[f];
}

/* strcasecmp() for keys, which are letters, digits and little else: they are looked up more often than all else. */
static bool same_key(const char *a, const char *b)
{
	for (; *a; a++, b++) {
		unsigned char low = (unsigned char)(*a | 0x20);
		if (*a != *b && ((*a ^ *b) != 0x20 || low < 'a' || low > 'z'))
			return false;
	}
	return !*b;
}

const struct fact *fact_find(enum slurm_file file, enum slurm_section section, const char *key)
{
	for (uint32_t at = fact_hash((int)file, (int)section, key); fact_slots[at]; at = (at + 1) & (FACT_SLOTS - 1)) {
		const struct fact *f = &fact_table[fact_slots[at] - 1];
		if (f->file == file && f->section == section && same_key(f->key, key))
			return f;
	}
	return NULL;
}

bool fact_is_secret(const char *key)
{
	static const char *const ends[] = { "Pass", "Password" };
	size_t size = strlen(key);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t n = strlen(ends[i]);
		if (size >= n && strcasecmp(key + size - n, ends[i]) == 0)
			return true;
	}
	return false;
}

enum slurm_section slurm_section_of(enum slurm_file file, const char *key)
{
	for (int s = SECTION_GLOBAL + 1; s < SECTION_COUNT; s++) {
		const struct fact *f = fact_find(file, (enum slurm_section)s, key);
		if (f && f->type == FACT_LINE)
			return (enum slurm_section)s;
	}
	return SECTION_GLOBAL;
}

const char *fact_default(const struct fact *f, enum release r)
{
	const char *value = NULL;
	for (size_t i = 0; i < f->n_defaults && f->defaults[i].first <= r; i++)
		value = f->defaults[i].value;
	return value;
}

const struct fact *fact_current(const struct fact *f, enum release r)
{
	const struct fact *now = f->renamed ? fact_find(f->file, f->section, f->renamed) : NULL;
	return now && fact_known(now, r) ? now : f;
}

enum change_cost fact_cost(const struct fact *f, enum release r)
{
	return r < RELEASE_23_11 ? f->cost_before_23_11 : f->cost;
}

bool fact_plugin_has(const struct fact *f, const char *plugin)
{
	size_t size = strlen(plugin);
	for (const char *s = f->plugin; s; s = *s ? s + 1 : NULL) {
		size_t n = strcspn(s, "|");
		if (n == size && strncasecmp(s, plugin, n) == 0)
			return true;
		s += n;
	}
	return !f->plugin;
}

static int compare_word(const void *a, const void *b)
{
	const struct fact_word *w = b;
	return strcasecmp(a, w->word);
}

/* read_config.c: _parse_partitionname(); node_conf.c: state_str2int(). */
static bool takes_by_prefix(const struct fact *f, const char *word)
{
	static const char *const of_nodes[] = { "CLOUD", "DRAIN", "EXTERNAL", "FAIL" };
	if (f->section == SECTION_PARTITION)
		return true;
	for (size_t i = 0; i < sizeof(of_nodes) / sizeof(of_nodes[0]); i++)
		if (strcasecmp(word, of_nodes[i]) == 0)
			return true;
	return false;
}

const struct fact_word *fact_word_find(const struct fact *f, const char *word)
{
	if (f->n_words == 0)
		return NULL;
	const struct fact_word *w = bsearch(word, f->words, f->n_words, sizeof(f->words[0]), compare_word);
	if (w || f->section == SECTION_GLOBAL || strcmp(f->key, "State") != 0)
		return w;
	for (size_t i = 0; i < f->n_words; i++)
		if (strncasecmp(word, f->words[i].word, strlen(f->words[i].word)) == 0 &&
		    takes_by_prefix(f, f->words[i].word))
			return &f->words[i];
	return NULL;
}

/* More than any section has keys and any key has words: the tests walk both. */
enum { MAX_CANDIDATES = 512 };

static bool worth_suggesting(const struct fact *f, enum release r)
{
	return fact_known(f, r) && r < f->defunct && r < f->refused && fact_current(f, r) == f;
}

/* Memory for RealMemory: the one key that ends with what was written. */
static const char *only_longer(const char *const *candidates, size_t n, const char *key)
{
	enum { SHORTEST = 5 };
	size_t size = strlen(key);
	const char *found = NULL;
	for (size_t i = 0; i < n && size >= SHORTEST; i++) {
		size_t longer = strlen(candidates[i]);
		if (longer <= size || strcasecmp(candidates[i] + longer - size, key) != 0)
			continue;
		if (found)
			return NULL;
		found = candidates[i];
	}
	return found;
}

const char *fact_suggest(enum slurm_file file, enum slurm_section section, enum release r, const char *key)
{
	const char *candidates[MAX_CANDIDATES];
	size_t n = 0;
	for (size_t i = 0; i < fact_count && n < MAX_CANDIDATES; i++) {
		const struct fact *f = &fact_table[i];
		if (f->file == file && f->section == section && worth_suggesting(f, r))
			candidates[n++] = f->key;
	}
	const char *near = suggest_nocase(key, candidates, n);
	return near ? near : only_longer(candidates, n, key);
}

const char *fact_suggest_word(const struct fact *f, enum release r, const char *word)
{
	const char *candidates[MAX_CANDIDATES];
	size_t n = 0;
	for (size_t i = 0; i < f->n_words && n < MAX_CANDIDATES; i++)
		if (fact_word_known(&f->words[i], r))
			candidates[n++] = f->words[i].word;
	return suggest_nocase(word, candidates, n);
}

/* parse_value.c: s_p_handle_uint16 takes no suffix, the wider ones take `k`. */
static const char *number_error(const struct fact *f, const char *value)
{
	uint64_t number;
	bool valid = slurm_number(value, &number);
	bool infinite = valid && number == SLURM_INFINITE;
	switch (f->type) {
	case FACT_U16:
		if (valid && (infinite || number <= UINT16_MAX) && !strpbrk(value, "kK"))
			return NULL;
		return "a whole number from 0 to 65535";
	case FACT_U32:
		if (valid && (infinite || number <= UINT32_MAX))
			return NULL;
		return "a whole number from 0 to 4294967295";
	default:
		return valid ? NULL : "a whole number, not negative";
	}
}

/* Digits alone, which atoi() and strtol() read with base 10 whatever they begin with; `end` is what follows them. */
static bool decimal_upto(const char *value, unsigned long max, const char **end)
{
	size_t digits = strspn(value, "0123456789");
	*end = value + digits;
	return digits > 0 && strtoul(value, NULL, 10) <= max;
}

static bool is_one_of(const char *value, const char *const *words)
{
	while (*words && strcasecmp(value, *words) != 0)
		words++;
	return *words;
}

/* read_config.c, _parse_partitionname(): OverTimeLimit goes through strtol(), which makes 0 of any other word. */
static bool is_decimal(const char *value)
{
	static const char *const words[] = { "INFINITE", "UNLIMITED", NULL };
	const char *end;
	return is_one_of(value, words) || (decimal_upto(value, UINT16_MAX, &end) && !*end);
}

/* read_config.c: SuspendTime goes through atoi(), which makes 0 of UNLIMITED too: a node would be stopped at once. */
static bool is_seconds(const char *value)
{
	static const char *const words[] = { "INFINITE", "NONE", "-1", NULL };
	const char *end;
	return is_one_of(value, words) || (decimal_upto(value, INT32_MAX, &end) && !*end);
}

/* slurmdb_defs.c: slurmdb_parse_purge(). It looks at the first letter of the unit only, so that 10min are 10 months,
 * and keeps the unit in the bits above the sixteenth. */
static bool is_age(const char *value)
{
	static const char *const units[] = {
		"", "h", "hour", "hours", "d", "day", "days", "m", "month", "months", NULL
	};
	const char *unit;
	return decimal_upto(value, UINT16_MAX, &unit) && is_one_of(unit, units);
}

static const char *time_error(const struct fact *f, const char *value)
{
	uint32_t minutes;
	bool valid = slurm_minutes(value, &minutes);
	if (f->type == FACT_TIME)
		return valid ? NULL : "a time such as 30 (minutes), 12:00:00, 7-0 (days-hours) or UNLIMITED";
	if (valid && minutes != 0 && minutes != SLURM_INFINITE_MINUTES)
		return NULL;
	return "a time such as 5 (minutes) or 1:00:00, longer than 0 and with an end";
}

const char *fact_value_error(const struct fact *f, const char *value)
{
	bool flag;
	switch (f->type) {
	case FACT_U16:
	case FACT_U32:
	case FACT_U64:
		return number_error(f, value);
	case FACT_BOOL:
		return slurm_bool(value, &flag) ? NULL : "yes or no";
	case FACT_DECIMAL:
		return is_decimal(value) ? NULL : "a whole number from 0 to 65535, or UNLIMITED";
	case FACT_TIME:
	case FACT_PERIOD:
		return time_error(f, value);
	case FACT_SECONDS:
		return is_seconds(value) ? NULL : "a number of seconds, or INFINITE";
	case FACT_AGE:
		return is_age(value) ? NULL : "an age such as 30days, 12hours or 6months";
	case FACT_FLOAT:
		return slurm_float_valid(value) ? NULL : "a plain number, such as 95 or 97.5";
	default:
		return NULL;
	}
}
