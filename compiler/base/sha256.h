/*
 * sha256.h: SHA-256 (FIPS 180-4), for the manifest's hashes.
 */
#ifndef HPCC_BASE_SHA256_H
#define HPCC_BASE_SHA256_H

#include <stddef.h>

enum { SHA256_TEXT = 65 };
/* The digest in lower-case hexadecimal, NUL-terminated. */
void sha256_hex(const void *data, size_t size, char out[SHA256_TEXT]);

#endif
