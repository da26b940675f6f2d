#!/bin/sh
# The first of some targets that a spec names; nothing where it names none of them.
#
#   tests/judge/targets.sh HPCC SPEC TARGET...
set -eu
hpcc=$1 spec=$2
shift 2
named=$("$hpcc" expand --bare "$spec" 2>/dev/null | sed -n '/^targets:$/,$ s/^  \([a-z]*\):.*/\1/p')
for target; do
	if printf '%s\n' "$named" | grep -qx "$target"; then
		printf '%s\n' "$target"
		break
	fi
done
