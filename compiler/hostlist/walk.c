/*
 * From a list to its names.
 */
#include "compiler/hostlist/run.h"

#include <string.h>

/* The run in which the name *i lies, and its place there; NULL when there is none. */
static const struct hostrun *find_run(const struct hostlist *h, uint64_t *i)
{
	for (size_t run = 0; run < h->runs.n; run++) {
		uint64_t n = run_count(&h->runs.v[run]);
		if (*i < n)
			return &h->runs.v[run];
		*i -= n;
	}
	return NULL;
}

void hostlist_name(const struct hostlist *h, uint64_t i, struct text *t)
{
	const struct hostrun *r = find_run(h, &i);
	if (r)
		run_name(r, i, t);
}

char *hostlist_name_dup(const struct hostlist *h, uint64_t i, struct arena *a)
{
	struct text t;
	text_init(&t, a);
	hostlist_name(h, i, &t);
	return t.s;
}

void hostwalk_start(struct hostwalk *w, const struct hostlist *h)
{
	w->list = h;
	w->run = 0;
	w->next = 0;
	w->name[0] = '\0';
}

static const char *write_name(struct hostwalk *w, const struct hostrun *r, uint64_t i)
{
	size_t prefix = strlen(r->prefix), suffix = strlen(r->suffix);
	if (prefix + suffix + 21 > sizeof(w->name)) {
		/* Longer than any that hostlist_parse() lets through: no reason to break it. */
		struct text t;
		text_init(&t, w->list->arena);
		run_name(r, i, &t);
		return t.s;
	}
	memcpy(w->name, r->prefix, prefix);
	prefix += put_number(w->name + prefix, r->lo + i, r->width);
	memcpy(w->name + prefix, r->suffix, suffix + 1);
	return w->name;
}

const char *hostwalk_next(struct hostwalk *w)
{
	if (w->run >= w->list->runs.n)
		return NULL;
	const struct hostrun *r = &w->list->runs.v[w->run];
	uint64_t i = w->next++;
	if (w->next == run_count(r)) {
		w->next = 0;
		w->run++;
	}
	return r->numbered ? write_name(w, r, i) : r->prefix;
}

void hostlist_slice(struct arena *a, const struct hostlist *h, uint64_t i, uint64_t n, struct hostlist *ret)
{
	struct hostlist slice;
	hostlist_init(&slice, a);
	for (size_t run = 0; run < h->runs.n && n; run++) {
		struct hostrun r = h->runs.v[run];
		uint64_t count = run_count(&r);
		if (i >= count) {
			i -= count;
			continue;
		}
		uint64_t take = count - i < n ? count - i : n;
		if (r.numbered) {
			r.lo += i;
			r.hi = r.lo + take - 1;
		}
		hostlist_add_run(&slice, &r);
		n -= take;
		i = 0;
	}
	*ret = slice;
}
