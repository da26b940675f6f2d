/* ask_machines.c: what networks, hosts and machines are, as lower, rules and targets want to know it. */
#include "compiler/model/model.h"

#include <string.h>

/* The words of networks.*.type, in the order of enum network_kind. */
static const char *const kind_names[] = { "", "host", "bridge", "published", "overlay", "macvlan" };

const char *network_kind_name(enum network_kind k)
{
	return kind_names[k];
}

enum network_kind network_kind(const struct platform *p, const struct network *n)
{
	for (int k = NETWORK_HOST; n && n->type && k <= NETWORK_MACVLAN; k++)
		if (strcmp(n->type, kind_names[k]) == 0)
			return (enum network_kind)k;
	return p->network;
}

const struct network *network_named(const struct spec *spec, const char *name)
{
	struct network *n;
	for (size_t i = 0; name && (n = entries_next(&spec->networks, &i));)
		if (strcmp(n->origin.name, name) == 0)
			return n;
	return NULL;
}

bool network_gives_addresses(enum network_kind k)
{
	return k == NETWORK_BRIDGE || k == NETWORK_OVERLAY || k == NETWORK_MACVLAN;
}

bool network_ends_at_machine(enum network_kind k)
{
	return k == NETWORK_BRIDGE || k == NETWORK_PUBLISHED;
}

const struct place *first_node_place(const struct model *m)
{
	for (size_t i = 0; i < m->places.n; i++)
		if (m->places.v[i].node)
			return &m->places.v[i];
	return NULL;
}

bool host_has_label(const struct host *h, const char *key, const char *value)
{
	for (size_t i = 0; h && i < h->labels.n; i++)
		if (strcmp(h->labels.v[i].key, key) == 0 && text_equal(h->labels.v[i].value, value))
			return true;
	return false;
}

bool host_has_labels(const struct host *h, const struct options *wanted)
{
	for (size_t i = 0; i < wanted->n; i++)
		if (!host_has_label(h, wanted->v[i].key, wanted->v[i].value))
			return false;
	return true;
}

bool place_may_be_on(const struct place *p, const struct model_machine *x)
{
	return p->anywhere && p->service && x->host && host_has_labels(x->host, &p->service->labels);
}

bool place_is_on(const struct place *p, const struct model_machine *x)
{
	return !p->anywhere || place_may_be_on(p, x);
}

bool machine_manages(const struct model *m, const struct model_machine *x)
{
	if (x->host && x->host->swarm)
		return text_equal(x->host->swarm, "manager");
	/* Somebody must be: who carries the controller. */
	return x == m->machines.v[0];
}

static const struct hardware *hardware_named(const struct spec *spec, const char *name)
{
	const struct hardware *x;
	for (size_t i = 0; name && (x = entries_next(&spec->hardware, &i));)
		if (strcmp(x->origin.name, name) == 0)
			return x;
	return NULL;
}

const char *machine_arch(const struct model *m, const struct model_machine *x, const struct node_group **ret_by)
{
	const char *arch = NULL;
	const struct node_group *by = NULL;
	if (ret_by)
		*ret_by = NULL;
	if (!x->host || x->host->arch)
		return x->host ? x->host->arch : NULL;
	for (size_t i = 0; i < x->places.n; i++) {
		const struct place *p = &m->places.v[x->places.v[i]];
		const struct hardware *kind =
			p->node && !p->anywhere ? hardware_named(m->spec, p->node->hardware) : NULL;
		if (!kind || !kind->arch)
			continue;
		if (arch && strcmp(arch, kind->arch) != 0)
			return NULL;
		by = arch ? by : p->node;
		arch = kind->arch;
	}
	if (ret_by)
		*ret_by = by;
	return arch;
}
