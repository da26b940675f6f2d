/*
 * upgrade.h: several releases at once: sets of them, and the ways from one to another.
 *
 * Like fact.h it knows releases by name, so that nobody else has to. It holds constants alone and allocates nothing but
 * the sentences that it is asked for.
 */
#ifndef HPCC_SLURM_UPGRADE_H
#define HPCC_SLURM_UPGRADE_H

#include "compiler/base/arena.h"
#include "compiler/slurm/fact.h"

/* A set of releases: bit r stands for release r. */
typedef unsigned release_set;
enum { RELEASES_NONE = 0, RELEASES_ALL = (1 << RELEASE_COUNT) - 1 };

static inline release_set release_bit(enum release r)
{
	return 1u << r;
}
static inline bool releases_hold(release_set set, enum release r)
{
	return r < RELEASE_COUNT && (set & release_bit(r));
}
/* The newest of a set, RELEASE_NONE of an empty one. */
enum release releases_newest(release_set set);
/* Those that are older. */
release_set releases_before(enum release r);
/* "24.11"; "23.11 to 25.05"; "22.05, and 24.05 to 24.11". */
const char *releases_said(struct arena *a, release_set set);
/* Which of them, among those that are spoken of: "in 24.11 and later", "in 23.02 and earlier", "in 24.05 alone". */
const char *releases_said_among(struct arena *a, release_set some, release_set among);
/* What they have in common, as a wish: "25.11 or later", "24.11 or earlier", "23.02 to 24.05". */
const char *releases_wanted(struct arena *a, release_set set);

static inline bool release_is_older(enum release a, enum release b)
{
	return a < b;
}

/* Whether daemons of `to` take the state files, the messages and the database of `from`, an older one.
 * (slurm_protocol_common.h: SLURM_MIN_PROTOCOL_VERSION; two releases back up to 24.05, three since) */
bool upgrade_is_direct(enum release from, enum release to);
/* The next release on the way, as far as one step goes; `to` itself when it is direct. */
enum release upgrade_step(enum release from, enum release to);

/* From 24.05 a step may take five times MessageTimeout to end, where nothing is said and that is more than 60 seconds.
 * (read_config.c: _validate_and_set_defaults()) */
static inline bool release_waits_by_messages(enum release r)
{
	return r >= RELEASE_24_05;
}
/* slurmdbd asks its database for REGEXP_REPLACE, which older servers do not have, since 25.05. */
static inline bool release_wants_regexp_replace(enum release r)
{
	return r >= RELEASE_25_05;
}
/* `slurmdbd -u` says whether the database will be converted, since 24.11. */
static inline bool release_asks_database(enum release r)
{
	return r >= RELEASE_24_11;
}

/* slurmdbd.conf may be root's, and its group may read it, since 25.11. (slurmdbd/read_config.c) */
static inline bool release_shares_slurmdbd_conf(enum release r)
{
	return r >= RELEASE_25_11;
}

/* What slurmdbd.conf includes must be as closed as itself, since 23.02. */
static inline bool release_closes_includes(enum release r)
{
	return r >= RELEASE_23_02;
}

/* Whether two defaults of a key are one thing under two names: topology/none, topology/default, topology/flat. */
bool upgrade_same_value(const char *a, const char *b);

#endif
