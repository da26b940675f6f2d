/* wants.c: what a key wants, in words. */
#include "compiler/schema/schema.h"

static const char *words_in(struct arena *a, const char *before, const char *const *words)
{
	struct text t;
	text_init(&t, a);
	text_add(&t, before);
	size_t start = t.n;
	for (size_t i = 0; words[i]; i++) {
		if (t.n > start)
			text_add(&t, words[i + 1] ? ", " : " or ");
		text_add(&t, words[i]);
	}
	return t.s;
}

const char *field_wants(struct arena *a, const struct field *f)
{
	switch (f->kind) {
	case VALUE_BOOL:
		return "true or false";
	case VALUE_INT:
		if (!f->min && !f->max)
			return "a whole number";
		if (f->min == f->max)
			return arena_printf(a, "the number %lld", (long long)f->min);
		return arena_printf(a, "a whole number from %lld to %lld", (long long)f->min, (long long)f->max);
	case VALUE_WORD:
		return words_in(a, f->words[1] ? "one of " : "", f->words);
	case VALUE_WORDS:
		return words_in(a, "a list of ", f->words);
	case VALUE_TEXT:
	case VALUE_LONGTEXT:
		return "text";
	case VALUE_TEXTS:
		return "a list of texts";
	case VALUE_DURATION:
		return "a duration such as 90s, 5m, 8h, 7d or infinite";
	case VALUE_MEMORY:
		return "an amount of memory such as 512M or 4G";
	case VALUE_HOSTS:
		return f->numbers ? "a number, or numbers such as \"[7001-7004]\"" : "a hostlist such as c[1-4]";
	case VALUE_NODESET:
		return "a hostlist such as c[1-4], ALL, or a selector such as { feature: gpu }";
	case VALUE_OPTIONS:
		return "a mapping of names to values";
	case VALUE_STRUCT:
		return f->shape->shorthand ? arena_printf(a, "a mapping of keys, or its '%s' alone", f->shape->shorthand)
					   : "a mapping of keys";
	case VALUE_MAP:
		return arena_printf(a, "a mapping from name to %s", f->shape->name);
	case VALUE_LIST:
		return arena_printf(a, "a list, each item a %s", f->shape->name);
	}
	return "a value";
}
