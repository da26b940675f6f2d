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

/* The path that an entry says, or a part of it. */
static void look_for_folder(struct check *c, const struct entry *e, const char *path, const struct folder *f)
{
	struct machine_entry there = { 0 };
	const char *above = machine_folder_of(c, path), *why = NULL;
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

static void look_at_folder(struct check *c, const struct entry *e, const void *row)
{
	look_for_folder(c, e, e->value, row);
}

/* JobCompLoc is a file's path with jobcomp/filetxt alone. (jobcomp_filetxt.c: jobcomp_p_set_location()) */
static void look_at_jobcomp_file(struct check *c)
{
	static const struct folder row = { SLURM_CONF,	    "JobCompLoc",   FOLDER_OF_FILE,
					   ROLE_CONTROLLER, SEVERITY_ERROR, "slurmctld stops" };
	const struct entry *type = global(c, "JobCompType"), *e = global(c, "JobCompLoc");
	if (type && e && text_equal_nocase(type->value, "jobcomp/filetxt"))
		look_for_folder(c, e, e->value, &row);
}

/* Where nothing listens no message is signed; from 23.11 slurmctld signs one as it starts. (auth_munge.c: init()) */
static void look_at_munge(struct check *c)
{
	const struct entry *type = global(c, "AuthType"), *e = global(c, "AuthInfo");
	const char *path = e ? word_value(c->arena, e->value, "socket") : NULL;
	bool stops = release_tries_munge(c->records->release);
	const struct folder row = { SLURM_CONF,
				    "AuthInfo",
				    FOLDER_OF_FILE,
				    ROLE_ANY,
				    stops ? SEVERITY_ERROR : SEVERITY_WARNING,
				    stops ? "munged has no socket there, and slurmctld stops"
					  : "munged has no socket there, and nobody can talk to another" };
	if (path && (!type || text_ends(type->value, "munge")))
		look_for_folder(c, e, path, &row);
}

void run_machine_folder(struct check *c)
{
	if (machine_is(c, ROLE_CONTROLLER))
		look_at_jobcomp_file(c);
	look_at_munge(c);
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
	  "nobody hears of nodes that do not come up" },
	/* slurmctld/controller.c: _run_primary_prog() */
	{ SLURM_CONF, "SlurmctldPrimaryOnProg", ROLE_CONTROLLER, SEVERITY_WARNING, RELEASE_NONE,
	  "slurmctld logs an error as it takes over" },
	{ SLURM_CONF, "SlurmctldPrimaryOffProg", ROLE_CONTROLLER, SEVERITY_WARNING, RELEASE_NONE,
	  "slurmctld logs an error as it steps back" },
	{ SLURM_CONF, "MailProg", ROLE_CONTROLLER, SEVERITY_WARNING, RELEASE_NONE, "no mail is sent" },
	{ SLURMDBD_CONF, "ArchiveScript", ROLE_ANY, SEVERITY_ERROR, RELEASE_NONE, "slurmdbd stops" },
};

static void look_at_path(struct check *c, const struct entry *e, const char *path, const struct program_key *p)
{
	struct machine_entry there;
	const char *why;
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

static void look_at_program(struct check *c, const struct entry *e, const void *row)
{
	/* What follows the path of RebootProgram are arguments; Prolog and Epilog may be patterns. */
	look_at_path(c, e, arena_strndup(c->arena, e->value, strcspn(e->value, " ")), row);
}

/* JobCompLoc is a program's with jobcomp/script alone. (jobcomp_script.c: init(); before 23.02 a line in the log) */
static void look_at_jobcomp_script(struct check *c)
{
	static const struct program_key script = { SLURM_CONF,	     "JobCompLoc",  ROLE_CONTROLLER,
						   SEVERITY_WARNING, RELEASE_23_02, "no job's end is recorded" };
	const struct entry *type = global(c, "JobCompType"), *e = global(c, "JobCompLoc");
	if (type && e && text_equal_nocase(type->value, "jobcomp/script"))
		look_at_program(c, e, &script);
}

/* power_save.c: "invalid power action". */
static void look_at_actions(struct check *c)
{
	static const struct program_key program = { SLURM_CONF, "Program", ROLE_CONTROLLER, SEVERITY_ERROR, 0, "" };
	const struct record *rec;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_POWERACTION, &i));) {
		const struct entry *e = record_find(rec, "Program"), *at = record_find(rec, "Location");
		if (e && at && text_equal_nocase(at->value, "slurmctld"))
			look_at_program(c, e, &program);
	}
}

/* plugins/burst_buffer/datawarp asks a program of Cray's, which has a place of its own unless burst_buffer.conf names
 * another. */
static void look_at_datawarp(struct check *c)
{
	static const struct program_key row = {
		BURST_BUFFER_CONF, "GetSysState", ROLE_CONTROLLER,
		SEVERITY_WARNING,  RELEASE_NONE,  "slurmctld knows of no burst buffers"
	};
	const struct entry *type = global(c, "BurstBufferType"), *e = records_global(c->records, row.file, row.key);
	const char *path = fact_default(fact_find(row.file, SECTION_GLOBAL, row.key), c->records->release);
	if (type && text_ends(type->value, "datawarp") && (e || path))
		look_at_path(c, e ? e : type, e ? e->value : path, &row);
}

void run_machine_program(struct check *c)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (machine_is(c, programs[i].role))
			machine_entries(c, programs[i].file, programs[i].key, look_at_program, &programs[i]);
	if (!machine_is(c, ROLE_CONTROLLER))
		return;
	look_at_jobcomp_script(c);
	look_at_actions(c);
	look_at_datawarp(c);
}
