/*
 * names.c: beside slurmctld, where addresses move: nodes' addresses, looked up again and again.
 *
 * slurmctld looks a node's name up once, when it reads its configuration, and then keeps the address; a name that does
 * not resolve yet costs it 10 s before it serves. So this program (templates/container-entrypoint.sh, names) keeps
 * their addresses in its place's /etc/hosts, and has slurmctld and all slurmd read again when one has changed.
 *
 * The other way would be State=CLOUD, with which slurmctld takes over the address that a node registers with. There
 * nodes that are not there look idle and are given jobs, and gres.conf's AutoDetect is an error (24.11.5).
 */
#include "compiler/programs/program.h"

static const char *const names_argv[] = { "/bin/bash", "/etc/hpcc/entrypoint.sh", "names", NULL };

const struct program program_names = {
	.name = "names",
	.role = ROLE_SLURMCTLD,
	.user = "root",
	.argv = names_argv,
	.beside = true,
};
