/* containers_labels.c: labels that services ask of their hosts. */
#include "compiler/check/containers.h"

#include <string.h>

static bool some_host_has(const struct check *c, const struct option *wanted)
{
	struct host *h;
	for (size_t i = 0; (h = entries_next(&c->spec->hosts, &i));)
		if (host_has_label(h, wanted->key, wanted->value))
			return true;
	return false;
}

/* "type: head" of all hosts, and where the likeliest stands. */
static void label_nowhere(struct check *c, const struct service *s, const struct option *x)
{
	LIST(const char *) names = { 0 };
	LIST(const struct option *) all = { 0 };
	struct host *h;
	for (size_t i = 0; (h = entries_next(&c->spec->hosts, &i));)
		for (size_t j = 0; j < h->labels.n; j++) {
			*list_push(c->arena, &all) = &h->labels.v[j];
			*list_push(c->arena, &names) =
				arena_printf(c->arena, "%s: %s", h->labels.v[j].key, h->labels.v[j].value);
		}
	const char *mean = suggest(arena_printf(c->arena, "%s: %s", x->key, x->value), names.v, names.n);
	struct diag *d =
		finding(c, x->key_span, "no host has the label '%s: %s': nothing would start", x->key, x->value);
	for (size_t i = 0; mean && i < names.n; i++)
		if (names.v[i] == mean)
			diag_note(c->diags, d, all.v[i]->key_span, "this is the nearest");
	if (!mean && c->spec->hosts.n)
		diag_note(c->diags, d, where_key(c->spec, shape_field(&spec_shape, "hosts")), "the hosts");
	if (mean)
		diag_help(c->diags, d, "did you mean `%s`?", mean);
	else
		diag_help(c->diags, d, "give it to a host: `hosts: { %s: { labels: { %s: %s } } }`",
			  s->host.n ? s->host.v[0] : "NAME", x->key, x->value);
}

/* The first of the labels that a host has not, or NULL. */
static const struct option *lacking(const struct host *h, const struct options *wanted)
{
	for (size_t i = 0; i < wanted->n; i++)
		if (!host_has_label(h, wanted->v[i].key, wanted->v[i].value))
			return &wanted->v[i];
	return NULL;
}

/* A finding of a label that a host has not; once, as services share labels and hosts. */
static struct diag *host_lacks(struct check *c, struct map *seen, const char *host, const struct option *x,
			       const char *whose)
{
	bool fresh;
	map_add(seen, arena_printf(c->arena, "%s %u:%u", host, x->key_span.source, x->key_span.start), &fresh);
	if (!fresh)
		return NULL;
	return finding(c, x->key_span, "host '%s', where %s, has not the label '%s: %s': nothing would start", host,
		       whose, x->key, x->value);
}

/* A host that has all that a service asks for, or NULL. */
static const char *host_with_all(struct check *c, const struct service *s)
{
	struct host *h;
	for (size_t i = 0; (h = entries_next(&c->spec->hosts, &i));)
		if (host_has_labels(h, &s->labels))
			return hostlist_name_dup(h->origin.hosts, 0, c->arena);
	return NULL;
}

/* A host of its own the service can do without; one of services.default stays as long as it names no other. */
static void help_host(struct check *c, struct diag *d, const struct place *p, const char *name, bool own)
{
	const char *fit = host_with_all(c, p->service), *on = p->machine->name;
	if (own && fit)
		diag_help(c->diags, d,
			  "leave 'host' out, and the swarm chooses among those that have it; or leave out the label");
	else if (fit)
		diag_help(c->diags, d, "say `host: %s`, which has it, under services.%s, or give host '%s' the label",
			  fit, name, on);
	else
		diag_help(c->diags, d, "give host '%s' all labels that services.%s asks for, or ask for fewer", on,
			  name);
}

/* Any other place than a node's is held to the host that its service names. */
static void labels_of_host(struct check *c, const struct place *p, struct map *seen)
{
	const struct service *s = p->service;
	const char *name = role_name((enum role)p->roles);
	const char *whose = arena_printf(c->arena, "%s is to be", name);
	const struct option *x = lacking(p->machine->host, &s->labels);
	struct diag *d = x ? host_lacks(c, seen, p->machine->name, x, whose) : NULL;
	if (!d)
		return;
	bool own = WRITTEN(s, host) && !is_implied(c, p);
	if (s->host.n)
		diag_note(c->diags, d, WHERE_ITEM(s, host, 0), "the host is named here%s",
			  own ? "" : ", for every service that names none");
	help_host(c, d, p, own || WRITTEN(s, labels) ? name : "default", own);
}

/* Nodes are held to their hosts, and to the labels as well. */
static void labels_of_nodes(struct check *c, const struct place *p, struct map *seen)
{
	const struct option *x = lacking(p->machine->host, &p->service->labels);
	const char *whose =
		arena_printf(c->arena, "%s %s", nodes_said(c, &p->names), p->names.count == 1 ? "is" : "are");
	struct diag *d = x ? host_lacks(c, seen, p->machine->name, x, whose) : NULL;
	if (!d)
		return;
	diag_note(c->diags, d, p->machine->host ? where_body(p->machine->host) : WHERE(p->node, host), "the host");
	diag_help(c->diags, d,
		  "give the host the label, or take it from the service: nodes say themselves where they are");
}

static void labels_of_any(struct check *c, const struct service *s, struct map *seen)
{
	struct host *h;
	for (size_t i = 0; (h = entries_next(&c->spec->hosts, &i));)
		if (host_has_labels(h, &s->labels))
			return;
	if (!first_at(c, seen, WHERE(s, labels)))
		return;
	struct diag *d = finding(c, WHERE(s, labels), "no host has all of these labels: nothing would start");
	for (size_t i = 0; (h = entries_next(&c->spec->hosts, &i));)
		if (host_has_label(h, s->labels.v[0].key, s->labels.v[0].value))
			diag_note(c->diags, d, WHERE(h, labels), "host '%s' has '%s: %s' alone", h->origin.name,
				  s->labels.v[0].key, s->labels.v[0].value);
	diag_help(c->diags, d, "give the others to one of these hosts, or ask for fewer");
}

/* Whether each label is some host's. */
static bool all_known(struct check *c, const struct service *s, struct map *seen)
{
	bool known = true;
	for (size_t i = 0; i < s->labels.n; i++) {
		if (some_host_has(c, &s->labels.v[i]))
			continue;
		if (first_at(c, seen, s->labels.v[i].key_span))
			label_nowhere(c, s, &s->labels.v[i]);
		known = false;
	}
	return known;
}

void rule_label_unknown(struct check *c)
{
	struct map seen;
	map_init(&seen, c->arena);
	/* A host that does not read well may have any label. */
	if (!(c->model->platform->can & CAN_LABELS) || c->spec->origin.broken || any_broken(&c->spec->hosts))
		return;
	for (size_t i = 0; i < c->model->places.n; i++) {
		const struct place *p = &c->model->places.v[i];
		const struct service *s = p->service;
		if (!s || s->origin.broken || !s->labels.n || !all_known(c, s, &seen))
			continue;
		if (p->anywhere)
			labels_of_any(c, s, &seen);
		else if (p->node)
			labels_of_nodes(c, p, &seen);
		else
			labels_of_host(c, p, &seen);
	}
}
