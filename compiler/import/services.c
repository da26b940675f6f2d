/* services.c: controllers. */
#include "compiler/import/within.h"

#include <string.h>
#include <strings.h>

#include "compiler/spec/check.h"

#define PATH(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* ---- controllers */

struct controller {
	const char *name, *address;
	struct span span;
};

typedef LIST(struct controller) controller_list;

static void add_controller(struct import *im, controller_list *list, const struct entry *e)
{
	const char *open = strchr(e->value, '(');
	struct controller *c = list_push(im->arena, list);
	c->span = e->span;
	c->name = open ? arena_strndup(im->arena, e->value, (size_t)(open - e->value)) : e->value;
	if (open && open[1])
		c->address = arena_strndup(im->arena, open + 1, strcspn(open + 1, ")"));
}

/* ControlMachine=, BackupController=: one name each, their addresses in keys of their own. */
static void add_old(struct import *im, controller_list *list, const char *key, const char *address_key)
{
	const struct entry *e = records_global(im->records, SLURM_CONF, key);
	const struct entry *a = records_global(im->records, SLURM_CONF, address_key);
	if (!e)
		return;
	add_controller(im, list, e);
	if (a)
		list->v[list->n - 1].address = a->value;
}

static void find_controllers(struct import *im, controller_list *list)
{
	for (size_t i = 0; i < im->records->globals[SLURM_CONF].n; i++) {
		const struct entry *e = &im->records->globals[SLURM_CONF].v[i]->entries.v[0];
		if (im->records->globals[SLURM_CONF].v[i]->entries.n && strcasecmp(e->fact->key, "SlurmctldHost") == 0)
			add_controller(im, list, e);
	}
	/* read_config.c: SlurmctldHost is asked for first, and the old keys mean nothing beside it. */
	if (list->n)
		return;
	add_old(im, list, "ControlMachine", "ControlAddr");
	add_old(im, list, "BackupController", "BackupAddr");
}

void import_services(struct import *im)
{
	controller_list list = { 0 };
	find_controllers(im, &list);
	struct service *s = list.n ? import_body(im, PATH("services", "slurmctld")) : NULL;
	for (size_t i = 0; i < list.n; i++) {
		struct controller *c = &list.v[i];
		if (check_name(c->name)) {
			import_dropped(im, c->span, c->name, "it is no name that a host of a spec can have");
			continue;
		}
		if (c->address && (check_address(c->address) || strcmp(c->address, c->name) == 0))
			c->address = NULL;
		import_host(im, c->name, c->address);
		s->host.given = true;
		*list_push(im->arena, &s->host) = c->name;
	}
}

/* ---- one for all */

void import_fold_services(struct import *im)
{
	struct services *all = im->spec->services;
	if (!all)
		return;
	struct service **const each[] = { &all->slurmctld, &all->slurmdbd, &all->database };
	const char *host = NULL;
	size_t n = 0;
	for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
		if (!*each[i])
			continue;
		if ((*each[i])->host.n != 1 || (host && strcmp((*each[i])->host.v[0], host) != 0))
			return;
		host = (*each[i])->host.v[0];
		n++;
	}
	if (n < 2)
		return;
	all->base = all->slurmctld ? all->slurmctld : all->slurmdbd;
	all->slurmctld = all->slurmdbd = all->database = NULL;
}
