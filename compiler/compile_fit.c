/* compile_fit.c: files of Slurm's read for all releases, and what tells these apart. */
#include "compiler/compile_fit.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading */

void fit_read(struct fit *x, enum release r, const enum release *target)
{
	struct slurm_files *files = ARENA_NEW(x->scratch, struct slurm_files);
	files->upgrades = target != NULL;
	files->target = target ? *target : RELEASE_NONE;
	diags_init(&x->said[r], x->c->arena);
	compile_slurm_read(x->c, x->scratch, files, &x->said[r], r);
	arena_empty(x->scratch);
}

/* Several findings of one rule at one place are told apart by their order. */
struct findings_at {
	LIST(struct found *) found;
	size_t n[RELEASE_COUNT];
};

static struct found *found_like(struct fit *x, const struct diag *d, enum release r)
{
	bool fresh;
	const char *key = arena_printf(x->c->arena, "%s %u:%u-%u", d->rule, (unsigned)d->span.source,
				       (unsigned)d->span.start, (unsigned)d->span.end);
	struct map_entry *e = map_add(&x->by_place, key, &fresh);
	if (fresh)
		e->value = ARENA_NEW(x->c->arena, struct findings_at);
	struct findings_at *p = e->value;
	if (p->n[r] == p->found.n) {
		struct found *f = ARENA_NEW(x->c->arena, struct found);
		*list_push(x->c->arena, &p->found) = f;
		*list_push(x->c->arena, &x->all) = f;
	}
	return p->found.v[p->n[r]++];
}

void fit_collect(struct fit *x, enum release r)
{
	for (size_t i = 0; i < x->said[r].list.n; i++) {
		struct diag *d = x->said[r].list.v[i];
		struct found *f = found_like(x, d, r);
		f->by[r] = d;
		f->in |= release_bit(r);
		if (d->severity == SEVERITY_ERROR)
			f->errors |= release_bit(r);
	}
}

struct fit *fit_new(struct compile *c)
{
	struct fit *x = ARENA_NEW(c->arena, struct fit);
	x->c = c;
	x->scratch = arena_new();
	map_init(&x->by_place, c->arena);
	return x;
}

void fit_end(struct fit *x)
{
	arena_free(x->scratch);
	x->scratch = NULL;
}

/* ---- showing */

static enum severity worst(const struct found *f, release_set among, release_set *ret_in)
{
	enum severity most = SEVERITY_INFO;
	for (int r = 0; r < RELEASE_COUNT; r++)
		if (f->by[r] && releases_hold(among, (enum release)r) && f->by[r]->severity >= most) {
			*ret_in = f->by[r]->severity > most ? 0 : *ret_in;
			most = f->by[r]->severity;
			*ret_in |= release_bit((enum release)r);
		}
	return most;
}

/* The finding as the newest release has it for which it weighs most; with a note when it is not alike for all. */
static struct diag *show(struct fit *x, const struct found *f, release_set shown)
{
	static const char *const names[] = { "a remark", "a warning", "an error" };
	struct arena *a = x->c->arena;
	release_set here = f->in & shown, heaviest = 0;
	if (!here)
		return f->by[releases_newest(f->in)];
	enum severity severity = worst(f, here, &heaviest);
	struct diag *d = f->by[releases_newest(heaviest)];
	if (here != shown)
		diag_note(&x->c->diags, d, (struct span){ 0 }, "%s", releases_said_among(a, here, shown));
	if (heaviest != here)
		diag_note(&x->c->diags, d, (struct span){ 0 }, "%s %s", names[severity],
			  releases_said_among(a, heaviest, here));
	return d;
}

static void count(struct diags *d, const struct diag *x)
{
	d->errors += x->severity == SEVERITY_ERROR;
	d->warnings += x->severity == SEVERITY_WARNING;
	d->infos += x->severity == SEVERITY_INFO;
}

void fit_put(struct diags *d, struct diag *x)
{
	x->order = (uint32_t)d->list.n;
	*list_push(d->arena, &d->list) = x;
	count(d, x);
}

/* What the newest of them had to say beyond what is recorded. */
void fit_add_dropped(struct diags *to, const struct diags *from)
{
	struct diags recorded = { 0 };
	for (size_t i = 0; i < from->list.n; i++)
		count(&recorded, from->list.v[i]);
	to->errors += from->errors - recorded.errors;
	to->warnings += from->warnings - recorded.warnings;
	to->infos += from->infos - recorded.infos;
	to->dropped += from->dropped;
}

/* All findings are put before the comments that silence them, so that none seems to silence nothing; then those that
 * hold for no release that is shown are taken out. */
void fit_put_all(struct fit *x, release_set shown)
{
	struct diags *d = &x->c->diags;
	bool *hidden = arena_alloc(x->c->arena, d->list.n + x->all.n + 1);
	memset(hidden, 0, d->list.n + x->all.n + 1);
	for (size_t i = 0; i < x->all.n; i++) {
		hidden[d->list.n] = !(x->all.v[i]->in & shown);
		fit_put(d, show(x, x->all.v[i], shown));
	}
	size_t merged = d->list.n, kept = 0;
	struct diag **before = arena_alloc(x->c->arena, (merged + 1) * sizeof(*before));
	for (size_t i = 0; i < merged; i++)
		before[i] = d->list.v[i];
	compile_slurm_ignores(x->c);
	struct diags all = *d;
	d->errors = d->warnings = d->infos = 0;
	for (size_t i = 0; i < all.list.n; i++) {
		struct diag *one = all.list.v[i];
		if (one->order < merged && before[one->order] == one && hidden[one->order])
			continue;
		d->list.v[kept++] = one;
		count(d, one);
	}
	d->list.n = kept;
	fit_add_dropped(d, &x->said[releases_newest(shown)]);
}

/* ---- which releases fit */

static const struct diag *refusal(const struct found *f)
{
	return f->by[releases_newest(f->errors)];
}

/* An error that every release has something to say of does not tell them apart, and what a machine lacks can be brought
 * there. */
static release_set refusing(const struct found *f)
{
	bool tells = f->errors && f->in != RELEASES_ALL && !text_starts(refusal(f)->rule, "machine-");
	return tells ? f->errors : RELEASES_NONE;
}

static release_set fitting(const struct fit *x)
{
	release_set fits = RELEASES_ALL;
	size_t fewest = SIZE_MAX;
	bool dropped = false;
	for (size_t i = 0; i < x->all.n; i++)
		fits &= ~refusing(x->all.v[i]);
	for (int r = 0; r < RELEASE_COUNT; r++) {
		dropped = dropped || x->said[r].dropped;
		fewest = x->said[r].errors < fewest ? x->said[r].errors : fewest;
	}
	/* Of findings that were not recorded the number alone is known. */
	for (int r = 0; dropped && r < RELEASE_COUNT; r++)
		if (x->said[r].errors > fewest)
			fits &= ~release_bit((enum release)r);
	return fits;
}

/* Findings that leave no release together: two if two do, else as many as it takes. */
struct quarrel {
	const struct found *v[RELEASE_COUNT];
	size_t n;
};

static struct quarrel quarrel_of(const struct fit *x)
{
	const struct found *kinds[RELEASES_ALL + 1] = { 0 };
	struct quarrel q = { 0 };
	release_set left = RELEASES_ALL;
	for (size_t i = x->all.n; i-- > 0;)
		kinds[refusing(x->all.v[i])] = x->all.v[i]; /* at 0: those that refuse nothing */
	for (release_set one = 1; one <= RELEASES_ALL; one++)
		for (release_set two = one; kinds[one] && two <= RELEASES_ALL; two++)
			if (kinds[two] && (one | two) == RELEASES_ALL)
				return (struct quarrel){ { kinds[two], kinds[one] }, 2 };
	for (release_set one = 1; left && one <= RELEASES_ALL; one++)
		if (kinds[one] && (left & one)) {
			q.v[q.n++] = kinds[one];
			left &= ~one;
		}
	return q;
}

static const char *named(struct fit *x, const struct found *f)
{
	struct diags *d = &x->c->diags;
	const struct diag *one = refusal(f);
	const char *text = source_text(&x->c->sources, one->span);
	return *text ? arena_printf(d->arena, "'%s'", diag_quote(d, text)) : one->message;
}

void fit_said_none(struct fit *x)
{
	struct compile *c = x->c;
	struct quarrel q = quarrel_of(x);
	struct text t;
	text_init(&t, c->arena);
	for (size_t i = 0; i < q.n; i++)
		text_addf(&t, "%s%s wants %s", i ? ", " : "", named(x, q.v[i]),
			  releases_wanted(c->arena, RELEASES_ALL & ~q.v[i]->errors));
	struct diag *d = diag_error(&c->diags, "no-release-fits", q.n ? refusal(q.v[0])->span : (struct span){ 0 },
				    "no release of Slurm takes these files%s%s", q.n ? ": " : "", t.s);
	for (size_t i = 1; i < q.n; i++)
		diag_note(&c->diags, d, refusal(q.v[i])->span, "%s", refusal(q.v[i])->message);
	diag_help(&c->diags, d, "say by --slurm which release they are for, to see what to change");
}

/* The finding that leaves out the most of these releases; the first of several, by its place in what was found. */
static const struct found *most_refusing(const struct fit *x, release_set run)
{
	const struct found *best = NULL;
	unsigned most = 0;
	for (size_t i = 0; i < x->all.n; i++) {
		unsigned n = 0;
		for (release_set left = refusing(x->all.v[i]) & run; left; left &= left - 1)
			n++;
		if (n > most) {
			most = n;
			best = x->all.v[i];
		}
	}
	return best;
}

static void say_refused(struct fit *x, release_set run)
{
	struct arena *a = x->c->arena;
	const struct found *f = most_refusing(x, run);
	if (!f)
		return; /* it is among those that were not recorded */
	const struct diag *d = f->by[releases_newest(refusing(f) & run)];
	const struct source *s = source_of(&x->c->sources, d->span);
	const char *place =
		s ? arena_printf(a, "%s:%u: ", s->name, (unsigned)source_position(s, d->span.start).line) : "";
	*list_push(a, &x->c->refused) =
		arena_printf(a, "not %s: %s%s", releases_said(a, refusing(f) & run), place, d->message);
}

/* Each stretch of releases that do not fit. */
static void say_all_refused(struct fit *x)
{
	release_set run = RELEASES_NONE;
	for (int r = 0; r <= RELEASE_COUNT && x->c->fits; r++) {
		bool out = r < RELEASE_COUNT && !releases_hold(x->c->fits, (enum release)r);
		if (out)
			run |= release_bit((enum release)r);
		else if (run) {
			say_refused(x, run);
			run = RELEASES_NONE;
		}
	}
}

struct fit *fit_all(struct compile *c)
{
	struct fit *x = fit_new(c);
	for (int r = RELEASE_COUNT - 1; r >= 0; r--) {
		fit_read(x, (enum release)r, NULL);
		fit_collect(x, (enum release)r);
	}
	fit_end(x);
	c->fits = fitting(x);
	c->fitted = !c->torn; /* what lacks may be what a release refuses */
	say_all_refused(x);
	return x;
}

void compile_fit(struct compile *c)
{
	struct fit *x = fit_all(c);
	if (!c->fits && !c->torn)
		fit_said_none(x);
	fit_put_all(x, c->fits ? c->fits : release_bit(RELEASE_COUNT - 1));
}
