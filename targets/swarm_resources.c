/* swarm_resources.c: what services refer to: networks, volumes, secrets, configs. */
#include <ctype.h>
#include <string.h>

#include "targets/containers.h"
#include "targets/swarm.h"

static void network(struct swarm *s, const struct model_network *n)
{
	const struct network *written = n->network;
	y_map(s->y, n->name);
	y_str(s->y, "driver", "overlay");
	y_bool(s->y, "attachable", true);
	bool mtu = written && written->mtu != VALUE_ABSENT, encrypted = written && written->encrypted == TRI_TRUE;
	if (mtu || encrypted)
		y_map(s->y, "driver_opts");
	if (mtu)
		y_str(s->y, "com.docker.network.driver.mtu",
		      arena_printf(s->m->arena, "%lld", (long long)written->mtu));
	if (encrypted)
		y_str(s->y, "encrypted", "true");
	if (mtu || encrypted)
		y_end(s->y);
	y_map(s->y, "ipam");
	y_seq(s->y, "config");
	y_map(s->y, NULL);
	y_raw(s->y, "subnet", swarm_subnet(s, n));
	y_end(s->y);
	y_end(s->y);
	y_end(s->y);
	y_end(s->y);
}

/* ---- volumes: each is made on the machine where a place wants it */

static void volumes(struct swarm *s)
{
	const struct model *m = s->m;
	y_map(s->y, "volumes");
	for (size_t i = 0; i < m->volumes.n; i++)
		y_empty_map(s->y, m->volumes.v[i].name);
	for (size_t i = 0; i < m->storage.n; i++) {
		const struct storage *x = m->storage.v[i];
		if (strcmp(x->type, "volume") == 0)
			y_empty_map(s->y, x->origin.name);
		else if (strcmp(x->type, "nfs") == 0)
			containers_nfs_volume(s->y, m, x);
	}
	y_end(s->y);
}

/* ---- secrets and configs */

static void secrets(struct swarm *s)
{
	const struct model *m = s->m;
	if (!m->secrets.n)
		return;
	y_map(s->y, "secrets");
	for (size_t i = 0; i < m->secrets.n; i++) {
		const char *name = m->secrets.v[i].name;
		y_flow(s->y);
		y_map(s->y, name);
		y_bool(s->y, "external", true);
		y_raw(s->y, "name",
		      arena_printf(m->arena, "${%s:-%s_%s}", swarm_variable(s, "SECRET", name), s->project, name));
		y_end(s->y);
	}
	y_end(s->y);
}

/* At most 64 characters (swarmkit: manager/controlapi/common.go): a stack's name has 40, a hash 12. */
static void configs(struct swarm *s)
{
	y_map(s->y, "configs");
	for (size_t i = 0; i < s->configs.n; i++) {
		const struct swarm_config *c = &s->configs.v[i];
		const char *slash = strrchr(c->path, '/');
		char *begin = arena_strndup(s->m->arena, slash + 1, strlen(slash + 1) < 10 ? strlen(slash + 1) : 10);
		for (char *p = begin; *p; p++)
			if (!isalnum((unsigned char)*p) && !strchr("._-", *p))
				*p = '_';
		y_map(s->y, c->key);
		y_raw(s->y, "name", arena_printf(s->m->arena, "%s_%s_%s", swarm_stack(s), begin, c->hash));
		y_str(s->y, "file", arena_printf(s->m->arena, "./%s", c->path));
		y_end(s->y);
	}
	y_end(s->y);
}

void swarm_resources(struct swarm *s)
{
	y_map(s->y, "networks");
	for (size_t i = 0; i < s->m->networks.n; i++)
		network(s, s->m->networks.v[i]);
	y_end(s->y);
	volumes(s);
	secrets(s);
	configs(s);
}
