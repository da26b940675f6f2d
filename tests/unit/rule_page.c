#include "compiler/base/text.h"
#include "tests/unit/rule_page.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *read_whole(struct arena *a, const char *path, size_t *ret_size)
{
	FILE *in = fopen(path, "rb");
	char *bytes = NULL;
	size_t n = 0, cap = 0;
	for (;;) {
		if (!in)
			return NULL;
		bytes = arena_grow(a, bytes, cap, cap + 16384);
		cap += 16384;
		n += fread(bytes + n, 1, cap - n - 1, in);
		if (feof(in) || ferror(in))
			break;
	}
	fclose(in);
	*ret_size = n;
	return bytes;
}

/* The line at *at without its end; *at moves to the next. NULL after the last. */
static char *next_line(const struct page *p, size_t *at)
{
	if (*at >= p->size)
		return NULL;
	size_t start = *at, n = strcspn(p->bytes + start, "\n");
	*at = start + n + 1;
	return arena_strndup(p->arena, p->bytes + start, n);
}

static bool starts(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* What Markdown cannot hold, or should not: \xHH is a byte, \{COUNT TEXT} is TEXT so many times. */
static const char *take_escapes(struct arena *a, const char *s, size_t *size)
{
	struct text t;
	text_init(&t, a);
	for (size_t i = 0; i < *size;) {
		char hex[3] = { 0 };
		const char *blank, *close;
		if (i + 3 < *size && s[i] == '\\' && s[i + 1] == 'x' && isxdigit((unsigned char)s[i + 2]) &&
		    isxdigit((unsigned char)s[i + 3])) {
			memcpy(hex, s + i + 2, 2);
			text_addc(&t, (char)strtol(hex, NULL, 16));
			i += 4;
		} else if (s[i] == '\\' && s[i + 1] == '{' && (blank = strchr(s + i, ' ')) && (close = strchr(blank, '}'))) {
			for (long n = strtol(s + i + 2, NULL, 10); n > 0; n--)
				text_addn(&t, blank + 1, (size_t)(close - blank - 1));
			i = (size_t)(close - s) + 1;
		} else {
			text_addc(&t, s[i++]);
		}
	}
	*size = t.n;
	return t.s;
}

/* "```yaml other.yaml escaped" */
static void read_fence(struct page *p, struct page_section *s, char *info, size_t *at)
{
	struct fence *f = list_push(p->arena, &s->fences);
	bool escaped = false;
	char *save, *word = strtok_r(info, " ", &save);
	f->kind = word ? word : "";
	f->file = strcmp(f->kind, "conf") == 0 ? "slurm.conf" : "spec.yaml";
	f->mode = strcmp(f->kind, "conf") == 0 ? 0600 : 0644;
	while ((word = strtok_r(NULL, " ", &save))) {
		if (strcmp(word, "escaped") == 0)
			escaped = true;
		else if (strcmp(word, "device") == 0)
			f->device = true;
		else if (starts(word, "mode="))
			f->mode = (unsigned)strtoul(word + strlen("mode="), NULL, 8);
		else if (starts(word, "uid="))
			f->uid = (unsigned)strtoul(word + strlen("uid="), NULL, 10);
		else if (starts(word, "slurm="))
			f->slurm = word + strlen("slurm=");
		else
			f->file = word;
	}
	f->start = f->end = *at;
	for (char *line; (line = next_line(p, at)) && strcmp(line, "```") != 0;)
		f->end = *at;
	if (f->end > p->size || *at > p->size) {
		p->error = "a fence does not end";
		return;
	}
	f->size = f->end - f->start;
	f->text = arena_strndup(p->arena, p->bytes + f->start, f->size);
	if (escaped)
		f->text = take_escapes(p->arena, f->text, &f->size);
}

static void read_head(struct page *p, size_t *at)
{
	char *line = next_line(p, at);
	if (!line || !starts(line, "# ")) {
		p->error = "it does not begin with '# name'";
		return;
	}
	p->title = line + 2;
	for (size_t before = *at; (line = next_line(p, at)); before = *at) {
		if (starts(line, "## ")) {
			*at = before;
			return;
		}
		if (starts(line, "<!-- targets: ")) {
			p->targets = line + strlen("<!-- targets: ");
			line[strcspn(line, ">") - 3] = '\0';
		} else if (starts(line, "<!-- slurm: ")) {
			p->slurm = line + strlen("<!-- slurm: ");
			line[strcspn(line, ">") - 3] = '\0';
		} else if (*line && !p->summary) {
			p->summary = line;
		} else if (*line) {
			p->error = "the summary is one line";
		}
	}
}

void page_read(struct page *p, struct arena *a, const char *path)
{
	*p = (struct page){ .arena = a, .path = path, .slurm = "24.11" };
	size_t at = 0;
	struct page_section *s = NULL;
	p->bytes = read_whole(a, path, &p->size);
	if (!p->bytes) {
		p->error = "it cannot be read";
		return;
	}
	read_head(p, &at);
	for (char *line; !p->error && (line = next_line(p, &at));) {
		if (starts(line, "## ")) {
			s = list_push(a, &p->sections);
			s->name = line + 3;
		} else if (s && starts(line, "```")) {
			read_fence(p, s, line + 3, &at);
		} else if (s && *line) {
			s->said = true;
		}
	}
}

const struct page_section *page_section(const struct page *p, const char *name)
{
	for (size_t i = 0; i < p->sections.n; i++)
		if (strcmp(p->sections.v[i].name, name) == 0)
			return &p->sections.v[i];
	return NULL;
}

const struct fence *page_fence(const struct page_section *s, const char *kind)
{
	for (size_t i = 0; s && i < s->fences.n; i++)
		if (strcmp(s->fences.v[i].kind, kind) == 0)
			return &s->fences.v[i];
	return NULL;
}

bool page_replace(const struct page *p, const struct fence *f, const char *text, size_t size)
{
	FILE *out = fopen(p->path, "wb");
	if (!out)
		return false;
	fwrite(p->bytes, 1, f->start, out);
	fwrite(text, 1, size, out);
	fwrite(p->bytes + f->end, 1, p->size - f->end, out);
	return fclose(out) == 0;
}
