/* lower_exports.c: the directories that machines of the cluster export to the others. */
#include "compiler/model/lower.h"

/* Root of another machine is root here, for it makes homes and gives them away. What may be on any machine mounts it
 * over the network on each, and so on this one too. */
static void add_export(struct model *m, const struct storage *s, const struct model_machine *server)
{
	struct model_export *x = list_push(m->arena, &m->exports);
	unsigned roles = roles_of(&s->on, ROLE_ALL);
	*x = (struct model_export){ .machine = server, .storage = s };
	x->options = storage_is_read_only(s, NULL) ? "ro,sync,no_subtree_check,no_root_squash"
					      : "rw,sync,no_subtree_check,no_root_squash";
	for (size_t i = 0; i < m->machines.n; i++) {
		const struct model_machine *other = m->machines.v[i];
		if (roles & (other == server ? other->anywhere : other->roles))
			*list_push(m->arena, &x->clients) = other->address ? other->address : other->name;
	}
}

void lower_exports(struct model *m)
{
	for (size_t i = 0; i < m->storage.n; i++) {
		const struct model_machine *server = storage_exporter(m, m->storage.v[i]);
		if (server)
			add_export(m, m->storage.v[i], server);
	}
}
