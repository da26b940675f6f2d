/* compose_services.c: the services of compose.yaml: blocks that services alike share, then one a program and one a
 * node. */
#include <string.h>

#include "targets/compose.h"
#include "targets/containers.h"

/* ---- a service's dress */

static void service_limits(struct compose *c, const struct service *s)
{
	struct container_limit all[CONTAINER_LIMITS];
	size_t n = container_limits(s, all);
	if (!n)
		return;
	y_map(c->y, "ulimits");
	for (size_t i = 0; i < n; i++) {
		if (!all[i].pair) {
			y_int(c->y, all[i].name, all[i].soft);
			continue;
		}
		y_flow(c->y);
		y_map(c->y, all[i].name);
		y_int(c->y, "soft", all[i].soft);
		y_int(c->y, "hard", all[i].hard);
		y_end(c->y);
	}
	y_end(c->y);
}

static void service_environment(struct compose *c, const struct service *s)
{
	if (!s || !s->environment.n)
		return;
	y_map(c->y, "environment");
	for (size_t i = 0; i < s->environment.n; i++)
		y_str(c->y, s->environment.v[i].key, s->environment.v[i].value);
	y_end(c->y);
}

static void texts(struct compose *c, const char *key, const struct texts *list)
{
	if (!list->n)
		return;
	y_seq(c->y, key);
	for (size_t i = 0; i < list->n; i++)
		y_str(c->y, NULL, list->v[i]);
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

static void service_secrets(struct compose *c, unsigned roles)
{
	const struct model *m = c->m;
	bool open = false;
	for (size_t i = 0; i < m->secrets.n; i++) {
		if (!(m->secrets.v[i].roles & roles))
			continue;
		if (!open) {
			y_flow(c->y);
			y_seq(c->y, "secrets");
		}
		open = true;
		y_str(c->y, NULL, m->secrets.v[i].name);
	}
	if (open)
		y_end(c->y);
}

/* ---- what it sees mounted */

static void mount(struct compose *c, const char *type, const char *source, bool raw, const char *target, bool read_only)
{
	y_flow(c->y);
	y_map(c->y, NULL);
	y_str(c->y, "type", type);
	if (raw)
		y_raw(c->y, "source", source);
	else
		y_str(c->y, "source", source);
	y_str(c->y, "target", target);
	if (read_only)
		y_bool(c->y, "read_only", true);
	y_end(c->y);
}

static void service_volumes(struct compose *c, const struct place *p)
{
	const struct model *m = c->m;
	unsigned roles = p->roles;
	y_seq(c->y, "volumes");
	mount(c, "bind", compose_state(c, "etc"), true, "/etc/hpcc", true);
	for (size_t i = 0; i < m->volumes.n; i++)
		if (m->volumes.v[i].role & roles)
			mount(c, "volume", m->volumes.v[i].name, false, m->volumes.v[i].path, false);
	for (size_t i = 0; i < m->storage.n; i++) {
		const struct storage *s = m->storage.v[i];
		if (!(roles_of(&s->on, ROLE_ALL) & roles) || strcmp(s->type, "tmpfs") == 0)
			continue;
		const char *directory = storage_directory(m, s, p);
		mount(c, directory ? "bind" : "volume", directory ? directory : s->origin.name, false, s->mount,
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
	y_flow(c->y);
	y_seq(c->y, "entrypoint");
	y_str(c->y, NULL, "/bin/bash");
	y_str(c->y, NULL, "/etc/hpcc/entrypoint.sh");
	y_end(c->y);
	y_map(c->y, "healthcheck");
	y_flow(c->y);
	y_seq(c->y, "test");
	y_str(c->y, NULL, "CMD");
	y_str(c->y, NULL, "/bin/bash");
	y_str(c->y, NULL, "/etc/hpcc/health.sh");
	y_end(c->y);
	y_str(c->y, "interval", "10s");
	y_str(c->y, "timeout", "10s");
	y_int(c->y, "retries", 3);
	y_str(c->y, "start_period", "60s");
	y_end(c->y);
	y_map(c->y, "logging");
	y_str(c->y, "driver", "json-file");
	y_map(c->y, "options");
	struct memory size = c->own ? c->own->log_size : (struct memory){ .bytes = 10 << 20 };
	/* In bytes: the log driver takes m for a million. */
	y_str(c->y, "max-size", arena_printf(c->m->arena, "%lld", (long long)size.bytes));
	y_str(c->y, "max-file", arena_printf(c->m->arena, "%lld", c->own ? (long long)c->own->log_files : 3LL));
	y_end(c->y);
	y_end(c->y);
	y_end(c->y);
}

static void service_rights(struct compose *c, const struct service *s)
{
	if (!s)
		return;
	texts(c, "cap_add", &s->capabilities);
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
	service_limits(c, s);
	service_rights(c, s);
	service_environment(c, s);
	service_secrets(c, p->roles);
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
		texts(c, "devices", &p->devices);
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
