/* compile_upgrade.c: files of Slurm's, and what becomes of them on the way from one release to another. */
#include "compiler/compile_fit.h"

#include <string.h>

/* What upgrade-key says of a key, with the order of steps, the target's own rules say without it. */
static bool is_said_better(const struct fit *x, const struct found *f, enum release present)
{
	static const char *const rules[] = { "slurm-key-release", "refused-slurm-key", "defunct-slurm-key",
					     "renamed-slurm-key" };
	bool one_of = false;
	const struct diag *d = f->by[releases_newest(f->in)];
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		one_of = one_of || strcmp(d->rule, rules[i]) == 0;
	for (size_t i = 0; one_of && i < x->said[present].list.n; i++) {
		const struct diag *other = x->said[present].list.v[i];
		if (strcmp(other->rule, "upgrade-key") == 0 && other->span.source == d->span.source &&
		    other->span.start == d->span.start)
			return true;
	}
	return false;
}

/* The first release on the way of which it was found; the target itself where the way is one step. */
static enum release first_after(const struct found *f, enum release present, enum release target)
{
	for (enum release r = present + 1; r < target; r++)
		if (f->by[r])
			return r;
	return target;
}

static void put_upgrade(struct fit *x, enum release present, enum release target)
{
	struct diags *d = &x->c->diags;
	const char *step = release_is_older(target, present) ? "downgrade" : "upgrade";
	for (size_t i = 0; i < x->all.n; i++) {
		const struct found *f = x->all.v[i];
		if (is_said_better(x, f, present))
			continue;
		struct diag *one = f->by[f->by[target] ? target : present];
		enum release first = first_after(f, present, target);
		if (!one)
			continue; /* on the way alone */
		if (!f->by[present] && f->by[target]) {
			one = f->by[first];
			diag_note(d, one, (struct span){ 0 }, "after the %s to %s", step, release_name(first));
		} else if (f->in == release_bit(present) && !text_starts(one->rule, "upgrade-")) {
			diag_note(d, one, (struct span){ 0 }, "until the %s to %s", step, release_name(target));
		}
		fit_put(d, one);
	}
	fit_add_dropped(d, &x->said[target]);
}

void compile_upgrade(struct compile *c, enum release present, enum release target)
{
	c->target = target;
	if (present == RELEASE_NONE) {
		struct fit *all = fit_all(c);
		release_set before = c->fits & releases_before(target);
		present = releases_newest(before);
		c->undecided = before != release_bit(present) && before;
		if (c->undecided)
			return;
		if (present == RELEASE_NONE) {
			c->release = RELEASE_NONE;
			if (!c->fits)
				fit_said_none(all);
			fit_put_all(all, c->fits ? c->fits : release_bit(target));
			return;
		}
	}
	c->release = present;
	struct fit *x = fit_new(c);
	fit_read(x, present, &target);
	fit_collect(x, present);
	for (enum release r = present; release_is_older(r, target);) {
		r = upgrade_step(r, target);
		fit_read(x, r, NULL);
		fit_collect(x, r);
	}
	if (release_is_older(target, present)) {
		fit_read(x, target, NULL);
		fit_collect(x, target);
	}
	fit_end(x);
	put_upgrade(x, present, target);
}
