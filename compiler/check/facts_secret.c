/* facts_secret.c: secret-in-spec: passwords and keys in what everybody may read: `options`, variables, files. */
#include <string.h>

#include "compiler/check/json.h"
#include "compiler/check/options.h"
#include "compiler/check/said.h"
#include "compiler/check/storage.h"
#include "compiler/schema/schema.h"
#include "compiler/spec/check.h"

static const struct secret_key {
	enum slurm_file file;
	const char *key, *help;
	const char *instead; /* a key that does without, once the release has it */
} secret_keys[] = {
	{ SLURM_CONF, "JobCompPass", "let the database take the user without a password, or choose another JobCompType",
	  "JobCompPassScript" },
	{ SLURM_CONF, "AccountingStoragePass",
	  "leave it out: munge or slurm.key proves who asks; a path to munged's socket may stand here", NULL },
};

static void secret_option(struct option_pass *p, const struct field *f, const struct shape *s, const struct option *o)
{
	for (size_t i = 0; i < sizeof(secret_keys) / sizeof(secret_keys[0]); i++) {
		const struct secret_key *k = &secret_keys[i];
		if (k->file != f->slurm_file || f->slurm_section != SECTION_GLOBAL ||
		    !text_equal_nocase(k->key, o->key))
			continue;
		/* slurm.conf(5), AccountingStoragePass: with munge, the socket of another daemon. */
		if (o->value[0] == '/' || !*o->value)
			return;
		struct diag *d = finding(p->c, o->span, "%s is a password, and everybody may read %s", k->key,
					 slurm_file_name(f->slurm_file));
		const struct fact *instead = k->instead ? fact_find(k->file, SECTION_GLOBAL, k->instead) : NULL;
		if (instead && fact_known(instead, p->release))
			diag_help(p->c->diags, d, "let %s name a script that prints it", instead->key);
		else
			diag_help(p->c->diags, d, "%s", k->help);
	}
}

static bool ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);
	return n >= m && text_equal_nocase(s + n - m, end);
}

/* A variable's name that says that its value is a secret; not what only says where it is, or whether there is one. */
static bool is_secret(const char *key, const char *value)
{
	static const char *const ends[] = { "password", "passwd",  "passphrase", "secret",     "token",
					    "apikey",	"api_key", "access_key", "secret_key", "private_key" };
	static const char *const harmless[] = { "", "yes", "no", "true", "false", "0", "1", "none" };
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (text_equal_nocase(value, harmless[i]))
			return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ends_in(key, ends[i]))
			return value[0] != '/';
	return false;
}

/* Of a file that is JSON, members that say so by their name. */
static void secret_members(struct check *c, const struct file *f)
{
	const char *s = f->content;
	struct json_fault fault;
	struct json_member m;
	size_t n = s ? strlen(s) : 0, at = 0;
	if (!s || !text_ends(f->path, ".json") || !json_reads(s, n, &fault))
		return;
	while (json_next_text(s, n, &at, &m)) {
		const char *key = arena_strndup(c->arena, s + m.key, m.key_end - m.key);
		if (!is_secret(key, arena_strndup(c->arena, s + m.value, m.value_end - m.value)))
			continue;
		struct diag *d = finding(c, file_span(c, f, m.value, m.value_end),
					 "'%s' is a secret, and stands here for all to read", key);
		diag_help(c->diags, d,
			  "leave it out, and let a job take it from its user's environment, or from a file of theirs");
	}
}

/* A file's text goes into what hpcc writes, as it is. */
static void secret_files(struct check *c)
{
	struct file *f;
	for (size_t i = 0; (f = entries_next(&c->spec->files, &i));) {
		secret_members(c, f);
		const char *text = f->content ? f->content : f->loaded;
		if (!text || !strstr(text, "-----BEGIN ") || !strstr(text, "PRIVATE KEY-----"))
			continue;
		struct diag *d = finding(c, f->content ? WHERE(f, content) : WHERE(f, source),
					 "file '%s' holds a private key", f->origin.name);
		diag_help(c->diags, d,
			  "hpcc writes what it is given to many hosts: bring keys to their host by other means");
	}
}

/* Variables, of services and of Ansible's. */
static void secret_variables(void *ctx, void *body, const char *key)
{
	struct check *c = ctx;
	const struct shape *s = origin_of(body)->shape;
	for (size_t i = 0; i < s->n; i++) {
		const struct field *f = &s->fields[i];
		const struct options *list =
			f->kind == VALUE_OPTIONS && (f->check == check_env || f->check == check_service_env)
				? field_at(f, body)
				: NULL;
		for (size_t j = 0; list && written_offset(body, f->offset) && j < list->n; j++) {
			if (!is_secret(list->v[j].key, list->v[j].value))
				continue;
			struct diag *d = finding(c, list->v[j].span,
						 "'%s' is a secret, and stands here for all to read", list->v[j].key);
			diag_help(c->diags, d,
				  "name a file that holds it on the host, as many programs take it: %s_FILE: /path",
				  list->v[j].key);
		}
	}
}

void run_secret_in_spec(struct check *c)
{
	struct option_pass p = option_pass_of(c);
	p.wanted = KEY_FINE;
	p.option = secret_option;
	options_walk(&p);
	secret_files(c);
	schema_walk((void *)(uintptr_t)c->spec, secret_variables, c);
}
