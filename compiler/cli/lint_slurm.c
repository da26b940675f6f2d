/* lint_slurm.c: hpcc lint, of Slurm's own files: which they are, for which releases, on which machine. */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/cli/lint.h"

/* ---- which file an argument is */

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool exists(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0;
}

/* The file of exactly this name. */
static enum slurm_file file_called(const char *name, size_t n)
{
	for (int f = 0; f < SLURM_FILE_COUNT; f++)
		if (strlen(slurm_file_name((enum slurm_file)f)) == n &&
		    strncasecmp(slurm_file_name((enum slurm_file)f), name, n) == 0)
			return (enum slurm_file)f;
	return SLURM_FILE_COUNT;
}

/* Of gres.conf=FILE: where FILE begins; NULL for a path. */
static const char *named_path(const char *argument, enum slurm_file *ret)
{
	const char *equals = strchr(argument, '=');
	*ret = equals ? file_called(argument, (size_t)(equals - argument)) : SLURM_FILE_COUNT;
	return *ret != SLURM_FILE_COUNT ? equals + 1 : NULL;
}

/* Files of Slurm's whose keys hpcc does not know. */
static bool is_unknown_yaml(const char *name)
{
	return strcmp(name, "namespace.yaml") == 0 || strcmp(name, "resources.yaml") == 0;
}

bool lint_is_spec(const char *argument)
{
	enum slurm_file file;
	const char *name = last_part(argument);
	if (is_unknown_yaml(name))
		return false;
	bool yaml = text_ends(name, ".yaml") || text_ends(name, ".yml") || text_ends(name, ".json");
	return yaml && !named_path(argument, &file) && file_called(name, strlen(name)) == SLURM_FILE_COUNT;
}

bool lint_is_slurm(const char *argument)
{
	enum slurm_file file;
	return !lint_is_spec(argument) && (is_unknown_yaml(last_part(argument)) || named_path(argument, &file) ||
					   slurm_file_of(argument) != SLURM_FILE_COUNT || is_folder(argument));
}

/* ---- taking them */

/* A name before '=' that is nearly one of Slurm's files. */
static bool said_misspelt(const char *argument)
{
	const char *equals = strchr(argument, '='), *names[SLURM_FILE_COUNT];
	if (!equals || equals == argument || exists(argument) || memchr(argument, '/', (size_t)(equals - argument)))
		return false;
	for (int f = 0; f < SLURM_FILE_COUNT; f++)
		names[f] = slurm_file_name((enum slurm_file)f);
	struct arena *a = arena_new();
	const char *written = arena_strndup(a, argument, (size_t)(equals - argument));
	const char *meant = suggest(written, names, SLURM_FILE_COUNT);
	if (meant)
		fprintf(stderr, "hpcc lint: no file of Slurm's is called '%s'; did you mean %s=%s?\n", written, meant,
			equals + 1);
	arena_free(a);
	return meant != NULL;
}

/* What a folder holds of Slurm's files. One that only others may read is passed over with a word: /etc/slurm has a
 * slurmdbd.conf that is SlurmUser's alone. */
static bool take_folder(struct compile *c, const char *folder)
{
	size_t n = strlen(folder), taken = 0;
	while (n > 1 && folder[n - 1] == '/')
		n--;
	for (int f = 0; f < SLURM_FILE_COUNT; f++) {
		const char *name = slurm_file_name((enum slurm_file)f);
		const char *path =
			arena_printf(c->arena, "%.*s%s%s", (int)n, folder, folder[n - 1] == '/' ? "" : "/", name);
		if (!exists(path))
			continue;
		taken++;
		if (access(path, R_OK) != 0 && errno == EACCES)
			diag_warning(&c->diags, "unreadable-file", (struct span){ 0 },
				     "cannot read '%s': %s: linted without it", path, strerror(EACCES));
		else
			compile_slurm_add(c, path, (enum slurm_file)f);
	}
	if (!taken)
		fprintf(stderr, "hpcc lint: folder '%s' holds none of Slurm's files\n", folder);
	return taken > 0;
}

static bool take(struct compile *c, const char *argument)
{
	enum slurm_file file;
	const char *path = named_path(argument, &file);
	if (!path && strcmp(argument, "-") == 0) {
		fprintf(stderr, "hpcc lint: say which of Slurm's files standard input is: slurm.conf=-\n");
		return false;
	}
	if (!path && lint_is_spec(argument)) {
		fprintf(stderr,
			"hpcc lint: '%s' looks like a spec, and --slurm is for Slurm's own files\n"
			"(topology.yaml=%s says which one it is)\n",
			argument, argument);
		return false;
	}
	if (!path && said_misspelt(argument))
		return false;
	if (!path && is_unknown_yaml(last_part(argument)) && slurm_file_of(argument) == SLURM_FILE_COUNT) {
		diag_add(&c->diags, SEVERITY_INFO, "unreadable-file", (struct span){ 0 },
			 "hpcc does not know the keys of '%s': it is passed over", argument);
		return true;
	}
	if (!path && is_folder(argument))
		return take_folder(c, argument);
	compile_slurm_add(c, path ? path : argument, file);
	return true;
}

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
		fine = take(c, argv[i]);
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
