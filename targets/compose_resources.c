/* compose_resources.c: what services refer to: volumes, secrets; and networks (compose_networks.c). */
#include <string.h>

#include "targets/compose.h"
#include "targets/containers.h"

/* The volumes of nothing but this cluster: in memory where it shall leave nothing. */
static void own_volume(struct compose *c, const char *name)
{
	if (!c->ephemeral) {
		y_empty_map(c->y, name);
		return;
	}
	y_map(c->y, name);
	y_map(c->y, "driver_opts");
	y_str(c->y, "type", "tmpfs");
	y_str(c->y, "device", "tmpfs");
	y_end(c->y);
	y_end(c->y);
}

static void storage_volume(struct compose *c, const struct storage *s)
{
	if (strcmp(s->type, "volume") == 0)
		own_volume(c, s->origin.name);
	else if (strcmp(s->type, "nfs") == 0)
		containers_nfs_volume(c->y, c->m, s);
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
