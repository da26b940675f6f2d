/* nodes.h: the rules of rules_nodes that stand in files of their own. */
#ifndef HPCC_CHECK_NODES_H
#define HPCC_CHECK_NODES_H

#include "compiler/check/said.h"
#include "compiler/schema/schema.h"

/* node_names.c */
void rule_reserved_name(struct check *c);
void rule_bad_hostname(struct check *c);
void rule_upper_case_name(struct check *c);
void rule_numeric_name(struct check *c);
/* node_hosts.c */
void rule_memory_over_host(struct check *c);
void rule_memory_all_of_host(struct check *c);
void rule_cpus_over_host(struct check *c);
void rule_unused_hardware(struct check *c);
void rule_unused_host(struct check *c);
/* node_ports.c */
void rule_node_ports(struct check *c);
void rule_daemon_ports(struct check *c);
void rule_nodes_share_host(struct check *c);
/* node_records.c */
void rule_cpus_mismatch(struct check *c);
void rule_boards_over_sockets(struct check *c);
void rule_core_spec_count(struct check *c);
void rule_mem_spec_limit(struct check *c);

#endif
