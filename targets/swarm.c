/* clang-format off */
/*
 * swarm.c: target `swarm`: containers on the hosts of a Docker swarm.
 *
 *	stack.yaml		the services, one a program and one a node
 *	cluster			brings it up and down, verifies it, ...; its parts are the *.sh beside it but secrets.sh
 *	secrets.sh		makes the secrets
 *	images.tsv		the images that are made, each from images/NAME/
 *	etc/			what containers see at /etc/hpcc, each file as a config of the swarm
 */
/* clang-format on */
#include "targets/swarm.h"

#include <ctype.h>
#include <string.h>

#include "targets/containers.h"

const char *swarm_stack(const struct swarm *s)
{
	return arena_printf(s->m->arena, "${HPCC_STACK:-%s}", s->project);
}

const char *swarm_subnet(const struct swarm *s, const struct model_network *n)
{
	char subnet[CIDR_TEXT];
	cidr_format(&n->cidr, subnet);
	size_t length = n->prefix ? strlen(n->prefix) : 0;
	if (!length)
		return arena_strdup(s->m->arena, subnet);
	return arena_printf(s->m->arena, "${HPCC_NET:-%s}%s", n->prefix, subnet + length);
}

const char *swarm_variable(const struct swarm *s, const char *what, const char *name)
{
	char *v = arena_printf(s->m->arena, "HPCC_%s_%s", what, name);
	for (char *p = v; *p; p++)
		if (!isalnum((unsigned char)*p))
			*p = '_';
	return v;
}

static void emit_stack(struct swarm *s)
{
	const struct spec *spec = s->m->spec;
	const char *comment = arena_printf(
		s->m->arena,
		"Cluster %s on a Docker swarm%s%s\nMade by hpcc from the cluster's spec: do not edit.\n"
		"`cluster up` deploys it, and makes before what it needs: the swarm, labels, images, secrets.",
		spec->cluster, spec->description ? ": " : ".", spec->description ? spec->description : "");
	s->y = y_open_carrier(s->m->arena, output_add(s->out, "stack.yaml", false), comment, CARRIER_COMPOSE);
	/* The oldest that has all that is used here: Docker 20.10 still asks for it, and takes none after 3.9. */
	y_str(s->y, "version", "3.8");
	swarm_services(s);
	swarm_resources(s);
	y_close(s->y);
}

static void emit(const struct model *m, struct output *out)
{
	const struct target_swarm *own = m->spec->targets->swarm;
	struct swarm s = { .m = m, .out = out, .own = own, .project = containers_project(m) };
	s.supervised = own && text_equal(own->init, "supervisord");
	/* What a machine exports to the others its own places have as the directory that it is. */
	s.mounts_apart = m->exports.n > 0;
	struct containers shared = {
		.m = m,
		.out = out,
		.target = "swarm",
		.project = s.project,
		.supervised = s.supervised,
	};
	containers_scripts(&shared, "cluster-swarm.sh");
	containers_lists(&shared);
	/* After all that goes into configs: their names are made of what is in them. */
	swarm_find_configs(&s);
	emit_stack(&s);
	containers_images(&shared);
}

extern const struct target target_swarm;
const struct target target_swarm = {
	.name = "swarm",
	.summary = "containers on the hosts of a Docker swarm, with a script that brings them up and verifies them",
	.platform = &platform_swarm,
	.needs_slurm = true,
	.emit = emit,
};
