/*
 * facts_gen.c: a build tool: facts.tsv and words.tsv become facts_table.c.
 *
 *	facts_gen OUT.c FACTS.tsv WORDS.tsv
 *
 * The columns are described at the top of the two files. Sorts by file, section and key as fact.c looks them up,
 * and stops with file:line at the first row that is malformed, stands twice or names a key, a plugin or a section of the
 * file that does not exist.
 * Runs at build time only.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "compiler/slurm/fact.h"
#include "compiler/slurm/fact_hash.h"
#include "compiler/slurm/facts_read.h"

static struct table facts, words;

static void put_text(FILE *out, const char *s, size_t n)
{
	putc('"', out);
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '"' || s[i] == '\\')
			putc('\\', out);
		putc(s[i], out);
	}
	putc('"', out);
}

static void put_enum(FILE *out, const char *prefix, const char *name)
{
	fputs(prefix, out);
	for (; *name; name++)
		putc(isalnum((unsigned char)*name) ? toupper((unsigned char)*name) : '_', out);
}

/* "-" is RELEASE_NONE. */
static void put_release(FILE *out, const struct row *r, const char *member, const char *cell)
{
	fprintf(out, "\t  .%s = ", member);
	put_enum(out, "RELEASE_", is_none(cell) ? "none" : releases[release_of(r, cell)]);
	fputs(",\n", out);
}

/* "50 | 23.11: 16": the values, each with the release from which it holds. */
static void put_defaults(FILE *out, const struct row *r)
{
	const char *s = r->field[F_DEFAULT];
	if (is_none(s))
		return;
	const char *first = r->field[F_FIRST];
	const char *newest = s;
	int n = 0, last = -1;
	fputs("\t  .defaults = (const struct fact_default[]){ ", out);
	for (const char *end; s; s = end ? end + 3 : NULL, n++) {
		end = strstr(s, " | ");
		size_t size = end ? (size_t)(end - s) : strlen(s);
		char release[6] = { 0 };
		if (n > 0) {
			if (size < 8 || s[5] != ':' || s[6] != ' ')
				die(r, "after ' | ' a release, a colon and a value are wanted", s);
			first = memcpy(release, s, 5);
			s += 7;
			size -= 7;
		}
		int number = release_of(r, first);
		if (number <= last)
			die(r, "the defaults are not in the order of releases", r->field[F_DEFAULT]);
		last = number;
		newest = s;
		fputs("{ ", out);
		if (size == 1 && *s == '-')
			fputs("NULL", out);
		else
			put_text(out, s, size);
		put_enum(out, ", RELEASE_", releases[number]);
		fputs(" }, ", out);
	}
	fprintf(out, "},\n\t  .n_defaults = %d,\n\t  .default_value = ", n);
	put_text(out, newest, strlen(newest));
	fputs(",\n", out);
}

static void put_renamed(FILE *out, const struct row *r)
{
	const char *s = r->field[F_RENAMED];
	if (is_none(s))
		return;
	char key[64] = { 0 };
	size_t n = strcspn(s, "=");
	if (n >= sizeof(key))
		die(r, "key too long", s);
	memcpy(key, s, n);
	if (!find_row(&facts, r, key))
		die(r, "renamed to an unknown key", key);
	fputs("\t  .renamed = ", out);
	put_text(out, key, n);
	if (s[n]) {
		fputs(",\n\t  .renamed_word = ", out);
		put_text(out, s + n + 1, strlen(s + n + 1));
	}
	fputs(",\n", out);
}

/* Whether words.tsv has the plugin for a key of slurm.conf. MpiDefault says pmix for mpi/pmix. */
static bool is_plugin(const char *name, size_t n)
{
	for (size_t i = 0; i < words.n; i++) {
		const struct row *w = &words.v[i];
		size_t type = strcmp(w->key, "MpiDefault") == 0 && strncmp(name, "mpi/", 4) == 0 ? 4 : 0;
		const char *word = w->field[W_WORD];
		if (w->file == SLURM_CONF && strlen(word) == n - type && strncmp(word, name + type, n - type) == 0)
			return memchr(name, '/', n);
	}
	return false;
}

/* "topology/tree|topology/hypercube". */
static void put_plugin(FILE *out, const struct row *r)
{
	const char *s = r->field[F_PLUGIN];
	if (is_none(s))
		return;
	for (const char *name = s; name;) {
		size_t n = strcspn(name, "|");
		if (!is_plugin(name, n))
			die(r, "not a plugin that words.tsv has", name);
		name = name[n] ? name + n + 1 : NULL;
	}
	fputs("\t  .plugin = ", out);
	put_text(out, s, strlen(s));
	fputs(",\n", out);
}

/* The key's words: they stand together, since both tables are sorted alike. */
static void put_words(FILE *out, const struct row *r, size_t *next)
{
	size_t n = 0;
	for (; *next < words.n && compare_places(&words.v[*next], r) == 0; (*next)++, n++) {
		const struct row *w = &words.v[*next];
		int first = release_of(w, w->field[W_FIRST]);
		int last = is_none(w->field[W_LAST]) ? RELEASE_COUNT - 1 : release_of(w, w->field[W_LAST]);
		if (last < first)
			die(w, "ends before it begins", w->field[W_WORD]);
		fputs(n ? "\t\t{ " : "\t  .words = (const struct fact_word[]){\n\t\t{ ", out);
		put_text(out, w->field[W_WORD], strlen(w->field[W_WORD]));
		put_enum(out, ", RELEASE_", releases[first]);
		put_enum(out, ", RELEASE_", releases[last]);
		fputs(" },\n", out);
	}
	if (n)
		fprintf(out, "\t  },\n\t  .n_words = %zu,\n", n);
}

/* A section is one file's; the globals are every file's that has keys. */
static void check_section(const struct row *r)
{
	static const enum slurm_file of[SECTION_COUNT] = {
		[SECTION_GRES] = GRES_CONF,
		[SECTION_SWITCH] = TOPOLOGY_CONF,
		[SECTION_BLOCK] = TOPOLOGY_CONF,
		[SECTION_RING] = TOPOLOGY_CONF,
		[SECTION_CONTAINER] = JOB_CONTAINER_CONF,
		[SECTION_FEATURE] = HELPERS_CONF,
	};
	if (r->file == PLUGSTACK_CONF || r->file == TOPOLOGY_YAML || r->file == NAMESPACE_YAML)
		die(r, "this file has no keys", r->key);
	if (r->section != SECTION_GLOBAL && of[r->section] != (enum slurm_file)r->file)
		die(r, "a section of another file", r->key);
}

static void put_fact(FILE *out, const struct row *r, size_t *next_word)
{
	check_section(r);
	fputs("\t{ .file = ", out);
	put_enum(out, "", files[r->file]);
	put_enum(out, ",\n\t  .section = SECTION_", sections[r->section]);
	put_enum(out, ",\n\t  .type = FACT_", types[number_of(r, types, "unknown type", r->field[F_TYPE])]);
	fputs(",\n\t  .key = ", out);
	put_text(out, r->key, strlen(r->key));
	fputs(",\n", out);
	release_of(r, r->field[F_FIRST]); /* "-" is not for this column */
	put_release(out, r, "first", r->field[F_FIRST]);
	put_release(out, r, "removed", r->field[F_REMOVED]);
	put_release(out, r, "defunct", r->field[F_DEFUNCT]);
	put_release(out, r, "refused", r->field[F_REFUSED]);
	put_release(out, r, "repeatable_first", r->field[F_REPEAT]);
	fprintf(out, "\t  .repeatable = %s,\n", is_none(r->field[F_REPEAT]) ? "false" : "true");
	put_renamed(out, r);
	put_defaults(out, r);
	const char *before = costs[number_of(r, costs, "unknown cost", r->field[F_COST_BEFORE])];
	const char *cost = costs[number_of(r, costs, "unknown cost", r->field[F_COST])];
	put_enum(out, "\t  .cost_before_23_11 = COST_", before);
	put_enum(out, ",\n\t  .cost = COST_", cost);
	fputs(",\n", out);
	put_plugin(out, r);
	put_words(out, r, next_word);
	fputs("\t},\n", out);
}

/* Open addressing: a key stands at its hash or behind it, before the first empty slot. */
static void put_slots(FILE *out)
{
	static size_t slots[FACT_SLOTS];
	if (facts.n * 2 > FACT_SLOTS)
		die(&facts.v[0], "more facts than FACT_SLOTS takes", facts.v[0].key);
	for (size_t i = 0; i < facts.n; i++) {
		uint32_t at = fact_hash(facts.v[i].file, facts.v[i].section, facts.v[i].key);
		while (slots[at])
			at = (at + 1) & (FACT_SLOTS - 1);
		slots[at] = i + 1;
	}
	fputs("const uint16_t fact_slots[FACT_SLOTS] = {", out);
	for (size_t i = 0; i < FACT_SLOTS; i++)
		fprintf(out, "%s%zu,", i % 16 ? " " : "\n\t", slots[i]);
	fputs("\n};\n", out);
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fputs("usage: facts_gen OUT.c FACTS.tsv WORDS.tsv\n", stderr);
		return 1;
	}
	read_table(&facts, argv[2], F_COUNT);
	read_table(&words, argv[3], W_COUNT);
	sort_table(&facts, compare_places);
	sort_table(&words, compare_words);
	for (size_t i = 0; i < words.n; i++)
		if (!find_row(&facts, &words.v[i], words.v[i].key))
			die(&words.v[i], "no such key in facts.tsv", words.v[i].key);
	FILE *out = fopen(argv[1], "wb");
	if (!out) {
		fprintf(stderr, "facts_gen: cannot write: %s\n", argv[1]);
		return 1;
	}
	fputs("/* Made by facts_gen.c of facts.tsv and words.tsv. */\n#include \"compiler/slurm/fact.h\"\n"
	      "#include \"compiler/slurm/fact_hash.h\"\n\n",
	      out);
	fputs("const struct fact fact_table[] = {\n", out);
	size_t next_word = 0;
	for (size_t i = 0; i < facts.n; i++)
		put_fact(out, &facts.v[i], &next_word);
	fprintf(out, "};\nconst size_t fact_count = %zu;\n", facts.n);
	put_slots(out);
	if (fclose(out) != 0) {
		fprintf(stderr, "facts_gen: cannot write: %s\n", argv[1]);
		return 1;
	}
	return 0;
}
