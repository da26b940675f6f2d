#!/bin/bash
# Do clusters of random valid specs come up on real daemons, and are they what the model says?
#
#   tests/random/boot.sh HPCC [COUNT [SEED]]
#
# For each release that Debian has: COUNT specs (10) of one SEED (1), made by boot_spec.py, are built with
# tests/boot/release-NN.NN.yaml laid over and booted by tests/boot/cluster.sh, which compares what the daemons say with
# the model. One line a spec: ok or FAIL, release, seed, number and seconds; a FAIL is followed by the steps, with what the
# failed ones said, and by the command that makes the spec again.
# HPCC_RANDOM_RELEASES="24.11" leaves out the others, HPCC_RANDOM_FIRST=N begins at spec N, HPCC_RANDOM_KEEP=DIR keeps specs,
# builds and logs there. 0 when all came up, 1 when not, 77 where it cannot be tried.
set -euo pipefail

if [ $# -lt 1 ]; then
	echo "usage: $0 HPCC [COUNT [SEED]]" >&2
	exit 1
fi
hpcc=$1
count=${2:-10}
seed=${3:-1}
here=$(cd "$(dirname "$0")" && pwd)
boot=$here/../boot
first=${HPCC_RANDOM_FIRST:-0}
declare -A suite_of=([22.05]=bookworm [24.11]=trixie [26.05]=sid)

if [ "$(id -u)" != 0 ]; then
	echo "skip random boot: must be root to make machines"
	exit 77
fi
if [ -n "${HPCC_RANDOM_KEEP:-}" ]; then
	work=$HPCC_RANDOM_KEEP
	mkdir -p "$work"
else
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
fi

# Builds the spec into $out, with what is expected of it.
build() # SPEC RELEASE OUT
{
	"$hpcc" build --quiet "$1" --with "$boot/release-$2.yaml" --target slurm -o "$3" || return 1
	"$hpcc" expand --model "$1" --with "$boot/release-$2.yaml" --target slurm >"$3/model.json" 2>/dev/null || return 1
	/usr/bin/python3 "$boot/expect.py" "$3/model.json" >"$3/expect.json"
}

failed=0
for release in ${HPCC_RANDOM_RELEASES:-22.05 24.11 26.05}; do
	"$here/boot_spec.py" --seed "$seed" --first "$first" --count "$count" --release "$release" -o "$work/$release"
	for ((i = first; i < first + count; i++)); do
		start=$EPOCHREALTIME
		name=$(printf '%04d' "$i")
		spec=$work/$release/$name.yaml
		out=${spec%.yaml}
		verdict=ok
		rm -rf "$out"
		{
			build "$spec" "$release" "$out" &&
				HPCC_BOOT_LOGS=$out.logs "$boot/cluster.sh" "$out/slurm" "${suite_of[$release]}" "$out/expect.json"
		} >"$out.said" 2>&1 || verdict=FAIL
		took=$((${EPOCHREALTIME/./} - ${start/./}))
		printf '%-4s random boot %s %s/%s (%d.%d s)\n' "$verdict" "$release" "$seed" "$i" \
			$((took / 1000000)) $((took % 1000000 / 100000))
		if [ "$verdict" = FAIL ]; then
			failed=1
			# Not at the start of a line, where check.sh would count the steps too.
			sed 's/^/  /' "$out.said"
			echo "  $(sed -n '1s/^# //p' "$spec") -o DIR"
		elif [ -z "${HPCC_RANDOM_KEEP:-}" ]; then
			rm -rf "$out" "$out.logs"
		fi
	done
done
exit "$failed"
