/*
 * value.h: what a value of a Slurm file means, read as Slurm reads it.
 *
 * Where Slurm takes something that nobody means (an empty number, a lone "k"), these refuse.
 */
#ifndef HPCC_SLURM_VALUE_H
#define HPCC_SLURM_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler/base/arena.h"
#include "compiler/base/list.h"

#define SLURM_INFINITE	       UINT64_MAX /* slurm_number(): INFINITE, UNLIMITED */
#define SLURM_INFINITE_MINUTES UINT32_MAX /* slurm_minutes() */

/* A whole number as strtoul(base 0) takes it: decimal, 0x.., and octal after a leading 0 ("010" is 8, "08" is none).
 * One suffix k or K multiplies by 1024: 32- and 64-bit keys take it, 16-bit keys do not. INFINITE and UNLIMITED in any
 * case are SLURM_INFINITE. Signs are refused. (parse_value.c: s_p_handle_uint16, _uint32, _uint64) */
bool slurm_number(const char *value, uint64_t *ret);
/* Whether a number is written so that Slurm reads it as octal: a leading zero and more digits. */
bool slurm_number_octal(const char *value);
/* yes up true 1, no down false 0, in any case. (s_p_handle_boolean) */
bool slurm_bool(const char *value, bool *ret);
/* Whether a floating-point key takes it: digits, a point, an exponent; INFINITE, UNLIMITED. No unit. (s_p_handle_float)
 */
bool slurm_float_valid(const char *value);

/* A time: "min", "min:sec", "hh:mm:ss", "d-hh[:mm[:ss]]" in minutes, seconds rounded up; "INFINITE", "UNLIMITED", "-1"
 * are SLURM_INFINITE_MINUTES. (parse_time.c: _is_valid_timespec, time_str2mins) */
bool slurm_minutes(const char *value, uint32_t *ret);

/* One item of a node's Gres=: name[:type][:no_consume][:count][(S:0-1)]. */
struct gres_item {
	const char *name, *type; /* type: NULL when it has none */
	uint64_t count;		 /* 1 when it is not written */
	bool no_consume;
	const char *sockets; /* what stood in the parentheses ("S:0-1"), or NULL */
};

struct gres_items {
	LIST(struct gres_item) list;
};

/* Parses a comma-separated list into copies in the arena; "" is the empty list. On failure says false, and in
 * *ret_error what is wrong. A last part that begins with a digit is the count, so that a type such as "1080ti" needs a
 * count after it. (interfaces/gres.c: _get_gres_cnt) */
bool slurm_gres_parse(struct arena *a, const char *value, struct gres_items *ret, const char **ret_error);
/* A count with its suffix: k m g t p and kib mib .. are powers of 1024, kb mb .. of 1000, in any case. (gres.c,
 * suffix_mult) */
bool slurm_gres_count(const char *value, uint64_t *ret);

#endif
