/*
 * lint.c: how long the lint of a slurm.conf takes, by its NodeName lines.
 *
 *	bench_lint [REPEATS]
 *
 * Prints a table: milliseconds for one release (the median of the repeats) and for all of them, and what a line costs
 *as a ratio to the smallest case: linear growth keeps it at or below 1. One line of 65,536 nodes is compared with one
 *of one node. No time fails a test.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "compiler/compile.h"

enum { REPEATS_MAX = 101 };

struct text_file {
	char *bytes;
	size_t size;
};

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static const char *reader(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error)
{
	struct text_file *f = ctx;
	(void)a;
	*ret_error = "no such file or directory";
	*ret_size = f->size;
	return strcmp(path, "slurm.conf") == 0 ? f->bytes : NULL;
}

/* Lines of one node each, all distinct; or, of 0 lines, one line of so many nodes. */
static struct text_file conf(long lines, long nodes)
{
	size_t cap = 1024 + (size_t)lines * 120, n;
	struct text_file f = { .bytes = malloc(cap) };
	n = (size_t)snprintf(f.bytes, cap, "ClusterName=bench\nSlurmctldHost=ctl\n");
	for (long i = 1; i <= lines; i++)
		n += (size_t)snprintf(f.bytes + n, cap - n,
				      "NodeName=n%ld CPUs=%ld RealMemory=%ld NodeAddr=10.%ld.%ld.%ld Weight=%ld\n", i,
				      i % 64 + 1, 1000 + i, i / 65536, i / 256 % 256, i % 256, i);
	if (!lines)
		n += (size_t)snprintf(f.bytes + n, cap - n, "NodeName=node[00001-%05ld] CPUs=4 RealMemory=8000\n",
				      nodes);
	n += (size_t)snprintf(f.bytes + n, cap - n, "PartitionName=all Nodes=ALL Default=YES\n");
	f.size = n;
	return f;
}

static double lint(struct text_file *f, int all)
{
	double start = now();
	struct compile *c = compile_new(reader, f);
	compile_slurm_add(c, "slurm.conf", SLURM_FILE_COUNT);
	if (all)
		compile_fit(c);
	else
		compile_slurm(c, RELEASE_24_11);
	compile_finish(c);
	compile_free(c);
	return now() - start;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(struct text_file *f, int all, int repeats)
{
	double times[REPEATS_MAX];
	for (int i = 0; i < repeats; i++)
		times[i] = lint(f, all);
	qsort(times, (size_t)repeats, sizeof(times[0]), by_value);
	return times[repeats / 2] * 1e3;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		long lines, nodes, per;
	} cases[] = {
		{ "1 line, 1 node", 0, 1, 1 },	     { "1 line, 65,536 nodes", 0, 65536, 1 },
		{ "1,000 lines", 1000, 0, 1000 },    { "10,000 lines", 10000, 0, 10000 },
		{ "50,000 lines", 50000, 0, 50000 },
	};
	int repeats = argc > 1 ? atoi(argv[1]) : 5;
	double first[2] = { 0 };
	if (repeats < 1 || repeats > REPEATS_MAX)
		repeats = 5;
	printf("%-22s %12s %14s %7s %7s\n", "slurm.conf", "24.11: ms", "all eight: ms", "ratio", "ratio");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text_file f = conf(cases[i].lines, cases[i].nodes);
		double one = median(&f, 0, repeats), all = median(&f, 1, repeats);
		double per_one = one / (double)cases[i].per, per_all = all / (double)cases[i].per;
		if (i == 0 || i == 2) {
			first[0] = per_one;
			first[1] = per_all;
		}
		printf("%-22s %12.2f %14.2f %7.2f %7.2f\n", cases[i].name, one, all, per_one / first[0],
		       per_all / first[1]);
		free(f.bytes);
	}
	return 0;
}
