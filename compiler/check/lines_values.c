/* lines_values.c: NodeName lines: what a node is said to have. */
#include "compiler/check/lines.h"

#include <string.h>

#include "compiler/slurm/value.h"

static bool any_entry(const struct record *rec, const struct fact *const *facts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (record_entry(rec, facts[i]))
			return true;
	return false;
}

/* ---- node-without-cpus. read_config.c: _parse_nodename() */

/* Nodes of many lines, said at the first of them: a thousand lines that lack one thing lack it once. */
struct lacking {
	struct hostlist names;
	const struct node_line *first;
};

/* An unknown key is an error already, and may be this one misspelled. */
static void lacks(struct lacking *k, const struct node_line *n)
{
	if (n->rec->has_unknown)
		return;
	if (!k->first)
		k->first = n;
	hostlist_add(&k->names, &n->names);
}

void rule_line_without_cpus(struct check *c)
{
	const struct lines *l = lines_of(c);
	const struct fact *const facts[] = {
		node_fact("CPUs"),	    node_fact("Procs"),		  node_fact("Sockets"),
		node_fact("Boards"),	    node_fact("SocketsPerBoard"), node_fact("CoresPerSocket"),
		node_fact("ThreadsPerCore")
	};
	struct lacking k = { .first = NULL };
	hostlist_init(&k.names, c->arena);
	for (size_t i = 0; i < l->nodes.n; i++)
		if (!any_entry(l->nodes.v[i].rec, facts, sizeof(facts) / sizeof(facts[0])))
			lacks(&k, &l->nodes.v[i]);
	if (!k.first)
		return;
	struct diag *d = finding(c, k.first->name->span, "nothing says how many CPUs %s ha%s, and Slurm takes one",
				 nodes_said(c, &k.names), k.names.count == 1 ? "s" : "ve");
	diag_help(c->diags, d, "write what `slurmd -C` prints there, on this line or on a DEFAULT line above it");
}

/* ---- node-without-memory */

/* Whether memory is handed out; slurm.conf(5): select/cons_tres does it unless told otherwise. */
static bool hands_out_memory(const struct check *c)
{
	const struct entry *how = global(c, "SelectTypeParameters"), *who = global(c, "SelectType");
	const struct fact *fact = fact_find(SLURM_CONF, SECTION_GLOBAL, "SelectType");
	const char *type = who ? who->value : fact_default(fact, c->records->release);
	if (how)
		return holds_word(how->value, "CR_Memory") || holds_word(how->value, "CR_CPU_Memory") ||
		       holds_word(how->value, "CR_Core_Memory") || holds_word(how->value, "CR_Socket_Memory");
	return type && text_ends(type, "cons_tres");
}

static void zero_memory(struct check *c, const struct node_line *n, const struct entry *e)
{
	struct diag *d = finding(c, e->inherited ? n->name->span : e->span,
				 "%s %s no memory: jobs that ask for any never run there", nodes_said(c, &n->names),
				 n->names.count == 1 ? "has" : "have");
	diag_help(c->diags, d, "write RealMemory in MiB, a little below what `slurmd -C` prints there");
}

void rule_line_without_memory(struct check *c)
{
	const struct lines *l = lines_of(c);
	const struct fact *memory = node_fact("RealMemory");
	struct lacking k = { .first = NULL };
	struct map seen;
	map_init(&seen, c->arena);
	hostlist_init(&k.names, c->arena);
	for (size_t i = 0; i < l->nodes.n; i++) {
		const struct entry *e = record_entry(l->nodes.v[i].rec, memory);
		uint64_t n;
		if (!e)
			lacks(&k, &l->nodes.v[i]);
		else if (e->value[0] == '0' && slurm_number(e->value, &n) && n == 0 && first_at(c, &seen, e->span))
			zero_memory(c, &l->nodes.v[i], e);
	}
	if (!k.first)
		return;
	struct diag *d =
		finding_as(c, hands_out_memory(c) ? SEVERITY_WARNING : SEVERITY_INFO, k.first->name->span,
			   "nothing says how much memory %s ha%s, and Slurm takes 1 MiB: jobs that ask for more "
			   "never run there",
			   nodes_said(c, &k.names), k.names.count == 1 ? "s" : "ve");
	diag_help(c->diags, d, "write RealMemory in MiB, a little below what `slurmd -C` prints there");
}

/* ---- zero-count */

void rule_zero_count(struct check *c)
{
	const struct fact *const facts[] = {
		node_fact("CPUs"),	    node_fact("Procs"),		  node_fact("Sockets"),
		node_fact("Boards"),	    node_fact("SocketsPerBoard"), node_fact("CoresPerSocket"),
		node_fact("ThreadsPerCore")
	};
	for (size_t i = 0; i < c->records->sections[SLURM_CONF][SECTION_NODE].n; i++) {
		const struct record *rec = c->records->sections[SLURM_CONF][SECTION_NODE].v[i];
		for (size_t k = 0; rec->section == SECTION_NODE && k < sizeof(facts) / sizeof(facts[0]); k++) {
			const struct entry *e = record_entry(rec, facts[k]);
			uint64_t n;
			if (!e || e->inherited || e->value[0] != '0' || !slurm_number(e->value, &n) || n)
				continue;
			/* 22.05 then finds that the 1 is neither sockets nor cores, and stops. */
			bool cpus = facts[k] == facts[0] || facts[k] == facts[1];
			struct diag *d = finding_as(c, cpus ? SEVERITY_ERROR : SEVERITY_WARNING, e->span,
						    "%s cannot be 0: Slurm logs an error and takes 1", key_said(e));
			diag_help(c->diags, d, "write what the node has, or leave it out");
		}
	}
}

/* ---- cpu-spec-list-outside. node_conf.c: build_node_spec_bitmap(); bit_unfmt() */

/* The highest number of a list such as 0,2-3, or false when it is none. */
static bool highest(const char *s, uint64_t *ret)
{
	*ret = 0;
	while (*s) {
		uint64_t number = 0, first = 0;
		for (int part = 0; part < 2; part++) {
			size_t digits = strspn(s, "0123456789");
			if (!digits || digits > 9)
				return false;
			for (number = 0; digits--; s++)
				number = number * 10 + (uint64_t)(*s - '0');
			if (part == 0)
				first = number;
			if (part || *s != '-')
				break;
			s++;
		}
		if (number < first || (*s && *s != ','))
			return false;
		*ret = number > *ret ? number : *ret;
		s += *s == ',';
	}
	return true;
}

static uint64_t or_one(uint64_t n)
{
	return n ? n : 1;
}

/* What Slurm takes for the number of CPUs. */
static uint64_t cpus_of(const struct record *rec)
{
	uint64_t sockets =
		number_of(rec, "Sockets", number_of(rec, "SocketsPerBoard", 1) * number_of(rec, "Boards", 1));
	uint64_t all = or_one(sockets) * or_one(number_of(rec, "CoresPerSocket", 1)) *
		       or_one(number_of(rec, "ThreadsPerCore", 1));
	uint64_t cpus = number_of(rec, "CPUs", 0);
	return cpus ? cpus : all;
}

void rule_cpu_spec_list(struct check *c)
{
	const struct lines *l = lines_of(c);
	const struct fact *list = node_fact("CPUSpecList");
	struct map seen;
	map_init(&seen, c->arena);
	for (size_t i = 0; i < l->nodes.n; i++) {
		const struct entry *e = record_entry(l->nodes.v[i].rec, list);
		uint64_t most, cpus;
		if (!e)
			continue;
		cpus = cpus_of(l->nodes.v[i].rec);
		if ((highest(e->value, &most) && most < cpus) || !first_at(c, &seen, e->span))
			continue;
		struct diag *d = finding(c, e->span,
					 "'%s' is no list of CPUs from 0 to %llu: Slurm passes over it, and keeps none",
					 e->value, (unsigned long long)(cpus - 1));
		diag_help(c->diags, d, "CPUs count from 0, as in CpuSpecList=0,%llu", (unsigned long long)(cpus - 1));
	}
}

/* ---- no-socket-left. select_cons_tres.c: _check_allocatable_sockets() */

struct sockets {
	uint64_t sockets, cores, threads;
};

/* How many sockets a list of CPUs reaches into; CPUs count through each socket in turn. */
static uint64_t sockets_of_list(struct check *c, const char *list, const struct sockets *s)
{
	uint64_t each = s->cores * s->threads, n = 0;
	struct hostlist cpus;
	if (!port_list_read(c, list, &cpus, NULL) || s->sockets > 64)
		return 0;
	for (uint64_t k = 0; k < s->sockets; k++) {
		bool reached = false;
		for (size_t i = 0; i < cpus.runs.n; i++)
			reached = reached || (cpus.runs.v[i].lo < (k + 1) * each && cpus.runs.v[i].hi >= k * each);
		n += reached;
	}
	return n;
}

static bool keeps_all_sockets(struct check *c, const struct record *rec, const struct entry *e)
{
	struct sockets s = { or_one(number_of(rec, "Sockets",
					      number_of(rec, "SocketsPerBoard", 1) * number_of(rec, "Boards", 1))),
			     or_one(number_of(rec, "CoresPerSocket", 1)), or_one(number_of(rec, "ThreadsPerCore", 1)) };
	uint64_t count;
	if (strcmp(e->fact->key, "CoreSpecCount") != 0)
		return sockets_of_list(c, e->value, &s) == s.sockets;
	if (!slurm_number(e->value, &count) || count >= s.sockets * s.cores)
		return false; /* core-spec-count-too-high says what becomes of it */
	return count && (release_spreads_spec_cores(c->records->release) ? count >= s.sockets
									 : count > (s.sockets - 1) * s.cores);
}

void rule_no_socket_left(struct check *c)
{
	const struct lines *l = lines_of(c);
	const struct entry *how = global(c, "SelectTypeParameters"), *allow = global(c, "AllowSpecResourcesUsage");
	const struct fact *list = node_fact("CPUSpecList"), *count = node_fact("CoreSpecCount");
	struct map seen;
	bool yes;
	map_init(&seen, c->arena);
	if (!how || !(holds_word(how->value, "CR_Socket") || holds_word(how->value, "CR_Socket_Memory")) ||
	    (allow && slurm_bool(allow->value, &yes) && yes))
		return;
	for (size_t i = 0; i < l->nodes.n; i++) {
		const struct record *rec = l->nodes.v[i].rec;
		const struct entry *e = record_entry(rec, list) ? record_entry(rec, list) : record_entry(rec, count);
		if (!e || !keeps_all_sockets(c, rec, e) || !first_at(c, &seen, e->span))
			continue;
		struct diag *d = finding(c, e->span,
					 "this keeps a core of every socket for the system, and CR_Socket hands out "
					 "whole sockets: slurmctld stops");
		diag_note(c->diags, d, how->span, "SelectTypeParameters stands here");
		diag_help(c->diags, d,
			  "hand out cores with CR_Core_Memory, or keep cores of one socket with CpuSpecList");
	}
}

/* ---- feature-characters. slurmctld/node_scheduler.c: the grammar of --constraint */

void rule_feature_characters(struct check *c)
{
	const struct fact *features = node_fact("Features"), *old = node_fact("Feature");
	for (size_t i = 0; i < c->records->sections[SLURM_CONF][SECTION_NODE].n; i++) {
		const struct record *rec = c->records->sections[SLURM_CONF][SECTION_NODE].v[i];
		const struct entry *e = NULL;
		if (rec->section == SECTION_NODE)
			e = record_entry(rec, features) ? record_entry(rec, features) : record_entry(rec, old);
		if (!e || e->inherited)
			continue;
		for (const char *s = e->value; *s;) {
			size_t n = strcspn(s, ","), odd = strcspn(s, ",&|()[]*: \t");
			size_t from = (size_t)(s - e->value);
			if (odd < n) {
				struct diag *d = finding(
					c, part_place(e, from, from + n),
					"no job can ask for feature '%.*s': '%c' means something else in --constraint",
					(int)n, s, s[odd]);
				diag_help(c->diags, d,
					  s[odd] == ' ' || s[odd] == '\t'
						  ? "commas part features"
						  : "letters, digits, '-', '_', '.' and '=' make a feature");
			}
			s += n + (s[n] == ',');
		}
	}
}

/* ---- cloud-without-power-saving */

void rule_cloud_without_power_saving(struct check *c)
{
	const struct lines *l = lines_of(c);
	if (global(c, "ResumeProgram") || global(c, "SuspendProgram"))
		return;
	for (size_t i = 0; i < l->nodes.n; i++) {
		if (!state_is(&l->nodes.v[i], "CLOUD"))
			continue;
		struct diag *d =
			finding(c, record_find(l->nodes.v[i].rec, "State")->span,
				"nothing here starts cloud nodes: they wait until their slurmd registers by itself");
		diag_help(c->diags, d,
			  "name the programs in SuspendProgram and ResumeProgram if Slurm is to start them");
		return;
	}
}
