/* global_ports.c: bad-port: ports that Slurm refuses, or takes in silence for something else. */
#include "compiler/check/global.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/slurm/value.h"

enum { PORT_MAX = 65535 };

static void say(struct check *c, enum severity severity, const struct entry *e, const char *what, const char *help)
{
	struct diag *d = diag_add(c->diags, severity, c->rule->name, e->span, "%s cannot be '%s': %s", key_written(e),
				  e->value, what);
	diag_help(c->diags, d, "%s", help);
}

/* read_config.c: strtol() twice; what stands behind the second number nobody looks at. */
static void slurmctld_port(struct check *c, const struct entry *e)
{
	static const char help[] = "write a port such as 6817, or a range such as 6820-6823";
	char *end;
	long low = strtol(e->value, &end, 10), high = low;
	bool range = *end == '-';
	if (range)
		high = strtol(end + 1, &end, 10);
	if (low <= 0 || (range && high <= low))
		say(c, SEVERITY_ERROR, e,
		    range && low > 0 ? "the second port is not above the first, and Slurm stops"
				     : "there is no such port, and Slurm stops",
		    help);
	else if (*end && !range)
		say(c, SEVERITY_ERROR, e, "it is neither a port nor a range of them, and Slurm stops", help);
	else if (*end)
		say(c, SEVERITY_WARNING, e, "Slurm passes over what stands behind the range", help);
	else if (high > PORT_MAX)
		say(c, SEVERITY_ERROR, e, "ports end with 65535, and Slurm listens on another in silence", help);
}

/* read_config.c: a 32-bit number. 0 is any port, and then slurmctld cannot find a slurmd. */
static void slurmd_port(struct check *c, const struct entry *e)
{
	uint64_t n;
	if (!slurm_number(e->value, &n) || (n > 0 && n <= PORT_MAX))
		return;
	say(c, SEVERITY_ERROR, e,
	    n ? "ports end with 65535, and Slurm listens on another in silence" : "slurmctld would not find slurmd",
	    "write a port such as 6818");
}

/* read_config.c: _parse_srun_ports(): what is no range is passed over, and srun takes any port. slurm.conf(5),
 * SrunPortRange: three ports and two for every 48 nodes. */
static void srun_ports(struct check *c, const struct entry *e)
{
	enum { FEWEST = 5 };
	static const char help[] = "write a range such as 60001-63000";
	char *end;
	long low = strtol(e->value, &end, 10), high = *end == '-' ? strtol(end + 1, &end, 10) : 0;
	if (low <= 0 || high <= low || *end)
		say(c, SEVERITY_WARNING, e, "it is no range from a lower port to a higher, and srun takes any port",
		    help);
	else if (high > PORT_MAX)
		say(c, SEVERITY_WARNING, e, "ports end with 65535", help);
	else if (high - low + 1 < FEWEST)
		diag_help(c->diags,
			  finding(c, e->span,
				  "%ld ports are too few for srun, which wants 5 for a job of up to 48 nodes",
				  high - low + 1),
			  "%s", help);
}

/* slurmctld/port_mgr.c: reserve_port_config(): "Invalid MpiParams", and no port is kept for steps. */
static void mpi_ports(struct check *c, const struct entry *e)
{
	const char *range = word_value(c->arena, e->value, "ports");
	char *end;
	if (!range)
		return;
	long low = strtol(range, &end, 10), high = *end == '-' ? strtol(end + 1, &end, 10) : 0;
	if (low <= 0 || high <= low)
		say(c, SEVERITY_WARNING, e,
		    "it is no range from a lower port to a higher: slurmctld logs an error and keeps no ports for MPI",
		    "write a range such as ports=12000-12999");
	else if (high > PORT_MAX)
		say(c, SEVERITY_WARNING, e, "ports end with 65535", "write a range such as ports=12000-12999");
}

/* Without slurmdbd nobody asks for it. */
static void slurmdbd_port(struct check *c, const struct entry *e)
{
	const struct entry *type = global(c, "AccountingStorageType");
	uint64_t n;
	if (type && text_ends(type->value, "slurmdbd") && slurm_number(e->value, &n) && !n)
		say(c, SEVERITY_ERROR, e, "slurmctld would not find slurmdbd",
		    "write the DbdPort of slurmdbd.conf, 6819 by default");
}

/* Nobody looks at it, and each works alone; the two cannot share a machine, and who asks the wrong one hears nothing. */
static void equal_ports(struct check *c, const struct entry *ctld, const struct entry *slurmd)
{
	uint64_t a, b;
	if (!slurm_number(ctld->value, &a) || !slurm_number(slurmd->value, &b) || a != b || !a || a > PORT_MAX)
		return;
	struct diag *d = finding(c, slurmd->span,
				 "slurmd and slurmctld have one port, %s: no host can be controller and node",
				 slurmd->value);
	diag_note(c->diags, d, ctld->span, "SlurmctldPort stands here");
	diag_help(c->diags, d, "write SlurmdPort=%s", a == 6818 ? "6819" : "6818");
}

void rule_bad_port(struct check *c)
{
	const struct entry *ctld = global(c, "SlurmctldPort"), *slurmd = global(c, "SlurmdPort"),
			   *srun = global(c, "SrunPortRange"), *dbd = global(c, "AccountingStoragePort"),
			   *mpi = global(c, "MpiParams");
	if (ctld)
		slurmctld_port(c, ctld);
	if (slurmd)
		slurmd_port(c, slurmd);
	if (ctld && slurmd)
		equal_ports(c, ctld, slurmd);
	if (srun)
		srun_ports(c, srun);
	if (dbd)
		slurmdbd_port(c, dbd);
	if (mpi)
		mpi_ports(c, mpi);
}
