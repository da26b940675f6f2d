/* dbd.c: the table of the rules over a slurmdbd.conf alone, and what they share with those across files. */
#include "compiler/check/dbd.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

const struct entry *dbd_key(const struct check *c, const char *key)
{
	return records_global(c->records, SLURMDBD_CONF, key);
}

bool dbd_and_slurm(const struct check *c)
{
	return c->files->sources[SLURM_CONF] && c->files->sources[SLURMDBD_CONF];
}

bool dbd_is_address(const char *host)
{
	return strchr(host, ':') || (*host && strspn(host, "0123456789.") == strlen(host));
}

bool dbd_is_local(const char *host)
{
	return text_equal_nocase(host, "localhost") || strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
}

bool dbd_same_host(const char *a, const char *b)
{
	size_t n = strcspn(a, "."), m = strcspn(b, ".");
	if (dbd_is_address(a) || dbd_is_address(b))
		return text_equal_nocase(a, b);
	if (a[n] && b[m])
		return text_equal_nocase(a, b);
	return n == m && strncasecmp(a, b, n) == 0;
}

const struct rule rules_dbd[] = {
	{ "dbd-host", SEVERITY_ERROR, RULE_FILES, rule_dbd_host },
	{ "dbd-storage", SEVERITY_ERROR, RULE_FILES, rule_dbd_storage },
	{ "dbd-archive", SEVERITY_WARNING, RULE_FILES, rule_dbd_archive },
	{ "dbd-timeout", SEVERITY_WARNING, RULE_FILES, rule_dbd_timeout },
	{ "dbd-address-family", SEVERITY_ERROR, RULE_FILES, rule_dbd_address_family },
	{ "dbd-user-number", SEVERITY_ERROR, RULE_FILES, rule_dbd_user_number },
	{ .name = NULL },
};
