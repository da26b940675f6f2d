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
	CAN_BRIDGE = 1 << 4,	   /* makes networks of its own */
	CAN_VOLUMES = 1 << 5,	   /* makes named volumes */
	CAN_NODES_SHARE = 1 << 6,  /* several nodes on one host */
	CAN_ADDRESS = 1 << 7,	   /* gives a place the address that the spec says */
	CAN_DEVICES = 1 << 8,	   /* brings device files into a place */
	CAN_PRIVILEGED = 1 << 9,   /* runs a place with all rights */
	CAN_SECCOMP = 1 << 10,	   /* runs a place without the engine's filter of system calls */
	CAN_LABELS = 1 << 11,	   /* chooses hosts by their labels */
	CAN_TMPFS_OPTIONS = 1 << 12, /* mounts memory with options beside its size */
	CAN_PUBLISH_AT = 1 << 13,  /* publishes at one of a host's addresses */
};

/* How a network carries packets, and between whom. */
enum network_kind {
	NETWORK_NATURAL,   /* not said: what the platform makes by itself */
	NETWORK_HOST,	   /* the machines' own: a place has its machine's address, and shares its ports */
	NETWORK_BRIDGE,	   /* inside one machine; from elsewhere only published ports can be reached */
	NETWORK_PUBLISHED, /* the same, for machines whose own network containers cannot have: each port is published */
	NETWORK_OVERLAY,   /* one network over all machines of a swarm, in VXLAN packets between them */
	NETWORK_MACVLAN,   /* addresses of their own on the machines' network, but none between a place and its machine */
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
	bool own_hosts_file; /* every place knows all others by name from the start: hpcc writes their /etc/hosts */
	bool own_network;    /* hpcc chooses subnets that nobody wrote */
	bool moving_addresses; /* it has a name for ever, and another address each time: who keeps addresses must look again */
	enum network_kind network; /* what a network is that says no type, and the one that nobody wrote */
	unsigned networks;   /* the kinds that it can make or use: bits 1 << NETWORK_ */
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
	bool cluster_in_name;	  /* what it runs is called CLUSTER_PLACE, in one label of DNS: no dots, and max_name for both */
};

extern const struct platform platform_machine;	 /* one place a host, systemd */
extern const struct platform platform_container; /* one place a service, our init, no cgroups */
extern const struct platform platform_swarm;	 /* the same, where a swarm chooses when and with which address */

extern const struct platform *const platforms[]; /* all of them, ends with NULL */

#endif
