/* spank.c: plugstack.conf as slurm.spank, where that can say it. */
#include "compiler/import/within.h"

#include <string.h>

#include "compiler/slurm/plugstack.h"

/* Whether a row takes a text. */
static bool takes(const char *key, const char *text)
{
	const struct shape *s = shape_field(&slurm_shape, "spank")->shape;
	return !shape_field(s, key)->check(text);
}

static bool says(const struct plugstack_line *l)
{
	if (!l->path || span_known(l->carriage_return))
		return false;
	if (l->kind == PLUGSTACK_INCLUDE)
		return l->include == PLUGSTACK_READ; /* its lines follow */
	if (l->kind == PLUGSTACK_BAD || !takes("plugin", l->path))
		return false;
	for (size_t i = 0; i < l->arguments.n; i++)
		if (!takes("arguments", l->arguments.v[i]))
			return false;
	return true;
}

/* slurm.conf may name another file than the one that lies beside it. */
static bool is_read(const struct import *im)
{
	const struct entry *e = records_global(im->records, SLURM_CONF, "PlugStackConfig");
	const char *slash = e ? strrchr(e->value, '/') : NULL;
	return !e || strcmp(slash ? slash + 1 : e->value, slurm_file_name(PLUGSTACK_CONF)) == 0;
}

bool import_says_spank(const struct import *im)
{
	const struct plugstack *stack = im->from->files->plugstack;
	if (!stack || !is_read(im))
		return false;
	for (size_t i = 0; i < stack->lines.n; i++)
		if (!says(&stack->lines.v[i]))
			return false;
	return true;
}

void import_spank(struct import *im)
{
	const struct plugstack *stack = im->from->files->plugstack;
	struct slurm *s = im->spec->slurm;
	for (size_t i = 0; i < stack->lines.n; i++) {
		const struct plugstack_line *l = &stack->lines.v[i];
		if (l->kind == PLUGSTACK_INCLUDE)
			continue;
		struct spank *x = body_new(im->arena, shape_field(&slurm_shape, "spank")->shape);
		x->plugin = l->path;
		x->optional = l->kind == PLUGSTACK_OPTIONAL ? TRI_TRUE : TRI_ABSENT;
		x->arguments.given = l->arguments.n > 0;
		for (size_t j = 0; j < l->arguments.n; j++)
			*list_push(im->arena, &x->arguments) = l->arguments.v[j];
		s->spank.given = true;
		*list_push(im->arena, &s->spank) = x;
	}
}
