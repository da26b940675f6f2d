/* swarm_configs.c: files of etc/ as configs of the swarm: which place sees which, and what each is called. */
#include <ctype.h>
#include <string.h>

#include "compiler/base/map.h"
#include "compiler/base/sha256.h"
#include "targets/swarm.h"

/* Files that not every place needs: a config that changes makes anew all that use it. */
static const struct reader {
	const char *path;
	unsigned roles;
} readers[] = {
	{ "etc/machines.tsv", 0 }, /* `cluster` alone reads these */
	{ "etc/partitions.tsv", 0 },
	{ "etc/gres.tsv", 0 },
	{ "etc/exports.tsv", 0 },
	{ "etc/mpi.sh", ROLE_SLURMD | ROLE_LOGIN },
	{ "etc/mpi.tsv", ROLE_SLURMD | ROLE_LOGIN },
	{ "etc/hostfile", ROLE_SLURMD | ROLE_LOGIN },
	{ "etc/database.sh", ROLE_DATABASE },
	{ "etc/accounting.sh", ROLE_SLURMCTLD },
	{ "etc/sshd.conf", ROLE_SLURMD | ROLE_LOGIN },
};

static unsigned readers_of(const struct model *m, const char *path)
{
	static const char files[] = "etc/files", supervisor[] = "etc/files/etc/supervisor/hpcc-";
	size_t begin = sizeof(supervisor) - 1, length = strlen(path);
	if (strncmp(path, supervisor, begin) == 0 && length > begin + 5) /* ROLE.conf */
		return role_named(arena_strndup(m->arena, path + begin, length - begin - 5));
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (strcmp(readers[i].path, path) == 0)
			return readers[i].roles;
	for (size_t i = 0; strncmp(path, files, sizeof(files) - 1) == 0 && i < m->files.n; i++)
		if (strcmp(m->files.v[i].path, path + sizeof(files) - 1) == 0)
			return m->files.v[i].roles;
	return ROLE_ALL;
}

/* Letters, digits, '.', '_' and '-' (docker/cli: config_schema_v3.8.json). */
static const char *key_of(struct swarm *s, struct map *taken, const char *path)
{
	const char *from = strncmp(path, "etc/files/", 10) == 0 ? path + 10 : path + 4;
	char *key = arena_strdup(s->m->arena, from);
	for (char *p = key; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._-", *p))
			*p = '_';
	const char *name = key;
	for (int n = 2; map_find(taken, name); n++)
		name = arena_printf(s->m->arena, "%s-%d", key, n);
	map_add(taken, name, NULL);
	return name;
}

void swarm_find_configs(struct swarm *s)
{
	struct map taken;
	map_init(&taken, s->m->arena);
	for (size_t i = 0; i < s->out->files.n; i++) {
		const struct output_file *f = &s->out->files.v[i];
		unsigned roles = strncmp(f->path, "etc/", 4) == 0 ? readers_of(s->m, f->path) & s->m->roles : 0;
		char hash[SHA256_TEXT];
		if (!roles)
			continue;
		sha256_hex(f->text.s, f->text.n, hash);
		struct swarm_config *c = list_push(s->m->arena, &s->configs);
		*c = (struct swarm_config){ .key = key_of(s, &taken, f->path), .path = f->path, .roles = roles };
		c->hash = arena_strndup(s->m->arena, hash, 12);
	}
}

void swarm_service_configs(struct swarm *s, unsigned roles)
{
	y_seq(s->y, "configs");
	for (size_t i = 0; i < s->configs.n; i++) {
		const struct swarm_config *c = &s->configs.v[i];
		if (!(c->roles & roles))
			continue;
		y_flow(s->y);
		y_map(s->y, NULL);
		y_str(s->y, "source", c->key);
		y_str(s->y, "target", arena_printf(s->m->arena, "/etc/hpcc/%s", c->path + 4));
		y_end(s->y);
	}
	y_end(s->y);
}
