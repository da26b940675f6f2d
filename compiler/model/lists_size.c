/* lists_size.c: how large the list of places becomes that scripts read: a line for each name (targets/lists.c), where
 * the platform limits files. */
#include <string.h>

#include "compiler/model/model.h"

enum { FIELDS = 8, HEADING = 56 };

/* "-" stands for nothing. */
static size_t length(const char *s)
{
	return s && *s ? strlen(s) : 1;
}

static size_t roles_length(unsigned roles)
{
	size_t n = 0;
	for (unsigned r = 0; r < ROLE_COUNT; r++)
		if (roles & 1u << r)
			n += strlen(role_name((enum role)(1u << r))) + (n > 0);
	return n ? n : 1;
}

static size_t aliases_length(const struct service *s)
{
	size_t n = 0;
	for (size_t i = 0; s && i < s->aliases.n; i++)
		n += strlen(s->aliases.v[i]) + (n > 0);
	return n ? n : 1;
}

/* What the lines of one place have alike. */
static size_t alike(const struct place *p)
{
	size_t machine = strlen(p->machine->name);
	size_t n = roles_length(p->roles) + (p->anywhere ? 1 : machine) + strlen(p->network->name);
	if (network_ends_at_machine(p->network->kind))
		n += machine + 1;
	if (p->network->kind != NETWORK_MACVLAN)
		n += length(p->machine->address);
	return n + aliases_length(p->service) + FIELDS;
}

static size_t place_lines(const struct model *m, const struct place *p)
{
	struct hostwalk names, addresses;
	size_t all = 0, each = alike(p);
	bool macvlan = p->network->kind == NETWORK_MACVLAN;
	hostwalk_start(&names, &p->names);
	hostwalk_start(&addresses, &p->addresses);
	for (uint64_t i = 0; i < p->names.count; i++) {
		size_t name = strlen(hostwalk_next(&names));
		size_t address = length(p->addresses.count ? hostwalk_next(&addresses) : NULL);
		all += each + name + address * (macvlan ? 2 : 1) + digits_of((uint64_t)place_ssh_port(m, p, i));
	}
	return all;
}

size_t hosts_list_size(const struct model *m)
{
	size_t all = HEADING;
	for (size_t i = 0; i < m->places.n; i++)
		if (m->places.v[i].network && m->places.v[i].machine)
			all += place_lines(m, &m->places.v[i]);
	return all;
}
