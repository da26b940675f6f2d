/*
 * model.h: every decision: what a spec means, and what it becomes on a platform.
 *
 * resolve() fills in the spec itself: values that the user could have written and left to us. Their origin says what
 * derived them. lower() makes the model of one spec on one platform: Slurm's records, places, processes, files. After
 * it no choice is left: targets only lay out what stands here.
 *
 * Both are silent and total: what makes no sense they leave as it is, and a rule says so. They never report, never
 * print, never fail. Nodes and hosts are groups: nothing here is one object a node unless the spec is.
 */
#ifndef HPCC_MODEL_MODEL_H
#define HPCC_MODEL_MODEL_H

#include "compiler/base/ip.h"
#include "compiler/platform/platform.h"
#include "compiler/slurm/record.h"
#include "compiler/spec/spec.h"

void resolve(struct arena *a, struct spec *spec);

/* The programs that hpcc brings up. Their numbers are bits: a place has a set of roles. */
enum role {
	ROLE_SLURMCTLD = 1 << 0,
	ROLE_SLURMDBD = 1 << 1,
	ROLE_DATABASE = 1 << 2,
	ROLE_LOGIN = 1 << 3,
	ROLE_SLURMD = 1 << 4,
	ROLE_ALL = (1 << 5) - 1,
};
enum { ROLE_COUNT = 5 };
const char *role_name(enum role r);	/* "slurmctld": the service's name too */
unsigned role_named(const char *name);	/* 0 if there is none */
const char *role_list(struct arena *a, unsigned roles); /* "slurmctld,slurmd", in the order of the enum */
/* The roles of a list of services' names; `absent` for an absent list. */
unsigned roles_of(const struct texts *on, unsigned absent);

struct model;

/* What any target must know of a program to run it: a row of compiler/programs. */
struct program {
	const char *name;
	unsigned role;	     /* the places that run it; munged runs beside others */
	const char *user;    /* that it runs as */
	const char *unit;    /* its systemd unit, as Debian's packages name it */
	const char *package; /* Debian's */
	const char *const *argv; /* in the foreground, for platforms with our own init; ends with NULL */
	const char *ready;   /* a command that succeeds once it serves, or NULL */
	const char *after;   /* programs that must be ready first, separated by blanks; not necessarily in the same place */
	bool beside;	     /* runs beside a place's main program, and is started again when it ends */
	void (*files)(struct model *m); /* adds its files to the model, or NULL */
};

/* Numbers of people begin here; those below are daemons' (login.defs(5): UID_MIN). */
enum { FIRST_PERSON = 1000 };

/* One long-running program in a place. */
struct process {
	const struct program *program;
	const struct service *service; /* its dress; NULL: none was written */
};

/* An image that places run from. */
struct model_image {
	const char *name;
	const struct image *image;  /* what the spec says of it, or NULL: made of packages */
	const char *reference;	    /* what the engine calls it */
	const char *base, *source;  /* NULL: it is ready, and not made */
	struct texts parts;	    /* of templates/image-install.sh, in their order */
};

/* A machine that carries places, where a place is not a machine. */
struct model_machine {
	const char *name;
	const struct host *host; /* what the spec says of it, or NULL */
	const char *address;	 /* by which other machines reach it, or NULL */
	unsigned roles;		 /* of its places, and of those that may come to be there */
	unsigned anywhere;	 /* of the latter: nobody said on which machine they are, and it has the labels */
	LIST(size_t) places;	 /* the numbers in the model of those that are here, whatever happens */
};

/* Who listens in a place. */
enum listener {
	LISTENER_SLURMCTLD,
	LISTENER_SLURMDBD,
	LISTENER_DATABASE,
	LISTENER_SLURMD,
	LISTENER_SSHD,
	LISTENER_SRUN, /* what srun and salloc are called back on: slurm.ports.srun, else any port */
	LISTENER_MPI,  /* MPI's and PMIx's own sockets: any port */
	LISTENER_OTHER, /* something that the user brings, and publishes */
};

/* sshd's port where a place has an address of its own (templates/container-sshd.conf), and on machines. */
enum { SSH_PORT = 22 };

/* A port, or a range of them, that a place listens on: ports.c. It is the same number in the place and outside of it, but for
 * what a service's `publish` says. */
struct model_port {
	enum listener listener;
	int64_t first, last; /* in the place; 0: any port */
	int64_t outside;     /* the first of them on the machine; 0: not to be reached there */
	const char *address; /* of the machine, at which it is published, as it is written; NULL: at all of them */
	bool published;	     /* mapped by the engine: the place is not on the machines' own network */
	bool fixed;	     /* who dials it knows the number: where the cluster is brought up no other may take its place */
	const struct service *by; /* whose `publish` says so, in its item number `item`; NULL: nobody wrote it */
	size_t item;
	bool doubled; /* nobody wrote it, but a `publish` says the same: others reach it by that */
};
struct model_ports {
	LIST(struct model_port) list;
};
/* Whether it is at all addresses of its machine. */
bool port_is_everywhere(const struct model_port *x);

/* Hosts alike: what has a file tree and a network name. On machines a place is a host (or a group of them), elsewhere a service
 * or a group of nodes of one machine. */
struct place {
	struct hostlist names;	   /* of the places; on machines the hosts' */
	struct hostlist addresses; /* as many as names, or none known (count 0) */
	const struct host *host;   /* what the spec says of them, or NULL */
	unsigned roles;
	LIST(struct process) processes;
	LIST(const struct node_group *) groups; /* where a place is a host: those that have nodes there */
	/* Where a place is not a host: */
	const struct node_group *node; /* whose nodes they are, or NULL */
	const struct service *service; /* the dress, or NULL */
	const struct model_image *image; /* NULL on machines */
	int64_t memory, shm;	       /* bytes; VALUE_ABSENT: no limit, no wish */
	struct texts devices;	       /* device files that its jobs may use */
	int64_t gpus;		       /* of its node: for engines that count them */
	const struct model_machine *machine; /* that it is on; the first stands for one that roams */
	bool anywhere;		       /* nobody said on which machine: the platform may choose by the service's labels */
	bool roams;		       /* and several have them: of no single machine can be said that it is there */
	const struct model_network *network;
	/* Places with the same pointer reach each other without anything that maps addresses: its network, and where that ends at
	 * the machine, its machine: "lan", "bridge@north". */
	const char *segment;
	const uint64_t *at; /* which of `node`'s names each name is; NULL: all of them, in their order */
	const struct model_ports *publish; /* what `service` publishes, read; NULL: nothing */
};

/* A volume that hpcc makes itself, and that keeps what a daemon knows. */
struct model_volume {
	const char *name, *path;
	unsigned role;
};

/* A directory that a machine exports to others of the cluster, and to nobody else (exports(5)). */
struct model_export {
	const struct model_machine *machine;
	const struct storage *storage;
	struct texts clients; /* addresses, or names where nobody knows one */
	const char *options;
};

/* A network that places are on. A bridge is one on each machine that has places on it, with the same addresses for all of them. */
struct model_network {
	const char *name;
	const struct network *network; /* what the spec says of it, or NULL */
	enum network_kind kind;	       /* never NETWORK_NATURAL */
	struct cidr cidr;	       /* bits 0: not known (the machines' own) */
	/* "10.83": all its addresses begin so, and where the cluster is brought up another may take its place. NULL: the spec
	 * says which subnet it is. */
	const char *prefix;
	struct cidr engines; /* the part that engines give away themselves; bits 0: none that the model leaves to them */
	uint64_t short_of;   /* addresses that it lacks */
};

/* A secret that is made, or copied, where the cluster is brought up. Never its value. */
struct model_secret {
	const char *name, *file; /* file: used as it is; NULL: made from `bytes` random bytes, or as `kind` says */
	int64_t bytes;
	const char *kind; /* "ssh-ed25519": a private key; NULL: bytes */
	const char *path, *owner, *group, *mode; /* where its readers want it */
	unsigned roles;
};

/* Why an MPI program is told a parameter. What the spec does not say itself gives way to a file of the user's own. */
enum mca_by {
	MCA_BY_SPEC,
	MCA_BY_NETWORK, /* value NULL: the network that messages take, as it is where the cluster is up */
	MCA_BY_SHARED,	/* for versions that do not let nodes with one address talk over TCP */
};

/* A parameter for one of those that an MPI program is started by: each reads a file of its own, but orte, which is the daemons of
 * Open MPI before version 5 and reads Open MPI's. */
struct model_mca {
	const char *reader; /* "openmpi", "orte", "prte", "pmix" */
	const char *key;
	const char *value;
	enum mca_by by;
};

/* How MPI's messages go. */
struct model_mpi {
	struct cidr cidr; /* of the network that they take; bits 0: not known, and MPI tries whatever interfaces there are */
	const struct model_network *network; /* NULL: on machines, or none that a place is on */
	bool own_interfaces; /* each node has interfaces of its own, called alike on all */
	bool chosen;	  /* where the cluster is brought up another subnet may be chosen for it */
	bool covering;	  /* nobody says its subnet: it is the smallest that holds the nodes' machines */
	bool shared_addresses; /* some node has its machine's address, as others of that machine do */
	/* What mpirun is told of the nodes says how many tasks each takes. Open MPI before version 5 takes names with one address for
	 * one host, and refuses to be told its slots twice. */
	bool slots;
	LIST(struct model_mca) mca;
};

struct model_file {
	const char *path; /* absolute: where it goes in a place */
	const char *owner, *group, *mode;
	unsigned roles; /* the places that have it */
	struct text text;
};

/* A group of nodes as Slurm will know them. */
struct model_nodes {
	const struct node_group *group;
	const struct host *host; /* NULL: not written */
};

struct model {
	struct arena *arena;
	const struct spec *spec;
	const struct platform *platform;
	enum release release; /* RELEASE_NONE: no Slurm */
	struct records records;
	LIST(struct model_nodes) nodes;
	LIST(struct place) places;
	LIST(const struct program *) programs; /* that run in some place, in the order in which they start */
	LIST(struct model_secret) secrets;
	LIST(struct model_file) files;
	LIST(const struct user *) users;
	const struct user *person; /* the first of them who is no daemon, or NULL */
	LIST(const struct storage *) storage;
	LIST(struct model_volume) volumes; /* none where a storage of the spec's lies there */
	LIST(struct model_image *) images;
	LIST(struct model_machine *) machines; /* none where a place is a machine; the first is where the controller is */
	LIST(size_t) roaming; /* the numbers of places that roam */
	LIST(struct model_network *) networks; /* none where the platform makes none */
	/* The one whose subnet may become another where the cluster is brought up; else the first that hpcc makes; or NULL. */
	const struct model_network *chosen_network;
	LIST(struct model_export) exports;
	int64_t patience; /* seconds for which a place may be silent before a platform that ends such places does so */
	/* Of each role, by its number: a segment that one of its places is in (NULL: it has none), and whether there are others. */
	struct {
		const char *one;
		bool many;
	} segments[ROLE_COUNT];
	const char *shared;   /* the directory that login and nodes share, or NULL */
	unsigned roles;	      /* all that some place has */
	const char *dbd_host; /* where slurmctld finds slurmdbd: an address or a name; or NULL */
	const char *dbd_name; /* slurmdbd's own host's name, which it compares with its machine's; or NULL */
	const char *database_host; /* where slurmdbd finds the database that hpcc brings up, or NULL */
	bool constrained;     /* some resource is held by cgroups */
	const struct model_mpi *mpi; /* NULL without MPI */
	const char *launcher; /* what srun speaks with MPI: the spec's, or what the images have; NULL without mpi */
};

/* Spec and platform to model. The spec must be resolved and whole. Files are rendered by compiler/programs after it. */
struct model *lower(struct arena *a, const struct spec *spec, const struct platform *platform);

/* The model in JSON, for people, tests and the comparison with what booted daemons say. */
void model_print(const struct model *m, struct text *t);

/* ---- what rules ask as well */

/* The host of a node's index within its group; the columns' rules in one place. NULL when it does not pair. */
const char *node_host(const struct node_group *g, uint64_t i, struct arena *a);
/* slurmd's port of a group's i-th node. */
int64_t node_port(const struct spec *spec, const struct node_group *g, uint64_t i);
/* CPUs as Slurm will count them; VALUE_ABSENT when nothing tells. */
int64_t hardware_cpus(int64_t cpus, int64_t sockets, int64_t cores, int64_t threads);
/* The names of a partition's nodes: hostlist, ALL or selector worked out. */
void partition_nodes(struct arena *a, const struct spec *spec, const struct partition *p, struct hostlist *ret);
/* The hosts that these sit on, each once. After resolve. */
void partition_hosts(struct arena *a, const struct spec *spec, const struct partition *p, struct hostlist *ret);
/* What a network is on a platform, where a network that says no type (or NULL) is what comes naturally. */
enum network_kind network_kind(const struct platform *p, const struct network *n);
const char *network_kind_name(enum network_kind k); /* "bridge": the word of the spec */
const struct network *network_named(const struct spec *spec, const char *name); /* or NULL */
/* Whether each place has an address of its own on it; else it shares that of its machine. */
bool network_gives_addresses(enum network_kind k);
/* Whether it ends at the machine, so that places of two machines are not on the same. */
bool network_ends_at_machine(enum network_kind k);
/* A place that is a node (on machines none is: a place may be one and more), or NULL. */
const struct place *first_node_place(const struct model *m);
/* Whether a host (NULL: none that is written) has a label with this value, and all of several. */
bool host_has_label(const struct host *h, const char *key, const char *value);
bool host_has_labels(const struct host *h, const struct options *wanted);
/* Whether a place that may be anywhere may come to be on a machine. */
bool place_may_be_on(const struct place *p, const struct model_machine *x);
/* Whether a place of a machine's list is there indeed. What asks for labels that nobody has is in the first's list, where it
 * would never start: what it has is nobody's to count. */
bool place_is_on(const struct place *p, const struct model_machine *x);
/* Whether it is a manager of the swarm: what the spec says, else the first machine alone. */
bool machine_manages(const struct model *m, const struct model_machine *x);
/* Its architecture: the host's own or its hardware's, else that of its nodes' hardware, where they agree; `ret_by` (may be NULL)
 * says whose. NULL: not known, as where no host is written: who plays a cluster on one machine has not its hardware. */
const char *machine_arch(const struct model *m, const struct model_machine *x, const struct node_group **ret_by);
/* slurmd's port there. */
int64_t place_slurmd_port(const struct model *m, const struct place *p, uint64_t i);
/* sshd's: 22, and where places share their machine's address one of its own. */
int64_t place_ssh_port(const struct model *m, const struct place *p, uint64_t i);
/* All that a place's i-th name listens on, and where it is reached from outside: ports.c. */
void place_ports(const struct model *m, const struct place *p, uint64_t i, struct model_ports *ret);
/* Whether the nodes of one host share its address, for all that is written: slurmd is on no bridge. */
bool slurmd_on_host_network(const struct spec *spec);
/* Whether MPI is told by which interfaces to speak, by us or by the spec's own words. */
bool mpi_has_interfaces(const struct mpi *mpi);
bool node_has_feature(const struct node_group *g, const char *feature);
bool node_has_gres(const struct node_group *g, const char *name);
/* The roles whose places load SPANK plugins. */
unsigned spank_roles(const struct model *m);
/* A directory that slurm.conf says, which may have come through `options`; "-": one that holds a %, and is nobody's to
 * make. */
const char *directory_of(const struct model *m, const char *key, const char *otherwise);
/* Whether `path` is `dir` or lies in it. */
bool path_lies_in(const char *path, const char *dir);
/* Whether login and the nodes both see a storage, and it is one that they share. */
bool storage_is_common(const struct storage *s);
/* Whether such a storage holds a path. */
bool storage_holds(const struct model *m, const char *path);
/* Whether places of these roles are on two machines, or may come to be where nobody says on which: a volume is not one for both.
 * The two may be the same: places of one name for several. */
bool places_apart(const struct model *m, unsigned roles, const struct place **ret_one, const struct place **ret_other);
/* Whether it is a volume of places that are apart. */
bool storage_is_torn(const struct model *m, const struct storage *s);
/* Whether nobody may write to it. The kernel takes the last of `ro` and `rw`: which option says so (may be NULL), or as many as
 * there are where `read_only` does. */
bool storage_is_read_only(const struct storage *s, size_t *ret_option);
/* The machine whose directory an NFS storage is, where it carries places: hpcc exports it there. Else NULL. */
const struct model_machine *storage_exporter(const struct model *m, const struct storage *s);
/* The NFS server's address, or its name where nobody knows one. */
const char *storage_server(const struct model *m, const struct storage *s);
/* The directory of a place's own machine that a storage is there, to be bound; or NULL: the engine mounts it. A machine that mounts
 * its own NFS can lock up under load. */
const char *storage_directory(const struct model *m, const struct storage *s, const struct place *p);
/* What an engine mounts NFS with. */
const char *storage_nfs_options(const struct model *m, const struct storage *s);
/* How many device files "/dev/nvidia[0-3]" names; 0 when it cannot be read. */
uint64_t device_count(struct arena *a, const char *files);
/* Adds them one by one; as they stand where they cannot be read, or hold a colon. */
void device_files(struct arena *a, const char *files, struct texts *ret);
/* The host body of a name, and its place in that group (ret_at may be NULL); NULL when it is not written. After resolve. */
const struct host *spec_host(const struct spec *spec, const char *name, uint64_t *ret_at);
/* How many random bytes make a secret of which nobody says it. */
int64_t secret_bytes(const char *name);
/* Whole mebibytes. */
static inline int64_t mebibytes(struct memory m)
{
	return m.bytes >> 20;
}

/* A record's value for a member, in Slurm's form; NULL when absent. */
const char *slurm_value(struct arena *a, const struct field *f, const void *x);

#endif
