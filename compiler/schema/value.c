/* value.c: scalars' forms as text, both ways. */
#include "compiler/schema/value.h"

#include <ctype.h>
#include <string.h>

#define DURATION_WANTED "a duration such as 90s, 5m, 8h, 7d, 1-12:00:00 or infinite"
#define MEMORY_MAX	(INT64_C(1) << 53)
#define MEMORY_WANTED	"an amount of memory such as 512M, 4G or 1T, or a share of the host's such as 95%"

const char *parse_bool(const char *s, enum tri *ret)
{
	if (strcmp(s, "true") == 0)
		*ret = TRI_TRUE;
	else if (strcmp(s, "false") == 0)
		*ret = TRI_FALSE;
	else
		return "true or false";
	return NULL;
}

/* Digits alone: no sign, no blanks, no leading zero, at most 18 of them. */
static bool digits(const char **s, int64_t *ret)
{
	const char *p = *s;
	int64_t n = 0;
	while (isdigit((unsigned char)*p) && p - *s < 18)
		n = n * 10 + (*p++ - '0');
	if (p == *s || isdigit((unsigned char)*p))
		return false;
	*s = p;
	*ret = n;
	return true;
}

const char *parse_int(const char *s, int64_t *ret)
{
	bool negative = *s == '-';
	const char *p = s + negative;
	/* 010 is eight to Slurm and to YAML 1.1, ten to everybody else. */
	if (p[0] == '0' && p[1])
		return "a whole number without leading zeros";
	if (!digits(&p, ret) || *p)
		return "a whole number";
	if (negative)
		*ret = -*ret;
	return NULL;
}

/* [d-]hh:mm:ss */
static bool parse_clock(const char *s, int64_t *ret)
{
	int64_t days = 0, h, m, sec;
	const char *p = s;
	if (strchr(s, '-') && (!digits(&p, &days) || *p++ != '-'))
		return false;
	if (!digits(&p, &h) || *p++ != ':' || !digits(&p, &m) || *p++ != ':' || !digits(&p, &sec) || *p)
		return false;
	if (m > 59 || sec > 59 || h > 1000000 || days > 1000000)
		return false;
	*ret = ((days * 24 + h) * 60 + m) * 60 + sec;
	return true;
}

const char *parse_duration(const char *s, struct duration *ret)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };

	if (strcmp(s, "infinite") == 0) {
		ret->seconds = DURATION_INFINITE;
		return NULL;
	}
	if (strchr(s, ':'))
		return parse_clock(s, &ret->seconds) ? NULL : DURATION_WANTED;
	const char *p = s;
	int64_t n;
	if (!digits(&p, &n) || n > 1000000000)
		return DURATION_WANTED;
	if (!*p)
		return "a duration with its unit, such as 90s, 5m, 8h or 7d";
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (*p == units[i].unit && !p[1]) {
			ret->seconds = n * units[i].seconds;
			return NULL;
		}
	return DURATION_WANTED;
}

const char *parse_memory(const char *s, struct memory *ret)
{
	static const char units[] = "KMGT";
	const char *p = s;
	int64_t n;
	if (!digits(&p, &n) || n > 1000000000)
		return MEMORY_WANTED;
	if (*p == '%' && !p[1]) {
		if (n < 1 || n > 100)
			return "a share from 1% to 100%";
		*ret = (struct memory){ .bytes = VALUE_ABSENT, .percent = n };
		return NULL;
	}
	const char *unit = *p ? strchr(units, *p) : NULL;
	if (!unit || p[1])
		return *p ? MEMORY_WANTED : "memory with its unit: K, M, G or T (powers of 1024)";
	int64_t bytes = n;
	for (const char *u = units; u <= unit && bytes <= MEMORY_MAX; u++)
		bytes *= 1024;
	if (bytes > MEMORY_MAX)
		return "an amount of memory of at most 8192T";
	*ret = (struct memory){ .bytes = bytes };
	return NULL;
}

void print_duration(struct duration d, struct text *t)
{
	if (d.seconds == DURATION_INFINITE)
		text_add(t, "infinite");
	else if (d.seconds && d.seconds % 86400 == 0)
		text_addf(t, "%lldd", (long long)(d.seconds / 86400));
	else if (d.seconds && d.seconds % 3600 == 0)
		text_addf(t, "%lldh", (long long)(d.seconds / 3600));
	else if (d.seconds && d.seconds % 60 == 0)
		text_addf(t, "%lldm", (long long)(d.seconds / 60));
	else
		text_addf(t, "%llds", (long long)d.seconds);
}

void print_memory(struct memory m, struct text *t)
{
	if (m.percent) {
		text_addf(t, "%d%%", (int)m.percent);
		return;
	}
	static const char units[] = "KMGT";
	int64_t n = m.bytes / 1024;
	size_t unit = 0;
	while (n && n % 1024 == 0 && unit < sizeof(units) - 2) {
		n /= 1024;
		unit++;
	}
	text_addf(t, "%lld%c", (long long)n, units[unit]);
}

const char *texts_joined(struct arena *a, const struct texts *list)
{
	struct text t;
	text_init(&t, a);
	for (size_t i = 0; i < list->n; i++)
		text_join(&t, 0, ",", list->v[i]);
	return t.s;
}

const char *options_joined(struct arena *a, const struct options *list)
{
	struct text t;
	text_init(&t, a);
	for (size_t i = 0; i < list->n; i++)
		text_join(&t, 0, ",", arena_printf(a, "%s=%s", list->v[i].key, list->v[i].value));
	return t.s;
}
