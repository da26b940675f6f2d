/* node_names.c: what nodes, hosts and partitions are called. */
#include "compiler/check/nodes.h"

#include <ctype.h>
#include <string.h>

enum { LABEL_MAX = 63 }; /* RFC 1035, 2.3.4 */

typedef bool run_test(struct arena *a, const struct hostrun *r);

/* The first run of a group that fails a test, or NULL. */
static const struct hostrun *first_run(struct arena *a, const struct origin *o, run_test *test)
{
	for (size_t i = 0; o->hosts && i < o->hosts->runs.n; i++)
		if (test(a, &o->hosts->runs.v[i]))
			return &o->hosts->runs.v[i];
	return NULL;
}

/* The longest name of a run. */
static const char *last_name(struct arena *a, const struct hostrun *r)
{
	struct hostlist one;
	hostlist_init(&one, a);
	hostlist_add_run(&one, r);
	return hostlist_name_dup(&one, one.count - 1, a);
}

/* What is wrong with the name of one run of nodes or hosts; `kind` is "node" or "host". */
typedef void say(struct check *c, const struct origin *o, const struct hostrun *r, const char *kind);

static void each_name(struct check *c, run_test *test, say *each)
{
	const struct {
		const struct entries *all;
		const char *kind;
	} kinds[] = { { &c->spec->nodes, "node" }, { &c->spec->hosts, "host" } };
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		struct map seen;
		const struct origin *o;
		map_init(&seen, c->arena);
		for (size_t i = 0; (o = entries_next(kinds[k].all, &i));) {
			const struct hostrun *r = first_run(c->arena, o, test);
			if (r && first_at(c, &seen, o->name_span))
				each(c, o, r, kinds[k].kind);
		}
	}
}

/* read_config.c: _parse_nodename: NodeName=DEFAULT sets defaults, ALL is refused, in any case. */
static bool is_reserved(struct arena *a, const struct hostrun *r)
{
	return !r->numbered && (text_equal_nocase(r->prefix, "ALL") || text_equal_nocase(r->prefix, "DEFAULT"));
}

static void say_reserved(struct check *c, const struct origin *o, const struct hostrun *r, const char *kind)
{
	struct diag *d = finding(c, o->name_span, "no %s can be called '%s': the name is Slurm's own", kind, r->prefix);
	if (text_equal_nocase(r->prefix, "DEFAULT") && strcmp(kind, "node") == 0)
		diag_help(c->diags, d, "what all nodes have stands under 'defaults.node'");
	else
		diag_help(c->diags, d, "choose another name");
}

void rule_reserved_name(struct check *c)
{
	const struct partition *p;
	each_name(c, is_reserved, say_reserved);
	/* read_config.c: _parse_partitionname. */
	for (size_t i = 0; (p = entries_next(&c->spec->partitions, &i));)
		if (text_equal_nocase(p->origin.name, "DEFAULT"))
			diag_help(c->diags,
				  finding(c, p->origin.name_span,
					  "no partition can be called '%s': the name is Slurm's own", p->origin.name),
				  "what all partitions have stands under 'defaults.partition'");
}

/* A host name: labels of letters, digits and dashes (RFC 1123); underscores are let through, as resolvers do. */
static const char *bad_name(const char *name)
{
	const char *label = name;
	for (const char *p = name;; p++) {
		size_t n = (size_t)(p - label);
		if (*p == ':')
			return "a colon";
		if (*p && *p != '.')
			continue;
		if (n > LABEL_MAX)
			return "more than 63 characters without a dot";
		if (!n)
			return "an empty part";
		if (*label == '-' || p[-1] == '-')
			return "a dash at the start or end";
		if (!*p)
			return NULL;
		label = p + 1;
	}
}

static bool is_bad(struct arena *a, const struct hostrun *r)
{
	return bad_name(last_name(a, r));
}

static void say_bad(struct check *c, const struct origin *o, const struct hostrun *r, const char *kind)
{
	struct diag *d = finding(c, o->name_span, "'%s' cannot be a host's name: it has %s",
				 diag_quote(c->diags, last_name(c->arena, r)), bad_name(last_name(c->arena, r)));
	if (strcmp(kind, "node") == 0)
		diag_help(c->diags, d, "letters, digits and dashes make a node's name, at most 63");
	else
		diag_help(c->diags, d, "letters, digits and dashes make a host's name, at most 63 between dots");
}

void rule_bad_hostname(struct check *c)
{
	each_name(c, is_bad, say_bad);
}

static bool has_upper(struct arena *a, const struct hostrun *r)
{
	if (is_reserved(a, r))
		return false;
	for (const char *p = r->prefix; *p; p++)
		if (isupper((unsigned char)*p))
			return true;
	for (const char *p = r->suffix; *p; p++)
		if (isupper((unsigned char)*p))
			return true;
	return false;
}

static void say_upper(struct check *c, const struct origin *o, const struct hostrun *r, const char *kind)
{
	struct diag *d = finding(c, o->name_span, "%s '%s' has capital letters: Slurm tells them apart, DNS does not",
				 kind, last_name(c->arena, r));
	diag_help(c->diags, d, "write the name as `hostname` prints it, which is mostly in lower case");
}

void rule_upper_case_name(struct check *c)
{
	each_name(c, has_upper, say_upper);
}

static bool is_number(struct arena *a, const struct hostrun *r)
{
	return r->numbered && !*r->prefix && !*r->suffix;
}

static void say_number(struct check *c, const struct origin *o, const struct hostrun *r, const char *kind)
{
	struct diag *d = finding(c, o->name_span, "%s '%s' is called by a number, which resolvers take for an address",
				 kind, last_name(c->arena, r));
	diag_help(c->diags, d, "put a letter before it, as in c%s", last_name(c->arena, r));
}

void rule_numeric_name(struct check *c)
{
	each_name(c, is_number, say_number);
}
