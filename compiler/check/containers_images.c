/* containers_images.c: the images that containers run from. */
#include "compiler/check/containers.h"

#include <string.h>

#include "compiler/slurm/packaged.h"

static bool has_part(const struct model_image *x, const char *part)
{
	for (size_t i = 0; i < x->parts.n; i++)
		if (strcmp(x->parts.v[i], part) == 0)
			return true;
	return false;
}

static bool is_made(const struct model_image *x)
{
	return !(x->image && x->image->image);
}

/* The distribution whose packages an image gets Slurm from, or NULL: it is ready, compiles it, or is of one not known.
 */
static const struct packaged *packages_of(const struct model_image *x)
{
	return is_made(x) && has_part(x, "slurm") && x->base ? packaged_base(x->base) : NULL;
}

/* "22.05, 24.11 and 26.05" */
static const char *packaged_releases(struct arena *a)
{
	LIST(const char *) names = { 0 };
	struct text t;
	text_init(&t, a);
	for (int r = 0; r < RELEASE_COUNT; r++)
		if (packaged_release((enum release)r))
			*list_push(a, &names) = release_name((enum release)r);
	for (size_t i = 0; i < names.n; i++)
		text_join(&t, 0, i + 1 == names.n ? " and " : ", ", names.v[i]);
	return t.s;
}

/* ---- image-not-buildable */

static void without_base(struct check *c, const struct model_image *x)
{
	const char *release = release_name(c->model->release);
	struct diag *d =
		finding(c, WHERE(c->spec->slurm, version),
			"image '%s' cannot be made: the distributions that hpcc builds on have Slurm %s, and not %s",
			x->name, packaged_releases(c->arena), release);
	if (x->image)
		diag_note(c->diags, d, where_body(x->image), "the image");
	diag_help(c->diags, d,
		  "choose one of these, or write under images.%s: 'image' for a ready image, or 'source' for a source "
		  "archive of "
		  "Slurm %s to build",
		  x->name, release);
}

static void other_release(struct check *c, const struct model_image *x, const struct packaged *p)
{
	const char *release = release_name(c->model->release);
	const struct packaged *right = packaged_release(c->model->release);
	struct diag *d =
		finding(c, WHERE(x->image, base), "the packages of %s hold %s, and this cluster has Slurm %s", x->base,
			p->release == RELEASE_NONE ? "no Slurm that hpcc knows"
						   : arena_printf(c->arena, "Slurm %s", release_name(p->release)),
			release);
	diag_note(c->diags, d, WHERE(c->spec->slurm, version), "the release is chosen here");
	diag_help(c->diags, d, "%s, or let 'source' name a source archive of Slurm %s",
		  right ? arena_printf(c->arena, "leave 'base' out for %s", right->base)
			: "choose the packages' release",
		  release);
}

static void mpi_not_packaged(struct check *c, const struct model_image *x)
{
	static const char *const packaged[] = { "openmpi", "mpich", "none" };
	const struct mpi *mpi = c->spec->mpi;
	if (!mpi || !mpi->implementation || has_part(x, "database"))
		return;
	for (size_t i = 0; i < sizeof(packaged) / sizeof(packaged[0]); i++)
		if (strcmp(mpi->implementation, packaged[i]) == 0)
			return;
	struct diag *d =
		finding(c, WHERE(mpi, implementation), "image '%s' cannot be made: no distribution has packages of %s",
			x->name, mpi->implementation);
	diag_help(c->diags, d, "take openmpi or mpich, or let images.%s.image name a ready image that holds it",
		  x->name);
}

/* slurm-23.02.5.tar.bz2, by the name that SchedMD gives it. */
static void source_of_another(struct check *c, const struct model_image *x)
{
	const char *slash = x->source ? strrchr(x->source, '/') : NULL, *name = slash ? slash + 1 : x->source;
	if (!name || strncmp(name, "slurm-", 6) != 0 || strlen(name) < 11)
		return;
	enum release r = release_parse(arena_strndup(c->arena, name + 6, 5));
	if (r == RELEASE_NONE || r == c->model->release)
		return;
	struct diag *d = finding(c, WHERE(x->image, source), "the archive is Slurm %s, and the cluster's is %s",
				 release_name(r), release_name(c->model->release));
	diag_note(c->diags, d, WHERE(c->spec->slurm, version), "the release is chosen here");
	diag_help(c->diags, d, "name an archive of Slurm %s, or change slurm.version", release_name(c->model->release));
}

/* Debian builds python3-mpi4py for one MPI. */
static void mpi4py_of_another(struct check *c, const struct model_image *x)
{
	const struct mpi *mpi = c->spec->mpi;
	if (!mpi || !text_equal(mpi->implementation, "mpich") || !has_part(x, "mpi4py"))
		return;
	struct diag *d = finding(c, WHERE(x->image, parts), "part 'mpi4py' is packaged for Open MPI, and not for %s",
				 mpi->implementation);
	diag_note(c->diags, d, WHERE(mpi, implementation), "the MPI is chosen here");
	diag_help(c->diags, d, "take openmpi, or leave the part out and build mpi4py in the cluster");
}

static void pmix_missing(struct check *c, const struct model_image *x, const struct packaged *p)
{
	const struct mpi *mpi = c->spec->mpi;
	if (!mpi || !WRITTEN(mpi, launcher) || !text_equal(mpi->launcher, "pmix"))
		return;
	bool based = x->image && WRITTEN(x->image, base);
	struct diag *d =
		finding(c, WHERE(mpi, launcher), "srun cannot speak PMIx: Slurm %s of %s is packaged without it",
			release_name(p->release), p->base);
	diag_note(c->diags, d, based ? WHERE(x->image, base) : WHERE(c->spec->slurm, version), "%s",
		  based ? "the packages are this distribution's" : "the release is chosen here");
	diag_help(c->diags, d,
		  "say 'launcher: none' and start MPI programs with mpirun, or let images.%s.source name a source "
		  "archive of Slurm",
		  x->name);
}

/* The database's image holds no Slurm, and the others no database. */
static void made_for_both(struct check *c)
{
	const struct model *m = c->model;
	const struct place *database = container_of(m, ROLE_DATABASE);
	const struct model_image *x = database ? database->image : NULL;
	for (size_t i = 0; x && is_made(x) && i < m->places.n; i++) {
		const struct place *p = &m->places.v[i];
		if (p == database || p->image != x)
			continue;
		const struct service *s =
			database->service && database->service->image ? database->service : p->service;
		struct diag *d =
			finding(c, s ? WHERE(s, image) : (struct span){ 0 },
				"image '%s' would be made for the database and for %s, and holds one of the two",
				x->name, role_name((enum role)p->roles));
		diag_help(c->diags, d, "%s",
			  s && WRITTEN(s, image)
				  ? "leave 'image' out of the database: it then has an image of its own"
				  : "write 'image' in the services that it is for, and not under 'default'");
		return;
	}
}

void rule_image_not_buildable(struct check *c)
{
	const struct model *m = c->model;
	struct map seen;
	if (!m->platform->builds_images || m->release == RELEASE_NONE)
		return;
	map_init(&seen, c->arena);
	made_for_both(c);
	for (size_t i = 0; i < m->images.n; i++) {
		const struct model_image *x = m->images.v[i];
		const struct packaged *p = packages_of(x);
		if (!is_made(x))
			continue;
		if (!x->base && first_at(c, &seen, WHERE(c->spec->slurm, version)))
			without_base(c, x);
		if (p && p->release != m->release && x->image && WRITTEN(x->image, base))
			other_release(c, x, p);
		else if (p && !p->pmix)
			pmix_missing(c, x, p);
		mpi_not_packaged(c, x);
		mpi4py_of_another(c, x);
		source_of_another(c, x);
	}
}

/* ---- image-id-taken */

/* Users that every image has by these numbers, so that volumes know their owners (templates/image-install.sh). */
static const struct image_user {
	const char *name;
	int64_t uid;
} image_users[] = { { "munge", 970 }, { "mysql", 971 } };

void rule_image_id_taken(struct check *c)
{
	const struct user *u;
	if (!c->model->platform->builds_images)
		return;
	for (size_t i = 0; (u = entries_next(&c->spec->users, &i));)
		for (size_t j = 0; j < sizeof(image_users) / sizeof(image_users[0]); j++) {
			const struct image_user *x = &image_users[j];
			bool by_uid = u->uid == x->uid && !text_equal(u->origin.name, x->name);
			bool by_gid = u->gid == x->uid && !text_equal(u->group, x->name);
			if (!by_uid && !by_gid)
				continue;
			struct diag *d =
				finding(c, by_uid ? WHERE(u, uid) : WHERE(u, gid), "%s %lld is %s's in every image",
					by_uid ? "uid" : "gid", (long long)x->uid, x->name);
			diag_help(c->diags, d, "give '%s' another number; people's begin at 1000", u->origin.name);
		}
}

/* ---- image-key-ignored */

static void ignored(struct check *c, const struct image *x, const char *key, const char *why, struct span there)
{
	const struct field *f = shape_field(&image_shape, key);
	if (!field_given(f, x))
		return;
	struct diag *d = finding(c, where_key(x, f), "'%s' has no effect: %s", key, why);
	diag_note(c->diags, d, there, "the ready image");
	diag_help(c->diags, d, "leave out one or the other");
}

/* Whether an image is the database's, and nobody else's. */
static bool is_databases(const struct spec *spec, const char *name)
{
	const struct services *s = spec->services;
	const struct service *others[] = { s->slurmctld, s->slurmdbd, s->slurmd, s->login };
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (others[i] && text_equal(others[i]->image, name))
			return false;
	return s->database && text_equal(s->database->image ? s->database->image : "database", name);
}

void rule_image_key_ignored(struct check *c)
{
	static const char *const how_made[] = { "base", "source", "parts", "packages" };
	static const char *const not_databases[] = { "source", "parts" };
	struct image *x;
	for (size_t i = 0; (x = entries_next(&c->spec->images, &i));) {
		for (size_t j = 0; x->image && j < sizeof(how_made) / sizeof(how_made[0]); j++)
			ignored(c, x, how_made[j], "'image' names a ready image, which is run as it is",
				WHERE(x, image));
		if (x->image || !is_databases(c->spec, x->origin.name))
			continue;
		for (size_t j = 0; j < sizeof(not_databases) / sizeof(not_databases[0]); j++) {
			const struct field *f = shape_field(&image_shape, not_databases[j]);
			if (!field_given(f, x))
				continue;
			struct diag *d = finding(c, where_key(x, f),
						 "'%s' has no effect: image '%s' is the database's, and holds "
						 "nothing of Slurm's",
						 f->key, x->origin.name);
			diag_help(c->diags, d, "leave it out; 'packages' adds what the database needs");
		}
	}
}

/* ---- unused-image */

void rule_unused_image(struct check *c)
{
	const struct model *m = c->model;
	struct map used;
	struct image *x;
	if (!(m->platform->can & CAN_IMAGES) || !c->spec->slurm)
		return;
	map_init(&used, c->arena);
	for (size_t i = 0; i < m->images.n; i++)
		map_set(&used, m->images.v[i]->name, NULL);
	for (size_t i = 0; (x = entries_next(&c->spec->images, &i));)
		if (!map_find(&used, x->origin.name)) {
			struct diag *d =
				finding(c, x->origin.name_span, "nothing runs from image '%s'", x->origin.name);
			diag_help(c->diags, d, "name it in the 'image' of a service, or leave it out");
		}
}

/* ---- pmix-not-packaged */

void rule_pmix_not_packaged(struct check *c)
{
	const struct model *m = c->model;
	const struct mpi *mpi = c->spec->mpi;
	if (!m->platform->builds_images || m->release == RELEASE_NONE || !mpi || mpi->origin.broken ||
	    WRITTEN(mpi, launcher) || text_equal(mpi->implementation, "none") || !text_equal(m->launcher, "none"))
		return;
	for (size_t i = 0; i < m->images.n; i++) {
		const struct packaged *p = packages_of(m->images.v[i]);
		if (!p || p->pmix)
			continue;
		struct diag *d = finding(c, WHERE(mpi, implementation),
					 "srun starts no MPI here: Slurm %s of %s is packaged without PMIx",
					 release_name(p->release), p->base);
		diag_help(c->diags, d,
			  "start MPI programs with mpirun; with 'launcher: none' under mpi this is not said again");
		return;
	}
}
