/* slurm.c: Slurm's daemons, and the files that they read. */
#include "compiler/programs/program.h"
#include "compiler/write/comment.h"

static const char *const munged_argv[] = { "/usr/sbin/munged", "--foreground", NULL };
static const char *const slurmctld_argv[] = { "/usr/sbin/slurmctld", "-D", NULL };
static const char *const slurmd_argv[] = { "/usr/sbin/slurmd", "-D", NULL };
static const char *const slurmdbd_argv[] = { "/usr/sbin/slurmdbd", "-D", NULL };
static const char *const sshd_argv[] = { "/usr/sbin/sshd", "-D", "-e", "-f", "/etc/ssh/hpcc_sshd_config", NULL };

/* Everybody who speaks to Slurm reads slurm.conf, and byte for byte the same one: slurmctld compares a hash. */
enum { EVERYBODY = ROLE_ALL & ~(unsigned)ROLE_DATABASE };

static void add_conf(struct model *m, enum slurm_file file, const char *owner, const char *mode, unsigned roles)
{
	const char *path = arena_printf(m->arena, "%s/%s", m->platform->conf_dir, slurm_file_name(file));
	records_print(&m->records, file, file_header(m, slurm_file_name(file)),
		      model_file(m, path, owner, owner, mode, roles));
}

static void add_plugstack(struct model *m)
{
	struct spank *s;
	const char *name = slurm_file_name(PLUGSTACK_CONF);
	if (!m->spec->slurm->spank.n)
		return;
	struct text *t = model_file(m, arena_printf(m->arena, "%s/%s", m->platform->conf_dir, name), "root", "root",
				    "0644", spank_roles(m));
	comment_add(t, "#", file_header(m, name));
	for (size_t i = 0; (s = entries_next(&m->spec->slurm->spank, &i));) {
		text_addf(t, "%s %s", s->optional == TRI_TRUE ? "optional" : "required", s->plugin);
		for (size_t j = 0; j < s->arguments.n; j++)
			text_addf(t, " %s", s->arguments.v[j]);
		text_addc(t, '\n');
	}
}

static void slurmctld_files(struct model *m)
{
	if (m->release == RELEASE_NONE)
		return;
	add_conf(m, SLURM_CONF, "root", "0644", EVERYBODY);
	/* Without cgroup.conf slurmd looks for cgroups itself, and without gres.conf it says so at every start. */
	add_conf(m, CGROUP_CONF, "root", "0644", EVERYBODY);
	if (m->records.files[GRES_CONF].n)
		add_conf(m, GRES_CONF, "root", "0644", EVERYBODY);
	if (m->records.files[MPI_CONF].n)
		add_conf(m, MPI_CONF, "root", "0644", EVERYBODY);
	add_plugstack(m);
}

/* slurmdbd refuses any mode but 0600 and any owner but SlurmUser (slurmdbd/read_config.c). */
static void slurmdbd_files(struct model *m)
{
	if (m->release != RELEASE_NONE && m->roles & ROLE_SLURMDBD)
		add_conf(m, SLURMDBD_CONF, "slurm", "0600", ROLE_SLURMDBD);
}

const struct program program_munged = {
	.name = "munged",
	.role = EVERYBODY,
	.user = "munge",
	.unit = "munge",
	.package = "munge",
	.argv = munged_argv,
	.ready = "munge -n",
	.beside = true,
};

const struct program program_slurmctld = {
	.name = "slurmctld",
	.role = ROLE_SLURMCTLD,
	.user = "slurm",
	.unit = "slurmctld",
	.package = "slurmctld",
	.argv = slurmctld_argv,
	.ready = "scontrol ping",
	.after = "munged slurmdbd",
	.files = slurmctld_files,
};

/* slurmd needs no controller to start: it registers when there is one. */
const struct program program_slurmd = {
	.name = "slurmd",
	.role = ROLE_SLURMD,
	.user = "root",
	.unit = "slurmd",
	.package = "slurmd",
	.argv = slurmd_argv,
	.after = "munged",
};

const struct program program_slurmdbd = {
	.name = "slurmdbd",
	.role = ROLE_SLURMDBD,
	.user = "slurm",
	.unit = "slurmdbd",
	.package = "slurmdbd",
	.argv = slurmdbd_argv,
	.ready = "sacctmgr -n show cluster",
	.after = "munged database",
	.files = slurmdbd_files,
};

/* With hpcc's own configuration, which lets users go from place to place by their host's word. */
const struct program program_sshd = {
	.name = "sshd",
	.role = ROLE_SLURMD | ROLE_LOGIN,
	.user = "root",
	.argv = sshd_argv,
	.beside = true,
};

const struct program program_login = {
	.name = "login",
	.role = ROLE_LOGIN,
	.user = "root",
	.package = "slurm-client",
	.after = "munged",
};
