/* containers_names.c: the names by which containers find each other: nodes', services', and aliases. */
#include "compiler/check/containers.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "compiler/base/ip.h"

/* Who has a name. */
struct known {
	const char *name, *what; /* as it is written; "a node" */
	struct span at;		 /* not known: it is there without being written */
};

struct names {
	struct check *c;
	struct map places, aliases; /* names in lower case to struct known: resolvers ignore case (RFC 1035, 2.3.3) */
	struct map seen;
};

static struct known *know(struct names *n, struct map *in, const char *name, const char *what, struct span at)
{
	struct arena *a = n->c->arena;
	bool fresh;
	struct map_entry *e = map_add(in, in_lower_case(a, name), &fresh);
	struct known *x = e->value;
	if (!fresh)
		return x;
	x = e->value = ARENA_NEW(a, struct known);
	*x = (struct known){ .name = name, .what = what, .at = at };
	return NULL;
}

/* ---- two names that differ by their case alone */

static void alike(struct names *n, const struct known *one, const char *name, struct span at)
{
	struct check *c = n->c;
	/* Of the same name, other rules speak. */
	if (strcmp(one->name, name) == 0 || !first_at(c, &n->seen, at))
		return;
	struct diag *d = finding(c, at, "'%s' and '%s' are one name to those who look for it", one->name, name);
	diag_note(c->diags, d, one->at, "%s has the first", one->what);
	diag_help(c->diags, d,
		  "names that differ by capital letters alone are the same host to DNS: call one otherwise");
}

static void know_places(struct names *n)
{
	const struct model *m = n->c->model;
	for (size_t i = 0; i < m->places.n; i++) {
		const struct place *p = &m->places.v[i];
		bool written = !p->node && p->service && p->service->origin.node;
		struct span at = p->node   ? p->node->origin.name_span
				 : written ? where_body(p->service)
					   : (struct span){ 0 };
		const char *what = p->node ? "a node" : "a service's container";
		struct hostwalk w;
		hostwalk_start(&w, &p->names);
		for (uint64_t j = 0; j < p->names.count; j++) {
			const char *name = arena_strdup(n->c->arena, hostwalk_next(&w));
			const struct known *one = know(n, &n->places, name, what, at);
			if (one)
				alike(n, one, name, at);
		}
	}
}

static bool has_capitals(const char *s)
{
	while (*s && !isupper((unsigned char)*s))
		s++;
	return *s;
}

/* Whether some place's name has a capital letter, without looking at each name. */
static bool some_capitals(const struct model *m)
{
	for (size_t i = 0; i < m->places.n; i++)
		for (size_t j = 0; j < m->places.v[i].names.runs.n; j++) {
			const struct hostrun *r = &m->places.v[i].names.runs.v[j];
			if (has_capitals(r->prefix) || has_capitals(r->suffix))
				return true;
		}
	return false;
}

/* ---- aliases */

/* Why nobody may be called so, or NULL. */
static const char *no_name(const char *alias)
{
	struct ip ip;
	if (ip_parse(alias, &ip))
		return "is an address, which nobody looks for as a name";
	if (strcasecmp(alias, "localhost") == 0)
		return "means itself to each container";
	/* moby: libnetwork answers tasks.SERVICE with the addresses of a service's containers. */
	if (strncasecmp(alias, "tasks.", 6) == 0)
		return "is a name that the engine itself answers to";
	return NULL;
}

static void check_alias(struct names *n, const struct service *s, const char *who, size_t i)
{
	struct check *c = n->c;
	const char *alias = s->aliases.v[i], *why = no_name(alias);
	const char *what = arena_printf(c->arena, "service '%s'", who);
	struct span at = WHERE_ITEM(s, aliases, i);
	const struct host *h = spec_host(c->spec, alias, NULL);
	const struct known *x = map_get(&n->places, in_lower_case(c->arena, alias));
	struct known host = { .name = alias, .what = "a host" };
	struct diag *d;
	if (why) {
		d = finding(c, at, "alias '%s' of service '%s' %s", alias, who, why);
		diag_help(c->diags, d, "write a name, such as front, or leave it out");
		return;
	}
	if (!x && h) {
		host.at = h->origin.name_span;
		x = &host;
	}
	if (!x)
		x = know(n, &n->aliases, alias, what, at);
	if (!x)
		return;
	d = finding(c, at, "alias '%s' of service '%s' is a name already: %s has it", alias, who, x->what);
	diag_note(c->diags, d, x->at, "%s", span_known(x->at) ? "here" : "that is there without being written");
	diag_help(c->diags, d,
		  "choose one that nothing else has: those who look for it would find the one or the other");
}

static void check_aliases(struct names *n, const struct service *s, const char *who)
{
	for (size_t i = 0; s && !s->origin.broken && WRITTEN(s, aliases) && i < s->aliases.n; i++)
		check_alias(n, s, who, i);
}

static uint64_t node_count(const struct model *m)
{
	uint64_t count = 0;
	for (size_t i = 0; i < m->places.n; i++)
		count += m->places.v[i].node ? m->places.v[i].names.count : 0;
	return count;
}

static bool gives_aliases(const struct service *s)
{
	return s && !s->origin.broken && s->aliases.n && WRITTEN(s, aliases);
}

/* Aliases that are written where they are not one container's. */
static void shared_aliases(struct check *c)
{
	const struct services *s = c->spec->services;
	struct diag *d;
	if (gives_aliases(s->base)) {
		d = finding(c, WHERE(s->base, aliases), "all services would have the same aliases");
		diag_help(c->diags, d, "write them in the one service that they are for");
	}
	if (gives_aliases(s->slurmd) && node_count(c->model) > 1) {
		d = finding(c, WHERE(s->slurmd, aliases), "all nodes would have the same aliases");
		diag_help(c->diags, d, "leave them out: nodes are found by their names");
	}
}

static bool some_aliases(const struct services *s)
{
	return gives_aliases(s->slurmctld) || gives_aliases(s->slurmdbd) || gives_aliases(s->database) ||
	       gives_aliases(s->login) || gives_aliases(s->slurmd);
}

void check_container_names(struct check *c)
{
	const struct model *m = c->model;
	const struct services *s = c->spec->services;
	struct names n = { .c = c };
	shared_aliases(c);
	/* A map of all names costs something where there are many. */
	if (!some_aliases(s) && !some_capitals(m))
		return;
	map_init(&n.places, c->arena);
	map_init(&n.aliases, c->arena);
	map_init(&n.seen, c->arena);
	know_places(&n);
	for (size_t i = 0; i < CONTAINER_SERVICES; i++)
		check_aliases(&n, container_service(m, container_services[i]), role_name(container_services[i]));
	if (node_count(m) == 1)
		check_aliases(&n, s->slurmd, role_name(ROLE_SLURMD));
}

/* ---- dotted-name */

void rule_dotted_name(struct check *c)
{
	const struct model *m = c->model;
	struct map seen;
	map_init(&seen, c->arena);
	if (!m->platform->cluster_in_name)
		return;
	for (size_t i = 0; i < m->places.n; i++) {
		const struct place *p = &m->places.v[i];
		for (size_t j = 0; p->node && j < p->names.runs.n; j++) {
			const struct hostrun *r = &p->names.runs.v[j];
			struct hostlist one;
			if ((!strchr(r->prefix, '.') && !strchr(r->suffix, '.')) ||
			    !first_at(c, &seen, p->node->origin.name_span))
				continue;
			hostlist_init(&one, c->arena);
			hostlist_add_run(&one, r);
			struct diag *d =
				finding(c, p->node->origin.name_span,
					"'%s' has dots, and the name of a swarm's service cannot", names_said(c, &one));
			diag_help(c->diags, d,
				  "leave the domain out: in the cluster, nodes find each other without it");
		}
	}
}
