/*
 * ansible.c: target `ansible`: a static inventory: hosts, groups, variables.
 */
#include "targets/target.h"

#include <string.h>

#include "compiler/write/yaml.h"

static void empty_host(void *ctx, const char *pattern)
{
	y_empty_map(ctx, pattern);
}

/* How a host is reached, where that is the same for all of a place's. */
static void host_vars(struct yaml *y, const struct place *p, const char *address)
{
	const struct ssh *ssh = p->host ? p->host->ssh : NULL;
	if (address)
		y_str(y, "ansible_host", address);
	if (ssh && ssh->user)
		y_str(y, "ansible_user", ssh->user);
	if (ssh && ssh->port != VALUE_ABSENT)
		y_int(y, "ansible_port", ssh->port);
	if (ssh && ssh->key)
		y_str(y, "ansible_ssh_private_key_file", ssh->key);
	if (ssh && ssh->directory)
		y_str(y, "hpcc_directory", ssh->directory);
}

struct patterns {
	struct yaml *y;
	const struct place *place;
};

static void pattern_vars(void *ctx, const char *pattern)
{
	struct patterns *x = ctx;
	const struct place *p = x->place;
	if (!p->host || !p->host->ssh) {
		y_empty_map(x->y, pattern);
		return;
	}
	y_map(x->y, pattern);
	host_vars(x->y, p, NULL);
	y_end(x->y);
}

/* Every host once, with its variables: `c[1:4]` where they are alike, one by one where addresses differ. */
static void emit_hosts(const struct model *m, struct yaml *y)
{
	y_map(y, "hosts");
	for (size_t i = 0; i < m->places.n; i++) {
		const struct place *p = &m->places.v[i];
		if (!p->addresses.count) {
			struct patterns x = { y, p };
			hostlist_print_ansible(&p->names, pattern_vars, &x);
			continue;
		}
		struct hostwalk names, addresses;
		hostwalk_start(&names, &p->names);
		hostwalk_start(&addresses, &p->addresses);
		for (const char *name; (name = hostwalk_next(&names));) {
			y_map(y, name);
			host_vars(y, p, hostwalk_next(&addresses));
			y_end(y);
		}
	}
	y_end(y);
}

static void emit_vars(const struct model *m, struct yaml *y)
{
	const struct target_ansible *own = m->spec->targets->ansible;
	y_map(y, "vars");
	y_str(y, "cluster_name", m->spec->cluster);
	if (m->release != RELEASE_NONE) {
		y_str(y, "slurm_version", m->spec->slurm->version);
		y_int(y, "slurmctld_port", m->spec->slurm->ports->slurmctld);
		y_int(y, "slurmd_port", m->spec->slurm->ports->slurmd);
	}
	if (own && own->user)
		y_str(y, "ansible_user", own->user);
	for (size_t i = 0; own && i < own->variables.n; i++)
		y_str(y, own->variables.v[i].key, own->variables.v[i].value);
	y_end(y);
}

/* Names that plays can use: no '-' and no '.'. The kind before them keeps groups apart from hosts: a host called login is
 * common. */
static const char *group_name(const struct model *m, const char *kind, const char *name)
{
	const struct target_ansible *own = m->spec->targets->ansible;
	char *s = arena_printf(m->arena, "%s%s%s", own && own->group_prefix ? own->group_prefix : "", kind, name);
	for (char *p = s; *p; p++)
		if (strchr("-.", *p))
			*p = '_';
	return s;
}

static void emit_group(struct yaml *y, const char *name, const struct hostlist *hosts)
{
	y_map(y, name);
	y_map(y, "hosts");
	hostlist_print_ansible(hosts, empty_host, y);
	y_end(y);
	y_end(y);
}

static void emit_role_groups(const struct model *m, struct yaml *y)
{
	for (int r = 0; r < ROLE_COUNT; r++) {
		enum role role = (enum role)(1u << r);
		struct hostlist hosts;
		hostlist_init(&hosts, m->arena);
		for (size_t i = 0; i < m->places.n; i++)
			if (m->places.v[i].roles & role)
				hostlist_add(&hosts, &m->places.v[i].names);
		if (hosts.count)
			emit_group(y, group_name(m, "role_", role_name(role)), &hosts);
	}
}

/* A partition's nodes' hosts, so that plays can name them. */
static void emit_partition_groups(const struct model *m, struct yaml *y)
{
	struct partition *p;
	for (size_t i = 0; (p = entries_next(&m->spec->partitions, &i));) {
		struct hostlist hosts;
		partition_hosts(m->arena, m->spec, p, &hosts);
		if (hosts.count)
			emit_group(y, group_name(m, "partition_", p->origin.name), &hosts);
	}
}

static void emit(const struct model *m, struct output *out)
{
	const char *comment = arena_printf(m->arena, "Inventory of cluster %s. Made by hpcc from the cluster's spec: do not edit.",
					   m->spec->cluster);
	struct yaml *y = y_open(m->arena, output_add(out, "inventory.yaml", false), comment);
	y_map(y, "all");
	emit_vars(m, y);
	emit_hosts(m, y);
	y_map(y, "children");
	emit_role_groups(m, y);
	emit_partition_groups(m, y);
	y_end(y);
	y_end(y);
	y_close(y);
}

/* ansible-inventory reads these beside an inventory file. */
static const char *const overlays[] = { "host_vars/", "group_vars/", NULL };

extern const struct target target_ansible;
const struct target target_ansible = {
	.name = "ansible",
	.summary = "a static Ansible inventory: hosts, groups, variables",
	.platform = &platform_machine,
	.overlays = overlays,
	.emit = emit,
};
