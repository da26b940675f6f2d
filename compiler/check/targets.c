/* targets.c: what a target cannot do, and files and names that do not go with what it is laid out on. */
#include "compiler/check/containers.h"

#include <string.h>

#include "compiler/base/map.h"
#include "compiler/schema/schema.h"

/* ---- unsupported-by-target, images-unused */

static const struct way_out {
	unsigned needs;
	const char *help;
} ways_out[] = {
	{ CAN_PUBLISH, "leave it out: there a service has its host's own ports" },
	{ CAN_CAPABILITIES, "leave it out: there the daemons have what their units give them" },
	{ CAN_SHM, "leave it out: there /dev/shm is the host's" },
	{ CAN_BRIDGE, "leave it out: there places have their host's own network, and its names" },
	{ CAN_VOLUMES, "say `type: bind` for a directory of the host, or `type: nfs`" },
	{ CAN_ADDRESS, "leave it out: there hpcc chooses no addresses" },
	{ CAN_PRIVILEGED, "leave it out, and name the capabilities that are needed; or build target compose" },
	{ CAN_SECCOMP,
	  "leave it out, and set `seccomp-profile` in /etc/docker/daemon.json of the hosts; or build target compose" },
	{ CAN_LABELS, "name the host by 'host'" },
};

static const char *way_out(unsigned needs)
{
	for (size_t i = 0; i < sizeof(ways_out) / sizeof(ways_out[0]); i++)
		if (ways_out[i].needs & needs)
			return ways_out[i].help;
	return "leave it out, or build another target";
}

struct span where_target(const struct check *c)
{
	const struct field *f = shape_field(&targets_shape, c->target);
	bool written = f && written_offset(c->spec->targets, f->offset);
	return written ? where_key(c->spec->targets, f) : (struct span){ 0 };
}

void note_target(struct check *c, struct diag *d)
{
	struct span at = where_target(c);
	if (span_known(at))
		diag_note(c->diags, d, at, "the target");
}

static void unsupported(struct check *c, struct span span, const char *key, unsigned needs)
{
	struct diag *d = finding(c, span, "target '%s' is for %s, which cannot do '%s'", c->target,
				 c->model->platform->runs, key);
	note_target(c, d);
	diag_help(c->diags, d, "%s", way_out(needs));
}

/* What is so anyway: `privileged: false`, `seccomp: default`. */
static bool says_nothing(const struct field *f, const void *body)
{
	if (f->kind == VALUE_BOOL)
		return *(const enum tri *)field_at(f, body) == TRI_FALSE;
	return f->kind == VALUE_WORD && text_equal(*(const char *const *)field_at(f, body), "default");
}

static void visit_needs(void *ctx, void *body, const char *key)
{
	struct check *c = ctx;
	const struct origin *x = body;
	for (size_t i = 0; x->node && i < x->shape->n; i++) {
		const struct field *f = &x->shape->fields[i];
		unsigned lacks = f->needs & ~c->model->platform->can;
		if (x->shape == &network_shape && network_key_told(c, body, f))
			continue;
		/* Images are what another target of the same spec runs: images-unused says it once. */
		if (lacks && !(lacks & CAN_IMAGES) && written_offset(x, f->offset) && !says_nothing(f, x))
			unsupported(c, where_key(x, f), f->key, lacks);
	}
}

/* What jobs are held to by cgroups, where there are none. Left out, it is what the platform can do. */
static void unsupported_cgroups(struct check *c)
{
	const struct slurm *s = c->spec->slurm;
	if (!s || !WRITTEN(s, constrain) || c->model->platform->cgroups != CGROUPS_NONE)
		return;
	for (size_t i = 0; i < s->constrain.n; i++) {
		if (strcmp(s->constrain.v[i], "none") == 0)
			continue;
		struct diag *d = finding(c, WHERE_ITEM(s, constrain, i),
					 "target '%s' is for %s, where Slurm has no cgroups to hold jobs to their %s",
					 c->target, c->model->platform->runs, s->constrain.v[i]);
		diag_help(c->diags, d, "leave constrain out: each target then holds what it can");
	}
}

static void run_unsupported(struct check *c)
{
	unsigned can = c->model->platform->can;
	schema_walk((void *)(uintptr_t)c->spec, visit_needs, c);
	unsupported_cgroups(c);
	struct storage *s;
	for (size_t i = 0; !(can & CAN_VOLUMES) && (s = entries_next(&c->spec->storage, &i));)
		if (text_equal(s->type, "volume"))
			unsupported(c, WHERE(s, type), "type: volume", CAN_VOLUMES);
}

static void run_images(struct check *c)
{
	const struct field *f = shape_field(&spec_shape, "images");
	if (c->model->platform->can & CAN_IMAGES || !written_offset(c->spec, f->offset))
		return;
	finding(c, where_key(c->spec, f), "target '%s' takes no images: it is for %s, which run packages", c->target,
		c->model->platform->runs);
}

/* ---- needs-slurm */

static void run_needs_slurm(struct check *c)
{
	if (!c->needs_slurm || c->spec->slurm)
		return;
	struct diag *d =
		finding(c, where_target(c), "target '%s' lays out Slurm, and this cluster has no 'slurm'", c->target);
	diag_help(c->diags, d, "add slurm: with a version, or build another target");
}

/* ---- file-collision */

static void own_path(struct map *own, const char *path, const char *what)
{
	map_set(own, path, (void *)(uintptr_t)what);
}

/* What systemd's units read of a daemon's environment and limits. */
static void own_dress(struct check *c, struct map *own, const struct process *x)
{
	const char *unit = x->program->unit;
	if (!c->model->platform->systemd || !x->service || !unit)
		return;
	if (x->service->environment.n)
		own_path(own, arena_printf(c->arena, "/etc/default/%s", unit),
			 "hpcc writes the service's environment there");
	if (x->service->limits)
		own_path(own, arena_printf(c->arena, "/etc/systemd/system/%s.service.d/hpcc.conf", unit),
			 "hpcc writes the service's limits there");
}

/* The files that hpcc writes itself, or makes where the cluster is brought up, and what they are. */
static void own_paths(struct check *c, struct map *own)
{
	const struct model *m = c->model;
	size_t users = 0;
	for (size_t i = 0; entries_next(&c->spec->files, &i);)
		users++;
	/* programs_render() adds the spec's own files last. */
	for (size_t i = 0; i + users < m->files.n; i++)
		own_path(own, m->files.v[i].path, "hpcc writes this file itself");
	for (size_t i = 0; i < m->secrets.n; i++)
		own_path(own, m->secrets.v[i].path,
			 arena_printf(c->arena, "this is where the secret '%s' goes", m->secrets.v[i].name));
	for (int f = 0; f < SLURM_FILE_COUNT; f++)
		for (size_t i = 0; i < m->records.files[f].n; i++)
			if (m->records.files[f].v[i]->include)
				own_path(own, m->records.files[f].v[i]->include,
					 "this file is made with a secret in it");
	for (size_t i = 0; i < m->places.n; i++)
		for (size_t j = 0; j < m->places.v[i].processes.n; j++)
			own_dress(c, own, &m->places.v[i].processes.v[j]);
}

/* The folder above a path, or NULL. */
static const char *folder_of(struct check *c, const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash > path ? arena_strndup(c->arena, path, (size_t)(slash - path)) : NULL;
}

static void add_folders(struct check *c, struct map *folders, const char *path)
{
	const char *inner = path;
	for (bool fresh = true; fresh && (path = folder_of(c, path));)
		map_add(folders, path, &fresh)->value = (void *)(uintptr_t)inner;
}

/* A file cannot stand where a folder must. */
static void find_folder(struct check *c, const struct map *own, const struct map *folders, const struct file *f)
{
	const char *inner = map_get(folders, f->path);
	if (strcmp(f->path, "/") == 0)
		finding(c, WHERE(f, path), "/ cannot be a file");
	if (inner)
		finding(c, WHERE(f, path), "%s cannot be a file: %s stands in it", f->path, inner);
	for (const char *above = f->path; (above = folder_of(c, above));)
		if (map_get(own, above))
			finding(c, WHERE(f, path), "%s cannot be a folder: %s", above,
				(const char *)map_get(own, above));
}

static void run_collision(struct check *c)
{
	struct map own, seen, folders;
	struct file *f;
	map_init(&own, c->arena);
	map_init(&seen, c->arena);
	map_init(&folders, c->arena);
	own_paths(c, &own);
	for (size_t i = 0; i < own.n; i++)
		add_folders(c, &folders, own.v[i].key);
	for (size_t i = 0; (f = entries_next(&c->spec->files, &i));)
		add_folders(c, &folders, f->path);
	for (size_t i = 0; (f = entries_next(&c->spec->files, &i));) {
		bool fresh;
		const char *what = map_get(&own, f->path);
		struct map_entry *e = map_add(&seen, f->path, &fresh);
		if (what) {
			struct diag *d = finding(c, WHERE(f, path), "%s: %s", f->path, what);
			diag_help(
				c->diags, d,
				"leave it out of files: options take any key of Slurm's own files, secrets any secret");
		} else if (!fresh) {
			const struct file *first = e->value;
			struct diag *d = finding(c, WHERE(f, path), "files '%s' and '%s' are both %s",
						 first->origin.name, f->origin.name, f->path);
			diag_note(c->diags, d, WHERE(first, path), "the first is here");
		} else {
			e->value = f;
		}
		find_folder(c, &own, &folders, f);
	}
}

/* ---- name-too-long */

static size_t longest(const struct hostrun *r)
{
	size_t n = r->numbered ? digits_of(r->hi) : 0;
	if (r->numbered && r->width > n)
		n = r->width;
	return strlen(r->prefix) + n + strlen(r->suffix);
}

/* bad-hostname says that of any target. */
static bool has_long_label(const char *name, size_t max)
{
	for (const char *s = name; *s; s += s[0] == '.') {
		size_t n = strcspn(s, ".");
		if (n > max)
			return true;
		s += n;
	}
	return false;
}

static struct span where_place(const struct check *c, const char *name)
{
	uint32_t owner;
	const struct host *h = spec_host(c->spec, name, NULL);
	if (h)
		return h->origin.name_span;
	if (c->spec->node_index && hostindex_find(c->spec->node_index, name, &owner, NULL))
		return origin_of(c->spec->nodes.v[owner])->name_span;
	return (struct span){ 0 };
}

static void too_long(struct check *c, const char *name, size_t with_cluster)
{
	size_t max = c->model->platform->max_name;
	struct span at = where_place(c, name);
	if (!with_cluster) {
		finding(c, at, "'%s' is %zu characters long; the name of a host has %zu at most", name, strlen(name),
			max);
		return;
	}
	struct diag *d = finding(c, at, "'%s_%s' is %zu characters long; the name of a swarm's service has %zu at most",
				 c->spec->cluster, name, strlen(name) + with_cluster, max);
	diag_note(c->diags, d, WHERE(c->spec, cluster), "the cluster's name is a part of it");
	diag_help(c->diags, d, "shorten the one or the other");
}

static void run_name(struct check *c)
{
	const struct model *m = c->model;
	size_t cluster = m->platform->cluster_in_name && c->spec->cluster ? strlen(c->spec->cluster) + 1 : 0;
	for (size_t i = 0; i < m->places.n; i++) {
		const struct hostlist *names = &m->places.v[i].names;
		for (size_t j = 0; j < names->runs.n; j++) {
			if (longest(&names->runs.v[j]) + cluster <= m->platform->max_name)
				continue;
			struct hostlist one;
			hostlist_init(&one, c->arena);
			hostlist_add_run(&one, &names->runs.v[j]);
			const char *name = hostlist_name_dup(&one, one.count - 1, c->arena);
			if (!has_long_label(name, m->platform->max_name))
				too_long(c, name, cluster);
			break;
		}
	}
}

/* ---- host-assumed: only where hosts are described, and the one that services fall to is not among them. */

static void run_assumed(struct check *c)
{
	static const char *const services[] = { "slurmctld", "slurmdbd", "database", "login" };
	const char *head = c->model->platform->head;
	struct text list;
	text_init(&list, c->arena);
	if (!c->model->platform->place_per_host || !c->spec->hosts.n || spec_host(c->spec, head, NULL) ||
	    hostindex_find(c->spec->node_index, head, NULL, NULL))
		return;
	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		const struct service *s = service_named(c->spec, services[i]);
		if (s && !s->origin.broken && !s->host.n)
			text_join(&list, 0, ", ", services[i]);
	}
	if (!list.n)
		return;
	struct diag *d = finding(c, where_key(c->spec, shape_field(&spec_shape, "hosts")),
				 "%s: on host '%s', which is not described here", list.s, head);
	diag_help(c->diags, d, "name a host with services.default.host, or describe '%s' under hosts", head);
}

const struct rule rules_targets[] = {
	{ "unsupported-by-target", SEVERITY_ERROR, RULE_MODEL, run_unsupported },
	{ "images-unused", SEVERITY_INFO, RULE_MODEL, run_images },
	{ "needs-slurm", SEVERITY_ERROR, RULE_MODEL, run_needs_slurm },
	{ "file-collision", SEVERITY_ERROR, RULE_MODEL, run_collision },
	{ "name-too-long", SEVERITY_ERROR, RULE_MODEL, run_name },
	{ "host-assumed", SEVERITY_INFO, RULE_MODEL, run_assumed },
	{ .name = NULL },
};
