/* compose_resources.c: what services refer to: the network, volumes, secrets. */
#include <string.h>

#include "targets/compose.h"

static void networks(struct compose *c)
{
	const struct model_network *n = c->network;
	char ip[IP_TEXT];
	ip_format(&n->cidr.address, ip);
	y_map(c->y, "networks");
	y_map(c->y, n->name);
	if (n->network && n->network->mtu != VALUE_ABSENT) {
		y_map(c->y, "driver_opts");
		y_str(c->y, "com.docker.network.driver.mtu",
		      arena_printf(c->m->arena, "%lld", (long long)n->network->mtu));
		y_end(c->y);
	}
	y_map(c->y, "ipam");
	y_seq(c->y, "config");
	y_map(c->y, NULL);
	y_raw(c->y, "subnet", arena_printf(c->m->arena, "%s/%d", compose_address(c, ip), n->cidr.bits));
	y_end(c->y);
	y_end(c->y);
	y_end(c->y);
	y_end(c->y);
	y_end(c->y);
}

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

static void volumes(struct compose *c)
{
	const struct model *m = c->m;
	y_map(c->y, "volumes");
	for (size_t i = 0; i < m->volumes.n; i++)
		own_volume(c, m->volumes.v[i].name);
	for (size_t i = 0; i < m->storage.n; i++) {
		const struct storage *s = m->storage.v[i];
		if (strcmp(s->type, "volume") == 0)
			own_volume(c, s->origin.name);
		else if (strcmp(s->type, "nfs") == 0)
			nfs_volume(c, s);
	}
	y_end(c->y);
}

static void secrets(struct compose *c)
{
	const struct model *m = c->m;
	if (!m->secrets.n)
		return;
	y_map(c->y, "secrets");
	for (size_t i = 0; i < m->secrets.n; i++) {
		y_flow(c->y);
		y_map(c->y, m->secrets.v[i].name);
		y_raw(c->y, "file", compose_state(c, arena_printf(m->arena, "secrets/%s", m->secrets.v[i].name)));
		y_end(c->y);
	}
	y_end(c->y);
}

void compose_resources(struct compose *c)
{
	networks(c);
	volumes(c);
	secrets(c);
}
