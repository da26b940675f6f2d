# shellcheck shell=bash disable=SC2034,SC2154 # who sources it
# What tests/cluster.sh and tests/verify.sh share: a folder as hpcc builds it, with its scripts as they are and stand-ins for all that they
# call ($work/bin, what they answer in $FAKE), and what is asked of what `cluster` says. Sourced by them, from the project's folder.

templates=$PWD/templates data=$PWD/tests/data/cluster
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
# A shell and its argument that `cluster` is to run by; none: as its first line says.
shell=
mkdir "$work/bin"
export FAKE=$work/fake PATH=$work/bin:$PATH

ok() { echo "ok   $suite: $1"; }
fail() {
	echo "FAIL $suite: $1"
	bad=1
}

# new_tree NAME [TARGET]: $tree, with the scripts that such a folder has: what golden says of a whole build.
new_tree() {
	local name template from=golden/trees/quickstart/compose.templates
	[ "${2:-compose}" = compose ] || from=golden/trees/systems/pi-swarm/$2.templates
	rm -rf "$FAKE" "$work/trees"
	mkdir "$FAKE" "$work/trees"
	tree=$work/trees/$1
	cp -R "$data" "$tree" || exit 1
	while read -r name _ template; do
		case $name in
		*/*) ;;
		*) cp "${template/#templates/$templates}" "$tree/$name" ;;
		esac
	done <"$from"
}

# The smallest thing that does what secrets.sh does.
small_secrets() {
	# shellcheck disable=SC2016 # for the script that is written
	printf '#!/bin/sh\numask 077\nmkdir -p "$1"\n[ -e "$1/munge" ] || echo key >"$1/munge"\n' >"$tree/secrets.sh"
}

# try NAME FUNCTION: in a tree that `fresh` makes.
try() {
	local name=$1
	shift
	fresh
	if "$@" >"$work/why" 2>&1; then
		ok "$name${shell:+, by $shell}"
	else
		cat "$work/why" "$work/said" "$FAKE/calls" 2>/dev/null
		fail "$name${shell:+, by $shell}"
	fi
}
# by_shells FUNCTION...: the tests that it tries, by other shells too.
by_shells() {
	for shell in '' 'busybox sh' 'bash --posix'; do
		if [ -n "$shell" ] && ! command -v "${shell%% *}" >/dev/null; then
			echo "skip $suite: ${shell%% *} is not here"
			continue
		fi
		"$@"
	done
	shell=
}

# run ARGUMENT...: cluster; what it says, on both streams, goes to `said`.
run() {
	# shellcheck disable=SC2086 # a shell and its argument, or nothing
	$shell "$tree/cluster" "$@" >"$work/said" 2>&1 </dev/null
}
gives() {
	local want=$1 got
	shift
	run "$@"
	got=$?
	[ "$got" = "$want" ] || { echo "exit $got, not $want: cluster $*" && return 1; }
}
says() { grep -qE -- "$1" "$work/said" || { echo "does not say: $1" && return 1; }; }
called() { grep -qE -- "$1" "$FAKE/calls" || { echo "not called: $1" && return 1; }; }
not_called() { ! grep -E -- "$1" "$FAKE/calls" || { echo "called: $1" && return 1; }; }
# One that has ended may wait for somebody to ask how: that is not alive.
# shellcheck disable=SC2016 # for the script that is written
printf '#!/bin/sh\ncase $(ps -o stat= -p "${1:-0}" 2>/dev/null) in "" | Z*) exit 1 ;; esac\n' >"$work/bin/alive"
gone() { ! alive "$1"; }
# poll SECONDS COMMAND...: until it is true.
poll() {
	local until=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$until" ] || { echo "not in time: $*" && return 1; }
		sleep 0.1
	done
}
