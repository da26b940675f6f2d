/* json_kinds.c: the kinds of value that many keys share, each once in $defs. */
#include "compiler/schema/json_parts.h"
#include "compiler/schema/schema.h"

/* hostlist.h: the grammar. */
#define RANGE "[0-9]+(-[0-9]+)?"
#define TERM  "([A-Za-z0-9_.:-]|\\[" RANGE "(," RANGE ")*\\])+"

static void put_kind_text(struct schema_writing *w)
{
	j_map(w->j, "value.text");
	json_put_types(w, "string", "number", "boolean");
	j_int(w->j, "maxLength", TEXT_MAX);
	j_str(w->j, "pattern", "^[^\\u0000-\\u001f\\u007f]*$");
	j_end(w->j);
}

static void put_kind_bool(struct schema_writing *w)
{
	j_map(w->j, "value.bool");
	j_seq(w->j, "enum");
	j_bool(w->j, NULL, true);
	j_bool(w->j, NULL, false);
	j_str(w->j, NULL, "true");
	j_str(w->j, NULL, "false");
	j_end(w->j);
	j_end(w->j);
}

static void put_kind_pattern(struct schema_writing *w, const char *name, const char *description, const char *pattern)
{
	j_map(w->j, name);
	j_str(w->j, "description", description);
	j_str(w->j, "type", "string");
	j_str(w->j, "pattern", pattern);
	j_end(w->j);
}

/* A name that is digits is a number to YAML. */
static void put_kind_hostlist(struct schema_writing *w)
{
	j_map(w->j, "value.hostlist");
	j_str(w->j, "description", "A name, or names with ranges: c1,c[2-4,7],n[001-128].");
	json_put_types(w, "string", "number", "boolean");
	j_str(w->j, "pattern", "^[ \\t]*" TERM "([ \\t]*,[ \\t]*" TERM ")*[ \\t]*$");
	j_end(w->j);
}

static void put_kind_nodes(struct schema_writing *w)
{
	static const char *const selectors[] = { "feature", "gres" };
	static const struct field hostlist = { .kind = VALUE_HOSTS };
	j_map(w->j, "value.nodes");
	j_str(w->j, "description", "A hostlist, ALL, or a selector: { feature: ib }, { gres: gpu }.");
	j_seq(w->j, "anyOf");
	json_put_one_or_list(w, &hostlist);
	j_map(w->j, NULL);
	j_str(w->j, "type", "object");
	j_map(w->j, "properties");
	for (size_t i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++) {
		j_map(w->j, selectors[i]);
		json_put_ref(w, "value.text");
		j_end(w->j);
	}
	j_end(w->j);
	j_int(w->j, "minProperties", 1);
	j_bool(w->j, "additionalProperties", false);
	j_end(w->j);
	j_end(w->j);
	j_end(w->j);
}

static void put_kind_option(struct schema_writing *w)
{
	static const struct field texts = { .kind = VALUE_TEXTS };
	j_map(w->j, "value.option");
	j_str(w->j, "description", "Text, or a list that is joined by commas; true and false become yes and no.");
	j_seq(w->j, "anyOf");
	json_put_one_or_list(w, &texts);
	j_end(w->j);
	j_end(w->j);
}

void json_put_kinds(struct schema_writing *w)
{
	put_kind_text(w);
	put_kind_bool(w);
	put_kind_pattern(w, "value.duration", "A duration: 90s, 5m, 8h, 7d, 1-12:00:00 or infinite.",
			 "^(infinite|[0-9]+[smhd]|([0-9]+-)?[0-9]+:[0-9]+:[0-9]+)$");
	put_kind_pattern(w, "value.memory", "An amount of memory: 512M, 4G, 1T; or a share of the host's: 95%.",
			 "^[0-9]+[KMGT%]$");
	put_kind_hostlist(w);
	put_kind_nodes(w);
	put_kind_option(w);
}
