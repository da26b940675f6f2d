/* containers_ports_said.c: what is said of two that listen on one port of a host. */
#include "compiler/check/containers_ports.h"

#include <string.h>

static const char *claim_said(struct check *c, const struct claim *x)
{
	if (x->own)
		return arena_printf(c->arena, "%s of the host itself", x->own->who);
	const char *what = x->listener == LISTENER_OTHER ? "what is published" : listener_name(x->listener);
	const char *name = hostlist_name_dup(&x->place->names, x->at, c->arena);
	return strcmp(what, name) == 0 ? what : arena_printf(c->arena, "%s of '%s'", what, name);
}

static struct span written(const void *body, const char *key)
{
	const struct field *f = body ? shape_field(origin_of(body)->shape, key) : NULL;
	return f && written_offset(body, f->offset) ? where_offset(body, f->offset) : (struct span){ 0 };
}

/* Where the number was written, or nowhere. */
static struct span where_number(const struct check *c, const struct claim *x)
{
	const struct spec *s = c->spec;
	if (x->own)
		return x->own->by ? where_body(x->own->by) : (struct span){ 0 };
	if (x->port->by)
		return WHERE_ITEM(x->port->by, publish, x->port->item);
	switch (x->listener) {
	case LISTENER_SLURMCTLD:
		return written(s->slurm->ports, "slurmctld");
	case LISTENER_SLURMDBD:
		return written(s->slurm->ports, "slurmdbd");
	case LISTENER_DATABASE:
		return written(s->accounting->database, "port");
	case LISTENER_SRUN:
		return written(s->slurm->ports, "srun");
	case LISTENER_SSHD: /* above its slurmd's (model/ports.c) */
		return x->place->node && WRITTEN(x->place->node, port) ? WHERE(x->place->node, port)
								       : (struct span){ 0 };
	case LISTENER_SLURMD:
		return WRITTEN(x->place->node, port) ? WHERE(x->place->node, port) : written(s->slurm->ports, "slurmd");
	default:
		return (struct span){ 0 };
	}
}

/* Where the number was written, else who has it. */
static struct span where_claim(const struct check *c, const struct claim *x)
{
	struct span at = where_number(c, x);
	if (span_known(at) || x->own)
		return at;
	return x->place->node ? where_body(x->place->node) : where_joined(c, x->place);
}

bool claim_numbered_alike(const struct claim *x)
{
	return x->place && x->place->node && network_gives_addresses(x->place->network->kind);
}

static void help(struct check *c, struct diag *d, const struct claim *a, const struct claim *b)
{
	const struct claim *alike = claim_numbered_alike(a) ? a : claim_numbered_alike(b) ? b : NULL;
	const struct model_network *n = alike ? alike->place->network : NULL;
	bool nodes = a->place && a->place->node && b->place && b->place->node;
	bool macos = (a->place && is_macos(a->place->machine)) || (b->place && is_macos(b->place->machine));
	if (n && !network_ends_at_machine(n->kind)) {
		diag_help(c->diags, d,
			  "who is not on network '%s' (%s) reaches its nodes at published ports, and all have the "
			  "same: put "
			  "all services on it",
			  n->name, network_kind_name(n->kind));
	} else if (n) {
		diag_help(c->diags, d,
			  "on network '%s' (%s) every node has the same ports: take `type: published`, which numbers "
			  "them%s",
			  n->name, network_kind_name(n->kind), macos ? "" : ", `host`, or in a swarm `overlay`");
	} else if (a->moves || b->moves) {
		diag_help(c->diags, d, "published, the range is taken as a whole: put %s on another host",
			  claim_said(c, a->moves ? a : b));
	} else if (macos && (a->listener == LISTENER_SRUN || b->listener == LISTENER_SRUN)) {
		diag_help(c->diags, d, "published, the range is taken as a whole: put one of them on another host");
	} else if (a->place && a->place->node && a->listener == LISTENER_SRUN) {
		diag_help(c->diags, d,
			  "put the nodes on the hosts' own network (`type: host`): there each srun takes what is free");
	} else if (nodes && a->listener == LISTENER_SLURMD && b->listener == LISTENER_SLURMD) {
		diag_help(c->diags, d, "leave 'port' out, and each node of a host gets one of its own");
	} else if (a->own || b->own) {
		diag_help(c->diags, d, "give %s another port, or another host%s", claim_said(c, a->own ? b : a),
			  strcmp((a->own ? a : b)->own->who, "sshd") == 0
				  ? "; the host's own sshd may have another port by `ssh.port`"
				  : "");
	} else {
		diag_help(c->diags, d, "give one of them another port, or another host");
	}
}

static bool same_span(struct span a, struct span b)
{
	return a.source == b.source && a.start == b.start;
}

void claims_clash(struct claims *x, struct map *seen, const struct claim *a, const struct claim *b)
{
	struct check *c = x->c;
	int64_t port = a->first > b->first ? a->first : b->first;
	bool first = b->own || (!a->own && span_known(where_number(c, a)) && !span_known(where_number(c, b)));
	const struct claim *here = first ? a : b, *there = first ? b : a;
	struct span at = where_claim(c, here), other = where_claim(c, there);
	if (!first_at(c, seen, at))
		return;
	struct diag *d = finding(c, at, "port %lld of %s is wanted twice: by %s and by %s", (long long)port,
				 host_said(c, x->on), claim_said(c, there), claim_said(c, here));
	if (!span_known(other))
		diag_note(c->diags, d, other, "%lld is the port that %s has unless told otherwise", (long long)port,
			  claim_said(c, there));
	else if (!same_span(at, other))
		diag_note(c->diags, d, other, "%s has it from here", claim_said(c, there));
	if (here->place && here->place->roams)
		diag_note(c->diags, d, WHERE(here->place->service, labels), "what has it may come to be on this host");
	help(c, d, here, there);
}
