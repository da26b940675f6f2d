/*
 * ip.h: IPv4 and IPv6 addresses and networks, as numbers.
 */
#ifndef HPCC_BASE_IP_H
#define HPCC_BASE_IP_H

#include <stdbool.h>
#include <stdint.h>

struct ip {
	uint8_t bytes[16]; /* IPv4 in the first four */
	bool v6;
};

struct cidr {
	struct ip address; /* host bits as written */
	uint8_t bits;
};

/* Strict: IPv4 is four numbers without leading zeros, IPv6 has no zone ("fe80::1%eth0"), nothing stands around it. */
bool ip_parse(const char *s, struct ip *ret);
bool cidr_parse(const char *s, struct cidr *ret); /* "10.0.0.0/24" */
/* The IPv4 network that the text is of, its host bits cleared; false: the text is NULL, or says none. */
bool ipv4_network(const char *s, struct cidr *ret);
enum { IP_TEXT = 48 };
/* IPv6 in RFC 5952's canonical form. */
void ip_format(const struct ip *ip, char out[IP_TEXT]);
enum { CIDR_TEXT = IP_TEXT + 4 };
void cidr_format(const struct cidr *c, char out[CIDR_TEXT]); /* 10.0.0.0/24 */
/* Below, at or above zero; all of IPv4 comes before IPv6. */
int ip_compare(const struct ip *a, const struct ip *b);
/* An IPv4 network never contains or overlaps an IPv6 one. */
bool cidr_contains(const struct cidr *c, const struct ip *ip);
bool cidr_overlap(const struct cidr *a, const struct cidr *b);
/* Whether host bits are set ("10.0.0.5/24"), and the network that was meant. */
bool cidr_has_host_bits(const struct cidr *c);
void cidr_network(const struct cidr *c, struct cidr *ret);
/* The n-th address of the network (0 is the network's own); false when there is none. */
bool cidr_nth(const struct cidr *c, uint64_t n, struct ip *ret);
/* How many addresses the network has, saturating. */
uint64_t cidr_size(const struct cidr *c);

#endif
