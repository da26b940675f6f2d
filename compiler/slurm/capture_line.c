/* capture_line.c: lines of what Slurm's commands print; whether a text is such output, and of which release. */
#include "compiler/slurm/capture_line.h"

#include <string.h>
#include <strings.h>

#include "compiler/slurm/capture.h"

bool piece_is(const struct source *s, struct piece p, const char *text)
{
	return p.end - p.start == strlen(text) && strncasecmp(s->bytes + p.start, text, p.end - p.start) == 0;
}

char *piece_text(struct arena *a, const struct source *s, struct piece p)
{
	return arena_strndup(a, s->bytes + p.start, p.end - p.start);
}

bool piece_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

bool piece_next_line(const struct source *s, uint32_t *at, struct piece *ret)
{
	if (*at >= s->size)
		return false;
	const char *end = memchr(s->bytes + *at, '\n', s->size - *at);
	ret->start = *at;
	ret->end = end ? (uint32_t)(end - s->bytes) : s->size;
	*at = ret->end + 1;
	while (ret->start < ret->end && piece_blank(s->bytes[ret->start]))
		ret->start++;
	while (ret->end > ret->start && piece_blank(s->bytes[ret->end - 1]))
		ret->end--;
	return true;
}

bool piece_begins(const struct source *s, struct piece line, const char *text)
{
	size_t n = strlen(text);
	return line.end - line.start >= n && memcmp(s->bytes + line.start, text, n) == 0;
}

bool piece_holds(const struct source *s, struct piece line, const char *text)
{
	size_t n = strlen(text);
	for (uint32_t i = line.start; i + n <= line.end; i++)
		if (memcmp(s->bytes + i, text, n) == 0)
			return true;
	return false;
}

/* ---- what it is */

/* What stands in none of Slurm's files, not even in one that is wrong: CPUAlloc and TotalNodes are no keys. */
static bool is_sign(const struct source *s, struct piece line)
{
	return piece_begins(s, line, "CPUAlloc=") || piece_begins(s, line, "UpTime=") ||
	       piece_holds(s, line, " CPUAlloc=") || piece_holds(s, line, " TotalNodes=");
}

bool slurm_captured(const struct source *s)
{
	uint32_t at = 0;
	struct piece line;
	bool record = false;
	for (int n = 0; n < 64 && piece_next_line(s, &at, &line); n++) {
		if (piece_begins(s, line, "Configuration data as of "))
			return true;
		record = record || piece_begins(s, line, "NodeName=") || piece_begins(s, line, "PartitionName=");
		if (record && is_sign(s, line))
			return true;
	}
	return false;
}

struct span slurm_captured_version(const struct source *s)
{
	uint32_t at = 0;
	struct piece line;
	while (piece_next_line(s, &at, &line)) {
		if (!piece_begins(s, line, "SLURM_VERSION"))
			continue;
		const char *equal = memchr(s->bytes + line.start, '=', line.end - line.start);
		uint32_t start = equal ? (uint32_t)(equal - s->bytes) + 1 : line.end;
		while (start < line.end && piece_blank(s->bytes[start]))
			start++;
		return (struct span){ s->id, start, line.end };
	}
	return (struct span){ 0 };
}

enum release slurm_captured_release(const struct source *s)
{
	struct span at = slurm_captured_version(s);
	char name[32] = { 0 };
	if (at.end - at.start < sizeof(name))
		memcpy(name, s->bytes + at.start, at.end - at.start);
	return release_parse(name);
}
