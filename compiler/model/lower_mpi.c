/*
 * lower_mpi.c: by which interfaces MPI's messages go, and what else Open MPI is told.
 *
 * Open MPI takes every interface that is up for one by which others reach it. A host has more of them than lead to
 * other hosts: docker0 with the same address on each, a swarm's gateway bridge, a wireless card. So it is told the
 * network, as a CIDR, which is the same on all hosts: mpirun gives its own host's parameters to all others.
 *
 * Who wants to be told was seen with Open MPI 4.1.4, 5.0.7 and 6.0: MPI's own messages (btl_tcp_if_include), the
 * daemons that mpirun starts (4: oob_tcp_if_include, since 5 PRRTE's prte_if_include). PMIx is told nothing: it speaks
 * within one host, by the loopback, and newer ones refuse to start where that is not among the interfaces they are
 * given.
 */
#include <string.h>

#include "compiler/model/lower.h"

/* ---- which network */

static const struct model_network *model_network_of(const struct model *m, const struct network *n)
{
	for (size_t i = 0; n && i < m->networks.n; i++)
		if (m->networks.v[i]->network == n)
			return m->networks.v[i];
	return NULL;
}

static bool subnet_of(const struct network *n, struct cidr *ret)
{
	return n && ipv4_network(n->subnet, ret);
}

/* The smallest network that holds both. */
static void widen(struct cidr *x, const struct ip *ip)
{
	while (x->bits && !cidr_contains(x, ip))
		x->bits--;
	struct cidr wide = *x;
	cidr_network(&wide, x);
}

/* Of machines that lie together what holds them all is a network by which they reach each other. Farther apart it could
 * hold anything. */
static bool machines_network(const struct model *m, struct cidr *ret)
{
	enum { TOGETHER = 16 };
	size_t machines = 0;
	for (size_t i = 0; i < m->machines.n; i++) {
		const struct model_machine *x = m->machines.v[i];
		struct ip ip;
		if (!(x->roles & ROLE_SLURMD))
			continue;
		if (!x->address || !ip_parse(x->address, &ip) || ip.v6)
			return false;
		if (!machines++)
			*ret = (struct cidr){ .address = ip, .bits = 32 };
		widen(ret, &ip);
	}
	return machines > 1 && ret->bits >= TOGETHER;
}

static void find_network(const struct model *m, struct model_mpi *x)
{
	const struct network *wanted = network_named(m->spec, m->spec->mpi->network);
	const struct service *s = service_of(m, ROLE_SLURMD);
	const struct place *node = first_node_place(m);
	if (m->platform->place_per_host) {
		if (!subnet_of(wanted, &x->cidr))
			subnet_of(network_named(m->spec, s ? s->network : NULL), &x->cidr);
		return;
	}
	if (!node || !node->network)
		return;
	x->network = model_network_of(m, wanted);
	/* Who is on the machines' own network has all their interfaces. */
	if (!x->network && wanted && node->network->kind == NETWORK_HOST && subnet_of(wanted, &x->cidr))
		return;
	if (!x->network)
		x->network = node->network;
	x->chosen = x->network->prefix != NULL;
	x->own_interfaces = x->network->kind != NETWORK_HOST;
	if (x->network->cidr.bits) {
		x->cidr = x->network->cidr;
		return;
	}
	struct cidr found;
	x->covering = machines_network(m, &found);
	if (x->covering)
		x->cidr = found;
}

/* ---- parameters */

/* Whose frameworks they are: PRRTE's were Open MPI's own before version 5, so that both are told. */
static const char *const prte_frameworks[] = { "errmgr", "ess",		  "filem",	   "grpcomm", "iof",
					       "odls",	 "oob",		  "plm",	   "prte",    "ras",
					       "rmaps",	 "rml",		  "routed",	   "rtc",     "schizo",
					       "state",	 "prtereachable", "prtebacktrace", "hwloc",   NULL };
static const char *const pmix_frameworks[] = { "bfrops",  "gds",     "pcompress", "pfexec", "pgpu", "plog",
					       "pmdl",	  "pmix",    "pnet",	  "preg",   "prm",  "psec",
					       "psensor", "psquash", "pstat",	  "pstrg",  "ptl",  NULL };

/* The framework of `plm_rsh_agent` is plm; `btl` is its own. */
static bool is_of(const char *key, const char *const *frameworks)
{
	size_t n = strcspn(key, "_");
	for (; *frameworks; frameworks++)
		if (strlen(*frameworks) == n && strncmp(key, *frameworks, n) == 0)
			return true;
	return false;
}

static const char *said(const struct mpi *mpi, const char *key)
{
	for (size_t i = 0; i < mpi->mca.n; i++)
		if (strcmp(mpi->mca.v[i].key, key) == 0)
			return mpi->mca.v[i].value;
	return NULL;
}

/* Parameters that choose interfaces. Open MPI refuses one that includes beside one that excludes. */
static const struct {
	const char *reader, *include, *exclude;
} interfaces[] = {
	{ "openmpi", "btl_tcp_if_include", "btl_tcp_if_exclude" },
	{ "orte", "oob_tcp_if_include", "oob_tcp_if_exclude" },
	{ "prte", "prte_if_include", "prte_if_exclude" },
};

/* Since version 6 Open MPI dials no address over TCP that its own node has too (open-mpi/ompi#14371): to it, nodes that
 * answer at their machine's address are other hosts that cannot be reached. UCX reaches them, by any transport that there
 * is: without the last two, Open MPI takes it for fast networks alone. */
static const struct model_mca by_ucx[] = {
	{ "openmpi", "pml", "ucx", MCA_BY_SHARED },
	{ "openmpi", "opal_common_ucx_tls", "any", MCA_BY_SHARED },
	{ "openmpi", "opal_common_ucx_devices", "any", MCA_BY_SHARED },
};

bool mpi_has_interfaces(const struct mpi *mpi)
{
	return said(mpi, interfaces[0].include) || said(mpi, interfaces[0].exclude);
}

/* Nodes of one machine that answer at its address. */
static bool nodes_share_addresses(const struct model *m)
{
	for (size_t i = 0; i < m->machines.n; i++) {
		uint64_t sharing = 0;
		for (size_t j = 0; j < m->machines.v[i]->places.n; j++) {
			const struct place *p = &m->places.v[m->machines.v[i]->places.v[j]];
			if (p->node && p->network && !network_gives_addresses(p->network->kind))
				sharing += p->names.count;
		}
		if (sharing > 1)
			return true;
	}
	return false;
}

static void add(struct model *m, struct model_mpi *x, const char *reader, const struct option *o)
{
	*list_push(m->arena, &x->mca) = (struct model_mca){ .reader = reader, .key = o->key, .value = o->value };
}

static void add_parameters(struct model *m, struct model_mpi *x)
{
	const struct mpi *mpi = m->spec->mpi;
	for (size_t i = 0; x->cidr.bits && i < sizeof(interfaces) / sizeof(interfaces[0]); i++)
		if (!said(mpi, interfaces[i].include) && !said(mpi, interfaces[i].exclude))
			*list_push(m->arena, &x->mca) = (struct model_mca){ .reader = interfaces[i].reader,
									    .key = interfaces[i].include,
									    .by = MCA_BY_NETWORK };
	if (x->shared_addresses && !said(mpi, "pml") && !said(mpi, "btl"))
		for (size_t i = 0; i < sizeof(by_ucx) / sizeof(by_ucx[0]); i++)
			*list_push(m->arena, &x->mca) = by_ucx[i];
	for (size_t i = 0; i < mpi->mca.n; i++) {
		const struct option *o = &mpi->mca.v[i];
		bool prte = is_of(o->key, prte_frameworks), pmix = is_of(o->key, pmix_frameworks);
		if (!pmix)
			add(m, x, "openmpi", o);
		if (prte)
			add(m, x, "prte", o);
		if (pmix)
			add(m, x, "pmix", o);
	}
}

void lower_mpi(struct model *m)
{
	const struct mpi *mpi = m->spec->mpi;
	if (!mpi || !mpi->implementation || strcmp(mpi->implementation, "none") == 0)
		return;
	struct model_mpi *x = ARENA_NEW(m->arena, struct model_mpi);
	bool openmpi = strcmp(mpi->implementation, "openmpi") == 0;
	find_network(m, x);
	x->shared_addresses = nodes_share_addresses(m);
	if (openmpi)
		add_parameters(m, x);
	x->slots = !openmpi || !x->shared_addresses;
	m->mpi = x;
}
