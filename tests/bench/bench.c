/*
 * bench.c: how long a compile takes and how much memory, by number of nodes.
 *
 *	bench [REPEATS [TARGET]]
 *
 * Prints a table: for each size, seconds by phase (the median of the repeats), the whole, the peak of memory, and the time a node
 * as a ratio to the smallest size of the same shape: linear growth keeps it at or below 1. No time fails a test.
 * Each case runs in a process of its own, so that the peak is its own.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "compiler/compile.h"

enum { PHASES = 7, REPEATS_MAX = 101 };
static const char *const phase_names[PHASES] = { "read", "decode", "resolve", "check", "lower", "render", "emit" };

struct timing {
	double seconds[PHASES], last;
	const char *text, *target;
	size_t size;
};

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void phase(void *ctx, const char *name)
{
	struct timing *t = ctx;
	double at = now();
	for (int i = 0; i < PHASES; i++)
		if (strcmp(phase_names[i], name) == 0)
			t->seconds[i] += at - t->last;
	t->last = at;
}

static const char *reader(void *ctx, struct arena *a, const char *path, size_t *ret_size, const char **ret_error)
{
	struct timing *t = ctx;
	(void)a, (void)path, (void)ret_error;
	*ret_size = t->size;
	return t->text;
}

/* 24.05 is the last release that takes more than 65,536 nodes. */
static char *spec_text(long nodes, int distinct)
{
	size_t cap = 1024 + (distinct ? (size_t)nodes * 80 : 0);
	char *s = malloc(cap);
	int n = snprintf(s, cap, "hpcc: 1\ncluster: bench\nslurm:\n  version: 24.05\nnodes:\n");
	if (!distinct)
		n += snprintf(s + n, cap - (size_t)n, "  c[1-%ld]:\n    cpus: 4\n    memory: 8G\n", nodes);
	for (long i = 1; distinct && i <= nodes; i++)
		n += snprintf(s + n, cap - (size_t)n, "  c%ld:\n    cpus: %ld\n    memory: %ldM\n", i, i % 64 + 1,
			      1000 + i % 4096);
	/* No distribution that hpcc makes images of has 24.05. */
	snprintf(s + n, cap - (size_t)n, "images:\n  slurm: own:1\npartitions:\n  all:\n    nodes: ALL\n    default: true\n");
	return s;
}

static void compile_once(struct timing *t)
{
	t->last = now();
	struct compile *c = compile_new(reader, t);
	c->phase = phase;
	compile_spec(c, "bench.yaml", NULL, 0);
	compile_target(c, t->target);
	compile_finish(c);
	if (!compile_emit(c)) {
		fprintf(stderr, "bench: the spec has errors: %s\n", c->diags.list.v[0]->message);
		exit(1);
	}
	compile_free(c);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

struct outcome {
	double seconds[PHASES + 1]; /* the last: the whole */
	long peak_kib;
};

/* In a child, for a peak of its own. */
static void measure(const char *target, long nodes, int distinct, int repeats, int to)
{
	static double all[PHASES + 1][REPEATS_MAX];
	struct outcome o = { 0 };
	struct timing t = { .text = spec_text(nodes, distinct), .target = target };
	t.size = strlen(t.text);
	for (int r = 0; r < repeats; r++) {
		memset(t.seconds, 0, sizeof(t.seconds));
		double start = now();
		compile_once(&t);
		all[PHASES][r] = now() - start;
		for (int p = 0; p < PHASES; p++)
			all[p][r] = t.seconds[p];
	}
	for (int p = 0; p <= PHASES; p++) {
		qsort(all[p], (size_t)repeats, sizeof(double), by_value);
		o.seconds[p] = all[p][repeats / 2];
	}
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	o.peak_kib = u.ru_maxrss;
	if (write(to, &o, sizeof(o)) != sizeof(o))
		_exit(1);
	_exit(0);
}

int main(int argc, char **argv)
{
	static const long sizes[] = { 10, 1000, 10000, 100000 };
	int repeats = argc > 1 ? atoi(argv[1]) : 5;
	if (repeats < 1 || repeats > REPEATS_MAX)
		repeats = 5;
	printf("%-14s %7s", "nodes", "ms:");
	for (int p = 0; p < PHASES; p++)
		printf(" %8s", phase_names[p]);
	printf(" %9s %9s %12s\n", "whole", "peak MiB", "us a node");
	for (int distinct = 0; distinct < 2; distinct++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			int fd[2];
			struct outcome o;
			if (pipe(fd) != 0)
				return 1;
			fflush(stdout);
			pid_t child = fork();
			if (child == 0)
				measure(argc > 2 ? argv[2] : "slurm", sizes[i], distinct, repeats, fd[1]);
			close(fd[1]);
			if (read(fd[0], &o, sizeof(o)) != sizeof(o))
				return 1;
			close(fd[0]);
			waitpid(child, NULL, 0);
			printf("%-7ld %-14s", sizes[i], distinct ? "all distinct" : "one range");
			for (int p = 0; p < PHASES; p++)
				printf(" %8.2f", o.seconds[p] * 1e3);
			printf(" %9.2f %9.1f %12.3f\n", o.seconds[PHASES] * 1e3, (double)o.peak_kib / 1024,
			       o.seconds[PHASES] * 1e6 / (double)sizes[i]);
		}
	return 0;
}
