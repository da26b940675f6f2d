#!/bin/bash
# What `hpcc import` makes of the files in tests/import/: each spec passes lint without an error and is built; no password reaches
# it; and the verb's manners. tests/golden says what the specs hold, tests/import/roundtrip.sh that they mean the same.
#
#   tests/import.sh HPCC
#
# A line each: ok or FAIL. Exits with 1 when one failed.
set -uo pipefail

[ $# -eq 1 ] || { echo "usage: $0 HPCC" >&2; exit 1; }
hpcc=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)/import
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
export LC_ALL=C

# result NAME [WHY]: FAIL with a reason, else ok.
result()
{
	if [ -n "${2:-}" ]; then
		failed=1
		printf 'FAIL import: %s: %s\n' "$1" "$2"
	else
		printf 'ok import: %s\n' "$1"
	fi
}

# expect NAME CODE COMMAND...: the exit code, and something said when it is not 0.
expect()
{
	local name=$1 wanted=$2 code=0
	shift 2
	"$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
	if [ "$code" != "$wanted" ]; then
		result "$name" "exit $code, wanted $wanted: $(head -n 1 "$work/err")"
	elif [ "$code" != 0 ] && [ ! -s "$work/err" ]; then
		result "$name" "nothing is said"
	else
		result "$name"
	fi
}

release_of() # FOLDER
{
	if [ -f "$1/release" ]; then cut -d' ' -f1 "$1/release"; else echo 24.11; fi
}

passwords() { find "$1" -maxdepth 1 -name "*.conf" -exec sed -nE 's/^[[:space:]]*(Storage|AccountingStorage|JobComp|ProfileInfluxDB)Pass[[:space:]]*=[[:space:]]*//Ip' {} +; }

# The whole way: import, lint, build.
one() # FOLDER
{
	local dir=$1 name files=(slurm.conf) spec password
	name=$(basename "$dir")
	spec=$work/$name.yaml
	cd "$dir" || return
	[ -f slurm.conf ] || files=(*.txt)
	[ ! -f slurmdbd.conf ] || files+=(slurmdbd.conf)
	if ! "$hpcc" import --slurm "$(release_of .)" "${files[@]}" -o "$spec" 2>"$work/err"; then
		result "$name" "not imported: $(head -n 1 "$work/err")"
	elif ! "$hpcc" lint "$spec" 2>"$work/err"; then
		result "$name" "the spec is wrong: $(grep -m 1 error: "$work/err")"
	elif ! "$hpcc" build -q "$spec" -o "$work/$name" >/dev/null 2>"$work/err"; then
		result "$name" "the spec is not built: $(grep -m 1 error: "$work/err")"
	else
		while IFS= read -r password; do
			if grep -rqF -e "$password" "$spec" "$work/$name"; then
				result "$name" "a password got into the spec or what is built of it"
				return
			fi
		done < <(passwords .)
		result "$name"
	fi
}

n=0
for dir in "$here"/*/; do
	[ -f "$dir/slurm.conf" ] || ls "$dir"/*.txt >/dev/null 2>&1 || continue
	one "$dir"
	n=$((n + 1))
done
[ "$n" -ge 25 ] || result "configurations" "only $n"

cd "$here/small-lab" || exit 1
expect "a release is asked for" 1 "$hpcc" import slurm.conf
expect "a release that scontrol names is not asked for" 0 "$hpcc" import ../captured/*.txt -o "$work/c.yaml"
expect "but one that it does not name is" 1 "$hpcc" import ../captured/node.txt
expect "a release that is none" 1 "$hpcc" import --slurm 19.05 slurm.conf
expect "a file that is not there" 1 "$hpcc" import --slurm 24.11 "$work/slurm.conf"
expect "whatever the release" 1 "$hpcc" import "$work/slurm.conf"
grep -q "cannot read" "$work/err" || result "whatever the release" "the release is asked for first"
expect "a folder" 0 "$hpcc" import --slurm 24.11 ../ha-pair -o "$work/folder.yaml"
grep -q '^# Imported from slurm.conf.* slurmdbd.conf' "$work/folder.yaml" || result "a folder" "slurmdbd.conf is not in it"
expect "a folder without Slurm's files" 1 "$hpcc" import --slurm 24.11 ..
expect "gres.conf alone" 1 "$hpcc" import --slurm 24.11 gres.conf=slurm.conf
cp slurm.conf "$work/lab.txt"
expect "a file of another name" 0 "$hpcc" import --slurm 24.11 "slurm.conf=$work/lab.txt" -o "$work/named.yaml"
expect "slurmd -C beside a configuration" 0 "$hpcc" import ../captured/config.txt ../captured/node.txt -o "$work/n.yaml"
grep -q '^  normal:$' "$work/n.yaml" || result "slurmd -C beside a configuration" "there is no partition"
expect "another release than scontrol's" 0 "$hpcc" import --slurm 26.05 ../captured/config.txt ../captured/node.txt -o "$work/r.yaml"
grep -q "warning: this is of Slurm" "$work/err" || result "another release than scontrol's" "nothing is said"
mkdir "$work/beside"
{ cat slurm.conf && echo "TopologyPlugin=topology/tree"; } >"$work/beside/slurm.conf"
echo "SwitchName=s0 Nodes=nobody Weird=1" >"$work/beside/topology.conf"
expect "what lies beside is linted" 2 "$hpcc" import --slurm 24.11 "$work/beside/slurm.conf" -o "$work/b.yaml"
expect "-o makes a file" 0 "$hpcc" import --slurm 24.11 slurm.conf -o "$work/o.yaml"
echo mine >"$work/o.yaml"
expect "-o spares a file that is there" 1 "$hpcc" import --slurm 24.11 slurm.conf -o "$work/o.yaml"
[ "$(cat "$work/o.yaml")" = mine ] || result "-o spares a file that is there" "it was written over"
expect "--force does not" 0 "$hpcc" import --slurm 24.11 slurm.conf --force -o "$work/o.yaml"
grep -q '^cluster: lab$' "$work/o.yaml" || result "--force does not" "the spec is not there"
mkdir "$work/bad"
{ cat slurm.conf && echo "NoSuchKey=1"; } >"$work/bad/slurm.conf"
expect "what Slurm refuses is not imported" 2 "$hpcc" import --slurm 24.11 "$work/bad/slurm.conf" -o "$work/bad.yaml"
[ ! -e "$work/bad.yaml" ] || result "what Slurm refuses is not imported" "there is a spec"
expect "but with --force" 2 "$hpcc" import --slurm 24.11 "$work/bad/slurm.conf" --force -o "$work/bad.yaml"
grep -q '^cluster: lab$' "$work/bad.yaml" || result "but with --force" "there is no spec"
# Errors of the files and of the spec.
{ cat slurm.conf && grep -m 1 '^NodeName=[a-z]*[[0-9]' slurm.conf; } >"$work/bad/slurm.conf"
"$hpcc" import --slurm 24.11 "$work/bad/slurm.conf" --force --format json -o "$work/j.yaml" 2>"$work/json" >/dev/null
grep -q 'j.yaml:[0-9]*: ' "$work/json" || result "json" "the spec's errors are not in it"
/usr/bin/python3 -c 'import json, sys; json.load(sys.stdin)' <"$work/json" 2>/dev/null || result "json" "it is not one document"
exit $failed
