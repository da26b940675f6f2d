/*
 * A hostile text through every key that takes free text, and through the names, for every target.
 *
 * The input's bytes become a text (the first says of what kind and for which release, the second in which of the
 * places, for speed), which is put into one place of a spec after the other by the double-quoted form of YAML. Where it
 * is refused, that is well if the refusal has a place. Where it is accepted, all files are compared with those of a
 * harmless word in the same place, each through a reader of its own: what stood for the harmless word must be the
 * hostile text, unchanged, and nothing else may differ: not another key, not another line, not another file.
 */
#undef NDEBUG /* asserts are what it is for */
#include <assert.h>
#include <ctype.h>
#include <regex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

#include "compiler/base/list.h"
#include "compiler/base/text.h"
#include "compiler/compile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HARMLESS "harmless"
enum { PARTS = 15, RELEASES = 3 };

static const char *const releases[RELEASES] = { "22.05", "24.11", "26.05" };

enum reader {
	READ_BYTES, /* the file's text itself */
	READ_CONF,  /* Slurm's grammar */
	READ_SHELL, /* NAME="..." as sh reads it */
	READ_YAML,
	READ_TSV,
};

static const char base[] = "hpcc: 1\n"
			   "cluster: x\n"
			   "slurm: { version: %s%s }\n"
			   "nodes: { c1: { cpus: 1, gres: { gpu: { count: 1%s } }%s } }\n"
			   "partitions: { p: { nodes: c1, default: true%s } }\n"
			   "accounting: { qos: { q: { priority: 1%s } }, accounts: { a: { fairshare: 1%s } }%s }\n"
			   "targets: { slurm: {}, ansible: {%s} }\n"
			   "%s\n";
enum { IN_SLURM, IN_GRES, IN_NODE, IN_PARTITION, IN_QOS, IN_ACCOUNT, IN_ACCOUNTING, IN_ANSIBLE, AT_END, HOLES };

/* A place for the text (%s), and how the file that carries it is read. */
static const struct place_row {
	int hole;
	const char *text, *file;
	enum reader reader;
} places[] = {
	{ AT_END, "description: %s", "slurm.conf", READ_CONF },
	{ IN_SLURM, ", options: { MailProg: %s }", "slurm.conf", READ_CONF },
	{ IN_SLURM, ", options: { MailProg: [first, %s] }", "slurm.conf", READ_CONF },
	{ IN_SLURM, ", options: { SchedulerParameters: %s }", "slurm.conf", READ_CONF },
	{ IN_SLURM, ", cgroup: { CgroupMountpoint: %s }", "cgroup.conf", READ_CONF },
	{ IN_GRES, ", links: %s", "gres.conf", READ_CONF },
	{ IN_GRES, ", flags: [%s]", "gres.conf", READ_CONF },
	{ IN_NODE, ", state: down, reason: %s", "slurm.conf", READ_CONF },
	{ IN_NODE, ", features: [%s]", "slurm.conf", READ_CONF },
	{ IN_NODE, ", options: { TRESWeights: %s }", "slurm.conf", READ_CONF },
	{ IN_PARTITION, ", tres_billing_weights: { CPU: %s, Mem: 1 }", "slurm.conf", READ_CONF },
	{ IN_PARTITION, ", allow_groups: [%s]", "slurm.conf", READ_CONF },
	{ IN_ACCOUNTING, ", options: { ArchiveScript: %s }", "slurmdbd.conf", READ_CONF },
	{ AT_END, "mpi: { options: { PMIxEnv: %s } }", "mpi.conf", READ_CONF },
	{ IN_QOS, ", description: %s", "accounting.tsv", READ_TSV },
	{ IN_QOS, ", max_tres_per_job: { cpu: %s }", "accounting.tsv", READ_TSV },
	{ IN_QOS, ", flags: [%s]", "accounting.tsv", READ_TSV },
	{ IN_ACCOUNT, ", description: %s", "accounting.tsv", READ_TSV },
	{ IN_ACCOUNT, ", organization: %s", "accounting.tsv", READ_TSV },
	{ IN_ANSIBLE, "variables: { v: %s }", "inventory.yaml", READ_YAML },
	{ AT_END, "services: { slurmd: { environment: { V: %s, W: w } } }", "slurmd", READ_SHELL },
	{ AT_END, "services: { slurmd: { limits: { memlock: %s } } }", "hpcc.conf", READ_BYTES },
	{ AT_END, "files: { f: { path: /etc/motd, content: %s } }", "motd", READ_BYTES },
	{ AT_END, "files: { f: { path: /etc/motd, content: x, owner: %s } }", "files.tsv", READ_TSV },
	{ AT_END, "hosts: { c1: { ssh: { key: %s } } }", "inventory.yaml", READ_YAML },
	{ AT_END, "secrets: { munge: { file: %s } }", "secrets.tsv", READ_TSV },
	{ AT_END, "storage: { s: { type: tmpfs, mount: /m, options: [%s] } }", "mounts.tsv", READ_TSV },
	{ AT_END, "users: { u: { uid: 3000, groups: [%s] } }", "users.tsv", READ_TSV },
};

enum { PLACES = sizeof(places) / sizeof(places[0]) };

/* Blanks around a hostlist's names do not count, nor reach any file. */
#define HOSTLIST ",[]: \t"

/* Keys that become names, paths and addresses: what they accept is harmless everywhere, character by character. */
static const struct {
	int hole;
	const char *text, *also; /* beside letters, digits and _ - . */
} strict[] = {
	{ AT_END, "hosts: { %s: {} }", HOSTLIST },
	{ AT_END, "hosts: { c1: { address: %s } }", HOSTLIST "%" },
	{ AT_END, "hosts: { c1: { ssh: { user: %s } } }", "" },
	{ AT_END, "hosts: { c1: { ssh: { directory: %s } } }", "+/@=,:%" },
	{ AT_END, "hardware: { %s: {} }", "" },
	{ AT_END, "users: { %s: { uid: 3000 } }", "" },
	{ AT_END, "users: { u: { uid: 3000, home: %s, shell: %s } }", "+/@=,:%" },
	{ AT_END, "storage: { %s: { type: tmpfs, mount: /m } }", "" },
	{ AT_END, "storage: { s: { type: bind, source: %s, mount: %s } }", "+/@=,:%" },
	{ AT_END, "files: { %s: { path: /etc/motd, content: x } }", "" },
	{ AT_END, "files: { f: { path: %s, content: x } }", "+/@=,:%" },
	{ AT_END, "secrets: { %s: {} }", "" },
	{ AT_END, "networks: { %s: {} }", "" },
	{ AT_END, "services: { slurmd: { environment: { %s: x } } }", "" },
	{ AT_END, "services: { login: { host: %s } }", "" },
	{ IN_GRES, ", type: %s", "+/" },
	{ IN_GRES, ", file: %s", "/[],:" },
	{ IN_GRES, ", cores: %s", "," },
	{ IN_NODE, ", host: %s", HOSTLIST },
	{ IN_PARTITION, "}, %s: { nodes: c1", "" },
	{ IN_PARTITION, ", alloc_nodes: %s", HOSTLIST },
	{ IN_PARTITION, ", allow_accounts: [%s]", "" },
	{ IN_PARTITION, ", cpu_bind: %s", "+/" },
	{ IN_ACCOUNTING, ", users: { %s: { admin_level: none } }", "" },
	{ IN_ACCOUNTING, ", database: { host: %s }", ":%" },
	{ IN_ACCOUNTING, ", database: { name: %s, user: %s, password: %s }", "" },
	{ IN_ANSIBLE, "user: %s, group_prefix: %s", "" },
	{ IN_ANSIBLE, "variables: { %s: x }", "" },
};

/* ---- compiling */

static const char *read_spec(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error)
{
	const struct text *spec = ctx;
	if (strcmp(path, "spec.yaml") != 0) {
		*ret_error = "no such file or directory";
		return NULL;
	}
	*ret_size = spec->n;
	return arena_strndup(a, spec->s, spec->n);
}

/* The text in YAML's double quotes: what it stands for is the text, whatever that is. */
static void quote(struct text *t, const char *s)
{
	text_addc(t, '"');
	for (uint32_t code, n; *s; s += n) {
		n = source_decode(s, strlen(s), &code);
		assert(n);
		if (code < ' ' || (code >= 0x7f && code < 0x100))
			text_addf(t, "\\x%02x", (unsigned)code);
		else if (code >= 0x100)
			text_addf(t, "\\u%04x", (unsigned)code);
		else
			text_addf(t, strchr("\"\\", (int)code) ? "\\%c" : "%c", (int)code);
	}
	text_addc(t, '"');
}

static struct compile *compile(struct arena *a, const char *release, int hole, const char *text, const char *value)
{
	struct text quoted, piece, *spec = ARENA_NEW(a, struct text);
	text_init(&quoted, a);
	text_init(&piece, a);
	text_init(spec, a);
	quote(&quoted, value);
	for (const char *p = text; *p; p++) {
		if (p[0] == '%' && p[1] == 's') {
			text_add(&piece, quoted.s);
			p++;
		} else {
			text_addc(&piece, *p);
		}
	}
	const char *in[HOLES];
	for (int i = 0; i < HOLES; i++)
		in[i] = i == hole ? piece.s : "";
	text_addf(spec, base, release, in[0], in[1], in[2], in[3], in[4], in[5], in[6], in[7], in[8]);
	struct compile *c = compile_new(read_spec, spec);
	/* The text lives in the caller's arena: it is read once, here. */
	compile_spec(c, "spec.yaml", NULL, 0);
	compile_default_targets(c);
	compile_finish(c);
	if (!c->diags.errors)
		assert(compile_emit(c));
	for (size_t i = 0; i < c->diags.list.n; i++)
		assert(span_known(c->diags.list.v[i]->span));
	return c;
}

/* ---- readers: a file as a list of words; a mark stands between what must not run into each other */

struct words {
	struct arena *arena;
	LIST(const char *) list;
};

static void add_word(struct words *w, const char *s, size_t n)
{
	*list_push(w->arena, &w->list) = arena_strndup(w->arena, s, n);
}

static void end_line(struct words *w)
{
	*list_push(w->arena, &w->list) = "\n";
}

/* _strip_comments, _strip_escapes of Slurm's parse_config.c. Says whether the line goes on in the next
 * (_strip_continuation). */
static bool strip(char *line)
{
	size_t escapes = 0, n;
	for (char *p = line; *p; p++) {
		if (*p == '#' && escapes % 2 == 0) {
			*p = '\0';
			break;
		}
		escapes = *p == '\\' ? escapes + 1 : 0;
	}
	n = strlen(line);
	escapes = 0;
	while (escapes < n && line[n - 1 - escapes] == '\\')
		escapes++;
	char *to = line;
	for (const char *p = line; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '\\')
			break;
		*to++ = *p;
	}
	*to = '\0';
	return escapes % 2 == 1;
}

static void read_conf_line(struct words *w, char *line)
{
	static const char pattern[] = "^[[:space:]]*([[:alnum:]_.]+)[[:space:]]*([-*+/]?)=[[:space:]]*"
				      "((\"([^\"]*)\")|([^[:space:]]+))([[:space:]]|$)";
	static regex_t regex;
	static bool ready;
	regmatch_t m[8];
	if (!ready)
		assert(regcomp(&regex, pattern, REG_EXTENDED) == 0);
	ready = true;
	assert(!strip(line)); /* we write no line that goes on */
	if (strncasecmp(line, "Include ", 8) == 0) {
		add_word(w, line, strlen(line));
		end_line(w);
		return;
	}
	const char *p = line;
	while (regexec(&regex, p, 8, m, 0) == 0) {
		int value = m[5].rm_so != -1 ? 5 : 6;
		add_word(w, p + m[1].rm_so, (size_t)(m[1].rm_eo - m[1].rm_so));
		assert(m[2].rm_so == m[2].rm_eo);
		add_word(w, p + m[value].rm_so, (size_t)(m[value].rm_eo - m[value].rm_so));
		p += m[3].rm_eo;
	}
	assert(p[strspn(p, " \t")] == '\0'); /* parse error */
	if (p > line)
		end_line(w);
}

static void read_conf(struct words *w, const struct text *t)
{
	for (const char *p = t->s; *p;) {
		size_t n = strcspn(p, "\n");
		read_conf_line(w, arena_strndup(w->arena, p, n));
		p += n + (p[n] == '\n');
	}
}

/* NAME="...": inside double quotes the backslash is special before $ ` " \ and a line's end (POSIX, 2.2.3). */
static void read_shell(struct words *w, const struct text *t)
{
	const char *p = t->s;
	while (*p) {
		struct text value;
		text_init(&value, w->arena);
		if (*p == '#') {
			p += strcspn(p, "\n");
			p += *p == '\n';
			continue;
		}
		size_t n = strspn(p, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");
		assert(n > 0 && p[n] == '=' && p[n + 1] == '"');
		add_word(w, p, n);
		for (p += n + 2; *p != '"'; p++) {
			assert(*p && *p != '$' && *p != '`' && *p != '\n');
			if (*p == '\\' && strchr("$`\"\\", p[1]))
				p++;
			text_addc(&value, *p);
		}
		assert(p[1] == '\n');
		p += 2;
		add_word(w, value.s, value.n);
		end_line(w);
	}
}

static void read_yaml(struct words *w, const struct text *t)
{
	yaml_parser_t parser;
	yaml_event_t e;
	bool end = false;
	assert(yaml_parser_initialize(&parser));
	yaml_parser_set_input_string(&parser, (const unsigned char *)t->s, t->n);
	while (!end) {
		assert(yaml_parser_parse(&parser, &e));
		end = e.type == YAML_STREAM_END_EVENT;
		if (e.type == YAML_SCALAR_EVENT) {
			assert(strlen((char *)e.data.scalar.value) == e.data.scalar.length);
			add_word(w, (char *)e.data.scalar.value, e.data.scalar.length);
		} else {
			end_line(w);
		}
		yaml_event_delete(&e);
	}
	yaml_parser_delete(&parser);
}

static void read_tsv(struct words *w, const struct text *t)
{
	for (const char *p = t->s; *p;) {
		size_t n = strcspn(p, "\t\n");
		add_word(w, p, n);
		if (p[n] == '\n')
			end_line(w);
		p += n + (p[n] != '\0');
	}
}

static struct words read_file(struct arena *a, enum reader r, const struct text *t)
{
	struct words w = { .arena = a };
	switch (r) {
	case READ_BYTES:
		add_word(&w, t->s, t->n);
		break;
	case READ_CONF:
		read_conf(&w, t);
		break;
	case READ_SHELL:
		read_shell(&w, t);
		break;
	case READ_YAML:
		read_yaml(&w, t);
		break;
	case READ_TSV:
		read_tsv(&w, t);
		break;
	}
	return w;
}

/* ---- comparing */

static const char *replaced(struct arena *a, const char *s, const char *value)
{
	struct text t;
	text_init(&t, a);
	for (const char *at; (at = strstr(s, HARMLESS)); s = at + strlen(HARMLESS)) {
		text_addn(&t, s, (size_t)(at - s));
		text_add(&t, value);
	}
	text_add(&t, s);
	return t.s;
}

static _Noreturn void differs(const struct place_row *p, const char *value, const char *path, const char *is,
			      const char *wanted)
{
	fprintf(stderr, "%s of \"%s\": %s: is\n%s\nwanted\n%s\n", p->text, value, path, is, wanted);
	abort();
}

static bool ends_with_name(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	return strcmp(slash ? slash + 1 : path, name) == 0;
}

static void check_file(struct arena *a, const struct place_row *p, const char *value,
		       const struct output_file *harmless, const struct output_file *hostile)
{
	bool carries = ends_with_name(harmless->path, p->file);
	assert(strcmp(harmless->path, hostile->path) == 0 && harmless->executable == hostile->executable);
	/* A description stands in the comments of many files; each line is one still. */
	if (strncmp(p->text, "description", 11) == 0) {
		const char *wanted = replaced(a, harmless->text.s, value);
		if (strcmp(hostile->text.s, wanted) != 0)
			differs(p, value, harmless->path, hostile->text.s, wanted);
	} else if (!carries) {
		if (strcmp(hostile->text.s, harmless->text.s) != 0)
			differs(p, value, harmless->path, hostile->text.s, harmless->text.s);
	}
	if (!carries)
		return;
	struct words x = read_file(a, p->reader, &harmless->text), y = read_file(a, p->reader, &hostile->text);
	for (size_t i = 0; i < x.list.n && i < y.list.n; i++) {
		const char *wanted = replaced(a, x.list.v[i], value);
		if (strcmp(y.list.v[i], wanted) != 0)
			differs(p, value, harmless->path, y.list.v[i], wanted);
	}
	if (x.list.n != y.list.n)
		differs(p, value, harmless->path, hostile->text.s, harmless->text.s);
}

static void check_place(struct arena *a, unsigned release, size_t nth, const char *value)
{
	static struct compile *harmless_ones[RELEASES][PLACES]; /* the same each time, and never freed */
	const struct place_row *p = &places[nth];
	if (!harmless_ones[release][nth])
		harmless_ones[release][nth] = compile(a, releases[release], p->hole, p->text, HARMLESS);
	const struct compile *x = harmless_ones[release][nth];
	struct compile *y = compile(a, releases[release], p->hole, p->text, value);
	bool there = false;
	if (!y->diags.errors && !x->diags.errors) {
		assert(x->results.n == y->results.n);
		for (size_t i = 0; i < x->results.n; i++) {
			const struct output *harmless = &x->results.v[i].output, *hostile = &y->results.v[i].output;
			assert(harmless->files.n == hostile->files.n);
			for (size_t j = 0; j < harmless->files.n; j++) {
				check_file(a, p, value, &harmless->files.v[j], &hostile->files.v[j]);
				there = there || ends_with_name(harmless->files.v[j].path, p->file);
			}
		}
		assert(there);
	}
	compile_free(y);
}

static void check_strict(struct arena *a, unsigned release, size_t i, const char *value)
{
	struct compile *c = compile(a, releases[release], strict[i].hole, strict[i].text, value);
	for (const char *p = value; *p && !c->diags.errors; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_-.", *p) && !strchr(strict[i].also, *p)) {
			fprintf(stderr, "%s took \"%s\"\n", strict[i].text, value);
			abort();
		}
	compile_free(c);
}

/* The bytes as a text: of kind 0 printable ASCII, of kind 1 also lines, tabs and controls, of kind 2 also other
 * characters. */
static const char *text_of(struct arena *a, unsigned kind, const uint8_t *data, size_t size)
{
	static const char *const pieces[] = { "$HOME", "${X:-y}", "$(id)", "`id`", "%i",   "%(x)s", "{{x}}", " #",
					      "\" ",   "' ",	  "\\",	   ";",	   "\\\"", " = ",   ": ",    "- " };
	struct text t;
	text_init(&t, a);
	for (size_t i = 0; i < size; i++) {
		if (data[i] >= ' ' && data[i] < 0x7f)
			text_addc(&t, (char)data[i]);
		else if (data[i] >= 0xa0 && kind == 2)
			text_addf(&t, "%c%c", 0xc2 + (data[i] & 1), 0x80 + (data[i] & 0x3f));
		else if (data[i] >= 0x80 && kind == 2)
			text_addf(&t, "\xe2\x80%c", 0xa0 + (data[i] & 0xf));
		else if (data[i] && data[i] <= 0x7f && kind == 1)
			text_addc(&t, (char)data[i]);
		else
			text_add(&t, pieces[data[i] % (sizeof(pieces) / sizeof(pieces[0]))]);
	}
	return t.s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 3 || size > 200)
		return 0;
	struct arena *a = arena_new();
	const char *value = text_of(a, data[0] % 3, data + 2, size - 2);
	unsigned release = data[0] / 3 % RELEASES;
	unsigned part = data[1] % (PARTS + 1); /* PARTS: all of them */
	for (size_t i = 0; i < PLACES; i++)
		if (part == PARTS || i % PARTS == part)
			check_place(a, release, i, value);
	for (size_t i = 0; i < sizeof(strict) / sizeof(strict[0]); i++)
		if (part == PARTS || i % PARTS == part)
			check_strict(a, release, i, value);
	arena_free(a);
	return 0;
}
