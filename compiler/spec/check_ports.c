/* check_ports.c: ranges of ports, and what is published. */
#include "compiler/spec/check.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/ip.h"

/* A port, moving *s behind it. */
static bool port(const char **s, long *ret)
{
	char *end;
	if (!isdigit((unsigned char)**s))
		return false;
	*ret = strtol(*s, &end, 10);
	*s = end;
	return *ret >= 1 && *ret <= 65535;
}

const char *check_port_range(const char *s)
{
	long low, high;
	/* Slurm ignores a range whose high is not above its low, without a word (SrunPortRange). */
	if (!port(&s, &low) || *s++ != '-' || !port(&s, &high) || *s || high <= low)
		return "a range of ports such as 60001-63000, the second above the first";
	return NULL;
}

const char *publish_read(const char *s, struct publish *ret)
{
	const char *colon = strchr(s, ':'), *second = colon ? strchr(colon + 1, ':') : NULL;
	struct publish x = { .address = second ? (size_t)(colon - s) : 0 };
	if (second) {
		char address[64];
		struct ip ip;
		if (x.address >= sizeof(address))
			return "[address:]port:port";
		memcpy(address, s, x.address);
		address[x.address] = '\0';
		if (!ip_parse(address, &ip))
			return "an address before the ports, as in 127.0.0.1:6222:22";
		s = colon + 1;
	}
	if (!port(&s, &x.outside) || *s++ != ':' || !port(&s, &x.inside) || *s)
		return "ports such as 8080:80, host's first";
	*ret = x;
	return NULL;
}

const char *check_publish(const char *s)
{
	struct publish x;
	return publish_read(s, &x);
}
