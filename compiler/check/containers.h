/* containers.h: rules over places that are not hosts: the parts of rules_containers that stand in files of their own.
 */
#ifndef HPCC_CHECK_CONTAINERS_H
#define HPCC_CHECK_CONTAINERS_H

#include "compiler/check/said.h"

/* What services may have places of their own, in the order in which messages name them. */
extern const enum role container_services[];
enum { CONTAINER_SERVICES = 4 };
/* The place of a service, or NULL. */
const struct place *container_of(const struct model *m, enum role role);
/* The service as the spec has it where it has a place of its own and reads well; or NULL. */
const struct service *container_service(const struct model *m, enum role role);

/* containers_hosts.c */
void rule_memory_over_machine(struct check *c);
void rule_memory_below_node(struct check *c);

/* containers_names.c: service-name-taken, for aliases and for names that differ by their case. */
void check_container_names(struct check *c);
void rule_dotted_name(struct check *c);

/* containers_network.c */
/* Whether a place is there without being written, dressed as every service. */
bool is_implied(const struct check *c, const struct place *p);
/* Where it is said that there is a place, and that it is on its network; what nobody wrote follows from the target. */
struct span where_placed(const struct check *c, const struct place *p);
struct span where_joined(const struct check *c, const struct place *p);
/* The network itself, or where it would be said. */
struct span where_network(const struct check *c, const struct model_network *n);
const char *subnet_said(struct arena *a, const struct cidr *x); /* 10.83.0.0/16 */
void rule_subnet_unfit(struct check *c);
void rule_bridge_full(struct check *c);

/* containers_addresses.c */
void rule_container_address(struct check *c);

/* containers_outside.c */
void rule_subnet_over_hosts(struct check *c);
void rule_host_address_unfit(struct check *c);

/* containers_publish.c */
const char *host_said(struct check *c, const struct model_machine *x); /* "host 'a'", or of only one "the host" */
void rule_publish_twice(struct check *c);
void rule_publish_at_address(struct check *c);

/* Engines there run in a machine of their own: what is on it is reached at published ports alone. */
static inline bool is_macos(const struct model_machine *x)
{
	return x && x->host && text_equal(x->host->os, "macos");
}

/* containers_ports.c */
void rule_host_port_twice(struct check *c);

/* containers_flows.c */
void rule_flow_blocked(struct check *c);
void rule_host_without_address(struct check *c);

/* containers_kinds.c */
/* Whether a network that places are on could not be read, or is of a type that the target cannot make: they are laid on
 * another then, of which nothing should be said. */
bool networks_doubtful(const struct check *c);
void rule_network_type_unsupported(struct check *c);
void rule_network_name_taken(struct check *c);
void rule_host_network_key(struct check *c);
/* Whether ports of its places can be published: on the hosts' own and on a macvlan Docker ignores what is asked. */
static inline bool network_publishes(enum network_kind k)
{
	return k != NETWORK_HOST && k != NETWORK_MACVLAN;
}
/* Whether the rules on its type speak of a network's key, so that nobody else need. */
bool network_key_told(const struct check *c, const struct network *n, const struct field *f);
void rule_network_key_ignored(struct check *c);
void rule_macvlan_incomplete(struct check *c);
void rule_outside_network(struct check *c);

/* containers_engines.c */
void rule_overlay_without_manager(struct check *c);
void rule_even_managers(struct check *c);
void rule_macos_network(struct check *c);
void rule_overlay_mtu(struct check *c);
void rule_overlay_large(struct check *c);
void rule_one_host(struct check *c);
void rule_device_unsupported(struct check *c);
void rule_config_too_large(struct check *c);

/* containers_arch.c */
void rule_image_lacks_arch(struct check *c);

/* containers_labels.c */
void rule_label_unknown(struct check *c);

/* containers_images.c */
void rule_image_not_buildable(struct check *c);
void rule_image_key_ignored(struct check *c);
void rule_unused_image(struct check *c);
void rule_pmix_not_packaged(struct check *c);
void rule_image_id_taken(struct check *c);

/* containers_storage.c */
void rule_volume_name_taken(struct check *c);
void rule_secret_name_taken(struct check *c);

/* containers_tmpfs.c */
void rule_tmpfs_over_memory(struct check *c);

/* containers_mounts.c */
/* What makes a mount read-only; nothing where nobody does. */
struct span where_read_only(const struct storage *s);
void rule_bind_options(struct check *c);
void rule_unknown_owner(struct check *c);
void rule_home_not_shared(struct check *c);
void rule_container_path_taken(struct check *c);

/* containers_shared.c */
void rule_volume_on_two_hosts(struct check *c);
void rule_nothing_shared(struct check *c);

#endif
