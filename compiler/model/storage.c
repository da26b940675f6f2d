/* storage.c: what a storage is on the machines that carry places: one directory for all that see it, or one on each. */
#include <string.h>

#include "compiler/model/model.h"

bool places_apart(const struct model *m, unsigned roles, const struct place **ret_one, const struct place **ret_other)
{
	const struct place *one = NULL;
	const char *there = NULL;
	for (size_t i = 0; i < m->places.n && !m->platform->place_per_host; i++) {
		const struct place *p = &m->places.v[i];
		if (!(p->roles & roles) || !p->names.count)
			continue;
		const char *on = p->roams ? NULL : p->machine->name;
		if (!one)
			there = on;
		one = one ? one : p;
		if (on && there && strcmp(on, there) == 0)
			continue;
		*ret_one = one;
		*ret_other = p;
		return true;
	}
	return false;
}

bool storage_is_read_only(const struct storage *s, size_t *ret_option)
{
	size_t last = s->options.n;
	for (size_t i = 0; i < s->options.n; i++)
		if (strcmp(s->options.v[i], "ro") == 0 || strcmp(s->options.v[i], "rw") == 0)
			last = i;
	if (ret_option)
		*ret_option = s->read_only == TRI_TRUE ? s->options.n : last;
	return s->read_only == TRI_TRUE || (last < s->options.n && strcmp(s->options.v[last], "ro") == 0);
}

bool storage_is_torn(const struct model *m, const struct storage *s)
{
	const struct place *one, *other;
	return text_equal(s->type, "volume") && places_apart(m, roles_of(&s->on, ROLE_ALL), &one, &other);
}

const struct model_machine *storage_exporter(const struct model *m, const struct storage *s)
{
	const char *host = text_equal(s->type, "nfs") && s->server ? s->server->host : NULL;
	for (size_t i = 0; host && i < m->machines.n; i++)
		if (strcmp(m->machines.v[i]->name, host) == 0)
			return m->machines.v[i];
	return NULL;
}

const char *storage_server(const struct model *m, const struct storage *s)
{
	const char *server = s->server->address ? s->server->address : s->server->host;
	uint64_t at = 0;
	const struct host *h = s->server->host ? spec_host(m->spec, server, &at) : NULL;
	if (h && h->address.list)
		return hostlist_name_dup(h->address.list, h->address.list->count == 1 ? 0 : at, m->arena);
	return server;
}

const char *storage_directory(const struct model *m, const struct storage *s, const struct place *p)
{
	if (text_equal(s->type, "bind"))
		return s->source;
	const char *host = text_equal(s->type, "nfs") && s->server ? s->server->host : NULL;
	return !p->anywhere && p->machine && text_equal(host, p->machine->name) ? s->export : NULL;
}

/* nfs(5): the words that choose a version. */
static bool chooses_version(const char *option)
{
	static const char *const words[] = { "nfsvers=", "vers=", "minorversion=", "v2", "v3", "v4" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strncmp(option, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

/* An engine hands them to mount(2): the address must be among them, and no mount.nfs looks for a version. Version 4
 * needs one port, and no lockd. "rw" and "hard" are the kernel's own defaults: soft mounts lose what a job wrote while
 * the server was away. */
const char *storage_nfs_options(const struct model *m, const struct storage *s)
{
	struct text t;
	bool version = false;
	text_init(&t, m->arena);
	text_addf(&t, "addr=%s", storage_server(m, s));
	for (size_t i = 0; i < s->options.n; i++)
		version = version || chooses_version(s->options.v[i]);
	if (!version)
		text_add(&t, ",nfsvers=4");
	for (size_t i = 0; i < s->options.n; i++)
		text_addf(&t, ",%s", s->options.v[i]);
	return t.s;
}
