/* clang-format off */
/*
 * compose.c: target `compose`: containers on one machine, or on several.
 *
 *	compose.yaml		the services, one a program and one a node; on several machines hosts/NAME/compose.yaml
 *	cluster			brings it up and down, verifies it, ...; its parts are the *.sh beside it but secrets.sh
 *	secrets.sh		makes the secrets
 *	images.tsv		the images that are made, each from images/NAME/
 *	etc/			what every container sees at /etc/hpcc: lists, files, entrypoint.sh, health.sh
 */
/* clang-format on */
#include "targets/compose.h"

#include <string.h>

#include "targets/containers.h"

const char *compose_state(const struct compose *c, const char *path)
{
	return arena_printf(c->m->arena, "${HPCC_STATE:-./state/%s}/%s", c->project, path);
}

const struct place *compose_place(const struct compose *c, size_t i)
{
	return &c->m->places.v[c->machine->places.v[i]];
}

const char *compose_address(const struct compose *c, const struct model_network *n_of, const char *address)
{
	const char *prefix = n_of->prefix;
	size_t n = prefix ? strlen(prefix) : 0;
	if (!n || strncmp(address, prefix, n) != 0 || address[n] != '.')
		return address;
	return arena_printf(c->m->arena, "${HPCC_NET:-%s}%s", prefix, address + n);
}

static void emit_compose(struct compose *c)
{
	const struct spec *spec = c->m->spec;
	struct arena *a = c->m->arena;
	const char *name = c->machine->name;
	const char *path = c->several ? arena_printf(a, "hosts/%s/compose.yaml", name) : "compose.yaml";
	const char *comment = arena_printf(
		a,
		"Cluster %s in containers%s%s%s%s\nMade by hpcc from the cluster's spec: do not edit.\n"
		"What you want changed here belongs into %s%s%s",
		spec->cluster, c->several ? ", on host " : "", c->several ? name : "", spec->description ? ": " : ".",
		spec->description ? spec->description : "", c->several ? "overrides/" : "compose.override.yaml",
		c->several ? name : " beside it.", c->several ? ".yaml." : "");
	c->y = y_open_carrier(a, output_add(c->out, path, false), comment, CARRIER_COMPOSE);
	y_str(c->y, "name", c->project);
	compose_services(c);
	compose_resources(c);
	y_close(c->y);
}

/* One that carries nothing has nothing to be told. */
static void emit_machines(struct compose *c, struct containers *shared)
{
	const struct model *m = c->m;
	for (size_t i = 0; i < m->machines.n; i++) {
		c->machine = m->machines.v[i];
		if (c->several && !c->machine->places.n)
			continue;
		emit_compose(c);
		if (c->several)
			containers_machine_images(shared, c->machine);
	}
	c->machine = m->machines.v[0];
}

static void emit(const struct model *m, struct output *out)
{
	const struct target_compose *own = m->spec->targets->compose;
	struct compose c = {
		.m = m, .out = out, .own = own, .project = containers_project(m), .several = m->machines.n > 1
	};
	c.ephemeral = own && own->ephemeral == TRI_TRUE;
	c.supervised = own && text_equal(own->init, "supervisord");
	struct containers shared = {
		.m = m,
		.out = out,
		.target = "compose",
		.project = c.project,
		.own_addresses = true,
		.ephemeral = c.ephemeral,
		.supervised = c.supervised,
	};
	emit_machines(&c, &shared);
	containers_scripts(&shared, "cluster-compose.sh");
	output_template(out, "cluster-hosts.sh", "hosts.sh");
	containers_lists(&shared);
	compose_network_lists(&c);
	containers_images(&shared);
}

/* The second for several machines, a file each: overrides/NAME.yaml. */
static const char *const overlays[] = { "compose.override.yaml", "overrides/", NULL };

extern const struct target target_compose;
const struct target target_compose = {
	.name = "compose",
	.summary = "containers on one machine or several, by docker compose, with a script that brings them up and "
		   "verifies them",
	.platform = &platform_container,
	.needs_slurm = true,
	.overlays = overlays,
	.emit = emit,
};
