/* control.c: rules over controllers, ports and services. */
#include "compiler/check/control.h"

#include <string.h>

#include "compiler/schema/schema.h"

/* ---- the controllers' state */

/* The storage that a path of the controllers lies on: the deepest mount. */
static const struct storage *storage_of(const struct check *c, const char *path)
{
	const struct storage *s, *best = NULL;
	for (size_t i = 0; (s = entries_next(&c->spec->storage, &i));)
		if (s->mount && roles_of(&s->on, 0) & ROLE_SLURMCTLD && path_lies_in(path, s->mount) &&
		    (!best || strlen(s->mount) > strlen(best->mount)))
			best = s;
	return best;
}

/* slurm.conf(5), StateSaveLocation: a backup that cannot read the primary's state knows of no job, and ends them all. A
 * path of the user's own may be mounted by other means. */
static void state_not_shared(struct check *c)
{
	const struct service *s = c->spec->services->slurmctld;
	const struct entry *e = global(c, "StateSaveLocation");
	/* Where a place is a service there is one of each: one-host says so. */
	if (!s || s->host.n < 2 || !e || c->spec->origin.broken || !c->model->platform->place_per_host)
		return;
	for (size_t i = 0; i < c->spec->storage.n; i++)
		if (origin_of(c->spec->storage.v[i])->broken)
			return;
	const struct storage *on = storage_of(c, e->value);
	if (on ? !text_equal(on->type, "tmpfs") && !text_equal(on->type, "volume") : e->option)
		return;
	struct diag *d = finding(c, WHERE(s, host), "%zu controllers, and nothing shared holds their state, %s",
				 s->host.n, e->value);
	if (on)
		diag_note(c->diags, d, where_body(on), "it lies on this %s, which each host has for itself", on->type);
	diag_help(c->diags, d,
		  "add a storage of type nfs with 'mount: %s' and 'on: [slurmctld]', or keep one controller", e->value);
}

/* State that does not outlive a restart of the machine: all jobs are forgotten. */
static void state_not_kept(struct check *c)
{
	static const char *const fleeting[] = { "/tmp", "/run", "/dev/shm", "/var/run" };
	const struct entry *e = global(c, "StateSaveLocation");
	if (!e)
		return;
	const struct storage *on = c->spec ? storage_of(c, e->value) : NULL;
	bool lost = on && text_equal(on->type, "tmpfs");
	/* A path with a % is nobody's to mount a volume on. */
	lost = lost || (c->model && !c->model->platform->place_per_host && !on && strchr(e->value, '%'));
	for (size_t i = 0; !on && i < sizeof(fleeting) / sizeof(fleeting[0]); i++)
		lost = lost || path_lies_in(e->value, fleeting[i]);
	if (!lost)
		return;
	struct diag *d =
		finding(c, span_known(e->span) ? e->span : where_body(on),
			"slurmctld's state, %s, is gone when its machine restarts, and all jobs with it", e->value);
	if (on && span_known(e->span))
		diag_note(c->diags, d, where_body(on), "it lies on this tmpfs");
	diag_help(c->diags, d, "keep it on a disk, such as /var/lib/slurm/slurmctld");
}

/* ---- services */

/* power_save.c: _init_power_config: without its programs nothing is powered down. */
static void suspend_unused(struct check *c)
{
	const struct record *rec;
	struct map seen;
	map_init(&seen, c->arena);
	if (global(c, "SuspendProgram") && global(c, "ResumeProgram"))
		return;
	for (size_t i = 0; (rec = records_next(c->records, SLURM_CONF, SECTION_PARTITION, &i));) {
		const struct entry *e = record_find(rec, "SuspendTime");
		if (!e || text_equal_nocase(e->value, "INFINITE") || !first_at(c, &seen, entry_place(rec, e)))
			continue;
		struct diag *d =
			finding(c, entry_place(rec, e),
				"'%s' has no effect: there are no programs that power nodes down and up", key_said(e));
		diag_help(c->diags, d, "%s",
			  either(c, "name them by slurm.options: SuspendProgram and ResumeProgram",
				 "name them with SuspendProgram and ResumeProgram"));
	}
}

/* A service that has nothing to do here would be left out in silence. */
static const char *no_purpose(const struct spec *s, const char *name)
{
	const struct accounting *acc = s->accounting;
	bool slurm = strncmp(name, "slurm", 5) == 0 || strcmp(name, "login") == 0;
	bool database = strcmp(name, "database") == 0, dbd = strcmp(name, "slurmdbd") == 0;
	if (slurm && !dbd && !s->slurm)
		return strcmp(name, "login") == 0 ? NULL : "this cluster has no Slurm";
	if ((dbd || database) && !acc)
		return "this cluster has no accounting";
	if ((dbd || database) && acc->external)
		return "slurmdbd is external";
	return database && acc->database && acc->database->host ? "the database is elsewhere" : NULL;
}

/* What is put on such services alone is put nowhere. */
static void put_nowhere(struct check *c, const struct texts *on, const char *what, struct span at)
{
	const char *why = NULL;
	for (size_t i = 0; i < on->n; i++)
		if (!(why = no_purpose(c->spec, on->v[i])))
			return;
	if (!why)
		return;
	struct diag *d = finding_as(c, SEVERITY_WARNING, at, "%s is put nowhere: %s", what, why);
	diag_help(c->diags, d, "name a service that is there, or remove it");
}

static void put_on_unused(struct check *c)
{
	struct storage *s;
	struct file *f;
	for (size_t i = 0; !c->spec->origin.broken && (s = entries_next(&c->spec->storage, &i));)
		put_nowhere(c, &s->on, arena_printf(c->arena, "storage '%s'", s->origin.name), WHERE(s, on));
	for (size_t i = 0; !c->spec->origin.broken && (f = entries_next(&c->spec->files, &i));)
		put_nowhere(c, &f->on, arena_printf(c->arena, "file '%s'", f->origin.name), WHERE(f, on));
}

static void service_unused(struct check *c)
{
	const struct services *s = c->spec->services;
	const struct accounting *acc = c->spec->accounting;
	for (size_t i = 0; !c->spec->origin.broken && i < services_shape.n; i++) {
		const struct field *f = &services_shape.fields[i];
		if (!written_offset(s, f->offset) || strcmp(f->key, "default") == 0)
			continue;
		const char *why = no_purpose(c->spec, f->key);
		if (!why)
			continue;
		struct diag *d = finding(c, where_key(s, f), "service '%s' has nothing to do: %s", f->key, why);
		if (acc && acc->external)
			diag_note(c->diags, d, where_body(acc->external), "the site's slurmdbd");
		else if (acc && acc->database && acc->database->host)
			diag_note(c->diags, d, WHERE(acc->database, host), "the site's database");
		if (!acc && c->spec->slurm)
			diag_help(c->diags, d, "add 'accounting: {}', or remove the service");
		else
			diag_help(c->diags, d, "remove one of the two");
	}
	put_on_unused(c);
}

static void slurmd_host(struct check *c)
{
	const struct service *s = c->spec->services->slurmd;
	if (!s || s->origin.broken || !WRITTEN(s, host))
		return;
	struct diag *d = finding(c, where_key(s, shape_field(&service_shape, "host")),
				 "slurmd runs where the nodes are: 'host' says nothing here");
	diag_help(c->diags, d, "write 'host' in the nodes, under 'nodes'");
}

/* ---- values that Slurm cannot hold as written */

struct rounding {
	struct check *c;
	struct map seen;
};

/* The form says in what Slurm, or sacctmgr, counts. */
static int64_t unit_of(const struct field *f)
{
	return f->form == FORM_AGE ? 3600 : f->form == FORM_MINUTES || f->form == FORM_TIME ? 60 : 1;
}

static void round_time(struct rounding *r, const void *body, const struct field *f)
{
	const struct duration *d = field_at(f, body);
	int64_t unit = unit_of(f), s = d->seconds;
	struct span at = where_offset(body, f->offset);
	if (s == DURATION_INFINITE || s % unit == 0 || !first_at(r->c, &r->seen, at))
		return;
	diag_help(r->c->diags,
		  finding(r->c, at, "Slurm counts '%s' in %s: %s becomes %s", f->key, unit == 60 ? "minutes" : "hours",
			  time_said(r->c, s, at), time_said(r->c, (s + unit - 1) / unit * unit, (struct span){ 0 })),
		  "write a whole number of %s", unit == 60 ? "minutes" : "hours");
}

static void round_memory(struct rounding *r, const void *body, const struct field *f)
{
	const struct memory *m = field_at(f, body);
	struct span at = where_offset(body, f->offset);
	if (f->form != FORM_MEBIBYTES || m->percent || m->bytes % (1 << 20) == 0 || !first_at(r->c, &r->seen, at))
		return;
	diag_help(r->c->diags,
		  finding(r->c, at, "Slurm counts '%s' in mebibytes: %s becomes %lldM", f->key,
			  memory_said(r->c, m->bytes, at), (long long)mebibytes(*m)),
		  "write a whole number of M");
}

static void round_body(void *ctx, void *body, const char *key)
{
	const struct origin *o = body;
	for (size_t i = 0; !o->broken && i < o->shape->n; i++) {
		const struct field *f = &o->shape->fields[i];
		if ((f->kind != VALUE_DURATION && f->kind != VALUE_MEMORY) || !written_offset(body, f->offset) ||
		    !field_given(f, body))
			continue;
		if (f->kind == VALUE_DURATION)
			round_time(ctx, body, f);
		else
			round_memory(ctx, body, f);
	}
}

static void rounded(struct check *c)
{
	struct rounding r = { .c = c };
	map_init(&r.seen, c->arena);
	schema_walk((void *)(uintptr_t)c->spec, round_body, &r);
}

/* auth/slurm has no munged: commands ask a socket that slurmctld's, slurmd's or sackd's process makes
 * (/run/slurm/sack.socket; sackd.8). hpcc brings up no sackd yet. */
static void no_sack(struct check *c)
{
	const struct slurm *s = c->spec->slurm;
	if (!s || !text_equal(s->auth, "slurm"))
		return;
	for (size_t i = 0; i < c->model->places.n; i++) {
		const struct place *p = &c->model->places.v[i];
		bool login = p->roles & ROLE_LOGIN && !(p->roles & (ROLE_SLURMCTLD | ROLE_SLURMD));
		bool dbd = p->roles & ROLE_SLURMDBD && !(p->roles & ROLE_SLURMCTLD);
		if (!login && !dbd)
			continue;
		const struct service *service = login ? c->spec->services->login : c->spec->services->slurmdbd;
		bool placed = service && span_known(WHERE(service, host)), own = c->model->platform->place_per_host;
		struct diag *d =
			finding(c, placed ? WHERE(service, host) : WHERE(s, auth),
				"with auth 'slurm', %s needs sackd on a host of its own, which hpcc does not bring up",
				login ? "login" : "slurmdbd");
		if (placed)
			diag_note(c->diags, d, WHERE(s, auth), "auth is chosen here");
		diag_help(c->diags, d, own ? "put it on slurmctld's host, or use auth 'munge'" : "use auth 'munge'");
	}
}

const struct rule rules_control[] = {
	{ "message-timeout-too-long", SEVERITY_ERROR, RULE_RECORDS, rule_message_timeout },
	{ "unkillable-step-timeout-short", SEVERITY_WARNING, RULE_RECORDS, rule_unkillable_step },
	{ "tcp-timeout-long", SEVERITY_WARNING, RULE_RECORDS, rule_tcp_timeout },
	{ "state-not-shared", SEVERITY_ERROR, RULE_LOWERED, state_not_shared },
	{ "state-not-kept", SEVERITY_WARNING, RULE_RECORDS, state_not_kept },
	{ "port-ranges-overlap", SEVERITY_WARNING, RULE_LOWERED, rule_port_ranges },
	{ "port-ranges-overlap", SEVERITY_WARNING, RULE_FILES, rule_port_ranges_files },
	{ "suspend-time-unused", SEVERITY_WARNING, RULE_RECORDS, suspend_unused },
	{ "service-unused", SEVERITY_ERROR, RULE_SPEC, service_unused },
	{ "slurmd-host", SEVERITY_ERROR, RULE_SPEC, slurmd_host },
	{ "no-sack", SEVERITY_ERROR, RULE_MODEL, no_sack },
	{ "rounded-value", SEVERITY_WARNING, RULE_SPEC, rounded },
	{ .name = NULL },
};
