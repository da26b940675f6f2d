/* yaml_scalar.c: when a string may stand without quotes. */
#include "compiler/write/yaml.h"

#include <ctype.h>
#include <string.h>

/* Words that some reader takes for a boolean, null or number: YAML 1.1 (yaml.org/type) and the 1.2 core schema. */
static bool special_word(const char *s)
{
	static const char *const words[] = { "y",    "n", "yes",  "no",	  "on",	   "off",   "true", "false",
					     "null", "~", ".nan", ".inf", "+.inf", "-.inf", "=",    "<<" };
	enum { LONGEST = 5 };
	if (!strchr("yYnNoOtTfF~.+-=<", *s) || strnlen(s, LONGEST + 1) > LONGEST)
		return false; /* most names and paths: this is asked of every scalar */
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (text_equal_nocase(s, words[i]))
			return true;
	return false;
}

/* Numbers of every schema, sexagesimal (12:30:45), dates and times (2001-12-14 21:59:43) among them: whatever begins
 * like a number and holds nothing but what numbers are made of. */
static bool numberish(const char *s)
{
	const char *p = s;
	if (*p == '+' || *p == '-')
		p++;
	if (*p == '.')
		p++;
	if (!isdigit((unsigned char)*p))
		return false;
	return strspn(p, "0123456789abcdefABCDEFxXoO_.:+-TZtz ") == strlen(p);
}

/* May not stand in a plain scalar, or is better not read there: controls, what is not ASCII, flow's indicators,
 * quotes. */
static bool never_plain(unsigned char c)
{
	if (c < ' ' || c >= 0x7f)
		return true;
	switch (c) {
	case ',':
	case '[':
	case ']':
	case '{':
	case '}':
	case '"':
	case '\\':
		return true;
	default:
		return false;
	}
}

bool yaml_plain(const char *s)
{
	if (!*s || special_word(s) || numberish(s))
		return false;
	/* Indicators may not begin a plain scalar (YAML 1.2, 5.3); '-', '?' and ':' may where no blank follows: not
	 * worth it. "..." ends the document where it begins a line. */
	if (strchr("-?:,[]{}#&*!|>'\"%@` ", *s) || text_starts(s, "..."))
		return false;
	const char *p = s;
	for (; *p; p++) {
		if (never_plain((unsigned char)*p))
			return false;
		if (*p == ':' && (p[1] == ' ' || !p[1]))
			return false;
		if (*p == '#' && p[-1] == ' ')
			return false;
	}
	return p[-1] != ' ';
}

void yaml_scalar(struct text *t, const char *s)
{
	if (yaml_plain(s)) {
		text_add(t, s);
		return;
	}
	text_addc(t, '"');
	for (const char *p = s; *p; p++) {
		switch (*p) {
		case '"':
		case '\\':
			text_addc(t, '\\');
			text_addc(t, *p);
			break;
		case '\n':
			text_add(t, "\\n");
			break;
		case '\t':
			text_add(t, "\\t");
			break;
		default:
			if (iscntrl((unsigned char)*p))
				text_addf(t, "\\x%02x", (unsigned)(unsigned char)*p);
			else
				text_addc(t, *p);
		}
	}
	text_addc(t, '"');
}
