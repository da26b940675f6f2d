/* mpi.c: whether MPI's messages find their way, and whether who starts it and what it is fit. */
#include "compiler/check/containers.h"

#include <string.h>

static const struct mpi *mpi_of(const struct check *c)
{
	const struct mpi *mpi = c->spec->mpi;
	return mpi && !mpi->origin.broken && !text_equal(mpi->implementation, "none") ? mpi : NULL;
}

static const struct mpi *openmpi_of(const struct check *c)
{
	const struct mpi *mpi = mpi_of(c);
	return mpi && text_equal(mpi->implementation, "openmpi") ? mpi : NULL;
}

static size_t node_machines(const struct model *m)
{
	size_t n = 0;
	for (size_t i = 0; i < m->machines.n; i++)
		n += (m->machines.v[i]->roles & ROLE_SLURMD) != 0;
	return n;
}

/* ---- mpi-no-subnet */

static void run_no_subnet(struct check *c)
{
	const struct model *m = c->model;
	const struct mpi *mpi = openmpi_of(c);
	const struct model_network *n = m->mpi ? m->mpi->network : NULL;
	if (!mpi || !n || !n->network || m->mpi->cidr.bits || mpi_has_interfaces(mpi) || node_machines(m) < 2)
		return;
	struct diag *d = finding(c, n->network->origin.name_span,
				 "nobody knows by which of the machines' interfaces MPI's messages go");
	/* One of IPv6 stands there; split_and_resolve() of Open MPI's btl/tcp reads IPv4 alone. */
	if (n->network->subnet)
		diag_help(c->diags, d,
			  "Open MPI chooses interfaces by IPv4 subnets: write that of network '%s' in place of %s, or "
			  "the interfaces' names as btl_tcp_if_include into mpi.mca",
			  n->network->origin.name, n->network->subnet);
	else
		diag_help(c->diags, d,
			  "write the subnet of network '%s' in which the machines reach each other, or "
			  "btl_tcp_if_include into mpi.mca",
			  n->network->origin.name);
}

/* ---- mpi-network-elsewhere */

/* Who is on the machines' own network has all interfaces that they have. */
static bool has_interface(const struct model *m, const struct place *p, const struct network *n)
{
	return p->network->network == n ||
	       (p->network->kind == NETWORK_HOST && network_kind(m->platform, n) == NETWORK_HOST);
}

static void run_elsewhere(struct check *c)
{
	const struct mpi *mpi = mpi_of(c);
	const struct place *p = first_node_place(c->model);
	const struct network *n = mpi ? network_named(c->spec, mpi->network) : NULL;
	if (!n || !p || has_interface(c->model, p, n) || networks_doubtful(c))
		return;
	struct diag *d = finding(c, WHERE(mpi, network), "no node is on network '%s'", n->origin.name);
	if (p->network->network)
		diag_note(c->diags, d, p->network->network->origin.name_span, "nodes are on this one alone");
	if (p->network->network)
		diag_help(c->diags, d, "write %s, or leave 'network' out", p->network->network->origin.name);
	else
		diag_help(c->diags, d, "name it in services.slurmd.network too, or leave it out here");
}

/* ---- pmi2-with-openmpi */

static void run_pmi2(struct check *c)
{
	const struct model *m = c->model;
	const struct mpi *mpi = openmpi_of(c);
	if (!mpi || !WRITTEN(mpi, launcher) || !text_equal(mpi->launcher, "pmi2"))
		return;
	for (size_t i = 0; i < m->images.n; i++)
		for (size_t j = 0; m->images.v[i]->base && j < m->images.v[i]->parts.n; j++) {
			if (strcmp(m->images.v[i]->parts.v[j], "openmpi") != 0)
				continue;
			struct diag *d = finding(c, WHERE(mpi, launcher),
						 "Open MPI as distributions package it does not speak PMI-2: each rank "
						 "that srun starts would be alone");
			diag_help(c->diags, d,
				  "leave 'launcher' out, or write none where Slurm has no PMIx, and start with mpirun");
			return;
		}
}

/* ---- mca-unread */

static void run_unread(struct check *c)
{
	const struct mpi *mpi = mpi_of(c);
	if (!mpi || !WRITTEN(mpi, mca) || !mpi->mca.n || openmpi_of(c))
		return;
	struct diag *d = finding(c, WHERE(mpi, mca), "nobody reads them: they are Open MPI's, and the jobs' MPI is %s",
				 mpi->implementation);
	diag_help(c->diags, d, "leave them out; %s takes its own from the environment (services.*.environment)",
		  mpi->implementation);
}

/* ---- mca-both-ways: mca_base_var.c: mca_base_var_check_exclusive */

static const struct option *mca(const struct mpi *mpi, const char *key)
{
	for (size_t i = 0; i < mpi->mca.n; i++)
		if (strcmp(mpi->mca.v[i].key, key) == 0)
			return &mpi->mca.v[i];
	return NULL;
}

static void run_both_ways(struct check *c)
{
	static const char *const pairs[][2] = {
		{ "btl_tcp_if_include", "btl_tcp_if_exclude" },
		{ "oob_tcp_if_include", "oob_tcp_if_exclude" },
		{ "prte_if_include", "prte_if_exclude" },
	};
	const struct mpi *mpi = openmpi_of(c);
	for (size_t i = 0; mpi && i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct option *in = mca(mpi, pairs[i][0]), *out = mca(mpi, pairs[i][1]);
		if (!in || !out)
			continue;
		struct diag *d = finding(c, out->key_span, "what Open MPI does with both %s and %s is undefined",
					 pairs[i][0], pairs[i][1]);
		diag_note(c->diags, d, in->key_span, "the other is here");
		diag_help(c->diags, d, "leave %s out: only what is included is used", pairs[i][1]);
	}
}

const struct rule rules_mpi[] = {
	{ "mpi-no-subnet", SEVERITY_WARNING, RULE_MODEL, run_no_subnet },
	{ "mpi-network-elsewhere", SEVERITY_ERROR, RULE_MODEL, run_elsewhere },
	{ "pmi2-with-openmpi", SEVERITY_ERROR, RULE_MODEL, run_pmi2 },
	{ "mca-unread", SEVERITY_WARNING, RULE_SPEC, run_unread },
	{ "mca-both-ways", SEVERITY_WARNING, RULE_SPEC, run_both_ways },
	{ .name = NULL },
};
