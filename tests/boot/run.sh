#!/bin/bash
# Boots what hpcc builds from specs/, unchanged, on the daemons of three releases of Slurm, on this machine.
#
#   tests/boot/run.sh HPCC [some|all]
#
# some: each kind once (which covers the three releases), target compose on a Docker engine (containers.sh), and clusters over two hosts
# (machines.sh). all: every kind on every release, deliberate faults, random specs. Both ask the daemons what they make of wrong files
# (tests/agreement): a sample, or all.
# A line a step: ok or FAIL. As root. What every spec gets laid over it is release-NN.NN.yaml: the release, and no cgroups, which this
# kind of test cannot give (README.md says so).
set -u
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.." || exit 1
hpcc=$1
how=${2:-some}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
declare -A release=([bookworm]=22.05 [trixie]=24.11 [sid]=26.05)

[ "$(id -u)" = 0 ] || { echo "FAIL boot: must be root"; exit 1; }

# report NAME CODE SINCE: the steps in $work/said, each with the name before it; all that was said when one failed.
report() {
	sed -n "/ in all/d; s|^ok |ok   $1: |p; s|^FAIL |FAIL $1: |p; /^     up to/p" "$work/said"
	if [ "$2" != 0 ]; then
		# Set in: each FAIL was counted above.
		sed 's/^/      /' "$work/said"
		grep -q '^FAIL' "$work/said" || echo "FAIL $1: exit $2"
		bad=1
	fi
	echo "     $1: $((SECONDS - $3)) s"
}

# boot SPEC SUITE [OVERLAY]: builds and boots, and compares what the daemons say with what the model means.
boot() {
	local name start=$SECONDS out layers=("$1")
	name=$(basename "$1" .yaml)
	out=$work/$name-$2
	[ $# -lt 3 ] || layers+=(--with "$3")
	layers+=(--with "$here/release-${release[$2]}.yaml" --target slurm)
	if ! "$hpcc" build -q "${layers[@]}" -o "$out" >"$work/said" 2>&1 ||
		! "$hpcc" expand --model "${layers[@]}" >"$out/model.json" 2>>"$work/said" ||
		! /usr/bin/python3 "$here/expect.py" "$out/model.json" >"$out/expect.json" 2>>"$work/said"; then
		cat "$work/said"
		echo "FAIL boot $name on ${release[$2]}: does not build"
		bad=1
		return
	fi
	local code=0
	HPCC_BOOT_LOGS=$work/logs-$name-$2 "$here/cluster.sh" "$out/slurm" "$2" "$out/expect.json" >"$work/said" 2>&1 || code=$?
	report "boot $name on ${release[$2]}" "$code" "$start"
}

# containers WHAT SUITE: target compose, on a Docker engine of this machine.
containers() {
	local start=$SECONDS code=0
	"$here/containers.sh" "$hpcc" "$1" "$2" >"$work/said" 2>&1 || code=$?
	report "containers $1 on ${release[$2]}" "$code" "$start"
}

# machines WHAT SUITE: clusters over two hosts, each a namespace with an engine of its own.
machines() {
	local start=$SECONDS code=0
	"$here/machines.sh" "$hpcc" "$1" "$2" >"$work/said" 2>&1 || code=$?
	report "machines $1 on ${release[$2]}" "$code" "$start"
}

# roundtrip SUITE [NAME...]: what import makes of existing files means the same to the daemons.
roundtrip() {
	local start=$SECONDS
	tests/import/roundtrip.sh "$hpcc" "$@" || bad=1
	echo "     round trip on ${release[$1]}: $((SECONDS - start)) s"
}

# agreement [OPTION]...: do the daemons still do with the files of tests/agreement what is recorded there, and what lint is held to?
agreement() {
	local start=$SECONDS code=0
	/usr/bin/python3 "$here/../agreement/daemons.py" "$@" >"$work/said" 2>&1 || code=$?
	report "agreement" "$code" "$start"
}

if [ "$how" = some ]; then
	boot specs/quickstart.yaml trixie
	boot specs/two-kinds.yaml bookworm
	boot specs/quickstart.yaml sid
	boot specs/two-kinds.yaml sid
	boot specs/accounting.yaml trixie
	containers life trixie
	containers classroom trixie
	machines broken trixie
	machines swarm trixie
	roundtrip trixie old-style node-sets gpu-mig ha-pair racks
	agreement --sample 5
	exit $bad
fi
for suite in bookworm trixie sid; do
	for spec in quickstart two-kinds accounting; do
		boot "specs/$spec.yaml" "$suite"
	done
	if "$here/broken.sh" "$suite" >"$work/said" 2>&1; then
		echo "ok   boot: every deliberate fault is found on ${release[$suite]}"
	else
		cat "$work/said"
		echo "FAIL boot: deliberate faults on ${release[$suite]}"
		bad=1
	fi
done
for suite in bookworm trixie sid; do
	roundtrip "$suite"
	containers life "$suite"
	containers classroom "$suite"
done
containers pair trixie
containers supervisord trixie
containers source trixie
machines broken trixie
for suite in bookworm trixie sid; do
	machines hybrid "$suite"
	machines swarm "$suite"
done
for kind in macvlan overlay published; do machines $kind trixie; done
machines mpi trixie
machines mpi-swarm trixie
machines swarm-life trixie
# Two controllers with one state, preemption, QOS that partitions allow.
boot specs/university.yaml trixie "$here/university-small.yaml"
"$here/../random/boot.sh" "$hpcc" 10 1 || bad=1
agreement
exit $bad
