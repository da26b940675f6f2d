/* lower_images.c: what the places run from: images that exist, and what is put into those that are made. */
#include <ctype.h>
#include <string.h>

#include "compiler/model/lower.h"
#include "compiler/slurm/packaged.h"

static const struct image *image_named(const struct spec *spec, const char *name)
{
	struct image *x;
	for (size_t i = 0; (x = entries_next(&spec->images, &i));)
		if (strcmp(x->origin.name, name) == 0)
			return x;
	return NULL;
}

/* Docker's repositories: lower case, separated by single marks (distribution/reference: regexp.go). */
static const char *reference_of(struct model *m, const char *image, const char *registry)
{
	const char *before = registry ? registry : "hpcc";
	char *s = arena_printf(m->arena, "%s/%s-%s", before, m->spec->cluster, image);
	for (char *p = s + strlen(before) + 1; *p; p++)
		*p = isalnum((unsigned char)*p) ? (char)tolower((unsigned char)*p) : '-';
	for (size_t n = strlen(s); s[n - 1] == '-'; n--)
		s[n - 1] = '\0';
	/* a.b and A-b are two images, and one repository. */
	for (size_t i = 0; i < m->images.n; i++)
		if (strcmp(m->images.v[i]->reference, s) == 0)
			return arena_printf(m->arena, "%s-%zu", s, m->images.n + 1);
	return s;
}

static void add_part(struct model *m, struct model_image *x, const char *part)
{
	*list_push(m->arena, &x->parts) = part;
	x->parts.given = true;
}

/* In the order in which they change least: each is a layer below the next. */
static void add_parts(struct model *m, struct model_image *x, bool database)
{
	const struct spec *spec = m->spec;
	if (database) {
		add_part(m, x, "database");
		return;
	}
	add_part(m, x, x->source ? "source" : "slurm");
	if (text_equal(spec->slurm->auth, "munge"))
		add_part(m, x, "munge");
	if (m->platform->brings_sshd)
		add_part(m, x, "ssh");
	if (spec->mpi && spec->mpi->implementation && !text_equal(spec->mpi->implementation, "none"))
		add_part(m, x, spec->mpi->implementation);
	for (size_t i = 0; x->image && i < x->image->parts.n; i++)
		add_part(m, x, x->image->parts.v[i]);
}

static const char *base_of(struct model *m, const struct image *image, bool database)
{
	const struct packaged *p = packaged_release(m->release);
	if (image && image->base)
		return image->base;
	/* A source archive builds anywhere, and the database needs no Slurm: Debian's stable one is what is tested. */
	if (!p && (database || (image && image->source)))
		p = packaged_base("debian:trixie");
	return p ? p->base : NULL; /* a rule says so */
}

static const struct model_image *image_of(struct model *m, const char *name, bool database)
{
	for (size_t i = 0; i < m->images.n; i++)
		if (strcmp(m->images.v[i]->name, name) == 0)
			return m->images.v[i];
	struct model_image *x = ARENA_NEW(m->arena, struct model_image);
	x->name = name;
	x->image = image_named(m->spec, name);
	if (x->image && x->image->image) {
		x->reference = x->image->image;
	} else {
		x->reference = reference_of(m, name, x->image ? x->image->registry : NULL);
		x->base = base_of(m, x->image, database);
		x->source = x->image ? x->image->source : NULL;
		add_parts(m, x, database);
	}
	*list_push(m->arena, &m->images) = x;
	return x;
}

/* Whether Slurm in the nodes' image speaks PMIx. Of images that are not made of a known distribution's packages nobody
 * knows. */
bool images_speak_pmix(const struct model *m)
{
	for (size_t i = 0; i < m->places.n; i++) {
		const struct model_image *x = m->places.v[i].roles & ROLE_SLURMD ? m->places.v[i].image : NULL;
		const struct packaged *p = x && x->base && !x->source ? packaged_base(x->base) : NULL;
		if (p && !p->pmix)
			return false;
	}
	return true;
}

void lower_images(struct model *m)
{
	for (size_t i = 0; i < m->places.n && m->spec->slurm; i++) {
		struct place *p = &m->places.v[i];
		bool database = p->roles == ROLE_DATABASE;
		const char *name = p->service && p->service->image ? p->service->image
				   : database			   ? "database"
								   : "slurm";
		p->image = image_of(m, name, database);
	}
}
