/*
 * fact_hash.h: where a key stands in the table of slots, for the tool that makes it and for fact_find().
 */
#ifndef HPCC_SLURM_FACT_HASH_H
#define HPCC_SLURM_FACT_HASH_H

#include <stddef.h>
#include <stdint.h>

/* A power of two, at least twice the number of facts (facts_gen checks). */
enum { FACT_SLOTS = 2048 };

/* Without case, as Slurm compares keys: letters differ in one bit, which is set in all that keys are made of. */
static inline uint32_t fact_hash(int file, int section, const char *key)
{
	uint32_t h = 2166136261u ^ (uint32_t)(file * 31 + section);
	for (; *key; key++)
		h = (h ^ ((unsigned char)*key | 0x20u)) * 16777619u;
	return (h ^ h >> 13) & (FACT_SLOTS - 1);
}

/* Index + 1 into fact_table of what hashes here or before; 0: empty. */
extern const uint16_t fact_slots[FACT_SLOTS];

#endif
