/*
 * lower.c: a resolved spec on a platform: nodes, places, secrets, records.
 */
#include <string.h>

#include "compiler/model/lower.h"
#include "compiler/model/records.h"

const struct service *service_of(const struct model *m, unsigned role)
{
	return service_named(m->spec, role_name(role));
}

const struct service *dress_of(const struct model *m, unsigned role)
{
	const struct service *s = service_of(m, role);
	return s ? s : m->spec->services->base;
}

/* A service that is written but has nothing to do has no place: a rule says so. */
bool service_has_use(const struct model *m, enum role role)
{
	const struct accounting *acc = m->spec->accounting;
	bool own = acc && acc->database && !acc->external;
	if (role == ROLE_SLURMDBD)
		return own;
	return role != ROLE_DATABASE || (own && !acc->database->host);
}

static void lower_nodes(struct model *m)
{
	struct node_group *g;
	for (size_t i = 0; (g = entries_next(&m->spec->nodes, &i));) {
		const char *name = node_host(g, 0, m->arena);
		struct model_nodes *n = list_push(m->arena, &m->nodes);
		n->group = g;
		n->host = name ? spec_host(m->spec, name, NULL) : NULL;
	}
}

static const struct place *place_of_role(const struct model *m, unsigned role)
{
	for (size_t i = 0; i < m->places.n; i++)
		if (m->places.v[i].roles & role)
			return &m->places.v[i];
	return NULL;
}

/* By which others find a role's place: its address, where one is known, needs no name to resolve first. Where all know
 * all names from the start, the name: the address may become another where the cluster is brought up. */
static const char *way_to_role(const struct model *m, unsigned role)
{
	const struct place *p = place_of_role(m, role);
	bool by_name = !p || !p->addresses.count || m->platform->own_hosts_file;
	return p ? hostlist_name_dup(by_name ? &p->names : &p->addresses, 0, m->arena) : NULL;
}

static bool is_constrained(const struct spec *spec, const struct platform *p)
{
	const struct texts *c = &spec->slurm->constrain;
	if (!c->given)
		return p->cgroups != CGROUPS_NONE;
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->v[i], "none") != 0)
			return true;
	return false;
}

static void lower_records(struct model *m)
{
	const struct accounting *acc = m->spec->accounting;
	m->constrained = is_constrained(m->spec, m->platform);
	const struct place *dbd = place_of_role(m, ROLE_SLURMDBD);
	m->dbd_host = acc && acc->external ? acc->external->host : way_to_role(m, ROLE_SLURMDBD);
	m->dbd_name = dbd ? hostlist_name_dup(&dbd->names, 0, m->arena) : NULL;
	m->database_host = way_to_role(m, ROLE_DATABASE);
	/* On one host over TCP all the same: "localhost" would be MariaDB's socket, whose grants are others. */
	if (dbd && dbd == place_of_role(m, ROLE_DATABASE))
		m->database_host = "127.0.0.1";
	records_of_slurm_conf(m);
	records_of_nodes(m);
	records_of_partitions(m);
	records_of_gres_conf(m);
	records_of_cgroup_conf(m);
	records_of_slurmdbd_conf(m);
	records_of_mpi_conf(m);
}

/* What srun speaks with MPI. It stays absent in the spec where nobody wrote it: it depends on what the nodes run from.
 */
static const char *launcher_of(const struct model *m)
{
	const struct mpi *mpi = m->spec->mpi;
	if (!mpi || mpi->launcher)
		return mpi ? mpi->launcher : NULL;
	if (text_equal(mpi->implementation, "openmpi"))
		return images_speak_pmix(m) ? "pmix" : "none";
	return text_equal(mpi->implementation, "none") ? "none" : "pmi2";
}

/* As long as Slurm itself waits for a node, and no less than a minute. */
static int64_t patience_of(const struct spec *spec)
{
	enum { SLURMD_TIMEOUT = 300, LEAST = 60 };
	const struct slurm_timeouts *t = spec->slurm ? spec->slurm->timeouts : NULL;
	int64_t seconds = t && duration_given(t->slurmd) ? t->slurmd.seconds : SLURMD_TIMEOUT;
	return seconds > LEAST ? seconds : LEAST;
}

struct model *lower(struct arena *a, const struct spec *spec, const struct platform *platform)
{
	struct model *m = ARENA_NEW(a, struct model);
	m->arena = a;
	m->spec = spec;
	m->platform = platform;
	m->release = spec->slurm && spec->slurm->version ? release_parse(spec->slurm->version) : RELEASE_NONE;
	records_init(&m->records, a, m->release);
	lower_nodes(m);
	if (platform->place_per_host)
		lower_hosts(m);
	else
		lower_containers(m);
	lower_published(m);
	if (platform->own_network)
		lower_networks(m);
	if (platform->builds_images)
		lower_images(m);
	m->launcher = launcher_of(m);
	lower_mpi(m);
	lower_people(m);
	lower_exports(m);
	lower_secrets(m);
	if (m->release != RELEASE_NONE)
		lower_records(m);
	m->patience = patience_of(spec);
	if (!platform->place_per_host)
		lower_volumes(m);
	return m;
}
