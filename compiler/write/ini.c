#include "compiler/write/ini.h"

#include <stdio.h>
#include <string.h>

#include "compiler/base/list.h"
#include "compiler/write/comment.h"

struct ini {
	struct arena *arena;
	struct text *out;
	const char *section; /* NULL: none yet */
};

/* Expands to nothing, and thereby stands between what configparser must not see side by side: a blank and `;`, a blank
 * and the line's end. (Python's `%` takes a precision; `here` is known to all that may hold free text.) */
#define GAP "%(here).0s"

struct ini *ini_open(struct arena *a, struct text *out, const char *comment)
{
	struct ini *i = ARENA_NEW(a, struct ini);
	i->arena = a;
	i->out = out;
	comment_add(out, ";", comment);
	return i;
}

void ini_section(struct ini *i, const char *name)
{
	if (i->section)
		text_addc(i->out, '\n');
	text_addf(i->out, "[%s]\n", name);
	i->section = arena_strdup(i->arena, name);
}

/* What is expanded, and then expanded once more: options.py, _processes_from_section and read_config. */
static bool expanded_twice(const struct ini *i, const char *key)
{
	if (i->section && strcmp(i->section, "supervisord") == 0)
		return strcmp(key, "environment") == 0;
	return strcmp(key, "stdout_logfile") == 0 || strcmp(key, "stderr_logfile") == 0;
}

/* What Python's str.isspace may say yes to: beyond ASCII any byte may end such a character. */
static bool maybe_blank(char c)
{
	unsigned char u = (unsigned char)c;
	return u <= ' ' || u >= 0x7f;
}

/* The next character may not follow what is written of the value so far. */
static bool wants_gap(const char *value, const char *p)
{
	bool edge = p == value || maybe_blank(p[-1]); /* `=` and a blank stand before the value */
	return ((*p == ';' || *p == '#') && edge) || (p == value && maybe_blank(*p));
}

static void add_value(struct ini *i, const char *value, const char *percent)
{
	const char *p = value;
	for (; *p; p++) {
		if (wants_gap(value, p))
			text_add(i->out, GAP);
		if (*p == '%') {
			text_add(i->out, percent);
			/* expand_here replaces "%(here)s" before anything else, also in "%%(here)s". */
			if (percent[1] && p[1] == '(')
				text_add(i->out, GAP);
		} else if (*p == '\n' || *p == '\r') {
			p += p[0] == '\r' && p[1] == '\n';
			text_add(i->out, GAP "\n\t" GAP); /* a deeper line goes on; its ends are stripped */
		} else {
			text_addc(i->out, *p);
		}
	}
	if (p > value && maybe_blank(p[-1]))
		text_add(i->out, GAP);
}

static void set(struct ini *i, const char *key, const char *value, const char *percent)
{
	text_add(i->out, key);
	text_add(i->out, *value ? " = " : " =");
	add_value(i, value, percent);
	text_addc(i->out, '\n');
}

void ini_str(struct ini *i, const char *key, const char *value)
{
	set(i, key, value, expanded_twice(i, key) ? "%%%%" : "%%");
}

void ini_raw(struct ini *i, const char *key, const char *value)
{
	set(i, key, value, "%");
}

void ini_int(struct ini *i, const char *key, int64_t value)
{
	text_addf(i->out, "%s = %lld\n", key, (long long)value);
}

void ini_bool(struct ini *i, const char *key, bool value)
{
	text_addf(i->out, "%s = %s\n", key, value ? "true" : "false");
}

/* One word for Python's shlex.split, which reads as sh does. */
static void add_shell_word(struct text *t, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-";
	if (*s && !s[strspn(s, plain)]) {
		text_add(t, s);
		return;
	}
	text_addc(t, '\'');
	for (; *s; s++)
		if (*s == '\'')
			text_add(t, "'\\''");
		else
			text_addc(t, *s);
	text_addc(t, '\'');
}

void ini_command(struct ini *i, const char *key, const char *const *argv)
{
	struct text t;
	text_init(&t, i->arena);
	for (; *argv; argv++) {
		text_join(&t, 0, " ", "");
		add_shell_word(&t, *argv);
	}
	ini_str(i, key, t.s);
}

/* datatypes.py, dict_of_key_value_pairs: shlex.shlex without posix keeps the quotes, knows no escape, and the value
 * loses every quote of either kind at its ends. '\0': no quote will do. */
static char quote_for(const char *value)
{
	size_t n = strlen(value);
	if (n && (strchr("'\"", value[0]) || strchr("'\"", value[n - 1])))
		return '\0';
	if (!strchr(value, '"'))
		return '"';
	return strchr(value, '\'') ? '\0' : '\'';
}

bool ini_takes_variable(const char *value)
{
	return quote_for(value) != '\0';
}

void ini_environment(struct ini *i, const char *key, const char *const *names, const char *const *values, size_t n)
{
	struct text t;
	text_init(&t, i->arena);
	for (size_t v = 0; v < n; v++) {
		char quote = quote_for(values[v]);
		if (!quote)
			continue;
		text_join(&t, 0, ",", names[v]);
		text_addc(&t, '=');
		text_addc(&t, quote);
		text_add(&t, values[v]);
		text_addc(&t, quote);
	}
	if (t.n)
		ini_str(i, key, t.s);
}

void ini_program(struct ini *i, const char *const *argv, const char *const *names, const char *const *values, size_t n)
{
	LIST(const char *) words = { 0 };
	for (size_t v = 0; v < n; v++) {
		if (ini_takes_variable(values[v]))
			continue;
		if (!words.n)
			*list_push(i->arena, &words) = "/usr/bin/env";
		*list_push(i->arena, &words) = arena_printf(i->arena, "%s=%s", names[v], values[v]);
	}
	for (; *argv; argv++)
		*list_push(i->arena, &words) = *argv;
	*list_push(i->arena, &words) = NULL;
	ini_command(i, "command", words.v);
	ini_environment(i, "environment", names, values, n);
}
