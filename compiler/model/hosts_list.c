/* hosts_list.c: the list of all places that scripts read, field by field: targets write it, and where a platform limits
 * files a rule measures it. */
#include "compiler/model/hosts_list.h"

#include <stdio.h>
#include <string.h>

static const char *const fields[HOST_FIELDS] = { "host",    "address", "roles", "machine",
						 "segment", "outside", "ssh",	"aliases" };
enum { MACHINE_FIELDS = 3 }; /* where a place is a machine: where it is needs no saying */

size_t hosts_list_fields(const struct model *m)
{
	return m->platform->place_per_host ? MACHINE_FIELDS : HOST_FIELDS;
}

const char *host_field_name(enum host_field f)
{
	return fields[f];
}

static const char *said(const char *s)
{
	return s && *s ? s : "-";
}

/* Alone on a machine that nobody else reaches, its own network's places find each other by the loopback. */
static const char *without_address(const struct model *m, const struct place *p)
{
	bool loopback =
		p->network && p->network->kind == NETWORK_HOST && !m->platform->moving_addresses && m->machines.n == 1;
	return loopback ? "127.0.0.1" : "-";
}

static const char *aliases_of(const struct model *m, const struct place *p)
{
	struct text t;
	text_init(&t, m->arena);
	for (size_t i = 0; p->service && i < p->service->aliases.n; i++)
		text_join(&t, 0, ",", p->service->aliases.v[i]);
	return said(t.s);
}

/* What the lines of one place have alike. */
static void start_place(struct hosts_list *x, const struct place *p)
{
	const struct model *m = x->model;
	x->place = p;
	x->at = 0;
	hostwalk_start(&x->names, &p->names);
	hostwalk_start(&x->addresses, &p->addresses);
	x->fields[HOST_ADDRESS] = without_address(m, p);
	x->fields[HOST_ROLES] = said(role_list(m->arena, p->roles));
	if (m->platform->place_per_host)
		return;
	x->fields[HOST_MACHINE] = p->anywhere ? "-" : p->machine->name;
	x->fields[HOST_SEGMENT] = said(p->segment);
	x->fields[HOST_OUTSIDE] = said(p->anywhere ? NULL : p->machine->address);
	x->fields[HOST_ALIASES] = aliases_of(m, p);
}

void hosts_list_start(struct hosts_list *x, const struct model *m)
{
	*x = (struct hosts_list){ .model = m };
}

bool hosts_list_next(struct hosts_list *x)
{
	const struct model *m = x->model;
	while (!x->place || x->at >= x->place->names.count) {
		if (x->next >= m->places.n)
			return false;
		start_place(x, &m->places.v[x->next++]);
	}
	const struct place *p = x->place;
	x->fields[HOST_NAME] = hostwalk_next(&x->names);
	if (p->addresses.count)
		x->fields[HOST_ADDRESS] = said(hostwalk_next(&x->addresses));
	if (!m->platform->place_per_host) {
		/* There it has an address that is its own, and no other leads to it. */
		if (p->network && p->network->kind == NETWORK_MACVLAN)
			x->fields[HOST_OUTSIDE] = x->fields[HOST_ADDRESS];
		snprintf(x->ssh, sizeof(x->ssh), "%lld", (long long)place_ssh_port(m, p, x->at));
		x->fields[HOST_SSH] = x->ssh;
	}
	x->at++;
	return true;
}

size_t hosts_list_size(const struct model *m)
{
	struct hosts_list x;
	size_t all = 1, n = hosts_list_fields(m); /* '#', and one character behind each field */
	for (size_t i = 0; i < n; i++)
		all += strlen(fields[i]) + 1;
	hosts_list_start(&x, m);
	while (hosts_list_next(&x))
		for (size_t i = 0; i < n; i++)
			all += strlen(x.fields[i]) + 1;
	return all;
}
