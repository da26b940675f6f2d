#!/bin/bash
# Is a compile linear in its nodes? Counts instructions, not seconds: the same on any machine, however busy.
#
#   tests/linear.sh HPCC
#
# Ten times the nodes may cost 13 times the instructions at most (sorting has a logarithm); quadratic code costs a hundred times.
set -u
hpcc=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

spec() { # spec NODES
	printf 'hpcc: 1\ncluster: big\nslurm:\n  version: 24.05\nnodes:\n'
	seq -f '%.0f' "$1" | awk '{ printf "  c%d:\n    cpus: %d\n    memory: %dM\n    gres:\n      qpu: 1\n", $1, $1 % 64 + 1, 1000 + $1 % 4096 }'
	printf 'partitions:\n'
	seq -f '%.0f' 1 100 "$1" | awk '{ printf "  p%d:\n    nodes: c%d\n    max_time: 1h\n", $1, $1 }'
	# No distribution that hpcc makes images of has 24.05.
	printf '  all:\n    nodes: ALL\n    default: true\nimages:\n  slurm: own:1\n'
}

count() { # count NODES: instructions of a lint
	spec "$1" >"$work/$1.yaml"
	valgrind --tool=callgrind --callgrind-out-file="$work/out" "$hpcc" lint --target slurm,ansible,compose "$work/$1.yaml" >/dev/null 2>"$work/said" || return 1
	sed -n 's/^.*Collected : \([0-9]*\).*$/\1/p' "$work/said"
}

if ! small=$(count 1000) || ! large=$(count 10000); then
	cat "$work/said"
	echo "FAIL linear: the lint itself failed"
	exit 1
fi
echo "instructions: $small for 1,000 nodes, $large for 10,000: $((large * 100 / small))% of the smaller"
if [ "$large" -le $((small * 13)) ]; then
	echo "ok linear"
else
	echo "FAIL linear: 10 times the nodes cost $((large / small)) times the instructions"
	exit 1
fi
