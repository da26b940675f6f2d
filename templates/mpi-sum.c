/*
 * The smallest MPI program that shows that ranks reach each other: every rank gives its number plus one, and all get the
 * sum. Rank 0 prints "sum N of P ranks on H hosts". Exit 1 if the sum is wrong anywhere.
 *
 * It is compiled when the image is built, into /usr/local/bin/hpcc-mpi-sum, so that `cluster verify full` needs no compiler.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Names are sorted in place. */
static int count_distinct(char *names, int count)
{
	int distinct = 1;

	qsort(names, (size_t)count, MPI_MAX_PROCESSOR_NAME, compare_names);
	for (int i = 1; i < count; i++)
		distinct += strcmp(names + (size_t)i * MPI_MAX_PROCESSOR_NAME,
				   names + (size_t)(i - 1) * MPI_MAX_PROCESSOR_NAME) != 0;
	return distinct;
}

int main(int argc, char **argv)
{
	char name[MPI_MAX_PROCESSOR_NAME] = "";
	char *names = NULL;
	long mine, sum = 0, want;
	int rank, ranks, length, wrong, wrong_anywhere = 0;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &ranks);
	MPI_Get_processor_name(name, &length);

	mine = rank + 1;
	want = (long)ranks * (ranks + 1) / 2;
	MPI_Allreduce(&mine, &sum, 1, MPI_LONG, MPI_SUM, MPI_COMM_WORLD);
	wrong = sum != want;
	MPI_Allreduce(&wrong, &wrong_anywhere, 1, MPI_INT, MPI_LOR, MPI_COMM_WORLD);

	if (rank == 0) {
		names = calloc((size_t)ranks, MPI_MAX_PROCESSOR_NAME);
		if (!names) {
			fprintf(stderr, "hpcc-mpi-sum: out of memory\n");
			MPI_Abort(MPI_COMM_WORLD, 1);
		}
	}
	MPI_Gather(name, MPI_MAX_PROCESSOR_NAME, MPI_CHAR, names, MPI_MAX_PROCESSOR_NAME, MPI_CHAR, 0, MPI_COMM_WORLD);
	if (rank == 0) {
		printf("sum %ld of %d ranks on %d hosts\n", sum, ranks, count_distinct(names, ranks));
		if (wrong_anywhere) fprintf(stderr, "hpcc-mpi-sum: the sum should be %ld on every rank\n", want);
		fflush(stdout);
	}
	free(names);
	MPI_Finalize();
	return wrong_anywhere;
}
