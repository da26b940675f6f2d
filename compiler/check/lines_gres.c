/* lines_gres.c: NodeName lines: Gres, as slurmctld reads it (interfaces/gres.c; common/gres.c in 22.05). */
#include "compiler/check/lines.h"

#include <string.h>

#include "compiler/slurm/value.h"

/* Calls `each` for every Gres that was written, DEFAULT lines too. */
struct gres_pass {
	struct check *c;
	struct map types;    /* GresTypes, as written */
	LIST(size_t) starts; /* where each of them stands in it */
	const struct entry *types_entry;
	const struct entry *whole; /* the entry whose parts are looked at; `exact`: its value stands as it is written */
	bool exact;
};

/* part_place(), of a value of thousands of parts: measured once. */
static struct span place_of_part(struct gres_pass *p, const struct entry *e, size_t start, size_t end)
{
	if (p->whole != e)
		p->exact = span_known(e->span) && e->span.end - e->span.start == strlen(e->value);
	p->whole = e;
	if (!p->exact || start >= end)
		return e->span;
	return (struct span){ e->span.source, e->span.start + (uint32_t)start, e->span.start + (uint32_t)end };
}

static void types_of(struct check *c, struct gres_pass *p)
{
	*p = (struct gres_pass){ .c = c, .types_entry = global(c, "GresTypes") };
	map_init(&p->types, c->arena);
	for (const char *s = p->types_entry ? p->types_entry->value : ""; *s;) {
		s += strspn(s, ", ");
		size_t n = strcspn(s, ", ");
		bool fresh = false;
		if (n)
			map_add(&p->types, arena_strndup(c->arena, s, n), &fresh);
		if (fresh)
			*list_push(c->arena, &p->starts) = (size_t)(s - p->types_entry->value);
		s += n;
	}
}

static size_t said(const struct check *c)
{
	return c->diags->errors + c->diags->warnings + c->diags->infos;
}

static void each_gres(struct gres_pass *p, void (*each)(struct gres_pass *p, const struct entry *e))
{
	const struct fact *f = fact_find(SLURM_CONF, SECTION_NODE, "Gres");
	const char *fine = ""; /* the last of which there was nothing to say: thousands of lines have the same */
	for (size_t i = 0; i < p->c->records->sections[SLURM_CONF][SECTION_NODE].n; i++) {
		const struct entry *e = record_entry(p->c->records->sections[SLURM_CONF][SECTION_NODE].v[i], f);
		size_t before = said(p->c);
		if (!e || e->inherited || strcmp(e->value, fine) == 0)
			continue;
		each(p, e);
		if (said(p->c) == before)
			fine = e->value;
	}
}

/* One item of a value, between commas: its bytes. False after the last. */
struct item {
	size_t start, end;
};

static bool next_item(const char *value, size_t *at, struct item *ret)
{
	while (value[*at] == ',')
		++*at;
	ret->start = *at;
	*at += strcspn(value + *at, ",");
	ret->end = *at;
	return ret->end > ret->start;
}

static bool parse_item(struct check *c, const struct entry *e, const struct item *i, struct gres_item *ret,
		       const char **ret_error)
{
	struct gres_items one;
	if (!slurm_gres_parse(c->arena, arena_strndup(c->arena, e->value + i->start, i->end - i->start), &one,
			      ret_error))
		return false;
	*ret = one.list.v[0];
	return true;
}

/* ---- gres-not-in-types */

static const char *type_near(struct gres_pass *p, const char *name)
{
	const char **all = ARENA_ARRAY(p->c->arena, p->types.n + 1, const char *);
	for (size_t i = 0; i < p->types.n; i++)
		all[i] = p->types.v[i].key;
	return suggest(name, all, p->types.n);
}

/* Slurm's own names are: gpu, mps, shard. */
static bool is_lower(const char *s)
{
	while (*s && !(*s >= 'A' && *s <= 'Z'))
		s++;
	return !*s;
}

static void say_missing(struct gres_pass *p, const struct entry *e, const struct item *i, const char *name)
{
	struct check *c = p->c;
	size_t n = strlen(name);
	const char *slash = strchr(name, '/'), *near;
	struct diag *d = finding(c, place_of_part(p, e, i->start, i->start + n),
				 p->types_entry ? "gres '%s' is not in GresTypes: Slurm drops it, and no job gets it"
						: "gres '%s' without GresTypes: Slurm drops it, and no job gets it",
				 name);
	if (d == c->diags->spare)
		return;
	near = type_near(p, name);
	if (p->types_entry)
		diag_note(c->diags, d, p->types_entry->span, "GresTypes stands here");
	if (slash && map_find(&p->types, slash + 1))
		diag_help(c->diags, d, "write '%s': 'gres/' belongs to TRES, not to Gres", slash + 1);
	else if (near && text_equal_nocase(near, name) && is_lower(name))
		diag_help(c->diags, d, "write '%s' in GresTypes: upper and lower case count", name);
	else if (near && text_equal_nocase(near, name))
		diag_help(c->diags, d, "write '%s': upper and lower case count", near);
	else if (near)
		diag_help(c->diags, d, "did you mean '%s'?", near);
	else if (p->types_entry)
		diag_help(c->diags, d, "write GresTypes=%s,%s", p->types_entry->value, name);
	else
		diag_help(c->diags, d, "add GresTypes=%s", name);
}

static void look_for_types(struct gres_pass *p, const struct entry *e)
{
	struct item i;
	struct map said;
	map_init(&said, p->c->arena);
	for (size_t at = 0; next_item(e->value, &at, &i);) {
		size_t n = strcspn(e->value + i.start, ":(,");
		const char *name = arena_strndup(p->c->arena, e->value + i.start, n);
		bool fresh;
		if (map_find(&p->types, name) || text_equal_nocase(name, "none"))
			continue;
		map_add(&said, name, &fresh);
		if (fresh)
			say_missing(p, e, &i, name);
	}
}

void rule_gres_not_in_types(struct check *c)
{
	struct gres_pass p;
	types_of(c, &p);
	if (c->files->torn && !p.types_entry) /* it may stand where nobody could read */
		return;
	each_gres(&p, look_for_types);
}

/* ---- bad-gres */

static void look_for_bad(struct gres_pass *p, const struct entry *e)
{
	struct item i;
	for (size_t at = 0; next_item(e->value, &at, &i);) {
		struct gres_item g;
		const char *error;
		bool semicolon = memchr(e->value + i.start, ';', i.end - i.start);
		if (text_equal_nocase(e->value, "none") || (!semicolon && parse_item(p->c, e, &i, &g, &error)))
			continue;
		if (semicolon)
			error = "a semicolon parts nothing here";
		struct diag *d = finding(p->c, place_of_part(p, e, i.start, i.end),
					 "'%.*s' is no gres: %s; Slurm logs an error and the node lacks it",
					 (int)(i.end - i.start), e->value + i.start, error);
		diag_help(
			p->c->diags, d,
			"a gres is name, name:count or name:type:count, with K, M, G behind a count; commas part them");
	}
}

void rule_bad_gres(struct check *c)
{
	struct gres_pass p = { .c = c };
	each_gres(&p, look_for_bad);
}

/* ---- node-gres-mixed, node-gres-twice */

static void look_for_pairs(struct gres_pass *p, const struct entry *e, bool mixed)
{
	struct item i;
	struct map names, whole;
	map_init(&names, p->c->arena);
	map_init(&whole, p->c->arena);
	for (size_t at = 0; next_item(e->value, &at, &i);) {
		struct gres_item g;
		const char *error;
		bool fresh, fresh_name;
		if (!parse_item(p->c, e, &i, &g, &error))
			continue;
		struct map_entry *first = map_add(&names, g.name, &fresh_name);
		if (fresh_name)
			first->value = (void *)(uintptr_t)(g.type ? "typed" : "");
		map_add(&whole, arena_printf(p->c->arena, "%s:%s", g.name, g.type ? g.type : ""), &fresh);
		struct span here = place_of_part(p, e, i.start, i.end);
		if (mixed && !fresh_name && !*(const char *)first->value != !g.type) {
			diag_help(p->c->diags,
				  finding(p->c, here,
					  "some '%s' of this node have a type and some have none: slurmd stops",
					  g.name),
				  "give each of them a type, here and in gres.conf, or none");
			return;
		}
		if (!mixed && !fresh) {
			diag_help(p->c->diags,
				  finding(p->c, here, "gres '%s%s%s' stands twice on this line", g.name,
					  g.type ? ":" : "", g.type ? g.type : ""),
				  "write it once, with the count of all");
			return;
		}
	}
}

static void look_for_mixed(struct gres_pass *p, const struct entry *e)
{
	look_for_pairs(p, e, true);
}

static void look_for_twice(struct gres_pass *p, const struct entry *e)
{
	look_for_pairs(p, e, false);
}

void rule_node_gres_mixed(struct check *c)
{
	struct gres_pass p = { .c = c };
	each_gres(&p, look_for_mixed);
}

void rule_node_gres_twice(struct check *c)
{
	struct gres_pass p = { .c = c };
	each_gres(&p, look_for_twice);
}

/* ---- gres-type-unused */

static void use_types(struct gres_pass *p, const struct entry *e)
{
	struct item i;
	for (size_t at = 0; next_item(e->value, &at, &i);) {
		struct map_entry *type = map_find(
			&p->types, arena_strndup(p->c->arena, e->value + i.start, strcspn(e->value + i.start, ":(,")));
		if (type)
			type->value = p;
		/* Written otherwise, it is gres-not-in-types' */
		for (size_t k = 0; !type && k < p->types.n; k++)
			if (text_equal_nocase(p->types.v[k].key, arena_strndup(p->c->arena, e->value + i.start,
									       strcspn(e->value + i.start, ":(,"))))
				p->types.v[k].value = p;
	}
}

void rule_gres_type_unused(struct check *c)
{
	struct gres_pass p;
	types_of(c, &p);
	if (!p.types_entry || lines_of(c)->dynamic || !lines_of(c)->nodes.n)
		return;
	each_gres(&p, use_types);
	for (size_t i = 0; i < p.types.n; i++) {
		const char *type = p.types.v[i].key;
		/* Of a part of a GPU without a GPU shared-gres-without-gpu says more. */
		bool part = text_equal(type, "shard") || text_equal(type, "mps");
		if (p.types.v[i].value || (part && !holds_word(p.types_entry->value, "gpu")))
			continue;
		size_t start = p.starts.v[i];
		struct diag *d = finding(c, place_of_part(&p, p.types_entry, start, start + strlen(p.types.v[i].key)),
					 "no node has gres '%s': no job can ask for it", p.types.v[i].key);
		diag_help(c->diags, d,
			  "write it on the nodes' lines as well, as in Gres=%s:1; gres.conf alone gives a node nothing",
			  p.types.v[i].key);
	}
}
