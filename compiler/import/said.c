/* said.c: what import says. */
#include "compiler/import/within.h"

#include <string.h>

const char *import_place(struct import *im, struct span at)
{
	const struct source *s = source_of(&im->from->sources, at);
	if (!s)
		return "";
	const char *slash = strrchr(s->name, '/');
	return arena_printf(im->arena, "%s:%u", slash ? slash + 1 : s->name,
			    (unsigned)source_position(s, at.start).line);
}

/* What goes into a comment of the spec, which is UTF-8: other bytes as \xNN. */
static const char *as_utf8(struct arena *a, const char *s)
{
	struct text t;
	size_t left = strlen(s);
	uint32_t code, size;
	text_init(&t, a);
	for (; left > 0; s += size, left -= size) {
		size = source_decode(s, left, &code);
		if (size)
			text_addn(&t, s, size);
		else
			text_addf(&t, "\\x%02X", (unsigned)(unsigned char)*s);
		size = size ? size : 1;
	}
	return t.s;
}

struct diag *import_dropped(struct import *im, struct span at, const char *what, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	const char *why = arena_vprintf(im->arena, format, args);
	va_end(args);
	const char *place = import_place(im, at);
	*list_push(im->arena, &im->dropped) =
		as_utf8(im->arena, arena_printf(im->arena, "%s%s%s: %s", place, *place ? " " : "", what, why));
	return diag_warning(im->diags, "import-dropped", at, "%s is not carried over: %s", what, why);
}

struct diag *import_changed(struct import *im, struct span at, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	const char *message = arena_vprintf(im->arena, format, args);
	va_end(args);
	return diag_add(im->diags, SEVERITY_INFO, "import-changed", at, "%s", message);
}
