/* test_platform.c: a platform's facts reach slurm.conf and cgroup.conf: the model is not shaped for one kind of target. */
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
	"hpcc: 1\ncluster: t\nslurm:\n  version: " version "\n" more                                                  \
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
	expect(s, &platform_container, CONF, "TaskPlugin=task/affinity", true);
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

static void each_platform_has_its_head(void **state)
{
	static char s[] = SPEC("24.11", "");
	(void)state;
	expect(s, &platform_machine, CONF, "SlurmctldHost=head", true);
	expect(s, &platform_container, CONF, "SlurmctldHost=localhost", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(containers_have_no_cgroups),	   cmocka_unit_test(before_24_05_nothing_is_disabled),
		cmocka_unit_test(machines_constrain),		   cmocka_unit_test(machines_do_without_when_told),
		cmocka_unit_test(each_platform_has_its_head),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
