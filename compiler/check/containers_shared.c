/* containers_shared.c: what places on several machines share: a volume is each machine's own. */
#include "compiler/check/containers.h"

#include <string.h>

/* Where it was written on which machine a place is; else what it is called. */
static struct span place_span(const struct place *p)
{
	if (p->node)
		return WHERE(p->node, host);
	if (p->service && p->anywhere)
		return WHERE(p->service, labels);
	return p->service ? WHERE(p->service, host) : (struct span){ 0 };
}

static const char *first_name(const struct check *c, const struct place *p)
{
	return hostlist_name_dup(&p->names, 0, c->arena);
}

static void note_place(struct check *c, struct diag *d, const struct place *p)
{
	const char *name = first_name(c, p);
	if (p->anywhere)
		diag_note(c->diags, d, place_span(p), "%s may come to be on any host that has these labels", name);
	else
		diag_note(c->diags, d, place_span(p), "%s is on %s", name, p->machine->name);
}

/* The host that is told to export: one that carries places, the first of them where it is written. */
static const char *exporting_host(const struct model *m, const struct place *p)
{
	if (m->machines.v[0]->host)
		return m->machines.v[0]->name;
	if (p->machine->host)
		return p->machine->name;
	for (size_t i = 0; i < m->machines.n; i++)
		if (m->machines.v[i]->host)
			return m->machines.v[i]->name;
	return "HOST";
}

/* ---- volume-on-two-hosts */

static void torn_volume(struct check *c, const struct storage *s)
{
	const struct model *m = c->model;
	const struct place *one, *other;
	if (!places_apart(m, roles_of(&s->on, ROLE_ALL), &one, &other))
		return;
	struct diag *d = finding(c, WHERE(s, type),
				 "the volume '%s' would be another one on each machine: what is written on one is not "
				 "seen on the others",
				 s->origin.name);
	if (one != other)
		note_place(c, d, one);
	note_place(c, d, other);
	diag_help(c->diags, d,
		  "let one host export it: %s: { type: nfs, server: { host: %s }, export: /srv/%s/%s, mount: %s }",
		  s->origin.name, exporting_host(m, one), c->spec->cluster, s->origin.name, s->mount);
}

/* The volumes that hpcc makes for one place: lost when the place is made anew elsewhere. */
static void wandering_state(struct check *c, const struct model_volume *v)
{
	const struct model *m = c->model;
	const struct place *one, *other;
	if (!places_apart(m, v->role, &one, &other))
		return;
	const char *name = first_name(c, other);
	struct diag *d = finding(c, place_span(other),
				 "%s keeps %s in a volume of the machine that it is on, and finds none when it comes "
				 "to be on another",
				 name, v->path);
	diag_help(c->diags, d, "say which host has it, with 'host' under services.%s, or mount an NFS storage on %s",
		  name, v->path);
}

void rule_volume_on_two_hosts(struct check *c)
{
	const struct model *m = c->model;
	struct storage *s;
	if (!(m->platform->can & CAN_VOLUMES))
		return;
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));)
		if (text_equal(s->type, "volume") && !s->origin.broken)
			torn_volume(c, s);
	for (size_t i = 0; i < m->volumes.n; i++)
		wandering_state(c, &m->volumes.v[i]);
}

/* ---- nothing-shared */

/* Whether a volume was meant to be it: the rule above has said so. */
static bool some_is_torn(const struct model *m)
{
	for (size_t i = 0; i < m->storage.n; i++)
		if (storage_is_common(m->storage.v[i]) && storage_is_torn(m, m->storage.v[i]))
			return true;
	return false;
}

/* What they share, and may only read; or NULL. */
static const struct storage *shared_to_read(const struct model *m)
{
	for (size_t i = 0; i < m->storage.n; i++)
		if (storage_is_common(m->storage.v[i]) && storage_is_read_only(m->storage.v[i], NULL))
			return m->storage.v[i];
	return NULL;
}

/* A directory for all, which is not called as the one that they may read. */
static const char *directory_for_all(struct check *c, const struct place *one, const struct storage *to_read)
{
	const char *name = to_read && path_lies_in("/home", to_read->mount) ? "work" : "home";
	return arena_printf(c->arena,
			    "storage: { %s: { type: nfs, server: { host: %s }, export: /srv/%s/%s, mount: /%s } }",
			    name, exporting_host(c->model, one), c->spec->cluster, name, name);
}

void rule_nothing_shared(struct check *c)
{
	const struct model *m = c->model;
	const struct place *one, *other;
	if (m->platform->place_per_host || !c->spec->slurm || m->shared || some_is_torn(m) ||
	    !places_apart(m, ROLE_LOGIN | ROLE_SLURMD, &one, &other))
		return;
	const struct storage *to_read = shared_to_read(m);
	const char *none = to_read ? "share no directory that they may write to" : "share no directory";
	const char *lost = "what a job writes on one is not found on the other", *name = first_name(c, other);
	struct span at = place_span(other);
	struct diag *d =
		one == other ? finding(c, at, "%s may be on any of several machines, which %s: %s", name, none, lost)
			     : finding(c, at, "%s and %s are on two machines, which %s: %s", first_name(c, one), name,
				       none, lost);
	if (one != other)
		note_place(c, d, one);
	if (to_read)
		diag_note(c->diags, d, where_read_only(to_read), "storage '%s' is read-only", to_read->origin.name);
	diag_help(c->diags, d, "%sadd a directory that all see: %s", to_read ? "let all write to that one, or " : "",
		  directory_for_all(c, one, to_read));
}
