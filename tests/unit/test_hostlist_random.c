/*
 * Hostlists against a model that knows nothing but strings, for seeded random lists.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/base/text.h"
#include "compiler/hostlist/hostlist.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct arena *arena; /* of the round */

static struct hostlist parse(const char *expression)
{
	struct hostlist h;
	struct hostlist_error error;
	if (!hostlist_parse(arena, expression, &h, &error))
		fail_msg("`%s`: %zu..%zu: %s", expression, error.start, error.end, error.message);
	return h;
}

static const char *print(const struct hostlist *h, bool suffixes)
{
	struct text t;
	text_init(&t, arena);
	hostlist_print(h, suffixes, &t);
	return t.s;
}

static uint64_t seed;

static unsigned pick(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 32) % n;
}

enum { MODEL_MAX = 4096 };

struct model {
	const char *v[MODEL_MAX];
	size_t n;
};

static void model_add(struct model *m, const char *name)
{
	assert_true(m->n < MODEL_MAX);
	m->v[m->n++] = name;
}

/* Puts a bracket behind `t`, and each of the model's names from `start` on becomes one for each number in it. */
static void random_bracket(struct text *t, struct model *m, size_t start)
{
	struct model grown = { .n = 0 };
	unsigned ranges = 1 + pick(3);
	struct {
		unsigned lo, hi;
		int width;
	} r[3];
	text_addc(t, '[');
	for (unsigned i = 0; i < ranges; i++) {
		static const unsigned bases[] = { 0, 1, 7, 8, 9, 10, 97, 99, 100 };
		r[i].lo = pick(3) ? pick(12) : bases[pick(COUNT(bases))];
		r[i].hi = r[i].lo + pick(5);
		r[i].width = pick(3) ? 1 : (int)(1 + pick(4));
		text_addf(t, "%s%0*u", i ? "," : "", r[i].width, r[i].lo);
		if (r[i].hi > r[i].lo || pick(8) == 0)
			text_addf(t, "-%0*u", (int)(1 + pick(3)), r[i].hi);
	}
	text_addc(t, ']');
	for (size_t i = start; i < m->n; i++)
		for (unsigned k = 0; k < ranges; k++)
			for (unsigned n = r[k].lo; n <= r[k].hi; n++)
				model_add(&grown, arena_printf(arena, "%s%0*u", m->v[i], r[k].width, n));
	m->n = start;
	for (size_t i = 0; i < grown.n; i++)
		model_add(m, grown.v[i]);
}

static void random_text(struct text *t, struct model *m, size_t start)
{
	static const char *const texts[] = { "c", "n", "n0", "c1", "", "a-", "-ib", "-ib0", "0", ".x", "x9y" };
	const char *text = texts[pick(COUNT(texts))];
	text_add(t, text);
	for (size_t i = start; i < m->n; i++)
		m->v[i] = arena_printf(arena, "%s%s", m->v[i], text);
}

static const char *random_list(struct model *m)
{
	struct text t;
	text_init(&t, arena);
	m->n = 0;
	for (unsigned terms = 1 + pick(5); terms--;) {
		size_t start = m->n, was = t.n;
		if (t.n)
			text_add(&t, pick(4) ? "," : " , ");
		was = t.n;
		model_add(m, "");
		random_text(&t, m, start);
		for (unsigned brackets = pick(6) ? pick(2) + pick(2) : 0; brackets--;) {
			random_bracket(&t, m, start);
			random_text(&t, m, start);
		}
		if (t.n == was) { /* nothing at all would not be a name */
			text_add(&t, "z");
			m->v[start] = "z";
		}
	}
	return t.s;
}

static bool model_has(const struct model *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->v[i], name) == 0)
			return true;
	return false;
}

static void assert_names(const struct hostlist *h, const struct model *m, const char *what)
{
	struct hostwalk w;
	hostwalk_start(&w, h);
	for (size_t i = 0; i < m->n; i++) {
		const char *name = hostwalk_next(&w);
		if (!name || strcmp(name, m->v[i]) != 0)
			fail_msg("%s: name %zu is %s, not %s", what, i, name ? name : "missing", m->v[i]);
	}
	assert_null(hostwalk_next(&w));
	assert_true(h->count == m->n);
}

static void check_round_trips(const char *text, const struct hostlist *h, const struct model *m)
{
	assert_names(h, m, text);
	for (size_t i = 0; i < m->n; i += 1 + i / 8)
		assert_string_equal(hostlist_name_dup(h, i, arena), m->v[i]);
	struct hostlist again = parse(print(h, true)), plain = parse(print(h, false)), singles;
	assert_true(hostlist_equal(h, &again) && hostlist_equal(&again, h));
	assert_true(hostlist_equal(h, &plain));
	assert_names(&plain, m, text);
	hostlist_init(&singles, arena);
	for (size_t i = 0; i < m->n; i++)
		hostlist_add_name(&singles, m->v[i]);
	assert_true(hostlist_equal(h, &singles));
	hostlist_add_name(&singles, "other");
	assert_false(hostlist_equal(h, &singles));
}

static void check_canonical(const struct hostlist *h)
{
	for (size_t i = 0; i < h->runs.n; i++) {
		const struct hostrun *r = &h->runs.v[i];
		size_t n = strlen(r->prefix);
		if (!r->numbered)
			continue;
		assert_true(r->lo <= r->hi);
		assert_true(n == 0 || r->prefix[n - 1] < '0' || r->prefix[n - 1] > '9');
		uint64_t limit = 1;
		for (int k = 1; k < r->width; k++)
			limit *= 10;
		assert_true(r->width == 0 || r->hi < limit);
	}
}

static void check_slice(const struct hostlist *h, const struct model *m)
{
	struct hostlist slice;
	struct model part = { .n = 0 };
	size_t start = pick((unsigned)m->n + 2), n = pick(20);
	for (size_t i = start; i < m->n && i < start + n; i++)
		model_add(&part, m->v[i]);
	hostlist_slice(arena, h, start, n, &slice);
	assert_names(&slice, &part, "slice");
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Normalised lists hold each name once, and do not depend on order or form. */
static void check_normal(const struct hostlist *h, const struct model *m)
{
	struct hostlist normal, shuffled;
	struct model all = *m, once = { .n = 0 };
	hostlist_init(&normal, arena);
	hostlist_init(&shuffled, arena);
	hostlist_add(&normal, h);
	hostlist_normalise(&normal);
	check_canonical(&normal);
	qsort(all.v, all.n, sizeof(all.v[0]), compare_strings);
	for (size_t i = 0; i < all.n; i++) {
		hostlist_add_name(&shuffled, all.v[i]);
		if (!i || strcmp(all.v[i], all.v[i - 1]) != 0)
			model_add(&once, all.v[i]);
	}
	hostlist_normalise(&shuffled);
	assert_true(hostlist_equal(&normal, &shuffled));
	assert_string_equal(print(&normal, true), print(&shuffled, true));

	struct model held = { .n = 0 };
	for (uint64_t i = 0; i < normal.count; i++)
		model_add(&held, hostlist_name_dup(&normal, i, arena));
	qsort(held.v, held.n, sizeof(held.v[0]), compare_strings);
	assert_int_equal(held.n, once.n);
	for (size_t i = 0; i < held.n; i++)
		assert_string_equal(held.v[i], once.v[i]);
}

static void check_sets(const struct hostlist *x, const struct model *mx, const struct hostlist *y,
		       const struct model *my)
{
	struct hostlist minus, both;
	struct model model_minus = { .n = 0 }, model_both = { .n = 0 };
	for (size_t i = 0; i < mx->n; i++)
		model_add(model_has(my, mx->v[i]) ? &model_both : &model_minus, mx->v[i]);
	hostlist_subtract(arena, x, y, &minus);
	hostlist_intersect(arena, x, y, &both);
	assert_names(&minus, &model_minus, "minus");
	assert_names(&both, &model_both, "both");
	check_canonical(&minus);
}

static void count_clash(void *ctx, const char *name, uint32_t first, uint32_t second)
{
	(*(size_t *)ctx)++;
	assert_true(first <= second);
	assert_true(first <= 1 && second <= 1);
	assert_true(name[0] != '\0');
}

struct covering {
	const struct hostindex *index;
	const struct model *asked;
	size_t n;
};

static void check_piece(void *ctx, const struct hostpiece *piece)
{
	struct covering *c = ctx;
	struct hostlist one;
	struct hostwalk w;
	hostlist_init(&one, arena);
	hostlist_add_run(&one, &piece->run);
	hostwalk_start(&w, &one);
	uint64_t k = 0;
	for (const char *name; (name = hostwalk_next(&w)); k++, c->n++) {
		uint32_t owner;
		uint64_t at;
		assert_string_equal(name, c->asked->v[c->n]);
		assert_int_equal(hostindex_find(c->index, name, &owner, &at), piece->known);
		if (piece->known) {
			assert_int_equal(owner, piece->owner);
			assert_int_equal(at, piece->at + k);
		}
	}
}

/* x and y in one index: what it finds is there, and a clash is reported exactly when a name occurs twice. */
static void check_index(const struct hostlist *lists[2], const struct model *models[2], const struct hostlist *asked,
			const struct model *asked_model)
{
	struct hostindex *x = hostindex_new(arena);
	size_t clashes_seen = 0, doubles = 0;
	for (uint32_t i = 0; i < 2; i++)
		hostindex_add(x, lists[i], i);
	hostindex_build(x, count_clash, &clashes_seen);
	for (int i = 0; i < 2; i++)
		for (size_t k = 0; k < models[i]->n; k++) {
			struct model before = { .n = 0 };
			uint32_t owner;
			uint64_t at;
			assert_true(hostindex_find(x, models[i]->v[k], &owner, &at));
			assert_true(owner < 2 && at < models[owner]->n);
			assert_string_equal(models[owner]->v[at], models[i]->v[k]);
			memcpy(before.v, models[i]->v, k * sizeof(before.v[0]));
			before.n = k;
			doubles += model_has(&before, models[i]->v[k]) || (i && model_has(models[0], models[i]->v[k]));
		}
	assert_int_equal(clashes_seen > 0, doubles > 0);
	assert_true(clashes_seen <= doubles);
	for (size_t k = 0; k < asked_model->n; k++) {
		uint32_t owner;
		uint64_t at;
		bool held = model_has(models[0], asked_model->v[k]) || model_has(models[1], asked_model->v[k]);
		assert_int_equal(hostindex_find(x, asked_model->v[k], &owner, &at), held);
	}
	struct covering c = { x, asked_model, 0 };
	hostindex_cover(x, asked, check_piece, &c);
	assert_int_equal(c.n, asked_model->n);
}

static void properties(void **state)
{
	static struct model mx, my, mz;
	seed = 20240229;
	for (int i = 0; i < 3000; i++) {
		arena = arena_new();
		const char *text = random_list(&mx);
		struct hostlist x = parse(text), y = parse(random_list(&my)), z = parse(random_list(&mz));
		check_round_trips(text, &x, &mx);
		check_canonical(&x);
		check_slice(&x, &mx);
		check_normal(&x, &mx);
		check_sets(&x, &mx, &y, &my);
		check_index((const struct hostlist *[]){ &x, &y }, (const struct model *[]){ &mx, &my }, &z, &mz);
		arena_free(arena);
	}
}

/* Any bytes at all are read or refused, with a span that lies within them; what is read prints and reads back. */
static void any_bytes(void **state)
{
	static const char alphabet[] = "ab019[]--,,, :._{\t\xc3\xa4";
	seed = 54;
	int accepted = 0;
	for (int i = 0; i < 30000; i++) {
		arena = arena_new();
		char text[24];
		size_t n = pick(20);
		for (size_t k = 0; k < n; k++)
			text[k] = alphabet[pick(sizeof(alphabet) - 1)];
		text[n] = '\0';
		struct hostlist h;
		struct hostlist_error error;
		if (hostlist_parse(arena, text, &h, &error)) {
			struct hostlist again = parse(print(&h, true));
			assert_true(hostlist_equal(&h, &again));
			accepted++;
		} else {
			assert_true(error.start <= error.end && error.end <= n && error.message[0]);
			assert_true(error.start < error.end || n == 0);
		}
		arena_free(arena);
	}
	assert_true(accepted > 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(properties),
		cmocka_unit_test(any_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
