/* findings.h: what every fuzz target asks of findings: that they say something, at places that exist. */
#ifndef HPCC_TESTS_FUZZ_FINDINGS_H
#define HPCC_TESTS_FUZZ_FINDINGS_H

#undef NDEBUG /* asserts are what it is for */
#include <assert.h>

#include "compiler/compile.h"

static inline void check_span(const struct compile *c, struct span span)
{
	const struct source *s = source_of(&c->sources, span);
	assert((s != NULL) == span_known(span));
	assert(!s || (span.start <= span.end && span.end <= s->size));
}

static inline void check_diags(const struct compile *c)
{
	for (size_t i = 0; i < c->diags.list.n; i++) {
		const struct diag *d = c->diags.list.v[i];
		check_span(c, d->span);
		assert(d->message[0]);
		for (size_t j = 0; j < d->notes.n; j++)
			check_span(c, d->notes.v[j].span);
		for (size_t j = 0; j < d->edits.n; j++) {
			check_span(c, d->edits.v[j].span);
			assert(span_known(d->edits.v[j].span));
		}
	}
}

#endif
