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

struct diag *import_dropped(struct import *im, struct span at, const char *what, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	const char *why = arena_vprintf(im->arena, format, args);
	va_end(args);
	const char *place = import_place(im, at);
	*list_push(im->arena, &im->dropped) =
		arena_printf(im->arena, "%s%s%s: %s", place, *place ? " " : "", what, why);
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
