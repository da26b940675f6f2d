#!/bin/bash
# Bad inputs: whatever hpcc is given, it says so and ends.
#
#   tests/badinput.sh HPCC
#
# Each input is built for all targets with 2 s of the processor (10 s of the clock) and 300 MB. Expected: exit 1 (could not) or 2
# (errors found), a diagnostic, with its place where it is one of a spec, no control character, and no file in the output
# folder. One line an input, ok, FAIL or skip, and a summary. Exits with 1 when one failed.
# With HPCC_NO_MEMORY_LIMIT=1, or a sanitizer in HPCC: 30 s, and no limit of memory.
set -uo pipefail

if [ $# -ne 1 ]; then
	echo "usage: $0 HPCC" >&2
	exit 1
fi
hpcc=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export LC_ALL=C

# shellcheck source=tests/limits.sh
. "$here/limits.sh"

# Runs hpcc with the limits: stdout and stderr in files, the exit code in $code, milliseconds in $ms.
limited() # ARGUMENT...
{
	local start=$EPOCHREALTIME
	rm -rf out
	(
		ulimit -v "$memory" -t "$seconds"
		exec timeout $((seconds * 5)) "$hpcc" "$@"
	) >stdout 2>stderr </dev/null
	code=$?
	ms=$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))
}

# What is wrong with how it ended, or nothing.
complaint() # EXIT PATTERN
{
	if [ "$code" = 124 ]; then echo "not done after $((seconds * 5)) s"
	elif [ "$code" = 137 ] || [ "$code" = 152 ]; then echo "takes more than $seconds s of the processor"
	elif [ "$code" -gt 2 ]; then echo "ended with $code: $(head -c 200 stderr)"
	elif [ "$code" != "$1" ]; then echo "exit $code, not $1: $(head -c 200 stderr)"
	elif ! grep -qE -e "$2" stderr; then echo "does not say '$2' but: $(head -c 300 stderr)"
	elif LC_ALL=C grep -q $'[\001-\010\013-\037\177]' stderr; then echo "control characters reach the terminal"
	elif [ "$(wc -c <stderr)" -gt 200000 ]; then echo "$(wc -c <stderr) bytes of findings"
	elif [ -n "$(find out -type f 2>/dev/null)" ]; then echo "files were written"
	fi
}

# bad NAME EXIT PATTERN ARGUMENT...
bad()
{
	local name=$1 exit=$2 pattern=$3 why
	shift 3
	limited build -o out "$@"
	why=$(complaint "$exit" "$pattern")
	if [ -n "$why" ]; then result FAIL "$name" "$why"; else result ok "$name" "$ms ms"; fi
}

# A spec that reads well but for one part, which stdin gives: spec NAME PATTERN
spec()
{
	cat >"$1.yaml"
	bad "$1" 2 "^$1.yaml:[0-9]+:[0-9]+: error: .*$2" "$1.yaml"
}

head='hpcc: 1
cluster: x
slurm: { version: 24.11 }'
node='nodes: { c1: { cpus: 1 } }'
partition='partitions: { p: { nodes: ALL, default: true } }'
good="$head
$node
$partition"
printf '%s\n' "$good" >good.yaml

# The frame itself: a good spec passes within the same limits.
limited build -o out good.yaml
if [ "$code" = 0 ] && [ -f out/slurm/files/etc/slurm/slurm.conf ]; then
	result ok "a good spec" "$ms ms"
else
	result FAIL "a good spec" "exit $code: $(head -c 300 stderr)"
fi

# ---- what cannot be read: exit 1

bad "missing file" 1 "missing.yaml.*No such file" missing.yaml
if [ "$(id -u)" = 0 ]; then
	chmod 755 .
	printf '%s\n' "$good" >secret.yaml
	chmod 000 secret.yaml
	if command -v setpriv >/dev/null && setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$hpcc"; then
		start=$EPOCHREALTIME
		setpriv --reuid=65534 --regid=65534 --clear-groups timeout 2 "$hpcc" lint secret.yaml >stdout 2>stderr
		code=$?
		ms=$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))
		why=$(complaint 1 "secret.yaml.*Permission denied")
		if [ -n "$why" ]; then result FAIL "unreadable file" "$why"; else result ok "unreadable file" "$ms ms"; fi
	else
		result skip "unreadable file" "nobody may not run $hpcc"
	fi
else
	printf '%s\n' "$good" >secret.yaml
	chmod 000 secret.yaml
	bad "unreadable file" 1 "secret.yaml.*Permission denied" secret.yaml
fi
mkdir folder
bad "a directory" 1 "folder.*directory" folder
bad "an endless device" 1 "/dev/zero.*not a file" /dev/zero
bad "an empty device" 1 "/dev/null.*not a file" /dev/null
mkfifo fifo
bad "a FIFO without a writer" 1 "fifo.*nobody writes" fifo
bad "a name too long for a file" 1 "cannot read" "$(printf 'x%.0s' {1..300}).yaml"
ln -s loop.yaml loop.yaml
bad "a link to itself" 1 "loop.yaml" loop.yaml
truncate -s 65M large.yaml
bad "65 MiB" 1 "64 MiB" large.yaml

# ---- the command line: exit 1

bad "unknown target" 1 "no target 'slrum'.*mean 'slurm'" --target slrum good.yaml
bad "unknown option" 1 "no-such" --no-such-option good.yaml
bad "no file" 1 "no spec"
bad "two files" 1 "one spec" good.yaml good.yaml
bad "option without its value" 1 "limit" good.yaml --limit
bad "a limit that is none" 1 "limit.*number" --limit x good.yaml
bad "an unknown format" 1 "format" --format yaml good.yaml
limited frobnicate good.yaml
why=$(complaint 1 "no verb 'frobnicate'")
if [ -n "$why" ]; then result FAIL "unknown verb" "$why"; else result ok "unknown verb" "$ms ms"; fi
limited
why=$(complaint 1 "Usage")
if [ -n "$why" ]; then result FAIL "no argument" "$why"; else result ok "no argument" "$ms ms"; fi
: >file
limited build -o file good.yaml
if [ "$code" = 1 ] && [ ! -s file ]; then result ok "an output folder that is a file"; else result FAIL "an output folder that is a file" "exit $code"; fi
limited build -o /proc/hpcc good.yaml
if [ "$code" = 1 ]; then result ok "an output folder that cannot be made"; else result FAIL "an output folder that cannot be made" "exit $code"; fi
limited expand good.yaml
"$hpcc" expand good.yaml >/dev/full 2>stderr
code=$?
if [ "$code" = 1 ]; then result ok "a full disk behind standard output"; else result FAIL "a full disk behind standard output" "exit $code"; fi

# ---- bytes that are no text, text that is no YAML: exit 2

at='^[^:]+:[0-9]+:[0-9]+: error: '
: >empty.yaml
bad "empty" 2 '^empty.yaml:1:1: error: ' empty.yaml
printf '# nothing\n\n# but comments\n' >comments.yaml
bad "comments only" 2 "$at" comments.yaml
head -c 5000 "$hpcc" >elf.yaml
bad "a program" 2 "$at" elf.yaml
i=0
while [ $i -lt 20 ]; do
	i=$((i + 1))
	# The same bytes at each run.
	awk -v seed=$i 'BEGIN { srand(seed); for (i = 0; i < 2000; i++) printf "%c", int(rand() * 256) }' >"random$i.yaml"
	bad "random bytes $i" 2 "$at" "random$i.yaml"
done
printf '\xff\xfeh\0p\0c\0c\0:\0 \0001\0\n\0' >utf16le.yaml
bad "UTF-16 LE" 2 "${at}.*UTF-16" utf16le.yaml
printf '\xfe\xff\0h\0p\0c\0c\0:\0 \0001\0\n' >utf16be.yaml
bad "UTF-16 BE" 2 "${at}.*UTF-16" utf16be.yaml
printf 'hpcc: 1\ncluster: \xc3\x28\n' >utf8.yaml
bad "invalid UTF-8" 2 '^utf8.yaml:2:10: error: ' utf8.yaml
printf 'hpcc: 1\ncluster: \xc0\xaf\n' >overlong.yaml
bad "overlong UTF-8" 2 '^overlong.yaml:2:10: error: ' overlong.yaml
printf 'hpcc: 1\ncluster: a\0b\n' >nul.yaml
bad "NUL" 2 '^nul.yaml:2:11: error: ' nul.yaml
printf 'hpcc: 1\ncluster: "\033[31mred"\n' >escape.yaml
bad "a terminal's escape" 2 '^escape.yaml:2:11: error: ' escape.yaml
printf 'hpcc: 1\ncluster: "\\e[31mred\\n\\r"\n' >escaped.yaml
bad "a terminal's escape, written" 2 '^escaped.yaml:2:10: error: ' escaped.yaml
printf 'hpcc: 1\nnodes:\n\tc1: {}\n' >tabs.yaml
bad "tabs for indentation" 2 '^tabs.yaml:3:.*tab' tabs.yaml
spec open-bracket '' <<<'hpcc: [1'
spec open-quote '' <<<'hpcc: "1'
spec no-colon '' <<<'just words'
spec a-list '' <<<'- hpcc: 1'
spec two-documents '' <<<"$good
---
$good"
spec a-tag '' <<<'hpcc: !!python/object/apply:os.system ["id"]'
spec duplicate-keys '' <<<"$good
cluster: y"
spec merge-key '' <<<'a: &a {x: 1}
b: { <<: *a }'

# ---- too much of it

awk 'BEGIN { printf "hpcc: "; for (i = 0; i < 100000; i++) printf "["; print "" }' >brackets.yaml
bad "100,000 brackets" 2 "$at" brackets.yaml
awk 'BEGIN { printf "hpcc: "; for (i = 0; i < 100000; i++) printf "{a: "; print "" }' >braces.yaml
bad "100,000 braces" 2 "$at" braces.yaml
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "- "; print "x" }' >lists.yaml
bad "100,000 block lists" 2 "$at" lists.yaml
awk 'BEGIN { for (i = 0; i < 5000; i++) { printf "%*sa:\n", i, "" } }' >maps.yaml
bad "5,000 block mappings" 2 "$at" maps.yaml
{
	echo 'a: &a [x, x, x, x, x, x, x, x, x]'
	last=a
	for next in b c d e f g h i j k l; do
		echo "$next: &$next [*$last, *$last, *$last, *$last, *$last, *$last, *$last, *$last, *$last]"
		last=$next
	done
} >bomb.yaml
bad "a billion laughs" 2 "$at" bomb.yaml
spec alias-of-itself '' <<<'hpcc: &a [*a]'
spec alias-of-nothing '' <<<'hpcc: *a'
awk 'BEGIN { for (i = 0; i < 2000000; i++) print "#" }' >comment-lines.yaml
bad "2,000,000 lines of comment" 2 "$at" comment-lines.yaml
awk 'BEGIN { print "hpcc: 1"; for (i = 0; i < 2000000; i++) print "k" i ": 1" }' >lines.yaml
limited lint lines.yaml
# It may also end for want of memory, in a line that says so.
why=$(complaint "$code" "${at}|^hpcc: out of memory$")
if [ -n "$why" ] || [ "$code" = 0 ]; then result FAIL "2,000,000 lines of keys" "$why"; else result ok "2,000,000 lines of keys" "exit $code, $ms ms"; fi
awk 'BEGIN { printf "cluster: "; for (i = 0; i < 3000000; i++) printf "x"; print "" }' >long-line.yaml
bad "a line of 3 MB" 2 "$at" long-line.yaml
awk 'BEGIN { for (i = 0; i < 200; i++) print "unknown" i ": 1" }' >many.yaml
bad "200 errors" 2 '^many.yaml:1:1: error: ' many.yaml
# 200 of the file, and what it lacks; 50 are shown.
if [ "$(grep -c '^many.yaml:.*: error: ' stderr)" = 50 ] && grep -qE '20[0-9] errors' stderr; then
	result ok "200 errors, 50 shown, all counted"
else
	result FAIL "200 errors, 50 shown, all counted" "$(grep -c ': error: ' stderr) shown; $(tail -n 1 stderr)"
fi
limited lint --limit 7 many.yaml
if [ "$(grep -c '^many.yaml:.*: error: ' stderr)" = 7 ]; then result ok "--limit 7"; else result FAIL "--limit 7"; fi

# ---- hostlists and names

spec nodes-too-many '' <<<"$head
nodes: { \"c[1-99999999]\": {} }
$partition"
spec nodes-product '' <<<"$head
nodes: { \"r[1-60000]n[1-60000]\": {} }
$partition"
spec many-nodes '' <<<"$head
nodes: { \"a[1-60000]\": {cpus: 1}, \"b[1-60000]\": {cpus: 1}, \"c[1-60000]\": {cpus: 1} }
$partition"
spec range-backwards 'backwards' <<<"$head
nodes: { \"c[4-1]\": {} }
$partition"
spec range-open '' <<<"$head
nodes: { \"c[1-\": {} }
$partition"
spec range-of-digits '' <<<"$head
nodes: { \"c[1-99999999999999999999999999]\": {} }
$partition"
spec partition-of-too-many '' <<<"$head
$node
partitions: { p: { nodes: \"c[1-99999999]\" } }"
long=$(printf 'n%.0s' {1..300})
i=0
# shellcheck disable=SC2016 # nothing of these is to expand
for name in '$(reboot)' '../x' '`rm`' 'a b' 'a;b' 'a|b' "it's" 'a\nb' 'a#b' 'a=b' '*' '-x/y' '%n' '{{x}}' "$long"; do
	i=$((i + 1))
	shown=${name:0:12}
	for place in "nodes: { \"@\": { cpus: 1 } }" "hosts: { \"@\": {} }" "partitions: { \"@\": { nodes: ALL } }" \
		"users: { \"@\": { uid: 2000 } }" "files: { \"@\": { path: /a, content: x } }" \
		"storage: { \"@\": { type: tmpfs, mount: /m } }" "hardware: { \"@\": {} }" "secrets: { \"@\": {} }" \
		"networks: { \"@\": {} }" "accounting: { qos: { \"@\": {} } }" "accounting: { accounts: { \"@\": {} } }" \
		"cluster: \"@\""; do
		key=${place%%:*}
		case $key in
		cluster) rest="slurm: { version: 24.11 }" ;;
		*) rest="cluster: x
slurm: { version: 24.11 }" ;;
		esac
		[ "$key" = nodes ] || rest="$rest
$node"
		[ "$key" = partitions ] || rest="$rest
$partition"
		# \n and the quote are YAML's own escapes in double quotes; a single quote needs none.
		printf 'hpcc: 1\n%s\n%s\n' "$rest" "${place//@/"$name"}" >name.yaml
		bad "name '$shown' in $key ($i)" 2 '^name.yaml:[0-9]+:[0-9]+: error: ' name.yaml
	done
done

# ---- values

for value in -1 -99999999999999999999 99999999999999999999999 1e9 0x10 1.5 '""' '"1 "' nan inf ~ '[1]' '{a: 1}'; do
	for place in "nodes: { c1: { cpus: @ } }" "nodes: { c1: { sockets: @ } }" "nodes: { c1: { boards: @ } }" \
		"nodes: { c1: { weight: @ } }" "nodes: { c1: { core_spec_count: @ } }" "nodes: { c1: { memory: @ } }" \
		"nodes: { c1: { gres: { gpu: { count: @ } } } }" "nodes: { c1: { port: @ } }" \
		"partitions: { p: { nodes: ALL, max_nodes: @ } }" "partitions: { p: { nodes: ALL, priority_tier: @ } }" \
		"partitions: { p: { nodes: ALL, max_time: @ } }" "partitions: { p: { nodes: ALL, def_mem_per_cpu: @ } }" \
		"users: { u: { uid: @ } }" "secrets: { s: { bytes: @ } }" "hosts: { h: { ssh: { port: @ } } }" \
		"accounting: { qos: { q: { priority: @ } } }" "accounting: { accounts: { a: { fairshare: @ } } }" \
		"accounting: { database: { host: h, port: @ } }" "hpcc: @"; do
		key=${place%%:*}
		rest='cluster: x
slurm: { version: 24.11 }'
		[ "$key" = hpcc ] || rest="hpcc: 1
$rest"
		[ "$key" = nodes ] || rest="$rest
$node"
		[ "$key" = partitions ] || rest="$rest
$partition"
		printf '%s\n%s\n' "$rest" "${place//@/"$value"}" >value.yaml
		bad "$value in ${place}" 2 '^value.yaml:[0-9]+:[0-9]+: error: ' value.yaml
	done
done
spec ports-of-slurm '' <<<"hpcc: 1
cluster: x
slurm: { version: 24.11, ports: { slurmctld: 0, slurmd: 65536, slurmdbd: -1, srun: 99999-1 } }
$node
$partition"
spec an-unknown-release 'release' <<<"hpcc: 1
cluster: x
slurm: { version: 99.99 }
$node
$partition"
spec a-line-break-in-a-value 'line break' <<<"$good
description: \"a\\nSlurmUser=root\""
spec a-line-break-in-an-option 'line break' <<<"hpcc: 1
cluster: x
slurm: { version: 24.11, options: { MailProg: \"a\\nSlurmUser=root\" } }
$node
$partition"
spec a-nul-in-a-value '' <<<"$good
files: { f: { path: /a, content: \"a\\0b\" } }"
spec a-path-upwards '' <<<"$good
files: { f: { path: /etc/../../x, content: x } }"
spec a-relative-path '' <<<"$good
files: { f: { path: etc/x, content: x } }"
spec a-value-too-long '' <<<"$good
description: $(printf 'x%.0s' {1..5000})"

# ---- files that name others

spec extends-itself 'extends itself' <<<"extends: extends-itself.yaml
$good"
printf 'extends: circle-b.yaml\n' >circle-a.yaml
printf 'extends: circle-a.yaml\n' >circle-b.yaml
bad "a circle of two" 2 'circle-[ab].yaml:1:10: error: ' circle-a.yaml
i=0
while [ $i -lt 40 ]; do
	printf 'extends: deep%d.yaml\n' $((i + 1)) >deep$i.yaml
	i=$((i + 1))
done
printf '%s\n' "$good" >deep40.yaml
bad "40 files deep" 2 'deep[0-9]+.yaml:1:10: error: ' deep0.yaml
i=0
printf '%s\n' "$good" >wide24.yaml
while [ $i -lt 24 ]; do
	printf 'extends: [wide%d.yaml, wide%d.yaml]\n' $((i + 1)) $((i + 1)) >wide$i.yaml
	i=$((i + 1))
done
bad "two to the power of many files" 2 'wide[0-9]+.yaml:1:[0-9]+: error: ' wide0.yaml
printf 'extends: nowhere.yaml\n%s\n' "$good" >extends-missing.yaml
bad "extends of a missing file" 1 '^extends-missing.yaml:1:10: error: .*nowhere.yaml' extends-missing.yaml
printf 'extends: folder\n%s\n' "$good" >extends-folder.yaml
bad "extends of a directory" 1 '^extends-folder.yaml:1:10: error: ' extends-folder.yaml
printf 'extends: [/dev/zero]\n%s\n' "$good" >extends-device.yaml
bad "extends of a device" 1 '^extends-device.yaml:1:11: error: ' extends-device.yaml
printf ': : [ {\n' >garbage.yaml
bad "--with garbage" 2 '^garbage.yaml:1:[0-9]+: error: ' --with garbage.yaml good.yaml
bad "--with a missing file" 1 "missing.yaml" --with missing.yaml good.yaml
printf '%s\nfiles: { f: { path: /a, source: nowhere.txt } }\n' "$good" >source.yaml
bad "a source that is missing" 1 '^source.yaml:[0-9]+:[0-9]+: error: .*nowhere.txt' source.yaml
printf '%s\nfiles: { f: { path: /a, source: /dev/zero } }\n' "$good" >source-device.yaml
bad "a source that is a device" 1 '^source-device.yaml:[0-9]+:[0-9]+: error: ' source-device.yaml
printf 'a\0b' >nul.bin
printf '%s\nfiles: { f: { path: /a, source: nul.bin } }\n' "$good" >source-nul.yaml
limited build -o out source-nul.yaml
why=$(complaint "$code" '^source-nul.yaml:[0-9]+:[0-9]+: error: .*NUL')
if [ -n "$why" ] || [ "$code" = 0 ]; then result FAIL "a source with a NUL" "$why"; else result ok "a source with a NUL" "exit $code, $ms ms"; fi

# The same with two places that quarrel: both NAME PATTERN
both()
{
	spec "$@"
	grep -qE "^$1.yaml:[0-9]+:[0-9]+: note: " stderr || result FAIL "$1, both places" "$(head -c 300 stderr)"
}

# ---- containers: what one machine cannot do, said before an engine does

containers="$good
targets: { compose: {} }"
on_network() # SUBNET
{
	printf '%s\nnetworks: { n: { type: bridge, subnet: "%s" } }\nservices: { slurmd: { network: n } }\n' "$containers" "$1"
}
spec "subnet-of-all" 'no container can have' < <(on_network 0.0.0.0/0)
spec "subnet-of-one" 'too small for 3 containers' < <(on_network 10.0.0.0/32)
spec "subnet-of-ipv6" 'IPv6' < <(on_network fd00::/8)
spec "containers-without-a-release" 'version' <<END
$(printf '%s\n' "$containers" | sed 's/24.11/24.12/')
mpi: openmpi
END
spec "addresses-that-are-none" "'10.0.0.65000' is no address" < <(
	printf '%s\n' "$head" 'nodes: { "c[1-65000]": { cpus: 1, memory: 1000T, address: "10.0.0.[1-65000]" } }' "$partition"
	echo 'hosts: { pc: { memory: 1G } }'
	echo 'networks: { n: { type: bridge, subnet: 10.0.0.0/8 } }'
	echo 'services: { default: { host: pc, network: n } }'
	echo 'targets: { compose: {} }'
)
spec "every-port-twice" 'port 1 of the host is published twice' < <(
	printf '%s\nservices: { login: { publish: [' "$containers"
	seq 1 9999 | sed 's/.*/"&:80",/'
	echo '] }, slurmctld: { publish: ['
	seq 1 9999 | sed 's/.*/"127.0.0.1:&:80",/'
	echo '] } }'
)
spec "many-images" "'packages' has no effect" < <(
	printf '%s\nimages:\n' "$containers"
	seq 1 20000 | sed 's/.*/  i&: { image: "a:b", packages: [x], parts: [mpi4py] }/'
)
spec "many-mounts" 'nothing can be mounted on /etc/hpcc/1 in a container' < <(
	printf '%s\nstorage:\n' "$containers"
	seq 1 20000 | sed 's/.*/  s&: { type: bind, source: \/srv, mount: \/etc\/hpcc\/& }/'
)

# ---- several hosts: what fails there at three in the morning

two_hosts="$head
hosts:
  a: { address: 10.9.0.1, arch: amd64, labels: { type: head } }
  b: { address: 10.9.0.2, arch: arm64 }
nodes:
  c[1-2]: { host: a, cpus: 1, memory: 1G }
  c[3-4]: { host: b, cpus: 1, memory: 1G }
$partition
storage: { home: { type: nfs, server: 10.9.0.9, export: /h, mount: /home } }"
on_hosts() # TARGET NETWORK SERVICES [MORE]
{
	printf '%s\nnetworks: { n: { %s } }\nservices: { default: { host: a, network: n }, %s }\n%s\ntargets: { %s: {} }\n' \
		"$two_hosts" "$2" "$3" "${4:-}" "$1"
}
spec "unknown-host" "no host is called 'd'" < <(on_hosts compose 'type: host' '' | sed 's/host: b,/host: d,/')
both "one-port-twice" "port 6828 of host 'a' is wanted twice" < <(on_hosts compose 'type: host' '' | sed 's/24.11/24.11, ports: { slurmctld: 6828 }/')
both "published-on-a-node" "port 6818 of host 'a' is wanted twice" < <(
	on_hosts compose 'type: host' 'slurmctld: { network: in, publish: ["6818:80"] }' | sed 's/^networks: {/& in: { type: bridge },/')
both "no-way-back" 'slurmstepd .* cannot reach srun of login' < <(
	on_hosts compose 'type: host' 'login: { network: in }' | sed 's/^networks: {/& in: { type: bridge },/')
both "no-address" "host 'b' has no address" < <(on_hosts compose 'type: host' '' | sed 's/address: 10.9.0.2, //')
macvlan='type: macvlan, subnet: 10.9.0.0/24, range: 10.9.0.192/27, interface: eth0'
both "address-outside" 'does not lie in 10.9.0.0/24' < <(on_hosts compose "$macvlan" 'login: { address: 10.9.1.9 }')
both "address-given-twice" '10.9.0.9 is given twice' < <(
	on_hosts compose "$macvlan" 'login: { address: 10.9.0.9 }, slurmctld: { address: 10.9.0.9 }')
both "address-of-a-host" '10.9.0.2 .* is a host.s already' < <(on_hosts compose "$macvlan" 'login: { address: 10.9.0.2 }')
both "range-outside" 'range 10.8.0.0/27 does not lie' < <(on_hosts compose "${macvlan/10.9.0.192/10.8.0.0}" '')
both "address-on-host-network" 'an address of its own' < <(on_hosts compose 'type: host' 'login: { address: 10.9.0.9 }')
both "publish-on-host-network" "'publish' on network 'n'" < <(on_hosts compose 'type: host' 'login: { publish: ["2222:22"] }')
for target in compose swarm; do
	both "no-manager-$target" 'no host is a manager' < <(
		on_hosts "$target" 'type: overlay' '' | sed 's/address: 10.9.0.1,/& swarm: worker,/')
done
both "no-such-label" "no host has the label 'type: haed'" < <(on_hosts swarm 'type: overlay' 'login: { labels: { type: haed } }')
both "label-of-nobody" "no host has the label 'x: y'" < <(on_hosts swarm 'type: overlay' 'login: { labels: { x: y } }')
both "no-such-arch" "host 'b' is of arm64, which image 'slurm' is not for" < <(
	on_hosts compose 'type: host' '' 'images: { slurm: { image: own:1, arch: [amd64] } }')
both "seccomp-on-swarm" "cannot do 'seccomp'" < <(on_hosts swarm 'type: overlay' 'login: { seccomp: unconfined }')
both "privileged-on-swarm" "cannot do 'privileged'" < <(on_hosts swarm 'type: overlay' 'login: { privileged: true }')
both "bridge-on-swarm" 'no network of type bridge' < <(on_hosts swarm 'type: bridge' '')

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
