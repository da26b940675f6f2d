#!/bin/bash
# docker compose reads every compose file that hpcc writes: those of specs/, and of each key's case that is laid over a base with this
# target. One line each. It must find nothing to complain of, and no variable of which it does not know the value.
#
#   tests/judge/compose.sh HPCC
set -u
here=$(cd "$(dirname "$0")" && pwd)
hpcc=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=SCRIPTDIR/../boot/engine.sh
. "$here/../boot/engine.sh"
engine_compose >"$work/said" 2>&1 || { cat "$work/said"; echo "FAIL compose: docker compose cannot be had"; exit 1; }
bad=0

judge() { # NAME SPEC [WITH]
	local out=$work/$1
	if ! "$hpcc" build -q "$2" ${3:+--with "$3"} --target compose -o "$out" >"$work/said.$1" 2>&1; then
		echo "FAIL compose $1: does not build"
		cat "$work/said.$1"
		return 1
	fi
	# The secrets' files are made at the first `up`; compose looks for none of them in `config`.
	# Over several hosts there is a file for each of them.
	local file
	find "$out/compose" -name compose.yaml >"$work/files.$1"
	while read -r file; do
		if ! (cd "$(dirname "$file")" && env -u HPCC_NET -u HPCC_STATE docker compose -f compose.yaml config -q) >"$work/said.$1" 2>&1 </dev/null ||
			[ -s "$work/said.$1" ]; then
			cat "$work/said.$1"
			echo "FAIL compose $1 ${file#"$out/compose/"}"
			return 1
		fi
	done <"$work/files.$1"
	[ -s "$work/files.$1" ] || { echo "FAIL compose $1: no compose.yaml" && return 1; }
	echo "ok   compose $1"
}

cd "$here/../.." || exit 1
for spec in specs/*.yaml specs/systems/*.yaml; do
	[ -n "$(tests/judge/targets.sh "$hpcc" "$spec" compose)" ] || continue
	judge "$(basename "$spec" .yaml)" "$spec" || bad=1
done
cases=tests/cases/keys
for case in "$cases"/*.yaml; do
	base=$(sed -n 's/^# base: //p' "$case")
	case $base in compose | machines | macvlan | spank) ;; *) continue ;; esac
	judge "$(basename "$case" .yaml)" "$cases/base/$base.yaml" "$case" || bad=1
done
exit $bad
