/* other_files_spank_spec.c: slurm.spank: plugstack.conf before it is written. */
#include "compiler/check/other_files.h"

#include <string.h>

#include "compiler/slurm/plugstack.h"

/* ---- spank-line */

void spank_spec_line(struct check *c)
{
	struct spank *s;
	for (size_t i = 0; (s = entries_next(&c->spec->slurm->spank, &i));) {
		size_t length = strlen("required ") + strlen(s->plugin);
		for (size_t j = 0; j < s->arguments.n; j++)
			length += 1 + strlen(s->arguments.v[j]);
		if (length <= PLUGSTACK_LINE)
			continue;
		struct diag *d = finding(c, WHERE(s, arguments),
					 "its line is %zu bytes long: Slurm reads what is beyond %d as another", length,
					 PLUGSTACK_LINE);
		diag_help(c->diags, d, "give the plugin a file to read, and its path here");
	}
}

/* ---- spank-twice */

void spank_spec_twice(struct check *c)
{
	struct map seen;
	struct spank *s;
	map_init(&seen, c->arena);
	for (size_t i = 0; (s = entries_next(&c->spec->slurm->spank, &i));) {
		bool fresh;
		struct map_entry *e = map_add(&seen, s->plugin, &fresh);
		if (fresh) {
			e->value = s;
			continue;
		}
		const struct spank *first = e->value;
		struct diag *d =
			finding(c, WHERE(s, plugin), "this plugin stands here twice: Slurm loads and runs it twice");
		diag_note(c->diags, d, WHERE(first, plugin), "the first is here");
		diag_help(c->diags, d, "keep one of the two");
	}
}

/* ---- spank-unread: slurm.conf(5), PlugStackConfig */

void rule_spank_unread(struct check *c)
{
	const struct slurm *s = c->spec->slurm;
	const char *ours =
		arena_printf(c->arena, "%s/%s", c->model->platform->conf_dir, slurm_file_name(PLUGSTACK_CONF));
	const struct entry *e = records_global(c->records, SLURM_CONF, "PlugStackConfig");
	if (!s->spank.n || !e || strcmp(e->value, ours) == 0)
		return;
	struct diag *d = finding(c, e->span, "Slurm reads %s, and not %s, where slurm.spank goes", e->value, ours);
	diag_note(c->diags, d, where_key(s, shape_field(&slurm_shape, "spank")), "slurm.spank is here");
	diag_help(c->diags, d, "leave PlugStackConfig out; a plugin that its file names belongs under slurm.spank");
}

/* ---- spank-place */

/* What the spec puts at a path, or above it. */
struct laid {
	const char *what, *name; /* "storage"; NULL: nothing that the spec speaks of */
	unsigned roles;
	struct span at;
};

/* The file of that path, else the storage whose mount is nearest above. */
static struct laid laid_at(const struct check *c, const char *path)
{
	struct laid ret = { 0 };
	struct storage *s;
	struct file *f;
	size_t nearest = 0;
	for (size_t i = 0; (f = entries_next(&c->spec->files, &i));)
		if (strcmp(f->path, path) == 0)
			return (struct laid){ "file", f->origin.name, roles_of(&f->on, ROLE_ALL), where_body(f) };
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));) {
		if (!s->mount || !path_lies_in(path, s->mount) || strlen(s->mount) < nearest)
			continue;
		/* Several of one mount are for different services. */
		unsigned others = strlen(s->mount) == nearest ? ret.roles : 0;
		nearest = strlen(s->mount);
		ret = (struct laid){ "storage", s->origin.name, others | roles_of(&s->on, ROLE_SLURMD | ROLE_LOGIN),
				     where_body(s) };
	}
	return ret;
}

/* A service whose places load plugins and do not have what lies there; 0: all have it. */
static unsigned lacking(const struct check *c, const struct laid *l)
{
	const struct model *m = c->model;
	for (size_t i = 0; i < m->places.n; i++) {
		unsigned loads = m->places.v[i].roles & spank_roles(m);
		if (loads && !(m->places.v[i].roles & l->roles))
			return loads & -loads;
	}
	return 0;
}

/* What becomes of a required plugin that a place does not have. */
static const char *stops(unsigned role)
{
	return role == ROLE_SLURMD ? "slurmd does not start there" : "no job can be submitted there";
}

static void look(struct check *c, const struct spank *s, const char *path, struct span at)
{
	struct laid l = path[0] == '/' ? laid_at(c, path) : (struct laid){ 0 };
	unsigned role = l.what ? lacking(c, &l) : 0;
	const char *name = role_name((enum role)role);
	if (!role)
		return;
	bool optional = s->optional == TRI_TRUE;
	struct diag *d = diag_add(c->diags, optional ? SEVERITY_WARNING : SEVERITY_ERROR, c->rule->name, at,
				  "%s does not have %s: %s", name, path,
				  path != s->plugin ? "the plugin does not find it there"
				  : optional	    ? "the plugin is left out there"
						    : stops(role));
	diag_note(c->diags, d, l.at, "%s '%s' is not for %s", l.what, l.name, name);
	diag_help(c->diags, d, "add %s to its `on`", name);
}

void rule_spank_place(struct check *c)
{
	struct spank *s;
	for (size_t i = 0; c->spec->slurm && (s = entries_next(&c->spec->slurm->spank, &i));) {
		look(c, s, s->plugin, WHERE(s, plugin));
		for (size_t j = 0; j < s->arguments.n; j++)
			look(c, s, s->arguments.v[j], WHERE_ITEM(s, arguments, j));
	}
}
