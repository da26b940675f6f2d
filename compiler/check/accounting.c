/* accounting.c: rules over accounting: the database, accounts, users, QOS, limits. */
#include "compiler/check/said.h"

/* What hpcc brings up is MariaDB: Debian has no MySQL server. */
static void embedded_mysql(struct check *c)
{
	const struct accounting *acc = c->spec->accounting;
	const struct database *db = acc ? acc->database : NULL;
	if (!db || db->host || !text_equal(db->engine, "mysql"))
		return;
	struct diag *d = finding(c, WHERE(db, engine), "hpcc brings up MariaDB, not MySQL");
	diag_help(c->diags, d, "write 'mariadb', or the 'host' of a MySQL that exists");
}

#include <string.h>

/* hpcc would bring up neither: one of the two was meant. */
static void external_and_database(struct check *c)
{
	const struct accounting *acc = c->spec->accounting;
	if (!acc || !acc->external || !acc->database || !WRITTEN(acc, database))
		return;
	struct diag *d = finding(c, where_key(acc, shape_field(&accounting_shape, "database")),
				 "an external slurmdbd has its own database: this one is not used");
	diag_note(c->diags, d, where_key(acc, shape_field(&accounting_shape, "external")), "slurmdbd is external");
	diag_help(c->diags, d, "remove one of the two");
}

/* ---- accounts: each has one parent */

struct ancestry {
	const struct account *account;
	size_t visit; /* 0: not yet; else the walk that came by */
};

static void say_loop(struct check *c, const struct account *x)
{
	bool itself = text_equal(x->parent, x->origin.name);
	struct diag *d = finding(c, WHERE(x, parent),
				 itself ? "account '%s' is its own parent" : "account '%s' is an ancestor of itself",
				 x->origin.name);
	diag_help(c->diags, d, "leave 'parent' out for an account below root, or name another");
}

static void account_loop(struct check *c)
{
	const struct accounting *acc = c->spec->accounting;
	const struct account *x;
	struct map all;
	size_t walk = 0;
	map_init(&all, c->arena);
	if (!acc)
		return;
	for (size_t i = 0; (x = entries_next(&acc->accounts, &i));) {
		struct ancestry *a = ARENA_NEW(c->arena, struct ancestry);
		a->account = x;
		map_set(&all, x->origin.name, a);
	}
	for (size_t i = 0; i < all.n; i++) {
		struct ancestry *a = all.v[i].value;
		walk++;
		while (a && !a->visit) {
			a->visit = walk;
			a = a->account->parent ? map_get(&all, a->account->parent) : NULL;
		}
		if (a && a->visit == walk)
			say_loop(c, a->account);
	}
}

/* sacctmgr adds a user to an account; without one nothing is added. */
static void user_without_account(struct check *c)
{
	const struct accounting *acc = c->spec->accounting;
	const struct account_user *u;
	for (size_t i = 0; acc && (u = entries_next(&acc->users, &i));) {
		if (u->default_account || u->accounts.n || u->admin_level)
			continue;
		struct diag *d =
			finding(c, where_body(u),
				"user '%s' has no account, and accounting has users of accounts alone", u->origin.name);
		diag_help(c->diags, d, "name one by 'default_account'");
	}
}

/* ---- QOS: as_mysql_qos.c: "QOS Preemption loop detected" */

struct preemption {
	const struct qos *qos;
	size_t next; /* of its list, to be looked at */
	enum { UNSEEN, OPEN, DONE } state;
};

static void say_preemption(struct check *c, const struct qos *q, size_t item)
{
	bool itself = text_equal(q->preempt.v[item], q->origin.name);
	struct diag *d =
		itself ? finding(c, WHERE_ITEM(q, preempt, item), "QOS '%s' cannot preempt itself", q->origin.name)
		       : finding(c, WHERE_ITEM(q, preempt, item),
				 "QOS '%s' cannot preempt '%s', which preempts it in turn", q->origin.name,
				 q->preempt.v[item]);
	diag_help(c->diags, d, "remove it here: accounting refuses loops");
}

/* Depth first, with a stack of our own: who stands on it is above whom it finds. */
static void walk_preemption(struct check *c, const struct map *all, struct preemption *start)
{
	LIST(struct preemption *) stack = { 0 };
	if (start->state != UNSEEN)
		return;
	start->state = OPEN;
	*list_push(c->arena, &stack) = start;
	while (stack.n) {
		struct preemption *p = stack.v[stack.n - 1];
		if (p->next == p->qos->preempt.n) {
			p->state = DONE;
			stack.n--;
			continue;
		}
		size_t item = p->next++;
		struct preemption *below = map_get(all, p->qos->preempt.v[item]);
		if (below && below->state == OPEN) {
			say_preemption(c, p->qos, item);
		} else if (below && below->state == UNSEEN) {
			below->state = OPEN;
			*list_push(c->arena, &stack) = below;
		}
	}
}

static void qos_loop(struct check *c)
{
	const struct accounting *acc = c->spec->accounting;
	const struct qos *q;
	struct map all;
	map_init(&all, c->arena);
	for (size_t i = 0; acc && (q = entries_next(&acc->qos, &i));) {
		struct preemption *p = ARENA_NEW(c->arena, struct preemption);
		p->qos = q;
		map_set(&all, q->origin.name, p);
	}
	for (size_t i = 0; i < all.n; i++)
		walk_preemption(c, &all, all.v[i].value);
}

/* ---- limits: sacctmgr knows the resources that are recorded (slurm.conf(5), AccountingStorageTRES) */

static bool is_recorded(const struct accounting *acc, const char *tres)
{
	static const char *const always[] = { "cpu", "mem", "energy", "node", "billing", "fs/disk", "vmem", "pages" };
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (text_equal_nocase(tres, always[i]))
			return true;
	for (size_t i = 0; i < acc->tres.n; i++)
		if (text_equal_nocase(tres, acc->tres.v[i]))
			return true;
	return false;
}

static void check_limits(struct check *c, const struct qos *q, const struct options *limits)
{
	const struct accounting *acc = c->spec->accounting;
	for (size_t i = 0; i < limits->n; i++) {
		const struct option *o = &limits->v[i];
		if (is_recorded(acc, o->key))
			continue;
		struct diag *d = finding(c, o->key_span, "QOS '%s' limits '%s', which accounting does not record",
					 q->origin.name, o->key);
		if (WRITTEN(acc, tres))
			diag_note(c->diags, d, WHERE(acc, tres), "what it records");
		diag_help(c->diags, d,
			  WRITTEN(acc, tres)
				  ? "add it to 'accounting.tres'"
			  : strchr(o->key, ':')
				  ? "types are recorded when 'accounting.tres' names them: [gres/gpu, gres/gpu:a100]"
				  : "no node has it; name what accounting shall record in 'accounting.tres'");
	}
}

static void unrecorded_tres(struct check *c)
{
	const struct accounting *acc = c->spec->accounting;
	const struct qos *q;
	for (size_t i = 0; acc && i < c->spec->nodes.n; i++)
		if (origin_of(c->spec->nodes.v[i])->broken)
			return;
	for (size_t i = 0; acc && !acc->external && (q = entries_next(&acc->qos, &i));) {
		check_limits(c, q, &q->max_tres_per_job);
		check_limits(c, q, &q->max_tres_per_user);
		check_limits(c, q, &q->group_tres);
	}
}

/* slurm.conf(5), AccountingStorageEnforce: a job of a user without an association is refused; a new database has root's
 * alone. */
static void enforce_without_users(struct check *c)
{
	static const char *const words[] = { "associations", "limits", "qos", "safe", "wckeys", "all" };
	const struct accounting *acc = c->spec->accounting;
	if (!acc || acc->external || acc->users.n || !acc->database || acc->database->host)
		return;
	for (size_t i = 0; i < acc->enforce.n; i++)
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
			if (strcmp(acc->enforce.v[i], words[k]) != 0)
				continue;
			struct diag *d = finding(
				c, WHERE_ITEM(acc, enforce, i),
				"'%s' lets nobody submit whom accounting does not know, and no users are listed",
				acc->enforce.v[i]);
			diag_help(
				c->diags, d,
				"list them under 'accounting.users', or add them with sacctmgr once the cluster is up");
			return;
		}
}

const struct rule rules_accounting[] = {
	{ "external-and-database", SEVERITY_ERROR, RULE_SPEC, external_and_database },
	{ "embedded-mysql", SEVERITY_ERROR, RULE_SPEC, embedded_mysql },
	{ "account-loop", SEVERITY_ERROR, RULE_SPEC, account_loop },
	{ "user-without-account", SEVERITY_ERROR, RULE_SPEC, user_without_account },
	{ "qos-preemption-loop", SEVERITY_ERROR, RULE_SPEC, qos_loop },
	{ "unrecorded-tres", SEVERITY_WARNING, RULE_SPEC, unrecorded_tres },
	{ "enforce-without-users", SEVERITY_INFO, RULE_SPEC, enforce_without_users },
	{ .name = NULL },
};
