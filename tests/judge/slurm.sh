#!/bin/bash
# Do the clients of three releases of Slurm take every slurm.conf that hpcc writes for them, without error or warning?
#
#   tests/judge/slurm.sh HPCC
#
# Each spec of specs/ is built for its own release's neighbours: 22.05 (Debian bookworm), 24.11 (trixie), 26.05 (sid), with
# `constrain: none` laid over it, as slurmd -G would look for cgroups that this machine may not have.
set -u
cd "$(dirname "$0")/../.." || exit 1
hpcc=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

declare -A release=([bookworm]=22.05 [trixie]=24.11 [sid]=26.05)
if ! tests/judge/roots.sh bookworm trixie sid >"$work/roots" 2>"$work/err"; then
	cat "$work/err"
	echo "FAIL slurm: the release roots could not be made"
	exit 1
fi
for suite in bookworm trixie sid; do
	printf 'slurm:\n  version: %s\n' "${release[$suite]}" >"$work/$suite.yaml"
	names=() folders=()
	for spec in specs/*.yaml specs/systems/*.yaml; do
		[ -e "$spec" ] || continue
		name=$(basename "$spec" .yaml)
		# A spec for containers alone says what machines cannot do.
		target=$(tests/judge/targets.sh "$hpcc" "$spec" slurm ansible compose swarm)
		[ "$target" != ansible ] || target=slurm
		if ! "$hpcc" build -q "$spec" --with "$work/$suite.yaml" --target "$target" -o "$work/$suite/$name" >"$work/out" 2>&1; then
			cat "$work/out"
			echo "FAIL slurm ${release[$suite]} $name: does not build"
			bad=1
			continue
		fi
		names+=("$name")
		folders+=("$(dirname "$(find "$work/$suite/$name" -path '*/etc/slurm/slurm.conf')")")
	done
	root=$(grep "/$suite\$" "$work/roots")
	tests/judge/slurm-parse.sh "$root" "${folders[@]}" >"$work/said" 2>&1
	code=$?
	for i in "${!names[@]}"; do
		if grep -F "${folders[$i]}" "$work/said"; then
			echo "FAIL slurm ${release[$suite]} ${names[$i]}"
			bad=1
		elif [ "$code" -gt 1 ]; then
			cat "$work/said"
			echo "FAIL slurm ${release[$suite]} ${names[$i]}: the judge itself failed"
			bad=1
		else
			echo "ok slurm ${release[$suite]} ${names[$i]}"
		fi
	done
done
exit $bad
