#include "compiler/source/source.h"

#include <assert.h>
#include <string.h>

/* A byte that begins a character: all but UTF-8's continuation bytes. libyaml counts its marks likewise. */
static bool begins(char c)
{
	return ((unsigned char)c & 0xC0) != 0x80;
}

uint32_t source_decode(const char *text, size_t left, uint32_t *ret_code)
{
	const unsigned char *p = (const unsigned char *)text;
	if (p[0] < 0x80) {
		*ret_code = p[0];
		return 1;
	}
	uint32_t size = p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF5 ? 4 : 0;
	if (size == 0 || size > left)
		return 0;
	uint32_t code = p[0] & (0xFFu >> (size + 1));
	for (uint32_t i = 1; i < size; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3F);
	}
	if ((size == 3 && (code < 0x800 || (code >= 0xD800 && code <= 0xDFFF))) ||
	    (size == 4 && (code < 0x10000 || code > 0x10FFFF)))
		return 0;
	*ret_code = code;
	return size;
}

void sources_init(struct sources *s, struct arena *a)
{
	memset(s, 0, sizeof(*s));
	s->arena = a;
}

static void count_lines(struct arena *a, struct source *s)
{
	const char *end = s->bytes + s->size;
	s->n_lines = 1;
	for (const char *p = s->bytes; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		s->n_lines++;
	s->lines = ARENA_ARRAY(a, s->n_lines, uint32_t);
	uint32_t line = 1;
	for (const char *p = s->bytes; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		s->lines[line++] = (uint32_t)(p + 1 - s->bytes);
}

static void count_characters(struct arena *a, struct source *s)
{
	s->ascii = true;
	for (uint32_t i = 0; i < s->size && s->ascii; i++)
		s->ascii = (unsigned char)s->bytes[i] < 0x80;
	if (s->ascii)
		return;
	s->chars = ARENA_ARRAY(a, s->size / SOURCE_STEP + 1, uint32_t);
	uint32_t n = 0;
	for (uint32_t i = 0; i < s->size; i++) {
		if (i % SOURCE_STEP == 0)
			s->chars[i / SOURCE_STEP] = n;
		n += begins(s->bytes[i]);
	}
	if (s->size % SOURCE_STEP == 0)
		s->chars[s->size / SOURCE_STEP] = n;
}

struct source *source_add(struct sources *s, const char *name, const char *bytes, size_t size)
{
	assert(size <= SOURCE_MAX_BYTES);
	struct source *src = ARENA_NEW(s->arena, struct source);
	src->bom = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
	if (src->bom) {
		bytes += 3;
		size -= 3;
	}
	src->name = arena_strdup(s->arena, name);
	src->bytes = bytes;
	src->size = (uint32_t)size;
	count_lines(s->arena, src);
	count_characters(s->arena, src);
	*list_push(s->arena, &s->list) = src;
	src->id = (uint32_t)s->list.n;
	return src;
}

const struct source *source_of(const struct sources *s, struct span span)
{
	return span.source && span.source <= s->list.n ? s->list.v[span.source - 1] : NULL;
}

/* How many characters begin before a byte. */
static uint32_t characters_before(const struct source *s, uint32_t byte)
{
	if (s->ascii)
		return byte;
	uint32_t i = byte / SOURCE_STEP * SOURCE_STEP, n = s->chars[byte / SOURCE_STEP];
	for (; i < byte; i++)
		n += begins(s->bytes[i]);
	return n;
}

uint32_t source_byte(const struct source *s, size_t character)
{
	if (s->ascii)
		return character < s->size ? (uint32_t)character : s->size;
	uint32_t low = 0, high = s->size / SOURCE_STEP; /* chars[low] <= character, as chars[0] is 0 */
	while (low < high) {
		uint32_t middle = low + (high - low + 1) / 2;
		if (s->chars[middle] <= character)
			low = middle;
		else
			high = middle - 1;
	}
	size_t n = s->chars[low];
	for (uint32_t i = low * SOURCE_STEP; i < s->size; i++)
		if (begins(s->bytes[i]) && n++ == character)
			return i;
	return s->size;
}

struct position source_position(const struct source *s, uint32_t byte)
{
	if (byte > s->size)
		byte = s->size;
	uint32_t low = 0, high = s->n_lines - 1;
	while (low < high) {
		uint32_t middle = low + (high - low + 1) / 2;
		if (s->lines[middle] <= byte)
			low = middle;
		else
			high = middle - 1;
	}
	uint32_t column = characters_before(s, byte) - characters_before(s, s->lines[low]);
	return (struct position){ .line = low + 1, .column = column + 1 };
}

const char *source_line(const struct source *s, uint32_t line, size_t *ret_size)
{
	if (line < 1 || line > s->n_lines) {
		*ret_size = 0;
		return "";
	}
	uint32_t start = s->lines[line - 1];
	uint32_t end = line < s->n_lines ? s->lines[line] - 1 : s->size;
	if (line < s->n_lines && end > start && s->bytes[end - 1] == '\r')
		end--;
	*ret_size = end - start;
	return s->bytes + start;
}

char *source_text(const struct sources *s, struct span span)
{
	const struct source *src = source_of(s, span);
	if (!src || span.start > src->size || span.end < span.start)
		return arena_strdup(s->arena, "");
	uint32_t end = span.end < src->size ? span.end : src->size;
	return arena_strndup(s->arena, src->bytes + span.start, end - span.start);
}
