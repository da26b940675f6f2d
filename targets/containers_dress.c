/* containers_dress.c: what a service wears on any engine: its limits as numbers. */
#include <stdlib.h>
#include <string.h>

#include "targets/containers.h"

/* The most files that Linux lets a process open, by fs.nr_open's default: Docker cannot say infinity of them. */
enum { OPEN_FILES = 1048576 };

/* "67108864", "64M", "infinity": systemd's way to write a limit. Docker's is a number, -1 for infinity. */
static int64_t limit_number(const char *s, int64_t infinity)
{
	char *end;
	if (strncmp(s, "infinity", 8) == 0)
		return infinity;
	int64_t n = strtoll(s, &end, 10);
	const char *units = "KMGTP", *unit = *end && *end != ':' ? strchr(units, *end) : NULL;
	for (const char *u = units; unit && u <= unit; u++) {
		if (n > INT64_MAX / 1024)
			return infinity;
		n *= 1024;
	}
	return n;
}

size_t container_limits(const struct service *s, struct container_limit ret[CONTAINER_LIMITS])
{
	const struct limits *l = s ? s->limits : NULL;
	const struct {
		const char *name, *value;
		int64_t infinity;
	} all[CONTAINER_LIMITS] = {
		{ "memlock", l ? l->memlock : NULL, -1 },
		{ "stack", l ? l->stack : NULL, -1 },
		{ "nofile", l ? l->nofile : NULL, OPEN_FILES },
	};
	size_t n = 0;
	for (size_t i = 0; i < CONTAINER_LIMITS; i++) {
		/* One for both, or soft:hard. */
		const char *hard = all[i].value ? strchr(all[i].value, ':') : NULL;
		if (!all[i].value)
			continue;
		struct container_limit *x = &ret[n++];
		x->name = all[i].name;
		x->soft = limit_number(all[i].value, all[i].infinity);
		x->pair = hard;
		x->hard = hard ? limit_number(hard + 1, all[i].infinity) : x->soft;
	}
	return n;
}
