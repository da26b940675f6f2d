/*
 * platform.h: what a platform is and can do, as constant rows of facts.
 *
 * Cgroups, names, addresses and paths differ between machines, virtual machines and containers, and reach
 * slurm.conf itself. All of hpcc asks these rows; an `if` on a platform's name is a bug.
 */
#ifndef HPCC_PLATFORM_PLATFORM_H
#define HPCC_PLATFORM_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>

/* What a spec's key may need (field.h: .needs). */
enum platform_can {
	CAN_IMAGES = 1 << 0,	   /* runs what an image holds */
	CAN_PUBLISH = 1 << 1,	   /* maps a host's port to a place's */
	CAN_CAPABILITIES = 1 << 2, /* gives single capabilities */
	CAN_SHM = 1 << 3,	   /* sizes /dev/shm for one service */
	CAN_BRIDGE = 1 << 4,	   /* makes networks of its own on a host */
	CAN_VOLUMES = 1 << 5,	   /* makes named volumes */
	CAN_NODES_SHARE = 1 << 6,  /* several nodes on one host */
};

enum platform_cgroups {
	CGROUPS_NONE,	 /* no writable cgroup tree: containers */
	CGROUPS_SYSTEMD, /* systemd delegates one: machines, VMs */
};

struct platform {
	const char *name;
	const char *runs; /* "machines with systemd", as messages say it */
	unsigned can;
	bool place_per_host; /* else one a service and node */
	bool one_host;	     /* every place is on the same host */
	bool own_hosts_file; /* every place knows all others by name from the start: hpcc writes their /etc/hosts */
	bool own_network;    /* hpcc chooses subnets and addresses that nobody wrote */
	bool builds_images;  /* of packages or of a source archive */
	bool always_login;   /* has a place to submit from, also where nobody wrote one */
	bool shares_cpus;    /* nodes run on the same CPUs, and slurmd may not bind another user's process to one (CAP_SYS_NICE) */
	bool brings_sshd;    /* beside slurmd and login: on machines it is the machine's own */
	bool systemd;	     /* else our own init starts the processes */
	enum platform_cgroups cgroups;
	const char *head;	  /* where services go that name no host */
	const char *conf_dir;	  /* of slurm.conf */
	const char *state_dir;	  /* StateSaveLocation */
	const char *spool_dir;	  /* SlurmdSpoolDir */
	const char *log_dir;	  /* NULL: daemons log to standard error, which the platform keeps */
	const char *shared;	  /* a directory that is shared even where no storage says so; NULL: none */
	const char *run_dir;	  /* pid files */
	const char *munge_socket; /* NULL: munge's own default */
	size_t max_file;	  /* bytes of one file; 0: no limit */
	size_t max_name;	  /* of a place */
};

extern const struct platform platform_machine;	 /* one place a host, systemd */
extern const struct platform platform_container; /* one place a service, our init, no cgroups */

extern const struct platform *const platforms[]; /* all of them, ends with NULL */

#endif
