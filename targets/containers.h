/*
 * containers.h: what targets share that run the cluster in containers: the lists and files that every container sees at
 * /etc/hpcc, the folders that images are made from, one `cluster` with its parts.
 */
#ifndef HPCC_TARGETS_CONTAINERS_H
#define HPCC_TARGETS_CONTAINERS_H

#include "compiler/write/yaml.h"
#include "targets/target.h"

struct containers {
	const struct model *m;
	struct output *out;
	const char *target;  /* its name, for the scripts */
	const char *project; /* by which the platform knows the cluster, unless `cluster --name` says another */
	bool own_addresses; /* every place knows all others' addresses: entrypoint.sh writes them to /etc/hosts */
	bool ephemeral, supervised;
};

/* The cluster's name as engines take it for a project, a stack: small letters, digits, - and _. */
const char *containers_project(const struct model *m);
/* etc/: lists, files, scripts. */
void containers_lists(struct containers *c);
/* `cluster`, its parts, of which `driver` is the template of driver.sh, and what the containers run. */
void containers_scripts(struct containers *c, const char *driver);
/* The folders that images are made from, and images.tsv. */
void containers_images(struct containers *c);
/* hosts/NAME/images.tsv: those that a machine's places run from. */
void containers_machine_images(struct containers *c, const struct model_machine *on);
/* One configuration a role, where supervisord starts the programs: into the lines of files.tsv. */
void containers_supervisor(struct containers *c, struct text *files);

/* ---- containers_dress.c: what compose files and stacks say alike. What there is none of is not written. */

/* ulimits: -1 for infinity. */
void containers_limits(struct yaml *y, const struct service *s);
void containers_texts(struct yaml *y, const char *key, const struct texts *list);
void containers_secrets(struct yaml *y, const struct model *m, unsigned roles);
/* An item of `volumes`. */
void containers_mount(struct yaml *y, const char *type, const char *source, const char *target, bool read_only);
void containers_entrypoint(struct yaml *y);
/* The `test` of a healthcheck. */
void containers_health(struct yaml *y);
void containers_logging(struct yaml *y, struct arena *a, int64_t size, int64_t files);
/* A volume at the top. */
void containers_nfs_volume(struct yaml *y, const struct model *m, const struct storage *s);

#endif
