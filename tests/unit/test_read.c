/*
 * test_read.c: Slurm's grammar, line by line.
 *
 * Each case is a text and what comes of it: its records, one a line, as key=value with (inherited) in parentheses, and
 * its findings as rule:line:column.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/slurm/read.h"

struct folder {
	struct sources *sources;
	const char *name, *bytes; /* the one file that can be included */
};

static const struct source *include(void *ctx, const char *path, const char **ret_error)
{
	struct folder *f = ctx;
	*ret_error = "no such file or directory";
	return f->name && strcmp(path, f->name) == 0 ? source_add(f->sources, path, f->bytes, strlen(f->bytes)) : NULL;
}

static void print_record(const struct record *rec, struct text *t)
{
	for (size_t i = 0; i < rec->entries.n; i++) {
		const struct entry *e = &rec->entries.v[i];
		text_addf(t, "%s%s%s=%s%s", i ? " " : "", e->inherited ? "(" : "", e->fact->key, e->value,
			  e->inherited ? ")" : "");
	}
	text_addc(t, '\n');
}

static void read_text(enum slurm_file file, const char *bytes, size_t size, struct folder *folder, const char *records,
		      const char *findings)
{
	struct arena *a = arena_new();
	struct sources s;
	struct diags d;
	struct slurm_files files = { .beside = NULL };
	struct slurm_reader r;
	struct text t;
	sources_init(&s, a);
	diags_init(&d, a);
	slurm_reader_init(&r, a, &s, &d, &files, RELEASE_24_11);
	folder->sources = &s;
	r.include = include;
	r.ctx = folder;
	slurm_read(&r, file, source_add(&s, "slurm.conf", bytes, size));
	text_init(&t, a);
	for (size_t i = 0; i < files.records.files[file].n; i++)
		print_record(files.records.files[file].v[i], &t);
	assert_string_equal(t.s, records);
	diags_sort(&d);
	text_init(&t, a);
	for (size_t i = 0; i < d.list.n; i++) {
		const struct diag *x = d.list.v[i];
		struct position at = source_position(source_of(&s, x->span), x->span.start);
		text_addf(&t, "%s%s:%u:%u", i ? " " : "", x->rule, at.line, at.column);
	}
	assert_string_equal(t.s, findings);
	arena_free(a);
}

#define READS(text, records, findings)                                                                                 \
	read_text(SLURM_CONF, text, sizeof(text) - 1, &(struct folder){ .name = NULL }, records, findings)

static void keys_and_values(void **state)
{
	READS("ClusterName=lab\n", "ClusterName=lab\n", "");
	READS("clustername=Lab", "ClusterName=Lab\n", ""); /* no line break at the end */
	READS("\t ClusterName \t=  lab  \r\n", "ClusterName=lab\n", "");
	READS("ClusterName=\"a b\"\n", "ClusterName=a b\n", "");
	READS("ClusterName=\"\"\n", "ClusterName=\n", "");
	READS("ClusterName=a=b\n", "ClusterName=a=b\n", "");
	READS("", "", "");
	READS("\n  \n\t\n", "", "");
}

static void quotes(void **state)
{
	READS("ClusterName=\"ab\n", "ClusterName=\"ab\n", "slurm-misread:1:13");
	READS("ClusterName=\"a\"b\n", "ClusterName=\"a\"b\n", "slurm-misread:1:13");
	READS("ClusterName='lab'\n", "ClusterName='lab'\n", "slurm-misread:1:13");
	READS("ClusterName=\"a b\"c\n", "ClusterName=\"a\n", "slurm-misread:1:13 slurm-syntax:1:16");
}

static void comments(void **state)
{
	READS("# ClusterName=lab\n", "", "");
	READS("ClusterName=lab# x\n", "ClusterName=lab\n", "");
	READS("ClusterName=l\\#b # x\n", "ClusterName=l#b\n", "");
	READS("ClusterName=l\\\\# x\n", "ClusterName=l\\\n", ""); /* two backslashes escape each other */
	READS("NodeName=c1 Reason=\"a # b\" CPUs=2\n", "NodeName=c1 Reason=\"a\n",
	      "slurm-misread:1:23");
}

static void continuation(void **state)
{
	READS("NodeName=c1 \\\n CPUs=2\\\n Weight=3\n", "NodeName=c1 CPUs=2 Weight=3\n", "");
	READS("NodeName=c1 \\  \r\nCPUs=2\n", "NodeName=c1 CPUs=2\n", ""); /* blanks behind the backslash */
	READS("NodeName=c1 \\ # why\nCPUs=2\n", "NodeName=c1 CPUs=2\n", "");
	READS("Cluster\\\nName=lab\n", "ClusterName=lab\n", "");
	READS("ClusterName=lab \\\nKillWait=5\n", "ClusterName=lab\nKillWait=5\n", "slurm-syntax:2:1");
	READS("ClusterName=lab \\", "ClusterName=lab\n", "slurm-misread:1:17");
	READS("ClusterName=l\\ab\n", "ClusterName=lab\n", "slurm-misread:1:14");
	/* places behind a join are those of the file */
	READS("NodeName=c1 \\\n  Foo=2\n", "NodeName=c1\n", "unknown-slurm-key:2:3");
}

static void broken_lines(void **state)
{
	READS("ReturnToService 2\n", "", "slurm-syntax:1:1");
	READS("Licenses=\nKillWait=5\n", "KillWait=5\n", "slurm-syntax:1:1");
	READS("Licenses=   # none\n", "", "slurm-syntax:1:1");
	READS("KillWait=5 MessageTimeout=20\n", "KillWait=5\nMessageTimeout=20\n", "slurm-syntax:1:12");
	READS("NodeName=c1 CPUs=2 down\n", "NodeName=c1 CPUs=2\n", "slurm-syntax:1:20");
	READS("NodeName=c1 KillWait=5 Weight=2\n", "NodeName=c1 Weight=2\n", "unknown-slurm-key:1:13");
	READS("FooBar=1\n", "", "unknown-slurm-key:1:1");
	READS("\xEF\xBB\xBF"
	      "ClusterName=lab\n",
	      "ClusterName=lab\n", "slurm-syntax:1:1");
	READS("ClusterName=l\0b\n", "", "slurm-syntax:1:14");
	READS("\xFF\xFE"
	      "C\0l\0",
	      "", "slurm-syntax:1:4");
	READS("SlurmUser+=slurm\n", "SlurmUser=slurm\n", "slurm-misread:1:10");
	READS("# f\xFCr alle\nClusterName=lab\n", "ClusterName=lab\n", ""); /* Latin-1 in a comment */
}

static void twice(void **state)
{
	READS("KillWait=5\nKillWait=6\n", "KillWait=6\n", "slurm-key-twice:2:1");
	READS("SlurmctldHost=a\nSlurmctldHost=b\n", "SlurmctldHost=a\nSlurmctldHost=b\n", "");
	READS("NodeName=c1 CPUs=2 cpus=3\n", "NodeName=c1 CPUs=3\n", "slurm-key-twice:1:20");
	READS("NodeName=c1 CPUs=2 Procs=3\n", "NodeName=c1 CPUs=2\n", "slurm-key-twice:1:20"); /* the new name counts */
	READS("NodeName=c1 Procs=3\n", "NodeName=c1 CPUs=3\n", "");
}

static void defaults(void **state)
{
	READS("NodeName=DEFAULT CPUs=2 Weight=1\nNodeName=c1 Weight=5\n",
	      "NodeName=DEFAULT CPUs=2 Weight=1\nNodeName=c1 Weight=5 (CPUs=2)\n", "");
	/* laid over each other; nothing flows back */
	READS("NodeName=c0\nNodeName=default CPUs=2\nNodeName=DEFAULT Weight=7\nNodeName=c1\n",
	      "NodeName=c0\nNodeName=default CPUs=2\nNodeName=DEFAULT Weight=7\nNodeName=c1 (Weight=7) (CPUs=2)\n", "");
	READS("PartitionName=DEFAULT MaxTime=5\nNodeName=c1\nPartitionName=p Nodes=c1\n",
	      "PartitionName=DEFAULT MaxTime=5\nNodeName=c1\nPartitionName=p Nodes=c1 (MaxTime=5)\n", "");
	/* a node set has none */
	READS("NodeSet=DEFAULT Nodes=c1\nNodeSet=s Feature=x\n", "NodeSet=DEFAULT Nodes=c1\nNodeSet=s Feature=x\n", "");
}

static void includes(void **state)
{
	struct folder f = { .name = "more.conf", .bytes = "KillWait=5\n" },
		      c = { .name = "lab.conf", .bytes = "KillWait=5\n" };
	struct folder itself = { .name = "slurm.conf", .bytes = "KillWait=5\n" };
	static const char plain[] = "ClusterName=Lab\ninclude more.conf # x\n",
			  named[] = "ClusterName=Lab\nInclude %c.conf\n",
			  early[] = "Include %c.conf\nClusterName=Lab\n", unended[] = "Include more.conf",
			  indented[] = " Include more.conf\n", loop[] = "Include slurm.conf\n",
			  missing[] = "Include x.conf\n", two[] = "Include more.conf KillWait=6\n",
			  pattern[] = "Include *.conf\n", hash[] = "Include more.conf#x\n";
	read_text(SLURM_CONF, plain, sizeof(plain) - 1, &f, "ClusterName=Lab\nKillWait=5\n", "");
	read_text(SLURM_CONF, named, sizeof(named) - 1, &c, "ClusterName=Lab\nKillWait=5\n", "");
	read_text(SLURM_CONF, early, sizeof(early) - 1, &c, "ClusterName=Lab\n", "slurm-include:1:9");
	read_text(SLURM_CONF, unended, sizeof(unended) - 1, &f, "KillWait=5\n", "slurm-include:1:9");
	read_text(SLURM_CONF, hash, sizeof(hash) - 1, &f, "KillWait=5\n", "slurm-include:1:9");
	read_text(SLURM_CONF, indented, sizeof(indented) - 1, &f, "", "slurm-include:1:2");
	read_text(SLURM_CONF, loop, sizeof(loop) - 1, &itself, "", "slurm-include:1:9");
	read_text(SLURM_CONF, missing, sizeof(missing) - 1, &f, "", "slurm-include:1:9");
	read_text(SLURM_CONF, pattern, sizeof(pattern) - 1, &f, "", "slurm-include:1:9");
	read_text(SLURM_CONF, two, sizeof(two) - 1, &f, "KillWait=6\n", "slurm-syntax:1:19 slurm-key-twice:1:19");
	/* not an Include: no blank behind it */
	READS("IncludeX=1\n", "", "unknown-slurm-key:1:1");
}

static void other_files(void **state)
{
	static const char gres[] =
		"AutoDetect=nvml\nNodeName=c1 Name=gpu File=/dev/nvidia[0-1]\nName=gpu Type=a100 Count=2\n";
	static const char cgroup[] = "ConstrainCores=yes\n";
	struct folder none = { .name = NULL };
	read_text(GRES_CONF, gres, sizeof(gres) - 1, &none,
		  "AutoDetect=nvml\nNodeName=c1 Name=gpu File=/dev/nvidia[0-1]\nName=gpu Type=a100 Count=2\n", "");
	read_text(CGROUP_CONF, cgroup, sizeof(cgroup) - 1, &none, "ConstrainCores=yes\n", "");
}

static void files_by_name(void **state)
{
	static const struct {
		const char *path;
		enum slurm_file file;
	} names[] = {
		{ "slurm.conf", SLURM_CONF },	      { "/etc/slurm/slurmdbd.conf", SLURMDBD_CONF },
		{ "lab-slurm.conf.bak", SLURM_CONF }, { "gres.conf", GRES_CONF },
		{ "SLURM.CONF", SLURM_CONF },	      { "slurm-24.11/gres.txt", GRES_CONF },
		{ "topology.conf", TOPOLOGY_CONF },   { "topology.yaml", TOPOLOGY_YAML },
		{ "namespace.yaml", NAMESPACE_YAML },
		{ "lab.yaml", SLURM_FILE_COUNT },     { "slurm.d/lab.txt", SLURM_FILE_COUNT },
		{ "myslurm", SLURM_FILE_COUNT },
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(slurm_file_of(names[i].path), names[i].file);
}

/* Deep includes and long lines end. */
static void limits(void **state)
{
	static char deep[] = "Include more.conf\n";
	enum { SIZE = 1 << 20 };
	static char line[SIZE + 32];
	struct folder f = { .name = "more.conf", .bytes = deep };
	read_text(SLURM_CONF, deep, sizeof(deep) - 1, &f, "", "slurm-include:1:9");
	memcpy(line, "ClusterName=", 12);
	memset(line + 12, 'x', SIZE);
	line[12 + SIZE] = '\0';
	char *records = test_malloc(SIZE + 32);
	snprintf(records, SIZE + 32, "%s\n", line);
	read_text(SLURM_CONF, line, 12 + SIZE, &f, records, "");
	test_free(records);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_and_values), cmocka_unit_test(quotes),	   cmocka_unit_test(comments),
		cmocka_unit_test(continuation),	   cmocka_unit_test(broken_lines), cmocka_unit_test(twice),
		cmocka_unit_test(defaults),	   cmocka_unit_test(includes),	   cmocka_unit_test(other_files),
		cmocka_unit_test(files_by_name),   cmocka_unit_test(limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
