/* other_files.h: the rules of rules_other_files that stand in files of their own: of Slurm's smaller files. */
#ifndef HPCC_CHECK_OTHER_FILES_H
#define HPCC_CHECK_OTHER_FILES_H

#include "compiler/check/said.h"

/* other_files_spank.c */
void rule_spank_line(struct check *c);
void rule_spank_include(struct check *c);
void rule_spank_twice(struct check *c);
/* other_files_spank_spec.c: the same of a spec, and what only a spec can get wrong */
void spank_spec_line(struct check *c);
void spank_spec_twice(struct check *c);
void rule_spank_unread(struct check *c);
void rule_spank_place(struct check *c);
/* other_files_container.c */
void rule_base_path(struct check *c);
/* other_files_namespace.c */
void rule_namespace(struct check *c);
/* other_files_helpers.c */
void rule_helper_feature(struct check *c);
/* other_files_machine.c */
void rule_spank_missing(struct check *c);
void rule_helper_missing(struct check *c);
void rule_unknown_list_user(struct check *c);

#endif
