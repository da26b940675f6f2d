/* build.c: hpcc build: the files of every target. */
#include "compiler/cli/cli.h"

#include "compiler/cli/save.h"
