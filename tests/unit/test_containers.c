/* test_containers.c: rules over containers where a page of compiler/rules has room for one case only: what each says of
 * others, and what it lets pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "compiler/compile.h"

#define HEAD	   "hpcc: 1\ncluster: t\nslurm:\n  version: 24.11\n"
#define NODES	   "nodes:\n  c[1-4]:\n    cpus: 2\n    memory: 1G\n"
#define ALL	   "partitions:\n  p:\n    nodes: ALL\n    default: true\n"
#define SPEC(more) HEAD NODES ALL more
/* With a line more for the nodes. */
#define NODE(line, more) HEAD NODES "    " line "\n" ALL more
#define NET(subnet)	 "networks:\n  n:\n    type: bridge\n    subnet: " subnet "\n"
#define ON_NET		 "services:\n  slurmd:\n    network: n\n"

struct expected {
	const char *spec;
	const char *rule; /* NULL: no finding at all, of any rule; "!NAME": none of that rule */
	const char *says; /* part of its message, or of its help */
	size_t count;	  /* findings of the rule; 0: one */
};

static const char *reader(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error)
{
	(void)path;
	*ret_size = strlen(ctx);
	return arena_strdup(a, ctx);
}

static bool fulfils(const struct compile *c, const struct expected *x)
{
	size_t n = 0;
	bool said = false;
	for (size_t i = 0; i < c->diags.list.n; i++) {
		const struct diag *d = c->diags.list.v[i];
		if (x->rule && strcmp(d->rule, x->rule + (*x->rule == '!')) != 0)
			continue;
		n++;
		said = said || (x->says && (strstr(d->message, x->says) || (d->help && strstr(d->help, x->says))));
	}
	bool none = !x->rule || *x->rule == '!';
	return none ? n == 0 : said && n == (x->count ? x->count : 1);
}

static void check_all_on(const char *target, const struct expected *cases, size_t n)
{
	size_t wrong = 0;
	for (size_t i = 0; i < n; i++) {
		struct compile *c = compile_new(reader, (void *)(uintptr_t)cases[i].spec);
		compile_spec(c, "t.yaml", NULL, 0);
		compile_target(c, target);
		compile_finish(c);
		if (!fulfils(c, &cases[i])) {
			wrong++;
			print_error("case %zu, expected %s: %s\n%s", i, cases[i].rule ? cases[i].rule : "nothing",
				    cases[i].says ? cases[i].says : "", cases[i].spec);
			for (size_t j = 0; j < c->diags.list.n; j++)
				print_error("  %s [%s]\n", c->diags.list.v[j]->message, c->diags.list.v[j]->rule);
		}
		compile_free(c);
	}
	assert_int_equal(wrong, 0);
}
#define CHECK_ALL_ON(target, cases) check_all_on((target), (cases), sizeof(cases) / sizeof((cases)[0]))
#define CHECK_ALL(cases)	    CHECK_ALL_ON("compose", cases)

static void hosts(void **state)
{
	static const struct expected cases[] = {
		{ SPEC(""), NULL },
		/* One host, named everywhere or by some. */
		{ SPEC("hosts:\n  pc:\n    memory: 64G\nservices:\n  default:\n    host: pc\n"), NULL },
		{ NODE("host: pc\n    port: \"[7001-7004]\"",
		       "hosts:\n  pc: {}\nservices:\n  default:\n    host: pc\n"),
		  NULL },
		/* A host with a node's name carries that node, and the others are elsewhere. */
		{ SPEC("hosts:\n  c1: {}\n"), "flow-blocked", "host 'localhost' has no address", 2 },
		/* What `expand` writes. */
		{ NODE("host: c[1-4]", ""), NULL },
		/* A server for files is not where containers are. */
		{ SPEC("hosts:\n  nas:\n    address: 10.9.9.9\nstorage:\n  d:\n    type: nfs\n    server:\n      host: "
		       "nas\n"
		       "    export: /x\n    mount: /d\n"),
		  NULL },
	};
	(void)state;
	CHECK_ALL(cases);
}

static void memory(void **state)
{
#define PC(memory, more) "hosts:\n  pc:\n    memory: " memory "\nservices:\n  default:\n    host: pc\n" more
	static const struct expected cases[] = {
		{ SPEC(PC("5G", "")), NULL }, /* 4 x 1280M */
		{ SPEC(PC("5119M", "")), "memory-over-machine", "the 4 containers of host 'pc' may use 5G" },
		{ SPEC(PC("8G", "  slurmctld:\n    memory: 4G\n")), "memory-over-machine", "the 5 containers" },
		/* Of nodes alone another rule speaks. */
		{ NODE("host: pc\n    port: \"[7001-7004]\"", PC("2G", "")), "memory-over-host", "4 nodes" },
		{ SPEC("services:\n  slurmd:\n    memory: 1G\n"), NULL },
		{ SPEC("services:\n  slurmd:\n    memory: 1023M\n"), "memory-below-node", "may use 1023M" },
		/* More than can be counted. */
		{ HEAD "nodes:\n  c[1-60000]:\n    cpus: 1\n    memory: 1000T\n" ALL PC("8G", ""),
		  "memory-over-machine", "60000 containers" },
	};
	(void)state;
	CHECK_ALL(cases);
}

static void networks(void **state)
{
	static const struct expected cases[] = {
		{ SPEC(ON_NET NET("10.1.0.0/24")), NULL },
		{ SPEC(ON_NET NET("\"fd00::/64\"")), "subnet-unfit", "IPv6" },
		{ SPEC(ON_NET NET("127.1.0.0/16")), "subnet-unfit", "no container can have" },
		{ SPEC(ON_NET NET("0.0.0.0/0")), "subnet-unfit", "no container can have" },
		{ SPEC(ON_NET NET("10.1.0.7/32")), "subnet-unfit", "6 addresses are missing" },
		{ HEAD "nodes:\n  c[1-1021]:\n    cpus: 1\n    memory: 1G\n" ALL, NULL },
		{ HEAD "nodes:\n  c[1-1022]:\n    cpus: 1\n    memory: 1G\n" ALL, "bridge-full", "1024 containers" },
	};
	(void)state;
	CHECK_ALL(cases);
}

static void addresses(void **state)
{
	static const struct expected cases[] = {
		{ NODE("address: \"10.1.0.[101-104]\"", ON_NET NET("10.1.0.0/24")), NULL },
		{ NODE("address: \"10.[1-4].0.7\"", ON_NET NET("10.0.0.0/8")), NULL },
		{ SPEC("services:\n  login:\n    address: 10.9.0.4\n"), "container-address", "none is written" },
		{ NODE("address: \"10.1.0.[101-103]\"", ON_NET NET("10.1.0.0/24")), "container-address", "3 values" },
		{ NODE("address: 10.1.0.101", ON_NET NET("10.1.0.0/24")), "container-address", "1 value " },
		{ NODE("address: { spread: \"10.1.0.[101-104]\" }", ON_NET NET("10.1.0.0/24")), "container-address",
		  "spread" },
		{ NODE("address: \"10.1.0.[101-103,102]\"", ON_NET NET("10.1.0.0/24")), "container-address",
		  "10.1.0.102 is given twice" },
		{ NODE("address: \"10.1.0.[0,255,12,13]\"", ON_NET NET("10.1.0.0/24")), "container-address",
		  "10.1.0.0 cannot be", 2 },
		{ NODE("address: \"10.1.0.[254-257]\"", ON_NET NET("10.1.0.0/24")), "container-address",
		  "'10.1.0.257' is no address", 2 },
		{ NODE("address: \"10.1.[0-3].9\"", ON_NET NET("10.1.0.0/24")), "container-address",
		  "10.1.3.9 of nodes 'c[1-4]'" },
		{ SPEC("services:\n  default:\n    network: n\n    address: 10.1.0.9\n" NET("10.1.0.0/24")),
		  "container-address", "all services" },
		{ SPEC("services:\n  slurmd:\n    network: n\n    address: 10.1.0.9\n" NET("10.1.0.0/24")),
		  "container-address", "all nodes" },
		{ NODE("address: \"10.1.0.[1-4]\"", ON_NET "  login:\n    address: 10.1.0.2\n" NET("10.1.0.0/24")),
		  "container-address", "10.1.0.2 is given twice", 2 },
	};
	(void)state;
	CHECK_ALL(cases);
}

/* Two hosts with two nodes each, all services on the first, and a directory that all share. */
#define TWO                                                                                                            \
	"hosts:\n  a:\n    address: 10.9.0.1\n  b:\n    address: 10.9.0.2\n"                                           \
	"nodes:\n  c[1-2]:\n    host: a\n    cpus: 1\n    memory: 1G\n"                                                \
	"  c[3-4]:\n    host: b\n    cpus: 1\n    memory: 1G\n" SHARE
#define SHARE	   "storage:\n  home:\n    type: nfs\n    server: 10.9.9.9\n    export: /x\n    mount: /home\n"
#define NETS(more) "networks:\n  in:\n    type: bridge\n  lan:\n    type: host\n" more
#define HYBRID(more)                                                                                                   \
	TWO ALL NETS("") "services:\n  default:\n    host: a\n    network: in\n  slurmd:\n    network: lan\n" more
#define LOGIN_ON_LAN	      "  login:\n    network: lan\n"
#define ONE(type, keys, more) HEAD ON_ONE(type, keys, more)
#define ON_ONE(type, keys, more)                                                                                       \
	TWO ALL "networks:\n  n:\n    type: " type "\n" keys "services:\n  default:\n    host: a\n    network: "       \
		"n\n" more
#define SRUN "  ports:\n    srun: 60001-60100\n"

#define TWO_AND_Z                                                                                                      \
	"hosts:\n  a:\n    address: 10.9.0.1\n  z:\n    address: 10.9.0.3\n"                                           \
	"nodes:\n  c[1-2]:\n    host: a\n    cpus: 1\n    memory: 1G\n" SHARE ALL NETS(                                \
		"") "services:\n  default:\n    host: a\n    network: in\n  slurmd:\n    network: lan\n  login:\n    " \
		    "host: z\n"

static void flows(void **state)
{
#define MAC(type, more)                                                                                                \
	HEAD "hosts:\n  a:\n    address: 10.9.0.1\n  b:\n    address: 10.9.0.2\n    os: macos\nnodes:\n  c1:\n    "    \
	     "host: b\n    cpus: 1\n    memory: 1G\n" ALL SHARE "networks:\n  n:\n    type: " type                     \
	     "\nservices:\n  default:\n    host: a\n    network: n\n" more
	static const struct expected cases[] = {
		{ HEAD HYBRID(LOGIN_ON_LAN), NULL },
		{ HEAD HYBRID(""), "flow-blocked", "slurmstepd of nodes 'c[3-4]' cannot reach srun of login" },
		/* A host reaches what is on its own bridge. */
		{ HEAD "hosts:\n  a:\n    address: 10.9.0.1\n" NODES
		       "    host: a\n" ALL NETS("") "services:\n  default:\n    host: a\n    network: in\n  slurmd:\n  "
						    "  network: lan\nmpi: openmpi\n",
		  NULL },
		/* Published, the range is login's alone on its host. */
		{ HEAD SRUN HYBRID(""), "host-port-twice", "srun of 'login'" },
		{ HEAD SRUN TWO_AND_Z, NULL },
		/* mpirun in an salloc is the one thing that is lost. */
		{ HEAD SRUN HYBRID("mpi: openmpi\n"), "flow-blocked", "MPI's launcher" },
		{ ONE("host", "", ""), NULL },
		{ ONE("overlay", "", ""), NULL },
		{ ONE("bridge", "", ""), "flow-blocked", "cannot reach srun of login" },
		/* Where one cannot have the hosts' own, each srun may be published. */
		{ ONE("published", "", ""), "flow-blocked", "`slurm.ports.srun: 60001-60100`" },
		{ MAC("bridge", ""), "flow-blocked", "take a network of `type: published`, and publish srun's" },
		{ MAC("published", "mpi: openmpi\n"), "flow-blocked", "`slurm.ports.srun: 60001-60100`, with no more" },
		/* A network that cannot be read is none that anything is said of. */
		{ ONE("overlay", "    mtu: 400\n", ""), "!flow-blocked" },
		{ ONE("host", "    mtu: 400\n", ""), "!host-port-twice" },
		{ ONE("bridge", "    mtu: 400\n", "  login:\n    address: 10.0.0.9\n"), "!container-address" },
		{ ONE("published", "", ""), "flow-blocked", "cannot reach srun of login" },
		{ HEAD TWO ALL "services:\n  default:\n    host: a\n", "flow-blocked", "network 'cluster' (bridge)" },
		{ HEAD "hosts:\n  a:\n    address: 10.9.0.1\n  b[1-2]: {}\nnodes:\n  c[1-2]:\n    host: b[1-2]\n    "
		       "cpus: 1\n    memory: 1G\n" ALL SHARE
		       "networks:\n  n:\n    type: host\nservices:\n  default:\n    host: a\n    network: n\n",
		  "host-without-address", "host 'b1' has no address" },
		/* Of one that is written, and wrong, other rules speak. */
		{ HEAD "hosts:\n  a:\n    address: 10.9.0.1\n  b[1-3]:\n    address: 10.9.0.[2-3]\nnodes:\n  c[1-3]:\n"
		       "    host: b[1-3]\n    cpus: 1\n    memory: 1G\n" ALL SHARE
		       "networks:\n  n:\n    type: host\nservices:\n  default:\n    host: a\n    network: n\n",
		  "!host-without-address" },
		{ HEAD "hosts:\n  a:\n    address: 10.9.0.1\n  b[1-3]:\n    address: 10.9.0.900\nnodes:\n  c[1-3]:\n"
		       "    host: b[1-3]\n    cpus: 1\n    memory: 1G\n" ALL SHARE
		       "networks:\n  n:\n    type: host\nservices:\n  default:\n    host: a\n    network: n\n",
		  "!host-without-address" },
		/* A host that nobody dials needs none. */
		{ HEAD "hosts:\n  a:\n    address: 10.9.0.1\n  b: {}\nnodes:\n  c1:\n    host: a\n    cpus: 1\n    "
		       "memory: 1G\n" ALL "networks:\n  n:\n    type: host\nservices:\n  default:\n    host: a\n    "
		       "network: n\n  login:\n    host: "
		       "a\n",
		  "!flow-blocked" },
	};
	(void)state;
	CHECK_ALL(cases);
}

static void outside(void **state)
{
#define AT(address, more)                                                                                              \
	HEAD "hosts:\n  a:\n    address: " address "\nnodes:\n  c[1-2]:\n    host: a\n    cpus: 1\n    "               \
	     "memory: 1G\n" ALL "services:\n  default:\n    host: a\n    network: n\n" more
	static const struct expected cases[] = {
		/* Containers of one host among themselves. */
		{ AT("a.lab", "networks:\n  n:\n    type: bridge\n"), NULL },
		{ AT("a.lab", "networks:\n  n:\n    type: host\n"), "host-address-unfit", "'a.lab' is a name" },
		{ AT("\"fd00::1\"", "networks:\n  n:\n    type: bridge\n"), NULL },
		{ AT("\"fd00::1\"", "networks:\n  n:\n    type: host\n"), "host-address-unfit", "of IPv6" },
		{ AT("10.1.0.9", "networks:\n  n:\n    type: host\n    subnet: \"fd00::/64\"\n"),
		  "!host-address-unfit" },
		/* Of the network that its own places are on, and of another. */
		{ ONE("host", "    subnet: 10.9.0.0/31\n", ""), "address-outside-subnet",
		  "10.9.0.2 lies outside of network 'n'" },
		{ ONE("host", "    subnet: 10.9.0.0/30\n", ""), "!address-outside-subnet" },
		/* Too far from each other for a subnet that holds both. */
		{ HEAD "hosts:\n  a:\n    address: 10.9.0.1\n  b:\n    address: 192.168.0.2\nnodes:\n  c[1-2]:\n    "
		       "host: [a, b]\n    "
		       "cpus: 1\n    memory: 1G\n" ALL SHARE
		       "networks:\n  n:\n    type: host\n    subnet: \"fd00::/64\"\nservices:\n  "
		       "default:\n    host: a\n    network: n\nmpi: openmpi\n",
		  "mpi-no-subnet", "in place of fd00::/64" },
		{ AT("10.1.0.9", NET("10.1.0.0/16")), "subnet-over-hosts", "10.1.0.9 of host 'a'" },
		{ AT("10.2.0.9", NET("10.1.0.0/16")), NULL },
		/* The second of two has a fixed subnet that hpcc took. */
		{ AT("10.138.0.7",
		     "  login:\n    network: m\nnetworks:\n  n:\n    type: bridge\n  m:\n    type: bridge\n"),
		  "subnet-over-hosts", "by itself 10." },
		{ AT("10.2.0.9", NET("10.1.0.0/16") "storage:\n  s:\n    type: nfs\n    server: 10.1.9.9\n    export: "
						    "/x\n    mount: /x\n"),
		  "subnet-over-hosts", "10.1.9.9 of the server of storage 's'" },
		{ AT("10.2.0.9", NET("10.1.0.0/16") "accounting:\n  external:\n    host: 10.1.9.8\n"),
		  "subnet-over-hosts", "10.1.9.8 of slurmdbd" },
	};
	(void)state;
	CHECK_ALL(cases);
}

static void kinds(void **state)
{
#define MACVLAN(keys) ONE("macvlan", "    subnet: 10.9.0.0/24\n    interface: eth0\n" keys, "")
	static const struct expected cases[] = {
		{ MACVLAN("    range: 10.9.0.192/27\n"), NULL },
		{ MACVLAN(""), "macvlan-incomplete", "'range'" },
		{ ONE("macvlan", "", ""), "macvlan-incomplete", "'subnet'", 2 },
		{ MACVLAN("    range: 10.0.0.0/8\n"), "outside-network", "10.0.0.0/8" },
		{ MACVLAN("    range: 10.9.0.192/27\n    gateway: 10.9.1.1\n"), "outside-network", "gateway 10.9.1.1" },
		{ MACVLAN("    range: 10.9.0.0/30\n"), "subnet-unfit", "10.9.0.0/30 is too small" },
		{ ONE("macvlan", "    subnet: 10.9.0.0/24\n    interface: eth0\n    range: 10.9.0.192/27\n",
		      "  login:\n    address: 10.9.0.2\n"),
		  "container-address", "10.9.0.2 of service 'login' is a host's" },
		{ ONE("macvlan", "    subnet: 10.9.0.0/24\n    interface: eth0\n    range: 10.9.0.192/27\n",
		      "  login:\n    publish: [\"80:80\"]\n"),
		  "host-network-key", "'publish'" },
		{ ONE("host", "    mtu: 9000\n", ""), NULL },
		{ ONE("host", "    encrypted: false\n", ""), NULL },
		{ ONE("host", "    subnet: 10.9.0.0/24\n", "  login:\n    address: 10.9.0.7\n"), "host-network-key",
		  "where a service has its host's" },
		{ ONE("host", "", "  login:\n    publish: [\"80:80\"]\n"), "host-network-key", "'publish'" },
		{ ONE("overlay", "    interface: eth0\n    gateway: 10.0.0.1\n", ""), "network-key-ignored",
		  "'interface'", 2 },
		{ ONE("bridge", "    encrypted: true\n", ""), "network-key-ignored", "'encrypted'" },
		{ ONE("overlay", "    mtu: 1451\n", ""), "overlay-mtu", "1451" },
		{ ONE("overlay", "    mtu: 1450\n", ""), NULL },
		{ ONE("overlay", "    mtu: 1450\n    encrypted: true\n", ""), "overlay-mtu", "encryption 30" },
	};
	(void)state;
	CHECK_ALL(cases);
}

static void several_hosts(void **state)
{
#define PIS(hosts, a, b)                                                                                               \
	HEAD "hardware:\n  pi:\n    arch: arm64\n  pc:\n    arch: amd64\nhosts:\n" hosts                               \
	     "nodes:\n  c1:\n    host: a\n    "                                                                        \
	     "hardware: " a "\n    cpus: 1\n    memory: 1G\n  c2:\n    host: a\n    hardware: " b                      \
	     "\n    cpus: 1\n    memory: 1G\n" ALL "images:\n  slurm:\n    image: own:1\n    arch: [amd64]\n"          \
	     "services:\n  default:\n    host: a\n"
	static const struct expected cases[] = {
		/* A host is of its nodes' kind where it does not say its own, and they agree. */
		{ PIS("  a: {}\n", "pi", "pi"), "image-lacks-arch", "host 'a' is of arm64" },
		{ PIS("  a:\n    hardware: pi\n", "pc", "pc"), "image-lacks-arch", "host 'a' is of arm64" },
		{ PIS("  a:\n    arch: amd64\n", "pi", "pi"), "!image-lacks-arch" },
		{ PIS("  a: {}\n", "pi", "pc"), "!image-lacks-arch" },
		/* Each of two hosts may publish the same port. */
		{ HEAD HYBRID(
			  LOGIN_ON_LAN
			  "  slurmctld:\n    publish: [\"80:80\"]\n  slurmdbd:\n    host: b\n    publish: [\"80:80\"]\n"
			  "accounting: {}\n"),
		  "!publish-twice" },
		{ HEAD HYBRID(LOGIN_ON_LAN
			      "  slurmctld:\n    publish: [\"80:80\"]\n  slurmdbd:\n    publish: [\"80:80\"]\n"
			      "accounting: {}\n"),
		  "publish-twice", "port 80 of host 'a'" },
		/* What hpcc would publish itself. */
		{ HEAD HYBRID(LOGIN_ON_LAN "  slurmctld:\n    publish: [\"6817:6817\"]\n"), NULL },
		{ HEAD HYBRID(LOGIN_ON_LAN "  slurmctld:\n    publish: [\"6818:80\"]\n"), "host-port-twice",
		  "port 6818 of host 'a'" },
		{ HEAD HYBRID(LOGIN_ON_LAN "  slurmctld:\n    publish: [\"22:22\"]\n"), "host-port-twice",
		  "sshd of the host itself" },
		{ HEAD "  ports:\n    slurmctld: 6828\n" HYBRID(LOGIN_ON_LAN), "host-port-twice",
		  "slurmd of 'c2' and by slurmctld" },
		{ HEAD "  ports:\n    slurmctld: 6838\n" HYBRID(LOGIN_ON_LAN), NULL },
		{ HEAD "  ports:\n    slurmctld: 22022\n" ON_ONE("host", "", ""), "host-port-twice",
		  "sshd of 'login'" },
		/* Each srun takes what is free, unless one has it all. */
		{ HEAD SRUN ON_ONE("host", "", ""), NULL },
		{ HEAD SRUN ON_ONE("published", "", ""), "host-port-twice", "port 60001 of host 'a'" },
		{ HEAD SRUN TWO ALL "networks:\n  n:\n    type: published\n  lan:\n    type: host\n"
				    "services:\n  default:\n    host: a\n    network: lan\n  login:\n    network: n\n",
		  "host-port-twice", "srun of 'login'" },
		{ ONE("host", "", "  slurmctld:\n    host: [a, b]\n"), "one-host", "2 hosts" },
	};
	(void)state;
	CHECK_ALL(cases);
}

/* What a stack would ignore, or wait for ever for. */
static void swarm(void **state)
{
#define LABELLED(labels)                                                                                               \
	HEAD "hosts:\n  a:\n    address: 10.9.0.1\n    labels:\n      type: head\n      disk: fast\n"                  \
	     "  b:\n    address: 10.9.0.2\n    labels:\n      type: pi\n      room: \"2\"\n"                           \
	     "nodes:\n  c[1-2]:\n    host: [a, b]\n    cpus: 1\n    memory: 1G\n" ALL SHARE                            \
	     "services:\n  login:\n    labels:\n" labels
#define THIRD(line)                                                                                                    \
	HEAD "hosts:\n  a:\n    address: 10.9.0.1\n  d:\n    labels:\n      type: d\n    " line "\n"                   \
	     "nodes:\n  c1:\n    host: a\n    cpus: 1\n    memory: 1G\n" ALL                                           \
	     "storage:\n  s:\n    type: nfs\n    server: 10.9.9.9\n    export: /srv/s\n    mount: /shared\n"           \
	     "services:\n  slurmctld:\n    host: a\n  login:\n    labels:\n      type: d\n"
#define ON_SWARM(more) HEAD TWO ALL "services:\n  default:\n    host: a\n" more
	static const struct expected cases[] = {
		{ ON_SWARM(""), NULL },
		{ LABELLED("      type: head\n"), "!label-unknown" },
		{ LABELLED("      type: haed\n"), "label-unknown", "no host has the label 'type: haed'" },
		{ LABELLED("      gpu: yes\n"), "label-unknown", "'gpu: yes'" },
		{ LABELLED("      disk: fast\n      room: \"2\"\n"), "label-unknown", "all of these labels" },
		/* The host that does not read well may have had it. */
		{ HEAD "hosts:\n  a:\n    address: 10.9.0.1\n  b:\n    adress: 10.9.0.2\n" NODES ALL
		       "services:\n  default:\n    labels:\n      type: pi\n",
		  "!label-unknown" },
		{ LABELLED("      type: pi\n    host: a\n"), "label-unknown", "host 'a', where login is to be" },
		/* Nodes are held to their hosts as well; and each service to its own. */
		{ LABELLED("      type: head\n  slurmd:\n    labels:\n      room: \"2\"\n"), "label-unknown",
		  "host 'a', where node 'c1' is, has not the label 'room: 2'" },
		{ LABELLED("      type: head\n    host: a\n  default:\n    host: b\n    labels:\n      type: pi\n  "
			   "slurmd:\n    "
			   "labels: {}\n  slurmctld:\n    host: a\n"),
		  "label-unknown", "host 'a', where slurmctld is to be" },
		/* The swarm chooses for nodes that are on no host, and not for one that has a host's name. */
		{ HEAD "hosts:\n  a:\n    address: 10.9.0.1\n  b:\n    address: 10.9.0.2\n    labels:\n      type: "
		       "pi\n" NODES ALL SHARE
		       "services:\n  default:\n    host: a\n  slurmd:\n    labels:\n      type: pi\n",
		  "!label-unknown" },
		{ HEAD "hosts:\n  a:\n    address: 10.9.0.1\n  b:\n    address: 10.9.0.2\n    labels:\n      type: pi\n"
		       "nodes:\n  a:\n    cpus: 1\n    memory: 1G\n" ALL SHARE
		       "services:\n  default:\n    host: a\n  slurmd:\n    labels:\n      type: pi\n",
		  "label-unknown", "where node 'a' is" },
		/* What may be on either of two hosts is not counted on the first; what one host alone has the labels for is. */
#define ROAMING(a, b, service)                                                                                         \
	HEAD "hosts:\n  a:\n    address: 10.9.0.1\n    labels:\n      type: x\n    memory: " a "\n"                    \
	     "  b:\n    address: 10.9.0.2\n    memory: 2G\n" b                                                         \
	     "nodes:\n  c1:\n    host: b\n    cpus: 1\n    memory: 1G\n" ALL SHARE                                     \
	     "services:\n  slurmctld:\n    host: a\n    publish: [\"7000:6817\"]\n"                                     \
	     "  login:\n    labels:\n      type: x\n    memory: 1G\n" service
#define BOTH "    labels:\n      type: x\n"
		{ ROAMING("512M", BOTH, ""), NULL },
		{ ROAMING("512M", "", ""), "memory-over-machine", "of host 'a' may use 1G" },
		{ ROAMING("1G", "    labels:\n      type: y\n", ""), NULL },
		{ ROAMING("1G", BOTH, "    publish: [\"7000:22\"]\n"), NULL },
		{ ROAMING("1G", "", "    publish: [\"7000:22\"]\n"), "publish-twice", "port 7000 of host 'a'" },
		{ ROAMING("1G", BOTH, "    publish: [\"22:22\"]\n"), "host-port-twice", "by sshd of the host itself" },
		{ ROAMING("1G", BOTH, "    publish: [\"7001:22\", \"7001:23\"]\n"), "publish-twice", "by login" },
#define MANY(nodes)                                                                                                    \
	HEAD "hosts:\n  a:\n    address: 10.9.0.1\n    labels: {t: x}\n  b:\n    address: 10.9.0.2\n    labels: {t: x}\n"   \
	     "nodes:\n  " nodes ":\n    cpus: 1\n    memory: 1G\n" ALL SHARE                                              \
	     "services:\n  default: {host: a}\n  slurmd:\n    labels: {t: x}\n    publish: [\"7000:80\"]\n"
		{ MANY("c[1-2]"), "!publish-twice" },
		{ MANY("c[1-3]"), "publish-twice", "all 3 nodes would publish the same ports of 2 hosts" },
		/* Where all is by labels, nobody is there but the hosts that have them: one manager of three, and three. */
#define BY_LABELS(a, b, more)                                                                                          \
	HEAD "hosts:\n  a:\n    address: 10.9.0.1\n    labels: {t: x}\n    " a "\n"                                     \
	     "  b:\n    address: 10.9.0.2\n    labels: {t: y}\n    " b "\n"                                             \
	     "  d:\n    address: 10.9.0.3\n    labels: {t: y}\n"                                                        \
	     "nodes:\n  c1:\n    cpus: 1\n    memory: 1G\n  c2:\n    cpus: 1\n    memory: 2G\n"                         \
	     "  c3:\n    cpus: 1\n    memory: 3G\n" ALL SHARE                                                          \
	     "services:\n  default: {labels: {t: x}}\n  slurmd:\n    labels: {t: y}\n" more
		{ BY_LABELS("swarm: manager", "swarm: worker", ""), NULL },
		{ BY_LABELS("swarm: worker", "swarm: manager", ""), NULL },
		{ BY_LABELS("swarm: manager", "swarm: manager", ""), "even-managers", "has 2 managers" },
		/* Nodes that may be on several hosts are named once. */
		{ BY_LABELS("os: linux", "arch: arm64\n  e:\n    address: 10.9.0.4\n    labels: {t: y}\n    arch: arm64",
			    "    image: x\nimages:\n  x:\n    image: debian:trixie\n    arch: [amd64]\n"),
		  "image-lacks-arch", "put nodes 'c[1-3]' on other hosts" },
		{ BY_LABELS("arch: amd64", "arch: arm64",
			    "    image: x\nimages:\n  x:\n    image: debian:trixie\n    arch: [arm64]\n"),
		  NULL },
#define LONG_CLUSTER(nodes)                                                                                            \
	"hpcc: 1\ncluster: the-second-cluster-of-our-laboratory\nslurm:\n  version: 24.11\nnodes:\n  " nodes           \
	":\n    cpus: 1\n    memory: 1G\n" ALL
		/* 36 and _, and 26 or 27 */
		{ LONG_CLUSTER("compute-of-the-second-hall[1-9]"), "name-too-long", "64 characters long" },
		{ LONG_CLUSTER("compute-of-the-second-hal[1-9]"), NULL },
		{ HEAD "nodes:\n  c[1-2].lab:\n    cpus: 1\n    memory: 1G\n" ALL, "dotted-name",
		  "'c[1-2].lab' has dots" },
		{ HEAD "nodes:\n  c1,C1:\n    cpus: 1\n    memory: 1G\n" ALL, "service-name-taken", "'c1' and 'C1'" },
		/* A host for what asks for its labels, and nothing else. */
		{ THIRD("address: 10.9.0.3"), NULL },
		{ THIRD("address: 10.9.0.3\n    os: macos"), "macos-network", "host 'd' cannot join" },
		{ THIRD("address: 10.9.0.3\n    arch: arm64") "    image: x\nimages:\n  x:\n    image: debian:trixie\n "
							      "   arch: [amd64]\n",
		  "image-lacks-arch", "host 'd' is of arm64" },
		{ THIRD("address: 10.9.0.3\n    swarm: manager"), "even-managers", "has 2 managers" },
		{ THIRD("memory: 8G"), "host-without-address", "host 'd'" },
		{ ON_SWARM("  login:\n    seccomp: unconfined\n"), "unsupported-by-target", "'seccomp'" },
		{ ON_SWARM("  login:\n    seccomp: default\n    privileged: false\n"), NULL },
		{ ON_SWARM("  slurmd:\n    privileged: true\n"), "unsupported-by-target", "'privileged'" },
		{ ON_SWARM("  login:\n    address: 10.0.1.9\n"), "unsupported-by-target", "'address'" },
		{ HEAD TWO ALL
		  "networks:\n  n:\n    subnet: 10.7.0.0/16\n    range: 10.7.1.0/24\nservices:\n  default:\n    host: "
		  "a\n    network: n\n",
		  "unsupported-by-target", "'range'" },
		{ ONE("host", "", ""), "network-type-unsupported", "no network of type host" },
		{ ONE("bridge", "", ""), "network-type-unsupported", "no network of type bridge" },
		/* Six places, two hosts, two that are nobody's, four to spare: 14. */
		{ ONE("overlay", "    subnet: 10.7.0.0/28\n", ""), NULL },
		{ ONE("overlay", "    subnet: 10.7.0.0/29\n", ""), "subnet-unfit", "they want 14 addresses" },
		{ HEAD HYBRID(""), "!flow-blocked" },
		{ HEAD HYBRID(""), "network-type-unsupported", "no network of type", 2 },
		{ HEAD SRUN HYBRID(""), "!host-port-twice" },
		/* The hosts' own, which nothing is on, tells what they carry. */
		{ HEAD TWO ALL
		  "networks:\n  lan:\n    type: host\n    mtu: 9000\n  n:\n    type: overlay\n    mtu: 8950\n"
		  "services:\n  default:\n    host: a\n    network: n\n",
		  NULL },
		{ NODE("gres:\n      qpu:\n        file: /dev/qpu0", ""), "device-unsupported", "no device files" },
		{ NODE("gres:\n      gpu:\n        file: /dev/nvidia0", ""), "device-unsupported",
		  "generic resources" },
		{ NODE("gres:\n      qpu: 1", ""), NULL },
		{ SPEC("storage:\n  s:\n    type: tmpfs\n    mount: /scratch\n    size: 1G\n"), NULL },
		{ SPEC("storage:\n  s:\n    type: tmpfs\n    mount: /scratch\n    options: [noexec]\n"), "bind-options",
		  "a size and no options" },
		{ SPEC("storage:\n  s:\n    type: tmpfs\n    mount: /scratch\n    read_only: true\n"), "bind-options",
		  "a size and no read_only" },
		{ SPEC("files:\n  f:\n    path: /etc/empty\n    content: \"\"\n"), "config-too-large", "is empty" },
		{ HEAD "nodes:\n  c[1-13000]:\n    cpus: 1\n    memory: 1G\n" ALL, "config-too-large", "hosts.tsv" },
		{ HEAD "nodes:\n  c[1-12000]:\n    cpus: 1\n    memory: 1G\n" ALL, "!config-too-large" },
		{ HEAD "hosts:\n  a:\n    address: 10.9.0.1\n    swarm: worker\n" NODES "    host: a\n" ALL
		       "services:\n  default:\n    host: a\n",
		  "overlay-without-manager", "network 'cluster'" },
		{ HEAD "hosts:\n  a:\n    address: 10.9.0.1\n    os: macos\n" NODES "    host: a\n" ALL
		       "services:\n  default:\n    host: a\n",
		  "macos-network", "cannot join a swarm" },
	};
	(void)state;
	CHECK_ALL_ON("swarm", cases);
}

static void mounts(void **state)
{
#define MOUNT(type, more) "storage:\n  s:\n    type: " type "\n    mount: /data\n" more
#define NFS(more)	  MOUNT("nfs", "    server: 10.9.9.9\n    export: /srv/s\n" more)
	static const struct expected cases[] = {
		{ SPEC(NFS("    owner: root\n    mode: \"0755\"\n")), NULL },
		{ SPEC(NFS("    read_only: true\n    options: [ro]\n")), NULL },
		{ SPEC(NFS("    read_only: true\n    owner: root\n    mode: \"0755\"\n")), "bind-options",
		  "cannot change the owner", 2 },
		{ SPEC(NFS("    options: [rw, ro]\n    group: root\n")), "bind-options", "cannot change the group" },
		{ SPEC(NFS("    options: [ro, rw]\n    group: root\n")), NULL },
		{ SPEC(MOUNT("volume", "    read_only: true\n    mode: \"0700\"\n")), "bind-options",
		  "cannot change the mode" },
		{ SPEC(MOUNT("tmpfs", "    read_only: true\n    owner: root\n")), "bind-options",
		  "cannot change the owner" },
		{ SPEC(NFS("    read_only: true\n    options: [rw]\n")), "storage-keys",
		  "'rw' contradicts 'read_only'" },
		{ SPEC(NFS("    options: [rw, rwsize=1024]\n")), NULL },
		{ SPEC(MOUNT("tmpfs", "    size: 1G\n    options: [size=2G]\n")), "storage-keys",
		  "'size=2G' contradicts 'size'" },
		{ SPEC(MOUNT("tmpfs", "    options: [size=2G]\n")), NULL },
		{ SPEC(MOUNT("tmpfs", "    on: [database, slurmdbd]\n")), "service-unused",
		  "storage 's' is put nowhere: this cluster has no accounting" },
		{ SPEC(MOUNT("tmpfs", "    on: [database, slurmd]\n")), NULL },
		{ SPEC("accounting: {}\n" MOUNT("tmpfs", "    on: [slurmdbd]\n")), NULL },
		{ SPEC("files:\n  f:\n    path: /etc/f\n    content: x\n    on: [slurmdbd]\n"), "service-unused",
		  "file 'f' is put nowhere" },
	};
	(void)state;
	CHECK_ALL(cases);
}

static void ports(void **state)
{
#define LOGIN(ports) "services:\n  login:\n    publish: " ports "\n"
	static const struct expected cases[] = {
		{ SPEC(LOGIN("[\"127.0.0.1:80:80\", \"127.0.0.2:80:80\", \"81:80\"]")), NULL },
		{ SPEC(LOGIN("[\"8080:80\", \"8080:81\"]")), "publish-twice", "published twice by login" },
		{ SPEC(LOGIN("[\"127.0.0.1:80:80\", \"80:81\"]")), "publish-twice", "port 80 " },
		{ SPEC(LOGIN("[\"0.0.0.0:80:80\", \"10.0.0.1:80:80\"]")), "publish-twice", "port 80 " },
		{ SPEC("services:\n  default:\n    publish: [\"80:80\"]\n"), "publish-twice", "all 6 containers" },
		{ SPEC("services:\n  slurmd:\n    publish: [\"80:80\"]\n"), "publish-twice", "all 4 nodes" },
		{ HEAD "nodes:\n  c1:\n    cpus: 1\n    memory: 1G\n" ALL
		       "services:\n  slurmd:\n    publish: [\"80:80\"]\n",
		  NULL },
		{ NODE("port: \"[20-23]\"", ""), "container-ports", "port 22" },
		{ NODE("port: \"[23-26]\"", ""), NULL },
	};
	(void)state;
	CHECK_ALL(cases);
}

static void images(void **state)
{
#define SLURM(release) "hpcc: 1\ncluster: t\nslurm:\n  version: " release "\n" NODES ALL
	static const struct expected cases[] = {
		{ SPEC("accounting: {}\nimages:\n  database: {}\n  slurm: {}\n"), NULL },
		{ SPEC("images:\n  slurm:\n    base: debian:bookworm\n"), "image-not-buildable",
		  "the packages of debian:bookworm hold Slurm 22.05" },
		{ SPEC("images:\n  slurm:\n    base: ubuntu:22.04\n"), "image-not-buildable",
		  "no Slurm that hpcc knows" },
		{ SPEC("images:\n  slurm:\n    base: registry.example.org/own:1\n"), NULL },
		{ SPEC("images:\n  slurm:\n    base: debian:bookworm\n    source: slurm.tar.bz2\n"), NULL },
		{ SLURM("25.05") "images:\n  slurm:\n    source: slurm.tar.bz2\n", NULL },
		{ SLURM("25.05") "images:\n  slurm: own:1\n", NULL },
		{ SPEC("accounting: {}\nimages:\n  x: {}\nservices:\n  default:\n    image: x\n"),
		  "image-not-buildable", "for the database and for" },
		{ SPEC("accounting: {}\nimages:\n  x: own:1\nservices:\n  default:\n    image: x\n"), NULL },
		{ SPEC("mpi: mvapich\nimages:\n  slurm:\n    source: slurm.tar.bz2\n"), "image-not-buildable",
		  "mvapich" },
		{ SPEC("mpi: mvapich\nimages:\n  slurm: own:1\n"), NULL },
		{ SLURM("26.05") "mpi:\n  implementation: openmpi\n  launcher: pmix\n", "image-not-buildable", "PMIx" },
		{ SLURM("26.05") "mpi: openmpi\n", "pmix-not-packaged", "srun starts no MPI here" },
		{ SLURM("26.05") "mpi: mpich\n", NULL },
		{ SLURM("26.05") "mpi: none\n", NULL },
		{ SLURM("26.05") "mpi: openmpi\nimages:\n  slurm:\n    source: slurm.tar.bz2\n", NULL },
		{ SPEC("images:\n  database:\n    packages: [vim]\n"), "unused-image", "'database'" },
		{ SPEC("accounting: {}\nimages:\n  database:\n    source: slurm.tar.bz2\n    packages: [vim]\n"),
		  "image-key-ignored", "'source'" },
		{ SPEC("images:\n  slurm:\n    image: own:1\n    base: debian:trixie\n    source: a.tar\n    parts: "
		       "[compilers]\n"
		       "    packages: [vim]\n"),
		  "image-key-ignored", "'parts'", 4 },
	};
	(void)state;
	CHECK_ALL(cases);
}

static void names_and_paths(void **state)
{
#define STORE(name, type, mount, more) "storage:\n  " name ":\n    type: " type "\n    mount: " mount "\n" more
	static const struct expected cases[] = {
		{ HEAD "nodes:\n  slurmctld:\n    cpus: 1\n    memory: 1G\n" ALL, "service-name-taken", "'slurmctld'" },
#define ALIASES(login, more) SPEC("services:\n  login:\n    aliases: " login "\n" more)
		{ ALIASES("[front, gate.lab.example.org]", "  slurmctld:\n    aliases: [head]\n"), NULL },
		{ ALIASES("[slurmctld]", ""), "service-name-taken", "a service's container has it" },
		{ ALIASES("[login]", ""), "service-name-taken", "a service's container has it" },
		{ ALIASES("[C1]", ""), "service-name-taken",
		  "alias 'C1' of service 'login' is a name already: a node" },
		{ ALIASES("[pc]", "  default:\n    host: pc\nhosts:\n  pc: {}\n"), "service-name-taken",
		  "a host has it" },
		{ ALIASES("[x]", "  slurmctld:\n    aliases: [X]\n"), "service-name-taken",
		  "service 'slurmctld' has it" },
		{ ALIASES("[localhost, 10.0.0.1, tasks.c1]", ""), "service-name-taken", "means itself", 3 },
		{ SPEC("services:\n  default:\n    aliases: [x]\n"), "service-name-taken", "all services" },
		{ SPEC("services:\n  slurmd:\n    aliases: [x]\n"), "service-name-taken", "all nodes" },
		{ HEAD "nodes:\n  c1:\n    cpus: 1\n    memory: 1G\n" ALL "services:\n  slurmd:\n    aliases: [x]\n",
		  NULL },
		{ HEAD "nodes:\n  c[1-3],C2:\n    cpus: 1\n    memory: 1G\n" ALL, "service-name-taken",
		  "'c2' and 'C2' are one name" },
		/* No accounting, no container. */
		{ HEAD "nodes:\n  database:\n    cpus: 1\n    memory: 1G\n" ALL, NULL },
		{ SPEC(STORE("slurmctld-state", "volume", "/srv/x", "")), "volume-name-taken", "slurmctld's state" },
		{ SPEC(STORE("slurmctld-state", "volume", "/var/lib/slurm/slurmctld", "    on: [slurmctld]\n")), NULL },
		{ SPEC(STORE("database-state", "volume", "/srv/x", "")), NULL },
		{ SPEC(STORE("home", "tmpfs", "/srv/x", "")), NULL },
		{ SPEC(STORE("a", "volume", "/srv/x", "    options: [ro]\n")), "storage-keys", "'options'" },
		{ SPEC(STORE("a", "tmpfs", "/srv/x", "    options: [noexec]\n")), NULL },
		{ SPEC(STORE("a", "tmpfs", "/run/munge/x", "")), "container-path-taken", "/run/munge holds" },
		{ SPEC(STORE("a", "tmpfs", "/etc/ssh", "    on: [slurmctld]\n")), NULL },
		{ SPEC(STORE("a", "volume", "/var/lib/slurm", "    on: [slurmd, slurmctld]\n")), "spool-shared",
		  "all nodes" },
		{ SPEC(STORE("a", "tmpfs", "/var/lib/slurm/slurmd", "    on: [slurmd]\n")), NULL },
		{ HEAD "nodes:\n  c1:\n    cpus: 1\n    memory: 1G\n" ALL STORE("a", "volume", "/var/lib/slurm/slurmd",
										"    on: [slurmd]\n"),
		  NULL },
		{ SPEC("accounting:\n  database:\n    password: ssh-host-key\n"), "secret-name-taken",
		  "'ssh-host-key'" },
		{ NODE("gres:\n      gpu:\n        file: /dev/nvidia[0-1]\n        autodetect: \"off\"", ""), NULL },
	};
	(void)state;
	CHECK_ALL(cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts),     cmocka_unit_test(memory),	      cmocka_unit_test(networks),
		cmocka_unit_test(addresses), cmocka_unit_test(flows),	      cmocka_unit_test(kinds),
		cmocka_unit_test(outside),   cmocka_unit_test(several_hosts), cmocka_unit_test(swarm),
		cmocka_unit_test(mounts),    cmocka_unit_test(ports),	      cmocka_unit_test(images),
		cmocka_unit_test(names_and_paths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
