/*
 * resolve.c: what the user could have written, and left to us, is written into the spec.
 *
 * The order counts: bodies flow into each other first (a value from nearer wins), derivations come next,
 * defaults of the rows last.
 */
#include "compiler/model/resolve.h"

#include "compiler/base/map.h"
#include "compiler/schema/schema.h"

/* A service that the cluster needs exists even when nobody wrote it. */
static void need_service(struct arena *a, struct service **at)
{
	if (!*at)
		*at = body_new(a, &service_shape);
}

static void resolve_services(struct arena *a, struct spec *spec)
{
	struct services *s = spec->services;
	if (spec->slurm) {
		need_service(a, &s->slurmctld);
		need_service(a, &s->slurmd);
	}
	if (spec->slurm && spec->accounting && !spec->accounting->external) {
		need_service(a, &s->slurmdbd);
		if (!spec->accounting->database || !spec->accounting->database->host)
			need_service(a, &s->database);
	}
	if (!s->base)
		return;
	struct service *all[] = { s->slurmctld, s->slurmdbd, s->database, s->login };
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i])
			schema_flow(a, all[i], s->base, "services.default");
	/* slurmd is where the nodes are. */
	struct service homeless = *s->base;
	homeless.host = (struct texts){ 0 };
	if (s->slurmd)
		schema_flow(a, s->slurmd, &homeless, "services.default");
}

static void resolve_partitions(struct arena *a, struct spec *spec)
{
	struct partition *p;
	if (!spec->defaults || !spec->defaults->partition)
		return;
	for (size_t i = 0; (p = entries_next(&spec->partitions, &i));)
		schema_flow(a, p, spec->defaults->partition, "defaults.partition");
}

/* gres/NAME is recorded only when it is asked for (slurm.conf(5): AccountingStorageTRES), and limits on it need that. */
static void resolve_tres(struct arena *a, struct spec *spec)
{
	struct accounting *acc = spec->accounting;
	struct map seen;
	if (acc->tres.given)
		return;
	map_init(&seen, a);
	struct node_group *g;
	for (size_t i = 0; (g = entries_next(&spec->nodes, &i));) {
		struct gres *r;
		for (size_t j = 0; (r = entries_next(&g->gres, &j));) {
			bool fresh;
			map_add(&seen, r->origin.name, &fresh);
			if (fresh)
				*list_push(a, &acc->tres) = arena_printf(a, "gres/%s", r->origin.name);
		}
	}
	if (!acc->tres.n)
		return;
	acc->tres.given = true;
	GIVE(a, acc, tres, "the nodes' gres", (struct span){ 0 });
}

static void resolve_accounting(struct arena *a, struct spec *spec)
{
	struct accounting *acc = spec->accounting;
	if (!acc)
		return;
	if (!acc->external && !acc->database) {
		acc->database = body_new(a, shape_field(&accounting_shape, "database")->shape);
		GIVE(a, acc, database, "default", (struct span){ 0 });
	}
	if (acc->external && spec->slurm && acc->external->port == VALUE_ABSENT) {
		acc->external->port = spec->slurm->ports->slurmdbd;
		GIVE(a, acc->external, port, "slurm.ports.slurmdbd", WHERE(spec->slurm->ports, slurmdbd));
	}
	resolve_tres(a, spec);
}

static void resolve_storage(struct arena *a, struct spec *spec)
{
	struct storage *s;
	for (size_t i = 0; (s = entries_next(&spec->storage, &i));)
		if (!s->on.given) {
			s->on.given = true;
			*list_push(a, &s->on) = "slurmd";
			*list_push(a, &s->on) = "login";
			GIVE(a, s, on, "default", (struct span){ 0 });
		}
}

static void resolve_secrets(struct arena *a, struct spec *spec)
{
	struct secret *s;
	for (size_t i = 0; (s = entries_next(&spec->secrets, &i));)
		if (!s->file && s->bytes == VALUE_ABSENT) {
			s->bytes = secret_bytes(s->origin.name);
			GIVE(a, s, bytes, "default", (struct span){ 0 });
		}
}

static void resolve_users(struct arena *a, struct spec *spec)
{
	struct user *u;
	for (size_t i = 0; (u = entries_next(&spec->users, &i));) {
		if (u->gid == VALUE_ABSENT) {
			u->gid = u->uid;
			GIVE(a, u, gid, "uid", WHERE(u, uid));
		}
		if (!u->group) {
			u->group = u->origin.name;
			GIVE(a, u, group, "the user's name", u->origin.name_span);
		}
		if (!u->home) {
			u->home = arena_printf(a, "/home/%s", u->origin.name);
			GIVE(a, u, home, "the user's name", u->origin.name_span);
		}
	}
}

void resolve(struct arena *a, struct spec *spec)
{
	resolve_services(a, spec);
	resolve_hosts(a, spec);
	resolve_nodes(a, spec);
	resolve_partitions(a, spec);
	resolve_storage(a, spec);
	resolve_secrets(a, spec);
	resolve_users(a, spec);
	schema_defaults(a, spec);
	resolve_ports(a, spec);
	resolve_accounting(a, spec);
	schema_defaults(a, spec);
}
