/* slurm_args.c: which of Slurm's files the arguments of a verb are. */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/cli/slurm_args.h"

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

bool args_is_spec(const char *argument)
{
	enum slurm_file file;
	const char *name = last_part(argument);
	if (is_unknown_yaml(name))
		return false;
	bool yaml = text_ends(name, ".yaml") || text_ends(name, ".yml") || text_ends(name, ".json");
	return yaml && !named_path(argument, &file) && file_called(name, strlen(name)) == SLURM_FILE_COUNT;
}

bool args_is_slurm(const char *argument)
{
	enum slurm_file file;
	return !args_is_spec(argument) && (is_unknown_yaml(last_part(argument)) || named_path(argument, &file) ||
					   slurm_file_of(argument) != SLURM_FILE_COUNT || is_folder(argument));
}

/* ---- taking them */

/* A name before '=' that is nearly one of Slurm's files. */
static bool said_misspelt(const char *verb, const char *argument)
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
		fprintf(stderr, "hpcc %s: no file of Slurm's is called '%s'; did you mean %s=%s?\n", verb, written,
			meant, equals + 1);
	arena_free(a);
	return meant != NULL;
}

/* What a folder holds of Slurm's files. One that only others may read is passed over with a word: /etc/slurm has a
 * slurmdbd.conf that is SlurmUser's alone. */
static bool take_folder(struct compile *c, const char *verb, const char *folder)
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
				     "cannot read '%s': %s: %sed without it", path, strerror(EACCES), verb);
		else
			compile_slurm_add(c, path, (enum slurm_file)f);
	}
	if (!taken)
		fprintf(stderr, "hpcc %s: folder '%s' holds none of Slurm's files\n", verb, folder);
	return taken > 0;
}

bool slurm_take(struct compile *c, const char *verb, const char *argument)
{
	enum slurm_file file;
	const char *path = named_path(argument, &file);
	if (!path && strcmp(argument, "-") == 0) {
		fprintf(stderr, "hpcc %s: say which of Slurm's files standard input is: slurm.conf=-\n", verb);
		return false;
	}
	if (!path && args_is_spec(argument)) {
		fprintf(stderr,
			"hpcc %s: '%s' looks like a spec, and %s is for Slurm's own files\n"
			"(topology.yaml=%s says which one it is)\n",
			verb, argument, strcmp(verb, "lint") == 0 ? "--slurm" : verb, argument);
		return false;
	}
	if (!path && said_misspelt(verb, argument))
		return false;
	if (!path && is_unknown_yaml(last_part(argument)) && slurm_file_of(argument) == SLURM_FILE_COUNT) {
		diag_add(&c->diags, SEVERITY_INFO, "unreadable-file", (struct span){ 0 },
			 "hpcc does not know the keys of '%s': it is passed over", argument);
		return true;
	}
	if (!path && is_folder(argument))
		return take_folder(c, verb, argument);
	compile_slurm_add(c, path ? path : argument, file);
	return true;
}
