/* control.h: the rules of rules_control that stand in files of their own. */
#ifndef HPCC_CHECK_CONTROL_H
#define HPCC_CHECK_CONTROL_H

#include "compiler/check/said.h"

/* control_timeouts.c */
void rule_message_timeout(struct check *c);
void rule_unkillable_step(struct check *c);
void rule_tcp_timeout(struct check *c);

/* control_ports.c */
void rule_port_ranges(struct check *c);
void rule_port_ranges_files(struct check *c);

#endif
