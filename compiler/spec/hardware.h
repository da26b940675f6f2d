/*
 * hardware.h: rows that stand in several tables: what a machine has, what a node offers. The word for
 * the struct is the macro's argument, so that each table checks its own members.
 */
#ifndef HPCC_SPEC_HARDWARE_H
#define HPCC_SPEC_HARDWARE_H

#include "compiler/spec/check.h"
#include "compiler/spec/spec.h"

/* clang-format off */
#define HARDWARE_ROWS(S)                                                                                               \
	{ .key = "cpus", AS_INT(S, cpus), .min = 1, .max = 65535, .slurm = "CPUs",                                     \
	  .derived = "sockets x cores x threads",                                                                      \
	  .doc = "Processors that Slurm hands out. Either this or `sockets`, `cores` and `threads`." },                \
	{ .key = "boards", AS_INT(S, boards), .min = 1, .max = 65535, .slurm = "Boards",                               \
	  .doc = "Baseboards; `sockets` counts all of them." },                                                        \
	{ .key = "sockets", AS_INT(S, sockets), .min = 1, .max = 65535, .slurm = "Sockets",                            \
	  .doc = "Processor sockets." },                                                                               \
	{ .key = "cores", AS_INT(S, cores), .min = 1, .max = 65535, .slurm = "CoresPerSocket",                         \
	  .doc = "Cores in one socket." },                                                                             \
	{ .key = "threads", AS_INT(S, threads), .min = 1, .max = 65535, .slurm = "ThreadsPerCore",                     \
	  .doc = "Hardware threads in one core." }

#define NODE_ROWS(S)                                                                                                   \
	{ .key = "tmp_disk", AS_MEMORY(S, tmp_disk), .slurm = "TmpDisk", .form = FORM_MEBIBYTES,                       \
	  .doc = "Temporary disk space that jobs may ask for." },                                                      \
	{ .key = "features", AS_TEXTS(S, features), .check = check_feature, .slurm = "Features",                       \
	  .doc = "Words that jobs ask for with `--constraint`." },                                                     \
	{ .key = "weight", AS_INT(S, weight), .min = 1, .max = INT64_C(4294967294), .slurm = "Weight",                 \
	  .doc = "Nodes of lower weight are given out first." },                                                       \
	{ .key = "gres", AS_MAP(S, gres, gres_shape), .ranked = true, .check = check_word,                             \
	  .doc = "Generic resources by name, such as `gpu: 4` or `qpu: 1`; a list where one name has several types." }
/* clang-format on */

#endif
