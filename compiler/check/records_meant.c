/* records_meant.c: what was meant by a value that Slurm does not take: sizes, times and shares as people write them
 * elsewhere. */
#include "compiler/check/records.h"

#include <string.h>
#include <strings.h>

struct unit {
	const char *suffix;
	uint64_t factor;
};

static const struct unit sizes[] = { { "m", 1 },       { "mb", 1 },	  { "mib", 1 },
				     { "g", 1 << 10 }, { "gb", 1 << 10 }, { "gib", 1 << 10 },
				     { "t", 1 << 20 }, { "tb", 1 << 20 }, { "tib", 1 << 20 } };
static const struct unit times[] = {
	{ "s", 1 },	   { "sec", 1 },       { "seconds", 1 },      { "m", 60 },	     { "min", 60 },
	{ "minutes", 60 }, { "h", 3600 },      { "hours", 3600 },     { "d", 86400 },	     { "day", 86400 },
	{ "days", 86400 }, { "w", 7 * 86400 }, { "week", 7 * 86400 }, { "weeks", 7 * 86400 }
};

/* Of what slurmdbd keeps; it knows hours, days and months. */
static const struct unit weeks[] = { { "w", 7 }, { "week", 7 }, { "weeks", 7 } };
static const struct unit years[] = { { "y", 12 }, { "year", 12 }, { "years", 12 } };

/* A number and one of those units, and nothing else. */
static bool take_unit(const char *value, const struct unit *units, size_t n, uint64_t *ret)
{
	enum { DIGITS = 9 };
	size_t digits = strspn(value, "0123456789");
	uint64_t number = 0;
	if (!digits || digits > DIGITS)
		return false;
	for (size_t i = 0; i < digits; i++)
		number = number * 10 + (uint64_t)(value[i] - '0');
	const char *suffix = value + digits + strspn(value + digits, " ");
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(units[i].suffix, suffix) == 0) {
			*ret = number * units[i].factor;
			return true;
		}
	return false;
}

static bool is_in_mib(const char *key)
{
	static const char *const keys[] = { "RealMemory",    "TmpDisk",	     "MemSpecLimit", "DefMemPerCPU",
					    "DefMemPerNode", "MaxMemPerCPU", "MaxMemPerNode" };
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcasecmp(key, keys[i]) == 0)
			return true;
	return false;
}

bool value_is_memory(const struct fact *f)
{
	return is_in_mib(f->key);
}

static bool is_in_seconds(const struct fact *f)
{
	static const char *const ends[] = { "Timeout",	 "Interval",  "Wait", "GracePeriod",
					    "GraceTime", "MinJobAge", "Delay" };
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if ((f->file == SLURM_CONF || f->file == SLURMDBD_CONF) && text_ends(f->key, ends[i]))
			return true;
	return false;
}

/* 30 is minutes, 4:00:00 hours, 7-0 days and hours. */
static const char *time_of(struct arena *a, uint64_t seconds)
{
	unsigned long long days = seconds / 86400, hours = seconds / 3600 % 24, minutes = seconds / 60 % 60;
	if (seconds % 60)
		return arena_printf(a, "%llu:%02llu:%02llu", days * 24 + hours, minutes,
				    (unsigned long long)seconds % 60);
	if (days && !minutes)
		return arena_printf(a, "%llu-%llu", days, hours);
	if (days || hours)
		return arena_printf(a, "%llu:%02llu:00", days * 24 + hours, minutes);
	return arena_printf(a, "%llu", minutes);
}

/* Keys that other words than these fit are left to themselves: what `k` means there nobody can say. */
const char *value_meant(struct arena *a, const struct fact *f, const char *value)
{
	uint64_t n;
	size_t length = strlen(value);
	if ((f->type == FACT_U32 || f->type == FACT_U64) && is_in_mib(f->key) &&
	    take_unit(value, sizes, sizeof(sizes) / sizeof(sizes[0]), &n))
		return arena_printf(a, "%llu", (unsigned long long)n);
	if ((f->type == FACT_TIME || f->type == FACT_PERIOD) &&
	    take_unit(value, times, sizeof(times) / sizeof(times[0]), &n) && n)
		return time_of(a, n);
	if (f->type == FACT_SECONDS && take_unit(value, times, sizeof(times) / sizeof(times[0]), &n))
		return arena_printf(a, "%llu", (unsigned long long)n);
	/* Timeouts and intervals; what has other units, none or MiB is left. */
	if ((f->type == FACT_U16 || f->type == FACT_U32) && is_in_seconds(f) &&
	    take_unit(value, times, sizeof(times) / sizeof(times[0]), &n) && (n <= UINT16_MAX || f->type == FACT_U32))
		return arena_printf(a, "%llu", (unsigned long long)n);
	if (f->type == FACT_AGE && take_unit(value, weeks, sizeof(weeks) / sizeof(weeks[0]), &n))
		return arena_printf(a, "%lludays", (unsigned long long)n);
	if (f->type == FACT_AGE && take_unit(value, years, sizeof(years) / sizeof(years[0]), &n))
		return arena_printf(a, "%llumonths", (unsigned long long)n);
	if (f->type == FACT_FLOAT && length > 1 && strspn(value, "0123456789.") == length - 1 &&
	    value[length - 1] == '%')
		return arena_strndup(a, value, length - 1);
	return NULL;
}
