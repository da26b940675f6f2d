/* init.c: hpcc init: a spec to start from. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "compiler/cli/cli.h"
#include "compiler/embed/embedded.h"

static int run(const struct verb *v, int argc, char **argv)
{
	const struct option_row rows[] = { OPTION_END };
	int code;
	if (!verb_options(v, rows, &argc, argv, &code))
		return code;
	if (argc > 1) {
		fprintf(stderr, "hpcc init: one file is wanted\n");
		return EXIT_COULD_NOT;
	}
	const char *path = argc ? argv[0] : "cluster.yaml";
	/* O_EXCL: never over a file that is there. */
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!f) {
		fprintf(stderr, "hpcc init: cannot make '%s': %s\n", path, strerror(errno));
		return EXIT_COULD_NOT;
	}
	fwrite(embedded_specs[0].text, 1, embedded_specs[0].size, f);
	if (fclose(f) != 0) {
		fprintf(stderr, "hpcc init: cannot write '%s': %s\n", path, strerror(errno));
		return EXIT_COULD_NOT;
	}
	printf("%s is a cluster of four nodes. Change it, then: hpcc build %s\n", path, path);
	return EXIT_FINE;
}

const struct verb verb_init = {
	.name = "init",
	.usage = "[FILE]",
	.summary = "write a spec to start from",
	.text = "FILE is cluster.yaml unless given; a file that exists is left alone.\n",
	.run = run,
};
