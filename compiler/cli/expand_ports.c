/* expand_ports.c: hpcc expand --ports: what listens at each machine's address. */
#include <stdlib.h>
#include <string.h>

#include "compiler/base/map.h"
#include "compiler/cli/expand.h"
#include "compiler/cli/table.h"

/* Listeners alike of one machine: one line. */
struct row {
	const char *protocol, *who, *how;
	const char *told;    /* the port, where it is no number; or NULL */
	const char *address; /* at which alone it listens; NULL: at the machine's */
	struct hostlist ports, places;
};

/* Machines alike. */
struct listening {
	struct hostlist names, addresses;
	bool any; /* one of these has them, and nobody said which */
	LIST(struct row) rows;
};

static struct row *row(const struct model *m, struct listening *e, const struct row *like)
{
	for (size_t i = 0; i < e->rows.n; i++) {
		struct row *r = &e->rows.v[i];
		if (text_equal(r->who, like->who) && text_equal(r->how, like->how) &&
		    text_equal(r->protocol, like->protocol) && text_equal(r->told, like->told) &&
		    text_equal(r->address, like->address))
			return r;
	}
	struct row *r = list_push(m->arena, &e->rows);
	*r = *like;
	hostlist_init(&r->ports, m->arena);
	hostlist_init(&r->places, m->arena);
	return r;
}

static void add_number(const struct model *m, struct row *r, int64_t port)
{
	hostlist_add_name(&r->ports, arena_printf(m->arena, "%lld", (long long)port));
}

/* The address of a published port that is not the machine's own, or NULL. */
static const char *other_address(const struct place *p, const struct model_port *x)
{
	const char *own = p->machine ? p->machine->address : NULL;
	return port_is_everywhere(x) || text_equal(x->address, own) ? NULL : x->address;
}

/* Of all of a place's names at once: what differs between them is the number alone. */
static void place_rows(const struct model *m, struct listening *e, const struct place *p)
{
	struct model_ports ports;
	bool own = !p->network || p->network->kind == NETWORK_HOST;
	place_ports(m, p, 0, &ports);
	for (size_t i = 0; i < ports.list.n; i++) {
		const struct model_port *x = &ports.list.v[i];
		struct row like = { .protocol = "tcp", .who = listener_name(x->listener) };
		if (!x->outside && (x->first || !own))
			continue;
		/* Several ranges of one listener are told at its first. */
		if (i && !x->by && ports.list.v[i - 1].listener == x->listener)
			continue;
		if (x->doubled)
			continue;
		like.how = x->published ? "published" : "host network";
		like.address = x->by ? other_address(p, x) : NULL;
		if (x->by)
			like.how = arena_printf(m->arena, "publish: %s", x->by->publish.v[x->item]);
		struct row *r = row(m, e, &like);
		hostlist_add(&r->places, &p->names);
		if (x->by) {
			add_number(m, r, x->outside);
		} else if (x->first) {
			struct hostlist numbers;
			place_listener_ports(m, p, x->listener, &numbers);
			hostlist_add(&r->ports, &numbers);
		}
	}
}

static void own_rows(const struct model *m, struct listening *e, const struct host *h, const struct model_machine *x)
{
	struct machine_ports ports;
	machine_ports(m, &e->names, h, x, &ports);
	for (size_t i = 0; i < ports.list.n; i++) {
		const struct machine_port *p = &ports.list.v[i];
		struct row like = { .protocol = p->protocol, .who = p->who, .how = p->why };
		if (!p->port)
			like.told = "-";
		struct row *r = row(m, e, &like);
		if (p->port)
			add_number(m, r, p->port);
	}
}

static const char *port_text(const struct model *m, const struct row *r)
{
	return r->told ? r->told : ports_column(m->arena, &r->ports);
}

/* Those at other addresses last: what stands above has the machine's. */
static int by_port(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	if (!x->address != !y->address)
		return x->address ? 1 : -1;
	uint64_t p = x->ports.runs.n ? x->ports.runs.v[0].lo : UINT64_MAX;
	uint64_t q = y->ports.runs.n ? y->ports.runs.v[0].lo : UINT64_MAX;
	if (p != q)
		return p < q ? -1 : 1;
	int order = strcmp(x->who, y->who);
	if (!order)
		order = strcmp(x->protocol, y->protocol);
	return order ? order : strcmp(x->how, y->how);
}

/* All that is told of a machine but its name, its address and its places' names. */
static const char *signature(const struct model *m, struct listening *e)
{
	struct text t;
	text_init(&t, m->arena);
	/* Those of any machine are alike only where the machines are the same. */
	if (e->any) {
		hostlist_normalise(&e->names);
		text_addf(&t, "any of %s\n", names_column(m->arena, &e->names, "hosts"));
	}
	for (size_t i = 0; i < e->rows.n; i++) {
		hostlist_normalise(&e->rows.v[i].ports);
		hostlist_normalise(&e->rows.v[i].places);
	}
	if (e->rows.n > 1)
		qsort(e->rows.v, e->rows.n, sizeof(e->rows.v[0]), by_port);
	for (size_t i = 0; i < e->rows.n; i++) {
		const struct row *r = &e->rows.v[i];
		text_addf(&t, "%s\t%s\t%s\t%s\n", port_text(m, r), r->protocol, r->who, r->how);
	}
	return t.s;
}

static void fold(const struct model *m, struct map *all, struct listening *e)
{
	if (!e->rows.n)
		return;
	struct map_entry *at = map_add(all, signature(m, e), NULL);
	struct listening *first = at->value;
	if (!first) {
		at->value = e;
		return;
	}
	hostlist_add(&first->names, &e->names);
	hostlist_add(&first->addresses, &e->addresses);
	for (size_t i = 0; i < e->rows.n; i++)
		hostlist_add(&first->rows.v[i].places, &e->rows.v[i].places);
}

static struct listening *entry_new(const struct model *m)
{
	struct listening *e = ARENA_NEW(m->arena, struct listening);
	hostlist_init(&e->names, m->arena);
	hostlist_init(&e->addresses, m->arena);
	return e;
}

/* What is on any of some machines is on none that could be told. */
static void collect_anywhere(const struct model *m, struct map *all, const struct place *p)
{
	struct listening *e = entry_new(m);
	e->any = true;
	for (size_t i = 0; i < m->machines.n; i++) {
		const struct model_machine *x = m->machines.v[i];
		if (!place_may_be_on(p, x))
			continue;
		hostlist_add_name(&e->names, x->name);
		if (x->address)
			hostlist_add_name(&e->addresses, x->address);
	}
	place_rows(m, e, p);
	fold(m, all, e);
}

static void collect(const struct model *m, struct map *all)
{
	for (size_t i = 0; i < m->machines.n; i++) {
		const struct model_machine *x = m->machines.v[i];
		struct listening *e = entry_new(m);
		hostlist_add_name(&e->names, x->name);
		if (x->address)
			hostlist_add_name(&e->addresses, x->address);
		own_rows(m, e, x->host, x);
		for (size_t j = 0; j < x->places.n; j++)
			if (!m->places.v[x->places.v[j]].anywhere)
				place_rows(m, e, &m->places.v[x->places.v[j]]);
		fold(m, all, e);
	}
	for (size_t i = 0; i < m->places.n; i++)
		if (m->places.v[i].anywhere)
			collect_anywhere(m, all, &m->places.v[i]);
	for (size_t i = 0; m->platform->place_per_host && i < m->places.n; i++) {
		const struct place *p = &m->places.v[i];
		struct listening *e = entry_new(m);
		hostlist_add(&e->names, &p->names);
		hostlist_add(&e->addresses, &p->addresses);
		own_rows(m, e, p->host, NULL);
		place_rows(m, e, p);
		fold(m, all, e);
	}
}

static void lines(const struct model *m, struct table *t, struct listening *e)
{
	bool places = !m->platform->place_per_host;
	hostlist_normalise(&e->names);
	hostlist_normalise(&e->addresses);
	const char *names = names_column(m->arena, &e->names, "hosts");
	if (e->any && e->names.count > 1)
		names = arena_printf(m->arena, "any of %s", names);
	const char *addresses = e->addresses.count ? names_column(m->arena, &e->addresses, "addresses") : "-";
	for (size_t i = 0; i < e->rows.n; i++) {
		struct row *r = &e->rows.v[i];
		hostlist_normalise(&r->places);
		const char *who = r->places.count && places ? names_column(m->arena, &r->places, "places") : "-";
		const char *at = r->address ? r->address : i ? "" : addresses;
		table_line(t, (const char *const[]){ i ? "" : names, at, port_text(m, r), r->protocol, r->who, who,
						     r->how });
	}
}

void expand_ports(const struct model *m, const char *target, struct text *out)
{
	static const char *const headings[] = {
		"HOST", "ADDRESS", "PORT", "PROTOCOL", "LISTENER", "PLACES", "HOW", NULL
	};
	struct map all;
	struct table t = table_new(m->arena, headings);
	map_init(&all, m->arena);
	collect(m, &all);
	for (size_t i = 0; i < all.n; i++)
		lines(m, &t, all.v[i].value);
	text_addf(out, "%s# %s: what listens at each host's address\n", out->n ? "\n" : "", target);
	table_print(&t, out);
}
