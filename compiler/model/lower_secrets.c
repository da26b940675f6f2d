/* lower_secrets.c: which secrets there are, and where their readers want them. Never what they are. */
#include <string.h>

#include "compiler/model/lower.h"

static const struct secret *secret_named(const struct spec *spec, const char *name)
{
	struct secret *s;
	for (size_t i = 0; (s = entries_next(&spec->secrets, &i));)
		if (strcmp(s->origin.name, name) == 0)
			return s;
	return NULL;
}

static void add_secret(struct model *m, const char *name, const char *path, const char *owner, unsigned roles)
{
	const struct secret *s = secret_named(m->spec, name);
	struct model_secret *x = list_push(m->arena, &m->secrets);
	*x = (struct model_secret){ .name = name,
				    .file = s ? s->file : NULL,
				    .bytes = s && s->bytes != VALUE_ABSENT ? s->bytes : secret_bytes(name),
				    .path = path,
				    .owner = owner,
				    .group = owner,
				    .mode = "0400",
				    .roles = roles };
}

void lower_secrets(struct model *m)
{
	const struct slurm *s = m->spec->slurm;
	const char *conf = m->platform->conf_dir;
	if (s && text_equal(s->auth, "munge"))
		add_secret(m, "munge", "/etc/munge/munge.key", "munge", ROLE_ALL & ~(unsigned)ROLE_DATABASE);
	/* auth/slurm: owner SlurmUser or root, 0600 or 0400 (auth/slurm/internal.c). */
	if (s && text_equal(s->auth, "slurm"))
		add_secret(m, "slurm", arena_printf(m->arena, "%s/slurm.key", conf), "slurm",
			   ROLE_ALL & ~(unsigned)ROLE_DATABASE);
	if (m->roles & ROLE_SLURMDBD)
		add_secret(m, m->spec->accounting->database->password,
			   arena_printf(m->arena, "%s/slurmdbd-password.secret", conf), "slurm",
			   ROLE_SLURMDBD | ROLE_DATABASE);
	/* One key for all places' sshd: who knows one knows all, and users go from any to any by their host's word. */
	if (s && m->platform->brings_sshd) {
		add_secret(m, "ssh-host-key", "/etc/ssh/hpcc_host_key", "root", ROLE_SLURMD | ROLE_LOGIN);
		m->secrets.v[m->secrets.n - 1].kind = "ssh-ed25519";
	}
}
