/* test_platform.c: a platform's facts reach slurm.conf and cgroup.conf: the model is not shaped for one kind of target.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/compile.h"
#include "compiler/programs/program.h"

static const char *reader(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error)
{
	(void)a, (void)path, (void)ret_error;
	*ret_size = strlen(ctx);
	return ctx;
}

#define SPEC(version, more)                                                                                            \
	"hpcc: 1\ncluster: t\nslurm:\n  version: " version "\n" more                                                   \
	"nodes:\n  c[1-2]:\n    cpus: 2\n    memory: 1G\npartitions:\n  p:\n    nodes: ALL\n    default: true\n"

/* The file of a path, or NULL. */
static const char *file_of(const struct model *m, const char *path)
{
	for (size_t i = 0; i < m->files.n; i++)
		if (strcmp(m->files.v[i].path, path) == 0)
			return m->files.v[i].text.s;
	return NULL;
}

static void expect(char *spec, const struct platform *p, const char *path, const char *line, bool there)
{
	struct compile *c = compile_new(reader, spec);
	compile_spec(c, "t.yaml", NULL, 0);
	assert_int_equal(c->diags.errors, 0);
	struct model *m = lower(c->arena, c->spec, p);
	programs_place(m);
	programs_render(m);
	const char *text = file_of(m, path);
	assert_non_null(text);
	bool found = strstr(text, arena_printf(c->arena, "\n%s\n", line)) != NULL;
	if (found != there)
		print_error("%s on %s, %s '%s':\n%s", path, p->name, there ? "without" : "with", line, text);
	assert_int_equal(found, there);
	compile_free(c);
}

#define CONF   "/etc/slurm/slurm.conf"
#define CGROUP "/etc/slurm/cgroup.conf"

static void containers_have_no_cgroups(void **state)
{
	static char s[] = SPEC("24.11", "");
	(void)state;
	expect(s, &platform_container, CONF, "ProctrackType=proctrack/linuxproc", true);
	expect(s, &platform_container, CONF, "TaskPlugin=task/none", true);
	expect(s, &platform_container, CGROUP, "CgroupPlugin=disabled", true);
	expect(s, &platform_container, CGROUP, "ConstrainCores=yes", false);
}

static void before_24_05_nothing_is_disabled(void **state)
{
	static char s[] = SPEC("22.05", "");
	(void)state;
	expect(s, &platform_container, CGROUP, "CgroupPlugin=cgroup/v1", true);
	expect(s, &platform_container, CGROUP, "CgroupPlugin=disabled", false);
}

static void machines_constrain(void **state)
{
	static char s[] = SPEC("24.11", "");
	(void)state;
	expect(s, &platform_machine, CONF, "ProctrackType=proctrack/cgroup", true);
	expect(s, &platform_machine, CONF, "TaskPlugin=task/cgroup,task/affinity", true);
	expect(s, &platform_machine, CGROUP, "ConstrainRAMSpace=yes", true);
	expect(s, &platform_machine, CGROUP, "ConstrainSwapSpace=no", true);
}

static void machines_do_without_when_told(void **state)
{
	static char s[] = SPEC("24.11", "  constrain: none\n");
	(void)state;
	expect(s, &platform_machine, CONF, "ProctrackType=proctrack/linuxproc", true);
	expect(s, &platform_machine, CGROUP, "CgroupPlugin=disabled", true);
}

static void each_platform_names_its_controller(void **state)
{
	static char s[] = SPEC("24.11", "");
	(void)state;
	expect(s, &platform_machine, CONF, "SlurmctldHost=head", true);
	expect(s, &platform_container, CONF, "SlurmctldHost=slurmctld", true);
}

static void containers_claim_what_they_like_and_log_to_standard_error(void **state)
{
	static char s[] = SPEC("24.11", "");
	(void)state;
	expect(s, &platform_container, CONF, "SlurmdParameters=config_overrides", true);
	expect(s, &platform_machine, CONF, "SlurmdParameters=config_overrides", false);
	expect(s, &platform_machine, CONF, "SlurmdLogFile=/var/log/slurm/slurmd.log", true);
	expect(s, &platform_container, CONF, "SlurmdLogFile=/var/log/slurm/slurmd.log", false);
}

/* sid's packages have no PMIx plugin: what nobody wrote is what is there. */
static void mpi_starts_as_the_image_can(void **state)
{
	static char sid[] = SPEC("26.05", "") "mpi: openmpi\n";
	static char trixie[] = SPEC("24.11", "") "mpi: openmpi\n";
	static char ready[] = SPEC("26.05", "") "mpi: openmpi\nimages:\n  slurm: own:1\n";
	(void)state;
	expect(sid, &platform_container, CONF, "MpiDefault=none", true);
	expect(sid, &platform_machine, CONF, "MpiDefault=pmix", true);
	expect(trixie, &platform_container, CONF, "MpiDefault=pmix", true);
	expect(ready, &platform_container, CONF, "MpiDefault=pmix", true);
}

/* ---- addresses */

#define NODES(network, nodes)                                                                                          \
	"hpcc: 1\ncluster: t\nslurm:\n  version: 24.11\ndefaults:\n  node:\n    cpus: 1\n    memory: 1G\n" network     \
	"nodes:\n" nodes "partitions:\n  p:\n    nodes: ALL\n    default: true\n"
#define SUBNET(s) "networks:\n  n:\n    type: bridge\n    subnet: " s "\nservices:\n  default:\n    network: n\n"

static struct model *lowered(char *spec, struct compile **ret)
{
	struct compile *c = *ret = compile_new(reader, spec);
	compile_spec(c, "t.yaml", NULL, 0);
	assert_int_equal(c->diags.errors, 0);
	return lower(c->arena, c->spec, &platform_container);
}

static void expect_address(char *spec, const char *name, const char *address)
{
	struct compile *c;
	const struct model *m = lowered(spec, &c);
	const char *is = "none";
	for (size_t i = 0; i < m->places.n; i++)
		for (uint64_t j = 0; j < m->places.v[i].addresses.count; j++)
			if (strcmp(hostlist_name_dup(&m->places.v[i].names, j, c->arena), name) == 0)
				is = hostlist_name_dup(&m->places.v[i].addresses, j, c->arena);
	/* Where the subnet is ours, what follows its prefix. */
	if (m->networks.v[0]->prefix && strncmp(is, m->networks.v[0]->prefix, strlen(m->networks.v[0]->prefix)) == 0)
		is += strlen(m->networks.v[0]->prefix);
	assert_string_equal(is, address);
	compile_free(c);
}

static void nodes_have_the_address_of_their_number(void **state)
{
	static char few[] = NODES("", "  c[1-2]: {}\n  q7: {}\n");
	static char more[] = NODES("", "  c[1-200]: {}\n  q7: {}\n  gpu: {}\n");
	static char many[] = NODES("", "  c[1-300]: {}\n  q7: {}\n");
	(void)state;
	expect_address(few, "slurmctld", ".0.2");
	expect_address(few, "login", ".0.5");
	expect_address(few, "c2", ".1.2");
	expect_address(few, "q7", ".2.7");
	expect_address(more, "c2", ".1.2");
	expect_address(more, "q7", ".2.7");
	expect_address(more, "gpu", ".3.1");
	expect_address(many, "c300", ".2.44");
	expect_address(many, "q7", ".3.7");
}

static void small_subnets_have_smaller_blocks(void **state)
{
	static char small[] = NODES(SUBNET("192.0.2.0/24"), "  c[1-2]: {}\n  q7: {}\n");
	static char fewer[] = NODES(SUBNET("192.0.2.0/24"), "  c1: {}\n  q7: {}\n");
	static char two_ways[] = NODES("", "  c[1-2]: {}\n  c[01-02]: {}\n");
	static char given[] = NODES(SUBNET("192.0.2.0/24"), "  c[1-2]: {}\n  q7:\n    address: 192.0.2.17\n");
	(void)state;
	expect_address(small, "slurmctld", "192.0.2.2");
	expect_address(small, "c1", "192.0.2.17");
	expect_address(small, "q7", "192.0.2.87");
	/* Who goes moves no other. */
	expect_address(fewer, "q7", "192.0.2.87");
	expect_address(two_ways, "c1", ".1.1");
	expect_address(two_ways, "c01", ".2.1");
	expect_address(given, "q7", "192.0.2.17");
	expect_address(given, "c1", "192.0.2.16");
	expect_address(given, "c2", "192.0.2.18");
}

static void addresses_that_lack_are_counted(void **state)
{
	static char full[] = NODES(SUBNET("192.0.2.0/27"), "  c[1-15]: {}\n");
	static char over[] = NODES(SUBNET("192.0.2.0/27"), "  c[1-30]: {}\n");
	struct compile *c;
	(void)state;
	assert_int_equal(lowered(full, &c)->networks.v[0]->short_of, 0);
	compile_free(c);
	assert_int_equal(lowered(over, &c)->networks.v[0]->short_of, 3);
	compile_free(c);
}

/* What nobody wrote stays clear of all that is written, wherever in the spec it stands. */
static void chosen_subnets_lie_apart(void **state)
{
#define TWO(subnet)                                                                                                    \
	"networks:\n  a: { type: overlay" subnet " }\n  b: { type: bridge }\nservices:\n"                              \
	"  default: { network: a }\n  login: { network: b }\n"
	static char chosen[] = NODES(TWO(""), "  c[1-2]: {}\n");
	static char same[] = NODES(TWO(", subnet: 10.99.0.0/16"), "  c[1-2]: {}\n");
	static char wide[] = NODES(TWO(", subnet: 10.64.0.0/10"), "  c[1-2]: {}\n");
	static char all[] = NODES(TWO(", subnet: 10.0.0.0/8"), "  c[1-2]: {}\n");
	static char large[] = NODES(TWO(""), "  c[1-60100]: {}\n");
	char *const specs[] = { chosen, same, wide, all, large };
	(void)state;
	for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
		struct compile *c;
		const struct model *m = lowered(specs[i], &c);
		assert_int_equal(m->networks.n, 2);
		assert_false(cidr_overlap(&m->networks.v[0]->cidr, &m->networks.v[1]->cidr));
		assert_int_equal(m->networks.v[0]->short_of + m->networks.v[1]->short_of, 0);
		compile_free(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(containers_have_no_cgroups),
		cmocka_unit_test(before_24_05_nothing_is_disabled),
		cmocka_unit_test(machines_constrain),
		cmocka_unit_test(machines_do_without_when_told),
		cmocka_unit_test(each_platform_names_its_controller),
		cmocka_unit_test(containers_claim_what_they_like_and_log_to_standard_error),
		cmocka_unit_test(mpi_starts_as_the_image_can),
		cmocka_unit_test(nodes_have_the_address_of_their_number),
		cmocka_unit_test(small_subnets_have_smaller_blocks),
		cmocka_unit_test(addresses_that_lack_are_counted),
		cmocka_unit_test(chosen_subnets_lie_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
