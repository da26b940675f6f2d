/*
 * Runs a fuzz target over the files and folders that are named: the corpus as an ordinary test, without clang.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t inputs;

static void fail(const char *path)
{
	fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
	exit(1);
}

static void run_file(const char *path, size_t size)
{
	FILE *f = fopen(path, "rb");
	uint8_t *bytes = malloc(size ? size : 1); /* exactly as large: a read past the end shows */
	if (!f || !bytes || fread(bytes, 1, size, f) != size)
		fail(path);
	fclose(f);
	LLVMFuzzerTestOneInput(bytes, size);
	free(bytes);
	inputs++;
}

static void run(const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0)
		fail(path);
	if (!S_ISDIR(st.st_mode)) {
		run_file(path, (size_t)st.st_size);
		return;
	}
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort);
	if (n < 0)
		fail(path);
	for (int i = 0; i < n; i++) {
		size_t size = strlen(path) + strlen(names[i]->d_name) + 2;
		char *inner = malloc(size);
		if (!inner)
			fail(path);
		snprintf(inner, size, "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			run(inner);
		free(inner);
		free(names[i]);
	}
	free(names);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		run(argv[i]);
	if (inputs == 0) {
		fprintf(stderr, "replay: no inputs\n");
		return 1;
	}
	printf("%zu inputs\n", inputs);
	return 0;
}
