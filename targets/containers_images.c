/* containers_images.c: images.tsv, and a folder for each image that is made: its Dockerfile and the scripts that its
 * lines run. */
#include <string.h>

#include "compiler/write/dockerfile.h"
#include "targets/containers.h"

#define SCRIPTS "/opt/hpcc/"
/* As which `cluster up` puts an archive of Slurm's source beside the scripts, whatever it is called. */
#define ARCHIVE "slurm-source"

struct words {
	LIST(const char *) list;
};

static void word(struct containers *c, struct words *w, const char *s)
{
	*list_push(c->m->arena, &w->list) = s;
}

static const char *const *words_end(struct containers *c, struct words *w)
{
	word(c, w, NULL);
	return w->list.v;
}

static void copy(struct containers *c, struct text *t, const char *const *names)
{
	struct words w = { 0 };
	for (size_t i = 0; names[i]; i++)
		word(c, &w, names[i]);
	dockerfile_copy(t, NULL, words_end(c, &w), SCRIPTS);
}

/* RUN ["/opt/hpcc/image-install.sh", PART...] */
static void install(struct containers *c, struct text *t, struct words *parts)
{
	struct words w = { 0 };
	if (!parts->list.n)
		return;
	word(c, &w, SCRIPTS "image-install.sh");
	for (size_t i = 0; i < parts->list.n; i++)
		word(c, &w, parts->list.v[i]);
	dockerfile_run(t, words_end(c, &w));
}

static bool has_part(const struct model_image *x, const char *part)
{
	for (size_t i = 0; i < x->parts.n; i++)
		if (strcmp(x->parts.v[i], part) == 0)
			return true;
	return false;
}

/* Of the MPIs those that packages hold; a rule refuses others. */
static const char *mpi_of(const struct model_image *x)
{
	return has_part(x, "openmpi") ? "openmpi" : has_part(x, "mpich") ? "mpich" : NULL;
}

/* ---- stages that leave the image what they made, and not what they made it with */

static void stage_mpi(struct containers *c, struct text *t, const struct model_image *x, const char *mpi)
{
	static const char *const files[] = { "image-install.sh", "image-packages.tsv", "mpi-sum.c", NULL };
	struct words parts = { 0 };
	dockerfile_comment(t, "A program of MPI's for `cluster verify`, compiled where no compiler stays.");
	dockerfile_from(t, x->base, "hpcc-mpi-sum");
	copy(c, t, files);
	word(c, &parts, arena_printf(c->m->arena, "%s-dev", mpi));
	word(c, &parts, "mpi-sum");
	install(c, t, &parts);
	text_addc(t, '\n');
}

static void stage_source(struct containers *c, struct text *t, const struct model_image *x)
{
	static const char *const scripts[] = { "image-install.sh", "image-packages.tsv", "image-source.sh", NULL };
	struct words parts = { 0 }, run = { 0 };
	dockerfile_comment(t, "Slurm from its source; `cluster up` brings the archive.");
	dockerfile_from(t, x->base, "hpcc-slurm");
	copy(c, t, scripts);
	word(c, &parts, "slurm-build");
	install(c, t, &parts);
	copy(c, t, (const char *const[]){ ARCHIVE, NULL });
	word(c, &run, SCRIPTS "image-source.sh");
	word(c, &run, SCRIPTS ARCHIVE);
	dockerfile_run(t, words_end(c, &run));
	text_addc(t, '\n');
}

/* ---- the image itself */

/* What the user adds comes last: a change of it makes little anew. */
static bool is_wish(const struct model_image *x, const char *part)
{
	for (size_t i = 0; x->image && i < x->image->parts.n; i++)
		if (strcmp(x->image->parts.v[i], part) == 0)
			return true;
	return false;
}

static void own_parts(struct containers *c, struct text *t, const struct model_image *x)
{
	struct words parts = { 0 };
	for (size_t i = 0; i < x->parts.n; i++) {
		const char *part = x->parts.v[i];
		if (!is_wish(x, part))
			word(c, &parts, strcmp(part, "source") == 0 ? "slurm-libraries" : part);
		if (strcmp(part, "slurm") == 0 && text_equal(c->m->launcher, "pmix"))
			word(c, &parts, "pmix");
	}
	if (c->supervised)
		word(c, &parts, "supervisord");
	install(c, t, &parts);
}

static void wished_parts(struct containers *c, struct text *t, const struct model_image *x, const char *mpi)
{
	struct words parts = { 0 };
	for (size_t i = 0; i < x->parts.n; i++) {
		if (!is_wish(x, x->parts.v[i]))
			continue;
		word(c, &parts, x->parts.v[i]);
		if (mpi && strcmp(x->parts.v[i], "compilers") == 0)
			word(c, &parts, arena_printf(c->m->arena, "%s-dev", mpi));
	}
	for (size_t i = 0; x->image && i < x->image->packages.n; i++)
		word(c, &parts, arena_printf(c->m->arena, "package:%s", x->image->packages.v[i]));
	install(c, t, &parts);
}

static void dockerfile(struct containers *c, const struct model_image *x, const char *folder)
{
	static const char *const scripts[] = { "image-install.sh", "image-packages.tsv", NULL };
	struct text *t = output_add(c->out, arena_printf(c->m->arena, "%sDockerfile", folder), false);
	const char *mpi = mpi_of(x);
	dockerfile_comment(t, arena_printf(c->m->arena, "Image '%s' of cluster %s. Made by hpcc: do not edit.", x->name,
					   c->m->spec->cluster));
	if (mpi)
		stage_mpi(c, t, x, mpi);
	if (x->source)
		stage_source(c, t, x);
	dockerfile_from(t, x->base, NULL);
	copy(c, t, scripts);
	own_parts(c, t, x);
	wished_parts(c, t, x, mpi);
	if (x->source)
		dockerfile_copy(t, "hpcc-slurm", (const char *const[]){ "/opt/hpcc/root/", NULL }, "/");
	if (mpi)
		dockerfile_copy(t, "hpcc-mpi-sum", (const char *const[]){ "/usr/local/bin/hpcc-mpi-sum", NULL },
				"/usr/local/bin/");
}

static void emit_image(struct containers *c, const struct model_image *x)
{
	struct arena *a = c->m->arena;
	const char *folder = arena_printf(a, "images/%s/", x->name);
	dockerfile(c, x, folder);
	output_template(c->out, "image-install.sh", arena_printf(a, "%simage-install.sh", folder));
	output_template(c->out, "image-packages.tsv", arena_printf(a, "%simage-packages.tsv", folder));
	if (mpi_of(x))
		output_template(c->out, "mpi-sum.c", arena_printf(a, "%smpi-sum.c", folder));
	if (x->source)
		output_template(c->out, "image-source.sh", arena_printf(a, "%simage-source.sh", folder));
}

/* build: made here; push: made here, and brought to the others by a registry; ready: fetched. */
static void image_line(struct text *t, const struct model_image *x)
{
	const char *kind = !x->base ? "ready" : x->image && x->image->registry ? "push" : "build";
	tsv_line(t, x->name, kind, x->reference, x->source ? x->source : "-", NULL);
}

void containers_machine_images(struct containers *c, const struct model_machine *on)
{
	const struct model *m = c->m;
	struct text *t = output_add(c->out, arena_printf(m->arena, "hosts/%s/images.tsv", on->name), false);
	text_add(t, "#name\tkind\treference\tarchive\n");
	for (size_t i = 0; i < m->images.n; i++) {
		bool used = false;
		for (size_t j = 0; j < on->places.n && !used; j++)
			used = m->places.v[on->places.v[j]].image == m->images.v[i];
		if (used)
			image_line(t, m->images.v[i]);
	}
}

void containers_images(struct containers *c)
{
	const struct model *m = c->m;
	struct text *t = output_add(c->out, "images.tsv", false);
	text_add(t, "#name\tkind\treference\tarchive\n");
	for (size_t i = 0; i < m->images.n; i++)
		image_line(t, m->images.v[i]);
	for (size_t i = 0; i < m->images.n; i++)
		if (m->images.v[i]->base)
			emit_image(c, m->images.v[i]);
}
