/* test_flows.c: who dials whom by which way: over bridges, host networks, published ports, overlays, macvlans, and
 * between machines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "compiler/compile.h"
#include "compiler/model/flows.h"

#define HEAD "hpcc: 1\ncluster: t\nslurm:\n  version: 24.11\n"
#define TWO                                                                                                            \
	"hosts:\n  a:\n    address: 10.9.0.1\n  b:\n    address: 10.9.0.2\n"                                           \
	"nodes:\n  c[1-2]:\n    host: a\n    cpus: 1\n    memory: 1G\n"                                                \
	"  c[3-4]:\n    host: b\n    cpus: 1\n    memory: 1G\n"
#define ALL "partitions:\n  p:\n    nodes: ALL\n    default: true\n"
/* All services on the first host, all places on one network of a type. */
#define ON(type)                                                                                                       \
	HEAD TWO ALL "networks:\n  n:\n    type: " type "\nservices:\n  default:\n    host: a\n    network: n\n"
#define HYBRID                                                                                                         \
	HEAD TWO ALL "networks:\n  in:\n    type: bridge\n  lan:\n    type: host\n"                                    \
		     "services:\n  default:\n    host: a\n    network: in\n  slurmd:\n    network: lan\n"              \
		     "  login:\n    network: lan\naccounting: {}\nmpi: openmpi\n"

/* A line that must be there: "WHO FROM LISTENER TO PORTS WAY". */
struct expected {
	const char *spec;
	const struct platform *platform;
	const char *lines[8];
};

static const char *reader(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error)
{
	(void)path;
	*ret_size = strlen(ctx);
	return arena_strdup(a, ctx);
}

static void add_list(struct text *t, const struct hostlist *h)
{
	text_addc(t, ' ');
	hostlist_print(h, true, t);
}

static const char *lines_of(const struct model *m)
{
	struct text t;
	struct flow_classes all;
	text_init(&t, m->arena);
	flows_of(m, &all);
	for (size_t i = 0; i < all.list.n; i++) {
		const struct flow_class *c = &all.list.v[i];
		struct flow_ends ends;
		flow_ends(m, c, &ends);
		text_add(&t, c->flow->who);
		add_list(&t, &ends.from);
		text_addf(&t, " %s", listener_name(c->flow->listener));
		add_list(&t, &ends.to);
		add_list(&t, &ends.ports);
		text_addf(&t, " %s\n", way_said(c->way));
	}
	return t.s;
}

static size_t missing(const struct expected *x)
{
	size_t wrong = 0;
	struct compile *c = compile_new(reader, (void *)(uintptr_t)x->spec);
	compile_spec(c, "t.yaml", NULL, 0);
	if (c->diags.errors)
		fail_msg("%s\n%s", c->diags.list.v[0]->message, x->spec);
	const char *all = lines_of(lower(c->arena, c->spec, x->platform));
	for (size_t i = 0; i < 8 && x->lines[i]; i++) {
		bool unwanted = x->lines[i][0] == '!';
		if ((strstr(all, x->lines[i] + unwanted) != NULL) == unwanted) {
			print_error("%s '%s' in\n%s", unwanted ? "there is" : "no", x->lines[i] + unwanted, all);
			wrong++;
		}
	}
	compile_free(c);
	return wrong;
}

static void check_all(const struct expected *cases, size_t n)
{
	size_t wrong = 0;
	for (size_t i = 0; i < n; i++)
		wrong += missing(&cases[i]);
	assert_int_equal(wrong, 0);
}
#define CHECK_ALL(cases) check_all((cases), sizeof(cases) / sizeof((cases)[0]))

static void containers(void **state)
{
	static const struct expected cases[] = {
		/* A bridge ends at its machine: beyond it are published ports, and what listens on any port is not
		   there. */
		{ ON("bridge"),
		  &platform_container,
		  { "slurmd c[1-2] slurmctld slurmctld 6817 direct\n",
		    "slurmd c[3-4] slurmctld slurmctld 6817 published\n",
		    "slurmctld slurmctld slurmd c[3-4] 6818 published\n", "slurmstepd c[1-4] srun c[1-4]  ANY PORT\n",
		    "slurmstepd c[3-4] srun login  ANY PORT\n", "srun login slurmd c[1-2] 6818 direct\n", "!MPI" } },
		{ HYBRID,
		  &platform_container,
		  { "slurmd c[3-4] slurmctld slurmctld 6817 published\n",
		    "slurmctld slurmctld slurmd c[1-2] [6818,6828] host\n",
		    "slurmctld slurmctld slurmd c[3-4] [6818,6828] host\n",
		    "slurmd c[1-4] slurmd c[1-4] [6818,6828] host\n",
		    "slurmdbd slurmdbd database database 3306 direct\n", "slurmstepd c[3-4] srun login  host\n",
		    "ssh login sshd c[1-2] [26818,26828] host\n", "MPI, PMIx c[1-4] MPI c[1-4]  host\n" } },
		{ ON("published"),
		  &platform_container,
		  { "slurmd c[1-4] slurmd c[1-4] [6818,6828] direct\n",
		    "slurmd c[1-4] slurmd c[1-4] [6818,6828] published\n",
		    "ssh login sshd c[3-4] [26818,26828] published\n", "slurmstepd c[3-4] srun login  ANY PORT\n" } },
		{ ON("overlay"),
		  &platform_container,
		  { "slurmctld slurmctld slurmd c[3-4] 6818 direct\n", "slurmstepd c[3-4] srun login  direct\n",
		    "!published", "!ANY" } },
		{ ON("overlay"), &platform_swarm, { "slurmctld slurmctld slurmd c[3-4] 6818 direct\n", "!published" } },
		{ ON("macvlan"),
		  &platform_container,
		  { "slurmctld slurmctld slurmd c[3-4] 6818 direct\n", "!ISOLATED", "!routed" } },
		{ ON("host"),
		  &platform_container,
		  { "slurmctld slurmctld slurmd c[3-4] [6818,6828] host\n", "!direct" } },
		/* One node a machine: no node dials itself. */
		{ HEAD "hosts:\n  a:\n    address: 10.9.0.1\n  b:\n    address: 10.9.0.2\n"
		       "nodes:\n  a: {cpus: 1, memory: 1G}\n  b: {cpus: 1, memory: 1G}\n" ALL
		       "services:\n  default:\n    host: a\n",
		  &platform_container,
		  { "slurmd a,b slurmd a,b 6818 published\n", "!slurmd a slurmd", "slurmctld slurmctld slurmd b" } },
	};
	(void)state;
	CHECK_ALL(cases);
}

static void between_networks(void **state)
{
#define MIX(one, two)                                                                                                  \
	HEAD TWO ALL "networks:\n  x:\n    type: " one "\n  y:\n    type: " two "\n"                                   \
		     "services:\n  default:\n    host: a\n    network: x\n  slurmd:\n    network: y\n"
	static const struct expected cases[] = {
		{ MIX("host", "macvlan"),
		  &platform_container,
		  { "slurmctld slurmctld slurmd c[1-2] 6818 ISOLATED\n",
		    "slurmctld slurmctld slurmd c[3-4] 6818 routed\n",
		    "slurmd c[1-2] slurmctld slurmctld 6817 ISOLATED\n",
		    "slurmd c[3-4] slurmctld slurmctld 6817 host\n" } },
		{ MIX("bridge", "macvlan"),
		  &platform_container,
		  { "slurmd c[3-4] slurmctld slurmctld 6817 published\n",
		    "slurmd c[1-2] slurmctld slurmctld 6817 ISOLATED\n" } },
		/* Two macvlans of one machine meet at the router. */
		{ MIX("macvlan", "macvlan"),
		  &platform_container,
		  { "slurmctld slurmctld slurmd c[1-2] 6818 routed\n", "!ISOLATED" } },
		{ MIX("overlay", "host"),
		  &platform_container,
		  { "slurmctld slurmctld slurmd c[3-4] [6818,6828] host\n",
		    "slurmd c[1-2] slurmctld slurmctld 6817 published\n" } },
		/* srun is called at its own address, to which a host has a way where the bridge is its own. */
		{ HEAD TWO ALL
		  "networks:\n  x:\n    type: bridge\n  y:\n    type: host\nservices:\n  default:\n    host: "
		  "a\n    network: x\n  slurmd:\n    network: y\n",
		  &platform_container,
		  { "slurmstepd c[1-2] srun login  direct\n", "slurmstepd c[3-4] srun login  ANY PORT\n" } },
		/* Machines whose address nobody wrote: those alone. */
		{ HEAD "hosts:\n  a:\n    address: 10.9.0.1\n  b: {}\n  d:\n    address: 10.9.0.4\n"
		       "nodes:\n  c[1-3]:\n    host: \"a,b,d\"\n    cpus: 1\n    memory: 1G\n" ALL
		       "networks:\n  n:\n    type: host\nservices:\n  default:\n    host: a\n    network: n\n",
		  &platform_container,
		  { "slurmctld slurmctld slurmd c1 6818 host\n", "slurmctld slurmctld slurmd c3 6818 host\n",
		    "slurmctld slurmctld slurmd c2 6818 NO ADDRESS\n" } },
	};
	(void)state;
	CHECK_ALL(cases);
}

static void machines(void **state)
{
	static const struct expected cases[] = {
		{ HEAD "nodes:\n  c[1-4]:\n    cpus: 1\n    memory: 1G\n" ALL
		       "services:\n  slurmctld:\n    host: ctl[1-2]\n  login:\n    host: c1\nhosts:\n  ctl[1-2]: {}\n  "
		       "c[1-4]: {}\n",
		  &platform_machine,
		  { "slurmd c[1-4] slurmctld ctl[1-2] 6817 host\n", "slurmctld ctl[1-2] slurmctld ctl[1-2] 6817 host\n",
		    "srun c1 slurmd c1 6818 local\n", "srun c1 slurmd c[2-4] 6818 host\n",
		    "ssh c1 sshd c[2-4] 22 host\n", "slurmd c[1-4] slurmd c[1-4] 6818 host\n" } },
		{ HEAD "  ports:\n    srun: 60001-60100\nnodes:\n  c1:\n    cpus: 1\n    memory: 1G\n" ALL
		       "services:\n  slurmctld:\n    host: c1\n  login:\n    host: in\nhosts:\n  c1: {}\n  in:\n    "
		       "ssh:\n      port: 2200\n",
		  &platform_machine,
		  { "slurmd c1 slurmctld c1 6817 local\n", "slurmstepd c1 srun in [60001-60100] host\n",
		    "!slurmd c1 slurmd", "!slurmctld c1 slurmctld c1" } },
	};
	(void)state;
	CHECK_ALL(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(containers),
		cmocka_unit_test(between_networks),
		cmocka_unit_test(machines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
