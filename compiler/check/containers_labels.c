/* containers_labels.c: labels that services ask of their hosts. */
#include "compiler/check/containers.h"

#include <string.h>

static const struct option *label_of(const struct host *h, const char *key)
{
	for (size_t i = 0; h && i < h->labels.n; i++)
		if (strcmp(h->labels.v[i].key, key) == 0)
			return &h->labels.v[i];
	return NULL;
}

static bool has_label(const struct host *h, const struct option *wanted)
{
	const struct option *x = label_of(h, wanted->key);
	return x && strcmp(x->value, wanted->value) == 0;
}

static bool some_host_has(const struct check *c, const struct option *wanted)
{
	struct host *h;
	for (size_t i = 0; (h = entries_next(&c->spec->hosts, &i));)
		if (has_label(h, wanted))
			return true;
	return false;
}

static bool has_all(const struct host *h, const struct options *wanted)
{
	for (size_t i = 0; i < wanted->n; i++)
		if (!has_label(h, &wanted->v[i]))
			return false;
	return true;
}

/* "type: head" of all hosts, and where the likeliest stands. */
static void label_nowhere(struct check *c, const struct option *x)
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
		diag_help(c->diags, d, "give it to a host: `hosts: { NAME: { labels: { %s: %s } } }`", x->key,
			  x->value);
}

static void labels_of_host(struct check *c, const struct service *s)
{
	for (size_t i = 0; i < s->host.n; i++) {
		const struct host *h = spec_host(c->spec, s->host.v[i], NULL);
		for (size_t j = 0; h && j < s->labels.n; j++) {
			const struct option *x = &s->labels.v[j];
			if (has_label(h, x))
				continue;
			struct diag *d = finding(c, x->key_span,
						 "host '%s', where the service is to be, has not the label '%s: %s'",
						 s->host.v[i], x->key, x->value);
			diag_note(c->diags, d, WHERE_ITEM(s, host, i), "the host is named here");
			diag_help(c->diags, d,
				  "leave 'host' out, and the swarm chooses among those that have it; or leave out the "
				  "label");
			return;
		}
	}
}

static void labels_of_service(struct check *c, const struct service *s)
{
	struct host *h;
	bool known = true;
	for (size_t i = 0; i < s->labels.n; i++)
		if (!some_host_has(c, &s->labels.v[i])) {
			label_nowhere(c, &s->labels.v[i]);
			known = false;
		}
	if (!known)
		return;
	if (s->host.n) {
		labels_of_host(c, s);
		return;
	}
	for (size_t i = 0; (h = entries_next(&c->spec->hosts, &i));)
		if (has_all(h, &s->labels))
			return;
	struct diag *d = finding(c, WHERE(s, labels), "no host has all of these labels: nothing would start");
	for (size_t i = 0; (h = entries_next(&c->spec->hosts, &i));)
		if (has_label(h, &s->labels.v[0]))
			diag_note(c->diags, d, WHERE(h, labels), "host '%s' has '%s: %s' alone", h->origin.name,
				  s->labels.v[0].key, s->labels.v[0].value);
	diag_help(c->diags, d, "give the others to one of these hosts, or ask for fewer");
}

void rule_label_unknown(struct check *c)
{
	struct map seen;
	map_init(&seen, c->arena);
	/* A host that does not read well may have any label. */
	if (!(c->model->platform->can & CAN_LABELS) || c->spec->origin.broken || any_broken(&c->spec->hosts))
		return;
	for (size_t i = 0; i < c->model->places.n; i++) {
		const struct service *s = c->model->places.v[i].service;
		if (s && !s->origin.broken && s->labels.n && first_at(c, &seen, s->labels.v[0].key_span))
			labels_of_service(c, s);
	}
}
