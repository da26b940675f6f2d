#include "compiler/programs/program.h"

#include <string.h>

/* In the order in which they start: each after those that it waits for. */
const struct program *const programs[] = { &program_munged, &program_database,	&program_slurmdbd,
					   &program_names,  &program_slurmctld, &program_slurmd,
					   &program_login,  &program_sshd,	NULL };

/* munged belongs wherever something speaks to Slurm, and there is munge. */
static bool runs_in(const struct model *m, const struct program *p, const struct place *place)
{
	if (p == &program_sshd)
		return m->platform->brings_sshd && m->spec->slurm && place->roles & p->role;
	if (p == &program_names)
		return m->platform->moving_addresses && place->roles & p->role;
	if (p != &program_munged)
		return place->roles & p->role;
	return m->spec->slurm && text_equal(m->spec->slurm->auth, "munge") && place->roles & ~(unsigned)ROLE_DATABASE;
}

void programs_place(struct model *m)
{
	for (size_t j = 0; programs[j]; j++) {
		bool runs = false;
		for (size_t i = 0; i < m->places.n; i++) {
			struct place *place = &m->places.v[i];
			if (!runs_in(m, programs[j], place))
				continue;
			struct process *x = list_push(m->arena, &place->processes);
			x->program = programs[j];
			x->service = service_named(m->spec, programs[j]->name);
			runs = true;
		}
		if (runs)
			*list_push(m->arena, &m->programs) = programs[j];
	}
}

void programs_render(struct model *m)
{
	for (size_t i = 0; programs[i]; i++)
		if (programs[i]->files)
			programs[i]->files(m);
	struct file *f;
	for (size_t i = 0; (f = entries_next(&m->spec->files, &i));) {
		struct text *t = model_file(m, f->path, f->owner ? f->owner : "root", f->group ? f->group : "root",
					    f->mode, roles_of(&f->on, ROLE_ALL));
		if (f->content || f->loaded)
			text_add(t, f->content ? f->content : f->loaded);
	}
}

struct text *model_file(struct model *m, const char *path, const char *owner, const char *group, const char *mode,
			unsigned roles)
{
	struct model_file *f = list_push(m->arena, &m->files);
	*f = (struct model_file){ .path = path, .owner = owner, .group = group, .mode = mode, .roles = roles };
	text_init(&f->text, m->arena);
	return &f->text;
}

const char *file_header(struct model *m, const char *what)
{
	const struct spec *s = m->spec;
	return arena_printf(m->arena,
			    "%s of cluster %s%s%s\nMade by hpcc from the cluster's spec. Do not edit: change the spec.",
			    what, s->cluster, s->description ? ": " : "", s->description ? s->description : "");
}
