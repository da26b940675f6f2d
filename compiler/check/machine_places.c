/* machine_places.c: devices and names of hosts, as a machine has them. */
#include "compiler/check/machine.h"

#include <string.h>

#include "compiler/base/ip.h"

/* ---- machine-device. interfaces/gres.c: _validate_file(), slurmd waits 20 seconds for each */

enum { DEVICES_MAX = 4096 };

/* A path as a name of a host, and back: hosts have no slashes. */
#define SLASH ".."

static const char *with_slashes(struct arena *a, const char *name)
{
	struct text t;
	text_init(&t, a);
	for (; *name; name++) {
		bool slash = strncmp(name, SLASH, strlen(SLASH)) == 0;
		text_addc(&t, slash ? '/' : *name);
		name += slash;
	}
	return t.s;
}

static bool devices_of(struct check *c, const char *value, struct hostlist *ret)
{
	struct hostlist_error e;
	struct text t;
	text_init(&t, c->arena);
	for (; *value; value++)
		text_addn(&t, *value == '/' ? SLASH : value, *value == '/' ? strlen(SLASH) : 1);
	return hostlist_parse(c->arena, t.s, ret, &e) && ret->count <= DEVICES_MAX;
}

/* The devices of a value that are not there, and those that are none, as lists. */
static void look_at_devices(struct check *c, const struct entry *e)
{
	struct hostlist all, missing, others;
	struct machine_entry there;
	if (!devices_of(c, e->value, &all))
		return;
	hostlist_init(&missing, c->arena);
	hostlist_init(&others, c->arena);
	for (uint64_t i = 0; i < all.count; i++) {
		const char *name = hostlist_name_dup(&all, i, c->arena), *path = with_slashes(c->arena, name);
		if (!machine_look(c, path, &there))
			continue;
		if (there.kind == MACHINE_NOTHING)
			hostlist_add_name(&missing, name);
		else if (there.kind != MACHINE_DEVICE)
			hostlist_add_name(&others, name);
	}
	hostlist_normalise(&missing);
	hostlist_normalise(&others);
	if (missing.count)
		diag_help(c->diags,
			  finding(c, e->span, "this machine has no '%s': slurmd waits for 20 seconds, and stops",
				  with_slashes(c->arena, names_said(c, &missing))),
			  "see whether the driver is loaded (nvidia-smi -L, ls -l /dev), or write what is there");
	if (others.count)
		diag_help(c->diags,
			  diag_add(c->diags, SEVERITY_WARNING, c->rule->name, e->span,
				   "'%s' is no device on this machine: slurmd logs an error, and keeps no job off it",
				   with_slashes(c->arena, names_said(c, &others))),
			  "name the device's file");
}

/* Nodes that come and go have their address and their devices when they come. (slurm.conf(5): State=CLOUD, FUTURE) */
static bool is_there_later(const struct record *rec)
{
	const char *state = record_value(rec, "State");
	return state && (text_equal_nocase(state, "CLOUD") || text_equal_nocase(state, "FUTURE"));
}

/* The nodes that this machine may be: the one of its name, else each that is always there. */
static void nodes_here(struct check *c, struct hostlist *ret)
{
	const char *name = machine_hostname(c);
	const struct record *rec;
	struct hostlist_error error;
	hostlist_init(ret, c->arena);
	if (name && machine_is(c, ROLE_NODE) && !machine_is(c, ROLE_CONTROLLER)) {
		hostlist_add_name(ret, name);
		return;
	}
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		struct hostlist list;
		if (!is_there_later(rec) && hostlist_parse(c->arena, rec->entries.v[0].value, &list, &error))
			hostlist_add(ret, &list);
	}
	hostlist_normalise(ret);
}

/* Whether a line is for the machine, whichever of the nodes it is. */
static bool is_for(const struct check *c, const struct record *rec, const struct hostlist *here)
{
	const char *nodes = record_value(rec, "NodeName");
	struct hostlist list, others;
	struct hostlist_error e;
	if (!nodes || !hostlist_parse(c->arena, nodes, &list, &e))
		return true;
	hostlist_normalise(&list);
	hostlist_subtract(c->arena, here, &list, &others);
	return here->count && !others.count;
}

void run_machine_device(struct check *c)
{
	static const char *const keys[] = { "File", "Files" };
	const struct machine *m = c->files->machine;
	struct hostlist here;
	const struct record *rec;
	/* An image has no devices before it runs. */
	if (!c->files->sources[GRES_CONF] || !machine_is(c, ROLE_NODE) || !m->holds(m->ctx, "/dev", ""))
		return;
	nodes_here(c, &here);
	for (size_t i = 0; (rec = records_next(c->records, GRES_CONF, SECTION_GRES, &i));)
		for (size_t k = 0; k < 2 && is_for(c, rec, &here); k++) {
			const struct entry *e = record_find(rec, keys[k]);
			if (e && !e->inherited)
				look_at_devices(c, e);
		}
}

/* ---- machine-address. hosts(5), resolv.conf(5) */

struct known_hosts {
	struct map names;
	bool dns; /* somebody else may know more */
};

static void read_hosts(const struct check *c, const char *text, struct known_hosts *ret)
{
	char *line, *word;
	map_init(&ret->names, c->arena);
	while ((line = machine_line(c->arena, &text)))
		for (machine_word(&line); (word = machine_word(&line));)
			map_set(&ret->names, word, ret);
	text = machine_text(c, "/etc/resolv.conf");
	ret->dns = false;
	while (text && (line = machine_line(c->arena, &text)))
		ret->dns = ret->dns || text_starts(line, "nameserver");
}

static bool is_known(const struct known_hosts *k, const char *name)
{
	struct ip ip;
	return ip_parse(name, &ip) || strcmp(name, "localhost") == 0 || map_find(&k->names, name);
}

/* Where slurmctld finds the nodes of a line: NodeAddr, else NodeHostname, else NodeName. */
static const struct entry *addresses_of(const struct record *rec)
{
	const struct entry *e = record_find(rec, "NodeAddr");
	e = e ? e : record_find(rec, "NodeHostname");
	return e ? e : &rec->entries.v[0];
}

static void split(const struct check *c, const struct known_hosts *k, const struct entry *e,
		  struct hostlist *ret_missing, size_t *ret_found)
{
	struct hostlist all;
	struct hostlist_error error;
	hostlist_init(ret_missing, c->arena);
	if (!hostlist_parse(c->arena, e->value, &all, &error))
		return;
	for (uint64_t i = 0; i < all.count; i++) {
		const char *name = hostlist_name_dup(&all, i, c->arena);
		if (is_known(k, name))
			++*ret_found;
		else
			hostlist_add_name(ret_missing, name);
	}
	hostlist_normalise(ret_missing);
}

struct unknown_names {
	const struct entry *entry;
	struct hostlist names;
};

void run_machine_address(struct check *c)
{
	const char *text = machine_text(c, "/etc/hosts");
	const struct record *rec;
	struct known_hosts k;
	LIST(struct unknown_names) unknown = { 0 };
	size_t found = 0;
	if (!text)
		return;
	read_hosts(c, text, &k);
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		struct unknown_names u = { .entry = addresses_of(rec) };
		if (is_there_later(rec))
			continue;
		split(c, &k, u.entry, &u.names, &found);
		if (u.names.count)
			*list_push(c->arena, &unknown) = u;
	}
	/* With a name server a hosts file that knows none of them is as it should be. */
	for (size_t i = 0; i < unknown.n && (found || !k.dns); i++) {
		const struct unknown_names *u = &unknown.v[i];
		struct diag *d =
			finding(c, u->entry->span,
				"'%s' is no address and stands not in /etc/hosts of this machine: slurmctld logs "
				"errors, and does not reach it",
				names_said(c, &u->names));
		diag_help(c->diags, d,
			  k.dns ? "add it there, as the cluster's other nodes, unless the name server knows it"
				: "add it there, or write NodeAddr");
	}
}
