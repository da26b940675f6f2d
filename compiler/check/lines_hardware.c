/*
 * lines_hardware.c: nodes as slurm.conf has them, against what slurmd -C found on them.
 *
 * A node that registers with less than its line says is set INVAL and drained, and stays so (slurmctld/node_mgr.c:
 * validate_node_specs()); with more it is fine.
 */
#include "compiler/check/lines.h"

#include <stdlib.h>
#include <string.h>

#include "compiler/slurm/value.h"

struct resources {
	uint64_t cpus, threads, memory; /* threads: sockets * cores * threads; 0: not said */
};

/* As _parse_nodename fills in what is absent. */
static struct resources hardware_of(const struct record *rec)
{
	uint64_t boards = number_of(rec, "Boards", 1), each = number_of(rec, "SocketsPerBoard", 1);
	uint64_t sockets = number_of(rec, "Sockets", boards * each), cores = number_of(rec, "CoresPerSocket", 1);
	uint64_t threads = number_of(rec, "ThreadsPerCore", 1);
	bool absurd = sockets > UINT16_MAX || cores > UINT16_MAX || threads > UINT16_MAX;
	struct resources h = { .cpus = number_of(rec, "CPUs", 0), .memory = number_of(rec, "RealMemory", 0) };
	h.threads = absurd ? 0 : sockets * cores * threads;
	if (!h.cpus)
		h.cpus = h.threads;
	return h;
}

/* SlurmctldParameters=node_reg_mem_percent: how much of its memory a node may lack. */
static uint64_t memory_percent(const struct check *c)
{
	static const char name[] = "node_reg_mem_percent=";
	const struct entry *e = global(c, "SlurmctldParameters");
	const char *at = e ? strstr(e->value, name) : NULL;
	unsigned long percent = at ? strtoul(at + sizeof(name) - 1, NULL, 10) : 100;
	return percent && percent <= 100 ? percent : 100;
}

/* One of the ways in which a node has less. */
static const struct shortage {
	const char *key, *reason; /* as slurmctld gives it */
	size_t offset;
} shortages[] = {
	{ "CPUs", "Low CPUs", offsetof(struct resources, cpus) },
	{ NULL, "Low socket*core*thread count", offsetof(struct resources, threads) },
	{ "RealMemory", "Low RealMemory", offsetof(struct resources, memory) },
};

static uint64_t number_in(const struct resources *h, const struct shortage *s)
{
	return *(const uint64_t *)((const char *)h + s->offset);
}

static void say_less(struct check *c, const struct node_line *n, const struct record *machine, const struct shortage *s,
		     uint64_t wanted, uint64_t found)
{
	const char *what = s->key ? s->key : "Sockets * CoresPerSocket * ThreadsPerCore";
	const struct entry *mine = record_find(n->rec, s->key ? s->key : "CoresPerSocket");
	const struct entry *its = record_find(machine, s->key ? s->key : "CoresPerSocket");
	struct diag *d = finding(c, mine ? mine->span : n->name->span,
				 "node '%s' registers with %s %llu, and its line says %llu: slurmctld drains it (%s)",
				 machine->entries.v[0].value, what, (unsigned long long)found,
				 (unsigned long long)wanted, s->reason);
	diag_note(c->diags, d, its ? its->span : machine->span, "what slurmd -C found there");
	if (s->key)
		diag_help(c->diags, d, "write %s=%llu at most", s->key, (unsigned long long)found);
	else
		diag_help(c->diags, d, "write the line that slurmd -C prints");
}

static void compare(struct check *c, const struct node_line *n, const struct record *machine)
{
	struct resources wanted = hardware_of(n->rec), found = hardware_of(machine);
	wanted.memory = wanted.memory / 100 * memory_percent(c) + wanted.memory % 100 * memory_percent(c) / 100;
	for (size_t i = 0; i < sizeof(shortages) / sizeof(shortages[0]); i++) {
		uint64_t w = number_in(&wanted, &shortages[i]), f = number_in(&found, &shortages[i]);
		/* One reason is enough: fewer cores are fewer CPUs. */
		if (!f || f >= w || (shortages[i].key == NULL && found.cpus < wanted.cpus))
			continue;
		say_less(c, n, machine, &shortages[i], w, f);
	}
}

void rule_node_hardware(struct check *c)
{
	const struct entry *parameters = global(c, "SlurmdParameters");
	/* Then the line counts, whatever the machine has. */
	if (parameters && holds_word(parameters->value, "config_overrides"))
		return;
	for (size_t i = 0; i < c->files->machines.n; i++) {
		const struct record *machine = c->files->machines.v[i];
		const struct node_line *n = line_of_node(lines_of(c), machine->entries.v[0].value);
		if (n && !asleep(n))
			compare(c, n, machine);
	}
}
