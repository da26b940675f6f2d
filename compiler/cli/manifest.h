/*
 * manifest.h: what hpcc wrote into OUT/<target>/, as a file that lies there.
 *
 *	{
 *	  "about": "...",
 *	  "format": 1,
 *	  "target": "compose",
 *	  "files": {
 *	    "etc/slurm.conf": { "sha256": "...", "mode": "0644", "size": 812 }
 *	  },
 *	  "overlays": [ "compose.override.yaml" ]
 *	}
 *
 * By the hashes the next build knows which files are still as hpcc wrote them. Files are sorted by path; nothing that
 * varies stands in it. The overlays are those that the target honours, there or not, so that what lies on one machine
 * alone does not change the manifest.
 */
#ifndef HPCC_CLI_MANIFEST_H
#define HPCC_CLI_MANIFEST_H

#include <stdbool.h>

#include "compiler/base/sha256.h"
#include "compiler/base/text.h"

#define MANIFEST_NAME ".hpcc-manifest.json"

struct saved_file {
	const char *path;
	const char *data; /* NULL when it comes from a manifest */
	size_t size;
	unsigned mode;
	char sha256[SHA256_TEXT];
};

struct saved_files {
	struct saved_file *v;
	size_t n, cap;
};

enum manifest_state {
	MANIFEST_OURS,
	MANIFEST_NOT_OURS, /* not JSON (a merge's conflict marks), or not as we write it, or of another target */
	MANIFEST_NEWER,
};

/* Whether hpcc may have a file of this path: a valid one, not in state/, not one of its own .hpcc-* names. */
bool saved_path_valid(const char *path);
void saved_files_sort(struct saved_files *files);

/* `overlays` ends with NULL and may be NULL. */
void manifest_print(struct text *t, const char *target, const struct saved_files *files, const char *const *overlays);
enum manifest_state manifest_parse(struct arena *a, const char *bytes, size_t size, const char *target,
				   struct saved_files *ret);

#endif
