#!/bin/bash
# What hpcc build leaves on the disk: the first time, again, after an edit, when it is killed, when the disk is full.
#
#   tests/save.sh HPCC
#
# Each step and moment of the save is tried in tests/unit/test_save_crash.c; here the program is run as a person runs it.
# shellcheck disable=SC2317 # the functions are called by try
set -u
hpcc=$(realpath "$1")
cd "$(dirname "$0")/.." || exit 1
one=$PWD/specs/quickstart.yaml other=$PWD/specs/accounting.yaml
work=$(mktemp -d)
mounted=
trap '[ -z "$mounted" ] || umount "$mounted"; rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0

ok() { echo "ok   save: $1"; }
fail() {
	echo "FAIL save: $1"
	bad=1
}
# try NAME COMMAND...
try() {
	local name=$1
	shift
	if "$@"; then ok "$name"; else fail "$name"; fi
}
# build SPEC [OPTION...]: into out/slurm; what it says goes to `said`.
build() { "$hpcc" build "$1" --target slurm "${@:2}" >said 2>&1; }
# gives CODE COMMAND...
gives() {
	local want=$1 got
	shift
	"$@"
	got=$?
	[ "$got" = "$want" ] || { echo "exit $got, not $want: $*" && cat said && return 1; }
}
# Everything below a folder: modes, names, sums. What an early end may leave stands aside with --without-rests.
tree() {
	local rests=(-false)
	[ "${2:-}" != --without-rests ] || rests=(-name '.hpcc-new' -o -name .hpcc-journal -o -name .hpcc-lock)
	(cd "$1" && find . \( "${rests[@]}" \) -prune -o -printf '%m %p %l\n' | sort &&
		find . \( "${rests[@]}" \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum)
}
same() { diff <(echo "$1") <(echo "$2"); }

try "the first build" gives 0 build "$one" -o first
try "the first build of another spec" gives 0 build "$other" -o second
first=$(tree first/slurm) second=$(tree second/slurm)
[ "$first" != "$second" ] || fail "two specs give one output"

again() {
	local before after
	before=$(find first -printf '%p %T@ %i\n')
	gives 0 build "$one" -o first || return 1
	# The folder's own time tells of the lock that came and went.
	after=$(find first -printf '%p %T@ %i\n')
	same "$(grep -v '^first/slurm ' <<<"$before")" "$(grep -v '^first/slurm ' <<<"$after")"
}
try "again: nothing is touched" again

elsewhere() {
	mkdir -p real && ln -s real link
	(umask 077 && gives 0 build "$one" -o ./link//a/b) && same "$first" "$(tree real/a/b/slurm)"
}
try "another folder, behind a link, with another umask: the same bytes and modes" elsewhere

checks() {
	gives 2 build "$one" -o none --check && [ ! -e none ] && gives 0 build "$one" -o first --check &&
		gives 2 build "$other" -o first --check && same "$first" "$(tree first/slurm)"
}
try "--check says what differs and writes nothing" checks

edits() {
	local before
	cp -a first edited && echo '# mine' >>edited/slurm/cluster.env && echo mine >edited/slurm/notes
	before=$(tree edited/slurm)
	gives 2 build "$other" -o edited && grep -q 'edited/slurm/cluster.env$' said && ! grep -q notes said &&
		same "$before" "$(tree edited/slurm)" && gives 0 build "$other" -o edited --force && rm edited/slurm/notes &&
		same "$second" "$(tree edited/slurm)"
}
try "what was edited is overwritten by force alone" edits

secrets() {
	cp -a first state && mkdir -m 700 state/slurm/state && echo secret >state/slurm/state/munge.key &&
		gives 0 build "$other" -o state --force && [ "$(cat state/slurm/state/munge.key)" = secret ] &&
		! grep -q munge.key state/slurm/.hpcc-manifest.json && git init -q state &&
		touch state/slurm/.hpcc-lock && git -C state status --porcelain -uall >said &&
		grep -q manifest said && ! grep -q 'slurm/state\|hpcc-lock' said
}
try "state/ stays, and git does not see it" secrets

# A file larger than the limit: SIGXFSZ kills, or write fails; 1 block is 1024 bytes.
limited() {
	cp -a first limited
	(ulimit -f 2 && build "$other" -o limited) 2>/dev/null && return 1
	same "$first" "$(tree limited/slurm --without-rests)" && gives 0 build "$other" -o limited &&
		same "$second" "$(tree limited/slurm)"
}
try "a file that may not be written: the old output is whole" limited

killed() {
	local i pid now last=$other journals=0
	cp -a first killed
	for i in $(seq 30); do
		"$hpcc" build "$([ $((i % 2)) = 0 ] && echo "$one" || echo "$other")" --target slurm -o killed >/dev/null 2>&1 &
		pid=$!
		sleep "0.0$((RANDOM % 4))$((RANDOM % 10))"
		kill -9 "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
		if [ -e killed/slurm/.hpcc-journal ]; then
			journals=$((journals + 1))
		else
			now=$(tree killed/slurm --without-rests)
			[ "$now" = "$first" ] || [ "$now" = "$second" ] || return 1
		fi
		last=$([ $((RANDOM % 2)) = 0 ] && echo "$one" || echo "$other")
		gives 0 build "$last" -o killed || return 1
		now=$(tree killed/slurm)
		if [ "$last" = "$one" ]; then same "$first" "$now"; else same "$second" "$now"; fi || return 1
	done
	echo "30 kills, $journals in the middle of the renames"
}
try "killed at any moment" killed 2>/dev/null

at_once() {
	local i pids=()
	for i in 1 2 3 4; do
		"$hpcc" build "$one" --target slurm -o at-once >"said$i" 2>&1 &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i" || { cat said?; return 1; }; done
	same "$first" "$(tree at-once/slurm)"
}
try "four at once" at_once

full() {
	gives 0 build "$one" -o small && head -c 2M /dev/zero >small/filler 2>/dev/null
	gives 1 build "$other" -o small && grep -q 'small/slurm/.*: No space left on device' said &&
		same "$first" "$(tree small/slurm)" && rm small/filler && gives 0 build "$other" -o small &&
		same "$second" "$(tree small/slurm)"
}
json_alone() {
	"$hpcc" build "$other" --format json -o json 2>/dev/null | python3 -m json.tool >/dev/null &&
		"$hpcc" build "$one" --format json -o json --target slurm --check 2>/dev/null | python3 -m json.tool >/dev/null &&
		"$hpcc" expand "$one" 2>/dev/null >text && "$hpcc" expand "$one" --format json 2>/dev/null | cmp - text
}
try "findings in JSON stand alone on standard output" json_alone

mkdir small
if mount -t tmpfs -o size=256k hpcc-test small 2>/dev/null; then
	mounted=$work/small
	try "a full disk: the old output is whole" full
else
	echo "skip save: a full disk, because no tmpfs may be mounted here"
fi
exit $bad
