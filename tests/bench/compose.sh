#!/bin/bash
# The same cluster of 10,000 nodes, beside the programs that stand next to it in such a file's life.
#
#   tests/bench/compose.sh HPCC [NODES]
#
# Prints seconds and peak memory of: hpcc, from the spec to compose.yaml and all its files; jsonnet, which writes as many plain services
# of the same content; `docker compose config -q`, which only reads them. And bytes a node. What is not installed is left out.
set -eu
hpcc=$1
nodes=${2:-10000}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# timed NAME COMMAND...: the best of three; peak in MiB
timed() {
	local name=$1 best='' took peak
	shift
	for _ in 1 2 3; do
		/usr/bin/python3 - "$work/figures" "$@" <<'END' || return 0
import os, resource, subprocess, sys, time
began = time.monotonic()
code = subprocess.call(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
open(sys.argv[1], "w").write(f"{time.monotonic() - began:.3f} {peak:.0f}\n")
sys.exit(code)
END
		read -r took peak <"$work/figures"
		if [ -z "$best" ] || awk "BEGIN { exit !($took < $best) }"; then best=$took; fi
		# One that takes seconds needs no third.
		if awk "BEGIN { exit !($took > 4) }"; then break; fi
	done
	[ -n "${first:-}" ] || first=$best
	printf '%-34s %8.3f s %7d MiB   %6.1f times hpcc\n' "$name" "$best" "$peak" "$(awk "BEGIN { print $best / $first }")"
}

cat >"$work/big.yaml" <<END
hpcc: 1
cluster: big
slurm:
  version: 24.11
nodes:
  c[1-$nodes]:
    cpus: 4
    memory: 8G
partitions:
  all:
    nodes: ALL
    default: true
END
cat >"$work/big.jsonnet" <<END
local node(i) = {
  image: 'hpcc/big-slurm', hostname: 'c' + i, init: true, restart: 'unless-stopped', pull_policy: 'never',
  shm_size: '512m', mem_limit: '8448m', stop_grace_period: '30s', secrets: ['munge', 'ssh-host-key'],
  entrypoint: ['/bin/bash', '/etc/hpcc/entrypoint.sh'],
  volumes: ['./state/big/etc:/etc/hpcc:ro', 'home:/home'],
  networks: { cluster: { ipv4_address: '10.83.' + (1 + std.floor(i / 256)) + '.' + (i % 256) } },
};
{
  name: 'big',
  services: { ['c' + i]: node(i) for i in std.range(1, $nodes) },
  networks: { cluster: { ipam: { config: [{ subnet: '10.83.0.0/16' }] } } },
  volumes: { home: {} },
  secrets: { munge: { file: './munge' }, 'ssh-host-key': { file: './key' } },
}
END

timed "hpcc build, all files" "$hpcc" build -q "$work/big.yaml" --target compose -o "$work/out"
timed "hpcc lint" "$hpcc" lint "$work/big.yaml" --target compose
if command -v jsonnet >/dev/null; then timed "jsonnet, compose.yaml alone" jsonnet -o "$work/plain.json" "$work/big.jsonnet"; fi
# shellcheck source=SCRIPTDIR/../boot/engine.sh
if . "$here/../boot/engine.sh" && engine_compose >/dev/null 2>&1; then
	timed "docker compose config -q, ours" docker compose -f "$work/out/compose/compose.yaml" config -q
	if [ -e "$work/plain.json" ]; then
		timed "docker compose config -q, plain" docker compose -f "$work/plain.json" config -q
	fi
fi
bytes=$(stat -c %s "$work/out/compose/compose.yaml")
hosts=$(stat -c %s "$work/out/compose/etc/hosts.tsv")
echo "compose.yaml: $((bytes / nodes)) bytes a node, hosts.tsv $((hosts / nodes)); $(awk "BEGIN { print $first * 1e6 / $nodes }") us a node"
