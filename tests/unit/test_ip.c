#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/base/ip.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void round_trip(const char *in, const char *out)
{
	struct ip ip;
	char text[IP_TEXT];
	if (!ip_parse(in, &ip))
		fail_msg("%s is refused", in);
	ip_format(&ip, text);
	assert_string_equal(text, out);
}

static void formats(void **state)
{
	static const char *const pairs[][2] = {
		{ "0.0.0.0", "0.0.0.0" },
		{ "192.168.4.160", "192.168.4.160" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "::", "::" },
		{ "::1", "::1" },
		{ "1::", "1::" },
		{ "2001:DB8::1", "2001:db8::1" },
		{ "2001:0db8:0:0:0:0:2:1", "2001:db8::2:1" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" }, /* one zero is not shortened */
		{ "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },	    /* the longest */
		{ "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },    /* the first of two */
		{ "0:0:0:0:0:0:0:0", "::" },
		{ "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0" },
		{ "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8" },
		{ "1:0:0:0:0:0:0:0", "1::" },
		{ "::ffff:10.0.0.1", "::ffff:10.0.0.1" },
		{ "::FFFF:a00:1", "::ffff:10.0.0.1" },
		{ "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	};
	for (size_t i = 0; i < COUNT(pairs); i++)
		round_trip(pairs[i][0], pairs[i][1]);
}

static void refusals(void **state)
{
	static const char *const bad[] = {
		"",
		"1",
		"1.2.3",
		"1.2.3.4.5",
		"1.2.3.256",
		"1.2.3.4 ",
		" 1.2.3.4",
		"01.2.3.4",
		"1.2.3.04",
		"1..2.3",
		"1.2.3.",
		"1.2.3.4/8",
		"a.b.c.d",
		"0x1.2.3.4",
		"99999999999.1.1",
		":",
		":::",
		"1:",
		":1",
		"1:2",
		"1::2::3",
		"12345::",
		"::12345",
		"g::",
		"::1%eth0",
		"fe80::1 ",
		"1:2:3:4:5:6:7",
		"::1.2.3",
		"1:2:3:4:5:6:7:8:9",
		"1:2:3:4:5:6:7:1.2.3.4",
		"[::1]",
		"::1.2.3.4:5",
		"1:2:3:4:5:6:7:8:",
		"1::2:",
		"::01.2.3.4",
		"1:2:3:4::5:6:7:8",
		"+1.2.3.4",
		"-1.2.3.4",
		"::1/64",
		"1.2.3.4:5",
	};
	struct ip ip;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (ip_parse(bad[i], &ip))
			fail_msg("%s is accepted", bad[i]);
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	return *seed ^= *seed << 17;
}

/* libc reads and writes the same, but for dots in the long deprecated ::1.2.3.4. */
static void agrees_with_libc(void **state)
{
	uint64_t seed = 4291;
	for (int i = 0; i < 20000; i++) {
		struct ip ip = { .v6 = i % 4 != 0 }, again;
		uint64_t zeros = next_random(&seed);
		for (int b = 0; b < (ip.v6 ? 16 : 4); b++)
			if (zeros >> (b / 2) & 1 || (!ip.v6 && b == 0))
				ip.bytes[b] = (uint8_t)(next_random(&seed) >> 20);
		ip.bytes[0] |= ip.v6;
		char text[IP_TEXT], libc[INET6_ADDRSTRLEN];
		ip_format(&ip, text);
		assert_non_null(inet_ntop(ip.v6 ? AF_INET6 : AF_INET, ip.bytes, libc, sizeof(libc)));
		assert_string_equal(text, libc);
		assert_true(ip_parse(text, &again));
		assert_int_equal(ip_compare(&ip, &again), 0);
	}
}

/* Whatever libc refuses is refused, and the other way round, for random near misses. */
static void refuses_like_libc(void **state)
{
	static const char alphabet[] = "0123456789abf::::....";
	uint64_t seed = 5952;
	int accepted = 0;
	for (int i = 0; i < 200000; i++) {
		char text[24];
		size_t n = 2 + next_random(&seed) % 14;
		for (size_t k = 0; k < n; k++)
			text[k] = alphabet[next_random(&seed) % (sizeof(alphabet) - 1)];
		text[n] = '\0';
		struct ip ip;
		uint8_t bytes[16];
		bool ours = ip_parse(text, &ip);
		bool theirs = inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET, text, bytes) == 1;
		if (ours != theirs)
			fail_msg("%s: ours %d, libc %d", text, ours, theirs);
		if (ours)
			assert_memory_equal(ip.bytes, bytes, ip.v6 ? 16 : 4);
		accepted += ours;
	}
	assert_true(accepted > 1000);
}

static struct cidr cidr(const char *text)
{
	struct cidr c;
	if (!cidr_parse(text, &c))
		fail_msg("%s is refused", text);
	return c;
}

static void reads_networks(void **state)
{
	static const char *const bad[] = { "10.0.0.0",		 "10.0.0.0/",	 "10.0.0.0/33", "10.0.0.0/-1",
					   "10.0.0.0/08",	 "10.0.0/8",	 "::/129",	"/8",
					   "10.0.0.0/8 ",	 "10.0.0.0/8/8", "::1%a/64",	"10.0.0.0/ 8",
					   "10.0.0.0/4294967304" };
	struct cidr c;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (cidr_parse(bad[i], &c))
			fail_msg("%s is accepted", bad[i]);
	assert_int_equal(cidr("10.0.0.0/0").bits, 0);
	assert_int_equal(cidr("fd00::/128").bits, 128);
}

static void contains(const char *network, const char *address, bool expected)
{
	struct cidr c = cidr(network);
	struct ip ip;
	assert_true(ip_parse(address, &ip));
	if (cidr_contains(&c, &ip) != expected)
		fail_msg("%s in %s", address, network);
}

static void overlap(const char *a, const char *b, bool expected)
{
	struct cidr x = cidr(a), y = cidr(b);
	if (cidr_overlap(&x, &y) != expected || cidr_overlap(&y, &x) != expected)
		fail_msg("%s and %s", a, b);
}

static void compares_networks(void **state)
{
	contains("10.0.0.0/24", "10.0.0.255", true);
	contains("10.0.0.0/24", "10.0.1.0", false);
	contains("10.0.0.7/24", "10.0.0.1", true);
	contains("10.0.0.8/29", "10.0.0.15", true);
	contains("10.0.0.8/29", "10.0.0.16", false);
	contains("0.0.0.0/0", "255.1.2.3", true);
	contains("::/0", "1.2.3.4", false);
	contains("1.2.3.4/32", "1.2.3.4", true);
	contains("1.2.3.4/32", "1.2.3.5", false);
	contains("fd00::/65", "fd00::7fff:0:0:1", true);
	contains("fd00::/65", "fd00::8000:0:0:1", false);
	overlap("10.0.0.0/8", "10.9.0.0/16", true);
	overlap("10.8.0.0/16", "10.9.0.0/16", false);
	overlap("0.0.0.0/0", "::/0", false);
	overlap("fd00::/8", "fd12::/16", true);
}

static void network(const char *written, const char *meant)
{
	struct cidr c = cidr(written), n;
	char text[IP_TEXT], whole[IP_TEXT + 8];
	assert_int_equal(cidr_has_host_bits(&c), strcmp(written, meant) != 0);
	cidr_network(&c, &n);
	ip_format(&n.address, text);
	snprintf(whole, sizeof(whole), "%s/%d", text, n.bits);
	assert_string_equal(whole, meant);
	assert_false(cidr_has_host_bits(&n));
}

static void host_bits(void **state)
{
	network("10.0.0.5/24", "10.0.0.0/24");
	network("10.0.0.0/24", "10.0.0.0/24");
	network("10.0.0.255/30", "10.0.0.252/30");
	network("255.255.255.255/0", "0.0.0.0/0");
	network("1.2.3.4/32", "1.2.3.4/32");
	network("fd00::1/64", "fd00::/64");
	network("ffff::ffff/127", "ffff::fffe/127");
}

static void nth(const char *in, uint64_t n, const char *expected)
{
	struct cidr c = cidr(in);
	struct ip ip;
	char text[IP_TEXT];
	bool found = cidr_nth(&c, n, &ip);
	assert_int_equal(found, expected != NULL);
	if (!found)
		return;
	ip_format(&ip, text);
	assert_string_equal(text, expected);
}

static void counts(void **state)
{
	nth("10.0.0.0/24", 0, "10.0.0.0");
	nth("10.0.0.77/24", 255, "10.0.0.255");
	nth("10.0.0.0/24", 256, NULL);
	nth("10.0.0.0/16", 258, "10.0.1.2");
	nth("10.0.0.1/32", 0, "10.0.0.1");
	nth("10.0.0.1/32", 1, NULL);
	nth("0.0.0.0/0", UINT32_MAX, "255.255.255.255");
	nth("0.0.0.0/0", (uint64_t)UINT32_MAX + 1, NULL);
	nth("fd00::/64", UINT64_MAX, "fd00::ffff:ffff:ffff:ffff");
	nth("fd00::/65", (uint64_t)1 << 63, NULL);
	nth("fd00::/8", 65536, "fd00::1:0");
	struct cidr v4 = cidr("0.0.0.0/0"), one = cidr("1.1.1.1/32"), v6 = cidr("fd00::/64"), big = cidr("::/65");
	assert_true(cidr_size(&v4) == (uint64_t)1 << 32);
	assert_true(cidr_size(&one) == 1);
	assert_true(cidr_size(&v6) == UINT64_MAX);
	assert_true(cidr_size(&big) == (uint64_t)1 << 63);
}

static void order(void **state)
{
	static const char *const sorted[] = { "0.0.0.1", "9.0.0.0", "10.0.0.0", "255.0.0.0", "::", "::1", "fd00::" };
	for (size_t i = 0; i < COUNT(sorted); i++)
		for (size_t k = 0; k < COUNT(sorted); k++) {
			struct ip a, b;
			assert_true(ip_parse(sorted[i], &a) && ip_parse(sorted[k], &b));
			int o = ip_compare(&a, &b);
			assert_true(i < k ? o < 0 : i > k ? o > 0 : o == 0);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats),
		cmocka_unit_test(refusals),
		cmocka_unit_test(agrees_with_libc),
		cmocka_unit_test(refuses_like_libc),
		cmocka_unit_test(reads_networks),
		cmocka_unit_test(compares_networks),
		cmocka_unit_test(host_bits),
		cmocka_unit_test(counts),
		cmocka_unit_test(order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
