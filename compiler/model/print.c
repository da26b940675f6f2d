/* print.c: the model in JSON, for people, goldens, and the comparison with what booted daemons say. */
#include "compiler/model/model.h"
#include "compiler/write/json.h"

static void j_hosts(struct json *j, struct arena *a, const char *key, const struct hostlist *h)
{
	struct text t;
	text_init(&t, a);
	hostlist_print(h, true, &t);
	j_str(j, key, t.s);
}

static void j_roles(struct json *j, const char *key, unsigned roles)
{
	j_seq(j, key);
	for (int i = 0; i < ROLE_COUNT; i++)
		if (roles & 1u << i)
			j_str(j, NULL, role_name((enum role)(1u << i)));
	j_end(j);
}

static void print_place(const struct model *m, struct json *j, const struct place *p)
{
	j_map(j, NULL);
	j_hosts(j, m->arena, "names", &p->names);
	if (p->addresses.count)
		j_hosts(j, m->arena, "addresses", &p->addresses);
	j_roles(j, "roles", p->roles);
	j_seq(j, "processes");
	for (size_t i = 0; i < p->processes.n; i++)
		j_str(j, NULL, p->processes.v[i].program->name);
	j_end(j);
	j_end(j);
}

/* Records as Slurm will read them: what a booted daemon must say of itself. */
static void print_record(struct json *j, const struct record *rec)
{
	j_map(j, NULL);
	if (rec->include)
		j_str(j, "Include", rec->include);
	for (size_t i = 0; i < rec->entries.n; i++)
		j_str(j, rec->entries.v[i].fact->key, rec->entries.v[i].value);
	j_end(j);
}

static void print_records(const struct model *m, struct json *j)
{
	static const struct {
		const char *key;
		enum slurm_section section;
	} kinds[] = { { "globals", SECTION_GLOBAL },
		      { "nodes", SECTION_NODE },
		      { "partitions", SECTION_PARTITION },
		      { "gres", SECTION_GRES } };
	j_map(j, "records");
	for (int f = 0; f < SLURM_FILE_COUNT; f++) {
		if (!m->records.files[f].n)
			continue;
		j_map(j, slurm_file_name((enum slurm_file)f));
		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
			bool open = false;
			for (size_t i = 0; i < m->records.files[f].n; i++) {
				const struct record *rec = m->records.files[f].v[i];
				if (rec->section != kinds[k].section)
					continue;
				if (!open)
					j_seq(j, kinds[k].key);
				open = true;
				print_record(j, rec);
			}
			if (open)
				j_end(j);
		}
		j_end(j);
	}
	j_end(j);
}

static void print_files(const struct model *m, struct json *j)
{
	j_seq(j, "files");
	for (size_t i = 0; i < m->files.n; i++) {
		const struct model_file *f = &m->files.v[i];
		j_map(j, NULL);
		j_str(j, "path", f->path);
		j_str(j, "owner", f->owner);
		j_str(j, "group", f->group);
		j_str(j, "mode", f->mode);
		j_roles(j, "roles", f->roles & m->roles);
		j_int(j, "size", (int64_t)f->text.n);
		j_end(j);
	}
	j_end(j);
	j_seq(j, "secrets");
	for (size_t i = 0; i < m->secrets.n; i++) {
		const struct model_secret *s = &m->secrets.v[i];
		j_map(j, NULL);
		j_str(j, "name", s->name);
		j_str(j, "path", s->path);
		j_str(j, "owner", s->owner);
		j_str(j, "mode", s->mode);
		j_roles(j, "roles", s->roles & m->roles);
		j_end(j);
	}
	j_end(j);
}

void model_print(const struct model *m, struct text *t)
{
	struct json *j = j_open(m->arena);
	j_str(j, "cluster", m->spec->cluster);
	j_str(j, "platform", m->platform->name);
	if (m->release != RELEASE_NONE)
		j_str(j, "release", release_name(m->release));
	j_seq(j, "places");
	for (size_t i = 0; i < m->places.n; i++)
		print_place(m, j, &m->places.v[i]);
	j_end(j);
	print_files(m, j);
	print_records(m, j);
	j_close(j, t);
}
