/*
 * rule_page.h: a rule's page, compiler/rules/NAME.md, taken apart: its name, its summary, its sections, its fences.
 *
 * Lives in memory of its own; page_free() gives it back.
 */
#ifndef HPCC_TESTS_RULE_PAGE_H
#define HPCC_TESTS_RULE_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "compiler/base/arena.h"
#include "compiler/base/list.h"

/* A fenced block: ```yaml, ```yaml other.yaml, ```yaml escaped (\xHH is a byte, \{COUNT TEXT} repeats), ```text; and ```conf, which is
 * slurm.conf, ```conf gres.conf. An example is a spec or a set of Slurm's files. ```root etc/passwd is a file of the machine that
 * these are for (var/log/ a folder, `device` a device), mode=0600 and uid=7 what it has; with one of them there is a machine.
 * slurm=24.11 is for that release, slurm=any for all, slurm=24.11..26.05 an upgrade. */
struct fence {
	const char *kind; /* "yaml", "conf", "text", "root" */
	const char *file; /* the name it is read by */
	const char *text; /* as bytes: escapes are taken out */
	size_t size;
	const char *slurm; /* NULL: as the page says */
	unsigned mode, uid;
	bool device;
	size_t start, end; /* of its lines in the page */
};

struct page_section {
	const char *name; /* "Bad" */
	bool said;	  /* it has text beside fences */
	LIST(struct fence) fences;
};

struct page {
	struct arena *arena;
	const char *path, *bytes;
	size_t size;
	const char *title, *summary, *targets; /* targets: "slurm,ansible" or NULL */
	const char *slurm;		       /* the release that files of Slurm's are for: "24.11" when the page says nothing */
	LIST(struct page_section) sections;
	const char *error; /* why it is no page, or NULL */
};

void page_read(struct page *p, struct arena *a, const char *path);
const struct page_section *page_section(const struct page *p, const char *name); /* NULL if absent */
const struct fence *page_fence(const struct page_section *s, const char *kind);	 /* the first, or NULL */
/* Writes the page anew with another text in that fence. */
bool page_replace(const struct page *p, const struct fence *f, const char *text, size_t size);

#endif
