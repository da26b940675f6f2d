#!/bin/bash
# Do real Slurm clients and daemons read what hpcc builds of random valid specs?
#
#   tests/random/judge.sh HPCC [COUNT [SEED]]
#
# For each release that Debian has: COUNT specs (300) of one SEED (1) are built for the target slurm without an error, and
# their slurm.conf, gres.conf and cgroup.conf are read by the release itself (tests/judge/slurm-parse.sh): slurm.conf by its
# client; and where a spec has GRES, all three by slurmd for one node. That is done twice: as they are, where
# slurmd may stop at what this machine lacks (cgroups, the node's cores), and without cgroups and cores, where it may not.
# One line a release: ok or FAIL and the seconds; before a FAIL a line for each spec: the command that makes it
# again, the file or node, and what was said.
# HPCC_RANDOM_RELEASES="24.11" leaves out the others. 0 when all agree, 1 when not, 77 where it cannot be tried.
set -euo pipefail

if [ $# -lt 1 ]; then
	echo "usage: $0 HPCC [COUNT [SEED]]" >&2
	exit 1
fi
hpcc=$1
count=${2:-300}
seed=${3:-1}
here=$(cd "$(dirname "$0")" && pwd)
declare -A suite_of=([22.05]=bookworm [24.11]=trixie [26.05]=sid)

if [ "$(id -u)" != 0 ]; then
	echo "skip random: must be root to enter the releases' roots"
	exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'slurm:\n  constrain: [none]\n  options: { SlurmdParameters: [config_overrides] }\n' >"$work/none.yaml"

# What slurmd says of a machine that is not the node's, once it has read its files.
lacking='cgroup filesystem not mounted|Node configuration differs from hardware|xcpuinfo_abs_to_mac: failed|: exit 1$'

# The first node of the first group that has GRES, by the text of its hostlist.
gres_node() # CONF_DIR
{
	local line
	[ -f "$1/gres.conf" ] || return 0
	line=$(grep -m 1 '^NodeName=' "$1/gres.conf") || return 0
	line=${line#NodeName=}
	line=${line%% *}
	# Up to the first comma outside brackets, then the first number of each bracket.
	sed -E ':a; s/^([^][,]*(\[[^]]*\][^][,]*)*),.*$/\1/; s/\[([0-9]+)[^]]*\]/\1/; ta' <<<"$line"
}

failed=0
for release in ${HPCC_RANDOM_RELEASES:-22.05 24.11 26.05}; do
	start=$EPOCHREALTIME
	bad=0
	root=$("$here/../judge/roots.sh" "${suite_of[$release]}")
	"$here/spec.py" --seed "$seed" --count "$count" --release "$release" -o "$work/$release"
	for spec in "$work/$release"/*.yaml; do
		out=${spec%.yaml}
		again=$(sed -n '1s/^# //p' "$spec")
		if ! "$hpcc" build --quiet --target slurm -o "$out" "$spec" >"$work/said" 2>&1; then
			echo "$again: build: $(grep -m 1 error "$work/said" || head -n 1 "$work/said")"
			bad=$((bad + 1))
			continue
		fi
		conf=$out/slurm/files/etc/slurm
		printf '%s\n' "$conf" >>"$work/$release/words"
		node=$(gres_node "$conf")
		# auth/slurm wants its key, which is a secret: not in what is built.
		if [ -z "$node" ] || grep -q '^AuthType=auth/slurm' "$conf/slurm.conf"; then continue; fi
		printf '%s=%s\n' "$conf" "$node" >>"$work/$release/words"
		"$hpcc" build --quiet --target slurm --with "$work/none.yaml" -o "$out.none" "$spec" 2>/dev/null
		conf=$out.none/slurm/files/etc/slurm
		sed -i 's/ Cores=[^ ]*//' "$conf/gres.conf"
		printf '%s=%s\n' "$conf" "$node" >>"$work/$release/words"
	done
	while IFS= read -r line; do
		spec=${line#"$work/$release/"}
		spec=${spec%%/*}
		# A line without a name is one more that was said of the same.
		if [ ! -e "$work/$release/${spec%.none}.yaml" ]; then
			echo "  $line"
			continue
		fi
		if [ "${spec%.none}" = "$spec" ] && grep -qE "$lacking" <<<"$line"; then continue; fi
		spec=$work/$release/${spec%.none}.yaml
		echo "$(sed -n '1s/^# //p' "$spec"): ${line#*/etc/slurm}"
		bad=$((bad + 1))
	done < <("$here/../judge/slurm-parse.sh" "$root" - <"$work/$release/words" || true)
	read_by_slurmd=$(grep -c 'none/.*=' "$work/$release/words" || true)
	verdict=ok
	if [ "$bad" -gt 0 ]; then
		verdict=FAIL
		failed=1
	fi
	printf '%s random %s: %d specs, %d of them by slurmd too, %d bad, %.1f s\n' "$verdict" "$release" "$count" \
		"$read_by_slurmd" "$bad" "$(bc -l <<<"$EPOCHREALTIME - $start" 2>/dev/null || echo 0)"
done
exit "$failed"
