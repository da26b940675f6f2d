/* rule_machine.h: the machine that the fences ```root of a page's section describe. */
#ifndef HPCC_TESTS_RULE_MACHINE_H
#define HPCC_TESTS_RULE_MACHINE_H

#include "compiler/slurm/machine.h"
#include "tests/unit/rule_page.h"

/* NULL when the section has none. */
const struct machine *page_machine(struct arena *a, const struct page_section *s);

#endif
