#include "compiler/source/diag.h"

#include <stdlib.h>
#include <string.h>

enum { QUOTE_MAX = 60 };

void diags_init(struct diags *d, struct arena *a)
{
	memset(d, 0, sizeof(*d));
	d->arena = a;
}

static void count(struct diags *d, enum severity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		d->errors++;
		break;
	case SEVERITY_WARNING:
		d->warnings++;
		break;
	case SEVERITY_INFO:
		d->infos++;
		break;
	}
}

__attribute__((format(printf, 5, 0))) static struct diag *add(struct diags *d, enum severity severity, const char *rule,
							      struct span span, const char *format, va_list args)
{
	count(d, severity);
	if (d->list.n >= DIAG_LIMIT) {
		d->dropped++;
		if (!d->spare)
			d->spare = ARENA_NEW(d->arena, struct diag);
		*d->spare = (struct diag){ .severity = severity, .rule = rule, .span = span, .message = "" };
		return d->spare;
	}
	struct diag *diag = ARENA_NEW(d->arena, struct diag);
	diag->severity = severity;
	diag->rule = rule;
	diag->span = span;
	diag->message = arena_vprintf(d->arena, format, args);
	diag->order = (uint32_t)d->list.n;
	*list_push(d->arena, &d->list) = diag;
	return diag;
}

struct diag *diag_add(struct diags *d, enum severity severity, const char *rule, struct span span, const char *format,
		      ...)
{
	va_list args;
	va_start(args, format);
	struct diag *diag = add(d, severity, rule, span, format, args);
	va_end(args);
	return diag;
}

struct diag *diag_error(struct diags *d, const char *rule, struct span span, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct diag *diag = add(d, SEVERITY_ERROR, rule, span, format, args);
	va_end(args);
	return diag;
}

struct diag *diag_warning(struct diags *d, const char *rule, struct span span, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct diag *diag = add(d, SEVERITY_WARNING, rule, span, format, args);
	va_end(args);
	return diag;
}

void diag_note(struct diags *d, struct diag *diag, struct span span, const char *format, ...)
{
	if (diag == d->spare)
		return;
	va_list args;
	va_start(args, format);
	const char *text = arena_vprintf(d->arena, format, args);
	va_end(args);
	*list_push(d->arena, &diag->notes) = (struct diag_note){ .span = span, .text = text };
}

void diag_help(struct diags *d, struct diag *diag, const char *format, ...)
{
	if (diag == d->spare)
		return;
	va_list args;
	va_start(args, format);
	diag->help = arena_vprintf(d->arena, format, args);
	va_end(args);
}

void diag_edit(struct diags *d, struct diag *diag, struct span span, const char *text)
{
	if (diag == d->spare)
		return;
	*list_push(d->arena, &diag->edits) = (struct diag_edit){ span, arena_strdup(d->arena, text) };
}

const char *diag_quote(struct diags *d, const char *text)
{
	if (strlen(text) <= QUOTE_MAX)
		return arena_strdup(d->arena, text);
	size_t n = QUOTE_MAX;
	while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
		n--;
	return arena_printf(d->arena, "%.*s…", (int)n, text);
}

static int compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

/* No two have the same order, so that qsort need not be stable. */
static int compare(const void *a, const void *b)
{
	const struct diag *x = *(struct diag *const *)a, *y = *(struct diag *const *)b;
	if (span_known(x->span) != span_known(y->span))
		return span_known(x->span) ? -1 : 1;
	int by = compare_numbers(x->span.source, y->span.source);
	if (by == 0)
		by = compare_numbers(x->span.start, y->span.start);
	return by ? by : compare_numbers(x->order, y->order);
}

void diags_sort(struct diags *d)
{
	if (d->list.n > 1)
		qsort(d->list.v, d->list.n, sizeof(*d->list.v), compare);
}
