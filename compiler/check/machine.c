/* machine.c: the machine that Slurm's files are for: paths, and which daemons run there. */
#include "compiler/check/machine.h"

#include <string.h>

static const struct machine *machine_of(const struct check *c)
{
	return c->files->machine;
}

bool machine_look(const struct check *c, const char *path, struct machine_entry *ret)
{
	return path[0] == '/' && !strchr(path, '%') && machine_of(c)->look(machine_of(c)->ctx, path, ret);
}

const char *machine_folder_of(const struct check *c, const char *path)
{
	size_t n = strlen(path);
	while (n > 1 && path[n - 1] == '/')
		n--;
	while (n > 1 && path[n - 1] != '/')
		n--;
	while (n > 1 && path[n - 1] == '/')
		n--;
	return arena_strndup(c->arena, path, n);
}

bool machine_is_folder(const struct check *c, const char *path)
{
	struct machine_entry e;
	return machine_look(c, path, &e) && e.kind == MACHINE_FOLDER;
}

const char *machine_text(const struct check *c, const char *path)
{
	size_t size;
	const char *error;
	return machine_of(c)->read(machine_of(c)->ctx, c->arena, path, &size, &error);
}

char *machine_line(struct arena *a, const char **rest)
{
	if (!**rest)
		return NULL;
	size_t n = strcspn(*rest, "\n");
	char *line = arena_strndup(a, *rest, n);
	*rest += n + ((*rest)[n] == '\n');
	line[strcspn(line, "#\r")] = '\0';
	return line;
}

char *machine_word(char **rest)
{
	char *s = *rest + strspn(*rest, " \t");
	size_t n = strcspn(s, " \t");
	*rest = s + n + (s[n] != '\0');
	s[n] = '\0';
	return n ? s : NULL;
}

const char *machine_hostname(const struct check *c)
{
	const char *text = machine_text(c, "/etc/hostname");
	char *line;
	while (text && (line = machine_line(c->arena, &text))) {
		char *name = machine_word(&line);
		if (!name)
			continue;
		name[strcspn(name, ".")] = '\0';
		return *name ? name : NULL;
	}
	return NULL;
}

/* SlurmctldHost=ctl(10.0.0.1) */
static bool is_controller(const struct check *c, const char *host)
{
	size_t n = strlen(host);
	for (size_t i = 0; i < c->records->globals[SLURM_CONF].n; i++) {
		const struct record *rec = c->records->globals[SLURM_CONF].v[i];
		const char *value = record_value(rec, "SlurmctldHost");
		value = value ? value : record_value(rec, "ControlMachine");
		value = value ? value : record_value(rec, "BackupController");
		if (value && strncmp(value, host, n) == 0 && (!value[n] || strchr("(.,", value[n])))
			return true;
	}
	return false;
}

static bool holds_host(const struct check *c, const char *names, const struct hostlist *host)
{
	struct hostlist list, both;
	struct hostlist_error error;
	if (!hostlist_parse(c->arena, names, &list, &error))
		return false;
	hostlist_intersect(c->arena, &list, host, &both);
	return both.count > 0;
}

static bool is_node(const struct check *c, const char *name)
{
	const struct record *rec;
	struct hostlist host;
	struct hostlist_error error;
	if (!hostlist_parse(c->arena, name, &host, &error))
		return false;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_NODE, &i));) {
		const char *hosts = record_value(rec, "NodeHostname"), *nodes = rec->entries.v[0].value;
		const char *names = hosts ? hosts : nodes;
		if (strpbrk(names, "[,") ? holds_host(c, names, &host) : strcmp(names, name) == 0)
			return true;
	}
	return false;
}

bool machine_is(const struct check *c, enum machine_role role)
{
	const char *host = role == ROLE_ANY ? NULL : machine_hostname(c);
	if (!host)
		return true;
	bool controller = is_controller(c, host), node = is_node(c, host);
	return controller == node || (role == ROLE_CONTROLLER ? controller : node);
}

void machine_entries(struct check *c, enum slurm_file file, const char *key,
		     void (*each)(struct check *c, const struct entry *e, const void *row), const void *row)
{
	for (size_t i = 0; i < c->records->globals[file].n; i++) {
		const struct entry *e = record_find(c->records->globals[file].v[i], key);
		if (e && *e->value)
			each(c, e, row);
	}
}

const struct rule rules_machine[] = {
	{ "machine-user", SEVERITY_ERROR, RULE_MACHINE, run_machine_user },
	{ "machine-group", SEVERITY_WARNING, RULE_MACHINE, run_machine_group },
	{ "machine-folder", SEVERITY_ERROR, RULE_MACHINE, run_machine_folder },
	{ "machine-program", SEVERITY_WARNING, RULE_MACHINE, run_machine_program },
	{ "machine-plugin-dir", SEVERITY_ERROR, RULE_MACHINE, run_machine_plugin_dir },
	{ "machine-plugin", SEVERITY_ERROR, RULE_MACHINE, run_machine_plugin },
	{ "machine-file-mode", SEVERITY_ERROR, RULE_MACHINE, run_machine_file_mode },
	{ "machine-access", SEVERITY_ERROR, RULE_MACHINE, run_machine_access },
	{ "machine-writable", SEVERITY_WARNING, RULE_MACHINE, run_machine_writable },
	{ "machine-key", SEVERITY_ERROR, RULE_MACHINE, run_machine_key },
	{ "machine-device", SEVERITY_ERROR, RULE_MACHINE, run_machine_device },
	{ "machine-address", SEVERITY_WARNING, RULE_MACHINE, run_machine_address },
	{ .name = NULL },
};
