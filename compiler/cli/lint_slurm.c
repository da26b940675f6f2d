/* lint_slurm.c: hpcc lint, of Slurm's own files: for which releases, on which machine. */
#include <string.h>

#include "compiler/cli/lint.h"

/* ---- releases */

static bool take_release(const char *option, const char *text, enum release *ret)
{
	const char *names[RELEASE_COUNT];
	*ret = text ? release_parse(text) : RELEASE_NONE;
	if (!text || *ret != RELEASE_NONE)
		return true;
	if (release_is_newer(text)) {
		fprintf(stderr, "hpcc lint: %s: hpcc knows no release after %s, and %s is newer\n", option,
			release_name(RELEASE_COUNT - 1), text);
		return false;
	}
	for (int r = 0; r < RELEASE_COUNT; r++)
		names[r] = release_name((enum release)r);
	const char *meant = suggest(text, names, RELEASE_COUNT);
	fprintf(stderr, "hpcc lint: %s: no release '%s' of Slurm", option, text);
	if (meant)
		fprintf(stderr, "; did you mean '%s'?", meant);
	fprintf(stderr, "\nReleases:");
	for (int r = 0; r < RELEASE_COUNT; r++)
		fprintf(stderr, " %s", names[r]);
	fprintf(stderr, "\n");
	return false;
}

static bool releases_differ(enum release from, enum release to)
{
	if (from == RELEASE_NONE || from != to)
		return true;
	fprintf(stderr, "hpcc lint: --slurm and --target-slurm are both %s: there is nothing to upgrade\n",
		release_name(to));
	return false;
}

static const char *fit_said(struct compile *c)
{
	if (!c->fits)
		return arena_printf(c->arena, "these files fit no release of Slurm; what is said of them holds for %s",
				    release_name(RELEASE_COUNT - 1));
	const char *said = arena_printf(c->arena, "%sthese files fit Slurm %s",
					c->diags.errors ? "but for the errors " : "", releases_said(c->arena, c->fits));
	if (c->target == RELEASE_NONE)
		return said;
	if (c->release == RELEASE_NONE)
		return arena_printf(c->arena, "%s, none before %s: say by --slurm where the upgrade begins", said,
				    release_name(c->target));
	return arena_printf(c->arena, "%s; the upgrade is taken to begin at %s", said, release_name(c->release));
}

/* The releases, and of those before and after them why they are not among them. */
static void print_fit(struct compile *c, FILE *to)
{
	fprintf(to, "%s\n", fit_said(c));
	for (size_t i = 0; i < c->refused.n; i++)
		fprintf(to, "%s\n", c->refused.v[i]);
}

/* ---- all of it */

static void read_and_check(struct compile *c, enum release release, enum release target)
{
	if (target != RELEASE_NONE)
		compile_upgrade(c, release, target);
	else if (release != RELEASE_NONE)
		compile_slurm(c, release);
	else
		compile_fit(c);
}

int lint_slurm(const struct lint_slurm *s, const struct common *o, int argc, char **argv)
{
	enum release release, target;
	if (!take_release("--slurm", s->release, &release) || !take_release("--target-slurm", s->target, &target) ||
	    (s->target && !releases_differ(release, target)))
		return EXIT_COULD_NOT;
	struct compile *c = compile_new(read_file, NULL);
	bool fine = true;
	if (s->root)
		fine = (c->machine = machine_open(c->arena, s->root)) != NULL;
	for (int i = 0; i < argc && fine; i++)
		fine = slurm_take(c, "lint", argv[i]);
	/* Of a part nothing can be said: what it lacks may stand in the file that could not be read. */
	if (fine && !c->diags.errors)
		read_and_check(c, release, target);
	if (fine && c->undecided) {
		fprintf(stderr,
			"hpcc lint: these files fit Slurm %s: say by --slurm which release is to be upgraded to %s\n",
			releases_said(c->arena, c->fits & releases_before(target)), release_name(target));
		fine = false;
	}
	compile_finish(c);
	int code = fine ? print_findings(c, o, stdout) : EXIT_COULD_NOT;
	if (c->fitted && !o->quiet && code != EXIT_COULD_NOT)
		print_fit(c, beside_findings(o));
	compile_free(c);
	return code;
}
