/* storage.h: what the files share that look at what is put on hosts. */
#ifndef HPCC_CHECK_STORAGE_H
#define HPCC_CHECK_STORAGE_H

#include "compiler/check/check.h"

/* What stands at a path of the system's itself, in words, or NULL (hier(7)). */
const char *system_path(const char *path);

/* storage_files.c */
void check_id_clash(struct check *c);
void check_unused_secret(struct check *c);
void check_secret_size(struct check *c);
void check_world_writable(struct check *c);
void check_secret_place(struct check *c);
/* storage_json.c */
void check_file_json(struct check *c);
/* Where bytes of a file's text stand, in the spec or in its source; the whole of it where that cannot be said. */
struct span file_span(const struct check *c, const struct file *f, size_t start, size_t end);

#endif
