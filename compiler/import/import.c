#include "compiler/import/within.h"

#include <string.h>

#include "compiler/slurm/capture.h"

/* ---- the text, compiled */

/* The one file that the second compile reads. */
struct reading {
	const char *name, *text;
};

static const char *read_text(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error)
{
	const struct reading *r = ctx;
	if (strcmp(path, r->name) != 0) {
		*ret_error = "an imported spec stands alone";
		return NULL;
	}
	*ret_size = strlen(r->text);
	return arena_strdup(a, r->text);
}

static struct compile *compile_text(struct import *im, const char *name, const char *text)
{
	struct reading *r = ARENA_NEW(im->arena, struct reading);
	*r = (struct reading){ name, text };
	struct compile *c = compile_new(read_text, r);
	compile_spec(c, name, NULL, 0);
	compile_default_targets(c);
	return c;
}

/* What Slurm's files would say, or NULL when the spec has none. */
static const struct records *records_of(const struct compile *c)
{
	return c->results.n ? &c->results.v[0].model->records : NULL;
}

/* ---- the head */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static void trim(struct text *t)
{
	while (t->n && t->s[t->n - 1] == ' ')
		t->s[--t->n] = '\0';
}

/* A line of a comment is no longer than a line of a text. */
static void add_wrapped(struct text *t, const char *first, const char *then, const char *s)
{
	enum { WIDTH = 110 };
	size_t column = strlen(first);
	text_add(t, first);
	while (*s) {
		size_t n = strcspn(s, " ");
		if (column + n > WIDTH && column > strlen(then)) {
			trim(t);
			text_addc(t, '\n');
			text_add(t, then);
			column = strlen(then);
		}
		text_addn(t, s, n);
		column += n + 1;
		s += n;
		if (*s == ' ') {
			s++;
			text_addc(t, ' ');
		}
	}
	trim(t);
	text_addc(t, '\n');
}

static const char *head(struct import *im)
{
	struct text t, names;
	text_init(&t, im->arena);
	text_init(&names, im->arena);
	for (size_t i = 0; i < im->from->slurm.n; i++) {
		const char *name = base_name(im->from->slurm.v[i].source->name);
		text_join(&names, 0, i + 1 == im->from->slurm.n ? " and " : ", ", name);
	}
	add_wrapped(&t, "", "",
		    arena_printf(im->arena, "Imported from %s of Slurm %s.", *names.s ? names.s : "the files",
				 release_name(im->release)));
	if (im->dropped.n)
		text_add(&t, "Not carried over:\n");
	for (size_t i = 0; i < im->dropped.n; i++)
		add_wrapped(&t, "- ", "  ", im->dropped.v[i]);
	t.s[--t.n] = '\0';
	return t.s;
}

static const char *printed(struct import *im, const char *comment)
{
	struct text t;
	text_init(&t, im->arena);
	import_print(im->spec, &im->notes, comment, &t);
	return t.s;
}

/* ---- all */

/* What slurmd -C prints are nodes alone, beside a configuration or not, and nobody can submit a job to those. */
static void add_partition(struct import *im)
{
	struct partition *p = body_new(im->arena, &partition_shape);
	p->origin.name = "normal";
	p->nodes.all = true;
	p->nodes.given = true;
	p->is_default = TRI_TRUE;
	*list_push(im->arena, &im->spec->partitions) = p;
	im->spec->partitions.given = true;
	import_changed(im, (struct span){ 0 }, "%s: 'normal' takes all nodes",
		       im->from->slurm.n && im->from->slurm.v[0].captured ? "no partition was captured"
									  : "the files have no partition");
}

static void translate(struct import *im, const char *version)
{
	struct slurm *s;
	im->spec = body_new(im->arena, &spec_shape);
	im->spec->hpcc = 1;
	s = im->spec->slurm = body_new(im->arena, &slurm_shape);
	s->version = version;
	import_globals(im);
	im->spec->cluster = im->spec->cluster ? im->spec->cluster : "cluster";
	if (!im->partial)
		import_constrain(im);
	import_services(im);
	import_accounting(im);
	import_nodes(im);
	import_partitions(im);
	if (!im->spec->partitions.n)
		add_partition(im);
	import_named_qos(im);
	import_files(im);
	import_hardware(im);
	import_fold_hosts(im);
	import_targets(im);
	import_fold_services(im);
}

/* Three times over the same text, which costs little: what hpcc writes without options, with them, and in the end. */
static struct compile *agree(struct import *im, const char *name)
{
	struct slurm *s = im->spec->slurm;
	struct options options = s->options, cgroup = s->cgroup;
	s->options = s->cgroup = (struct options){ 0 };
	struct compile *c = compile_text(im, name, printed(im, NULL));
	s->options = options;
	s->cgroup = cgroup;
	if (records_of(c))
		import_needless(im, records_of(c));
	compile_free(c);
	c = compile_text(im, name, printed(im, NULL));
	im->notes.options = &s->options;
	im->notes.own_options = s->options.n;
	im->notes.cgroup = &s->cgroup;
	im->notes.own_cgroup = s->cgroup.n;
	if (records_of(c))
		import_agree(im, records_of(c), false);
	compile_free(c);
	return compile_text(im, name, printed(im, NULL));
}

/* What scontrol printed names the release that it was. */
static void say_release(struct import *im)
{
	for (size_t i = 0; i < im->from->slurm.n; i++) {
		const struct slurm_input *in = &im->from->slurm.v[i];
		struct span at = in->captured ? slurm_captured_version(in->source) : (struct span){ 0 };
		if (span_known(at) && slurm_captured_release(in->source) != im->release)
			diag_warning(
				im->diags, "import-changed", at,
				"this is of Slurm %.*s, and it is imported as if it were of %s: a default of the one "
				"that the other has not is taken for the site's choice",
				(int)(at.end - at.start), in->source->bytes + at.start, release_name(im->release));
	}
}

void import_spec(struct compile *c, const char *version, const char *name, struct imported *ret)
{
	struct import im = { .arena = c->arena,
			     .from = c,
			     .records = &c->files->records,
			     .release = c->files->records.release,
			     .diags = &c->diags };
	im.partial = c->slurm.n && c->slurm.v[0].captured && im.records->globals[SLURM_CONF].n == 0;
	map_init(&im.rows, c->arena);
	say_release(&im);
	translate(&im, version);
	if (!im.partial) {
		struct compile *made = agree(&im, name);
		if (records_of(made))
			import_agree(&im, records_of(made), true);
		compile_free(made);
	}
	ret->text = printed(&im, head(&im));
	ret->spec = compile_text(&im, name, ret->text);
}
