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

conf() { # conf NODES: a slurm.conf of so many distinct lines
	printf 'ClusterName=big\nSlurmctldHost=ctl\nSlurmUser=slurm\n'
	seq -f '%.0f' "$1" | awk '{ printf "NodeName=c%d CPUs=%d RealMemory=%d Weight=%d\n", $1, $1 % 64 + 1, 1000 + $1 % 4096, $1 }'
	printf 'PartitionName=all Nodes=ALL Default=YES\n'
}

sets() { # sets N: node sets of which each holds the next twice, and as many partitions of one long list
	printf 'ClusterName=big\nSlurmctldHost=ctl\nSlurmUser=slurm\n'
	seq -f '%.0f' "$1" | awk '{ printf "NodeName=c%d CPUs=2\nNodeSet=s%d Nodes=s%d,s%d,c%d\n", 2 * $1, $1, $1 + 1, $1 + 1, 2 * $1 }' | head -n $((2 * $1 - 1))
	printf 'NodeSet=s%d Nodes=c2\n' "$1"
	seq -f '%.0f' "$1" | awk -v n="$1" '{ printf "PartitionName=p%d Nodes=c[1-%d]\nPartitionName=q%d Nodes=c[2-4],z[0-65535]\n", $1, 2 * n, $1 }'
}

hosts() { # hosts N: as many controllers as nodes with ports of their own
	printf 'ClusterName=big\nSlurmUser=slurm\n'
	seq -f '%.0f' "$1" | awk '{ printf "SlurmctldHost=c%d\nNodeName=c%d Port=7000\n", $1, $1 }'
	printf 'PartitionName=all Nodes=ALL\n'
}

labels() { # labels N: as many nodes as hosts, of which each may have any of them
	printf 'hpcc: 1\ncluster: big\nslurm:\n  version: 24.11\nhosts:\n  h: { address: 10.2.0.1, labels: { type: head } }\n'
	printf '  m[1-%d]: { address: "10.1.[1-%d].[1-250]", arch: amd64, labels: { type: node } }\n' "$1" $(($1 / 250))
	printf 'networks:\n  net: { subnet: 10.64.0.0/16 }\nservices:\n  default: { labels: { type: head }, network: net }\n'
	printf '  slurmd: { labels: { type: node }, image: x, publish: ["9100:9100"] }\nimages:\n  x: { image: "x:1", arch: [arm64] }\nnodes:\n'
	seq -f '%.0f' "$1" | awk '{ printf "  c%d: { cpus: %d, memory: %dM }\n", $1, $1 % 64 + 1, 1000 + $1 % 4096 }'
	printf 'partitions:\n  all: { nodes: ALL, default: true }\ntargets:\n  swarm: {}\n'
}

words() { # words N: values of so many words
	conf 10
	seq -f 'gres/x%.0f' "$1" | paste -sd, | sed 's/^/AccountingStorageTRES=/'
	seq -f 'gres/x%.0f=1' "$1" | paste -sd, | sed 's/^/PriorityWeightTRES=/'
	seq -f 'x%.0f' "$1" | paste -sd, | sed 's/^/GresTypes=/'
	printf 'AccountingStorageType=accounting_storage/slurmdbd\nPriorityType=priority/multifactor\n'
}

count() { # count FILE ARGUMENT...: instructions of a lint
	valgrind --tool=callgrind --callgrind-out-file="$work/out" "$hpcc" lint "${@:2}" "$1" >/dev/null 2>"$work/said"
	case $? in 0 | 2) ;; *) return 1 ;; esac
	sed -n 's/^.*Collected : \([0-9]*\).*$/\1/p' "$work/said"
}

# linear WHAT FILE ARGUMENT...: of 1000.FILE and 10000.FILE
linear() {
	local what=$1 file=$2 small large
	if ! small=$(count "$work/1000.$file" "${@:3}") || ! large=$(count "$work/10000.$file" "${@:3}"); then
		cat "$work/said"
		echo "FAIL linear: $what: the lint itself failed"
		failed=1
		return
	fi
	echo "$what: $small instructions for 1,000 nodes, $large for 10,000: $((large * 100 / small))% of the smaller"
	if [ "$large" -le $((small * 13)) ]; then
		echo "ok linear: $what"
	else
		echo "FAIL linear: $what: 10 times the nodes cost $((large / small)) times the instructions"
		failed=1
	fi
}

failed=0
for nodes in 1000 10000; do
	spec $nodes >"$work/$nodes.lab.yaml"
	conf $nodes >"$work/$nodes.slurm.conf"
	sets $nodes >"$work/$nodes.sets.slurm.conf"
	hosts $nodes >"$work/$nodes.hosts.slurm.conf"
	words $nodes >"$work/$nodes.words.slurm.conf"
	labels $nodes >"$work/$nodes.labels.yaml"
done
linear "a spec" lab.yaml --target slurm,ansible,compose
linear "a spec whose nodes may be on any host" labels.yaml
linear "a slurm.conf" slurm.conf --slurm 24.11
linear "a slurm.conf, all releases" slurm.conf
for shape in sets hosts words; do
	linear "a slurm.conf of many $shape" "$shape.slurm.conf" --slurm 24.11
done
exit $failed
