/*
 * lines_members.c: which nodes partitions and node sets have. slurmctld: nodespec_to_hostlist()
 *
 * What a list holds may be far more than what is written: sets hold sets, and `n[1-60000]` may fall into as many
 * stretches. So a text that many partitions have is looked up once, a list that is one set's alone shares its runs, a
 * set lies in a list once, and all lists together have a limit, beyond which they are not `known`.
 */
#include "compiler/check/lines.h"

#include <string.h>

struct members {
	struct check *c;
	struct lines *l;
	struct hostindex *set_names; /* of sets, as far as a list can name them */
	struct map texts;	     /* Nodes of partitions that were read: to struct user_line */
	uint64_t runs, pieces;	     /* so far, of all lists */
};

/* Whether so many more runs may be kept. */
static bool may_keep(struct members *m, uint64_t runs)
{
	m->runs += runs;
	return m->runs <= LINES_MOST_RUNS;
}

struct seek_sets {
	struct members *m;
	struct user_line *user;
	LIST(struct user_line *) sets; /* that hold names, each once */
};

static void add_unknown(struct seek_sets *s, const struct hostrun *run)
{
	hostlist_add_run(&s->user->names, run);
	hostlist_add_run(&s->user->unknown, run);
}

static void take_set(struct seek_sets *s, struct user_line *set)
{
	set->used = true;
	if (set->laid_in == s->user)
		return;
	set->laid_in = s->user;
	s->user->known = s->user->known && set->known;
	s->user->all = s->user->all || set->all;
	if (set->names.runs.n)
		*list_push(s->m->c->arena, &s->sets) = set;
}

/* Names that no node has, which sets have or nobody. */
static void seek_named(void *ctx, const struct hostpiece *p)
{
	struct seek_sets *s = ctx;
	struct hostlist names;
	struct hostwalk w;
	if (!p->known) {
		add_unknown(s, &p->run);
		return;
	}
	hostlist_init(&names, s->m->c->arena);
	hostlist_add_run(&names, &p->run);
	s->m->pieces += names.count;
	hostwalk_start(&w, &names);
	for (const char *name; (name = hostwalk_next(&w));) {
		struct user_line *set = map_get(&s->m->l->set_names, name);
		/* Sets are put in their places in the order of their lines: one that names a later one holds it. */
		if (set && (s->user->rec->section != SECTION_NODESET || set > s->user)) {
			take_set(s, set);
			continue;
		}
		hostlist_add_name(&s->user->names, name);
		hostlist_add_name(&s->user->unknown, name);
	}
}

static void seek_piece(void *ctx, const struct hostpiece *p)
{
	struct seek_sets *s = ctx;
	struct hostlist one;
	s->m->pieces++;
	if (p->known) {
		hostlist_add_run(&s->user->names, &p->run);
	} else if (!s->m->l->sets.n) {
		add_unknown(s, &p->run);
	} else {
		hostlist_init(&one, s->m->c->arena);
		hostlist_add_run(&one, &p->run);
		hostindex_cover(s->m->set_names, &one, seek_named, s);
	}
}

/* Adds other lists to a line's names, or shares the only one. */
static void add_names(struct members *m, struct user_line *u, const struct hostlist *more, uint32_t its_list)
{
	if (!u->names.runs.n) {
		u->names = *more;
		u->list = its_list;
		return;
	}
	if (!may_keep(m, u->names.runs.n + more->runs.n)) {
		u->known = false;
		return;
	}
	/* What is shared stays as it is. */
	struct hostlist both;
	hostlist_init(&both, m->c->arena);
	hostlist_add(&both, &u->names);
	hostlist_add(&both, more);
	hostlist_normalise(&both);
	u->names = both;
	u->list = m->l->lists_n++;
}

static void lay_sets(struct seek_sets *s)
{
	struct user_line *u = s->user;
	struct members *m = s->m;
	uint64_t runs = u->names.runs.n;
	if (s->sets.n == 1) {
		add_names(m, u, &s->sets.v[0]->names, s->sets.v[0]->list);
		return;
	}
	for (size_t i = 0; i < s->sets.n; i++)
		runs += s->sets.v[i]->names.runs.n;
	if (!s->sets.n)
		return;
	if (!may_keep(m, runs)) {
		u->known = false;
		return;
	}
	for (size_t i = 0; i < s->sets.n; i++)
		hostlist_add(&u->names, &s->sets.v[i]->names);
	hostlist_normalise(&u->names);
}

static void read_list(struct members *m, struct user_line *u)
{
	struct seek_sets s = { .m = m, .user = u };
	struct hostlist written;
	u->known = list_read(m->c, u->nodes->value, &written, NULL);
	/* slurmctld/partition_mgr.c: build_part_bitmap() makes commas of blanks, those in brackets too. */
	if (u->rec->section == SECTION_PARTITION && blank_in_bracket(u->nodes->value))
		u->known = false;
	if (m->runs > LINES_MOST_RUNS || m->pieces > LINES_MOST_PIECES) {
		u->known = false;
		return;
	}
	hostindex_cover(m->l->index, &written, seek_piece, &s);
	may_keep(m, u->names.runs.n + u->unknown.runs.n);
	lay_sets(&s);
}

static void read_user(struct members *m, struct user_line *u)
{
	hostlist_init(&u->names, m->c->arena);
	hostlist_init(&u->unknown, m->c->arena);
	u->list = m->l->lists_n++;
	u->known = true;
	if (!u->nodes)
		return;
	u->all = text_equal_nocase(u->nodes->value, "ALL") &&
		 (u->rec->section == SECTION_PARTITION || release_sets_hold_all(m->c->records->release));
	if (!u->all)
		read_list(m, u);
}

/* Sets are all read by now: one text means one list. */
static void read_partition(struct members *m, struct user_line *u)
{
	bool fresh;
	struct map_entry *e = u->nodes ? map_add(&m->texts, u->nodes->value, &fresh) : NULL;
	if (!e || fresh) {
		read_user(m, u);
		if (e)
			e->value = u;
		return;
	}
	const struct user_line *like = e->value;
	u->names = like->names;
	u->unknown = like->unknown;
	u->all = like->all;
	u->known = like->known;
	u->list = like->list;
}

/* ---- sets by feature */

struct feature_nodes {
	LIST(uint32_t) lines;  /* places in lines.nodes */
	struct hostlist names; /* made when a set asks */
	uint32_t list;
	bool made, known;
};

static void add_features(struct members *m)
{
	const struct fact *features = node_fact("Features");
	for (size_t i = 0; i < m->l->nodes.n; i++) {
		const struct entry *e = record_entry(m->l->nodes.v[i].rec, features);
		for (const char *s = e ? e->value : ""; *s;) {
			size_t n = strcspn(s, ",");
			bool fresh;
			struct map_entry *at = map_add(&m->l->features, arena_strndup(m->c->arena, s, n), &fresh);
			if (fresh)
				at->value = ARENA_NEW(m->c->arena, struct feature_nodes);
			struct feature_nodes *f = at->value;
			*list_push(m->c->arena, &f->lines) = (uint32_t)i;
			s += n + (s[n] == ',');
		}
	}
}

static void make_names(struct members *m, struct feature_nodes *f)
{
	f->made = f->known = true;
	f->list = m->l->lists_n++;
	hostlist_init(&f->names, m->c->arena);
	for (size_t i = 0; i < f->lines.n && f->known; i++) {
		const struct hostlist *names = &m->l->nodes.v[f->lines.v[i]].names;
		f->known = may_keep(m, names->runs.n);
		if (f->known)
			hostlist_add(&f->names, names);
	}
}

static void take_feature(struct members *m, struct user_line *u)
{
	const char *feature = record_value(u->rec, "Feature");
	if (!feature)
		return;
	struct feature_nodes *f = map_get(&m->l->features, feature);
	u->known = u->known && m->l->known;
	if (!f)
		return;
	if (!f->made)
		make_names(m, f);
	u->known = u->known && f->known;
	if (f->names.runs.n)
		add_names(m, u, &f->names, f->list);
}

static void read_sets(struct members *m)
{
	struct lines *l = m->l;
	bool by_feature = false;
	for (size_t i = 0; i < l->sets.n; i++) {
		struct hostlist name;
		hostlist_init(&name, m->c->arena);
		hostlist_add_name(&name, line_name(&l->sets.v[i]));
		hostindex_add(m->set_names, &name, (uint32_t)i);
		by_feature = by_feature || record_find(l->sets.v[i].rec, "Feature");
	}
	hostindex_build(m->set_names, NULL, NULL);
	if (by_feature)
		add_features(m);
	/* From the last on: a set may hold those after it. */
	for (size_t i = l->sets.n; i-- > 0;) {
		read_user(m, &l->sets.v[i]);
		take_feature(m, &l->sets.v[i]);
	}
}

void members_read(struct check *c, struct lines *l)
{
	struct members m = { .c = c, .l = l, .set_names = hostindex_new(c->arena) };
	map_init(&m.texts, c->arena);
	map_init(&l->features, c->arena);
	read_sets(&m);
	for (size_t i = 0; i < l->partitions.n; i++)
		read_partition(&m, &l->partitions.v[i]);
}
