/* containers_dress.c: what a service has on any engine, as compose files and stacks both say it. */
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

/* One for both, or soft:hard. */
static void limit(struct yaml *y, const char *name, const char *value, int64_t infinity)
{
	const char *hard = strchr(value, ':');
	if (!hard) {
		y_int(y, name, limit_number(value, infinity));
		return;
	}
	y_flow(y);
	y_map(y, name);
	y_int(y, "soft", limit_number(value, infinity));
	y_int(y, "hard", limit_number(hard + 1, infinity));
	y_end(y);
}

void containers_limits(struct yaml *y, const struct service *s)
{
	const struct limits *l = s ? s->limits : NULL;
	const struct {
		const char *name, *value;
		int64_t infinity;
	} all[] = {
		{ "memlock", l ? l->memlock : NULL, -1 },
		{ "stack", l ? l->stack : NULL, -1 },
		{ "nofile", l ? l->nofile : NULL, OPEN_FILES },
	};
	bool open = false;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (!all[i].value)
			continue;
		if (!open)
			y_map(y, "ulimits");
		open = true;
		limit(y, all[i].name, all[i].value, all[i].infinity);
	}
	if (open)
		y_end(y);
}

void containers_texts(struct yaml *y, const char *key, const struct texts *list)
{
	if (!list->n)
		return;
	y_seq(y, key);
	for (size_t i = 0; i < list->n; i++)
		y_str(y, NULL, list->v[i]);
	y_end(y);
}

void containers_secrets(struct yaml *y, const struct model *m, unsigned roles)
{
	bool open = false;
	for (size_t i = 0; i < m->secrets.n; i++) {
		if (!(m->secrets.v[i].roles & roles))
			continue;
		if (!open) {
			y_flow(y);
			y_seq(y, "secrets");
		}
		open = true;
		y_str(y, NULL, m->secrets.v[i].name);
	}
	if (open)
		y_end(y);
}

void containers_mount(struct yaml *y, const char *type, const char *source, const char *target, bool read_only)
{
	y_flow(y);
	y_map(y, NULL);
	y_str(y, "type", type);
	y_str(y, "source", source);
	y_str(y, "target", target);
	if (read_only)
		y_bool(y, "read_only", true);
	y_end(y);
}

/* ---- what all services have */

static void words(struct yaml *y, const char *key, const char *const *word)
{
	y_flow(y);
	y_seq(y, key);
	for (; *word; word++)
		y_str(y, NULL, *word);
	y_end(y);
}

void containers_entrypoint(struct yaml *y)
{
	words(y, "entrypoint", (const char *const[]){ "/bin/bash", "/etc/hpcc/entrypoint.sh", NULL });
}

void containers_health(struct yaml *y)
{
	words(y, "test", (const char *const[]){ "CMD", "/bin/bash", "/etc/hpcc/health.sh", NULL });
}

void containers_logging(struct yaml *y, struct arena *a, int64_t size, int64_t files)
{
	y_map(y, "logging");
	y_str(y, "driver", "json-file");
	y_map(y, "options");
	/* In bytes: the log driver takes m for a million. */
	y_str(y, "max-size", arena_printf(a, "%lld", (long long)size));
	y_str(y, "max-file", arena_printf(a, "%lld", (long long)files));
	y_end(y);
	y_end(y);
}

/* mount(8)'s view of what a server exports. */
void containers_nfs_volume(struct yaml *y, const struct model *m, const struct storage *s)
{
	y_map(y, s->origin.name);
	y_map(y, "driver_opts");
	y_str(y, "type", "nfs");
	y_str(y, "device", arena_printf(m->arena, ":%s", s->export));
	y_str(y, "o", storage_nfs_options(m, s));
	y_end(y);
	y_end(y);
}
