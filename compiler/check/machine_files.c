/* machine_files.c: folders and programs that Slurm's files name, as they lie on a machine. */
#include "compiler/check/machine.h"

#include <string.h>

/* ---- machine-folder */

/* What must be there: the folder itself, or the one above, in which the daemon makes one level or a file. */
enum wanted { FOLDER, FOLDER_OR_ABOVE, FOLDER_OF_FILE };

static const struct folder {
	enum slurm_file file;
	const char *key;
	enum wanted wanted;
	enum machine_role role;
	enum severity severity;
	const char *otherwise;
} folders[] = {
	/* controller.c: set_slurmctld_state_loc(); slurmd.c: _set_slurmd_spooldir(); log.c: log_alter() */
	{ SLURM_CONF, "StateSaveLocation", FOLDER_OR_ABOVE, ROLE_CONTROLLER, SEVERITY_ERROR, "slurmctld stops" },
	{ SLURM_CONF, "SlurmdSpoolDir", FOLDER_OR_ABOVE, ROLE_NODE, SEVERITY_ERROR, "slurmd stops" },
	{ SLURM_CONF, "SlurmctldLogFile", FOLDER_OF_FILE, ROLE_CONTROLLER, SEVERITY_WARNING,
	  "slurmctld writes no log" },
	{ SLURM_CONF, "SlurmSchedLogFile", FOLDER_OF_FILE, ROLE_CONTROLLER, SEVERITY_WARNING,
	  "slurmctld writes no log of scheduling" },
	{ SLURM_CONF, "SlurmdLogFile", FOLDER_OF_FILE, ROLE_NODE, SEVERITY_WARNING, "slurmd writes no log" },
	{ SLURM_CONF, "SlurmctldPidFile", FOLDER_OF_FILE, ROLE_CONTROLLER, SEVERITY_WARNING,
	  "slurmctld leaves no pid file" },
	{ SLURM_CONF, "SlurmdPidFile", FOLDER_OF_FILE, ROLE_NODE, SEVERITY_WARNING, "slurmd leaves no pid file" },
	{ SLURMDBD_CONF, "LogFile", FOLDER_OF_FILE, ROLE_ANY, SEVERITY_WARNING, "slurmdbd writes no log" },
	{ SLURMDBD_CONF, "PidFile", FOLDER_OF_FILE, ROLE_ANY, SEVERITY_WARNING, "slurmdbd leaves no pid file" },
	/* slurmdbd/read_config.c: read_slurmdbd_conf() */
	{ SLURMDBD_CONF, "ArchiveDir", FOLDER, ROLE_ANY, SEVERITY_ERROR, "slurmdbd stops" },
};

/* The units of systemd make these as the daemon starts. */
static bool is_made_at_boot(const char *path)
{
	return text_starts(path, "/run/") || text_starts(path, "/var/run/");
}

static void look_at_folder(struct check *c, const struct entry *e, const void *row)
{
	const struct folder *f = row;
	struct machine_entry there = { 0 };
	const char *path = e->value, *above = machine_folder_of(c, path), *why = NULL;
	if (path[0] != '/' || strchr(above, '%') || is_made_at_boot(path))
		return;
	bool known = machine_look(c, path, &there) && there.kind != MACHINE_NOTHING;
	if (known && f->wanted != FOLDER_OF_FILE && there.kind != MACHINE_FOLDER)
		why = arena_printf(c->arena, "'%s' is no folder", path);
	else if (known && f->wanted == FOLDER_OF_FILE && there.kind == MACHINE_FOLDER)
		why = arena_printf(c->arena, "'%s' is a folder", path);
	else if (!known && f->wanted == FOLDER && machine_look(c, path, &there))
		why = arena_printf(c->arena, "there is no folder '%s'", path);
	else if (!known && f->wanted != FOLDER && machine_look(c, above, &there) && there.kind != MACHINE_FOLDER)
		why = arena_printf(c->arena, "there is no folder '%s'", above);
	if (!why)
		return;
	struct diag *d =
		diag_add(c->diags, f->severity, c->rule->name, e->span, "%s on this machine: %s", why, f->otherwise);
	if (f->wanted == FOLDER_OR_ABOVE)
		diag_help(c->diags, d, "make the folder; the daemon itself makes one level, not two");
	else
		diag_help(c->diags, d, "make the folder, or name another");
}

void run_machine_folder(struct check *c)
{
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (machine_is(c, folders[i].role))
			machine_entries(c, folders[i].file, folders[i].key, look_at_folder, &folders[i]);
}

/* ---- machine-program */

static const struct program_key {
	enum slurm_file file;
	const char *key;
	enum machine_role role;
	enum severity severity;
	enum release worse; /* an error from then on */
	const char *otherwise;
} programs[] = {
	/* prep_script.c: init() since 23.02, before it one line in the log */
	{ SLURM_CONF, "PrologSlurmctld", ROLE_CONTROLLER, SEVERITY_WARNING, RELEASE_23_02, "slurmctld cannot run it" },
	{ SLURM_CONF, "EpilogSlurmctld", ROLE_CONTROLLER, SEVERITY_WARNING, RELEASE_23_02, "slurmctld cannot run it" },
	/* slurmd, run_script(): looked for as a job comes */
	{ SLURM_CONF, "Prolog", ROLE_NODE, SEVERITY_WARNING, RELEASE_NONE,
	  "the first job fails, and its node is drained" },
	{ SLURM_CONF, "Epilog", ROLE_NODE, SEVERITY_WARNING, RELEASE_NONE, "nodes are drained as jobs end" },
	{ SLURM_CONF, "HealthCheckProgram", ROLE_NODE, SEVERITY_WARNING, RELEASE_NONE, "no node is ever checked" },
	{ SLURM_CONF, "RebootProgram", ROLE_NODE, SEVERITY_WARNING, RELEASE_NONE, "scontrol reboot reboots nothing" },
	/* power_save.c: _init_power_config() */
	{ SLURM_CONF, "SuspendProgram", ROLE_CONTROLLER, SEVERITY_WARNING, RELEASE_NONE, "slurmctld saves no power" },
	{ SLURM_CONF, "ResumeProgram", ROLE_CONTROLLER, SEVERITY_WARNING, RELEASE_NONE, "slurmctld saves no power" },
	{ SLURM_CONF, "ResumeFailProgram", ROLE_CONTROLLER, SEVERITY_WARNING, RELEASE_NONE,
	  "slurmctld does without it" },
	{ SLURM_CONF, "SlurmctldPrimaryOnProg", ROLE_CONTROLLER, SEVERITY_WARNING, RELEASE_NONE,
	  "slurmctld logs an error as it takes over" },
	{ SLURM_CONF, "SlurmctldPrimaryOffProg", ROLE_CONTROLLER, SEVERITY_WARNING, RELEASE_NONE,
	  "slurmctld logs an error as it steps back" },
	{ SLURM_CONF, "MailProg", ROLE_CONTROLLER, SEVERITY_WARNING, RELEASE_NONE, "no mail is sent" },
	{ SLURMDBD_CONF, "ArchiveScript", ROLE_ANY, SEVERITY_ERROR, RELEASE_NONE, "slurmdbd stops" },
};

static void look_at_program(struct check *c, const struct entry *e, const void *row)
{
	const struct program_key *p = row;
	struct machine_entry there;
	/* What follows the path of RebootProgram are arguments; Prolog and Epilog may be patterns. */
	const char *path = arena_strndup(c->arena, e->value, strcspn(e->value, " ")), *why;
	if (strpbrk(path, "*?[") || !machine_look(c, path, &there))
		return;
	if (there.kind == MACHINE_NOTHING)
		why = "there is no such file on this machine";
	else if (there.kind != MACHINE_FILE)
		why = "it is no file on this machine";
	else if (!(there.mode & 0111))
		why = "nobody may execute it on this machine";
	else
		return;
	bool worse = c->records->release >= p->worse;
	struct diag *d = diag_add(c->diags, worse ? SEVERITY_ERROR : p->severity, c->rule->name, e->span,
				  "'%s': %s: %s", path, why, worse ? "slurmctld stops" : p->otherwise);
	diag_help(c->diags, d,
		  there.kind == MACHINE_FILE ? "chmod +x %s" : "put it there, correct the path, or leave %s out",
		  there.kind == MACHINE_FILE ? path : key_said(e));
}

/* JobCompLoc is a program to jobcomp/script, and a file that is written to jobcomp/filetxt. */
static void look_at_completion(struct check *c)
{
	static const struct program_key script = {
		SLURM_CONF,	  "JobCompLoc",	 ROLE_CONTROLLER,
		SEVERITY_WARNING, RELEASE_23_02, "no script is told of jobs that end"
	};
	static const struct folder text = { SLURM_CONF,	     "JobCompLoc",   FOLDER_OF_FILE,
					    ROLE_CONTROLLER, SEVERITY_ERROR, "slurmctld stops" };
	const struct entry *type = global(c, "JobCompType");
	if (type && text_equal_nocase(type->value, "jobcomp/script"))
		machine_entries(c, SLURM_CONF, "JobCompLoc", look_at_program, &script);
	else if (type && text_equal_nocase(type->value, "jobcomp/filetxt"))
		machine_entries(c, SLURM_CONF, "JobCompLoc", look_at_folder, &text);
}

/* PowerAction=NAME Location=slurmctld Program=PATH (power_save.c, since 26.05) */
static void look_at_actions(struct check *c)
{
	static const struct program_key action = { SLURM_CONF,	   "Program",	 ROLE_CONTROLLER,
						   SEVERITY_ERROR, RELEASE_NONE, "slurmctld stops" };
	const struct record *rec;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_POWERACTION, &i));) {
		const struct entry *e = record_find(rec, "Program"), *where = record_find(rec, "Location");
		if (e && where && text_equal_nocase(where->value, "slurmctld"))
			look_at_program(c, e, &action);
	}
}

void run_machine_program(struct check *c)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (machine_is(c, programs[i].role))
			machine_entries(c, programs[i].file, programs[i].key, look_at_program, &programs[i]);
	if (machine_is(c, ROLE_CONTROLLER)) {
		look_at_completion(c);
		look_at_actions(c);
	}
}
