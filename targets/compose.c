/*
 * compose.c: target `compose`: containers on one machine.
 *
 *	compose.yaml		the services, one a program and one a node
 *	cluster			brings it up and down, verifies it, ...; driver.sh and verify.sh are its parts
 *	secrets.sh images.tsv images/NAME/
 *	etc/			what every container sees at /etc/hpcc: lists, files, entrypoint.sh, health.sh
 */
#include "targets/compose.h"

#include <string.h>

#include "targets/containers.h"

const char *compose_state(const struct compose *c, const char *path)
{
	return arena_printf(c->m->arena, "${HPCC_STATE:-./state/%s}/%s", c->project, path);
}

const char *compose_address(const struct compose *c, const char *address)
{
	const char *prefix = c->network->prefix;
	size_t n = prefix ? strlen(prefix) : 0;
	if (!n || strncmp(address, prefix, n) != 0 || address[n] != '.')
		return address;
	return arena_printf(c->m->arena, "${HPCC_NET:-%s}%s", prefix, address + n);
}

static void emit_compose(struct compose *c)
{
	const struct spec *spec = c->m->spec;
	const char *comment =
		arena_printf(c->m->arena,
			     "Cluster %s in containers%s%s\nMade by hpcc from the cluster's spec: do not edit.\n"
			     "What you want changed here belongs into compose.override.yaml beside it.",
			     spec->cluster, spec->description ? ": " : ".", spec->description ? spec->description : "");
	c->y = y_open_carrier(c->m->arena, output_add(c->out, "compose.yaml", false), comment, CARRIER_COMPOSE);
	y_str(c->y, "name", c->project);
	compose_services(c);
	compose_resources(c);
	y_close(c->y);
}

static void emit(const struct model *m, struct output *out)
{
	const struct target_compose *own = m->spec->targets->compose;
	struct compose c = {
		.m = m, .out = out, .own = own, .project = containers_project(m), .network = m->networks.v[0]
	};
	c.ephemeral = own && own->ephemeral == TRI_TRUE;
	c.supervised = own && text_equal(own->init, "supervisord");
	struct containers shared = {
		.m = m,
		.out = out,
		.target = "compose",
		.project = c.project,
		.network = c.network,
		.own_addresses = true,
		.ephemeral = c.ephemeral,
		.supervised = c.supervised,
	};
	emit_compose(&c);
	containers_scripts(&shared, "cluster-compose.sh");
	containers_lists(&shared);
	containers_images(&shared);
}

static const char *const overlays[] = { "compose.override.yaml", NULL };

extern const struct target target_compose;
const struct target target_compose = {
	.name = "compose",
	.summary = "containers on one machine, by docker compose, with a script that brings them up and verifies them",
	.platform = &platform_container,
	.needs_slurm = true,
	.overlays = overlays,
	.emit = emit,
};
