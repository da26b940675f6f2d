#include "targets/target.h"

#include <string.h>

#include "compiler/embed/embedded.h"

extern const struct target target_slurm, target_ansible, target_compose, target_swarm;

const struct target *const targets[] = { &target_slurm, &target_ansible, &target_compose, &target_swarm, NULL };

const struct target *target_named(const char *name)
{
	for (size_t i = 0; targets[i]; i++)
		if (strcmp(targets[i]->name, name) == 0)
			return targets[i];
	return NULL;
}

struct text *output_add(struct output *out, const char *path, bool executable)
{
	struct output_file *f = list_push(out->arena, &out->files);
	f->path = path;
	f->executable = executable;
	text_init(&f->text, out->arena);
	return &f->text;
}

void output_template(struct output *out, const char *template_name, const char *path)
{
	for (const struct embedded *e = embedded_templates; e->name; e++)
		if (strcmp(e->name, template_name) == 0)
			text_addn(output_add(out, path, e->size > 2 && e->text[0] == '#' && e->text[1] == '!'), e->text,
				  e->size);
}

void tsv_line(struct text *t, ...)
{
	va_list fields;
	const char *field;
	bool first = true;
	va_start(fields, t);
	while ((field = va_arg(fields, const char *)) != NULL) {
		if (!first)
			text_addc(t, '\t');
		text_add(t, *field ? field : "-");
		first = false;
	}
	va_end(fields);
	text_addc(t, '\n');
}
