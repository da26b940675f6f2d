/*
 * check.h: what names, paths and addresses may look like.
 *
 * Each takes a value's text and returns NULL when it is fine, else what is wanted. They are stricter than the programs
 * that will read the values, so that no name can be taken for shell, YAML, XML or slurm.conf syntax.
 */
#ifndef HPCC_SPEC_CHECK_H
#define HPCC_SPEC_CHECK_H

#include <stddef.h>

const char *check_cluster(const char *s);
const char *check_name(const char *s);		 /* partitions, networks, images, ...: letters, digits, _ - . */
const char *check_word(const char *s);		 /* GRES names and types */
const char *check_feature(const char *s);	 /* of nodes */
const char *check_user(const char *s);		 /* a Unix user or group */
const char *check_path(const char *s);		 /* absolute, no "..", no blanks */
const char *check_relative(const char *s);	 /* a path that may be relative */
const char *check_key_file(const char *s);	 /* the same, or below ~/ */
const char *check_host_directory(const char *s); /* on a host that is reached by ssh */
const char *check_address(const char *s);	 /* an IPv4 or IPv6 address, or a DNS name */
const char *check_ipv4(const char *s);
const char *check_cidr(const char *s);
const char *check_mode(const char *s);	      /* four octal digits */
const char *check_image(const char *s);	      /* an image reference */
const char *check_capability(const char *s);  /* SYS_NICE: capabilities(7), without CAP_ */
const char *check_interface(const char *s);   /* eth0: at most 15 characters */
const char *check_label(const char *s);	      /* of a swarm's node: node.type */
const char *check_label_key(const char *s);   /* the same, and nobody's own */
const char *check_package(const char *s);     /* a package of a Linux distribution */
const char *check_release(const char *s);     /* of Slurm */
const char *check_env(const char *s);	      /* an environment variable's name */
const char *check_service_env(const char *s); /* the same, and not hpcc's own */
const char *check_port_range(const char *s);
const char *check_publish(const char *s); /* [address:]port:port */
/* The same, read: the address is the first `address` characters, 0 where there is none. */
struct publish {
	size_t address;
	long outside, inside;
};
const char *publish_read(const char *s, struct publish *ret);
const char *check_device(const char *s);  /* /dev/nvidia[0-3] */
const char *check_cores(const char *s);	  /* 0-15,32-47 */
const char *check_mount_option(const char *s);
const char *check_slurm_key(const char *s);
const char *check_plain(const char *s); /* one line without quotes, backslash or $ */
/* What stands in a line of plugstack.conf, where blanks part words, # ends the line and nothing quotes. */
const char *check_spank_plugin(const char *s);	 /* an absolute path, or a name without a / */
const char *check_spank_argument(const char *s); /* one word */
const char *check_tres(const char *s);		 /* cpu, mem, gres/gpu, gres/gpu:a100 */
const char *check_tres_count(const char *s);	 /* 4, 16G */
const char *check_limit(const char *s);		 /* 67108864, 64M, infinity */
const char *check_oversubscribe(const char *s);

#endif
