/* test_capture.c: what scontrol and slurmd print, as the files that would make it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/slurm/capture.h"

struct captured {
	struct arena *arena;
	struct sources sources;
	struct diags diags;
	struct slurm_files files;
	struct slurm_reader reader;
};

static const struct source *capture(struct captured *c, enum release release, const char *text)
{
	c->arena = arena_new();
	sources_init(&c->sources, c->arena);
	diags_init(&c->diags, c->arena);
	slurm_reader_init(&c->reader, c->arena, &c->sources, &c->diags, &c->files, release);
	const struct source *src = source_add(&c->sources, "captured.txt", text, strlen(text));
	slurm_read_captured(&c->reader, src);
	return src;
}

static void makes(enum release release, const char *text, enum slurm_file file, const char *expected)
{
	struct captured c = { 0 };
	struct text t;
	assert_true(slurm_captured(capture(&c, release, text)));
	text_init(&t, c.arena);
	records_print(&c.files.records, file, NULL, &t);
	assert_string_equal(t.s, expected);
	arena_free(c.arena);
}

/* As 24.11.5 prints it, shortened. */
static const char config[] = "Configuration data as of 2026-11-21T15:13:32\n"
			     "AccountingStorageTRES   = cpu,mem,energy,node,billing,fs/disk,vmem,pages,gres/gpu\n"
			     "AccountingStorageType   = accounting_storage/slurmdbd\n"
			     "AuthType                = auth/munge\n"
			     "BOOT_TIME               = 2026-11-21T15:13:29\n"
			     "CpuFreqDef              = Unknown\n"
			     "ClusterName             = lab\n"
			     "KillWait                = 45 sec\n"
			     "MaxNodeCount            = 4\n"
			     "MessageTimeout          = 20 sec\n"
			     "OverTimeLimit           = 0 min\n"
			     "PreemptMode             = REQUEUE\n"
			     "PriorityDecayHalfLife   = 14-00:00:00\n"
			     "PriorityMaxAge          = 7-00:00:00\n"
			     "ResumeRate              = 300 nodes/min\n"
			     "SlurmUser               = slurm(64030)\n"
			     "SlurmctldHost[0]        = ctl1(10.0.0.1)\n"
			     "SlurmctldHost[1]        = ctl2\n"
			     "SLURM_VERSION           = 24.11.5\n"
			     "SrunPortRange           = 0-0\n"
			     "TaskPluginParam         = (null type)\n"
			     "UnkillableStepTimeout   = 100 sec\n"
			     "\n"
			     "Cgroup Support Configuration:\n"
			     "AllowedRAMSpace         = 95.5%\n"
			     "ConstrainCores          = yes\n"
			     "\n"
			     "MPI Plugins Configuration:\n"
			     "PMIxDebug               = 0\n"
			     "PMIxTimeout             = 600\n"
			     "\n"
			     "Slurmctld(primary) at ctl1 is UP\n";

static void a_configuration(void **state)
{
	struct captured c = { 0 };
	makes(RELEASE_24_11, config, SLURM_CONF,
	      "AccountingStorageTRES=gres/gpu\nAccountingStorageType=accounting_storage/slurmdbd\nClusterName=lab\n"
	      "KillWait=45\nMessageTimeout=20\nPreemptMode=REQUEUE\nPriorityDecayHalfLife=14-00:00:00\nSlurmUser="
	      "slurm\n"
	      "SlurmctldHost=ctl1(10.0.0.1)\nSlurmctldHost=ctl2\n");
	makes(RELEASE_24_11, config, CGROUP_CONF, "AllowedRAMSpace=95.5\nConstrainCores=yes\n");
	makes(RELEASE_24_11, config, MPI_CONF, "PMIxTimeout=600\n");
	assert_int_equal(slurm_captured_release(capture(&c, RELEASE_24_11, config)), RELEASE_24_11);
	const struct entry *e = records_global(&c.files.records, SLURM_CONF, "KillWait");
	assert_string_equal(source_text(&c.sources, e->span), "45");
	assert_int_equal(source_position(c.reader.files->sources[SLURM_CONF], e->key_span.start).line, 8);
	arena_free(c.arena);
}

static void nodes_and_partitions(void **state)
{
	makes(RELEASE_24_11,
	      "NodeName=c1 Arch=x86_64 CoresPerSocket=2 \n"
	      "   CPUAlloc=2 CPUEfctv=4 CPUTot=4 CPULoad=0.10\n"
	      "   AvailableFeatures=ib,milan\n"
	      "   ActiveFeatures=ib\n"
	      "   Gres=gpu:a100:2\n"
	      "   NodeAddr=c1 NodeHostName=c1 Port=7001 Version=24.11.5\n"
	      "   OS=Linux 6.1.0-18-amd64 #1 SMP Weight=9\n" /* a word of the kernel's that looks like a key */
	      "   RealMemory=4000 AllocMem=0 FreeMem=N/A Sockets=1 Boards=1\n"
	      "   State=IDLE+CLOUD ThreadsPerCore=2 TmpDisk=0 Owner=N/A MCS_label=N/A\n"
	      "   Partitions=normal \n"
	      "   CfgTRES=cpu=4,mem=4000M,billing=4\n"
	      "\n"
	      "PartitionName=normal\n"
	      "   AllowGroups=ALL AllowAccounts=a,b AllowQos=ALL\n"
	      "   AllocNodes=ALL Default=YES QoS=N/A\n"
	      "   DefaultTime=NONE DisableRootJobs=NO ExclusiveUser=NO GraceTime=0 Hidden=NO\n"
	      "   MaxNodes=UNLIMITED MaxTime=2-00:00:00 MinNodes=0 LLN=NO MaxCPUsPerNode=UNLIMITED\n"
	      "   Nodes=c1\n"
	      "   PriorityJobFactor=1 PriorityTier=10 OverSubscribe=YES:2\n"
	      "   OverTimeLimit=NONE PreemptMode=OFF\n"
	      "   State=UP TotalCPUs=4 TotalNodes=1 SelectTypeParameters=NONE\n"
	      "   DefMemPerNode=UNLIMITED MaxMemPerNode=UNLIMITED\n",
	      SLURM_CONF,
	      "NodeName=c1 CoresPerSocket=2 CPUs=4 Features=ib,milan Gres=gpu:a100:2 Port=7001 "
	      "RealMemory=4000 Sockets=1 "
	      "State=CLOUD ThreadsPerCore=2\n"
	      "\nPartitionName=normal AllowAccounts=a,b Default=YES MaxTime=2-00:00:00 Nodes=c1 PriorityTier=10 "
	      "OverSubscribe=YES:2\n");
	/* scontrol -o */
	makes(RELEASE_24_11, "NodeName=c1 CoresPerSocket=1 CPUAlloc=0 CPUTot=4 Weight=3\n", SLURM_CONF,
	      "NodeName=c1 CPUs=4 Weight=3\n");
}

static void hardware(void **state)
{
	makes(RELEASE_24_11,
	      "slurmd: hwloc: something\n"
	      "NodeName=n1 CPUs=4 Boards=1 SocketsPerBoard=1 CoresPerSocket=2 ThreadsPerCore=2 "
	      "RealMemory=7900\nUpTime=0-06:28:55\n"
	      "NodeName=n2 CPUs=2 Boards=1 SocketsPerBoard=2 CoresPerSocket=1 ThreadsPerCore=1 "
	      "RealMemory=7900\nUpTime=0-06:28:55\n",
	      SLURM_CONF,
	      "NodeName=n1 CPUs=4 CoresPerSocket=2 ThreadsPerCore=2 RealMemory=7900\n"
	      "NodeName=n2 CPUs=2 SocketsPerBoard=2 RealMemory=7900\n");
}

static void what_is_not_captured(void **state)
{
	static const char *const files[] = {
		"", "\n\n", "ClusterName=lab\nNodeName=c1 CPUs=2\nPartitionName=p Nodes=c1 AllowGroups=a\n",
		"hpcc: 1\ncluster: lab\n"
	};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct captured c = { 0 };
		assert_false(slurm_captured(capture(&c, RELEASE_24_11, files[i])));
		arena_free(c.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_configuration),
		cmocka_unit_test(nodes_and_partitions),
		cmocka_unit_test(hardware),
		cmocka_unit_test(what_is_not_captured),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
