/* machine_people.c: users and groups, as /etc/passwd and /etc/group of a machine have them. */
#include "compiler/check/machine.h"
#include "compiler/check/records.h"

#include <stdlib.h>
#include <string.h>

/* Takes the next field off a line of passwd(5) or group(5). */
static char *field(char **rest)
{
	char *s = *rest, *colon = strchr(s, ':');
	*rest = colon ? colon + 1 : s + strlen(s);
	if (colon)
		*colon = '\0';
	return s;
}

/* nsswitch.conf(5): "passwd: files sss". */
bool machine_knows(const struct check *c, const char *database)
{
	static const char *const known[] = { "files", "compat", "db", "systemd" };
	const char *text = machine_text(c, "/etc/nsswitch.conf");
	char *line;
	while (text && (line = machine_line(c->arena, &text))) {
		char *word = machine_word(&line);
		if (!word || !text_starts(word, database) || strcmp(word + strlen(database), ":") != 0)
			continue;
		while ((word = machine_word(&line))) {
			bool one_of = word[0] == '[';
			for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
				one_of = one_of || strcmp(word, known[i]) == 0;
			if (!one_of)
				return false;
		}
	}
	return machine_text(c, arena_printf(c->arena, "/etc/%s", database)) != NULL;
}

/* uid.c: uid_from_string(): a name first, then a number that some user has. */
bool machine_user(const struct check *c, const char *name, struct person *ret)
{
	const char *text = machine_text(c, "/etc/passwd");
	bool number = is_digits(name), found = false;
	char *line;
	while (text && (line = machine_line(c->arena, &text))) {
		const char *user = field(&line);
		field(&line);
		const char *uid = field(&line), *gid = field(&line);
		bool named = strcmp(user, name) == 0;
		if (!is_digits(uid) ||
		    !(named || (number && !found && strtoul(uid, NULL, 10) == strtoul(name, NULL, 10))))
			continue;
		*ret = (struct person){ user, (uint32_t)strtoul(uid, NULL, 10), (uint32_t)strtoul(gid, NULL, 10) };
		found = true;
		if (named)
			break;
	}
	return found;
}

static bool holds_member(const char *members, const char *name)
{
	size_t n = strlen(name);
	for (const char *s = members; *s;) {
		size_t m = strcspn(s, ",");
		if (m == n && strncmp(s, name, n) == 0)
			return true;
		s += m + (s[m] == ',');
	}
	return false;
}

bool machine_group(const struct check *c, const char *name)
{
	const char *text = machine_text(c, "/etc/group");
	char *line;
	while (text && (line = machine_line(c->arena, &text)))
		if (strcmp(field(&line), name) == 0)
			return true;
	return false;
}

static bool is_in_group(const struct check *c, const struct person *p, uint32_t gid)
{
	const char *text = machine_text(c, "/etc/group");
	char *line;
	if (p->gid == gid)
		return true;
	while (text && (line = machine_line(c->arena, &text))) {
		field(&line);
		field(&line);
		const char *id = field(&line);
		if (is_digits(id) && strtoul(id, NULL, 10) == gid && holds_member(field(&line), p->name))
			return true;
	}
	return false;
}

bool machine_may(const struct check *c, const struct person *p, const struct machine_entry *e, unsigned bits)
{
	unsigned shift = p->uid == e->uid ? 6 : is_in_group(c, p, e->gid) ? 3 : 0;
	return p->uid == 0 || ((e->mode >> shift) & bits) == bits;
}

/* ---- machine-user. read_config.c: _validate_and_set_defaults(), in every daemon and command */

static void no_user(struct check *c, const struct entry *e, const void *who)
{
	struct person p;
	if (machine_user(c, e->value, &p))
		return;
	struct diag *d = finding(c, e->span, "this machine has no user '%s': %s", e->value, (const char *)who);
	diag_help(c->diags, d, "add the user, with the same number on every host, or correct the name");
}

void run_machine_user(struct check *c)
{
	static const char all[] = "every daemon and command of Slurm stops on it", database[] = "slurmdbd stops";
	if (!machine_knows(c, "passwd"))
		return;
	machine_entries(c, SLURM_CONF, "SlurmUser", no_user, all);
	machine_entries(c, SLURM_CONF, "SlurmdUser", no_user, all);
	machine_entries(c, SLURMDBD_CONF, "SlurmUser", no_user, database);
}

/* ---- machine-group. groups.c: get_group_members() */

static void no_groups(struct check *c, const struct entry *e)
{
	for (const char *s = e->value; *s;) {
		s += strspn(s, ", ");
		size_t n = strcspn(s, ", ");
		const char *name = arena_strndup(c->arena, s, n);
		s += n;
		if (!n || text_equal_nocase(name, "ALL") || machine_group(c, name))
			continue;
		struct diag *d = finding(c, span_within(c, e->span, name),
					 "this machine has no group '%s': slurmctld lets nobody in by it", name);
		diag_help(c->diags, d, "add the group where slurmctld runs, or correct the name");
	}
}

void run_machine_group(struct check *c)
{
	if (!machine_is(c, ROLE_CONTROLLER) || !machine_knows(c, "group"))
		return;
	for (size_t i = 0; i < c->records->files[SLURM_CONF].n; i++) {
		const struct record *rec = c->records->files[SLURM_CONF].v[i];
		const struct entry *e = rec->section == SECTION_PARTITION ? record_find(rec, "AllowGroups") : NULL;
		if (e && !e->inherited)
			no_groups(c, e);
	}
}
