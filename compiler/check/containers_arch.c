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
	const struct model_machine *last; /* of the hosts */
	unsigned services;
	unsigned roaming; /* the roles whose roaming places are counted */
};

/* What roams with one role has one service, and so one image and one choice of machines: of each it is asked once. */
struct roamers {
	const struct place *first; /* NULL: none */
	struct hostlist nodes;
};

struct misfits {
	struct check *c;
	struct map found; /* by image and architecture */
	LIST(struct misfit *) list;
	struct roamers roaming[ROLE_COUNT];
};

/* A machine, its architecture where it is known, and whose hardware says so, or NULL. */
struct kind {
	const struct model_machine *on;
	const char *arch;
	const struct node_group *by;
};

static struct misfit *misfit_of(struct misfits *all, const struct place *p, const struct kind *k)
{
	struct arena *a = all->c->arena;
	struct map_entry *e = map_add(&all->found, arena_printf(a, "%s %s", p->image->name, k->arch), NULL);
	if (e->value)
		return e->value;
	struct misfit *x = ARENA_NEW(a, struct misfit);
	*x = (struct misfit){ .image = p->image->image, .name = p->image->name, .arch = k->arch };
	x->at = k->by ? WHERE(k->by, hardware) : WHERE(k->on->host, arch);
	hostlist_init(&x->hosts, a);
	hostlist_init(&x->nodes, a);
	*list_push(a, &all->list) = e->value = x;
	return x;
}

/* The misfit of a place that is on a machine, or may come to be there; NULL when its image is for it. */
static struct misfit *lacks_arch(struct misfits *all, const struct place *p, const struct kind *k)
{
	const struct image *x = p->image ? p->image->image : NULL;
	if (!x || !x->image || x->origin.broken || !x->arch.n || !k->arch || is_for(x, k->arch))
		return NULL;
	struct misfit *f = misfit_of(all, p, k);
	if (f->last != k->on)
		hostlist_add_name(&f->hosts, k->on->name);
	f->last = k->on;
	if (p->anywhere)
		f->anywhere = p;
	return f;
}

static void count(struct misfit *f, const struct place *p, const struct hostlist *nodes)
{
	if (p->node)
		hostlist_add(&f->nodes, nodes);
	else
		f->services |= p->roles;
}

static void find_roaming(struct misfits *all)
{
	const struct model *m = all->c->model;
	for (size_t i = 0; i < m->roaming.n; i++) {
		const struct place *p = &m->places.v[m->roaming.v[i]];
		size_t role = 0;
		while (role < ROLE_COUNT - 1 && p->roles != 1u << role)
			role++;
		struct roamers *x = &all->roaming[role];
		if (!x->first) {
			x->first = p;
			hostlist_init(&x->nodes, all->c->arena);
		}
		hostlist_add(&x->nodes, &p->names);
	}
}

static void misfits_of_machine(struct misfits *all, const struct model_machine *on)
{
	const struct model *m = all->c->model;
	struct kind k = { .on = on };
	k.arch = machine_arch(m, on, &k.by);
	for (size_t i = 0; i < on->places.n; i++) {
		const struct place *p = &m->places.v[on->places.v[i]];
		struct misfit *f = place_is_on(p, on) ? lacks_arch(all, p, &k) : NULL;
		if (f)
			count(f, p, &p->names);
	}
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		const struct roamers *x = &all->roaming[i];
		struct misfit *f = x->first && place_may_be_on(x->first, on) ? lacks_arch(all, x->first, &k) : NULL;
		if (!f || f->roaming & 1u << i)
			continue;
		f->roaming |= 1u << i;
		count(f, x->first, &x->nodes);
	}
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
	find_roaming(&all);
	for (size_t i = 0; i < m->machines.n; i++)
		misfits_of_machine(&all, m->machines.v[i]);
	for (size_t i = 0; i < all.list.n; i++)
		say_misfit(c, all.list.v[i]);
}
