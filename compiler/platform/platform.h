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
	bool systemd;	     /* else our own init starts the processes */
	enum platform_cgroups cgroups;
	const char *head;	  /* where services go that name no host */
	const char *conf_dir;	  /* of slurm.conf */
	const char *state_dir;	  /* StateSaveLocation */
	const char *spool_dir;	  /* SlurmdSpoolDir */
	const char *log_dir;
	const char *run_dir;	  /* pid files */
	const char *munge_socket; /* NULL: munge's own default */
	size_t max_file;	  /* bytes of one file; 0: no limit */
	size_t max_name;	  /* of a place */
};

extern const struct platform platform_machine;	 /* one place a host, systemd */
extern const struct platform platform_container; /* one place a service, our init, no cgroups */

extern const struct platform *const platforms[]; /* all of them, ends with NULL */

#endif
