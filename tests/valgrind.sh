#!/bin/bash
# Every spec built under valgrind: no error, nothing lost.
#
#   tests/valgrind.sh HPCC
set -u
cd "$(dirname "$0")/.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
for spec in specs/*.yaml specs/systems/*.yaml tests/cases/overlays/*/base.yaml; do
	[ -e "$spec" ] || continue
	if valgrind -q --error-exitcode=9 --leak-check=full "$1" build -q "$spec" -o "$work/out" >"$work/said" 2>&1 || [ $? = 2 ]; then
		echo "ok valgrind $spec"
	else
		cat "$work/said"
		echo "FAIL valgrind $spec"
		bad=1
	fi
	rm -rf "$work/out"
done
exit $bad
