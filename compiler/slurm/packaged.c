#include "compiler/slurm/packaged.h"

#include <string.h>

#define CALLED(...)                                                                                                    \
	(const char *const[])                                                                                          \
	{                                                                                                              \
		__VA_ARGS__, NULL                                                                                      \
	}

/* Debian: packages slurm-wlm, tracker.debian.org; sid's slurm-wlm-basic-plugins has no mpi_pmix. Ubuntu and EPEL by
 * their package lists, untested. */
static const struct packaged rows[] = {
	{ "debian:bookworm-slim", CALLED("debian:bookworm", "debian:12"), RELEASE_22_05, true, true },
	{ "debian:trixie-slim", CALLED("debian:trixie", "debian:13"), RELEASE_24_11, true, true },
	{ "debian:sid-slim", CALLED("debian:sid", "debian:unstable"), RELEASE_26_05, false, true },
	{ "ubuntu:24.04", CALLED("ubuntu:24.04", "ubuntu:noble"), RELEASE_23_11, true, false },
	{ "ubuntu:22.04", CALLED("ubuntu:22.04", "ubuntu:jammy"), RELEASE_NONE, true, false },
	{ "rockylinux:9", CALLED("rockylinux:9", "almalinux:9", "rocky:9"), RELEASE_22_05, true, false },
};

const struct packaged *packaged_release(enum release r)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].tested && rows[i].release == r)
			return &rows[i];
	return NULL;
}

const struct packaged *packaged_base(const char *reference)
{
	const char *slash = strrchr(reference, '/'), *name = slash ? slash + 1 : reference;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t j = 0; rows[i].called[j]; j++) {
			size_t n = strlen(rows[i].called[j]);
			if (strncmp(name, rows[i].called[j], n) == 0 && (!name[n] || strchr("-.@", name[n])))
				return &rows[i];
		}
	return NULL;
}
