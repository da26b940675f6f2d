#include "compiler/check/check.h"

const struct rule rules_machine[] = {
	{ .name = NULL },
};
