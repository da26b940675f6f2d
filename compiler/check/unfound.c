/*
 * unfound.c: rules that would speak of the consequences of a name that nothing has.
 *
 * unknown-name has said it where the name stands. What a host, a network or an image is that nobody describes, and for
 * what the one is that was meant, follows from it: these rules wait until the name is right. Others go on: they speak
 * of what is written.
 */
#include <string.h>

#include "compiler/check/check.h"

enum { MOST = 12 };

static const struct consequences {
	const char *mapping; /* of the spec, in which the name was looked for */
	const char *rules[MOST];
} all[] = {
	{ "hosts",
	  { "even-managers", "flow-blocked", "home-not-shared", "host-without-address", "label-unknown",
	    "nothing-shared", "one-host", "overlay-without-manager", "unused-hardware", "unused-host",
	    "volume-on-two-hosts" } },
	{ "hardware", { "node-without-cpus", "node-without-memory", "unused-hardware" } },
	{ "nodes", { "node-in-no-partition" } },
	{ "networks",
	  { "even-managers", "flow-blocked", "host-network-key", "host-port-twice", "mpi-network-elsewhere",
	    "overlay-without-manager", "unused-network" } },
	{ "images", { "image-not-buildable", "pmix-not-packaged", "unused-image" } },
	{ "secrets", { "unused-secret" } },
};

static bool is_missed(const struct spec *spec, const char *mapping)
{
	const struct entries *e = field_at(shape_field(&spec_shape, mapping), spec);
	return e->missed;
}

bool rule_waits_for_name(const struct spec *spec, const char *name)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (size_t j = 0; j < MOST && all[i].rules[j]; j++)
			if (strcmp(all[i].rules[j], name) == 0 && is_missed(spec, all[i].mapping))
				return true;
	return false;
}
