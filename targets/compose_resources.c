/* compose_resources.c: what services refer to: volumes, secrets; and networks (compose_networks.c). */
#include <string.h>

#include "targets/compose.h"

/* mount(8)'s view of a volume that is more than a folder of the engine's. */
static void driver_opts(struct compose *c, const char *type, const char *device, const char *options)
{
	y_map(c->y, "driver_opts");
	y_str(c->y, "type", type);
	y_str(c->y, "device", device);
	if (options)
		y_str(c->y, "o", options);
	y_end(c->y);
}

/* The volumes of nothing but this cluster: in memory where it shall leave nothing. */
static void own_volume(struct compose *c, const char *name)
{
	if (!c->ephemeral) {
		y_empty_map(c->y, name);
		return;
	}
	y_map(c->y, name);
	driver_opts(c, "tmpfs", "tmpfs", NULL);
	y_end(c->y);
}

static void nfs_volume(struct compose *c, const struct storage *s)
{
	y_map(c->y, s->origin.name);
	driver_opts(c, "nfs", arena_printf(c->m->arena, ":%s", s->export), storage_nfs_options(c->m, s));
	y_end(c->y);
}

static void storage_volume(struct compose *c, const struct storage *s)
{
	if (strcmp(s->type, "volume") == 0)
		own_volume(c, s->origin.name);
	else if (strcmp(s->type, "nfs") == 0)
		nfs_volume(c, s);
}

/* Those that some place of the machine has. */
static void volumes(struct compose *c)
{
	const struct model *m = c->m;
	y_map(c->y, "volumes");
	for (size_t i = 0; i < m->volumes.n; i++)
		if (m->volumes.v[i].role & c->machine->roles)
			own_volume(c, m->volumes.v[i].name);
	for (size_t i = 0; i < m->storage.n; i++) {
		const struct storage *s = m->storage.v[i];
		if (roles_of(&s->on, ROLE_ALL) & c->machine->roles && storage_exporter(m, s) != c->machine)
			storage_volume(c, s);
	}
	y_end(c->y);
}

static void secrets(struct compose *c)
{
	const struct model *m = c->m;
	bool open = false;
	for (size_t i = 0; i < m->secrets.n; i++) {
		if (!(m->secrets.v[i].roles & c->machine->roles))
			continue;
		if (!open)
			y_map(c->y, "secrets");
		open = true;
		y_flow(c->y);
		y_map(c->y, m->secrets.v[i].name);
		y_raw(c->y, "file", compose_state(c, arena_printf(m->arena, "secrets/%s", m->secrets.v[i].name)));
		y_end(c->y);
	}
	if (open)
		y_end(c->y);
}

void compose_resources(struct compose *c)
{
	compose_networks(c);
	volumes(c);
	secrets(c);
}
