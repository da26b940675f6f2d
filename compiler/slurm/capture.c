#include "compiler/slurm/capture.h"

#include <string.h>
#include <strings.h>

#include "compiler/hostlist/hostlist.h"
#include "compiler/slurm/capture_line.h"
#include "compiler/slurm/capture_value.h"
#include "compiler/slurm/value.h"

/* ---- values */

/* Worked out by slurmctld, or made by the package: no configuration says them. */
static const char *const worked_out[] = { "MaxNodeCount", "PluginDir", "CredType" };

/* Numbers are shown with their unit, users with their number. */
static struct piece plain_value(const struct source *s, struct piece p)
{
	static const char *const units[] = { " sec", " min", " usec", " percent", " nodes/min", "%" };
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t n = strlen(units[i]);
		if (p.end - p.start > n && memcmp(s->bytes + p.end - n, units[i], n) == 0 && s->bytes[p.start] >= '0' &&
		    s->bytes[p.start] <= '9')
			p.end -= (uint32_t)n;
	}
	return p;
}

/* ---- records */

struct capture {
	struct slurm_reader *reader;
	const struct source *source;
	enum slurm_file file;
	struct record *record;	 /* of a node or a partition; NULL in `show config` */
	const char *name;	 /* the node's */
	bool one_line;		 /* scontrol -o */
	struct hostindex *known; /* nodes of the records before */
};

static struct hostindex *known_nodes(const struct slurm_reader *r)
{
	struct hostindex *x = hostindex_new(r->arena);
	const struct records *all = &r->files->records;
	for (size_t i = 0; i < all->files[SLURM_CONF].n; i++) {
		const struct record *rec = all->files[SLURM_CONF].v[i];
		struct hostlist names;
		struct hostlist_error error;
		if (rec->section == SECTION_NODE && !rec->is_default &&
		    hostlist_parse(r->arena, rec->entries.v[0].value, &names, &error))
			hostindex_add(x, &names, 0);
	}
	hostindex_build(x, NULL, NULL);
	return x;
}

static struct span span_of(const struct capture *c, struct piece p)
{
	return (struct span){ c->source->id, p.start, p.end };
}

static struct entry entry_of(const struct capture *c, const struct fact *f, struct piece key, struct piece value)
{
	return (struct entry){ .fact = f,
			       .value = piece_text(c->reader->arena, c->source, value),
			       .span = span_of(c, value),
			       .key_span = span_of(c, key) };
}

/* slurm(64030), ctl(10.0.0.1) keeps its address. */
static void drop_number(const struct capture *c, struct entry *e)
{
	size_t n = strlen(e->fact->key);
	if (n < 4 || strcmp(e->fact->key + n - 4, "User") != 0)
		return;
	e->value = arena_strndup(c->reader->arena, e->value, strcspn(e->value, "("));
}

/* What is always recorded stands before what was asked for. */
static void drop_always(struct entry *e)
{
	static const char always[] = "cpu,mem,energy,node,billing,fs/disk,vmem,pages";
	size_t n = sizeof(always) - 1;
	if (strcmp(e->fact->key, "AccountingStorageTRES") == 0 && strncmp(e->value, always, n) == 0)
		e->value += n + (e->value[n] == ',');
}

/* Every partition shows the cluster's mode, and a cluster without preemption shows OFF. */
static bool is_general_mode(const struct capture *c, const struct entry *e)
{
	const struct entry *general;
	if (strcmp(e->fact->key, "PreemptMode") != 0)
		return false;
	general = records_global(&c->reader->files->records, SLURM_CONF, "PreemptMode");
	if (e->fact->section == SECTION_GLOBAL || !general)
		return strcasecmp(e->value, "OFF") == 0;
	return strcasecmp(e->value, general->value) == 0;
}

/* From 24.05 it is five times MessageTimeout when nobody sets it (read_config.c). */
static bool is_general_timeout(const struct capture *c, const struct entry *e)
{
	const struct entry *message = records_global(&c->reader->files->records, SLURM_CONF, "MessageTimeout");
	uint64_t n, each;
	return strcmp(e->fact->key, "UnkillableStepTimeout") == 0 && slurm_number(e->value, &n) && message &&
	       slurm_number(message->value, &each) && n == 5 * each;
}

static bool is_worked_out(const struct capture *c, const struct entry *e)
{
	for (size_t i = 0; i < sizeof(worked_out) / sizeof(worked_out[0]); i++)
		if (strcmp(e->fact->key, worked_out[i]) == 0)
			return true;
	return is_general_mode(c, e) || is_general_timeout(c, e);
}

/* "Key = value" of `show config`, "SlurmctldHost[0] = ctl". */
static void read_setting(struct capture *c, struct piece line)
{
	const char *b = c->source->bytes, *equal = memchr(b + line.start, '=', line.end - line.start);
	struct piece key = { line.start, equal ? (uint32_t)(equal - b) : line.start };
	struct piece value = { key.end + 1, line.end };
	if (!equal)
		return;
	while (key.end > key.start && piece_blank(b[key.end - 1]))
		key.end--;
	const char *index = memchr(b + key.start, '[', key.end - key.start);
	if (index)
		key.end = (uint32_t)(index - b);
	while (value.start < value.end && piece_blank(b[value.start]))
		value.start++;
	value = plain_value(c->source, value.end < value.start ? (struct piece){ line.end, line.end } : value);
	struct records *all = &c->reader->files->records;
	const struct fact *f = fact_find(c->file, SECTION_GLOBAL, piece_text(c->reader->arena, c->source, key));
	if (!f || !fact_known(f, all->release) || f->defunct <= all->release || f->refused <= all->release)
		return;
	struct entry e = entry_of(c, f, key, value);
	drop_number(c, &e);
	drop_always(&e);
	if (captured_unset(f, e.value, all->release) || is_worked_out(c, &e))
		return;
	struct record *rec = record_add(all, c->file, SECTION_GLOBAL, e.key_span);
	*list_push(c->reader->arena, &rec->entries) = e;
}

/* What `show node` calls otherwise. */
static const struct {
	const char *key, *value;
} names[] = {
	{ "CPUTot", "CPUs" },
	{ "AvailableFeatures", "Features" },
};

/* What a node is because of its name. */
static bool follows_name(const struct capture *c, const struct fact *f, const char *value)
{
	return c->name && (strcmp(f->key, "NodeAddr") == 0 || strcmp(f->key, "NodeHostname") == 0) &&
	       strcasecmp(c->name, value) == 0;
}

/* IDLE+CLOUD: of all states these two alone are configured. */
static const char *configured_state(const char *value)
{
	static const char *const states[] = { "CLOUD", "FUTURE" };
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strstr(value, states[i]))
			return states[i];
	return NULL;
}

static void add_pair(struct capture *c, struct piece key, struct piece value)
{
	struct record *rec = c->record;
	enum release release = c->reader->files->records.release;
	const char *name = piece_text(c->reader->arena, c->source, key);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i].key) == 0)
			name = names[i].value;
	const struct fact *f = fact_find(c->file, rec->section, name);
	/* An old name is never shown. */
	if (!f || f->type == FACT_LINE || !fact_known(f, release) || fact_current(f, release) != f ||
	    record_entry(rec, f))
		return;
	struct entry e = entry_of(c, f, key, value);
	if (rec->section == SECTION_NODE && strcmp(f->key, "State") == 0 && !(e.value = configured_state(e.value)))
		return;
	if (captured_unset(f, e.value, release) || follows_name(c, f, e.value) || is_worked_out(c, &e))
		return;
	*list_push(c->reader->arena, &rec->entries) = e;
}

/* slurmd -C counts sockets by boards; scontrol never does. */
static bool is_hardware(const struct capture *c, struct piece line)
{
	return piece_holds(c->source, line, " SocketsPerBoard=");
}

/* A line of its own, beside the records. */
static struct record *add_machine(struct capture *c, struct piece line)
{
	struct record *rec = ARENA_NEW(c->reader->arena, struct record);
	rec->section = SECTION_NODE;
	rec->span = span_of(c, line);
	*list_push(c->reader->arena, &c->reader->files->machines) = rec;
	return rec;
}

static void begin_record(struct capture *c, enum slurm_section section, struct piece line, struct piece key,
			 struct piece value)
{
	const struct fact *f = fact_find(SLURM_CONF, section, section == SECTION_NODE ? "NodeName" : "PartitionName");
	struct entry e = entry_of(c, f, key, value);
	c->file = SLURM_CONF;
	c->record = NULL;
	if (section == SECTION_NODE && hostindex_find(c->known, e.value, NULL, NULL))
		c->record = is_hardware(c, line) ? add_machine(c, line) : NULL;
	else
		c->record = record_add(&c->reader->files->records, c->file, section,
				       (struct span){ c->source->id, key.start, value.end });
	if (!c->record)
		return;
	c->name = section == SECTION_NODE ? e.value : NULL;
	*list_push(c->reader->arena, &c->record->entries) = e;
}

static bool is_key_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '/';
}

/* What people and kernels say goes on to the end of its line, and may look like a key. */
static bool is_free_text(const struct source *s, struct piece key)
{
	return piece_is(s, key, "OS") || piece_is(s, key, "Reason") || piece_is(s, key, "Comment") ||
	       piece_is(s, key, "Extra");
}

/* key=value pairs, blanks between them. What has no '=' belongs to the value before it ("OS=Linux 6.1 #1"): none of
 * ours. */
static void read_pairs(struct capture *c, struct piece line)
{
	const char *b = c->source->bytes;
	for (uint32_t i = line.start; i < line.end;) {
		struct piece key = { i, i }, value;
		while (key.end < line.end && is_key_byte(b[key.end]))
			key.end++;
		uint32_t end = key.end;
		while (end < line.end && !piece_blank(b[end]))
			end++;
		value = (struct piece){ key.end + 1, end };
		for (i = end; i < line.end && piece_blank(b[i]);)
			i++;
		if (key.end == key.start || key.end >= end || b[key.end] != '=')
			continue;
		if (!c->one_line && is_free_text(c->source, key))
			return;
		if (piece_is(c->source, key, "NodeName"))
			begin_record(c, SECTION_NODE, line, key, value);
		else if (piece_is(c->source, key, "PartitionName"))
			begin_record(c, SECTION_PARTITION, line, key, value);
		else if (c->record)
			add_pair(c, key, value);
	}
}

/* Headings of `show config`; what stands under any other is no file's. */
static const struct {
	const char *text;
	enum slurm_file file;
} headings[] = {
	{ "Configuration data as of", SLURM_CONF },
	{ "Cgroup Support Configuration:", CGROUP_CONF },
	{ "MPI Plugins Configuration:", MPI_CONF },
	{ "Account Gather", ACCT_GATHER_CONF },
};

static bool read_heading(struct capture *c, struct piece line)
{
	for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++)
		if (piece_begins(c->source, line, headings[i].text)) {
			c->file = headings[i].file;
			c->record = NULL;
			return true;
		}
	if (line.end > line.start && c->source->bytes[line.end - 1] == ':' && !c->record) {
		c->file = SLURM_FILE_COUNT;
		return true;
	}
	return false;
}

void slurm_read_captured(struct slurm_reader *r, const struct source *src)
{
	struct capture c = { .reader = r, .source = src, .file = SLURM_FILE_COUNT, .known = known_nodes(r) };
	struct piece line;
	uint32_t at = 0;
	while (piece_next_line(src, &at, &line)) {
		if (read_heading(&c, line))
			continue;
		bool first = piece_begins(src, line, "NodeName=") || piece_begins(src, line, "PartitionName=");
		if (first)
			c.one_line = piece_holds(src, line, " CPUAlloc=") || piece_holds(src, line, " TotalNodes=");
		if (first || c.record)
			read_pairs(&c, line);
		else if (c.file != SLURM_FILE_COUNT)
			read_setting(&c, line);
	}
	r->files->sources[SLURM_CONF] = src;
}
