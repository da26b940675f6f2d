#include "compiler/spec/check.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/base/ip.h"
#include "compiler/slurm/fact.h"

/* Whether all of `s`, of 1 to `max` bytes, is letters, digits or one of `also`. */
static bool only(const char *s, const char *also, size_t max)
{
	size_t n = strlen(s);
	for (const char *p = s; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr(also, *p))
			return false;
	return n >= 1 && n <= max;
}

const char *check_cluster(const char *s)
{
	/* Slurm lower-cases it (read_config.c), and accounting makes it part of table names. */
	bool fine = islower((unsigned char)s[0]) && only(s, "-_", 40);
	for (const char *p = s; *p; p++)
		fine = fine && !isupper((unsigned char)*p);
	return fine ? NULL : "a lower-case name of letters, digits, - and _ that begins with a letter, at most 40 long";
}

const char *check_name(const char *s)
{
	return isalnum((unsigned char)s[0]) && only(s, "_-.", 63)
		       ? NULL
		       : "a name of letters, digits, _ - and . that begins with a letter or digit, at most 63 long";
}

const char *check_word(const char *s)
{
	return only(s, "_-.+/", 63) ? NULL : "a word of letters, digits and _ - . + /, at most 63 long";
}

/* Sites name features by pairs, as location=local. */
const char *check_feature(const char *s)
{
	return only(s, "_-.+/=", 63) ? NULL : "a word of letters, digits and _ - . + / =, at most 63 long";
}

const char *check_user(const char *s)
{
	return (islower((unsigned char)s[0]) || s[0] == '_') && only(s, "_-", 32) ? NULL : "the name of a Unix user";
}

/* Each part of a path says something: no "..", and one way to write a path ("//", "/./" and a last "/" are others). */
static bool path(const char *s)
{
	if (!only(s, "_-.+/@=,:%", 1024))
		return false;
	for (const char *part = *s == '/' ? s + 1 : s; *part;) {
		size_t n = strcspn(part, "/");
		if (!n || (n == 2 && strncmp(part, "..", n) == 0) || (n == 1 && *part == '.' && part > s) ||
		    (part[n] && !part[n + 1]))
			return false;
		part += n + (part[n] == '/');
	}
	return true;
}

const char *check_path(const char *s)
{
	return s[0] == '/' && path(s) ? NULL : "an absolute path without blanks, '..', '//' or a '/' at its end";
}

const char *check_relative(const char *s)
{
	return path(s) ? NULL : "a path without blanks, '..', '//' or a '/' at its end";
}

/* ssh puts the home itself (ssh_config(5), IdentityFile), and so does Ansible. */
const char *check_key_file(const char *s)
{
	bool home = strncmp(s, "~/", 2) == 0;
	if (*s == '~' && !home)
		return "a path: ~/ alone stands for a home, and for that of the user who deploys";
	return check_relative(home && s[2] != '/' ? s + 2 : s);
}

const char *check_host_directory(const char *s)
{
	return *s == '~' ? "a path without ~: a relative one begins in the home of the login over there"
			 : check_relative(s);
}

static bool dns_name(const char *s)
{
	size_t label = 0;
	if (!only(s, "-._", 253))
		return false;
	for (const char *p = s; *p; p++) {
		label = *p == '.' ? 0 : label + 1;
		if (label > 63 || (label == 1 && *p == '-') || (*p == '.' && (p == s || p[-1] == '.')))
			return false;
	}
	return true;
}

const char *check_address(const char *s)
{
	struct ip ip;
	if (ip_parse(s, &ip))
		return NULL;
	/* Digits and dots alone are a mistyped address, not a name. */
	if (strspn(s, "0123456789.") == strlen(s) || !dns_name(s))
		return "an IP address such as 10.1.0.11, or a host name";
	return NULL;
}

const char *check_ipv4(const char *s)
{
	struct ip ip;
	return ip_parse(s, &ip) && !ip.v6 ? NULL : "an IPv4 address such as 10.1.0.11";
}

const char *check_cidr(const char *s)
{
	struct cidr c;
	return cidr_parse(s, &c) ? NULL : "a network such as 10.1.0.0/24";
}

const char *check_mode(const char *s)
{
	return strlen(s) == 4 && strspn(s, "01234567") == 4 ? NULL : "a mode of four octal digits such as 0644";
}

const char *check_image(const char *s)
{
	static const char wanted[] = "an image such as debian:trixie-slim, in lower case but for its tag";
	size_t name = strcspn(s, "@");
	/* A colon behind the last slash begins the tag; one before it is a registry's port. */
	for (size_t i = name; i && s[i] != '/'; i--)
		if (s[i] == ':')
			name = i;
	for (size_t i = 0; i < name; i++)
		if (isupper((unsigned char)s[i]) || (s[i] == '/' && !isalnum((unsigned char)s[i + 1])))
			return wanted;
	bool ends = name && isalnum((unsigned char)s[name - 1]) && (!s[name] || s[name + 1]);
	return isalnum((unsigned char)s[0]) && ends && only(s, "_-./:@", 255) ? NULL : wanted;
}

/* net/core/dev.c: dev_valid_name, IFNAMSIZ; less than it takes. */
const char *check_interface(const char *s)
{
	return isalnum((unsigned char)s[0]) && only(s, "_-.", 15)
		       ? NULL
		       : "a network interface's name: letters, digits, _ - ., at most 15 characters";
}

/* moby: labels of nodes are text, and a placement constraint splits at == and !=; blanks would end in it. */
const char *check_label(const char *s)
{
	return isalnum((unsigned char)s[0]) && only(s, "_-.", 63) ? NULL
								  : "a label of a swarm's node: letters, digits, _ - .";
}

/* `cluster up` sets hpcc.STACK itself; Docker's manual, "Docker object labels": com.docker.* is reserved. */
const char *check_label_key(const char *s)
{
	static const char *const reserved[] = { "hpcc.", "com.docker.", "io.docker.", "org.dockerproject." };
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (strncmp(s, reserved[i], strlen(reserved[i])) == 0)
			return i ? "a label of your own: those that begin with com.docker., io.docker. or "
				   "org.dockerproject. are Docker's"
				 : "a label of your own: those that begin with hpcc. are set by `cluster up`";
	return check_label(s);
}

/* capabilities(7) of Linux 6; ALL is Docker's word for all of them. */
const char *check_capability(const char *s)
{
	static const char *const names[] = {
		"ALL",
		"AUDIT_CONTROL",
		"AUDIT_READ",
		"AUDIT_WRITE",
		"BLOCK_SUSPEND",
		"BPF",
		"CHECKPOINT_RESTORE",
		"CHOWN",
		"DAC_OVERRIDE",
		"DAC_READ_SEARCH",
		"FOWNER",
		"FSETID",
		"IPC_LOCK",
		"IPC_OWNER",
		"KILL",
		"LEASE",
		"LINUX_IMMUTABLE",
		"MAC_ADMIN",
		"MAC_OVERRIDE",
		"MKNOD",
		"NET_ADMIN",
		"NET_BIND_SERVICE",
		"NET_BROADCAST",
		"NET_RAW",
		"PERFMON",
		"SETFCAP",
		"SETGID",
		"SETPCAP",
		"SETUID",
		"SYSLOG",
		"SYS_ADMIN",
		"SYS_BOOT",
		"SYS_CHROOT",
		"SYS_MODULE",
		"SYS_NICE",
		"SYS_PACCT",
		"SYS_PTRACE",
		"SYS_RAWIO",
		"SYS_RESOURCE",
		"SYS_TIME",
		"SYS_TTY_CONFIG",
		"WAKE_ALARM",
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(s, names[i]) == 0)
			return NULL;
	return "a capability as capabilities(7) has them, without CAP_: SYS_NICE, IPC_LOCK, SYS_PTRACE";
}

/* deb-control(5): letters, digits, + - . and what rpm's names have besides. */
const char *check_package(const char *s)
{
	size_t n = strlen(s);
	/* apt-get(8) takes a hyphen at the end for "remove it". */
	return isalnum((unsigned char)s[0]) && s[n - 1] != '-' && only(s, "+-._:", 128)
		       ? NULL
		       : "a package such as libopenblas-dev";
}

const char *check_release(const char *s)
{
	return release_parse(s) != RELEASE_NONE
		       ? NULL
		       : "a release of Slurm that hpcc knows: 22.05 23.02 23.11 24.05 24.11 25.05 25.11 26.05";
}

const char *check_env(const char *s)
{
	return !isdigit((unsigned char)s[0]) && only(s, "_", 128)
		       ? NULL
		       : "the name of an environment variable: letters, digits, _";
}

/* Containers are told by such variables what `cluster up` chose (templates/container-entrypoint.sh: HPCC_SUBNET). */
const char *check_service_env(const char *s)
{
	return strncmp(s, "HPCC_", 5) == 0
		       ? "a variable of your own: those that begin with HPCC_ are hpcc's, which tells containers by "
			 "them what `cluster up` chose"
		       : check_env(s);
}

const char *check_device(const char *s)
{
	return strncmp(s, "/dev/", 5) == 0 && only(s, "_-./[],:", 255) && !strstr(s, "..")
		       ? NULL
		       : "devices such as /dev/nvidia[0-3]";
}

const char *check_cores(const char *s)
{
	return strspn(s, "0123456789,-") == strlen(s) && isdigit((unsigned char)*s) ? NULL : "cores such as 0-15,32-47";
}

const char *check_mount_option(const char *s)
{
	return only(s, "_-.=:/@", 128) ? NULL : "a mount option such as nolock or vers=4.2";
}

const char *check_slurm_key(const char *s)
{
	return only(s, "_.", 64) ? NULL : "a key of Slurm's";
}

const char *check_plain(const char *s)
{
	return strpbrk(s, "\"'\\$`") ? "text without quotes, backslash, $ and backquote" : NULL;
}

const char *check_spank_plugin(const char *s)
{
	return path(s) && (s[0] == '/' || !strchr(s, '/'))
		       ? NULL
		       : "an absolute path without blanks, '..', '//' or a '/' at its end, or the "
			 "name of a plugin in Slurm's own folder, such as renice.so";
}

/* A backslash at the end of a line joins nothing, but looks as if it did. */
const char *check_spank_argument(const char *s)
{
	size_t n = strlen(s);
	return n && n <= 1024 && !strpbrk(s, " \t#\"'") && s[n - 1] != '\\'
		       ? NULL
		       : "one word without blanks, # and quotes, and no backslash at its end";
}

const char *check_tres(const char *s)
{
	return only(s, "_-./:", 64) ? NULL : "a trackable resource such as cpu, mem or gres/gpu";
}

/* Digits and one of the suffixes that Slurm and systemd share. */
static bool amount(const char *s)
{
	size_t n = strspn(s, "0123456789");
	const char *p = s + n;
	if (*p && strchr("KMGTP", *p))
		p++;
	return n >= 1 && n <= 18 && !*p;
}

const char *check_tres_count(const char *s)
{
	/* sacctmgr(1): -1 takes a limit away. */
	return amount(s) || strcmp(s, "-1") == 0 ? NULL : "an amount such as 4 or 16G";
}

const char *check_limit(const char *s)
{
	/* systemd.exec(5), Limit*=; soft:hard is two of them. */
	const char *colon = strchr(s, ':');
	char soft[32];
	if (colon && (size_t)(colon - s) < sizeof(soft)) {
		memcpy(soft, s, (size_t)(colon - s));
		soft[colon - s] = '\0';
		return check_limit(soft) || strchr(colon + 1, ':') ? "a limit such as 64M:infinity"
								   : check_limit(colon + 1);
	}
	return amount(s) || strcmp(s, "infinity") == 0 ? NULL
						       : "a number of bytes or files such as 65536 or 64M, or infinity";
}

const char *check_oversubscribe(const char *s)
{
	static const char *const words[] = { "no", "exclusive", "yes", "force" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);
		if (strncmp(s, words[i], n) != 0)
			continue;
		if (!s[n])
			return NULL;
		/* slurm.conf(5): YES takes a count from 2, FORCE from 1. */
		if (i >= 2 && s[n] == ':' && isdigit((unsigned char)s[n + 1])) {
			char *end;
			long count = strtol(s + n + 1, &end, 10);
			if (!*end && count >= (i == 2 ? 2 : 1) && count < 32768)
				return NULL;
		}
	}
	return "no, exclusive, yes, yes:4, force or force:4";
}
