#include "compiler/slurm/upgrade.h"

#include <string.h>

#include "compiler/base/text.h"

enum release releases_newest(release_set set)
{
	for (int r = RELEASE_COUNT - 1; r >= 0; r--)
		if (set & release_bit((enum release)r))
			return (enum release)r;
	return RELEASE_NONE;
}

release_set releases_before(enum release r)
{
	return release_bit(r) - 1;
}

static enum release oldest(release_set set)
{
	int r = 0;
	while (r < RELEASE_COUNT && !(set & release_bit((enum release)r)))
		r++;
	return (enum release)r;
}

/* Whether the set holds all from its oldest to its newest. */
static bool is_range(release_set set)
{
	release_set from = set >> oldest(set);
	return set && !(from & (from + 1));
}

const char *releases_said(struct arena *a, release_set set)
{
	struct text t;
	text_init(&t, a);
	for (int r = 0; r < RELEASE_COUNT; r++) {
		if (!(set & release_bit((enum release)r)))
			continue;
		int last = r;
		while (last + 1 < RELEASE_COUNT && (set & release_bit((enum release)(last + 1))))
			last++;
		if (t.n)
			text_add(&t, (set >> (last + 1)) ? ", " : " and ");
		text_add(&t, release_name((enum release)r));
		if (last > r)
			text_addf(&t, " to %s", release_name((enum release)last));
		r = last;
	}
	return t.s;
}

const char *releases_said_among(struct arena *a, release_set some, release_set among)
{
	release_set others = among & ~some;
	enum release first = oldest(some), last = releases_newest(some);
	if (!(some & (some - 1)))
		return arena_printf(a, "in %s alone", release_name(first));
	if (others && !(others & ~releases_before(first)))
		return arena_printf(a, "in %s and later", release_name(first));
	if (others && !(others & releases_before(last)))
		return arena_printf(a, "in %s and earlier", release_name(last));
	return arena_printf(a, "in %s", releases_said(a, some));
}

const char *releases_wanted(struct arena *a, release_set set)
{
	enum release first = oldest(set), last = releases_newest(set);
	if (!is_range(set) || first == last)
		return releases_said(a, set);
	if (last == RELEASE_COUNT - 1)
		return arena_printf(a, "%s or later", release_name(first));
	if (first == 0)
		return arena_printf(a, "%s or earlier", release_name(last));
	return releases_said(a, set);
}

/* slurm_protocol_common.h of each series: the oldest protocol that it speaks. */
static const enum release oldest_taken[RELEASE_COUNT] = {
	[RELEASE_22_05] = RELEASE_22_05, [RELEASE_23_02] = RELEASE_22_05, [RELEASE_23_11] = RELEASE_22_05,
	[RELEASE_24_05] = RELEASE_23_02, [RELEASE_24_11] = RELEASE_23_02, [RELEASE_25_05] = RELEASE_23_11,
	[RELEASE_25_11] = RELEASE_24_05, [RELEASE_26_05] = RELEASE_24_11,
};

bool upgrade_is_direct(enum release from, enum release to)
{
	return oldest_taken[to] <= from;
}

enum release upgrade_step(enum release from, enum release to)
{
	while (to > from + 1 && !upgrade_is_direct(from, to))
		to--;
	return to;
}

bool upgrade_same_value(const char *a, const char *b)
{
	/* interfaces/topology.c: each of the newer releases takes the older names for its own plugin. */
	static const char *const flat[] = { "topology/none", "topology/default", "topology/flat" };
	bool one = false, other = false;
	for (size_t i = 0; i < sizeof(flat) / sizeof(flat[0]); i++) {
		one = one || strcmp(a, flat[i]) == 0;
		other = other || strcmp(b, flat[i]) == 0;
	}
	return strcmp(a, b) == 0 || (one && other);
}
