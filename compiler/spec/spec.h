/*
 * spec.h: the spec as the language defines it, typed.
 *
 * One struct a kind of body, one member a key; each begins with its origin (compiler/schema/field.h) and has a table of rows in the
 * file of this folder that bears its name. What is absent is absent: resolve (compiler/model) fills in what the
 * user could have written.
 */
#ifndef HPCC_SPEC_SPEC_H
#define HPCC_SPEC_SPEC_H

#include "compiler/schema/field.h"

/* ---- cluster.c */

struct spec {
	struct origin origin;
	int64_t hpcc;
	const char *cluster, *description;
	struct texts extends;
	struct slurm *slurm; /* NULL: a cluster without a scheduler */
	struct entries hosts, hardware, nodes, partitions, networks, storage, images, files, secrets, users;
	struct defaults *defaults;
	struct services *services; /* never NULL */
	struct accounting *accounting;
	struct mpi *mpi;
	struct targets *targets; /* never NULL */
	/* Made by resolve, no rows: names of hosts and of nodes to their groups. */
	const struct hostindex *host_index, *node_index;
};

/* ---- slurm.c */

struct slurm_ports {
	struct origin origin;
	int64_t slurmctld, slurmd, slurmdbd;
	const char *srun;
};

struct slurm_timeouts {
	struct origin origin;
	struct duration slurmctld, slurmd, message, tcp, inactive, kill_wait, wait, min_job_age, complete_wait,
		batch_start, unkillable_step, prolog_epilog;
};

struct slurm_debug {
	struct origin origin;
	const char *slurmctld, *slurmd, *slurmdbd;
};

/* A line of plugstack.conf. */
struct spank {
	struct origin origin;
	const char *plugin;
	struct texts arguments;
	enum tri optional;
};

struct slurm {
	struct origin origin;
	const char *version, *auth;
	struct entries spank;
	struct slurm_ports *ports; /* never NULL */
	struct slurm_timeouts *timeouts;
	struct slurm_debug *debug;
	struct texts constrain;
	struct options options, cgroup;
};

/* ---- hosts.c */

/* What a machine has; the same members wherever they may be written (hardware.h). */
#define HARDWARE_MEMBERS                                                                                               \
	int64_t cpus, boards, sockets, cores, threads;                                                                 \
	struct memory memory

/* What Slurm shall know of a node beyond that. */
#define NODE_MEMBERS                                                                                                   \
	struct memory tmp_disk;                                                                                        \
	struct texts features;                                                                                         \
	int64_t weight;                                                                                                \
	struct entries gres

struct hardware {
	struct origin origin;
	HARDWARE_MEMBERS;
	NODE_MEMBERS;
	const char *arch;
};

struct ssh {
	struct origin origin;
	const char *user, *key, *directory;
	int64_t port;
};

struct host {
	struct origin origin;
	struct hosts address;
	const char *arch, *hardware;
	HARDWARE_MEMBERS;
	struct ssh *ssh;
	const char *os, *swarm;
	struct options labels;
};

struct gres {
	struct origin origin; /* its name is the GRES's: gpu */
	int64_t count;
	const char *type, *file, *multiple_files, *cores, *autodetect, *links;
	struct texts flags;
};

/* A group of nodes: its names are origin.hosts. Also the body of defaults.node. */
struct node_group {
	struct origin origin;
	struct hosts host, port, address;
	const char *hardware;
	HARDWARE_MEMBERS;
	NODE_MEMBERS;
	const char *state, *reason, *cpu_bind;
	int64_t core_spec_count;
	struct memory mem_spec_limit;
	struct options options;
};

struct defaults {
	struct origin origin;
	struct node_group *node;
	struct partition *partition;
};

/* ---- partitions.c */

struct partition {
	struct origin origin;
	struct nodeset nodes;
	enum tri is_default, hidden, root_only, disable_root_jobs, lln, req_resv, power_down_on_idle, exclusive_user,
		exclusive_topo;
	const char *state, *oversubscribe, *exclusive, *qos, *alternate, *cpu_bind, *topology,
		*select_type_parameters;
	struct texts preempt_mode, allow_accounts, deny_accounts, allow_qos, deny_qos, allow_groups;
	struct hosts alloc_nodes;
	struct duration max_time, default_time, grace_time, over_time_limit, suspend_time, suspend_timeout,
		resume_timeout;
	int64_t max_nodes, min_nodes, max_cpus_per_node, max_cpus_per_socket, def_cpu_per_gpu, priority_tier,
		priority_job_factor;
	struct memory def_mem_per_cpu, def_mem_per_gpu, def_mem_per_node, max_mem_per_cpu, max_mem_per_node;
	struct options tres_billing_weights, options;
};

/* ---- accounting.c */

struct database {
	struct origin origin;
	const char *engine, *host, *name, *user, *password;
	int64_t port;
};

struct external_slurmdbd {
	struct origin origin;
	const char *host;
	int64_t port;
};

struct purge {
	struct origin origin;
	struct duration events, jobs, reservations, steps, suspend, transactions, usage;
};

struct account {
	struct origin origin;
	const char *description, *organization, *parent;
	int64_t fairshare;
};

struct qos {
	struct origin origin;
	const char *description;
	int64_t priority, max_jobs_per_user, max_submit_jobs_per_user;
	struct texts preempt, flags;
	struct duration max_wall, grace_time;
	struct options max_tres_per_job, max_tres_per_user, group_tres;
};

struct account_user {
	struct origin origin;
	const char *default_account, *admin_level;
	struct texts accounts, qos;
};

struct accounting {
	struct origin origin;
	struct database *database; /* NULL only when external */
	struct external_slurmdbd *external;
	struct texts enforce, tres, store_flags;
	struct purge *purge;
	struct entries accounts, qos, users;
	struct options options;
};

/* ---- services.c */

struct network {
	struct origin origin;
	const char *type, *subnet, *range, *gateway, *interface;
	int64_t mtu;
	enum tri encrypted;
};

struct limits {
	struct origin origin;
	const char *memlock, *stack, *nofile;
};

struct service {
	struct origin origin;
	struct texts host;
	const char *network, *address, *image, *seccomp;
	struct options environment, labels;
	struct texts publish, capabilities, aliases;
	enum tri privileged;
	struct memory shm, memory;
	struct limits *limits;
};

struct services {
	struct origin origin;
	/* `base` is written `default`. Only it may be NULL before resolve; the others too. */
	struct service *base, *slurmctld, *slurmdbd, *slurmd, *database, *login;
};

/* ---- mpi.c */

struct mpi {
	struct origin origin;
	const char *implementation, *launcher, *network, *ports;
	struct options options, mca;
};

/* ---- storage.c */

struct nfs_server {
	struct origin origin;
	const char *address, *host;
};

struct storage {
	struct origin origin;
	const char *type, *mount, *source, *export, *owner, *group, *mode;
	struct nfs_server *server;
	struct texts options, on;
	struct memory size;
	enum tri read_only;
};

struct image {
	struct origin origin;
	const char *image, *base, *source, *registry;
	struct texts parts, packages, arch;
};

struct file {
	struct origin origin;
	const char *path, *content, *source, *owner, *group, *mode;
	struct texts on;
	/* Read by the compile, no rows: what `source` holds where no spec could hold it, and, of a file that is looked into
	 * (.json), where its text is. */
	const char *loaded;
	struct span text;
};

struct secret {
	struct origin origin;
	const char *file;
	int64_t bytes;
};

struct user {
	struct origin origin;
	int64_t uid, gid;
	const char *group, *home, *shell;
	struct texts groups;
	enum tri create_home;
};

/* ---- targets.c: what only one target understands. */

struct target_slurm {
	struct origin origin;
	enum tri etc_hosts;
};

struct target_ansible {
	struct origin origin;
	const char *user, *group_prefix;
	struct options variables;
};

struct target_compose {
	struct origin origin;
	enum tri ephemeral;
	const char *init;
	struct memory log_size;
	int64_t log_files;
};

struct target_swarm {
	struct origin origin;
	const char *init;
	struct memory log_size;
	int64_t log_files;
};

struct targets {
	struct origin origin;
	struct target_slurm *slurm;
	struct target_ansible *ansible;
	struct target_compose *compose;
	struct target_swarm *swarm;
};

/* The tables. */
extern const struct shape spec_shape, slurm_shape, hardware_shape, host_shape, node_shape, node_defaults_shape,
	defaults_shape, gres_shape, partition_shape, partition_defaults_shape, accounting_shape, network_shape,
	service_shape, services_shape, mpi_shape, storage_shape, image_shape, file_shape, secret_shape, user_shape,
	targets_shape;

/* The words of `arch`; ends with NULL. */
extern const char *const arch_words[];

/* A key of Slurm's that hpcc writes itself, and the key of the spec that says it; "" where none does. */
struct owned_key {
	enum slurm_file file;
	enum slurm_section section;
	const char *key, *spec_key;
};
extern const struct owned_key owned_keys[]; /* ends with key NULL: those that no row names (owned.c) */

/* The service called `name` ("slurmctld"), or NULL. */
struct service *service_named(const struct spec *spec, const char *name);

#endif
