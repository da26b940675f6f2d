/* compose_services.c: the services of compose.yaml: blocks that services alike share, then one a program and one a
 * node. */
#include <string.h>

#include "targets/compose.h"
#include "targets/containers.h"

/* ---- a service's dress */

static void service_environment(struct compose *c, const struct service *s)
{
	if (!s || !s->environment.n)
		return;
	y_map(c->y, "environment");
	for (size_t i = 0; i < s->environment.n; i++)
		y_str(c->y, s->environment.v[i].key, s->environment.v[i].value);
	y_end(c->y);
}

/* Docker takes bytes; whole mebibytes read better. */
static void bytes(struct compose *c, const char *key, int64_t n)
{
	if (n == VALUE_ABSENT)
		return;
	if (n % (1 << 20) == 0)
		y_str(c->y, key, arena_printf(c->m->arena, "%lldm", (long long)(n >> 20)));
	else
		y_int(c->y, key, n);
}

/* ---- what it sees mounted */

/* Where `cluster up` keeps what it made: the path begins with a variable. */
static void mount_etc(struct compose *c)
{
	y_flow(c->y);
	y_map(c->y, NULL);
	y_str(c->y, "type", "bind");
	y_raw(c->y, "source", compose_state(c, "etc"));
	y_str(c->y, "target", "/etc/hpcc");
	y_bool(c->y, "read_only", true);
	y_end(c->y);
}

static void service_volumes(struct compose *c, const struct place *p)
{
	const struct model *m = c->m;
	unsigned roles = p->roles;
	y_seq(c->y, "volumes");
	mount_etc(c);
	for (size_t i = 0; i < m->volumes.n; i++)
		if (m->volumes.v[i].role & roles)
			containers_mount(c->y, "volume", m->volumes.v[i].name, m->volumes.v[i].path, false);
	for (size_t i = 0; i < m->storage.n; i++) {
		const struct storage *s = m->storage.v[i];
		if (!(roles_of(&s->on, ROLE_ALL) & roles) || strcmp(s->type, "tmpfs") == 0)
			continue;
		const char *directory = storage_directory(m, s, p);
		containers_mount(c->y, directory ? "bind" : "volume", directory ? directory : s->origin.name, s->mount,
				 s->read_only == TRI_TRUE);
	}
	y_end(c->y);
}

/* PATH:OPTIONS. Docker mounts them noexec where nobody says otherwise, which no file system of a cluster is by nature.
 */
static const char *tmpfs_text(struct compose *c, const struct storage *s)
{
	struct text t;
	text_init(&t, c->m->arena);
	text_addf(&t, "%s:exec", s->mount);
	if (memory_given(s->size) && !s->size.percent)
		text_addf(&t, ",size=%lld", (long long)s->size.bytes);
	if (s->mode)
		text_addf(&t, ",mode=%s", s->mode);
	if (s->read_only == TRI_TRUE)
		text_add(&t, ",ro");
	for (size_t i = 0; i < s->options.n; i++)
		text_addf(&t, ",%s", s->options.v[i]);
	return t.s;
}

static void service_tmpfs(struct compose *c, unsigned roles)
{
	const struct model *m = c->m;
	bool open = false;
	for (size_t i = 0; i < m->storage.n; i++) {
		const struct storage *s = m->storage.v[i];
		if (!(roles_of(&s->on, ROLE_ALL) & roles) || strcmp(s->type, "tmpfs") != 0)
			continue;
		if (!open)
			y_seq(c->y, "tmpfs");
		open = true;
		y_str(c->y, NULL, tmpfs_text(c, s));
	}
	if (open)
		y_end(c->y);
}

/* ---- blocks and services */

/* As Docker calls a machine's kind, where the spec says it: it keeps an image of another from being taken. */
static void service_platform(struct compose *c)
{
	static const char *const names[][2] = { { "amd64", "linux/amd64" },
						{ "arm64", "linux/arm64" },
						{ "armv7", "linux/arm/v7" },
						{ "ppc64le", "linux/ppc64le" },
						{ "riscv64", "linux/riscv64" } };
	const char *arch = machine_arch(c->m, c->machine, NULL);
	for (size_t i = 0; c->several && arch && i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i][0], arch) == 0)
			y_str(c->y, "platform", names[i][1]);
}

/* What all services have. */
static void block_service(struct compose *c)
{
	y_anchor(c->y, "service");
	y_map(c->y, "x-service");
	y_bool(c->y, "init", !c->supervised);
	y_str(c->y, "restart", "unless-stopped");
	service_platform(c);
	y_str(c->y, "stop_grace_period", "30s");
	containers_entrypoint(c->y);
	y_map(c->y, "healthcheck");
	containers_health(c->y);
	y_str(c->y, "interval", "10s");
	y_str(c->y, "timeout", "10s");
	y_int(c->y, "retries", 3);
	y_str(c->y, "start_period", "60s");
	y_end(c->y);
	containers_logging(c->y, c->m->arena, c->own ? c->own->log_size.bytes : 10 << 20,
			   c->own ? c->own->log_files : 3);
	y_end(c->y);
}

static void service_rights(struct compose *c, const struct service *s)
{
	if (!s)
		return;
	containers_texts(c->y, "cap_add", &s->capabilities);
	if (s->privileged == TRI_TRUE)
		y_bool(c->y, "privileged", true);
	if (text_equal(s->seccomp, "unconfined")) {
		y_flow(c->y);
		y_seq(c->y, "security_opt");
		y_str(c->y, NULL, "seccomp=unconfined");
		y_end(c->y);
	}
}

/* What services of one program have alike. Its memory only where it is the same for all. */
static void dress(struct compose *c, const struct place *p)
{
	const struct service *s = p->service;
	y_str(c->y, "image", p->image->reference);
	if (p->image->base)
		y_str(c->y, "pull_policy", "never"); /* `cluster up` makes it */
	bytes(c, "shm_size", p->shm);
	containers_limits(c->y, s);
	service_rights(c, s);
	service_environment(c, s);
	containers_secrets(c->y, c->m, p->roles);
	service_volumes(c, p);
	service_tmpfs(c, p->roles);
}

static bool same_memory(const struct compose *c)
{
	const struct place *first = NULL;
	for (size_t i = 0; i < c->machine->places.n; i++) {
		const struct place *p = compose_place(c, i);
		if (!p->node)
			continue;
		if (first && first->memory != p->memory)
			return false;
		first = first ? first : p;
	}
	return true;
}

/* What all nodes have. */
static void block_slurmd(struct compose *c)
{
	for (size_t i = 0; i < c->machine->places.n; i++) {
		const struct place *p = compose_place(c, i);
		if (!p->node)
			continue;
		y_anchor(c->y, "slurmd");
		y_map(c->y, "x-slurmd");
		y_merge(c->y, "service");
		dress(c, p);
		if (same_memory(c))
			bytes(c, "mem_limit", p->memory);
		y_end(c->y);
		return;
	}
}

static void emit_place(struct compose *c, const struct place *p, bool same)
{
	struct hostwalk names, addresses;
	hostwalk_start(&names, &p->names);
	hostwalk_start(&addresses, &p->addresses);
	for (uint64_t i = 0; i < p->names.count; i++) {
		const char *name = hostwalk_next(&names), *address = hostwalk_next(&addresses);
		y_map(c->y, name);
		y_merge(c->y, p->node ? "slurmd" : "service");
		compose_attach(c, p, name, address);
		if (!p->node)
			dress(c, p);
		if (!p->node || !same)
			bytes(c, "mem_limit", p->memory);
		containers_texts(c->y, "devices", &p->devices);
		compose_publish(c, p, i);
		y_end(c->y);
	}
}

void compose_services(struct compose *c)
{
	bool same = same_memory(c);
	block_service(c);
	block_slurmd(c);
	y_map(c->y, "services");
	for (size_t i = 0; i < c->machine->places.n; i++)
		emit_place(c, compose_place(c, i), same);
	y_end(c->y);
}
