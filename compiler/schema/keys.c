/* keys.c: every row of every table by name, for whoever must not miss one (tests/golden). */
#include "compiler/schema/schema.h"

#include <ctype.h>

typedef LIST(const struct shape *) shape_list;

/* Names are unique: a table's is its heading in SPEC.md, as an anchor. */
static void add_name(struct text *t, const char *name)
{
	for (const char *p = name; *p; p++)
		text_addc(t, *p == ' ' ? '-' : (char)tolower((unsigned char)*p));
}

static void add_keys(struct text *t, shape_list *seen, const struct shape *s)
{
	for (size_t i = 0; i < seen->n; i++)
		if (seen->v[i] == s)
			return;
	*list_push(t->arena, seen) = s;
	for (size_t i = 0; i < s->n; i++) {
		if (s->fields[i].transient)
			continue;
		add_name(t, s->name);
		text_addf(t, ".%s\n", s->fields[i].key);
	}
	for (size_t i = 0; i < s->n; i++)
		if (s->fields[i].shape)
			add_keys(t, seen, s->fields[i].shape);
}

void schema_keys(const struct shape *root, struct text *t)
{
	shape_list seen = { 0 };
	add_keys(t, &seen, root);
}
