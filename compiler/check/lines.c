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

/* ---- partitions and node sets. slurmctld: nodespec_to_hostlist() */

struct seek_sets {
	struct check *c;
	struct lines *l;
	struct user_line *user;
	struct hostlist names;
};

/* A name in a list that is no node's is a node set's, or nobody's. */
static void take_set(struct seek_sets *s, const char *name)
{
	const struct map_entry *e = map_find(&s->l->set_names, name);
	struct user_line *set = e ? e->value : NULL;
	/* Sets are put in their places in the order of their lines: one that names a later one holds it. */
	if (!set || (s->user->rec->section == SECTION_NODESET && set <= s->user)) {
		hostlist_add_name(&s->names, name);
		hostlist_add_name(&s->user->unknown, name);
		return;
	}
	set->used = true;
	s->user->known = s->user->known && set->known;
	s->user->all = s->user->all || set->all;
	hostlist_add(&s->names, &set->names);
}

static void seek_piece(void *ctx, const struct hostpiece *p)
{
	struct seek_sets *s = ctx;
	struct hostlist one;
	struct hostwalk w;
	/* A node set is mostly one name; few of a long stretch can be sets. */
	if (p->known || !s->l->sets.n) {
		hostlist_add_run(&s->names, &p->run);
		if (!p->known)
			hostlist_add_run(&s->user->unknown, &p->run);
		return;
	}
	hostlist_init(&one, s->c->arena);
	hostlist_add_run(&one, &p->run);
	hostwalk_start(&w, &one);
	for (const char *name; (name = hostwalk_next(&w));)
		take_set(s, name);
}

static void add_features(struct check *c, struct lines *l)
{
	const struct fact *features = node_fact("Features");
	for (size_t i = 0; i < l->nodes.n; i++) {
		const struct entry *e = record_entry(l->nodes.v[i].rec, features);
		for (const char *s = e ? e->value : ""; *s;) {
			size_t n = strcspn(s, ",");
			bool fresh;
			struct map_entry *at = map_add(&l->features, arena_strndup(c->arena, s, n), &fresh);
			if (fresh)
				hostlist_init(at->value = ARENA_NEW(c->arena, struct hostlist), c->arena);
			hostlist_add(at->value, &l->nodes.v[i].names);
			s += n + (s[n] == ',');
		}
	}
}

static void take_feature(struct check *c, struct lines *l, struct user_line *u)
{
	const char *feature = record_value(u->rec, "Feature");
	if (!feature)
		return;
	if (!l->features.n)
		add_features(c, l);
	const struct hostlist *names = map_get(&l->features, feature);
	u->known = u->known && l->known;
	if (names)
		hostlist_add(&u->names, names);
}

bool blank_in_bracket(const char *list)
{
	const char *open = strchr(list, '['), *blank = open ? strpbrk(open, " \t") : NULL;
	for (; blank; blank = strpbrk(blank + 1, " \t")) {
		const char *close = strchr(blank, ']'), *next = strchr(blank, '[');
		if (close && (!next || close < next))
			return true;
	}
	return false;
}

static void read_user(struct check *c, struct lines *l, struct user_line *u)
{
	struct seek_sets s = { .c = c, .l = l, .user = u };
	struct hostlist written;
	hostlist_init(&u->names, c->arena);
	hostlist_init(&u->unknown, c->arena);
	u->known = true;
	if (!u->nodes)
		return;
	u->all = text_equal_nocase(u->nodes->value, "ALL") &&
		 (u->rec->section == SECTION_PARTITION || release_sets_hold_all(c->records->release));
	if (u->all)
		return;
	u->known = list_read(c, u->nodes->value, &written, NULL);
	hostlist_init(&s.names, c->arena);
	hostindex_cover(l->index, &written, seek_piece, &s);
	u->names = s.names;
	/* slurmctld/partition_mgr.c: build_part_bitmap() makes commas of blanks, those in brackets too. */
	if (u->rec->section == SECTION_PARTITION && blank_in_bracket(u->nodes->value))
		u->known = false;
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
	/* From the last on: a set may hold those after it. */
	for (size_t i = l->sets.n; i-- > 0;) {
		read_user(c, l, &l->sets.v[i]);
		take_feature(c, l, &l->sets.v[i]);
	}
	for (size_t i = 0; i < l->partitions.n; i++)
		read_user(c, l, &l->partitions.v[i]);
	return l;
}

uint64_t user_count(const struct lines *l, const struct user_line *u)
{
	return u->all ? l->count : u->names.count;
}
