/*
 * containers.c: rules over places that are not hosts: one a service and one a node, each on a machine.
 *
 * Each asks the platform for the fact that it is about, and has nothing to say elsewhere. containers_hosts.c: memory;
 * containers_network.c, containers_kinds.c, containers_addresses.c: networks; containers_outside.c: the hosts'
 * addresses; containers_flows.c: who reaches whom; containers_names.c: aliases; containers_ports.c,
 * containers_publish.c: ports; containers_engines.c, containers_labels.c: engines; containers_images.c,
 * containers_arch.c: images; containers_storage.c, containers_mounts.c, containers_shared.c: what is mounted and put
 * there.
 */
#include "compiler/check/containers.h"

#include <string.h>

const enum role container_services[] = { ROLE_SLURMCTLD, ROLE_SLURMDBD, ROLE_DATABASE, ROLE_LOGIN };

const struct place *container_of(const struct model *m, enum role role)
{
	for (size_t i = 0; i < m->places.n; i++)
		if (!m->places.v[i].node && m->places.v[i].roles == role)
			return &m->places.v[i];
	return NULL;
}

const struct service *container_service(const struct model *m, enum role role)
{
	const struct place *p = container_of(m, role);
	return p && p->service && !p->service->origin.broken ? p->service : NULL;
}

/* ---- service-name-taken */

static void service_name_taken(struct check *c)
{
	if (c->model->platform->place_per_host || !c->spec->node_index)
		return;
	check_container_names(c);
	uint32_t loop;
	if (hostindex_find(c->spec->node_index, "localhost", &loop, NULL))
		diag_help(c->diags,
			  finding(c, where_body(c->spec->nodes.v[loop]),
				  "node 'localhost' cannot be found: to each container that name is itself"),
			  "call it otherwise");
	for (size_t i = 0; i < CONTAINER_SERVICES; i++) {
		const char *name = role_name(container_services[i]);
		const struct place *p = container_of(c->model, container_services[i]);
		uint32_t owner;
		if (!p || !hostindex_find(c->spec->node_index, name, &owner, NULL))
			continue;
		struct diag *d = finding(c, where_body(c->spec->nodes.v[owner]),
					 "node '%s' has the name of the container of service '%s'", name, name);
		if (p->service && p->service->origin.node)
			diag_note(c->diags, d, where_body(p->service), "the service");
		else
			diag_note(c->diags, d, (struct span){ 0 }, "the service is there without being written");
		diag_help(c->diags, d, "call the node otherwise: containers find each other by their names");
	}
}

/* ---- container-ports */

static bool holds_port(const struct hostlist *ports, uint64_t port)
{
	for (size_t i = 0; i < ports->runs.n; i++)
		if (ports->runs.v[i].lo <= port && port <= ports->runs.v[i].hi)
			return true;
	return false;
}

static void container_ports(struct check *c)
{
	struct map seen;
	map_init(&seen, c->arena);
	if (!c->model->platform->brings_sshd || !c->spec->slurm)
		return;
	for (size_t i = 0; i < c->model->places.n; i++) {
		const struct place *p = &c->model->places.v[i];
		const struct node_group *g = p->node;
		const struct slurm_ports *ports = c->spec->slurm->ports;
		/* Where places share an address, each sshd has a port of its own. */
		if (!g || !network_gives_addresses(p->network->kind) ||
		    (g->port.list ? !holds_port(g->port.list, SSH_PORT) : ports->slurmd != SSH_PORT))
			continue;
		struct span at = g->port.list ? WHERE(g, port) : WHERE(ports, slurmd);
		if (!first_at(c, &seen, at))
			continue;
		struct diag *d =
			finding(c, at, "slurmd listens on port %d, which is sshd's in every container", SSH_PORT);
		diag_help(c->diags, d,
			  "leave the port out: 6818 is free in every container, which has an address of its own");
	}
}

/* ---- autodetect-in-container */

static void autodetect(struct check *c)
{
	struct map seen;
	const struct node_group *g;
	map_init(&seen, c->arena);
	if (c->model->platform->place_per_host)
		return;
	for (size_t i = 0; (g = entries_next(&c->spec->nodes, &i));) {
		struct gres *r;
		for (size_t j = 0; (r = entries_next(&g->gres, &j));) {
			/* Of both together autodetect-with-file speaks. */
			if (!r->autodetect || text_equal(r->autodetect, "off") || r->file ||
			    !first_at(c, &seen, WHERE(r, autodetect)))
				continue;
			struct diag *d =
				finding(c, WHERE(r, autodetect),
					"a container has only the devices that are named for it, and 'autodetect' "
					"names none");
			diag_help(c->diags, d,
				  "name them by 'file: /dev/nvidia[0-%lld]', or as they are called on the host, and "
				  "leave 'autodetect' out",
				  (long long)(r->count > 1 ? r->count - 1 : 0));
		}
	}
}

const struct rule rules_containers[] = {
	{ "memory-over-machine", SEVERITY_ERROR, RULE_MODEL, rule_memory_over_machine },
	{ "memory-below-node", SEVERITY_ERROR, RULE_MODEL, rule_memory_below_node },
	{ "tmpfs-over-memory", SEVERITY_WARNING, RULE_MODEL, rule_tmpfs_over_memory },
	{ "subnet-unfit", SEVERITY_ERROR, RULE_MODEL, rule_subnet_unfit },
	{ "subnet-over-hosts", SEVERITY_ERROR, RULE_MODEL, rule_subnet_over_hosts },
	{ "container-address", SEVERITY_ERROR, RULE_MODEL, rule_container_address },
	{ "bridge-full", SEVERITY_WARNING, RULE_MODEL, rule_bridge_full },
	{ "image-not-buildable", SEVERITY_ERROR, RULE_MODEL, rule_image_not_buildable },
	{ "image-key-ignored", SEVERITY_ERROR, RULE_SPEC, rule_image_key_ignored },
	{ "unused-image", SEVERITY_WARNING, RULE_MODEL, rule_unused_image },
	{ "pmix-not-packaged", SEVERITY_INFO, RULE_MODEL, rule_pmix_not_packaged },
	{ "image-id-taken", SEVERITY_ERROR, RULE_MODEL, rule_image_id_taken },
	{ "service-name-taken", SEVERITY_ERROR, RULE_MODEL, service_name_taken },
	{ "dotted-name", SEVERITY_ERROR, RULE_MODEL, rule_dotted_name },
	{ "volume-name-taken", SEVERITY_ERROR, RULE_MODEL, rule_volume_name_taken },
	{ "secret-name-taken", SEVERITY_ERROR, RULE_MODEL, rule_secret_name_taken },
	{ "flow-blocked", SEVERITY_ERROR, RULE_MODEL, rule_flow_blocked },
	{ "host-without-address", SEVERITY_ERROR, RULE_MODEL, rule_host_without_address },
	{ "host-address-unfit", SEVERITY_ERROR, RULE_MODEL, rule_host_address_unfit },
	{ "host-port-twice", SEVERITY_ERROR, RULE_MODEL, rule_host_port_twice },
	{ "network-type-unsupported", SEVERITY_ERROR, RULE_MODEL, rule_network_type_unsupported },
	{ "network-name-taken", SEVERITY_ERROR, RULE_MODEL, rule_network_name_taken },
	{ "host-network-key", SEVERITY_ERROR, RULE_MODEL, rule_host_network_key },
	{ "network-key-ignored", SEVERITY_ERROR, RULE_MODEL, rule_network_key_ignored },
	{ "macvlan-incomplete", SEVERITY_ERROR, RULE_MODEL, rule_macvlan_incomplete },
	{ "outside-network", SEVERITY_ERROR, RULE_SPEC, rule_outside_network },
	{ "overlay-without-manager", SEVERITY_ERROR, RULE_MODEL, rule_overlay_without_manager },
	{ "even-managers", SEVERITY_WARNING, RULE_MODEL, rule_even_managers },
	{ "macos-network", SEVERITY_ERROR, RULE_MODEL, rule_macos_network },
	{ "overlay-mtu", SEVERITY_ERROR, RULE_MODEL, rule_overlay_mtu },
	{ "overlay-large", SEVERITY_INFO, RULE_MODEL, rule_overlay_large },
	{ "label-unknown", SEVERITY_ERROR, RULE_MODEL, rule_label_unknown },
	{ "one-host", SEVERITY_ERROR, RULE_MODEL, rule_one_host },
	{ "device-unsupported", SEVERITY_ERROR, RULE_MODEL, rule_device_unsupported },
	{ "image-lacks-arch", SEVERITY_ERROR, RULE_MODEL, rule_image_lacks_arch },
	{ "publish-at-address", SEVERITY_ERROR, RULE_MODEL, rule_publish_at_address },
	{ "publish-twice", SEVERITY_ERROR, RULE_MODEL, rule_publish_twice },
	{ "container-ports", SEVERITY_ERROR, RULE_MODEL, container_ports },
	{ "bind-options", SEVERITY_ERROR, RULE_MODEL, rule_bind_options },
	{ "unknown-owner", SEVERITY_ERROR, RULE_MODEL, rule_unknown_owner },
	{ "volume-on-two-hosts", SEVERITY_ERROR, RULE_MODEL, rule_volume_on_two_hosts },
	{ "nothing-shared", SEVERITY_ERROR, RULE_MODEL, rule_nothing_shared },
	{ "home-not-shared", SEVERITY_WARNING, RULE_MODEL, rule_home_not_shared },
	{ "container-path-taken", SEVERITY_ERROR, RULE_MODEL, rule_container_path_taken },
	{ "config-too-large", SEVERITY_ERROR, RULE_MODEL, rule_config_too_large },
	{ "autodetect-in-container", SEVERITY_ERROR, RULE_MODEL, autodetect },
	{ .name = NULL },
};
