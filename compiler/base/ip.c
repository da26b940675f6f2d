#include "compiler/base/ip.h"

#include <stdio.h>
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A decimal number without leading zeros, at most `max`; moves *s behind it. */
static bool take_decimal(const char **s, unsigned max, unsigned *ret)
{
	const char *p = *s;
	unsigned value = 0;
	if (!is_digit(*p) || (*p == '0' && is_digit(p[1])))
		return false;
	for (; is_digit(*p); p++) {
		value = value * 10 + (unsigned)(*p - '0');
		if (value > max)
			return false;
	}
	*s = p;
	*ret = value;
	return true;
}

/* Four numbers, to the end of the text. */
static bool parse_v4(const char *s, uint8_t bytes[4])
{
	for (int i = 0; i < 4; i++) {
		unsigned value;
		if (!take_decimal(&s, 255, &value))
			return false;
		bytes[i] = (uint8_t)value;
		if (*s++ != (i < 3 ? '.' : '\0'))
			return false;
	}
	return true;
}

/* One to four hexadecimal digits; moves *s behind them. */
static bool take_group(const char **s, uint8_t bytes[2])
{
	unsigned value = 0;
	int n = 0;
	for (; hex_value(**s) >= 0; n++, (*s)++) {
		if (n == 4)
			return false;
		value = value << 4 | (unsigned)hex_value(**s);
	}
	bytes[0] = (uint8_t)(value >> 8);
	bytes[1] = (uint8_t)value;
	return n > 0;
}

/* RFC 4291, 2.2: groups of 16 bits, at most one "::" for one or more groups of zeros, and
 * the last two groups may be an IPv4 address. */
static bool parse_v6(const char *s, uint8_t bytes[16])
{
	size_t n = 0, gap = 17; /* 17: no "::" seen */
	if (s[0] == ':' && s[1] == ':') {
		gap = 0;
		s += 2;
	}
	while (*s) {
		if (n == 16)
			return false;
		if (n <= 12 && parse_v4(s, bytes + n)) {
			n += 4;
			break;
		}
		if (!take_group(&s, bytes + n))
			return false;
		n += 2;
		if (!*s)
			break;
		if (*s++ != ':')
			return false;
		if (*s == ':') {
			if (gap != 17)
				return false;
			gap = n;
			s++;
		} else if (!*s) {
			return false; /* a single ':' at the end */
		}
	}
	if (gap == 17)
		return n == 16;
	if (n == 16)
		return false; /* "::" stands for nothing */
	memmove(bytes + 16 - (n - gap), bytes + gap, n - gap);
	memset(bytes + gap, 0, 16 - n);
	return true;
}

bool ip_parse(const char *s, struct ip *ret)
{
	struct ip ip = { .v6 = strchr(s, ':') != NULL };
	if (!(ip.v6 ? parse_v6(s, ip.bytes) : parse_v4(s, ip.bytes)))
		return false;
	*ret = ip;
	return true;
}

static unsigned bits_of(const struct ip *ip)
{
	return ip->v6 ? 128 : 32;
}

bool cidr_parse(const char *s, struct cidr *ret)
{
	const char *slash = strchr(s, '/');
	char text[IP_TEXT];
	if (!slash || (size_t)(slash - s) >= sizeof(text))
		return false;
	memcpy(text, s, (size_t)(slash - s));
	text[slash - s] = '\0';

	struct cidr c = { .bits = 0 };
	const char *end = slash + 1;
	unsigned bits;
	if (!ip_parse(text, &c.address) || !take_decimal(&end, bits_of(&c.address), &bits) || *end)
		return false;
	c.bits = (uint8_t)bits;
	*ret = c;
	return true;
}

static char *put_decimal(char *out, unsigned value)
{
	if (value >= 10)
		out = put_decimal(out, value / 10);
	*out = (char)('0' + value % 10);
	return out + 1;
}

static char *put_v4(char *out, const uint8_t bytes[4])
{
	for (int i = 0; i < 4; i++) {
		if (i)
			*out++ = '.';
		out = put_decimal(out, bytes[i]);
	}
	return out;
}

/* Lower case, no leading zeros. */
static char *put_group(char *out, unsigned value)
{
	if (value >= 16)
		out = put_group(out, value / 16);
	*out = "0123456789abcdef"[value % 16];
	return out + 1;
}

static unsigned group(const struct ip *ip, int i)
{
	return (unsigned)ip->bytes[2 * i] << 8 | ip->bytes[2 * i + 1];
}

/* The first of the longest runs of zero groups; RFC 5952, 4.2.2: one alone is not shortened. */
static void longest_zeros(const struct ip *ip, int *ret_start, int *ret_n)
{
	*ret_start = 8;
	*ret_n = 1;
	for (int i = 0; i < 8; i++) {
		int n = 0;
		while (i + n < 8 && group(ip, i + n) == 0)
			n++;
		if (n > *ret_n) {
			*ret_start = i;
			*ret_n = n;
		}
		i += n;
	}
}

/* RFC 5952; an IPv4-mapped address keeps its dots (section 5). */
static char *put_v6(char *out, const struct ip *ip)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	if (memcmp(ip->bytes, mapped, sizeof(mapped)) == 0) {
		memcpy(out, "::ffff:", 7);
		return put_v4(out + 7, ip->bytes + 12);
	}
	int start, n;
	longest_zeros(ip, &start, &n);
	for (int i = 0; i < 8;) {
		if (i == start) {
			*out++ = ':';
			*out++ = ':';
			i += n;
			continue;
		}
		if (i && i != start + n)
			*out++ = ':';
		out = put_group(out, group(ip, i++));
	}
	return out;
}

void ip_format(const struct ip *ip, char out[IP_TEXT])
{
	*(ip->v6 ? put_v6(out, ip) : put_v4(out, ip->bytes)) = '\0';
}

int ip_compare(const struct ip *a, const struct ip *b)
{
	if (a->v6 != b->v6)
		return a->v6 ? 1 : -1;
	return memcmp(a->bytes, b->bytes, bits_of(a) / 8);
}

/* The mask's byte at `i` for a network of `bits` bits. */
static uint8_t mask(unsigned bits, unsigned i)
{
	if (bits >= 8 * (i + 1))
		return 0xff;
	return bits <= 8 * i ? 0 : (uint8_t)(0xff00u >> (bits - 8 * i));
}

static bool same_under(const struct ip *a, const struct ip *b, unsigned bits)
{
	if (a->v6 != b->v6)
		return false;
	for (unsigned i = 0; i < bits_of(a) / 8; i++)
		if ((a->bytes[i] ^ b->bytes[i]) & mask(bits, i))
			return false;
	return true;
}

bool cidr_contains(const struct cidr *c, const struct ip *ip)
{
	return same_under(&c->address, ip, c->bits);
}

bool cidr_overlap(const struct cidr *a, const struct cidr *b)
{
	return same_under(&a->address, &b->address, a->bits < b->bits ? a->bits : b->bits);
}

void cidr_network(const struct cidr *c, struct cidr *ret)
{
	struct cidr network = *c;
	for (unsigned i = 0; i < 16; i++)
		network.address.bytes[i] &= mask(c->bits, i);
	*ret = network;
}

bool cidr_has_host_bits(const struct cidr *c)
{
	struct cidr network;
	cidr_network(c, &network);
	return ip_compare(&network.address, &c->address) != 0;
}

uint64_t cidr_size(const struct cidr *c)
{
	unsigned host_bits = bits_of(&c->address) - c->bits;
	return host_bits >= 64 ? UINT64_MAX : (uint64_t)1 << host_bits;
}

bool ipv4_network(const char *s, struct cidr *ret)
{
	struct cidr written;
	if (!s || !cidr_parse(s, &written) || written.address.v6)
		return false;
	cidr_network(&written, ret);
	return true;
}

bool cidr_nth(const struct cidr *c, uint64_t n, struct ip *ret)
{
	unsigned host_bits = bits_of(&c->address) - c->bits;
	if (host_bits < 64 && n >> host_bits)
		return false;
	struct cidr network;
	cidr_network(c, &network);
	/* The host bits are zero, so that the number can be laid over them. */
	for (unsigned i = bits_of(&c->address) / 8; n; n >>= 8)
		network.address.bytes[--i] |= (uint8_t)n;
	*ret = network.address;
	return true;
}

void cidr_format(const struct cidr *c, char out[CIDR_TEXT])
{
	ip_format(&c->address, out);
	size_t n = strlen(out);
	snprintf(out + n, CIDR_TEXT - n, "/%u", c->bits);
}
