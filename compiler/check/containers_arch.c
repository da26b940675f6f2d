/* containers_arch.c: image-lacks-arch: ready images, and hosts that they are not for. */
#include "compiler/check/containers.h"

#include <string.h>

static bool is_for(const struct image *x, const char *arch)
{
	for (size_t i = 0; i < x->arch.n; i++)
		if (strcmp(x->arch.v[i], arch) == 0)
			return true;
	return false;
}

/* All hosts of one architecture that an image is not for, and what would run from it there: one finding. */
struct misfit {
	const struct image *image;
	const char *name, *arch;
	struct span at;
	const struct place *anywhere; /* one that may come to be on such a host, or NULL */
	struct hostlist hosts, nodes;
	unsigned services;
};

struct misfits {
	struct check *c;
	struct map found, hosts; /* by image and architecture; by these and the host */
	LIST(struct misfit *) list;
};

static struct misfit *misfit_of(struct misfits *all, const struct place *p, const char *arch, struct span at)
{
	struct arena *a = all->c->arena;
	struct map_entry *e = map_add(&all->found, arena_printf(a, "%s %s", p->image->name, arch), NULL);
	if (e->value)
		return e->value;
	struct misfit *x = ARENA_NEW(a, struct misfit);
	*x = (struct misfit){ .image = p->image->image, .name = p->image->name, .arch = arch, .at = at };
	hostlist_init(&x->hosts, a);
	hostlist_init(&x->nodes, a);
	*list_push(a, &all->list) = e->value = x;
	return x;
}

static void lacks_arch(struct misfits *all, const struct place *p, const struct model_machine *on)
{
	struct check *c = all->c;
	const struct image *x = p->image ? p->image->image : NULL;
	const struct node_group *by;
	bool fresh;
	if (!x || !x->image || x->origin.broken || !x->arch.n || !on)
		return;
	const char *arch = machine_arch(c->model, on, &by);
	if (!arch || is_for(x, arch))
		return;
	struct misfit *f = misfit_of(all, p, arch, by ? WHERE(by, hardware) : WHERE(on->host, arch));
	map_add(&all->hosts, arena_printf(c->arena, "%s %s %s", f->name, arch, on->name), &fresh);
	if (fresh)
		hostlist_add_name(&f->hosts, on->name);
	if (p->anywhere)
		f->anywhere = p;
	if (p->node)
		hostlist_add(&f->nodes, &p->names);
	else
		f->services |= p->roles;
}

/* "nodes 'c[3-4]', login" */
static const char *who_runs(struct check *c, struct misfit *f)
{
	struct text t;
	text_init(&t, c->arena);
	if (f->nodes.count)
		text_add(&t, nodes_said(c, &f->nodes));
	for (size_t i = 0; i < CONTAINER_SERVICES; i++)
		if (f->services & container_services[i])
			text_join(&t, 0, ", ", role_name(container_services[i]));
	return t.s;
}

static void say_misfit(struct check *c, struct misfit *f)
{
	bool many = f->hosts.count > 1;
	struct diag *d = finding(c, f->at, "host%s '%s' %s of %s, which image '%s' is not for", many ? "s" : "",
				 names_said(c, &f->hosts), many ? "are" : "is", f->arch, f->name);
	diag_note(c->diags, d, WHERE(f->image, arch), "what the image is for");
	if (f->anywhere)
		diag_note(c->diags, d, WHERE(f->anywhere->service, labels), "what has it may come to be on %s",
			  many ? "one of these hosts" : "this host");
	diag_help(
		c->diags, d,
		"put %s on other hosts, name an image that is for %s as well, or leave 'image' out: hpcc makes one on "
		"each kind of host",
		who_runs(c, f), f->arch);
}

void rule_image_lacks_arch(struct check *c)
{
	const struct model *m = c->model;
	struct misfits all = { .c = c };
	map_init(&all.found, c->arena);
	map_init(&all.hosts, c->arena);
	for (size_t i = 0; i < m->places.n; i++) {
		const struct place *p = &m->places.v[i];
		if (!p->anywhere)
			lacks_arch(&all, p, p->machine);
		for (size_t j = 0; p->anywhere && j < m->machines.n; j++)
			if (place_may_be_on(p, m->machines.v[j]))
				lacks_arch(&all, p, m->machines.v[j]);
	}
	for (size_t i = 0; i < all.list.n; i++)
		say_misfit(c, all.list.v[i]);
}
