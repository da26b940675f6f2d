/* options.c: what the chosen release makes of a key of `options`. */
#include "compiler/check/options.h"

#include <ctype.h>
#include <string.h>

#include "compiler/schema/schema.h"

const char *lower_case(struct arena *a, const char *s)
{
	char *t = arena_strdup(a, s);
	for (char *p = t; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return t;
}

const char *place_key(struct arena *a, enum slurm_file file, enum slurm_section section, const char *key)
{
	return arena_printf(a, "%d/%d/%s", (int)file, (int)section, lower_case(a, key));
}

const char *place_name(enum slurm_file file, enum slurm_section section)
{
	static const char *const lines[SECTION_COUNT] = {
		[SECTION_NODE] = "a NodeName line",
		[SECTION_PARTITION] = "a PartitionName line",
		[SECTION_NODESET] = "a NodeSet line",
		[SECTION_DOWNNODES] = "a DownNodes line",
		[SECTION_FRONTEND] = "a FrontendName line",
		[SECTION_POWERACTION] = "a PowerAction line",
		[SECTION_GRES] = "a line of gres.conf",
		[SECTION_SWITCH] = "a SwitchName line",
		[SECTION_BLOCK] = "a BlockName line",
		[SECTION_RING] = "a RingName line",
		[SECTION_CONTAINER] = "a line of job_container.conf",
		[SECTION_FEATURE] = "a Feature line",
	};
	if (lines[section])
		return lines[section];
	return file == SLURM_CONF ? "the globals of slurm.conf" : slurm_file_name(file);
}

/* A row's key is hpcc's, unless the row is one word of several ("ports=" of MpiParams): then that word is. */
static void own_row(struct option_pass *p, const struct shape *s, const struct field *f, const char *path)
{
	struct arena *a = p->c->arena;
	if (!fact_find(f->slurm_file, s->slurm_section, f->slurm))
		return;
	const char *key = f->slurm;
	if (f->prefix && text_ends(f->prefix, "="))
		key = arena_printf(a, "%s=%.*s", key, (int)strlen(f->prefix) - 1, f->prefix);
	map_set(&p->owners, place_key(a, f->slurm_file, s->slurm_section, key), (void *)(uintptr_t)path);
}

static void own_rows(struct option_pass *p, const struct shape *s, const char *path)
{
	struct arena *a = p->c->arena;
	for (size_t i = 0; i < s->n; i++) {
		const struct field *f = &s->fields[i];
		const char *here = *path ? arena_printf(a, "%s.%s", path, f->key) : f->key;
		if (f->slurm)
			own_row(p, s, f, here);
		if (f->slurm_options)
			map_set(&p->ways, place_key(a, f->slurm_file, f->slurm_section, ""), (void *)(uintptr_t)here);
		if (f->shape)
			own_rows(p, f->shape, f->kind == VALUE_STRUCT ? here : arena_printf(a, "%s.*", here));
	}
}

struct option_pass option_pass_of(struct check *c)
{
	struct option_pass p = { .c = c, .release = RELEASE_NONE };
	if (c->spec->slurm && c->spec->slurm->version)
		p.release = release_parse(c->spec->slurm->version);
	map_init(&p.owners, c->arena);
	map_init(&p.ways, c->arena);
	map_init(&p.shapes, c->arena);
	return p;
}

const char *owner_at(const struct option_pass *p, enum slurm_file file, enum slurm_section section, const char *key)
{
	return map_get(&p->owners, place_key(p->c->arena, file, section, key));
}

/* The word of a list that hpcc owns: MpiParams=ports=60001-63000. */
static const char *owner_of_word(const struct option_pass *p, const struct fact *fact, const struct option *o)
{
	struct arena *a = p->c->arena;
	if (fact->type != FACT_WORDS)
		return NULL;
	for (const char *s = o->value; *s;) {
		s += strspn(s, ", \t");
		const char *word = arena_strndup(a, s, strcspn(s, "=, \t"));
		const char *path = owner_at(p, fact->file, fact->section, arena_printf(a, "%s=%s", fact->key, word));
		if (*word && path)
			return path;
		s += strcspn(s, ",");
	}
	return NULL;
}

const char *owner_of(const struct option_pass *p, const struct field *f, const struct option *o)
{
	const struct fact *fact = fact_find(f->slurm_file, f->slurm_section, o->key);
	const char *path = owner_at(p, f->slurm_file, f->slurm_section, o->key);
	if (path || !fact)
		return path;
	const struct fact *now = fact_current(fact, p->release);
	if (now != fact && !fact->renamed_word)
		path = owner_at(p, now->file, now->section, now->key);
	return path ? path : owner_of_word(p, fact, o);
}

static enum key_state option_state(const struct option_pass *p, const struct field *f, const struct option *o)
{
	const struct fact *fact = fact_find(f->slurm_file, f->slurm_section, o->key);
	if (owner_of(p, f, o))
		return KEY_OWNED;
	if (!fact)
		return KEY_UNKNOWN;
	if (!fact_known(fact, p->release))
		return KEY_RELEASE;
	/* read_config.c: FastSchedule=1, what it always is now, is only complained of. */
	if (p->release >= fact->refused)
		return strcmp(fact->key, "FastSchedule") == 0 && strcmp(o->value, "1") == 0 ? KEY_DEFUNCT : KEY_REFUSED;
	if (p->release >= fact->defunct)
		return KEY_DEFUNCT;
	return fact_current(fact, p->release) == fact ? KEY_FINE : KEY_RENAMED;
}

/* ---- the walk */

/* Once there are options at all. */
static void know_owners(struct option_pass *p)
{
	if (p->owners.n)
		return;
	for (const struct owned_key *k = owned_keys; k->key; k++)
		map_set(&p->owners, place_key(p->c->arena, k->file, k->section, k->key),
			(void *)(uintptr_t)k->spec_key);
	own_rows(p, &spec_shape, "");
}

/* Bodies in which options of Slurm's are given: few, so the spec is walked once for all rules. */
static void collect(void *ctx, void *body, const char *key)
{
	struct check *c = ctx;
	const struct origin *x = body;
	for (size_t i = 0; i < x->shape->n; i++) {
		const struct field *f = &x->shape->fields[i];
		if (f->slurm_options && ((const struct options *)field_at(f, x))->given) {
			*list_push(c->arena, &c->with_options) = x;
			return;
		}
	}
}

static void visit_options(struct option_pass *p, const struct origin *x)
{
	const struct node *last = p->last;
	for (size_t i = 0; x->node && x->node != p->last && i < x->shape->n; i++) {
		const struct field *f = &x->shape->fields[i];
		if (!f->slurm_options || !written_offset(x, f->offset))
			continue;
		const struct options *options = field_at(f, x);
		last = x->node;
		know_owners(p);
		if (p->body)
			p->body(p, f, options);
		for (size_t j = 0; p->option && j < options->n; j++)
			if (option_state(p, f, &options->v[j]) == p->wanted)
				p->option(p, f, x->shape, &options->v[j]);
	}
	p->last = last;
}

void options_walk(struct option_pass *p)
{
	struct check *c = p->c;
	if (p->release == RELEASE_NONE)
		return;
	if (!c->options_collected) {
		schema_walk((void *)(uintptr_t)c->spec, collect, c);
		c->options_collected = true;
	}
	for (size_t i = 0; i < c->with_options.n; i++)
		visit_options(p, c->with_options.v[i]);
}
