/* lines.c: the lines of a slurm.conf, read together once. */
#include "compiler/check/lines.h"

#include <string.h>
#include <strings.h>

bool state_is(const struct node_line *n, const char *word)
{
	return n->state && strncasecmp(n->state->value, word, strlen(word)) == 0;
}

/* ---- nodes */

static void read_column(struct check *c, const struct record *rec, const struct fact *f,
			bool (*read)(struct check *, const char *, struct hostlist *, struct list_fault *),
			struct hostlist *ret)
{
	const struct entry *e = record_entry(rec, f);
	hostlist_init(ret, c->arena);
	if (e && !read(c, e->value, ret, NULL))
		hostlist_init(ret, c->arena);
}

static void add_nodes(struct check *c, struct lines *l)
{
	const struct fact *host = node_fact("NodeHostname"), *address = node_fact("NodeAddr"),
			  *port = node_fact("Port");
	const struct fact *state = node_fact("State");
	const struct record *rec;
	l->known = true;
	l->nodes.cap = c->records->sections[SLURM_CONF][SECTION_NODE].n;
	l->nodes.v = ARENA_ARRAY(c->arena, l->nodes.cap + 1, struct node_line);
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		struct node_line *n = list_push(c->arena, &l->nodes);
		n->rec = rec;
		n->name = &rec->entries.v[0];
		n->state = record_entry(rec, state);
		n->known = list_read(c, n->name->value, &n->names, NULL);
		l->known = l->known && n->known;
		l->count += n->names.count;
		read_column(c, rec, host, list_read, &n->hosts);
		read_column(c, rec, address, list_read, &n->addresses);
		read_column(c, rec, port, port_list_read, &n->ports);
	}
}

static void keep_clash(void *ctx, const char *name, uint32_t first, uint32_t second)
{
	struct check *c = ctx;
	*list_push(c->arena, &c->lines->clashes) = (struct name_clash){ name, first, second };
}

static void index_nodes(struct check *c, struct lines *l)
{
	l->index = hostindex_new(c->arena);
	for (size_t i = 0; i < l->nodes.n; i++)
		hostindex_add(l->index, &l->nodes.v[i].names, (uint32_t)i);
	hostindex_build(l->index, keep_clash, c);
}

const struct node_line *line_of_node(const struct lines *l, const char *name)
{
	uint32_t owner;
	return hostindex_find(l->index, name, &owner, NULL) ? &l->nodes.v[owner] : NULL;
}

/* ---- partitions and node sets */

bool blank_in_bracket(const char *list)
{
	bool blank = false; /* since the last bracket */
	for (const char *s = strchr(list, '['); s && *s; s++) {
		if (*s == ']' && blank)
			return true;
		if (*s == '[' || *s == ']')
			blank = false;
		else
			blank = blank || *s == ' ' || *s == '\t';
	}
	return false;
}

static void add_users(struct check *c, struct lines *l, enum slurm_section section)
{
	const struct fact *nodes = fact_find(SLURM_CONF, section, "Nodes");
	const struct record *rec;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, section, &i));) {
		struct user_line *u = section == SECTION_NODESET ? list_push(c->arena, &l->sets)
								 : list_push(c->arena, &l->partitions);
		u->rec = rec;
		u->name = &rec->entries.v[0];
		u->nodes = record_entry(rec, nodes);
	}
}

static void name_users(struct check *c, struct map *names, struct user_line *v, size_t n)
{
	map_init(names, c->arena);
	for (size_t i = 0; i < n; i++) {
		bool fresh;
		struct map_entry *e = map_add(names, v[i].name->value, &fresh);
		if (fresh)
			e->value = &v[i];
	}
}

static bool has_front_end(const struct check *c)
{
	size_t i = 0;
	return records_next(c->records, SLURM_CONF, SECTION_FRONTEND, &i);
}

struct lines *lines_of(struct check *c)
{
	if (c->lines)
		return c->lines;
	struct lines *l = c->lines = ARENA_NEW(c->arena, struct lines);
	l->dynamic = global(c, "MaxNodeCount");
	l->front_end = has_front_end(c);
	map_init(&l->features, c->arena);
	add_nodes(c, l);
	index_nodes(c, l);
	add_users(c, l, SECTION_NODESET);
	add_users(c, l, SECTION_PARTITION);
	name_users(c, &l->set_names, l->sets.v, l->sets.n);
	name_users(c, &l->partition_names, l->partitions.v, l->partitions.n);
	members_read(c, l);
	return l;
}

uint64_t user_count(const struct lines *l, const struct user_line *u)
{
	return u->all ? l->count : u->names.count;
}
